/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */

#include "gen/gen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One translation unit: one line builds it anywhere. */
#include "gen/packet.c"

#define FLOOD_RATE	100000		/* SYNs a second unless -t says so */
#define DAY		86400

static const char usage_text[] =
"usage: gen [-Fhv] [-d DEVICES] [-n PACKETS] [-o FILE] [-S SEED]\n"
"           [-s SNAPLEN] [-t SECONDS]\n"
"Write a made-up home capture (pcap, Ethernet, microseconds).\n"
"  -d DEVICES  devices in the home, 2 to 200 (60)\n"
"  -F          instead: PACKETS forged TCP SYNs to one device\n"
"  -h          print this and exit\n"
"  -n PACKETS  packets in all (10000000)\n"
"  -o FILE     write FILE instead of standard output\n"
"  -S SEED     another seed, another home (1)\n"
"  -s SNAPLEN  bytes kept of each packet, 0 for all (128)\n"
"  -t SECONDS  time spanned (86400; with -F one for each 100000 packets)\n"
"  -v          say on standard error what the file holds\n";

static const char *const kind_name[K_MAX] = {
	"tcp", "lan", "probe", "refused", "quic", "ntp", "dns", "mdns",
	"ssdp", "ping", "ndp", "arp", "flood"
};

/* How much a home does in each hour of the day. */
static const uint8_t rhythm[24] = {
	2, 1, 1, 1, 1, 2, 5, 8, 7, 5, 5, 6, 7, 6, 5, 6, 8, 10, 12, 13, 12, 10,
	7, 4
};

void
die(const char *what)
{
	fprintf(stderr, "gen: error: %s: %s\n", what, strerror(errno));
	exit(4);
}

uint64_t
rnd(uint64_t *s)
{
	uint64_t z = *s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint32_t
below(uint64_t *s, uint32_t n)
{
	return (uint32_t)((rnd(s) >> 32) * n >> 32);
}

uint32_t
between(uint64_t *s, uint32_t lo, uint32_t hi)
{
	return lo + below(s, hi - lo + 1);
}

/* Pareto with exponent 1, which needs no floating point, cut at max. */
static uint32_t
pareto(uint64_t *s, uint32_t min, uint32_t max)
{
	uint64_t x = ((uint64_t)min << 32) / ((rnd(s) >> 32) + 1);

	return x > max ? max : (uint32_t)x;
}

/* The plan. */

/* Of ten devices six are things, two play media, two are computers. */
static int
class_of(uint32_t dev)
{
	return dev % 10 < 6 ? 0 : dev % 10 < 8 ? 1 : 2;
}

static void
share_out(struct gen *g)
{
	static const uint32_t weight[3] = { 2, 5, 12 };
	uint32_t dev, i, all = 0, at = 0;

	for (dev = 0; dev < g->o.devices; dev++)
		all += weight[class_of(dev)];
	for (dev = 0, i = 0; dev < g->o.devices; dev++) {
		at += weight[class_of(dev)];
		while (i < at * 1024 / all)
			g->share[i++] = (uint8_t)dev;
	}
}

static uint32_t
any_device(struct gen *g)
{
	return g->share[below(&g->rng, 1024)];
}

/* Things keep going at night, people do not. */
static int64_t
any_time(struct gen *g, uint32_t dev)
{
	int64_t t, last = g->end - 2 * SECOND;

	do {
		t = (int64_t)(rnd(&g->rng) % (uint64_t)last);
	} while (class_of(dev) != 0 &&
	    below(&g->rng, 13) >= rhythm[t / (3600 * SECOND) % 24]);
	return t;
}

/* A thing has six servers of its own, others roam, with favourites. */
static uint32_t
any_service(struct gen *g, uint32_t dev)
{
	uint32_t a = below(&g->rng, SERVICES), b = below(&g->rng, SERVICES);

	if (class_of(dev) == 0)
		return (dev * 37 + a % 6 * 131) % SERVICES;
	if (class_of(dev) == 1)
		return (dev * 101 + a % 40 * 17) % SERVICES;
	return a < b ? a : b;
}

static struct flow *
new_flow(struct gen *g)
{
	if (g->nflow == g->flow_cap) {
		g->flow_cap = g->flow_cap ? g->flow_cap * 2 : 65536;
		g->flow = realloc(g->flow, g->flow_cap * sizeof(*g->flow));
		if (g->flow == NULL)
			die("flows");
	}
	return &g->flow[g->nflow++];
}

/*
 * A new flow, shortened to what is left to plan (nothing: a spare one). Too
 * short for a connection it becomes a few multicast questions.
 */
static struct flow *
plan(struct gen *g, enum kind kind, uint32_t dev, int64_t t, uint32_t n)
{
	uint64_t left = g->o.n - g->planned;
	struct flow *f;

	if (n > left)
		n = (uint32_t)left;
	if ((kind == K_TCP || kind == K_LAN) && n < 6)
		kind = K_MDNS;
	f = n ? new_flow(g) : &g->spare;
	memset(f, 0, sizeof(*f));
	f->id = (uint32_t)g->nflow;
	f->kind = (uint8_t)kind;
	f->dev = (uint8_t)dev;
	f->t = t;
	f->n = n;
	f->rng = rnd(&g->rng);
	f->rtt = between(&f->rng, 4000, 60000);
	g->planned += n;
	g->truth.flows[kind] += n > 0;
	return f;
}

/* The pace of a conversation: long ones are fast, few short ones dawdle. */
static void
pace(struct flow *f)
{
	uint32_t r = below(&f->rng, 100);

	f->gap = between(&f->rng, 20, 400);
	f->burst = 1;
	f->chunk = (uint16_t)(1 << below(&f->rng, 6));
	f->asker = r % 10 == 9;
	f->think = f->n > 1000 || r < 70 ? 20000 : r < 88 ? 300000 :
	    r < 96 ? 3000000 : 30000000;
	r = below(&f->rng, 100);
	f->ending = r < 92 ? END_FIN : r < 97 ? END_RST : END_NONE;
}

/* One flow to the server of a visit, at time t. */
static void
contact(struct gen *g, const struct visit *v, int64_t t)
{
	uint32_t r = below(&g->rng, 1000), n = 0;
	enum kind kind = K_TCP;
	struct flow *f;

	if (r < 30)
		kind = K_PROBE, n = between(&g->rng, 1, 3);
	else if (r < 40)
		kind = K_REFUSED, n = 2;
	else if (r < 70)
		kind = K_PING, n = 2 * between(&g->rng, 1, 10);
	else if (r < 130)
		kind = K_NTP, n = 2;
	else if (r < 370)
		kind = K_QUIC;
	if (n == 0)
		n = 2 + pareto(&g->rng, 5, g->longest);
	f = plan(g, kind, v->dev, t, n < 6 && kind == K_TCP ? 6 : n);
	pace(f);
	f->peer = v->service;
	f->v6 = v->v6;
	f->addr = v->addr;
}

/* Asks until there is an answer, at t; returns when that was on its way. */
static int64_t
ask(struct gen *g, const struct visit *v, uint16_t qtype, int bad, int64_t t)
{
	struct flow *f;
	uint32_t n;

	for (;; t += SECOND / 4) {
		n = below(&g->rng, 100) == 0 ? 1 : 2;
		f = plan(g, K_DNS, v->dev, t, n);
		f->peer = v->service;
		f->addr = v->addr;
		f->qtype = qtype;
		f->ending = bad ? END_RST : END_FIN;
		f->v6 = prefers_v6(v->dev) && v->service % 8 == 7;
		g->dns += f->n;
		if (n == 2)
			return t;
	}
}

/*
 * A device looks a name up, for both kinds of addresses if it can use them,
 * and contacts the first address of the answer. One question in forty is
 * for a name that does not exist.
 */
static void
look_up(struct gen *g)
{
	uint32_t dev = any_device(g), service = any_service(g, dev);
	int bad = below(&g->rng, 40) == 0;
	struct visit v;

	v.dev = (uint8_t)dev;
	v.service = service;
	v.addr = (uint8_t)below(&g->rng, 4);
	v.ttl = service_ttl(service);
	v.v6 = prefers_v6(dev) && has_v6(service);
	v.t = ask(g, &v, 1, bad, any_time(g, dev));
	if (bad)
		return;
	if (prefers_v6(dev))
		v.t = ask(g, &v, 28, 0, v.t + 300);
	v.t += 70000 + below(&g->rng, 30000);
	contact(g, &v, v.t);
	g->visit[g->nvisit++ % VISITS] = v;
}

/* Goes back to a server while its name is still valid. */
static void
come_back(struct gen *g)
{
	size_t n = g->nvisit < VISITS ? g->nvisit : VISITS;
	const struct visit *v = &g->visit[below(&g->rng, (uint32_t)n)];
	int64_t t = v->t + (int64_t)(rnd(&g->rng) %
	    ((v->ttl - 1) * (uint64_t)SECOND));

	contact(g, v, t < g->end ? t : v->t);
}

static uint32_t
any_neighbour(struct gen *g, uint32_t dev)
{
	uint32_t peer;

	do {
		peer = below(&g->rng, g->o.devices);
	} while (peer == dev || on_vlan(g, peer));
	return peer;
}

/* What devices do within the home. */
static void
stay_home(struct gen *g, uint32_t r)
{
	uint32_t dev = any_device(g), n = between(&g->rng, 1, 3);
	int64_t t = any_time(g, dev);
	struct flow *f;

	if (r < 35) {
		plan(g, K_MDNS, dev, t, n);
	} else if (r < 50) {
		plan(g, K_SSDP, dev, t, n);
	} else if (r < 60) {
		plan(g, K_NDP, dev, t, 2)->v6 = 1;
	} else if (r < 120 || on_vlan(g, dev)) {
		plan(g, K_ARP, dev, t, 2);
	} else {
		f = plan(g, K_LAN, dev, t,
		    6 + pareto(&g->rng, 3, g->longest));
		pace(f);
		f->peer = any_neighbour(g, dev);
		f->v6 = prefers_v6(dev) && f->peer % 2;
	}
}

/* One packet in fifty is DNS; what is left are the flows. */
static void
plan_all(struct gen *g)
{
	uint32_t r;

	g->longest = g->o.n / 50 < 64 ? 64 : g->o.n / 50 > 200000 ? 200000 :
	    (uint32_t)(g->o.n / 50);
	share_out(g);
	while (g->planned < g->o.n) {
		r = below(&g->rng, 1000);
		if (g->nvisit == 0 || g->dns * 50 < g->planned)
			look_up(g);
		else if (r < 160)
			stay_home(g, r);
		else
			come_back(g);
	}
}

static int
by_start(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* The run. */

static int
sooner(const struct event *a, const struct event *b)
{
	return a->t != b->t ? a->t < b->t : a->flow < b->flow;
}

static void
heap_push(struct gen *g, struct event e)
{
	size_t i = g->nheap++, up;

	for (; i > 0 && sooner(&e, &g->heap[up = (i - 1) / 2]); i = up)
		g->heap[i] = g->heap[up];
	g->heap[i] = e;
}

/* Puts e where the first one was. */
static void
heap_replace(struct gen *g, struct event e)
{
	size_t i = 0, kid;

	for (; (kid = 2 * i + 1) < g->nheap; i = kid) {
		if (kid + 1 < g->nheap &&
		    sooner(&g->heap[kid + 1], &g->heap[kid]))
			kid++;
		if (!sooner(&g->heap[kid], &e))
			break;
		g->heap[i] = g->heap[kid];
	}
	g->heap[i] = e;
}

static uint16_t
port_of(const struct flow *f)
{
	switch (f->kind) {
	case K_LAN:
		return 55443;
	case K_NTP:
		return 123;
	case K_DNS:
		return 53;
	case K_MDNS:
		return 5353;
	case K_SSDP:
		return 1900;
	case K_QUIC:
		return 443;
	default:
		return f->peer % 16 > 1 ? 443 : f->peer % 16 ? 8883 : 8443;
	}
}

/* Ports are handed out in the order of time, so that none is used twice. */
static void
activate(struct gen *g, struct flow *f)
{
	uint16_t *next = &g->next_port[f->dev];

	f->port[1] = port_of(f);
	f->port[0] = f->kind == K_MDNS ? 5353 : (uint16_t)(32768 + *next);
	*next = (uint16_t)((*next + 1) % 28232);
	f->seq[0] = (uint32_t)rnd(&f->rng);
	f->seq[1] = f->kind == K_REFUSED ? 0 : (uint32_t)rnd(&f->rng);
}

/* No pause is so long that the rest would not fit before the end. */
static void
advance(struct gen *g, struct flow *f, int64_t gap)
{
	int64_t left = f->n - f->k, most = g->end - 1 - f->t;

	f->t += gap * left > most ? most / left : gap;
}

static void
run(struct gen *g)
{
	size_t next = 0;
	struct event e;
	struct flow *f;
	int64_t gap;

	while (next < g->nflow || g->nheap > 0) {
		if (g->nheap == 0 || (next < g->nflow &&
		    g->flow[next].t < g->heap[0].t)) {
			activate(g, &g->flow[next]);
			e.t = g->flow[next].t;
			e.flow = (uint32_t)next++;
			heap_push(g, e);
		}
		e = g->heap[0];
		f = &g->flow[e.flow];
		gap = flow_packet(g, f);
		if (f->k < f->n) {
			advance(g, f, gap);
			e.t = f->t;
			heap_replace(g, e);
		} else if (--g->nheap > 0) {
			heap_replace(g, g->heap[g->nheap]);
		}
	}
}

static void
home(struct gen *g)
{
	size_t i;

	for (i = 0; i < sizeof(g->pool); i++)
		g->pool[i] = (uint8_t)rnd(&g->rng);
	plan_all(g);
	qsort(g->flow, g->nflow, sizeof(*g->flow), by_start);
	g->heap = malloc(g->nflow * sizeof(*g->heap));
	if (g->heap == NULL)
		die("heap");
	run(g);
	free(g->heap);
	free(g->flow);
}

/* What the file holds, for whoever compares. */
static void
tell(const struct gen *g)
{
	const struct truth *t = &g->truth;
	uint64_t flows = 0;
	int k;

#define LINE(name, value) \
	fprintf(stderr, "%s %" PRIu64 "\n", name, (uint64_t)(value))
	LINE("packets", t->all);
	LINE("link_bytes", t->link_bytes);
	LINE("captured_bytes", t->cap_bytes);
	LINE("ip_bytes", t->ip_bytes);
	LINE("ipv4_packets", t->v4);
	LINE("ipv6_packets", t->v6);
	LINE("vlan_packets", t->vlan);
	LINE("dns_questions", t->questions);
	LINE("dns_answers", t->answers);
	LINE("dns_answers_cut", t->answers_cut);
	LINE("flow_minutes", t->minutes);
	LINE("first_us", EPOCH * SECOND + t->first);
	LINE("last_us", EPOCH * SECOND + t->last);
	for (k = 0; k < K_MAX; k++) {
		fprintf(stderr, "packets_%s %" PRIu64 "\nflows_%s %" PRIu64
		    "\n", kind_name[k], t->pkts[k], kind_name[k],
		    t->flows[k]);
		flows += k == K_ARP ? 0 : t->flows[k];
	}
	LINE("flows", flows);
#undef LINE
}

static uint64_t
number(int letter, const char *s, uint64_t min, uint64_t max)
{
	uint64_t v = 0;
	const char *p;

	for (p = s; *p >= '0' && *p <= '9' && p < s + 12; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	if (p == s || *p != '\0' || v < min || v > max) {
		fprintf(stderr, "gen: error: -%c %s: not a number from %"
		    PRIu64 " to %" PRIu64 "\n", letter, s, min, max);
		exit(2);
	}
	return v;
}

static void
usage(FILE *to, int status)
{
	fputs(usage_text, to);
	exit(status);
}

static void
options(struct opts *o, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "d:Fhn:o:S:s:t:v")) != -1)
		switch (c) {
		case 'd':
			o->devices = (uint32_t)number(c, optarg, 2,
			    DEVICES_MAX);
			break;
		case 'F':
			o->flood = 1;
			break;
		case 'h':
			usage(stdout, 0);
			break;
		case 'n':
			o->n = number(c, optarg, 1, 1000000000);
			break;
		case 'o':
			o->out = optarg;
			break;
		case 'S':
			o->seed = number(c, optarg, 0, 99999999999);
			break;
		case 's':
			o->snaplen = (uint32_t)number(c, optarg, 0, 262144);
			break;
		case 't':
			o->seconds = (uint32_t)number(c, optarg, 10, 31536000);
			break;
		case 'v':
			o->verbose = 1;
			break;
		default:
			usage(stderr, 2);
		}
	if (optind != argc)
		usage(stderr, 2);
	if (o->seconds == 0)
		o->seconds = o->flood ? (uint32_t)(o->n / FLOOD_RATE + 1) :
		    DAY;
}

int
main(int argc, char **argv)
{
	struct gen *g = calloc(1, sizeof(*g));

	if (g == NULL)
		die("memory");
	g->o.n = 10000000;
	g->o.devices = 60;
	g->o.snaplen = 128;
	g->o.seed = 1;
	options(&g->o, argc, argv);
	g->rng = g->o.seed;
	g->end = g->o.seconds * SECOND;
	g->out = g->o.out ? fopen(g->o.out, "wb") : stdout;
	if (g->o.out == NULL)
		g->o.out = "<stdout>";
	if (g->out == NULL)
		die(g->o.out);
	setvbuf(g->out, NULL, _IOFBF, 1 << 18);
	pcap_header(g);
	if (g->o.flood)
		flood(g);
	else
		home(g);
	if (ferror(g->out) || fclose(g->out) != 0)
		die(g->o.out);
	if (g->o.verbose)
		tell(g);
	free(g);
	return 0;
}
