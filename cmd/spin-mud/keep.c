/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "doc.h"
#include "get.h"
#include "msg.h"
#include "out.h"
#include "savefile.h"
#include "tm.h"

/*
 * The commands that fetch, keep and sign: get, import and sign.
 */
#define PATH_MAX_BYTES	4096

/* Where files are kept when -s does not say, as the XDG rules have it. */
static const char *
state_folder(const char *asked, char to[static PATH_MAX_BYTES])
{
	const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;

	if (asked)
		return asked;
	if (geteuid() == 0)
		return "/var/lib/spin/mud";
	if (base && base[0] == '/')
		n = snprintf(to, PATH_MAX_BYTES, "%s/spin/mud", base);
	else if (home && home[0] == '/')
		n = snprintf(to, PATH_MAX_BYTES, "%s/.local/state/spin/mud",
		    home);
	else
		return NULL;
	return n > 0 && n < PATH_MAX_BYTES ? to : NULL;
}

/* What came of it, as a record; `url` NULL: not known. */
static void
put_record(struct out *out, const struct get_result *g, const char *url)
{
	const struct store_entry *e = &g->entry;
	struct rec r;

	rec_init(&r, REC_TYPE_MUD);
	r.ts = (int64_t)time(NULL) * TM_SECOND;
	if (g->has_entry)
		url = e->url;
	if (url)
		REC_SET(&r, MUD, mud, mud_url, str_of(url));
	REC_SET(&r, MUD, mud, ok, get_is_good(g->state));
	REC_SET(&r, MUD, mud, state, str_of(get_state_name(g->state)));
	if (g->word[0]) {
		REC_SET(&r, MUD, mud, word, str_of(g->word));
		REC_SET(&r, MUD, mud, reason, str_of(g->what));
	}
	/* What is in store says nothing of what was refused. */
	if (g->has_entry && get_is_good(g->state)) {
		if (e->signer[0])
			REC_SET(&r, MUD, mud, signer, str_of(e->signer));
		if (e->key_id[0])
			REC_SET(&r, MUD, mud, key_id, str_of(e->key_id));
		REC_SET(&r, MUD, mud, last_update, str_of(e->last_update));
		REC_SET(&r, MUD, mud, fetched, e->fetched * TM_SECOND);
		REC_SET(&r, MUD, mud, expires, e->expires * TM_SECOND);
	}
	(void)out_rec(out, &r);
}

static void
put_words(struct out *out, const struct get_result *g, const char *name)
{
	struct buf b;

	buf_init(&b, REC_LINE_MAX);
	buf_printf(&b, "%s: %s", g->has_entry ? g->entry.url : name,
	    get_state_name(g->state));
	if (g->has_entry && get_is_good(g->state))
		buf_printf(&b, g->entry.signer[0] ? ", signed by %s" :
		    ", not signed%s", g->entry.signer);
	if (g->what[0])
		buf_printf(&b, "; %s", g->what);
	(void)mud_put_line(out, &b);
	buf_release(&b);
}

/* Whether it failed here, rather than by what the answer was. */
static bool
is_ours(const struct get_result *g)
{
	return g->state == GET_FAILED && (strcmp(g->word, "store") == 0 ||
	    strcmp(g->word, "file") == 0);
}

/* `name` is what the operand was. */
static int
report(const struct mud_args *a, const struct get_result *g, const char *name,
    const char *url)
{
	struct out out;

	out_init(&out, false);
	if (!get_is_good(g->state))
		status_raise(is_ours(g) ? SPIN_EXIT_SYSTEM : SPIN_EXIT_NO);
	if (a->output && get_is_good(g->state) && savefile_write(a->output,
	    g->entry.file.p, g->entry.file.n) < 0) {
		msg_error_sys("%s", a->output);
		status_raise(SPIN_EXIT_SYSTEM);
	}
	if (a->pretty)
		put_words(&out, g, name);
	else
		put_record(&out, g, url);
	return out_close(&out);
}

/* What get and import have in common; exit status, or -1 to go on. */
static int
prepare(const struct mud_args *a, struct get_opts *o, uint8_t **name)
{
	char room[PATH_MAX_BYTES], what[200] = "", url[256];
	const char *folder = state_folder(a->state, room);

	*o = (struct get_opts){ .fetch = a->fetch, .approve = a->approve,
		.again = a->again || a->approve, .now = (int64_t)time(NULL) };
	o->fetch.ca_file = o->cms.ca_file = a->ca;
	if (a->device_cert) {
		*name = cms_mudsigner(a->device_cert, &o->cms.nmudsigner, url,
		    what);
		if (!*name && what[0]) {
			msg_error("%s: %s", a->device_cert, what);
			return SPIN_EXIT_USAGE;
		}
		o->cms.mudsigner = *name;
	}
	if (!folder) {
		msg_error("no place to keep files in: name one with -s");
		return SPIN_EXIT_USAGE;
	}
	o->store = store_open(folder);
	if (o->store)
		return -1;
	msg_error_sys("%s", folder);
	return SPIN_EXIT_SYSTEM;
}

/* get and import, which differ in where the file is from. */
static int
take_in(const struct mud_args *a, const char *from, bool is_url)
{
	struct get_result g;
	struct get_opts o;
	uint8_t *name = NULL;
	int status = prepare(a, &o, &name);

	if (status < 0) {
		if (is_url)
			get_url(from, &o, &g);
		else
			get_import(from, a->signature, &o, &g);
		status = report(a, &g, from, is_url ? from : NULL);
		store_entry_release(&g.entry);
		store_free(o.store);
	}
	free(name);
	return status;
}

int
mud_get(void *ctx, int argc, char **argv)
{
	if (argc != 2)
		return mud_operands("get", "it takes one URL");
	return take_in(ctx, argv[1], true);
}

int
mud_import(void *ctx, int argc, char **argv)
{
	if (argc != 2)
		return mud_operands("import", "it takes one file");
	return take_in(ctx, argv[1], false);
}

int
mud_sign(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct buf file, sig;
	char what[200];
	int status = SPIN_EXIT_SYSTEM;

	if (argc != 2 || !a->cert || !a->key || !a->output)
		return mud_operands("sign", "it takes a file, --cert, --key "
		    "and --output");
	buf_init(&file, DOC_BYTES);
	buf_init(&sig, CMS_SIG_MAX);
	if (savefile_read(argv[1], DOC_BYTES, &file) < 0)
		msg_error_sys("%s", argv[1]);
	else if (cms_sign(file.p, file.n, a->cert, a->key, a->chain, &sig,
	    what) < 0)
		msg_error("%s", what);
	else if (savefile_write(a->output, sig.p, sig.n) < 0)
		msg_error_sys("%s", a->output);
	else
		status = status_get();
	buf_release(&file);
	buf_release(&sig);
	return status;
}
