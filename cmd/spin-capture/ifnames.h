/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_IFNAMES_H
#define SPIN_IFNAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "attr.h"

/*
 * Names of the interfaces of all sources, for the member `if` of flows. They
 * are shown only when some source has several interfaces. A file may name
 * millions of interfaces; behind the first IFNAMES_MAX they are "other".
 */
#define IFNAMES_MAX	256

struct ifnames {
	char *name[IFNAMES_MAX];	/* owned; NULL: no name known */
	uint32_t base;		/* index of this source's interface 0 */
	uint32_t n;		/* indexes in use, in all sources */
	bool several;
};

/* The interfaces that follow are another source's. */
void ifnames_next_source(struct ifnames *);

/* Names an interface of this source; the name is copied and escaped. */
void ifnames_set(struct ifnames *, uint32_t ifno, const char *name);

/* The index over all sources of an interface of this source. */
uint32_t ifnames_index_slow(struct ifnames *, uint32_t ifno);

static inline uint32_t
ifnames_index(struct ifnames *t, uint32_t ifno)
{
	return likely(ifno == 0) ? t->base : ifnames_index_slow(t, ifno);
}

/* Interfaces of this source with a smaller number are known already. */
static inline uint32_t
ifnames_known(const struct ifnames *t)
{
	return t->n > t->base ? t->n - t->base : 1;
}

/* What to show for an index, or NULL. */
const char *ifnames_get(struct ifnames *, uint32_t index);

void ifnames_release(struct ifnames *);

#endif
