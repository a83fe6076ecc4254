/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "fetch.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "fetch_priv.h"
#include "tm.h"
#include "utf8.h"
#include "version.h"

#define HOP_URL		2048	/* bytes of where a redirect may lead */
#define SLOW_BYTES	100	/* a second, over half of the time */

struct job {
	const struct fetch_opts *o;
	struct fetch_reply *r;
	struct buf *body;
	CURL *curl;
	struct fetch_head head;
	size_t head_bytes;	/* of all answers */
	size_t got;		/* bytes of all bodies */
	int64_t deadline;	/* monotonic */
	int hop;
	bool judged;		/* status and head are found good */
	bool opened;		/* a socket was, for this hop */
	struct addr refused;	/* the last address that was, for this hop */
	char url[HOP_URL + 1];
	char curl_says[CURL_ERROR_SIZE];
};

/* ---- what went wrong ---- */

/* Escapes as much of a text as fits, never a part of a character. */
static void
escape_into(char *to, size_t room, const char *s)
{
	char one[UTF8_ESCAPED(4)];
	size_t n = strlen(s), len, out = 0, w;
	uint32_t c;

	for (; n > 0; s += len, n -= len) {
		len = utf8_char(s, n, &c);
		if (len == 0)
			len = 1;
		w = utf8_escape(one, s, len);
		if (out + w >= room)
			break;
		memcpy(to + out, one, w);
		out += w;
	}
	to[out] = '\0';
}

/* Keeps the first reason; what follows from it is not another. */
static int ATTR_PRINTF(3, 4)
fail(struct job *j, const char *word, const char *fmt, ...)
{
	char text[512];
	size_t n = 0;
	va_list ap;

	if (j->r->word[0])
		return -1;
	if (j->hop > 0)
		n = (size_t)snprintf(text, sizeof(text),
		    "redirected to %.100s: ", j->url);
	va_start(ap, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	snprintf(j->r->word, sizeof(j->r->word), "%s", word);
	escape_into(j->r->what, sizeof(j->r->what), text);
	return -1;
}

static int64_t
monotonic(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * TM_SECOND + t.tv_nsec / 1000;
}

static int
fail_slow(struct job *j)
{
	double took = (double)j->o->timeout / (double)TM_SECOND;
	const char *lacks = "it was not done";
	curl_off_t tls = 0;

	curl_easy_getinfo(j->curl, CURLINFO_APPCONNECT_TIME_T, &tls);
	/* libcurl counts in milliseconds, and may be early by some. */
	if (monotonic() < j->deadline - TM_SECOND / 10)
		return fail(j, "too-slow", "less than %d bytes a second came",
		    SLOW_BYTES);
	if (j->opened && tls == 0)
		lacks = "no TLS connection";
	else if (!j->opened && j->hop == 0)
		lacks = "no address of the host";
	return fail(j, "too-slow", "%s in %g seconds", lacks, took);
}

static int
fail_connect(struct job *j)
{
	char text[ADDR_TEXT];

	if (j->opened || !j->refused.ver)
		return fail(j, "connect", "%s", j->curl_says);
	return fail(j, "refused-address",
	    "%.*s is not an address of the public internet",
	    (int)addr_print(&j->refused, text), text);
}

/* What libcurl's verdict means, where no callback has said why. */
static int
fail_curl(struct job *j, CURLcode code)
{
	if (!j->curl_says[0])
		snprintf(j->curl_says, sizeof(j->curl_says), "%s",
		    curl_easy_strerror(code));
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return fail_slow(j);
	case CURLE_COULDNT_RESOLVE_HOST:
		return fail(j, "name", "%s", j->curl_says);
	case CURLE_COULDNT_CONNECT:
		return fail_connect(j);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return fail(j, "certificate", "%s", j->curl_says);
	case CURLE_SSL_CACERT_BADFILE:
		return fail(j, "ca-file", "%s", j->curl_says);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return fail(j, "connect", "%s", j->curl_says);
	/* libcurl's own limit of a line, 100 KiB. */
	case CURLE_OUT_OF_MEMORY:
#if LIBCURL_VERSION_NUM >= 0x080600
	case CURLE_TOO_LARGE:
#endif
		return fail(j, "too-large", "a line of the head is too long");
	case CURLE_FAILED_INIT:
	case CURLE_SSL_ENGINE_INITFAILED:
		return fail(j, "system", "%s", j->curl_says);
	default:
		return fail(j, "answer", "%s", j->curl_says);
	}
}

/* ---- what libcurl asks ---- */

static bool
addr_of(struct addr *a, const struct curl_sockaddr *sa)
{
	const unsigned char *p = (const unsigned char *)sa +
	    offsetof(struct curl_sockaddr, addr);
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->family == AF_INET && sa->addrlen >= sizeof(in)) {
		memcpy(&in, p, sizeof(in));
		memset(a, 0, sizeof(*a));
		memcpy(a->b, &in.sin_addr, 4);
		a->ver = 4;
		return true;
	}
	if (sa->family == AF_INET6 && sa->addrlen >= sizeof(in6)) {
		memcpy(&in6, p, sizeof(in6));
		memcpy(a->b, &in6.sin6_addr, sizeof(a->b));
		a->ver = 6;
		return true;
	}
	return false;
}

static bool
may_connect(const struct fetch_opts *o, const struct addr *a)
{
	size_t i;

	for (i = 0; i < o->nallow; i++)
		if (prefix_has(&o->allow[i], a))
			return true;
	return fetch_is_public(a);
}

/*
 * Asked for each address before anything is sent to it, at every attempt and
 * hop: whatever the name meant a moment ago.
 */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *sa)
{
	struct job *j = arg;
	struct addr a = { .ver = 0 };
	int type = sa->socktype;

	if (purpose != CURLSOCKTYPE_IPCXN || !addr_of(&a, sa) ||
	    !may_connect(j->o, &a)) {
		j->refused = a;
		return CURL_SOCKET_BAD;
	}
	j->opened = true;
#ifdef SOCK_CLOEXEC
	type |= SOCK_CLOEXEC;
#endif
	return socket(sa->family, type, sa->protocol);
}

static size_t
on_head(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;

	n *= size;
	j->head_bytes += n;
	if (j->head_bytes > FETCH_HEAD) {
		fail(j, "too-large", "the head of the answer is larger than "
		    "%d bytes", FETCH_HEAD);
		return 0;
	}
	fetch_head_line(&j->head, (struct str){ p, n });
	/*
	 * libcurl undoes these unasked, one layer after the other, without
	 * looking at the clock.
	 */
	if (j->head.transfer_coded) {
		fail(j, "encoding", "the answer has a transfer coding");
		return 0;
	}
	return n;
}

static bool
is_redirect(long status)
{
	return status == 301 || status == 302 || status == 303 ||
	    status == 307 || status == 308;
}

static int
too_large(struct job *j)
{
	return fail(j, "too-large", "it is larger than %zu bytes",
	    j->o->max_bytes);
}

/* Whether the answer, as its head tells, is one whose body we want. */
static int
judge(struct job *j)
{
	const struct fetch_opts *o = j->o;
	struct fetch_reply *r = j->r;
	curl_off_t announced = -1;

	if (j->judged)
		return 0;
	curl_easy_getinfo(j->curl, CURLINFO_RESPONSE_CODE, &r->status);
	r->not_modified = r->status == 304 && (o->etag || o->modified);
	if (r->status != 200 && !r->not_modified && !is_redirect(r->status))
		return fail(j, "status", "the server says %ld", r->status);
	if (r->status == 200) {
		if (!fetch_type_in(j->head.type, o->types))
			return fail(j, "type", "its type is %s, not %s",
			    j->head.type[0] ? j->head.type : "not told",
			    o->types[0] ? o->types[0] : "any");
		if (j->head.coded)
			return fail(j, "encoding", "it is compressed");
	}
	curl_easy_getinfo(j->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
	    &announced);
	if (!r->not_modified && announced > 0 &&
	    (uint64_t)announced > o->max_bytes)
		return too_large(j);
	j->judged = true;
	return 0;
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;

	n *= size;
	if (judge(j) != 0)
		return 0;
	if (n > j->o->max_bytes - j->got) {
		too_large(j);
		return 0;
	}
	j->got += n;
	if (j->r->status != 200)
		return n;
	buf_add(j->body, p, n);
	if (j->body->failed) {
		too_large(j);
		return 0;
	}
	return n;
}

/* ---- what libcurl is told ---- */

/* All or nothing: an option that is refused would be a check left out. */
#define SET(option, value) \
	(*ok = curl_easy_setopt(j->curl, (option), (value)) == CURLE_OK && *ok)

static void
set_limits(struct job *j, bool *ok)
{
	long slow = (long)(j->o->timeout / TM_SECOND / 2);

#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, "https");
#else
	SET(CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
	SET(CURLOPT_REDIR_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
	/* Each hop is a request of its own, whose URL is looked at first. */
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	SET(CURLOPT_LOW_SPEED_TIME, slow > 0 ? slow : 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x074000
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
#endif
	/* Without it the end would wait for a look-up that hangs. */
#if LIBCURL_VERSION_NUM >= 0x075700
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	SET(CURLOPT_NOSIGNAL, 1L);
}

static void
set_identity(struct job *j, bool *ok)
{
	SET(CURLOPT_USERAGENT, "spin-mud/" SPIN_VERSION);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
#if LIBCURL_VERSION_NUM >= 0x073d00
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
#endif
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (j->o->ca_file) {
		/* These alone, not the system's folder beside them. */
		SET(CURLOPT_CAINFO, j->o->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
}

static void
set_callbacks(struct job *j, bool *ok)
{
	SET(CURLOPT_ERRORBUFFER, j->curl_says);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
	SET(CURLOPT_OPENSOCKETDATA, (void *)j);
	SET(CURLOPT_HEADERFUNCTION, on_head);
	SET(CURLOPT_HEADERDATA, (void *)j);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, (void *)j);
	/* CURLOPT_ACCEPT_ENCODING stays unset: it would have bodies decoded. */
	SET(CURLOPT_HTTP_CONTENT_DECODING, 0L);
}

/* A line of the request, unless its value could begin another one. */
static bool
add_line(struct curl_slist **list, const char *name, const char *value)
{
	char line[512];
	struct curl_slist *longer;
	const char *p;
	int n;

	if (!value)
		return true;
	for (p = value; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			return true;
	n = snprintf(line, sizeof(line), "%s: %s", name, value);
	if (n < 0 || (size_t)n >= sizeof(line))
		return true;
	longer = curl_slist_append(*list, line);
	if (!longer)
		return false;
	*list = longer;
	return true;
}

static bool
set_lines(struct job *j, struct curl_slist **list)
{
	const struct fetch_opts *o = j->o;

	return add_line(list, "Accept", o->accept ? o->accept : "*/*") &&
	    add_line(list, "Accept-Encoding", "identity") &&
	    add_line(list, "If-None-Match", o->etag) &&
	    add_line(list, "If-Modified-Since", o->modified) &&
	    curl_easy_setopt(j->curl, CURLOPT_HTTPHEADER, *list) == CURLE_OK;
}

/* ---- the request ---- */

/* One answer, of which the head is judged also when it has no body. */
static int
ask(struct job *j)
{
	int64_t left = j->deadline - monotonic();
	bool all_set = true, *ok = &all_set;
	CURLcode code;

	if (left <= 0)
		return fail_slow(j);
	j->judged = j->opened = false;
	j->refused.ver = 0;
	j->curl_says[0] = '\0';
	SET(CURLOPT_URL, j->url);
	SET(CURLOPT_TIMEOUT_MS, (long)((left + 999) / 1000));
	if (!all_set)
		return fail(j, "system", "libcurl cannot be told what to do");
	code = curl_easy_perform(j->curl);
	if (j->r->word[0])
		return -1;
	if (code != CURLE_OK)
		return fail_curl(j, code);
	return judge(j);
}

/* Sets the URL to where the redirect leads. */
static int
next_hop(struct job *j)
{
	const char *fault, *word;
	char *to = NULL;

	if (j->hop == FETCH_REDIRECTS)
		return fail(j, "redirects", "more than %d redirects",
		    FETCH_REDIRECTS);
	if (curl_easy_getinfo(j->curl, CURLINFO_REDIRECT_URL, &to) !=
	    CURLE_OK || !to)
		return fail(j, "redirects", "a redirect to nowhere");
	j->hop++;
	snprintf(j->url, sizeof(j->url), "%s", to);
	fault = fetch_url_wrong(to, HOP_URL, &word);
	return fault ? fail(j, word, "%s", fault) : 0;
}

static int
run(struct job *j)
{
	do {
		if (ask(j) != 0)
			return -1;
		if (!is_redirect(j->r->status))
			return 0;
	} while (next_hop(j) == 0);
	return -1;
}

static int
run_with(struct job *j)
{
	struct curl_slist *lines = NULL;
	bool all_set = true, *ok = &all_set;
	int ret = -1;

	set_limits(j, ok);
	set_identity(j, ok);
	set_callbacks(j, ok);
	if (all_set && set_lines(j, &lines))
		ret = run(j);
	else
		fail(j, "system", "libcurl lacks something that is needed");
	curl_easy_cleanup(j->curl);
	curl_slist_free_all(lines);
	return ret;
}

static void
tell(struct job *j)
{
	struct fetch_reply *r = j->r;

	memcpy(r->etag, j->head.etag, sizeof(r->etag));
	memcpy(r->modified, j->head.modified, sizeof(r->modified));
	memcpy(r->type, j->head.type, sizeof(r->type));
	r->max_age = fetch_head_fresh(&j->head, (int64_t)time(NULL));
}

/* libcurl does not itself keep a write to a closed connection from killing. */
static int
run_quietly(struct job *j)
{
	struct sigaction quiet = { .sa_handler = SIG_IGN }, old;
	int ret;

	sigemptyset(&quiet.sa_mask);
	if (sigaction(SIGPIPE, &quiet, &old) != 0)
		return fail(j, "system", "SIGPIPE cannot be ignored");
	ret = run_with(j);
	(void)sigaction(SIGPIPE, &old, NULL);
	return ret;
}

int
fetch(const char *url, const struct fetch_opts *o, struct buf *body,
    struct fetch_reply *r)
{
	struct job j = { .o = o, .r = r, .body = body,
		.head = FETCH_HEAD_INIT };
	const struct buf before = *body;
	const char *fault, *word;

	*r = (struct fetch_reply){ .max_age = -1 };
	fault = fetch_url_wrong(url, FETCH_URL, &word);
	if (fault)
		return fail(&j, word, "%s", fault);
	snprintf(j.url, sizeof(j.url), "%s", url);
	j.deadline = monotonic() + o->timeout;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fail(&j, "system", "libcurl cannot be started");
	j.curl = curl_easy_init();
	if (!j.curl || run_quietly(&j) != 0) {
		fail(&j, "system", "libcurl cannot be used");
		body->n = before.n;
		body->failed = before.failed;
	} else {
		tell(&j);
	}
	curl_global_cleanup();
	return r->word[0] ? -1 : 0;
}
