/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DOH_H
#define SPIN_DOH_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "str.h"

/*
 * Whether a flow is one of DNS that nobody on the way can read: DNS over TLS
 * (RFC 7858) and QUIC (RFC 9250) by their port, 853, and DNS over HTTPS (RFC
 * 8484) by the names and addresses that the large public resolvers publish.
 * Others cannot be told from other HTTPS.
 */
bool doh_is(struct str proto, uint64_t port, const struct addr *,
    struct str host);

#endif
