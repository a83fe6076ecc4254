/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_EACH_H
#define SPIN_EACH_H

#include <stddef.h>

#include "str.h"

/*
 * Calls `fn` for each line of a file of the system, without its LF, the last
 * one too if it has none. Lines of LINE_MAX_BYTES (line.h) and more are passed
 * over; reading ends before `max` bytes are exceeded by more than a buffer,
 * and what comes then of a line is not given. Returns 0 or -errno.
 */
int each_line(int fd, size_t max, void (*fn)(void *ctx, struct str line),
    void *ctx);

#endif
