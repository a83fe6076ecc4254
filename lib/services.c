/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "services.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "each.h"
#include "xalloc.h"

#define FILE_MAX_BYTES	((size_t)1 << 20)

/*
 * A hash table with open addressing: a few hundred services take a few KiB,
 * which stay in the cache. Never more than half full.
 */
struct entry {
	uint32_t key;	/* 0: free */
	uint32_t name;	/* in `names`, behind a byte with its length */
};

struct services {
	struct entry *v;
	size_t mask;		/* entries less one, a power of two less one */
	size_t n;
	struct buf names;
};

/*
 * What is met in homes, in the names of IANA's Service Name and Transport
 * Protocol Port Number Registry (RFC 6335), for systems whose file is short
 * or missing.
 */
static const struct known {
	const char *name;
	uint16_t port;
	bool tcp, udp;
} known[] = {
	{ "ssh", 22, true, false },
	{ "telnet", 23, true, false },
	{ "domain", 53, true, true },
	{ "bootps", 67, false, true },
	{ "bootpc", 68, false, true },
	{ "http", 80, true, false },
	{ "ntp", 123, false, true },
	{ "netbios-ns", 137, false, true },
	{ "netbios-dgm", 138, false, true },
	{ "netbios-ssn", 139, true, false },
	{ "rtsps", 322, true, false },
	{ "https", 443, true, true },	/* udp: QUIC, RFC 9114 */
	{ "microsoft-ds", 445, true, false },
	{ "dhcpv6-client", 546, false, true },
	{ "dhcpv6-server", 547, false, true },
	{ "rtsp", 554, true, true },
	{ "ipp", 631, true, true },
	{ "domain-s", 853, true, true },
	{ "mqtt", 1883, true, true },
	{ "ssdp", 1900, true, true },
	{ "stun", 3478, true, true },
	{ "ws-discovery", 3702, true, true },
	{ "avt-profile-1", 5004, false, true },
	{ "avt-profile-2", 5005, false, true },
	{ "sip", 5060, true, true },
	{ "xmpp-client", 5222, true, false },
	{ "stuns", 5349, true, true },
	{ "pcp-multicast", 5350, false, true },
	{ "pcp", 5351, false, true },
	{ "mdns", 5353, true, true },
	{ "llmnr", 5355, true, true },
	{ "matter", 5540, true, true },
	{ "amqps", 5671, true, true },
	{ "coap", 5683, true, true },
	{ "coaps", 5684, true, true },
	{ "ms-do", 7680, true, true },
	{ "http-alt", 8008, true, true },
	{ "http-alt", 8080, true, true },
	{ "pcsync-https", 8443, true, true },
	{ "rtsp-alt", 8554, true, true },
	{ "secure-mqtt", 8883, true, true },
	{ "hp-pdl-datastr", 9100, true, false },
	{ "plex", 32400, true, false },
};

/* From 1, so that no key is 0; 0 for a protocol without services here. */
static uint32_t
proto_number(struct str proto)
{
	static const char names[][5] = { "tcp", "udp", "sctp", "dccp" };
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(proto, str_of(names[i])))
			return i + 1;
	return 0;
}

/* Where a key is, or would be. */
static struct entry *
slot(const struct services *s, uint32_t key)
{
	size_t i = (key * UINT32_C(2654435761) >> 12) & s->mask;

	while (s->v[i].key != 0 && s->v[i].key != key)
		i = (i + 1) & s->mask;
	return &s->v[i];
}

static void
grow(struct services *s)
{
	struct entry *old = s->v;
	size_t i, n = s->mask + 1;

	s->v = xcalloc(2 * n, sizeof(*old));
	s->mask = 2 * n - 1;
	for (i = 0; i < n; i++)
		if (old[i].key != 0)
			*slot(s, old[i].key) = old[i];
	free(old);
}

static void
add(struct services *s, uint32_t proto, uint32_t port, uint32_t name)
{
	struct entry *e = slot(s, proto << 16 | port);

	if (e->key != 0)
		return;
	*e = (struct entry){ proto << 16 | port, name };
	s->n++;
	if (2 * s->n > s->mask)
		grow(s);
}

/* Keeps a name, in lower case; false if there is no room. */
static bool
keep_name(struct services *s, struct str name, uint32_t *at)
{
	char *to = buf_room(&s->names, name.n + 1);
	size_t i;

	if (!to)
		return false;
	*at = (uint32_t)s->names.n;
	to[0] = (char)name.n;
	for (i = 0; i < name.n; i++)
		to[i + 1] = name.p[i] >= 'A' && name.p[i] <= 'Z' ?
		    (char)(name.p[i] - 'A' + 'a') : name.p[i];
	s->names.n += name.n + 1;
	return true;
}

static void
add_known(struct services *s)
{
	uint32_t name;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (!keep_name(s, str_of(known[i].name), &name))
			return;
		if (known[i].tcp)
			add(s, proto_number(STR("tcp")), known[i].port, name);
		if (known[i].udp)
			add(s, proto_number(STR("udp")), known[i].port, name);
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next run of bytes that are not blank; empty at the end. */
static struct str
word(struct str *line)
{
	struct str w;

	while (line->n > 0 && is_blank(*line->p)) {
		line->p++;
		line->n--;
	}
	w = (struct str){ line->p, 0 };
	while (line->n > 0 && !is_blank(*line->p)) {
		line->p++;
		line->n--;
		w.n++;
	}
	return w;
}

/* The part before the next slash, which goes too. */
static struct str
part(struct str *w)
{
	const char *slash = w->n > 0 ? memchr(w->p, '/', w->n) : NULL;
	struct str p = { w->p, slash ? (size_t)(slash - w->p) : w->n };
	size_t used = p.n + (slash != NULL);

	*w = (struct str){ w->p + used, w->n - used };
	return p;
}

/* 1 to 65535, or 0. */
static uint32_t
port_number(struct str s)
{
	uint32_t port = 0;
	size_t i;

	if (s.n > 5)
		return 0;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return 0;
		port = 10 * port + (uint32_t)(s.p[i] - '0');
	}
	return port <= 65535 ? port : 0;
}

static bool
is_name(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '"' ||
		    s.p[i] == '\\')
			return false;
	return s.n > 0 && s.n <= SERVICES_TEXT;
}

/* "name port/proto alias ... # comment"; some have port/proto/proto. */
static void
read_line(void *ctx, struct str line)
{
	struct services *s = ctx;
	const char *hash = line.n > 0 ? memchr(line.p, '#', line.n) : NULL;
	struct str name, rest;
	uint32_t port, proto, at;

	if (hash)
		line.n = (size_t)(hash - line.p);
	name = word(&line);
	rest = word(&line);
	port = port_number(part(&rest));
	if (!is_name(name) || port == 0 || rest.n == 0 ||
	    !keep_name(s, name, &at))
		return;
	while (rest.n > 0) {
		proto = proto_number(part(&rest));
		if (proto)
			add(s, proto, port, at);
	}
}

struct services *
services_new(const char *path)
{
	struct services *s = xmalloc(sizeof(*s));
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;

	*s = (struct services){ .mask = 255 };
	s->v = xcalloc(s->mask + 1, sizeof(*s->v));
	buf_init(&s->names, 2 * FILE_MAX_BYTES);
	if (fd >= 0) {
		(void)each_line(fd, FILE_MAX_BYTES, read_line, s);
		(void)close(fd);
	}
	add_known(s);
	return s;
}

void
services_free(struct services *s)
{
	if (!s)
		return;
	free(s->v);
	buf_release(&s->names);
	free(s);
}

struct str
services_name(const struct services *s, struct str proto, uint64_t port)
{
	uint32_t number = proto_number(proto);
	const struct entry *e;
	const char *name;

	if (number == 0 || port > 65535)
		return STR("");
	e = slot(s, number << 16 | (uint32_t)port);
	if (e->key == 0)
		return STR("");
	name = s->names.p + e->name;
	return (struct str){ name + 1, (unsigned char)*name };
}
