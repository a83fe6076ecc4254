/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_STRTAB_H
#define SPIN_STRTAB_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "hash.h"
#include "str.h"

/*
 * Texts kept once each and known by a number, for tables that hold the same
 * names many times. Each user of a text holds one reference; a text without
 * any is gone. The table is limited in bytes: when it is full, strtab_ref
 * says so, and the caller drops what it can do without and tries again.
 *
 *	t = strtab_new(4 << 20, &hashkey);
 *	id = strtab_ref(t, STR("example.org"));		0: no room
 *	text = strtab_text(t, id);
 *	strtab_drop(t, id);
 *	strtab_free(t);
 *
 * The hash key is not copied and must live as long.
 */
struct strtab;

struct strtab *strtab_new(size_t max_bytes, const struct hashkey *)
    ATTR_NODISCARD;
void strtab_free(struct strtab *);

/*
 * The number of a text, from 1, with a reference more; 0 when there is no
 * room. Texts count with what is kept beside them, so that the limit is that
 * of memory. What tells numbers and texts apart only grows: when no text is
 * left, strtab_bytes need not be 0.
 */
uint32_t strtab_ref(struct strtab *, struct str) ATTR_NODISCARD;
/* One reference more to a text that has one. 0 is allowed and does nothing. */
void strtab_keep(struct strtab *, uint32_t id);
/* One less. 0 is allowed and does nothing. */
void strtab_drop(struct strtab *, uint32_t id);

/* Valid until its last reference is dropped. Of 0 the empty text. */
struct str strtab_text(const struct strtab *, uint32_t id);

/* Texts in it, and the bytes they take. */
size_t strtab_count(const struct strtab *);
size_t strtab_bytes(const struct strtab *);

#endif
