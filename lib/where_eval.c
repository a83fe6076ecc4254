/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "where.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"
#include "where_priv.h"

#define K1000	1000
#define K1024	1024
#define F(f)	{ REC_DIGEST_##f, offsetof(struct rec_digest, f) }
#define ONE(f)		.nfields = 1, .field = { F(f) }
#define TWO(f, g)	.nfields = 2, .field = { F(f), F(g) }

static const char *const wheres[] = { "internet", "lan", "gateway",
	"multicast", "broadcast", NULL };
static const char *const dirs[] = { "out", "in", NULL };
static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri",
	"sat", "sun", NULL };

const struct where_member where_members[] = {
	{ .name = "agent", .type = WHERE_TEXT, ONE(agent) },
	{ .name = "device", .type = WHERE_TEXT, .addr = true,
	  .ips = WHERE_DEVICE_IP, TWO(device, name) },
	{ .name = "name", .type = WHERE_TEXT, ONE(name) },
	{ .name = "peer", .type = WHERE_TEXT, .addr = true,
	  .ips = WHERE_PEER_IP, .domain = true, TWO(peer, peer_mac) },
	{ .name = "host", .type = WHERE_TEXT, .hosts = true, .domain = true },
	{ .name = "where", .type = WHERE_TEXT, .words = wheres,
	  ONE(where) },
	{ .name = "proto", .type = WHERE_TEXT, ONE(proto) },
	{ .name = "service", .type = WHERE_TEXT, ONE(service) },
	{ .name = "dir", .type = WHERE_TEXT, .words = dirs, ONE(dir) },
	{ .name = "weekday", .type = WHERE_TEXT, .words = weekdays,
	  ONE(weekday) },
	{ .name = "device_ip", .type = WHERE_ADDRS, .ips = WHERE_DEVICE_IP },
	{ .name = "peer_ip", .type = WHERE_ADDRS, .ips = WHERE_PEER_IP },
	{ .name = "port", .type = WHERE_NUMBER, .unit = K1000, .max = 65535,
	  ONE(port) },
	{ .name = "hour", .type = WHERE_NUMBER, .unit = K1000, .max = 23,
	  ONE(hour) },
	{ .name = "flows", .type = WHERE_NUMBER, .unit = K1000, .sum = true,
	  ONE(flows) },
	{ .name = "unanswered", .type = WHERE_NUMBER, .unit = K1000,
	  .sum = true, ONE(unanswered) },
	{ .name = "pkts", .type = WHERE_NUMBER, .unit = K1000, .sum = true,
	  TWO(pkts_out, pkts_in) },
	{ .name = "pkts_out", .type = WHERE_NUMBER, .unit = K1000,
	  .sum = true, ONE(pkts_out) },
	{ .name = "pkts_in", .type = WHERE_NUMBER, .unit = K1000,
	  .sum = true, ONE(pkts_in) },
	{ .name = "bytes", .type = WHERE_NUMBER, .unit = K1024, .sum = true,
	  TWO(bytes_out, bytes_in) },
	{ .name = "bytes_out", .type = WHERE_NUMBER, .unit = K1024,
	  .sum = true, ONE(bytes_out) },
	{ .name = "bytes_in", .type = WHERE_NUMBER, .unit = K1024,
	  .sum = true, ONE(bytes_in) },
};
const size_t where_nmembers = ARRAY_SIZE(where_members);

/* ---- texts --------------------------------------------------------------- */

bool
where_same(struct str a, struct str b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (where_fold(a.p[i]) != where_fold(b.p[i]))
			return false;
	return true;
}

/*
 * ".example.org" fits example.org and what ends in .example.org, unless a
 * backslash makes that dot one within a label (dname.h).
 */
static bool
in_domain(struct str domain, struct str name)
{
	struct str apex = { domain.p + 1, domain.n - 1 };
	size_t head, i;

	if (name.n <= domain.n)
		return where_same(name, apex);
	head = name.n - domain.n;
	if (!where_same((struct str){ name.p + head, domain.n }, domain))
		return false;
	for (i = head; i > 0 && name.p[i - 1] == '\\'; i--)
		;
	return (head - i) % 2 == 0;
}

/* The character at s.p[at] and its length; bytes beside UTF-8 are one each. */
static size_t
char_at(struct str s, size_t at, uint32_t *c)
{
	size_t n;

	*c = (unsigned char)s.p[at];
	if (*c < 0x80)
		return 1;
	n = utf8_char(s.p + at, s.n - at, c);
	if (n > 0)
		return n;
	*c = (unsigned char)s.p[at] | UINT32_C(0x80000000);
	return 1;
}

static uint32_t
fold_char(uint32_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool
in_range(uint32_t c, uint32_t low, uint32_t high)
{
	if (c >= low && c <= high)
		return true;
	return c >= 'a' && c <= 'z' && c - 0x20 >= low && c - 0x20 <= high;
}

/*
 * A set, *at standing behind its [. Moves *at behind its ]; `c` is in lower
 * case. A ] that comes first is one of the set.
 */
static bool
set_has(struct str glob, size_t *at, uint32_t c, const char **error)
{
	bool inverse = *at < glob.n && (glob.p[*at] == '!' ||
	    glob.p[*at] == '^');
	bool found = false;
	size_t first = *at += inverse;
	uint32_t low, high;

	while (*at < glob.n && (glob.p[*at] != ']' || *at == first)) {
		*at += char_at(glob, *at, &low);
		high = low;
		if (*at + 1 < glob.n && glob.p[*at] == '-' &&
		    glob.p[*at + 1] != ']') {
			++*at;
			*at += char_at(glob, *at, &high);
			if (high < low)
				*error = "a range is the wrong way round";
		}
		found = found || in_range(c, low, high);
	}
	if (*at == glob.n)
		*error = "missing ]";
	else
		++*at;
	return found != inverse;
}

/* Whether the glob's part at *at, no star, is `c`; moves *at behind it. */
static bool
part_is(struct str glob, size_t *at, uint32_t c, const char **error)
{
	uint32_t want;

	c = fold_char(c);
	*at += char_at(glob, *at, &want);
	if (want == '?')
		return true;
	if (want == '[')
		return set_has(glob, at, c, error);
	return fold_char(want) == c;
}

const char *
where_glob_error(struct str glob)
{
	const char *error = NULL;
	size_t at = 0;

	while (at < glob.n && !error)
		(void)part_is(glob, &at, 0, &error);
	return error;
}

/*
 * What a star has taken need never be given back once the next star is
 * reached, so that one place to return to is enough, and the time is at most
 * that of comparing each character with each.
 */
bool
where_glob(struct str glob, struct str text)
{
	const char *error;
	size_t g = 0, t = 0, star = 0, taken = 0, n;
	bool starred = false;
	uint32_t c;

	while (t < text.n) {
		n = char_at(text, t, &c);
		if (g < glob.n && glob.p[g] == '*') {
			star = ++g;
			taken = t;
			starred = true;
		} else if (g < glob.n && part_is(glob, &g, c, &error)) {
			t += n;
		} else if (starred) {
			taken += char_at(text, taken, &c);
			t = taken;
			g = star;
		} else {
			return false;
		}
	}
	while (g < glob.n && glob.p[g] == '*')
		g++;
	return g == glob.n;
}

static bool
text_fits(const struct where_node *t, struct str s)
{
	switch (t->how) {
	case WHERE_EQUAL:
		return where_same(t->value, s);
	case WHERE_DOMAIN:
		return in_domain(t->value, s);
	case WHERE_GLOB:
		return where_glob(t->value, s);
	}
	return false;
}

/* ---- members of a digest ------------------------------------------------- */

static const void *
field(const struct rec *r, const struct where_field *f)
{
	if (!(r->has >> f->bit & 1))
		return NULL;
	return (const char *)&r->u.digest + f->offset;
}

static bool
addr_fits(const struct where_node *t, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (t->has_prefix)
		return prefix_has(&t->prefix, a);
	if (t->how != WHERE_GLOB)
		return false;
	return where_glob(t->value, (struct str){ text, addr_print(a, text) });
}

static bool
any_addr(const struct where_node *t, const struct rec *r)
{
	const struct addrs *a = &r->u.digest.peer_ip;
	uint64_t bit = REC_BIT(DIGEST, peer_ip);
	size_t i;

	if (t->member->ips == WHERE_DEVICE_IP) {
		a = &r->u.digest.device_ip;
		bit = REC_BIT(DIGEST, device_ip);
	}
	if (!(r->has & bit))
		return false;
	for (i = 0; i < a->n; i++)
		if (addr_fits(t, &a->v[i]))
			return true;
	return false;
}

static bool
any_host(const struct where_node *t, const struct rec *r)
{
	const struct strs *h = &r->u.digest.hosts;
	size_t i;

	if (!REC_HAS(r, DIGEST, hosts))
		return false;
	for (i = 0; i < h->n; i++)
		if (text_fits(t, h->v[i]))
			return true;
	return false;
}

static bool
any_text(const struct where_node *t, const struct rec *r)
{
	const struct where_member *m = t->member;
	const struct str *s;
	size_t i;

	for (i = 0; i < m->nfields; i++) {
		s = field(r, &m->field[i]);
		if (s && text_fits(t, *s))
			return true;
	}
	return (m->hosts && any_host(t, r)) || (m->ips && any_addr(t, r));
}

static bool
number_fits(const struct where_node *t, const struct rec *r)
{
	const struct where_member *m = t->member;
	const uint64_t *part;
	uint64_t v = 0;
	bool has = m->sum;
	size_t i;

	for (i = 0; i < m->nfields; i++) {
		part = field(r, &m->field[i]);
		if (part) {
			v = *part > UINT64_MAX - v ? UINT64_MAX : v + *part;
			has = true;
		}
	}
	if (!has)
		return false;
	if (v == t->number)
		return t->cmp & WHERE_EQ;
	return t->cmp & (v < t->number ? WHERE_LT : WHERE_GT);
}

static bool
test(const struct where_node *t, const struct rec *r)
{
	switch (t->member->type) {
	case WHERE_TEXT:
		return any_text(t, r);
	case WHERE_NUMBER:
		return number_fits(t, r);
	case WHERE_ADDRS:
		return any_addr(t, r);
	}
	return false;
}

/* ---- the tree ------------------------------------------------------------ */

/* The depth is at most that of the parentheses, twice. */
static bool
holds(const struct where *w, int at, const struct rec *r)
{
	const struct where_node *node = &w->node[at];
	bool is = node->kind == WHERE_AND;
	int i;

	if (node->kind == WHERE_TEST)
		return test(node, r) != node->negated;
	for (i = node->first; i != WHERE_NONE; i = w->node[i].next)
		if (holds(w, i, r) != is)
			return is == node->negated;
	return is != node->negated;
}

/*
 * Of a tree the parts of one kind. What has both is an "and" that no "not"
 * stands before; the parser has seen to that.
 */
static bool
passes(const struct where *w, int at, const struct rec *r, unsigned uses)
{
	const struct where_node *node = &w->node[at];
	int i;

	if (!(node->uses & uses))
		return true;
	if (node->uses == uses)
		return holds(w, at, r);
	for (i = node->first; i != WHERE_NONE; i = w->node[i].next)
		if (!passes(w, i, r, uses))
			return false;
	return true;
}

bool
where_before(const struct where *w, const struct rec *digest)
{
	return passes(w, w->root, digest, WHERE_USES_PLAIN);
}

bool
where_after(const struct where *w, const struct rec *digest)
{
	return passes(w, w->root, digest, WHERE_USES_SUM);
}

bool
where_names(const struct where *w, const char *member)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->node[i].kind == WHERE_TEST &&
		    strcmp(w->node[i].member->name, member) == 0)
			return true;
	return false;
}

bool
where_has_sums(const struct where *w)
{
	return (w->node[w->root].uses & WHERE_USES_SUM) != 0;
}

void
where_free(struct where *w)
{
	if (!w)
		return;
	free(w->node);
	free(w->values);
	free(w);
}
