/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "pretty.h"

#include <time.h>

#include "utf8.h"

#include "../tap.h"

#define SECOND	INT64_C(1000000)
#define NOON	(INT64_C(1646136000) * SECOND)	/* 2022-03-01 12:00 UTC */

/*
 * Text of a record in memory of exactly its length, as a slice of a line may
 * be: ASan sees who looks for a NUL.
 */
static struct str slices[1024];
static size_t nslices;

static struct str
slice(const char *s, size_t n)
{
	char *p = malloc(n ? n : 1);

	if (!p || nslices == ARRAY_SIZE(slices))
		abort();
	if (n)
		memcpy(p, s, n);
	slices[nslices] = (struct str){ p, n };
	return slices[nslices++];
}

static struct str
text(const char *s)
{
	return slice(s, strlen(s));
}

static void
free_slices(void)
{
	while (nslices)
		free((char *)(uintptr_t)slices[--nslices].p);
}

/* What lies in a record that was not set: nothing that may be used. */
static void
begin(struct rec *r, enum rec_type type)
{
	memset(r, 0xaa, sizeof(*r));
	rec_init(r, type);
	r->ts = NOON;
}

static struct addr
address(const char *s)
{
	struct addr a;

	if (addr_parse(&a, s, strlen(s)) < 0)
		abort();
	return a;
}

static void
flow(struct rec *r, const char *src, const char *dst, uint64_t sent,
    uint64_t back)
{
	begin(r, REC_TYPE_FLOW);
	REC_SET(r, FLOW, flow, end, NOON + SECOND);
	REC_SET(r, FLOW, flow, proto, text("tcp"));
	REC_SET(r, FLOW, flow, src, address(src));
	REC_SET(r, FLOW, flow, dst, address(dst));
	REC_SET(r, FLOW, flow, sport, 65535);
	REC_SET(r, FLOW, flow, dport, 443);
	REC_SET(r, FLOW, flow, pkts, 1);
	REC_SET(r, FLOW, flow, bytes, sent);
	REC_SET(r, FLOW, flow, rpkts, 1);
	REC_SET(r, FLOW, flow, rbytes, back);
	REC_SET(r, FLOW, flow, answered, true);
	REC_SET(r, FLOW, flow, new_, true);
	REC_SET(r, FLOW, flow, done, text("fin"));
}

/* Characters of the longest line; SIZE_MAX when it is not UTF-8. */
static size_t
widest(const struct buf *b)
{
	size_t i, n = 0, most = 0, len;
	uint32_t c;

	for (i = 0; i < b->n; i += len) {
		len = utf8_char(b->p + i, b->n - i, &c);
		if (!len || (c != '\n' && !utf8_shown(c)))
			return SIZE_MAX;
		n = c == '\n' ? 0 : n + 1;
		most = n > most ? n : most;
	}
	return most;
}

static size_t
lines(const struct buf *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

static bool
has(struct buf *b, const char *what)
{
	buf_putc(b, '\0');
	b->n--;
	return strstr(b->p, what) != NULL;
}

static void
check_width(const struct buf *b, size_t width, const char *what)
{
	size_t got = widest(b);

	tap_ok(got <= width, "%s: within %zu columns", what, width);
	if (got == SIZE_MAX)
		tap_diag("not text");
	else if (got > width)
		tap_diag("%zu columns", got);
	tap_ok(b->n == 0 || b->p[b->n - 1] == '\n', "%s: whole lines", what);
}

/* Units: three digits at most, rounded to the nearest. */
static const struct {
	uint64_t n;
	const char *text;
} sizes[] = {
	{ 0, "0" }, { 1, "1" }, { 999, "999" }, { 1000, "1000" },
	{ 1023, "1023" }, { 1024, "1.0K" }, { 1075, "1.0K" },
	{ 1076, "1.1K" }, { 10188, "9.9K" }, { 10189, "10K" },
	{ 10751, "10K" }, { 10753, "11K" }, { 101887, "99K" },
	{ 101889, "100K" }, { 1023487, "999K" }, { 1023489, "1.0M" },
	{ 1048575, "1.0M" }, { 1048576, "1.0M" },
	{ 1048051711, "999M" }, { 1048051713, "1.0G" },
	{ UINT64_C(1073204953087), "999G" },
	{ UINT64_C(1099511627776), "1.0T" },
	{ UINT64_C(1098961871962111), "999T" },
	{ UINT64_C(1125899906842624), "1.0P" }, { REC_UINT_MAX, "8.0P" },
};

static void
check_sizes(void)
{
	struct pretty *p;
	char want[32];
	struct buf b;
	struct rec r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		p = pretty_new(80);
		buf_init(&b, 1 << 16);
		flow(&r, "192.0.2.1", "192.0.2.2", sizes[i].n, sizes[i].n);
		pretty_rec(p, &r, &b);
		(void)snprintf(want, sizeof(want), " %5s %5s fin\n",
		    sizes[i].text, sizes[i].text);
		tap_ok(has(&b, want), "%" PRIu64 " bytes are%s", sizes[i].n,
		    sizes[i].n > 999 ? sizes[i].text : " themselves");
		buf_release(&b);
		pretty_free(p);
	}
	free_slices();
}

static const char *const addresses[] = {
	"192.0.2.1", "255.255.255.255", "::", "fe80::1",
	"2001:db8:ffff:ffff:ffff:ffff:ffff:fffe",
	"::ffff:255.255.255.255",
};
static const char *const protos[] = { "tcp", "udp", "icmp", "icmp6",
    "udplite", "sctp", "dccp", "0", "47", "255" };
static const char *const dones[] = { "fin", "rst", "idle", "evict", "eof" };

static void
check_flows(size_t width)
{
	struct pretty *p = pretty_new(width);
	struct buf b;
	struct rec r;
	size_t i, k, n = 0;

	buf_init(&b, 1 << 20);
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		for (k = 0; k < ARRAY_SIZE(protos); k++, n++) {
			flow(&r, addresses[i],
			    addresses[(i + k) % ARRAY_SIZE(addresses)],
			    REC_UINT_MAX, REC_UINT_MAX);
			r.u.flow.proto = text(protos[k]);
			r.u.flow.answered = k & 1;
			r.u.flow.done = text(dones[k % ARRAY_SIZE(dones)]);
			if (k & 2)
				r.has &= ~(REC_BIT(FLOW, sport) |
				    REC_BIT(FLOW, dport));
			pretty_rec(p, &r, &b);
		}
	}
	check_width(&b, width, "flows");
	tap_uint(lines(&b), n + 2, "a line each, a head and a day");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

/* What is too long loses its middle, neither its network nor its port. */
static void
check_short(void)
{
	struct pretty *p = pretty_new(80);
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	flow(&r, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", "192.0.2.1", 1, 1);
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, " [2001:db8") && has(&b, ".."), "shortened");
	tap_ok(has(&b, "]:65535 "), "the port is there");
	pretty_free(p);
	p = pretty_new(200);
	buf_reset(&b);
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, " [2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:65535 ") &&
	    !has(&b, ".."), "whole where there is room");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

/* A flow that goes on has no end, whatever lies there. */
static void
check_running(void)
{
	struct pretty *p = pretty_new(80);
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	flow(&r, "192.0.2.1", "192.0.2.2", 1, 1);
	r.u.flow.done = (struct str){ "nothing defined", 15 };
	r.has &= ~REC_BIT(FLOW, done);
	pretty_rec(p, &r, &b);
	tap_ok(!has(&b, "nothing"), "without done: no end is shown");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

static void
check_unanswered(void)
{
	struct pretty *p = pretty_new(80);
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	flow(&r, "192.0.2.1", "192.0.2.2", 60, 0);
	r.u.flow.answered = false;
	r.u.flow.done = text("idle");
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, "    60     - idle\n"), "no answer is a dash");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

static void
set_zone(const char *tz)
{
	if (setenv("TZ", tz, 1) != 0)
		abort();
	tzset();
}

static void
check_times(void)
{
	struct pretty *p = pretty_new(80);
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	set_zone("XYZ-05:30");
	flow(&r, "192.0.2.1", "192.0.2.2", 1, 1);
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, "\n2022-03-01\n17:30:00 tcp "), "local time");
	buf_reset(&b);
	r.ts += 7 * 3600 * SECOND;
	pretty_rec(p, &r, &b);
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, "2022-03-02\n00:30:00 ") && lines(&b) == 3,
	    "the day changes in local time, and is said once");
	buf_reset(&b);
	REC_SET(&r, FLOW, flow, start, NOON);
	pretty_rec(p, &r, &b);
	tap_ok(has(&b, "2022-03-01\n17:30:00"), "the start is shown");
	set_zone("UTC0");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

/* The first and the last time there is, and what no record holds. */
static void
check_wild_times(void)
{
	static const int64_t times[] = { 0, -1, -SECOND, REC_TIME_MAX,
	    INT64_MAX, INT64_MIN };
	struct pretty *p = pretty_new(60);
	struct buf b;
	struct rec r;
	size_t i;

	buf_init(&b, 1 << 16);
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		flow(&r, "192.0.2.1", "192.0.2.2", 1, 1);
		r.ts = times[i];
		pretty_rec(p, &r, &b);
	}
	tap_ok(has(&b, "1970-01-01\n00:00:00 "), "time 0");
	tap_ok(has(&b, "9999-12-31\n23:59:59 "), "the end of time");
	check_width(&b, 60, "wild times");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

static void
device(struct pretty *p, unsigned i, const char *ip, const char *name)
{
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	begin(&r, REC_TYPE_DEVICE);
	REC_SET(&r, DEVICE, device, mac, ((struct mac){
	    { 2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i } }));
	if (ip)
		REC_SET(&r, DEVICE, device, ip, address(ip));
	if (name)
		REC_SET(&r, DEVICE, device, name, text(name));
	pretty_rec(p, &r, &b);
	tap_uint(b.n, 0, "a device is not shown before the end");
	buf_release(&b);
}

static void
stats(struct pretty *p, struct count *v, size_t n, uint64_t value)
{
	struct counts list = { v, n };
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	begin(&r, REC_TYPE_STATS);
	REC_SET(&r, STATS, stats, upto, NOON);
	REC_SET(&r, STATS, stats, pkts, value);
	REC_SET(&r, STATS, stats, bytes, value);
	REC_SET(&r, STATS, stats, link_bytes, value);
	REC_SET(&r, STATS, stats, flow_pkts, value);
	REC_SET(&r, STATS, stats, non_ip, list);
	REC_SET(&r, STATS, stats, malformed, list);
	REC_SET(&r, STATS, stats, undecoded, list);
	REC_SET(&r, STATS, stats, filtered, value);
	REC_SET(&r, STATS, stats, flows, value);
	REC_SET(&r, STATS, stats, evicted, value);
	REC_SET(&r, STATS, stats, dns, list);
	REC_SET(&r, STATS, stats, devices, list);
	pretty_rec(p, &r, &b);
	tap_uint(b.n, 0, "stats are not shown before the end");
	buf_release(&b);
}

/* Names of 31 bytes, as long as they come, as many as there can be. */
static void
check_long_summary(size_t width)
{
	struct pretty *p = pretty_new(width);
	struct count v[REC_LIST_MAX];
	char name[32];
	struct buf b;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		(void)snprintf(name, sizeof(name), "%031u", (unsigned)i);
		v[i].name = text(name);
		v[i].value = REC_UINT_MAX;
	}
	stats(p, v, ARRAY_SIZE(v), REC_UINT_MAX);
	device(p, 1, "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe",
	    "a-name-that-is-much-longer-than-any-name-of-a-thing-need-be");
	buf_init(&b, 1 << 18);
	pretty_end(p, &b);
	tap_ok(!b.failed && has(&b, "0000000000000000000000000000063"),
	    "all names of a long summary");
	check_width(&b, width, "long summary");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

/* The stats record's lists are gone when the summary is written. */
static void
check_summary(void)
{
	struct pretty *p = pretty_new(80);
	struct count v[2] = { { text("arp"), 12 }, { text("lldp"), 2 } };
	struct buf b;

	stats(p, v, 2, 1234567);
	memset(v, 0xaa, sizeof(v));
	free_slices();
	buf_init(&b, 1 << 16);
	pretty_end(p, &b);
	tap_ok(has(&b, "packets: 1234567\n"), "packets");
	tap_ok(has(&b, " 1.2M bytes\n"), "bytes");
	tap_ok(has(&b, "evicted") && has(&b, "filtered"), "what is missing");
	tap_ok(has(&b, "not IP: arp 12, lldp 2\n"), "what was not IP");
	check_width(&b, 80, "summary");
	buf_release(&b);
	pretty_free(p);
}

static void
check_devices(void)
{
	struct pretty *p = pretty_new(80);
	char name[64];
	struct buf b;
	unsigned i;

	stats(p, NULL, 0, 1);
	device(p, 0, "fe80::1", NULL);
	device(p, 0, "192.0.2.77", "tv");
	device(p, 0, "2001:db8::7", NULL);
	for (i = 1; i < 300; i++) {
		/* Two bytes a character, and no end at an even place. */
		(void)snprintf(name, sizeof(name), "%u\xc3\xa4\xc3\xa4"
		    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", i);
		device(p, i, NULL, name);
	}
	buf_init(&b, 1 << 18);
	pretty_end(p, &b);
	tap_ok(has(&b, "02:00:00:00:00:00   192.0.2.77      tv\n"),
	    "IPv4 is the address that people know");
	tap_ok(has(&b, "and others\n"), "more devices than are shown");
	tap_ok(lines(&b) < 100, "so it ends");
	check_width(&b, 80, "devices");
	buf_release(&b);
	pretty_free(p);
	free_slices();
}

static void
check_nothing(void)
{
	struct pretty *p = pretty_new(80);
	struct buf b;

	buf_init(&b, 1 << 16);
	pretty_end(p, &b);
	tap_uint(b.n, 0, "nothing seen, nothing said");
	buf_release(&b);
	pretty_free(p);
	pretty_free(NULL);
}

int
main(void)
{
	static const size_t widths[] = { PRETTY_WIDTH_MIN, 61, 80, 200, 1000 };
	size_t i;

	set_zone("UTC0");
	check_nothing();
	check_sizes();
	for (i = 0; i < ARRAY_SIZE(widths); i++) {
		check_flows(widths[i]);
		check_long_summary(widths[i]);
	}
	check_short();
	check_unanswered();
	check_times();
	check_wild_times();
	check_summary();
	check_devices();
	check_running();
	return tap_done();
}
