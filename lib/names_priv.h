/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_NAMES_PRIV_H
#define SPIN_NAMES_PRIV_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "names.h"
#include "str.h"
#include "strtab.h"

/*
 * Inside of names: names.c the table, names_dns.c what records say,
 * names_runs.c the names of one address over time. Not for anybody else.
 */
#define NAMES_EVERYBODY	UINT32_MAX	/* client of PTR and link-local names */

/*
 * A host name for an address, told to a device and thereby to any, to nobody
 * (0), or to NAMES_EVERYBODY. What is no host name is passed over. The TTL is
 * INT32_MAX at most.
 */
void names_tell(struct names *, uint32_t client, const struct addr *,
    struct str host, int64_t ts, uint32_t ttl);

/* Counts a record that told nothing, or not all it said. */
void names_ignored(struct names *);

static inline char
names_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * The last names of one address, as runs of time. A run begins with a telling
 * and goes on as long as the same name is told again before it ends, and no
 * other name in between.
 *
 * Tellings in order of time give the same answers as a list of all of them
 * would, as far as NAMES_RUNS reach back. One that comes late is put where it
 * belongs. When it falls into a run of another name, that run is cut in two;
 * of its tellings only the first and the last are known, so the second part
 * begins with the last.
 */
struct run {
	int64_t since, until;	/* both included */
	int64_t last;		/* telling of it, from `since` to `until` */
	uint32_t name;		/* a reference to the text */
};

struct runs {
	struct run v[NAMES_RUNS];	/* by `since`, the earliest first */
	uint32_t n;
};

/* A telling: takes a reference of its own to its name where it keeps it. */
void runs_tell(struct runs *, struct strtab *, uint32_t name, int64_t ts,
    int64_t until);

/* The name at that time: of the runs that hold then, the last begun; or 0. */
uint32_t runs_find(const struct runs *, int64_t at);

void runs_release(struct runs *, struct strtab *);

#endif
