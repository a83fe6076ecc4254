/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dns.h"

#include <string.h>

/* IANA "Resource Record (RR) TYPEs", by number. */
static const char *const types[] = {
	[1] = "A", [2] = "NS", [3] = "MD", [4] = "MF", [5] = "CNAME",
	[6] = "SOA", [7] = "MB", [8] = "MG", [9] = "MR", [10] = "NULL",
	[11] = "WKS", [12] = "PTR", [13] = "HINFO", [14] = "MINFO",
	[15] = "MX", [16] = "TXT", [17] = "RP", [18] = "AFSDB", [19] = "X25",
	[20] = "ISDN", [21] = "RT", [22] = "NSAP", [23] = "NSAP-PTR",
	[24] = "SIG", [25] = "KEY", [26] = "PX", [27] = "GPOS", [28] = "AAAA",
	[29] = "LOC", [30] = "NXT", [31] = "EID", [32] = "NIMLOC",
	[33] = "SRV", [34] = "ATMA", [35] = "NAPTR", [36] = "KX",
	[37] = "CERT", [38] = "A6", [39] = "DNAME", [40] = "SINK",
	[41] = "OPT", [42] = "APL", [43] = "DS", [44] = "SSHFP",
	[45] = "IPSECKEY", [46] = "RRSIG", [47] = "NSEC", [48] = "DNSKEY",
	[49] = "DHCID", [50] = "NSEC3", [51] = "NSEC3PARAM", [52] = "TLSA",
	[53] = "SMIMEA", [55] = "HIP", [56] = "NINFO", [57] = "RKEY",
	[58] = "TALINK", [59] = "CDS", [60] = "CDNSKEY", [61] = "OPENPGPKEY",
	[62] = "CSYNC", [63] = "ZONEMD", [64] = "SVCB", [65] = "HTTPS",
	[99] = "SPF", [104] = "NID", [105] = "L32", [106] = "L64",
	[107] = "LP", [108] = "EUI48", [109] = "EUI64",
};

static const struct {
	uint16_t type;
	const char *name;
} more_types[] = {
	{ 249, "TKEY" }, { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" },
	{ 253, "MAILB" }, { 254, "MAILA" }, { 255, "ANY" }, { 256, "URI" },
	{ 257, "CAA" }, { 258, "AVC" }, { 259, "DOA" }, { 260, "AMTRELAY" },
	{ 32768, "TA" }, { 32769, "DLV" },
};

/* IANA "DNS RCODEs", by number. */
static const char *const rcodes[] = {
	[0] = "NOERROR", [1] = "FORMERR", [2] = "SERVFAIL", [3] = "NXDOMAIN",
	[4] = "NOTIMP", [5] = "REFUSED", [6] = "YXDOMAIN", [7] = "YXRRSET",
	[8] = "NXRRSET", [9] = "NOTAUTH", [10] = "NOTZONE",
	[11] = "DSOTYPENI", [16] = "BADVERS", [17] = "BADKEY",
	[18] = "BADTIME", [19] = "BADMODE", [20] = "BADNAME", [21] = "BADALG",
	[22] = "BADTRUNC", [23] = "BADCOOKIE",
};

static struct str
numbered(const char *prefix, size_t n, unsigned v, char *room)
{
	char *p = room + DNS_NAME_ROOM;

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	p -= n;
	memcpy(p, prefix, n);
	return (struct str){ p, (size_t)(room + DNS_NAME_ROOM - p) };
}

struct str
dns_type_name(uint16_t type, char *room)
{
	size_t i;

	if (type < ARRAY_SIZE(types) && types[type])
		return str_of(types[type]);
	for (i = 0; i < ARRAY_SIZE(more_types); i++)
		if (more_types[i].type == type)
			return str_of(more_types[i].name);
	return numbered("TYPE", 4, type, room);
}

struct str
dns_rcode_name(uint16_t rcode, char *room)
{
	if (rcode < ARRAY_SIZE(rcodes) && rcodes[rcode])
		return str_of(rcodes[rcode]);
	return numbered("RCODE", 5, rcode, room);
}
