/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CAPFILE_H
#define SPIN_CAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Packets from a capture file or a pipe, one after the other, in constant
 * memory. pcap (micro- and nanosecond, both byte orders, the Kuznetzov
 * variant, IxVeriWave's) and pcapng (draft-ietf-opsawg-pcapng) are read by our
 * own block reader in large reads. libpcap knows no other format; it reads
 * them for comparison, and refuses some pcapng that are sound (several byte
 * orders, link types or snapshot lengths).
 *
 *	struct capfile *cf;
 *	if (capfile_open(&cf, path, CAPFILE_AUTO, NULL, &err) < 0) ...
 *	while ((got = capfile_next(cf, &pkt, &err)) > 0)
 *		use(&pkt);
 *	if (got < 0) ...			damaged from here on
 *	capfile_close(cf);
 */
enum capfile_reader {
	CAPFILE_AUTO,	/* the best there is: our own */
	CAPFILE_OWN,	/* own reader only */
	CAPFILE_PCAP,	/* libpcap only, for comparison */
};

struct cap_pkt {
	int64_t ts;		/* microseconds since 1970, UTC */
	uint32_t caplen;	/* bytes at `data`; <= len, <= SNAPLEN_MAX */
	uint32_t len;		/* bytes on the wire */
	const uint8_t *data;	/* valid until the next call */
	uint32_t link;		/* LINKTYPE_ number (16 bits, FCS bits off) */
	uint32_t ifno;		/* interface of this file, from 0 */
	uint64_t num;		/* packet of this file, from 1 */
	/*
	 * The time was no time: a second of more than 10^6 us (carried), before
	 * 1970 or after 9999 (clamped), or none at all, as in pcapng's Simple
	 * Packet Block (that of the packet before, or 0).
	 */
	bool bad_time;
};

/*
 * Place and reason, ASCII: "packet 7 at offset 512: ...", "block at offset 88,
 * behind packet 1: ..."; of a file that cannot be opened the reason only, with
 * what to do about it where that is known (compressed, other formats). Empty
 * where `sys` says it all.
 */
struct capfile_err {
	char what[192];
	uint64_t packet;	/* number of whole packets before it */
	uint64_t offset;	/* of the block or record, in bytes */
	int sys;		/* errno of a failed call, or 0 */
};

#define CAPFILE_SNAPLEN_MAX	262144	/* bytes of a packet, as libpcap */

struct capfile;

/*
 * Called before each read from what is not a regular file, and so may have to
 * wait. 0: go on; a negative errno ends the capture with that. Not called by
 * libpcap's reader.
 */
struct capfile_wait {
	int (*fn)(void *ctx, int fd);
	void *ctx;
};

/*
 * Opens `path`, "-" is standard input. `wait` is copied, and may be NULL.
 * Returns 0; -EINVAL: not a capture or nothing of it can be read; or another
 * negative errno: the system said no.
 */
int capfile_open(struct capfile **, const char *path, enum capfile_reader,
    const struct capfile_wait *wait, struct capfile_err *) ATTR_NODISCARD;

/*
 * 1: a packet; 0: the end; -EINVAL: damaged from here on (and 0 is returned
 * from then on); another negative errno: a read failed.
 */
int capfile_next(struct capfile *, struct cap_pkt *, struct capfile_err *)
    ATTR_NODISCARD;

/*
 * After capfile_next has given a packet: further ones that are in memory
 * already, at most `max`. Returns how many, perhaps none though there are
 * more. Their data, and that of the packet before, are all valid until the
 * next capfile_next.
 */
size_t capfile_more(struct capfile *, struct cap_pkt *v, size_t max);

void capfile_close(struct capfile *);

/*
 * Interfaces seen so far, at least one behind the first packet. pcap has one;
 * those of all sections of a pcapng count on, each section's being new ones.
 */
size_t capfile_nifs(const struct capfile *);
/* Its name, or NULL when the file does not say. Of the first 1024 only. */
const char *capfile_ifname(const struct capfile *, uint32_t ifno);
/* LINKTYPE_ number of the first interface, or -1 while there is none. */
int capfile_link(const struct capfile *);
/* Packets the capturing side says it lost (pcapng ISB), or -1: unknown. */
int64_t capfile_drops(const struct capfile *);
/* Bytes read so far and bytes in all (0 when not known): for progress. */
uint64_t capfile_read_bytes(const struct capfile *);
uint64_t capfile_size(const struct capfile *);

#endif
