/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DNSDATA_H
#define SPIN_DNSDATA_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * The data of resource records as text, in the presentation form of the RFC
 * that defines the type:
 *
 *	A, AAAA			192.0.2.1, 2001:db8::1 (class IN only)
 *	NS CNAME PTR DNAME	name
 *	MX			10 name
 *	SRV			priority weight port name
 *	TXT			"string" "string", with \" \\ and \DDD
 *	SVCB HTTPS		1 name alpn=h2,h3 port=443 ipv4hint=192.0.2.1
 *
 * Of SVCB (RFC 9460) mandatory, alpn, port and the hints have their values;
 * other parameters are only named (ech, dohpath, key65400). A text that would
 * pass DNSDATA_TEXT bytes ends in " ..." instead.
 */
#define DNSDATA_TEXT	2048

struct dnsdata {
	const uint8_t *msg;	/* the whole message, for compressed names */
	size_t n;		/* bytes of it that were captured */
	size_t at, end;		/* the data, all captured */
	uint16_t type, class;
};

/*
 * Writes the text to `to` (room for DNSDATA_TEXT bytes) and returns its
 * length; 0 for types without a text here, -EINVAL when the data is not what
 * its type says.
 */
int dnsdata_print(const struct dnsdata *, char *to) ATTR_NODISCARD;

#endif
