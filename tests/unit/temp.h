/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TEST_TEMP_H
#define SPIN_TEST_TEMP_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A folder of a test's own, which is the current one between the two calls.
 * Whatever is in it goes with it.
 */
#define TEMP_ROOM	1024

static void
temp_enter(char dir[static TEMP_ROOM])
{
	const char *base = getenv("TMPDIR");

	(void)snprintf(dir, TEMP_ROOM, "%s/spin-unit.XXXXXX",
	    base ? base : "/tmp");
	if (!mkdtemp(dir) || chdir(dir) < 0) {
		perror(dir);
		exit(EXIT_FAILURE);
	}
}

static void
temp_leave(const char *dir)
{
	pid_t pid = chdir("/") == 0 ? fork() : -1;

	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
}

#endif
