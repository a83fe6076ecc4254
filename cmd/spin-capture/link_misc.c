/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stddef.h>

#include "attr.h"
#include "bytes.h"
#include "link_priv.h"

/* The rarer link types that carry IP, each as tcpdump.org/linktypes has it. */
enum {
	AF_IPV4 = 2,
	IP4 = 0x0800,
	IP6 = 0x86dd,
};

/* IPv6 is 10 on Linux, 24 NetBSD and OpenBSD, 28 FreeBSD, 30 Darwin, 23
 * Windows, 26 Solaris. */
static bool
family_is_ipv6(uint32_t af)
{
	return af == 10 || af == 23 || af == 24 || af == 26 || af == 28 ||
	    af == 30;
}

static void
by_family(struct link_info *info, struct link_cur c, uint32_t af)
{
	if (af == AF_IPV4)
		link_ip(info, c, IP4);
	else if (family_is_ipv6(af))
		link_ip(info, c, IP6);
	else
		link_non_ip(info, c, "address_family");
}

/* A 32-bit family in the order of either the capturing host or the network. */
static uint32_t
family(const uint8_t *p)
{
	uint32_t af = be32(p);

	return af > 0xffff ? le32(p) : af;
}

static void
raw_ipv4(struct link_info *info, struct link_cur c)
{
	link_ip(info, c, IP4);
}

static void
raw_ipv6(struct link_info *info, struct link_cur c)
{
	link_ip(info, c, IP6);
}

/* OpenBSD: family, SPI and flags in front of what IPsec carried. */
static void
enc(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 12))
		link_malformed(info, c, "enc_header");
	else
		by_family(info, c, family(c.p - 12));
}

/* Its length is in its first byte, without the padding to four. */
static void
pflog(struct link_info *info, struct link_cur c)
{
	const uint8_t *h = c.p;

	if (c.cap < 4 || !link_take(&c, (h[0] + 3U) & ~3U) || h[0] < 4)
		link_malformed(info, c, "pflog_header");
	else
		by_family(info, c, h[1]);
}

/* Cisco HDLC, RFC 1547 section 4.3.1: address, control, EtherType. */
static void
cisco_hdlc(struct link_info *info, struct link_cur c)
{
	uint16_t type;

	if (!link_take(&c, 4)) {
		link_malformed(info, c, "hdlc_header");
		return;
	}
	type = be16(c.p - 2);
	info->ethertype = type;
	if (type == 0x8035)
		link_non_ip(info, c, "slarp");
	else if (type == 0x2000)
		link_non_ip(info, c, "cdp");
	else if (type == 0xfefe)
		link_non_ip(info, c, "osi");
	else
		link_ethertype(info, c, type);
}

/* PPP with or without the framing of RFC 1662, or Cisco's. */
static void
ppp(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 2 && c.p[0] == 0xff && c.p[1] == 0x03)
		link_take(&c, 2);
	else if (c.cap >= 2 && (c.p[0] == 0x0f || c.p[0] == 0x8f) &&
	    c.p[1] == 0) {
		cisco_hdlc(info, c);
		return;
	}
	link_ppp(info, c);
}

/*
 * BSD loopback. Some capture programs announce it for PPP and Cisco HDLC too,
 * whose first bytes are those of no address family in either byte order.
 */
static void
bsd_loopback(struct link_info *info, struct link_cur c)
{
	if (c.cap < 4)
		link_malformed(info, c, "loopback_header");
	else if (c.p[1] == 0x03 || (c.p[1] == 0 && be16(c.p + 2) >= 0x600))
		ppp(info, c);
	else if (link_take(&c, 4))
		by_family(info, c, family(c.p - 4));
}

/* A direction byte first; of pppd's kernel filter, in the place of 0xff. */
static void
ppp_with_dir(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 1)) {
		link_malformed(info, c, "ppp_header");
		return;
	}
	if (c.cap >= 1 && c.p[0] == 0x03)
		link_take(&c, 1);
	ppp(info, c);
}

static void
hdlc_with_dir(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 1))
		link_malformed(info, c, "hdlc_header");
	else
		cisco_hdlc(info, c);
}

/* RFC 2427 section 3 behind a Q.922 address, or Cisco's EtherType. */
static void
frame_relay(struct link_info *info, struct link_cur c)
{
	int octets = 0;

	do {
		if (octets++ == 4 || !link_take(&c, 1)) {
			link_malformed(info, c, "frame_relay_header");
			return;
		}
	} while ((c.p[-1] & 1) == 0);
	if (c.cap < 2) {
		link_malformed(info, c, "frame_relay_header");
		return;
	}
	if (c.p[0] != 0x03) {
		link_take(&c, 2);
		link_ethertype(info, c, be16(c.p - 2));
		return;
	}
	link_take(&c, 1);
	while (c.cap > 0 && c.p[0] == 0)	/* padding */
		link_take(&c, 1);
	link_nlpid(info, c);
}

/* The network layer protocol identifiers of ISO 9577 that carry anything. */
void
link_nlpid(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 1)) {
		link_malformed(info, c, "nlpid");
		return;
	}
	switch (c.p[-1]) {
	case 0xcc:
		link_ip(info, c, IP4);
		break;
	case 0x8e:
		link_ip(info, c, IP6);
		break;
	case 0xcf:
		link_ppp(info, c);
		break;
	case 0x80:
		link_snap(info, c, 0);
		break;
	case 0x81:
	case 0x82:
	case 0x83:
		link_non_ip(info, c, "osi");
		break;
	default:
		link_non_ip(info, c, "nlpid");
		break;
	}
}

static void
frame_relay_with_dir(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 1))
		link_malformed(info, c, "frame_relay_header");
	else
		frame_relay(info, c);
}

/*
 * Linux cooked captures. `arphrd` says what kind of interface it was and
 * with that what `proto` means.
 */
static void
cooked(struct link_info *info, struct link_cur c, unsigned int arphrd,
    uint16_t proto)
{
	switch (arphrd) {
	case 824:	/* ARPHRD_NETLINK */
		link_non_ip(info, c, "netlink");
		return;
	case 770:	/* ARPHRD_FRAD */
		frame_relay(info, c);
		return;
	case 801:	/* ARPHRD_IEEE80211 */
	case 802:	/* ... with Prism header */
	case 803:	/* ... with radiotap header */
		c.depth++;
		link_dispatch(arphrd == 801 ? 105 : arphrd == 802 ? 119 : 127,
		    info, c);
		return;
	}
	info->ethertype = proto;
	switch (proto) {
	case 0x0001:	/* Novell 802.3 */
		link_non_ip(info, c, "ipx");
		break;
	case 0x0004:	/* 802.2 */
		info->ethertype = 0;
		link_llc(info, c);
		break;
	case 0x000c:
	case 0x000d:
		link_non_ip(info, c, "can");
		break;
	default:
		link_ethertype(info, c, proto);
		break;
	}
}

static void
sll(struct link_info *info, struct link_cur c)
{
	const uint8_t *h = c.p;

	if (!link_take(&c, 16)) {
		link_malformed(info, c, "sll_header");
		return;
	}
	if (be16(h + 4) == 6)
		info->src_mac = h + 6;
	cooked(info, c, be16(h + 2), be16(h + 14));
}

static void
sll2(struct link_info *info, struct link_cur c)
{
	const uint8_t *h = c.p;

	if (!link_take(&c, 20)) {
		link_malformed(info, c, "sll2_header");
		return;
	}
	if (h[11] == 6)
		info->src_mac = h + 12;
	cooked(info, c, be16(h + 8), be16(h));
}

/* What the attributes of an NFLOG packet say. */
struct nflog {
	struct link_cur payload;
	uint16_t proto;		/* EtherType, or 0 */
	bool has_payload;
};

enum {
	NFLOG_PACKET_HDR = 1,
	NFLOG_HWADDR = 8,
	NFLOG_PAYLOAD = 9,
};

static void
nflog_attr(struct link_info *info, struct nflog *n, unsigned int type,
    struct link_cur v)
{
	if (type == NFLOG_PACKET_HDR && v.cap >= 2) {
		n->proto = be16(v.p);
	} else if (type == NFLOG_HWADDR && v.cap >= 10) {
		if (be16(v.p) == 6)
			info->src_mac = v.p + 4;
	} else if (type == NFLOG_PAYLOAD) {
		n->payload = v;
		n->has_payload = true;
	}
}

/*
 * Attributes of length, type and value, padded to four, in the byte order of
 * the host that captured: types are small, so the first one shows which.
 */
static bool
nflog_attrs(struct link_info *info, struct link_cur c, struct nflog *n)
{
	bool big = c.cap >= 4 && c.p[2] == 0;

	while (c.cap >= 4 && !n->has_payload) {
		uint32_t size = big ? be16(c.p) : le16(c.p);
		unsigned int type = big ? be16(c.p + 2) : le16(c.p + 2);
		struct link_cur v = c;

		if (size < 4)
			return false;
		link_take(&v, 4);
		link_limit(&v, size - 4);
		nflog_attr(info, n, type & 0x7fff, v);
		if (!link_take(&c, (size + 3) & ~3U))
			break;
	}
	return n->has_payload;
}

static void
nflog(struct link_info *info, struct link_cur c)
{
	struct nflog n = { .proto = 0 };
	const uint8_t *h = c.p;

	if (!link_take(&c, 4) || h[1] != 0 || !nflog_attrs(info, c, &n))
		link_malformed(info, c, "nflog_header");
	else if (h[0] == 2 || h[0] == 10)
		by_family(info, n.payload, h[0]);
	else if (n.proto != 0)
		link_ethertype(info, n.payload, n.proto);
	else
		link_non_ip(info, n.payload, "address_family");
}

/* Darwin: its length, and the DLT_ number of the frame behind it. */
static void
pktap(struct link_info *info, struct link_cur c)
{
	uint32_t n, dlt;

	if (c.cap < 12 || (n = le32(c.p)) < 12 || n > c.cap) {
		link_malformed(info, c, "pktap_header");
		return;
	}
	dlt = le32(c.p + 8);
	link_take(&c, n);
	c.depth++;
	link_dispatch(dlt == 12 || dlt == 14 ? 101 : dlt, info, c);
}

/* GRH, then RFC 4391 section 6: EtherType and two reserved bytes. */
static void
ipoib(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 44))
		link_malformed(info, c, "ipoib_header");
	else
		link_ethertype(info, c, be16(c.p - 4));
}

/* RFC 1201 and 1051: protocol numbers of their own. */
static void
arcnet_proto(struct link_info *info, struct link_cur c, unsigned int type,
    uint32_t rfc1201)
{
	if (type == 240 || type == 241) {	/* RFC 1051 */
		rfc1201 = 0;
	} else if (c.cap > 0 && c.p[0] == 0xff) {	/* exception packet */
		rfc1201 += 4;
	}
	if (!link_take(&c, rfc1201)) {
		link_malformed(info, c, "arcnet_header");
		return;
	}
	switch (type) {
	case 212:
	case 240:
		link_ip(info, c, IP4);
		break;
	case 196:
		link_ip(info, c, IP6);
		break;
	case 213:
	case 241:
		info->ethertype = 0x0806;
		link_non_ip(info, c, "arp");
		break;
	case 214:
		link_non_ip(info, c, "rarp");
		break;
	default:
		link_non_ip(info, c, "arcnet");
		break;
	}
}

/* Source, destination, type; split flag and sequence number of RFC 1201. */
static void
arcnet(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 3))
		link_malformed(info, c, "arcnet_header");
	else
		arcnet_proto(info, c, c.p[-1], 3);
}

/* Linux keeps the two bytes of offset before the type. */
static void
arcnet_linux(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 5))
		link_malformed(info, c, "arcnet_header");
	else
		arcnet_proto(info, c, c.p[-1], 3);
}

/* Frame control, addresses, LLC. Only asynchronous frames carry LLC. */
static void
fddi(struct link_info *info, struct link_cur c)
{
	const uint8_t *h = c.p;

	if (!link_take(&c, 13)) {
		link_malformed(info, c, "fddi_header");
		return;
	}
	info->dst_mac = h + 1;
	info->src_mac = h + 7;
	if ((h[0] & 0xf0) == 0x50)
		link_llc(info, c);
	else
		link_non_ip(info, c, "fddi");
}

/* Access and frame control, addresses, source route if any, LLC. */
static void
token_ring(struct link_info *info, struct link_cur c)
{
	const uint8_t *h = c.p;

	if (!link_take(&c, 14)) {
		link_malformed(info, c, "token_ring_header");
		return;
	}
	info->dst_mac = h + 2;
	info->src_mac = h + 8;
	if ((h[1] & 0xc0) != 0x40) {
		link_non_ip(info, c, "token_ring");
		return;
	}
	if (h[8] & 0x80 && (c.cap < 2 || !link_take(&c, c.p[0] & 0x1f))) {
		link_malformed(info, c, "token_ring_header");
		return;
	}
	link_llc(info, c);
}

/* RFC 2625: two world-wide names of eight bytes, LLC. */
static void
ip_over_fc(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 16)) {
		link_malformed(info, c, "fc_header");
		return;
	}
	info->dst_mac = c.p - 14;
	info->src_mac = c.p - 6;
	link_llc(info, c);
}

/* RFC 2684 and RFC 2225: LLC, or NLPID behind its own LLC. */
static void
atm(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 3 && c.p[0] == 0xfe && c.p[1] == 0xfe && c.p[2] == 3) {
		link_take(&c, 3);
		link_nlpid(info, c);
	} else {
		link_llc(info, c);
	}
}

static void
atm_clip(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 1 && c.p[0] == 0xaa)
		link_llc(info, c);
	else
		link_by_nibble(info, c);
}

/* Flags with the kind of traffic, virtual path and channel. */
static void
sunatm(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 4)) {
		link_malformed(info, c, "atm_header");
		return;
	}
	switch (c.p[-4] & 0x0f) {
	case 1:		/* LAN emulation: a client number, Ethernet */
		if (!link_take(&c, 2))
			link_malformed(info, c, "atm_header");
		else
			link_ethernet(info, c);
		break;
	case 2:
		atm(info, c);
		break;
	default:
		link_non_ip(info, c, "atm");
		break;
	}
}

/* RFC 2734: EUI-64 addresses, EtherType. */
static void
ieee1394(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 18))
		link_malformed(info, c, "ieee1394_header");
	else
		link_ethertype(info, c, be16(c.p - 2));
}

/* Direction, and what the compressed header was, in sixteen bytes. */
static void
slip(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 16))
		link_malformed(info, c, "slip_header");
	else
		link_by_nibble(info, c);
}

/* BSD/OS has 24 bytes in front of both. */
static void
slip_bsdos(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 24))
		link_malformed(info, c, "slip_header");
	else
		link_by_nibble(info, c);
}

static void
symantec(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 44))
		link_malformed(info, c, "symantec_header");
	else
		link_ethertype(info, c, be16(c.p - 38));
}

/* Solaris: version, family, hook type, lengths and interfaces. */
static void
ipnet(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 24))
		link_malformed(info, c, "ipnet_header");
	else
		by_family(info, c, c.p[-23]);
}

/* Ethernet with `n` bytes of a switch chip's tag behind the addresses. */
static void
tagged(struct link_info *info, struct link_cur c, uint32_t n)
{
	const uint8_t *h = c.p;

	if (!link_take(&c, 12 + n + 2)) {
		link_malformed(info, c, "dsa_header");
		return;
	}
	info->dst_mac = h;
	info->src_mac = h + 6;
	link_ethertype(info, c, be16(c.p - 2));
}

static void
dsa_brcm(struct link_info *info, struct link_cur c)
{
	tagged(info, c, 4);
}

static void
dsa_brcm_prepend(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 4))
		link_malformed(info, c, "dsa_header");
	else
		link_ethernet(info, c);
}

/*
 * Marvell. The tag takes the place of an 802.1Q tag where the frame had one,
 * which its bit 29 says.
 */
static void
dsa_vlan(struct link_info *info, const uint8_t *tag)
{
	if (tag[0] & 0x20)
		info->vlan = be16(tag + 2) & 0xfff;
}

static void
dsa_marvell(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 16)
		dsa_vlan(info, c.p + 12);
	tagged(info, c, 4);
}

/* The same behind an EtherType of its own and two reserved bytes. */
static void
dsa_marvell_ether(struct link_info *info, struct link_cur c)
{
	if (c.cap >= 20)
		dsa_vlan(info, c.p + 16);
	tagged(info, c, 8);
}

/* netANALYZER: four bytes of its own; in transparent mode the preamble too. */
static void
netanalyzer(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 4))
		link_malformed(info, c, "netanalyzer_header");
	else
		link_ethernet(info, c);
}

static void
netanalyzer_transparent(struct link_info *info, struct link_cur c)
{
	if (!link_take(&c, 12))
		link_malformed(info, c, "netanalyzer_header");
	else
		link_ethernet(info, c);
}

static const struct decoder {
	uint16_t link;
	link_fn *fn;
} decoders[] = {
	{ 0, bsd_loopback },
	{ 6, token_ring },
	{ 7, arcnet },
	{ 8, slip },
	{ 9, ppp },
	{ 10, fddi },
	{ 12, link_by_nibble },
	{ 14, link_by_nibble },
	{ 50, ppp },
	{ 51, link_pppoe },
	{ 99, symantec },
	{ 100, atm },
	{ 101, link_by_nibble },
	{ 102, slip_bsdos },
	{ 104, cisco_hdlc },
	{ 106, atm_clip },
	{ 107, frame_relay },
	{ 108, bsd_loopback },
	{ 109, enc },
	{ 113, sll },
	{ 117, pflog },
	{ 122, ip_over_fc },
	{ 123, sunatm },
	{ 129, arcnet_linux },
	{ 138, ieee1394 },
	{ 166, ppp_with_dir },
	{ 204, ppp_with_dir },
	{ 205, hdlc_with_dir },
	{ 206, frame_relay_with_dir },
	{ 219, link_mpls },
	{ 226, ipnet },
	{ 228, raw_ipv4 },
	{ 229, raw_ipv6 },
	{ 239, nflog },
	{ 240, netanalyzer },
	{ 241, netanalyzer_transparent },
	{ 242, ipoib },
	{ 258, pktap },
	{ 276, sll2 },
	{ 281, dsa_brcm },
	{ 282, dsa_brcm_prepend },
	{ 284, dsa_marvell },
	{ 285, dsa_marvell_ether },
};

link_fn *
link_misc(uint32_t link)
{
	for (size_t i = 0; i < ARRAY_SIZE(decoders); i++) {
		if (decoders[i].link == link)
			return decoders[i].fn;
	}
	return NULL;
}
