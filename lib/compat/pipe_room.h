/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_COMPAT_PIPE_ROOM_H
#define SPIN_COMPAT_PIPE_ROOM_H

/*
 * Asks the system for room of `n` bytes in a pipe, where it can be asked
 * (Linux). In the usual 64 KiB two busy programs wait for each other more
 * than they work.
 */
void pipe_room(int fd, int n);

#endif
