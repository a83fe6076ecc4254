/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lint_priv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "xalloc.h"

#define R8519	"RFC 8519 section 4.1"

enum { FROM = 1, TO = 2 };	/* which policies name a list */
enum { ETH = 1, V4 = 2, V6 = 4 };	/* what a type of list is about */

/* One access list. */
struct list {
	unsigned used;		/* FROM, TO */
	unsigned about;		/* ETH, V4, V6; 0: there is no type */
	size_t aces;
};

struct lists {
	struct list *v;		/* owned; as they are in the file */
	size_t n;
	json_t *index;		/* owned; by name */
	unsigned about;		/* of all */
	size_t aces;		/* that the policies have in all */
};

/*
 * Goes down to a member; NULL: it is not there, nothing to leave. `module`
 * is also that of the node around it.
 */
static const json_t *
enter(struct lint *l, const json_t *obj, const char *module, const char *name)
{
	const char *written;
	const json_t *v = lint_member(obj, module, module, name, &written);

	if (v)
		lint_down(l, v, written, 0);
	return v;
}

static const json_t *
acl_member(const json_t *obj, const char *name)
{
	return lint_member(obj, schema_acl, schema_acl, name, NULL);
}

static unsigned
about(const char *type)
{
	unsigned bits = 0;

	if (!type || !strstr(type, "-acl-type"))
		return 0;
	bits |= strstr(type, "eth-") ? ETH : 0;
	bits |= strstr(type, "ipv4-") ? V4 : 0;
	bits |= strstr(type, "ipv6-") ? V6 : 0;
	return bits;
}

/* Which lists there are. */

static void
lists_read(struct lists *all, const json_t *array)
{
	const json_t *acl;
	const char *name;
	size_t i;

	all->n = json_array_size(array);
	all->v = xcalloc(all->n + 1, sizeof(*all->v));
	all->index = json_object();
	if (!all->index)
		xalloc_fail();
	for (i = 0; i < all->n; i++) {
		acl = json_array_get(array, i);
		all->v[i].about = about(json_string_value(
		    acl_member(acl, "type")));
		all->v[i].aces = json_array_size(
		    acl_member(acl_member(acl, "aces"), "ace"));
		all->about |= all->v[i].about;
		name = json_string_value(acl_member(acl, "name"));
		if (name && json_object_set_new(all->index, name,
		    json_integer((json_int_t)i)) < 0)
			xalloc_fail();
	}
}

static void
lists_release(struct lists *all)
{
	json_decref(all->index);
	free(all->v);
}

/* A policy's entry: the name of a list. */
static void
use_list(struct lint *l, struct lists *all, const json_t *entry, unsigned dir)
{
	const json_t *name = enter(l, entry, schema_mud, "name"), *at;
	struct list *list;

	if (!name)
		return;
	at = json_is_string(name) ?
	    json_object_get(all->index, json_string_value(name)) : NULL;
	if (at) {
		list = &all->v[json_integer_value(at)];
		if (!(list->used & dir))
			all->aces += list->aces;
		list->used |= dir;
	} else if (json_is_string(name)) {
		lint_say(l, FINDING_ERROR, "acl-unknown",
		    "RFC 8520 section 3.3",
		    "there is no access list of the name \"%.64s\"",
		    json_string_value(name));
	}
	lint_up(l);
}

static void
use_lists(struct lint *l, struct lists *all, const json_t *array, unsigned dir)
{
	const json_t *entry;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		entry = json_array_get(array, i);
		lint_down(l, entry, NULL, i);
		use_list(l, all, entry, dir);
		lint_up(l);
	}
}

static void
check_policy(struct lint *l, struct lists *all, const json_t *mud,
    const char *name, unsigned dir)
{
	const json_t *policy, *lists, *array;

	policy = enter(l, mud, schema_mud, name);
	if (!policy)
		return;
	lists = enter(l, policy, schema_mud, "access-lists");
	if (lists) {
		array = enter(l, lists, schema_mud, "access-list");
		if (array) {
			use_lists(l, all, array, dir);
			lint_up(l);
		}
		lint_up(l);
	}
	lint_up(l);
}

/* Matches. */

/* Whether there is any leaf known here below. */
static bool
has_leaf(const json_t *obj, const struct schema_node *node)
{
	const struct schema_node *child;
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)obj, name, v) {
		child = schema_child(node, name);
		if (!child)
			continue;
		if (child->kind != SCHEMA_CONTAINER || has_leaf(v, child))
			return true;
	}
	return false;
}

/*
 * "when" of eth, ipv4 and ipv6. By its XPath a list of the right type
 * anywhere in the file is enough (an error otherwise), by its sense it is the
 * type of the list itself (a warning).
 */
static void
check_when(struct lint *l, const struct lists *all, const struct list *list,
    unsigned bit, const char *what)
{
	if (!(all->about & bit))
		lint_say(l, FINDING_ERROR, "acl-type", R8519,
		    "matches on %s need an access list of a type for them",
		    what);
	else if (list->about && !(list->about & bit))
		lint_say(l, FINDING_WARNING, "acl-type", R8519,
		    "the type of this access list is not for matches on %s",
		    what);
}

/* A name of the device's own side says nothing: which side that is, `dir`. */
static void
check_name(struct lint *l, const json_t *ip, const char *name, unsigned own,
    unsigned used)
{
	const json_t *v;
	const char *written, *s;

	v = lint_member(ip, schema_acl, schema_acldns, name, &written);
	s = json_string_value(v);
	if (!s)
		return;
	lint_down(l, v, written, 0);
	if (used == own)
		lint_say(l, FINDING_WARNING, "direction",
		    "RFC 8520 section 8", "%s", own == FROM ?
		    "what comes from the device has the device as source" :
		    "what goes to the device has it as destination");
	if (strchr(s, ':') || strspn(s, "0123456789.") == strlen(s))
		lint_say(l, FINDING_WARNING, "dns-name", "RFC 8520 section 8",
		    "an address, where a name is meant to be");
	lint_up(l);
}

/* The number that ip's "protocol" must be for a container of layer 4. */
static void
check_protocol(struct lint *l, const json_t *ip, const json_t *matches,
    bool v6)
{
	static const struct { const char *name; int v4, v6; } l4[] = {
		{ "tcp", 6, 6 }, { "udp", 17, 17 }, { "icmp", 1, 58 },
	};
	const json_t *v = enter(l, ip, schema_acl, "protocol");
	size_t i;
	int want;

	if (!v)
		return;
	for (i = 0; i < sizeof(l4) / sizeof(l4[0]); i++) {
		want = v6 ? l4[i].v6 : l4[i].v4;
		if (json_is_integer(v) && json_integer_value(v) != want &&
		    acl_member(matches, l4[i].name))
			lint_say(l, FINDING_WARNING, "choice", R8519,
			    "\"%s\" is protocol %d: both never match",
			    l4[i].name, want);
	}
	lint_up(l);
}

static const struct schema_node *
matches_node(void)
{
	static const char *const path[] = { "acl", "aces", "ace", "matches" };
	const struct schema_node *node = &schema_root[1];
	size_t i;

	for (i = 0; i < sizeof(path) / sizeof(path[0]); i++)
		node = schema_child(node, path[i]);
	return node;
}

static void
check_layers(struct lint *l, const struct lists *all, const struct list *list,
    const json_t *matches)
{
	static const struct { const char *name; unsigned bit; } layer[] = {
		{ "eth", ETH }, { "ipv4", V4 }, { "ipv6", V6 },
	};
	const struct schema_node *node = matches_node();
	const json_t *v;
	size_t i;

	for (i = 0; i < sizeof(layer) / sizeof(layer[0]); i++) {
		v = enter(l, matches, schema_acl, layer[i].name);
		if (!v)
			continue;
		if (has_leaf(v, schema_child(node, layer[i].name)))
			check_when(l, all, list, layer[i].bit, layer[i].name);
		if (layer[i].bit != ETH) {
			check_name(l, v, "src-dnsname", FROM, list->used);
			check_name(l, v, "dst-dnsname", TO, list->used);
			check_protocol(l, v, matches, layer[i].bit == V6);
		}
		lint_up(l);
	}
}

static void
check_port(struct lint *l, const json_t *l4, const char *name)
{
	const json_t *ports = enter(l, l4, schema_acl, name), *lo, *hi;

	if (!ports)
		return;
	lo = acl_member(ports, "lower-port");
	hi = acl_member(ports, "upper-port");
	if (json_is_integer(lo) && json_is_integer(hi) &&
	    json_integer_value(lo) > json_integer_value(hi))
		lint_say(l, FINDING_ERROR, "port-range",
		    "RFC 8519 section 4.2",
		    "the lower port is above the upper one");
	lint_up(l);
}

static void
check_ports(struct lint *l, const json_t *matches, const char *name)
{
	const json_t *l4 = enter(l, matches, schema_acl, name);

	if (!l4)
		return;
	check_port(l, l4, "source-port");
	check_port(l, l4, "destination-port");
	lint_up(l);
}

/* Entries. */

/* Whether a node holds the identity, written with its module or without. */
static bool
is_identity(const json_t *v, const char *word)
{
	const char *s = json_string_value(v), *colon;

	if (!s)
		return false;
	colon = strchr(s, ':');
	return strcmp(colon ? colon + 1 : s, word) == 0;
}

static void
check_actions(struct lint *l, const json_t *ace)
{
	static const struct { const char *name, *word, *what; } odd[] = {
		{ "forwarding", "reject", "only \"accept\" and \"drop\" are "
		    "for MUD files; this may be taken for \"drop\"" },
		{ "logging", "log-syslog", "only forwarding is for MUD files; "
		    "this may be ignored" },
	};
	const json_t *actions = enter(l, ace, schema_acl, "actions"), *v;
	size_t i;

	if (!actions)
		return;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		v = enter(l, actions, schema_acl, odd[i].name);
		if (!v)
			continue;
		if (is_identity(v, odd[i].word))
			lint_say(l, FINDING_WARNING, "action",
			    "RFC 8520 section 2", "%s", odd[i].what);
		lint_up(l);
	}
	lint_up(l);
}

static void
check_ace(struct lint *l, const struct lists *all, const struct list *list,
    const json_t *ace)
{
	const json_t *matches = enter(l, ace, schema_acl, "matches");
	bool any = has_leaf(matches, matches_node());

	if (matches) {
		check_layers(l, all, list, matches);
		check_ports(l, matches, "tcp");
		check_ports(l, matches, "udp");
		lint_up(l);
	}
	if (!any && json_is_object(ace))
		lint_say(l, FINDING_WARNING, "empty-match", R8519,
		    "an entry without matches is for everything");
	check_actions(l, ace);
}

static void
check_aces(struct lint *l, const struct lists *all, const struct list *list,
    const json_t *acl)
{
	const json_t *aces = enter(l, acl, schema_acl, "aces"), *array, *ace;
	size_t i;

	if (!aces)
		return;
	array = enter(l, aces, schema_acl, "ace");
	if (array) {
		for (i = 0; i < json_array_size(array); i++) {
			ace = json_array_get(array, i);
			lint_down(l, ace, NULL, i);
			check_ace(l, all, list, ace);
			lint_up(l);
		}
		lint_up(l);
	}
	lint_up(l);
}

static void
check_list(struct lint *l, const struct lists *all, const struct list *list,
    const json_t *acl)
{
	if (list->used == 0 && json_is_object(acl))
		lint_say(l, FINDING_WARNING, "acl-unused",
		    "RFC 8520 section 3.3", "no policy names this access list");
	if (list->used == (FROM | TO))
		lint_say(l, FINDING_WARNING, "acl-shared",
		    "RFC 8520 section 3.3",
		    "both policies name this access list");
	check_aces(l, all, list, acl);
}

static void
check_lists(struct lint *l, const struct lists *all, const json_t *acls)
{
	const json_t *array, *acl;
	const char *written;
	size_t i;

	(void)lint_member(doc_root(l->doc), NULL, schema_acl, "acls",
	    &written);
	lint_down(l, acls, written, 0);
	array = enter(l, acls, schema_acl, "acl");
	if (array) {
		for (i = 0; i < all->n; i++) {
			acl = json_array_get(array, i);
			lint_down(l, acl, NULL, i);
			check_list(l, all, &all->v[i], acl);
			lint_up(l);
		}
		lint_up(l);
	}
	lint_up(l);
}

void
lint_acl_rules(struct lint *l, const json_t *mud, const json_t *acls)
{
	struct lists all = { .n = 0 };
	const char *written;

	lists_read(&all, acl_member(acls, "acl"));
	(void)lint_member(doc_root(l->doc), NULL, schema_mud, "mud",
	    &written);
	if (mud) {
		lint_down(l, mud, written, 0);
		check_policy(l, &all, mud, "from-device-policy", FROM);
		check_policy(l, &all, mud, "to-device-policy", TO);
		if (all.aces > MUD_ACES_MAX)
			lint_say(l, FINDING_ERROR, "too-many", NULL,
			    "the policies have %zu entries, more than %d",
			    all.aces, MUD_ACES_MAX);
		lint_up(l);
	}
	if (acls)
		check_lists(l, &all, acls);
	lists_release(&all);
}
