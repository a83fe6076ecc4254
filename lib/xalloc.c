/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "xalloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Out of memory: write(2) and _exit(2), because anything that formats or
 * flushes might allocate again.
 */
void
xalloc_fail(void)
{
	static const char text[] = "spin: error: out of memory\n";

	if (write(2, text, sizeof(text) - 1) < 0)
		_exit(4);
	_exit(4);
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		xalloc_fail();
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		xalloc_fail();
	return p;
}

void *
xreallocarray(void *p, size_t count, size_t size)
{
	void *q;

	if (size && count > SIZE_MAX / size)
		xalloc_fail();
	q = realloc(p, count && size ? count * size : 1);
	if (!q)
		xalloc_fail();
	return q;
}

char *
xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xmalloc(n), s, n);
}
