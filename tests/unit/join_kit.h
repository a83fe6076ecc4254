/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_JOIN_KIT_H
#define SPIN_JOIN_KIT_H

#include "join.h"
#include "tap.h"

/*
 * Records by hand and the accounts that must come of them. In all of them '
 * stands for ".
 */
#define A	"02:00:00:00:00:0a"
#define B	"02:00:00:00:00:0b"
#define C	"02:00:00:00:00:0c"
#define R	"02:00:00:00:00:01"

static struct hashkey key;
static struct arena arena;
static struct bundle *domains;
static struct services *services;
static struct join *j;
static struct rec view[JOIN_VIEWS];
static struct rec flow;

static void ATTR_UNUSED
begin_with(const struct join_opts *opts)
{
	join_free(j);
	j = join_new(opts, &key);
}

static struct join_opts ATTR_UNUSED
plain_opts(void)
{
	struct join_opts opts = JOIN_OPTS_INIT;

	opts.domains = domains;
	opts.services = services;
	return opts;
}

static void ATTR_UNUSED
begin(void)
{
	struct join_opts opts = plain_opts();

	begin_with(&opts);
}

/* The record of a line; it points into memory that the next one uses. */
static bool ATTR_UNUSED
decode(struct rec *r, const char *line)
{
	static char text[REC_LINE_MAX];
	size_t n = strlen(line), i;
	struct errpos err;

	if (n > sizeof(text))
		abort();
	for (i = 0; i < n; i++)
		text[i] = line[i] == '\'' ? '"' : line[i];
	arena_reset(&arena);
	if (rec_decode(r, &arena, text, n, &err) == 0)
		return true;
	tap_ok(false, "%.80s: %s", line, err.what);
	return false;
}

static void ATTR_UNUSED
learn(const char *line)
{
	struct rec r;

	if (decode(&r, line))
		join_learn(j, &r);
}

static void ATTR_UNUSED
learn_device(const char *members)
{
	char line[1024];

	snprintf(line, sizeof(line), "{'type':'device','ts':1,%s}", members);
	learn(line);
}

/* An answer of type A with a TTL of a minute. */
static void ATTR_UNUSED
learn_name(int ts, const char *client, const char *mac, const char *name,
    const char *data)
{
	char line[1024], m[64] = "";

	if (mac)
		snprintf(m, sizeof(m), "'client_mac':'%s',", mac);
	snprintf(line, sizeof(line), "{'type':'dns','ts':%d,'via':'udp',"
	    "'client':'%s',%s'server':'192.168.8.1','qname':'%s',"
	    "'qtype':'A','rcode':'NOERROR','answers':[{'name':'%s',"
	    "'rtype':'A','data':'%s','ttl':60}]}", ts, client, m, name, name,
	    data);
	learn(line);
}

static size_t ATTR_UNUSED
views_of(const char *line)
{
	return decode(&flow, line) ? join_flow(j, &flow, view) : 0;
}

/* A digest as its line must be, without type and ts, which all have. */
static void ATTR_UNUSED
tap_digest(const struct rec *v, const char *ts, const char *want)
{
	char line[2048], *p;
	struct buf b;
	int n = snprintf(line, sizeof(line), "{'type':'digest','ts':%s,%s}\n",
	    ts, want);

	for (p = line; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	buf_init(&b, 1 << 18);
	if (rec_encode(v, &b) < 0)
		tap_ok(false, "not to be written");
	else
		tap_mem(b.p, b.n, line, (size_t)n, "%.70s", want);
	buf_release(&b);
}

static struct str ATTR_UNUSED
text_of(const struct rec *r, uint64_t bit, struct str s)
{
	return r->has & bit ? s : STR("-");
}

/* "device peer where dir" of each view, with "; " between. */
static const char *
summary(size_t n)
{
	static char text[1024];
	size_t at = 0, i;

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		const struct rec_digest *v = &view[i].u.digest;
		struct str peer = text_of(&view[i], REC_BIT(DIGEST, peer),
		    v->peer);

		at += (size_t)snprintf(text + at, sizeof(text) - at,
		    "%s%.*s %.*s %.*s %.*s", i ? "; " : "", (int)v->device.n,
		    v->device.p, (int)peer.n, peer.p, (int)v->where.n,
		    v->where.p, (int)v->dir.n, v->dir.p);
	}
	return text;
}

/* A flow of TCP to port 443 at 100 s; a MAC may be NULL. */
static const char *
ends_more(const char *src, const char *src_mac, const char *dst,
    const char *dst_mac, const char *more)
{
	char line[1024], m[2][64] = { "", "" };

	if (src_mac)
		snprintf(m[0], sizeof(m[0]), "'src_mac':'%s',", src_mac);
	if (dst_mac)
		snprintf(m[1], sizeof(m[1]), "'dst_mac':'%s',", dst_mac);
	snprintf(line, sizeof(line), "{'type':'flow','ts':100,'proto':'tcp',"
	    "'src':'%s','sport':40000,'dst':'%s','dport':443,%s%s"
	    "'pkts':3,'bytes':180%s}", src, dst, m[0], m[1], more);
	return summary(views_of(line));
}

static const char *
ends(const char *src, const char *src_mac, const char *dst,
    const char *dst_mac)
{
	return ends_more(src, src_mac, dst, dst_mac, "");
}

/* Before all tests; false when there is no list of domains. */
static bool ATTR_UNUSED
kit_init(void)
{
	if (hashkey_init(&key) < 0)
		return false;
	arena_init(&arena, REC_ARENA_MAX);
	services = services_new(NULL);
	domains = bundle_new();
	return domains != NULL;
}

static void ATTR_UNUSED
kit_free(void)
{
	join_free(j);
	services_free(services);
	bundle_free(domains);
	arena_release(&arena);
}

#endif
