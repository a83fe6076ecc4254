/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cms_eddsa.h"

#include <openssl/asn1.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cms_priv.h"
#include "xalloc.h"

#define DER_MAX		(1 << 20)
#define SIG_ROOM	128	/* Ed448 takes 114 */

enum tag {
	INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30,
	SET = 0x31, CONTEXT0 = 0xa0,
};

/* Contents of object identifiers. */
static const unsigned char oid_data[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01
};
static const unsigned char oid_signed_data[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02
};
static const unsigned char oid_content_type[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03
};
static const unsigned char oid_message_digest[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04
};
static const unsigned char oid_signing_time[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05
};

/* Whole AlgorithmIdentifiers (RFC 8419 sections 2.2 and 2.3). */
static const unsigned char alg_sha512[] = {
	0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
	0x02, 0x03
};
static const unsigned char alg_shake256_len[] = {	/* 512 bits */
	0x30, 0x0f, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
	0x02, 0x12, 0x02, 0x02, 0x02, 0x00
};
static const unsigned char alg_ed25519[] = {
	0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70
};
static const unsigned char alg_ed448[] = {
	0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x71
};

struct suite {
	const unsigned char *digest_alg, *sig_alg;
	size_t ndigest_alg, nsig_alg;
	const EVP_MD *digest;
};

/* ---- DER ---- */

/* A value with its tag and length. */
static void
put(struct buf *b, enum tag tag, const void *p, size_t n)
{
	unsigned char len[sizeof(n)];
	size_t i = sizeof(len), rest;

	buf_putc(b, (char)tag);
	if (n < 0x80) {
		buf_putc(b, (char)n);
	} else {
		for (rest = n; rest; rest >>= 8)
			len[--i] = rest & 0xff;
		buf_putc(b, (char)(0x80 | (sizeof(len) - i)));
		buf_add(b, len + i, sizeof(len) - i);
	}
	buf_add(b, p, n);
}

/* What was added since `from` becomes the contents of a value. */
static void
wrap(struct buf *b, size_t from, enum tag tag)
{
	size_t n = b->failed ? 0 : b->n - from;
	char *copy = xmalloc(n + 1);

	if (n)
		memcpy(copy, b->p + from, n);
	b->n -= n;
	put(b, tag, copy, n);
	free(copy);
}

static void
put_version(struct buf *b)
{
	put(b, INTEGER, "\1", 1);
}

/* What OpenSSL encodes; `n` <= 0 is its failure. Frees it. */
static void
put_encoded(struct buf *b, unsigned char *der, int n)
{
	if (n > 0)
		buf_add(b, der, (size_t)n);
	else
		b->failed = true;
	OPENSSL_free(der);
}

/* ---- signed attributes ---- */

/* Attribute ::= SEQUENCE { type, SET { value } }, the value at `from`. */
static void
end_attribute(struct buf *b, size_t from, const void *oid, size_t noid)
{
	struct buf value;

	wrap(b, from, SET);
	buf_init(&value, DER_MAX);
	if (!b->failed)
		buf_add(&value, b->p + from, b->n - from);
	b->n = from;
	put(b, OID, oid, noid);
	buf_add(b, value.p, value.n);
	b->failed |= value.failed;
	buf_release(&value);
	wrap(b, from, SEQUENCE);
}

static void
put_time(struct buf *b)
{
	/* UTCTime up to 2049 (RFC 5652 section 11.3), of libcrypto's clock. */
	ASN1_TIME *t = X509_gmtime_adj(NULL, 0);
	unsigned char *der = NULL;
	int n = t ? i2d_ASN1_TIME(t, &der) : 0;

	put_encoded(b, der, n);
	ASN1_TIME_free(t);
}

/*
 * The contents of the SET OF, in DER's order: all three begin with the same
 * tag and their length, so the shortest comes first, and their lengths are
 * 26, 30 or 32, and 81.
 */
static void
put_attributes(struct buf *b, const struct suite *s, const void *file,
    size_t nfile)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	size_t n = cms_digest(s->digest, file, nfile, md), from;

	from = b->n;
	put(b, OID, oid_data, sizeof(oid_data));
	end_attribute(b, from, oid_content_type, sizeof(oid_content_type));
	from = b->n;
	put_time(b);
	end_attribute(b, from, oid_signing_time, sizeof(oid_signing_time));
	from = b->n;
	put(b, OCTETS, md, n);
	end_attribute(b, from, oid_message_digest, sizeof(oid_message_digest));
	b->failed |= n == 0;
}

static size_t
sign_bytes(EVP_PKEY *key, const struct buf *b, unsigned char *sig, size_t n)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok;

	if (!c)
		xalloc_fail();
	ok = !b->failed &&
	    EVP_DigestSignInit(c, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestSign(c, sig, &n, (const unsigned char *)b->p, b->n) == 1;
	EVP_MD_CTX_free(c);
	return ok ? n : 0;
}

/* ---- the whole ---- */

static void
put_issuer_and_serial(struct buf *b, const X509 *cert)
{
	unsigned char *der = NULL;
	size_t from = b->n;
	int n = i2d_X509_NAME(X509_get_issuer_name(cert), &der);

	put_encoded(b, der, n);
	der = NULL;
	n = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	put_encoded(b, der, n);
	wrap(b, from, SEQUENCE);
}

/* SignerInfo, RFC 5652 section 5.3; `attributes`: the contents of the SET. */
static void
put_signer(struct buf *b, const struct suite *s, const X509 *cert,
    EVP_PKEY *key, const struct buf *attributes)
{
	unsigned char sig[SIG_ROOM];
	size_t from = b->n, n;
	struct buf set;

	/* Signed as a SET, sent as [0] IMPLICIT (section 5.4). */
	buf_init(&set, DER_MAX);
	put(&set, SET, attributes->p, attributes->n);
	n = sign_bytes(key, &set, sig, sizeof(sig));
	b->failed |= n == 0;
	buf_release(&set);
	put_version(b);
	put_issuer_and_serial(b, cert);
	buf_add(b, s->digest_alg, s->ndigest_alg);
	put(b, CONTEXT0, attributes->p, attributes->n);
	buf_add(b, s->sig_alg, s->nsig_alg);
	put(b, OCTETS, sig, n);
	wrap(b, from, SEQUENCE);
}

static int
compare_der(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int d = n ? memcmp(x->p, y->p, n) : 0;

	return d ? d : (x->n > y->n) - (x->n < y->n);
}

/* A SET OF is in the order of its encodings. */
static void
put_certs(struct buf *b, const X509 *cert, const STACK_OF(X509) *chain)
{
	size_t n = (size_t)sk_X509_num(chain) + 1, i, from = b->n;
	struct buf *all = xcalloc(n, sizeof(*all));
	unsigned char *der;
	int len;

	for (i = 0; i < n; i++) {
		der = NULL;
		len = i2d_X509(i ? sk_X509_value(chain, (int)i - 1) : cert,
		    &der);
		buf_init(&all[i], DER_MAX);
		put_encoded(&all[i], der, len);
	}
	qsort(all, n, sizeof(*all), compare_der);
	for (i = 0; i < n; i++) {
		buf_add(b, all[i].p, all[i].n);
		b->failed |= all[i].failed;
		buf_release(&all[i]);
	}
	free(all);
	wrap(b, from, CONTEXT0);
}

/* SignedData inside ContentInfo, RFC 5652 sections 3 and 5.1. */
static void
put_all(struct buf *b, const struct suite *s, const X509 *cert, EVP_PKEY *key,
    const STACK_OF(X509) *chain, const struct buf *attributes)
{
	size_t body, from;

	put(b, OID, oid_signed_data, sizeof(oid_signed_data));
	body = b->n;
	put_version(b);
	put(b, SET, s->digest_alg, s->ndigest_alg);
	from = b->n;
	put(b, OID, oid_data, sizeof(oid_data));
	wrap(b, from, SEQUENCE);
	put_certs(b, cert, chain);
	from = b->n;
	put_signer(b, s, cert, key, attributes);
	wrap(b, from, SET);
	wrap(b, body, SEQUENCE);
	wrap(b, body, CONTEXT0);
	wrap(b, 0, SEQUENCE);
}

int
cms_eddsa_sign(const void *file, size_t nfile, const X509 *cert,
    EVP_PKEY *key, const STACK_OF(X509) *chain, struct buf *out)
{
	const struct suite ed25519 = { alg_sha512, alg_ed25519,
		sizeof(alg_sha512), sizeof(alg_ed25519), EVP_sha512() };
	const struct suite ed448 = { alg_shake256_len, alg_ed448,
		sizeof(alg_shake256_len), sizeof(alg_ed448), EVP_shake256() };
	const struct suite *s = EVP_PKEY_is_a(key, "ED448") ? &ed448 :
	    &ed25519;
	struct buf attributes, der;
	int ret = -1;

	buf_init(&attributes, DER_MAX);
	buf_init(&der, DER_MAX);
	put_attributes(&attributes, s, file, nfile);
	if (!attributes.failed)
		put_all(&der, s, cert, key, chain, &attributes);
	if (!attributes.failed && !der.failed) {
		buf_add(out, der.p, der.n);
		ret = 0;
	}
	buf_release(&der);
	buf_release(&attributes);
	return ret;
}
