/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MAKERS_H
#define SPIN_MAKERS_H

#include <stdbool.h>

#include "addr.h"
#include "attr.h"
#include "str.h"

/*
 * Makers of network interfaces by MAC address, from the files that systems
 * have: IEEE's oui.txt (Debian: ieee-data), arp-scan's, nmap's prefixes or
 * Wireshark's manuf.
 *
 *	m = makers_new(NULL);		the first one found; none: knows nobody
 *	name = makers_name(m, &mac);
 *	makers_free(m);
 *
 * The file is opened at once, and read, in one pass, when the first name is
 * asked for; each line shows by itself of which kind it is. Known are its
 * prefixes of 24 to 48 bits; the longest one that fits counts, and of several
 * alike the first one. A block that the IEEE gives out in smaller parts has no
 * maker by itself. Names are escaped (utf8.h), and cut off where they would be
 * longer than MAKERS_TEXT bytes. Of a file of more than 8 MiB the rest is not
 * read; at most 2^18 prefixes and 4 MiB of names are kept.
 */
#define MAKERS_TEXT	48

struct makers;

/*
 * `path` of a file, or NULL for the places where systems have one. Returns
 * NULL, with errno set, only if the file named cannot be opened.
 */
struct makers *makers_new(const char *path) ATTR_NODISCARD;
void makers_free(struct makers *);

/* Whether the file lists any; reads it. */
bool makers_any(struct makers *);

/*
 * The maker's name, or an empty text (also of group addresses and of zeros);
 * of a MAC that is locally administered (chosen by the device, often at
 * random) "(random address)". Lives as long as the table, which may be NULL.
 */
struct str makers_name(struct makers *, const struct mac *);

#endif
