/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stddef.h>

#include "init.h"
#include "msg.h"
#include "opt.h"
#include "out.h"
#include "sig.h"
#include "stream.h"

/*
 * The smallest filter there can be: every record is read and written. It is
 * never installed; tests use it to look at the codec and at the driver.
 */
static int
pass_on(struct rec *r, size_t operand, struct out *out, void *ctx)
{
	(void)operand;
	(void)ctx;
	return out_rec(out, r);
}

int
main(int argc, char **argv)
{
	struct stream_opts opts = { .count = 0 };
	bool unbuffered = false;
	const struct opt table[] = {
		OPT_U64('c', "count", "N", "stop after N records",
		    &opts.count, 1, UINT64_MAX),
		OPT_DUR('t', "timeout", "DUR", "stop after a time",
		    &opts.timeout, 1, INT64_C(1000000000000)),
		OPT_FLAG('S', "strict", "the first bad record is fatal",
		    &opts.strict),
		OPT_FLAG('u', "unbuffered", "write each record at once",
		    &unbuffered),
		OPT_STANDARD,
		OPT_END,
	};
	const struct opt_tool tool = {
		"rec_cat", "[OPTION]... [FILE]...", "read and write records",
		table, NULL
	};
	struct out out;
	int status;

	spin_init("rec_cat");
	status = opt_parse(&tool, &argc, argv);
	if (status != OPT_RUN)
		return status;
	sig_init();
	out_init(&out, unbuffered);
	(void)stream_run(&opts, argc - 1, argv + 1, &out, pass_on, NULL);
	status = out_close(&out);
	sig_reraise();
	return status;
}
