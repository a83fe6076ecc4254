/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_SHOW_H
#define SPIN_MUD_SHOW_H

#include <jansson.h>
#include <stddef.h>

#include "attr.h"
#include "buf.h"
#include "model.h"

/*
 * A MUD file in plain words, within `width` columns: who made the device and
 * whether it is supported, what it may do ("reach *.example.com on TCP port
 * 443 (https), when it starts the connection"; "nothing else"), where its
 * software bill of materials and vulnerabilities are told. Texts of the file
 * are escaped (utf8.h). Entries that say the same in both directions, or for
 * both versions of IP, are one sentence (words.h).
 */
void show(const struct mud *, size_t width, struct buf *);

/*
 * What an update changed, as lines that begin with -, + or ~ (something
 * changed its value), members first, then what the device may do, compared by
 * meaning: order, names of lists and entries do not matter, except for the
 * order of entries that allow and of those that forbid the same. Longer lines
 * go on behind four blanks. Returns how many differences there are.
 */
size_t diff(const struct mud *a, const struct mud *b, size_t width,
    struct buf *);

/*
 * One file that allows what any of them allows: the first one's members (of
 * `extensions` those of all), all entries without doubles, lists named anew.
 * A signature does not fit it any longer, but where one would be is kept.
 * NULL with the reason when they are about different MUD URLs, or when two
 * forbid different things, which no one list can say.
 */
json_t *merge(const struct mud *const *, size_t n, const char **why)
    ATTR_NODISCARD;

#endif
