/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "opt.h"

#include <fcntl.h>
#include <unistd.h>

#include "msg.h"
#include "tap.h"

#define WORDS_MAX 12
#define TEXT_MAX 512

/* All kinds of targets, and what a command line makes of them, as text. */
struct values {
	bool pretty;
	unsigned twice;
	const char *state;
	struct opt_list files;
	uint64_t width, size;
	int64_t idle;
	int color;
	char called[32];
};

static const char *
call(const char *arg, void *ctx)
{
	struct values *v = ctx;

	if (strcmp(arg, "bad") == 0)
		return "is not good";
	(void)snprintf(v->called, sizeof(v->called), "%s", arg);
	return NULL;
}

static int
run(struct values *v, int *argc, char **argv)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	const struct opt table[] = {
		OPT_GROUP("What is read:"),
		OPT_LIST('r', "read", "FILE", "saved packets", &v->files),
		OPT_STR('s', "state", "PATH", "what is kept", &v->state),
		OPT_GROUP("The rest:"),
		OPT_FLAG('p', "pretty", "text for people", &v->pretty),
		OPT_COUNTER('t', "twice", "counts", &v->twice),
		OPT_U64(0, "width", "N", "columns", &v->width, 20, 1000),
		OPT_SIZE(0, "size", "BYTES", "a size", &v->size, 0, 1 << 20),
		OPT_DUR(0, "idle", "DUR", "a time", &v->idle, 500000,
			INT64_C(86400000000)),
		OPT_CHOICE(0, "color", "WHEN", "colour", &v->color, colors),
		OPT_CALL('x', "call", "THING", "calls", call, v),
		OPT_STANDARD,
		OPT_END,
	};
	const struct opt_tool tool = {
		"spin-x", "[OPTION]... [FILE]...", "Does x.", table,
		"See spin-x(1).",
	};

	return opt_parse(&tool, argc, argv);
}

static void
show_values(char *out, size_t cap, const struct values *v)
{
	size_t i, n;

	n = (size_t)snprintf(out, cap, "%d %u %s %d %d %lld %d %s", v->pretty,
		v->twice, v->state ? v->state : "-", (int)v->width,
		(int)v->size, (long long)v->idle, v->color,
		v->called[0] ? v->called : "-");
	for (i = 0; i < v->files.n && n < cap; i++)
		n += (size_t)snprintf(out + n, cap - n, " r:%s",
			v->files.v[i]);
}

static int
split(const char *line, char *copy, size_t cap, char **argv)
{
	int argc = 0;
	char *p = copy;

	(void)snprintf(copy, cap, "%s", line);
	while (*p && argc < WORDS_MAX) {
		argv[argc++] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
	}
	argv[argc] = NULL;
	return argc;
}

/* Words are separated by one blank, so that two make an empty word. */
static const struct {
	const char *line;
	const char *want;	/* values, "|", operands */
} good[] = {
	{ "x", "0 0 - 80 0 1 0 - |" },
	{ "x a b", "0 0 - 80 0 1 0 - | a b" },
	{ "x -", "0 0 - 80 0 1 0 - | -" },
	{ "x -p", "1 0 - 80 0 1 0 - |" },
	{ "x a -p b --twice c", "1 1 - 80 0 1 0 - | a b c" },
	{ "x -ptt -t", "1 3 - 80 0 1 0 - |" },
	{ "x -rA -r B --read=C --read D",
	  "0 0 - 80 0 1 0 - r:A r:B r:C r:D |" },
	{ "x -prA", "1 0 - 80 0 1 0 - r:A |" },
	{ "x -r -", "0 0 - 80 0 1 0 - r:- |" },
	{ "x -r -p", "0 0 - 80 0 1 0 - r:-p |" },
	{ "x --read --pretty", "0 0 - 80 0 1 0 - r:--pretty |" },
	{ "x -r=A", "0 0 - 80 0 1 0 - r:=A |" },
	{ "x --read=", "0 0 - 80 0 1 0 - r: |" },
	{ "x --read=a=b", "0 0 - 80 0 1 0 - r:a=b |" },
	{ "x -- -p --read", "0 0 - 80 0 1 0 - | -p --read" },
	{ "x a -- b", "0 0 - 80 0 1 0 - | a b" },
	{ "x a -- -- b", "0 0 - 80 0 1 0 - | a -- b" },
	{ "x --state one --state=two", "0 0 two 80 0 1 0 - |" },
	{ "x --width=20", "0 0 - 20 0 1 0 - |" },
	{ "x --width 1000", "0 0 - 1000 0 1 0 - |" },
	{ "x --size=64K", "0 0 - 80 65536 1 0 - |" },
	{ "x --size=1M", "0 0 - 80 1048576 1 0 - |" },
	{ "x --idle=5m", "0 0 - 80 0 300000000 0 - |" },
	{ "x --idle=0.5", "0 0 - 80 0 500000 0 - |" },
	{ "x --color=never", "0 0 - 80 0 1 2 - |" },
	{ "x --color auto", "0 0 - 80 0 1 0 - |" },
	{ "x -xfoo", "0 0 - 80 0 1 0 foo |" },
};

static void
test_good(void)
{
	size_t i;
	int k;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		struct values v = { .width = 80, .idle = 1 };
		char copy[TEXT_MAX], got[TEXT_MAX];
		char *argv[WORDS_MAX + 1];
		int argc = split(good[i].line, copy, sizeof(copy), argv);
		size_t n;

		tap_int(run(&v, &argc, argv), OPT_RUN, "%s: runs",
			good[i].line);
		show_values(got, sizeof(got), &v);
		n = strlen(got);
		n += (size_t)snprintf(got + n, sizeof(got) - n, " |");
		for (k = 1; k < argc; k++)
			n += (size_t)snprintf(got + n, sizeof(got) - n, " %s",
				argv[k]);
		tap_str(got, good[i].want, "%s: values", good[i].line);
		tap_ok(argv[argc] == NULL, "%s: NULL at the end",
			good[i].line);
		opt_list_release(&v.files);
	}
}

/* Sends one of the standard descriptors to a file, and back. */
static int
divert(int fd, int file)
{
	int saved = dup(fd);

	(void)fflush(stdout);
	if (saved < 0 || dup2(file, fd) < 0)
		abort();
	return saved;
}

static void
restore(int fd, int saved)
{
	(void)fflush(stdout);
	if (dup2(saved, fd) < 0)
		abort();
	(void)close(saved);
}

/* Runs a command line; what it wrote to `fd` goes to `text`. */
static int
run_caught(const char *line, int fd, char *text, size_t cap)
{
	struct values v = { .width = 80, .idle = 1 };
	char copy[TEXT_MAX];
	char *argv[WORDS_MAX + 1];
	int argc = split(line, copy, sizeof(copy), argv);
	FILE *f = tmpfile();
	int saved, r;
	size_t n;

	if (!f)
		abort();
	saved = divert(fd, fileno(f));
	r = run(&v, &argc, argv);
	restore(fd, saved);
	rewind(f);
	n = fread(text, 1, cap - 1, f);
	text[n] = '\0';
	(void)fclose(f);
	opt_list_release(&v.files);
	return r;
}

static const struct {
	const char *line;
	const char *want;
} bad[] = {
	{ "x -z", "unknown option -z" },
	{ "x -pz", "unknown option -z" },
	{ "x --zip", "unknown option --zip" },
	{ "x --zip=1", "unknown option --zip" },
	{ "x --prett", "unknown option --prett" },
	{ "x --=1", "unknown option --" },
	{ "x ---", "unknown option ---" },
	{ "x -r", "-r needs FILE" },
	{ "x -pr", "-r needs FILE" },
	{ "x --read", "--read needs FILE" },
	{ "x --pretty=yes", "--pretty takes no value" },
	{ "x --pretty=", "--pretty takes no value" },
	{ "x --width=abc", "--width: 'abc' is not a number" },
	{ "x --width=", "--width: '' is not a number" },
	{ "x --width=19", "--width: 19 is not between 20 and 1000" },
	{ "x --width=1001", "--width: 1001 is not between 20 and 1000" },
	{ "x --width=-5", "--width: '-5' is not a number" },
	{ "x --size=1X", "--size: '1X' is not a size (like 64K, 5M)" },
	{ "x --size=2M", "--size: 2M is not between 0 and 1048576" },
	{ "x --idle=soon",
	  "--idle: 'soon' is not a duration (like 90s, 5m, 2h)" },
	{ "x --idle=0.1", "--idle: 0.1 is not between 0.5 and 86400s" },
	{ "x --color=red", "--color: 'red' is not auto, always or never" },
	{ "x --call=bad", "--call: 'bad' is not good" },
};

static void
test_bad(void)
{
	char got[TEXT_MAX], want[TEXT_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		tap_int(run_caught(bad[i].line, STDERR_FILENO, got,
			sizeof(got)), 2, "%s: status", bad[i].line);
		(void)snprintf(want, sizeof(want), "spin-x: error: %s\n"
			"spin-x: try 'spin-x --help'\n", bad[i].want);
		tap_str(got, want, "%s: message", bad[i].line);
	}
}

static const char help[] =
	"usage: spin-x [OPTION]... [FILE]...\n"
	"Does x.\n"
	"What is read:\n"
	"  -r, --read=FILE   saved packets\n"
	"  -s, --state=PATH  what is kept\n"
	"The rest:\n"
	"  -p, --pretty      text for people\n"
	"  -t, --twice       counts\n"
	"      --width=N     columns\n"
	"      --size=BYTES  a size\n"
	"      --idle=DUR    a time\n"
	"      --color=WHEN  colour\n"
	"  -x, --call=THING  calls\n"
	"  -v --verbose  -q --quiet  -h --help  -V --version\n"
	"See spin-x(1).\n";

static const char dumped[] =
	"r\tread\tFILE\tsaved packets\t\n"
	"s\tstate\tPATH\twhat is kept\t\n"
	"p\tpretty\t\ttext for people\t\n"
	"t\ttwice\t\tcounts\t\n"
	"\twidth\tN\tcolumns\t\n"
	"\tsize\tBYTES\ta size\t\n"
	"\tidle\tDUR\ta time\t\n"
	"\tcolor\tWHEN\tcolour\tauto always never\n"
	"x\tcall\tTHING\tcalls\t\n"
	"v\tverbose\t\tsay more\t\n"
	"q\tquiet\t\tsay less\t\n"
	"h\thelp\t\tshow this and end\t\n"
	"V\tversion\t\tshow the version and end\t\n";

static void
test_shown(void)
{
	char got[4096];

	tap_int(run_caught("x a -h -z", STDOUT_FILENO, got, sizeof(got)), 0,
		"-h: status");
	tap_str(got, help, "-h: text");
	tap_int(run_caught("x --help", STDOUT_FILENO, got, sizeof(got)), 0,
		"--help: status");
	tap_str(got, help, "--help: text");
	tap_int(run_caught("x -pV", STDOUT_FILENO, got, sizeof(got)), 0,
		"-V: status");
	tap_ok(strncmp(got, "spin-x ", 7) == 0 &&
		strstr(got, " (record format 1)\n") != NULL, "-V: text");
	tap_int(run_caught("x --dump-options", STDOUT_FILENO, got,
		sizeof(got)), 0, "--dump-options: status");
	tap_str(got, dumped, "--dump-options: text");
}

static void
test_levels(void)
{
	struct values v = { .width = 80 };
	char line[] = "x", a[] = "-vv", b[] = "-q";
	char *argv[] = { line, a, b, NULL };
	int argc = 3, before = msg_level();

	tap_int(run(&v, &argc, argv), OPT_RUN, "-vv -q runs");
	tap_int(msg_level() - before, 1, "-vv -q is one step more");
}

/* execve() allows an empty argv. */
static void
test_nothing(void)
{
	struct values v = { .width = 80 };
	char *argv[] = { NULL };
	int argc = 0;

	tap_int(run(&v, &argc, argv), OPT_RUN, "argc 0 runs");
	tap_int(argc, 0, "argc 0 stays");
}

static void
test_full(void)
{
	struct values v = { .width = 80 };
	char line[] = "x", a[] = "--help";
	char *argv[] = { line, a, NULL };
	int argc = 2, saved, r, full = open("/dev/full", O_WRONLY);
	int null = open("/dev/null", O_WRONLY), saved_err;

	if (full < 0 || null < 0) {
		tap_skip("no /dev/full here", "--help into /dev/full");
		return;
	}
	saved = divert(STDOUT_FILENO, full);
	saved_err = divert(STDERR_FILENO, null);
	r = run(&v, &argc, argv);
	clearerr(stdout);
	restore(STDERR_FILENO, saved_err);
	restore(STDOUT_FILENO, saved);
	(void)close(full);
	(void)close(null);
	tap_int(r, 4, "--help into /dev/full");
}

int
main(void)
{
	msg_init("spin-x");
	test_good();
	test_bad();
	test_shown();
	test_nothing();
	test_full();
	test_levels();
	return tap_done();
}
