/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tap.h"
#include "tm.h"

#define RESULT_MAX	(1 << 20)

static int
give(void *ctx, struct buf *out)
{
	buf_puts(out, ctx);
	return 7;
}

static int
give_much(void *ctx, struct buf *out)
{
	int i, n = *(int *)ctx;

	for (i = 0; i < n; i++)
		buf_putc(out, (char)('a' + i % 26));
	return 0;
}

static int
crash(void *ctx, struct buf *out)
{
	(void)out;
	raise(SIGKILL);
	return *(int *)ctx;
}

static int
sleep_long(void *ctx, struct buf *out)
{
	(void)ctx;
	(void)out;
	(void)sleep(60);
	return 0;
}

/* What it can do, as letters. */
static int
try_things(void *ctx, struct buf *out)
{
	const char *path = ctx;
	int fd;

	if (fcntl(STDOUT_FILENO, F_GETFD) >= 0)
		buf_putc(out, '1');
	fd = open("/dev/null", O_RDONLY);
	if (fd >= 0)
		buf_putc(out, 'o');
	if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
		buf_putc(out, 's');
	fd = open(path, O_WRONLY);
	(void)signal(SIGXFSZ, SIG_IGN);
	if (fd >= 0 && write(fd, "x", 1) == 1)
		buf_putc(out, 'w');
	return 0;
}

static int
run(bool sealed, apart_fn *fn, void *ctx, struct buf *result)
{
	struct apart_opts o = { .sealed = sealed,
		.timeout = 20 * TM_SECOND };

	buf_reset(result);
	return apart(&o, fn, ctx, result);
}

static void
test_results(void)
{
	struct buf b;
	char text[] = "hello";
	int n = 900000;

	buf_init(&b, RESULT_MAX);
	tap_int(run(true, give, text, &b), 7, "its number");
	tap_int((int)b.n, 5, "its bytes");
	tap_ok(b.n == 5 && memcmp(b.p, "hello", 5) == 0, "as they were");
	tap_int(run(true, give_much, &n, &b), 0, "many bytes");
	tap_int((int)b.n, n, "all of them");
	n = RESULT_MAX + 1;
	tap_int(run(true, give_much, &n, &b), -EMSGSIZE, "too many");
	buf_release(&b);
}

static void
test_failures(void)
{
	struct apart_opts o = { .timeout = TM_SECOND / 5 };
	struct buf b;
	int zero = 0;

	buf_init(&b, RESULT_MAX);
	tap_int(run(true, crash, &zero, &b), -EPROTO, "killed");
	tap_int(apart(&o, sleep_long, NULL, &b), -ETIMEDOUT, "too slow");
	buf_release(&b);
}

static void
test_confined(void)
{
	char path[] = "/tmp/spin-apart-XXXXXX";
	int fd = mkstemp(path);
	struct buf b;

	if (fd < 0)
		abort();
	buf_init(&b, RESULT_MAX);
	tap_int(run(true, try_things, path, &b), 0, "sealed");
	tap_int((int)b.n, 0, "can do nothing");
	tap_int(run(false, try_things, path, &b), 0, "not sealed");
	tap_ok(b.n == 2 && memcmp(b.p, "os", 2) == 0,
	    "opens and connects, but writes nowhere");
	(void)close(fd);
	(void)unlink(path);
	buf_release(&b);
}

int
main(void)
{
	test_results();
	test_failures();
	test_confined();
	return tap_done();
}
