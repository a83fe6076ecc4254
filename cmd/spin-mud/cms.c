/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cms.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs7.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cms_priv.h"
#include "xalloc.h"

#define DEPTH_MAX	8	/* of a chain */
#define LEVEL		2	/* of OpenSSL: 112 bits, no SHA-1 in a chain */

/* RFC 8419 section 2.3: what OpenSSL has no name for. */
#define OID_SHAKE256_LEN	"2.16.840.1.101.3.4.2.18"

struct job {
	const void *file;
	size_t nfile;
	const struct cms_opts *opts;
	CMS_ContentInfo *cms;		/* owned */
	CMS_SignerInfo *si;		/* the one there is */
	X509 *signer;			/* of si, as are the next three */
	EVP_PKEY *key;
	X509_ALGOR *digest_alg, *sig_alg;
	const EVP_MD *digest;
	struct cms_verdict *v;
};

static bool no(struct job *, const char *word, const char *fmt, ...)
    ATTR_PRINTF(3, 4);

/* The verdict is no; returns false. */
static bool
no(struct job *j, const char *word, const char *fmt, ...)
{
	va_list ap;

	(void)snprintf(j->v->word, sizeof(j->v->word), "%s", word);
	va_start(ap, fmt);
	(void)vsnprintf(j->v->what, sizeof(j->v->what), fmt, ap);
	va_end(ap);
	return false;
}

/* ---- the shape ---- */

static bool
parse(struct job *j, const void *sig, size_t n)
{
	static const char pem[] = "-----BEGIN";
	const unsigned char *p = sig;

	if (n == 0)
		return no(j, "missing", "there is no signature");
	if (n > CMS_SIG_MAX)
		return no(j, "malformed",
		    "the signature is larger than 64 KiB");
	if (n >= sizeof(pem) - 1 && memcmp(p, pem, sizeof(pem) - 1) == 0)
		return no(j, "malformed", "the signature is PEM instead of "
		    "DER (openssl cms -cmsout -inform PEM -outform DER)");
	j->cms = d2i_CMS_ContentInfo(NULL, &p, (long)n);
	if (!j->cms)
		return no(j, "malformed", "the signature is not CMS");
	if (p != (const unsigned char *)sig + n)
		return no(j, "malformed", "bytes follow the signature");
	return true;
}

static bool
check_shape(struct job *j)
{
	STACK_OF(CMS_SignerInfo) *all;
	ASN1_OCTET_STRING **content;

	if (OBJ_obj2nid(CMS_get0_type(j->cms)) != NID_pkcs7_signed)
		return no(j, "malformed", "it is CMS, but no signature");
	if (OBJ_obj2nid(CMS_get0_eContentType(j->cms)) != NID_pkcs7_data)
		return no(j, "malformed",
		    "the signature is over something else than data");
	content = CMS_get0_content(j->cms);
	if (!content || *content)
		return no(j, "attached",
		    "the signature has content of its own, not the file's");
	all = CMS_get0_SignerInfos(j->cms);
	if (sk_CMS_SignerInfo_num(all) != 1)
		return no(j, "signers", "the signature has %d signers, not 1",
		    all ? sk_CMS_SignerInfo_num(all) : 0);
	j->si = sk_CMS_SignerInfo_value(all, 0);
	return true;
}

static bool
find_signer(struct job *j)
{
	(void)CMS_set1_signers_certs(j->cms, NULL, 0);
	CMS_SignerInfo_get0_algs(j->si, &j->key, &j->signer, &j->digest_alg,
	    &j->sig_alg);
	if (!j->signer || !j->key)
		return no(j, "chain", "the signer's certificate is not with "
		    "the signature");
	return true;
}

/* ---- the algorithms ---- */

static bool
is_shake256_len(const ASN1_OBJECT *o)
{
	char text[sizeof(OID_SHAKE256_LEN) + 1];

	return OBJ_obj2txt(text, sizeof(text), o, 1) ==
	    sizeof(OID_SHAKE256_LEN) - 1 &&
	    strcmp(text, OID_SHAKE256_LEN) == 0;
}

static const EVP_MD *
find_digest(const ASN1_OBJECT *o, bool eddsa)
{
	switch (OBJ_obj2nid(o)) {
	case NID_sha256:
	case NID_sha384:
	case NID_sha512:
	case NID_sha512_256:
	case NID_sha3_256:
	case NID_sha3_384:
	case NID_sha3_512:
		return EVP_get_digestbyobj(o);
	case NID_shake256:
		return eddsa ? EVP_shake256() : NULL;
	default:
		return eddsa && is_shake256_len(o) ? EVP_shake256() : NULL;
	}
}

/* Two names of a digest in one signature must be of the same. */
static bool
digests_agree(const struct job *j)
{
	int digest = NID_undef, key;

	if (!OBJ_find_sigid_algs(OBJ_obj2nid(j->sig_alg->algorithm), &digest,
	    &key))
		return true;	/* the name of an algorithm of keys */
	return digest == NID_undef ||
	    digest == OBJ_obj2nid(j->digest_alg->algorithm);
}

static bool
check_algorithms(struct job *j)
{
	const char *fault = cms_key_fault(j->key);

	if (fault)
		return no(j, "weak", "the signer has %s", fault);
	j->digest = find_digest(j->digest_alg->algorithm, cms_is_eddsa(j->key));
	if (!j->digest)
		return no(j, "digest",
		    "the digest is none of SHA-256 and better");
	if (!digests_agree(j))
		return no(j, "digest", "the signature names two digests");
	return true;
}

/* ---- the signature ---- */

/* The only value of a signed attribute that may be there only once. */
static const void *
attribute(const struct job *j, int nid, int type)
{
	return CMS_signed_get0_data_by_OBJ(j->si, OBJ_nid2obj(nid), -3, type);
}

/*
 * RFC 5652 section 11: OpenSSL looks that both attributes are there, not that
 * the content type is that of the content.
 */
static bool
attributes_fit(const struct job *j)
{
	const ASN1_OBJECT *type = attribute(j, NID_pkcs9_contentType,
	    V_ASN1_OBJECT);

	return type && OBJ_cmp(type, CMS_get0_eContentType(j->cms)) == 0 &&
	    attribute(j, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING);
}

/* Reads the file through a digest, where OpenSSL wants to find it. */
static bool
content_matches(const struct job *j)
{
	BIO *file = BIO_new_mem_buf(j->file, (int)j->nfile);
	BIO *md = BIO_new(BIO_f_md());
	char chunk[4096];
	bool ok;

	if (!file || !md)
		xalloc_fail();
	ok = BIO_set_md(md, j->digest) > 0;
	BIO_push(md, file);
	while (ok && BIO_read(md, chunk, sizeof(chunk)) > 0)
		;
	ok = ok && CMS_SignerInfo_verify_content(j->si, md) > 0;
	BIO_free_all(md);
	return ok;
}

/* The signed attributes as they are signed: DER of a SET OF. */
static int
encode_attributes(const struct job *j, unsigned char **der)
{
	STACK_OF(X509_ATTRIBUTE) *sk = sk_X509_ATTRIBUTE_new_null();
	int i, n = CMS_signed_get_attr_count(j->si);

	if (!sk)
		xalloc_fail();
	for (i = 0; i < n; i++)
		if (!sk_X509_ATTRIBUTE_push(sk, CMS_signed_get_attr(j->si, i)))
			xalloc_fail();
	n = ASN1_item_i2d((ASN1_VALUE *)sk, der,
	    ASN1_ITEM_rptr(PKCS7_ATTR_SIGN));
	sk_X509_ATTRIBUTE_free(sk);
	return n;
}

static bool
eddsa_holds(const struct job *j, const void *p, size_t n)
{
	const ASN1_OCTET_STRING *sig = CMS_SignerInfo_get0_signature(j->si);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool ok;

	if (!c)
		xalloc_fail();
	ok = EVP_DigestVerifyInit(c, NULL, NULL, NULL, j->key) == 1 &&
	    EVP_DigestVerify(c, ASN1_STRING_get0_data(sig),
	    (size_t)ASN1_STRING_length(sig), p, n) == 1;
	EVP_MD_CTX_free(c);
	return ok;
}

static bool
message_digest_matches(const struct job *j)
{
	const ASN1_OCTET_STRING *said = attribute(j, NID_pkcs9_messageDigest,
	    V_ASN1_OCTET_STRING);
	unsigned char md[EVP_MAX_MD_SIZE];
	size_t n = cms_digest(j->digest, j->file, j->nfile, md);

	return said && n > 0 && (size_t)ASN1_STRING_length(said) == n &&
	    memcmp(ASN1_STRING_get0_data(said), md, n) == 0;
}

/* RFC 8419, which the CMS of OpenSSL 3.0 does not know. */
static bool
eddsa_matches(const struct job *j, bool attributes)
{
	unsigned char *der = NULL;
	bool ok;
	int n;

	if (OBJ_obj2nid(j->sig_alg->algorithm) != EVP_PKEY_get_base_id(j->key))
		return false;
	if (!attributes)
		return eddsa_holds(j, j->file, j->nfile);
	n = encode_attributes(j, &der);
	ok = n > 0 && eddsa_holds(j, der, (size_t)n) &&
	    message_digest_matches(j);
	OPENSSL_free(der);
	return ok;
}

static bool
check_signature(struct job *j)
{
	bool attributes = CMS_signed_get_attr_count(j->si) >= 0;
	bool ok;

	if (j->nfile > INT_MAX)
		return no(j, "signature", "the file is too large");
	if (attributes && !attributes_fit(j))
		return no(j, "malformed", "what is signed says that it is "
		    "something else than data");
	if (cms_is_eddsa(j->key))
		ok = eddsa_matches(j, attributes);
	else
		ok = (!attributes || CMS_SignerInfo_verify(j->si) > 0) &&
		    content_matches(j);
	if (!ok)
		return no(j, "signature",
		    "the signature does not match the file");
	cms_subject(j->signer, j->v->signer, sizeof(j->v->signer));
	cms_key_id(j->signer, j->v->key_id);
	return true;
}

/* ---- the chain ---- */

static const char *
chain_word(int err)
{
	switch (err) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "expired";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "not-yet-valid";
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return "weak";
	default:
		return "chain";
	}
}

static bool
chain_fault(struct job *j, X509_STORE_CTX *c)
{
	const X509 *at = X509_STORE_CTX_get_current_cert(c);
	int err = X509_STORE_CTX_get_error(c);
	char subject[100] = "the signer";

	if (at)
		cms_subject(at, subject, sizeof(subject));
	return no(j, chain_word(err), "certificate of %s: %s", subject,
	    X509_verify_cert_error_string(err));
}

/* The issuers too: OpenSSL looks at curves only when asked to be strict. */
static bool
check_issuers(struct job *j, X509_STORE_CTX *c)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(c);
	const char *fault = NULL;
	int i;

	for (i = 0; !fault && i < sk_X509_num(chain); i++)
		fault = cms_key_fault(X509_get0_pubkey(sk_X509_value(chain,
		    i)));
	return fault ? no(j, "weak", "in the chain is %s", fault) : true;
}

static void
set_param(X509_STORE_CTX *c, int64_t now)
{
	X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(c);

	/* Not that of e-mail, which is the usual one for CMS. */
	if (!X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_ANY))
		xalloc_fail();
	X509_VERIFY_PARAM_set_auth_level(p, LEVEL);
	X509_VERIFY_PARAM_set_depth(p, DEPTH_MAX);
	/* Only tests set a time: libcrypto's time_t may not be ours. */
	if (now)
		X509_VERIFY_PARAM_set_time(p, (time_t)now);
}

static bool
verify_chain(struct job *j, X509_STORE *anchors)
{
	STACK_OF(X509) *beside = CMS_get1_certs(j->cms);
	X509_STORE_CTX *c = X509_STORE_CTX_new();
	bool ok;

	if (!c || !X509_STORE_CTX_init(c, anchors, j->signer, beside))
		xalloc_fail();
	set_param(c, j->opts->now);
	ok = X509_verify_cert(c) == 1 ? check_issuers(j, c) :
	    chain_fault(j, c);
	X509_STORE_CTX_free(c);
	sk_X509_pop_free(beside, X509_free);
	return ok;
}

static bool
check_chain(struct job *j)
{
	X509_STORE *anchors = X509_STORE_new();
	bool ok;

	if (!anchors)
		xalloc_fail();
	if (j->opts->ca_file)
		ok = X509_STORE_load_file(anchors, j->opts->ca_file) == 1;
	else
		ok = X509_STORE_set_default_paths(anchors) == 1;
	if (ok)
		ok = verify_chain(j, anchors);
	else
		no(j, "chain", "the trust anchors cannot be read");
	X509_STORE_free(anchors);
	return ok;
}

/* ---- the signer ---- */

/* RFC 8520 section 13.2. */
static bool
check_usage(struct job *j)
{
	return cms_may_sign(j->signer) ? true : no(j, "key-usage",
	    "the signer's certificate is not for signatures (keyUsage)");
}

static bool
check_mudsigner(struct job *j)
{
	const unsigned char *p = j->opts->mudsigner;
	X509_NAME *name;
	bool ok;

	if (!p)
		return true;
	name = d2i_X509_NAME(NULL, &p, (long)j->opts->nmudsigner);
	ok = name && p == j->opts->mudsigner + j->opts->nmudsigner &&
	    X509_NAME_entry_count(name) > 0 &&
	    X509_NAME_cmp(name, X509_get_subject_name(j->signer)) == 0;
	X509_NAME_free(name);
	return ok ? true : no(j, "signer",
	    "the signer is not the one that the device's certificate names");
}

void
cms_verify(const void *file, size_t nfile, const void *sig, size_t nsig,
    const struct cms_opts *opts, struct cms_verdict *v)
{
	struct job j = { .file = nfile ? file : "", .nfile = nfile,
		.opts = opts, .v = v };

	memset(v, 0, sizeof(*v));
	v->ok = parse(&j, sig, nsig) && check_shape(&j) && find_signer(&j) &&
	    check_algorithms(&j) && check_signature(&j) && check_chain(&j) &&
	    check_usage(&j) && check_mudsigner(&j);
	CMS_ContentInfo_free(j.cms);
	/* Told by the verdict; the queue is for nobody else to find. */
	ERR_clear_error();
}
