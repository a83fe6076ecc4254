/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "express.h"

#include "bytes.h"
#include "flow_priv.h"
#include "flowkey.h"
#include "packet.h"

enum {
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

/* What is behind the IP header: false when it is out of the ordinary. */
static ATTR_INLINE bool
plain_transport(const uint8_t *p, uint64_t len, uint8_t proto, uint8_t *flags)
{
	*flags = 0;
	if (proto == IPPROTO_NUM_TCP) {
		*flags = p[13];
		return len >= TCP_HEADER &&
		    (*flags & (TCP_SYN | TCP_ACK)) != TCP_SYN;
	}
	return proto == IPPROTO_NUM_UDP && len >= UDP_HEADER;
}

/* A plain packet, as far as it is read. */
struct plain {
	struct flowkey_ends ends;
	uint64_t rest;		/* flowkey_rest, and the version above it */
	uint64_t bytes;
	uint8_t ver, tcp_flags;
};

static ATTR_INLINE bool
read_ip4(struct plain *p, const uint8_t *ip, uint32_t cap, uint16_t vlan)
{
	uint64_t len;

	if (unlikely(cap < IP4_HEADER + TCP_SEEN))
		return false;
	len = be16(ip + 2);
	if (unlikely(ip[0] != 0x45 || be16(ip + 6) & 0x3fff ||
	    len < IP4_HEADER || !plain_transport(ip + IP4_HEADER,
	    len - IP4_HEADER, ip[9], &p->tcp_flags)))
		return false;
	p->ver = 4;
	p->bytes = len;
	p->rest = flowkey_rest(vlan, 0, ip[9]) | UINT64_C(4) << 32;
	p->ends.src_hi = p->ends.dst_hi = 0;
	p->ends.src_lo = be32(ip + 12);
	p->ends.dst_lo = be32(ip + 16);
	p->ends.ports = be32(ip + IP4_HEADER);
	return true;
}

static ATTR_INLINE bool
read_ip6(struct plain *p, const uint8_t *ip, uint32_t cap, uint16_t vlan)
{
	uint64_t len;

	if (unlikely(cap < IP6_HEADER + TCP_SEEN))
		return false;
	len = be16(ip + 4);
	if (unlikely(ip[0] >> 4 != 6 || !plain_transport(ip + IP6_HEADER, len,
	    ip[6], &p->tcp_flags)))
		return false;
	p->ver = 6;
	p->bytes = len + IP6_HEADER;
	p->rest = flowkey_rest(vlan, 0, ip[6]) | UINT64_C(6) << 32;
	p->ends.src_hi = be64(ip + 8);
	p->ends.src_lo = be64(ip + 16);
	p->ends.dst_hi = be64(ip + 24);
	p->ends.dst_lo = be64(ip + 32);
	p->ends.ports = be32(ip + IP6_HEADER);
	return true;
}

/* A packet of a flow that nobody wants to look into. */
static ATTR_INLINE bool
count_in(struct flows *t, struct flow *f, unsigned side,
    const struct plain *p, int64_t ts, int64_t vnow)
{
	uint8_t class = f->class;

	if (unlikely(f->look))
		return false;
	flows_count(t, f, side, p->bytes, ts);
	f->vlast = vnow;
	if ((uint8_t)p->rest == IPPROTO_NUM_TCP)
		class = flows_follow_tcp(f, p->tcp_flags, side);
	flows_touch(t, f, class);
	return true;
}

/* Another flow than before; it is the one to compare with from now on. */
static bool
count_other(struct express *e, struct flows *t, const struct plain *p,
    int64_t ts, int64_t vnow)
{
	unsigned side = flowkey_side(&p->ends);
	uint64_t key[FLOWKEY_WORDS];
	struct flow *f;

	if (unlikely(side > 1))
		return false;
	flowkey_make(key, &p->ends, side, (uint32_t)p->rest);
	key[FLOWKEY_KIND] = p->ver;
	f = flows_find(t, key, (uint32_t)hash_words(t->key, key,
	    FLOWKEY_WORDS));
	if (unlikely(!f || !count_in(t, f, side, p, ts, vnow)))
		return false;
	t->last = e->flow = f;
	e->ends = p->ends;
	e->rest = p->rest;
	e->side = side;
	return true;
}

/* 1 for 0, else 0; in a form that no compiler turns into a branch. */
static ATTR_INLINE unsigned
is_zero(uint64_t x)
{
	return (unsigned)((x | (0 - x)) >> 63) ^ 1;
}

/*
 * Which of the two directions it is, if any, nobody can predict: both are
 * compared, and only the outcome is branched on. The table forgets `last`
 * when that flow ends, for another may take its place.
 */
static ATTR_INLINE bool
count_plain(struct express *e, struct flows *t, const struct plain *p,
    int64_t ts, int64_t vnow)
{
	const struct flowkey_ends *a = &p->ends, *b = &e->ends;
	uint32_t turned = a->ports << 16 | a->ports >> 16;
	uint64_t rest = p->rest ^ e->rest, same, other;
	unsigned is_same, is_other;

	same = rest | (a->src_lo ^ b->src_lo) | (a->dst_lo ^ b->dst_lo) |
	    (a->ports ^ b->ports);
	other = rest | (a->src_lo ^ b->dst_lo) | (a->dst_lo ^ b->src_lo) |
	    (turned ^ b->ports);
	if (p->ver == 6) {
		same |= (a->src_hi ^ b->src_hi) | (a->dst_hi ^ b->dst_hi);
		other |= (a->src_hi ^ b->dst_hi) | (a->dst_hi ^ b->src_hi);
	}
	is_same = is_zero(same);
	is_other = is_zero(other);
	if (unlikely(!(is_same | is_other) || t->last != e->flow))
		return count_other(e, t, p, ts, vnow);
	return count_in(t, e->flow, e->side ^ is_other, p, ts,
	    vnow);
}

static ATTR_INLINE bool
take_packet(struct express *e, struct flows *t, const struct cap_pkt *cp,
    int64_t vnow, uint64_t *bytes)
{
	const uint8_t *p = cp->data;
	uint32_t cap = cp->caplen;
	uint16_t type, vlan = VLAN_NONE;
	struct plain plain;
	bool ok = false;

	if (unlikely(cp->link != LINKTYPE_ETHERNET || cap < ETH_HEADER + TAG))
		return false;
	type = be16(p + 12);
	if (type == VLAN) {
		vlan = be16(p + ETH_HEADER) & 0xfff;
		type = be16(p + ETH_HEADER + 2);
		p += TAG;
		cap -= TAG;
	}
	p += ETH_HEADER;
	cap -= ETH_HEADER;
	if (type == IPV4 && read_ip4(&plain, p, cap, vlan))
		ok = count_plain(e, t, &plain, cp->ts, vnow);
	else if (type == IPV6 && read_ip6(&plain, p, cap, vlan))
		ok = count_plain(e, t, &plain, cp->ts, vnow);
	if (unlikely(!ok))
		return false;
	*bytes = plain.bytes;
	return true;
}

size_t
express_packets(struct express *e, struct flows *t, const struct cap_pkt *v,
    size_t n, struct express_run *run)
{
	uint64_t bytes, all = 0, link_bytes = 0;
	int64_t now = run->now;
	size_t i;

	for (i = 0; i < n; i++) {
		if (unlikely(v[i].ts < run->floor || v[i].ts >= run->until ||
		    v[i].ifno >= run->ifs || v[i].bad_time))
			break;
		now = v[i].ts > now ? v[i].ts : now;
		if (!take_packet(e, t, &v[i], now + run->voff, &bytes))
			break;
		run->now = now;
		all += bytes;
		link_bytes += v[i].len;
	}
	run->pkts += i;
	run->bytes += all;
	run->link_bytes += link_bytes;
	return i;
}
