/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_UNITS_H
#define SPIN_UNITS_H

#include <stdint.h>

/*
 * Numbers as people read them in tables: rounded to two or three digits, with
 * K M G T P E for powers of 1024 of bytes and of 1000 of anything else, as in
 * --where. At most four characters and a NUL.
 *
 *	char text[UNITS_TEXT];
 *	units_size(1258291, text);		1.2M
 */
#define UNITS_TEXT	8

/* Bytes: 999, 1.2K, 34K, 5.6M */
void units_size(uint64_t n, char to[static UNITS_TEXT]);

/* Other things, exact where four digits are enough: 9999, 12K. */
void units_count(uint64_t n, char to[static UNITS_TEXT]);

#endif
