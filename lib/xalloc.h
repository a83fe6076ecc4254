/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_XALLOC_H
#define SPIN_XALLOC_H

#include <stddef.h>

#include "attr.h"

/*
 * Small allocations whose failure nobody can mend: they return memory or end
 * the program with a message and exit status 4. Whatever an outsider can make
 * large goes through a capped container (buf, arena, lru) instead, which
 * fails without ending anything.
 */
void *xmalloc(size_t n) ATTR_NODISCARD;
void *xcalloc(size_t count, size_t size) ATTR_NODISCARD;
/* As realloc(p, count * size), the product checked for overflow. */
void *xreallocarray(void *p, size_t count, size_t size) ATTR_NODISCARD;
char *xstrdup(const char *s) ATTR_NODISCARD;
/* What they do on failure, for memory from elsewhere. */
void xalloc_fail(void) ATTR_NORETURN;

#endif
