/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cmd.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "msg.h"
#include "str.h"

#define NAME_MAX_BYTES	64

static const struct cmd *
find(const struct cmd_tool *tool, const char *name)
{
	const struct cmd *c;

	for (c = tool->cmds; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* Whether a list of words has that one. */
static bool
has_word(const char *list, const char *word)
{
	size_t n;

	for (; *list; list += n + (list[n] != '\0')) {
		n = strcspn(list, " ");
		if (str_eq((struct str){ list, n }, str_of(word)))
			return true;
	}
	return false;
}

/* The rows of the options that a command takes. */
static void
pick(const struct opt *from, const struct cmd *c,
    struct opt to[static CMD_OPTIONS + 1])
{
	size_t n = 0, known = 0;

	for (; from->kind != OPT_K_END; from++, known++) {
		if (known == CMD_OPTIONS)
			BUG("more than %d options", CMD_OPTIONS);
		if (opt_is_standard(from) || (from->kind != OPT_K_GROUP &&
		    has_word(c->options, from->name)))
			to[n++] = *from;
	}
	to[n] = *from;
}

static int
show_help(const struct cmd_tool *tool)
{
	const struct cmd *c;
	size_t widest = 0, n;

	for (c = tool->cmds; c->name; c++) {
		n = strlen(c->name) + 1 + strlen(c->operands);
		widest = n > widest ? n : widest;
	}
	printf("usage: %s COMMAND [OPTION]... [OPERAND]...\n%s\n", tool->name,
	    tool->purpose);
	for (c = tool->cmds; c->name; c++)
		printf("  %s %-*s  %s\n", c->name,
		    (int)(widest - strlen(c->name) - 1), c->operands,
		    c->purpose);
	printf("%s COMMAND --help has the options of a command.\n",
	    tool->name);
	return opt_shown();
}

static int
dump_commands(const struct cmd_tool *tool)
{
	const struct cmd *c;

	for (c = tool->cmds; c->name; c++)
		printf("%s\t%s\n", c->name, c->purpose);
	return opt_shown();
}

/* What stands before any command: --help and the like. */
static int
run_none(const struct cmd_tool *tool, int argc, char **argv)
{
	const struct opt_tool all = { tool->name, "COMMAND [OPTION]...",
		tool->purpose, tool->table, NULL };
	const char *word = argc > 1 ? argv[1] : NULL;
	int status;

	if (!word)
		return opt_usage(&all, "a command is missing");
	if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		return show_help(tool);
	if (strcmp(word, "--dump-commands") == 0)
		return dump_commands(tool);
	if (word[0] != '-')
		return opt_usage(&all, "'%s' is not a command", word);
	status = opt_parse(&all, &argc, argv);
	return status == OPT_RUN ?
	    opt_usage(&all, "'%s': a command comes first", word) : status;
}

int
cmd_main(const struct cmd_tool *tool, void *ctx, int argc, char **argv)
{
	const struct cmd *c = argc > 1 ? find(tool, argv[1]) : NULL;
	struct opt table[CMD_OPTIONS + 1];
	char name[NAME_MAX_BYTES];
	struct opt_tool one = { name, NULL, NULL, table, NULL };
	char usage[NAME_MAX_BYTES * 2];
	int status;

	if (!c)
		return run_none(tool, argc, argv);
	pick(tool->table, c, table);
	snprintf(name, sizeof(name), "%s %s", tool->name, c->name);
	snprintf(usage, sizeof(usage), "[OPTION]... %s", c->operands);
	one.synopsis = usage;
	one.purpose = c->purpose;
	argc--;
	argv++;
	status = opt_parse(&one, &argc, argv);
	return status == OPT_RUN ? c->run(ctx, argc, argv) : status;
}
