/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table.h"

#include <time.h>

#include "utf8.h"

#include "rows.h"

#define PLUG	"50:c7:bf:00:56:39"
#define TV	"8c:79:f5:12:9a:01"
#define GW	"14:91:82:aa:00:01"

static void
about(void *ctx, struct str agent, struct str device, struct table_about *a)
{
	(void)agent;
	++*(size_t *)ctx;
	if (str_eq(device, STR(PLUG))) {
		a->maker = STR("TP-Link");
		a->vendor_class = STR("udhcp 1.24");
		a->naddrs = 1;
		a->addrs[0] = STR("192.168.8.22");
	} else if (str_eq(device, STR(GW))) {
		a->router = true;
		a->maker = STR("A maker whose name is much too long");
		a->naddrs = 9;
		a->addrs[0] = STR("192.168.8.1");
		a->addrs[1] = STR("fd00:8::1");
		a->addrs[2] = STR("fd00:8:1:2:3:4:5:6");
		a->addrs[3] = STR("fe80::1");
	}
}

/*
 * A small home. Its traffic between plug and television is in two rows and
 * counts once: 2 + 3 + 312 + 40 + 1 flows, 309 + 1 of them unanswered.
 */
static const struct in home[] = {
	{ PLUG, "HS110", "203.0.113.0", NULL, "internet", "tcp", 23, "telnet",
	    "out", 312, 309, 18720, 180 },
	{ PLUG, "HS110", "tplinkcloud.com", NULL, "internet", "tcp", 443,
	    "https", "out", 2, 0, 1280, 5820 },
	{ PLUG, "HS110", TV, TV, "lan", "tcp", 9999, NULL, "in", 3, 0, 400,
	    600 },
	{ TV, "tv", "HS110", PLUG, "lan", "tcp", 9999, NULL, "out", 3, 0, 600,
	    400 },
	{ TV, "tv", "netflix.com", NULL, "internet", "udp", 443, "https",
	    "out", 40, 0, 400, 999000 },
	{ GW, NULL, "224.0.0.1", NULL, "multicast", "2", -1, NULL, "out",
	    1, 1, 32, 0 },
};

static const char home_text[] =
"2022-03-01 12:00 - 12:01  3 devices  358 flows  310 unanswered  21K out  "
"982K in\n"
"\n"
"< peer began                      service      out    in flows unans.\n"
"tv                                            1000  976K    43         "
"#########\n"
"  8c:79:f5:12:9a:01\n"
"  netflix.com                     https/udp    400  976K    40         "
"#########\n"
"  HS110 (lan)                     9999/tcp     600   400     3\n"
"\n"
"HS110  TP-Link                                 20K  6.4K   317    309!\n"
"  50:c7:bf:00:56:39  192.168.8.22  udhcp 1.24\n"
"  203.0.113.0                     telnet/tcp   18K   180   312    309!\n"
"  tplinkcloud.com                 https/tcp   1.2K  5.7K     2\n"
"< tv (lan)                        9999/tcp     400   600     3\n"
"\n"
"14:91:82:aa:00:01  gateway  A maker whose ..    32     0     1      1\n"
"  192.168.8.1  fd00:8::1  fd00:8:1:2:3:4:5:6  fe80::1  +5\n"
"  224.0.0.1 (multicast)           igmp          32     0     1      1\n";

static void
check_home(void)
{
	size_t asked = 0;
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL,
	    .sort = SUMS_SORT_BYTES, .about = about, .ctx = &asked };

	is_text(&o, home, ARRAY_SIZE(home), home_text, "a home");
	tap_uint(asked, 3, "each device was asked about");
}

/* What the heading says of all rows. */
static void
total(const struct in *in, size_t n, const char *want, const char *what)
{
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL };
	struct buf b;

	show(&o, in, n, &b);
	tap_ok(strstr(b.p, want) != NULL, "%s: %s", what, want);
	buf_release(&b);
}

/* Rows 2 and 3 of the home are one flow, seen from either end. */
static void
check_once(void)
{
	struct in both[5] = { home[2], home[3], home[2], home[3], home[2] };

	total(both, 2, " 3 flows  600 out  400 in", "both ends");
	total(both, 1, " 3 flows  400 out  600 in", "one end alone");
	total(both + 1, 1, " 3 flows  600 out  400 in", "the other");
	both[2].dir = "out";
	both[3].dir = "in";
	total(both, 4, " 6 flows  1000 out  1000 in",
	    "each began some of it");
	both[4].port = 80;
	total(both, 5, " 9 flows  1.4K out  1.6K in",
	    "another port is other traffic");
	both[0].dir = both[1].dir = NULL;
	total(both, 2, " 3 flows  400 out  600 in",
	    "nobody knows who began: of one of them");
}

/* 12000 + 720 + 36: what is left out is said. Two of the peers hide. */
static const struct in top_rows[] = {
	{ PLUG, NULL, "www.a-long-name-of-a-host-of-somebody.example.co.uk",
	    NULL, NULL, "tcp", 8883, NULL, NULL, 9, 0, 12000, 12000 },
	{ PLUG, NULL, "b.example", NULL, NULL, "tcp", 443, NULL, NULL, 2, 1,
	    700, 20 },
	{ PLUG, NULL, "c.example", NULL, NULL, "tcp", 443, NULL, NULL, 3, 0,
	    30, 6 },
	{ NULL, NULL, NULL, NULL, NULL, NULL, -1, NULL, NULL, 1, 0, 70, 30 },
};

static void
check_top(void)
{
	struct table_opts o = { .width = 60, .by = SUMS_BY_ALL, .top = 1,
	    .sort = SUMS_SORT_BYTES, .total = true };

	is_text(&o, top_rows, ARRAY_SIZE(top_rows),
	    "2022-03-01 12:00 - 13:06\n"
	    "1 device  15 flows  1 unanswered  12K out  12K in\n"
	    "\n"
	    "                          service    out    in flows unans.\n"
	    "50:c7:bf:00:56:39                    12K   12K    14      1\n"
	    "  ..mebody.example.co.uk  8883/tcp   12K   12K     9\n"
	    "  2 more                             730    26     5      1\n"
	    "\n"
	    "(several)                             70    30     1\n"
	    "  (others)                -           70    30     1\n",
	    "the first of each, shortened, in a narrow table");
}

static void
check_flat(void)
{
	struct table_opts o = { .width = 80, .total = true,
	    .by = SUMS_PROTO | SUMS_PORT, .sort = SUMS_SORT_FLOWS, .top = 4 };

	is_text(&o, home, ARRAY_SIZE(home),
	    "2022-03-01 12:00 - 13:06  361 flows  310 unanswered  21K out  "
	    "982K in\n"
	    "\n"
	    "proto  port  service   out    in flows unans.\n"
	    "tcp      23  telnet    18K   180   312    309!\n"
	    "udp     443  https     400  976K    40         #########\n"
	    "tcp    9999  -         400   600     3\n"
	    "tcp    9999  -         600   400     3\n"
	    "2 more                1.3K  5.7K     3      1\n",
	    "a flat table by flows");
	o = (struct table_opts){ .width = 80, .total = true,
	    .by = SUMS_DEVICE, .utf8 = true, .sort = SUMS_SORT_PKTS_IN };
	is_text(&o, home + 1, 4,
	    "2022-03-01 12:00 \xe2\x80\x93 13:06\n"
	    "\n"
	    "device             name   pkts in   out    in flows unans.\n"
	    "8c:79:f5:12:9a:01  tv        9990   400  976K    40         "
	    "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
	    "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\n"
	    "50:c7:bf:00:56:39  HS110       58  1.2K  5.7K     2         "
	    "\xe2\x96\x8f\n"
	    "50:c7:bf:00:56:39  HS110        6   400   600     3\n"
	    "8c:79:f5:12:9a:01  tv           4   600   400     3\n",
	    "by device: no sum of all; packets, as they are sorted by");
}

static void
set_zone(const char *tz)
{
	if (setenv("TZ", tz, 1) != 0)
		abort();
	tzset();
}

static void
heading(int64_t ts, int64_t length, const char *want)
{
	struct table_opts o = { .width = 80 };
	struct table *t = table_new(&o);
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	make(&r, &home[0]);
	unmake(&r);
	rec_init(&r, REC_TYPE_DIGEST);
	r.ts = ts;
	if (length >= 0)
		REC_SET(&r, DIGEST, digest, window, length);
	table_row(t, &r, &b);
	table_end(t, &b);
	tap_ok(b.n > strlen(want) + 9 && memcmp(b.p, want, strlen(want)) == 0 &&
	    memcmp(b.p + strlen(want), "  0 flows", 9) == 0, "%s", want);
	buf_release(&b);
	table_free(t);
}

static void
check_times(void)
{
	heading(NOON, 60 * SECOND, "2022-03-01 12:00 - 12:01");
	heading(NOON, 3600 * SECOND, "2022-03-01 12:00 - 13:00");
	heading(NOON, 1 * SECOND, "2022-03-01 12:00:00 - 12:00:01");
	heading(NOON, -1, "2022-03-01 12:00");
	heading(0, -1, "1970-01-01 00:00");
	heading(REC_TIME_MAX, 60 * SECOND, "9999-12-31 23:59:59");
	set_zone("XYZ-05:30");
	heading(NOON, 60 * SECOND, "2022-03-01 17:30 - 17:31");
	set_zone("XYZ-11:59");
	heading(NOON, 60 * SECOND, "2022-03-01 23:59 - 2022-03-02 00:00");
	set_zone("UTC0");
}

static size_t
count(const char *s, const char *what)
{
	size_t n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

static void
check_windows(void)
{
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL };
	struct table *t = table_new(&o);
	struct buf b;
	struct rec r;
	int i;

	buf_init(&b, 1 << 16);
	table_window_end(t, &b);
	tap_uint(b.n, 0, "no rows: no window");
	for (i = 0; i < 3; i++) {
		make(&r, &home[4]);
		r.ts += i * 60 * SECOND;
		table_row(t, &r, &b);
		if (i == 0)
			tap_uint(b.n, 0, "a row waits for its window's end");
		unmake(&r);
		give(t, &home[3], &b);
	}
	table_end(t, &b);
	buf_putc(&b, '\0');
	tap_uint(count(b.p, "2022-03-01 12:0"), 5,
	    "a heading whenever the time changes");
	tap_uint(count(b.p, "netflix.com"), 3, "each row once");
	tap_uint(count(b.p, "no traffic"), 0, "there was some");
	b.n = 0;
	give(t, &home[4], &b);
	table_window_end(t, &b);
	tap_ok(b.n > 0, "a window that is said to be whole is shown at once");
	give(t, &home[0], &b);
	buf_release(&b);
	table_free(t);
	table_free(NULL);
}

/* Two agents that see one device each have their own account of it. */
static void
check_agents(void)
{
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL };
	static const struct str agents[] = { { "attic", 5 }, { "cellar", 6 } };
	struct table *t = table_new(&o);
	struct buf b;
	struct rec r;
	int i;

	buf_init(&b, 1 << 16);
	for (i = 0; i < 2; i++) {
		make(&r, &home[4]);
		REC_SET(&r, DIGEST, digest, agent, agents[i]);
		table_row(t, &r, &b);
		unmake(&r);
	}
	table_end(t, &b);
	buf_putc(&b, '\0');
	tap_ok(strstr(b.p, TV "  seen by  attic\n") &&
	    strstr(b.p, TV "  seen by  cellar\n"), "who saw it is said");
	buf_release(&b);
	table_free(t);
}

static uint64_t state = 88172645463325252;

static unsigned
below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* The characters that the random texts are made of, and their columns. */
static const struct {
	const char *text;
	size_t columns;
} letters[] = {
	{ "a", 1 }, { "b", 1 }, { ".", 1 }, { "7", 1 }, { ":", 1 },
	{ " ", 1 }, { "\xc3\xa9", 1 }, { "\xe3\x81\x82", 2 },
	{ "\xf0\x9f\x92\xa9", 2 }, { "\xcc\x81", 0 }, { "\033", 1 },
	{ "\xff", 1 }, { "\xe2\x80\xae", 1 }, { "x", 1 }, { "-", 1 },
};

static char random_texts[8][400];

static const char *
random_text(unsigned i)
{
	static const unsigned longest[] = { 4, 20, 90 };
	unsigned n = below(longest[below(3)]);
	char *to = random_texts[i];
	const char *s;

	if (below(6) == 0)
		return NULL;
	for (; n; n--)
		for (s = letters[below(ARRAY_SIZE(letters))].text; *s;)
			*to++ = *s++;
	*to = '\0';
	return random_texts[i];
}

static uint64_t
random_number(void)
{
	static const uint64_t most[] = { 1, 10, 1000, 100000, 1u << 31 };
	uint64_t n = below((unsigned)most[below(5)]);

	return below(40) == 0 ? REC_UINT_MAX : n * below(1000);
}

static void
random_digest(struct in *in)
{
	static const char *const wheres[] = { "lan", "internet", "gateway",
	    "multicast", NULL, "a place nobody has ever heard of" };
	static const char *const dirs[] = { "in", "out", NULL };
	static const char *const devices[] = { PLUG, TV, GW, NULL };

	*in = (struct in){ .device = below(4) ? devices[below(4)] :
	    random_text(0), .name = random_text(1), .peer = random_text(2),
	    .peer_mac = below(4) ? NULL : devices[below(4)],
	    .where = wheres[below(6)], .proto = random_text(3),
	    .port = below(3) ? (int)below(65536) : -1,
	    .service = random_text(4), .dir = dirs[below(3)],
	    .flows = random_number(), .unanswered = random_number(),
	    .out = random_number(), .in = random_number() };
}

/* What is between ESC [ and m has no columns. */
static size_t
strip_colours(char *s)
{
	char *to = s, *from = s;

	while (*from) {
		if (*from == '\033') {
			from = strchr(from, 'm') + 1;
			continue;
		}
		*to++ = *from++;
	}
	*to = '\0';
	return (size_t)(to - s);
}

static size_t
columns_of(uint32_t c)
{
	return c == 0x301 ? 0 : c == 0x3042 || c == 0x1f4a9 ? 2 : 1;
}

/* The widest line's columns; SIZE_MAX when something may not be shown. */
static size_t
widest(const char *s, size_t n, bool utf8)
{
	size_t i, at = 0, most = 0, len;
	uint32_t c;

	for (i = 0; i < n; i += len) {
		len = utf8_char(s + i, n - i, &c);
		if (!len || (c != '\n' && !utf8_shown(c)) ||
		    (!utf8 && c >= 0x80))
			return SIZE_MAX;
		if (c == '\n' && i && s[i - 1] == ' ')
			return SIZE_MAX;
		at = c == '\n' ? 0 : at + columns_of(c);
		most = at > most ? at : most;
	}
	return most;
}

static void
random_about(void *ctx, struct str agent, struct str device,
    struct table_about *a)
{
	size_t i;

	(void)ctx;
	(void)agent;
	(void)device;
	a->naddrs = below(7);
	a->router = below(2);
	a->maker = below(2) ? STR("Somebody Who Makes Things Co., Ltd") :
	    STR("");
	a->vendor_class = below(2) ? STR("a-class-that-goes-on-and-on-and-on-"
	    "and-on-and-on-and-on-until-there-is-no-more-room") : STR("abc");
	for (i = 0; i < ARRAY_SIZE(a->addrs); i++)
		a->addrs[i] = below(2) ? STR("192.168.8.22") :
		    STR("2001:db8:ffff:ffff:ffff:ffff:ffff:fffe");
}

static bool
random_table(size_t width)
{
	struct table_opts o = { .width = width, .top = below(5),
	    .by = below(3) ? SUMS_BY_ALL : below(1 << 11),
	    .sort = (enum sums_sort)below(SUMS_SORT_LAST + 1),
	    .total = below(2), .colour = below(2), .utf8 = below(2),
	    .about = below(2) ? random_about : NULL };
	struct in in[12];
	struct table *t = table_new(&o);
	size_t i, n = 1 + below(ARRAY_SIZE(in)), got, len;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (i = 0; i < n; i++) {
		random_digest(&in[i]);
		give(t, &in[i], &b);
	}
	table_end(t, &b);
	buf_putc(&b, '\0');
	len = o.colour ? strip_colours(b.p) : b.n - 1;
	got = widest(b.p, len, o.utf8);
	if (got > width || b.failed || b.p[len - 1] != '\n') {
		tap_diag("width %zu by %x: %zu columns", width, o.by, got);
		printf("%s", b.p);
	}
	buf_release(&b);
	table_free(t);
	return got <= width;
}

static void
check_random_widths(void)
{
	size_t width, i;
	bool ok;

	for (width = TABLE_WIDTH_MIN; width <= 200; width++) {
		for (ok = true, i = 0; i < 40 && ok; i++)
			ok = random_table(width);
		tap_ok(ok, "text within %zu columns", width);
	}
}

/* Colour adds nothing but colour. */
static void
check_colour(void)
{
	size_t asked = 0;
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL,
	    .sort = SUMS_SORT_BYTES, .about = about, .ctx = &asked,
	    .colour = true };
	struct buf b;

	show(&o, home, ARRAY_SIZE(home), &b);
	tap_ok(strstr(b.p, "\033[1mHS110\033[0m") != NULL, "names are bold");
	tap_ok(strstr(b.p, "309\033[0m\033[1;31m!\033[0m\n") != NULL &&
	    strstr(b.p, "\033[1;31m") != NULL, "what is amiss is red");
	(void)strip_colours(b.p);
	tap_ok(strcmp(b.p, home_text) == 0, "without it: the same");
	buf_release(&b);
}

struct totals {
	unsigned flows, unanswered, out, in;
};

static void
count_in(struct totals *t, const struct in *in)
{
	t->flows += (unsigned)in->flows;
	t->unanswered += (unsigned)in->unanswered;
	t->out += (unsigned)in->out;
	t->in += (unsigned)in->in;
}

/* Numbers small enough to be shown to the last digit. */
static void
small_digest(struct in *in, unsigned device, unsigned i)
{
	static const char *const names[] = { "one", "two", "three" };
	static const char *const macs[] = { PLUG, TV, GW };

	(void)snprintf(random_texts[i], sizeof(random_texts[i]), "peer%u", i);
	*in = (struct in){ .device = macs[device], .name = names[device],
	    .peer = random_texts[i], .where = "internet", .proto = "tcp",
	    .port = 443, .dir = "out", .flows = 1 + below(9),
	    .unanswered = below(2), .out = below(40), .in = below(40) };
}

/* Lines of a device and those below it, read back. */
static bool
same_sums(char *text, const char *name, const struct totals *want)
{
	struct totals line, below_it = { 0, 0, 0, 0 }, one;
	char *p = strstr(text, name), word[16];

	if (!p || sscanf(p, "%15s %u %u %u", word, &line.out, &line.in,
	    &line.flows) != 4)
		return false;
	p = strchr(p + 1, '\n');
	for (p = strchr(p + 1, '\n'); p && p[1] == ' '; p = strchr(p + 1,
	    '\n')) {
		if (sscanf(p, "%15s %15s %u %u %u", word, word, &one.out,
		    &one.in, &one.flows) != 5)
			return false;
		below_it.out += one.out;
		below_it.in += one.in;
		below_it.flows += one.flows;
	}
	return line.out == want->out && line.in == want->in &&
	    line.flows == want->flows && below_it.out == want->out &&
	    below_it.in == want->in && below_it.flows == want->flows;
}

static bool
small_table(void)
{
	struct table_opts o = { .width = 100, .by = SUMS_BY_ALL,
	    .top = below(4), .sort = (enum sums_sort)below(9) };
	struct totals all = { 0, 0, 0, 0 }, each[3] = { all, all, all }, got;
	struct in in[8];
	unsigned i, k;
	struct buf b;
	char *p;
	bool ok;

	for (i = 0; i < 8; i++) {
		k = i < 3 ? i : below(3);
		small_digest(&in[i], k, i);
		count_in(&all, &in[i]);
		count_in(&each[k], &in[i]);
	}
	/* SORT_PKTS and the like add a column of text; not read here. */
	if (o.sort >= SUMS_SORT_PKTS && o.sort <= SUMS_SORT_PKTS_IN)
		o.sort = SUMS_SORT_KEY;
	show(&o, in, 8, &b);
	p = strstr(b.p, "devices");
	ok = p && (sscanf(p, "devices %u flows %u unanswered %u out %u in",
	    &got.flows, &got.unanswered, &got.out, &got.in) == 4 ||
	    all.unanswered == 0) && (all.unanswered == 0 ||
	    memcmp(&got, &all, sizeof(got)) == 0);
	ok = ok && same_sums(b.p, "\none ", &each[0]) &&
	    same_sums(b.p, "\ntwo ", &each[1]) &&
	    same_sums(b.p, "\nthree ", &each[2]);
	if (!ok)
		printf("%s", b.p);
	buf_release(&b);
	return ok;
}

static void
check_sums(void)
{
	bool ok = true;
	int i;

	for (i = 0; i < 300 && ok; i++)
		ok = small_table();
	tap_ok(ok, "devices and all are the sums of the rows");
}

/* As much as there can be, many times: the sums end at the most there is. */
static void
check_huge(void)
{
	struct in in[40];
	struct table_opts o = { .width = 60, .by = SUMS_BY_ALL };
	struct table *t = table_new(&o);
	struct buf b;
	struct rec r;
	size_t i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < ARRAY_SIZE(in); i++) {
		in[i] = home[i % ARRAY_SIZE(home)];
		make(&r, &in[i]);
		r.u.digest.flows = r.u.digest.unanswered = UINT64_MAX;
		r.u.digest.bytes_out = r.u.digest.bytes_in = UINT64_MAX;
		table_row(t, &r, &b);
		unmake(&r);
	}
	table_end(t, &b);
	tap_ok(widest(b.p, b.n, false) <= 60, "huge numbers fit");
	buf_putc(&b, '\0');
	tap_ok(strstr(b.p, " 16E out  16E in\n") != NULL, "and do not wrap");
	buf_release(&b);
	table_free(t);
}

int
main(void)
{
	set_zone("UTC0");
	check_home();
	check_once();
	check_top();
	check_flat();
	check_times();
	check_windows();
	check_agents();
	check_random_widths();
	check_colour();
	check_sums();
	check_huge();
	return tap_done();
}
