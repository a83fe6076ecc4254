/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "csv.h"

#include "sums.h"

#include "../tap.h"

#define NOON	(INT64_C(1646136000) * 1000000)

/* A reader of RFC 4180 of its own: fields of one line, quotes undone. */
#define FIELDS	32

struct fields {
	char *v[FIELDS];
	size_t n;
};

/* Returns where the next line begins, or NULL if this is none. */
static char *
parse_line(char *p, struct fields *f)
{
	char *to;
	bool quoted;

	for (f->n = 0; f->n < FIELDS;) {
		quoted = *p == '"';
		p += quoted;
		f->v[f->n++] = to = p;
		for (;; *to++ = *p++) {
			if (quoted && p[0] == '"' && p[1] == '"')
				p++;
			else if (quoted ? *p == '"' : *p == ',' || *p == '\n')
				break;
			else if (*p == '\0' || *p == '\n' || *p == '"')
				return NULL;
		}
		p += quoted;
		if (*p != ',' && *p != '\n')
			return NULL;
		quoted = *p == '\n';
		*to = '\0';
		p++;
		if (quoted)
			return p;
	}
	return NULL;
}

/* The field below a heading; NULL when there is no such column. */
static const char *
field(const struct fields *head, const struct fields *row, const char *name)
{
	size_t i;

	for (i = 0; i < head->n && i < row->n; i++)
		if (strcmp(head->v[i], name) == 0)
			return row->v[i];
	return NULL;
}

static struct str hosts[2] = { { "a.example", 9 }, { "b.example", 9 } };
static struct addr ips[2], home_ip;

static void
whole(struct rec *r)
{
	memset(r, 0xaa, sizeof(*r));
	rec_init(r, REC_TYPE_DIGEST);
	r->ts = NOON + 250000;
	if (addr_parse(&home_ip, "192.168.8.22", 12) < 0 ||
	    addr_parse(&ips[0], "192.0.2.7", 9) < 0 ||
	    addr_parse(&ips[1], "2001:db8::7", 11) < 0)
		abort();
	REC_SET(r, DIGEST, digest, window, 60000000);
	REC_SET(r, DIGEST, digest, hour, 12);
	REC_SET(r, DIGEST, digest, weekday, STR("tuesday"));
	REC_SET(r, DIGEST, digest, agent, STR("gw"));
	REC_SET(r, DIGEST, digest, device, STR("50:c7:bf:00:56:39"));
	REC_SET(r, DIGEST, digest, name, STR("HS110, the \"plug\""));
	REC_SET(r, DIGEST, digest, device_ip, ((struct addrs){ &home_ip, 1 }));
	REC_SET(r, DIGEST, digest, peer, STR("example"));
	REC_SET(r, DIGEST, digest, peer_mac, STR("8c:79:f5:12:9a:01"));
	REC_SET(r, DIGEST, digest, peer_ip, ((struct addrs){ ips, 2 }));
	REC_SET(r, DIGEST, digest, hosts, ((struct strs){ hosts, 2 }));
	REC_SET(r, DIGEST, digest, more, 5);
	REC_SET(r, DIGEST, digest, where, STR("internet"));
	REC_SET(r, DIGEST, digest, proto, STR("tcp"));
	REC_SET(r, DIGEST, digest, port, 443);
	REC_SET(r, DIGEST, digest, service, STR("https"));
	REC_SET(r, DIGEST, digest, dir, STR("out"));
	REC_SET(r, DIGEST, digest, flows, 1);
	REC_SET(r, DIGEST, digest, unanswered, 0);
	REC_SET(r, DIGEST, digest, pkts_out, 9);
	REC_SET(r, DIGEST, digest, bytes_out, 1822);
	REC_SET(r, DIGEST, digest, pkts_in, 7);
	REC_SET(r, DIGEST, digest, bytes_in, REC_UINT_MAX);
	REC_SET(r, DIGEST, digest, first, NOON + 120001);
	REC_SET(r, DIGEST, digest, last, NOON + 1900000);
}

static const struct {
	const char *member, *text;
	unsigned by;	/* any of these; 0: always there */
} members[] = {
	{ "ts", "1646136000.25", 0 }, { "window", "60", 0 },
	{ "hour", "12", SUMS_HOUR }, { "weekday", "tuesday", SUMS_WEEKDAY },
	{ "agent", "gw", SUMS_AGENT },
	{ "device", "50:c7:bf:00:56:39", SUMS_DEVICE },
	{ "name", "HS110, the \"plug\"", SUMS_DEVICE | SUMS_NAME },
	{ "device_ip", "192.168.8.22", SUMS_DEVICE },
	{ "peer", "example", SUMS_PEER },
	{ "peer_mac", "8c:79:f5:12:9a:01", SUMS_PEER },
	{ "peer_ip", "192.0.2.7 2001:db8::7", SUMS_PEER },
	{ "hosts", "a.example b.example", SUMS_PEER },
	{ "more", "5", SUMS_DEVICE | SUMS_PEER },
	{ "where", "internet", SUMS_WHERE },
	{ "proto", "tcp", SUMS_PROTO }, { "port", "443", SUMS_PORT },
	{ "service", "https", SUMS_PORT | SUMS_SERVICE },
	{ "dir", "out", SUMS_DIR }, { "flows", "1", 0 },
	{ "unanswered", "0", 0 }, { "pkts_out", "9", 0 },
	{ "bytes_out", "1822", 0 }, { "pkts_in", "7", 0 },
	{ "bytes_in", "9007199254740991", 0 },
	{ "first", "1646136000.120001", 0 }, { "last", "1646136001.9", 0 },
};

static bool
as_members_say(unsigned by, const struct fields *head,
    const struct fields *row, bool empty)
{
	const char *got;
	size_t i;
	bool want;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		got = field(head, row, members[i].member);
		want = members[i].by == 0 || (members[i].by & by);
		if (want != (got != NULL) || (got && strcmp(got, empty && i ?
		    "" : members[i].text) != 0)) {
			tap_diag("by %x: %s is %s", by, members[i].member,
			    got ? got : "not there");
			return false;
		}
	}
	return true;
}

/* Whatever is asked for: each line has the heading's columns. */
static void
check_columns(void)
{
	struct fields head, row, bare;
	struct buf b;
	struct rec r;
	unsigned by;
	bool ok = true;
	char *p;

	buf_init(&b, 1 << 16);
	for (by = 0; by < 1 << 11 && ok; by++) {
		buf_reset(&b);
		whole(&r);
		csv_head(by, &b);
		csv_row(by, &r, &b);
		r.has = 0;
		csv_row(by, &r, &b);
		buf_putc(&b, '\0');
		p = parse_line(b.p, &head);
		p = p ? parse_line(p, &row) : NULL;
		p = p ? parse_line(p, &bare) : NULL;
		ok = p && *p == '\0' && head.n == row.n &&
		    head.n == bare.n && as_members_say(by, &head, &row,
		    false) && as_members_say(by, &head, &bare, true);
	}
	tap_ok(ok, "columns and values for all 2048 lists of members");
	buf_release(&b);
}

/* Of names as they come, what a reader of CSV gets. */
static const struct {
	const char *name, *text;
} names[] = {
	{ "plain", "plain" }, { "", "" }, { "a-b+c=d@e", "a-b+c=d@e" },
	{ "=1+1", "\\x3d1+1" }, { "+1", "\\x2b1" }, { "-1", "\\x2d1" },
	{ "@SUM(A1)", "\\x40SUM(A1)" }, { " =1", " \\x3d1" },
	{ "==1", "\\x3d=1" }, { "a,=1", "a,\\x3d1" },
	{ "a;-1", "a;\\x2d1" }, { "\"=1\"", "\"\\x3d1\"" },
	{ "a; @b", "a; \\x40b" }, { "tab\t=1", "tab\\x09=1" },
	{ "line\n=1\r", "line\\x0a=1\\x0d" }, { "\\x41", "\\x41" },
	{ "\"", "\"" }, { "\"\"", "\"\"" }, { "a\"b,c", "a\"b,c" },
	{ "\033[2J", "\\x1b[2J" }, { "caf\xc3\xa9", "caf\xc3\xa9" },
	{ "\xff", "\\xff" }, { "\xe2\x80\xae", "\\xe2\\x80\\xae" },
	{ "two words", "two words" }, { "O'Brien", "O'Brien" },
};

static void
check_names(void)
{
	struct fields head, row;
	const char *got;
	struct buf b;
	struct rec r;
	size_t i;
	char *p;

	buf_init(&b, 1 << 16);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		buf_reset(&b);
		rec_init(&r, REC_TYPE_DIGEST);
		REC_SET(&r, DIGEST, digest, name, str_of(names[i].name));
		csv_head(SUMS_NAME, &b);
		csv_row(SUMS_NAME, &r, &b);
		buf_putc(&b, '\0');
		p = parse_line(b.p, &head);
		got = p && parse_line(p, &row) ? field(&head, &row, "name") :
		    NULL;
		tap_str(got, names[i].text, "a name that is %s",
		    names[i].text);
	}
	buf_release(&b);
}

static void
check_text(void)
{
	static const char want[] =
	    "ts,window,peer,peer_mac,peer_ip,hosts,more,flows,unanswered,"
	    "pkts_out,bytes_out,pkts_in,bytes_in,first,last\n"
	    "0,,\"a,b\",,192.0.2.7,\"x \"\"y\"\" \\x3dz\",,,,,,,,,\n";
	struct str list[3] = { STR("x"), STR("\"y\""), STR("=z") };
	struct buf b;
	struct rec r;

	buf_init(&b, 1 << 16);
	whole(&r);
	rec_init(&r, REC_TYPE_DIGEST);
	REC_SET(&r, DIGEST, digest, peer, STR("a,b"));
	REC_SET(&r, DIGEST, digest, peer_ip, ((struct addrs){ ips, 1 }));
	REC_SET(&r, DIGEST, digest, hosts, ((struct strs){ list, 3 }));
	csv_head(SUMS_PEER, &b);
	csv_row(SUMS_PEER, &r, &b);
	tap_mem(b.p, b.n, want, sizeof(want) - 1, "the text itself");
	buf_release(&b);
}

int
main(void)
{
	check_columns();
	check_names();
	check_text();
	return tap_done();
}
