/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "tally.h"

#include <string.h>

void
tally_add(struct tally *t, const char *name)
{
	size_t i, n = strlen(name);

	if (n >= sizeof(t->v[0].name))
		n = sizeof(t->v[0].name) - 1;
	for (i = 0; i < t->n; i++) {
		if (strncmp(t->v[i].name, name, n) == 0 &&
		    t->v[i].name[n] == '\0') {
			t->v[i].value++;
			return;
		}
	}
	if (t->n + 1 == REC_LIST_MAX && strcmp(name, "other") != 0) {
		tally_add(t, "other");
		return;
	}
	if (t->n == REC_LIST_MAX) {
		t->v[t->n - 1].value++;
		return;
	}
	memcpy(t->v[t->n].name, name, n);
	t->v[t->n].name[n] = '\0';
	t->v[t->n++].value = 1;
}

struct counts
tally_counts(const struct tally *t, struct count *v)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		v[i].name = str_of(t->v[i].name);
		v[i].value = t->v[i].value;
	}
	return (struct counts){ v, t->n };
}
