/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "express.h"

#include "bytes.h"
#include "flowkey.h"
#include "packet.h"

enum {
	EN10MB = 1,
	ETH_HEADER = 14,
	TAG = 4,
	IP4_HEADER = 20,
	IP6_HEADER = 40,
	TCP_SEEN = 14,		/* up to the flags */
	TCP_HEADER = 20,
	UDP_HEADER = 8,
};

#define IPV4	0x0800
#define IPV6	0x86dd
#define VLAN	0x8100
#define ODD_FLAGS	(TCP_SYN | TCP_FIN | TCP_RST)

/* What is behind the IP header: false when it is out of the ordinary. */
static ATTR_INLINE bool
plain_transport(const uint8_t *p, uint64_t len, uint8_t proto, uint8_t *flags)
{
	*flags = 0;
	if (proto == IPPROTO_NUM_TCP) {
		*flags = p[13];
		return len >= TCP_HEADER && !(*flags & ODD_FLAGS);
	}
	return proto == IPPROTO_NUM_UDP && len >= UDP_HEADER;
}

static ATTR_INLINE uint64_t
count_ip4(struct flows *t, const uint8_t *ip, uint16_t vlan, int64_t ts,
    int64_t vnow)
{
	uint64_t key[FLOWKEY_WORDS], bytes = be16(ip + 2);
	uint8_t proto = ip[9], flags;
	struct flowkey_ends e = {
		.src_lo = be32(ip + 12), .dst_lo = be32(ip + 16),
		.ports = be32(ip + IP4_HEADER),
	};
	unsigned side = flowkey_side(&e);

	if (unlikely(ip[0] != 0x45 || be16(ip + 6) & 0x3fff || side > 1 ||
	    bytes < IP4_HEADER || !plain_transport(ip + IP4_HEADER,
	    bytes - IP4_HEADER, proto, &flags)))
		return 0;
	flowkey_make(key, &e, side, flowkey_rest(vlan, 0, proto));
	key[FLOWKEY_KIND] = 4;
	return flows_express(t, key, side, bytes, flags, ts, vnow) ? bytes : 0;
}

static ATTR_INLINE uint64_t
count_ip6(struct flows *t, const uint8_t *ip, uint16_t vlan, int64_t ts,
    int64_t vnow)
{
	uint64_t key[FLOWKEY_WORDS], len = be16(ip + 4);
	uint8_t proto = ip[6], flags;
	struct flowkey_ends e = {
		.src_hi = be64(ip + 8), .src_lo = be64(ip + 16),
		.dst_hi = be64(ip + 24), .dst_lo = be64(ip + 32),
		.ports = be32(ip + IP6_HEADER),
	};
	unsigned side = flowkey_side(&e);

	if (unlikely(ip[0] >> 4 != 6 || side > 1 ||
	    !plain_transport(ip + IP6_HEADER, len, proto, &flags)))
		return 0;
	flowkey_make(key, &e, side, flowkey_rest(vlan, 0, proto));
	key[FLOWKEY_KIND] = 6;
	len += IP6_HEADER;
	return flows_express(t, key, side, len, flags, ts, vnow) ? len : 0;
}

uint64_t
express_packet(struct flows *t, const struct cap_pkt *cp, int64_t ts,
    int64_t vnow)
{
	const uint8_t *p = cp->data;
	uint32_t cap = cp->caplen;
	uint16_t type, vlan = VLAN_NONE;

	if (unlikely(cp->link != EN10MB || cap < ETH_HEADER + TAG))
		return 0;
	type = be16(p + 12);
	if (type == VLAN) {
		vlan = be16(p + ETH_HEADER) & 0xfff;
		type = be16(p + ETH_HEADER + 2);
		p += TAG;
		cap -= TAG;
	}
	p += ETH_HEADER;
	cap -= ETH_HEADER;
	if (type == IPV4 && likely(cap >= IP4_HEADER + TCP_SEEN))
		return count_ip4(t, p, vlan, ts, vnow);
	if (type == IPV6 && likely(cap >= IP6_HEADER + TCP_SEEN))
		return count_ip6(t, p, vlan, ts, vnow);
	return 0;
}
