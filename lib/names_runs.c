/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "names_priv.h"

#include <string.h>

/* How many runs begin at that time or before it. */
static uint32_t
place_of(const struct runs *r, int64_t ts)
{
	uint32_t i = r->n;

	while (i > 0 && r->v[i - 1].since > ts)
		i--;
	return i;
}

static void
del(struct runs *r, struct strtab *texts, uint32_t i)
{
	strtab_drop(texts, r->v[i].name);
	r->n--;
	memmove(&r->v[i], &r->v[i + 1], (r->n - i) * sizeof(r->v[0]));
}

/* Without room the oldest run goes, which may be the new one. */
static void
add(struct runs *r, struct strtab *texts, struct run new)
{
	uint32_t at = place_of(r, new.since);

	if (r->n == NAMES_RUNS && at == 0)
		return;
	/* First: the run that goes may have the last reference. */
	strtab_keep(texts, new.name);
	if (r->n == NAMES_RUNS) {
		del(r, texts, 0);
		at--;
	}
	memmove(&r->v[at + 1], &r->v[at], (r->n - at) * sizeof(r->v[0]));
	r->v[at] = new;
	r->n++;
}

static void
prolong(struct run *r, int64_t until)
{
	if (r->until < until)
		r->until = until;
}

/* Takes in the runs of the same name that a run has come to reach. */
static void
absorb(struct runs *r, struct strtab *texts, uint32_t i)
{
	struct run *a = &r->v[i], *b = a + 1;

	while (i + 1 < r->n && b->name == a->name && b->since <= a->until) {
		prolong(a, b->until);
		a->last = b->last;
		del(r, texts, i + 1);
	}
}

void
runs_tell(struct runs *r, struct strtab *texts, uint32_t name, int64_t ts,
    int64_t until)
{
	struct run new = { ts, until, ts, name };
	uint32_t at = place_of(r, ts);
	struct run *run = at > 0 ? &r->v[at - 1] : NULL;

	if (run && run->name == name && ts <= run->until) {
		prolong(run, until);
		if (run->last < ts)
			run->last = ts;
		absorb(r, texts, at - 1);
		return;
	}
	if (run && ts < run->last) {
		struct run rest = *run;

		rest.since = run->last;
		run->last = run->since;
		add(r, texts, rest);
		at = place_of(r, ts);
	}
	run = at < r->n ? &r->v[at] : NULL;
	if (run && run->name == name && run->since <= until) {
		run->since = ts;
		prolong(run, until);
		absorb(r, texts, at);
		return;
	}
	add(r, texts, new);
}

uint32_t
runs_find(const struct runs *r, int64_t at)
{
	uint32_t i = place_of(r, at);

	while (i > 0 && r->v[i - 1].until < at)
		i--;
	return i > 0 ? r->v[i - 1].name : 0;
}

void
runs_release(struct runs *r, struct strtab *texts)
{
	while (r->n > 0)
		strtab_drop(texts, r->v[--r->n].name);
}
