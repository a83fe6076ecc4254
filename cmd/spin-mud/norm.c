/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "norm.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define KEY_MAX	(1 << 20)	/* more than a file has */

static struct mud_ports
norm_ports(struct mud_ports p)
{
	if (p.op == '<')
		p.from = 0;
	if (p.op == '>')
		p.to = 65535;
	if (p.op != '!')
		p.op = 0;
	if (p.op == 0 && p.from == 0 && p.to == 65535)
		p.set = false;
	return p;
}

static void
side(const char *dns, const struct prefix *net, const struct mud_ports *ports,
    struct norm_side *s)
{
	s->dns = dns;
	s->net = *net;
	if (net->len == 0)
		memset(&s->net, 0, sizeof(s->net));
	s->ports = norm_ports(*ports);
}

void
norm_peer(const struct mud_ace *a, struct norm_side *s)
{
	if (a->dir == MUD_FROM_DEVICE)
		side(a->dst_dns, &a->dst_net, &a->dport, s);
	else
		side(a->src_dns, &a->src_net, &a->sport, s);
}

void
norm_own(const struct mud_ace *a, struct norm_side *s)
{
	if (a->dir == MUD_FROM_DEVICE)
		side(a->src_dns, &a->src_net, &a->sport, s);
	else
		side(a->dst_dns, &a->dst_net, &a->dport, s);
}

/* With its length, so that no text can look like another member. */
static void
key_text(struct buf *b, char tag, const char *s, size_t n)
{
	if (!s)
		return;
	buf_printf(b, "%c%zu:", tag, n);
	buf_add(b, s, n);
}

/* Host names: case and a final dot do not matter. */
static size_t
name_length(const char *s)
{
	size_t n = strlen(s);

	return n > 1 && s[n - 1] == '.' ? n - 1 : n;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void
key_name(struct buf *b, char tag, const char *s)
{
	size_t i, n = s ? name_length(s) : 0;

	if (!s)
		return;
	buf_printf(b, "%c%zu:", tag, n);
	for (i = 0; i < n; i++)
		buf_putc(b, lower(s[i]));
}

static void
key_side(struct buf *b, const struct norm_side *s, bool addr)
{
	char net[PREFIX_TEXT];

	if (addr) {
		key_name(b, 'n', s->dns);
		if (s->net.addr.ver)
			key_text(b, 'p', net, prefix_print(&s->net, net));
	} else {
		buf_printf(b, "%c%c", s->dns ? 'n' : '-',
		    s->net.addr.ver ? 'p' : '-');
	}
	if (s->ports.set)
		buf_printf(b, "@%c%u-%u", s->ports.op ? '!' : '=',
		    s->ports.from, s->ports.to);
	buf_putc(b, '/');
}

static void
key_class(struct buf *b, const struct mud_ace *a)
{
	key_name(b, 'm', a->manufacturer);
	if (a->model)
		key_text(b, 'o', a->model, strlen(a->model));
	if (a->controller)
		key_text(b, 'c', a->controller, strlen(a->controller));
	buf_printf(b, "%d%d%d/", a->same_manufacturer, a->local_networks,
	    a->my_controller);
}

void
norm_key(const struct mud_ace *a, unsigned parts, struct buf *b)
{
	struct norm_side peer, own;
	char *tls;

	norm_peer(a, &peer);
	norm_own(a, &own);
	buf_puts(b, a->accept ? "accept/" : "drop/");
	if (parts & NORM_DIR)
		buf_puts(b, a->dir == MUD_FROM_DEVICE ? "from/" : "to/");
	if (parts & NORM_VER)
		buf_printf(b, "v%u/", a->ipver);
	key_side(b, &peer, parts & NORM_ADDR);
	key_side(b, &own, true);
	key_class(b, a);
	buf_printf(b, "%d/%d/%d/", a->proto, a->ethertype, a->icmp_code);
	if (parts & NORM_ICMP)
		buf_printf(b, "i%d/", a->icmp_type);
	if (parts & NORM_INIT)
		buf_printf(b, "d%d/", a->initiated);
	if (a->odd) {
		mud_odd(a, b);
		buf_putc(b, '/');
		mud_ignored(a, b);
	}
	if (a->tls) {
		tls = norm_json(a->tls);
		key_text(b, 't', tls, strlen(tls));
		free(tls);
	}
}

char **
norm_keys(const struct mud *m, unsigned parts)
{
	char **v = xcalloc(m->naces ? m->naces : 1, sizeof(*v));
	struct buf b;
	size_t i;

	buf_init(&b, KEY_MAX);
	for (i = 0; i < m->naces; i++) {
		buf_reset(&b);
		norm_key(&m->aces[i], parts, &b);
		buf_putc(&b, '\0');
		if (b.failed)
			xalloc_fail();
		v[i] = xstrdup(b.p);
	}
	buf_release(&b);
	return v;
}

void
norm_keys_free(char **v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

struct keyed {
	const char *key;
	size_t i;
};

static int
compare_keyed(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int c = strcmp(x->key, y->key);

	return c ? c : (x->i > y->i) - (x->i < y->i);
}

size_t *
norm_firsts(char *const *keys, size_t n)
{
	struct keyed *v = xcalloc(n ? n : 1, sizeof(*v));
	size_t *first = xcalloc(n ? n : 1, sizeof(*first));
	size_t i, start = 0;

	for (i = 0; i < n; i++)
		v[i] = (struct keyed){ keys[i], i };
	qsort(v, n, sizeof(*v), compare_keyed);
	for (i = 0; i < n; i++) {
		if (strcmp(v[i].key, v[start].key) != 0)
			start = i;
		first[v[i].i] = v[start].i;
	}
	free(v);
	return first;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void json_text(const json_t *, struct buf *);

static void
array_text(const json_t *j, struct buf *b)
{
	size_t i, n = json_array_size(j);
	char **v = xcalloc(n ? n : 1, sizeof(*v));

	for (i = 0; i < n; i++)
		v[i] = norm_json(json_array_get(j, i));
	qsort(v, n, sizeof(*v), compare_texts);
	for (i = 0; i < n; i++) {
		buf_putc(b, i ? ',' : '[');
		buf_puts(b, v[i]);
		free(v[i]);
	}
	buf_puts(b, n ? "]" : "[]");
	free(v);
}

static void
object_text(const json_t *j, struct buf *b)
{
	size_t i = 0, n = json_object_size(j);
	const char **v = xcalloc(n ? n : 1, sizeof(*v));
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)j, key, member)
		v[i++] = key;
	qsort(v, n, sizeof(*v), compare_texts);
	for (i = 0; i < n; i++) {
		buf_putc(b, i ? ',' : '{');
		buf_printf(b, "\"%s\":", v[i]);
		json_text(json_object_get(j, v[i]), b);
	}
	buf_puts(b, n ? "}" : "{}");
	free(v);
}

static void
json_text(const json_t *j, struct buf *b)
{
	char *s;

	if (json_is_array(j)) {
		array_text(j, b);
	} else if (json_is_object(j)) {
		object_text(j, b);
	} else {
		s = json_dumps(j, JSON_ENCODE_ANY);
		if (!s)
			xalloc_fail();
		buf_puts(b, s);
		free(s);
	}
}

char *
norm_json(const json_t *j)
{
	struct buf b;

	buf_init(&b, KEY_MAX);
	json_text(j, &b);
	buf_putc(&b, '\0');
	if (b.failed)
		xalloc_fail();
	return b.p;
}

static bool
versions_apart(const struct mud_ace *a, const struct mud_ace *b)
{
	return a->ipver && b->ipver && a->ipver != b->ipver;
}

static bool
numbers_apart(int a, int b)
{
	return a >= 0 && b >= 0 && a != b;
}

static bool
ports_apart(const struct mud_ports *a, const struct mud_ports *b)
{
	if (!a->set || !b->set)
		return false;
	if (a->op || b->op)	/* all but one port */
		return a->op != b->op && a->from == b->from &&
		    a->to == b->to;
	return a->to < b->from || b->to < a->from;
}

static bool
nets_apart(const struct prefix *a, const struct prefix *b)
{
	if (!a->addr.ver || !b->addr.ver)
		return false;
	return !prefix_has(a, &b->addr) && !prefix_has(b, &a->addr);
}

static bool
names_apart(const char *a, const char *b)
{
	size_t i, n;

	if (!a || !b)
		return false;
	n = name_length(a);
	if (n != name_length(b))
		return true;
	for (i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return true;
	return false;
}

static bool
sides_apart(const struct norm_side *a, const struct norm_side *b)
{
	return ports_apart(&a->ports, &b->ports) ||
	    nets_apart(&a->net, &b->net) || names_apart(a->dns, b->dns);
}

static bool
classes_apart(const struct mud_ace *a, const struct mud_ace *b)
{
	return names_apart(a->manufacturer, b->manufacturer) ||
	    (a->model && b->model && strcmp(a->model, b->model) != 0) ||
	    (a->controller && b->controller &&
	    strcmp(a->controller, b->controller) != 0);
}

bool
norm_overlap(const struct mud_ace *a, const struct mud_ace *b)
{
	struct norm_side pa, pb, oa, ob;

	norm_peer(a, &pa);
	norm_peer(b, &pb);
	norm_own(a, &oa);
	norm_own(b, &ob);
	return !versions_apart(a, b) && !numbers_apart(a->proto, b->proto) &&
	    !numbers_apart(a->ethertype, b->ethertype) &&
	    !numbers_apart(a->icmp_type, b->icmp_type) &&
	    !numbers_apart(a->icmp_code, b->icmp_code) &&
	    !numbers_apart(a->initiated, b->initiated) &&
	    !sides_apart(&pa, &pb) && !sides_apart(&oa, &ob) &&
	    !classes_apart(a, b);
}
