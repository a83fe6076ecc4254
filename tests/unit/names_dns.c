/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "names.h"

#include "names_tell.h"

static void
test_chain(void)
{
	struct names *n = new_usual();

	dns(n, 1, S(100), "www.example", "c.example A 192.0.2.1 300;"
	    "b.example CNAME c.example 30;www.example CNAME b.example 300");
	at(n, S(140), "www.example", "a chain backwards: what was asked for");
	at(n, S(141), "", "its least TTL is 30");
	dns(n, 1, S(200), "www.example", "www.example CNAME b.example 300;"
	    "c.example A 192.0.2.2 20;b.example CNAME c.example 30;"
	    "c.example A 192.0.2.3 300;c.example AAAA 2001:db8::1 300");
	is(n, 1, "192.0.2.2", S(230), "www.example", "least TTL 20");
	is(n, 1, "192.0.2.2", S(231), "", "so until 230");
	is(n, 1, "192.0.2.3", S(240), "www.example", "least TTL 30");
	is(n, 1, "192.0.2.3", S(241), "", "so until 240");
	is(n, 1, "2001:db8::1", S(240), "www.example", "IPv6 beside IPv4");
	tap_uint(names_counts(n)->told, 4, "four told");
	dns(n, 1, S(300), "q.example", "q.example CNAME r.example 300;"
	    "r.example A 192.0.2.4 -;q.example A 192.0.2.5 300");
	is(n, 1, "192.0.2.4", S(310), "q.example", "no TTL: grace only");
	is(n, 1, "192.0.2.4", S(311), "", "so until 310");
	is(n, 1, "192.0.2.5", S(610), "q.example", "an address on the way");
	dns(n, 1, S(400), "s.example", "s.example CNAME t.example -;"
	    "t.example A 192.0.2.6 300");
	is(n, 1, "192.0.2.6", S(411), "", "a CNAME without TTL: likewise");
	tap_uint(names_counts(n)->ignored, 0, "none ignored");
	names_free(n);
}

/* DNAME leads nowhere itself: its CNAME is in the answer (RFC 6672 3.1). */
static void
test_dname(void)
{
	struct names *n = new_usual();

	dns(n, 1, S(100), "www.old.example",
	    "old.example DNAME new.example 5;"
	    "www.old.example CNAME www.new.example 300;"
	    "www.new.example A 192.0.2.1 300");
	at(n, S(410), "www.old.example", "DNAME with its CNAME");
	dns(n, 1, S(100), "old.example", "old.example DNAME new.example 300;"
	    "new.example A 192.0.2.2 300");
	is(n, 1, "192.0.2.2", S(200), "", "DNAME alone");
	tap_uint(names_counts(n)->ignored, 1, "an address of another name");
	names_free(n);
}

static void
test_loops(void)
{
	struct names *n = new_usual();
	char list[4000];
	size_t len = 0;
	int i;

	dns(n, 1, S(100), "a.example", "a.example CNAME b.example 300;"
	    "b.example CNAME a.example 300;b.example A 192.0.2.1 300");
	at(n, S(100), "a.example", "a loop of two, with an address");
	dns(n, 1, S(100), "c.example", "c.example CNAME c.example 300;"
	    "c.example A 192.0.2.2 300");
	is(n, 1, "192.0.2.2", S(100), "c.example", "a loop of one");
	dns(n, 1, S(100), "d.example", "d.example CNAME - 300;"
	    "d.example A 192.0.2.3 300");
	is(n, 1, "192.0.2.3", S(100), "d.example", "a CNAME to nothing");
	tap_uint(names_counts(n)->told, 3, "three told");

	/* n0 to n1 to n2 ... with an address at the 16th and the 17th. */
	for (i = 0; i < 17; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
		    "n%d CNAME n%d 300;", i, i + 1);
	snprintf(list + len, sizeof(list) - len,
	    "n16 A 192.0.2.16 300;n17 A 192.0.2.17 300");
	dns(n, 1, S(100), "n0", list);
	is(n, 1, "192.0.2.16", S(100), "n0", "sixteen CNAMEs are followed");
	is(n, 1, "192.0.2.17", S(100), "", "not seventeen");
	tap_uint(names_counts(n)->ignored, 1, "which is counted");
	names_free(n);
}

/* Only the first REC_LIST_MAX answers are looked at. */
static void
test_many(void)
{
	struct names *n = new_usual();
	char list[4000];
	size_t len = 0;
	int i;

	for (i = 0; i < 66; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
		    "%sm.example A 192.0.2.%d 300", i ? ";" : "", i);
	dns(n, 1, S(100), "m.example", list);
	is(n, 1, "192.0.2.0", S(100), "m.example", "the first of 66");
	is(n, 1, "192.0.2.63", S(100), "m.example", "the 64th");
	is(n, 1, "192.0.2.64", S(100), "", "the 65th");
	tap_uint(names_counts(n)->told, 64, "64 told");
	names_free(n);
}

static void
test_wrong(void)
{
	struct names *n = new_usual();
	struct answer v[4];
	struct rec r;

	dns(n, 1, S(100), "a.example", "b.example A 192.0.2.1 300");
	at(n, S(100), "", "the answer to another question");
	tap_uint(names_counts(n)->ignored, 1, "is counted");
	dns(n, 1, S(100), "a.example", "bank.example A 192.0.2.1 300;"
	    "a.example A 192.0.2.2 300;bank.example A 192.0.2.3 300");
	at(n, S(100), "", "beside the right one");
	is(n, 1, "192.0.2.2", S(100), "a.example", "which counts");
	tap_uint(names_counts(n)->ignored, 2, "such a record counts once");
	dns(n, 1, S(100), "a.example", "a.example A 192.0.2.999 300;"
	    "a.example A 2001:db8::2 300;a.example AAAA 192.0.2.1 300;"
	    "a.example TXT 192.0.2.1 300;a.example a 192.0.2.1 300");
	at(n, S(100), "", "no address, or not of that type");
	is(n, 1, "2001:db8::2", S(100), "", "nor of that");
	tap_uint(names_counts(n)->told, 1, "none of it told");

	r = record(S(100), "udp", "a.example", v,
	    answers_of("a.example A 192.0.2.1 300", v, 4));
	REC_SET(&r, DNS, dns, unsolicited, true);
	names_dns(n, &r, 1);
	at(n, S(100), "", "unsolicited");
	tap_uint(names_counts(n)->ignored, 3, "and counted");
	REC_SET(&r, DNS, dns, unsolicited, false);
	REC_SET(&r, DNS, dns, rcode, STR("NXDOMAIN"));
	names_dns(n, &r, 1);
	r.has &= ~REC_BIT(DNS, rcode);
	names_dns(n, &r, 1);
	REC_SET(&r, DNS, dns, rcode, STR("NOERROR"));
	REC_SET(&r, DNS, dns, via, STR("pigeon"));
	names_dns(n, &r, 1);
	r.has &= ~REC_BIT(DNS, via);
	names_dns(n, &r, 1);
	REC_SET(&r, DNS, dns, via, STR("tcp"));
	r.has &= ~REC_BIT(DNS, qname);
	names_dns(n, &r, 1);
	r.type = REC_TYPE_OTHER;
	names_dns(n, &r, 1);
	at(n, S(100), "", "rcode, via, question or type not right");
	r.type = REC_TYPE_DNS;
	r.has |= REC_BIT(DNS, qname);
	names_dns(n, &r, 1);
	at(n, S(100), "a.example", "and all of them right");
	tap_uint(names_counts(n)->ignored, 3, "no more counted");
	names_free(n);
}

static void
test_texts(void)
{
	struct names *n = new_usual();
	char host[1100], list[1200];

	dns(n, 1, S(100), "WWW.Example", "wWw.eXample CNAME B.example 300;"
	    "b.EXAMPLE A 192.0.2.1 300");
	at(n, S(100), "www.example", "without regard to case, in lower case");
	told(n, 1, S(150), "www.EXAMPLE", "192.0.2.1", 300);
	at(n, S(460), "www.example", "told again in another case");
	dns(n, 1, S(200), "", " A 192.0.2.2 300");
	dns(n, 1, S(200), ".", ". A 192.0.2.2 300");
	is(n, 1, "192.0.2.2", S(200), "", "empty names and the root");

	memset(host, 'x', sizeof(host));
	host[1021] = '\0';
	snprintf(list, sizeof(list), "%s A 192.0.2.3 300", host);
	dns(n, 1, S(200), host, list);
	is(n, 1, "192.0.2.3", S(200), "", "1021 bytes: longer than any name");
	host[1020] = '\0';
	snprintf(list, sizeof(list), "%s A 192.0.2.3 300", host);
	dns(n, 1, S(200), host, list);
	is(n, 1, "192.0.2.3", S(200), host, "1020 bytes");
	names_free(n);
}

static void
test_ttls(void)
{
	struct names_opts opts = NAMES_OPTS_INIT;
	struct names *n = new_usual();

	dns(n, 1, S(100), "a", "a A 192.0.2.1 2147483647;"
	    "a A 192.0.2.2 2147483648;a A 192.0.2.3 9007199254740991");
	at(n, S(2147483757), "a", "the greatest TTL, and grace");
	at(n, S(2147483758), "", "and no longer");
	is(n, 1, "192.0.2.2", S(110), "a", "beyond: as 0, with grace");
	is(n, 1, "192.0.2.2", S(111), "", "and no longer");
	is(n, 1, "192.0.2.3", S(111), "", "far beyond: likewise");
	names_free(n);

	opts.grace = INT64_MAX;
	n = names_new(&opts, &key);
	told(n, 1, REC_TIME_MAX, "a", "192.0.2.1", INT32_MAX);
	at(n, INT64_MAX, "a", "endless grace");
	at(n, REC_TIME_MAX - 1, "", "not before");
	names_free(n);
	opts.grace = INT64_MAX - S(INT32_MAX);
	n = names_new(&opts, &key);
	told(n, 1, S(100), "a", "192.0.2.1", INT32_MAX);
	at(n, INT64_MAX, "a", "nearly endless");
	names_free(n);
	opts.grace = -S(50);
	n = names_new(&opts, &key);
	told(n, 1, S(100), "a", "192.0.2.1", 20);
	at(n, S(120), "a", "less than none is none");
	at(n, S(120) + 1, "", "and no longer");
	names_free(n);
}

#define REV6 "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0" \
	".8.b.d.0.1.0.0.2.ip6.arpa"
#define REV6_ALL "f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.0.0.1.2.3.4.5.6.7" \
	".8.9.A.b.C.d.E.f.IP6.arpa"

static void
test_ptr(void)
{
	struct names *n = new_usual();

	dns(n, 1, S(100), "1.2.0.192.in-addr.arpa",
	    "1.2.0.192.in-addr.arpa PTR Host.example 300;"
	    "1.2.0.192.in-addr.arpa PTR second.example 300");
	at(n, S(100), "host.example", "PTR, the first of two");
	is(n, 2, "192.0.2.1", S(410), "host.example", "for everybody");
	at(n, S(411), "", "as long as its TTL and grace");
	told(n, 2, S(50), "told.example", "192.0.2.1", 300);
	at(n, S(100), "told.example", "after all that was told");
	at(n, S(361), "host.example", "while that stands");
	tap_uint(names_counts(n)->told, 2, "two told");

	dns(n, 1, S(100), REV6, REV6 " PTR six.example 300");
	is(n, 1, "2001:db8::1", S(100), "six.example", "IPv6");
	dns(n, 1, S(100), REV6_ALL, REV6_ALL " PTR all.example 300");
	is(n, 1, "fedc:ba98:7654:3210:123:4567:89ab:cdef", S(100),
	    "all.example", "every digit in its place");
	dns(n, 1, S(100), "129.2.0.192.in-addr.arpa",
	    "129.2.0.192.in-addr.arpa CNAME 129.128-255.2.0.192.in-addr.arpa"
	    " 20;129.128-255.2.0.192.in-addr.arpa PTR part.example 300");
	is(n, 1, "192.0.2.129", S(130), "part.example", "RFC 2317");
	is(n, 1, "192.0.2.129", S(131), "", "the least TTL on its way");
	dns(n, 1, S(100), "3.2.0.192.in-addr.arpa",
	    "4.2.0.192.in-addr.arpa PTR other.example 300");
	is(n, 1, "192.0.2.3", S(100), "", "the answer to another question");
	is(n, 1, "192.0.2.4", S(100), "", "is none to that either");
	dns(n, 1, S(100), "5.2.0.192.in-addr.arpa",
	    "5.2.0.192.in-addr.arpa PTR . 300;"
	    "5.2.0.192.in-addr.arpa PTR late.example 300");
	is(n, 1, "192.0.2.5", S(100), "", "the root is no host");
	dns(n, 1, S(100), "h.example", "h.example PTR x.example 300");
	tap_uint(names_counts(n)->told, 5, "and five told in all");
	names_free(n);
}

/* Names that are no reverse ones; a wrong reading would name some address. */
static void
test_ptr_wrong(void)
{
	static const char *const owners[] = {
		"1.2.0.192.in-addr.arpa.example", "x1.2.0.192.in-addr.arpa",
		"2.0.192.in-addr.arpa", "0.1.2.0.192.in-addr.arpa",
		"01.2.0.192.in-addr.arpa", "256.2.0.192.in-addr.arpa",
		".1.2.0.192.in-addr.arpa", "1.2.0.192..in-addr.arpa",
		"1..0.192.in-addr.arpa", "in-addr.arpa", ".in-addr.arpa",
		"ip6.arpa", ".ip6.arpa", "1.2.0.192.ip6.arpa",
		"1.2.0.192.xin-addr.arpa", "1.2.0.192-in-addr.arpa",
		"192.168.100.1000.in-addr.arpa", "1:2::.in-addr.arpa",
		"0." REV6, "x" REV6, REV6 ".arpa",
		"g.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
		".8.b.d.0.1.0.0.2.ip6.arpa",
		"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
		"-8.b.d.0.1.0.0.2.ip6.arpa",
	};
	struct names *n = new_usual();
	char list[400];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(owners); i++) {
		snprintf(list, sizeof(list), "%s PTR x.example 300",
		    owners[i]);
		dns(n, 1, S(100), owners[i], list);
		if (!tap_uint(names_counts(n)->told, 0, "%s", owners[i]))
			break;
	}
	names_free(n);
}

static void
mdns(struct names *n, int64_t ts, const char *server, const char *list)
{
	struct answer v[16];
	struct rec r = record(ts, "mdns", NULL, v, answers_of(list, v, 16));
	struct addr a;

	if (server) {
		if (addr_parse(&a, server, strlen(server)) < 0)
			abort();
		REC_SET(&r, DNS, dns, server, a);
	}
	names_dns(n, &r, 7);
}

static void
test_mdns(void)
{
	struct names *n = new_usual();

	mdns(n, S(100), "192.168.8.24", "Printer.local A 192.168.8.24 120;"
	    "printer.local AAAA fd00:8::24 120;"
	    "printer.local AAAA fe80::24 120;"
	    "printer.local AAAA 2001:db8::24 120;"
	    "printer.local A 192.0.2.1 120");
	is(n, 1, "192.168.8.24", S(100), "printer.local", "private");
	is(n, 1, "192.168.8.24", S(230), "printer.local", "until its TTL");
	is(n, 1, "192.168.8.24", S(231), "", "and grace");
	is(n, 7, "fd00:8::24", S(100), "printer.local", "RFC 4193");
	is(n, 1, "fe80::24", S(100), "printer.local", "link-local");
	is(n, 1, "2001:db8::24", S(100), "", "not an address of the internet");
	at(n, S(100), "", "nor that");
	mdns(n, S(100), "2001:db8::24", "printer.local AAAA 2001:db8::24 120");
	is(n, 1, "2001:db8::24", S(100), "printer.local", "but its own");
	told(n, 7, S(90), "told.example", "192.168.8.24", 60);
	is(n, 1, "192.168.8.24", S(100), "told.example",
	    "after all that was told");
	tap_uint(names_counts(n)->told, 5, "five told");

	mdns(n, S(100), NULL, "x.example A 192.168.8.25 120;"
	    "local A 192.168.8.25 120;.local A 192.168.8.25 120;"
	    "xlocal A 192.168.8.25 120;x\\.local A 192.168.8.25 120;"
	    "x.local.example A 192.168.8.25 120;"
	    "gone.local A 192.168.8.25 0");
	is(n, 1, "192.168.8.25", S(100), "", "not below .local, or a goodbye");
	mdns(n, S(100), NULL, "x\\\\.local A 192.168.8.25 -");
	is(n, 1, "192.168.8.25", S(110), "x\\\\.local",
	    "a backslash before the dot, no TTL");
	is(n, 1, "192.168.8.25", S(111), "", "so grace only");
	mdns(n, S(100), NULL, "26.8.168.192.in-addr.arpa PTR tv.local 120;"
	    "27.8.168.192.in-addr.arpa PTR tv.example 120;"
	    "_http._tcp.local PTR tv._http._tcp.local 120;"
	    "2.2.0.192.in-addr.arpa PTR tv.local 120");
	is(n, 1, "192.168.8.26", S(100), "tv.local", "PTR likewise");
	is(n, 1, "192.168.8.27", S(100), "", "PTR to another domain");
	is(n, 1, "192.0.2.2", S(100), "", "PTR of the internet");
	tap_uint(names_counts(n)->ignored, 0, "none ignored");
	names_free(n);
}

static void
test_llmnr(void)
{
	struct names *n = new_usual();

	dns_via(n, 1, S(100), "llmnr", "pc", "pc A 192.168.8.30 30;"
	    "pc A 192.0.2.1 30");
	is(n, 2, "192.168.8.30", S(100), "pc", "a host of the link");
	at(n, S(100), "", "no address of the internet");
	dns_via(n, 1, S(100), "llmnr", "pc", "nas A 192.168.8.31 30");
	is(n, 1, "192.168.8.31", S(100), "", "the answer to another question");
	tap_uint(names_counts(n)->ignored, 1, "is counted");
	dns_via(n, 1, S(100), "llmnr", "31.8.168.192.in-addr.arpa",
	    "31.8.168.192.in-addr.arpa PTR nas 30");
	is(n, 2, "192.168.8.31", S(100), "nas", "PTR");
	dns_via(n, 1, S(100), "llmnr", "1.2.0.192.in-addr.arpa",
	    "1.2.0.192.in-addr.arpa PTR nas 30");
	at(n, S(100), "", "PTR of the internet");
	told(n, 1, S(99), "pc.example", "192.168.8.30", 30);
	is(n, 2, "192.168.8.30", S(100), "pc.example",
	    "after all that was told");
	names_free(n);
}

int
main(void)
{
	key_init();
	test_chain();
	test_dname();
	test_loops();
	test_many();
	test_wrong();
	test_texts();
	test_ttls();
	test_ptr();
	test_ptr_wrong();
	test_mdns();
	test_llmnr();
	return tap_done();
}
