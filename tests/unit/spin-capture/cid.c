/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cid.h"

#include "../tap.h"

/*
 * Ids for seeds 0 and 1, made with Python's hashlib and base64 from the text
 * of the Community ID specification, version 1: SHA-1 over seed, the lower
 * address, the higher, protocol, a zero byte, and for TCP, UDP, SCTP, ICMP
 * and ICMPv6 the two ports, all in network order. ICMP has its type and the
 * type of the answer for ports, or type and code (and no order) where there
 * is no answer. Some of these are also examples of the specification.
 */
struct cid_case {
	const char *what;
	uint8_t proto;
	const char *src, *dst;
	int sport, dport;	/* ICMP: type and code; -1: none */
	const char *id[2];
};

static const struct cid_case cases[] = {
	{ "TCP", 6,
	    "128.232.110.120", "66.35.250.204", 34855, 80,
	    { "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
	    "1:3V71V58M3Ksw/yuFALMcW0LAHvc=" } },
	{ "TCP, from the other side", 6,
	    "66.35.250.204", "128.232.110.120", 80, 34855,
	    { "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
	    "1:3V71V58M3Ksw/yuFALMcW0LAHvc=" } },
	{ "UDP", 17,
	    "192.168.1.52", "8.8.8.8", 54585, 53,
	    { "1:d/FP5EW3wiY1vCndhwleRRKHowQ=",
	    "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=" } },
	{ "UDP, reply", 17,
	    "8.8.8.8", "192.168.1.52", 53, 54585,
	    { "1:d/FP5EW3wiY1vCndhwleRRKHowQ=",
	    "1:Q9We8WO3piVF8yEQBNJF4uiSVrI=" } },
	{ "SCTP", 132,
	    "192.168.170.8", "192.168.170.56", 7, 80,
	    { "1:jQgCxbku+pNGw8WPbEc/TS/uTpQ=",
	    "1:Y1/0jQg6e+I3ZwZZ9LP65DNbTXU=" } },
	{ "SCTP over IPv6", 132,
	    "2001:db8::1", "2001:db8::2", 32768, 9,
	    { "1:bCW3n49EVDFptYXd1E3M4TGeTCQ=",
	    "1:mEAKAL+Ov47G7AhzHsijcnrzL6Q=" } },
	{ "TCP over IPv6", 6,
	    "2001:db8::2", "2001:db8::1", 50000, 443,
	    { "1:UFel+zfGDXB/GhABjlRQUzVNUI8=",
	    "1:58i2Gqkf03OEl2nOjNxm8JM5/0w=" } },
	{ "UDP to oneself", 17,
	    "127.0.0.1", "127.0.0.1", 2000, 1000,
	    { "1:okoiK4NMyn0viKOlfnhQiEMI6/s=",
	    "1:VurLZYkUL62QU6JYltke9ToXT08=" } },
	{ "UDP to oneself, reply", 17,
	    "127.0.0.1", "127.0.0.1", 1000, 2000,
	    { "1:okoiK4NMyn0viKOlfnhQiEMI6/s=",
	    "1:VurLZYkUL62QU6JYltke9ToXT08=" } },
	{ "same ports", 17,
	    "10.0.0.1", "10.0.0.1", 53, 53,
	    { "1:4kKnGX9ax1pBw3O2FPFFzdJ4DD4=",
	    "1:mg2jjPnoDLFfShjQ8ADsmc1rPLE=" } },
	{ "addresses that differ in the last byte", 6,
	    "10.0.0.255", "10.0.1.0", 1, 2,
	    { "1:21B1KO3H+ECe4jXBtktxXzd53P4=",
	    "1:ghYzyTRbwnNUhk1huD15jRB5w5k=" } },
	{ "address bytes are unsigned", 6,
	    "200.0.0.1", "100.0.0.1", 1, 2,
	    { "1:29yDXpr0sp3wp+kNFqI08LbG8F4=",
	    "1:QFfTXTpUmCW+p4mY6er5w7+6MlE=" } },
	{ "echo request", 1,
	    "192.168.0.89", "192.168.0.1", 8, 0,
	    { "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
	    "1:03g6IloqVBdcZlPyX8r0hgoE7kA=" } },
	{ "echo reply", 1,
	    "192.168.0.1", "192.168.0.89", 0, 0,
	    { "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=",
	    "1:03g6IloqVBdcZlPyX8r0hgoE7kA=" } },
	{ "timestamp request", 1,
	    "192.168.0.1", "192.168.0.89", 13, 0,
	    { "1:uiloJmzo9VB4N869eqNADHXuQJM=",
	    "1:6vpFf7VYQiwfY2j+gr1mdnE4F40=" } },
	{ "address mask reply", 1,
	    "192.168.0.1", "192.168.0.89", 18, 0,
	    { "1:l6FQTO9IDRsq7cW/KitEu2ab7NM=",
	    "1:qzitFb8D6WDosvkqHUkUjQ1PW8I=" } },
	{ "router solicitation", 1,
	    "192.168.0.1", "224.0.0.2", 10, 0,
	    { "1:bGhXXabuUn2Y1cspxhtcByrvzQI=",
	    "1:8S3vz9GO1KT9AIziniUfLJ6Vt8s=" } },
	{ "unreachable", 1,
	    "192.168.0.89", "192.168.0.1", 3, 1,
	    { "1:LXCfhMUFbYXe+CEMrQuZCbiLY3o=",
	    "1:J32psRHA3bnPy94Wl0cSFRGXNQo=" } },
	{ "unreachable, other direction", 1,
	    "192.168.0.1", "192.168.0.89", 3, 1,
	    { "1:o3zT92uTgnRWv/YrDVeXcWumpC4=",
	    "1:qIf6lvHfIQaHHm53mh0AAtyR6IM=" } },
	{ "time exceeded", 1,
	    "192.168.0.1", "192.168.0.89", 11, 0,
	    { "1:5ppgsucJbrpJCp1T8kvBKS94Ib0=",
	    "1:98JYAAxxhK9ZLu8lukmQlYEzdJE=" } },
	{ "echo to oneself", 1,
	    "127.0.0.1", "127.0.0.1", 8, 0,
	    { "1:PRCVIRO2XedYcoD1kwnYlWfzz28=",
	    "1:MzpQTfezSVp5iVKzcE4zJFCVXSM=" } },
	{ "ICMPv6 echo request", 58,
	    "fe80::1", "fe80::2", 128, 0,
	    { "1:3H+V/JVcqh/phPel5utt4dOKqOU=",
	    "1:HHzHBM+PXiE1xxTuksszVZfBoNw=" } },
	{ "ICMPv6 echo reply", 58,
	    "fe80::2", "fe80::1", 129, 0,
	    { "1:3H+V/JVcqh/phPel5utt4dOKqOU=",
	    "1:HHzHBM+PXiE1xxTuksszVZfBoNw=" } },
	{ "neighbour solicitation", 58,
	    "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 0,
	    { "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
	    "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=" } },
	{ "neighbour advertisement", 58,
	    "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 136, 0,
	    { "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=",
	    "1:kHa1FhMYIT6Ym2Vm2AOtoOARDzY=" } },
	{ "listener query", 58,
	    "fe80::1", "ff02::1", 130, 0,
	    { "1:twZ7KwCQHfwWp6Uon6NxD1a+VvM=",
	    "1:XVPPcpMd+5oixnrlUaQAO3QtmQA=" } },
	{ "packet too big", 58,
	    "2001:db8::1", "2001:db8::2", 2, 0,
	    { "1:cJTDVjTYmTGrxBkMxo8zKdOAnh0=",
	    "1:6lAy+70/4OpN1BUDghYbsysFffQ=" } },
	{ "GRE", 47,
	    "10.1.24.4", "10.1.12.1", -1, -1,
	    { "1:6JFBmF1p0LABA19nAHNSi9mGLPM=",
	    "1:iQkA/pWkTOuVA6xnUJMZjT0Ox00=" } },
	{ "ESP over IPv6", 50,
	    "2001:db8::1", "2001:db8::2", -1, -1,
	    { "1:JIAyWiD7dl1e74CJAdetAUPF/To=",
	    "1:DFfHsIgIAKpSYCVCtZF2EiXGcXc=" } },
	{ "DCCP: its ports are not in the id", 33,
	    "10.0.0.1", "10.0.0.2", 5000, 6000,
	    { "1:qKfrGVs14/VI2wLMVfhXXHfa6a0=",
	    "1:Xky8ni/T7WPj6pn+1ipgs3VGQs4=" } },
	{ "UDP-Lite: the same", 136,
	    "10.0.0.2", "10.0.0.1", 5000, 6000,
	    { "1:ZdbMY0WBLRrVCaZP2xDg5pf76hg=",
	    "1:8JCUrio9n/Xa9fV0qqBrfQzf2is=" } },
};

static void
no_report(void *ctx, const struct flow *f)
{
	(void)ctx;
	(void)f;
}

static struct flows *
new_table(const struct hashkey *key)
{
	static const struct flow_opts opts = { .max = 4, .idle = { 1 } };
	struct flows *t = flows_new(&opts, key, no_report, NULL);

	if (!t)
		abort();
	return t;
}

/* The id of the flow that a packet of this kind begins. */
static void
id_of(const struct cid_case *c, uint16_t seed, char to[static CID_TEXT + 1])
{
	static const struct hashkey key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	static const struct link_info link;
	struct flows *t = new_table(&key);
	struct addr src, dst;
	bool is_new;
	struct pkt p = { .link = &link, .proto = c->proto, .bytes = 100 };

	if (addr_parse(&src, c->src, strlen(c->src)) < 0 ||
	    addr_parse(&dst, c->dst, strlen(c->dst)) < 0)
		abort();
	p.ver = src.ver;
	p.src = src.b;
	p.dst = dst.b;
	if (c->proto == IPPROTO_NUM_ICMP || c->proto == IPPROTO_NUM_ICMP6) {
		p.has_icmp = true;
		p.icmp_type = (uint8_t)c->sport;
		p.icmp_code = (uint8_t)c->dport;
	} else if (c->sport >= 0) {
		p.has_ports = true;
		p.sport = (uint16_t)c->sport;
		p.dport = (uint16_t)c->dport;
	}
	memset(to, '#', CID_TEXT + 1);
	cid_of_flow(flows_packet(t, &p, 0, &is_new), seed, to);
	flows_free(t);
}

static void
check_case(const struct cid_case *c)
{
	char got[CID_TEXT + 1];
	uint16_t seed;

	for (seed = 0; seed < 2; seed++) {
		id_of(c, seed, got);
		tap_mem(got, CID_TEXT, c->id[seed], strlen(c->id[seed]),
		    "%s, seed %u", c->what, (unsigned)seed);
	}
	tap_ok(got[CID_TEXT] == '#', "%s: no byte more", c->what);
}

/* Both bytes of the seed count, the high one first. */
static void
check_seeds(void)
{
	char got[CID_TEXT + 1];

	id_of(&cases[0], 65535, got);
	tap_mem(got, CID_TEXT, "1:/d+eV/2yBj6+sghh46Zm3KWWZCM=", CID_TEXT,
	    "seed 65535");
	id_of(&cases[0], 256, got);
	tap_mem(got, CID_TEXT, "1:LAHmXjLTVizRtyDdtIIWOCkpAQM=", CID_TEXT,
	    "seed 256");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(&cases[i]);
	check_seeds();
	return tap_done();
}
