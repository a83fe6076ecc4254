/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_EMIT_H
#define SPIN_EMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "flow.h"
#include "rec.h"

/*
 * A flow of the table as a `flow` record. The record points into `text` and
 * constants: valid until the next call with the same `text`.
 */
struct emit_opts {
	bool community_id;
	uint16_t community_seed;
};

struct emit_text {
	char cid[32];
	char flags[8], rflags[8];
	struct str tags[1];
};

/*
 * `now` is the time of a last report without packets; `ifname` the name of
 * the flow's interface, or NULL to leave it out.
 */
void emit_flow(struct rec *, struct emit_text *, const struct flow *,
    const struct emit_opts *, int64_t now, const char *ifname);

#endif
