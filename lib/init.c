/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"

static void
init_sigpipe(void)
{
	struct sigaction sa;
	sigset_t set;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGPIPE, &sa, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/*
 * open() takes the lowest free number, which is `fd` because those below are
 * open. The wrong direction on purpose: using it fails with EBADF.
 */
static void
init_fd(int fd)
{
	if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
		return;
	if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
		_exit(SPIN_EXIT_SYSTEM);
}

void
spin_init(const char *progname)
{
	msg_init(progname);
	init_sigpipe();
	init_fd(STDIN_FILENO);
	init_fd(STDOUT_FILENO);
	init_fd(STDERR_FILENO);
	(void)umask(umask(022) | 022);
}
