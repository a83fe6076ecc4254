/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_INIT_H
#define SPIN_INIT_H

/*
 * The first call of each main(): puts right what the parent may have left
 * odd. SIGPIPE kills again and is not blocked; descriptors 0 to 2 are open (a
 * closed one becomes one on which reading or writing fails, so that no file
 * opened later takes its place and that lost output is noticed); files are
 * made without write permission for others. Messages carry `progname`.
 */
void spin_init(const char *progname);

#endif
