/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "fetch.h"

#include "bytes.h"

/*
 * The IANA IPv4 Special-Purpose Address Registry (RFC 6890 and later), and
 * multicast. Left out, for they are globally reachable: 192.31.196.0/24,
 * 192.52.193.0/24 and 192.175.48.0/24. The anycast services in 192.0.0.0/24
 * (PCP, TURN) are so too, but no place for files.
 */
static const struct {
	uint32_t net;
	uint8_t len;
} special4[] = {
	{ 0x00000000, 8 },	/* this network */
	{ 0x0a000000, 8 },	/* private */
	{ 0x64400000, 10 },	/* shared, RFC 6598 */
	{ 0x7f000000, 8 },	/* loopback */
	{ 0xa9fe0000, 16 },	/* link-local */
	{ 0xac100000, 12 },	/* private */
	{ 0xc0000000, 24 },	/* protocol assignments */
	{ 0xc0000200, 24 },	/* documentation */
	{ 0xc0586300, 24 },	/* 6to4 relays, RFC 7526 */
	{ 0xc0a80000, 16 },	/* private */
	{ 0xc6120000, 15 },	/* benchmarking */
	{ 0xc6336400, 24 },	/* documentation */
	{ 0xcb007100, 24 },	/* documentation */
	{ 0xe0000000, 3 },	/* multicast, reserved, broadcast */
};

/*
 * What of 2000::/3 is in the IPv6 registry, by the first 48 bits. Outside of
 * it only 64:ff9b::/96 is globally reachable; whatever lies elsewhere (::/96,
 * ::ffff:0:0/96, 64:ff9b:1::/48, 100::/64, 5f00::/16, fc00::/7, fe80::/10,
 * fec0::/10, ff00::/8) needs no row.
 */
static const struct {
	uint64_t net;
	uint8_t len;
} special6[] = {
	{ 0x200100000000, 23 },	/* protocol assignments: Teredo, ORCHID ... */
	{ 0x20010db80000, 32 },	/* documentation */
	{ 0x200200000000, 16 },	/* 6to4 */
	{ 0x3fff00000000, 20 },	/* documentation, RFC 9637 */
};

static bool
is_public4(const uint8_t b[static 4])
{
	uint32_t a = be32(b);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(special4); i++)
		if ((a ^ special4[i].net) >> (32 - special4[i].len) == 0)
			return false;
	return true;
}

static bool
is_public6(const uint8_t b[static 16])
{
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };
	uint64_t a = be64(b) >> 16;
	size_t i;

	if (memcmp(b, nat64, sizeof(nat64)) == 0)
		return is_public4(b + 12);
	if (b[0] >> 5 != 1)
		return false;
	for (i = 0; i < ARRAY_SIZE(special6); i++)
		if ((a ^ special6[i].net) >> (48 - special6[i].len) == 0)
			return false;
	return true;
}

bool
fetch_is_public(const struct addr *a)
{
	switch (a->ver) {
	case 4:
		return is_public4(a->b);
	case 6:
		return is_public6(a->b);
	default:
		return false;
	}
}
