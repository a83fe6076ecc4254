/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_NAMES_TELL_H
#define SPIN_NAMES_TELL_H

#include "names.h"

#include "tap.h"

/*
 * For the tests of names: records from short lists of answers, and what is
 * found afterwards.
 *
 *	struct names *n = new_usual();
 *	told(n, 1, S(100), "a.example", "192.0.2.1", 300);
 *	at(n, S(200), "a.example", "the name");
 */

/* Times of these tests: seconds, and a grace of ten of them. */
#define S(s)	((int64_t)(s) * 1000000)
#define GRACE	S(10)

static struct hashkey key;

static void
key_init(void)
{
	if (hashkey_init(&key) < 0)
		abort();
}

static struct names *
new_names(size_t entries, size_t bytes)
{
	struct names_opts opts = NAMES_OPTS_INIT;
	struct names *n;

	opts.max_entries = entries;
	opts.max_bytes = bytes;
	opts.grace = GRACE;
	n = names_new(&opts, &key);
	if (!n)
		abort();
	return n;
}

static struct names *
new_usual(void)
{
	return new_names(1000, 1 << 20);
}

/* The next word of a list, or an empty one before ";" and at the end. */
static struct str
word(const char **at)
{
	struct str w;

	while (**at == ' ')
		(*at)++;
	w.p = *at;
	while (**at != '\0' && **at != ' ' && **at != ';')
		(*at)++;
	w.n = (size_t)(*at - w.p);
	return w;
}

/* "OWNER TYPE DATA TTL; ...", a TTL of "-" is unknown, data of "-" empty. */
static size_t
answers_of(const char *list, struct answer *v, size_t room)
{
	size_t n = 0;

	while (*list != '\0') {
		struct answer *a = &v[n];
		struct str ttl;

		if (n++ == room)
			abort();
		a->name = word(&list);
		a->rtype = word(&list);
		a->data = word(&list);
		if (str_eq(a->data, STR("-")))
			a->data.n = 0;
		ttl = word(&list);
		a->has_ttl = !str_eq(ttl, STR("-"));
		a->ttl = a->has_ttl ? strtoull(ttl.p, NULL, 10) : 0;
		if (*list == ';')
			list++;
	}
	return n;
}

static struct rec
record(int64_t ts, const char *via, const char *qname, struct answer *v,
    size_t n)
{
	struct rec r;

	rec_init(&r, REC_TYPE_DNS);
	r.ts = ts;
	REC_SET(&r, DNS, dns, via, str_of(via));
	if (qname)
		REC_SET(&r, DNS, dns, qname, str_of(qname));
	REC_SET(&r, DNS, dns, rcode, STR("NOERROR"));
	REC_SET(&r, DNS, dns, answers, ((struct answers){ v, n }));
	return r;
}

static void
dns_via(struct names *n, uint32_t client, int64_t ts, const char *via,
    const char *qname, const char *list)
{
	struct answer v[80];
	struct rec r = record(ts, via, qname, v, answers_of(list, v, 80));

	names_dns(n, &r, client);
}

static void
dns(struct names *n, uint32_t client, int64_t ts, const char *qname,
    const char *list)
{
	dns_via(n, client, ts, "udp", qname, list);
}

/* The plainest answer: that name for that address. */
static void
told(struct names *n, uint32_t client, int64_t ts, const char *host,
    const char *addr, unsigned ttl)
{
	char list[200];

	snprintf(list, sizeof(list), "%s A %s %u", host, addr, ttl);
	dns(n, client, ts, host, list);
}

static struct str
find(struct names *n, uint32_t client, const char *addr, int64_t at)
{
	struct addr a;

	if (addr_parse(&a, addr, strlen(addr)) < 0)
		abort();
	return names_find(n, client, &a, at);
}

static void
is(struct names *n, uint32_t client, const char *addr, int64_t at,
    const char *want, const char *what)
{
	struct str got = find(n, client, addr, at);

	tap_mem(got.p, got.n, want, strlen(want), "%s", what);
}

/* As `is`, for a device 1 and the address most used here. */
static void
at(struct names *n, int64_t start, const char *want, const char *what)
{
	is(n, 1, "192.0.2.1", start, want, what);
}

#endif
