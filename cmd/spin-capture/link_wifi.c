/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stddef.h>

#include "attr.h"
#include "bytes.h"
#include "link_priv.h"

/*
 * IEEE 802.11 data frames, and the headers that capture programs put in front
 * of frames: radiotap (radiotap.org), Prism, AVS, PPI.
 */
enum {
	LT_WIFI = 105,
	LT_PRISM = 119,
	LT_RADIOTAP = 127,
	LT_AVS = 163,
	LT_PPI = 192,

	TYPE_MGMT = 0,
	TYPE_CTRL = 1,
	TYPE_DATA = 2,
	/* Of a data frame's subtype. */
	SUB_QOS = 8,
	SUB_NULL = 4,
	/* Second byte of the frame control field. */
	FC_TO_DS = 0x01,
	FC_FROM_DS = 0x02,
	FC_PROTECTED = 0x40,
	FC_ORDER = 0x80,
	/* First byte of the QoS control field. */
	QOS_AMSDU = 0x80,

	WIFI_HDR = 24,
	PRISM_HDR = 144,
	AVS_MAGIC = 0x80211001,	/* and 0x80211002 */

	RTAP_TSFT = 1 << 0,
	RTAP_FLAGS = 1 << 1,
	RTAP_FLAG_FCS = 0x10,
	RTAP_FLAG_PAD = 0x20,

	PPI_COMMON = 2,		/* field: 802.11-Common */
	PPI_COMMON_FCS = 1,
};
#define RTAP_MORE	0x80000000U

/*
 * Aggregated MSDUs (IEEE 802.11, 9.3.2.2.2). One frame is one packet to those
 * above, so that only an aggregate of one is read; larger ones are counted.
 */
static void
amsdu(struct link_info *info, struct link_cur c)
{
	uint32_t n;

	if (c.cap < 14) {
		link_malformed(info, c, "wlan_header");
		return;
	}
	n = be16(c.p + 12);
	if (n + 14 + 4 <= c.len) {
		link_non_ip(info, c, "wlan_amsdu");
		return;
	}
	info->dst_mac = c.p;
	info->src_mac = c.p + 6;
	link_take(&c, 14);
	link_limit(&c, n);
	link_llc(info, c);
}

/* IEEE 802.11, table 9-30: who is who by the direction bits. */
static void
set_addresses(struct link_info *info, const uint8_t *p, unsigned int ds)
{
	const uint8_t *addr1 = p + 4, *addr2 = p + 10, *addr3 = p + 16;

	info->dst_mac = ds & FC_TO_DS ? addr3 : addr1;
	if (ds == 0 || ds == FC_TO_DS)
		info->src_mac = addr2;
	else if (ds == FC_FROM_DS)
		info->src_mac = addr3;
	else
		info->src_mac = p + WIFI_HDR;	/* address 4 */
}

/* A data frame. `pad`: the header is padded to four bytes (radiotap). */
static void
wifi_data(struct link_info *info, struct link_cur c, bool pad)
{
	unsigned int subtype = c.p[0] >> 4, flags = c.p[1];
	unsigned int ds = flags & (FC_TO_DS | FC_FROM_DS);
	const uint8_t *h = c.p;
	uint32_t n = WIFI_HDR, qos;

	if (ds == (FC_TO_DS | FC_FROM_DS))
		n += 6;
	qos = n;
	if (subtype & SUB_QOS)
		n += flags & FC_ORDER ? 6 : 2;
	if (pad)
		n = (n + 3) & ~3U;
	if (!link_take(&c, n)) {
		link_malformed(info, c, "wlan_header");
		return;
	}
	set_addresses(info, h, ds);
	if (subtype & SUB_NULL)
		link_non_ip(info, c, "wlan_null");
	else if (flags & FC_PROTECTED)
		link_non_ip(info, c, "wlan_encrypted");
	else if ((h[22] & 0xf) != 0)
		link_non_ip(info, c, "wlan_fragment");
	else if (subtype & SUB_QOS && h[qos] & QOS_AMSDU)
		amsdu(info, c);
	else
		link_llc(info, c);
}

static void
wifi(struct link_info *info, struct link_cur c, bool pad)
{
	if (c.cap < 2) {
		link_malformed(info, c, "wlan_header");
		return;
	}
	switch (c.p[0] >> 2 & 3) {
	case TYPE_MGMT:
		if (c.cap >= WIFI_HDR)
			set_addresses(info, c.p, 0);
		link_non_ip(info, c, "wlan_mgmt");
		break;
	case TYPE_CTRL:
		link_non_ip(info, c, "wlan_ctrl");
		break;
	case TYPE_DATA:
		wifi_data(info, c, pad);
		break;
	default:
		link_non_ip(info, c, "wlan_extension");
		break;
	}
}

/* The frame check sequence at the end is not the packet's. */
static void
drop_fcs(struct link_cur *c)
{
	link_limit(c, c->len > 4 ? c->len - 4 : 0);
}

/*
 * The Flags field of a radiotap header of `n` bytes, which follows the
 * presence words and the 64-bit timer, if any, at its alignment; or 0.
 */
static unsigned int
radiotap_flags(const uint8_t *p, uint32_t n)
{
	uint32_t present = le32(p + 4), at = 8;

	for (uint32_t word = present; word & RTAP_MORE; at += 4) {
		if (at + 4 > n)
			return 0;
		word = le32(p + at);
	}
	if (present & RTAP_TSFT)
		at = ((at + 7) & ~7U) + 8;
	return present & RTAP_FLAGS && at < n ? p[at] : 0;
}

static void
radiotap(struct link_info *info, struct link_cur c)
{
	unsigned int flags;
	uint32_t n;

	if (c.cap < 8 || c.p[0] != 0 || (n = le16(c.p + 2)) < 8 ||
	    n > c.cap) {
		link_malformed(info, c, "radiotap_header");
		return;
	}
	flags = radiotap_flags(c.p, n);
	link_take(&c, n);
	if (flags & RTAP_FLAG_FCS)
		drop_fcs(&c);
	wifi(info, c, (flags & RTAP_FLAG_PAD) != 0);
}

static void
avs(struct link_info *info, struct link_cur c)
{
	if (c.cap < 8 || be32(c.p + 4) < 8 || !link_take(&c, be32(c.p + 4)))
		link_malformed(info, c, "avs_header");
	else
		wifi(info, c, false);
}

/* Some drivers put an AVS header where they announce a Prism one. */
static void
prism(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 4 && (be32(c.p) & ~3U) == (AVS_MAGIC & ~3U))
		avs(info, c);
	else if (!link_take(&c, PRISM_HDR))
		link_malformed(info, c, "prism_header");
	else
		wifi(info, c, false);
}

/* Whether an 802.11-Common field among those at `c` says there is an FCS. */
static bool
ppi_fcs(struct link_cur c)
{
	while (c.cap >= 4) {
		unsigned int type = le16(c.p), n = le16(c.p + 2);

		link_take(&c, 4);
		if (type == PPI_COMMON && n >= 10 && c.cap >= 10)
			return (le16(c.p + 8) & PPI_COMMON_FCS) != 0;
		if (!link_take(&c, n))
			break;
	}
	return false;
}

/* Per-Packet Information: its own length and the link type of the frame. */
static void
ppi(struct link_info *info, struct link_cur c)
{
	struct link_cur fields = c;
	uint32_t n, link;

	if (c.cap < 8 || (n = le16(c.p + 2)) < 8 || n > c.cap) {
		link_malformed(info, c, "ppi_header");
		return;
	}
	link = le32(c.p + 4);
	link_take(&c, n);
	link_limit(&fields, n);
	link_take(&fields, 8);
	if (link == LT_WIFI && ppi_fcs(fields))
		drop_fcs(&c);
	c.depth++;
	link_dispatch(link, info, c);
}

bool
link_wifi(uint32_t link, struct link_info *info, struct link_cur c)
{
	switch (link) {
	case LT_WIFI:
		wifi(info, c, false);
		return true;
	case LT_RADIOTAP:
		radiotap(info, c);
		return true;
	case LT_PRISM:
		prism(info, c);
		return true;
	case LT_AVS:
		avs(info, c);
		return true;
	case LT_PPI:
		ppi(info, c);
		return true;
	default:
		return false;
	}
}
