/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "names.h"

#include "names_tell.h"

static void
test_devices(void)
{
	struct names *n = new_usual();

	at(n, S(100), "", "nobody knows");
	told(n, 1, S(100), "a.example", "192.0.2.1", 300);
	told(n, 2, S(101), "b.example", "192.0.2.1", 300);
	at(n, S(200), "a.example", "the first device's own");
	is(n, 2, "192.0.2.1", S(200), "b.example", "the second's own");
	is(n, 3, "192.0.2.1", S(200), "b.example", "the latest told to any");
	is(n, 3, "192.0.2.1", S(100), "a.example", "the only one then");
	is(n, 0, "192.0.2.1", S(200), "b.example", "nobody's flow likewise");
	is(n, 2, "192.0.2.1", S(100), "a.example", "before its own, any's");
	is(n, 1, "192.0.2.2", S(200), "", "another address");
	is(n, 1, "c000:201::", S(200), "", "the same bytes in IPv6");
	told(n, 0, S(150), "c.example", "192.0.2.1", 300);
	at(n, S(200), "a.example", "what nobody received is nobody's own");
	is(n, 3, "192.0.2.1", S(200), "c.example", "but any's");
	told(n, UINT32_MAX, S(160), "d.example", "192.0.2.1", 300);
	is(n, UINT32_MAX, "192.0.2.1", S(200), "c.example",
	    "the number that no device has");
	tap_uint(names_counts(n)->told, 4, "four told");
	tap_uint(names_counts(n)->ignored, 0, "none ignored");
	names_free(n);
	names_free(NULL);
}

static void
test_times(void)
{
	struct names *n = new_usual();

	told(n, 1, S(100), "a.example", "192.0.2.1", 60);
	at(n, S(100) - 1, "", "told after the flow began");
	at(n, S(100), "a.example", "told at that moment");
	at(n, S(170), "a.example", "TTL 60 and grace 10: until 170");
	at(n, S(170) + 1, "", "and no longer");
	told(n, 1, S(120), "b.example", "192.0.2.1", 60);
	at(n, S(120) - 1, "a.example", "before the second name");
	at(n, S(120), "b.example", "since the second name");
	at(n, S(190), "b.example", "until 190");
	at(n, S(191), "", "none of them");
	told(n, 1, S(130), "c.example", "192.0.2.1", 5);
	at(n, S(145), "c.example", "a short one, until 145");
	at(n, S(146), "b.example", "then the one before still stands");
	names_free(n);
}

static void
test_again(void)
{
	struct names *n = new_usual();

	told(n, 1, S(100), "a.example", "192.0.2.1", 60);
	told(n, 1, S(170), "a.example", "192.0.2.1", 60);
	at(n, S(100), "a.example", "told again: from the first time on");
	at(n, S(170), "a.example", "over the seam");
	at(n, S(240), "a.example", "until 170 + 60 + 10");
	at(n, S(241), "", "not longer");
	told(n, 1, S(200), "a.example", "192.0.2.1", 0);
	at(n, S(240), "a.example", "a shorter TTL takes nothing away");
	told(n, 1, S(240) + 1, "a.example", "192.0.2.1", 60);
	at(n, S(240) + 1, "a.example", "told after a gap");
	at(n, S(240), "a.example", "before the gap");
	told(n, 1, S(400), "a.example", "192.0.2.1", 60);
	at(n, S(399), "", "in a gap");
	at(n, S(310), "a.example", "before that gap, until 310.000001");
	at(n, S(470), "a.example", "after that gap");
	told(n, 1, S(305), "a.example", "192.0.2.1", 100);
	at(n, S(399), "a.example", "a late one fills the gap: until 415");
	at(n, S(470), "a.example", "and what came later stays");
	names_free(n);
}

/* Alternating names use up the runs; told again, none is used. */
static void
test_runs(void)
{
	struct names *n = new_usual();
	int64_t t;

	for (t = 0; t < 5; t++)
		told(n, 1, S(100 + t), t % 2 ? "b.example" : "a.example",
		    "192.0.2.1", 60);
	at(n, S(100), "", "of five runs the first is gone");
	at(n, S(101), "b.example", "the second");
	at(n, S(102), "a.example", "the third");
	at(n, S(103), "b.example", "the fourth");
	at(n, S(104), "a.example", "the fifth");
	for (t = 105; t < 200; t++)
		told(n, 1, S(t), "a.example", "192.0.2.1", 60);
	at(n, S(101), "b.example", "told again ninety times: still there");
	told(n, 1, S(100), "c.example", "192.0.2.1", 60);
	at(n, S(100), "", "the oldest of five, coming last, is gone at once");
	at(n, S(101), "b.example", "instead of the oldest that was there");
	told(n, 1, S(100), "b.example", "192.0.2.1", 60);
	at(n, S(100), "b.example", "but one that only prolongs it is not");
	names_free(n);
}

static void
test_late(void)
{
	struct names *n = new_usual();

	told(n, 1, S(300), "c.example", "192.0.2.1", 600);
	told(n, 1, S(100), "a.example", "192.0.2.1", 600);
	told(n, 1, S(200), "b.example", "192.0.2.1", 600);
	at(n, S(99), "", "backwards: before all");
	at(n, S(150), "a.example", "backwards: the first");
	at(n, S(250), "b.example", "backwards: the second");
	at(n, S(350), "c.example", "backwards: the third");
	told(n, 1, S(250), "c.example", "192.0.2.1", 10);
	at(n, S(260), "c.example", "a late one shortly before the same");
	at(n, S(280), "b.example", "which it does not reach");
	names_free(n);

	n = new_usual();
	told(n, 1, S(100), "a.example", "192.0.2.1", 90);
	told(n, 1, S(190), "a.example", "192.0.2.1", 90);
	told(n, 1, S(150), "b.example", "192.0.2.1", 90);
	at(n, S(149), "a.example", "cut in two: the first part");
	at(n, S(189), "b.example", "cut in two: what came between");
	at(n, S(190), "a.example", "cut in two: told again");
	at(n, S(290), "a.example", "cut in two: as long as before");
	at(n, S(291), "", "cut in two: the end");
	told(n, 1, S(170), "a.example", "192.0.2.1", 90);
	at(n, S(170), "a.example", "told again between, later yet");
	at(n, S(169), "b.example", "and the other before it");
	names_free(n);

	n = new_usual();
	told(n, 1, S(100), "a.example", "192.0.2.1", 90);
	told(n, 1, S(100), "b.example", "192.0.2.1", 90);
	at(n, S(100), "b.example", "at the same moment the later one counts");
	names_free(n);
}

/* All runs taken, and the first one is cut: it alone holds its text. */
static void
test_cut_full(void)
{
	struct names *n = new_usual();

	told(n, 1, S(100), "a.example", "192.0.2.1", 900);
	told(n, 1, S(200), "a.example", "192.0.2.1", 900);
	told(n, 1, S(300), "b.example", "192.0.2.1", 900);
	told(n, 1, S(400), "c.example", "192.0.2.1", 900);
	told(n, 1, S(500), "d.example", "192.0.2.1", 900);
	told(n, 1, S(150), "e.example", "192.0.2.1", 900);
	at(n, S(199), "", "what it was before has no room");
	at(n, S(200), "a.example", "what it was last");
	at(n, S(300), "b.example", "and the others");
	at(n, S(500), "d.example", "to the end");
	names_free(n);
}

/* Four entries: which of them go can be told by hand. */
static void
test_eviction(void)
{
	struct names *n = new_names(4, 1 << 20);

	told(n, 1, S(100), "a.example", "192.0.2.1", 300);
	told(n, 1, S(100), "b.example", "192.0.2.2", 300);
	tap_uint(names_counts(n)->evicted, 0, "four entries fit");
	at(n, S(100), "a.example", "used: device 1 and the first address");
	told(n, 1, S(100), "c.example", "192.0.2.3", 300);
	tap_uint(names_counts(n)->evicted, 2, "two made room for two");
	is(n, 2, "192.0.2.1", S(100), "", "the first address, any device");
	is(n, 1, "192.0.2.1", S(100), "a.example", "what was used stays");
	is(n, 2, "192.0.2.2", S(100), "b.example", "what came later stays");
	is(n, 1, "192.0.2.3", S(100), "c.example", "what is new is there");
	names_free(n);

	n = new_names(0, 1 << 20);
	told(n, 1, S(100), "a.example", "192.0.2.1", 300);
	at(n, S(100), "", "a table for nothing");
	names_free(n);
	n = new_names(4, 0);
	told(n, 1, S(100), "a.example", "192.0.2.1", 300);
	at(n, S(100), "", "texts of no bytes");
	tap_uint(names_counts(n)->told, 0, "none told");
	names_free(n);
}

static struct addr
addr_no(uint32_t i)
{
	uint8_t b[4] = { (uint8_t)(i >> 24), (uint8_t)(i >> 16),
	    (uint8_t)(i >> 8), (uint8_t)i };

	return addr_v4(b);
}

/* Number i for the i-th address, of `pad` bytes and ten digits. */
static void
tell_no(struct names *n, uint32_t client, uint32_t i, int pad)
{
	char host[300], data[ADDR_TEXT];
	struct addr a = addr_no(i);
	struct answer v = { .rtype = STR("A"), .ttl = 300, .has_ttl = true };
	struct rec r;

	snprintf(host, sizeof(host), "%0*d%010" PRIu32, pad, 0, i);
	v.name = str_of(host);
	v.data = (struct str){ data, addr_print(&a, data) };
	r = record(S(100), "udp", host, &v, 1);
	names_dns(n, &r, client);
}

/* How many of the last `count` addresses before i have their name. */
static uint32_t
count_known(struct names *n, uint32_t client, uint32_t i, uint32_t count,
    size_t len)
{
	uint32_t known = 0, k;
	char digits[16];

	for (k = i - count; k < i; k++) {
		struct addr a = addr_no(k);
		struct str s = names_find(n, client, &a, S(100));

		snprintf(digits, sizeof(digits), "%010" PRIu32, k);
		if (s.n == 0)
			continue;
		known++;
		if (s.n != len || memcmp(s.p + len - 10, digits, 10) != 0)
			abort();
	}
	return known;
}

/*
 * One device asks for a million names: entries stay below their number, texts
 * below their bytes; what it was told last and what is in use are there.
 */
static void
test_million(void)
{
	enum { N = 1000000, ENTRIES = 16384 };
	struct names *n = new_names(ENTRIES, 2 << 20);
	uint32_t i;

	told(n, 1, S(100), "kept.example", "192.0.2.1", 300);
	for (i = 1; i <= N; i++) {
		tell_no(n, 2, i, 10);
		if (i % 1000 == 0 && find(n, 1, "192.0.2.1", S(100)).n == 0)
			abort();
	}
	tap_uint(names_counts(n)->told, N + 1, "a million and one told");
	tap_uint(names_counts(n)->evicted, 2 * (N + 1) - ENTRIES,
	    "each takes two entries, and so many are there");
	at(n, S(100), "kept.example", "what another device uses stays");
	/* One entry of 16384 is that of device 1, the others are pairs. */
	tap_uint(count_known(n, 2, N + 1, ENTRIES, 20), ENTRIES / 2,
	    "the last ones are known, one half as any device's alone");
	names_free(n);

	n = new_names(ENTRIES, 100000);
	for (i = 1; i <= N / 10; i++)
		tell_no(n, 2, i, 190);
	/* A text costs 200 bytes and at most 44, and two numbers 40. */
	i = count_known(n, 2, N / 10 + 1, ENTRIES, 200);
	tap_ok(i < 500 && i >= 100000 / 284, "bytes bound them to %" PRIu32,
	    i);
	names_free(n);
}

/*
 * The model: a list of all tellings, looked through for the latest one that
 * holds.
 */
enum order {
	ORDERED,	/* by time, any names */
	ONCE,		/* not by time, each name once */
	LATE,		/* not by time, any names: not all is remembered */
};

enum { TELLINGS = 400, ADDRS = 8, CLIENTS = 3, HOSTS = 4 };

struct telling {
	uint32_t client, addr, host;
	int64_t ts, until;
};

struct model {
	struct telling v[TELLINGS];
	size_t n;
};

static uint32_t
pick(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % n;
}

/* 0 for `client` is any. Returns the host, or 0. */
static uint32_t
model_find(const struct model *m, uint32_t client, uint32_t addr, int64_t at)
{
	const struct telling *best = NULL, *t;

	for (t = m->v; t < m->v + m->n; t++)
		if (t->addr == addr && (client == 0 || t->client == client) &&
		    t->ts <= at && at <= t->until &&
		    (!best || t->ts >= best->ts))
			best = t;
	return best ? best->host : 0;
}

/* How often the name changes, or stops and begins again, in order of time. */
static int
model_runs(const struct model *m, uint32_t client, uint32_t addr)
{
	const struct telling *t, *last = NULL;
	int64_t until = 0;
	int runs = 0;

	for (t = m->v; t < m->v + m->n; t++) {
		if (t->addr != addr || (client != 0 && t->client != client))
			continue;
		if (!last || last->host != t->host || t->ts > until) {
			runs++;
			until = t->until;
		}
		until = t->until > until ? t->until : until;
		last = t;
	}
	return runs;
}

/* Whether an address has no more runs than are kept, however they come. */
static bool
fits(const struct model *m, const struct telling *t, enum order order)
{
	size_t i, n = 0;

	if (order == ORDERED)
		return model_runs(m, t->client, t->addr) <= NAMES_RUNS &&
		    model_runs(m, 0, t->addr) <= NAMES_RUNS;
	for (i = 0; i < m->n; i++)
		n += m->v[i].addr == t->addr;
	return n <= NAMES_RUNS;
}

/* One telling to both, if it fits. */
static void
both(struct names *n, struct model *m, struct telling t, enum order order)
{
	char host[32], text[ADDR_TEXT + 1];
	struct addr a = addr_no(t.addr);

	m->v[m->n++] = t;
	if (!fits(m, &t, order)) {
		m->n--;
		return;
	}
	snprintf(host, sizeof(host), "%" PRIu32 ".example", t.host);
	text[addr_print(&a, text)] = '\0';
	told(n, t.client, t.ts, host, text,
	    (unsigned)((t.until - t.ts - GRACE) / S(1)));
}

/* Some telling says so, to that device or to any. */
static bool
model_says(const struct model *m, uint32_t addr, int64_t at, struct str host)
{
	const struct telling *t;
	char text[32];

	for (t = m->v; t < m->v + m->n; t++) {
		snprintf(text, sizeof(text), "%" PRIu32 ".example", t->host);
		if (t->addr == addr && t->ts <= at && at <= t->until &&
		    str_eq(host, str_of(text)))
			return true;
	}
	return false;
}

static bool
same(struct names *n, const struct model *m, uint64_t *seed, enum order order)
{
	uint32_t client = pick(seed, CLIENTS + 1), addr = pick(seed, ADDRS);
	int64_t start = S(pick(seed, 800));
	struct addr a = addr_no(addr);
	struct str got = names_find(n, client, &a, start);
	uint32_t host = model_find(m, client, addr, start);
	char want[32] = "";

	if (host == 0)
		host = model_find(m, 0, addr, start);
	if (host != 0 && order == LATE)
		return model_says(m, addr, start, got);
	if (host != 0)
		snprintf(want, sizeof(want), "%" PRIu32 ".example", host);
	return str_eq(got, str_of(want));
}

static void
test_model(enum order order, const char *what)
{
	uint64_t seed = 11;
	unsigned wrong = 0;
	size_t used = 0;
	int round;
	uint32_t i;

	for (round = 0; round < 300; round++) {
		struct names *n = new_usual();
		struct model m = { .n = 0 };
		struct telling t = { .ts = S(1) };

		for (i = 1; i <= TELLINGS; i++) {
			t.client = 1 + pick(&seed, CLIENTS);
			t.addr = pick(&seed, ADDRS);
			t.ts = order == ORDERED ? t.ts + S(pick(&seed, 4)) :
			    S(pick(&seed, 400));
			t.host = order == ONCE ? i : 1 + pick(&seed, HOSTS);
			t.until = t.ts + S(pick(&seed, 60)) + GRACE;
			both(n, &m, t, order);
		}
		used += m.n;
		for (i = 0; i < 300; i++)
			wrong += !same(n, &m, &seed, order);
		names_free(n);
	}
	tap_uint(wrong, 0, "90000 queries as of a plain list, %s", what);
	tap_ok(used >= 300 * 30, "%zu tellings", used);
}

int
main(void)
{
	key_init();
	test_devices();
	test_times();
	test_again();
	test_runs();
	test_late();
	test_cut_full();
	test_eviction();
	test_million();
	test_model(ORDERED, "in order");
	test_model(ONCE, "out of order");
	test_model(LATE, "out of order, told again");
	return tap_done();
}
