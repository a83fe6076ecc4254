/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_FETCH_H
#define SPIN_MUD_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "buf.h"

/*
 * One GET by https (libcurl), for MUD files and their signatures. Nothing but
 * https, also after redirects (at most 3); the server's certificate is
 * checked; addresses that are not of the public internet (RFC 6890: private,
 * loopback, link-local, v4-mapped ... in any disguise) are refused when the
 * connection is about to be made, unless a prefix allows them; no credentials
 * in URLs, no cookies, no proxy from the environment, no content encoding, at
 * most `max_bytes` counted as they come, at most `timeout` in all.
 *
 *	struct fetch_opts o = FETCH_OPTS_INIT;
 *	r = fetch(url, &o, &body, &reply);
 *
 * The kind of failure is told in one word for scripts and in a sentence for
 * people:
 *
 *	url		not a URL we would use (fetch_url_fault)
 *	not-https	the URL's scheme, or that of a redirect
 *	name		the host's name could not be looked up
 *	refused-address	no address of the host may be connected to
 *	connect		no connection, or no TLS 1.2 or later over it
 *	certificate	not that host's, not valid now, or not one we trust
 *	ca-file		our own trust anchors could not be read
 *	redirects	more than 3, or one without a place to go to
 *	status		neither 200 nor, when asked for, 304
 *	type		not of the media types allowed
 *	encoding	compressed, though we asked for that not to be
 *	too-large	body or head passed the limit
 *	too-slow	the time was up, or hardly anything came
 *	answer		what came is not a whole HTTP answer
 *	system		libcurl could not be used
 *
 * The time covers all of it: looking up the name, connecting, TLS, redirects.
 * A look-up that hangs is left to itself when the time is up (libcurl 7.87;
 * an older one waits for it), so that whoever calls this had better be a
 * process that ends soon. HTTP/1.1 only. SIGPIPE is ignored meanwhile. A body
 * whose length the answer does not tell may have been cut off by somebody on
 * the way: both JSON and CMS show that by themselves.
 */
#define FETCH_URL	255	/* bytes: RFC 8520 section 10 */
#define FETCH_HEAD	65536	/* bytes of all status and header lines */
#define FETCH_REDIRECTS	3
#define FETCH_PREFIXES	16

struct fetch_opts {
	const char *accept;	/* application/mud+json */
	/* Media types allowed, lower case, NULL behind the last; NULL: any. */
	const char *const *types;
	size_t max_bytes;	/* 256 KiB */
	int64_t timeout;	/* microseconds, 10 s */
	const char *ca_file;	/* NULL: the system's */
	struct prefix allow[FETCH_PREFIXES];
	size_t nallow;
	const char *etag;	/* If-None-Match, or NULL */
	const char *modified;	/* If-Modified-Since, or NULL */
};

#define FETCH_OPTS_INIT \
	{ .accept = "application/mud+json", .max_bytes = 256 << 10, \
	  .timeout = INT64_C(10000000) }

struct fetch_reply {
	long status;		/* HTTP */
	bool not_modified;
	int64_t max_age;	/* seconds by Cache-Control or Expires; -1 */
	/* As sent, if printable ASCII that fits, else empty. */
	char etag[256], modified[64];
	char type[128];		/* lower case, without parameters */
	char word[24];		/* kind of failure; empty: none */
	char what[200];		/* escaped */
};

/*
 * 0, or -1 with word and what set. Adds the body to `body`; nothing when it
 * fails, or when the answer was 304 (not_modified).
 */
int fetch(const char *url, const struct fetch_opts *, struct buf *body,
    struct fetch_reply *) ATTR_NODISCARD;

/*
 * Whether an address is one that may be connected to without being allowed:
 * what the IANA registries of special-purpose addresses (RFC 6890) call
 * globally reachable, less the service addresses in 192.0.0.0/24 and
 * 2001::/23, the tunnels (6to4, Teredo), multicast, and all of IPv6 that is
 * not allocated as global unicast (2000::/3). An address of 64:ff9b::/96 is
 * what the IPv4 address in it is.
 */
bool fetch_is_public(const struct addr *);

/*
 * What is wrong with a URL before anything is done with it, or NULL: https,
 * at most FETCH_URL bytes of what RFC 3986 allows, a host name of letters,
 * digits and hyphens or an address in its usual form, a port other than 0, no
 * user, no zone, no final dot, no fragment.
 */
const char *fetch_url_fault(const char *url);

#endif
