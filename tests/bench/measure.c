/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/*
 * measure REPORT STDOUT COMMAND [ARGUMENT ...]
 *
 * Runs COMMAND with standard output to STDOUT and appends one line to
 * REPORT: exit status (128 + n for signal n), user and system CPU seconds,
 * wall seconds, and the peak resident set in KiB, separated by tabs. CPU is
 * the sum over COMMAND and the children it waited for, the peak that of the
 * largest of them. As small as it is so that its own memory, which the child
 * has until it runs COMMAND, does not show.
 */

static void
fail(const char *what)
{
	fprintf(stderr, "measure: error: %s: %s\n", what, strerror(errno));
	exit(4);
}

static double
seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
run_child(const char *to, char **argv)
{
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		fprintf(stderr, "measure: error: %s: %s\n", to,
		    strerror(errno));
		_exit(126);
	}
	close(fd);
	execvp(argv[0], argv);
	fprintf(stderr, "measure: error: %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

int
main(int argc, char **argv)
{
	struct rusage ru;
	double start;
	int status;
	FILE *report;
	pid_t pid;

	if (argc < 4) {
		fputs("usage: measure REPORT STDOUT COMMAND [ARGUMENT ...]\n",
		    stderr);
		return 2;
	}
	start = now();
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		run_child(argv[2], argv + 3);
	while (wait4(pid, &status, 0, &ru) < 0)
		if (errno != EINTR)
			fail("wait4");
	start = now() - start;
	report = fopen(argv[1], "a");
	if (report == NULL)
		fail(argv[1]);
	fprintf(report, "%d\t%.6f\t%.6f\t%.6f\t%ld\n",
	    WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
	    seconds(ru.ru_utime), seconds(ru.ru_stime), start, ru.ru_maxrss);
	if (fclose(report) != 0)
		fail(argv[1]);
	return 0;
}
