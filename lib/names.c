/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "names.h"

#include <stdlib.h>

#include "lru.h"
#include "names_priv.h"
#include "strtab.h"
#include "xalloc.h"

#define ANYONE		0	/* entries of what any device was told */
#define EVERYBODY	NAMES_EVERYBODY

#define HOST_MAX	(4 * 255)	/* the longest text of a name */

struct key {
	uint8_t addr[16];
	uint32_t client;
	uint8_t ver, zero[3];
};

struct entry {
	struct key key;
	struct runs runs;
};

struct names {
	struct lru *entries;
	struct strtab *texts;
	int64_t grace;
	struct names_counts counts;
};

struct names *
names_new(const struct names_opts *opts, const struct hashkey *key)
{
	struct names *n = xcalloc(1, sizeof(*n));

	n->entries = lru_new(opts->max_entries, sizeof(struct key),
	    sizeof(struct entry), key);
	n->texts = strtab_new(opts->max_bytes, key);
	n->grace = opts->grace > 0 ? opts->grace : 0;
	return n;
}

void
names_free(struct names *n)
{
	if (!n)
		return;
	lru_free(n->entries);
	strtab_free(n->texts);
	free(n);
}

static struct key
key_of(uint32_t client, const struct addr *a)
{
	struct key k = { .client = client, .ver = a->ver };

	memcpy(k.addr, a->b, sizeof(k.addr));
	return k;
}

static void
forget(struct names *n, struct entry *e)
{
	runs_release(&e->runs, n->texts);
	lru_del(n->entries, e);
}

/* False when there is nothing to evict. */
static bool
evict(struct names *n)
{
	struct entry *e = lru_oldest(n->entries);

	if (!e)
		return false;
	forget(n, e);
	n->counts.evicted++;
	return true;
}

/* The entry of an address, made if need be; NULL without memory. */
static struct entry *
entry_of(struct names *n, uint32_t client, const struct addr *a)
{
	struct key k = key_of(client, a);
	struct entry *e = lru_get(n->entries, &k);

	if (e)
		return e;
	if (lru_full(n->entries))
		(void)evict(n);
	return lru_add(n->entries, &k);
}

/* The text of a host name: in lower case, with a reference; 0: no room. */
static uint32_t
text_of(struct names *n, struct str host)
{
	char lower[HOST_MAX];
	uint32_t id;
	size_t i;

	for (i = 0; i < host.n; i++)
		lower[i] = names_lower(host.p[i]);
	host.p = lower;
	while ((id = strtab_ref(n->texts, host)) == 0)
		if (!evict(n))
			return 0;
	return id;
}

static bool
is_host(struct str s)
{
	return s.n > 0 && s.n <= HOST_MAX && !(s.n == 1 && s.p[0] == '.');
}

static int64_t
until_of(const struct names *n, int64_t ts, uint32_t ttl)
{
	int64_t t = (int64_t)ttl * 1000000;

	if (n->grace > INT64_MAX - t)
		return INT64_MAX;
	t += n->grace;
	return ts > INT64_MAX - t ? INT64_MAX : ts + t;
}

void
names_tell(struct names *n, uint32_t client, const struct addr *a,
    struct str host, int64_t ts, uint32_t ttl)
{
	int64_t until = until_of(n, ts, ttl);
	uint32_t to[2] = { client, ANYONE }, id;
	struct entry *e;
	size_t i;

	id = is_host(host) ? text_of(n, host) : 0;
	if (id == 0)
		return;
	n->counts.told++;
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		if (i > 0 && (client == ANYONE || client == EVERYBODY))
			break;
		e = entry_of(n, to[i], a);
		if (e)
			runs_tell(&e->runs, n->texts, id, ts, until);
	}
	strtab_drop(n->texts, id);
}

static uint32_t
find(struct names *n, uint32_t client, const struct addr *a, int64_t start)
{
	struct key k = key_of(client, a);
	const struct entry *e = lru_get(n->entries, &k);

	return e ? runs_find(&e->runs, start) : 0;
}

struct str
names_find(struct names *n, uint32_t client, const struct addr *a,
    int64_t start)
{
	uint32_t id = 0;

	if (client != ANYONE && client != EVERYBODY)
		id = find(n, client, a, start);
	if (id == 0)
		id = find(n, ANYONE, a, start);
	if (id == 0)
		id = find(n, EVERYBODY, a, start);
	return strtab_text(n->texts, id);
}

const struct names_counts *
names_counts(const struct names *n)
{
	return &n->counts;
}

void
names_ignored(struct names *n)
{
	n->counts.ignored++;
}
