/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec.h"

#include <errno.h>

#include "tap.h"

#define FLOW_1 "{\"type\":\"flow\",\"ts\":1"

static struct arena arena;
static struct buf out;

static int
decode(struct rec *r, struct errpos *err, const char *line, size_t n)
{
	arena_reset(&arena);
	buf_reset(&out);
	*err = (struct errpos){ 0, "" };
	return rec_decode(r, &arena, line, n, err);
}

/* In, and out again as `want`. */
static void
test_line(const char *line, const char *want)
{
	struct errpos err;
	struct rec r;
	int ret = decode(&r, &err, line, strlen(line));

	if (!tap_int(ret, 0, "read: %.60s", line)) {
		tap_diag("%zu: %s", err.col, err.what);
		return;
	}
	tap_int(rec_encode(&r, &out), 0, "written");
	buf_putc(&out, '\0');
	tap_str(out.p, want, "as it should be");
}

/* Canonical lines come back as they are, on the fast and on the slow path. */
static void
test_same(const char *line)
{
	char blank[2048];

	snprintf(blank, sizeof(blank), " %s", line);
	test_line(line, line);
	test_line(blank, line);
}

/* Every member of every type, so that none is out of order or confused. */
static void
test_all_members(void)
{
	test_same("{\"type\":\"stream\",\"ts\":1646136000.120001,\"v\":1,"
	    "\"id\":\"5f\",\"tool\":\"spin-capture/0.1.0\",\"agent\":\"gw\","
	    "\"source\":\"week.pcap\",\"link\":\"EN10MB\",\"active\":60,"
	    "\"local\":[\"192.168.8.0/24\",\"fd00:8::/64\"]}\n");
	test_same(FLOW_1 ",\"end\":2.5,\"start\":0.000001,\"proto\":\"tcp\","
	    "\"src\":\"192.168.8.22\",\"sport\":53025,\"dst\":\"::1\","
	    "\"dport\":443,\"icmp_type\":8,\"icmp_code\":0,"
	    "\"src_mac\":\"50:c7:bf:00:56:39\","
	    "\"dst_mac\":\"14:91:82:aa:00:01\",\"vlan\":5,"
	    "\"inner_vlan\":4094,\"if\":\"br-lan\",\"pkts\":9,"
	    "\"bytes\":1822,\"rpkts\":0,\"rbytes\":9007199254740991,"
	    "\"flags\":\"SAPF\",\"rflags\":\"\",\"answered\":true,"
	    "\"new\":false,\"done\":\"fin\",\"tags\":[\"mirai\"],"
	    "\"cid\":\"1:x\",\"device\":\"d\",\"name\":\"n\",\"peer\":\"p\","
	    "\"where\":\"internet\"}\n");
	test_same("{\"type\":\"dns\",\"ts\":1,\"via\":\"udp\","
	    "\"client\":\"192.168.8.22\","
	    "\"client_mac\":\"50:c7:bf:00:56:39\","
	    "\"server\":\"192.168.8.1\",\"qname\":\"a.example\","
	    "\"qtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":["
	    "{\"name\":\"a.example\",\"rtype\":\"A\",\"data\":\"192.0.2.1\","
	    "\"ttl\":60},{\"ttl\":0},{}],\"more\":3,\"unsolicited\":true,"
	    "\"truncated\":true}\n");
	test_same("{\"type\":\"device\",\"ts\":1,"
	    "\"mac\":\"50:c7:bf:00:56:39\",\"ip\":\"fe80::1\","
	    "\"name\":\"HS110\",\"how\":\"dhcp\",\"vendor_class\":\"u\","
	    "\"params\":\"1,3,6\",\"mud_url\":\"https://example.com/m\","
	    "\"router\":true,\"vlan\":7}\n");
	test_same("{\"type\":\"stats\",\"ts\":60,\"upto\":60,\"pkts\":1,"
	    "\"bytes\":2,\"link_bytes\":3,\"flow_pkts\":4,"
	    "\"non_ip\":{\"arp\":12,\"lldp\":2},\"malformed\":{},"
	    "\"undecoded\":{\"ZigBee\":9},\"filtered\":5,\"flows\":6,"
	    "\"evicted\":7,\"late\":8,\"clock_back\":9,\"bad_time\":10,"
	    "\"dns\":{\"answered\":1},\"devices\":{\"records\":2},"
	    "\"kernel_drops\":11}\n");
	test_same("{\"type\":\"digest\",\"ts\":1,\"window\":60,"
	    "\"agent\":\"gw\",\"device\":\"d\",\"name\":\"n\",\"peer\":\"p\","
	    "\"peer_mac\":\"m\",\"peer_ip\":[\"52.18.3.9\",\"2001:db8::1\"],"
	    "\"hosts\":[\"h\"],\"more\":1,\"where\":\"internet\","
	    "\"proto\":\"tcp\",\"port\":443,\"service\":\"https\","
	    "\"dir\":\"out\",\"flows\":1,\"unanswered\":0,\"pkts_out\":9,"
	    "\"bytes_out\":1822,\"pkts_in\":7,\"bytes_in\":5120,"
	    "\"first\":1646136000.120001,\"last\":1646136001.9}\n");
	test_same("{\"type\":\"alert\",\"ts\":1,\"id\":\"i\",\"agent\":\"a\","
	    "\"device\":\"d\",\"name\":\"n\",\"peer\":\"p\","
	    "\"kind\":\"scan\",\"severity\":\"high\",\"score\":0.99,"
	    "\"reason\":\"r\",\"observed\":{\"addresses\":312},"
	    "\"usual\":[1.50,true,\"x\"],\"suggest\":{\"for\":3600}}\n");
	test_same("{\"type\":\"order\",\"ts\":1,\"id\":\"i\",\"agent\":\"a\","
	    "\"action\":\"block\",\"level\":\"lan\",\"device\":\"d\","
	    "\"name\":\"n\",\"peer\":\"203.0.113.0/24\",\"proto\":\"tcp\","
	    "\"port\":\"8000-8010\",\"dir\":\"out\",\"for\":3600,"
	    "\"at\":\"x\",\"by\":\"user\",\"reason\":\"r\"}\n");
	test_same("{\"type\":\"result\",\"ts\":1,\"order\":\"o\",\"ok\":true,"
	    "\"reason\":\"r\"}\n");
	test_same("{\"type\":\"drop\",\"ts\":1,\"order\":\"o\","
	    "\"device\":\"d\",\"src\":\"192.168.8.22\",\"sport\":1,"
	    "\"dst\":\"203.0.113.5\",\"proto\":\"tcp\",\"dport\":8001,"
	    "\"pkts\":1,\"bytes\":60}\n");
	test_same("{\"type\":\"policy\",\"ts\":1,\"id\":\"p1\","
	    "\"agent\":\"a\",\"device\":\"d\",\"source\":\"s\","
	    "\"signed\":true,\"rules\":2}\n");
	test_same("{\"type\":\"rule\",\"ts\":1,\"policy\":\"p1\",\"n\":1,"
	    "\"dir\":\"out\",\"peer\":\"p\",\"class\":\"dns\","
	    "\"proto\":\"udp\",\"port\":53,\"init\":\"device\","
	    "\"do\":\"accept\",\"ace\":\"x\"}\n");
	test_same("{\"type\":\"label\",\"ts\":1,\"end\":2,\"device\":\"d\","
	    "\"peer\":\"p\",\"kind\":\"scan\"}\n");
	test_same("{\"type\":\"x-new\",\"ts\":1,\"a\":{\"b\":[1e3,-0.0]}}\n");
	test_same("{\"type\":\"x-new\"}\n");
	test_same(FLOW_1 ",\"x\":1,\"y\":{\"z\":[]},\"w\":\"\\u00e9\"}\n");
	test_same(FLOW_1 "}\n");
}

/* JSON text of a time, its microseconds, how we write it. */
static void
test_times(void)
{
	static const struct {
		const char *text;
		int64_t us;
		const char *canonical;
	} t[] = {
		{ "0", 0, "0" }, { "-0", 0, "0" }, { "0.0", 0, "0" },
		{ "1", 1000000, "1" }, { "0.1", 100000, "0.1" },
		{ "0.000001", 1, "0.000001" }, { "1e-6", 1, "0.000001" },
		{ "5e-05", 50, "0.00005" }, { "-0.5", -500000, "-0.5" },
		{ "-0.000001", -1, "-0.000001" },
		{ "1646136000.120001", 1646136000120001,
		    "1646136000.120001" },
		{ "1646136000.120000", 1646136000120000, "1646136000.12" },
		{ "1.646136e9", 1646136000000000, "1646136000" },
		{ "1646136000.1234564", 1646136000123456,
		    "1646136000.123456" },
		{ "1646136000.1234565", 1646136000123457,
		    "1646136000.123457" },
		{ "1646136000.99999999", 1646136001000000, "1646136001" },
		{ "0.0000004999999999999999999999999", 0, "0" },
		{ "1e-400", 0, "0" }, { "0e999999999999", 0, "0" },
		{ "4294967295.999999", 4294967295999999,
		    "4294967295.999999" },
		{ "253402300799", 253402300799000000, "253402300799" },
		{ "-253402300799", -253402300799000000, "-253402300799" },
		{ "100000000000000000e-16", 10000000, "10" },
	};
	struct errpos err;
	char line[128];
	struct rec r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		snprintf(line, sizeof(line), "{\"type\":\"flow\",\"ts\":%s}",
		    t[i].text);
		tap_int(decode(&r, &err, line, strlen(line)), 0, "%s", line);
		tap_int(r.ts, t[i].us, "its microseconds");
		snprintf(line, sizeof(line),
		    "{\"type\":\"flow\",\"ts\":%s}\n", t[i].canonical);
		tap_int(rec_encode(&r, &out), 0, "written");
		tap_mem(out.p, out.n, line, strlen(line), "canonical");
	}
}

static void
test_fail(const char *line, const char *why)
{
	struct errpos err;
	struct rec r;
	int ret = decode(&r, &err, line, strlen(line));

	tap_int(ret, -EINVAL, "refused: %s", line);
	tap_str(err.what, why, "and why");
}

static void
test_failures(void)
{
	static const char *const not_time[] = { "\"1\"", "true", "[]",
		"253402300800", "-253402300800", "1e300", "null", "{}" };
	char line[128];
	size_t i;

	test_fail("", "ends too early");
	test_fail("  ", "ends too early");
	test_fail("[]", "not an object");
	test_fail("1", "not an object");
	test_fail("{}", "type: missing");
	test_fail("{\"ts\":1}", "type: missing");
	test_fail("{\"type\":1}", "type: not a text");
	test_fail("{\"type\":\"\"}", "type: empty");
	test_fail("{\"type\":\"flow\"}", "ts: missing");
	for (i = 0; i < ARRAY_SIZE(not_time); i++) {
		snprintf(line, sizeof(line), "{\"type\":\"x\",\"ts\":%s}",
		    not_time[i]);
		test_fail(line, "ts: not a time");
	}
	test_fail(FLOW_1 ",\"end\":\"x\"}", "end: not a time");
	test_fail(FLOW_1 ",\"sport\":-1}", "sport: not a whole number");
	test_fail(FLOW_1 ",\"sport\":1.5}", "sport: not a whole number");
	test_fail(FLOW_1 ",\"sport\":1e-1}", "sport: not a whole number");
	test_fail(FLOW_1 ",\"sport\":\"1\"}", "sport: not a whole number");
	test_fail(FLOW_1 ",\"pkts\":9007199254740992}", "pkts: too large");
	test_fail(FLOW_1 ",\"pkts\":1e16}", "pkts: too large");
	test_fail(FLOW_1 ",\"pkts\":1e400}", "pkts: too large");
	test_fail(FLOW_1 ",\"pkts\":99999999999999999999}", "pkts: too large");
	test_fail(FLOW_1 ",\"pkts\":null}", "pkts: not a whole number");
	test_fail(FLOW_1 ",\"proto\":6}", "proto: not a text");
	test_fail(FLOW_1 ",\"new\":1}", "new: not true or false");
	test_fail(FLOW_1 ",\"src\":\"1.2.3\"}", "src: not an address");
	test_fail(FLOW_1 ",\"src\":\"1.2.3.04\"}", "src: not an address");
	test_fail(FLOW_1 ",\"src\":\"1.2.3.256\"}", "src: not an address");
	test_fail(FLOW_1 ",\"src\":\"\"}", "src: not an address");
	test_fail(FLOW_1 ",\"src\":\":::\"}", "src: not an address");
	test_fail(FLOW_1 ",\"src_mac\":\"50:c7:bf:00:56\"}",
	    "src_mac: not a MAC address");
	test_fail(FLOW_1 ",\"tags\":\"x\"}", "tags: not a list");
	test_fail(FLOW_1 ",\"tags\":[1]}", "tags: not a text");
	test_fail("{\"type\":\"dns\",\"ts\":1,\"answers\":[1]}",
	    "answers: not a list of objects");
	test_fail("{\"type\":\"dns\",\"ts\":1,\"answers\":[{\"ttl\":\"1\"}]}",
	    "ttl: not a whole number");
	test_fail("{\"type\":\"stats\",\"ts\":1,\"non_ip\":[]}",
	    "non_ip: not counters");
	test_fail("{\"type\":\"alert\",\"ts\":1,\"usual\":null}",
	    "usual: null");
	test_fail("{\"type\":\"order\",\"ts\":1,\"port\":65536}",
	    "port: not a port or range");
	test_fail("{\"type\":\"order\",\"ts\":1,\"port\":\"9-8\"}",
	    "port: not a port or range");
	test_fail("{\"type\":\"order\",\"ts\":1,\"port\":\"8-\"}",
	    "port: not a port or range");
	test_fail("{\"type\":\"order\",\"ts\":1,\"port\":true}",
	    "port: not a port");
	test_fail(FLOW_1 "} x", "more behind the value");
	test_fail(FLOW_1 ",}", "no name of a member");
	test_fail(FLOW_1 ",\"x\":\"\\u0000\"}", "NUL in text");
	test_fail(FLOW_1 ",\"x\":\"\xff\"}", "not UTF-8");
	test_fail(FLOW_1 ",\"x\":\"\\ud800\"}", "half of a surrogate pair");
}

static void
test_twice(void)
{
	test_fail(FLOW_1 ",\"ts\":1}", "ts: twice");
	test_fail(FLOW_1 ",\"type\":\"dns\"}", "type: twice");
	test_fail(FLOW_1 ",\"sport\":1,\"sport\":1}", "sport: twice");
	test_fail(FLOW_1 ",\"x\":1,\"x\":1}", "x: twice");
	test_fail(FLOW_1 ",\"x\":1,\"\\u0078\":1}", "x: twice");
	test_fail(FLOW_1 ",\"spo\\u0072t\":1,\"sport\":1}", "sport: twice");
	test_fail(FLOW_1 ",\"x\":{\"a\":[{\"b\":1,\"b\":2}]}}", "b: twice");
	test_fail(FLOW_1 ",\"x\":{\"\xc3\xa9\":1,\"\\u00e9\":2}}",
	    "\\u00e9: twice");
	test_fail(FLOW_1 ",\"0123456789abcdef\":1,\"0123456789abcdef\":1}",
	    "0123456789ab...: twice");
	test_fail("{\"type\":\"dns\",\"ts\":1,\"answers\":[{\"ttl\":1,"
	    "\"ttl\":1}]}", "ttl: twice");
	test_fail("{\"type\":\"stats\",\"ts\":1,\"dns\":{\"a\":1,"
	    "\"a\":1}}", "a: twice");
	test_fail("{\"type\":\"alert\",\"ts\":1,\"usual\":{\"a\":1,"
	    "\"a\":1}}", "a: twice");
	/* The same name in different objects is no fault. */
	test_same("{\"type\":\"x\",\"ts\":1,\"a\":{\"a\":{\"a\":1}},"
	    "\"b\":[{\"a\":1},{\"a\":1}]}\n");
}

/* Forms that are not ours, but mean the same. */
static void
test_forms(void)
{
	test_line("{\"ts\":1,\"dport\":4.43e2,\"type\":\"flow\","
	    "\"sport\":1.0}", FLOW_1 ",\"sport\":1,\"dport\":443}\n");
	test_line(" { \"type\" : \"flow\" ,\t\"ts\" : 1 } \r\n", FLOW_1 "}\n");
	test_line("{\"\\u0074ype\":\"fl\\u006fw\",\"ts\":1,"
	    "\"src\":\"1.2.3.\\u0034\"}", FLOW_1 ",\"src\":\"1.2.3.4\"}\n");
	test_line(FLOW_1 ",\"src\":\"2001:DB8:0:0:0:0:0:1\","
	    "\"src_mac\":\"50:C7:BF:00:56:39\"}",
	    FLOW_1 ",\"src\":\"2001:db8::1\","
	    "\"src_mac\":\"50:c7:bf:00:56:39\"}\n");
	test_line("{\"type\":\"order\",\"ts\":1,\"port\":\"443\"}",
	    "{\"type\":\"order\",\"ts\":1,\"port\":443}\n");
	test_line(FLOW_1 ",\"x\":[ 1 , {\"\xc3\xa9\" : \"\xf0\x9f\x98\x80"
	    "\\/\\n\\u0041\x7f\"} , [ ] , { } ],\"sport\":7}",
	    FLOW_1 ",\"sport\":7,\"x\":[1,{\"\\u00e9\":"
	    "\"\\ud83d\\ude00/\\u000aA\\u007f\"},[],{}]}\n");
	test_line("{\"type\":\"dns\",\"ts\":1,\"answers\":[{\"prio\":10,"
	    "\"name\":\"a\"},{\"ttl\":1},{\"x\":[{ }]}]}",
	    "{\"type\":\"dns\",\"ts\":1,\"answers\":[{\"name\":\"a\","
	    "\"prio\":10},{\"ttl\":1},{\"x\":[{}]}]}\n");
	test_line("{\"type\":\"caf\xc3\xa9\",\"x\":1e999,\"ts\":2}",
	    "{\"type\":\"caf\\u00e9\",\"ts\":2,\"x\":1e999}\n");
}

/* Text that cannot stand in JSON is replaced, never passed through. */
static void
test_text(void)
{
	static const struct {
		struct str text;
		const char *want;
	} t[] = {
		{ { "", 0 }, "" },
		{ { "\"\\", 2 }, "\\\"\\\\" },
		{ { "\x01\x1f\x7f", 3 }, "\\u0001\\u001f\\u007f" },
		{ { "a\0b", 3 }, "a\\ufffdb" },
		{ { "\xc3\xa9", 2 }, "\\u00e9" },
		{ { "\xe2\x82\xac", 3 }, "\\u20ac" },
		{ { "\xf0\x9f\x98\x80", 4 }, "\\ud83d\\ude00" },
		{ { "\xf4\x8f\xbf\xbf", 4 }, "\\udbff\\udfff" },
		{ { "\xff\xc3", 2 }, "\\u00ff\\u00c3" },
		{ { "\xed\xa0\x80", 3 }, "\\u00ed\\u00a0\\u0080" },
	};
	char line[128];
	struct rec r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		rec_init(&r, REC_TYPE_FLOW);
		REC_SET(&r, FLOW, flow, name, t[i].text);
		buf_reset(&out);
		tap_int(rec_encode(&r, &out), 0, "text %zu", i);
		snprintf(line, sizeof(line), "{\"type\":\"flow\",\"ts\":0,"
		    "\"name\":\"%s\"}\n", t[i].want);
		tap_mem(out.p, out.n, line, strlen(line), "escaped");
	}
}

/* A flow of ts 0 with a name of `n` bytes is a line of n + 33 bytes. */
static void
test_line_limit(void)
{
	static char text[REC_LINE_MAX];
	const size_t fits = REC_LINE_MAX - 33;
	struct errpos err;
	struct rec r;

	memset(text, 'x', sizeof(text));
	rec_init(&r, REC_TYPE_FLOW);
	buf_reset(&out);
	REC_SET(&r, FLOW, flow, name, ((struct str){ text, fits }));
	tap_int(rec_encode(&r, &out), 0, "a line of the greatest length");
	tap_uint(out.n, REC_LINE_MAX, "its length");
	tap_int(rec_decode(&r, &arena, out.p, out.n, &err), 0, "read");
	tap_uint(r.u.flow.name.n, fits, "whole");
	buf_putc(&out, '\n');
	out.p[REC_LINE_MAX - 1] = ' ';
	tap_int(rec_decode(&r, &arena, out.p, out.n, &err), -EMSGSIZE,
	    "one byte more is not read");
	buf_reset(&out);
	buf_add(&out, "before", 6);
	r.u.flow.name = (struct str){ text, fits + 1 };
	tap_int(rec_encode(&r, &out), -EMSGSIZE, "nor written");
	tap_mem(out.p, out.n, "before", 6, "and leaves nothing behind");
	memset(text, '"', sizeof(text));
	r.u.flow.name.n = fits / 2;
	tap_int(rec_encode(&r, &out), 0, "escapes fit as long as they fit");
	r.u.flow.name.n = fits / 2 + 1;
	tap_int(rec_encode(&r, &out), -EMSGSIZE, "and no longer");
	tap_ok(!out.failed, "the buffer can be used on");
}

static void
repeat(struct buf *b, const char *first, const char *next, size_t n,
    const char *last)
{
	size_t i;

	buf_reset(b);
	buf_puts(b, first);
	for (i = 0; i < n; i++)
		buf_puts(b, i ? next : next + 1);
	buf_puts(b, last);
}

static void
test_limits(void)
{
	struct errpos err;
	struct buf b;
	struct rec r;
	size_t i;

	buf_init(&b, 1 << 20);
	repeat(&b, FLOW_1 ",\"tags\":[", ",\"\"", REC_ENTRIES_MAX, "]}");
	tap_int(decode(&r, &err, b.p, b.n), 0, "the longest list");
	tap_uint(r.u.flow.tags.n, REC_ENTRIES_MAX, "its length");
	repeat(&b, FLOW_1 ",\"tags\":[", ",\"\"", REC_ENTRIES_MAX + 1, "]}");
	tap_int(decode(&r, &err, b.p, b.n), -EINVAL, "a longer one");
	tap_str(err.what, "tags: too long", "why");
	buf_reset(&b);
	buf_puts(&b, FLOW_1);
	for (i = 0; i < REC_ENTRIES_MAX; i++)
		buf_printf(&b, ",\"x%zu\":1", i);
	buf_putc(&b, '}');
	tap_int(decode(&r, &err, b.p, b.n), 0, "the most members");
	b.n--;
	buf_puts(&b, ",\"x\":1}");
	tap_int(decode(&r, &err, b.p, b.n), -EINVAL, "one more");
	tap_str(err.what, "too many members", "why");
	/* The record is a level, too. */
	repeat(&b, FLOW_1 ",\"x\":[", "[", REC_DEPTH_MAX - 1, "");
	for (i = 0; i < REC_DEPTH_MAX - 1; i++)
		buf_putc(&b, ']');
	buf_putc(&b, '}');
	tap_int(decode(&r, &err, b.p, b.n), 0, "the deepest");
	buf_release(&b);
	test_fail(FLOW_1 ",\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}",
	    "nested too deeply");
	test_fail("{\"type\":\"dns\",\"ts\":1,\"answers\":[{\"x\":"
	    "[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}]}", "nested too deeply");
}

/*
 * A text as an address and as a MAC, followed by more of the record so that
 * the fast path takes it, against addr_parse and mac_parse.
 */
static unsigned
differs(const char *text)
{
	char line[256];
	struct errpos err;
	struct addr a;
	struct mac m;
	struct rec r;
	size_t n = strlen(text);
	unsigned wrong = 0;
	bool is;

	snprintf(line, sizeof(line), FLOW_1 ",\"src\":\"%s\","
	    "\"name\":\"0123456789012345678901234567890123456789\"}", text);
	is = addr_parse(&a, text, n) == 0;
	wrong += (decode(&r, &err, line, strlen(line)) == 0) != is ||
	    (is && !addr_eq(&r.u.flow.src, &a));
	snprintf(line, sizeof(line), FLOW_1 ",\"src_mac\":\"%s\","
	    "\"name\":\"0123456789012345678901234567890123456789\"}", text);
	is = mac_parse(&m, text, n) == 0;
	wrong += (decode(&r, &err, line, strlen(line)) == 0) != is ||
	    (is && !mac_eq(&r.u.flow.src_mac, &m));
	return wrong;
}

static void
test_addresses(void)
{
	static const char *const from[] = { "0.0.0.0", "255.255.255.255",
		"192.168.8.22", "1.2.3.256", "::", "::1", "1::", "2001:db8::1",
		"1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:7::",
		"::2:3:4:5:6:7:8", "1:2:3::6:7:8", "1:2:3::5:6:7:8",
		"50:c7:bf:00:56:39", "FF:ff:0A:a0:99:90" };
	static const char with[] = "01259afgAF:. /";
	unsigned wrong = 0;
	char s[64];
	size_t i, j, k, n;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		n = strlen(from[i]);
		wrong += differs(from[i]);
		for (j = 0; j <= n; j++)
			for (k = 0; k < sizeof(with) - 1; k++) {
				memcpy(s, from[i], n + 1);
				if (j < n)
					s[j] = with[k];
				wrong += differs(s);
				memcpy(s + j + 1, from[i] + j, n - j + 1);
				s[j] = with[k];
				wrong += differs(s);
			}
	}
	tap_uint(wrong, 0, "addresses and what is near them");
}

/* Every truncation of a record is refused: none is another record. */
static void
test_cut(void)
{
	const char line[] = "{\"type\":\"flow\",\"ts\":1646136000.120001,"
	    "\"proto\":\"tcp\",\"src\":\"192.168.8.22\",\"sport\":53025,"
	    "\"src_mac\":\"50:c7:bf:00:56:39\",\"pkts\":9,\"new\":true,"
	    "\"tags\":[\"mirai\"],\"x\":{\"y\":[1,\"\\u00e9\"]}}";
	struct errpos err;
	struct rec r;
	size_t n, taken = 0;
	char *exact;

	for (n = 0; n < sizeof(line) - 1; n++) {
		exact = malloc(n ? n : 1);
		if (!exact)
			abort();
		memcpy(exact, line, n);
		taken += decode(&r, &err, exact, n) != -EINVAL;
		free(exact);
	}
	tap_uint(taken, 0, "no beginning of a record is a record");
	tap_int(decode(&r, &err, line, sizeof(line) - 1), 0, "the whole is");
}

/*
 * Lines made to use as much memory as they can: what grows most when written
 * again, the most pieces, the most names at once. The arena is enough.
 */
static void
test_worst(const char *first, const char *piece, const char *last)
{
	struct errpos err;
	struct buf b;
	struct rec r;

	buf_init(&b, REC_LINE_MAX);
	buf_puts(&b, first);
	while (b.n + strlen(piece) + strlen(last) < REC_LINE_MAX)
		buf_puts(&b, piece);
	buf_puts(&b, last);
	tap_int(decode(&r, &err, b.p, b.n), 0, "%zu bytes of %s", b.n, piece);
	buf_release(&b);
}

/* Objects in objects, 900 names in each, all of them open at the end. */
static void
test_most_names(void)
{
	struct errpos err;
	struct buf b;
	struct rec r;
	int i;

	buf_init(&b, REC_LINE_MAX);
	buf_puts(&b, FLOW_1 ",\"x\":{");
	for (i = 0; b.n < REC_LINE_MAX - 200; i++) {
		if (i % 900 == 899)
			buf_puts(&b, "\"o\":{");
		else
			buf_printf(&b, "\"%x\":0,", i % 900);
	}
	buf_puts(&b, "\"last\":0");
	for (; i >= 899; i -= 900)
		buf_putc(&b, '}');
	buf_puts(&b, "}}");
	tap_int(decode(&r, &err, b.p, b.n), 0, "%zu bytes of names", b.n);
	buf_release(&b);
}

static void
test_arena_is_enough(void)
{
	test_worst(FLOW_1 ",\"x\":\"", "\x7f", "\"}");
	test_worst(FLOW_1 ",\"x\":[\"\"", ",\"\\n\"", "]}");
	test_worst(FLOW_1 ",\"x\":[0", ",{\"\\n\":0}", "]}");
	test_worst("{\"type\":\"alert\",\"ts\":1,\"usual\":[\"\"",
	    ",\"\\n\"", "]}");
	test_most_names();
}

static void
test_small_arena(void)
{
	const char line[] = "{\"type\":\"x\",\"ts\":1,\"a\":[{\"b\":1}]}";
	struct arena small;
	struct errpos err;
	struct rec r;

	arena_init(&small, 16);
	tap_int(rec_decode(&r, &small, line, sizeof(line) - 1, &err), -ENOMEM,
	    "an arena that is too small");
	arena_release(&small);
}

static void
test_values(void)
{
	const char line[] = FLOW_1 ",\"src\":\"1.2.3.4\","
	    "\"dst\":\"2001:db8::5\","
	    "\"pkts\":9,\"answered\":true,\"flags\":\"SA\"}\n";
	static const uint8_t v4[4] = { 1, 2, 3, 4 };
	struct addr a = addr_v4(v4);
	struct errpos err;
	struct rec r;

	tap_int(decode(&r, &err, line, sizeof(line) - 1), 0, "a flow");
	tap_int(r.type, REC_TYPE_FLOW, "its type");
	tap_int(r.ts, 1000000, "its time");
	tap_ok(REC_HAS(&r, FLOW, src) && addr_eq(&r.u.flow.src, &a), "src");
	tap_int(r.u.flow.dst.ver, 6, "dst is IPv6");
	tap_int(r.u.flow.dst.b[15], 5, "its last byte");
	tap_uint(r.u.flow.pkts, 9, "pkts");
	tap_ok(r.u.flow.answered, "answered");
	tap_mem(r.u.flow.flags.p, r.u.flow.flags.n, "SA", 2, "flags");
	tap_ok(!REC_HAS(&r, FLOW, sport), "no sport");
	tap_ok(str_eq(rec_type_name(&r), STR("flow")), "name of its type");
	tap_int(rec_type_of(STR("label")), REC_TYPE_LABEL, "label by name");
	tap_int(rec_type_of(STR("labels")), REC_TYPE_OTHER, "labels is none");
	rec_init(&r, REC_TYPE_FLOW);
	r.ts = INT64_MIN;
	REC_SET(&r, FLOW, flow, end, INT64_MAX);
	REC_SET(&r, FLOW, flow, pkts, UINT64_MAX);
	tap_int(rec_encode(&r, &out), 0, "values beyond the limits");
	buf_putc(&out, '\0');
	tap_str(out.p, "{\"type\":\"flow\",\"ts\":-253402300799,"
	    "\"end\":253402300799,\"pkts\":9007199254740991}\n",
	    "are written as the limits");
}

int
main(void)
{
	arena_init(&arena, REC_ARENA_MAX);
	buf_init(&out, 1 << 20);
	test_all_members();
	test_times();
	test_failures();
	test_twice();
	test_forms();
	test_text();
	test_line_limit();
	test_limits();
	test_addresses();
	test_cut();
	test_arena_is_enough();
	test_small_arena();
	test_values();
	arena_release(&arena);
	buf_release(&out);
	return tap_done();
}
