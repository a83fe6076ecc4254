/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "finding.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rec.h"
#include "utf8.h"
#include "xalloc.h"

static const struct finding_rule rules[] = {
	{ "not-json", "the text is not JSON, or I-JSON forbids it" },
	{ "left-out", "there were more findings than are shown" },
	/* The nodes of the modules. */
	{ "unknown-node", "no module known here has this node: ignored" },
	{ "unknown-match", "a match that is not known here: those who ignore "
	    "it and those who know it take the entry for something else" },
	{ "missing-node", "a node that must be there is not" },
	{ "misplaced-node", "a node that is not allowed here, or that MUD "
	    "files should do without" },
	{ "needless-module", "a name with its module where it must be "
	    "without" },
	{ "bad-type", "not the kind of JSON value that the node takes" },
	{ "bad-value", "a value that the type of the node does not have" },
	{ "duplicate-key", "a node, or an entry of a list, that was there "
	    "before" },
	{ "duplicate-value", "a value that was in the list before" },
	{ "choice", "nodes that exclude each other" },
	{ "too-long", "longer than it should be" },
	{ "too-many", "more entries than are taken" },
	/* The file as a whole. */
	{ "version", "not a version of MUD that there is" },
	{ "url", "not a URL that can be used, or one with too much in it" },
	{ "insecure-url", "a URL of another scheme than https" },
	{ "signature-missing", "the file does not name its signature" },
	{ "time", "a time that cannot be" },
	{ "cache-validity", "less than what it should be" },
	{ "unsupported", "the maker does not support the device any longer" },
	{ "extension-undeclared", "a node of an extension that the file does "
	    "not declare" },
	{ "extension-unknown", "an extension that is not known here" },
	{ "extension-unused", "an extension that is declared and not used" },
	/* Its access lists. */
	{ "acl-unknown", "a policy names an access list that is not there" },
	{ "acl-unused", "an access list that no policy names" },
	{ "acl-shared", "an access list that both policies name" },
	{ "acl-type", "the type of an access list is not for its matches" },
	{ "empty-match", "an entry without matches, which is for everything" },
	{ "direction", "a match that cannot be in the direction of its list" },
	{ "dns-name", "not a name that can be looked up" },
	{ "network", "an address where there should be a name" },
	{ "port-range", "a range whose lower port is above the upper one" },
	{ "action", "an action that MUD files should do without" },
};

const struct finding_rule *
finding_rule(size_t i)
{
	return i < ARRAY_SIZE(rules) ? &rules[i] : NULL;
}

/* ---- keeping them -------------------------------------------------------- */

static void
finding_release(struct finding *f)
{
	free(f->pointer);
	free(f->reason);
}

void
findings_release(struct findings *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		finding_release(&all->v[i]);
	free(all->v);
	*all = (struct findings)FINDINGS_INIT;
}

/* Takes out the last one of the least severity, if that is below `of`. */
static bool
make_room(struct findings *all, enum severity of)
{
	size_t i, least = all->n;

	for (i = all->n; i-- > 0;)
		if (least == all->n ||
		    all->v[i].severity < all->v[least].severity)
			least = i;
	if (all->v[least].severity >= of)
		return false;
	finding_release(&all->v[least]);
	memmove(&all->v[least], &all->v[least + 1],
	    (all->n - least - 1) * sizeof(*all->v));
	all->n--;
	return true;
}

static bool
has_room(struct findings *all, enum severity of)
{
	if (all->n == FINDINGS_MAX) {
		all->left_out++;
		return all->v && of > FINDING_NOTE && make_room(all, of);
	}
	if (all->n == all->room) {
		all->room = all->room ? 2 * all->room : 16;
		all->v = xreallocarray(all->v, all->room, sizeof(*all->v));
	}
	return true;
}

void
findings_add(struct findings *all, enum severity severity, const char *rule,
    const char *pointer, struct doc_place place, const char *source,
    const char *fmt, ...)
{
	char reason[FINDING_REASON];
	va_list ap;
	int n;

	all->count[severity]++;
	if (!has_room(all, severity))
		return;
	va_start(ap, fmt);
	n = vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(reason))
		memcpy(reason + sizeof(reason) - 4, "...", 4);
	all->v[all->n++] = (struct finding){ severity, rule, xstrdup(pointer),
	    place, xstrdup(reason), source };
}

void
findings_add_doc(struct findings *all, const struct doc_err *err)
{
	char what[sizeof(err->what)];
	size_t n = strlen(err->what);

	n = utf8_unescape(what, err->what, n);
	findings_add(all, FINDING_ERROR, "not-json", "", err->place,
	    "RFC 7493", "%.*s", (int)n, what);
}

static int
by_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* Nothing is left to the order in which they came but what is the same. */
static int
by_place(const void *va, const void *vb)
{
	const struct finding *a = va, *b = vb;
	int d = by_size(a->place.line, b->place.line);

	d = d ? d : by_size(a->place.column, b->place.column);
	d = d ? d : (int)b->severity - (int)a->severity;
	d = d ? d : strcmp(a->pointer, b->pointer);
	d = d ? d : strcmp(a->rule, b->rule);
	return d ? d : strcmp(a->reason, b->reason);
}

void
findings_sort(struct findings *all)
{
	if (all->n > 1)
		qsort(all->v, all->n, sizeof(*all->v), by_place);
}

/* ---- writing them -------------------------------------------------------- */

static const char *
severity_name(enum severity s)
{
	static const char *const names[] = { "note", "warning", "error" };

	return names[s];
}

/* Escaped; empty if there is no room. */
static struct str
escaped(struct buf *b, const char *s)
{
	size_t n = strlen(s), got;
	char *to = buf_room(b, UTF8_ESCAPED(n));

	if (!to)
		return (struct str){ "", 0 };
	got = utf8_escape(to, s, n);
	b->n += got;
	return (struct str){ to, got };
}

static void
write_record(const struct finding *f, const char *file, struct buf *out)
{
	/* Room for all three, so that the slices stay where they are. */
	size_t max = UTF8_ESCAPED(strlen(file) + strlen(f->pointer) +
	    strlen(f->reason)) + 1;
	struct buf text;
	struct rec r;

	buf_init(&text, max);
	if (!buf_room(&text, max))
		xalloc_fail();
	rec_init(&r, REC_TYPE_FINDING);
	REC_SET(&r, FINDING, finding, file, escaped(&text, file));
	if (f->place.line) {
		REC_SET(&r, FINDING, finding, line, f->place.line);
		REC_SET(&r, FINDING, finding, column, f->place.column);
	}
	REC_SET(&r, FINDING, finding, severity,
	    str_of(severity_name(f->severity)));
	REC_SET(&r, FINDING, finding, rule, str_of(f->rule));
	REC_SET(&r, FINDING, finding, pointer, escaped(&text, f->pointer));
	REC_SET(&r, FINDING, finding, reason, escaped(&text, f->reason));
	if (f->source)
		REC_SET(&r, FINDING, finding, source, str_of(f->source));
	if (rec_encode(&r, out) < 0)
		out->failed = true;
	buf_release(&text);
}

static void
write_pretty(const struct finding *f, const char *file, struct buf *out)
{
	(void)escaped(out, file);
	if (f->place.line)
		buf_printf(out, ":%zu:%zu", f->place.line, f->place.column);
	buf_printf(out, ": %s: ", severity_name(f->severity));
	if (f->pointer[0]) {
		(void)escaped(out, f->pointer);
		buf_puts(out, ": ");
	}
	(void)escaped(out, f->reason);
	buf_printf(out, f->source ? " (%s, %s)\n" : " (%s)\n", f->rule,
	    f->source);
}

static enum severity
worst(const struct findings *all)
{
	return all->count[FINDING_ERROR] ? FINDING_ERROR :
	    all->count[FINDING_WARNING] ? FINDING_WARNING : FINDING_NOTE;
}

void
findings_write(const struct findings *all, const char *file, bool pretty,
    struct buf *out)
{
	void (*put)(const struct finding *, const char *, struct buf *) =
	    pretty ? write_pretty : write_record;
	char pointer[] = "", reason[64];
	struct finding last = { .severity = worst(all), .rule = "left-out",
	    .pointer = pointer, .reason = reason };
	size_t i;

	for (i = 0; i < all->n; i++)
		put(&all->v[i], file, out);
	if (all->left_out) {
		(void)snprintf(reason, sizeof(reason),
		    "%zu more findings are not shown", all->left_out);
		put(&last, file, out);
	}
}

/* ---- pointers ------------------------------------------------------------ */

/* RFC 6901 section 3. */
static size_t
put_token(char *to, const char *name)
{
	size_t n = 0;

	for (; *name; name++) {
		if (*name == '~' || *name == '/') {
			to[n++] = '~';
			to[n++] = *name == '~' ? '0' : '1';
		} else {
			to[n++] = *name;
		}
	}
	to[n] = '\0';
	return n;
}

static size_t
token_length(const char *name)
{
	size_t n = 0;

	for (; *name; name++)
		n += *name == '~' || *name == '/' ? 2 : 1;
	return n;
}

void
pointer_name(struct pointer *p, const char *name)
{
	if (p->beyond || token_length(name) + 2 > sizeof(p->text) - p->n) {
		p->beyond++;
		return;
	}
	p->text[p->n++] = '/';
	p->n += put_token(p->text + p->n, name);
}

void
pointer_index(struct pointer *p, size_t i)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%zu", i);
	pointer_name(p, digits);
}

/* A slash within a name has become ~1: the last one is a border. */
void
pointer_pop(struct pointer *p)
{
	if (p->beyond) {
		p->beyond--;
		return;
	}
	while (p->n > 0 && p->text[--p->n] != '/')
		;
	p->text[p->n] = '\0';
}
