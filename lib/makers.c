/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "makers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "each.h"
#include "num.h"
#include "utf8.h"
#include "xalloc.h"

#define FILE_MAX_BYTES	((size_t)8 << 20)
#define NAMES_MAX_BYTES	((size_t)4 << 20)
#define ENTRIES_MAX	((size_t)1 << 18)
#define BITS_MIN	24	/* of a prefix */
#define BITS_MAX	48

/* Sorted by prefix, then length, then place in the file. */
struct entry {
	uint32_t high;	/* the first 32 bits of the prefix */
	uint32_t low;	/* its other 16 bits, then 16 bits with its length */
	uint32_t name;	/* in `names`, behind a byte with its length */
};

struct makers {
	int fd;		/* -1: read, or there is nothing to read */
	struct entry *v;
	size_t n, cap;
	uint32_t lengths;	/* bit i: there are prefixes of 24 + i bits */
	struct buf names;
};

static const char *const places[] = {
	"/usr/share/ieee-data/oui.txt",
	"/var/lib/ieee-data/oui.txt",
	"/usr/share/arp-scan/ieee-oui.txt",
	"/usr/share/nmap/nmap-mac-prefixes",
	"/usr/share/wireshark/manuf",
	"/usr/share/misc/oui.txt",
};

/* An open file, or -1 with errno set; folders open too, but hold no lines. */
static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))) {
		(void)close(fd);
		errno = EISDIR;
		fd = -1;
	}
	return fd;
}

static int
open_first(void)
{
	int fd = -1;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places) && fd < 0; i++)
		fd = open_file(places[i]);
	return fd;
}

struct makers *
makers_new(const char *path)
{
	int fd = path ? open_file(path) : open_first();
	struct makers *m;

	if (path && fd < 0)
		return NULL;
	m = xmalloc(sizeof(*m));
	*m = (struct makers){ .fd = fd };
	buf_init(&m->names, NAMES_MAX_BYTES);
	return m;
}

void
makers_free(struct makers *m)
{
	if (!m)
		return;
	if (m->fd >= 0)
		(void)close(m->fd);
	buf_release(&m->names);
	free(m->v);
	free(m);
}

static struct entry
entry_of(uint64_t prefix, unsigned bits, uint32_t name)
{
	uint64_t mask = ~(uint64_t)0 << (BITS_MAX - bits);

	prefix &= mask;
	return (struct entry){ (uint32_t)(prefix >> 16),
	    (uint32_t)(prefix & 0xffff) << 16 | bits, name };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
advance(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static struct str
trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		advance(&s, 1);
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
starts(struct str s, struct str with)
{
	return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

/* What starts a line: digits, how they were written, what they count for. */
struct head {
	uint64_t prefix;	/* of 48 bits */
	unsigned digits;
	unsigned bits;
	char separator;		/* between pairs of digits, or 0 */
};

/* One separator of - : . between pairs of digits, always the same. */
static void
take_separator(struct head *h, struct str *line)
{
	char c;

	if (line->n < 2 || num_hex(line->p[1]) < 0)
		return;
	c = line->p[0];
	if ((c != '-' && c != ':' && c != '.') ||
	    (h->separator ? c != h->separator : h->digits != 2))
		return;
	h->separator = c;
	advance(line, 1);
}

/* "/28" of manuf. */
static bool
take_length(struct head *h, struct str *line)
{
	unsigned bits = 0;

	advance(line, 1);
	while (line->n > 0 && line->p[0] >= '0' && line->p[0] <= '9' &&
	    bits <= BITS_MAX) {
		bits = 10 * bits + (unsigned)(line->p[0] - '0');
		advance(line, 1);
	}
	h->bits = bits;
	return bits >= BITS_MIN && bits <= BITS_MAX;
}

/* The prefix that a line begins with and the blank behind it. */
static bool
take_head(struct head *h, struct str *line)
{
	*h = (struct head){ .prefix = 0 };
	while (line->n > 0 && h->digits < 12 && num_hex(line->p[0]) >= 0) {
		h->prefix = h->prefix << 4 | (unsigned)num_hex(line->p[0]);
		h->digits++;
		advance(line, 1);
		if (h->digits < 12 && h->digits % 2 == 0)
			take_separator(h, line);
	}
	if (h->digits < 6 || (h->separator && h->digits % 2 != 0))
		return false;
	h->prefix <<= BITS_MAX - 4 * h->digits;
	h->bits = 4 * h->digits;
	if (h->separator && line->n > 0 && line->p[0] == '/' &&
	    !take_length(h, line))
		return false;
	return line->n > 0 && is_blank(line->p[0]);
}

/* Cuts off the part before the next tab. */
static struct str
field(struct str *s)
{
	const char *tab = s->n > 0 ? memchr(s->p, '\t', s->n) : NULL;
	struct str f = { s->p, tab ? (size_t)(tab - s->p) : s->n };

	advance(s, f.n + (tab != NULL));
	return trim(f);
}

/*
 * The name in manuf: a short one, a long one, a comment. In old ones the
 * comment is the long name.
 */
static struct str
manuf_name(struct str rest)
{
	struct str name = field(&rest), more = trim(rest);
	struct str full = field(&more);

	if (full.n > 0 && full.p[0] == '#') {
		advance(&full, 1);
		full = trim(full);
	}
	return full.n > 0 ? full : name;
}

/* The name behind a prefix; which file it is shows in how that is written. */
static struct str
name_of(const struct head *h, struct str rest)
{
	rest = trim(rest);
	if (starts(rest, STR("(hex)"))) {
		advance(&rest, 5);
		return trim(rest);
	}
	/* The IEEE's second line on each prefix. */
	if (starts(rest, STR("(base 16)")))
		return STR("");
	return h->separator ? manuf_name(rest) : rest;
}

/* Escapes what fits of a name. */
static size_t
shorten(char to[static MAKERS_TEXT], struct str name)
{
	char one[UTF8_ESCAPED(4)];
	size_t n = 0, len, more;
	uint32_t c;

	for (; name.n > 0; advance(&name, len)) {
		len = utf8_char(name.p, name.n, &c);
		if (len == 0)
			len = 1;
		more = utf8_escape(one, name.p, len);
		if (n + more > MAKERS_TEXT)
			break;
		memcpy(to + n, one, more);
		n += more;
	}
	while (n > 0 && to[n - 1] == ' ')
		n--;
	return n;
}

/* Keeps a name; false if there is no room. */
static bool
keep_name(struct makers *m, struct str name, uint32_t *at)
{
	char text[MAKERS_TEXT];
	size_t n = shorten(text, name);
	char *to = buf_room(&m->names, n + 1);

	if (!to)
		return false;
	*at = (uint32_t)m->names.n;
	to[0] = (char)n;
	memcpy(to + 1, text, n);
	m->names.n += n + 1;
	return true;
}

static void
read_line(void *ctx, struct str line)
{
	struct makers *m = ctx;
	struct head h;
	struct str name;
	uint32_t at;

	if (m->n == ENTRIES_MAX || !take_head(&h, &line))
		return;
	name = name_of(&h, line);
	/* The blocks that are given out in smaller parts have no maker. */
	if (name.n == 0 || str_eq(name, STR("IEEE Registration Authority")) ||
	    !keep_name(m, name, &at))
		return;
	if (m->n == m->cap) {
		m->cap = m->cap ? 2 * m->cap : 4096;
		m->v = xreallocarray(m->v, m->cap, sizeof(*m->v));
	}
	m->v[m->n++] = entry_of(h.prefix, h.bits, at);
	m->lengths |= (uint32_t)1 << (h.bits - BITS_MIN);
}

static int
compare(const struct entry *a, const struct entry *b)
{
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return 0;
}

static int
in_order(const void *va, const void *vb)
{
	const struct entry *a = va, *b = vb;
	int c = compare(a, b);

	return c ? c : a->name < b->name ? -1 : a->name > b->name;
}

static void
load(struct makers *m)
{
	(void)each_line(m->fd, FILE_MAX_BYTES, read_line, m);
	(void)close(m->fd);
	m->fd = -1;
	if (m->n == 0)
		return;
	m->v = xreallocarray(m->v, m->n, sizeof(*m->v));
	qsort(m->v, m->n, sizeof(*m->v), in_order);
}

/* The first entry with that prefix and length, or NULL. */
static const struct entry *
find(const struct makers *m, const struct entry *key)
{
	size_t from = 0, to = m->n, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (compare(&m->v[mid], key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == m->n || compare(&m->v[from], key) != 0)
		return NULL;
	return &m->v[from];
}

static struct str
look_up(const struct makers *m, uint64_t mac)
{
	const struct entry *e;
	struct entry key;
	const char *name;
	unsigned bits;

	for (bits = BITS_MAX; bits >= BITS_MIN; bits--) {
		if ((m->lengths >> (bits - BITS_MIN) & 1) == 0)
			continue;
		key = entry_of(mac, bits, 0);
		e = find(m, &key);
		if (e) {
			name = m->names.p + e->name;
			return (struct str){ name + 1, (unsigned char)*name };
		}
	}
	return STR("");
}

bool
makers_any(struct makers *m)
{
	if (m->fd >= 0)
		load(m);
	return m->n > 0;
}

struct str
makers_name(struct makers *m, const struct mac *mac)
{
	uint64_t bits = 0;
	size_t i;

	if (mac_is_group(mac) || mac_is_zero(mac))
		return STR("");
	if (mac->b[0] & 2)
		return STR("(random address)");
	if (!m)
		return STR("");
	if (m->fd >= 0)
		load(m);
	for (i = 0; i < sizeof(mac->b); i++)
		bits = bits << 8 | mac->b[i];
	return look_up(m, bits);
}
