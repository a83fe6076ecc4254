/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_WORDS_H
#define SPIN_MUD_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "model.h"

/*
 * Entries of a MUD file as sentences that begin with a verb: "reach
 * test.example.com over IPv6 on TCP port 443 (https), when it starts the
 * connection". "It" is the device, "you" whoever runs the network.
 *
 * Entries that differ only in direction or version of IP are one sentence. A
 * sentence never says less than the file allows: that nothing comes back is
 * said only where no entry, nor one that every device has, may let it.
 */
enum words_effect {	/* of a sentence about an entry that forbids */
	WORDS_FORBIDS,		/* nothing else is about the same */
	WORDS_OVERRIDES,	/* comes before what allows the same */
	WORDS_YIELDS,		/* comes behind it */
	WORDS_BETWEEN,		/* some before it, some behind or elsewhere */
};

#define WORDS_V4	1	/* bits of versions of IP */
#define WORDS_V6	2
#define WORDS_ETHERNET	4	/* an entry of an ethernet list */

/*
 * Two entries that are no mirror images are told as one where there are plain
 * words for both: a ping and its answer; a way out for connections that the
 * device starts and a way back for any.
 */
enum words_pair {
	WORDS_ALIKE,		/* mirror images, or a single one */
	WORDS_PINGS,		/* sends echo requests, receives replies */
	WORDS_PINGED,		/* the reverse */
	WORDS_SENDS,		/* may send whoever starts the connection */
	WORDS_RECEIVES,		/* may receive whoever starts it */
};

struct sentence {
	const struct mud_ace *ace;	/* one of those it is about */
	unsigned from, to;		/* versions from and to the device */
	enum words_pair pair;
	bool one_way;			/* nothing comes back */
	enum words_effect effect;
	size_t next;	/* of those with more peers: that one; 0: none */
	bool joined;	/* is told by another one */
};

struct words {
	const struct mud *mud;
	struct services *services;
	struct sentence *v;	/* owned */
	size_t n;
};

/*
 * Sentences about the entries for which `pick` (of mud->naces, or NULL: all)
 * is true, in the order of the file.
 */
void words_init(struct words *, const struct mud *, const bool *pick);
void words_release(struct words *);

/* Makes one of those that differ only in a name or prefix. */
void words_join(struct words *);

/* Adds the sentence without a full stop; texts of the file are escaped. */
void words_say(const struct words *, size_t i, struct buf *);

/*
 * What every device may do unless its file forbids it (RFC 8520 appendix B):
 * ask the DNS and NTP servers of the network. `dns` and `ntp`: whether there
 * is a sentence that already says so.
 */
void words_defaults(const struct words *, bool *dns, bool *ntp);

/* Adds text from a file, escaped. */
void words_escape(struct buf *, const char *);

/*
 * Adds a text as lines of at most `width` columns: `head` before the first,
 * `hang` blanks before the others. Words that are too long are cut.
 */
void words_wrap(struct buf *, const char *head, size_t hang, size_t width,
    const char *text, size_t n);

#endif
