/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lint.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lint_priv.h"
#include "old.h"
#include "xalloc.h"

#define R7951(n)	"RFC 7951 section " n

/* Where it is. */

void
lint_down(struct lint *l, const json_t *v, const char *name, size_t index)
{
	/* What is deeper than any document is not followed any further. */
	if (l->depth < sizeof(l->up) / sizeof(l->up[0])) {
		l->up[l->depth].v = v;
		l->up[l->depth].name = name;
		l->up[l->depth].index = index;
	}
	l->depth++;
	if (name)
		pointer_name(&l->at, name);
	else
		pointer_index(&l->at, index);
}

void
lint_up(struct lint *l)
{
	l->depth--;
	pointer_pop(&l->at);
}

/* A value that was not in the text is where the nearest one above it is. */
static struct doc_place
place(const struct lint *l)
{
	struct doc_place at = { 0, 0 };
	const json_t *parent;
	size_t i = l->depth;

	if (i > sizeof(l->up) / sizeof(l->up[0]))
		i = sizeof(l->up) / sizeof(l->up[0]);
	for (; i > 0 && at.line == 0; i--) {
		parent = i > 1 ? l->up[i - 2].v : doc_root(l->doc);
		doc_place(l->doc, l->up[i - 1].v, &at);
		if (at.line == 0)
			doc_place_of(l->doc, parent, l->up[i - 1].name,
			    l->up[i - 1].index, &at);
	}
	if (at.line == 0)
		doc_place(l->doc, doc_root(l->doc), &at);
	return at;
}

void
lint_say(struct lint *l, enum severity severity, const char *rule,
    const char *source, const char *fmt, ...)
{
	char text[FINDING_REASON];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	findings_add(l->out, severity, rule, l->at.text, place(l), source,
	    "%s", text);
}

const json_t *
lint_member(const json_t *obj, const char *parent, const char *module,
    const char *name, const char **written)
{
	char full[96];
	const json_t *v;
	const char *as = name;

	v = parent == module ? json_object_get(obj, name) : NULL;
	if (!v) {
		(void)snprintf(full, sizeof(full), "%s:%s", module, name);
		v = json_object_get(obj, full);
		as = v ? json_object_iter_key(json_object_iter_at(
		    (json_t *)(uintptr_t)obj, full)) : NULL;
	}
	if (written)
		*written = as;
	return v;
}

/* The walk along the tables. */

static void walk_object(struct lint *, const json_t *obj,
    const struct schema_node *table, const char *module, unsigned flags);

/* The row of that name whatever its module, for a hint; or NULL. */
static const struct schema_node *
same_name(const struct schema_node *table, const char *name)
{
	const char *colon = strrchr(name, ':');

	if (colon)
		name = colon + 1;
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/*
 * A node of a module that is not known: of an extension, then, and those that
 * are declared may be the ones that have it. Who reads such a file has to
 * ignore it, who writes it may not do so.
 */
static void
foreign(struct lint *l, const char *name)
{
	const char *colon = strchr(name, ':'), *declared;
	json_t *v;

	if (!colon || name[0] == '@' || schema_is_module(name))
		return;
	json_object_foreach(l->declared, declared, v)
		if (!schema_extension_source(declared))
			return;
	lint_say(l, l->opts->rfc ? FINDING_ERROR : FINDING_WARNING,
	    "extension-undeclared", "RFC 8520 section 3.9",
	    "\"extensions\" names none that could be of module \"%.*s\"",
	    (int)(colon - name > 64 ? 64 : colon - name), name);
}

static void
unknown(struct lint *l, const struct schema_node *table, const char *module,
    const char *name, unsigned flags)
{
	const struct schema_node *near = same_name(table, name);
	bool match = flags & SCHEMA_MATCHES, bare = !strchr(name, ':');
	enum severity severity = match ? FINDING_WARNING : FINDING_NOTE;
	const char *rule = match ? "unknown-match" : "unknown-node";
	const char *what = "no node known here has this name; ignored";

	if (!module && bare) {
		severity = FINDING_ERROR;
		what = "names at the top must have their module";
	}
	if (strcmp(name, "direction-initiated") == 0 ||
	    strcmp(name, "ietf-mud:direction-initiated") == 0)
		what = "only TCP has a direction in which it is initiated; "
		    "ignored";
	if (near)
		lint_say(l, severity, rule, R7951("4"),
		    "the name of this node is \"%s%s%s\"; ignored",
		    near->module == module ? "" : near->module,
		    near->module == module ? "" : ":", near->name);
	else
		lint_say(l, severity, rule, severity == FINDING_ERROR ?
		    R7951("4") : "RFC 8520 section 3.9", "%s", what);
	if (!near)
		foreign(l, name);
}

/* Once for each extension: whether the file says that it uses it. */
static void
use_extension(struct lint *l, const struct schema_node *node)
{
	const char *name = schema_extension(node->module);
	size_t i;

	if (!name)
		return;
	for (i = 0; i < l->nused; i++)
		if (l->used[i] == name || strcmp(l->used[i], name) == 0)
			return;
	l->used[l->nused++] = name;
	if (json_object_get(l->declared, name) == NULL)
		lint_say(l, FINDING_ERROR, "extension-undeclared",
		    "RFC 8520 section 3.9",
		    "\"extensions\" does not name \"%s\", of which this is",
		    name);
}

static void
walk_leaf(struct lint *l, const struct schema_node *node, const json_t *v)
{
	char why[SCHEMA_WHY];
	const char *rule;

	if (!schema_check(node->type, v, &rule, why))
		lint_say(l, FINDING_ERROR, rule, node->source, "%s", why);
}

/* Adds to a set; false: it was there. */
static bool
put_new(json_t *set, const char *s)
{
	if (json_object_get(set, s))
		return false;
	if (json_object_set_new(set, s, json_null()) < 0)
		xalloc_fail();
	return true;
}

static json_t *
new_set(void)
{
	json_t *set = json_object();

	if (!set)
		xalloc_fail();
	return set;
}

static bool
is_new_value(json_t *set, const json_t *v)
{
	char digits[24];

	if (json_is_string(v))
		return put_new(set, json_string_value(v));
	if (!json_is_integer(v))
		return true;
	(void)snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
	    json_integer_value(v));
	return put_new(set, digits);
}

static void
walk_leaves(struct lint *l, const struct schema_node *node, const json_t *v)
{
	json_t *seen;
	const json_t *item;
	size_t i;

	if (!json_is_array(v)) {
		lint_say(l, FINDING_ERROR, "bad-type", node->source,
		    "must be an array of values");
		return;
	}
	seen = new_set();
	for (i = 0; i < json_array_size(v); i++) {
		item = json_array_get(v, i);
		lint_down(l, item, NULL, i);
		walk_leaf(l, node, item);
		if (!is_new_value(seen, item))
			lint_say(l, FINDING_ERROR, "duplicate-value",
			    node->source, "this value was there before");
		lint_up(l);
	}
	json_decref(seen);
}

static void
walk_entry(struct lint *l, const struct schema_node *node, const json_t *v,
    json_t *keys, unsigned flags)
{
	const char *key;

	if (!json_is_object(v)) {
		lint_say(l, FINDING_ERROR, "bad-type", node->source,
		    "must be an object");
		return;
	}
	key = json_string_value(lint_member(v, node->module, node->module,
	    node->key, NULL));
	if (key && !put_new(keys, key))
		lint_say(l, FINDING_ERROR, "duplicate-key", node->source,
		    "a \"%s\" with %s \"%.64s\" was there before", node->name,
		    node->key, key);
	walk_object(l, v, node->child, node->module, flags);
}

static void
walk_list(struct lint *l, const struct schema_node *node, const json_t *v,
    unsigned flags)
{
	json_t *keys;
	const json_t *item;
	size_t i;

	if (!json_is_array(v)) {
		lint_say(l, FINDING_ERROR, "bad-type", node->source,
		    "must be an array of objects");
		return;
	}
	keys = new_set();
	for (i = 0; i < json_array_size(v); i++) {
		item = json_array_get(v, i);
		lint_down(l, item, NULL, i);
		walk_entry(l, node, item, keys, flags);
		lint_up(l);
	}
	json_decref(keys);
}

static void
walk_node(struct lint *l, const struct schema_node *node, const json_t *v,
    unsigned flags)
{
	switch (node->kind) {
	case SCHEMA_LEAF:
		walk_leaf(l, node, v);
		break;
	case SCHEMA_LEAF_LIST:
		walk_leaves(l, node, v);
		break;
	case SCHEMA_LIST:
		walk_list(l, node, v, flags);
		break;
	case SCHEMA_CONTAINER:
		if (json_is_object(v))
			walk_object(l, v, node->child, node->module, flags);
		else
			lint_say(l, FINDING_ERROR, "bad-type", node->source,
			    "must be an object");
	}
}

/* What RFC 8520 section 2 says about nodes that other modules allow. */
static void
out_of_place(struct lint *l, const struct schema_node *node)
{
	if (node->flags & SCHEMA_BEYOND)
		lint_say(l, FINDING_WARNING, "misplaced-node",
		    "RFC 8520 section 2",
		    "MUD files should do without this part of RFC 8519");
	if (node->flags & SCHEMA_ADDRESS)
		lint_say(l, FINDING_WARNING, "network", "RFC 8520 section 2",
		    "MUD files should name hosts by DNS name or class, not by "
		    "address");
}

/* One known member; `seen` is the name by which the node was there before. */
static void
walk_member(struct lint *l, const struct schema_node *node, const char *name,
    const json_t *v, const char *module, unsigned flags, const char *seen)
{
	if (seen)
		lint_say(l, FINDING_ERROR, "duplicate-key", R7951("4"),
		    "the same node as \"%s\"", seen);
	if (module == node->module && strchr(name, ':'))
		lint_say(l, FINDING_WARNING, "needless-module", R7951("4"),
		    "must be written without its module: \"%s\"",
		    node->name);
	use_extension(l, node);
	out_of_place(l, node);
	walk_node(l, node, v, flags | (node->flags & SCHEMA_MATCHES));
}

/* Whether nodes of the same case as the i-th are there. */
static bool
case_present(const struct schema_node *table, const char *const *seen,
    unsigned flags)
{
	size_t i;

	for (i = 0; table[i].name; i++)
		if (seen[i] && table[i].flags >> 8 == flags >> 8)
			return true;
	return false;
}

/* A container is missing where a node in it is. */
static void
missing(struct lint *l, const struct schema_node *node, const char *module)
{
	const struct schema_node *in = node->child;

	if (!module) {
		lint_say(l, FINDING_ERROR, "missing-node", node->source,
		    "there must be \"%s:%s\"", node->module, node->name);
		return;
	}
	while (in && !(in->flags & SCHEMA_MANDATORY))
		in++;
	lint_say(l, FINDING_ERROR, "missing-node", node->source, in ?
	    "there must be \"%s\" with \"%s\"" : "there must be \"%s\"",
	    node->name, in ? in->name : "");
}

static void
check_missing(struct lint *l, const struct schema_node *table,
    const char *module, const char *const *seen)
{
	size_t i;

	for (i = 0; table[i].name; i++) {
		if (seen[i] || !(table[i].flags & SCHEMA_MANDATORY))
			continue;
		if (!SCHEMA_CHOICE_OF(table[i].flags) ||
		    case_present(table, seen, table[i].flags))
			missing(l, &table[i], module);
	}
}

/* The first one seen of another case of the same choice, or NULL. */
static const char *
other_case(const struct schema_node *table, const char *const *seen, size_t i)
{
	unsigned f = table[i].flags;
	size_t k;

	for (k = 0; k < i; k++)
		if (seen[k] && SCHEMA_CHOICE_OF(table[k].flags) ==
		    SCHEMA_CHOICE_OF(f) &&
		    SCHEMA_CASE_OF(table[k].flags) != SCHEMA_CASE_OF(f))
			return table[k].name;
	return NULL;
}

static void
check_choices(struct lint *l, const json_t *obj,
    const struct schema_node *table, const char *const *seen)
{
	const char *other;
	size_t i;

	for (i = 0; table[i].name; i++) {
		if (!seen[i] || !SCHEMA_CHOICE_OF(table[i].flags))
			continue;
		other = other_case(table, seen, i);
		if (!other)
			continue;
		lint_down(l, json_object_get(obj, seen[i]), seen[i], 0);
		lint_say(l, FINDING_ERROR, "choice", table[i].source,
		    "\"%s\" and \"%s\" exclude each other", other,
		    table[i].name);
		lint_up(l);
	}
}

static void
walk_object(struct lint *l, const json_t *obj, const struct schema_node *table,
    const char *module, unsigned flags)
{
	const char *seen[SCHEMA_CHILDREN] = { NULL };
	const struct schema_node *node;
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)obj, name, v) {
		lint_down(l, v, name, 0);
		node = schema_find(table, module, name);
		if (node) {
			walk_member(l, node, name, v, module, flags,
			    seen[node - table]);
			seen[node - table] = name;
		} else {
			unknown(l, table, module, name, flags);
		}
		lint_up(l);
	}
	check_missing(l, table, module, seen);
	check_choices(l, obj, table, seen);
}

static void
read_extensions(struct lint *l)
{
	const json_t *mud, *list;
	size_t i;

	l->declared = new_set();
	mud = lint_member(doc_root(l->doc), NULL, schema_mud, "mud", NULL);
	list = lint_member(mud, schema_mud, schema_mud, "extensions", NULL);
	for (i = 0; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)))
			(void)put_new(l->declared,
			    json_string_value(json_array_get(list, i)));
}

void
lint(struct doc *doc, const struct lint_opts *opts, struct findings *out)
{
	struct lint l = { .doc = doc, .opts = opts, .out = out,
	    .at = POINTER_INIT };

	if (!opts->rfc)
		old_to_rfc(doc, out);
	read_extensions(&l);
	walk_object(&l, doc_root(doc), schema_root, NULL, 0);
	lint_rules(&l);
	json_decref(l.declared);
}
