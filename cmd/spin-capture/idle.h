/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_IDLE_H
#define SPIN_IDLE_H

#include "flow.h"

/*
 * Reads idle times as an option gives them, "tcp=10m,udp=90s": names are
 * tcp (open), syn (not yet answered), ended (after FIN or RST), udp, dns (UDP
 * with port 53 once answered), icmp, other; those not named keep their value.
 * `ctx` is an array of FLOW_CLASSES int64_t microseconds. Returns NULL, or
 * what is wrong.
 */
const char *idle_parse(const char *arg, void *ctx);

#endif
