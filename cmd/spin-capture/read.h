/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_READ_H
#define SPIN_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

/*
 * Saved packets to stdout: reads the files in order, one capture after the
 * other with flow state kept, and writes records, or text with `pretty`.
 */
struct read_opts {
	struct capture_opts capture;
	const char *const *files;
	size_t nfiles;
	enum capfile_reader reader;
	uint64_t count;		/* records to write, 0: all */
	bool unbuffered, pretty;
	uint64_t width;
};

/*
 * Returns the exit status. Files that cannot be read are said and passed
 * over; a damaged one is read up to the damage.
 */
int read_files(const struct read_opts *);

#endif
