/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SUMS_PRIV_H
#define SPIN_SUMS_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attr.h"
#include "rec.h"
#include "sums.h"

/*
 * Keys (sums_key.c) and rows (sums_row.c) of sums, for sums.c which finds,
 * orders and emits them.
 * Not for anybody else.
 *
 * The limits of texts are such that a row always fits a line: ten texts, the
 * hosts, 128 addresses and the rest come to less than REC_LINE_MAX.
 */
#define SUMS_MEMBERS	11	/* that `by` may have */
#define SUMS_KEY_MAX	(8 + SUMS_MEMBERS * (2 + SUMS_TEXT_MAX))

/* What is in use, as malloc counts it. */
struct sums_mem {
	size_t bytes, max;
	bool fold;		/* grow nothing beyond max */
};

static inline size_t
sums_cost(size_t n)
{
	return (n + 8 + 15) & ~(size_t)15;
}

struct sums_member;

/* What rows are made of. */
struct sums_form {
	unsigned by;
	size_t n;
	const struct sums_member *m[SUMS_MEMBERS];
};

/*
 * Start of the window, eight bytes, and then each member of `by`: its length
 * and one more in two bytes (0: absent), its bytes. Numbers have eight. Of a
 * peer that is a device it is the peer_mac, and that number is greater by
 * SUMS_IS_DEVICE.
 */
#define SUMS_IS_DEVICE	0x8000
struct sums_key {
	size_t n;
	unsigned char b[SUMS_KEY_MAX];
};

/* Entries one behind the other, in the row itself until it grows. */
struct sums_list {
	unsigned char *p;
	uint32_t used, cap;	/* bytes */
	uint32_t shown;		/* bytes as JSON, of hosts */
	uint8_t n;
	bool own;		/* p was allocated */
};

/* What something is called: by the digest with the greatest `last`. */
struct sums_label {
	struct str text;	/* p NULL: none */
	int64_t at;		/* that `last` */
	uint16_t room;		/* bytes there are for it */
	bool own;		/* text.p was allocated */
};

struct sums_window;

struct sums_row {
	struct sums_row *chain;		/* of the same bucket */
	struct sums_row *older, *newer;	/* by use */
	struct sums_row *prev, *next;	/* of the same window */
	struct sums_window *window;
	size_t cost;		/* of this allocation */
	uint32_t hash;
	uint16_t keylen;
	bool extra;		/* made beyond max_bytes */
	uint64_t flows, unanswered;
	uint64_t pkts_out, bytes_out, pkts_in, bytes_in;
	int64_t first, last;
	struct sums_label name, peer;	/* peer: of a device */
	struct str service;		/* p NULL: none */
	struct sums_list own_ips, ips, hosts;
	uint64_t more;
	unsigned char key[];
};

/* Room for the lists of a record that a row becomes. */
struct sums_lists {
	struct addr own_ips[REC_LIST_MAX], ips[REC_LIST_MAX];
	struct str hosts[REC_LIST_MAX];
};

void sums_form_init(struct sums_form *, unsigned by);

void sums_key_make(struct sums_key *, const struct sums_form *,
    int64_t start, const struct rec *);
/* Sets its members, of a peer that is a device peer_mac alone. */
void sums_key_rec(const unsigned char *key, const struct sums_form *,
    struct rec *);
/* Of one window. */
int sums_key_cmp(const struct sums_form *, const unsigned char *,
    const unsigned char *);

/* Bytes that a text takes as JSON, at most; whether that is few enough. */
size_t sums_shown(const struct str *);
bool sums_fits(const struct str *);

/* Whether the peer is known by its peer_mac. */
bool sums_peer_is_device(const struct rec *);

/* By bytes; of two that begin alike the shorter is the less. */
int sums_compare(const void *a, size_t an, const void *b, size_t bn);

/* A number in two bytes and then a text, if there is one. */
static inline unsigned char *
sums_put(unsigned char *to, size_t v, const struct str *s)
{
	*to++ = (unsigned char)(v >> 8);
	*to++ = (unsigned char)v;
	if (s && s->n) {
		memcpy(to, s->p, s->n);
		to += s->n;
	}
	return to;
}

/* When a digest's packets were, whatever members it has: first <= last. */
int64_t sums_first(const struct rec *);
int64_t sums_last(const struct rec *);

/* What a new row's one allocation holds beside the key; texts of the digest. */
struct sums_parts {
	const struct str *name, *service, *peer;
	size_t own_ips, ips, hosts;	/* bytes of the lists */
	size_t cost;			/* of it all */
};

/* A row for this digest, which is then to be added to it. */
void sums_row_parts(struct sums_parts *, const struct sums_form *,
    const struct sums_key *, const struct rec *);
struct sums_row *sums_row_new(const struct sums_parts *, struct sums_mem *,
    const struct sums_key *, const struct rec *) ATTR_NODISCARD;
void sums_row_free(struct sums_row *, struct sums_mem *);

void sums_row_add(struct sums_row *, const struct sums_form *,
    struct sums_mem *, const struct rec *);

/* As a record without `ts` and `window`, which points into both. */
void sums_row_rec(const struct sums_row *, const struct sums_form *,
    struct sums_lists *, struct rec *);

/* Of one window. 0 only for a row and itself. */
int sums_row_cmp(const struct sums_form *, enum sums_sort,
    const struct sums_row *, const struct sums_row *);

#endif
