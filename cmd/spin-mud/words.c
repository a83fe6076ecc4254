/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "norm.h"
#include "say.h"
#include "services.h"
#include "utf8.h"
#include "xalloc.h"

#define KEY_MAX	(1 << 20)

/* RFC 8520 appendix B, as seen by the device: what comes back. */
static const struct mud_ace defaults[] = {
	{ .dir = MUD_TO_DEVICE, .proto = 17, .ethertype = -1,
	  .controller = SAY_DNS, .sport = { true, '=', 53, 53 },
	  .icmp_type = -1, .icmp_code = -1, .initiated = -1, .accept = true },
	{ .dir = MUD_TO_DEVICE, .proto = 17, .ethertype = -1,
	  .controller = SAY_NTP, .sport = { true, '=', 123, 123 },
	  .icmp_type = -1, .icmp_code = -1, .initiated = -1, .accept = true },
};

static unsigned
version_bit(const struct mud_ace *a)
{
	return a->ipver == 4 ? WORDS_V4 : a->ipver == 6 ? WORDS_V6 :
	    WORDS_ETHERNET;
}

/* Whether packets may come the other way than the sentence goes. */
static bool
comes_back(const struct words *w, const struct sentence *s)
{
	unsigned versions = s->from | s->to;
	struct mud_ace a = *s->ace;
	const struct mud_ace *b;
	size_t i;

	a.ipver = versions == WORDS_V4 ? 4 : versions == WORDS_V6 ? 6 : 0;
	for (i = 0; i < w->mud->naces; i++) {
		b = &w->mud->aces[i];
		if (b->accept && (b->dir == MUD_TO_DEVICE) == (s->from != 0) &&
		    norm_overlap(&a, b))
			return true;
	}
	for (i = 0; i < ARRAY_SIZE(defaults); i++)
		if (norm_overlap(&a, &defaults[i]))
			return true;
	return false;
}

/*
 * Of ICMP and of ethernet frames answers have other types, and nothing comes
 * from the address of a group.
 */
static bool
has_answers(const struct mud_ace *a)
{
	struct norm_side peer;

	norm_peer(a, &peer);
	return a->accept && a->proto != 1 && a->proto != 58 &&
	    a->ethertype < 0 && !addr_is_multicast(&peer.net.addr);
}

/* In which order the lists of a policy are gone through, nobody says. */
static enum words_effect
effect_of(const struct mud *m, const struct mud_ace *a)
{
	const struct mud_ace *b;
	bool before = false, behind = false;
	size_t i;

	for (i = 0; !a->accept && i < m->naces; i++) {
		b = &m->aces[i];
		if (!b->accept || b->dir != a->dir || !norm_overlap(a, b))
			continue;
		if (b->list != a->list)
			before = behind = true;
		else if (b < a)
			before = true;
		else
			behind = true;
	}
	if (before)
		return behind ? WORDS_BETWEEN : WORDS_YIELDS;
	return behind ? WORDS_OVERRIDES : WORDS_FORBIDS;
}

static void
add(struct words *w, const struct sentence *all, unsigned from, unsigned to)
{
	struct sentence *s;

	if (!from && !to)
		return;
	s = &w->v[w->n++];
	*s = *all;
	s->from = from;
	s->to = to;
	if ((!from || !to) && has_answers(s->ace))
		s->one_way = !comes_back(w, s);
}

/* One sentence for both directions, as far as they go, and for the rest. */
static void
add_all(struct words *w, const struct sentence *all)
{
	unsigned both = all->from & all->to;

	add(w, all, both, both);
	add(w, all, all->from & ~both, 0);
	add(w, all, 0, all->to & ~both);
}

/* What the two are together; WORDS_ALIKE: nothing. */
typedef enum words_pair pair_fn(const struct mud_ace *from,
    const struct mud_ace *to);

static enum words_pair
pair_ping(const struct mud_ace *from, const struct mud_ace *to)
{
	int ask = from->proto == 1 ? 8 : 128, reply = ask == 8 ? 0 : 129;

	if (from->proto != 1 && from->proto != 58)
		return WORDS_ALIKE;
	if (from->icmp_type == ask && to->icmp_type == reply)
		return WORDS_PINGS;
	if (from->icmp_type == reply && to->icmp_type == ask)
		return WORDS_PINGED;
	return WORDS_ALIKE;
}

static enum words_pair
pair_tcp(const struct mud_ace *from, const struct mud_ace *to)
{
	if (from->initiated >= 0 && to->initiated < 0)
		return WORDS_RECEIVES;
	if (from->initiated < 0 && to->initiated >= 0)
		return WORDS_SENDS;
	return WORDS_ALIKE;
}

/* Makes one of two sentences; false: they are none. */
static bool
unite(struct sentence *a, struct sentence *b, pair_fn *fn)
{
	struct sentence *f = a->from ? a : b, *t = a->from ? b : a;
	enum words_pair pair;

	if (f == t || a->joined || f->to || t->from || f->from != t->to ||
	    f->effect != t->effect)
		return false;
	pair = fn(f->ace, t->ace);
	if (pair == WORDS_ALIKE)
		return false;
	*a = (struct sentence){ .ace = pair == WORDS_SENDS ? t->ace : f->ace,
	    .from = f->from, .to = t->to, .pair = pair, .effect = f->effect };
	b->joined = true;
	return true;
}

/* The key of a sentence of one direction; nothing else has another's. */
static char *
pair_key(const struct sentence *s, size_t i, unsigned parts, struct buf *b)
{
	buf_reset(b);
	if (s->from && s->to)
		buf_printf(b, "#%zu", i);
	else
		norm_key(s->ace, parts, b);
	buf_putc(b, '\0');
	if (b->failed)
		xalloc_fail();
	return xstrdup(b->p);
}

/* Unites sentences that have the same of these parts, and drops the others. */
static void
pair_all(struct words *w, unsigned parts, pair_fn *fn)
{
	char **keys = xcalloc(w->n ? w->n : 1, sizeof(*keys));
	size_t *first, i, k, n = 0;
	struct buf b;

	buf_init(&b, KEY_MAX);
	for (i = 0; i < w->n; i++)
		keys[i] = pair_key(&w->v[i], i, parts, &b);
	buf_release(&b);
	first = norm_firsts(keys, w->n);
	for (i = 0; i < w->n; i++)
		for (k = first[i]; k < i; k++)
			if (first[k] == first[i] &&
			    unite(&w->v[k], &w->v[i], fn))
				break;
	norm_keys_free(keys, w->n);
	free(first);
	for (i = 0; i < w->n; i++)
		if (!w->v[i].joined)
			w->v[n++] = w->v[i];
	w->n = n;
}

void
words_init(struct words *w, const struct mud *m, const bool *pick)
{
	char **keys = norm_keys(m, NORM_ALL & ~(NORM_DIR | NORM_VER));
	size_t *first = norm_firsts(keys, m->naces);
	struct sentence *all = xcalloc(m->naces + 1, sizeof(*all)), *s;
	const struct mud_ace *a;
	enum words_effect effect;
	size_t i;

	*w = (struct words){ .mud = m,
	    .services = services_new(SERVICES_FILE),
	    .v = xcalloc(2 * m->naces + 1, sizeof(*w->v)) };
	for (i = 0; i < m->naces; i++) {
		if (pick && !pick[i])
			continue;
		a = &m->aces[i];
		s = &all[first[i]];
		effect = effect_of(m, a);
		if (s->ace && s->effect != effect)
			effect = WORDS_BETWEEN;
		s->effect = effect;
		if (!s->ace)
			s->ace = a;
		*(a->dir == MUD_FROM_DEVICE ? &s->from : &s->to) |=
		    version_bit(a);
	}
	for (i = 0; i < m->naces; i++)
		if (all[i].ace)
			add_all(w, &all[i]);
	pair_all(w, NORM_ADDR | NORM_INIT, pair_ping);
	pair_all(w, NORM_ADDR | NORM_ICMP, pair_tcp);
	free(all);
	free(first);
	norm_keys_free(keys, m->naces);
}

void
words_release(struct words *w)
{
	services_free(w->services);
	free(w->v);
}

/* Whether its peer is a name or a prefix and nothing besides. */
static bool
can_join(const struct mud_ace *a)
{
	struct norm_side peer;

	norm_peer(a, &peer);
	return (peer.dns != NULL) != (peer.net.addr.ver != 0) &&
	    !a->manufacturer && !a->model && !a->controller &&
	    !a->same_manufacturer && !a->local_networks && !a->my_controller;
}

/* What sentences have in common that may be joined; those that not, nothing. */
static char *
join_key(const struct sentence *s, size_t i, struct buf *b)
{
	buf_reset(b);
	if (can_join(s->ace)) {
		buf_printf(b, "%u/%u/%d/%d/%d/", s->from, s->to, s->pair,
		    s->one_way, s->effect);
		norm_key(s->ace, NORM_INIT | NORM_ICMP, b);
	} else {
		buf_printf(b, "#%zu", i);
	}
	buf_putc(b, '\0');
	if (b->failed)
		xalloc_fail();
	return xstrdup(b->p);
}

void
words_join(struct words *w)
{
	char **keys = xcalloc(w->n ? w->n : 1, sizeof(*keys));
	size_t *first, *last = xcalloc(w->n ? w->n : 1, sizeof(*last));
	struct buf b;
	size_t i;

	buf_init(&b, KEY_MAX);
	for (i = 0; i < w->n; i++)
		keys[i] = join_key(&w->v[i], i, &b);
	buf_release(&b);
	first = norm_firsts(keys, w->n);
	for (i = 0; i < w->n; i++) {
		if (first[i] != i) {
			w->v[i].joined = true;
			w->v[last[first[i]]].next = i;
		}
		last[first[i]] = i;
	}
	norm_keys_free(keys, w->n);
	free(first);
	free(last);
}

void
words_say(const struct words *w, size_t i, struct buf *b)
{
	const struct mud_ace **peers = xcalloc(w->n, sizeof(*peers));
	const struct sentence *s = &w->v[i];
	size_t n = 0;

	for (;; i = w->v[i].next) {
		peers[n++] = w->v[i].ace;
		if (!w->v[i].next)
			break;
	}
	say_sentence(s, peers, n, w->services, b);
	free(peers);
}

static bool
covers(const struct sentence *s, const struct mud_ace *a)
{
	unsigned both = WORDS_V4 | WORDS_V6;
	struct norm_side mine, want;

	norm_peer(s->ace, &mine);
	norm_peer(a, &want);
	return s->ace->accept && can_join(a) == can_join(s->ace) &&
	    (s->from & both) == both && (s->to & both) == both &&
	    s->ace->proto == 17 && !s->ace->odd && s->ace->controller &&
	    strcmp(s->ace->controller, a->controller) == 0 &&
	    mine.ports.set && mine.ports.from == want.ports.from &&
	    mine.ports.to == want.ports.to && mine.ports.op == 0;
}

void
words_defaults(const struct words *w, bool *dns, bool *ntp)
{
	size_t i;

	*dns = *ntp = false;
	for (i = 0; i < w->n; i++) {
		*dns |= covers(&w->v[i], &defaults[0]);
		*ntp |= covers(&w->v[i], &defaults[1]);
	}
}

/* Blanks of all widths (general category Zs of Unicode). */
static bool
is_blank(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/*
 * Runs of blanks become one: with enough of them a text of the file would
 * begin lines of its own that look like ours.
 */
void
words_escape(struct buf *b, const char *s)
{
	size_t left = strlen(s), n;
	bool blank = false;
	uint32_t c;
	char *to;

	for (; left > 0; s += n, left -= n) {
		n = utf8_char(s, left, &c);
		if (n > 0 && is_blank(c)) {
			blank = true;
			continue;
		}
		if (blank)
			buf_putc(b, ' ');
		blank = false;
		n = n ? n : 1;
		to = buf_room(b, UTF8_ESCAPED(n));
		if (!to)
			return;
		b->n += utf8_escape(to, s, n);
	}
}

/* Bytes of at most `room` characters from the start. */
static size_t
fit(const char *s, size_t n, size_t room)
{
	size_t i = 0, k;
	uint32_t c;

	while (i < n && room-- > 0) {
		k = utf8_char(s + i, n - i, &c);
		i += k ? k : 1;
	}
	return i;
}

static void
blanks(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_putc(b, ' ');
}

/* Where the line that starts at `s` ends: at a blank, if there is one. */
static size_t
line_end(const char *s, size_t n, size_t room)
{
	size_t k = fit(s, n, room), i = k;

	if (k == n || s[k] == ' ')
		return k;
	while (i > 0 && s[i - 1] != ' ')
		i--;
	while (i > 0 && s[i - 1] == ' ')
		i--;
	return i ? i : k;
}

void
words_wrap(struct buf *b, const char *head, size_t hang, size_t width,
    const char *text, size_t n)
{
	size_t used = strlen(head), k;

	while (n > 0 && text[n - 1] == ' ')
		n--;
	buf_puts(b, head);
	do {
		k = line_end(text, n, width > used ? width - used : 1);
		buf_add(b, text, k);
		buf_putc(b, '\n');
		while (k < n && text[k] == ' ')
			k++;
		text += k;
		n -= k;
		used = hang;
		if (n > 0)
			blanks(b, hang);
	} while (n > 0);
}
