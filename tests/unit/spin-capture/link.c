/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

/*
 * Frames written by hand after the standards that link*.c names. In the hex
 * text M1 and M2 are MAC addresses (destination and source in Ethernet), V4
 * and V6 the headers of an IPv4 and of an IPv6 packet; a dot ends the frame's
 * link header: what follows is where l3 must point.
 */
#define M1	"020000000001"
#define M2	"020000000002"
#define M3	"020000000003"
#define M4	"020000000004"
#define V4	"4500001c00010000" "40110000" "0a000001" "0a000002" \
		"0035003500080000"
#define V6	"6000000000083b40" "20010db8000000000000000000000001" \
		"20010db8000000000000000000000002" "0100000000000000"
#define RTAP(flags) "00000900" "02000000" flags

#define IP	LINK_IP
#define NON	LINK_NON_IP
#define BAD	LINK_MALFORMED
#define UNDEC	LINK_UNDECODED
#define NONE	(-1)

static const struct frame {
	const char *what;
	uint32_t link;
	const char *hex;
	enum link_kind kind;
	const char *name;	/* NULL: not looked at */
	int ethertype;
	int vlan, inner;
	int src, dst;		/* offset of the MAC, or NONE */
} frames[] = {
	{ "ethernet, ipv4", 1, M1 M2 "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "ethernet, ipv6", 1, M1 M2 "86dd." V6,
	    IP, NULL, 0x86dd, 0, 0, 6, 0 },
	{ "ethernet, ipv4 without a byte captured", 1, M1 M2 "0800.",
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "ethernet, ipv6 announced as ipv4", 1, M1 M2 "0800." V6,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "arp", 1, M1 M2 "0806.0001080006040001",
	    NON, "arp", 0x0806, 0, 0, 6, 0 },
	{ "lldp", 1, M1 M2 "88cc.0207", NON, "lldp", 0x88cc, 0, 0, 6, 0 },
	{ "unknown ethertype", 1, M1 M2 "9999.0207",
	    NON, "ethertype_9999", 0x9999, 0, 0, 6, 0 },
	{ "between length and ethertype", 1, M1 M2 "05dd.aaaa03",
	    NON, "ethertype_05dd", 0x05dd, 0, 0, 6, 0 },
	{ "ethernet cut", 1, "." M1 M2 "08", BAD, "ethernet_header",
	    0, 0, 0, NONE, NONE },
	{ "empty frame", 1, ".", BAD, "ethernet_header",
	    0, 0, 0, NONE, NONE },

	{ "802.1Q", 1, M1 M2 "8100" "602a" "0800." V4,
	    IP, NULL, 0x0800, 42, 0, 6, 0 },
	{ "802.1Q priority tag", 1, M1 M2 "8100" "6000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "priority tag, then a VLAN", 1,
	    M1 M2 "8100" "0000" "8100" "0007" "0800." V4,
	    IP, NULL, 0x0800, 7, 0, 6, 0 },
	{ "802.1ad", 1, M1 M2 "88a8" "0064" "8100" "0fff" "86dd." V6,
	    IP, NULL, 0x86dd, 100, 4095, 6, 0 },
	{ "9100, three tags", 1,
	    M1 M2 "9100" "0001" "8100" "0002" "8100" "0003" "0800." V4,
	    IP, NULL, 0x0800, 1, 2, 6, 0 },
	{ "eight tags", 1, M1 M2 "81000001" "81000001" "81000001" "81000001"
	    "81000001" "81000001" "81000001" "81000001" "0800." V4,
	    IP, NULL, 0x0800, 1, 1, 6, 0 },
	{ "nine tags", 1, M1 M2 "81000001" "81000001" "81000001" "81000001"
	    "81000001" "81000001" "81000001" "81000001" "8100.0001" "0800" V4,
	    BAD, "vlan_stack", 0x8100, 1, 1, 6, 0 },
	{ "tag cut", 1, M1 M2 "8100.0001", BAD, "vlan_header",
	    0x8100, 0, 0, 6, 0 },
	{ "802.1Q with LLC", 1, M1 M2 "81000005" "0003" "424203.",
	    NON, "stp", 0, 5, 0, 6, 0 },

	{ "SNAP, ipv4", 1, M1 M2 "0024" "aaaa03" "000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "SNAP of 802.1H, aarp", 1, M1 M2 "0008" "aaaa03" "0000f8" "80f3.",
	    NON, "aarp", 0x80f3, 0, 0, 6, 0 },
	{ "cdp", 1, M1 M2 "000a" "aaaa03" "00000c" "2000.02b4",
	    NON, "cdp", 0, 0, 0, 6, 0 },
	{ "unknown SNAP", 1, M1 M2 "0008" "aaaa03" "00e02b" "00bb.",
	    NON, "snap_00e02b_00bb", 0, 0, 0, 6, 0 },
	{ "bridged ethernet in SNAP", 1, M1 M2 "0034" "aaaa03" "0080c2" "0007"
	    "0000" M3 M4 "0800." V4, IP, NULL, 0x0800, 0, 0, 30, 24 },
	{ "bridged ethernet in frame relay", 107, "1841" "03" "00" "80"
	    "0080c2" "0007" M3 M4 "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 16, 10 },
	{ "stp", 1, M1 M2 "0005" "424203.0000", NON, "stp", 0, 0, 0, 6, 0 },
	{ "IS-IS", 1, M1 M2 "0005" "fefe03.8300", NON, "osi",
	    0, 0, 0, 6, 0 },
	{ "LLC with two bytes of control", 1, M1 M2 "0004" "f0f00102.",
	    NON, "netbios", 0, 0, 0, 6, 0 },
	{ "other LLC", 1, M1 M2 "0003" "aa00bf.", NON, "llc_aa",
	    0, 0, 0, 6, 0 },
	{ "Novell raw 802.3", 1, M1 M2 "0004.ffff0004", NON, "ipx",
	    0, 0, 0, 6, 0 },
	{ "LLC cut", 1, M1 M2 "0003.4242", BAD, "llc_header",
	    0, 0, 0, 6, 0 },
	{ "SNAP cut", 1, M1 M2 "0024" "aaaa03.00000008", BAD, "snap_header",
	    0, 0, 0, 6, 0 },

	{ "pppoe, ipv4", 1, M1 M2 "8864" "11000001001e" "0021." V4,
	    IP, NULL, 0x8864, 0, 0, 6, 0 },
	{ "pppoe, ipv6", 1, M1 M2 "8864" "110000010032" "0057." V6,
	    IP, NULL, 0x8864, 0, 0, 6, 0 },
	{ "pppoe, compressed protocol", 1,
	    M1 M2 "8864" "11000001001d" "21." V4,
	    IP, NULL, 0x8864, 0, 0, 6, 0 },
	{ "pppoe, lcp", 1, M1 M2 "8864" "110000010006" "c021.09000004",
	    NON, "ppp_lcp", 0x8864, 0, 0, 6, 0 },
	{ "pppoe discovery", 1, M1 M2 "8863.110900000004",
	    NON, "pppoe_discovery", 0x8863, 0, 0, 6, 0 },
	{ "pppoe, wrong version", 1, M1 M2 "8864.21000001001e" "0021" V4,
	    BAD, "pppoe_header", 0x8864, 0, 0, 6, 0 },

	{ "mpls, ipv4", 1, M1 M2 "8847" "00010140." V4,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "mpls, three labels, ipv6", 1,
	    M1 M2 "8848" "00010040" "00011040" "00012140." V6,
	    IP, NULL, 0x86dd, 0, 0, 6, 0 },
	{ "mpls, pseudowire", 1, M1 M2 "8847" "00010140.00000000",
	    NON, "mpls", 0x8847, 0, 0, 6, 0 },
	{ "mpls without its bottom", 1, M1 M2 "8847" "00010040.00",
	    BAD, "mpls_header", 0x8847, 0, 0, 6, 0 },

	{ "macsec, authenticated only", 1, M1 M2 "88e5" "201c00000042"
	    "0200000000020001" "0800." V4 "|" M1 M2 "00000000",
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "macsec, encrypted", 1, M1 M2 "88e5" "2c1c00000042"
	    "0200000000020001.0102",
	    NON, "macsec", 0x88e5, 0, 0, 6, 0 },

	{ "SLL, ipv4", 113, "0004" "0001" "0006" M2 "0000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 6, NONE },
	{ "SLL without an address", 113,
	    "0000" "fffe" "0000" "0000000000000000" "86dd." V6,
	    IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "SLL, 802.2", 113, "0000" "0001" "0006" M2 "0000" "0004" "424203.",
	    NON, "stp", 0, 0, 0, 6, NONE },
	{ "SLL, netlink", 113, "0004" "0338" "0000" "0000000000000000"
	    "0000.", NON, "netlink", 0, 0, 0, NONE, NONE },
	{ "SLL, VLAN", 113, "0000" "0001" "0006" M2 "0000" "8100" "0009"
	    "0806.", NON, "arp", 0x0806, 9, 0, 6, NONE },
	{ "SLL cut", 113, ".0004" "0001" "0006" M2, BAD, "sll_header",
	    0, 0, 0, NONE, NONE },
	{ "SLL2, ipv6", 276, "86dd" "0000" "00000003" "0001" "00" "06"
	    M2 "0000." V6, IP, NULL, 0x86dd, 0, 0, 12, NONE },

	{ "raw ipv4", 101, "." V4, IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "raw ipv6", 12, "." V6, IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "raw something", 101, ".10", BAD, "ip_version",
	    0, 0, 0, NONE, NONE },
	{ "LINKTYPE_IPV4", 228, "." V4, IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "LINKTYPE_IPV6", 229, "." V6, IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "NULL, little-endian", 0, "02000000." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "NULL, big-endian", 0, "00000002." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "NULL, Darwin ipv6", 0, "1e000000." V6,
	    IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "LOOP, OpenBSD ipv6", 108, "00000018." V6,
	    IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "LOOP, FreeBSD ipv6", 108, "0000001c." V6,
	    IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "NULL, AppleTalk", 0, "10000000.00", NON, "address_family",
	    0, 0, 0, NONE, NONE },

	{ "ppp without framing", 9, "0021." V4,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "ppp with framing", 9, "ff030057." V6,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "ppp serial, Cisco", 50, "0f000800." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "ppp with direction", 204, "00ff030021." V4,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "pppd's ppp", 166, "01030021." V4,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "ppp multilink", 9, "003d.c0000000", NON, "ppp_multilink",
	    0, 0, 0, NONE, NONE },
	{ "unknown ppp", 9, "4003.00", NON, "ppp_4003",
	    0, 0, 0, NONE, NONE },
	{ "LINKTYPE_PPP_ETHER", 51, "11000001001e" "0021." V4,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "Cisco HDLC, ipv4", 104, "0f000800." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "Cisco HDLC, slarp", 104, "8f008035.00000002", NON, "slarp",
	    0x8035, 0, 0, NONE, NONE },
	{ "frame relay, ipv4", 107, "1841" "03" "cc." V4,
	    IP, NULL, 0, 0, 0, NONE, NONE },
	{ "frame relay, SNAP", 107, "1841" "03" "00" "80" "000000" "86dd." V6,
	    IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "frame relay, Cisco", 107, "1841" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },

	{ "wlan, from the access point", 105, "0802" "0000" M1 M3 M2 "0000"
	    "aaaa03000000" "0800." V4, IP, NULL, 0x0800, 0, 0, 16, 4 },
	{ "wlan, to the access point, QoS", 105, "8801" "0000" M3 M2 M1 "0000"
	    "0000" "aaaa03000000" "86dd." V6,
	    IP, NULL, 0x86dd, 0, 0, 10, 16 },
	{ "wlan, four addresses", 105, "0803" "0000" M3 M4 M1 "0000" M2
	    "aaaa03000000" "0800." V4, IP, NULL, 0x0800, 0, 0, 24, 16 },
	{ "wlan, ad hoc", 105, "0800" "0000" M1 M2 M3 "0000"
	    "aaaa03000000" "0806.", NON, "arp", 0x0806, 0, 0, 10, 4 },
	{ "wlan, QoS with HT control", 105, "8882" "0000" M1 M3 M2 "0000"
	    "0000" "00000000" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 16, 4 },
	{ "wlan, protected", 105, "0842" "0000" M1 M3 M2 "0000.01020304",
	    NON, "wlan_encrypted", 0, 0, 0, 16, 4 },
	{ "wlan, null data", 105, "4801" "0000" M3 M2 M1 "0000.",
	    NON, "wlan_null", 0, 0, 0, 10, 16 },
	{ "wlan, second fragment", 105, "0802" "0000" M1 M3 M2 "0100.aaaa",
	    NON, "wlan_fragment", 0, 0, 0, 16, 4 },
	{ "wlan, beacon", 105, ".8000" "0000" M1 M2 M2 "0000",
	    NON, "wlan_mgmt", 0, 0, 0, 10, 4 },
	{ "wlan, acknowledgement", 105, ".d400" "0000" M1,
	    NON, "wlan_ctrl", 0, 0, 0, NONE, NONE },
	{ "wlan, aggregate of one", 105, "8802" "0000" M4 M3 M4 "0000" "8000"
	    M1 M2 "0024" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 32, 26 },
	{ "wlan, aggregate of two", 105, "8802" "0000" M4 M3 M4 "0000" "8000."
	    M1 M2 "0008" "aaaa03000000" "0806" "0000"
	    M1 M2 "0008" "aaaa03000000" "0806",
	    NON, "wlan_amsdu", 0, 0, 0, 16, 4 },
	{ "wlan cut", 105, ".0802" "0000" M1 M3, BAD, "wlan_header",
	    0, 0, 0, NONE, NONE },
	{ "radiotap", 127, "00000800" "00000000" "0802" "0000" M1 M3 M2
	    "0000" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 24, 12 },
	{ "radiotap with FCS", 127, RTAP("10") "0802" "0000" M1 M3 M2 "0000"
	    "aaaa03000000" "0800." V4 "|" "01020304",
	    IP, NULL, 0x0800, 0, 0, 25, 13 },
	{ "radiotap with a timer, FCS, two words", 127, "00001900" "030000a0"
	    "00000000" "00000000" "0102030405060708" "10" "8801" "0000"
	    M3 M2 M1 "0000" "0000" "aaaa03000000" "0800." V4 "|" "01020304",
	    IP, NULL, 0x0800, 0, 0, 35, 41 },
	{ "radiotap with padding", 127, RTAP("20") "8801" "0000" M3 M2 M1
	    "0000" "0000" "0000" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 19, 25 },
	{ "radiotap, longer than the frame", 127, ".0000ff00" "00000000",
	    BAD, "radiotap_header", 0, 0, 0, NONE, NONE },
	{ "AVS", 163, "80211001" "0000000c" "00000000" "0802" "0000" M1 M3 M2
	    "0000" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 28, 16 },
	{ "AVS in Prism", 119, "80211001" "0000000c" "00000000" "0802" "0000"
	    M1 M3 M2 "0000" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 28, 16 },
	{ "PPI with FCS", 192, "00002000" "69000000" "02001400"
	    "0000000000000000" "0100" "00000000000000000000"
	    "0802" "0000" M1 M3 M2 "0000" "aaaa03000000" "0800." V4
	    "|" "01020304", IP, NULL, 0x0800, 0, 0, 48, 36 },

	{ "nflog, little-endian", 239, "02000001" "08000100" "08000000"
	    "10000800" "00060000" M2 "0000" "20000900." V4,
	    IP, NULL, 0x0800, 0, 0, 20, NONE },
	{ "nflog, big-endian, ipv6", 239, "0a000001" "00080001" "86dd0000"
	    "00340009." V6, IP, NULL, 0x86dd, 0, 0, NONE, NONE },
	{ "nflog of a bridge", 239, "07000001" "08000100" "08060000"
	    "06000900.0001|0000", NON, "arp", 0x0806, 0, 0, NONE, NONE },
	{ "nflog without a packet", 239, "02000001.08000100" "08000000",
	    BAD, "nflog_header", 0, 0, 0, NONE, NONE },
	{ "pktap, ethernet", 258, "0c000000" "01000000" "01000000"
	    M1 M2 "0800." V4, IP, NULL, 0x0800, 0, 0, 18, 12 },
	{ "IP over InfiniBand", 242, M1 M1 M1 M1 M1 M1 "00000000" "08000000."
	    V4, IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "ARCNET of Linux, RFC 1201", 129, "0102" "0000" "d4" "000001." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },
	{ "FDDI", 10, "50" M1 M2 "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 7, 1 },
	{ "token ring with a route", 6, "1040" M1 "820000000002" "0610"
	    "00110022" "aaaa03000000" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 8, 2 },
	{ "Broadcom's tag", 281, M1 M2 "20000004" "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "Broadcom's tag in front", 282, "20000004" M1 M2 "0800." V4,
	    IP, NULL, 0x0800, 0, 0, 10, 4 },
	{ "Marvell's tag of a tagged frame", 284, M1 M2 "e0200017" "0800." V4,
	    IP, NULL, 0x0800, 23, 0, 6, 0 },
	{ "Marvell's tag of an untagged frame", 284, M1 M2 "c0200017" "0800."
	    V4, IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "Marvell's tag with an EtherType", 285, M1 M2 "dada0000" "c0200000"
	    "0800." V4, IP, NULL, 0x0800, 0, 0, 6, 0 },
	{ "MPLS without a link", 219, "00010140." V4,
	    IP, NULL, 0x0800, 0, 0, NONE, NONE },

	{ "ZigBee", 195, ".6188", UNDEC, "IEEE802_15_4_WITHFCS",
	    0, 0, 0, NONE, NONE },
	{ "user-defined", 160, ".00", UNDEC, "USER13", 0, 0, 0, NONE, NONE },
	{ "no such type", 4711, ".00", UNDEC, "LINKTYPE_4711",
	    0, 0, 0, NONE, NONE },
};

/*
 * The frame's bytes in memory of their exact size; where l3 begins and ends.
 * A bar is the end of the packet before a trailer.
 */
static uint8_t *
read_hex(const char *hex, size_t *n, size_t *l3, size_t *end)
{
	uint8_t *p = malloc(strlen(hex) / 2 + 1);
	unsigned int byte;

	if (p == NULL)
		abort();
	*n = *l3 = 0;
	*end = SIZE_MAX;
	for (; *hex != '\0'; hex++) {
		if (*hex == '.') {
			*l3 = *n;
		} else if (*hex == '|') {
			*end = *n;
		} else {
			if (sscanf(hex, "%2x", &byte) != 1)
				abort();
			p[(*n)++] = (uint8_t)byte;
			hex++;
		}
	}
	if (*end == SIZE_MAX)
		*end = *n;
	return p;
}

static int
off_of(const uint8_t *mac, const uint8_t *frame)
{
	return mac == NULL ? NONE : (int)(mac - frame);
}

static void
check(const struct frame *f)
{
	struct link_info i;
	size_t n, l3, end;
	uint8_t *p = read_hex(f->hex, &n, &l3, &end);

	link_decode(f->link, p, (uint32_t)n, (uint32_t)n, &i);
	tap_int((int)i.kind, (int)f->kind, "%s: kind", f->what);
	if (f->name != NULL)
		tap_str(i.name, f->name, "%s: name", f->what);
	if (f->kind == IP && f->ethertype == 0x8864)
		tap_ok(i.ethertype == 0x0800 || i.ethertype == 0x86dd,
		    "%s: IP inside", f->what);
	else if (f->ethertype != 0)
		tap_int(i.ethertype, f->ethertype, "%s: type", f->what);
	tap_int(i.vlan, f->vlan, "%s: VLAN", f->what);
	tap_int(i.inner_vlan, f->inner, "%s: inner VLAN", f->what);
	tap_int(off_of(i.src_mac, p), f->src, "%s: source", f->what);
	tap_int(off_of(i.dst_mac, p), f->dst, "%s: destination", f->what);
	tap_int(i.l3 - p, (int64_t)l3, "%s: l3", f->what);
	tap_uint(i.l3_cap, end - l3, "%s: l3_cap", f->what);
	tap_uint(i.l3_len, end - l3, "%s: l3_len", f->what);
	free(p);
}

/*
 * Every prefix of every frame as a capture cut there: never past its end,
 * and the length on the wire stays that of the whole packet.
 */
static void
check_cuts(const struct frame *f)
{
	struct link_info i;
	size_t n, l3, end;
	uint8_t *p = read_hex(f->hex, &n, &l3, &end);
	bool inside = true, same = true;

	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *q = malloc(cut ? cut : 1);

		if (q == NULL)
			abort();
		memcpy(q, p, cut);
		link_decode(f->link, q, (uint32_t)cut, (uint32_t)n, &i);
		if (i.l3 < q || i.l3 > q + cut ||
		    i.l3_cap > (size_t)(q + cut - i.l3) ||
		    i.l3_cap > i.l3_len)
			inside = false;
		if (i.kind == IP && f->kind == IP &&
		    ((size_t)(i.l3 - q) != l3 || i.l3_len != end - l3))
			same = false;
		free(q);
	}
	tap_ok(inside, "%s: cut anywhere, stays inside", f->what);
	tap_ok(same, "%s: cut behind its headers, the same packet", f->what);
	free(p);
}

int
main(void)
{
	char text[LINK_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		check(&frames[i]);
		check_cuts(&frames[i]);
	}
	tap_str(link_name(1), "EN10MB", "name of Ethernet");
	tap_str(link_name(276), "LINUX_SLL2", "name of SLL2");
	tap_str(link_name(4711), "unknown", "no name");
	tap_str(link_text(4711, text), "LINKTYPE_4711", "number as text");
	return tap_done();
}
