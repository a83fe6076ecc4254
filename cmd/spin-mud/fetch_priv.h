/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_FETCH_PRIV_H
#define SPIN_MUD_FETCH_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch.h"
#include "str.h"

/* The parts of fetch.c that need no network, and are tested alone. */

/* As fetch_url_fault for another length; `word` is set when there is one. */
const char *fetch_url_wrong(const char *url, size_t max, const char **word);

/* What the head of an answer says that we want to know. */
struct fetch_head {
	char etag[256], modified[64], type[128];
	int64_t max_age, age;		/* seconds; -1: not said */
	int64_t date, expires;		/* seconds since 1970; -1: not said */
	bool no_store;			/* or no-cache */
	bool coded;			/* Content-Encoding */
	bool transfer_coded;		/* other than chunked */
};

#define FETCH_HEAD_INIT	{ .max_age = -1, .age = -1, .date = -1, .expires = -1 }

/* A line of the head, with or without its end; a status line starts anew. */
void fetch_head_line(struct fetch_head *, struct str);

/*
 * How long the answer holds, in seconds (RFC 9111 section 4.2), or -1 if it
 * does not say. `now` is used when it bears no date.
 */
int64_t fetch_head_fresh(const struct fetch_head *, int64_t now);

/* Whether a media type is in the list; a NULL list has them all. */
bool fetch_type_in(const char *type, const char *const *list);

#endif
