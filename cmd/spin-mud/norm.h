/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_NORM_H
#define SPIN_MUD_NORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "buf.h"
#include "model.h"

/*
 * Entries compared by meaning: as the device sees them (its own side and its
 * peer's, instead of source and destination), names in lower case, ports as
 * ranges, what is implied left out, lists in order.
 */

/* One side of an entry: the peer's, or the device's own. */
struct norm_side {
	const char *dns;		/* as in the file, or NULL */
	struct prefix net;		/* addr.ver 0: any */
	struct mud_ports ports;		/* op 0 or '!' only; any: not set */
};

void norm_peer(const struct mud_ace *, struct norm_side *);
void norm_own(const struct mud_ace *, struct norm_side *);

/* Parts of a key, for keys of classes of entries. */
#define NORM_DIR	1	/* direction */
#define NORM_VER	2	/* version of IP */
#define NORM_ADDR	4	/* the peer's DNS name and prefix */
#define NORM_INIT	8	/* who starts the connection */
#define NORM_ICMP	16	/* type of ICMP */
#define NORM_ALL	31

/*
 * Adds a text that is the same for two entries when they mean the same, as
 * far as these parts and all that is not one of the parts go.
 */
void norm_key(const struct mud_ace *, unsigned parts, struct buf *);

/*
 * Allocated keys of all entries, ended by NUL; freed as one, norm_keys_free.
 */
char **norm_keys(const struct mud *, unsigned parts) ATTR_NODISCARD;
void norm_keys_free(char **, size_t n);

/*
 * For each entry the number of the first one with the same key: its own where
 * it is the first. Allocated.
 */
size_t *norm_firsts(char *const *keys, size_t n) ATTR_NODISCARD;

/*
 * A JSON value as text, in a form in which the order of members and items
 * does not matter. Allocated.
 */
char *norm_json(const json_t *) ATTR_NODISCARD;

/*
 * Whether there may be packets that fit both, seen by the device: directions
 * do not count, so that it also finds the entry for the way back. Two names,
 * or two of a kind of class, are taken to be different peers; what cannot be
 * told is taken to overlap.
 */
bool norm_overlap(const struct mud_ace *, const struct mud_ace *);

#endif
