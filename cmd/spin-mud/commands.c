/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "find.h"
#include "finding.h"
#include "lint.h"
#include "model.h"
#include "msg.h"
#include "old.h"
#include "out.h"
#include "savefile.h"
#include "show.h"
#include "sig.h"
#include "utf8.h"
#include "utf8.h"
#include "xalloc.h"

#define TEXT_MAX	(FINDINGS_BYTES + (16 << 20))
#define FILES_MAX	64	/* operands of merge */

int
mud_operands(const char *cmd, const char *what)
{
	msg_error("%s: %s", cmd, what);
	msg_hint("try 'spin-mud %s --help'", cmd);
	return SPIN_EXIT_USAGE;
}

/* Backslashes stay: what comes of records is escaped already, or should be. */
int
mud_put_line(struct out *out, const struct buf *b)
{
	struct buf line;
	size_t i, n;
	uint32_t c;
	char *to;
	int ret;

	buf_init(&line, UTF8_ESCAPED(b->n) + 1);
	for (i = 0; i < b->n; i += n) {
		n = utf8_char(b->p + i, b->n - i, &c);
		if (n && utf8_shown(c)) {
			buf_add(&line, b->p + i, n);
			continue;
		}
		n = n ? n : 1;
		to = buf_room(&line, UTF8_ESCAPED(n));
		if (to)
			line.n += utf8_escape(to, b->p + i, n);
	}
	buf_putc(&line, '\n');
	ret = out_text(out, line.p, line.n);
	buf_release(&line);
	return ret;
}

/* To the file of -o as a whole, or to standard output. */
static int
write_text(const char *path, const struct buf *text)
{
	struct out out;

	if (text->failed) {
		msg_error("the text is too long");
		return SPIN_EXIT_SYSTEM;
	}
	if (path) {
		if (savefile_write(path, text->p, text->n) == 0)
			return status_get();
		msg_error_sys("%s", path);
		return SPIN_EXIT_SYSTEM;
	}
	out_init(&out, false);
	(void)out_text(&out, text->p, text->n);
	return out_close(&out);
}

/* As text that every terminal stands: DEL, too, as an escape. */
static void
add_json(struct buf *b, const json_t *root)
{
	char *text = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	const char *p;

	if (!text)
		xalloc_fail();
	for (p = text; *p; p++) {
		if (*p == 0x7f)
			buf_puts(b, "\\u007f");
		else
			buf_putc(b, *p);
	}
	buf_putc(b, '\n');
	free(text);
}

static int
write_json(const char *path, const json_t *root)
{
	struct buf b;
	int status;

	buf_init(&b, TEXT_MAX);
	add_json(&b, root);
	status = write_text(path, &b);
	buf_release(&b);
	return status;
}

/* lint */

/* The document, or NULL with a finding or a message. */
static struct doc *
read_doc(const char *path, struct findings *f)
{
	struct doc_err err;
	struct doc *d = doc_read(path, &err);

	if (d)
		return d;
	if (err.sys) {
		errno = err.sys;
		msg_error_sys("%s", path);
		status_raise(SPIN_EXIT_SYSTEM);
	} else {
		findings_add_doc(f, &err);
	}
	return NULL;
}

/* A file may be called anything. */
static void
put_valid(const char *name, struct buf *text)
{
	size_t n = strlen(name);
	char *to = buf_room(text, UTF8_ESCAPED(n));

	if (to)
		text->n += utf8_escape(to, name, n);
	buf_puts(text, ": valid\n");
}

static void
lint_one(const struct mud_args *a, const char *path, struct buf *text,
    struct buf *fixed)
{
	struct findings f = FINDINGS_INIT;
	struct lint_opts o = { .rfc = a->rfc };
	struct doc *d = read_doc(path, &f);

	if (d) {
		lint(d, &o, &f);
		findings_sort(&f);
	}
	findings_write(&f, strcmp(path, "-") == 0 ? "<stdin>" : path,
	    a->pretty || a->fix, text);
	if (f.count[FINDING_ERROR])
		status_raise(SPIN_EXIT_NO);
	else if (d && a->pretty)
		put_valid(strcmp(path, "-") == 0 ? "<stdin>" : path, text);
	if (a->fix && d && !f.count[FINDING_ERROR])
		add_json(fixed, doc_root(d));
	findings_release(&f);
	doc_free(d);
}

static void
put_rule(const struct finding_rule *r, struct buf *text)
{
	buf_printf(text, "%-24s %s\n", r->name, r->about);
}

/* All rules that there are, for scripts and whoever wonders. */
static int
list_rules(void)
{
	struct buf text;
	size_t i;
	int status;

	buf_init(&text, TEXT_MAX);
	for (i = 0; finding_rule(i); i++)
		put_rule(finding_rule(i), &text);
	for (i = 0; old_rule(i); i++)
		put_rule(old_rule(i), &text);
	status = write_text(NULL, &text);
	buf_release(&text);
	return status;
}

int
mud_lint(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct buf text, fixed;
	int i, status;

	if (a->rules)
		return list_rules();
	if (argc < 2)
		return mud_operands("lint", "which file?");
	if (a->fix && argc > 2)
		return mud_operands("lint", "--fix takes one file");
	if (a->fix && a->rfc)
		return mud_operands("lint", "--fix and --rfc do not go "
		    "together");
	if (a->output && !a->fix)
		return mud_operands("lint", "--output is for --fix");
	buf_init(&text, TEXT_MAX);
	buf_init(&fixed, TEXT_MAX);
	for (i = 1; i < argc; i++)
		lint_one(a, argv[i], &text, &fixed);
	if (a->fix) {
		if (text.n)
			(void)fwrite(text.p, 1, text.n, stderr);
		status = status_get();
		if (fixed.n)
			status = write_text(a->output, &fixed);
		else
			msg_error("%s: not written, as it has errors",
			    argv[1]);
	} else {
		status = write_text(NULL, &text);
	}
	buf_release(&text);
	buf_release(&fixed);
	return status;
}

/* show, diff, merge */

/* A file that is good enough to be explained: its tree in RFC form. */
static struct doc *
read_valid(const char *path)
{
	struct findings f = FINDINGS_INIT;
	struct lint_opts o = { .rfc = false };
	struct doc *d = read_doc(path, &f);
	struct buf text;

	if (d)
		lint(d, &o, &f);
	if (f.count[FINDING_ERROR]) {
		findings_sort(&f);
		buf_init(&text, TEXT_MAX);
		findings_write(&f, path, true, &text);
		(void)fwrite(text.p, 1, text.n, stderr);
		buf_release(&text);
		status_raise(SPIN_EXIT_NO);
		doc_free(d);
		d = NULL;
	}
	findings_release(&f);
	return d;
}

int
mud_show(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct buf text;
	struct doc *d;
	struct mud *m;
	int status;

	if (argc != 2)
		return mud_operands("show", "which file?");
	d = read_valid(argv[1]);
	if (!d)
		return status_get();
	m = mud_new(doc_root(d));
	buf_init(&text, TEXT_MAX);
	show(m, (size_t)a->width, &text);
	status = write_text(NULL, &text);
	buf_release(&text);
	mud_free(m);
	doc_free(d);
	return status;
}

int
mud_diff(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct doc *d[2] = { NULL, NULL };
	struct mud *m[2];
	struct buf text;
	int i, status;

	if (argc != 3)
		return mud_operands("diff", "two files are compared");
	for (i = 0; i < 2; i++)
		d[i] = read_valid(argv[i + 1]);
	/* 1 says that they differ; that they cannot be compared is worse. */
	if (!d[0] || !d[1]) {
		status_raise(SPIN_EXIT_INPUT);
		status = status_get();
		goto out;
	}
	for (i = 0; i < 2; i++)
		m[i] = mud_new(doc_root(d[i]));
	buf_init(&text, TEXT_MAX);
	if (diff(m[0], m[1], (size_t)a->width, &text))
		status_raise(SPIN_EXIT_NO);
	status = write_text(NULL, &text);
	buf_release(&text);
	for (i = 0; i < 2; i++)
		mud_free(m[i]);
out:
	for (i = 0; i < 2; i++)
		doc_free(d[i]);
	return status;
}

int
mud_merge(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct doc *d[FILES_MAX];
	struct mud *m[FILES_MAX];
	const char *why = NULL;
	int i, n = 0, status;
	json_t *sum = NULL;

	if (argc < 2 || argc > FILES_MAX + 1)
		return mud_operands("merge", "one to 64 files are merged");
	for (i = 1; i < argc; i++) {
		d[n] = read_valid(argv[i]);
		if (!d[n])
			break;
		m[n] = mud_new(doc_root(d[n]));
		n++;
	}
	status = status_get();
	if (n == argc - 1) {
		sum = merge((const struct mud *const *)m, (size_t)n, &why);
		if (!sum) {
			msg_error("these cannot be merged: %s", why);
			status = SPIN_EXIT_NO;
		} else {
			status = write_json(a->output, sum);
		}
	}
	json_decref(sum);
	for (i = 0; i < n; i++) {
		mud_free(m[i]);
		doc_free(d[i]);
	}
	return status;
}

/* find */

int
mud_find(void *ctx, int argc, char **argv)
{
	const struct mud_args *a = ctx;
	struct find_opts o = { .stream = a->stream, .pretty = a->pretty,
		.unbuffered = a->unbuffered };
	int status;

	sig_init();
	status = find_run(&o, argc - 1, argv + 1);
	sig_reraise();
	return status;
}
