/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Blocks of a pcapng file. The section header is put in front, in the byte
 * order that the first byte asks for, so that no input is spent on it.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t section[2][28] = {
		{ 0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a,
		    1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    28, 0, 0, 0 },
		{ 0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28, 0x1a, 0x2b, 0x3c, 0x4d,
		    0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0, 0, 0, 28 },
	};
	uint8_t *file;

	if (size < 1)
		return 0;
	file = malloc(sizeof(section[0]) + size - 1);
	capfuzz_must(file != NULL);
	memcpy(file, section[data[0] & 1], sizeof(section[0]));
	memcpy(file + sizeof(section[0]), data + 1, size - 1);
	capfuzz_twice(file, sizeof(section[0]) + size - 1);
	free(file);
	return 0;
}
