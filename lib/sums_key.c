/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums_priv.h"

#include <string.h>

#include "bytes.h"

#define SHOWN_MOST	6	/* bytes that one byte becomes in JSON */

struct sums_member {
	unsigned by;
	unsigned no;		/* of the member: bit of rec.has */
	bool number;
	bool peer;
	size_t at;		/* in struct rec */
};

#define AT(field)	offsetof(struct rec, u.digest.field)
#define TEXT(BY, field) { .by = SUMS_##BY, .no = REC_DIGEST_##field, \
	.at = AT(field) }
#define NUMBER(BY, field) { .by = SUMS_##BY, .no = REC_DIGEST_##field, \
	.number = true, .at = AT(field) }

/* In the order in which keys compare. */
static const struct sums_member members[SUMS_MEMBERS] = {
	TEXT(AGENT, agent),
	TEXT(DEVICE, device),
	TEXT(NAME, name),
	{ .by = SUMS_PEER, .no = REC_DIGEST_peer, .peer = true,
	  .at = AT(peer) },
	TEXT(WHERE, where),
	TEXT(PROTO, proto),
	NUMBER(PORT, port),
	TEXT(SERVICE, service),
	TEXT(DIR, dir),
	NUMBER(HOUR, hour),
	TEXT(WEEKDAY, weekday),
};

void
sums_form_init(struct sums_form *f, unsigned by)
{
	size_t i;

	f->by = by;
	f->n = 0;
	for (i = 0; i < SUMS_MEMBERS; i++)
		if (by & members[i].by)
			f->m[f->n++] = &members[i];
}

size_t
sums_shown(const struct str *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		unsigned char c = (unsigned char)s->p[i];

		if (c == '"' || c == '\\')
			n += 2;
		else
			n += c >= 0x20 && c < 0x7f ? 1 : SHOWN_MOST;
	}
	return n;
}

bool
sums_fits(const struct str *s)
{
	return likely(s->n <= SUMS_TEXT_MAX / SHOWN_MOST) ||
	    (s->n <= SUMS_TEXT_MAX && sums_shown(s) <= SUMS_TEXT_MAX);
}

static unsigned char *
put64(unsigned char *to, uint64_t v)
{
	int i;

	for (i = 56; i >= 0; i -= 8)
		*to++ = (unsigned char)(v >> i);
	return to;
}

bool
sums_peer_is_device(const struct rec *d)
{
	return REC_HAS(d, DIGEST, peer_mac) &&
	    sums_fits(&d->u.digest.peer_mac);
}

static unsigned char *
put_member(unsigned char *to, const struct sums_member *m,
    const struct rec *d)
{
	const void *field = (const char *)d + m->at;
	const struct str *s = field;

	if (m->number)
		return put64(sums_put(to, 9, NULL), *(const uint64_t *)field);
	if (unlikely(!sums_fits(s)))
		return sums_put(to, 0, NULL);
	return sums_put(to, s->n + 1, s);
}

void
sums_key_make(struct sums_key *k, const struct sums_form *f, int64_t start,
    const struct rec *d)
{
	const struct str *mac = &d->u.digest.peer_mac;
	unsigned char *to = put64(k->b, (uint64_t)start);
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->m[i]->peer && sums_peer_is_device(d))
			to = sums_put(to, SUMS_IS_DEVICE + mac->n + 1, mac);
		else if (d->has >> f->m[i]->no & 1)
			to = put_member(to, f->m[i], d);
		else
			to = sums_put(to, 0, NULL);
	}
	k->n = (size_t)(to - k->b);
}

static void
set_member(struct rec *to, const struct sums_member *m,
    const unsigned char *p, size_t n)
{
	void *field = (char *)to + m->at;

	to->has |= (uint64_t)1 << m->no;
	if (m->number)
		*(uint64_t *)field = be64(p);
	else
		*(struct str *)field = (struct str){ (const char *)p, n };
}

void
sums_key_rec(const unsigned char *key, const struct sums_form *f,
    struct rec *to)
{
	const unsigned char *p = key + 8;
	size_t i, n;

	for (i = 0; i < f->n; i++) {
		n = be16(p);
		p += 2;
		if (n == 0)
			continue;
		if (n < SUMS_IS_DEVICE)
			set_member(to, f->m[i], p, n - 1);
		else
			REC_SET(to, DIGEST, digest, peer_mac, ((struct str){
			    (const char *)p, n - SUMS_IS_DEVICE - 1 }));
		p += n % SUMS_IS_DEVICE - 1;
	}
}

int
sums_compare(const void *a, size_t an, const void *b, size_t bn)
{
	size_t n = an < bn ? an : bn;
	int c = n ? memcmp(a, b, n) : 0;

	return c ? c : (an > bn) - (an < bn);
}

int
sums_key_cmp(const struct sums_form *f, const unsigned char *a,
    const unsigned char *b)
{
	size_t i, an, bn, alen, blen;
	int c;

	a += 8;
	b += 8;
	for (i = 0; i < f->n; i++, a += alen, b += blen) {
		an = be16(a);
		bn = be16(b);
		a += 2;
		b += 2;
		alen = an ? an % SUMS_IS_DEVICE - 1 : 0;
		blen = bn ? bn % SUMS_IS_DEVICE - 1 : 0;
		if (!an || !bn)
			c = (an > 0) - (bn > 0);
		else
			c = sums_compare(a, alen, b, blen);
		if (c)
			return c;
		if (an != bn)	/* a device and something called so */
			return an > bn ? 1 : -1;
	}
	return 0;
}
