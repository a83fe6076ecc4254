/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include <stdlib.h>

#include "bytes.h"
#include "sight_priv.h"
#include "xalloc.h"

#define SECOND		INT64_C(1000000)
#define HOUR		(3600 * SECOND)
#define HELD_MAX	16	/* addresses of one MAC */
#define HELD_MEAN	4	/* of all, in the table of addresses */
#define MDNS_NAMES	4	/* of one MAC that are remembered */

static const struct {
	int64_t rate, burst;	/* records a second, and at once */
} of_strangers = { 100, 100 }, of_device = { 1, 32 };

/* What is remembered of a text is a hash: enough to see that it changed. */
enum { SAID_NAME, SAID_CLASS, SAID_PARAMS, SAID_MUD, SAID_COUNT };

struct device {
	struct mac mac;		/* the key */
	uint8_t nheld;
	uint8_t name_len;
	bool router;
	struct holding *newest, *oldest;	/* in the table of addresses */
	struct sight_bucket bucket;
	uint64_t said[2][SAID_COUNT];	/* in DHCP, in DHCPv6 */
	uint64_t mdns[MDNS_NAMES];	/* the latest first */
	uint8_t name[SIGHT_TEXT_MAX];	/* its own, from DHCP; raw */
};

/* An address, and the device that holds it. */
struct holding {
	struct addr addr;	/* the key */
	struct device *dev;
	struct holding *newer, *older;	/* of the same device */
	int64_t seen;
};

/* Limits. */

static void
bucket_fill(struct sight_bucket *b, int64_t now, int64_t burst)
{
	b->last = now;
	b->level = burst * SECOND;
}

/*
 * Takes one out of the bucket. Time that goes back a little (several
 * interfaces) fills nothing twice; time that goes back far starts anew from
 * there, without filling.
 */
static bool
bucket_take(struct sight_bucket *b, int64_t now, int64_t rate, int64_t burst)
{
	if (now > b->last) {
		uint64_t gone = (uint64_t)now - (uint64_t)b->last;

		if (gone >= (uint64_t)(burst * SECOND))
			b->level = burst * SECOND;
		else
			b->level += (int64_t)gone * rate;
		if (b->level > burst * SECOND)
			b->level = burst * SECOND;
		b->last = now;
	} else if ((uint64_t)b->last - (uint64_t)now > (uint64_t)SECOND) {
		b->last = now;
	}
	if (b->level < SECOND)
		return false;
	b->level -= SECOND;
	return true;
}

/* The table. */

struct sight *
sight_new(const struct hashkey *key, size_t devices, sight_emit *emit,
    void *ctx)
{
	struct sight *s = xcalloc(1, sizeof(*s));

	s->key = key;
	s->emit = emit;
	s->ctx = ctx;
	bucket_fill(&s->strangers, 0, of_strangers.burst);
	s->devices = lru_new(devices, sizeof(struct mac),
	    sizeof(struct device), key);
	s->holdings = lru_new(devices * HELD_MEAN, sizeof(struct addr),
	    sizeof(struct holding), key);
	return s;
}

void
sight_free(struct sight *s)
{
	if (!s)
		return;
	lru_free(s->holdings);
	lru_free(s->devices);
	free(s);
}

size_t
sight_counts(const struct sight *s, struct count to[static SIGHT_COUNTS])
{
	static const struct str names[] = {
#define C(NUMBER, name) { name, sizeof(name) - 1 },
		SIGHT_COUNTERS(C)
#undef C
	};
	size_t i, n = 0;

	for (i = 0; i < SIGHT_NCOUNTERS; i++)
		if (s->counts[i])
			to[n++] = (struct count){ names[i], s->counts[i] };
	return n;
}

/* Addresses. */

static void
holding_unlink(struct holding *h)
{
	struct device *d = h->dev;

	*(h->newer ? &h->newer->older : &d->newest) = h->older;
	*(h->older ? &h->older->newer : &d->oldest) = h->newer;
	d->nheld--;
}

static void
holding_link(struct holding *h, struct device *d)
{
	h->dev = d;
	h->newer = NULL;
	h->older = d->newest;
	*(d->newest ? &d->newest->newer : &d->oldest) = h;
	d->newest = h;
	d->nheld++;
}

static void
holding_del(struct sight *s, struct holding *h)
{
	holding_unlink(h);
	lru_del(s->holdings, h);
}

/* Seen again: now the newest of its device. */
static void
holding_touch(struct holding *h, int64_t ts)
{
	h->seen = ts;
	if (h->newer) {
		struct device *d = h->dev;

		holding_unlink(h);
		holding_link(h, d);
	}
}

static bool
is_fresh(const struct holding *h, int64_t now)
{
	return now <= h->seen || (uint64_t)now - (uint64_t)h->seen < HOUR;
}

static void
hold(struct sight *s, struct device *d, const struct addr *a, int64_t ts)
{
	struct holding *h = lru_get(s->holdings, a);

	if (h) {
		holding_unlink(h);
	} else {
		if (d->nheld >= HELD_MAX)
			holding_del(s, d->oldest);
		if (lru_full(s->holdings))
			holding_del(s, lru_oldest(s->holdings));
		h = lru_add(s->holdings, a);
		if (!h)
			return;
	}
	holding_link(h, d);
	h->seen = ts;
	/* One that moved here may have been one too many. */
	if (d->nheld > HELD_MAX)
		holding_del(s, d->oldest);
}

const struct mac *
sight_holder(const struct sight *s, const struct addr *a)
{
	const struct holding *h = lru_peek(s->holdings, a);

	return h ? &h->dev->mac : NULL;
}

bool
sight_is_host(const struct addr *a)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (addr_is_unspecified(a) || addr_is_multicast(a))
		return false;
	if (a->ver == 6)
		return memcmp(a->b, loopback, sizeof(loopback)) != 0;
	/* 0/8 "this network", 127/8 loopback, 240/4 reserved (RFC 6890). */
	return a->b[0] != 0 && a->b[0] != 127 && a->b[0] < 240;
}

/* News. */

/* What a sighting says that the table does not know: hashes of texts, ... */
struct news {
	bool any;
	bool addr, router;
	struct holding *held;		/* of the address, or NULL */
	uint64_t said[SAID_COUNT];	/* 0: nothing new */
	uint64_t mdns;
};

static uint64_t
text_hash(const struct sight *s, struct str t)
{
	return t.n ? hash_bytes(s->key, t.p, t.n) | 1 : 0;
}

static void
texts_news(const struct sight *s, const struct device *d,
    const struct sighting *g, struct news *n)
{
	const struct str t[SAID_COUNT] = {
		g->name, g->vendor_class, g->params, g->mud_url
	};
	size_t i;

	for (i = 0; i < SAID_COUNT; i++) {
		uint64_t h = text_hash(s, t[i]);

		if (h && h != d->said[g->how == HOW_DHCP6][i]) {
			n->said[i] = h;
			n->any = true;
		}
	}
}

static void
mdns_news(const struct sight *s, const struct device *d,
    const struct sighting *g, struct news *n)
{
	uint64_t h = text_hash(s, g->name);
	size_t i;

	for (i = 0; i < MDNS_NAMES; i++)
		if (d->mdns[i] == h)
			return;
	n->mdns = h;
	n->any = true;
}

/*
 * `d` NULL: never seen. An address that is only seen in traffic is not worth
 * forgetting another one for, unless that has not been seen for long: behind
 * one MAC there may be a whole network.
 */
static struct news
news_of(struct sight *s, const struct device *d, const struct sighting *g)
{
	static const struct device stranger;
	struct news n = { .any = !d };

	if (!d)
		d = &stranger;
	if (g->ip.ver) {
		n.held = lru_peek(s->holdings, &g->ip);
		n.addr = !n.held || n.held->dev != d;
		if (n.addr && g->how == HOW_IP && d->nheld >= HELD_MAX &&
		    is_fresh(d->oldest, g->ts)) {
			sight_count(s, SIGHT_FULL);
			n.addr = false;
		}
	}
	n.router = g->router && !d->router;
	n.any = n.any || n.addr || n.router;
	if (g->how == HOW_MDNS)
		mdns_news(s, d, g, &n);
	else
		texts_news(s, d, g, &n);
	return n;
}

static void
remember(struct sight *s, struct device *d, const struct sighting *g,
    const struct news *n)
{
	uint64_t *said = d->said[g->how == HOW_DHCP6];
	size_t i;

	if (n->addr)
		hold(s, d, &g->ip, g->ts);
	d->router = d->router || g->router;
	for (i = 0; i < SAID_COUNT; i++)
		if (n->said[i])
			said[i] = n->said[i];
	if (n->said[SAID_NAME]) {
		d->name_len = (uint8_t)g->name.n;
		memcpy(d->name, g->name.p, g->name.n);
	}
	if (n->mdns) {
		memmove(d->mdns + 1, d->mdns,
		    sizeof(d->mdns) - sizeof(d->mdns[0]));
		d->mdns[0] = n->mdns;
	}
}

static struct str
escaped(char *to, struct str raw)
{
	return (struct str){ to, utf8_escape(to, raw.p, raw.n) };
}

static int
make_record(struct sight *s, const struct sighting *g)
{
	static const struct str how[] = {
		[HOW_ARP] = { "arp", 3 }, [HOW_NDP] = { "ndp", 3 },
		[HOW_RA] = { "ra", 2 }, [HOW_DHCP] = { "dhcp", 4 },
		[HOW_DHCP6] = { "dhcp6", 5 }, [HOW_MDNS] = { "mdns", 4 },
		[HOW_IP] = { "ip", 2 },
	};
	struct rec r;

	rec_init(&r, REC_TYPE_DEVICE);
	r.ts = g->ts;
	REC_SET(&r, DEVICE, device, mac, g->mac);
	if (g->ip.ver)
		REC_SET(&r, DEVICE, device, ip, g->ip);
	if (g->name.n)
		REC_SET(&r, DEVICE, device, name, escaped(s->name, g->name));
	REC_SET(&r, DEVICE, device, how, how[g->how]);
	if (g->vendor_class.n)
		REC_SET(&r, DEVICE, device, vendor_class,
		    escaped(s->vendor_class, g->vendor_class));
	if (g->params.n)
		REC_SET(&r, DEVICE, device, params, g->params);
	if (g->mud_url.n)
		REC_SET(&r, DEVICE, device, mud_url, g->mud_url);
	if (g->router)
		REC_SET(&r, DEVICE, device, router, true);
	if (g->vlan != VLAN_NONE)
		REC_SET(&r, DEVICE, device, vlan, g->vlan);
	sight_count(s, SIGHT_RECORDS);
	return s->emit(s->ctx, &r);
}

/* Sightings. */

struct sighting
sighting_by(int64_t ts, enum sight_how how, const uint8_t *mac,
    const struct link_info *link)
{
	struct sighting g = { .ts = ts, .how = how, .vlan = link->vlan };

	if (mac)
		memcpy(g.mac.b, mac, sizeof(g.mac.b));
	return g;
}

/* Room for a new device; the longest unseen one goes when the table is full. */
static struct device *
add_device(struct sight *s, const struct mac *mac, int64_t ts)
{
	struct device *d;

	if (lru_full(s->devices)) {
		d = lru_oldest(s->devices);
		while (d->newest)
			holding_del(s, d->newest);
		lru_del(s->devices, d);
		sight_count(s, SIGHT_EVICTED);
	}
	d = lru_add(s->devices, mac);
	if (d)
		bucket_fill(&d->bucket, ts, of_device.burst);
	return d;
}

static bool
may_report(struct sight *s, struct device *d, int64_t ts)
{
	if (d)
		return bucket_take(&d->bucket, ts, of_device.rate,
		    of_device.burst);
	return bucket_take(&s->strangers, ts, of_strangers.rate,
	    of_strangers.burst);
}

/* Leaves in a sighting what can be true. False: it is nobody's. */
static bool
sift(struct sight *s, struct sighting *g)
{
	size_t i;

	if (mac_is_zero(&g->mac) || mac_is_group(&g->mac)) {
		sight_count(s, mac_is_zero(&g->mac) ? SIGHT_NO_MAC :
		    SIGHT_BAD_MAC);
		return false;
	}
	if (g->ip.ver && !sight_is_host(&g->ip)) {
		sight_count(s, SIGHT_BAD_ADDRESS);
		g->ip.ver = 0;
	}
	for (i = 0; g->ip.ver && i < SIGHT_ROUTERS; i++)
		if (addr_eq(&s->routers[i], &g->ip))
			g->router = true;
	if (g->name.n > SIGHT_TEXT_MAX)
		g->name.n = SIGHT_TEXT_MAX;
	if (g->vendor_class.n > SIGHT_TEXT_MAX)
		g->vendor_class.n = SIGHT_TEXT_MAX;
	return true;
}

/* No news; but what is known has been seen again. */
static void
refresh(struct sight *s, const struct device *d, struct holding *h, int64_t ts)
{
	if (!h)
		return;
	lru_touch(s->holdings, h);
	if (h->dev == d)
		holding_touch(h, ts);
}

/* `given`: the device's own name, where known, goes with its address. */
static int
learn(struct sight *s, struct sighting g, bool given)
{
	struct device *d;
	struct news n;

	if (!sift(s, &g))
		return 0;
	d = lru_get(s->devices, &g.mac);
	given = given && d && d->name_len;
	if (given)
		g.name.n = 0;
	n = news_of(s, d, &g);
	if (d && !n.any) {
		refresh(s, d, n.held, g.ts);
		return 0;
	}
	if (!may_report(s, d, g.ts)) {
		sight_count(s, SIGHT_SUPPRESSED);
		return 0;
	}
	if (!d)
		d = add_device(s, &g.mac, g.ts);
	if (d)
		remember(s, d, &g, &n);
	if (given)
		g.name = (struct str){ (const char *)d->name, d->name_len };
	return make_record(s, &g);
}

int
sight_learn(struct sight *s, const struct sighting *g)
{
	return learn(s, *g, false);
}

int
sight_learn_given(struct sight *s, const struct sighting *g)
{
	return learn(s, *g, true);
}

/*
 * Whether this MAC sent from this address within the last minute: most flows
 * end here. The place in the memo needs no keyed hash: whoever makes two
 * collide gains only that they are looked up.
 */
static bool
is_repeat(struct sight *s, const struct addr *a, const uint8_t *mac,
    int64_t ts)
{
	uint32_t mix = be32(a->b) ^ be32(a->b + 8) ^ be32(a->b + 12) ^
	    (be32(mac + 2) << 7);
	struct sight_memo *m = &s->memo[(mix * 2654435761u) >> 24];

	if (addr_eq(&m->addr, a) && memcmp(m->mac.b, mac, 6) == 0 &&
	    ts >= m->ts && (uint64_t)ts - (uint64_t)m->ts < 60 * SECOND)
		return true;
	m->addr = *a;
	memcpy(m->mac.b, mac, 6);
	m->ts = ts;
	return false;
}

int
sight_ip(struct sight *s, const struct pkt *p)
{
	struct addr a = pkt_addr(p, p->src);
	const uint8_t *mac = p->link->src_mac;
	const struct holding *h;
	struct sighting g;

	if (!mac || is_repeat(s, &a, mac, p->ts) || !sight_is_host(&a))
		return 0;
	if (!addr_is_linklocal(&a) && !(sight_knows_prefixes(s, a.ver) ?
	    sight_in_prefixes(s, &a) : addr_is_private(&a)))
		return 0;
	h = lru_peek(s->holdings, &a);
	if (h && memcmp(h->dev->mac.b, mac, 6) != 0 && is_fresh(h, p->ts))
		return 0;
	g = sighting_by(p->ts, HOW_IP, mac, p->link);
	g.ip = a;
	return sight_learn(s, &g);
}

int
sight_pkt(struct sight *s, const struct pkt *p)
{
	if (p->proto == IPPROTO_NUM_ICMP6)
		return sight_ndp(s, p);
	if (p->dport == 67 || p->dport == 68)
		return sight_dhcp(s, p);
	return sight_dhcp6(s, p);
}
