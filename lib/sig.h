/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SIG_H
#define SPIN_SIG_H

/*
 * Asking a program to end: INT, TERM and HUP set a flag and interrupt the
 * system call that waits; the program's loop sees it, writes what it has and
 * dies of that signal. A signal that the parent left ignored (nohup) stays
 * ignored; a second INT kills at once. The flag is the state of the program,
 * kept in sig.c.
 *
 *	sig_init();
 *	while (!sig_pending() && work())
 *		;
 *	...write out, clean up...
 *	sig_reraise();
 *	return status_get();
 */
void sig_init(void);

/* The signal that came, or 0. */
int sig_pending(void);

/*
 * A descriptor that becomes readable with the first signal, for poll(2): the
 * flag alone is missed when the signal comes between looking at it and
 * waiting. Never read from it. -1 if there was none to be had.
 */
int sig_fd(void);

/* Dies of the signal that came; returns if none did. */
void sig_reraise(void);

/* Gives any signal its default action back, and unblocks it. */
void sig_default(int signo);

#endif
