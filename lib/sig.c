/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "attr.h"

static const int asked[] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t came;
static int wake[2] = { -1, -1 };

static void
set_default(int signo)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(signo, &sa, NULL);
}

void
sig_default(int signo)
{
	sigset_t set;

	set_default(signo);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, signo);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void
on_signal(int signo)
{
	int saved = errno;

	if (!came) {
		came = signo;
		if (wake[1] >= 0 && write(wake[1], "", 1) < 0)
			errno = saved;
	}
	if (signo == SIGINT)
		set_default(signo);
	errno = saved;
}

static void
open_wake(void)
{
	int i;

	if (wake[0] >= 0 || pipe(wake) < 0)
		return;
	for (i = 0; i < 2; i++) {
		(void)fcntl(wake[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(wake[i], F_SETFL, O_NONBLOCK);
	}
}

void
sig_init(void)
{
	struct sigaction sa, old;
	size_t i;

	open_wake();
	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		if (sigaction(asked[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		memset(&sa, 0, sizeof(sa));
		sa.sa_handler = on_signal;
		(void)sigemptyset(&sa.sa_mask);
		/* No SA_RESTART: a read that waits has to return. */
		(void)sigaction(asked[i], &sa, NULL);
	}
}

int
sig_pending(void)
{
	return (int)came;
}

int
sig_fd(void)
{
	return wake[0];
}

void
sig_reraise(void)
{
	int signo = (int)came;

	if (!signo)
		return;
	sig_default(signo);
	(void)raise(signo);
}
