/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_FIND_H
#define SPIN_MUD_FIND_H

#include <stdbool.h>

#include "attr.h"
#include "stream.h"

/*
 * Which device announced which MUD URL, and how: mud records (or lines for
 * people) from device records, one for each device, URL and way. Nobody
 * vouches for what DHCP, DHCPv6 or LLDP say, so all such URLs are marked
 * `insecure` (RFC 8520 section 16); one that breaks a rule for MUD URLs has
 * `word` and `reason`.
 */
struct find_opts {
	struct stream_opts stream;
	bool pretty;
	bool unbuffered;
};

/* Reads all operands; returns the exit status. 1: nobody announced any. */
int find_run(const struct find_opts *, int argc, char **argv) ATTR_NODISCARD;

#endif
