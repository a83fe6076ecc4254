/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A capture file; the seeds are pcap. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	capfuzz_twice(data, size);
	return 0;
}
