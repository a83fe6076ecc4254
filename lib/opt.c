/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "opt.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "num.h"
#include "version.h"
#include "xalloc.h"

#define HELP_COLUMN_MAX	28
#define SHOWN_MAX	48	/* "-r, --read=FILE" and the like */

static int
try_help(const struct opt_tool *tool)
{
	msg_hint("try '%s --help'", tool->name);
	return SPIN_EXIT_USAGE;
}

int
opt_usage(const struct opt_tool *tool, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	msg_error("%s", text);
	return try_help(tool);
}

void
opt_list_release(struct opt_list *list)
{
	free(list->v);
	list->v = NULL;
	list->n = 0;
}

/* ---- what is shown ---- */

/* As people type it: "-r, --read=FILE". */
static int
spell(char *out, size_t cap, const struct opt *o)
{
	char letter[5] = "    ";

	if (o->letter)
		(void)snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	return snprintf(out, cap, "%s--%s%s%s", letter, o->name,
		o->arg ? "=" : "", o->arg ? o->arg : "");
}

bool
opt_is_standard(const struct opt *o)
{
	return o->kind == OPT_K_HELP || o->kind == OPT_K_VERSION ||
	    o->kind == OPT_K_VERBOSE || o->kind == OPT_K_QUIET;
}

static int
help_column(const struct opt *o)
{
	char text[SHOWN_MAX];
	int widest = 0, n;

	for (; o->kind != OPT_K_END; o++) {
		if (o->kind == OPT_K_GROUP || opt_is_standard(o))
			continue;
		n = spell(text, sizeof(text), o);
		if (n > widest && n <= HELP_COLUMN_MAX)
			widest = n;
	}
	return widest;
}

int
opt_shown(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return SPIN_EXIT_OK;
	msg_error_sys("<stdout>");
	return SPIN_EXIT_SYSTEM;
}

static int
show_help(const struct opt_tool *tool)
{
	const struct opt *o;
	char text[SHOWN_MAX];
	int column = help_column(tool->table);

	printf("usage: %s %s\n%s\n", tool->name, tool->synopsis,
		tool->purpose);
	for (o = tool->table; o->kind != OPT_K_END; o++) {
		if (opt_is_standard(o))
			continue;
		if (o->kind == OPT_K_GROUP) {
			printf("%s\n", o->help);
			continue;
		}
		(void)spell(text, sizeof(text), o);
		printf("  %-*s  %s\n", column, text, o->help);
	}
	for (o = tool->table; o->kind != OPT_K_END; o++)
		if (opt_is_standard(o))
			printf("  -%c --%s", o->letter, o->name);
	printf("\n");
	if (tool->more)
		printf("%s\n", tool->more);
	return opt_shown();
}

static int
show_version(const struct opt_tool *tool)
{
	printf("%s %s (record format %d)\n", tool->name, SPIN_VERSION,
		SPIN_RECORD_V);
	return opt_shown();
}

/*
 * Rows of letter, name, argument, help, and the words of a choice (separated
 * by blanks), with tabs between them.
 */
static int
dump(const struct opt_tool *tool)
{
	const struct opt *o;
	int i;

	for (o = tool->table; o->kind != OPT_K_END; o++) {
		if (o->kind == OPT_K_GROUP)
			continue;
		if (o->letter)
			(void)putchar(o->letter);
		printf("\t%s\t%s\t%s\t", o->name, o->arg ? o->arg : "",
			o->help);
		for (i = 0; o->words && o->words[i]; i++)
			printf("%s%s", i ? " " : "", o->words[i]);
		(void)putchar('\n');
	}
	return opt_shown();
}

/* ---- what is taken ---- */

static void
list_add(struct opt_list *list, const char *arg)
{
	list->v = xreallocarray(list->v, list->n + 1, sizeof(*list->v));
	list->v[list->n++] = arg;
}

static int
choose(const struct opt *o, const char *arg)
{
	int i;

	for (i = 0; o->words[i]; i++) {
		if (strcmp(o->words[i], arg) == 0) {
			*o->to.choice = i;
			return 0;
		}
	}
	return -EINVAL;
}

/* "auto, always or never" */
static void
list_words(char *out, size_t cap, const char *const *words)
{
	size_t at = 0;
	int i, n;

	out[0] = '\0';
	for (i = 0; words[i] && at < cap; i++) {
		n = snprintf(out + at, cap - at, "%s%s",
			i == 0 ? "" : words[i + 1] ? ", " : " or ", words[i]);
		if (n < 0)
			return;
		at += (size_t)n;
	}
}

/* Microseconds as the shortest text num_duration() reads back. */
static void
show_duration(char *out, size_t cap, uint64_t usec)
{
	uint64_t s = usec / 1000000, part = usec % 1000000;
	int n;

	if (!part) {
		(void)snprintf(out, cap, "%llus", (unsigned long long)s);
		return;
	}
	n = snprintf(out, cap, "%llu.%06llu", (unsigned long long)s,
		(unsigned long long)part);
	while (n > 0 && out[n - 1] == '0')
		out[--n] = '\0';
}

static int
out_of_range(const struct opt_tool *tool, const struct opt *o, const char *arg)
{
	char lo[32], hi[32];

	if (o->kind == OPT_K_DUR) {
		show_duration(lo, sizeof(lo), o->min);
		show_duration(hi, sizeof(hi), o->max);
	} else {
		(void)snprintf(lo, sizeof(lo), "%llu",
			(unsigned long long)o->min);
		(void)snprintf(hi, sizeof(hi), "%llu",
			(unsigned long long)o->max);
	}
	return opt_usage(tool, "--%s: %s is not between %s and %s", o->name,
		arg, lo, hi);
}

static int
bad_value(const struct opt_tool *tool, const struct opt *o, const char *arg)
{
	char words[128];
	const char *what = "a number";

	if (o->kind == OPT_K_SIZE) {
		what = "a size (like 64K, 5M)";
	} else if (o->kind == OPT_K_DUR) {
		what = "a duration (like 90s, 5m, 2h)";
	} else if (o->kind == OPT_K_CHOICE) {
		list_words(words, sizeof(words), o->words);
		what = words;
	}
	return opt_usage(tool, "--%s: '%s' is not %s", o->name, arg, what);
}

/* Sets a target that needs parsing. Returns 0 or a negative errno value. */
static int
set_parsed(const struct opt *o, const char *arg)
{
	switch (o->kind) {
	case OPT_K_U64:
		return num_u64(arg, o->min, o->max, o->to.u64);
	case OPT_K_SIZE:
		return num_size(arg, o->min, o->max, o->to.u64);
	case OPT_K_DUR:
		return num_duration(arg, (int64_t)o->min, (int64_t)o->max,
			o->to.usec);
	case OPT_K_CHOICE:
		return choose(o, arg);
	default:
		BUG("option kind %d", (int)o->kind);
	}
}

static int
take_parsed(const struct opt_tool *tool, const struct opt *o, const char *arg)
{
	int err = set_parsed(o, arg);

	if (err == 0)
		return OPT_RUN;
	return err == -ERANGE ? out_of_range(tool, o, arg) :
		bad_value(tool, o, arg);
}

static int
take_call(const struct opt_tool *tool, const struct opt *o, const char *arg)
{
	const char *wrong = o->call(arg, o->to.ctx);

	if (!wrong)
		return OPT_RUN;
	if (!arg)
		return opt_usage(tool, "--%s %s", o->name, wrong);
	return opt_usage(tool, "--%s: '%s' %s", o->name, arg, wrong);
}

/* One option with its argument. Returns OPT_RUN or the status to end with. */
static int
take(const struct opt_tool *tool, const struct opt *o, const char *arg)
{
	switch (o->kind) {
	case OPT_K_FLAG:
		*o->to.flag = true;
		break;
	case OPT_K_COUNTER:
		++*o->to.counter;
		break;
	case OPT_K_STR:
		*o->to.str = arg;
		break;
	case OPT_K_LIST:
		list_add(o->to.list, arg);
		break;
	case OPT_K_CALL:
		return take_call(tool, o, arg);
	case OPT_K_HELP:
		return show_help(tool);
	case OPT_K_VERSION:
		return show_version(tool);
	case OPT_K_VERBOSE:
		msg_more(1);
		break;
	case OPT_K_QUIET:
		msg_more(-1);
		break;
	default:
		return take_parsed(tool, o, arg);
	}
	return OPT_RUN;
}

/* ---- the command line ---- */

static const struct opt *
find_letter(const struct opt_tool *tool, char letter)
{
	const struct opt *o;

	for (o = tool->table; o->kind != OPT_K_END; o++)
		if (letter && o->letter == letter)
			return o;
	return NULL;
}

static const struct opt *
find_name(const struct opt_tool *tool, const char *name, size_t n)
{
	const struct opt *o;

	for (o = tool->table; o->kind != OPT_K_END; o++)
		if (o->name && strlen(o->name) == n &&
		    memcmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

/*
 * "--name", "--name=value". *next is the word behind, NULL at the end; set to
 * NULL where it has been used.
 */
static int
parse_long(const struct opt_tool *tool, const char *word, const char **next)
{
	const char *name = word + 2, *value = strchr(name, '=');
	size_t n = value ? (size_t)(value - name) : strlen(name);
	const struct opt *o = find_name(tool, name, n);

	if (strcmp(name, "dump-options") == 0)
		return dump(tool);
	if (!o)
		return opt_usage(tool, "unknown option --%.*s", (int)n, name);
	if (!o->arg)
		return value ? opt_usage(tool, "--%s takes no value", o->name) :
			take(tool, o, NULL);
	if (value)
		return take(tool, o, value + 1);
	if (!*next)
		return opt_usage(tool, "--%s needs %s", o->name, o->arg);
	value = *next;
	*next = NULL;
	return take(tool, o, value);
}

/* "-abc", "-rFILE", "-r FILE"; *next as in parse_long(). */
static int
parse_letters(const struct opt_tool *tool, const char *word, const char **next)
{
	const struct opt *o;
	const char *p, *value;
	int r;

	for (p = word + 1; *p; p++) {
		o = find_letter(tool, *p);
		if (!o)
			return opt_usage(tool, "unknown option -%c", *p);
		if (o->arg)
			break;
		r = take(tool, o, NULL);
		if (r != OPT_RUN)
			return r;
	}
	if (!*p)
		return OPT_RUN;
	if (p[1])
		return take(tool, o, p + 1);
	if (!*next)
		return opt_usage(tool, "-%c needs %s", o->letter, o->arg);
	value = *next;
	*next = NULL;
	return take(tool, o, value);
}

int
opt_parse(const struct opt_tool *tool, int *argc, char **argv)
{
	int i, r, operands = 1;

	for (i = 1; i < *argc; i++) {
		char *word = argv[i];
		const char *next = i + 1 < *argc ? argv[i + 1] : NULL;
		const char *before = next;

		if (word[0] != '-' || word[1] == '\0') {
			argv[operands++] = word;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			i++;
			break;
		}
		if (word[1] == '-')
			r = parse_long(tool, word, &next);
		else
			r = parse_letters(tool, word, &next);
		if (r != OPT_RUN)
			return r;
		if (next != before)
			i++;
	}
	while (i < *argc)
		argv[operands++] = argv[i++];
	/* Only where there is room: argc may be 0 (execve allows it). */
	if (operands <= *argc) {
		*argc = operands;
		argv[operands] = NULL;
	}
	return OPT_RUN;
}
