/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CID_H
#define SPIN_CID_H

#include <stdint.h>

#include "flow.h"

/*
 * Community ID v1 (the Corelight specification): the same text for a flow in
 * every tool that can make it. "1:" and the base64 of a SHA-1.
 */
#define CID_TEXT	30	/* without a NUL */

/* Writes exactly CID_TEXT bytes. */
void cid_of_flow(const struct flow *, uint16_t seed, char *to);

#endif
