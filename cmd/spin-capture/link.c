/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "link.h"

#include <stddef.h>
#include <stdio.h>

#include "attr.h"
#include "bytes.h"
#include "link_priv.h"

enum {
	ETH_IPV4 = 0x0800,
	ETH_IPV6 = 0x86dd,
	ETH_VLAN = 0x8100,
	ETH_VLAN_AD = 0x88a8,
	ETH_VLAN_OLD = 0x9100,
	ETH_MPLS = 0x8847,
	ETH_MPLS_MULTI = 0x8848,
	ETH_PPPOE = 0x8864,
	ETH_MACSEC = 0x88e5,
	ETH_LENGTH_MAX = 1500,	/* IEEE 802.3, 3.2.6 */

	ETH_HDR = 14,
	TAG_LEN = 4,
};

struct word_name {
	uint16_t value;
	const char *name;
};

/* IEEE EtherTypes that are not IP and are met in homes and their captures. */
static const struct word_name ethertypes[] = {
	{ 0x0806, "arp" },
	{ 0x0842, "wol" },
	{ 0x22ea, "srp" },
	{ 0x22f0, "avtp" },
	{ 0x22f3, "trill" },
	{ 0x4305, "batman_adv" },
	{ 0x6002, "dec_mop" },
	{ 0x6003, "decnet" },
	{ 0x8035, "rarp" },
	{ 0x809b, "appletalk" },
	{ 0x80f3, "aarp" },
	{ 0x8137, "ipx" },
	{ 0x8138, "ipx" },
	{ 0x8808, "flow_control" },
	{ 0x8809, "slow" },
	{ 0x8863, "pppoe_discovery" },
	{ 0x887b, "homeplug" },
	{ 0x888e, "eapol" },
	{ 0x8892, "profinet" },
	{ 0x8899, "realtek" },
	{ 0x88a2, "aoe" },
	{ 0x88a4, "ethercat" },
	{ 0x88b8, "goose" },
	{ 0x88ba, "sampled_values" },
	{ 0x88bf, "mikrotik" },
	{ 0x88c7, "wlan_preauth" },
	{ 0x88cc, "lldp" },
	{ 0x88d9, "lltd" },
	{ 0x88e1, "homeplug_av" },
	{ 0x88f5, "mvrp" },
	{ 0x88f7, "ptp" },
	{ 0x88fb, "prp" },
	{ 0x8902, "cfm" },
	{ 0x8906, "fcoe" },
	{ 0x890d, "wlan_tdls" },
	{ 0x8912, "mediaxtream" },
	{ 0x893a, "ieee1905" },
	{ 0x9000, "loopback" },
};

/* PPP protocol numbers (IANA). */
static const struct word_name ppp_names[] = {
	{ 0x002b, "ipx" },
	{ 0x002d, "ppp_vj" },	/* RFC 1144 compressed TCP/IP */
	{ 0x002f, "ppp_vj" },
	{ 0x003d, "ppp_multilink" },
	{ 0x00fd, "ppp_compressed" },
	{ 0x8021, "ppp_ipcp" },
	{ 0x8057, "ppp_ipv6cp" },
	{ 0x80fd, "ppp_ccp" },
	{ 0xc021, "ppp_lcp" },
	{ 0xc023, "ppp_pap" },
	{ 0xc025, "ppp_lqr" },
	{ 0xc223, "ppp_chap" },
	{ 0xc227, "ppp_eap" },
};

/* LLC destination service access points. */
static const struct word_name sap_names[] = {
	{ 0x42, "stp" },
	{ 0xe0, "ipx" },
	{ 0xf0, "netbios" },
	{ 0xfe, "osi" },	/* IS-IS and CLNP */
	{ 0xff, "ipx" },	/* Novell's "raw" 802.3 has no LLC */
};

/* SNAP protocols of Cisco's OUI 00:00:0c. */
static const struct word_name cisco_names[] = {
	{ 0x010b, "pvst" },
	{ 0x0111, "udld" },
	{ 0x2000, "cdp" },
	{ 0x2003, "vtp" },
	{ 0x2004, "dtp" },
};

static const char *
find_name(const struct word_name *t, size_t n, unsigned int value)
{
	for (size_t i = 0; i < n; i++) {
		if (t[i].value == value)
			return t[i].name;
	}
	return NULL;
}

#define FIND_NAME(t, value)	find_name(t, ARRAY_SIZE(t), value)

/* NON_IP under its name, or under its number in the form of `fmt`. */
static void
named(struct link_info *info, struct link_cur c, const char *name,
    const char *prefix, int digits, unsigned int value)
{
	if (name == NULL) {
		snprintf(info->text, sizeof(info->text), "%s_%0*x", prefix,
		    digits, value);
		name = info->text;
	}
	link_non_ip(info, c, name);
}

void
link_by_nibble(struct link_info *info, struct link_cur c)
{
	if (c.cap > 0 && c.p[0] >> 4 == 4)
		link_ip(info, c, ETH_IPV4);
	else if (c.cap > 0 && c.p[0] >> 4 == 6)
		link_ip(info, c, ETH_IPV6);
	else
		link_malformed(info, c, "ip_version");
}

/*
 * RFC 3032. Nothing in the stack says what is below it: IP by its version
 * (RFC 4928 keeps pseudowires from looking like it), anything else is not.
 */
void
link_mpls(struct link_info *info, struct link_cur c)
{
	struct link_cur at = c;
	bool bottom = false;

	for (int i = 0; i < LINK_LABELS_MAX && !bottom; i++) {
		if (!link_take(&at, 4)) {
			link_malformed(info, at, "mpls_header");
			return;
		}
		bottom = (at.p[-2] & 1) != 0;
	}
	if (!bottom)
		link_malformed(info, c, "mpls_stack");
	else if (at.cap > 0 && (at.p[0] >> 4 == 4 || at.p[0] >> 4 == 6))
		link_by_nibble(info, at);
	else
		link_non_ip(info, at, "mpls");
}

/* RFC 1661 section 2; the number is one byte when that one is odd. */
void
link_ppp(struct link_info *info, struct link_cur c)
{
	unsigned int proto;

	if (c.cap >= 1 && (c.p[0] & 1) != 0) {
		proto = c.p[0];
		link_take(&c, 1);
	} else if (c.cap >= 2) {
		proto = be16(c.p);
		link_take(&c, 2);
	} else {
		link_malformed(info, c, "ppp_header");
		return;
	}
	if (proto == 0x0021)
		link_ip(info, c, ETH_IPV4);
	else if (proto == 0x0057)
		link_ip(info, c, ETH_IPV6);
	else if (proto == 0x0281 || proto == 0x0283)
		link_mpls(info, c);
	else
		named(info, c, FIND_NAME(ppp_names, proto), "ppp", 4, proto);
}

/* RFC 2516 section 4. */
void
link_pppoe(struct link_info *info, struct link_cur c)
{
	uint32_t n;

	if (c.cap < 6 || c.p[0] != 0x11) {
		link_malformed(info, c, "pppoe_header");
		return;
	}
	if (c.p[1] != 0) {
		link_non_ip(info, c, "pppoe_discovery");
		return;
	}
	n = be16(c.p + 4);
	link_take(&c, 6);
	link_limit(&c, n);
	link_ppp(info, c);
}

/*
 * IEEE 802.1AE, 9.3: a SecTAG, what it protects and an ICV of 16 bytes. Not
 * encrypted, only authenticated, when neither E nor C is set.
 */
static void
macsec(struct link_info *info, struct link_cur c)
{
	enum { SC = 0x20, E_AND_C = 0x0c, ICV = 16 };
	uint32_t n = c.cap > 0 && c.p[0] & SC ? 14 : 6;
	uint8_t tci;

	if (c.cap < n + 2 || c.depth++ > LINK_DEPTH_MAX) {
		link_malformed(info, c, "macsec_header");
		return;
	}
	tci = c.p[0];
	link_take(&c, n);
	if (tci & E_AND_C || c.len < 2 + ICV) {
		link_non_ip(info, c, "macsec");
		return;
	}
	link_limit(&c, c.len - ICV);
	if (link_take(&c, 2))
		link_ethertype(info, c, be16(c.p - 2));
	else
		link_malformed(info, c, "macsec_header");
}

/* 802.1Q, 802.1ad and what was there before; the type is that of a tag. */
static void
vlan(struct link_info *info, struct link_cur c, uint16_t type)
{
	int n = 0;

	for (; type == ETH_VLAN || type == ETH_VLAN_AD || type == ETH_VLAN_OLD;
	    n++) {
		uint16_t id;

		if (n == LINK_TAGS_MAX) {
			link_malformed(info, c, "vlan_stack");
			return;
		}
		if (c.cap < TAG_LEN) {
			link_malformed(info, c, "vlan_header");
			return;
		}
		id = be16(c.p) & 0xfff;
		type = be16(c.p + 2);
		link_take(&c, TAG_LEN);
		if (info->vlan == VLAN_NONE)
			info->vlan = id;
		else if (info->inner_vlan == VLAN_NONE)
			info->inner_vlan = id;
	}
	link_ethertype(info, c, type);
}

/* RFC 1042 and IEEE 802, 9.2: an OUI and its protocol number. */
void
link_snap(struct link_info *info, struct link_cur c, uint32_t pad)
{
	uint32_t oui;
	uint16_t pid;

	if (c.cap < 5 || c.depth++ > LINK_DEPTH_MAX) {
		link_malformed(info, c, "snap_header");
		return;
	}
	oui = be32(c.p) >> 8;
	pid = be16(c.p + 3);
	link_take(&c, 5);
	switch (oui) {
	case 0x000000:
	case 0x0000f8:	/* 802.1H, what bridges make of some EtherTypes */
		if (pid > ETH_LENGTH_MAX) {
			link_ethertype(info, c, pid);
			return;
		}
		break;
	case 0x00000c:
		if (FIND_NAME(cisco_names, pid) == NULL)
			break;
		link_non_ip(info, c, FIND_NAME(cisco_names, pid));
		return;
	case 0x0080c2:	/* bridged Ethernet, with its FCS or without */
		if (pid != 1 && pid != 7)
			break;
		if (link_take(&c, pad))
			link_ethernet(info, c);
		else
			link_malformed(info, c, "snap_header");
		return;
	case 0x080007:
		link_non_ip(info, c, "appletalk");
		return;
	}
	snprintf(info->text, sizeof(info->text), "snap_%06x_%04x",
	    (unsigned int)oui, pid);
	link_non_ip(info, c, info->text);
}

/* ISO 8802-2: unnumbered frames have one byte of control, others two. */
void
link_llc(struct link_info *info, struct link_cur c)
{
	uint8_t dsap, ssap, control;

	if (c.cap < 3) {
		link_malformed(info, c, "llc_header");
		return;
	}
	dsap = c.p[0];
	ssap = c.p[1];
	control = c.p[2];
	if (dsap == 0xff && ssap == 0xff) {
		link_non_ip(info, c, "ipx");
		return;
	}
	if (dsap == 0xaa && (ssap & 0xfe) == 0xaa && control == 3) {
		link_take(&c, 3);
		link_snap(info, c, 2);
		return;
	}
	if (!link_take(&c, (control & 3) == 3 ? 3 : 4)) {
		link_malformed(info, c, "llc_header");
		return;
	}
	if (dsap == 0x06 && control == 3)	/* RFC 1042's first idea */
		link_ip(info, c, ETH_IPV4);
	else
		named(info, c, FIND_NAME(sap_names, dsap), "llc", 2, dsap);
}

void
link_ethertype(struct link_info *info, struct link_cur c, uint16_t type)
{
	info->ethertype = type;
	switch (type) {
	case ETH_IPV4:
	case ETH_IPV6:
		link_ip(info, c, type);
		return;
	case ETH_VLAN:
	case ETH_VLAN_AD:
	case ETH_VLAN_OLD:
		vlan(info, c, type);
		return;
	case ETH_MPLS:
	case ETH_MPLS_MULTI:
		link_mpls(info, c);
		return;
	case ETH_PPPOE:
		link_pppoe(info, c);
		return;
	case ETH_MACSEC:
		macsec(info, c);
		return;
	}
	if (type <= ETH_LENGTH_MAX) {
		info->ethertype = 0;
		link_limit(&c, type);
		link_llc(info, c);
		return;
	}
	named(info, c, FIND_NAME(ethertypes, type), "ethertype", 4, type);
}

void
link_ethernet(struct link_info *info, struct link_cur c)
{
	if (c.cap < ETH_HDR || c.depth > LINK_DEPTH_MAX) {
		link_malformed(info, c, "ethernet_header");
		return;
	}
	info->dst_mac = c.p;
	info->src_mac = c.p + 6;
	link_take(&c, ETH_HDR);
	link_ethertype(info, c, be16(c.p - 2));
}

static void
undecoded(struct link_info *info, struct link_cur c, uint32_t link)
{
	info->kind = LINK_UNDECODED;
	info->name = link_text(link, info->text);
	link_rest(info, c);
}

void
link_dispatch(uint32_t link, struct link_info *info, struct link_cur c)
{
	link_fn *fn;

	if (c.depth > LINK_DEPTH_MAX) {
		link_malformed(info, c, "link_stack");
		return;
	}
	if (link == LINKTYPE_ETHERNET) {
		link_ethernet(info, c);
		return;
	}
	if (link_wifi(link, info, c))
		return;
	fn = link_misc(link);
	if (fn != NULL)
		fn(info, c);
	else
		undecoded(info, c, link);
}

void
link_decode(uint32_t link, const uint8_t *data, uint32_t caplen, uint32_t len,
    struct link_info *info)
{
	struct link_cur c = { data, caplen, len, 0 };

	info->vlan = VLAN_NONE;
	info->inner_vlan = VLAN_NONE;
	if (likely(link == LINKTYPE_ETHERNET && caplen >= ETH_HDR)) {
		uint16_t type = be16(data + 12);

		info->dst_mac = data;
		info->src_mac = data + 6;
		if (likely(type == ETH_IPV4 || type == ETH_IPV6)) {
			link_take(&c, ETH_HDR);
			link_ip(info, c, type);
			return;
		}
	}
	info->src_mac = NULL;
	info->dst_mac = NULL;
	info->ethertype = 0;
	info->text[0] = '\0';
	link_dispatch(link, info, c);
}
