/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dname.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int ok)
{
	if (!ok)
		abort();
}

static void
check_text(const char *text, size_t n)
{
	size_t i;

	must(n > 0 && n <= DNAME_TEXT);
	for (i = 0; i < n; i++)
		must(text[i] > 0x20 && text[i] < 0x7f);
}

/*
 * The first two bytes say where in the message, all of the input, a name is
 * read. Laws: the wire form reads as itself again; what can be unpacked can
 * be skipped to the same place; the text is printable and fits.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t wire[DNAME_WIRE], again[12 + DNAME_WIRE], twice[DNAME_WIRE];
	char text[DNAME_TEXT];
	size_t at, start, skipped;
	int n;

	if (size < 2)
		return 0;
	start = (size_t)(data[0] << 8 | data[1]) % (size + 2);
	at = skipped = start;
	n = dname_unpack(data, size, &at, wire);
	if (n < 0) {
		must(at == start);
		must(dname_skip(data, size, &skipped) <= 0);
		return 0;
	}
	must(n >= 1 && n <= DNAME_WIRE && at > start && at <= size);
	must(dname_skip(data, size, &skipped) == 0 && skipped == at);
	check_text(text, dname_print(wire, (size_t)n, text));
	memset(again, 0, 12);
	memcpy(again + 12, wire, (size_t)n);
	at = 12;
	must(dname_unpack(again, 12 + (size_t)n, &at, twice) == n);
	must(memcmp(wire, twice, (size_t)n) == 0);
	return 0;
}
