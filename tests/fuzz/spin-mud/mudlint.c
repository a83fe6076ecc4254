/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lint.h"
#include "model.h"
#include "show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Any text as a MUD file: read, checked in both ways, and, where it is valid,
 * explained. What was put into the form of the RFC stays valid and unchanged
 * when that is done once more; a file does not differ from itself, and merged
 * with itself it allows the same.
 */
#define TEXT_MAX	(8 << 20)
#define WIDTH		80
#define NOW		INT64_C(1646136000)

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "broken: %s\n", what);
	abort();
}

/* How many errors there are, and how many findings. */
static size_t
check(struct doc *d, bool rfc, size_t *all)
{
	struct findings f = FINDINGS_INIT;
	struct lint_opts o = { .rfc = rfc, .now = NOW };
	struct buf text;
	size_t errors;

	lint(d, &o, &f);
	findings_sort(&f);
	buf_init(&text, FINDINGS_BYTES);
	findings_write(&f, "x", false, &text);
	must(!text.failed, "findings do not fit");
	errors = f.count[FINDING_ERROR];
	*all = f.n;
	buf_release(&text);
	findings_release(&f);
	return errors;
}

static void
explain(const json_t *root)
{
	struct mud *m = mud_new(root), *sum;
	const struct mud *two[2] = { m, m };
	const char *why = NULL;
	json_t *merged;
	struct buf text;

	if (!m)
		return;
	buf_init(&text, TEXT_MAX);
	show(m, WIDTH, &text);
	must(diff(m, m, WIDTH, &text) == 0, "it differs from itself");
	merged = merge(two, 2, &why);
	must(merged || why, "not merged, and no reason");
	if (merged) {
		sum = mud_new(merged);
		must(sum && diff(m, sum, WIDTH, &text) == 0,
		    "merged with itself it is another");
		mud_free(sum);
	}
	json_decref(merged);
	buf_release(&text);
	mud_free(m);
}

/* The text again, in the form of the RFC. */
static void
check_fixed(const struct doc *d)
{
	char *text = json_dumps(doc_root(d), JSON_ENSURE_ASCII), *again;
	struct doc_err err;
	struct doc *e;
	size_t all;

	if (!text)
		return;
	e = doc_parse(text, strlen(text), &err);
	if (e) {
		must(check(e, false, &all) == 0, "fixed, and not valid");
		again = json_dumps(doc_root(e), JSON_ENSURE_ASCII);
		must(again && strcmp(text, again) == 0, "fixed twice");
		free(again);
	}
	doc_free(e);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct doc_err err;
	struct doc *d = doc_parse((const char *)data, size, &err);
	size_t all;

	if (!d)
		return 0;
	(void)check(d, true, &all);
	if (check(d, false, &all) == 0) {
		explain(doc_root(d));
		check_fixed(d);
	}
	doc_free(d);
	return 0;
}
