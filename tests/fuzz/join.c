/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "join.h"
#include "rec.h"
#include "services.h"

/*
 * Lines of records, as a stream would bring them, through a small home. The
 * accounts of each flow must hold what the flow holds, be each other's mirror
 * when there are two, name a device that is known, and be records that can be
 * written. An input that does not begin with a line says by its first byte
 * how names are bundled and how many devices there are.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct join *join;
	size_t max;
	struct arena arena;
	struct buf out;
};

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static uint64_t
either(const struct rec *r, uint64_t bit, uint64_t value)
{
	return r->has & bit ? value : 0;
}

static void
check_sums(const struct rec *r, const struct rec *view)
{
	const struct rec_flow *f = &r->u.flow;
	const struct rec_digest *v = &view->u.digest;

	check(v->pkts_out + v->pkts_in ==
	    either(r, REC_BIT(FLOW, pkts), f->pkts) +
	    either(r, REC_BIT(FLOW, rpkts), f->rpkts));
	check(v->bytes_out + v->bytes_in ==
	    either(r, REC_BIT(FLOW, bytes), f->bytes) +
	    either(r, REC_BIT(FLOW, rbytes), f->rbytes));
	check(v->flows == (REC_HAS(r, FLOW, new_) && f->new_));
	check(v->unanswered == (REC_HAS(r, FLOW, done) &&
	    !(REC_HAS(r, FLOW, answered) && f->answered)));
}

static void
check_mirror(const struct rec view[static 2])
{
	const struct rec_digest *v = &view[0].u.digest;
	const struct rec_digest *w = &view[1].u.digest;

	check(v->pkts_out == w->pkts_in && v->pkts_in == w->pkts_out);
	check(v->bytes_out == w->bytes_in && v->bytes_in == w->bytes_out);
	check(str_eq(v->device, w->peer_mac));
	check(str_eq(w->device, v->peer_mac));
	check(str_eq(v->dir, STR("out")) && str_eq(w->dir, STR("in")));
}

static void
check_view(struct run *t, const struct rec *r, const struct rec *view)
{
	const struct rec_digest *v = &view->u.digest;
	struct join_device d;

	check(view->type == REC_TYPE_DIGEST && view->ts == r->ts);
	check(REC_HAS(view, DIGEST, device) && REC_HAS(view, DIGEST, peer));
	check(REC_HAS(view, DIGEST, where) && REC_HAS(view, DIGEST, dir));
	check(v->device.n > 0 && v->peer.n > 0);
	check(!REC_HAS(view, DIGEST, window));
	check(join_device(t->join, v->device, &d));
	check(d.traffic && str_eq(d.text, v->device));
	check_sums(r, view);
	buf_reset(&t->out);
	check(rec_encode(view, &t->out) == 0);
}

static void
on_flow(struct run *t, struct rec *r)
{
	struct rec view[JOIN_VIEWS];
	size_t n = join_flow(t->join, r, view), i;

	check(n == 1 || n == 2);
	for (i = 0; i < n; i++)
		check_view(t, r, &view[i]);
	if (n == 2)
		check_mirror(view);
	join_annotate(r, &view[0]);
	check(REC_HAS(r, FLOW, device) && REC_HAS(r, FLOW, peer) &&
	    REC_HAS(r, FLOW, where));
	buf_reset(&t->out);
	/* An annotated line may become too long. */
	check(rec_encode(r, &t->out) == 0 || t->out.n == 0);
}

static void
on_line(struct run *t, const char *line, size_t n)
{
	struct errpos err;
	struct rec r;

	arena_reset(&t->arena);
	if (rec_decode(&r, &t->arena, line, n, &err) < 0)
		return;
	if (r.type == REC_TYPE_FLOW && REC_HAS(&r, FLOW, src) &&
	    REC_HAS(&r, FLOW, dst))
		on_flow(t, &r);
	else if (r.type == REC_TYPE_DIGEST)
		join_digest(t->join, &r);
	else
		join_learn(t->join, &r);
}

static void
check_devices(const struct run *t)
{
	struct join_counts counts;
	struct join_device d, same;
	size_t at = 0, n = 0;

	while (join_next(t->join, &at, &d)) {
		n++;
		check(d.text.n > 0 && d.naddrs <= 16);
		check(join_device(t->join, d.text, &same));
		check(same.text.p == d.text.p && same.addrs == d.addrs);
	}
	join_counts(t->join, &counts);
	check(n <= t->max && n == counts.devices - counts.evicted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hashkey key = { .k = { 1, 2, 3 } };
	static struct bundle *domains;
	static struct services *services;
	struct join_opts opts = JOIN_OPTS_INIT;
	const char *at = (const char *)data, *end = at + size, *lf;
	struct run t = { .max = 4 };

	if (!services) {
		services = services_new(NULL);
		domains = bundle_new();
	}
	if (size > 0 && *at != '{') {
		opts.bundle = (enum join_bundle)(data[0] % 3);
		t.max = 2 + data[0] / 3 % 8;
		at++;
	}
	opts.domains = domains;
	opts.services = services;
	opts.max_devices = t.max;
	opts.names.max_entries = 16;
	opts.names.max_bytes = 4096;
	t.join = join_new(&opts, &key);
	arena_init(&t.arena, REC_ARENA_MAX);
	buf_init(&t.out, 1 << 18);
	for (; at < end; at = lf + 1) {
		lf = memchr(at, '\n', (size_t)(end - at));
		lf = lf ? lf : end - 1;
		on_line(&t, at, (size_t)(lf - at) + 1);
	}
	check_devices(&t);
	join_free(t.join);
	arena_release(&t.arena);
	buf_release(&t.out);
	return 0;
}
