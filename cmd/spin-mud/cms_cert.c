/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cms_priv.h"

#include <limits.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "savefile.h"
#include "utf8.h"
#include "xalloc.h"

#define CERT_MAX	(64 << 10)
#define URL_ROOM	256
#define RSA_BITS	2048
#define EC_BITS		256

/* RFC 8520 section 11: id-pe-mud-url and id-pe-mudsigner. */
#define OID_MUD_URL	"1.3.6.1.5.5.7.1.25"
#define OID_MUDSIGNER	"1.3.6.1.5.5.7.1.30"

/* ---- names and keys ---- */

/* One character as it is, or its bytes as \HH; false when it does not fit. */
static bool
put_char(char *to, size_t room, size_t *at, const char *s, size_t n)
{
	uint32_t c;
	size_t len = utf8_char(s, n, &c), i;
	bool shown = len > 0 && utf8_shown(c);
	size_t bytes = len > 0 ? len : 1;

	if (*at + (shown ? bytes : 3 * bytes) + sizeof("...") > room)
		return false;
	for (i = 0; i < bytes; i++)
		*at += (size_t)snprintf(to + *at, room - *at,
		    shown ? "%c" : "\\%02X", (unsigned char)s[i]);
	return true;
}

static void
put_text(char *to, size_t room, const char *s, size_t n)
{
	size_t at = 0, i = 0, len;
	uint32_t c;

	to[0] = '\0';
	for (; i < n && put_char(to, room, &at, s + i, n - i); i += len) {
		len = utf8_char(s + i, n - i, &c);
		if (len == 0)
			len = 1;
	}
	if (i < n)
		(void)snprintf(to + at, room - at, "...");
}

void
cms_subject(const X509 *x, char *to, size_t room)
{
	/* Without escapes for all that is not ASCII: people read it. */
	const unsigned long flags = XN_FLAG_RFC2253 &
	    ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *b = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n;

	to[0] = '\0';
	if (!b)
		xalloc_fail();
	if (X509_NAME_print_ex(b, X509_get_subject_name(x), 0, flags) >= 0 &&
	    (n = BIO_get_mem_data(b, &p)) > 0)
		put_text(to, room, p, (size_t)n);
	BIO_free(b);
}

void
cms_key_id(const X509 *x, char hex[static SHA256_HEX])
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);

	if (n <= 0)
		xalloc_fail();
	sha256_hex(der, (size_t)n, hex);
	OPENSSL_free(der);
}

bool
cms_is_eddsa(const EVP_PKEY *k)
{
	return EVP_PKEY_is_a(k, "ED25519") || EVP_PKEY_is_a(k, "ED448");
}

/* A curve spelt out may be one of the attacker's (CVE-2020-0601). */
static bool
is_explicit_curve(const EVP_PKEY *k)
{
	int is = 0;

	return EVP_PKEY_get_int_param(k,
	    OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &is) == 1 && is;
}

const char *
cms_key_fault(const EVP_PKEY *k)
{
	if (cms_is_eddsa(k))
		return NULL;
	if (EVP_PKEY_is_a(k, "RSA") || EVP_PKEY_is_a(k, "RSA-PSS"))
		return EVP_PKEY_get_bits(k) < RSA_BITS ?
		    "an RSA key of less than 2048 bits" : NULL;
	if (!EVP_PKEY_is_a(k, "EC"))
		return "a key that is not of RSA, ECDSA, Ed25519 or Ed448";
	if (EVP_PKEY_get_bits(k) < EC_BITS)
		return "an ECDSA key of less than 256 bits";
	return is_explicit_curve(k) ? "a key on a curve without a name" : NULL;
}

bool
cms_may_sign(X509 *x)
{
	return (X509_get_extension_flags(x) & EXFLAG_KUSAGE) &&
	    (X509_get_key_usage(x) & KU_DIGITAL_SIGNATURE);
}

size_t
cms_digest(const EVP_MD *type, const void *p, size_t n,
    unsigned char md[static EVP_MAX_MD_SIZE])
{
	const bool xof = EVP_MD_get_flags(type) & EVP_MD_FLAG_XOF;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned len = EVP_MAX_MD_SIZE;
	bool ok;

	if (!c)
		xalloc_fail();
	ok = EVP_DigestInit_ex(c, type, NULL) == 1 &&
	    EVP_DigestUpdate(c, p, n) == 1 &&
	    (xof ? EVP_DigestFinalXOF(c, md, len) :
	    EVP_DigestFinal_ex(c, md, &len)) == 1;
	EVP_MD_CTX_free(c);
	return ok ? len : 0;
}

/* ---- the certificate of a device ---- */

static int
no_passphrase(char *buf, int room, int writing, void *ctx)
{
	(void)buf;
	(void)room;
	(void)writing;
	(void)ctx;
	return -1;
}

/* PEM or DER, nothing behind the latter. */
static X509 *
parse_cert(const struct buf *b)
{
	const unsigned char *p = (const unsigned char *)b->p;
	BIO *bio = BIO_new_mem_buf(b->p, (int)b->n);
	X509 *x;

	if (!bio)
		xalloc_fail();
	x = PEM_read_bio_X509(bio, NULL, no_passphrase, NULL);
	BIO_free(bio);
	if (x)
		return x;
	x = d2i_X509(NULL, &p, (long)b->n);
	if (x && p != (const unsigned char *)b->p + b->n) {
		X509_free(x);
		return NULL;
	}
	return x;
}

static X509 *
read_cert(const char *path, char what[static CMS_WHAT])
{
	struct buf b;
	X509 *x = NULL;

	buf_init(&b, CERT_MAX);
	if (savefile_read(path, CERT_MAX, &b) < 0)
		(void)snprintf(what, CMS_WHAT,
		    "the device's certificate cannot be read: %s",
		    strerror(errno));
	else if (b.n == 0 || !(x = parse_cert(&b)))
		(void)snprintf(what, CMS_WHAT,
		    "the device's certificate is neither PEM nor DER");
	buf_release(&b);
	return x;
}

/*
 * The value of an extension. NULL when there is none, or with `what` filled
 * when there are two, which RFC 5280 section 4.2 forbids.
 */
static const ASN1_OCTET_STRING *
extension(const X509 *x, const char *oid, char what[static CMS_WHAT])
{
	ASN1_OBJECT *o = OBJ_txt2obj(oid, 1);
	int at;

	if (!o)
		xalloc_fail();
	at = X509_get_ext_by_OBJ(x, o, -1);
	if (at >= 0 && X509_get_ext_by_OBJ(x, o, at) >= 0) {
		(void)snprintf(what, CMS_WHAT,
		    "the device's certificate has extension %s twice", oid);
		at = -1;
	}
	ASN1_OBJECT_free(o);
	return at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(x, at));
}

/* MUDURLSyntax ::= IA5String; of that, what a URI can be made of. */
static bool
copy_url(const ASN1_OCTET_STRING *v, char url[static URL_ROOM])
{
	const unsigned char *p = ASN1_STRING_get0_data(v);
	const unsigned char *end = p + ASN1_STRING_length(v);
	ASN1_IA5STRING *s = d2i_ASN1_IA5STRING(NULL, &p, end - p);
	size_t n = s ? (size_t)ASN1_STRING_length(s) : 0, i;
	bool ok = n > 0 && n < URL_ROOM && p == end;

	for (i = 0; ok && i < n; i++) {
		url[i] = (char)ASN1_STRING_get0_data(s)[i];
		ok = url[i] > 0x20 && url[i] < 0x7f;
	}
	url[ok ? n : 0] = '\0';
	ASN1_IA5STRING_free(s);
	return ok;
}

/* MUDsignerSyntax ::= Name. */
static uint8_t *
copy_name(const ASN1_OCTET_STRING *v, size_t *n)
{
	const unsigned char *p = ASN1_STRING_get0_data(v);
	const unsigned char *end = p + ASN1_STRING_length(v);
	X509_NAME *name = d2i_X509_NAME(NULL, &p, end - p);
	bool ok = name && p == end && X509_NAME_entry_count(name) > 0;
	uint8_t *der = NULL;

	X509_NAME_free(name);
	if (!ok)
		return NULL;
	*n = (size_t)ASN1_STRING_length(v);
	der = xmalloc(*n);
	memcpy(der, ASN1_STRING_get0_data(v), *n);
	return der;
}

static uint8_t *
read_extensions(const X509 *x, size_t *n, char url[static URL_ROOM],
    char what[static CMS_WHAT])
{
	const ASN1_OCTET_STRING *v = extension(x, OID_MUD_URL, what);
	uint8_t *name = NULL;

	if (v && !copy_url(v, url))
		(void)snprintf(what, CMS_WHAT, "the MUD URL in the device's "
		    "certificate is not a URL of up to 255 bytes");
	if (what[0])
		return NULL;
	v = extension(x, OID_MUDSIGNER, what);
	if (v && !(name = copy_name(v, n)))
		(void)snprintf(what, CMS_WHAT, "the mudsigner in the device's "
		    "certificate is not the name of anyone");
	return name;
}

uint8_t *
cms_mudsigner(const char *cert_file, size_t *n, char url[static URL_ROOM],
    char what[static CMS_WHAT])
{
	uint8_t *name = NULL;
	X509 *x;

	*n = 0;
	url[0] = what[0] = '\0';
	x = read_cert(cert_file, what);
	if (x)
		name = read_extensions(x, n, url, what);
	X509_free(x);
	ERR_clear_error();
	return name;
}
