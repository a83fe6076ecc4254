/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_HOME_H
#define SPIN_HOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "hash.h"
#include "rec.h"
#include "str.h"

/*
 * Who lives in a home: its devices with their addresses and names, its
 * prefixes, and which of the devices is the gateway. Part of the join
 * (join.h), which has the rules.
 *
 *	h = home_new(4096, &hashkey);
 *	home_stream(h, &rec); home_device(h, &rec);
 *	d = home_at(h, &addr, &mac);	the device there, made when new
 *	home_free(h);
 *
 * At most so many devices are known, and four addresses for each on average;
 * the least recently used go first.
 */
#define HOME_PREFIXES	64
#define HOME_ADDRS	16	/* of a device that are listed */
#define HOME_TEXT	255	/* bytes of a name that are kept */

/* Where a name is from; a lesser one does not replace it. */
enum home_how {
	HOME_HOW_NONE,
	HOME_HOW_OTHER,
	HOME_HOW_MDNS,
	HOME_HOW_DHCP6,		/* a domain name */
	HOME_HOW_DHCP,
};

struct home_dev {
	uint8_t key[18];	/* 1 and the MAC; or version and address */
	uint8_t ntext;
	char text[ADDR_TEXT];	/* what digests call it */
	uint32_t num;		/* from 1; of a forgotten one it comes again */
	uint64_t serial;	/* from 1; never comes again */
	char *name;		/* owned, as vendor_class; NULL: unknown */
	char *vendor_class;
	enum home_how rank;	/* where the name is from */
	bool has_mac;
	bool router;		/* it said so */
	bool gateway;		/* the internet is behind it */
	bool traffic;		/* it had a flow or a digest */
	struct addr used;	/* the last one, as long as it holds it */
	uint8_t naddrs;
	struct addr addrs[HOME_ADDRS];
};

struct home;

struct home *home_new(size_t max_devices, const struct hashkey *)
    ATTR_NODISCARD;
void home_free(struct home *);

/* Prefixes that are the home's whatever streams say; the array is copied. */
void home_set_local(struct home *, const struct prefix *, size_t n);

/*
 * Learns from a stream or a device record. A MAC that is zero or a group's is
 * none; what has neither a MAC nor the address of one host is passed over.
 */
void home_stream(struct home *, const struct rec *);
void home_device(struct home *, const struct rec *);

/*
 * The device that uses an address, by its MAC (NULL or zero: none is to be
 * seen), made if it is new. Never NULL; valid until the next call that may
 * make one.
 */
struct home_dev *home_at(struct home *, const struct addr *,
    const struct mac *);

/*
 * A device by what a digest calls it, its MAC or address, made if it is new;
 * NULL when it is neither. `name` is taken where nothing better is known, and
 * may be empty.
 */
struct home_dev *home_called(struct home *, struct str text,
    struct str name);

/* It uses that address, as one that was seen with it. */
void home_uses(struct home *, struct home_dev *, const struct addr *);

/* The device of a MAC, made if it is new. */
struct home_dev *home_mac(struct home *, const struct mac *);

/* The device that digests call so, or NULL. */
const struct home_dev *home_find(const struct home *, struct str text);

/* By number; NULL when there is none. Numbers go up to home_max. */
const struct home_dev *home_nth(const struct home *, uint32_t num);
uint32_t home_max(const struct home *);

/*
 * Within a home prefix, link-local, unspecified, or announced by a device.
 * Anybody in the house can announce anything: an address that is not private
 * counts only with the MAC (or NULL) of the device that announced it last.
 */
bool home_has(const struct home *, const struct addr *, const struct mac *);
/*
 * No prefixes were set, nor any of that IP version (0: of no matter) learned
 * from streams, so that private addresses may count.
 */
bool home_guesses(const struct home *, uint8_t ver);
/* The directed broadcast address of a home prefix. */
bool home_is_broadcast(const struct home *, const struct addr *);

/* A device of that MAC is known, and it is (not) a way out of the home. */
bool home_is_way_out(const struct home *, const struct mac *);
bool home_is_dweller(const struct home *, const struct mac *);

/* The first bytes of a text, `max` at most, without a part of a character. */
struct str home_cut(struct str text, size_t max);

/* Devices ever known, and forgotten because too many came. */
uint64_t home_seen(const struct home *);
uint64_t home_evicted(const struct home *);

#endif
