/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums_priv.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "xalloc.h"

#define HOSTS_MAX	16384	/* bytes of all hosts of a row, as JSON */

static bool
has(const struct rec *d, unsigned no)
{
	return (d->has >> no & 1) != 0;
}

static int64_t
clamp(int64_t ts)
{
	if (ts > REC_TIME_MAX)
		return REC_TIME_MAX;
	return ts < -REC_TIME_MAX ? -REC_TIME_MAX : ts;
}

int64_t
sums_first(const struct rec *d)
{
	return clamp(REC_HAS(d, DIGEST, first) ? d->u.digest.first : d->ts);
}

int64_t
sums_last(const struct rec *d)
{
	int64_t first = sums_first(d), last;

	last = REC_HAS(d, DIGEST, last) ? clamp(d->u.digest.last) : first;
	return last > first ? last : first;
}

/*
 * What a row has beside its key and its sums: the texts that follow from a
 * member of the key, as long as all digests agree, or NULL.
 */
static const struct str *
text_if(const struct rec *d, bool wanted, unsigned no, const struct str *s)
{
	return wanted && has(d, no) && sums_fits(s) ? s : NULL;
}

static const struct str *
name_of(const struct sums_form *f, const struct rec *d)
{
	return text_if(d, (f->by & (SUMS_DEVICE | SUMS_NAME)) == SUMS_DEVICE,
	    REC_DIGEST_name, &d->u.digest.name);
}

static const struct str *
service_of(const struct sums_form *f, const struct rec *d)
{
	return text_if(d, (f->by & (SUMS_PORT | SUMS_SERVICE)) == SUMS_PORT,
	    REC_DIGEST_service, &d->u.digest.service);
}

/* What a peer that is a device is called; of others that is in the key. */
static const struct str *
peer_of(const struct sums_form *f, const struct rec *d)
{
	return text_if(d, f->by & SUMS_PEER && sums_peer_is_device(d),
	    REC_DIGEST_peer, &d->u.digest.peer);
}

/* Lists of a digest, empty when the row shall not have them. */
static struct addrs
own_ips_of(const struct sums_form *f, const struct rec *d)
{
	if (!(f->by & SUMS_DEVICE) || !REC_HAS(d, DIGEST, device_ip))
		return (struct addrs){ NULL, 0 };
	return d->u.digest.device_ip;
}

static struct addrs
ips_of(const struct sums_form *f, const struct rec *d)
{
	if (!(f->by & SUMS_PEER) || !REC_HAS(d, DIGEST, peer_ip))
		return (struct addrs){ NULL, 0 };
	return d->u.digest.peer_ip;
}

static struct strs
hosts_of(const struct sums_form *f, const struct rec *d)
{
	if (!(f->by & SUMS_PEER) || !REC_HAS(d, DIGEST, hosts))
		return (struct strs){ NULL, 0 };
	return d->u.digest.hosts;
}

static size_t
length(const struct str *s)
{
	return s ? s->n : 0;
}

static size_t
ips_size(struct addrs a)
{
	return (a.n < REC_LIST_MAX ? a.n : REC_LIST_MAX) * sizeof(*a.v);
}

void
sums_row_parts(struct sums_parts *p, const struct sums_form *f,
    const struct sums_key *k, const struct rec *d)
{
	struct strs hosts = hosts_of(f, d);
	size_t i;

	p->name = name_of(f, d);
	p->service = service_of(f, d);
	p->peer = peer_of(f, d);
	p->own_ips = ips_size(own_ips_of(f, d));
	p->ips = ips_size(ips_of(f, d));
	p->hosts = 0;
	for (i = 0; i < hosts.n && i < REC_LIST_MAX; i++)
		if (p->hosts + hosts.v[i].n <= HOSTS_MAX)
			p->hosts += 2 + hosts.v[i].n;
	p->cost = sums_cost(sizeof(struct sums_row) + k->n +
	    length(p->name) + length(p->service) + length(p->peer) +
	    p->own_ips + p->ips + p->hosts);
}

/* Puts a text into the row, at *to. */
static struct str
kept(unsigned char **to, const struct str *s)
{
	char *p = (char *)*to;

	if (!s)
		return (struct str){ NULL, 0 };
	if (s->n)
		memcpy(p, s->p, s->n);
	*to += s->n;
	return (struct str){ p, s->n };
}

static struct sums_label
label_at(unsigned char **to, const struct str *s, int64_t at)
{
	return (struct sums_label){ .text = kept(to, s), .at = at,
		.room = (uint16_t)length(s) };
}

static struct sums_list
list_at(unsigned char **to, size_t cap)
{
	struct sums_list l = { .p = *to, .cap = (uint32_t)cap };

	*to += cap;
	return l;
}

struct sums_row *
sums_row_new(const struct sums_parts *parts, struct sums_mem *mem,
    const struct sums_key *k, const struct rec *d)
{
	struct sums_row *r = xmalloc(parts->cost - 8);
	unsigned char *to = r->key + k->n;

	memset(r, 0, sizeof(*r));
	memcpy(r->key, k->b, k->n);
	r->keylen = (uint16_t)k->n;
	r->cost = parts->cost;
	r->first = sums_first(d);
	r->last = sums_last(d);
	r->name = label_at(&to, parts->name, r->last);
	r->peer = label_at(&to, parts->peer, r->last);
	r->service = kept(&to, parts->service);
	r->own_ips = list_at(&to, parts->own_ips);
	r->ips = list_at(&to, parts->ips);
	r->hosts = list_at(&to, parts->hosts);
	mem->bytes += r->cost;
	return r;
}

static void
list_free(struct sums_list *l, struct sums_mem *mem)
{
	if (l->own) {
		mem->bytes -= sums_cost(l->cap);
		free(l->p);
	}
}

static void
label_free(struct sums_label *l, struct sums_mem *mem)
{
	if (l->own) {
		mem->bytes -= sums_cost(l->room);
		free((void *)(uintptr_t)l->text.p);
	}
	l->own = false;
}

void
sums_row_free(struct sums_row *r, struct sums_mem *mem)
{
	list_free(&r->own_ips, mem);
	list_free(&r->ips, mem);
	list_free(&r->hosts, mem);
	label_free(&r->name, mem);
	label_free(&r->peer, mem);
	mem->bytes -= r->cost;
	free(r);
}

static bool
may_take(const struct sums_mem *mem, size_t n)
{
	return !mem->fold || mem->bytes + n <= mem->max;
}

static bool
list_room(struct sums_list *l, struct sums_mem *mem, size_t n)
{
	size_t cap = 2 * (size_t)l->cap, was = l->own ? sums_cost(l->cap) : 0;
	unsigned char *p;

	if (l->cap - l->used >= n)
		return true;
	if (cap < l->used + 2 * n)
		cap = l->used + 2 * n;
	if (!may_take(mem, sums_cost(cap) - was))
		return false;
	p = xreallocarray(l->own ? l->p : NULL, cap, 1);
	if (!l->own && l->used)
		memcpy(p, l->p, l->used);
	mem->bytes += sums_cost(cap) - was;
	l->p = p;
	l->cap = (uint32_t)cap;
	l->own = true;
	return true;
}

static uint64_t
plus(uint64_t a, uint64_t b)
{
	return b > REC_UINT_MAX - a ? REC_UINT_MAX : a + b;
}

static void
add_ip(struct sums_row *r, struct sums_list *l, struct sums_mem *mem,
    const struct addr *a)
{
	size_t i;

	for (i = 0; i < l->used; i += sizeof(*a))
		if (memcmp(l->p + i, a, sizeof(*a)) == 0)
			return;
	if (l->n == REC_LIST_MAX || !list_room(l, mem, sizeof(*a))) {
		r->more = plus(r->more, 1);
		return;
	}
	memcpy(l->p + l->used, a, sizeof(*a));
	l->used += (uint32_t)sizeof(*a);
	l->n++;
}

static bool
host_known(const struct sums_list *l, const struct str *host)
{
	size_t i, n;

	for (i = 0; i < l->used; i += 2 + n) {
		n = be16(l->p + i);
		if (n == host->n && (n == 0 ||
		    memcmp(l->p + i + 2, host->p, n) == 0))
			return true;
	}
	return false;
}

static void
add_host(struct sums_row *r, struct sums_mem *mem, const struct str *host)
{
	struct sums_list *l = &r->hosts;
	size_t n;

	if (host_known(l, host))
		return;
	n = host->n <= HOSTS_MAX ? sums_shown(host) : HOSTS_MAX + 1;
	if (l->n == REC_LIST_MAX || l->shown + n > HOSTS_MAX ||
	    !list_room(l, mem, 2 + host->n)) {
		r->more = plus(r->more, 1);
		return;
	}
	(void)sums_put(l->p + l->used, host->n, host);
	l->used += 2 + (uint32_t)host->n;
	l->shown += (uint32_t)n;
	l->n++;
}

/* Whether the row has all the lists that the digest's `more` may be about. */
static bool
takes_more(const struct sums_form *f, const struct rec *d)
{
	if (!REC_HAS(d, DIGEST, more))
		return false;
	return f->by & SUMS_PEER || (f->by & SUMS_DEVICE &&
	    !REC_HAS(d, DIGEST, peer) && !REC_HAS(d, DIGEST, peer_mac));
}

static void
add_lists(struct sums_row *r, const struct sums_form *f, struct sums_mem *mem,
    const struct rec *d)
{
	struct addrs own = own_ips_of(f, d), ips = ips_of(f, d);
	struct strs hosts = hosts_of(f, d);
	size_t i;

	for (i = 0; i < own.n; i++)
		add_ip(r, &r->own_ips, mem, &own.v[i]);
	for (i = 0; i < ips.n; i++)
		add_ip(r, &r->ips, mem, &ips.v[i]);
	for (i = 0; i < hosts.n; i++)
		add_host(r, mem, &hosts.v[i]);
	if (takes_more(f, d))
		r->more = plus(r->more, d->u.digest.more);
}

/* In place of the old one where that was as long, which needs no room. */
static void
set_label(struct sums_label *l, struct sums_mem *mem, const struct str *s)
{
	char *p = (char *)(uintptr_t)l->text.p;

	if (!p || s->n > l->room) {
		if (!may_take(mem, sums_cost(s->n)))
			return;
		p = xmalloc(s->n);
		label_free(l, mem);
		l->own = true;
		l->room = (uint16_t)s->n;
		mem->bytes += sums_cost(s->n);
	}
	if (s->n)
		memcpy(p, s->p, s->n);
	l->text = (struct str){ p, s->n };
}

/* The one heard last; of two at one time the greater, in whatever order. */
static void
add_label(struct sums_label *l, struct sums_mem *mem, const struct str *s,
    int64_t at)
{
	if (!s || (l->text.p && at < l->at))
		return;
	if (!l->text.p || (!str_eq(l->text, *s) && (at > l->at ||
	    sums_compare(s->p, s->n, l->text.p, l->text.n) > 0)))
		set_label(l, mem, s);
	l->at = at;
}

/* No value is one, too: it stays away once a digest lacked it. */
static void
agree(struct str *kept_one, const struct str *s)
{
	if (kept_one->p && (!s || !str_eq(*kept_one, *s)))
		*kept_one = (struct str){ NULL, 0 };
}

static void
add_counters(struct sums_row *r, const struct rec *d)
{
#define ADD(field) \
	if (REC_HAS(d, DIGEST, field)) \
		r->field = plus(r->field, d->u.digest.field)
	ADD(flows);
	ADD(unanswered);
	ADD(pkts_out);
	ADD(bytes_out);
	ADD(pkts_in);
	ADD(bytes_in);
#undef ADD
}

void
sums_row_add(struct sums_row *r, const struct sums_form *f,
    struct sums_mem *mem, const struct rec *d)
{
	int64_t first = sums_first(d), last = sums_last(d);

	add_counters(r, d);
	if (first < r->first)
		r->first = first;
	if (last > r->last)
		r->last = last;
	add_label(&r->name, mem, name_of(f, d), last);
	add_label(&r->peer, mem, peer_of(f, d), last);
	agree(&r->service, service_of(f, d));
	if (f->by & (SUMS_DEVICE | SUMS_PEER))
		add_lists(r, f, mem, d);
}

static void
rec_lists(const struct sums_row *r, struct sums_lists *lists, struct rec *to)
{
	const unsigned char *p = r->hosts.p;
	size_t i;

	for (i = 0; i < r->hosts.n; i++) {
		lists->hosts[i] = (struct str){ (const char *)p + 2, be16(p) };
		p += 2 + lists->hosts[i].n;
	}
	if (r->own_ips.n) {
		memcpy(lists->own_ips, r->own_ips.p, r->own_ips.used);
		REC_SET(to, DIGEST, digest, device_ip,
		    ((struct addrs){ lists->own_ips, r->own_ips.n }));
	}
	if (r->ips.n) {
		memcpy(lists->ips, r->ips.p, r->ips.used);
		REC_SET(to, DIGEST, digest, peer_ip,
		    ((struct addrs){ lists->ips, r->ips.n }));
	}
	if (r->hosts.n)
		REC_SET(to, DIGEST, digest, hosts,
		    ((struct strs){ lists->hosts, r->hosts.n }));
	if (r->more)
		REC_SET(to, DIGEST, digest, more, r->more);
}

void
sums_row_rec(const struct sums_row *r, const struct sums_form *f,
    struct sums_lists *lists, struct rec *to)
{
	rec_init(to, REC_TYPE_DIGEST);
	sums_key_rec(r->key, f, to);
	if (r->name.text.p)
		REC_SET(to, DIGEST, digest, name, r->name.text);
	if (r->peer.text.p)
		REC_SET(to, DIGEST, digest, peer, r->peer.text);
	if (r->service.p)
		REC_SET(to, DIGEST, digest, service, r->service);
	rec_lists(r, lists, to);
	REC_SET(to, DIGEST, digest, flows, r->flows);
	REC_SET(to, DIGEST, digest, unanswered, r->unanswered);
	REC_SET(to, DIGEST, digest, pkts_out, r->pkts_out);
	REC_SET(to, DIGEST, digest, bytes_out, r->bytes_out);
	REC_SET(to, DIGEST, digest, pkts_in, r->pkts_in);
	REC_SET(to, DIGEST, digest, bytes_in, r->bytes_in);
	REC_SET(to, DIGEST, digest, first, r->first);
	REC_SET(to, DIGEST, digest, last, r->last);
}

/* What a row is sorted by. All of these fit without a sign. */
static uint64_t
measure(enum sums_sort sort, const struct sums_row *r)
{
	switch (sort) {
	case SUMS_SORT_BYTES:
		return r->bytes_out + r->bytes_in;
	case SUMS_SORT_BYTES_OUT:
		return r->bytes_out;
	case SUMS_SORT_BYTES_IN:
		return r->bytes_in;
	case SUMS_SORT_PKTS:
		return r->pkts_out + r->pkts_in;
	case SUMS_SORT_PKTS_OUT:
		return r->pkts_out;
	case SUMS_SORT_PKTS_IN:
		return r->pkts_in;
	case SUMS_SORT_FLOWS:
		return r->flows;
	case SUMS_SORT_UNANSWERED:
		return r->unanswered;
	case SUMS_SORT_FIRST:
		return (uint64_t)(REC_TIME_MAX - r->first);
	case SUMS_SORT_LAST:
		return (uint64_t)(REC_TIME_MAX + r->last);
	default:
		return 0;
	}
}

int
sums_row_cmp(const struct sums_form *f, enum sums_sort sort,
    const struct sums_row *a, const struct sums_row *b)
{
	uint64_t ma = measure(sort, a), mb = measure(sort, b);

	if (ma != mb)
		return ma > mb ? -1 : 1;
	return sums_key_cmp(f, a->key, b->key);
}
