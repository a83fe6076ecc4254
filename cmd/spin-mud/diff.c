/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include <stdlib.h>
#include <string.h>

#include "norm.h"
#include "words.h"
#include "xalloc.h"

#define TEXT_MAX	(4 << 20)	/* of one line */

struct differ {
	size_t width, count;
	struct buf *b;
};

/* One difference. */
static void
line(struct differ *d, const char *mark, const char *text, size_t n)
{
	words_wrap(d->b, mark, 4, d->width, text, n);
	d->count++;
}

/* ---- members ---- */

static void
put_value(struct buf *t, const json_t *j)
{
	char *s;

	if (json_is_string(j)) {
		words_escape(t, json_string_value(j));
		return;
	}
	s = norm_json(j);
	words_escape(t, s);
	free(s);
}

static void
value_line(struct differ *d, const char *path, const json_t *a,
    const json_t *b)
{
	struct buf t;

	buf_init(&t, TEXT_MAX);
	words_escape(&t, path);
	buf_puts(&t, ": ");
	put_value(&t, a ? a : b);
	if (a && b) {
		buf_puts(&t, " -> ");
		put_value(&t, b);
	}
	line(d, a && b ? "~ " : a ? "- " : "+ ", t.p, t.n);
	buf_release(&t);
}

static bool
same(const json_t *a, const json_t *b)
{
	char *x, *y;
	bool eq;

	if (!a || !b)
		return a == b;
	x = norm_json(a);
	y = norm_json(b);
	eq = strcmp(x, y) == 0;
	free(x);
	free(y);
	return eq;
}

static bool
has_item(const json_t *list, const json_t *item)
{
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)list, i, j)
		if (same(j, item))
			return true;
	return false;
}

static void
items(struct differ *d, const char *path, const json_t *a, const json_t *b)
{
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)a, i, j)
		if (!has_item(b, j))
			value_line(d, path, j, NULL);
	json_array_foreach((json_t *)b, i, j)
		if (!has_item(a, j))
			value_line(d, path, NULL, j);
}

static void value(struct differ *, const char *path, const json_t *,
    const json_t *);

static void
member(struct differ *d, const char *path, const char *name, const json_t *a,
    const json_t *b)
{
	struct buf t;

	buf_init(&t, TEXT_MAX);
	if (*path)
		buf_printf(&t, "%s/", path);
	buf_puts(&t, name);
	buf_putc(&t, '\0');
	if (!t.failed)
		value(d, t.p, json_object_get(a, name),
		    json_object_get(b, name));
	buf_release(&t);
}

static bool
is_policy(const char *path, const char *name)
{
	return !*path && (strcmp(name, "from-device-policy") == 0 ||
	    strcmp(name, "to-device-policy") == 0);
}

static void
members(struct differ *d, const char *path, const json_t *a, const json_t *b)
{
	const char *name;
	json_t *j;

	json_object_foreach((json_t *)a, name, j)
		if (!is_policy(path, name))
			member(d, path, name, a, b);
	json_object_foreach((json_t *)b, name, j)
		if (!is_policy(path, name) && !json_object_get(a, name))
			member(d, path, name, a, b);
}

/* Whether a member that is not there has that value all the same. */
static bool
is_default(const char *path, const json_t *j)
{
	if (strcmp(path, "cache-validity") == 0)
		return json_integer_value(j) == 48;
	return strcmp(path, "ietf-mud-tls:is-tls-dtls-profile-supported") ==
	    0 && json_is_false(j);
}

static void
value(struct differ *d, const char *path, const json_t *a, const json_t *b)
{
	const json_t *any = a ? a : b;

	if (same(a, b) || ((!a || !b) && is_default(path, any)))
		return;
	if (json_is_object(any) && (!a || !b || json_is_object(b)))
		members(d, path, a, b);
	else if (json_is_array(any) && (!a || !b || json_is_array(b)))
		items(d, path, a, b);
	else
		value_line(d, path, a, b);
}

/* ---- what the device may do ---- */

/* One of the two files. */
struct version {
	const struct mud *m;
	char **keys;
	bool *pick;		/* entries the other one does not have */
	unsigned *rank;		/* changes between allow and forbid before */
	char **sorted;		/* the keys; not owned */
	char **says;		/* sentences about those picked; owned */
	bool *tls;		/* whether they are about profiles */
	size_t nsays;
};

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
version_init(struct version *v, const struct mud *m)
{
	size_t room = m->naces ? m->naces : 1;

	*v = (struct version){ .m = m, .keys = norm_keys(m, NORM_ALL) };
	v->pick = xcalloc(room, sizeof(*v->pick));
	v->rank = xcalloc(room, sizeof(*v->rank));
	v->sorted = xcalloc(room, sizeof(*v->sorted));
	memcpy(v->sorted, v->keys, m->naces * sizeof(*v->sorted));
	qsort(v->sorted, m->naces, sizeof(*v->sorted), compare_keys);
}

static void
version_release(struct version *v)
{
	size_t i;

	for (i = 0; i < v->nsays; i++)
		free(v->says[i]);
	free(v->says);
	free(v->tls);
	norm_keys_free(v->keys, v->m->naces);
	free(v->pick);
	free(v->rank);
	free(v->sorted);
}

static void
pick(struct version *v, const struct version *other)
{
	size_t i;

	for (i = 0; i < v->m->naces; i++)
		v->pick[i] = bsearch(&v->keys[i], other->sorted,
		    other->m->naces, sizeof(*other->sorted),
		    compare_keys) == NULL;
}

static void
say(struct version *v)
{
	struct words w;
	struct buf t;
	size_t i;

	words_init(&w, v->m, v->pick);
	v->says = xcalloc(w.n ? w.n : 1, sizeof(*v->says));
	v->tls = xcalloc(w.n ? w.n : 1, sizeof(*v->tls));
	v->nsays = w.n;
	buf_init(&t, TEXT_MAX);
	for (i = 0; i < w.n; i++) {
		v->tls[i] = w.v[i].ace->tls != NULL;
		buf_reset(&t);
		buf_puts(&t, w.v[i].ace->accept ? "may " : "must not ");
		words_say(&w, i, &t);
		buf_putc(&t, '\0');
		v->says[i] = xstrdup(t.failed ? "do something" : t.p);
	}
	buf_release(&t);
	words_release(&w);
}

/*
 * Sentences that both files have although the entries differ: the difference
 * lies in what no sentence tells.
 */
static void
details(struct differ *d, struct version *a, struct version *b)
{
	size_t i, k;
	struct buf t;

	buf_init(&t, TEXT_MAX);
	for (i = 0; i < a->nsays; i++)
		for (k = 0; k < b->nsays; k++) {
			if (!*b->says[k] || strcmp(a->says[i], b->says[k]))
				continue;
			buf_reset(&t);
			buf_printf(&t, "%s: %s changed", a->says[i],
			    a->tls[i] ? "the profile has" :
			    "details not told here have");
			line(d, "~ ", t.p, t.n);
			*a->says[i] = *b->says[k] = '\0';
			break;
		}
	buf_release(&t);
}

static void
lines(struct differ *d, const char *mark, const struct version *v)
{
	size_t i;

	for (i = 0; i < v->nsays; i++)
		if (*v->says[i])
			line(d, mark, v->says[i], strlen(v->says[i]));
}

/* Of entries that both files have, list by list. */
static void
rank(struct version *v)
{
	const struct mud_ace *a, *last = NULL;
	unsigned r = 0;
	size_t i;

	for (i = 0; i < v->m->naces; i++) {
		if (v->pick[i])
			continue;
		a = &v->m->aces[i];
		if (!last || last->list != a->list)
			r = 0;
		else if (last->accept != a->accept)
			r++;
		v->rank[i] = r;
		last = a;
	}
}

struct ranked {
	const char *key;
	unsigned rank;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int c = strcmp(x->key, y->key);

	return c ? c : (x->rank > y->rank) - (x->rank < y->rank);
}

/* Common entries with their lowest ranks, sorted by key. */
static size_t
ranks(struct version *v, struct ranked *out)
{
	size_t i, n = 0, kept = 0;

	rank(v);
	for (i = 0; i < v->m->naces; i++)
		if (!v->pick[i])
			out[n++] = (struct ranked){ v->keys[i], v->rank[i] };
	qsort(out, n, sizeof(*out), compare_ranked);
	for (i = 0; i < n; i++)
		if (kept == 0 || strcmp(out[kept - 1].key, out[i].key) != 0)
			out[kept++] = out[i];
	return kept;
}

static void
order(struct differ *d, struct version *a, struct version *b)
{
	static const char text[] =
	    "order of the entries that allow and of those that forbid";
	struct ranked *x = xcalloc(a->m->naces + 1, sizeof(*x));
	struct ranked *y = xcalloc(b->m->naces + 1, sizeof(*y));
	size_t i, n = ranks(a, x), ny = ranks(b, y);

	for (i = 0; i < n && i < ny; i++)
		if (x[i].rank != y[i].rank) {
			line(d, "~ ", text, sizeof(text) - 1);
			break;
		}
	free(x);
	free(y);
}

static void
behaviour(struct differ *d, const struct mud *ma, const struct mud *mb)
{
	struct version a, b;

	version_init(&a, ma);
	version_init(&b, mb);
	pick(&a, &b);
	pick(&b, &a);
	say(&a);
	say(&b);
	details(d, &a, &b);
	lines(d, "- ", &a);
	lines(d, "+ ", &b);
	order(d, &a, &b);
	version_release(&a);
	version_release(&b);
}

size_t
diff(const struct mud *a, const struct mud *b, size_t width, struct buf *to)
{
	struct differ d = { .width = width, .b = to };

	members(&d, "", json_object_get(a->root, "ietf-mud:mud"),
	    json_object_get(b->root, "ietf-mud:mud"));
	behaviour(&d, a, b);
	return d.count;
}
