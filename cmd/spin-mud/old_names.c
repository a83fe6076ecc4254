/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <string.h>

#include "old_priv.h"

#define ACL_MODEL	"draft-ietf-netmod-acl-model"
#define MUD_DRAFT	"draft-ietf-opsawg-mud"
#define FIELD		"found in the field"

static const struct {
	struct finding_rule rule;
	const char *source;
} rules[] = {
	[RULE_ACLS] = { { "old-acls", "\"access-lists\" for \"acls\"" },
	    ACL_MODEL },
	[RULE_NAMES] = { { "old-names", "a member of a list or an entry by "
	    "its name of old: \"acl-name\", \"acl-type\", "
	    "\"access-list-entries\", \"rule-name\"" }, ACL_MODEL },
	[RULE_TYPE] = { { "old-list-type", "a list type by another name: "
	    "\"ipv4-acl\", \"ethernet-acl-type\"" }, ACL_MODEL },
	[RULE_POLICY] = { { "old-policy", "a policy tells the type of a "
	    "list, which the list does too" }, MUD_DRAFT },
	[RULE_DIRECTION] = { { "old-direction", "a list tells its direction, "
	    "which is the policies' to tell" }, MUD_DRAFT },
	[RULE_MATCHES] = { { "old-matches", "a kind of match by its name of "
	    "old: \"ipv4-acl\", \"tcp-acl\", \"mud-acl\"" }, ACL_MODEL },
	[RULE_FLAT] = { { "old-flat", "a match that is not in the container "
	    "it belongs to" }, ACL_MODEL },
	[RULE_PORTS] = { { "old-ports", "ports in another form than a range "
	    "or an operator with a port, or not below TCP or UDP" },
	    ACL_MODEL },
	[RULE_ACTIONS] = { { "old-actions", "\"permit\" or \"deny\" for "
	    "\"forwarding\"" }, ACL_MODEL },
	[RULE_META] = { { "old-meta-info", "\"meta-info\" or "
	    "\"support-information\" for \"ietf-mud:mud\", or a member of "
	    "it" }, MUD_DRAFT },
	[RULE_VERSION] = { { "old-version", "a draft's file, without the "
	    "version; now 1" }, MUD_DRAFT },
	[RULE_DNSNAME] = { { "old-dnsname", "a host name's match by its name "
	    "of old: \"source-hostname\"" }, MUD_DRAFT },
	[RULE_ETHERTYPE] = { { "old-ethertype", "an ethertype as a string "
	    "of digits" }, FIELD },
	[RULE_MIXED] = { { "old-mixed", "a list of an IP type that has "
	    "Ethernet matches, in a file without a list of an Ethernet "
	    "type" }, "RFC 8519 section 4.1" },
	[RULE_NETWORK] = { { "old-network", "an address for a prefix, or one "
	    "of IPv4 where IPv6 belongs" }, FIELD },
	[RULE_PREFIX] = { { "old-prefix", "a name without its module, with "
	    "another one's, or with one where none belongs" },
	    "RFC 7951 section 4" },
	[RULE_EMPTY] = { { "old-empty", "an empty leaf that is not [null]" },
	    "RFC 7951 section 6.9" },
	[RULE_NUMBER] = { { "old-number", "a number or boolean as a string" },
	    "RFC 7951 section 6.1" },
	[RULE_DATE] = { { "old-date", "a date and time without zone, taken "
	    "for UTC" }, FIELD },
	[RULE_SINGLE] = { { "old-single", "one value where a list of them "
	    "belongs" }, "RFC 7951 section 5.4" },
	[RULE_UNCLEAR] = { { "old-unclear", "an older form that the RFC has "
	    "no words for: left as it is" }, "RFC 8519 section 4.1" },
};

const struct finding_rule *
old_rule(size_t i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i].rule : NULL;
}

const char *
old_rule_name(enum old_rule rule)
{
	return rules[rule].rule.name;
}

const char *
old_rule_source(enum old_rule rule)
{
	return rules[rule].source;
}

#define IP	(IN(IPV4) | IN(IPV6))
#define L4	(IN(TCP) | IN(UDP))
#define NAMED	(IN(REF) | IN(ACL) | IN(ACE))

static const struct old_node nodes[] = {
	{ IN(ROOT), "ietf-access-control-list:acls", KIND_TREE, IN_ACLS },
	{ IN(ROOT), "ietf-mud:mud", KIND_TREE, IN_MUD },
	{ IN(MUD), "mud-version", KIND_NUMBER, IN_NOTHING },
	{ IN(MUD), "mud-url", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "mud-signature", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "last-update", KIND_DATE, IN_NOTHING },
	{ IN(MUD), "cache-validity", KIND_NUMBER, IN_NOTHING },
	{ IN(MUD), "is-supported", KIND_BOOL, IN_NOTHING },
	{ IN(MUD), "systeminfo", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "mfg-name", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "model-name", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "firmware-rev", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "software-rev", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "documentation", KIND_TREE, IN_NOTHING },
	{ IN(MUD), "extensions", KIND_NAMES, IN_NOTHING },
	{ IN(MUD), "from-device-policy", KIND_TREE, IN_POLICY },
	{ IN(MUD), "to-device-policy", KIND_TREE, IN_POLICY },
	{ IN(POLICY), "access-lists", KIND_TREE, IN_LISTS },
	{ IN(LISTS), "access-list", KIND_LIST, IN_REF },
	{ IN(ACLS), "acl", KIND_LIST, IN_ACL },
	{ NAMED, "name", KIND_TREE, IN_NOTHING },
	{ IN(REF), "acl-type", KIND_REF_TYPE, IN_NOTHING },
	{ IN(ACL), "type", KIND_TYPE, IN_NOTHING },
	{ IN(ACL), "direction", KIND_TURN, IN_NOTHING },
	{ IN(ACL), "packet-direction", KIND_TURN, IN_NOTHING },
	{ IN(ACL), "aces", KIND_TREE, IN_ACES },
	{ IN(ACES), "ace", KIND_LIST, IN_ACE },
	{ IN(ACE), "matches", KIND_TREE, IN_MATCHES },
	{ IN(ACE), "actions", KIND_TREE, IN_ACTIONS },
	{ IN(ACTIONS), "forwarding", KIND_FORWARDING, IN_NOTHING },
	{ IN(ACTIONS), "permit", KIND_PERMIT, IN_NOTHING },
	{ IN(ACTIONS), "deny", KIND_DENY, IN_NOTHING },
	{ IN(MATCHES), "ietf-mud:mud", KIND_TREE, IN_MUDMATCH },
	{ IN(MATCHES), "eth", KIND_TREE, IN_ETH },
	{ IN(MATCHES), "ipv4", KIND_TREE, IN_IPV4 },
	{ IN(MATCHES), "ipv6", KIND_TREE, IN_IPV6 },
	{ IN(MATCHES), "tcp", KIND_TREE, IN_TCP },
	{ IN(MATCHES), "udp", KIND_TREE, IN_UDP },
	{ IN(MATCHES), "icmp", KIND_TREE, IN_ICMP },
	{ IN(MUDMATCH), "manufacturer", KIND_TREE, IN_NOTHING },
	{ IN(MUDMATCH), "same-manufacturer", KIND_EMPTY, IN_NOTHING },
	{ IN(MUDMATCH), "model", KIND_TREE, IN_NOTHING },
	{ IN(MUDMATCH), "local-networks", KIND_EMPTY, IN_NOTHING },
	{ IN(MUDMATCH), "controller", KIND_TREE, IN_NOTHING },
	{ IN(MUDMATCH), "my-controller", KIND_EMPTY, IN_NOTHING },
	{ IN(ETH), "ethertype", KIND_ETHERTYPE, IN_NOTHING },
	{ IP, "protocol", KIND_PROTOCOL, IN_NOTHING },
	{ IP, "dscp", KIND_NUMBER, IN_NOTHING },
	{ IP, "ttl", KIND_NUMBER, IN_NOTHING },
	{ IN(IPV4), "source-ipv4-network", KIND_NET4, IN_NOTHING },
	{ IN(IPV4), "destination-ipv4-network", KIND_NET4, IN_NOTHING },
	{ IN(IPV6), "source-ipv6-network", KIND_NET6, IN_NOTHING },
	{ IN(IPV6), "destination-ipv6-network", KIND_NET6, IN_NOTHING },
	{ IP, "ietf-acldns:src-dnsname", KIND_TREE, IN_NOTHING },
	{ IP, "ietf-acldns:dst-dnsname", KIND_TREE, IN_NOTHING },
	{ L4, "source-port", KIND_PORTS, IN_PORTS },
	{ L4, "destination-port", KIND_PORTS, IN_PORTS },
	{ IN(TCP), "ietf-mud:direction-initiated", KIND_TREE, IN_NOTHING },
	{ IN(ICMP), "type", KIND_NUMBER, IN_NOTHING },
	{ IN(ICMP), "code", KIND_NUMBER, IN_NOTHING },
	{ IN(PORTS), "operator", KIND_TREE, IN_NOTHING },
	{ IN(PORTS), "port", KIND_NUMBER, IN_NOTHING },
	{ IN(PORTS), "lower-port", KIND_NUMBER, IN_NOTHING },
	{ IN(PORTS), "upper-port", KIND_NUMBER, IN_NOTHING },
};

/* Names of old, without module. */
static const struct {
	unsigned in;
	const char *old, *name;
	enum old_rule rule;
} aliases[] = {
	{ IN(ROOT), "access-lists", "ietf-access-control-list:acls",
	    RULE_ACLS },
	{ IN(ROOT), "support-information", "ietf-mud:mud", RULE_META },
	{ IN(ROOT), "meta-info", "ietf-mud:mud", RULE_META },
	{ IN(ROOT), "metainfo", "ietf-mud:mud", RULE_META },
	{ IN(MUD), "lastUpdate", "last-update", RULE_META },
	{ IN(MUD), "cacheValidity", "cache-validity", RULE_META },
	{ IN(ACLS), "access-list", "acl", RULE_ACLS },
	{ IN(REF) | IN(ACL), "acl-name", "name", RULE_NAMES },
	{ IN(ACL), "acl-type", "type", RULE_NAMES },
	{ IN(ACL), "access-list-entries", "aces", RULE_NAMES },
	{ IN(ACE), "rule-name", "name", RULE_NAMES },
	{ IN(ACE), "ace-name", "name", RULE_NAMES },
	{ IN(ACTIONS), "packet-handling", "forwarding", RULE_ACTIONS },
	{ IN(MATCHES), "mud-acl", "ietf-mud:mud", RULE_MATCHES },
	{ IN(MATCHES), "eth-acl", "eth", RULE_MATCHES },
	{ IN(MATCHES), "ethernet", "eth", RULE_MATCHES },
	{ IN(MATCHES), "ipv4-acl", "ipv4", RULE_MATCHES },
	{ IN(MATCHES), "ipv6-acl", "ipv6", RULE_MATCHES },
	{ IN(MATCHES), "tcp-acl", "tcp", RULE_MATCHES },
	{ IN(MATCHES), "udp-acl", "udp", RULE_MATCHES },
	{ IN(MATCHES), "icmp-acl", "icmp", RULE_MATCHES },
	{ IP, "source-hostname", "ietf-acldns:src-dnsname", RULE_DNSNAME },
	{ IP, "destination-hostname", "ietf-acldns:dst-dnsname",
	    RULE_DNSNAME },
	{ L4, "source-port-range", "source-port", RULE_PORTS },
	{ L4, "source-port-range-or-operator", "source-port", RULE_PORTS },
	{ L4, "destination-port-range", "destination-port", RULE_PORTS },
	{ L4, "destination-port-range-or-operator", "destination-port",
	    RULE_PORTS },
};

static const char *
local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

/* Whether a name has no module, or one of these, also of the drafts. */
static bool
is_ours(const char *name)
{
	static const char *const modules[] = { "ietf-mud", "mud",
	    "ietf-access-control-list", "ietf-acl", "acl", "ietf-acldns",
	    "acldns", "ietf-acl-dnsname" };
	size_t i, n = strcspn(name, ":");

	if (!name[n])
		return true;
	for (i = 0; i < ARRAY_SIZE(modules); i++)
		if (strlen(modules[i]) == n && memcmp(modules[i], name, n) == 0)
			return true;
	return false;
}

static const struct old_node *
node_named(unsigned in, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		if (nodes[i].in & in && strcmp(nodes[i].name, name) == 0)
			return &nodes[i];
	return NULL;
}

/* These had a module's name and lost it; those that went are always old. */
static enum old_rule
rule_of(const struct old_node *node)
{
	switch (node->kind) {
	case KIND_TURN:
		return RULE_DIRECTION;
	case KIND_REF_TYPE:
		return RULE_POLICY;
	case KIND_PERMIT:
	case KIND_DENY:
		return RULE_ACTIONS;
	default:
		return RULE_NONE;
	}
}

static bool
name_in(unsigned in, const char *name, struct old_name *got)
{
	const char *local = local_name(name);
	size_t i;

	got->moved = false;
	got->node = node_named(in, name);
	if (got->node) {
		got->rule = rule_of(got->node);
		return true;
	}
	if (!is_ours(name))
		return false;
	for (i = 0; i < ARRAY_SIZE(aliases); i++)
		if (aliases[i].in & in && strcmp(aliases[i].old, local) == 0) {
			got->node = node_named(in, aliases[i].name);
			got->rule = aliases[i].rule;
			return true;
		}
	for (i = 0; i < ARRAY_SIZE(nodes); i++)
		if (nodes[i].in & in &&
		    strcmp(local_name(nodes[i].name), local) == 0) {
			got->node = &nodes[i];
			got->rule = rule_of(got->node);
			if (got->rule == RULE_NONE)
				got->rule = RULE_PREFIX;
			return true;
		}
	return false;
}

/* In which other objects of matches the name may belong. */
static unsigned
elsewhere(enum old_in in)
{
	switch (in) {
	case IN_MATCHES:
		return IN(MUDMATCH) | IP | L4;
	case IN_IPV4:
	case IN_IPV6:
		return L4;
	case IN_MUDMATCH:
		return IN(TCP);
	default:
		return 0;
	}
}

bool
old_name(enum old_in in, const char *name, struct old_name *got)
{
	if (name_in(1U << in, name, got))
		return true;
	if (!elsewhere(in) || !name_in(elsewhere(in), name, got))
		return false;
	got->moved = true;
	got->rule = got->node->kind == KIND_PORTS ? RULE_PORTS : RULE_FLAT;
	return true;
}

json_t *
old_peek(enum old_in in, json_t *object, const char *name)
{
	struct old_name got;
	const char *key;
	json_t *v = json_object_get(object, name);

	if (v)
		return v;
	json_object_foreach(object, key, v)
		if (name_in(1U << in, key, &got) &&
		    strcmp(got.node->name, name) == 0)
			return v;
	return NULL;
}
