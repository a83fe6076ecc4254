/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "store.h"

#include "../tap.h"

/* What needs approval. */
struct change {
	const char *what;
	const char *old, *new;	/* key, last-update, mud-url, mud-signature */
	bool asks;
};

#define OLD "k 2026-01-02T03:04:05Z https://example.com/t https://s.example/t"

static const struct change changes[] = {
	{ "nothing", OLD, OLD, false },
	{ "newer", OLD, "k 2026-01-02T03:04:06Z https://example.com/t "
	    "https://s.example/t", false },
	{ "older by a second", OLD, "k 2026-01-02T03:04:04Z "
	    "https://example.com/t https://s.example/t", true },
	{ "the same moment elsewhere", OLD, "k 2026-01-02T04:04:05+01:00 "
	    "https://example.com/t https://s.example/t", false },
	{ "older, though a later hour", OLD, "k 2026-01-02T05:04:04+02:00 "
	    "https://example.com/t https://s.example/t", true },
	{ "newer, though an earlier day", OLD, "k 2026-01-01T20:04:06-07:00 "
	    "https://example.com/t https://s.example/t", false },
	{ "older by a millisecond",
	    "k 2026-01-02T03:04:05.002Z https://example.com/t -",
	    "k 2026-01-02T03:04:05.001Z https://example.com/t -", true },
	{ "lower case letters", OLD, "k 2026-01-02t03:04:05z "
	    "https://example.com/t https://s.example/t", false },
	{ "no last-update any more", OLD, "k - https://example.com/t "
	    "https://s.example/t", true },
	{ "last-update without zone", OLD, "k 2027-01-02T03:04:05 "
	    "https://example.com/t https://s.example/t", true },
	{ "last-update with a month 13", OLD, "k 2027-13-02T03:04:05Z "
	    "https://example.com/t https://s.example/t", true },
	{ "the first last-update", "k - https://example.com/t -",
	    "k 2026-01-02T03:04:05Z https://example.com/t -", false },
	{ "another key", OLD, "j 2026-01-02T03:04:05Z https://example.com/t "
	    "https://s.example/t", true },
	{ "signed no more", OLD, "- 2026-01-02T03:04:05Z "
	    "https://example.com/t https://s.example/t", true },
	{ "signed for the first time", "- 2026-01-02T03:04:05Z "
	    "https://example.com/t -", OLD, false },
	{ "never signed", "- - https://example.com/t -",
	    "- - https://example.com/t -", false },
	{ "another path", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com/u/v?w https://s.example/w#x", false },
	{ "another host of mud-url", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.org/t https://s.example/t", true },
	{ "a host below", OLD, "k 2026-01-02T03:04:05Z "
	    "https://a.example.com/t https://s.example/t", true },
	{ "the host with more behind it", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com.evil.example/t https://s.example/t", true },
	{ "the host as a user", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com@evil.example/t https://s.example/t", true },
	{ "the default port", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com:443/t https://s.example/t", false },
	{ "another port", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com:8443/t https://s.example/t", true },
	{ "a port that ends in 443", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com:1443/t https://s.example/t", true },
	{ "capitals", OLD, "k 2026-01-02T03:04:05Z HTTPS://EXAMPLE.com/t "
	    "https://S.example/t", false },
	{ "no mud-url", OLD, "k 2026-01-02T03:04:05Z - https://s.example/t",
	    true },
	{ "another host of mud-signature", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com/t https://r.example/t", true },
	{ "no mud-signature, though signed", OLD, "k 2026-01-02T03:04:05Z "
	    "https://example.com/t -", false },
};

/* From the words of a row; "-" is none. */
static void
entry_of(struct store_entry *e, const char *row)
{
	char key[8], time[40], url[200], sig[200];

	memset(e, 0, sizeof(*e));
	buf_init(&e->file, 4096);
	buf_init(&e->sig, 16);
	if (sscanf(row, "%7s %39s %199s %199s", key, time, url, sig) != 4)
		exit(EXIT_FAILURE);
	if (key[0] != '-') {
		memset(e->key_id, key[0], sizeof(e->key_id) - 1);
		buf_puts(&e->sig, "sig");
	}
	if (time[0] != '-')
		(void)snprintf(e->last_update, sizeof(e->last_update), "%s",
		    time);
	buf_puts(&e->file, "{\"ietf-mud:mud\":{\"mud-version\":1");
	if (url[0] != '-')
		buf_printf(&e->file, ",\"mud-url\":\"%s\"", url);
	if (sig[0] != '-')
		buf_printf(&e->file, ",\"mud-signature\":\"%s\"", sig);
	buf_puts(&e->file, "}}");
}

int
main(void)
{
	struct store_entry old, new;
	const char *why;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		entry_of(&old, changes[i].old);
		entry_of(&new, changes[i].new);
		why = store_change(&old, &new);
		tap_ok((why != NULL) == changes[i].asks, "%s: %s",
		    changes[i].what, why ? why : "no question");
		tap_str(store_change(NULL, &new), NULL, "%s: the first is "
		    "not asked about", changes[i].what);
		store_entry_release(&old);
		store_entry_release(&new);
	}
	entry_of(&old, OLD);
	entry_of(&new, OLD);
	buf_reset(&new.file);
	buf_puts(&new.file, "{\"ietf-mud:mud\":{\"mud-url\":\"https://example."
	    "com/t\",\"mud-url\":\"https://evil.example/t\"}}");
	tap_ok(store_change(&old, &new) != NULL, "a name that is there twice");
	store_entry_release(&old);
	store_entry_release(&new);
	return tap_done();
}
