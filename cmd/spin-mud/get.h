/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_GET_H
#define SPIN_MUD_GET_H

#include <stdbool.h>
#include <stdint.h>

#include "attr.h"
#include "cms.h"
#include "fetch.h"
#include "store.h"

/*
 * A MUD file from its URL, or by hand, into the store: fetched, verified,
 * read, compared with what was there, each on its own. Fetching, verifying
 * and reading are processes (apart.h): the one that talks to the network can
 * write to no file, the one that reads the file can open nothing at all, and
 * the one that writes the store never reads what was not accepted.
 *
 * Until the signature is verified nothing is used of a file but its
 * mud-signature URI. Where there is no signature, or it does not hold, or
 * something changed that may not change by itself (store_change), the file is
 * refused unless it is approved; the one that is in the store stays. Bytes
 * that were approved are approved when they come again.
 */
enum get_state {
	GET_NEW,	/* there was none */
	GET_UPDATED,	/* another one than before */
	GET_UNCHANGED,	/* the same, fetched again or confirmed */
	GET_FRESH,	/* not asked for again: it still holds */
	GET_KEPT,	/* could not be had: the old one stays */
	GET_REFUSED,	/* was had, and not accepted; an old one stays */
	GET_FAILED,	/* could not be had and there is none, or not kept */
};

struct get_opts {
	struct fetch_opts fetch;
	struct cms_opts cms;
	struct store *store;
	bool approve;
	bool again;		/* though the one in the store still holds */
	int64_t now;		/* seconds since 1970 */
};

struct get_result {
	enum get_state state;
	struct store_entry entry;	/* what is in the store now, if any */
	bool has_entry;
	char word[24];		/* why not, for scripts; empty: accepted */
	char what[256];		/* and for people, escaped */
};

/* Fills the result; release its entry with store_entry_release. */
void get_url(const char *url, const struct get_opts *, struct get_result *);

/* The same with a file and a signature (NULL: none) given by hand. */
void get_import(const char *file, const char *sig, const struct get_opts *,
    struct get_result *);

/* "new", "updated" ... */
const char *get_state_name(enum get_state);

/* Whether that is success: something holds now that was accepted. */
bool get_is_good(enum get_state);

#endif
