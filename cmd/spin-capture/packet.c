/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "packet.h"

#include <stddef.h>

#include "attr.h"
#include "bytes.h"

#define IP4_HEADER	20
#define IP6_HEADER	40
#define EXT_MAX		16	/* extension headers looked through */
#define IP6_MAX		(IP6_HEADER + 65535u)
#define JUMBO_OPTION	0xc2	/* RFC 2675 2 */

enum {
	EXT_HOPOPTS = 0, EXT_ROUTING = 43, EXT_FRAGMENT = 44, EXT_AUTH = 51,
	EXT_DSTOPTS = 60, EXT_HIP = 139, EXT_SHIM6 = 140,
};

/* The rest of a packet: what was sent of it, and captured; cap <= len. */
struct rest {
	const uint8_t *p;
	uint64_t len;
	uint32_t cap;
};

/* `n` bytes that were captured are read. */
static ATTR_INLINE void
advance(struct rest *r, uint32_t n)
{
	r->p += n;
	r->cap -= n;
	r->len -= n;
}

/* Header of `n` bytes whose payload follows, perhaps not all captured. */
static ATTR_INLINE void
set_payload(struct pkt *p, const struct rest *r, uint32_t n)
{
	if (unlikely(r->cap < n))
		return;
	p->payload = r->p + n;
	p->paycap = r->cap - n;
	p->paylen = r->len - n;
}

static ATTR_INLINE void
decode_tcp(struct pkt *p, const struct rest *r)
{
	uint32_t n;

	if (unlikely(r->cap < 14))
		return;
	p->tcp_seq = be32(r->p + 4);
	p->tcp_flags = r->p[13];
	n = (uint32_t)(r->p[12] >> 4) * 4;
	if (likely(n >= 20))
		set_payload(p, r, n);
}

static ATTR_COLD void
decode_icmp(struct pkt *p, const struct rest *r)
{
	if (r->cap < 2)
		return;
	p->has_icmp = true;
	p->icmp_type = r->p[0];
	p->icmp_code = r->p[1];
	set_payload(p, r, 4);
}

/*
 * Transport headers of the first fragment. One that is too short leaves the
 * packet without ports, in the flow of its addresses: it was sent and counts.
 */
static ATTR_INLINE void
decode_transport(struct pkt *p, const struct rest *r)
{
	switch (p->proto) {
	case IPPROTO_NUM_TCP:
	case IPPROTO_NUM_UDP:
	case IPPROTO_NUM_UDPLITE:
	case IPPROTO_NUM_SCTP:
	case IPPROTO_NUM_DCCP:
		if (unlikely(r->cap < 4))
			return;
		p->has_ports = true;
		p->sport = be16(r->p);
		p->dport = be16(r->p + 2);
		if (p->proto == IPPROTO_NUM_TCP)
			decode_tcp(p, r);
		else if (p->proto == IPPROTO_NUM_UDP)
			set_payload(p, r, 8);
		break;
	case IPPROTO_NUM_ICMP:
	case IPPROTO_NUM_ICMP6:
		decode_icmp(p, r);
		break;
	}
}

/* RFC 2675: the length of a jumbogram, or 0. `p` is a hop-by-hop header. */
static uint32_t
jumbo_length(const uint8_t *p, uint32_t n)
{
	uint32_t i = 2;

	while (i + 2 <= n) {
		if (p[i] == JUMBO_OPTION && p[i + 1] == 4 && i + 6 <= n)
			return be32(p + i + 2);
		i += p[i] == 0 ? 1 : 2u + p[i + 1];
	}
	return 0;
}

/* Length of an extension header by its first bytes; 0: it is none. */
static uint32_t
extension_length(uint8_t proto, const uint8_t *h)
{
	switch (proto) {
	case EXT_FRAGMENT:
		return 8;
	case EXT_AUTH:
		return (h[1] + 2u) * 4;
	case EXT_HOPOPTS:
	case EXT_ROUTING:
	case EXT_DSTOPTS:
	case EXT_HIP:
	case EXT_SHIM6:
		return (h[1] + 1u) * 8;
	default:
		return 0;
	}
}

/*
 * One extension header (RFC 8200 4, RFC 4302 2.2). Returns false when the
 * chain ends here: at a transport protocol, or where the packet does.
 */
static bool
step_extension(struct pkt *p, struct rest *r)
{
	uint32_t n;

	if (r->cap < 8)
		return false;
	n = extension_length(p->proto, r->p);
	if (n == 0 || n > r->cap)
		return false;
	if (p->proto == EXT_FRAGMENT) {
		p->fragment = (be16(r->p + 2) & 0xfff9) != 0;
		p->later_fragment = (be16(r->p + 2) & 0xfff8) != 0;
		p->frag_id = be32(r->p + 4);
	}
	p->proto = r->p[0];
	advance(r, n);
	return !p->later_fragment;
}

static ATTR_COLD void
step_extensions(struct pkt *p, struct rest *r)
{
	int i;

	for (i = 0; i < EXT_MAX && step_extension(p, r); i++)
		;
}

/*
 * What stands for the length of a packet whose header says 0: a jumbogram's
 * option, or the frame's length when segmentation offload left out one that
 * has more than 16 bits.
 */
static ATTR_COLD uint64_t
odd_length_ip6(const struct link_info *link)
{
	const uint8_t *h = link->l3;
	uint32_t n, jumbo;

	if (h[6] == EXT_HOPOPTS && link->l3_cap >= IP6_HEADER + 8) {
		n = (h[IP6_HEADER + 1] + 1u) * 8;
		if (n <= link->l3_cap - IP6_HEADER) {
			jumbo = jumbo_length(h + IP6_HEADER, n);
			if (jumbo > n)
				return (uint64_t)IP6_HEADER + jumbo;
		}
	}
	return link->l3_len > IP6_MAX ? link->l3_len : IP6_HEADER;
}

static ATTR_INLINE const char *
decode_ip6(struct pkt *p, const struct link_info *link)
{
	struct rest r = { .p = link->l3 };

	if (unlikely(link->l3_cap < IP6_HEADER))
		return "ipv6_header";
	p->src = r.p + 8;
	p->dst = r.p + 24;
	p->proto = r.p[6];
	r.len = IP6_HEADER + (uint64_t)be16(r.p + 4);
	if (unlikely(r.len == IP6_HEADER))
		r.len = odd_length_ip6(link);
	p->bytes = r.len;
	r.cap = link->l3_cap < r.len ? link->l3_cap : (uint32_t)r.len;
	advance(&r, IP6_HEADER);
	if (unlikely(p->proto != IPPROTO_NUM_TCP &&
	    p->proto != IPPROTO_NUM_UDP)) {
		step_extensions(p, &r);
		if (p->later_fragment)
			return NULL;
	}
	decode_transport(p, &r);
	return NULL;
}

static ATTR_INLINE const char *
decode_ip4(struct pkt *p, const struct link_info *link)
{
	struct rest r = { .p = link->l3 };
	uint32_t n, off;

	if (unlikely(link->l3_cap < IP4_HEADER))
		return "ipv4_header";
	n = (r.p[0] & 15u) * 4;
	if (unlikely(n < IP4_HEADER))
		return "ipv4_header_length";
	r.len = be16(r.p + 2);
	/* Segmentation offload leaves 0: the frame has the length. */
	if (unlikely(r.len == 0))
		r.len = link->l3_len;
	if (unlikely(r.len < n))
		return "ipv4_total_length";
	p->bytes = r.len;
	p->proto = r.p[9];
	p->src = r.p + 12;
	p->dst = r.p + 16;
	r.cap = link->l3_cap < r.len ? link->l3_cap : (uint32_t)r.len;
	off = be16(r.p + 6);
	if (unlikely(off & 0x3fff)) {
		p->fragment = true;
		p->later_fragment = (off & 0x1fff) != 0;
		p->frag_id = be16(r.p + 4);
	}
	if (unlikely(p->later_fragment || r.cap < n))
		return NULL;
	advance(&r, n);
	if (unlikely(p->proto == EXT_AUTH))
		step_extensions(p, &r);
	decode_transport(p, &r);
	return NULL;
}

const char *
packet_decode(struct pkt *p, const struct link_info *link)
{
	p->link = link;
	p->fragment = p->later_fragment = false;
	p->has_ports = p->has_icmp = false;
	p->sport = p->dport = 0;
	p->tcp_flags = 0;
	p->payload = NULL;
	p->paycap = 0;
	p->paylen = 0;
	if (link->l3_cap < 1)
		return link->ethertype == 0x86dd ?
		    "ipv6_header" : "ipv4_header";
	p->ver = link->l3[0] >> 4;
	if (link->ethertype == 0x0800 && p->ver == 4)
		return decode_ip4(p, link);
	if (link->ethertype == 0x86dd && p->ver == 6)
		return decode_ip6(p, link);
	return "ip_version";
}

/* Decimal numbers of all protocols, "0" to "255", four bytes each. */
static const char *
proto_number(uint8_t proto)
{
#define D10(d)	d "0", d "1", d "2", d "3", d "4", d "5", d "6", d "7", \
	d "8", d "9"
	static const char text[256][4] = {
		D10(""), D10("1"), D10("2"), D10("3"), D10("4"), D10("5"),
		D10("6"), D10("7"), D10("8"), D10("9"), D10("10"), D10("11"),
		D10("12"), D10("13"), D10("14"), D10("15"), D10("16"),
		D10("17"), D10("18"), D10("19"), D10("20"), D10("21"),
		D10("22"), D10("23"), D10("24"), "250", "251", "252", "253",
		"254", "255",
	};
#undef D10

	return text[proto];
}

const char *
proto_name(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_NUM_ICMP:
		return "icmp";
	case IPPROTO_NUM_TCP:
		return "tcp";
	case IPPROTO_NUM_UDP:
		return "udp";
	case IPPROTO_NUM_DCCP:
		return "dccp";
	case IPPROTO_NUM_ICMP6:
		return "icmp6";
	case IPPROTO_NUM_SCTP:
		return "sctp";
	case IPPROTO_NUM_UDPLITE:
		return "udplite";
	default:
		return proto_number(proto);
	}
}
