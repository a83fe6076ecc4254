/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cid.h"

#include <string.h>

#include "sha1.h"

static void
base64(const uint8_t *p, size_t n, char *to)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t w;
	size_t i, have;

	for (i = 0; i < n; i += 3, to += 4) {
		have = n - i < 3 ? n - i : 3;
		w = (uint32_t)p[i] << 16;
		w |= have > 1 ? (uint32_t)p[i + 1] << 8 : 0;
		w |= have > 2 ? p[i + 2] : 0;
		to[0] = digits[w >> 18];
		to[1] = digits[w >> 12 & 63];
		to[2] = have > 1 ? digits[w >> 6 & 63] : '=';
		to[3] = have > 2 ? digits[w & 63] : '=';
	}
}

static bool
has_ports(uint8_t proto)
{
	return proto == IPPROTO_NUM_TCP || proto == IPPROTO_NUM_UDP ||
	    proto == IPPROTO_NUM_SCTP;
}

static void
add_port(struct sha1 *s, unsigned port)
{
	uint8_t b[2] = { (uint8_t)(port >> 8), (uint8_t)port };

	sha1_add(s, b, 2);
}

/*
 * The two "ports" in the order of the sides: ICMP has the type and that of
 * its counterpart there, or the type and the code of a one-way message.
 */
static void
icmp_ports(const struct flow *f, unsigned port[2], int *first)
{
	unsigned type = f->icmp_type;
	int other = icmp_counterpart(flow_proto(f), f->icmp_type);

	if (other < 0) {
		*first = f->init;
		port[f->init] = type;
		port[!f->init] = f->icmp_code;
		return;
	}
	port[f->init] = type;
	port[!f->init] = (unsigned)other;
}

void
cid_of_flow(const struct flow *f, uint16_t seed, char *to)
{
	uint8_t digest[SHA1_BYTES], pad[2] = { flow_proto(f), 0 };
	unsigned port[2] = { flow_port(f, 0), flow_port(f, 1) };
	struct addr a[2] = { flow_addr(f, 0), flow_addr(f, 1) };
	size_t n = flow_ver(f) == 4 ? 4 : 16;
	struct sha1 s;
	int first = 0;

	if (flow_has_icmp(f)) {
		icmp_ports(f, port, &first);
		if (!flow_is_one_way(f) && addr_eq(&a[0], &a[1]))
			first = port[0] > port[1];
	}
	sha1_init(&s);
	add_port(&s, seed);
	sha1_add(&s, a[first].b, n);
	sha1_add(&s, a[!first].b, n);
	sha1_add(&s, pad, 2);
	if ((has_ports(flow_proto(f)) && flow_has_ports(f)) ||
	    flow_has_icmp(f)) {
		add_port(&s, port[first]);
		add_port(&s, port[!first]);
	}
	sha1_end(&s, digest);
	memcpy(to, "1:", 2);
	base64(digest, sizeof(digest), to + 2);
}
