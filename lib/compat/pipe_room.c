/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#define _GNU_SOURCE	/* F_SETPIPE_SZ */
#include "compat.h"

#include "compat/pipe_room.h"

#include <fcntl.h>

void
pipe_room(int fd, int n)
{
#ifdef F_SETPIPE_SZ
	(void)fcntl(fd, F_SETPIPE_SZ, n);
#else
	(void)fd;
	(void)n;
#endif
}
