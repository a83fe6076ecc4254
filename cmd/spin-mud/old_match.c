/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <string.h>

#include "old_priv.h"
#include "xalloc.h"

static enum old_in
ip_kind(const char *ip)
{
	return strcmp(ip, "ipv4") == 0 ? IN_IPV4 : IN_IPV6;
}

static enum old_in
l4_kind(const char *l4)
{
	return strcmp(l4, "tcp") == 0 ? IN_TCP : IN_UDP;
}

/* Of the two, the one that is there; NULL for none and for both. */
static const char *
which(json_t *matches, const char *a, const char *b)
{
	bool has_a = old_peek(IN_MATCHES, matches, a) != NULL;
	bool has_b = old_peek(IN_MATCHES, matches, b) != NULL;

	return has_a == has_b ? NULL : has_a ? a : b;
}

static bool
has_both(json_t *matches, const char *a, const char *b)
{
	return old_peek(IN_MATCHES, matches, a) &&
	    old_peek(IN_MATCHES, matches, b);
}

/* The protocol that says what the ports are ports of. */
static const char *
l4_of(const struct old_match *m)
{
	json_t *ip = m->ip ? old_peek(IN_MATCHES, m->matches, m->ip) : NULL;
	json_t *protocol = NULL;
	const char *l4 = which(m->matches, "tcp", "udp");

	if (ip)
		protocol = old_peek(ip_kind(m->ip), ip, "protocol");
	if (!protocol)
		protocol = json_object_get(m->matches, "protocol");
	if (!protocol || has_both(m->matches, "tcp", "udp"))
		return l4;
	switch (old_protocol(protocol)) {
	case 6:
		return l4 && strcmp(l4, "tcp") != 0 ? NULL : "tcp";
	case 17:
		return l4 && strcmp(l4, "udp") != 0 ? NULL : "udp";
	default:
		return NULL;
	}
}

void
old_match_begin(struct old_match *m, const struct old *o,
    json_t *matches)
{
	*m = (struct old_match){ .matches = matches };
	m->ip = which(matches, "ipv4", "ipv6");
	if (!m->ip && !has_both(matches, "ipv4", "ipv6"))
		m->ip = o->ip;
	m->l4 = l4_of(m);
}

/* Where a member belongs, and of which kind that is; NULL: not to be told. */
static const char *
container_of(const struct old_match *m, const struct old_node *node,
    enum old_in *kind)
{
	if (node->in & IN(MUDMATCH)) {
		*kind = IN_MUDMATCH;
		return "ietf-mud:mud";
	}
	if (node->in & (IN(IPV4) | IN(IPV6)) && m->ip) {
		*kind = ip_kind(m->ip);
		return node->in & 1U << *kind ? m->ip : NULL;
	}
	if (node->in & (IN(TCP) | IN(UDP)) && m->l4) {
		*kind = l4_kind(m->l4);
		return node->in & 1U << *kind ? m->l4 : NULL;
	}
	return NULL;
}

const char *
old_match_to(const struct old_match *m, const struct old_node *node)
{
	enum old_in kind = IN_NOTHING;
	const char *name = container_of(m, node, &kind);
	json_t *there = name ? old_peek(IN_MATCHES, m->matches, name) : NULL;

	if (there && (!json_is_object(there) ||
	    old_peek(kind, there, node->name)))
		return NULL;
	if (name && json_object_get(json_object_get(m->moved, name),
	    node->name))
		return NULL;
	return name;
}

void
old_match_move(struct old_match *m, const struct old_node *node, json_t *v)
{
	enum old_in kind = IN_NOTHING;
	const char *name = container_of(m, node, &kind);
	json_t *to;

	if (!m->moved && !(m->moved = json_object()))
		xalloc_fail();
	to = json_object_get(m->moved, name);
	if (!to && (!(to = json_object()) ||
	    json_object_set_new(m->moved, name, to) < 0))
		xalloc_fail();
	if (json_object_set(to, node->name, v) < 0)
		xalloc_fail();
}

void
old_match_end(struct old_match *m, json_t *matches)
{
	const char *name;
	json_t *from, *to;

	json_object_foreach(m->moved, name, from) {
		to = json_object_get(matches, name);
		if (to ? json_object_update_missing(to, from) < 0 :
		    json_object_set(matches, name, from) < 0)
			xalloc_fail();
	}
	json_decref(m->moved);
	m->moved = NULL;
}

/* ---- Ethernet in lists of IP --------------------------------------------- */

static json_t *
acl_type(const json_t *acl)
{
	return json_object_get(acl, "type");
}

static bool
has_ethernet(const json_t *acl)
{
	const json_t *aces = json_object_get(acl, "aces");
	size_t i;
	json_t *ace;

	json_array_foreach(json_object_get(aces, "ace"), i, ace)
		if (json_object_get(json_object_get(ace, "matches"), "eth"))
			return true;
	return false;
}

/*
 * RFC 8519 lets a match of Ethernet stand where some list of the file is of
 * a type with Ethernet (its "when" looks at all of them). Only where none is
 * the file is wrong, and the type is what can say it.
 */
void
old_mixed(struct old *o, json_t *acls)
{
	json_t *list = json_object_get(acls, "acl"), *acl;
	const char *type;
	size_t i;

	json_array_foreach(list, i, acl) {
		type = old_type(acl_type(acl));
		if (type && strstr(type, "eth"))
			return;
	}
	json_array_foreach(list, i, acl) {
		type = old_type(acl_type(acl));
		if (!type || !has_ethernet(acl))
			continue;
		type = strcmp(type, "ipv4-acl-type") == 0 ?
		    "mixed-eth-ipv4-acl-type" : "mixed-eth-ipv6-acl-type";
		pointer_name(&o->at, "acl");
		pointer_index(&o->at, i);
		pointer_name(&o->at, "type");
		old_report(o, acl_type(acl), RULE_MIXED,
		    "a list with matches of Ethernet is of type \"%s\"", type);
		if (json_string_set(acl_type(acl), type) < 0)
			xalloc_fail();
		pointer_pop(&o->at);
		pointer_pop(&o->at);
		pointer_pop(&o->at);
	}
}
