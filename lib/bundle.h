/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_BUNDLE_H
#define SPIN_BUNDLE_H

#include "attr.h"
#include "str.h"

/*
 * The registered domain of a host name, by the Public Suffix List
 * (publicsuffix.org), the newer one of the system's file and what libpsl was
 * built with: "example.co.uk" of "a.b.example.co.uk".
 *
 *	b = bundle_new();			NULL: no list
 *	domain = bundle_domain(b, STR("www.example.org"));
 *	bundle_free(b);
 *
 * Names are in the form of records: lower case, no final dot, other bytes as
 * \DDD; xn-- labels are taken as they are. A name that is a public suffix
 * itself, a single label, an address, or anything below "local" or "arpa", is
 * its own domain, and so is what is no name at all: longer than DNAME_TEXT
 * (dname.h), or with an empty label. The two sections of the list, of
 * registries and of those who let others have names below theirs, count alike.
 *
 * Nothing is remembered; a name takes some microseconds.
 */
struct bundle;

struct bundle *bundle_new(void) ATTR_NODISCARD;
void bundle_free(struct bundle *);

/* A slice of `host`, without the final dot that it might have. */
struct str bundle_domain(const struct bundle *, struct str host);

#endif
