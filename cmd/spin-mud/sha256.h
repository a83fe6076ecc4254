/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_SHA256_H
#define SPIN_MUD_SHA256_H

#include <stddef.h>

/* SHA-256 in lower-case hexadecimal, with a NUL. */
#define SHA256_HEX	65

/* Ends the program if the system's libcrypto cannot do even that. */
void sha256_hex(const void *, size_t n, char hex[static SHA256_HEX]);

#endif
