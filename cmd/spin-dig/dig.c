/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dig.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"
#include "sink.h"
#include "tm.h"
#include "xalloc.h"

#define AGENTS_MAX	64
#define ACTIVE		TM_MINUTE	/* unless a stream says more */

struct agent {
	char *name;		/* owned; empty: it has none */
	struct join *join;	/* owned */
};

/* An input: how far it is. */
struct operand {
	struct agent *agent;
	int64_t active;		/* no flow record spans a multiple of it */
	int64_t upto;		/* nothing earlier is to come */
	uint64_t clock_back;
	bool live;		/* no regular file */
	bool shown, has_stats, ended;
};

/* What came, and what became of it. */
struct tallies {
	uint64_t flows, digests;
	uint64_t annotated;	/* flows that had been summed already */
	uint64_t nowhere;	/* flows without addresses */
	uint64_t late, late_bytes;
	uint64_t more_agents;
};

struct dig {
	const struct dig_opts *opts;
	struct hashkey key;
	struct agent agents[AGENTS_MAX];
	size_t nagents;
	struct operand *operands;	/* owned */
	size_t noperands;
	struct sums *sums;
	struct sink sink;
	int64_t closed;		/* windows that end here or before are out */
	bool clock;		/* hour or weekday are asked for */
	struct tallies n;
};

/* Agents. */

static struct agent *
find_agent(struct dig *d, struct str name)
{
	size_t i;

	for (i = 0; i < d->nagents; i++)
		if (str_eq(str_of(d->agents[i].name), name))
			return &d->agents[i];
	return NULL;
}

/* The same, made if it is new. */
static struct agent *
agent_of(struct dig *d, struct str name)
{
	struct agent *a = find_agent(d, name);

	if (a)
		return a;
	if (d->nagents == AGENTS_MAX) {
		if (!d->n.more_agents++)
			msg_warn("more than %d agents: the devices of the "
			    "rest are taken for those of \"%s\"", AGENTS_MAX,
			    d->agents[AGENTS_MAX - 1].name);
		return &d->agents[AGENTS_MAX - 1];
	}
	a = &d->agents[d->nagents++];
	a->name = xmalloc(name.n + 1);
	if (name.n)
		memcpy(a->name, name.p, name.n);
	a->name[name.n] = '\0';
	a->join = join_new(&d->opts->join, &d->key);
	return a;
}

/* Rows that are not by agent do not say whose they are: of the only one. */
static const struct join *
find_join(void *ctx, struct str agent)
{
	struct dig *d = ctx;
	const struct agent *a = find_agent(d, agent);

	if (!a && agent.n == 0 && d->nagents == 1)
		a = &d->agents[0];
	return a ? a->join : NULL;
}

static struct str
agent_name(const struct rec *digest)
{
	return REC_HAS(digest, DIGEST, agent) ? digest->u.digest.agent :
	    (struct str){ NULL, 0 };
}

/* Windows. */

/* How far all operands are; INT64_MAX when nobody can tell any more. */
static int64_t
reached(const struct dig *d)
{
	const struct operand *o;
	int64_t upto = INT64_MAX;

	for (o = d->operands; o < d->operands + d->noperands; o++) {
		if (o->ended)
			continue;
		if (!o->shown && o->live)
			return INT64_MIN;
		if (o->shown && o->upto < upto)
			upto = o->upto;
	}
	return upto;
}

static int
close_windows(struct dig *d)
{
	int64_t upto = reached(d);

	if (upto <= d->closed || upto == INT64_MAX)
		return 0;
	d->closed = upto;
	return d->opts->sums.window ? sums_close(d->sums, upto) : 0;
}

/* Nothing with a time before `upto` comes from this operand any more. */
static int
advance(struct dig *d, struct operand *o, int64_t upto)
{
	if (o->shown && upto <= o->upto)
		return 0;
	o->shown = true;
	o->upto = upto;
	return close_windows(d);
}

static int
see_time(struct dig *d, struct operand *o, int64_t ts)
{
	if (o->has_stats)
		return 0;
	return advance(d, o, tm_align(ts, o->active));
}

static int
see_stats(struct dig *d, struct operand *o, const struct rec *r)
{
	const struct rec_stats *v = &r->u.stats;
	uint64_t back = REC_HAS(r, STATS, clock_back) ? v->clock_back : 0;
	int ret;

	if (!REC_HAS(r, STATS, upto))
		return 0;
	o->has_stats = true;
	if (back <= o->clock_back)
		return advance(d, o, v->upto);
	o->clock_back = back;
	ret = d->opts->sums.window ? sums_end(d->sums) : 0;
	o->shown = true;
	o->upto = v->upto;
	d->closed = reached(d);
	return ret;
}

static int
on_ended(void *ctx, size_t operand)
{
	struct dig *d = ctx;

	d->operands[operand].ended = true;
	return close_windows(d);
}

static int64_t
window_of(const struct dig *d, int64_t ts)
{
	return d->opts->sums.window ?
	    tm_align(ts, d->opts->sums.window) : ts;
}

/*
 * What is passed on promises as much as we can keep: digests of open windows
 * are still to come, with the times at which these began.
 */
static void
promise(const struct dig *d, struct rec *stats)
{
	int64_t open = sums_earliest(d->sums), upto = stats->u.stats.upto;

	if (d->closed < upto)
		upto = d->closed;
	if (open < upto)
		upto = open;
	stats->u.stats.upto = upto < 0 ? 0 : window_of(d, upto);
}

/* Digests. */

/* Local time, as people think of their days. */
static void
set_clock(struct rec *v)
{
	static const char days[7][4] = { "sun", "mon", "tue", "wed", "thu",
		"fri", "sat" };
	time_t t = (time_t)(v->ts / 1000000);
	struct tm tm;

	if (!localtime_r(&t, &tm))
		return;
	if (!REC_HAS(v, DIGEST, hour))
		REC_SET(v, DIGEST, digest, hour, (uint64_t)tm.tm_hour);
	if (!REC_HAS(v, DIGEST, weekday))
		REC_SET(v, DIGEST, digest, weekday,
		    ((struct str){ days[tm.tm_wday % 7], 3 }));
}

static bool
passes(const struct dig *d, const struct rec *v)
{
	return !d->opts->where || where_before(d->opts->where, v);
}

/* The account that the other device has of it, as far as can be told. */
static void
mirror(struct dig *d, const struct rec *v, struct rec *m)
{
	const struct agent *a = find_agent(d, agent_name(v));
	const struct rec_digest *from = &v->u.digest;
	struct join_device dev;
	bool router = a && join_device(a->join, from->device, &dev) &&
	    dev.router;

	*m = *v;
	m->has &= ~(REC_BIT(DIGEST, name) | REC_BIT(DIGEST, device_ip) |
	    REC_BIT(DIGEST, peer_ip) | REC_BIT(DIGEST, hosts));
	if (REC_HAS(v, DIGEST, peer_ip))
		REC_SET(m, DIGEST, digest, device_ip, from->peer_ip);
	if (REC_HAS(v, DIGEST, device_ip))
		REC_SET(m, DIGEST, digest, peer_ip, from->device_ip);
	m->u.digest.device = from->peer_mac;
	m->u.digest.peer_mac = from->device;
	REC_SET(m, DIGEST, digest, peer, REC_HAS(v, DIGEST, name) ?
	    from->name : from->device);
	if (REC_HAS(v, DIGEST, peer) && !str_eq(from->peer, from->peer_mac))
		REC_SET(m, DIGEST, digest, name, from->peer);
	REC_SET(m, DIGEST, digest, where, router ? STR("gateway") :
	    STR("lan"));
	REC_SET(m, DIGEST, digest, dir, STR("out"));
}

/* Whether another account of the same traffic is summed instead. */
static bool
is_double(struct dig *d, const struct rec *v)
{
	struct rec m;

	if (d->opts->sums.by & SUMS_DEVICE || !REC_HAS(v, DIGEST, peer_mac) ||
	    !REC_HAS(v, DIGEST, device) || !REC_HAS(v, DIGEST, dir) ||
	    !str_eq(v->u.digest.dir, STR("in")))
		return false;
	if (!d->opts->where)
		return true;
	mirror(d, v, &m);
	return passes(d, &m);
}

static bool
is_too_late(struct dig *d, const struct rec *v)
{
	if (d->opts->sums.window == 0 || v->ts >= d->closed ||
	    d->closed - v->ts <= d->opts->late)
		return false;
	d->n.late++;
	d->n.late_bytes += v->u.digest.bytes_out + v->u.digest.bytes_in;
	return true;
}

static int
add(struct dig *d, struct rec *v)
{
	if (d->clock)
		set_clock(v);
	if (!passes(d, v) || is_double(d, v) || is_too_late(d, v))
		return 0;
	return sums_add(d->sums, v);
}

static bool
is_empty(const struct rec *v)
{
	const struct rec_digest *n = &v->u.digest;

	return (n->flows | n->unanswered | n->pkts_out | n->pkts_in |
	    n->bytes_out | n->bytes_in) == 0;
}

static int
take_flow(struct dig *d, struct operand *o, struct rec *r)
{
	struct rec view[JOIN_VIEWS];
	size_t n, i;
	int ret = 0;

	d->n.flows++;
	if (REC_HAS(r, FLOW, where)) {
		d->n.annotated++;
		return sink_pass(&d->sink, r);
	}
	if (!REC_HAS(r, FLOW, src) || !REC_HAS(r, FLOW, dst)) {
		d->n.nowhere++;
		return d->opts->flows ? sink_pass(&d->sink, r) : 0;
	}
	n = join_flow(o->agent->join, r, view);
	for (i = 0; i < n && ret == 0 && !is_empty(&view[i]); i++)
		ret = add(d, &view[i]);
	if (ret < 0 || !d->opts->flows)
		return ret;
	join_annotate(r, &view[0]);
	return sink_rec(&d->sink, r);
}

static int
take_digest(struct dig *d, struct operand *o, struct rec *r)
{
	struct agent *a = REC_HAS(r, DIGEST, agent) ?
	    agent_of(d, r->u.digest.agent) : o->agent;

	d->n.digests++;
	join_digest(a->join, r);
	return add(d, r);
}

/* Records. */

static int
take_stats(struct dig *d, struct operand *o, struct rec *r)
{
	int ret = see_stats(d, o, r);

	if (ret < 0)
		return ret;
	if (REC_HAS(r, STATS, upto))
		promise(d, r);
	return sink_rec(&d->sink, r);
}

static void
take_stream(struct dig *d, struct operand *o, const struct rec *r)
{
	o->agent = agent_of(d, REC_HAS(r, STREAM, agent) ? r->u.stream.agent :
	    (struct str){ NULL, 0 });
	o->active = REC_HAS(r, STREAM, active) && r->u.stream.active > ACTIVE ?
	    r->u.stream.active : ACTIVE;
}

static int
on_rec(struct rec *r, size_t operand, struct out *out, void *ctx)
{
	struct dig *d = ctx;
	struct operand *o = &d->operands[operand];
	int ret;

	(void)out;
	if (r->type == REC_TYPE_STREAM)
		take_stream(d, o, r);
	else if (!o->agent)
		o->agent = agent_of(d, (struct str){ NULL, 0 });
	join_learn(o->agent->join, r);
	switch (r->type) {
	case REC_TYPE_FLOW:
		ret = take_flow(d, o, r);
		break;
	case REC_TYPE_DIGEST:
		ret = take_digest(d, o, r);
		break;
	case REC_TYPE_STATS:
		return take_stats(d, o, r);
	default:
		return sink_pass(&d->sink, r);
	}
	return ret < 0 ? ret : see_time(d, o, r->ts);
}

/* The beginning and the end. */

static bool
keep_row(void *ctx, const struct rec *row)
{
	const struct dig *d = ctx;

	return where_after(d->opts->where, row);
}

static int
on_row(void *ctx, const struct rec *row)
{
	struct dig *d = ctx;

	return sink_row(&d->sink, row);
}

static int
on_closed(void *ctx)
{
	struct dig *d = ctx;

	return sink_window(&d->sink);
}

static void
say_home(const struct agent *a)
{
	struct join_counts n;

	join_counts(a->join, &n);
	msg_info("%s%s%" PRIu64 " devices, %" PRIu64 " forgotten; %" PRIu64
	    " names told, %" PRIu64 " forgotten, %" PRIu64 " answers ignored",
	    a->name, *a->name ? ": " : "", n.devices, n.evicted,
	    n.names.told, n.names.evicted, n.names.ignored);
}

static void
say_counts(const struct dig *d)
{
	const struct sums_counts *s = sums_counts(d->sums);
	size_t i;

	for (i = 0; i < d->nagents; i++)
		say_home(&d->agents[i]);
	msg_info("%" PRIu64 " flow and %" PRIu64 " digest records, %" PRIu64
	    " rows written, %" PRIu64 " left out", d->n.flows, d->n.digests,
	    s->rows, s->hidden);
	if (d->n.annotated)
		msg_info("%" PRIu64 " flows were summed by another spin-dig "
		    "already and passed on", d->n.annotated);
	if (d->n.nowhere)
		msg_warn("%" PRIu64 " flows without src or dst were not "
		    "summed", d->n.nowhere);
	if (d->n.late)
		msg_warn("%" PRIu64 " records (%" PRIu64 " bytes of traffic) "
		    "came too late and were not summed; see --late",
		    d->n.late, d->n.late_bytes);
	if (s->early)
		msg_info("%" PRIu64 " rows were written before their window "
		    "ended, as there were too many; they may come again",
		    s->early);
	if (s->folded)
		msg_warn("too many rows: %" PRIu64 " digests were summed by "
		    "device alone", s->folded);
}

static bool
asks_for_clock(const struct dig_opts *o)
{
	return o->sums.by & (SUMS_HOUR | SUMS_WEEKDAY) || (o->where &&
	    (where_names(o->where, "hour") ||
	    where_names(o->where, "weekday")));
}

/* As the stream will find it: what cannot be opened ends everything there. */
static bool
is_live(const char *name)
{
	bool is_stdin = strcmp(name, "-") == 0;
	struct stat st;

	if ((is_stdin ? fstat(STDIN_FILENO, &st) : stat(name, &st)) < 0)
		return false;
	return !S_ISREG(st.st_mode);
}

static void
begin_operands(struct dig *d, size_t n, char **names)
{
	size_t i;

	d->noperands = n ? n : 1;
	d->operands = xcalloc(d->noperands, sizeof(*d->operands));
	for (i = 0; i < d->noperands; i++) {
		d->operands[i].active = ACTIVE;
		d->operands[i].live = is_live(n ? names[i] : "-");
	}
}

static int
dig_begin(struct dig *d, size_t n, char **names)
{
	struct sums_opts sums = d->opts->sums;
	int err = hashkey_init(&d->key);

	if (err < 0) {
		errno = -err;
		msg_error_sys("no random bytes");
		status_raise(SPIN_EXIT_SYSTEM);
		return err;
	}
	if (d->opts->where && where_has_sums(d->opts->where)) {
		sums.keep = keep_row;
		sums.fold = true;	/* a part of a row cannot be judged */
	}
	sums.closed = on_closed;
	begin_operands(d, n, names);
	d->closed = INT64_MIN;
	d->clock = asks_for_clock(d->opts);
	d->sums = sums_new(&sums, &d->key, on_row, d);
	return 0;
}

static void
dig_end(struct dig *d)
{
	int ret = sums_end(d->sums);
	size_t i;

	if (ret == 0)
		ret = sink_end(&d->sink);
	for (i = 0; i < d->nagents && ret == 0; i++)
		ret = sink_home(&d->sink, d->agents[i].join);
	say_counts(d);
}

static void
dig_release(struct dig *d)
{
	size_t i;

	for (i = 0; i < d->nagents; i++) {
		join_free(d->agents[i].join);
		free(d->agents[i].name);
	}
	sums_free(d->sums);
	free(d->operands);
}

int
dig_run(const struct dig_opts *opts, int argc, char **argv)
{
	struct dig d = { .opts = opts };
	struct stream_opts stream = opts->stream;
	struct out out;

	out_init(&out, opts->unbuffered);
	stream.ended = on_ended;
	if (dig_begin(&d, (size_t)argc, argv) == 0) {
		if (sink_init(&d.sink, opts, &out, find_join, &d) == 0 &&
		    stream_run(&stream, argc, argv, &out, on_rec, &d) == 0)
			dig_end(&d);
		sink_release(&d.sink);
		dig_release(&d);
	}
	return out_close(&out);
}
