/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#include "sums_got.h"
#include "tap.h"

#define HEAD	"{\"type\":\"digest\",\"ts\":"
/* The sums of a digest of one packet in each direction, seen at 1 s. */
#define ONE	"\"flows\":1,\"unanswered\":0,\"pkts_out\":1," \
	"\"bytes_out\":40,\"pkts_in\":1,\"bytes_in\":60,"
#define AT_1	"\"first\":1,\"last\":1}\n"

static const char *
got_text(struct got *g)
{
	buf_putc(&g->text, '\0');
	g->text.n--;
	return g->text.p;
}

static bool
keep(void *ctx, const struct rec *r)
{
	const struct got *g = ctx;

	return r->u.digest.bytes_out >= g->keep_bytes;
}

static int
feed(struct sums *s, const char *line)
{
	struct rec r;

	decode(&r, line, strlen(line));
	return sums_add(s, &r);
}

/* All lines summed, as text. */
static void
test_lines(const struct sums_opts *o, const char *const *in, const char *want,
    const char *what)
{
	struct sums *s;
	struct got g;
	size_t i;

	got_init(&g);
	s = sums_new(o, &key, emit, &g);
	for (i = 0; in[i]; i++)
		if (feed(s, in[i]) < 0)
			abort();
	tap_int(sums_end(s), 0, "%s: end", what);
	tap_str(got_text(&g), want, "%s", what);
	sums_free(s);
	buf_release(&g.text);
}

static void
test_all_members(void)
{
	static const char *const in[] = {
		HEAD "61,\"agent\":\"gw\",\"device\":\"d\",\"name\":\"n\","
		"\"peer\":\"p\",\"peer_mac\":\"m\",\"peer_ip\":[\"192.0.2.2\","
		"\"2001:db8::1\"],\"hosts\":[\"b\",\"a\"],\"more\":2,"
		"\"where\":\"lan\",\"proto\":\"tcp\",\"port\":443,"
		"\"service\":\"https\",\"dir\":\"out\",\"flows\":1,"
		"\"unanswered\":1,\"pkts_out\":2,\"bytes_out\":300,"
		"\"pkts_in\":4,\"bytes_in\":500,\"first\":61.5,\"last\":62}\n",
		HEAD "119.999999,\"agent\":\"gw\",\"device\":\"d\","
		"\"name\":\"new\",\"peer\":\"p\",\"peer_mac\":\"m\","
		"\"peer_ip\":[\"192.0.2.1\",\"192.0.2.2\"],\"hosts\":[\"a\","
		"\"c\"],\"where\":\"lan\",\"proto\":\"tcp\",\"port\":443,"
		"\"service\":\"https\",\"dir\":\"out\",\"flows\":10,"
		"\"pkts_out\":20,\"bytes_out\":3000,\"pkts_in\":40,"
		"\"bytes_in\":5000}\n",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;

	test_lines(&o, in, HEAD "60,\"window\":60,\"agent\":\"gw\","
	    "\"device\":\"d\",\"name\":\"new\",\"peer\":\"p\","
	    "\"peer_mac\":\"m\",\"peer_ip\":[\"192.0.2.2\",\"2001:db8::1\","
	    "\"192.0.2.1\"],\"hosts\":[\"b\",\"a\",\"c\"],\"more\":2,"
	    "\"where\":\"lan\",\"proto\":\"tcp\",\"port\":443,"
	    "\"service\":\"https\",\"dir\":\"out\",\"flows\":11,"
	    "\"unanswered\":1,\"pkts_out\":22,\"bytes_out\":3300,"
	    "\"pkts_in\":44,\"bytes_in\":5500,\"first\":61.5,"
	    "\"last\":119.999999}\n", "two digests of one row");
	o.by = 0;
	o.window = 0;
	test_lines(&o, in, HEAD "61.5,\"window\":58.499999,\"flows\":11,"
	    "\"unanswered\":1,\"pkts_out\":22,\"bytes_out\":3300,"
	    "\"pkts_in\":44,\"bytes_in\":5500,\"first\":61.5,"
	    "\"last\":119.999999}\n", "by nothing, one window");
}

/* Where a window begins; each time with its window. */
static void
test_windows(void)
{
	static const struct {
		int64_t ts, window, start;
	} t[] = {
		{ 0, 60, 0 }, { 59999999, 60, 0 }, { 60000000, 60, 60 },
		{ -1, 60, -60 }, { -60000000, 60, -60 },
		{ -60000001, 60, -120 }, { 1646136059999999, 60, 1646136000 },
		{ -1, 86400, -86400 }, { 1646136000000000, 86400, 1646092800 },
		{ REC_TIME_MAX, 60, 253402300740 },
		{ INT64_MAX, 60, 253402300740 },
		{ -REC_TIME_MAX, 1, -253402300799 },
		{ INT64_MIN, 1, -253402300799 },
		{ 5, INT64_MAX / SECOND, 0 },
		{ -5, 253402300799, -253402300799 },
	};
	struct sums_opts o = SUMS_OPTS_INIT;
	char want[200];
	struct sums *s;
	struct got g;
	struct rec r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		got_init(&g);
		o.window = t[i].window * SECOND;
		s = sums_new(&o, &key, emit, &g);
		rec_init(&r, REC_TYPE_DIGEST);
		r.ts = t[i].ts;
		(void)sums_add(s, &r);
		tap_int(sums_earliest(s), t[i].start * SECOND,
		    "%" PRId64 " us in windows of %" PRId64 " s", t[i].ts,
		    t[i].window);
		(void)sums_end(s);
		snprintf(want, sizeof(want), HEAD "%" PRId64 ",", t[i].start);
		tap_mem(g.text.p, strlen(want), want, strlen(want), "its ts");
		tap_int(sums_earliest(s), INT64_MAX, "and none is left");
		sums_free(s);
		buf_release(&g.text);
	}
}

/* A device is one peer, and the only one, by whatever name it goes. */
static void
test_peers(void)
{
	static const char *const in[] = {
		HEAD "5,\"device\":\"a\",\"peer\":\"m\",\"peer_mac\":\"m\"}",
		HEAD "7,\"device\":\"a\",\"peer\":\"cam\","
		"\"peer_mac\":\"m\"}",
		HEAD "6,\"device\":\"a\",\"peer\":\"zoo\","
		"\"peer_mac\":\"m\"}",
		HEAD "5,\"device\":\"a\",\"peer\":\"cam\","
		"\"peer_mac\":\"n\"}",
		HEAD "5,\"device\":\"a\",\"peer\":\"cam\"}",
		HEAD "5,\"device\":\"a\",\"peer\":\"m\"}",
		HEAD "5,\"device\":\"a\",\"peer_mac\":\"m\"}",
		HEAD "5,\"device\":\"a\"}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;

#define ROW(more, last) HEAD "0,\"window\":60,\"device\":\"a\"" more \
	",\"flows\":0,\"unanswered\":0,\"pkts_out\":0," \
	"\"bytes_out\":0,\"pkts_in\":0,\"bytes_in\":0," \
	"\"first\":5,\"last\":" last "}\n"
	o.by = SUMS_DEVICE | SUMS_PEER;
	test_lines(&o, in, ROW("", "5")
	    ROW(",\"peer\":\"cam\"", "5") ROW(",\"peer\":\"m\"", "5")
	    ROW(",\"peer\":\"cam\",\"peer_mac\":\"m\"", "7")
	    ROW(",\"peer\":\"cam\",\"peer_mac\":\"n\"", "5"), "peers");
#undef ROW
}

/* Addresses of the device, with the device; what `more` is about. */
static void
test_device_ip(void)
{
	static const char *const in[] = {
		HEAD "1,\"device\":\"a\",\"device_ip\":[\"192.0.2.1\"],"
		"\"peer\":\"p\",\"more\":2}",
		HEAD "1,\"device\":\"a\",\"device_ip\":[\"2001:db8::1\","
		"\"192.0.2.1\"],\"peer\":\"p\"}",
		HEAD "1,\"device\":\"a\",\"more\":3}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;

#define SUMS "\"flows\":0,\"unanswered\":0,\"pkts_out\":0," \
	"\"bytes_out\":0,\"pkts_in\":0,\"bytes_in\":0,"
	o.by = SUMS_DEVICE;
	test_lines(&o, in, HEAD "0,\"window\":60,\"device\":\"a\","
	    "\"device_ip\":[\"192.0.2.1\",\"2001:db8::1\"],\"more\":3,"
	    SUMS AT_1, "by device");
	o.by = SUMS_PEER;
	test_lines(&o, in, HEAD "0,\"window\":60,\"more\":3," SUMS AT_1
	    HEAD "0,\"window\":60,\"peer\":\"p\",\"more\":2," SUMS AT_1,
	    "by peer");
	o.by = SUMS_WHERE;
	test_lines(&o, in, HEAD "0,\"window\":60," SUMS AT_1, "by neither");
#undef SUMS
}

static int
count_closed(void *ctx)
{
	struct got *g = ctx;

	buf_puts(&g->text, "closed\n");
	return 0;
}

/* Behind the last row of each window, as soon as it is out. */
static void
test_closed(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	struct sums *s;
	struct got g;

	got_init(&g);
	o.by = 0;
	o.closed = count_closed;
	s = sums_new(&o, &key, emit, &g);
	(void)feed(s, HEAD "1}");
	(void)feed(s, HEAD "61}");
	(void)feed(s, HEAD "121}");
	tap_int(sums_close(s, 60 * SECOND), 0, "one window");
	tap_ok(g.rows == 1 && strstr(got_text(&g), "}\nclosed\n"), "closed");
	tap_int(sums_close(s, 119 * SECOND), 0, "no other");
	tap_ok(g.text.n && !strstr(strstr(got_text(&g), "closed\n") + 7,
	    "closed"), "not twice");
	tap_int(sums_end(s), 0, "the end");
	tap_ok(g.rows == 3 && strstr(strstr(got_text(&g), "closed\n" HEAD),
	    "closed\n" HEAD "120"), "each behind its own rows");
	sums_free(s);
	buf_release(&g.text);
}

/* Members that follow from others, and their absence. */
static void
test_differing(void)
{
	static const char *const in[] = {
		HEAD "1,\"device\":\"a\",\"name\":\"x\",\"peer\":\"p\","
		"\"peer_mac\":\"m\",\"port\":1,\"service\":\"s\"}",
		HEAD "1,\"device\":\"a\",\"peer\":\"p\",\"peer_mac\":\"m\","
		"\"port\":1,\"service\":\"t\",\"last\":9}",
		HEAD "1,\"device\":\"b\",\"name\":\"y\",\"peer\":\"p\","
		"\"peer_mac\":\"m\",\"port\":1,\"service\":\"s\",\"last\":2}",
		HEAD "1,\"device\":\"b\",\"name\":\"z\",\"peer\":\"p\","
		"\"port\":1}",
		HEAD "1,\"device\":\"b\",\"peer\":\"p\",\"peer_mac\":\"m\","
		"\"port\":1,\"service\":\"s\"}",
		HEAD "1,\"device\":\"c\",\"peer\":\"p\",\"peer_mac\":\"m\","
		"\"port\":1,\"service\":\"s\"}",
		HEAD "1,\"device\":\"c\",\"name\":\"long name\","
		"\"peer\":\"p\",\"peer_mac\":\"m\",\"port\":1,"
		"\"service\":\"s\"}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;
#define NONE "\"flows\":0,\"unanswered\":0,\"pkts_out\":0,\"bytes_out\":0," \
	"\"pkts_in\":0,\"bytes_in\":0,"

	o.by = SUMS_DEVICE | SUMS_PEER | SUMS_PORT;
	test_lines(&o, in,
	    HEAD "0,\"window\":60,\"device\":\"a\",\"name\":\"x\","
	    "\"peer\":\"p\",\"peer_mac\":\"m\",\"port\":1," NONE
	    "\"first\":1,\"last\":9}\n"
	    HEAD "0,\"window\":60,\"device\":\"b\",\"name\":\"y\","
	    "\"peer\":\"p\",\"peer_mac\":\"m\",\"port\":1,"
	    "\"service\":\"s\"," NONE "\"first\":1,\"last\":2}\n"
	    HEAD "0,\"window\":60,\"device\":\"b\",\"name\":\"z\","
	    "\"peer\":\"p\",\"port\":1," NONE AT_1
	    HEAD "0,\"window\":60,\"device\":\"c\","
	    "\"name\":\"long name\",\"peer\":\"p\",\"peer_mac\":\"m\","
	    "\"port\":1,\"service\":\"s\"," NONE AT_1,
	    "name, peer_mac and service");
	o.by = SUMS_NAME | SUMS_SERVICE;
	test_lines(&o, in,
	    HEAD "0,\"window\":60,\"service\":\"s\"," NONE AT_1
	    HEAD "0,\"window\":60,\"service\":\"t\"," NONE
	    "\"first\":1,\"last\":9}\n"
	    HEAD "0,\"window\":60,\"name\":\"long name\","
	    "\"service\":\"s\"," NONE AT_1
	    HEAD "0,\"window\":60,\"name\":\"x\",\"service\":\"s\"," NONE
	    AT_1
	    HEAD "0,\"window\":60,\"name\":\"y\",\"service\":\"s\"," NONE
	    "\"first\":1,\"last\":2}\n"
	    HEAD "0,\"window\":60,\"name\":\"z\"," NONE AT_1,
	    "as members of by");
}

static void
test_key_order(void)
{
	static const char *const in[] = {
		HEAD "1,\"port\":10,\"weekday\":\"b\"}",
		HEAD "1,\"port\":9,\"hour\":3}",
		HEAD "1,\"port\":9,\"hour\":11}",
		HEAD "1,\"port\":9,\"dir\":\"out\"}",
		HEAD "1,\"port\":9,\"dir\":\"\"}",
		HEAD "1,\"port\":9007199254740991}",
		HEAD "1,\"weekday\":\"z\"}",
		HEAD "1,\"where\":\"lan\"}",
		HEAD "1,\"where\":\"la\"}",
		HEAD "1,\"where\":\"\\u00e9\"}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;

#define ROW(members) HEAD "0,\"window\":60," members NONE AT_1
	o.by = SUMS_WHERE | SUMS_PORT | SUMS_DIR | SUMS_HOUR | SUMS_WEEKDAY;
	test_lines(&o, in, HEAD "0,\"window\":60,\"weekday\":\"z\"," NONE
	    AT_1
	    ROW("\"hour\":3,\"port\":9,") ROW("\"hour\":11,\"port\":9,")
	    ROW("\"port\":9,\"dir\":\"\",") ROW("\"port\":9,\"dir\":\"out\",")
	    ROW("\"weekday\":\"b\",\"port\":10,")
	    ROW("\"port\":9007199254740991,") ROW("\"where\":\"la\",")
	    ROW("\"where\":\"lan\",") ROW("\"where\":\"\\u00e9\","),
	    "absent first, numbers by value, texts by bytes");
}

/* 70 addresses and hosts, each three times, and `more` of their own. */
static void
test_lists(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	char line[300];
	struct got g;
	struct rec r;
	struct sums *s;
	unsigned i;

	got_init(&g);
	s = sums_new(&o, &key, emit, &g);
	for (i = 0; i < 210; i++) {
		snprintf(line, sizeof(line), HEAD "1,\"peer\":\"p\","
		    "\"peer_ip\":[\"192.0.2.%u\"],\"hosts\":[\"h%u\",\"h\"],"
		    "\"more\":1}", i % 70, i % 70);
		(void)feed(s, line);
	}
	(void)sums_end(s);
	decode(&r, g.text.p, g.text.n);
	tap_uint(r.u.digest.peer_ip.n, 64, "64 addresses of 70");
	tap_uint(r.u.digest.peer_ip.v[63].b[3], 63, "the first ones");
	tap_uint(r.u.digest.hosts.n, 64, "64 hosts of 71");
	tap_ok(str_eq(r.u.digest.hosts.v[1], STR("h")) &&
	    str_eq(r.u.digest.hosts.v[63], STR("h62")), "the first ones");
	tap_uint(r.u.digest.more, 3 * 6 + 3 * 7 + 210, "the rest is counted");
	sums_free(s);
	buf_release(&g.text);
}

static void
fill(char *p, size_t n, char with, const char *end)
{
	memset(p, with, n);
	memcpy(p + n - strlen(end), end, strlen(end));
}

/* Whatever the texts: a row is no longer than a line. emit() sees to it. */
static void
test_long_texts(void)
{
	static char text[SUMS_TEXT_MAX + 1], odd[SUMS_TEXT_MAX];
	static char host[REC_LIST_MAX][1000];
	struct sums_opts o = SUMS_OPTS_INIT;
	struct str hosts[REC_LIST_MAX];
	struct addr ips[REC_LIST_MAX];
	struct rec r, back;
	struct sums *s;
	struct got g;
	size_t i;

	got_init(&g);
	o.by = 2 * SUMS_WEEKDAY - 1;
	o.by &= ~(unsigned)(SUMS_NAME | SUMS_SERVICE);
	s = sums_new(&o, &key, emit, &g);
	memset(text, 'x', sizeof(text));
	rec_init(&r, REC_TYPE_DIGEST);
#define LONG(f) REC_SET(&r, DIGEST, digest, f, \
	((struct str){ text, SUMS_TEXT_MAX }))
	LONG(agent), LONG(device), LONG(name), LONG(peer), LONG(peer_mac);
	LONG(where), LONG(proto), LONG(service), LONG(dir), LONG(weekday);
	REC_SET(&r, DIGEST, digest, port, UINT64_MAX);
	REC_SET(&r, DIGEST, digest, hour, 23);
	for (i = 0; i < REC_LIST_MAX; i++) {
		char end[4] = { (char)('a' + i / 8), (char)('a' + i % 8), 0 };

		fill(host[i], sizeof(host[i]), 'h', end);
		hosts[i] = (struct str){ host[i], sizeof(host[i]) };
		ips[i] = (struct addr){ .ver = 6 };
		memset(ips[i].b, 0xfe, 16);
		ips[i].b[15] = (uint8_t)i;
	}
	REC_SET(&r, DIGEST, digest, hosts, ((struct strs){ hosts, 64 }));
	REC_SET(&r, DIGEST, digest, peer_ip, ((struct addrs){ ips, 64 }));
	(void)sums_add(s, &r);
	REC_SET(&r, DIGEST, digest, device, ((struct str){ text,
	    SUMS_TEXT_MAX + 1 }));
	memset(odd, 'x', sizeof(odd));
	odd[0] = '"';
	REC_SET(&r, DIGEST, digest, dir, ((struct str){ odd, sizeof(odd) }));
	(void)sums_add(s, &r);
	tap_int(sums_end(s), 0, "rows of long texts");
	tap_uint(g.rows, 2, "come out");
	i = (size_t)((const char *)memchr(g.text.p, '\n', g.text.n) -
	    g.text.p) + 1;
	decode(&back, g.text.p, i);
	tap_ok(!REC_HAS(&back, DIGEST, device) && !REC_HAS(&back, DIGEST, dir),
	    "texts too long are absent");
	decode(&back, g.text.p + i, g.text.n - i);
	tap_uint(back.u.digest.device.n, SUMS_TEXT_MAX, "others are not");
	tap_uint(back.u.digest.hosts.n, 16384 / 1000, "hosts up to 16384");
	tap_uint(back.u.digest.more, 64 - 16384 / 1000, "the others counted");
	sums_free(s);
	buf_release(&g.text);
}

static void
test_saturation(void)
{
	static const char *const in[] = {
		HEAD "1,\"flows\":9007199254740991,\"unanswered\":1,"
		"\"pkts_out\":9007199254740990,\"bytes_out\":9007199254740990,"
		"\"pkts_in\":1,\"bytes_in\":2,\"more\":9007199254740991}",
		HEAD "1,\"flows\":9007199254740991,"
		"\"unanswered\":9007199254740991,\"pkts_out\":1,"
		"\"bytes_out\":2,\"pkts_in\":1,\"bytes_in\":2,\"more\":1}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;

	test_lines(&o, in, HEAD "0,\"window\":60,"
	    "\"more\":9007199254740991,\"flows\":9007199254740991,"
	    "\"unanswered\":9007199254740991,\"pkts_out\":9007199254740991,"
	    "\"bytes_out\":9007199254740991,\"pkts_in\":2,\"bytes_in\":4,"
	    AT_1, "sums stop at the greatest integer");
}

/* Devices a to e, of which each measure has another order. */
static const char *const five[] = {
	HEAD "1,\"device\":\"e\",\"flows\":1,\"unanswered\":2,"
	"\"pkts_out\":3,\"bytes_out\":4,\"pkts_in\":5,\"bytes_in\":1}",
	HEAD "2,\"device\":\"d\",\"flows\":2,\"unanswered\":3,"
	"\"pkts_out\":4,\"bytes_out\":5,\"pkts_in\":1,\"bytes_in\":2}",
	HEAD "3,\"device\":\"c\",\"flows\":3,\"unanswered\":4,"
	"\"pkts_out\":5,\"bytes_out\":1,\"pkts_in\":2,\"bytes_in\":13}",
	HEAD "4,\"device\":\"b\",\"flows\":4,\"unanswered\":5,"
	"\"pkts_out\":1,\"bytes_out\":2,\"pkts_in\":3,\"bytes_in\":4}",
	HEAD "5,\"device\":\"a\",\"flows\":5,\"unanswered\":1,"
	"\"pkts_out\":2,\"bytes_out\":3,\"pkts_in\":4,\"bytes_in\":5}",
};

/* The devices of the rows that came out, one letter each. */
static const char *
devices(struct got *g, char to[static 16])
{
	const char *p = got_text(g);
	size_t n = 0;

	while ((p = strstr(p, "\"device\":\"")) && n < 15) {
		p += 10;
		to[n++] = *p;
	}
	to[n] = '\0';
	return to;
}

static void
test_sort_one(enum sums_sort sort, uint64_t top, uint64_t keep_bytes,
    const char *want, uint64_t hidden, const char *what)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	char got[16];
	struct got g;
	struct sums *s;
	size_t i;

	got_init(&g);
	o.by = SUMS_DEVICE;
	o.sort = sort;
	o.top = top;
	g.keep_bytes = keep_bytes;
	if (keep_bytes)
		o.keep = keep;
	s = sums_new(&o, &key, emit, &g);
	for (i = 0; i < ARRAY_SIZE(five); i++)
		(void)feed(s, five[i]);
	(void)sums_end(s);
	tap_str(devices(&g, got), want, "%s", what);
	tap_uint(sums_counts(s)->hidden, hidden, "rows left out");
	tap_uint(sums_counts(s)->rows, g.rows, "rows counted");
	sums_free(s);
	buf_release(&g.text);
}

static void
test_sort(void)
{
	test_sort_one(SUMS_SORT_KEY, 0, 0, "abcde", 0, "by key");
	test_sort_one(SUMS_SORT_BYTES, 0, 0, "cadbe", 0, "bytes 14 8 7 6 5");
	test_sort_one(SUMS_SORT_BYTES_OUT, 0, 0, "deabc", 0, "bytes_out");
	test_sort_one(SUMS_SORT_BYTES_IN, 0, 0, "cabde", 0, "bytes_in");
	test_sort_one(SUMS_SORT_PKTS, 0, 0, "ecadb", 0, "pkts 8 7 6 5 4");
	test_sort_one(SUMS_SORT_PKTS_OUT, 0, 0, "cdeab", 0, "pkts_out");
	test_sort_one(SUMS_SORT_PKTS_IN, 0, 0, "eabcd", 0, "pkts_in");
	test_sort_one(SUMS_SORT_FLOWS, 0, 0, "abcde", 0, "flows");
	test_sort_one(SUMS_SORT_UNANSWERED, 0, 0, "bcdea", 0, "unanswered");
	test_sort_one(SUMS_SORT_FIRST, 0, 0, "edcba", 0, "first");
	test_sort_one(SUMS_SORT_LAST, 0, 0, "abcde", 0, "last");
	test_sort_one(SUMS_SORT_BYTES_OUT, 2, 0, "de", 3, "top 2");
	test_sort_one(SUMS_SORT_BYTES_OUT, 9, 0, "deabc", 0, "top 9");
	test_sort_one(SUMS_SORT_KEY, 0, 3, "ade", 2, "keep 3 and more bytes");
	test_sort_one(SUMS_SORT_KEY, 2, 3, "ad", 3, "top 2 of them");
}

static void
test_close(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	char got[16];
	struct got g;
	struct sums *s;

	got_init(&g);
	o.by = SUMS_DEVICE;
	o.top = 1;
	s = sums_new(&o, &key, emit, &g);
	tap_int(sums_earliest(s), INT64_MAX, "no window yet");
	(void)feed(s, HEAD "150,\"device\":\"c\"}");
	(void)feed(s, HEAD "70,\"device\":\"b\"}");
	(void)feed(s, HEAD "61,\"device\":\"x\"}");
	(void)feed(s, HEAD "10,\"device\":\"a\"}");
	tap_int(sums_earliest(s), 0, "a late one opens a window");
	tap_int(sums_close(s, 60 * SECOND - 1), 0, "just before its end");
	tap_uint(g.rows, 0, "nothing");
	(void)sums_close(s, 60 * SECOND);
	tap_str(devices(&g, got), "a", "at its end");
	tap_int(sums_earliest(s), 60 * SECOND, "the next one is left");
	(void)sums_close(s, 1000 * SECOND);
	tap_str(devices(&g, got), "abc", "in order of time, top 1 of each");
	(void)feed(s, HEAD "10,\"device\":\"a\"}");
	(void)sums_end(s);
	tap_str(devices(&g, got), "abca", "a window can open again");
	sums_free(s);
	buf_release(&g.text);
	sums_free(NULL);
}

/* A sink that has enough; what is left comes when asked for again. */
static void
test_stop(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	char got[16];
	struct got g;
	struct sums *s;
	size_t i;

	got_init(&g);
	o.by = SUMS_DEVICE;
	g.stop = 2;
	s = sums_new(&o, &key, emit, &g);
	for (i = 0; i < ARRAY_SIZE(five); i++)
		(void)feed(s, five[i]);
	tap_int(sums_close(s, 60 * SECOND), -ECANCELED, "stopped");
	tap_str(devices(&g, got), "ab", "after two rows");
	g.stop = 0;
	tap_int(sums_end(s), 0, "again");
	tap_str(devices(&g, got), "abcde", "the others");
	sums_free(s);
	o.max_bytes = 1;
	g.stop = 1;
	s = sums_new(&o, &key, emit, &g);
	tap_int(feed(s, five[0]), 0, "one row is always held");
	tap_int(feed(s, five[1]), -ECANCELED, "an early one says stop, too");
	g.stop = 0;
	(void)sums_end(s);
	tap_str(devices(&g, got), "abcdeed", "and the digest is not lost");
	sums_free(s);
	buf_release(&g.text);
}

static void
test_early(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	char got[16];
	struct got g;
	struct sums *s;

	got_init(&g);
	o.by = SUMS_DEVICE;
	o.max_bytes = 1400;	/* three rows, hardly more */
	o.sort = SUMS_SORT_FIRST;
	s = sums_new(&o, &key, emit, &g);
	(void)feed(s, five[0]);
	(void)feed(s, five[1]);
	(void)feed(s, five[0]);
	tap_uint(g.rows, 0, "two rows have room");
	(void)feed(s, five[2]);
	(void)feed(s, five[3]);
	(void)feed(s, five[4]);
	tap_uint(sums_counts(s)->early, g.rows, "all counted");
	tap_mem(devices(&g, got), 2, "de", 2, "the one not used comes first");
	(void)sums_end(s);
	tap_uint(g.rows, 5, "each once");
	sums_free(s);
	buf_release(&g.text);
}

/* Each digest in a window of its own, one more than there may be. */
static void
test_many_windows(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	struct rec r;
	struct got g;
	struct sums *s;
	int64_t i;

	got_init(&g);
	o.window = SECOND;
	s = sums_new(&o, &key, emit, &g);
	rec_init(&r, REC_TYPE_DIGEST);
	for (i = SUMS_WINDOWS; i > 0; i--) {
		r.ts = i * SECOND;
		(void)sums_add(s, &r);
	}
	tap_uint(g.rows, 0, "%d windows", SUMS_WINDOWS);
	r.ts = (SUMS_WINDOWS + 1) * SECOND;
	(void)sums_add(s, &r);
	tap_uint(sums_counts(s)->early, 1, "one more closes one");
	tap_int(sums_earliest(s), 2 * SECOND, "the earliest");
	(void)sums_end(s);
	tap_uint(g.rows, SUMS_WINDOWS + 1, "all come out");
	sums_free(s);
	buf_release(&g.text);
}

static void
test_fold(void)
{
	static const char *const in[] = {
		HEAD "1,\"device\":\"a\",\"name\":\"A\",\"peer\":\"p\","
		"\"peer_ip\":[\"192.0.2.1\"],\"port\":1,\"service\":\"s\"," ONE
		"\"more\":1}",
		HEAD "1,\"device\":\"a\",\"name\":\"A\",\"peer\":\"q\","
		"\"peer_ip\":[\"192.0.2.2\"],\"port\":1,\"service\":\"s\"," ONE
		"\"more\":1}",
		HEAD "1,\"device\":\"a\",\"name\":\"B\",\"peer\":\"r\","
		"\"port\":1,\"service\":\"s\"," ONE "\"last\":2}",
		HEAD "1,\"device\":\"a\",\"name\":\"A\",\"peer\":\"p\","
		"\"peer_ip\":[\"192.0.2.3\"],\"port\":1,\"service\":\"s\"," ONE
		"\"more\":1}",
		NULL
	};
	struct sums_opts o = SUMS_OPTS_INIT;
	struct got g;
	struct sums *s;
	size_t i;

	o.fold = true;
	o.by = SUMS_DEVICE | SUMS_PEER | SUMS_PORT;
	got_init(&g);
	for (o.max_bytes = 800;; o.max_bytes += 16) {
		buf_reset(&g.text);
		s = sums_new(&o, &key, emit, &g);
		for (i = 0; in[i]; i++)
			(void)feed(s, in[i]);
		if (sums_counts(s)->folded == 2 || o.max_bytes > 5000)
			break;
		sums_free(s);
	}
	(void)sums_end(s);
	tap_str(got_text(&g), HEAD "0,\"window\":60,\"device\":\"a\","
	    "\"name\":\"B\",\"flows\":2,\"unanswered\":0,\"pkts_out\":2,"
	    "\"bytes_out\":80,\"pkts_in\":2,\"bytes_in\":120,\"first\":1,"
	    "\"last\":2}\n"
	    HEAD "0,\"window\":60,\"device\":\"a\",\"name\":\"A\","
	    "\"peer\":\"p\",\"peer_ip\":[\"192.0.2.1\"],\"more\":3,"
	    "\"port\":1,\"service\":\"s\",\"flows\":2,\"unanswered\":0,"
	    "\"pkts_out\":2,\"bytes_out\":80,\"pkts_in\":2,\"bytes_in\":120,"
	    AT_1, "a row of the device alone; lists grow no more");
	sums_free(s);
	buf_release(&g.text);
}

int
main(void)
{
	if (hashkey_init(&key) < 0)
		abort();
	arena_init(&arena, REC_ARENA_MAX);
	test_all_members();
	test_windows();
	test_peers();
	test_device_ip();
	test_closed();
	test_differing();
	test_key_order();
	test_lists();
	test_long_texts();
	test_saturation();
	test_sort();
	test_close();
	test_stop();
	test_early();
	test_many_windows();
	test_fold();
	arena_release(&arena);
	return tap_done();
}
