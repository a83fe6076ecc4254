/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SERVICES_H
#define SPIN_SERVICES_H

#include <stdint.h>

#include "attr.h"
#include "str.h"

/*
 * Names of services by protocol and port (of tcp, udp, sctp and dccp): the
 * system's services(5) file, and what home devices use and that file lacks,
 * by the names of IANA's registry.
 *
 *	s = services_new(SERVICES_FILE);	NULL, or no file: the latter
 *	name = services_name(s, STR("tcp"), 443);
 *	services_free(s);
 */
#define SERVICES_FILE	"/etc/services"
#define SERVICES_TEXT	63	/* the longest name */

struct services;

/*
 * Reads the file, if it is there: of several names of a port the first one
 * counts, aliases do not. Lines that are none are passed over, and of more
 * than 1 MiB the rest is not read. Never NULL.
 */
struct services *services_new(const char *path) ATTR_NODISCARD;
void services_free(struct services *);

/* Lower case; empty when there is none. Lives as long as the table. */
struct str services_name(const struct services *, struct str proto,
    uint64_t port);

#endif
