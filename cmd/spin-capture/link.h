/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LINK_H
#define SPIN_LINK_H

#include <stdint.h>

/*
 * From a captured frame to its network layer: link headers, VLAN tags, LLC
 * and SNAP, PPPoE sessions, MPLS. Nothing is lost in silence: a frame
 * is either an IP packet, or not IP (with the name of what it is), or
 * malformed (with the name of the header that is), or of a link type that is
 * not read (with the name of the type).
 */
enum link_kind {
	LINK_IP,	/* IPv4 or IPv6 by the link header, at l3 */
	LINK_NON_IP,	/* `name` says what: "arp", "lldp", "ethertype_9999" */
	LINK_MALFORMED,	/* `name` says where: "ethernet_header" */
	LINK_UNDECODED,	/* `name` is the link type's: "IEEE802_15_4_WITHFCS" */
};

#define LINKTYPE_ETHERNET	1
#define LINK_TEXT_MAX	32	/* bytes of a name, with its NUL */
#define VLAN_NONE	0	/* no tag, or priority tag (VLAN 0) */

struct link_info {
	enum link_kind kind;
	const char *name;	/* static, or in `text` */
	uint16_t ethertype;	/* 0x0800, 0x86dd; of LINK_NON_IP where known */
	uint16_t vlan;		/* outermost VLAN id, or VLAN_NONE */
	uint16_t inner_vlan;	/* the next one, or VLAN_NONE */
	const uint8_t *src_mac;	/* six bytes in the frame, or NULL */
	const uint8_t *dst_mac;
	const uint8_t *l3;	/* network layer (for ARP: the ARP header) */
	uint32_t l3_cap;	/* bytes of it that were captured */
	uint32_t l3_len;	/* bytes of it on the wire (with padding) */
	char text[LINK_TEXT_MAX];
};

/* Decodes a frame of LINKTYPE_ `link`; always fills `info`. */
void link_decode(uint32_t link, const uint8_t *data, uint32_t caplen,
    uint32_t len, struct link_info *info);

/* "EN10MB", as tcpdump -L names it; "unknown" without a name. */
const char *link_name(uint32_t link);

/* The same, but "LINKTYPE_<n>", written to `text`, without a name. */
const char *link_text(uint32_t link, char text[static LINK_TEXT_MAX]);


#endif
