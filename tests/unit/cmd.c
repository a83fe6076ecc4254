/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"
#include "tap.h"

#define TEXT_MAX	2048

struct args {
	bool fast;
	uint64_t width;
	char ran[64];
};

static int
note(void *ctx, int argc, char **argv)
{
	struct args *a = ctx;

	snprintf(a->ran, sizeof(a->ran), "%s %d %s %d %d", argv[0], argc - 1,
	    argc > 1 ? argv[1] : "-", a->fast, (int)a->width);
	return 3;
}

static int
run(struct args *a, int argc, char **argv)
{
	static const struct cmd cmds[] = {
		{ "go", "FILE", "go there", "fast width", note },
		{ "stay", "[FILE]...", "stay here", "width", note },
		{ .name = NULL },
	};
	const struct opt table[] = {
		OPT_FLAG('f', "fast", "make haste", &a->fast),
		OPT_U64(0, "width", "N", "columns", &a->width, 1, 99),
		OPT_STANDARD,
		OPT_END,
	};
	const struct cmd_tool tool = { "spin-x", "moves", table, cmds };

	return cmd_main(&tool, a, argc, argv);
}

/* Runs a line of words; what it writes to `fd` goes to `text`. */
static int
caught(struct args *a, const char *line, int fd, char text[static TEXT_MAX])
{
	char copy[256], *argv[16], *p;
	FILE *f = tmpfile();
	int argc = 0, saved, ret;
	size_t n;

	if (!f || strlen(line) >= sizeof(copy))
		abort();
	memcpy(copy, line, strlen(line) + 1);
	for (p = copy; p && argc < 15; ) {
		argv[argc++] = p;
		p = strchr(p, ' ');
		if (p)
			*p++ = '\0';
	}
	argv[argc] = NULL;
	(void)fflush(stdout);
	saved = dup(fd);
	(void)dup2(fileno(f), fd);
	ret = run(a, argc, argv);
	(void)fflush(stdout);
	(void)dup2(saved, fd);
	(void)close(saved);
	rewind(f);
	n = fread(text, 1, TEXT_MAX - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	return ret;
}

static void
test_runs(void)
{
	struct args a = { .width = 7 };
	char text[TEXT_MAX];

	tap_int(caught(&a, "x go -f a --width=9", STDOUT_FILENO, text), 3,
	    "its status");
	tap_str(a.ran, "go 1 a 1 9", "its options and operands");
	a = (struct args){ .width = 7 };
	tap_int(caught(&a, "x stay", STDOUT_FILENO, text), 3, "another");
	tap_str(a.ran, "stay 0 - 0 7", "without any");
}

static void
test_errors(void)
{
	static const struct {
		const char *line, *want;
	} bad[] = {
		{ "x", "a command is missing" },
		{ "x fly", "'fly' is not a command" },
		{ "x -f", "'-f': a command comes first" },
		{ "x --width", "--width needs N" },
		{ "x --zip", "unknown option --zip" },
	};
	struct args a = { .width = 7 };
	char text[TEXT_MAX], want[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		tap_int(caught(&a, bad[i].line, STDERR_FILENO, text), 2,
		    "%s: status", bad[i].line);
		snprintf(want, sizeof(want), "spin-x: error: %s\nspin-x: try "
		    "'spin-x --help'\n", bad[i].want);
		tap_str(text, want, "%s: message", bad[i].line);
	}
	tap_int(caught(&a, "x stay -f", STDERR_FILENO, text), 2,
	    "an option of another command");
	tap_str(text, "spin-x: error: unknown option -f\nspin-x: try "
	    "'spin-x stay --help'\n", "is not known");
	tap_str(a.ran, "", "nothing ran");
}

static void
test_help(void)
{
	struct args a = { .width = 7 };
	char text[TEXT_MAX];

	tap_int(caught(&a, "x --help", STDOUT_FILENO, text), 0, "--help");
	tap_str(text, "usage: spin-x COMMAND [OPTION]... [OPERAND]...\n"
	    "moves\n"
	    "  go FILE         go there\n"
	    "  stay [FILE]...  stay here\n"
	    "spin-x COMMAND --help has the options of a command.\n", "text");
	tap_int(caught(&a, "x stay --help", STDOUT_FILENO, text), 0,
	    "of a command");
	tap_str(text, "usage: spin-x stay [OPTION]... [FILE]...\nstay here\n"
	    "      --width=N  columns\n"
	    "  -v --verbose  -q --quiet  -h --help  -V --version\n", "text");
	tap_int(caught(&a, "x --dump-commands", STDOUT_FILENO, text), 0,
	    "--dump-commands");
	tap_str(text, "go\tgo there\nstay\tstay here\n", "names and purposes");
	tap_int(caught(&a, "x --dump-options", STDOUT_FILENO, text), 0,
	    "--dump-options");
	tap_ok(strncmp(text, "f\tfast\t\tmake haste\t\n", 19) == 0,
	    "all of them");
}

int
main(void)
{
	msg_init("spin-x");
	test_runs();
	test_errors();
	test_help();
	return tap_done();
}
