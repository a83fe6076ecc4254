/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_CMS_PRIV_H
#define SPIN_MUD_CMS_PRIV_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "cms.h"
#include "sha256.h"

/* What verifying and signing share about certificates and keys. */

#define CMS_WHAT	200	/* room of a sentence */

/* RFC 2253, as cms.h says. */
void cms_subject(const X509 *, char *to, size_t room);
void cms_key_id(const X509 *, char hex[static SHA256_HEX]);

/* Ed25519 or Ed448, which sign without a digest of their own choosing. */
bool cms_is_eddsa(const EVP_PKEY *);

/* Why the key cannot be relied on, or NULL. */
const char *cms_key_fault(const EVP_PKEY *);

/* keyUsage is there and has digitalSignature: RFC 8520 section 13.2. */
bool cms_may_sign(X509 *);

/*
 * SHA-512, or SHAKE256 with 64 bytes for Ed448 (RFC 8419 section 3): the
 * number of bytes of the digest, 0 on failure.
 */
size_t cms_digest(const EVP_MD *, const void *, size_t n,
    unsigned char md[static EVP_MAX_MD_SIZE]) ATTR_NODISCARD;

#endif
