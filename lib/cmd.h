/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CMD_H
#define SPIN_CMD_H

#include "attr.h"
#include "opt.h"

/*
 * Programs with commands: spin-x COMMAND [OPTION]... A program has one table
 * of options, so that each means the same wherever it is taken, and a table
 * of commands that says which take which. `spin-x --help` lists the commands,
 * `spin-x COMMAND --help` has the options of one; completions and the check
 * of the page read the whole table by --dump-options, and the commands by the
 * hidden --dump-commands.
 *
 *	const struct cmd cmds[] = {
 *		{ "lint", "[FILE]...", "say what is wrong", "rfc", lint },
 *		{ .name = NULL },
 *	};
 *	const struct cmd_tool tool = { "spin-x", "...", table, cmds };
 *	return cmd_main(&tool, &args, argc, argv);
 */
struct cmd {
	const char *name;
	const char *operands;	/* as the usage line shows them */
	const char *purpose;	/* a few words, lower case, no full stop */
	const char *options;	/* long names of those it takes, by blanks */
	/* Operands are argv[1] to argv[argc - 1]. Returns the exit status. */
	int (*run)(void *ctx, int argc, char **argv);
};

struct cmd_tool {
	const char *name;
	const char *purpose;	/* one line */
	const struct opt *table;	/* with OPT_STANDARD */
	const struct cmd *cmds;		/* up to a name of NULL */
};

#define CMD_OPTIONS	64	/* rows of a table, at most */

int cmd_main(const struct cmd_tool *, void *ctx, int argc, char **argv)
    ATTR_NODISCARD;

#endif
