/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_OLD_PRIV_H
#define SPIN_MUD_OLD_PRIV_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "doc.h"
#include "finding.h"

/*
 * What the parts of old.h share. old_names.c knows which members there are,
 * and their names of old; old_value.c the values of leaves and ports;
 * old_match.c the members of matches that are elsewhere now, old_gone.c those
 * that the RFC says in another way; old.c walks.
 */

/* The kinds of object; sets of them as bits. */
enum old_in {
	IN_ROOT, IN_MUD, IN_POLICY, IN_LISTS, IN_REF, IN_ACLS, IN_ACL, IN_ACES,
	IN_ACE, IN_MATCHES, IN_MUDMATCH, IN_ETH, IN_IPV4, IN_IPV6, IN_TCP,
	IN_UDP, IN_ICMP, IN_PORTS, IN_ACTIONS, IN_NOTHING
};

#define IN(kind)	(1U << IN_##kind)

enum old_kind {
	KIND_TREE,		/* an object, or whatever has no older form */
	KIND_LIST,		/* an array of objects */
	KIND_NAMES,		/* an array of strings */
	KIND_PORTS,		/* an object of ports */
	KIND_NUMBER, KIND_PROTOCOL, KIND_ETHERTYPE, KIND_BOOL, KIND_EMPTY,
	KIND_DATE, KIND_NET4, KIND_NET6, KIND_TYPE, KIND_FORWARDING,
	KIND_TURN,		/* direction of a list: moves to a policy */
	KIND_REF_TYPE,		/* type of a list in a policy: goes */
	KIND_PERMIT, KIND_DENY	/* actions that were members of their own */
};

enum old_rule {
	RULE_ACLS, RULE_NAMES, RULE_TYPE, RULE_POLICY, RULE_DIRECTION,
	RULE_MATCHES, RULE_FLAT, RULE_PORTS, RULE_ACTIONS, RULE_META,
	RULE_VERSION, RULE_DNSNAME, RULE_ETHERTYPE, RULE_MIXED, RULE_NETWORK,
	RULE_PREFIX, RULE_EMPTY, RULE_NUMBER, RULE_DATE, RULE_SINGLE,
	RULE_UNCLEAR, RULE_NONE
};

/* A member of an object in the form of the RFC, or that has gone since. */
struct old_node {
	unsigned in;		/* in which kinds of objects */
	const char *name;	/* with the module, where that belongs */
	enum old_kind kind;
	enum old_in child;	/* of what kind its object or objects are */
};

/* What a name stands for; rule RULE_NONE: it is in the form of the RFC. */
struct old_name {
	const struct old_node *node;
	enum old_rule rule;
	bool moved;		/* it belongs in another object of matches */
};

bool old_name(enum old_in, const char *name, struct old_name *);

/* The member that has, in the form of the RFC, this name; or NULL. */
json_t *old_peek(enum old_in, json_t *object, const char *name);

const char *old_rule_name(enum old_rule);
const char *old_rule_source(enum old_rule);

struct old {
	struct doc *doc;
	struct findings *findings;
	struct pointer at;		/* by the names of old */
	const json_t *parent;		/* of what is looked at now */
	const char *key;		/* its name in it */
	const char *ip;			/* "ipv4", "ipv6" by the list's type */
	json_t *types;			/* owned; of lists, by their names */
	json_t *turns;			/* owned; [name, direction] of lists */
	bool has_mud;
	bool draft;		/* an older form of the lists was seen */
};

/* Says what was changed: a warning, or for RULE_UNCLEAR an error. */
void old_report(struct old *, const json_t *value, enum old_rule,
    const char *fmt, ...) ATTR_PRINTF(4, 5);

/*
 * The leaf or the ports in the form of the RFC: a new value (or the same,
 * changed in place) for which the caller holds a reference.
 */
json_t *old_value(struct old *, enum old_kind, json_t *) ATTR_NODISCARD;
json_t *old_ports(struct old *, json_t *) ATTR_NODISCARD;

/* "ipv4-acl-type" for "ipv4-acl" and the like; NULL: not known. */
const char *old_type(const json_t *);
/* The number of a protocol, or -1. */
int old_protocol(const json_t *);
bool old_is_empty(const json_t *);

/* These end the program when there is no memory. */
void old_set(json_t *object, const char *name, json_t *);
void old_set_new(json_t *object, const char *name, json_t *);

/* The name of a list, or of the one that a policy names; NULL: none. */
json_t *old_list_name(enum old_in, json_t *);

/*
 * Members that the RFC has no name for. What one says is put elsewhere, where
 * it can be: by this or, of lists' directions, by old_turn_lists at the end.
 */
bool old_goes(const struct old_node *);
bool old_take(struct old *, const struct old_name *, json_t *from, json_t *to,
    json_t *);
void old_turn_lists(struct old *, json_t *mud, const char *direction);

/* What is known of an entry's matches while they are gone through. */
struct old_match {
	json_t *matches;	/* as they were */
	const char *ip, *l4;	/* "ipv4", "ipv6"; "tcp", "udp"; or NULL */
	json_t *moved;		/* owned; what to add, by container */
};

void old_match_begin(struct old_match *, const struct old *, json_t *);
/* The container that a member belongs to and has room there; or NULL. */
const char *old_match_to(const struct old_match *, const struct old_node *);
void old_match_move(struct old_match *, const struct old_node *, json_t *);
void old_match_end(struct old_match *, json_t *matches);

/* The list types that Ethernet matches need, in all lists. */
void old_mixed(struct old *, json_t *acls);

#endif
