/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_EXPRESS_H
#define SPIN_EXPRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "capfile.h"
#include "flow.h"

/*
 * The express lane: nine of ten packets are Ethernet frames with at most one
 * VLAN tag, with TCP or UDP directly behind a plain IP header, in the middle
 * of a flow that is known. They change counters and nothing else, and are
 * counted here without looking at them twice. Whatever is out of the ordinary
 * is left alone and goes through link_decode, packet_decode and flows_packet,
 * which give the same result for plain packets too: a test holds the two
 * against each other.
 *
 * Returns the packet's IP-layer bytes, or 0 when it has not been counted.
 */
uint64_t express_packet(struct flows *, const struct cap_pkt *, int64_t ts,
    int64_t vnow);

#endif
