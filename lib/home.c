/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "home.h"

#include <stdlib.h>
#include <string.h>

#include "lru.h"
#include "xalloc.h"

#define ADDRS_EACH	4	/* of a device, on average */

/* Which device holds an address. */
struct holding {
	struct addr addr;	/* the key */
	uint8_t pad[3];
	uint32_t num;
	uint64_t serial;	/* the number may be another's by now */
	uint64_t announcer;	/* serial of the last one; 0: only in packets */
};

struct home {
	struct lru *devs, *addrs;
	struct home_dev **nth;	/* owned; by number, NULL where none is */
	uint32_t used;		/* numbers */
	uint32_t spare;		/* a number that is free again, or 0 */
	struct prefix local[HOME_PREFIXES];
	size_t nlocal;
	bool is_set;		/* by home_set_local */
	uint64_t seen, evicted;
};

/* Making and forgetting. */

static void
forget(struct home *h, struct home_dev *d)
{
	h->nth[d->num] = NULL;
	h->spare = d->num;
	free(d->name);
	free(d->vendor_class);
	lru_del(h->devs, d);
}

static uint32_t
take_number(struct home *h)
{
	uint32_t num = h->spare;

	h->spare = 0;
	return num ? num : ++h->used;
}

static struct home_dev *
dev_of(struct home *h, const uint8_t key[static 18])
{
	struct home_dev *d = lru_get(h->devs, key);

	if (likely(d != NULL))
		return d;
	if (lru_full(h->devs)) {
		forget(h, lru_oldest(h->devs));
		h->evicted++;
	}
	d = lru_add(h->devs, key);
	if (!d)
		xalloc_fail();
	d->num = take_number(h);
	d->serial = ++h->seen;
	h->nth[d->num] = d;
	return d;
}

static void
key_of_mac(uint8_t key[static 18], const struct mac *m)
{
	memset(key, 0, 18);
	key[0] = 1;
	memcpy(key + 1, m->b, sizeof(m->b));
}

static void
key_of_addr(uint8_t key[static 18], const struct addr *a)
{
	key[0] = a->ver;
	memcpy(key + 1, a->b, sizeof(a->b));
	key[17] = 0;
}

struct home_dev *
home_mac(struct home *h, const struct mac *m)
{
	uint8_t key[18];
	struct home_dev *d;

	key_of_mac(key, m);
	d = dev_of(h, key);
	if (unlikely(!d->ntext)) {
		d->has_mac = true;
		d->ntext = (uint8_t)mac_print(m, d->text);
	}
	return d;
}

static struct home_dev *
dev_of_addr(struct home *h, const struct addr *a)
{
	uint8_t key[18];
	struct home_dev *d;

	key_of_addr(key, a);
	d = dev_of(h, key);
	if (unlikely(!d->ntext))
		d->ntext = (uint8_t)addr_print(a, d->text);
	return d;
}

/* Addresses. */

static void
list_addr(struct home_dev *d, const struct addr *a)
{
	uint8_t i;

	for (i = 0; i < d->naddrs; i++)
		if (addr_eq(&d->addrs[i], a))
			return;
	if (d->naddrs == HOME_ADDRS) {
		memmove(d->addrs, d->addrs + 1,
		    (HOME_ADDRS - 1) * sizeof(d->addrs[0]));
		d->naddrs--;
	}
	d->addrs[d->naddrs++] = *a;
}

static bool
is_host_mac(const struct mac *m)
{
	return !mac_is_zero(m) && !mac_is_group(m);
}

static bool
is_host_addr(const struct addr *a)
{
	return !addr_is_unspecified(a) && !addr_is_multicast(a);
}

/* Who held it has to be noticed when it uses the address once more. */
static void
lose(struct home *h, const struct holding *e)
{
	struct home_dev *d = h->nth[e->num];

	if (d && d->serial == e->serial && addr_eq(&d->used, &e->addr))
		d->used.ver = 0;
}

static void
hold(struct home *h, struct home_dev *d, const struct addr *a, bool announced)
{
	struct holding *e;

	if (!is_host_addr(a))
		return;
	e = lru_get(h->addrs, a);
	if (!e) {
		if (lru_full(h->addrs)) {
			e = lru_oldest(h->addrs);
			lose(h, e);
			lru_del(h->addrs, e);
		}
		e = lru_add(h->addrs, a);
		if (!e)
			return;
	}
	if (unlikely(e->serial != d->serial)) {
		lose(h, e);
		e->num = d->num;
		e->serial = d->serial;
		list_addr(d, a);
	}
	if (announced)
		e->announcer = d->serial;
	d->used = *a;
}

void
home_uses(struct home *h, struct home_dev *d, const struct addr *a)
{
	if (unlikely(!addr_eq(&d->used, a)))
		hold(h, d, a, false);
}

static struct home_dev *
holder(const struct home *h, const struct addr *a)
{
	const struct holding *e = lru_peek(h->addrs, a);
	struct home_dev *d = e ? h->nth[e->num] : NULL;

	return d && d->serial == e->serial ? d : NULL;
}

struct home_dev *
home_at(struct home *h, const struct addr *a, const struct mac *m)
{
	struct home_dev *d;

	if (m && is_host_mac(m)) {
		d = home_mac(h, m);
		home_uses(h, d, a);
		return d;
	}
	d = holder(h, a);
	if (d) {
		lru_touch(h->devs, d);
		return d;
	}
	d = dev_of_addr(h, a);
	hold(h, d, a, false);
	return d;
}

/* Records. */

static void
add_local(struct home *h, const struct prefix *p)
{
	size_t i;

	for (i = 0; i < h->nlocal; i++)
		if (h->local[i].len == p->len &&
		    addr_eq(&h->local[i].addr, &p->addr))
			return;
	if (h->nlocal < HOME_PREFIXES)
		h->local[h->nlocal++] = *p;
}

void
home_set_local(struct home *h, const struct prefix *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add_local(h, &p[i]);
	h->is_set = n > 0;
}

void
home_stream(struct home *h, const struct rec *r)
{
	const struct strs *local = &r->u.stream.local;
	struct prefix p;
	size_t i;

	if (h->is_set || !REC_HAS(r, STREAM, local))
		return;
	for (i = 0; i < local->n; i++)
		if (prefix_parse(&p, local->v[i].p, local->v[i].n) == 0)
			add_local(h, &p);
}

static const struct {
	const char *text;
	enum home_how rank;
	bool announced;
} hows[] = {
	{ "ip", HOME_HOW_OTHER, false },
	{ "dhcp", HOME_HOW_DHCP, true },
	{ "dhcp6", HOME_HOW_DHCP6, true },
	{ "mdns", HOME_HOW_MDNS, true },
	{ "arp", HOME_HOW_OTHER, true },
	{ "ndp", HOME_HOW_OTHER, true },
	{ "ra", HOME_HOW_OTHER, true },
};

static size_t
how_of(const struct rec *r)
{
	size_t i;

	if (REC_HAS(r, DEVICE, how))
		for (i = 0; i < ARRAY_SIZE(hows); i++)
			if (str_eq(r->u.device.how, str_of(hows[i].text)))
				return i;
	return 0;
}

struct str
home_cut(struct str s, size_t max)
{
	if (s.n > max)
		for (s.n = max; s.n > 0 && (s.p[s.n] & 0xc0) == 0x80; s.n--)
			;
	return s;
}

static void
set_text(char **to, struct str s)
{
	s = home_cut(s, HOME_TEXT);
	if (*to && str_eq(str_of(*to), s))
		return;
	free(*to);
	*to = xmalloc(s.n + 1);
	memcpy(*to, s.p, s.n);
	(*to)[s.n] = '\0';
}

void
home_device(struct home *h, const struct rec *r)
{
	const struct rec_device *v = &r->u.device;
	size_t how = how_of(r);
	bool has_mac = REC_HAS(r, DEVICE, mac) && is_host_mac(&v->mac);
	bool has_ip = REC_HAS(r, DEVICE, ip) && is_host_addr(&v->ip);
	struct home_dev *d;

	if (!has_mac && !has_ip)
		return;
	d = has_mac ? home_mac(h, &v->mac) : home_at(h, &v->ip, NULL);
	if (has_ip)
		hold(h, d, &v->ip, hows[how].announced);
	if (REC_HAS(r, DEVICE, name) && v->name.n &&
	    hows[how].rank >= d->rank) {
		set_text(&d->name, v->name);
		d->rank = hows[how].rank;
	}
	if (REC_HAS(r, DEVICE, vendor_class) && v->vendor_class.n)
		set_text(&d->vendor_class, v->vendor_class);
	d->router |= REC_HAS(r, DEVICE, router) && v->router;
}

struct home_dev *
home_called(struct home *h, struct str text, struct str name)
{
	struct home_dev *d;
	struct addr a;
	struct mac m;

	if (mac_parse(&m, text.p, text.n) == 0 && is_host_mac(&m))
		d = home_mac(h, &m);
	else if (addr_parse(&a, text.p, text.n) == 0)
		d = dev_of_addr(h, &a);
	else
		return NULL;
	if (name.n && d->rank == HOME_HOW_NONE)
		set_text(&d->name, name);
	return d;
}

/* Questions. */

static const struct home_dev *
peek_mac(const struct home *h, const struct mac *m)
{
	uint8_t key[18];

	key_of_mac(key, m);
	return lru_peek(h->devs, key);
}

static bool
is_announced(const struct home *h, const struct addr *a, const struct mac *m)
{
	const struct holding *e = lru_peek(h->addrs, a);
	const struct home_dev *d;

	if (!e || !e->announcer)
		return false;
	if (addr_is_private(a))
		return true;
	d = m ? peek_mac(h, m) : NULL;
	return d && d->serial == e->announcer;
}

bool
home_has(const struct home *h, const struct addr *a, const struct mac *m)
{
	size_t i;

	if (addr_is_linklocal(a) || addr_is_unspecified(a))
		return true;
	for (i = 0; i < h->nlocal; i++)
		if (prefix_has(&h->local[i], a))
			return true;
	return !h->is_set && is_announced(h, a, m);
}

bool
home_guesses(const struct home *h, uint8_t ver)
{
	size_t i;

	for (i = 0; i < h->nlocal; i++)
		if (h->local[i].addr.ver == ver)
			return false;
	return !h->is_set;
}

/* RFC 919: all bits of the host are ones; RFC 3021: not in a /31. */
bool
home_is_broadcast(const struct home *h, const struct addr *a)
{
	const struct prefix *p;
	struct addr last;
	size_t i;
	int bit;

	if (a->ver != 4 || a->b[3] == 0)
		return false;
	for (i = 0; i < h->nlocal; i++) {
		p = &h->local[i];
		if (p->addr.ver != 4 || p->len > 30 || !prefix_has(p, a))
			continue;
		last = p->addr;
		for (bit = p->len; bit < 32; bit++)
			last.b[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		if (addr_eq(&last, a))
			return true;
	}
	return false;
}

bool
home_is_way_out(const struct home *h, const struct mac *m)
{
	const struct home_dev *d = peek_mac(h, m);

	return d && (d->router || d->gateway);
}

bool
home_is_dweller(const struct home *h, const struct mac *m)
{
	const struct home_dev *d = peek_mac(h, m);

	return d && !d->router && !d->gateway;
}

const struct home_dev *
home_find(const struct home *h, struct str text)
{
	uint8_t key[18];
	struct addr a;
	struct mac m;

	if (mac_parse(&m, text.p, text.n) == 0)
		key_of_mac(key, &m);
	else if (addr_parse(&a, text.p, text.n) == 0)
		key_of_addr(key, &a);
	else
		return NULL;
	return lru_peek(h->devs, key);
}

const struct home_dev *
home_nth(const struct home *h, uint32_t num)
{
	return num && num <= h->used ? h->nth[num] : NULL;
}

uint32_t
home_max(const struct home *h)
{
	return h->used;
}

uint64_t
home_seen(const struct home *h)
{
	return h->seen;
}

uint64_t
home_evicted(const struct home *h)
{
	return h->evicted;
}

struct home *
home_new(size_t max, const struct hashkey *key)
{
	struct home *h = xcalloc(1, sizeof(*h));

	h->devs = lru_new(max, sizeof(((struct home_dev *)0)->key),
	    sizeof(struct home_dev), key);
	h->addrs = lru_new(max * ADDRS_EACH, sizeof(struct addr),
	    sizeof(struct holding), key);
	h->nth = xcalloc(max + 1, sizeof(*h->nth));
	return h;
}

void
home_free(struct home *h)
{
	uint32_t i;

	if (!h)
		return;
	for (i = 1; i <= h->used; i++) {
		if (!h->nth[i])
			continue;
		free(h->nth[i]->name);
		free(h->nth[i]->vendor_class);
	}
	lru_free(h->devs);
	lru_free(h->addrs);
	free(h->nth);
	free(h);
}
