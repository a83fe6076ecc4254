/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msg.h"
#include "sig.h"

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
	sig_default(SIGPIPE);
	init_fd(STDIN_FILENO);
	init_fd(STDOUT_FILENO);
	init_fd(STDERR_FILENO);
	(void)umask(umask(022) | 022);
}
