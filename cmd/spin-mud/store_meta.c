/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "store_meta.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "num.h"
#include "utf8.h"
#include "xalloc.h"

#define VERSION		1
#define TEXT_MAX	1024	/* the longest array of a store_entry */
#define META_MAX	(64 << 10)

/* The text members of an entry. */
static const struct text {
	const char *name;
	size_t at, room;
} texts[] = {
#define TEXT(m) { #m, offsetof(struct store_entry, m), \
	sizeof(((struct store_entry *)NULL)->m) }
	TEXT(url),
	TEXT(signer),
	TEXT(key_id),
	TEXT(last_update),
	TEXT(etag),
	TEXT(modified),
#undef TEXT
};

static int
damaged(void)
{
	errno = EBADMSG;
	return -1;
}

/* A hash: it becomes a name in the folder, so nothing else will do. */
static bool
get_hash(const json_t *root, const char *name, char hex[static SHA256_HEX])
{
	const char *s = json_string_value(json_object_get(root, name));
	size_t i;

	if (!s || strlen(s) != SHA256_HEX - 1)
		return false;
	for (i = 0; s[i]; i++)
		if (num_hex(s[i]) < 0 || (s[i] >= 'A' && s[i] <= 'F'))
			return false;
	memcpy(hex, s, SHA256_HEX);
	return true;
}

static int
dump(const char *p, size_t n, void *out)
{
	buf_add(out, p, n);
	return ((struct buf *)out)->failed ? -1 : 0;
}

/* Of all that is in the object: it finds damage, not malice. */
static bool
sum_of(const json_t *root, char hex[static SHA256_HEX])
{
	struct buf b;
	bool ok;

	buf_init(&b, META_MAX);
	ok = json_dump_callback(root, dump, &b,
	    JSON_COMPACT | JSON_SORT_KEYS | JSON_ENSURE_ASCII) == 0;
	if (ok)
		sha256_hex(b.p, b.n, hex);
	buf_release(&b);
	return ok;
}

/* Whether the sum fits; takes it out of the object. */
static bool
check_sum(json_t *root)
{
	char want[SHA256_HEX], is[SHA256_HEX];

	return get_hash(root, "sum", want) &&
	    json_object_del(root, "sum") == 0 && sum_of(root, is) &&
	    strcmp(is, want) == 0;
}

static bool
get_text(const json_t *root, const struct text *t, struct store_entry *e)
{
	const json_t *v = json_object_get(root, t->name);
	char text[UTF8_ESCAPED(TEXT_MAX)];
	size_t n;

	if (!json_is_string(v) || json_string_length(v) > sizeof(text))
		return false;
	n = utf8_unescape(text, json_string_value(v), json_string_length(v));
	if (n >= t->room || memchr(text, '\0', n))
		return false;
	memcpy((char *)e + t->at, text, n);
	((char *)e + t->at)[n] = '\0';
	return true;
}

static bool
get_time(const json_t *root, const char *name, int64_t *t)
{
	const json_t *v = json_object_get(root, name);

	*t = json_integer_value(v);
	return json_is_integer(v);
}

static bool
get_all(const json_t *root, struct store_meta *m, struct store_entry *e)
{
	const json_t *approved = json_object_get(root, "approved");
	size_t i;

	if (json_integer_value(json_object_get(root, "v")) != VERSION ||
	    !get_hash(root, "file", m->file) || !json_is_boolean(approved) ||
	    !get_time(root, "fetched", &e->fetched) ||
	    !get_time(root, "expires", &e->expires))
		return false;
	m->sig[0] = '\0';
	if (json_object_get(root, "sig") && !get_hash(root, "sig", m->sig))
		return false;
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (!get_text(root, &texts[i], e))
			return false;
	e->approved = json_is_true(approved);
	return true;
}

int
store_meta_read(const struct buf *b, struct store_meta *m,
    struct store_entry *e)
{
	json_t *root = b->n ?
	    json_loadb(b->p, b->n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	bool ok = root && check_sum(root) && get_all(root, m, e);

	json_decref(root);
	return ok ? 0 : damaged();
}

/* 0 once it is in the object; takes over `v`. */
static int
set(json_t *root, const char *name, json_t *v)
{
	return json_object_set_new(root, name, v);
}

static int
set_text(json_t *root, const struct text *t, const struct store_entry *e)
{
	const char *s = (const char *)e + t->at;
	const char *end = memchr(s, '\0', t->room);
	char text[UTF8_ESCAPED(TEXT_MAX)];

	if (!end)
		return -1;
	return set(root, t->name, json_stringn(text,
	    utf8_escape(text, s, (size_t)(end - s))));
}

static int
set_all(json_t *root, const struct store_meta *m, const struct store_entry *e)
{
	char sum[SHA256_HEX];
	size_t i;
	int bad = set(root, "v", json_integer(VERSION));

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		bad |= set_text(root, &texts[i], e);
	bad |= set(root, "fetched", json_integer(e->fetched));
	bad |= set(root, "expires", json_integer(e->expires));
	bad |= set(root, "approved", json_boolean(e->approved));
	bad |= set(root, "file", json_string(m->file));
	if (m->sig[0])
		bad |= set(root, "sig", json_string(m->sig));
	return bad == 0 && sum_of(root, sum) ?
	    set(root, "sum", json_string(sum)) : -1;
}

int
store_meta_write(const struct store_meta *m, const struct store_entry *e,
    struct buf *out)
{
	json_t *root = json_object();
	int bad;

	if (!root)
		xalloc_fail();
	bad = set_all(root, m, e) != 0 ||
	    json_dump_callback(root, dump, out,
	    JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0;
	json_decref(root);
	if (bad) {
		errno = EINVAL;
		return -1;
	}
	buf_putc(out, '\n');
	return 0;
}
