/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_APART_H
#define SPIN_APART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"

/*
 * A function in a process of its own, which gives back bytes by a pipe: for
 * work on what strangers wrote. What goes wrong in it, from a crash to an
 * endless loop, ends there.
 *
 *	struct buf result;
 *	buf_init(&result, 65536);
 *	if (apart(&opts, parse, &ctx, &result) == 0) use(&result);
 *
 * The child has the parent's memory as it was, and standard error; other
 * descriptors but the pipe are closed. Resource limits hold it: it can write
 * to no file, use so much memory and time, and with `sealed` open nothing at
 * all, neither files nor sockets. It gains no privilege by running others. On
 * Linux it ends with the parent, elsewhere when its time of the processor is
 * up. What it gives may be anything, if what it read made it so.
 */
struct apart_opts {
	bool sealed;
	uint64_t memory;	/* bytes of data; 0: no limit */
	int64_t timeout;	/* microseconds; then it is killed */
};

/*
 * Runs in the child; adds what is to be given back to `out`. Returns 0, or a
 * positive number below 100 of its own choice.
 */
typedef int apart_fn(void *ctx, struct buf *out);

/*
 * Returns what `fn` returned; or less: -EPROTO when the child crashed,
 * -ETIMEDOUT, -EMSGSIZE when it gave more than `result` takes, or what the
 * system refused with. `result` is whole only for 0 and above.
 */
int apart(const struct apart_opts *, apart_fn *, void *ctx,
    struct buf *result) ATTR_NODISCARD;

#endif
