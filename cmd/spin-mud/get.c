/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "get.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "apart.h"
#include "doc.h"
#include "finding.h"
#include "lint.h"
#include "savefile.h"
#include "tm.h"
#include "utf8.h"
#include "words.h"

#define URL_MAX		1024
#define RESULT_MAX	(DOC_BYTES + (256 << 10))
#define MEMORY_MAX	(256 << 20)
#define HOUR		3600
#define HOURS_MAX	168	/* of cache-validity, RFC 8520 3.5 */
#define HOURS_USUAL	48

/* What is read of a file, in a process of its own. */
struct meta {
	char signature[URL_MAX];	/* mud-signature; empty: none */
	char url[URL_MAX];
	char last_update[40];
	uint32_t hours;
	uint32_t errors;		/* that lint found */
	char first[240];		/* the first of them, escaped */
	char fault[256];		/* it is no JSON; empty: it is */
};

/* A job for a child: bytes in, something out. */
struct job {
	const void *file, *sig;
	size_t nfile, nsig;
	const char *url;
	const struct get_opts *opts;
	const struct store_entry *old, *new;
};

/* What a child gave may be anything, but its texts end. */
#define END(text)	((text)[sizeof(text) - 1] = '\0')

static int fail(struct get_result *, enum get_state, const char *word,
    const char *fmt, ...) ATTR_PRINTF(4, 5);

static int
fail(struct get_result *r, enum get_state state, const char *word,
    const char *fmt, ...)
{
	va_list ap;

	r->state = state;
	snprintf(r->word, sizeof(r->word), "%s", word);
	va_start(ap, fmt);
	vsnprintf(r->what, sizeof(r->what), fmt, ap);
	va_end(ap);
	return -1;
}

/* The child did not come back with a result. */
static int
fail_apart(struct get_result *r, enum get_state state, const char *doing,
    int err)
{
	if (err == -ETIMEDOUT)
		return fail(r, state, "too-slow", "%s took too long", doing);
	return fail(r, state, "crashed", "%s failed: %s", doing,
	    strerror(err < 0 ? -err : EPROTO));
}

/* Reading, where nothing can be opened. */

static void
copy_member(const json_t *mud, const char *name, char *to, size_t room)
{
	const json_t *v = json_object_get(mud, name);
	size_t n = v && json_is_string(v) ? json_string_length(v) : 0;

	if (n > 0 && n < room) {
		memcpy(to, json_string_value(v), n);
		to[n] = '\0';
	}
}

static const json_t *
mud_of(const struct doc *d)
{
	return json_object_get(doc_root(d), "ietf-mud:mud");
}

/* NULL with the fault told, if it is no JSON. */
static struct doc *
parse(const struct job *job, struct meta *m)
{
	struct doc_err err;
	struct doc *d = doc_parse(job->file, job->nfile, &err);

	if (!d)
		snprintf(m->fault, sizeof(m->fault), "line %zu, column %zu: %s",
		    err.place.line, err.place.column, err.what);
	return d;
}

static int
read_signature(void *ctx, struct buf *out)
{
	struct meta m = { .errors = 0 };
	struct doc *d = parse(ctx, &m);

	if (d)
		copy_member(mud_of(d), "mud-signature", m.signature,
		    sizeof(m.signature));
	buf_add(out, &m, sizeof(m));
	doc_free(d);
	return 0;
}

/* Escaped, and cut between characters where it is too long. */
static void
tell(const struct finding *f, char *to, size_t room)
{
	struct buf b;
	size_t i, n;
	uint32_t c;

	buf_init(&b, UTF8_ESCAPED(POINTER_MAX + FINDING_REASON) + 16);
	words_escape(&b, f->pointer);
	buf_puts(&b, f->pointer[0] ? ": " : "");
	words_escape(&b, f->reason);
	for (i = 0; i < b.n; i += n) {
		n = utf8_char(b.p + i, b.n - i, &c);
		if (n == 0 || i + n >= room)
			break;
		memcpy(to + i, b.p + i, n);
	}
	to[i] = '\0';
	buf_release(&b);
}

static void
judge(struct doc *d, struct meta *m)
{
	struct findings f = FINDINGS_INIT;
	struct lint_opts o = { .rfc = false };
	size_t i;

	lint(d, &o, &f);
	findings_sort(&f);
	m->errors = (uint32_t)f.count[FINDING_ERROR];
	for (i = 0; i < f.n && !m->first[0]; i++)
		if (f.v[i].severity == FINDING_ERROR)
			tell(&f.v[i], m->first, sizeof(m->first));
	findings_release(&f);
}

static void
copy_members(const json_t *mud, struct meta *m)
{
	const json_t *hours = json_object_get(mud, "cache-validity");

	copy_member(mud, "mud-url", m->url, sizeof(m->url));
	copy_member(mud, "mud-signature", m->signature, sizeof(m->signature));
	copy_member(mud, "last-update", m->last_update,
	    sizeof(m->last_update));
	if (json_is_integer(hours) && json_integer_value(hours) >= 1 &&
	    json_integer_value(hours) <= HOURS_MAX)
		m->hours = (uint32_t)json_integer_value(hours);
}

static int
read_all(void *ctx, struct buf *out)
{
	struct meta m = { .hours = HOURS_USUAL };
	struct doc *d = parse(ctx, &m);

	if (d) {
		judge(d, &m);
		copy_members(mud_of(d), &m);
	}
	buf_add(out, &m, sizeof(m));
	doc_free(d);
	return 0;
}

/* Takes a child's word: its texts end, its time is bounded. */
static void
take_meta(struct meta *m, const struct buf *result)
{
	memcpy(m, result->p, sizeof(*m));
	END(m->signature);
	END(m->url);
	END(m->last_update);
	END(m->first);
	END(m->fault);
	if (m->hours > HOURS_MAX)
		m->hours = HOURS_MAX;
}

static int
read_meta(const struct buf *file, apart_fn *fn, struct meta *m,
    struct get_result *r)
{
	struct apart_opts o = { .sealed = true, .memory = MEMORY_MAX,
		.timeout = 10 * TM_SECOND };
	struct job job = { .file = file->p, .nfile = file->n };
	struct buf result;
	int ret;

	buf_init(&result, RESULT_MAX);
	ret = apart(&o, fn, &job, &result);
	if (ret == 0 && result.n == sizeof(*m))
		take_meta(m, &result);
	else
		ret = fail_apart(r, GET_REFUSED, "reading the file", ret);
	if (ret == 0 && m->fault[0])
		ret = fail(r, GET_REFUSED, "not-json", "%s", m->fault);
	buf_release(&result);
	return ret;
}

/* Fetching, where nothing can be written. */

static int
fetch_job(void *ctx, struct buf *out)
{
	const struct job *job = ctx;
	struct fetch_reply reply;
	struct buf body;
	int ret;

	buf_init(&body, job->opts->fetch.max_bytes + 1);
	ret = fetch(job->url, &job->opts->fetch, &body, &reply);
	buf_add(out, &reply, sizeof(reply));
	if (ret == 0)
		buf_add(out, body.p, body.n);
	buf_release(&body);
	return ret == 0 ? 0 : 1;
}

static void
take_reply(struct fetch_reply *reply, const struct buf *result)
{
	memcpy(reply, result->p, sizeof(*reply));
	END(reply->etag);
	END(reply->modified);
	END(reply->type);
	END(reply->word);
	END(reply->what);
}

/* 0; 1 when it failed and `reply` says why; -1 with the result filled. */
static int
fetch_apart(const char *url, const struct get_opts *opts, struct buf *body,
    struct fetch_reply *reply, struct get_result *r)
{
	struct apart_opts o = { .memory = MEMORY_MAX,
		.timeout = opts->fetch.timeout + 5 * TM_SECOND };
	struct job job = { .url = url, .opts = opts };
	struct buf result;
	int ret;

	buf_init(&result, RESULT_MAX);
	ret = apart(&o, fetch_job, &job, &result);
	if (ret < 0 || result.n < sizeof(*reply)) {
		ret = fail_apart(r, GET_FAILED, "fetching", ret);
	} else {
		take_reply(reply, &result);
		buf_add(body, result.p + sizeof(*reply),
		    result.n - sizeof(*reply));
	}
	buf_release(&result);
	return ret;
}

/* Verifying. */

static int
verify_job(void *ctx, struct buf *out)
{
	const struct job *job = ctx;
	struct cms_verdict v;

	cms_verify(job->file, job->nfile, job->sig, job->nsig,
	    &job->opts->cms, &v);
	buf_add(out, &v, sizeof(v));
	return 0;
}

static void
take_verdict(struct cms_verdict *v, const struct buf *result)
{
	memcpy(v, result->p, sizeof(*v));
	END(v->word);
	END(v->what);
	END(v->signer);
	END(v->key_id);
}

static int
verify_apart(const struct buf *file, const struct buf *sig,
    const struct get_opts *opts, struct cms_verdict *v, struct get_result *r)
{
	struct apart_opts o = { .memory = MEMORY_MAX,
		.timeout = 10 * TM_SECOND };
	struct job job = { .file = file->p, .nfile = file->n, .sig = sig->p,
		.nsig = sig->n, .opts = opts };
	struct buf result;
	int ret;

	buf_init(&result, RESULT_MAX);
	ret = apart(&o, verify_job, &job, &result);
	if (ret == 0 && result.n == sizeof(*v))
		take_verdict(v, &result);
	else
		ret = fail_apart(r, GET_REFUSED, "verifying the signature",
		    ret);
	buf_release(&result);
	return ret;
}

/* Judging: what is new, against what there was. */

static bool
is_same(const struct store_entry *a, const struct store_entry *b)
{
	return a->file.n == b->file.n &&
	    memcmp(a->file.p, b->file.p, a->file.n) == 0;
}

/* Whether the signature lets the file pass, or a person does or did. */
static int
check_signature(const struct get_opts *o, const struct store_entry *old,
    struct store_entry *new, struct get_result *r)
{
	bool approved = o->approve || (old && old->approved &&
	    old->sig.n == 0 && is_same(old, new));
	struct cms_verdict v;

	new->approved = approved;
	if (new->sig.n == 0) {
		if (approved)
			return 0;
		return fail(r, GET_REFUSED, "unsigned",
		    "it is not signed; look at it and use --approve");
	}
	if (verify_apart(&new->file, &new->sig, o, &v, r) < 0)
		return -1;
	if (!v.ok && !approved)
		return fail(r, GET_REFUSED, v.word, "%s", v.what);
	if (v.ok) {
		memcpy(new->signer, v.signer, sizeof(v.signer));
		memcpy(new->key_id, v.key_id, sizeof(v.key_id));
		new->approved = true;
	} else {
		/* Approved without: a signature that does not hold is none. */
		buf_reset(&new->sig);
	}
	return 0;
}

/* It reads both files, so it is done where they are read. */
static int
change_job(void *ctx, struct buf *out)
{
	const struct job *job = ctx;
	const char *why = store_change(job->old, job->new);

	buf_puts(out, why ? why : "");
	return 0;
}

static int
check_change(const struct get_opts *o, const struct store_entry *old,
    const struct store_entry *new, struct get_result *r)
{
	struct apart_opts a = { .sealed = true, .memory = MEMORY_MAX,
		.timeout = 10 * TM_SECOND };
	struct job job = { .old = old, .new = new };
	struct buf why;
	int ret;

	if (!old || o->approve)
		return 0;
	buf_init(&why, RESULT_MAX);
	ret = apart(&a, change_job, &job, &why);
	if (ret != 0)
		ret = fail_apart(r, GET_REFUSED, "reading the file", ret);
	else if (why.n)
		ret = fail(r, GET_REFUSED, "changed", "%.*s; if that is right "
		    "use --approve", (int)(why.n < 160 ? why.n : 160), why.p);
	buf_release(&why);
	return ret;
}

static int
check_file(const struct meta *m, const char *url, struct get_result *r)
{
	const char *fault;

	if (m->errors)
		return fail(r, GET_REFUSED, "invalid", "%s%s", m->first,
		    m->errors > 1 ? ", and more" : "");
	if (url && strcmp(m->url, url) != 0)
		return fail(r, GET_REFUSED, "mud-url",
		    "it says that its URL is another one");
	fault = fetch_url_fault(m->url);
	if (fault)
		return fail(r, GET_REFUSED, "mud-url", "mud-url: %s", fault);
	return 0;
}

/* Everything is had: accept it, or say why not. Takes over `new`. */
static void
settle(const char *url, const struct get_opts *o, struct store_entry *old,
    struct store_entry *new, struct get_result *r)
{
	struct meta m;

	if (check_signature(o, old, new, r) < 0 ||
	    read_meta(&new->file, read_all, &m, r) < 0 ||
	    check_file(&m, url, r) < 0)
		return;
	snprintf(new->url, sizeof(new->url), "%s", m.url);
	snprintf(new->last_update, sizeof(new->last_update), "%s",
	    m.last_update);
	new->fetched = o->now;
	if (new->expires < o->now + (int64_t)m.hours * HOUR)
		new->expires = o->now + (int64_t)m.hours * HOUR;
	if (check_change(o, old, new, r) < 0)
		return;
	/* An approval vouches for this file, not for whoever signs next. */
	if (!new->key_id[0] && old)
		memcpy(new->key_id, old->key_id, sizeof(new->key_id));
	if (store_put(o->store, new) < 0) {
		fail(r, GET_FAILED, "store", "it could not be kept: %s",
		    strerror(errno));
		return;
	}
	r->state = !old ? GET_NEW : is_same(old, new) ? GET_UNCHANGED :
	    GET_UPDATED;
}

static void
entry_init(struct store_entry *e)
{
	memset(e, 0, sizeof(*e));
	buf_init(&e->file, RESULT_MAX);
	buf_init(&e->sig, RESULT_MAX);
}

/* The entry that the result shows: the one in the store, whatever it is. */
static void
finish(const char *url, const struct get_opts *o, struct get_result *r)
{
	entry_init(&r->entry);
	r->has_entry = url && store_get(o->store, url, &r->entry) == 1;
	if (r->state == GET_FAILED && r->has_entry &&
	    strcmp(r->word, "store") != 0)
		r->state = GET_KEPT;
}

/* The signature that the file names. */
static int
fetch_signature(const struct get_opts *o, struct store_entry *new,
    struct get_result *r)
{
	static const char *const types[] = { "application/pkcs7-signature",
		"application/x-pkcs7-signature", "application/cms",
		"application/octet-stream", NULL };
	struct get_opts s = *o;
	struct fetch_reply reply;
	struct meta m;
	const char *fault;
	int ret;

	if (read_meta(&new->file, read_signature, &m, r) < 0)
		return -1;
	if (!m.signature[0])
		return 0;
	fault = fetch_url_fault(m.signature);
	if (fault)
		return fail(r, GET_REFUSED, "mud-signature",
		    "mud-signature: %s", fault);
	s.fetch.accept = types[0];
	s.fetch.types = types;
	s.fetch.max_bytes = CMS_SIG_MAX;
	s.fetch.etag = s.fetch.modified = NULL;
	ret = fetch_apart(m.signature, &s, &new->sig, &reply, r);
	if (ret == 1)
		return fail(r, GET_FAILED, reply.word, "its signature: %s",
		    reply.what);
	return ret;
}

/* Whether who signed what is kept is who the device names, if it does. */
static bool
stands(const struct get_opts *o, const struct store_entry *old)
{
	struct get_result unused;
	struct cms_verdict v;

	return !o->cms.mudsigner || old->sig.n == 0 ||
	    (verify_apart(&old->file, &old->sig, o, &v, &unused) == 0 && v.ok);
}

/* One from a time to come was kept by a clock that was wrong. */
static bool
is_fresh(const struct get_opts *o, const struct store_entry *old)
{
	return !o->again && old->fetched <= o->now && o->now < old->expires &&
	    stands(o, old);
}

static int
fetch_file(const char *url, const struct get_opts *o,
    const struct store_entry *old, struct store_entry *new,
    struct get_result *r)
{
	static const char *const types[] = { "application/mud+json",
		"application/json", NULL };
	struct get_opts f = *o;
	struct fetch_reply reply;
	int ret;

	f.fetch.types = types;
	if (old && stands(o, old)) {
		f.fetch.etag = old->etag[0] ? old->etag : NULL;
		f.fetch.modified = old->modified[0] ? old->modified : NULL;
	}
	ret = fetch_apart(url, &f, &new->file, &reply, r);
	if (ret == 1)
		return fail(r, GET_FAILED, reply.word, "%s", reply.what);
	if (ret < 0)
		return -1;
	snprintf(new->etag, sizeof(new->etag), "%s", reply.etag);
	snprintf(new->modified, sizeof(new->modified), "%s", reply.modified);
	if (reply.max_age > 0)
		new->expires = o->now + (reply.max_age < HOURS_MAX * HOUR ?
		    reply.max_age : HOURS_MAX * HOUR);
	return reply.not_modified ? 1 : 0;
}

/* The server says that nothing has changed. */
static void
confirm(const struct get_opts *o, struct store_entry *old,
    const struct store_entry *new, struct get_result *r)
{
	struct meta m;

	if (read_meta(&old->file, read_all, &m, r) < 0) {
		r->state = GET_FAILED;
		return;
	}
	old->fetched = o->now;
	old->expires = o->now + (int64_t)m.hours * HOUR;
	if (new->expires > old->expires)
		old->expires = new->expires;
	r->state = GET_UNCHANGED;
	if (store_put(o->store, old) < 0)
		fail(r, GET_FAILED, "store", "it could not be kept: %s",
		    strerror(errno));
}

void
get_url(const char *url, const struct get_opts *o, struct get_result *r)
{
	const char *fault = fetch_url_fault(url);
	struct store_entry old, new;
	int had, ret;

	*r = (struct get_result){ .state = GET_FAILED };
	entry_init(&old);
	entry_init(&new);
	had = fault ? 0 : store_get(o->store, url, &old);
	if (fault)
		fail(r, GET_REFUSED, "url", "%s", fault);
	else if (had < 0)
		fail(r, GET_FAILED, "store", "what is kept of it cannot be "
		    "read: %s", strerror(errno));
	else if (had && is_fresh(o, &old))
		r->state = GET_FRESH;
	else if ((ret = fetch_file(url, o, had ? &old : NULL, &new, r)) == 1 &&
	    had)
		confirm(o, &old, &new, r);
	else if (ret == 0 && fetch_signature(o, &new, r) == 0)
		settle(url, o, had ? &old : NULL, &new, r);
	store_entry_release(&old);
	store_entry_release(&new);
	finish(fault ? NULL : url, o, r);
}

/* One that is too large for any file is refused; others are our trouble. */
static int
fail_file(struct get_result *r, const char *what)
{
	return fail(r, errno == EFBIG ? GET_REFUSED : GET_FAILED, "file",
	    "%s cannot be read: %s", what, strerror(errno));
}

/* What was brought, and what it says of itself. */
static int
read_import(const char *file, const char *sig, struct store_entry *new,
    struct meta *m, struct get_result *r)
{
	if (savefile_read(file, DOC_BYTES, &new->file) < 0)
		return fail_file(r, "it");
	if (sig && savefile_read(sig, RESULT_MAX / 2, &new->sig) < 0)
		return fail_file(r, "the signature");
	return read_meta(&new->file, read_all, m, r);
}

void
get_import(const char *file, const char *sig, const struct get_opts *o,
    struct get_result *r)
{
	struct store_entry old, new;
	struct meta m = { .errors = 0 };
	int had;

	*r = (struct get_result){ .state = GET_FAILED };
	entry_init(&old);
	entry_init(&new);
	if (read_import(file, sig, &new, &m, r) == 0) {
		had = store_get(o->store, m.url, &old);
		if (had < 0)
			fail(r, GET_FAILED, "store", "what is kept of it "
			    "cannot be read: %s", strerror(errno));
		else
			settle(NULL, o, had ? &old : NULL, &new, r);
	}
	store_entry_release(&old);
	store_entry_release(&new);
	finish(m.url[0] ? m.url : NULL, o, r);
}

const char *
get_state_name(enum get_state s)
{
	static const char *const names[] = { "new", "updated", "unchanged",
		"fresh", "kept", "refused", "failed" };

	return names[s];
}

bool
get_is_good(enum get_state s)
{
	return s <= GET_KEPT;
}
