/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "flow.h"

#include "bytes.h"
#include "flowkey.h"

uint8_t
flow_ver(const struct flow *f)
{
	return (uint8_t)f->key[FLOWKEY_KIND];
}

uint8_t
flow_proto(const struct flow *f)
{
	return (uint8_t)f->key[FLOWKEY_PORTS];
}

uint16_t
flow_vlan(const struct flow *f)
{
	return f->key[FLOWKEY_PORTS] >> 20 & 0xfff;
}

uint16_t
flow_inner_vlan(const struct flow *f)
{
	return f->key[FLOWKEY_PORTS] >> 8 & 0xfff;
}

uint16_t
flow_port(const struct flow *f, int side)
{
	return (uint16_t)(f->key[FLOWKEY_PORTS] >> (side ? 32 : 48));
}

/* A word whose bytes in memory are those of `w` in network order. */
static inline uint64_t
net64(uint64_t w)
{
	return be64((const uint8_t *)&w);
}

struct addr
flow_addr(const struct flow *f, int side)
{
	const uint64_t *w = f->key + (side ? FLOWKEY_B_HI : FLOWKEY_A_HI);
	bool v4 = flow_ver(f) == 4;
	struct addr a = { .ver = flow_ver(f) };
	uint64_t hi, lo;

	/* IPv4 is in the lower half of the lower word. */
	hi = net64(v4 ? w[1] << 32 : w[0]);
	lo = net64(v4 ? 0 : w[1]);
	memcpy(a.b, &hi, 8);
	memcpy(a.b + 8, &lo, 8);
	return a;
}

bool
flow_is_icmp(const struct flow *f)
{
	uint8_t proto = flow_proto(f);

	return proto == IPPROTO_NUM_ICMP || proto == IPPROTO_NUM_ICMP6;
}

bool
flow_has_ports(const struct flow *f)
{
	return !(f->key[FLOWKEY_KIND] & FLOWKEY_NO_PORTS);
}

bool
flow_has_icmp(const struct flow *f)
{
	return flow_is_icmp(f) && (flow_port(f, 0) || flow_is_one_way(f));
}

bool
flow_is_one_way(const struct flow *f)
{
	return f->key[FLOWKEY_KIND] & FLOWKEY_ONE_WAY;
}
