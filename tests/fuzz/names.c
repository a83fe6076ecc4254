/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

/*
 * Lines of records, told to one device or another. Whatever is found for an
 * address then is a name that some record gave (its question, of PTR its
 * data, of mDNS an owner), at a time not after the one asked for; and the
 * counts stay in proportion. The first byte says how large the tables are,
 * the second which device each line is for. A line of one "!" makes the next
 * device be forgotten.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEARD = 512, ADDRS = 64, LINES = 32 };

struct heard {
	struct str name;	/* of the input or the arena */
	int64_t ts;
};

struct state {
	struct names *names;
	struct arena arena;
	struct heard heard[HEARD];
	size_t nheard;
	struct addr addrs[ADDRS];
	size_t naddrs;
	int64_t times[LINES];
	size_t ntimes;
	uint64_t records, answers, told;
};

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool
same(struct str a, struct str b)
{
	size_t i;

	for (i = 0; a.n == b.n && i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return a.n == b.n;
}

/* An answer: its address, and the name that it may give. */
static void
hear(struct state *s, const struct answer *a, bool mdns, int64_t ts)
{
	struct addr addr;

	if (s->naddrs < ADDRS &&
	    addr_parse(&addr, a->data.p, a->data.n) == 0)
		s->addrs[s->naddrs++] = addr;
	if (str_eq(a->rtype, STR("PTR")))
		s->heard[s->nheard++] = (struct heard){ a->data, ts };
	else if (mdns)
		s->heard[s->nheard++] = (struct heard){ a->name, ts };
}

/* Remembers the names of a record; false when there are too many. */
static bool
remember(struct state *s, const struct rec *r)
{
	const struct rec_dns *d = &r->u.dns;
	bool mdns = REC_HAS(r, DNS, via) && str_eq(d->via, STR("mdns"));
	size_t n = REC_HAS(r, DNS, answers) ? d->answers.n : 0, i;

	if (n >= HEARD - s->nheard)
		return false;
	if (REC_HAS(r, DNS, qname) && !mdns)
		s->heard[s->nheard++] = (struct heard){ d->qname, r->ts };
	for (i = 0; i < n; i++)
		hear(s, &d->answers.v[i], mdns, r->ts);
	s->answers += n;
	return true;
}

static bool
was_heard(const struct state *s, struct str name, int64_t at)
{
	size_t i;

	for (i = 0; i < s->nheard; i++)
		if (s->heard[i].ts <= at && same(s->heard[i].name, name))
			return true;
	return false;
}

static void
check_counts(struct state *s)
{
	const struct names_counts *c = names_counts(s->names);

	check(c->told >= s->told && c->told <= s->answers);
	check(c->evicted <= 2 * c->told);
	check(c->ignored <= s->records);
	s->told = c->told;
}

static void
check_find(struct state *s, const struct addr *a, int64_t at)
{
	struct str got;
	uint32_t client;
	size_t i;

	for (client = 0; client <= 3; client++) {
		got = names_find(s->names, client, a, at);
		if (got.n == 0)
			continue;
		check(was_heard(s, got, at));
		check(got.n <= 1020);
		for (i = 0; i < got.n; i++)
			check(lower(got.p[i]) == got.p[i]);
		check(str_eq(names_find(s->names, client, a, at), got));
	}
}

static void
check_all(struct state *s)
{
	/* What the reverse names of the corpus are about. */
	static const char *const known[] = {
		"192.0.2.1", "192.168.8.24", "2001:db8::1", "fd00:8::24",
	};
	struct addr a;
	size_t i, k;

	for (i = 0; i < s->ntimes; i++) {
		for (k = 0; k < s->naddrs; k++)
			check_find(s, &s->addrs[k], s->times[i]);
		for (k = 0; k < ARRAY_SIZE(known); k++) {
			check(addr_parse(&a, known[k], strlen(known[k])) == 0);
			check_find(s, &a, s->times[i]);
			check_find(s, &a, s->times[i] - 1);
		}
	}
}

/* False at the first line that cannot be remembered. */
static bool
take_line(struct state *s, const char *line, size_t n, uint32_t client)
{
	struct errpos err;
	struct rec r;

	if (rec_decode(&r, &s->arena, line, n, &err) < 0)
		return true;
	if (r.type == REC_TYPE_DNS && !remember(s, &r))
		return false;
	s->records++;
	s->times[s->ntimes++] = r.ts;
	names_dns(s->names, &r, client);
	check_counts(s);
	return true;
}

static void
take_lines(struct state *s, const char *p, size_t n, uint32_t clients)
{
	const char *end = p + n, *lf;

	for (; p < end && s->ntimes < LINES; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (!lf)
			lf = end;
		if (!take_line(s, p, (size_t)(lf - p), clients & 3))
			return;
		clients = clients >> 2 | clients << 6;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct names_opts opts = NAMES_OPTS_INIT;
	static struct state s;
	struct hashkey key;
	size_t i;

	if (size <= 2)
		return 0;
	for (i = 0; i < ARRAY_SIZE(key.k); i++)
		key.k[i] = 0x9e3779b97f4a7c15u * (i + 1);
	if (data[0] & 1)
		opts.max_entries = data[0] >> 1 & 7;
	if (data[0] & 16)
		opts.max_bytes = 512;
	if (data[0] & 32)
		opts.grace = 0;
	memset(&s, 0, sizeof(s));
	arena_init(&s.arena, 8 << 20);
	s.names = names_new(&opts, &key);
	take_lines(&s, (const char *)data + 2, size - 2, data[1]);
	check_all(&s);
	names_free(s.names);
	arena_release(&s.arena);
	return 0;
}
