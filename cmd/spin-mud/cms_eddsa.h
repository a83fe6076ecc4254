/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_CMS_EDDSA_H
#define SPIN_MUD_CMS_EDDSA_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stddef.h>

#include "attr.h"
#include "buf.h"

/*
 * CMS SignedData with Ed25519 and SHA-512, or Ed448 and SHAKE256 (RFC 8419),
 * which OpenSSL 3.0 cannot make: detached, with signed attributes (the time is
 * one), the signer's certificate and those of `chain` inside. Adds DER to
 * `out`; 0 or -1.
 */
int cms_eddsa_sign(const void *file, size_t nfile, const X509 *cert,
    EVP_PKEY *key, const STACK_OF(X509) *chain, struct buf *out)
    ATTR_NODISCARD;

#endif
