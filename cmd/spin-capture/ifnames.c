/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "ifnames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"
#include "xalloc.h"

#define NAME_MAX_BYTES	64

void
ifnames_next_source(struct ifnames *t)
{
	t->base = t->n;
	if (t->n < IFNAMES_MAX)
		t->n++;
}

uint32_t
ifnames_index_slow(struct ifnames *t, uint32_t ifno)
{
	uint32_t i = ifno < IFNAMES_MAX ? t->base + ifno : IFNAMES_MAX;

	if (ifno)
		t->several = true;
	if (i > IFNAMES_MAX)
		i = IFNAMES_MAX;
	if (i >= t->n)
		t->n = i < IFNAMES_MAX ? i + 1 : IFNAMES_MAX;
	return i;
}

void
ifnames_set(struct ifnames *t, uint32_t ifno, const char *name)
{
	uint32_t i = ifnames_index(t, ifno);
	size_t n = strlen(name);
	char *text;

	if (i >= IFNAMES_MAX)
		return;
	if (n > NAME_MAX_BYTES)
		n = NAME_MAX_BYTES;
	text = xmalloc(UTF8_ESCAPED(n) + 1);
	n = utf8_escape(text, name, n);
	text[n] = '\0';
	free(t->name[i]);
	t->name[i] = text;
}

const char *
ifnames_get(struct ifnames *t, uint32_t i)
{
	char text[16];

	if (!t->several)
		return NULL;
	if (i >= IFNAMES_MAX)
		return "other";
	if (!t->name[i]) {
		snprintf(text, sizeof(text), "if%u", (unsigned)i);
		t->name[i] = xstrdup(text);
	}
	return t->name[i];
}

void
ifnames_release(struct ifnames *t)
{
	uint32_t i;

	for (i = 0; i < IFNAMES_MAX; i++)
		free(t->name[i]);
}
