/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "old_priv.h"
#include "xalloc.h"

/*
 * No deeper than the tree of the RFC; below that nothing is known. What is
 * inside is done first, so that pointers have the names of old throughout.
 */
static void walk(struct old *, enum old_in, json_t *, struct old_match *);

void
old_report(struct old *o, const json_t *value, enum old_rule rule,
    const char *fmt, ...)
{
	struct doc_place place = { 0, 0 };
	char reason[512];
	va_list ap;

	if (value)
		doc_place(o->doc, value, &place);
	if (!place.line && o->parent)
		doc_place_of(o->doc, o->parent, o->key, 0, &place);
	va_start(ap, fmt);
	(void)vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	findings_add(o->findings,
	    rule == RULE_UNCLEAR ? FINDING_ERROR : FINDING_WARNING,
	    old_rule_name(rule), o->at.text, place, old_rule_source(rule),
	    "%s", reason);
}

/* ---- values -------------------------------------------------------------- */

/* Lists have objects; what else is in one is lint's to find. */
static json_t *
list(struct old *o, const struct old_node *node, json_t *v)
{
	json_t *item;
	size_t i;

	if (json_is_object(v)) {
		old_report(o, v, RULE_SINGLE,
		    "a list of one entry is a list too");
		walk(o, node->child, v, NULL);
		v = json_pack("[O]", v);
		if (!v)
			xalloc_fail();
		return v;
	}
	json_array_foreach(v, i, item) {
		if (!json_is_object(item))
			continue;
		pointer_index(&o->at, i);
		walk(o, node->child, item, NULL);
		pointer_pop(&o->at);
	}
	return json_incref(v);
}

/* The value of a member in the form of the RFC; the caller's reference. */
static json_t *
value(struct old *o, const struct old_node *node, json_t *v,
    struct old_match *m)
{
	const json_t *parent = o->parent;
	const char *key = o->key;

	if (node->kind == KIND_LIST) {
		v = list(o, node, v);
	} else if (node->kind == KIND_PORTS) {
		if (json_is_object(v))
			walk(o, node->child, v, m);
		o->parent = parent;
		o->key = key;
		v = old_ports(o, v);
	} else if (node->child != IN_NOTHING && json_is_object(v)) {
		walk(o, node->child, v, m);
		v = json_incref(v);
	} else {
		v = old_value(o, node->kind, v);
	}
	o->parent = parent;
	o->key = key;
	return v;
}

/* ---- the walk ------------------------------------------------------------ */

static bool
has_old_names(enum old_in in, json_t *object)
{
	struct old_name name;
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v)
		if (old_name(in, key, &name) && name.rule != RULE_NONE)
			return true;
	return false;
}

static void
here(struct old *o, const json_t *parent, const char *key)
{
	o->parent = parent;
	o->key = key;
}

/* Nothing changes its name: each value in its place. */
static void
walk_values(struct old *o, enum old_in in, json_t *object,
    struct old_match *m)
{
	struct old_name name;
	const char *key;
	json_t *v, *now;
	void *i;

	for (i = json_object_iter(object); i;
	    i = json_object_iter_next(object, i)) {
		key = json_object_iter_key(i);
		v = json_object_iter_value(i);
		if (!old_name(in, key, &name))
			continue;
		pointer_name(&o->at, key);
		here(o, object, key);
		now = value(o, name.node, v, m);
		if (now != v)
			(void)json_object_iter_set(object, i, now);
		json_decref(now);
		pointer_pop(&o->at);
	}
}

/* Whether the name of the RFC is free, which then is said to be it. */
static bool
takes_name(struct old *o, const struct old_name *name, const json_t *from,
    const json_t *to, const char *key, const json_t *v)
{
	const char *now = name->node->name;

	if (name->rule == RULE_NONE || old_goes(name->node) ||
	    json_object_get(from, now) || json_object_get(to, now))
		return false;
	old_report(o, v, name->rule, "\"%s\" is \"%s\" now", key, now);
	o->draft |= name->rule == RULE_ACLS || name->rule == RULE_NAMES ||
	    name->rule == RULE_META;
	return true;
}

/* A member of matches that belongs into another object there. */
static void
move(struct old *o, const struct old_name *name, json_t *to, const char *key,
    json_t *v, struct old_match *m)
{
	const char *into = old_match_to(m, name->node);

	if (!into) {
		/* Read as if it was not there, it would allow more. */
		old_report(o, v, RULE_UNCLEAR, "the entry does not say of "
		    "what protocol or version of IP this is, or says it twice");
		old_set(to, key, v);
		return;
	}
	old_report(o, v, name->rule, "\"%s\" is \"%s\" of \"%s\" now", key,
	    name->node->name, into);
	v = value(o, name->node, v, m);
	old_match_move(m, name->node, v);
	json_decref(v);
}

static void
walk_member(struct old *o, enum old_in in, json_t *from, json_t *to,
    const char *key, json_t *v, struct old_match *m)
{
	struct old_name name;

	if (!old_name(in, key, &name)) {
		old_set(to, key, v);
		return;
	}
	pointer_name(&o->at, key);
	here(o, to, key);
	if (name.moved) {
		move(o, &name, to, key, v, m);
		pointer_pop(&o->at);
		return;
	}
	v = in == IN_ROOT ? json_incref(v) : value(o, name.node, v, m);
	if (old_take(o, &name, from, to, v)) {
		json_decref(v);
	} else if (takes_name(o, &name, from, to, key, v)) {
		old_set_new(to, name.node->name, v);
	} else {
		if (name.rule != RULE_NONE)
			old_report(o, v, RULE_UNCLEAR, "an older form that "
			    "says something that the RFC's does not");
		old_set_new(to, key, v);
	}
	pointer_pop(&o->at);
}

/* Built anew, in the same order, for names and what goes elsewhere. */
static void
walk_names(struct old *o, enum old_in in, json_t *object,
    struct old_match *m)
{
	json_t *from = json_copy(object), *v;
	const char *key;

	if (!from)
		xalloc_fail();
	(void)json_object_clear(object);
	if (in == IN_MATCHES)
		m->matches = from;
	json_object_foreach(from, key, v)
		walk_member(o, in, from, object, key, v, m);
	here(o, NULL, NULL);
	json_decref(from);
}

/* Notes the type under the list's name; two of a name are none. */
static void
note_type(struct old *o, json_t *acl)
{
	json_t *name = old_list_name(IN_ACL, acl);
	const char *type = old_type(old_peek(IN_ACL, acl, "type"));

	if (!name)
		return;
	if (!type || json_object_get(o->types, json_string_value(name)))
		type = "";
	old_set_new(o->types, json_string_value(name), json_string(type));
}

static const char *
ip_of(const char *type)
{
	return !type ? NULL : strcmp(type, "ipv4-acl-type") == 0 ? "ipv4" :
	    strcmp(type, "ipv6-acl-type") == 0 ? "ipv6" : NULL;
}

static void
walk(struct old *o, enum old_in in, json_t *object, struct old_match *m)
{
	struct old_match own;

	if (in == IN_ACL)
		o->ip = ip_of(old_type(old_peek(in, object, "type")));
	if (in == IN_MATCHES) {
		old_match_begin(&own, o, object);
		m = &own;
	}
	if (has_old_names(in, object))
		walk_names(o, in, object, m);
	else
		walk_values(o, in, object, m);
	if (in == IN_MATCHES)
		old_match_end(&own, object);
	if (in == IN_ACL)
		note_type(o, object);
	if (in == IN_ACLS)
		old_mixed(o, object);
}

/* ---- the whole ----------------------------------------------------------- */

static void
walk_root(struct old *o, json_t *root, enum old_in child)
{
	struct old_name name;
	const char *key;
	json_t *v;

	json_object_foreach(root, key, v) {
		if (!old_name(IN_ROOT, key, &name) ||
		    name.node->child != child || !json_is_object(v))
			continue;
		pointer_name(&o->at, key);
		walk(o, child, v, NULL);
		pointer_pop(&o->at);
	}
}

/* The lists first: policies are compared with them. */
static void
fix(struct old *o, json_t *root)
{
	json_t *mud;

	o->has_mud = json_is_object(old_peek(IN_ROOT, root, "ietf-mud:mud"));
	walk_root(o, root, IN_ACLS);
	walk_root(o, root, IN_MUD);
	if (has_old_names(IN_ROOT, root))
		walk_names(o, IN_ROOT, root, NULL);
	mud = json_object_get(root, "ietf-mud:mud");
	if (!json_is_object(mud))
		return;
	old_turn_lists(o, mud, "from-device");
	old_turn_lists(o, mud, "to-device");
	if (o->draft && !json_object_get(mud, "mud-version")) {
		pointer_name(&o->at, "ietf-mud:mud");
		old_report(o, mud, RULE_VERSION,
		    "a draft's file had no \"mud-version\": now 1");
		pointer_pop(&o->at);
		old_set_new(mud, "mud-version", json_integer(1));
	}
}

void
old_to_rfc(struct doc *d, struct findings *f)
{
	struct old o = { .doc = d, .findings = f, .at = POINTER_INIT };

	o.types = json_object();
	o.turns = json_array();
	if (!o.types || !o.turns)
		xalloc_fail();
	fix(&o, doc_root(d));
	json_decref(o.types);
	json_decref(o.turns);
}
