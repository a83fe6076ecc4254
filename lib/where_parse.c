/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "where.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "where_priv.h"
#include "xalloc.h"

#define BLANKS		" \t\r\n"
#define OPERATORS	"=!<>~"
#define WORD_ENDS	BLANKS "()\"" OPERATORS
#define VALUE_ENDS	BLANKS "()"

/*
 * Recursive descent. Functions return the number of a node, or WHERE_NONE
 * with `err` filled.
 */
struct parser {
	const char *text;
	size_t n, at;
	unsigned depth;		/* of ( and "not" that are open */
	unsigned tests;
	size_t values;		/* bytes used of w->values */
	struct where *w;
	struct where_err *err;
};

/* A value as it stands in the text, and what it means. */
struct value {
	size_t at, n;
	struct str text;	/* in w->values */
};

struct op {
	char name[3];
	bool negated;
	bool glob;
	unsigned cmp;
};

static int ATTR_PRINTF(4, 5)
fail(struct parser *p, size_t at, size_t n, const char *fmt, ...)
{
	va_list ap;

	p->err->at = at;
	p->err->n = n;
	va_start(ap, fmt);
	(void)vsnprintf(p->err->what, sizeof(p->err->what), fmt, ap);
	va_end(ap);
	return WHERE_NONE;
}

/* ---- words --------------------------------------------------------------- */

/* Bytes from `at` on up to one of `ends`. */
static struct str
run(const struct parser *p, size_t at, const char *ends)
{
	return (struct str){ p->text + at, strcspn(p->text + at, ends) };
}

static void
skip(struct parser *p)
{
	p->at += strspn(p->text + p->at, BLANKS);
}

static bool
keyword(struct parser *p, const char *word)
{
	struct str s;

	skip(p);
	s = run(p, p->at, WORD_ENDS);
	if (!where_same(s, str_of(word)))
		return false;
	p->at += s.n;
	return true;
}

static bool
is_keyword(struct str s)
{
	return where_same(s, STR("and")) || where_same(s, STR("or")) ||
	    where_same(s, STR("not"));
}

/* How much to mark of what stands at p->at and should not. */
static size_t
wrong(const struct parser *p)
{
	size_t n = run(p, p->at, WORD_ENDS).n;

	if (n == 0)
		n = strspn(p->text + p->at, OPERATORS);
	return n == 0 && p->at < p->n ? 1 : n;
}

/* The first characters of a word, as printable ASCII. */
static const char *
shown(struct str s, char to[static 48])
{
	size_t i, at = 0;

	for (i = 0; i < s.n && at + 8 < 48; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool plain = c >= 0x20 && c < 0x7f && c != '\\';

		at += (size_t)snprintf(to + at, 48 - at,
		    plain ? "%c" : "\\x%02x", c);
	}
	(void)snprintf(to + at, 48 - at, "%s", i < s.n ? "..." : "");
	return to;
}

/* "out, in", as long as there is room. */
static const char *
list_words(const char *const *words, char to[static 64])
{
	size_t i, at = 0;

	to[0] = '\0';
	for (i = 0; words[i] && at < 64; i++)
		at += (size_t)snprintf(to + at, 64 - at, "%s%s",
		    i ? ", " : "", words[i]);
	return to;
}

/* ---- values -------------------------------------------------------------- */

/*
 * From the quotation mark at v->at on. Values are copied one behind another,
 * which takes no more room than the text they come from.
 */
static int
quoted(struct parser *p, struct value *v)
{
	char *to = p->w->values + p->values;
	size_t i = v->at + 1, n = 0;

	for (; i < p->n && p->text[i] != '"'; i++) {
		if (p->text[i] == '\\')
			i++;
		if (i < p->n)
			to[n++] = p->text[i];
	}
	if (i >= p->n)
		return fail(p, v->at, p->n - v->at, "missing \"");
	v->text = (struct str){ to, n };
	v->n = i + 1 - v->at;
	p->at = i + 1;
	if (p->at < p->n && !strchr(VALUE_ENDS, p->text[p->at]))
		return fail(p, p->at, run(p, p->at, VALUE_ENDS).n,
		    "a blank is expected behind the second \"");
	return 0;
}

static int
bare(struct parser *p, struct value *v)
{
	struct str s = run(p, v->at, VALUE_ENDS);
	char *to = p->w->values + p->values;

	if (s.n == 0)
		return fail(p, v->at, wrong(p), "a value is expected");
	if (is_keyword(s))
		return fail(p, v->at, s.n, "a value is expected "
		    "(\"%.*s\" in quotes would be one)", (int)s.n, s.p);
	memcpy(to, s.p, s.n);
	v->text = (struct str){ to, s.n };
	v->n = s.n;
	p->at += s.n;
	return 0;
}

static int
value(struct parser *p, struct value *v)
{
	int ret;

	skip(p);
	v->at = p->at;
	ret = p->at < p->n && p->text[p->at] == '"' ? quoted(p, v) :
	    bare(p, v);
	if (ret == 0)
		p->values += v->text.n;
	return ret;
}

/* Says of what is no number how numbers are written. */
static int
no_number(struct parser *p, const struct value *v, const struct where_node *t)
{
	const char *name = t->member->name;
	char c = v->text.n ? where_fold(v->text.p[0]) : '\0', word[48];

	if (t->member->max)
		return c < 'a' || c > 'z' || strcmp(name, "port") != 0 ?
		    fail(p, v->at, v->n, "a number is expected") :
		    fail(p, v->at, v->n, "a port is a number: is service=%s "
		    "meant?", shown(v->text, word));
	return fail(p, v->at, v->n, "a whole number is expected, with K, M, "
	    "G or T behind it if need be: %s%s10M", name,
	    t->cmp == WHERE_LT ? "<" : ">");
}

/* Beyond what the member can be; hour<24 is a way to say all of them. */
static bool
is_beyond(const struct where_node *t)
{
	uint64_t max = t->member->max;

	return max && t->number > max + (t->cmp == WHERE_LT);
}

/* 10, 10k, 10M: with the member's unit, 1000 or 1024. */
static int
number(struct parser *p, const struct value *v, struct where_node *t)
{
	unsigned unit = t->member->unit;
	static const char units[] = "kmgt";
	const char *at = NULL;
	uint64_t n = 0, d;
	bool large = false;
	size_t i, times;

	for (i = 0; i < v->text.n && v->text.p[i] >= '0' &&
	    v->text.p[i] <= '9'; i++) {
		d = (uint64_t)(v->text.p[i] - '0');
		large = large || n > (UINT64_MAX - d) / 10;
		n = n * 10 + d;
	}
	if (i + 1 == v->text.n)
		at = memchr(units, where_fold(v->text.p[i]), 4);
	if (i == 0 || (i < v->text.n && !at))
		return no_number(p, v, t);
	for (times = at ? (size_t)(at - units) + 1 : 0; times > 0; times--) {
		large = large || n > UINT64_MAX / unit;
		n *= unit;
	}
	if (large)
		return fail(p, v->at, v->n, "the number is too large");
	t->number = n;
	if (is_beyond(t))
		return fail(p, v->at, v->n, "%s is 0 to %u", t->member->name,
		    (unsigned)t->member->max);
	return 0;
}

/* The digits of a prefix's length, at most three. */
static bool
prefix_len(struct str s, uint8_t max, uint8_t *len)
{
	unsigned n = 0;
	size_t i;

	if (s.n == 0 || s.n > 3)
		return false;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		n = n * 10 + (unsigned)(s.p[i] - '0');
	}
	*len = (uint8_t)n;
	return n <= max;
}

/* Says which prefix may have been meant, when only bits behind it are set. */
static int
prefix(struct parser *p, const struct value *v, struct prefix *out)
{
	struct str s = v->text;
	size_t n = 0;
	char text[PREFIX_TEXT];
	uint8_t len;

	if (prefix_parse(out, s.p, s.n) == 0)
		return 0;
	while (n < s.n && s.p[n] != '/')
		n++;
	if (n == s.n || addr_parse(&out->addr, s.p, n) < 0 ||
	    !prefix_len((struct str){ s.p + n + 1, s.n - n - 1 },
	    out->addr.ver == 4 ? 32 : 128, &len))
		return fail(p, v->at, v->n,
		    "an address or prefix is expected");
	*out = prefix_of(&out->addr, len);
	n = prefix_print(out, text);
	return fail(p, v->at, v->n, "bits behind the prefix are set: is %.*s "
	    "meant?", (int)n, text);
}

/* Addresses as digests have them: fe80:0::1 is fe80::1 there. */
static void
canonical(struct parser *p, struct where_node *t)
{
	char text[ADDR_TEXT], *to = p->w->values + p->values;
	struct addr a;
	size_t n;

	if (addr_parse(&a, t->value.p, t->value.n) < 0)
		return;
	t->has_prefix = true;
	t->prefix = prefix_of(&a, a.ver == 4 ? 32 : 128);
	n = addr_print(&a, text);
	memcpy(to, text, n);
	p->values += n;
	t->value = (struct str){ to, n };
}

/* Whether it is one of the values that there are, if these are few. */
static bool
is_value(const struct where_node *t)
{
	const char *const *word = t->member->words;
	struct str s;

	for (; word && *word; word++) {
		s = str_of(*word);
		if (t->how == WHERE_GLOB ? where_glob(t->value, s) :
		    where_same(t->value, s))
			return true;
	}
	return !t->member->words;
}

static int
text(struct parser *p, const struct value *v, struct where_node *t)
{
	char words[64];
	const char *error = t->how == WHERE_GLOB ?
	    where_glob_error(v->text) : NULL;

	if (error)
		return fail(p, v->at, v->n, "%s", error);
	t->value = v->text;
	if (!is_value(t))
		return fail(p, v->at, v->n, "%s is one of: %s",
		    t->member->name, list_words(t->member->words, words));
	if (t->how == WHERE_GLOB)
		return 0;
	if (t->member->domain && v->text.n > 1 && v->text.p[0] == '.')
		t->how = WHERE_DOMAIN;
	else if (t->member->addr)
		canonical(p, t);
	return 0;
}

static int
meaning(struct parser *p, const struct value *v, struct where_node *t)
{
	switch (t->member->type) {
	case WHERE_TEXT:
		return text(p, v, t);
	case WHERE_NUMBER:
		return number(p, v, t);
	case WHERE_ADDRS:
		t->has_prefix = true;
		return prefix(p, v, &t->prefix);
	}
	return WHERE_NONE;
}

/* ---- tests --------------------------------------------------------------- */

static const struct op ops[] = {
	{ .name = "=", .cmp = WHERE_EQ },
	{ .name = "!=", .cmp = WHERE_EQ, .negated = true },
	{ .name = "<", .cmp = WHERE_LT },
	{ .name = "<=", .cmp = WHERE_LT | WHERE_EQ },
	{ .name = ">", .cmp = WHERE_GT },
	{ .name = ">=", .cmp = WHERE_GT | WHERE_EQ },
	{ .name = "~", .glob = true },
	{ .name = "!~", .glob = true, .negated = true },
};

static bool
knows(const struct where_member *m, const struct op *op)
{
	if (m->type == WHERE_NUMBER)
		return op->cmp != 0;
	return op->cmp == WHERE_EQ || (op->glob && m->type == WHERE_TEXT);
}

static const struct op *
operator_of(struct parser *p, const struct where_member *m)
{
	static const char *const known[] = {
		[WHERE_TEXT] = "a text: = != ~ !~",
		[WHERE_NUMBER] = "a number: = != < <= > >=",
		[WHERE_ADDRS] = "an address: = !=",
	};
	struct str s;
	size_t i;

	skip(p);
	s = (struct str){ p->text + p->at,
	    strspn(p->text + p->at, OPERATORS) };
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (str_eq(s, str_of(ops[i].name)) && knows(m, &ops[i])) {
			p->at += s.n;
			return &ops[i];
		}
	(void)fail(p, p->at, wrong(p), "%s is %s", m->name, known[m->type]);
	return NULL;
}

static const struct where_member *
member(struct parser *p)
{
	struct str s;
	char name[48];
	size_t i;

	skip(p);
	s = run(p, p->at, WORD_ENDS);
	if (s.n == 0 || is_keyword(s)) {
		(void)fail(p, p->at, wrong(p), "a test is expected, such as "
		    "port=443");
		return NULL;
	}
	for (i = 0; i < where_nmembers; i++)
		if (where_same(s, str_of(where_members[i].name))) {
			p->at += s.n;
			return &where_members[i];
		}
	(void)fail(p, p->at, s.n, "no such member: %s", shown(s, name));
	return NULL;
}

static int
add_node(struct where *w, const struct where_node *node)
{
	w->node = xreallocarray(w->node, w->n + 1, sizeof(*node));
	w->node[w->n] = *node;
	return (int)w->n++;
}

static int
test(struct parser *p)
{
	struct where_node t = { .kind = WHERE_TEST, .first = WHERE_NONE,
	    .next = WHERE_NONE };
	size_t start = p->at;
	const struct op *op;
	struct value v = { .n = 0 };

	t.member = member(p);
	op = t.member ? operator_of(p, t.member) : NULL;
	if (!op || value(p, &v) < 0)
		return WHERE_NONE;
	t.uses = t.member->sum ? WHERE_USES_SUM : WHERE_USES_PLAIN;
	t.negated = op->negated;
	t.how = op->glob ? WHERE_GLOB : WHERE_EQUAL;
	t.cmp = op->cmp;
	if (meaning(p, &v, &t) < 0)
		return WHERE_NONE;
	if (p->tests++ == WHERE_TESTS)
		return fail(p, start, p->at - start, "more than %d tests",
		    WHERE_TESTS);
	return add_node(p->w, &t);
}

/* ---- and, or, not -------------------------------------------------------- */

static int list(struct parser *, enum where_kind);

static int
too_deep(struct parser *p, size_t at, size_t n)
{
	return fail(p, at, n, "more than %d ( and \"not\" within each other",
	    WHERE_DEPTH);
}

/* The caller restores the depth. */
static int
parenthesis(struct parser *p)
{
	int node;

	if (p->depth == WHERE_DEPTH)
		return too_deep(p, p->at, 1);
	p->depth++;
	p->at++;
	node = list(p, WHERE_OR);
	if (node == WHERE_NONE)
		return node;
	skip(p);
	if (p->at == p->n)
		return fail(p, p->at, 0, "missing )");
	if (p->text[p->at] != ')')
		return fail(p, p->at, wrong(p),
		    "\"and\", \"or\" or ) is expected");
	p->at++;
	return node;
}

static int
operand(struct parser *p)
{
	unsigned depth = p->depth;
	bool any = false, negated = false;
	size_t start;
	int node;

	for (; keyword(p, "not"); p->depth++, any = true) {
		if (p->depth == WHERE_DEPTH)
			return too_deep(p, p->at - 3, 3);
		negated = !negated;
	}
	start = p->at;
	node = p->text[start] == '(' ? parenthesis(p) : test(p);
	p->depth = depth;
	if (node == WHERE_NONE)
		return node;
	if (any && p->w->node[node].uses == WHERE_USES_BOTH)
		return fail(p, start, p->at - start, "a sum and a member that "
		    "is no sum cannot be in one \"not\"");
	p->w->node[node].negated ^= negated;
	return node;
}

/* An operand of "or" or "and"; *start is where it begins. */
static int
part(struct parser *p, enum where_kind kind, size_t *start)
{
	skip(p);
	*start = p->at;
	return kind == WHERE_OR ? list(p, WHERE_AND) : operand(p);
}

static int
mixed(struct parser *p, size_t start, size_t end)
{
	return fail(p, start, end - start, "a sum and a member that is no "
	    "sum cannot be joined by \"or\"");
}

/*
 * Adds operands to a list of which there is the first, from `start` to `end`,
 * and the word behind it. Nodes move when one is added.
 */
static int
join(struct parser *p, enum where_kind kind, int first, size_t start,
    size_t end)
{
	struct where_node l = { .kind = kind, .first = first,
	    .next = WHERE_NONE };
	int last = first, node;

	l.uses = p->w->node[first].uses;
	if (kind == WHERE_OR && l.uses == WHERE_USES_BOTH)
		return mixed(p, start, end);
	do {
		node = part(p, kind, &start);
		if (node == WHERE_NONE)
			return node;
		l.uses |= p->w->node[node].uses;
		if (kind == WHERE_OR && l.uses == WHERE_USES_BOTH)
			return mixed(p, start, p->at);
		p->w->node[last].next = node;
		last = node;
		end = p->at;
	} while (keyword(p, kind == WHERE_OR ? "or" : "and"));
	p->at = end;
	return add_node(p->w, &l);
}

/* Operands with "or" between them, or with "and"; one alone is itself. */
static int
list(struct parser *p, enum where_kind kind)
{
	size_t start, end;
	int first = part(p, kind, &start);

	if (first == WHERE_NONE)
		return first;
	end = p->at;
	if (keyword(p, kind == WHERE_OR ? "or" : "and"))
		return join(p, kind, first, start, end);
	p->at = end;
	return first;
}

static int
whole(struct parser *p)
{
	int node;

	if (p->n > WHERE_MAX)
		return fail(p, WHERE_MAX, p->n - WHERE_MAX,
		    "more than %d bytes", WHERE_MAX);
	node = list(p, WHERE_OR);
	if (node == WHERE_NONE)
		return node;
	skip(p);
	if (p->at == p->n)
		return node;
	if (p->text[p->at] == ')')
		return fail(p, p->at, 1, "there is no ( for this )");
	return fail(p, p->at, wrong(p), "\"and\" or \"or\" is expected");
}

struct where *
where_new(const char *text, struct where_err *err)
{
	struct where *w = xcalloc(1, sizeof(*w));
	struct parser p = { .text = text, .n = strlen(text), .w = w,
	    .err = err };

	/* An address in canonical form comes again, at most twice as long. */
	w->values = xmalloc(p.n <= WHERE_MAX ? 3 * p.n + 1 : 1);
	w->root = whole(&p);
	if (w->root == WHERE_NONE) {
		where_free(w);
		return NULL;
	}
	return w;
}
