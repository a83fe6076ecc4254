/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cms.h"

#include <errno.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "cms_eddsa.h"
#include "cms_priv.h"
#include "savefile.h"
#include "xalloc.h"

#define PEM_MAX		(256 << 10)
#define CHAIN_MAX	16	/* certificates beside the signer's */

struct job {
	const void *file;
	size_t nfile;
	X509 *cert;
	EVP_PKEY *key;
	STACK_OF(X509) *chain;		/* with its certificates */
	char *what;
};

static int
fail(const struct job *j, const char *why, const char *detail)
{
	(void)snprintf(j->what, CMS_WHAT, detail ? "%s: %s" : "%s", why,
	    detail);
	return -1;
}

/* Asking on a terminal is not for a program of a pipeline. */
static int
no_passphrase(char *buf, int room, int writing, void *asked)
{
	(void)buf;
	(void)room;
	(void)writing;
	*(bool *)asked = true;
	return -1;
}

/* ---- what to sign with ---- */

/* A PEM file; `b` holds its bytes as long as the BIO lives. */
static BIO *
open_pem(const struct job *j, const char *path, const char *whose,
    struct buf *b)
{
	BIO *bio;

	buf_init(b, PEM_MAX);
	if (savefile_read(path, PEM_MAX, b) < 0) {
		(void)fail(j, whose, strerror(errno));
		return NULL;
	}
	bio = BIO_new_mem_buf(b->n ? b->p : "", (int)b->n);
	if (!bio)
		xalloc_fail();
	return bio;
}

static void
close_pem(BIO *bio, struct buf *b)
{
	BIO_free(bio);
	if (b->p)
		OPENSSL_cleanse(b->p, b->n);
	buf_release(b);
}

static int
read_cert(struct job *j, const char *path)
{
	struct buf b;
	BIO *bio = open_pem(j, path, "the certificate", &b);
	bool asked = false;
	int ret = bio ? 0 : -1;

	if (bio)
		j->cert = PEM_read_bio_X509(bio, NULL, no_passphrase, &asked);
	if (bio && !j->cert)
		ret = fail(j, "the certificate is not PEM", NULL);
	close_pem(bio, &b);
	return ret;
}

static int
read_key(struct job *j, const char *path)
{
	struct buf b;
	BIO *bio = open_pem(j, path, "the key", &b);
	bool asked = false;
	int ret = bio ? 0 : -1;

	if (bio)
		j->key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase,
		    &asked);
	if (bio && !j->key)
		ret = fail(j, asked ? "the key has a passphrase" :
		    "the key is not PEM", NULL);
	close_pem(bio, &b);
	return ret;
}

/* All that the file has; one that is there twice is taken once. */
static int
read_all(struct job *j, BIO *bio)
{
	bool asked = false;
	X509 *x;

	while ((x = PEM_read_bio_X509(bio, NULL, no_passphrase, &asked))) {
		if (sk_X509_num(j->chain) >= CHAIN_MAX) {
			X509_free(x);
			return fail(j, "the chain has more than 16 "
			    "certificates", NULL);
		}
		if (!X509_add_cert(j->chain, x, X509_ADD_FLAG_NO_DUP))
			xalloc_fail();
		/* Where it was there already the stack did not take it. */
		if (sk_X509_value(j->chain, sk_X509_num(j->chain) - 1) != x)
			X509_free(x);
	}
	return sk_X509_num(j->chain) > 0 ? 0 :
	    fail(j, "the chain is not PEM", NULL);
}

static int
read_chain(struct job *j, const char *path)
{
	struct buf b;
	BIO *bio;
	int ret;

	j->chain = sk_X509_new_null();
	if (!j->chain)
		xalloc_fail();
	if (!path)
		return 0;
	bio = open_pem(j, path, "the chain", &b);
	ret = bio ? read_all(j, bio) : -1;
	close_pem(bio, &b);
	return ret;
}

/* What nobody would accept is better found here than by everybody. */
static int
check(const struct job *j)
{
	const char *fault = cms_key_fault(X509_get0_pubkey(j->cert));

	if (X509_check_private_key(j->cert, j->key) != 1)
		return fail(j, "the key is not that of the certificate",
		    NULL);
	if (fault)
		return fail(j, "the certificate is not to be relied on",
		    fault);
	if (!cms_may_sign(j->cert))
		return fail(j, "the certificate is not for signatures (it "
		    "needs keyUsage digitalSignature)", NULL);
	if (X509_cmp_current_time(X509_get0_notAfter(j->cert)) <= 0)
		return fail(j, "the certificate has expired", NULL);
	if (X509_cmp_current_time(X509_get0_notBefore(j->cert)) > 0)
		return fail(j, "the certificate is not valid yet", NULL);
	return 0;
}

/* ---- signing ---- */

/* As strong as the key: RFC 5753 and RFC 8520 leave it to us. */
static const EVP_MD *
digest_for(const EVP_PKEY *key)
{
	int bits = EVP_PKEY_is_a(key, "EC") ? EVP_PKEY_get_bits(key) : 0;

	return bits > 384 ? EVP_sha512() : bits > 256 ? EVP_sha384() :
	    EVP_sha256();
}

static int
encode(const struct job *j, CMS_ContentInfo *cms, struct buf *out)
{
	unsigned char *der = NULL;
	int n = i2d_CMS_ContentInfo(cms, &der);

	if (n <= 0)
		return fail(j, "the signature cannot be written", NULL);
	buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	return 0;
}

static int
sign(const struct job *j, struct buf *out)
{
	const unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_NOSMIMECAP;
	BIO *file = BIO_new_mem_buf(j->nfile ? j->file : "", (int)j->nfile);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, j->chain, NULL,
	    flags | CMS_PARTIAL);
	int ret;

	if (!file || !cms)
		xalloc_fail();
	if (!CMS_add1_signer(cms, j->cert, j->key, digest_for(j->key), flags) ||
	    !CMS_final(cms, file, NULL, flags))
		ret = fail(j, "signing failed",
		    ERR_reason_error_string(ERR_peek_last_error()));
	else
		ret = encode(j, cms, out);
	CMS_ContentInfo_free(cms);
	BIO_free(file);
	return ret;
}

static int
sign_eddsa(const struct job *j, struct buf *out)
{
	return cms_eddsa_sign(j->file, j->nfile, j->cert, j->key, j->chain,
	    out) < 0 ? fail(j, "signing failed", NULL) : 0;
}

/* Certificates beside the signer's own. */
static void
drop_own(const struct job *j)
{
	int i;

	for (i = sk_X509_num(j->chain) - 1; i >= 0; i--)
		if (X509_cmp(sk_X509_value(j->chain, i), j->cert) == 0)
			X509_free(sk_X509_delete(j->chain, i));
}

static int
sign_all(struct job *j, struct buf *out)
{
	struct buf der;
	int ret;

	if (j->nfile > INT_MAX)
		return fail(j, "the file is too large", NULL);
	drop_own(j);
	buf_init(&der, CMS_SIG_MAX);
	ret = cms_is_eddsa(j->key) ? sign_eddsa(j, &der) : sign(j, &der);
	if (ret == 0 && der.failed)
		ret = fail(j, "the signature is larger than 64 KiB", NULL);
	if (ret == 0)
		buf_add(out, der.p, der.n);
	buf_release(&der);
	return ret;
}

int
cms_sign(const void *file, size_t nfile, const char *cert_file,
    const char *key_file, const char *chain_file, struct buf *out,
    char what[static CMS_WHAT])
{
	struct job j = { .file = file, .nfile = nfile, .what = what };
	int ret = -1;

	what[0] = '\0';
	if (read_cert(&j, cert_file) == 0 && read_key(&j, key_file) == 0 &&
	    read_chain(&j, chain_file) == 0 && check(&j) == 0)
		ret = sign_all(&j, out);
	X509_free(j.cert);
	EVP_PKEY_free(j.key);
	sk_X509_pop_free(j.chain, X509_free);
	ERR_clear_error();
	return ret;
}
