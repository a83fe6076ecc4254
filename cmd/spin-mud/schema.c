/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "schema.h"

#include <string.h>

const char schema_mud[] = "ietf-mud";
const char schema_acl[] = "ietf-access-control-list";
const char schema_acldns[] = "ietf-acldns";
const char schema_mud_tls[] = "ietf-mud-tls";
const char schema_acl_tls[] = "ietf-acl-tls";
const char schema_mudtx[] = "ietf-mud-transparency";
const char schema_ol[] = "ietf-ol";
const char schema_masa[] = "ietf-mud-brski-masa";

#define MUD	schema_mud
#define ACL	schema_acl
#define DNS	schema_acldns
#define ATLS	schema_acl_tls
#define TX	schema_mudtx
#define OL	schema_ol

#define MAND	SCHEMA_MANDATORY
#define BEYOND	SCHEMA_BEYOND
#define ADDR	SCHEMA_ADDRESS
#define CASE	SCHEMA_CASE

#define BOX(name, module, child, flags, source) \
	{ name, module, SCHEMA_CONTAINER, NULL, child, NULL, flags, source }
#define LIST(name, module, child, key, flags, source) \
	{ name, module, SCHEMA_LIST, NULL, child, key, flags, source }
#define LEAF(name, module, type, flags, source) \
	{ name, module, SCHEMA_LEAF, &(type), NULL, NULL, flags, source }
#define LEAVES(name, module, type, flags, source) \
	{ name, module, SCHEMA_LEAF_LIST, &(type), NULL, NULL, flags, source }
#define END	{ NULL, NULL, SCHEMA_LEAF, NULL, NULL, NULL, 0, NULL }

#define R8520(n)	"RFC 8520 section " n
#define R8519_ACL	"RFC 8519 section 4.1"
#define R8519_PF	"RFC 8519 section 4.2"
#define R9761_ACL	"RFC 9761 (ietf-acl-tls)"
#define R9761_MUD	"RFC 9761 (ietf-mud-tls)"
#define R9472		"RFC 9472 (ietf-mud-transparency)"
#define R8995		"RFC 8995 appendix C"
#define OL_DRAFT	"draft-ietf-opsawg-ol"

/* Types. */

#define NUMBER(lo, hi)	{ SCHEMA_UINT, lo, hi, NULL, NULL }
#define TEXT(lo, hi)	{ SCHEMA_STRING, lo, hi, NULL, NULL }
#define PLAIN(base)	{ base, 0, 0, NULL, NULL }
#define WORDS(base, w)	{ base, 0, 0, w, NULL }

static const struct schema_type
    u8 = NUMBER(0, 255),
    u16 = NUMBER(0, 65535),
    u32 = NUMBER(0, UINT32_MAX),
    hours = NUMBER(1, 168),
    dscp = NUMBER(0, 63),
    ecn = NUMBER(0, 3),
    ihl = NUMBER(5, 60),
    fragment_offset = NUMBER(20, 65535),
    data_offset = NUMBER(5, 15),
    flow_label = NUMBER(0, 1048575),
    counter = PLAIN(SCHEMA_UINT64),
    boolean = PLAIN(SCHEMA_BOOL),
    empty = PLAIN(SCHEMA_EMPTY),
    string = TEXT(0, UINT32_MAX),
    name64 = TEXT(1, 64),
    name40 = TEXT(1, 40),
    name128 = TEXT(1, 128),
    binary = { SCHEMA_BINARY, 0, UINT32_MAX, NULL, NULL },
    tcp_options = { SCHEMA_BINARY, 1, 40, NULL, NULL },
    uri = PLAIN(SCHEMA_URI),
    host = PLAIN(SCHEMA_HOST),
    prefix4 = PLAIN(SCHEMA_PREFIX4),
    prefix6 = PLAIN(SCHEMA_PREFIX6),
    mac = PLAIN(SCHEMA_MAC),
    date_time = PLAIN(SCHEMA_TIME),
    interface = PLAIN(SCHEMA_INTERFACE);

static const char *const direction_words[] = {
	"to-device", "from-device", NULL
};
static const char *const operator_words[] = {
	"lte", "gte", "eq", "neq", NULL
};
static const char *const ip_flag_words[] = {
	"reserved", "fragment", "more", NULL
};
static const char *const tcp_flag_words[] = {
	"cwr", "ece", "urg", "ack", "psh", "rst", "syn", "fin", NULL
};
static const char *const acl_type_words[] = {
	"ipv4-acl-type", "ipv6-acl-type", "eth-acl-type",
	"mixed-eth-ipv4-acl-type", "mixed-eth-ipv6-acl-type",
	"mixed-eth-ipv4-ipv6-acl-type", NULL
};
static const char *const forwarding_words[] = {
	"accept", "drop", "reject", NULL
};
static const char *const logging_words[] = { "log-syslog", "log-none", NULL };
static const char *const tls_words[] = { "tls12", "tls13", NULL };
static const char *const dtls_words[] = { "dtls12", "dtls13", NULL };
static const char *const local_words[] = {
	"http", "https", "coap", "coaps", NULL
};
static const char *const sbom_schemes[] = {
	"coap", "coaps", "http", "https", NULL
};
static const char *const contact_schemes[] = {
	"mailto", "http", "https", "tel", NULL
};
static const char *const ethertype_words[] = {
	"ipv4", "arp", "wlan", "trill", "srp", "decnet", "rarp", "appletalk",
	"aarp", "vlan", "ipx", "qnx", "ipv6", "efc", "esp", "cobranet",
	"mpls-unicast", "mpls-multicast", "pppoe-discovery", "pppoe-session",
	"intel-ans", "jumbo-frames", "homeplug", "eap", "profinet",
	"hyperscsi", "aoe", "ethercat", "provider-bridging",
	"ethernet-powerlink", "goose", "gse", "sv", "lldp", "sercos", "wsmp",
	"homeplug-av-mme", "mrp", "macsec", "pbb", "cfm", "fcoe", "fcoe-ip",
	"roce", "tte", "hsr", NULL
};

static const struct schema_type
    direction = WORDS(SCHEMA_ENUM, direction_words),
    operator = WORDS(SCHEMA_ENUM, operator_words),
    ip_flags = WORDS(SCHEMA_BITS, ip_flag_words),
    tcp_flags = WORDS(SCHEMA_BITS, tcp_flag_words),
    tls_version = WORDS(SCHEMA_ENUM, tls_words),
    dtls_version = WORDS(SCHEMA_ENUM, dtls_words),
    sbom_uri = WORDS(SCHEMA_URI, sbom_schemes),
    contact_uri = WORDS(SCHEMA_URI, contact_schemes),
    ethertype = WORDS(SCHEMA_ETHERTYPE, ethertype_words),
    acl_type = { SCHEMA_IDENTITY, 0, 0, acl_type_words, schema_acl },
    forwarding = { SCHEMA_IDENTITY, 0, 0, forwarding_words, schema_acl },
    logging = { SCHEMA_IDENTITY, 0, 0, logging_words, schema_acl },
    local_type = { SCHEMA_IDENTITY, 0, 0, local_words, schema_mudtx };

/* ietf-access-control-list: matches. */

static const struct schema_node eth_nodes[] = {
	LEAF("destination-mac-address", ACL, mac, BEYOND, R8519_PF),
	LEAF("destination-mac-address-mask", ACL, mac, BEYOND, R8519_PF),
	LEAF("source-mac-address", ACL, mac, BEYOND, R8519_PF),
	LEAF("source-mac-address-mask", ACL, mac, BEYOND, R8519_PF),
	LEAF("ethertype", ACL, ethertype, BEYOND, R8519_PF),
	END
};

#define IP_NODES \
	LEAF("dscp", ACL, dscp, BEYOND, R8519_PF), \
	LEAF("ecn", ACL, ecn, BEYOND, R8519_PF), \
	LEAF("length", ACL, u16, BEYOND, R8519_PF), \
	LEAF("ttl", ACL, u8, BEYOND, R8519_PF), \
	LEAF("protocol", ACL, u8, 0, R8519_PF)

static const struct schema_node ipv4_nodes[] = {
	IP_NODES,
	LEAF("ihl", ACL, ihl, BEYOND, R8519_PF),
	LEAF("flags", ACL, ip_flags, BEYOND, R8519_PF),
	LEAF("offset", ACL, fragment_offset, BEYOND, R8519_PF),
	LEAF("identification", ACL, u16, BEYOND, R8519_PF),
	LEAF("destination-ipv4-network", ACL, prefix4, ADDR, R8519_PF),
	LEAF("source-ipv4-network", ACL, prefix4, ADDR, R8519_PF),
	LEAF("src-dnsname", DNS, host, 0, R8520("8.1")),
	LEAF("dst-dnsname", DNS, host, 0, R8520("8.2")),
	END
};

static const struct schema_node ipv6_nodes[] = {
	IP_NODES,
	LEAF("destination-ipv6-network", ACL, prefix6, ADDR, R8519_PF),
	LEAF("source-ipv6-network", ACL, prefix6, ADDR, R8519_PF),
	LEAF("flow-label", ACL, flow_label, BEYOND, R8519_PF),
	LEAF("src-dnsname", DNS, host, 0, R8520("8.1")),
	LEAF("dst-dnsname", DNS, host, 0, R8520("8.2")),
	END
};

static const struct schema_node port_nodes[] = {
	LEAF("lower-port", ACL, u16, MAND | CASE(1, 1), R8519_PF),
	LEAF("upper-port", ACL, u16, MAND | CASE(1, 1), R8519_PF),
	LEAF("operator", ACL, operator, CASE(1, 2), R8519_PF),
	LEAF("port", ACL, u16, MAND | CASE(1, 2), R8519_PF),
	END
};

static const struct schema_node tcp_nodes[] = {
	LEAF("sequence-number", ACL, u32, BEYOND, R8519_PF),
	LEAF("acknowledgement-number", ACL, u32, BEYOND, R8519_PF),
	LEAF("data-offset", ACL, data_offset, BEYOND, R8519_PF),
	LEAF("reserved", ACL, u8, BEYOND, R8519_PF),
	LEAF("flags", ACL, tcp_flags, BEYOND, R8519_PF),
	LEAF("window-size", ACL, u16, BEYOND, R8519_PF),
	LEAF("urgent-pointer", ACL, u16, BEYOND, R8519_PF),
	LEAF("options", ACL, tcp_options, BEYOND, R8519_PF),
	BOX("source-port", ACL, port_nodes, 0, R8519_ACL),
	BOX("destination-port", ACL, port_nodes, 0, R8519_ACL),
	LEAF("direction-initiated", MUD, direction, 0, R8520("4.8")),
	END
};

static const struct schema_node udp_nodes[] = {
	LEAF("length", ACL, u16, BEYOND, R8519_PF),
	BOX("source-port", ACL, port_nodes, 0, R8519_ACL),
	BOX("destination-port", ACL, port_nodes, 0, R8519_ACL),
	END
};

static const struct schema_node icmp_nodes[] = {
	LEAF("type", ACL, u8, 0, R8519_PF),
	LEAF("code", ACL, u8, 0, R8519_PF),
	LEAF("rest-of-header", ACL, binary, BEYOND, R8519_PF),
	END
};

static const struct schema_node mud_match_nodes[] = {
	LEAF("manufacturer", MUD, host, 0, R8520("4.1")),
	LEAF("same-manufacturer", MUD, empty, 0, R8520("4.2")),
	LEAF("model", MUD, uri, 0, R8520("4.4")),
	LEAF("local-networks", MUD, empty, 0, R8520("4.5")),
	LEAF("controller", MUD, uri, 0, R8520("4.6")),
	LEAF("my-controller", MUD, empty, 0, R8520("4.7")),
	END
};

static const struct schema_node tls_profile_nodes[] = {
	LEAF("name", ATLS, name64, MAND, R9761_ACL),
	LEAVES("supported-tls-version", ATLS, tls_version, 0, R9761_ACL),
	LEAVES("supported-dtls-version", ATLS, dtls_version, 0, R9761_ACL),
	LEAVES("cipher-suite", ATLS, u16, 0, R9761_ACL),
	LEAVES("extension-type", ATLS, u16, 0, R9761_ACL),
	LEAVES("accept-list-ta-cert", ATLS, binary, 0, R9761_ACL),
	LEAVES("psk-key-exchange-mode", ATLS, u8, 0, R9761_ACL),
	LEAVES("supported-group", ATLS, u16, 0, R9761_ACL),
	LEAVES("signature-algorithm-cert", ATLS, u16, 0, R9761_ACL),
	LEAVES("signature-algorithm", ATLS, u16, 0, R9761_ACL),
	LEAVES("application-protocol", ATLS, string, 0, R9761_ACL),
	LEAVES("cert-compression-algorithm", ATLS, u16, 0, R9761_ACL),
	LEAVES("certificate-authorities", ATLS, string, 0, R9761_ACL),
	END
};

static const struct schema_node client_profiles_nodes[] = {
	LIST("tls-dtls-profile", ATLS, tls_profile_nodes, "name", 0,
	    R9761_ACL),
	END
};

static const struct schema_node matches_nodes[] = {
	BOX("eth", ACL, eth_nodes, BEYOND | CASE(1, 1), R8519_ACL),
	BOX("ipv4", ACL, ipv4_nodes, CASE(2, 1), R8519_ACL),
	BOX("ipv6", ACL, ipv6_nodes, CASE(2, 2), R8519_ACL),
	BOX("tcp", ACL, tcp_nodes, CASE(3, 1), R8519_ACL),
	BOX("udp", ACL, udp_nodes, CASE(3, 2), R8519_ACL),
	BOX("icmp", ACL, icmp_nodes, CASE(3, 3), R8519_ACL),
	LEAF("egress-interface", ACL, interface, 0, R8519_ACL),
	LEAF("ingress-interface", ACL, interface, 0, R8519_ACL),
	BOX("client-profiles", ATLS, client_profiles_nodes, 0, R9761_ACL),
	BOX("mud", MUD, mud_match_nodes, 0, R8520("4")),
	END
};

/* ietf-access-control-list: the rest. */

static const struct schema_node action_nodes[] = {
	LEAF("forwarding", ACL, forwarding, MAND, R8519_ACL),
	LEAF("logging", ACL, logging, 0, R8519_ACL),
	END
};

static const struct schema_node statistics_nodes[] = {
	LEAF("matched-packets", ACL, counter, 0, R8519_ACL),
	LEAF("matched-octets", ACL, counter, 0, R8519_ACL),
	END
};

static const struct schema_node ace_nodes[] = {
	LEAF("name", ACL, name64, MAND, R8519_ACL),
	BOX("matches", ACL, matches_nodes, SCHEMA_MATCHES, R8519_ACL),
	BOX("actions", ACL, action_nodes, MAND, R8519_ACL),
	BOX("statistics", ACL, statistics_nodes, BEYOND, R8519_ACL),
	END
};

static const struct schema_node aces_nodes[] = {
	LIST("ace", ACL, ace_nodes, "name", 0, R8519_ACL),
	END
};

static const struct schema_node acl_nodes[] = {
	LEAF("name", ACL, name64, MAND, R8519_ACL),
	LEAF("type", ACL, acl_type, 0, R8519_ACL),
	BOX("aces", ACL, aces_nodes, 0, R8519_ACL),
	END
};

static const struct schema_node ace_statistics_nodes[] = {
	LEAF("name", ACL, string, MAND, R8519_ACL),
	LEAF("matched-packets", ACL, counter, 0, R8519_ACL),
	LEAF("matched-octets", ACL, counter, 0, R8519_ACL),
	END
};

static const struct schema_node acl_set_nodes[] = {
	LEAF("name", ACL, string, MAND, R8519_ACL),
	LIST("ace-statistics", ACL, ace_statistics_nodes, "name", 0,
	    R8519_ACL),
	END
};

static const struct schema_node acl_sets_nodes[] = {
	LIST("acl-set", ACL, acl_set_nodes, "name", 0, R8519_ACL),
	END
};

static const struct schema_node attached_nodes[] = {
	BOX("acl-sets", ACL, acl_sets_nodes, 0, R8519_ACL),
	END
};

static const struct schema_node interface_nodes[] = {
	LEAF("interface-id", ACL, interface, MAND, R8519_ACL),
	BOX("ingress", ACL, attached_nodes, 0, R8519_ACL),
	BOX("egress", ACL, attached_nodes, 0, R8519_ACL),
	END
};

static const struct schema_node attachment_nodes[] = {
	LIST("interface", ACL, interface_nodes, "interface-id", 0, R8519_ACL),
	END
};

static const struct schema_node acls_nodes[] = {
	LIST("acl", ACL, acl_nodes, "name", 0, R8519_ACL),
	BOX("attachment-points", ACL, attachment_nodes, BEYOND, R8519_ACL),
	END
};

/* ietf-mud, and what extends it. */

static const struct schema_node access_list_nodes[] = {
	LEAF("name", MUD, string, MAND, R8520("3.3")),
	END
};

static const struct schema_node access_lists_nodes[] = {
	LIST("access-list", MUD, access_list_nodes, "name", 0, R8520("3.3")),
	END
};

static const struct schema_node policy_nodes[] = {
	BOX("access-lists", MUD, access_lists_nodes, 0, R8520("3.3")),
	END
};

static const struct schema_node sbom_nodes[] = {
	LEAF("version-info", TX, string, MAND, R9472),
	LEAF("sbom-url", TX, sbom_uri, 0, R9472),
	END
};

static const struct schema_node transparency_nodes[] = {
	LIST("sboms", TX, sbom_nodes, "version-info", CASE(1, 1), R9472),
	LEAF("sbom-local-well-known", TX, local_type, CASE(1, 2), R9472),
	LEAF("sbom-contact-uri", TX, contact_uri, CASE(1, 3), R9472),
	LEAF("sbom-archive-list", TX, uri, 0, R9472),
	LEAVES("vuln-url", TX, uri, CASE(2, 1), R9472),
	LEAF("vuln-contact-uri", TX, contact_uri, CASE(2, 2), R9472),
	END
};

static const struct schema_node license_nodes[] = {
	LEAF("owner-name", OL, name128, MAND, OL_DRAFT),
	LEAVES("spdx-tags", OL, string, CASE(1, 1), OL_DRAFT),
	LEAVES("license-info", OL, uri, CASE(1, 2), OL_DRAFT),
	END
};

static const struct schema_node ol_nodes[] = {
	LIST("license", OL, license_nodes, "owner-name", 0, OL_DRAFT),
	END
};

static const struct schema_node mud_nodes[] = {
	LEAF("mud-version", MUD, u8, MAND, R8520("3.1")),
	LEAF("mud-url", MUD, uri, MAND, R8520("3.2")),
	LEAF("last-update", MUD, date_time, MAND, R8520("3.4")),
	LEAF("mud-signature", MUD, uri, 0, R8520("13")),
	LEAF("cache-validity", MUD, hours, 0, R8520("3.5")),
	LEAF("is-supported", MUD, boolean, MAND, R8520("3.6")),
	LEAF("systeminfo", MUD, string, 0, R8520("3.7")),
	LEAF("mfg-name", MUD, string, 0, R8520("3.8")),
	LEAF("model-name", MUD, string, 0, R8520("3.8")),
	LEAF("firmware-rev", MUD, string, 0, R8520("3.8")),
	LEAF("software-rev", MUD, string, 0, R8520("3.8")),
	LEAF("documentation", MUD, uri, 0, R8520("4.3")),
	LEAVES("extensions", MUD, name40, 0, R8520("3.9")),
	BOX("from-device-policy", MUD, policy_nodes, 0, R8520("3.3")),
	BOX("to-device-policy", MUD, policy_nodes, 0, R8520("3.3")),
	LEAF("is-tls-dtls-profile-supported", schema_mud_tls, boolean, 0,
	    R9761_MUD),
	BOX("transparency", TX, transparency_nodes, 0, R9472),
	BOX("ol", OL, ol_nodes, 0, OL_DRAFT),
	LEAF("masa-server", schema_masa, uri, 0, R8995),
	END
};

const struct schema_node schema_root[] = {
	BOX("mud", MUD, mud_nodes, MAND, R8520("2")),
	BOX("acls", ACL, acls_nodes, 0, R8520("2")),
	END
};

const struct schema_node *
schema_find(const struct schema_node *table, const char *parent,
    const char *name)
{
	const char *colon = strchr(name, ':');
	size_t n;

	for (; table->name; table++) {
		if (colon == NULL) {
			if (table->module == parent &&
			    strcmp(table->name, name) == 0)
				return table;
			continue;
		}
		n = (size_t)(colon - name);
		if (strcmp(table->name, colon + 1) == 0 &&
		    strlen(table->module) == n &&
		    memcmp(table->module, name, n) == 0)
			return table;
	}
	return NULL;
}

const struct schema_node *
schema_child(const struct schema_node *node, const char *name)
{
	return node->child ? schema_find(node->child, node->module, name)
	    : NULL;
}

static const struct {
	const char *module, *name, *source;
} extensions[] = {
	{ schema_mud_tls, "ietf-mud-tls", R9761_MUD },
	{ schema_acl_tls, "ietf-mud-tls", R9761_MUD },
	{ schema_mudtx, "transparency", R9472 },
	{ schema_ol, "ol", OL_DRAFT },
	{ schema_masa, "masa", R8995 },
};

bool
schema_is_module(const char *name)
{
	static const char *const all[] = {
		schema_mud, schema_acl, schema_acldns, schema_mud_tls,
		schema_acl_tls, schema_mudtx, schema_ol, schema_masa,
	};
	size_t i, n;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		n = strlen(all[i]);
		if (strncmp(name, all[i], n) == 0 && name[n] == ':')
			return true;
	}
	return false;
}

const char *
schema_extension(const char *module)
{
	size_t i;

	for (i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (extensions[i].module == module)
			return extensions[i].name;
	return NULL;
}

const char *
schema_extension_source(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (strcmp(extensions[i].name, name) == 0)
			return extensions[i].source;
	return NULL;
}
