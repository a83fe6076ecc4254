/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_H
#define SPIN_DIG_H

#include <stdbool.h>
#include <stdint.h>

#include "join.h"
#include "stream.h"
#include "sums.h"
#include "table.h"
#include "where.h"

/*
 * The work of spin-dig: records in, digests or text out.
 *
 * Each agent has a home of its own (join.h), whichever operand its records
 * come from; a stream record says whose those behind it are. Accounts of
 * flows, and digests that come in, pass the expression and go into the sums.
 *
 * Windows close when every operand that has not ended is past them: by `upto`
 * of its last stats record or, before the first one, by the latest time seen,
 * less what its stream record says that a flow record may span. An operand
 * that is no regular file holds all windows back until it shows a time; files
 * are merged by time, so that one which has shown none cannot be behind. A
 * record behind that opens its window again, up to `late` behind it; what
 * comes later still is only counted. When an operand says that its clock was
 * set back, all windows close and begin anew.
 *
 * Traffic between two devices has two accounts. Where the sums are not by
 * device, that of the one who was called (dir "in") is left out, unless the
 * expression lets only that one pass.
 */
enum dig_form { DIG_JSON, DIG_PRETTY, DIG_CSV };

struct dig_opts {
	struct stream_opts stream;
	struct join_opts join;
	struct sums_opts sums;
	struct table_opts table;	/* of DIG_PRETTY */
	const struct where *where;	/* or NULL */
	const char *makers;	/* file, or NULL for the system's */
	enum dig_form form;
	int64_t late;		/* microseconds */
	bool flows;		/* pass them on, annotated */
	bool unbuffered;
};

/* Reads all operands; returns the exit status. */
int dig_run(const struct dig_opts *, int argc, char **argv) ATTR_NODISCARD;

#endif
