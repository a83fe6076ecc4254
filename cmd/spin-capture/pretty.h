/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_PRETTY_H
#define SPIN_PRETTY_H

#include <stddef.h>

#include "attr.h"
#include "buf.h"
#include "rec.h"

/*
 * Records as text for people: a line for each flow, and a summary of what
 * was seen. Lines fit `width` columns; addresses too long for their column
 * are shortened in the middle. Times are local.
 *
 *	struct pretty *p = pretty_new(80);
 *	pretty_rec(p, &rec, &text);	adds lines to `text`
 *	pretty_end(p, &text);		the summary
 *	pretty_free(p);
 */
#define PRETTY_WIDTH_MIN	60

struct pretty;

struct pretty *pretty_new(size_t width) ATTR_NODISCARD;
void pretty_free(struct pretty *);
void pretty_rec(struct pretty *, const struct rec *, struct buf *);
void pretty_end(struct pretty *, struct buf *);

#endif
