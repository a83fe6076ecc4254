/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "flow.h"

#include <stddef.h>

struct pair {
	uint8_t proto, request, reply;
};

static const struct pair pairs[] = {
	{ IPPROTO_NUM_ICMP, 8, 0 },	/* echo */
	{ IPPROTO_NUM_ICMP, 10, 9 },	/* router */
	{ IPPROTO_NUM_ICMP, 13, 14 },	/* timestamp */
	{ IPPROTO_NUM_ICMP, 15, 16 },	/* information */
	{ IPPROTO_NUM_ICMP, 17, 18 },	/* address mask */
	{ IPPROTO_NUM_ICMP6, 128, 129 },	/* echo */
	{ IPPROTO_NUM_ICMP6, 130, 131 },	/* listener */
	{ IPPROTO_NUM_ICMP6, 133, 134 },	/* router */
	{ IPPROTO_NUM_ICMP6, 135, 136 },	/* neighbour */
	{ IPPROTO_NUM_ICMP6, 139, 140 },	/* node information */
	{ IPPROTO_NUM_ICMP6, 144, 145 },	/* home agent */
};

static const struct pair *
find(uint8_t proto, uint8_t type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (pairs[i].proto == proto &&
		    (pairs[i].request == type || pairs[i].reply == type))
			return &pairs[i];
	}
	return NULL;
}

int
icmp_counterpart(uint8_t proto, uint8_t type)
{
	const struct pair *p = find(proto, type);

	if (!p)
		return -1;
	return p->request == type ? p->reply : p->request;
}

bool
icmp_is_request(uint8_t proto, uint8_t type)
{
	const struct pair *p = find(proto, type);

	return p && p->request == type;
}
