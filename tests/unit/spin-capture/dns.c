/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dns.h"

#include "dnsasm.h"
#include "tap.h"

/*
 * Expected: what the RFCs say. A message is shown as
 *
 *	state[ fault][ cut] RCODE[ qname/TYPE][ +more][; name TTL TYPE data]...
 */
#define H(an)		"1234 8180 0001 " an " 0000 0000 "
#define EXAMPLE		"07'example' 03'com' 00 "
#define Q		EXAMPLE "0001 0001 "	/* name at 0c */
#define RR(type, ttl)	"c00c " type " 0001 " ttl " "
#define A60		RR("0001", "0000003c") "0004 c0000201 "

struct show_case {
	const char *what, *msg, *want;
};

static const struct show_case messages[] = {
	{ "A", H("0001") Q A60,
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "upper case", H("0001") "07'EXAMple' 03'COM' 00 0001 0001" A60,
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "CNAME and A", H("0002") Q RR("0005", "00000e10")
	    "0006 03'www' c00c c029 0001 0001 00000005 0004 c6336407",
	    "whole NOERROR example.com/A; example.com 3600 CNAME "
	    "www.example.com; www.example.com 5 A 198.51.100.7" },
	{ "PTR", H("0001") Q RR("000c", "00000000") "0005 02'tv' c00c",
	    "whole NOERROR example.com/A; example.com 0 PTR tv.example.com" },
	{ "NS", H("0001") Q RR("0002", "ffffffff") "0002 c00c",
	    "whole NOERROR example.com/A; example.com 4294967295 NS "
	    "example.com" },
	{ "A in class CH is no address", H("0001") Q
	    "c00c 0001 0003 00000001 0003 00 0001",
	    "whole NOERROR example.com/A; example.com 1 A " },
	{ "NXDOMAIN", "1234 8183 0001 0000 0000 0000" Q,
	    "whole NXDOMAIN example.com/A" },
	{ "type without name", "1234 8180 0001 0000 0000 0000" EXAMPLE
	    "ff78 0001", "whole NOERROR example.com/TYPE65400" },
	{ "ANY", "1234 8180 0001 0000 0000 0000" EXAMPLE "00ff 0001",
	    "whole NOERROR example.com/ANY" },
	{ "DLV", "1234 8180 0001 0000 0000 0000" EXAMPLE "8001 0001",
	    "whole NOERROR example.com/DLV" },
	{ "code without name", "1234 818f 0001 0000 0000 0000" Q,
	    "whole RCODE15 example.com/A" },
	{ "no question", "1234 8181 0000 0000 0000 0000", "whole FORMERR" },
	{ "two questions", "1234 8180 0002 0001 0000 0000" Q "00 0001 0001"
	    A60, "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "authority and additional are not answers",
	    "1234 8180 0001 0001 0001 0001" Q A60 A60 A60,
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "bytes behind", H("0001") Q A60 "ffffffff",
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "CNAMEs in a circle", H("0002") Q RR("0005", "00000001")
	    "0004 01'b' c00c c029 0005 0001 00000001 0002 c00c",
	    "whole NOERROR example.com/A; example.com 1 CNAME b.example.com"
	    "; b.example.com 1 CNAME example.com" },
	{ "query: only its question is read",
	    "1234 0100 0001 ffff ffff ffff" Q "ffffffff",
	    "whole NOERROR example.com/A" },
	{ "NUL, ESC, LF, dot, backslash in labels", H("0001")
	    "05 00 1b 0a '.\\' 00 0001 0001" A60, "whole NOERROR "
	    "\\000\\027\\010\\.\\\\/A; \\000\\027\\010\\.\\\\ 60 A "
	    "192.0.2.1" },

	/* EDNS, RFC 6891 6.1. */
	{ "OPT", "1234 8180 0001 0001 0000 0001" Q A60
	    "00 0029 1000 00000000 0000",
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "BADVERS", "1234 8180 0001 0000 0000 0001" Q
	    "00 0029 1000 01000000 0000", "whole BADVERS example.com/A" },
	{ "BADCOOKIE", "1234 8187 0001 0000 0000 0001" Q
	    "00 0029 1000 01000000 0000", "whole BADCOOKIE example.com/A" },
	{ "largest code", "1234 818f 0001 0000 0000 0001" Q
	    "00 0029 1000 ff000000 0000", "whole RCODE4095 example.com/A" },
	{ "OPT, junk inside", "1234 8180 0001 0000 0000 0001" Q
	    "00 0029 ffff 00ffffff 0007 ffff ffff 000000",
	    "whole NOERROR example.com/A" },
	{ "OPT, not at the root", "1234 8180 0001 0000 0000 0001" Q
	    "c00c 0029 1000 01000000 0000", "whole BADVERS example.com/A" },
	{ "OPT among answers", H("0002") Q "00 0029 1000 01000000 0000" A60,
	    "whole NOERROR example.com/A; example.com 60 A 192.0.2.1" },
	{ "two OPTs", "1234 8180 0001 0000 0000 0002" Q
	    "00 0029 1000 01000000 0000 00 0029 1000 02000000 0000",
	    "whole BADVERS example.com/A" },
	{ "OPT, too long", "1234 8180 0001 0000 0000 0001" Q
	    "00 0029 1000 00000000 0001",
	    "part dns_record NOERROR example.com/A" },

	/* Broken in the middle. */
	{ "empty", "", "bad dns_header" },
	{ "11 bytes", "1234 8180 0001 0000 0000 00", "bad dns_header" },
	{ "question missing", "1234 8180 0001 0000 0000 0000",
	    "bad dns_question" },
	{ "question without class", "1234 8180 0001 0000 0000 0000" EXAMPLE
	    "0001 00", "bad dns_question" },
	{ "question cut in a label", "1234 8180 0001 0000 0000 0000"
	    "07'exam'", "bad dns_question" },
	{ "question: pointer to itself", H("0000") "c00c 0001 0001",
	    "bad dns_question" },
	{ "question: pointer forward", H("0000") "c012 0001 0001 00",
	    "bad dns_question" },
	{ "question: type 01", H("0000") "41'a' 00 0001 0001",
	    "bad dns_question" },
	{ "question: type 10", H("0000") "81'a' 00 0001 0001",
	    "bad dns_question" },
	{ "question: 256 bytes", H("0000") "[0161]*128 00 0001 0001",
	    "bad dns_question" },
	{ "QDCOUNT 65535", "1234 8180 ffff 0000 0000 0000" Q,
	    "part dns_question NOERROR example.com/A" },
	{ "ANCOUNT 65535", H("ffff") Q A60, "part dns_record NOERROR "
	    "example.com/A; example.com 60 A 192.0.2.1" },
	{ "NSCOUNT 65535", "1234 8180 0001 0001 ffff 0000" Q A60,
	    "part dns_record NOERROR example.com/A; example.com 60 A "
	    "192.0.2.1" },
	{ "ARCOUNT 65535", "1234 8180 0001 0001 0000 ffff" Q A60,
	    "part dns_record NOERROR example.com/A; example.com 60 A "
	    "192.0.2.1" },
	{ "all 65535", "1234 8180 ffff ffff ffff ffff", "bad dns_question" },
	{ "ANCOUNT 1, nothing", H("0001") Q,
	    "part dns_record NOERROR example.com/A" },
	{ "RDLENGTH one too many", H("0002") Q A60 RR("0001", "00000001")
	    "0005 c0000201", "part dns_record NOERROR example.com/A; "
	    "example.com 60 A 192.0.2.1" },
	{ "RDLENGTH 65535", H("0001") Q RR("0001", "00000001")
	    "ffff c0000201", "part dns_record NOERROR example.com/A" },
	{ "record without length", H("0001") Q RR("0001", "00000001") "00",
	    "part dns_record NOERROR example.com/A" },
	{ "record: name past the end", H("0001") Q "3f'a'",
	    "part dns_record NOERROR example.com/A" },
	{ "record: pointer to itself", H("0001") Q
	    "c01d 0001 0001 00000001 0004 c0000201",
	    "part dns_record NOERROR example.com/A" },
	{ "record: pointer past the end", H("0001") Q
	    "ffff 0001 0001 00000001 0004 c0000201",
	    "part dns_record NOERROR example.com/A" },
	{ "record: type 01", H("0001") Q
	    "40 0001 0001 00000001 0004 c0000201",
	    "part dns_record NOERROR example.com/A" },
	{ "AAAA of 4 bytes", H("0002") Q A60 RR("001c", "00000001")
	    "0004 c0000201", "part dns_rdata NOERROR example.com/A; "
	    "example.com 60 A 192.0.2.1" },
	{ "CNAME: pointer forward", H("0002") Q RR("0005", "00000001")
	    "0002 c02b" A60, "part dns_rdata NOERROR example.com/A" },
};

/* An answer's type, length and data, and what becomes of it; NULL: nothing. */
static const struct {
	const char *what, *type, *data, *want;
} rdata[] = {
	{ "AAAA", "001c", "0010 20010db8000000000000000000000001",
	    "AAAA 2001:db8::1" },
	{ "DNAME", "0027", "0001 00", "DNAME ." },
	{ "MX", "000f", "0007 000a 02'mx' c00c", "MX 10 mx.example.com" },
	{ "SRV", "0021", "000a 0000 0005 1f90 01'h' c00c",
	    "SRV 0 5 8080 h.example.com" },
	{ "TXT", "0010", "000d 03'a=b' 08'q\" \\' 00c3841b",
	    "TXT \"a=b\" \"q\\\" \\\\\\000\\195\\132\\027\"" },
	{ "TXT, one empty string", "0010", "0001 00", "TXT \"\"" },
	{ "TXT, no string", "0010", "0000", "TXT " },
	{ "HTTPS", "0041",
	    "0033 0001 00 0001 0006 02'h2' 02'h3' 0003 0002 01bb 0004 "
	    "0008 c0000201 c0000202 0006 0010 "
	    "20010db8000000000000000000000001",
	    "HTTPS 1 . alpn=h2,h3 port=443 "
	    "ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1" },
	/* RFC 9460 appendix A.1: the ids "part1,part2", "part3,part4\\". */
	{ "SVCB, alpn with comma and backslash", "0040",
	    "0020 0001 00 0001 0019 0b'part1,part2' 0c'part3,part4\\'",
	    "SVCB 1 . alpn=part1\\\\,part2,part3\\\\,part4\\\\\\\\" },
	{ "SVCB, other parameters", "0040",
	    "001f 0010 00 0000 0004 0001 ff00 0001 0003 02'h2' 0002 "
	    "0000 0005 0001 99 ff00 0000",
	    "SVCB 16 . mandatory=alpn,key65280 alpn=h2 no-default-alpn "
	    "ech key65280" },
	{ "SVCB alias", "0040", "0004 0000 c00c", "SVCB 0 example.com" },
	{ "unknown type", "ff00", "0002 ffff", "TYPE65280 " },
	{ "SOA has no data here", "0006", "0002 ffff", "SOA " },
	{ "CNAME to itself", "0005", "0002 c00c", "CNAME example.com" },
	{ "A of 3 bytes", "0001", "0003 c00002", NULL },
	{ "A of 5 bytes", "0001", "0005 c000020101", NULL },
	{ "A of 0 bytes", "0001", "0000", NULL },
	{ "CNAME: name behind its data", "0005", "0002 01'a' 00", NULL },
	{ "CNAME: data behind its name", "0005", "0004 01'a' 00 00", NULL },
	{ "CNAME: empty", "0005", "0000", NULL },
	{ "CNAME: pointer to itself", "0005", "0002 c029", NULL },
	{ "MX without name", "000f", "0002 000a", NULL },
	{ "MX of 1 byte", "000f", "0001 00", NULL },
	{ "SRV of 6 bytes", "0021", "0006 000000000000", NULL },
	{ "TXT string past its data", "0010", "0002 02'a' 'b'", NULL },
	{ "SVCB of 2 bytes", "0040", "0002 0001", NULL },
	{ "SVCB: keys out of order", "0040",
	    "000f 0001 00 0003 0002 01bb 0002 0000 ffff", NULL },
	{ "SVCB: a key twice", "0040",
	    "000f 0001 00 0003 0002 01bb 0003 0002 01bb", NULL },
	{ "SVCB: value past its data", "0040", "0008 0001 00 0003 0002 01 bb",
	    NULL },
	{ "SVCB: port of 1 byte", "0040", "0008 0001 00 0003 0001 01", NULL },
	{ "SVCB: hint of 5 bytes", "0040", "000c 0001 00 0004 0005 c000020101",
	    NULL },
	{ "SVCB: empty alpn id", "0040", "0008 0001 00 0001 0001 00", NULL },
	{ "SVCB: alpn id past its value", "0040",
	    "000a 0001 00 0001 0003 03'h2'", NULL },
	{ "SVCB: empty mandatory", "0040", "0007 0001 00 0000 0000", NULL },
};

static const struct show_case mdns[] = {
	{ "answers and additional, without OPT and NSEC",
	    "0000 8400 0000 0001 0000 0003 05'_http' 04'_tcp' 05'local' 00"
	    "000c 0001 00001194 0005 02'tv' c00c"
	    "c028 002f 8001 00000078 0000"
	    "00 0029 05a0 00000000 0000"
	    "01'h' c017 0001 8001 00000078 0004 c0a80805",
	    "whole NOERROR; _http._tcp.local 4500 PTR tv._http._tcp.local; "
	    "h.local 120 A 192.168.8.5" },
	{ "unicast-response bit of a question",
	    "0000 8400 0001 0001 0000 0000 01'h' 05'local' 00 0001 8001"
	    "c00c 0001 8001 00000078 0004 c0a80805",
	    "whole NOERROR h.local/A; h.local 120 A 192.168.8.5" },
	{ "names with spaces and dots",
	    "0000 8400 0000 0001 0000 0000 08'My TV v.' 00"
	    "0010 8001 00000078 0003 02'ok'",
	    "whole NOERROR; my\\032tv\\032v\\. 120 TXT \"ok\"" },
	{ "additional broken", "0000 8400 0000 0001 0000 0001 01'h' 00"
	    "0001 8001 00000078 0004 c0a80805 c00c",
	    "part dns_record NOERROR; h 120 A 192.168.8.5" },
};

static void
add(char *to, size_t room, const char *fmt, ...) ATTR_PRINTF(3, 4);

static void
add(char *to, size_t room, const char *fmt, ...)
{
	size_t n = strlen(to);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(to + n, room - n, fmt, ap);
	va_end(ap);
}

static void
show(enum dns_state state, const struct dns_msg *m, char *to, size_t room)
{
	static const char *const states[] = { "bad", "part", "whole" };
	char text[DNAME_TEXT], type[DNS_NAME_ROOM];
	struct str s;
	size_t i, n;

	to[0] = '\0';
	add(to, room, "%s%s%s%s", states[state], m->fault ? " " : "",
	    m->fault ? m->fault : "", m->cut ? " cut" : "");
	if (state == DNS_BAD)
		return;
	s = dns_rcode_name(m->rcode, type);
	add(to, room, " %.*s", (int)s.n, s.p);
	if (m->has_question) {
		n = dname_print(m->qname, m->qlen, text);
		s = dns_type_name(m->qtype, type);
		add(to, room, " %.*s/%.*s", (int)n, text, (int)s.n, s.p);
	}
	if (m->more)
		add(to, room, " +%d", (int)m->more);
	for (i = 0; i < m->answers.n; i++) {
		const struct answer *a = &m->answers.v[i];

		add(to, room, "; %.*s %u %.*s %.*s", (int)a->name.n,
		    a->name.p, (unsigned)a->ttl, (int)a->rtype.n,
		    a->rtype.p, (int)a->data.n, a->data.p);
	}
}

/* Parses from memory of exactly that size, so that ASan sees overruns. */
static void
parse(const uint8_t *msg, size_t cap, uint64_t len, bool is_mdns, char *to,
    size_t room)
{
	uint8_t *copy = malloc(cap ? cap : 1);
	struct dns_msg m;
	struct arena arena;
	enum dns_state state;

	if (!copy)
		abort();
	memcpy(copy, msg, cap);
	arena_init(&arena, 1 << 16);
	state = dns_parse(&m, &arena, copy, cap, len, is_mdns);
	show(state, &m, to, room);
	arena_release(&arena);
	free(copy);
}

static void
table(const struct show_case *v, size_t count, bool is_mdns)
{
	static uint8_t msg[DNSASM_MAX];
	char got[2000];
	size_t i, n;

	for (i = 0; i < count; i++) {
		n = dnsasm(v[i].msg, msg);
		parse(msg, n, n, is_mdns, got, sizeof(got));
		tap_str(got, v[i].want, "%s", v[i].what);
	}
}

static void
rdata_table(void)
{
	static uint8_t msg[DNSASM_MAX];
	char text[1000], got[2000], want[2000];
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(rdata); i++) {
		(void)snprintf(text, sizeof(text),
		    H("0001") Q "c00c %s 0001 00000001 %s", rdata[i].type,
		    rdata[i].data);
		want[0] = '\0';
		add(want, sizeof(want), "%s NOERROR example.com/A",
		    rdata[i].want ? "whole" : "part dns_rdata");
		if (rdata[i].want)
			add(want, sizeof(want), "; example.com 1 %s",
			    rdata[i].want);
		n = dnsasm(text, msg);
		parse(msg, n, n, false, got, sizeof(got));
		tap_str(got, want, "%s", rdata[i].what);
	}
}

/*
 * The same message cut by the capture at every byte: never malformed, and
 * never an answer that is not there.
 */
static void
cut(void)
{
	static uint8_t msg[DNSASM_MAX];
	size_t n = dnsasm(H("0003") Q A60 A60 A60, msg), cap;
	char got[2000], want[2000];

	for (cap = 0; cap < n; cap++) {
		size_t have = cap < 29 ? 0 : (cap - 29) / 16;

		parse(msg, cap, n, false, got, sizeof(got));
		if (cap < 29) {
			(void)snprintf(want, sizeof(want), "bad cut");
		} else {
			(void)snprintf(want, sizeof(want),
			    "part cut NOERROR example.com/A +%d%s%s",
			    (int)(3 - have),
			    have > 0 ? "; example.com 60 A 192.0.2.1" : "",
			    have > 1 ? "; example.com 60 A 192.0.2.1" : "");
		}
		tap_str(got, want, "%zu of %zu bytes", cap, n);
	}
	/* The header lies; 36 bytes have room for three records at most. */
	n = dnsasm(H("ffff") Q A60, msg);
	parse(msg, n, n + 36, false, got, sizeof(got));
	tap_str(got, "part cut NOERROR example.com/A +3; "
	    "example.com 60 A 192.0.2.1", "count that cannot be");
}

/* More answers than a record holds, and longer ones than a line holds. */
static void
limits(void)
{
	static uint8_t msg[DNSASM_MAX];
	static char line[REC_LINE_MAX];
	struct buf out;
	struct arena arena;
	struct dns_msg m;
	struct rec r;
	size_t n, i, total;

	arena_init(&arena, 1 << 16);
	n = dnsasm(H("03e8") Q "[" A60 "]*1000", msg);
	tap_int(dns_parse(&m, &arena, msg, n, n, false), DNS_WHOLE,
	    "1000 answers");
	tap_uint(m.answers.n, REC_LIST_MAX, "1000 answers: those kept");
	tap_uint(m.more, 1000 - REC_LIST_MAX, "1000 answers: the others");

	/* 100 TXT of 255 quotes: two characters each, four in JSON. */
	arena_reset(&arena);
	n = dnsasm(H("0064") Q, msg);
	for (i = 0; i < 100; i++) {
		n += dnsasm(RR("0010", "00000001") "0100 ff", msg + n);
		memset(msg + n, '"', 255);
		n += 255;
	}
	tap_int(dns_parse(&m, &arena, msg, n, n, false), DNS_WHOLE,
	    "long answers");
	tap_uint(m.answers.n + m.more, 100, "long answers: all counted");
	for (i = total = 0; i < m.answers.n; i++)
		total += m.answers.v[i].name.n + 2 * m.answers.v[i].data.n;
	tap_ok(m.answers.n > 20 && total < sizeof(line),
	    "long answers: they fit a line");
	rec_init(&r, REC_TYPE_DNS);
	REC_SET(&r, DNS, dns, answers, m.answers);
	buf_init(&out, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	tap_int(rec_encode(&r, &out), 0, "long answers: encoded");
	buf_release(&out);
	arena_release(&arena);
}

/* A TXT of 16 strings of 255 bytes, each four characters as text. */
static void
long_txt(void)
{
	static uint8_t msg[DNSASM_MAX];
	size_t n = dnsasm(H("0001") Q RR("0010", "00000001") "1000", msg), i;
	struct arena arena;
	struct dns_msg m;
	struct str s;

	for (i = 0; i < 16; i++) {
		memset(msg + n, 0, 256);
		msg[n] = 255;
		n += 256;
	}
	arena_init(&arena, 1 << 16);
	tap_int(dns_parse(&m, &arena, msg, n, n, false), DNS_WHOLE,
	    "long TXT");
	s = m.answers.n ? m.answers.v[0].data : STR("");
	tap_ok(s.n > 1024 && s.n <= 2048, "long TXT: limited");
	tap_ok(s.n > 10 && memcmp(s.p + s.n - 9, "\\000\" ...", 9) == 0,
	    "long TXT: its end says so");
	arena_release(&arena);
}

int
main(void)
{
	table(messages, ARRAY_SIZE(messages), false);
	rdata_table();
	table(mdns, ARRAY_SIZE(mdns), true);
	cut();
	limits();
	long_txt();
	return tap_done();
}
