/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CAPFILE_INT_H
#define SPIN_CAPFILE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "attr.h"
#include "capfile.h"
#include "capfile_buf.h"

/*
 * What the readers of the formats share behind capfile.h. Each reader has an
 * open function, called with the stream at its first byte, that sets `next`;
 * messages and clean-up are common.
 */
typedef int capfile_next_fn(struct capfile *, struct cap_pkt *,
    struct capfile_err *);

#define CAPFILE_NAMES_MAX	1024	/* interfaces whose names are kept */
#define CAPFILE_NAME_LEN	64
#define CAPFILE_IFS_MAX		65536	/* interfaces of one section */

/* Time as a multiple of a power of 10 or 2 below the second. */
struct capfile_clock {
	uint8_t resol;		/* if_tsresol; 6: microseconds */
	int64_t offset;		/* if_tsoffset, seconds */
};

struct capfile_if {
	uint32_t link;		/* LINKTYPE_ number */
	uint32_t snaplen;	/* 0: no limit */
	struct capfile_clock clock;
	uint64_t drops;		/* last told, or 0 */
};

struct capfile {
	capfile_next_fn *next;
	struct capbuf buf;
	uint64_t num;		/* packets returned so far */
	int64_t last_ts;	/* of the packet before, or 0 */

	/* pcap */
	uint32_t link;
	uint32_t snaplen;	/* longer packets are cut to this */
	uint32_t max;		/* longer ones are damage */
	uint32_t plain_max;	/* up to here nothing is odd */
	uint32_t skip;		/* rest of a long packet, not read yet */
	uint32_t rec_len;	/* bytes of a record header */
	uint32_t frac_max;	/* fractions of a second in a second */
	uint8_t lengths;	/* enum capfile_lengths */
	bool big;		/* big-endian; of pcapng: this section */
	bool nano;

	/* pcapng */
	struct capfile_if *ifs;	/* of this section; owned */
	size_t nifs, ifs_cap;
	uint32_t if_base;	/* ifno of the section's first interface */
	uint64_t old_drops;	/* told by earlier sections */
	bool has_drops;
	uint32_t block_total;	/* of the block that `skip` ends */

	/* libpcap; the type is its own, kept out of this header */
	void *pcap;
	bool pcap_ng;
	bool damaged;

	uint32_t total_ifs;	/* over all sections */
	int first_link;		/* -1: none yet */
	char **names;		/* owned, of the first interfaces */
	size_t nnames;

	int fd;			/* -1: not ours */
	bool close_fd;
	uint64_t size;
	struct capfile_wait wait;	/* fn NULL: nobody asks */
	const uint8_t *mem;	/* of capfile_open_mem */
	size_t mem_left, mem_chunk;
};

/*
 * As capfile_open on the `n` bytes at `p`, which must outlive it and come at
 * most `chunk` a read: for fuzz targets and unit tests.
 */
int capfile_open_mem(struct capfile **, const uint8_t *p, size_t n,
    size_t chunk, struct capfile_err *) ATTR_NODISCARD;

int capfile_pcap_open(struct capfile *, struct capfile_err *) ATTR_NODISCARD;
/* capfile_more of pcap files in the common form. */
size_t capfile_pcap_more(struct capfile *, struct cap_pkt *, size_t max);
int capfile_pcapng_open(struct capfile *, struct capfile_err *)
    ATTR_NODISCARD;
/* Reads from `fp`, which it owns from now on, successful or not. */
int capfile_libpcap_open(struct capfile *, FILE *fp, struct capfile_err *)
    ATTR_NODISCARD;
void capfile_libpcap_release(struct capfile *);
uint64_t capfile_libpcap_off(const struct capfile *);

/* True when the first four bytes are those of such a file. */
bool capfile_is_pcap(const uint8_t *magic);
bool capfile_is_pcapng(const uint8_t *magic);

/* A new interface for the caller; its ifno. `name` may be NULL. */
uint32_t capfile_add_if(struct capfile *, uint32_t link, const char *name,
    size_t n);

/*
 * The number a link type goes by: some files hold a system's own DLT_ number
 * where the registered LINKTYPE_ differs. Upper bits (FCS length) are gone.
 */
uint32_t capfile_link_number(uint32_t field);

/* Most bytes a sound file may hold of one packet of this link type. */
uint32_t capfile_link_max(uint32_t link);

/* Microseconds since 1970 of `ticks`; false: clamped to what there is. */
bool capfile_time(const struct capfile_clock *, uint64_t ticks, int64_t *us);

/*
 * Fills `err` ("PLACE: fmt"), ends the file and returns -EINVAL, or the
 * negative errno of a read that failed. `off` is where the damage is.
 */
int capfile_bad_packet(struct capfile *, struct capfile_err *, uint64_t off,
    const char *fmt, ...) ATTR_PRINTF(4, 5);
int capfile_bad_block(struct capfile *, struct capfile_err *, uint64_t off,
    const char *fmt, ...) ATTR_PRINTF(4, 5);
int capfile_bad_file(struct capfile *, struct capfile_err *,
    const char *fmt, ...) ATTR_PRINTF(3, 4);

#endif
