/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "apart.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tm.h"

#if defined(__linux__)
#include <sys/prctl.h>
#endif

#define FD_MAX		1024	/* higher ones are close-on-exec, and unknown */
#define CODE_MAX	100
#define CHUNK		65536
#define CODE_LOST	100	/* the child could not give its result */

/* The limits of sanitizers are their own: they map terabytes. */
#if defined(__SANITIZE_ADDRESS__)
#define MAPS_MUCH	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MAPS_MUCH	1
#endif
#endif

static int64_t
now(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) < 0)
		return 0;
	return (int64_t)ts.tv_sec * TM_SECOND + ts.tv_nsec / 1000;
}

static void
limit(int what, uint64_t most)
{
	struct rlimit l = { (rlim_t)most, (rlim_t)most };

	(void)setrlimit(what, &l);
}

static void
confine(const struct apart_opts *o, int fd)
{
	int i;

	for (i = 0; i < FD_MAX; i++)
		if (i != fd && i != STDERR_FILENO)
			(void)close(i);
#if defined(__linux__)
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	/* For the case that nobody is left to end it. */
	limit(RLIMIT_CPU, (uint64_t)(o->timeout / TM_SECOND) + 1);
	if (o->sealed)
		limit(RLIMIT_NOFILE, 0);
#ifndef MAPS_MUCH
	if (o->memory)
		limit(RLIMIT_DATA, o->memory);
#endif
}

static bool
write_all(int fd, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static void ATTR_NORETURN
be_child(const struct apart_opts *o, apart_fn *fn, void *ctx, int fd,
    size_t max)
{
	struct buf out;
	int code;

	confine(o, fd);
	buf_init(&out, max);
	code = fn(ctx, &out);
	if (code < 0 || code >= CODE_MAX || out.failed ||
	    !write_all(fd, out.p, out.n))
		code = CODE_LOST;
	_exit(code);
}

/* Until the other end is closed: 0, or less. */
static int
collect(int fd, int64_t deadline, struct buf *to)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;
	ssize_t n;
	char *room;

	for (;;) {
		left = deadline - now();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)(left / 1000) + 1) <= 0)
			continue;
		room = buf_room(to, CHUNK);
		if (!room)
			return -EMSGSIZE;
		n = read(fd, room, CHUNK);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		to->n += n > 0 ? (size_t)n : 0;
	}
}

static int
reap(pid_t pid, int ret)
{
	int status;

	if (ret < 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (ret < 0)
		return ret;
	if (!WIFEXITED(status))
		return -EPROTO;
	if (WEXITSTATUS(status) == CODE_LOST)
		return -EMSGSIZE;
	return WEXITSTATUS(status) < CODE_MAX ? WEXITSTATUS(status) : -EPROTO;
}

int
apart(const struct apart_opts *o, apart_fn *fn, void *ctx, struct buf *result)
{
	int fds[2], ret;
	pid_t pid;

	if (pipe(fds) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		be_child(o, fn, ctx, fds[1], result->max - CHUNK);
	ret = -errno;
	(void)close(fds[1]);
	if (pid > 0)
		ret = reap(pid, collect(fds[0], now() + o->timeout, result));
	(void)close(fds[0]);
	return ret;
}
