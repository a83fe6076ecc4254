/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "norm.h"
#include "xalloc.h"

#define NAME_MAX_BYTES	64	/* of an entry or list (RFC 8519) */

/*
 * Lists are put together by direction and type: what applies to the same
 * packets. The entries of a list until the first one that forbids are its
 * head, those from there on its tail. Heads only allow, so they may be put
 * together in any order, before the tail; there can only be one tail, since
 * each forbids more than the others would have it.
 */
struct list {
	const struct mud *m;
	char **keys;		/* of m's entries; not owned */
	size_t from, tail, to;	/* entries of m */
};

struct merger {
	const struct mud *const *muds;
	size_t n;
	char ***keys;		/* of each file's entries */
	struct list *lists;	/* of all files; owned */
	size_t nlists;
	json_t *root, *acls;
	const char *why;
};

/* What lists are put together. */
struct slot {
	enum mud_dir dir;
	const char *type;	/* or NULL */
	json_t *aces, *keys, *names;	/* so far; keys and names as sets */
};

static bool
fits(const struct slot *s, const struct mud_ace *a)
{
	if (a->dir != s->dir || !a->acl_type != !s->type)
		return false;
	return !s->type || strcmp(a->acl_type, s->type) == 0;
}

static void
must(int failed)
{
	if (failed)
		xalloc_fail();
}

/* Its name, or one made of it that is not taken; at most 64 characters. */
static void
name_ace(struct slot *s, json_t *ace, const char *name)
{
	char text[NAME_MAX_BYTES + 1];
	unsigned i = 1;
	int n;

	(void)snprintf(text, sizeof(text), "%s", name ? name : "ace");
	if (!name || strcmp(text, name) != 0)
		(void)snprintf(text, sizeof(text), "ace");
	name = name ? name : "ace";
	while (json_object_get(s->names, text)) {
		n = snprintf(text, sizeof(text), "%s-%u", name, ++i);
		if (n < 0 || (size_t)n >= sizeof(text))
			(void)snprintf(text, sizeof(text), "ace-%u", i);
	}
	must(json_object_set_new(s->names, text, json_true()));
	must(json_object_set_new(ace, "name", json_string(text)));
}

static void
add_ace(struct slot *s, const struct mud_ace *a, const char *key)
{
	json_t *copy;

	if (json_object_get(s->keys, key))
		return;
	must(json_object_set_new_nocheck(s->keys, key, json_true()));
	copy = json_deep_copy(a->json);
	must(!copy);
	name_ace(s, copy, a->name);
	must(json_array_append_new(s->aces, copy));
}

static bool
in_slot(const struct slot *s, const struct list *l)
{
	return fits(s, &l->m->aces[l->from]);
}

/* The tail as text, in runs of entries that may change places. */
static char *
tail_text(const struct list *l)
{
	json_t *runs = json_array(), *run = NULL;
	bool accept = true;
	size_t i;
	char *text;

	for (i = l->tail; i < l->to; i++) {
		if (!run || l->m->aces[i].accept != accept) {
			run = json_object();
			must(json_array_append_new(runs, run));
		}
		accept = l->m->aces[i].accept;
		must(json_object_set_new_nocheck(run, l->keys[i],
		    json_true()));
	}
	text = json_dumps(runs, JSON_SORT_KEYS);
	must(!text);
	json_decref(runs);
	return text;
}

/* The list whose tail is taken, NULL if there is none; false: they differ. */
static bool
choose_tail(const struct merger *g, const struct slot *s,
    const struct list **chosen)
{
	const struct list *l;
	char *text, *first = NULL;
	bool alike = true;

	*chosen = NULL;
	for (l = g->lists; l < g->lists + g->nlists && alike; l++) {
		if (!in_slot(s, l) || l->tail == l->to)
			continue;
		text = tail_text(l);
		if (first) {
			alike = strcmp(first, text) == 0;
			free(text);
		} else {
			first = text;
			*chosen = l;
		}
	}
	free(first);
	return alike;
}

static void
add_range(struct slot *s, const struct list *l, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++)
		add_ace(s, &l->m->aces[i], l->keys[i]);
}

/* false: it cannot be said. */
static bool
fill(struct merger *g, struct slot *s)
{
	const struct list *l, *tail;

	if (!choose_tail(g, s, &tail)) {
		g->why = "the files forbid different things";
		return false;
	}
	for (l = g->lists; l < g->lists + g->nlists; l++)
		if (in_slot(s, l))
			add_range(s, l, l->from, l->tail);
	if (tail)
		add_range(s, tail, tail->tail, tail->to);
	return true;
}

/* The list of a slot into the tree: "from-ipv4", "to-ethernet". */
static void
put_list(struct merger *g, const struct slot *s)
{
	static const char *const policies[] = { "from-device-policy",
	    "to-device-policy" };
	json_t *mud = json_object_get(g->root, "ietf-mud:mud");
	json_t *policy, *list, *acl;
	char name[NAME_MAX_BYTES + 1];
	const char *type = s->type ? s->type : "any-acl-type";
	size_t n = strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (n > 9 && strncmp(type + n - 9, "-acl-type", 9) == 0)
		n -= 9;
	(void)snprintf(name, sizeof(name), "%s-%.*s", s->dir ==
	    MUD_FROM_DEVICE ? "from" : "to", n > 40 ? 40 : (int)n, type);
	policy = json_object_get(mud, policies[s->dir]);
	list = json_object_get(json_object_get(policy, "access-lists"),
	    "access-list");
	if (!list) {
		policy = json_pack("{s:{s:[]}}", "access-lists",
		    "access-list");
		must(json_object_set_new(mud, policies[s->dir], policy));
		list = json_object_get(json_object_get(policy,
		    "access-lists"), "access-list");
	}
	must(json_array_append_new(list, json_pack("{s:s}", "name", name)));
	acl = json_object();
	must(json_object_set_new(acl, "name", json_string(name)));
	if (s->type)
		must(json_object_set_new(acl, "type", json_string(s->type)));
	must(json_object_set_new(acl, "aces", json_pack("{s:O}", "ace",
	    s->aces)));
	must(json_array_append_new(g->acls, acl));
}

static bool
put_slot(struct merger *g, const struct mud_ace *a)
{
	struct slot s = { .dir = a->dir, .type = a->acl_type,
	    .aces = json_array(), .keys = json_object(),
	    .names = json_object() };
	bool ok = fill(g, &s);

	if (ok)
		put_list(g, &s);
	json_decref(s.aces);
	json_decref(s.keys);
	json_decref(s.names);
	return ok;
}

static void
find_lists(struct merger *g, size_t file)
{
	const struct mud *m = g->muds[file];
	struct list *l = NULL;
	size_t i;

	for (i = 0; i < m->naces; i++) {
		if (i == 0 || m->aces[i].list != m->aces[i - 1].list) {
			l = &g->lists[g->nlists++];
			*l = (struct list){ .m = m, .keys = g->keys[file],
			    .from = i, .tail = i };
		}
		/* The head goes on as long as it has no end. */
		if (l->tail == i && m->aces[i].accept)
			l->tail = i + 1;
		l->to = i + 1;
	}
}

/* Each slot where it comes first. */
static bool
put_all(struct merger *g)
{
	const struct mud_ace *a;
	struct slot s;
	size_t i, k;

	for (i = 0; i < g->nlists; i++) {
		a = &g->lists[i].m->aces[g->lists[i].from];
		s = (struct slot){ .dir = a->dir, .type = a->acl_type };
		for (k = 0; k < i && !in_slot(&s, &g->lists[k]); k++)
			;
		if (k == i && !put_slot(g, a))
			return false;
	}
	return true;
}

static bool
lists_text(const json_t *list, const char *text)
{
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)list, i, j)
		if (json_is_string(j) &&
		    strcmp(json_string_value(j), text) == 0)
			return true;
	return false;
}

/* Entries of the others may need them. */
static void
add_extensions(struct merger *g)
{
	json_t *mud = json_object_get(g->root, "ietf-mud:mud");
	json_t *list = json_object_get(mud, "extensions");
	const struct mud *m;
	size_t i, k;

	for (i = 1; i < g->n; i++) {
		m = g->muds[i];
		for (k = 0; k < m->nextensions; k++) {
			if (!list) {
				list = json_array();
				must(json_object_set_new(mud, "extensions",
				    list));
			}
			if (!lists_text(list, m->extensions[k]))
				must(json_array_append_new(list, json_string(
				    m->extensions[k])));
		}
	}
}

/* The first file without its lists. */
static void
begin(struct merger *g)
{
	json_t *mud;

	g->root = json_deep_copy(g->muds[0]->root);
	must(!g->root);
	mud = json_object_get(g->root, "ietf-mud:mud");
	(void)json_object_del(mud, "from-device-policy");
	(void)json_object_del(mud, "to-device-policy");
	(void)json_object_del(g->root, "ietf-access-control-list:acls");
	add_extensions(g);
	g->acls = json_array();
	must(json_object_set_new(g->root, "ietf-access-control-list:acls",
	    json_pack("{s:o}", "acl", g->acls)));
}

static bool
same_url(const struct mud *a, const struct mud *b)
{
	return a->url && b->url && strcmp(a->url, b->url) == 0;
}

json_t *
merge(const struct mud *const *muds, size_t n, const char **why)
{
	struct merger g = { .muds = muds, .n = n };
	size_t i, room = 1;
	bool ok;

	*why = n ? NULL : "there is nothing to merge";
	for (i = 1; i < n; i++)
		if (!same_url(muds[0], muds[i]))
			*why = "the files are about different MUD URLs";
	if (*why)
		return NULL;
	g.keys = xcalloc(n, sizeof(*g.keys));
	for (i = 0; i < n; i++)
		room += muds[i]->naces;
	g.lists = xcalloc(room, sizeof(*g.lists));
	for (i = 0; i < n; i++) {
		g.keys[i] = norm_keys(muds[i], NORM_ALL);
		find_lists(&g, i);
	}
	begin(&g);
	ok = put_all(&g);
	for (i = 0; i < n; i++)
		norm_keys_free(g.keys[i], muds[i]->naces);
	free(g.keys);
	free(g.lists);
	*why = g.why;
	if (!ok) {
		json_decref(g.root);
		return NULL;
	}
	return g.root;
}
