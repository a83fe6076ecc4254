/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "join.h"

#include <stdlib.h>
#include <string.h>

#include "doh.h"
#include "home.h"
#include "xalloc.h"

#define DOMAINS		8192	/* of hosts that are remembered; power of 2 */
#define DEVICES_MIN	2	/* the two of a flow */
#define PROTO_TEXT	32	/* bytes of a protocol that are kept */

/* The domain of a host, by the hash of its name. */
struct domain {
	uint64_t hash;
	uint16_t at, n;	/* where in the name it is */
};

/* One end of a flow. */
struct end {
	struct addr addr;
	const struct mac *mac;	/* or NULL */
	struct home_dev *dev;	/* of this home, or NULL */
};

struct join {
	struct join_opts opts;
	struct hashkey key;
	struct home *home;
	struct names *names;
	struct domain domains[DOMAINS];
	uint64_t hidden_dns;
	uint32_t gateway;	/* number of the one noted last, or 0 */
	char agent[256];	/* of the last stream record */
	size_t nagent;

	/* What the views point to. */
	char text[JOIN_VIEWS][ADDR_TEXT];
	struct addr ip[JOIN_VIEWS], own[JOIN_VIEWS];
	struct str host;
};

/* Learning. */

/* What names know a device by: unlike its number, this never comes again. */
static uint32_t
client_of(const struct home_dev *d)
{
	return (uint32_t)((d->serial - 1) % (UINT32_MAX - 1)) + 1;
}

static void
learn_stream(struct join *j, const struct rec *r)
{
	struct str agent = { NULL, 0 };

	home_stream(j->home, r);
	if (REC_HAS(r, STREAM, agent))
		agent = home_cut(r->u.stream.agent, sizeof(j->agent));
	if (agent.n)
		memcpy(j->agent, agent.p, agent.n);
	j->nagent = agent.n;
}

static void
learn_dns(struct join *j, const struct rec *r)
{
	const struct rec_dns *v = &r->u.dns;
	struct home_dev *d = NULL;

	/* An answer that nobody asked for makes nobody known. */
	if (REC_HAS(r, DNS, client) &&
	    !(REC_HAS(r, DNS, unsolicited) && v->unsolicited))
		d = home_at(j->home, &v->client,
		    REC_HAS(r, DNS, client_mac) ? &v->client_mac : NULL);
	names_dns(j->names, r, d ? client_of(d) : 0);
}

void
join_learn(struct join *j, const struct rec *r)
{
	switch (r->type) {
	case REC_TYPE_STREAM:
		learn_stream(j, r);
		break;
	case REC_TYPE_DNS:
		learn_dns(j, r);
		break;
	case REC_TYPE_DEVICE:
		home_device(j->home, r);
		break;
	default:
		break;
	}
}

/* The device itself, or the one that is its peer. */
static void
learn_end(struct join *j, struct str text, struct str name,
    const struct addrs *ips, bool gateway)
{
	struct home_dev *d = home_called(j->home, text, name);
	size_t i;

	if (!d)
		return;
	d->traffic = true;
	d->gateway |= gateway;
	for (i = 0; ips && i < ips->n; i++)
		home_uses(j->home, d, &ips->v[i]);
}

void
join_digest(struct join *j, const struct rec *r)
{
	const struct rec_digest *v = &r->u.digest;
	const struct str none = { NULL, 0 };
	struct str name = none;

	if (REC_HAS(r, DIGEST, device))
		learn_end(j, v->device, REC_HAS(r, DIGEST, name) ? v->name :
		    none, REC_HAS(r, DIGEST, device_ip) ? &v->device_ip :
		    NULL, false);
	if (!REC_HAS(r, DIGEST, peer_mac))
		return;
	if (REC_HAS(r, DIGEST, peer) && !str_eq(v->peer, v->peer_mac))
		name = v->peer;
	learn_end(j, v->peer_mac, name, REC_HAS(r, DIGEST, peer_ip) ?
	    &v->peer_ip : NULL, REC_HAS(r, DIGEST, where) &&
	    str_eq(v->where, STR("gateway")));
}

/* Whose a flow is. */

enum cast { UNICAST, MULTICAST, BROADCAST };

static bool
is_all_ones(const struct mac *m)
{
	static const struct mac ones = { { 255, 255, 255, 255, 255, 255 } };

	return mac_eq(m, &ones);
}

static enum cast
cast_of(const struct join *j, const struct end *e)
{
	if (addr_is_multicast(&e->addr))
		return e->addr.ver == 4 && e->addr.b[0] == 255 ? BROADCAST :
		    MULTICAST;
	if (e->mac && mac_is_group(e->mac))
		return is_all_ones(e->mac) ? BROADCAST : MULTICAST;
	return home_is_broadcast(j->home, &e->addr) ? BROADCAST : UNICAST;
}

/* Rules 1 and 2 of the header: bit 0 for the initiator, 1 for the other. */
static unsigned
sides_at_home(const struct join *j, const struct end e[static 2])
{
	unsigned at = (unsigned)home_has(j->home, &e[0].addr, e[0].mac) |
	    (unsigned)home_has(j->home, &e[1].addr, e[1].mac) << 1;
	bool neither = !at;
	unsigned i;

	for (i = 0; i < 2; i++)
		if (addr_is_private(&e[i].addr) &&
		    home_guesses(j->home, neither ? 0 : e[i].addr.ver))
			at |= 1u << i;
	return at;
}

/* Rules 3 and 4: which of the two. */
static int
side_by_mac(const struct join *j, const struct end e[static 2])
{
	return e[0].mac && e[1].mac && home_is_way_out(j->home, e[0].mac) &&
	    home_is_dweller(j->home, e[1].mac);
}

/* The last one that was noted, and is still known. */
static bool
is_noted(const struct join *j, const struct mac *m)
{
	const struct home_dev *d = home_nth(j->home, j->gateway);

	return d && d->gateway && d->has_mac &&
	    memcmp(d->key + 1, m->b, sizeof(m->b)) == 0;
}

/*
 * The MAC behind which an address of the internet answered. That it began
 * says nothing: anybody in the house can send from any address. Nor does an
 * answer to a link-local one: that stays on the link, so who answered is a
 * neighbour.
 */
static void
note_gateway(struct join *j, const struct end *from, const struct end *e,
    const struct rec *r)
{
	struct home_dev *d;

	if (!e->mac || mac_is_zero(e->mac) || addr_is_private(&e->addr) ||
	    addr_is_linklocal(&from->addr) || !REC_HAS(r, FLOW, answered) ||
	    !r->u.flow.answered || is_noted(j, e->mac))
		return;
	d = home_mac(j->home, e->mac);
	d->gateway = true;
	j->gateway = d->num;
}

static void
find_ends(const struct rec *r, struct end e[static 2])
{
	const struct rec_flow *f = &r->u.flow;

	e[0] = (struct end){ f->src,
		REC_HAS(r, FLOW, src_mac) ? &f->src_mac : NULL, NULL };
	e[1] = (struct end){ f->dst,
		REC_HAS(r, FLOW, dst_mac) ? &f->dst_mac : NULL, NULL };
}

/* Views. */

static uint64_t
counter(const struct rec *r, uint64_t bit, uint64_t value)
{
	return r->has & bit ? value : 0;
}

static void
set_sums(struct rec *v, const struct rec *r, bool is_out)
{
	const struct rec_flow *f = &r->u.flow;
	uint64_t pkts[2], bytes[2];
	bool answered = REC_HAS(r, FLOW, answered) && f->answered;

	pkts[0] = counter(r, REC_BIT(FLOW, pkts), f->pkts);
	pkts[1] = counter(r, REC_BIT(FLOW, rpkts), f->rpkts);
	bytes[0] = counter(r, REC_BIT(FLOW, bytes), f->bytes);
	bytes[1] = counter(r, REC_BIT(FLOW, rbytes), f->rbytes);
	REC_SET(v, DIGEST, digest, flows, REC_HAS(r, FLOW, new_) && f->new_);
	REC_SET(v, DIGEST, digest, unanswered,
	    REC_HAS(r, FLOW, done) && !answered);
	REC_SET(v, DIGEST, digest, pkts_out, pkts[!is_out]);
	REC_SET(v, DIGEST, digest, bytes_out, bytes[!is_out]);
	REC_SET(v, DIGEST, digest, pkts_in, pkts[is_out]);
	REC_SET(v, DIGEST, digest, bytes_in, bytes[is_out]);
	if (pkts[0] | pkts[1]) {
		REC_SET(v, DIGEST, digest, first, r->ts);
		REC_SET(v, DIGEST, digest, last,
		    REC_HAS(r, FLOW, end) ? f->end : r->ts);
	}
}

static void
set_port(const struct join *j, struct rec *v, const struct rec *r)
{
	const struct rec_flow *f = &r->u.flow;
	struct str service = { NULL, 0 };

	REC_SET(v, DIGEST, digest, port, f->dport);
	if (j->opts.services && REC_HAS(r, FLOW, proto))
		service = services_name(j->opts.services, f->proto, f->dport);
	if (service.n)
		REC_SET(v, DIGEST, digest, service, service);
}

/* The account of end `e`, of which this is view `n`. */
static void
begin_view(struct join *j, struct rec *v, int n, const struct rec *r,
    const struct end *e, bool is_out)
{
	struct home_dev *d = e->dev;

	rec_init(v, REC_TYPE_DIGEST);
	v->ts = r->ts;
	if (j->nagent)
		REC_SET(v, DIGEST, digest, agent,
		    ((struct str){ j->agent, j->nagent }));
	d->traffic = true;
	REC_SET(v, DIGEST, digest, device, ((struct str){ d->text, d->ntext }));
	if (d->name)
		REC_SET(v, DIGEST, digest, name, str_of(d->name));
	j->own[n] = e->addr;
	if (!addr_is_unspecified(&e->addr))
		REC_SET(v, DIGEST, digest, device_ip,
		    ((struct addrs){ &j->own[n], 1 }));
	if (REC_HAS(r, FLOW, proto))
		REC_SET(v, DIGEST, digest, proto,
		    home_cut(r->u.flow.proto, PROTO_TEXT));
	if (REC_HAS(r, FLOW, dport))
		set_port(j, v, r);
	REC_SET(v, DIGEST, digest, dir, is_out ? STR("out") : STR("in"));
	set_sums(v, r, is_out);
}

static void
set_peer_ip(struct join *j, struct rec *v, const struct addr *a, int n)
{
	j->ip[n] = *a;
	REC_SET(v, DIGEST, digest, peer_ip, ((struct addrs){ &j->ip[n], 1 }));
}

static void
set_peer_addr(struct join *j, struct rec *v, const struct addr *a, int n)
{
	REC_SET(v, DIGEST, digest, peer, ((struct str){ j->text[n],
	    addr_print(a, j->text[n]) }));
	set_peer_ip(j, v, a, n);
}

static void
set_peer_device(struct join *j, struct rec *v, const struct end *e, int n)
{
	const struct home_dev *d = e->dev;
	struct str text = { d->text, d->ntext };

	REC_SET(v, DIGEST, digest, peer, d->name ? str_of(d->name) : text);
	REC_SET(v, DIGEST, digest, peer_mac, text);
	REC_SET(v, DIGEST, digest, where, d->router || d->gateway ?
	    STR("gateway") : STR("lan"));
	set_peer_ip(j, v, &e->addr, n);
}

static struct str
domain_of(struct join *j, struct str host)
{
	uint64_t hash = hash_bytes(&j->key, host.p, host.n);
	struct domain *d = &j->domains[hash & (DOMAINS - 1)];
	struct str text;

	if (d->hash != hash || d->at + d->n > host.n || d->n == 0) {
		text = bundle_domain(j->opts.domains, host);
		d->hash = hash;
		d->at = (uint16_t)(text.p - host.p);
		d->n = (uint16_t)text.n;
	}
	return (struct str){ host.p + d->at, d->n };
}

static void
set_peer_internet(struct join *j, struct rec *v, const struct rec *r,
    uint32_t client, const struct addr *a)
{
	const struct rec_flow *f = &r->u.flow;
	int64_t start = REC_HAS(r, FLOW, start) ? f->start : r->ts;

	set_peer_addr(j, v, a, 0);
	REC_SET(v, DIGEST, digest, where, STR("internet"));
	j->host = names_find(j->names, client, a, start);
	if (REC_HAS(r, FLOW, new_) && f->new_ && REC_HAS(r, FLOW, dport) &&
	    REC_HAS(r, FLOW, proto))
		j->hidden_dns += doh_is(f->proto, f->dport, a, j->host);
	if (!j->host.n)
		return;
	REC_SET(v, DIGEST, digest, hosts, ((struct strs){ &j->host, 1 }));
	if (j->opts.bundle == JOIN_HOST)
		REC_SET(v, DIGEST, digest, peer, j->host);
	else if (j->opts.bundle == JOIN_DOMAIN)
		REC_SET(v, DIGEST, digest, peer, j->opts.domains ?
		    domain_of(j, j->host) : j->host);
}

/* To a group: the sender's account only. */
static size_t
view_group(struct join *j, const struct rec *r, struct end e[static 2],
    int group, enum cast cast, struct rec *v)
{
	e[!group].dev = home_at(j->home, &e[!group].addr, e[!group].mac);
	begin_view(j, v, 0, r, &e[!group], group == 1);
	set_peer_addr(j, v, &e[group].addr, 0);
	REC_SET(v, DIGEST, digest, where, cast == MULTICAST ?
	    STR("multicast") : STR("broadcast"));
	return 1;
}

static size_t
view_lan(struct join *j, const struct rec *r, struct end e[static 2],
    struct rec v[static JOIN_VIEWS])
{
	int i, n;

	for (i = 0; i < 2; i++)
		e[i].dev = home_at(j->home, &e[i].addr, e[i].mac);
	n = e[0].dev == e[1].dev ? 1 : 2;
	for (i = 0; i < n; i++) {
		begin_view(j, &v[i], i, r, &e[i], i == 0);
		set_peer_device(j, &v[i], &e[!i], i);
	}
	return (size_t)n;
}

static size_t
view_internet(struct join *j, const struct rec *r, struct end e[static 2],
    int home, struct rec *v)
{
	e[home].dev = home_at(j->home, &e[home].addr, e[home].mac);
	begin_view(j, v, 0, r, &e[home], home == 0);
	set_peer_internet(j, v, r, client_of(e[home].dev), &e[!home].addr);
	return 1;
}

size_t
join_flow(struct join *j, const struct rec *r,
    struct rec v[static JOIN_VIEWS])
{
	struct end e[2];
	enum cast cast;
	unsigned at;
	int i;

	find_ends(r, e);
	for (i = 1; i >= 0; i--) {
		cast = cast_of(j, &e[i]);
		if (cast != UNICAST)
			return view_group(j, r, e, i, cast, &v[0]);
	}
	at = sides_at_home(j, e);
	if (at == 3)
		return view_lan(j, r, e, v);
	if (at == 1)
		note_gateway(j, &e[0], &e[1], r);
	return view_internet(j, r, e, at ? at == 2 : side_by_mac(j, e), &v[0]);
}

void
join_annotate(struct rec *flow, const struct rec *view)
{
	const struct rec_digest *v = &view->u.digest;

	REC_SET(flow, FLOW, flow, device, v->device);
	if (REC_HAS(view, DIGEST, name))
		REC_SET(flow, FLOW, flow, name, v->name);
	if (REC_HAS(view, DIGEST, peer))
		REC_SET(flow, FLOW, flow, peer, v->peer);
	REC_SET(flow, FLOW, flow, where, v->where);
}

/* Devices. */

static void
describe(const struct home_dev *d, struct join_device *to)
{
	*to = (struct join_device){
		.router = d->router || d->gateway,
		.traffic = d->traffic,
		.naddrs = d->naddrs,
		.addrs = d->addrs,
		.text = { d->text, d->ntext },
	};
	if (d->has_mac)
		memcpy(to->mac.b, d->key + 1, sizeof(to->mac.b));
	if (d->name)
		to->name = str_of(d->name);
	if (d->vendor_class)
		to->vendor_class = str_of(d->vendor_class);
}

bool
join_device(const struct join *j, struct str text, struct join_device *to)
{
	const struct home_dev *d = home_find(j->home, text);

	if (d)
		describe(d, to);
	return d != NULL;
}

bool
join_next(const struct join *j, size_t *at, struct join_device *to)
{
	const struct home_dev *d;

	while (*at < home_max(j->home)) {
		d = home_nth(j->home, (uint32_t)++*at);
		if (d) {
			describe(d, to);
			return true;
		}
	}
	return false;
}

void
join_counts(const struct join *j, struct join_counts *to)
{
	to->names = *names_counts(j->names);
	to->devices = home_seen(j->home);
	to->evicted = home_evicted(j->home);
	to->hidden_dns = j->hidden_dns;
}

struct join *
join_new(const struct join_opts *opts, const struct hashkey *key)
{
	struct join *j = xcalloc(1, sizeof(*j));

	j->opts = *opts;
	j->opts.local = NULL;
	j->key = *key;
	j->names = names_new(&opts->names, &j->key);
	j->home = home_new(opts->max_devices > DEVICES_MIN ?
	    opts->max_devices : DEVICES_MIN, &j->key);
	home_set_local(j->home, opts->local, opts->nlocal);
	return j;
}

void
join_free(struct join *j)
{
	if (!j)
		return;
	home_free(j->home);
	names_free(j->names);
	free(j);
}
