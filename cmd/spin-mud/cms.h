/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_CMS_H
#define SPIN_MUD_CMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"

/*
 * Detached signatures of MUD files: CMS SignedData (RFC 5652) in DER, with
 * one signer, over the bytes of the file (RFC 8520 section 13), by OpenSSL.
 * The signer's certificate chains to a trust anchor (a self-signed one), is
 * valid now, and has keyUsage digitalSignature; keys are RSA of 2048 bits and
 * more, ECDSA of 256 and more, or Ed25519/Ed448 (RFC 8419), digests SHA-256
 * and better. No extended key usage is asked for, revocation is not looked
 * up, and a signing-time is only what the signer says, so it is not used.
 *
 * BER with indefinite lengths is taken too, which RFC 5652 allows. PEM is not.
 * A signature with the content inside (openssl's -nodetach, and -stream) is
 * refused even if that is the file: nothing then tells which of the two a
 * reader went by.
 *
 * What was wrong is told by a word for scripts and a sentence for people. The
 * words: "missing", "malformed" (no CMS SignedData over data, more than 64
 * KiB, bytes behind it, PEM), "attached", "signers" (not just one), "digest",
 * "signature" (does not match), "chain" (to no trust anchor, or without the
 * signer's certificate), "expired", "not-yet-valid", "key-usage", "weak" (a
 * key, or a digest in the chain), "signer" (not the device's mudsigner).
 */
#define CMS_SIG_MAX	(64 << 10)

struct cms_opts {
	const char *ca_file;	/* trust anchors, PEM; NULL: the system's */
	int64_t now;		/* seconds since 1970; 0: the clock's */
	/*
	 * The subject that the device's certificate names as mudsigner (RFC
	 * 8520 section 11), DER of the Name; NULL: none is known.
	 */
	const uint8_t *mudsigner;
	size_t nmudsigner;
};

/*
 * Who signed is told as soon as the signature matches the file, also where
 * the verdict is no (chain, expired, key-usage, signer).
 */
struct cms_verdict {
	bool ok;
	char word[24];		/* empty if ok */
	char what[200];		/* escaped; empty if ok */
	/*
	 * The subject as RFC 2253 writes it, in UTF-8; what is not to be
	 * shown (utf8_shown) is \HH there, what is too long is cut ("...").
	 * Empty: unknown, or the subject is.
	 */
	char signer[256];
	char key_id[65];	/* SHA-256 of the signer's SPKI, hexadecimal */
};

/* Never reads more than 64 KiB of signature; verdict->ok tells. */
void cms_verify(const void *file, size_t nfile, const void *sig, size_t nsig,
    const struct cms_opts *, struct cms_verdict *);

/*
 * Signs with a certificate and key (PEM, without a passphrase), with `chain`
 * certificates (PEM, or NULL) beside. Adds DER to `out`. 0, or -1 with `what`
 * filled; what cms_verify would refuse in the certificate itself (expired,
 * key-usage, weak) is not signed with.
 */
int cms_sign(const void *file, size_t nfile, const char *cert_file,
    const char *key_file, const char *chain_file, struct buf *out,
    char what[static 200]) ATTR_NODISCARD;

/*
 * The mudsigner extension of a device's certificate (PEM or DER), OID
 * 1.3.6.1.5.5.7.1.30: allocated DER of the Name, NULL when there is none, and
 * the MUD URL extension (1.3.6.1.5.5.7.1.25) in `url`, if it is there, else
 * "". NULL with `what` filled is a failure (it cannot be read, or one of them
 * is not what it should be), which must not be taken for "none".
 */
uint8_t *cms_mudsigner(const char *cert_file, size_t *n, char url[static 256],
    char what[static 200]) ATTR_NODISCARD;

#endif
