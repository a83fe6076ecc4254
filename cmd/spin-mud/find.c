/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "find.h"

#include <errno.h>
#include <string.h>

#include "commands.h"
#include "fetch.h"
#include "hash.h"
#include "lru.h"
#include "msg.h"

#define SEEN_MAX	16384	/* announcements that are remembered */
#define URL_MAX		1024

/* Told already: a device, a URL and a way, as one hash each. */
struct seen {
	uint64_t key[2];
};

struct find {
	const struct find_opts *opts;
	struct hashkey key;
	struct lru *seen;
	uint64_t found;
};

static bool
is_news(struct find *f, const struct rec_device *v, struct str how)
{
	struct seen s, *e;
	char text[6 + 16] = { 0 };

	memcpy(text, v->mac.b, 6);
	memcpy(text + 6, how.p, how.n < 16 ? how.n : 16);
	s.key[0] = hash_bytes(&f->key, v->mud_url.p, v->mud_url.n);
	s.key[1] = hash_bytes(&f->key, text, sizeof(text));
	if (lru_get(f->seen, &s))
		return false;
	if (lru_full(f->seen))
		lru_del(f->seen, lru_oldest(f->seen));
	e = lru_add(f->seen, &s);
	return e != NULL;
}

/* What the rules for such URLs say, or NULL. */
static const char *
fault_of(struct str url)
{
	char text[URL_MAX];

	if (url.n >= sizeof(text))
		return "it is longer than any MUD URL may be";
	memcpy(text, url.p, url.n);
	text[url.n] = '\0';
	return fetch_url_fault(text);
}

static int
put_pretty(struct out *out, const struct rec *m)
{
	const struct rec_mud *v = &m->u.mud;
	struct buf b;
	int ret;

	buf_init(&b, REC_LINE_MAX);
	buf_printf(&b, "%.*s  %.*s  by %.*s, which nobody vouches for",
	    (int)v->device.n, v->device.p, (int)v->mud_url.n, v->mud_url.p,
	    (int)v->how.n, v->how.p);
	if (REC_HAS(m, MUD, reason))
		buf_printf(&b, "; %.*s", (int)v->reason.n, v->reason.p);
	ret = mud_put_line(out, &b);
	buf_release(&b);
	return ret;
}

static int
on_rec(struct rec *r, size_t operand, struct out *out, void *ctx)
{
	struct find *f = ctx;
	const struct rec_device *v = &r->u.device;
	struct str how = STR("unknown");
	const char *fault;
	char text[MAC_TEXT];
	struct rec m;

	(void)operand;
	if (r->type != REC_TYPE_DEVICE || !REC_HAS(r, DEVICE, mud_url) ||
	    !REC_HAS(r, DEVICE, mac))
		return 0;
	if (REC_HAS(r, DEVICE, how))
		how = v->how;
	if (!is_news(f, v, how))
		return 0;
	f->found++;
	fault = fault_of(v->mud_url);
	rec_init(&m, REC_TYPE_MUD);
	m.ts = r->ts;
	REC_SET(&m, MUD, mud, device,
	    ((struct str){ text, mac_print(&v->mac, text) }));
	if (REC_HAS(r, DEVICE, name))
		REC_SET(&m, MUD, mud, name, v->name);
	REC_SET(&m, MUD, mud, mud_url, v->mud_url);
	REC_SET(&m, MUD, mud, how, how);
	REC_SET(&m, MUD, mud, insecure, true);
	REC_SET(&m, MUD, mud, ok, !fault);
	if (fault) {
		REC_SET(&m, MUD, mud, word, STR("url"));
		REC_SET(&m, MUD, mud, reason, str_of(fault));
	}
	return f->opts->pretty ? put_pretty(out, &m) : out_rec(out, &m);
}

int
find_run(const struct find_opts *opts, int argc, char **argv)
{
	struct find f = { .opts = opts };
	struct out out;
	int err = hashkey_init(&f.key);

	if (err < 0) {
		errno = -err;
		msg_error_sys("no random bytes");
		return SPIN_EXIT_SYSTEM;
	}
	f.seen = lru_new(SEEN_MAX, sizeof(((struct seen *)0)->key),
	    sizeof(struct seen), &f.key);
	out_init(&out, opts->unbuffered);
	if (stream_run(&opts->stream, argc, argv, &out, on_rec, &f) == 0 &&
	    f.found == 0)
		status_raise(SPIN_EXIT_NO);
	lru_free(f.seen);
	return out_close(&out);
}
