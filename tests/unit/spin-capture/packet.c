/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "packet.h"

#include "../tap.h"

/*
 * Packets by hand, from the header figures of RFC 791, 8200, 9293, 768, 792,
 * 4302 and 2675. `cap` and `len` of 0 mean: all of the bytes.
 */
struct packet_case {
	const char *what;
	uint16_t ethertype;
	const char *bytes;	/* hexadecimal, spaces ignored */
	uint32_t cap, len;
	const char *fault;
	uint8_t proto;
	uint64_t ip_bytes;
	int sport, dport;	/* -1: none */
	int icmp_type;		/* -1: none */
	int flags;
	int64_t paylen;		/* -1: no payload */
	bool later;
};

#define V4(total, frag, proto) "45000" total "1234" frag "40" proto \
	"0000 c0a80816 34120309"
#define V6(plen, next) "60000000" plen next "40" \
	"20010db8000000000000000000000001" "20010db8000000000000000000000002"
#define TCP_SYN_53 "d0350035 00000001 00000000 5002ffff 00000000"

static const struct packet_case cases[] = {
	{ "TCP SYN", 0x0800, V4("028", "4000", "06") TCP_SYN_53, 0, 0, NULL,
	    6, 40, 53301, 53, -1, 0x02, 0, false },
	{ "TCP with padding behind it", 0x0800,
	    V4("028", "4000", "06") TCP_SYN_53 "000000000000", 0, 0, NULL,
	    6, 40, 53301, 53, -1, 0x02, 0, false },
	{ "TCP cut behind the ports", 0x0800,
	    V4("5dc", "4000", "06") TCP_SYN_53, 24, 1500, NULL,
	    6, 1500, 53301, 53, -1, 0, -1, false },
	{ "TCP cut before the ports", 0x0800,
	    V4("5dc", "4000", "06") TCP_SYN_53, 20, 1500, NULL,
	    6, 1500, -1, -1, -1, 0, -1, false },
	{ "TCP data offset too small", 0x0800, V4("028", "4000", "06")
	    "d0350035 00000001 00000000 4010ffff 00000000", 0, 0, NULL,
	    6, 40, 53301, 53, -1, 0x10, -1, false },
	{ "UDP", 0x0800, V4("020", "0000", "11") "14e914e9 000c0000 61626364",
	    0, 0, NULL, 17, 32, 5353, 5353, -1, 0, 4, false },
	{ "UDP, segmentation offload: length 0", 0x0800,
	    V4("000", "0000", "11") "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 32, 5353, 5353, -1, 0, 4, false },
	{ "first fragment", 0x0800, V4("020", "2000", "11")
	    "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 32, 5353, 5353, -1, 0, 4, false },
	{ "later fragment", 0x0800, V4("020", "2003", "11")
	    "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 32, -1, -1, -1, 0, -1, true },
	{ "echo request", 0x0800, V4("01c", "0000", "01") "08000000 00010001",
	    0, 0, NULL, 1, 28, -1, -1, 8, 0, 4, false },
	{ "protocol 47", 0x0800, V4("018", "0000", "2f") "00000800", 0, 0,
	    NULL, 47, 24, -1, -1, -1, 0, -1, false },
	{ "IPv4 authentication header", 0x0800, V4("038", "0000", "33")
	    "06020000 00000001 00000001 00000000" TCP_SYN_53, 0, 0, NULL,
	    6, 56, 53301, 53, -1, 0x02, 0, false },
	{ "header length 16", 0x0800, "44000028", 20, 40, "ipv4_header", 0,
	    0, 0, 0, 0, 0, 0, false },
	{ "header length 16, whole", 0x0800,
	    "4400002812344000400600 00c0a80816 34120309 00", 0, 0,
	    "ipv4_header_length", 0, 0, 0, 0, 0, 0, 0, false },
	{ "total length below header", 0x0800, V4("013", "4000", "06"), 0, 0,
	    "ipv4_total_length", 0, 0, 0, 0, 0, 0, 0, false },
	{ "cut in the header", 0x0800, V4("028", "4000", "06"), 19, 40,
	    "ipv4_header", 0, 0, 0, 0, 0, 0, 0, false },
	{ "nothing captured", 0x86dd, "", 0, 40, "ipv6_header", 0, 0, 0, 0, 0,
	    0, 0, false },
	{ "IPv6 under IPv4's type", 0x0800, V6("0008", "11"), 0, 0,
	    "ip_version", 0, 0, 0, 0, 0, 0, 0, false },
	{ "options are skipped", 0x0800, "460000240000000040110000 c0a80816"
	    "34120309 01010100 00350035 000c0000 61626364", 0, 0, NULL,
	    17, 36, 53, 53, -1, 0, 4, false },
	{ "IPv6 UDP", 0x86dd, V6("000c", "11") "14e914e9 000c0000 61626364",
	    0, 0, NULL, 17, 52, 5353, 5353, -1, 0, 4, false },
	{ "IPv6 hop-by-hop and destination options", 0x86dd, V6("001c", "00")
	    "3c00010400000000" "1100010400000000"
	    "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 68, 5353, 5353, -1, 0, 4, false },
	{ "IPv6 first fragment", 0x86dd, V6("0014", "2c")
	    "1100000100000007" "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 60, 5353, 5353, -1, 0, 4, false },
	{ "IPv6 later fragment", 0x86dd, V6("0014", "2c")
	    "1100000800000007" "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 60, -1, -1, -1, 0, -1, true },
	{ "IPv6 atomic fragment", 0x86dd, V6("0014", "2c")
	    "1100000000000007" "14e914e9 000c0000 61626364", 0, 0, NULL,
	    17, 60, 5353, 5353, -1, 0, 4, false },
	{ "IPv6 no next header", 0x86dd, V6("0000", "3b"), 0, 0, NULL,
	    59, 40, -1, -1, -1, 0, -1, false },
	{ "IPv6 extension runs over", 0x86dd, V6("0008", "00")
	    "1101010400000000", 0, 0, NULL, 0, 48, -1, -1, -1, 0, -1, false },
	{ "jumbogram", 0x86dd, V6("0000", "00") "1100c204000186a0"
	    "14e914e9 00000000", 0, 100040, NULL,
	    17, 100040, 5353, 5353, -1, 0, 99984, false },
	{ "neighbour solicitation", 0x86dd, V6("0018", "3a")
	    "8700000000000000 20010db8000000000000000000000002", 0, 0, NULL,
	    58, 64, -1, -1, 135, 0, 20, false },
	{ "IPv6 cut in the header", 0x86dd, V6("0008", "11"), 39, 48,
	    "ipv6_header", 0, 0, 0, 0, 0, 0, 0, false },
};

static size_t
unhex(const char *text, uint8_t *to)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *text; text++) {
		const char *at = strchr(digits, *text);

		if (!at)
			continue;
		if (n % 2 == 0)
			to[n / 2] = (uint8_t)((at - digits) << 4);
		else
			to[n / 2] |= (uint8_t)(at - digits);
		n++;
	}
	return n / 2;
}

static void
check(const struct packet_case *c)
{
	uint8_t raw[512], *exact;
	size_t n = unhex(c->bytes, raw);
	struct link_info link = { .kind = LINK_IP,
		.ethertype = c->ethertype };
	const char *fault;
	struct pkt p;

	/* Exactly the captured bytes, so that a sanitizer sees a step over. */
	link.l3_cap = c->cap && c->cap < n ? c->cap : (uint32_t)n;
	link.l3_len = c->len ? c->len : (uint32_t)n;
	exact = malloc(link.l3_cap + 1u);
	if (!exact)
		abort();
	memmove(exact, raw, link.l3_cap);
	exact = realloc(exact, link.l3_cap ? link.l3_cap : 1);
	link.l3 = exact;
	fault = packet_decode(&p, &link);
	tap_str(fault, c->fault, "%s: fault", c->what);
	if (!fault && !c->fault) {
		tap_int(p.proto, c->proto, "%s: protocol", c->what);
		tap_uint(p.bytes, c->ip_bytes, "%s: bytes", c->what);
		tap_int(p.has_ports ? p.sport : -1, c->sport, "%s: source",
		    c->what);
		tap_int(p.has_ports ? p.dport : -1, c->dport,
		    "%s: destination", c->what);
		tap_int(p.has_icmp ? p.icmp_type : -1, c->icmp_type,
		    "%s: ICMP type", c->what);
		tap_int(p.tcp_flags, c->flags, "%s: flags", c->what);
		tap_int(p.payload ? (int64_t)p.paylen : -1, c->paylen,
		    "%s: payload", c->what);
		tap_ok(p.later_fragment == c->later, "%s: fragment", c->what);
	}
	free(exact);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check(&cases[i]);
	tap_str(proto_name(6), "tcp", "6 is tcp");
	tap_str(proto_name(0), "0", "0 has no name");
	tap_str(proto_name(47), "47", "47 has no name");
	tap_str(proto_name(255), "255", "255 has no name");
	return tap_done();
}
