/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FILTER_H
#define SPIN_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "attr.h"
#include "capfile.h"

/*
 * The filter operand: a pcap-filter(7) expression, compiled by libpcap once
 * for each link type that comes (a file may hold several).
 */
struct filter;

/* Keeps `expr`. Never NULL. */
struct filter *filter_new(const char *expr) ATTR_NODISCARD;
void filter_free(struct filter *);

/*
 * 1: the packet matches, 0: it does not, -EINVAL: the expression is wrong,
 * or has no meaning for this link type: filter_error says why.
 */
int filter_match(struct filter *, const struct cap_pkt *) ATTR_NODISCARD;
/* Whether it has been compiled for some link type. */
bool filter_is_used(const struct filter *);
/* The same without a packet: 0, or -EINVAL. */
int filter_check(struct filter *, uint32_t link) ATTR_NODISCARD;
const char *filter_error(const struct filter *);

#endif
