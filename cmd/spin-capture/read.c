/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "read.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "filter.h"
#include "msg.h"
#include "out.h"
#include "pretty.h"
#include "sig.h"

#define LOOK_EVERY	16384	/* packets between looks at signals */
#define STOP		(-ECANCELED)	/* enough records */

struct run {
	const struct read_opts *opts;
	struct capture *capture;
	struct filter *filter;	/* NULL: every packet */
	struct pretty *pretty;	/* NULL: records */
	struct buf text;
	struct out out;
	uint64_t written;
	uint64_t bytes_before;	/* of the files done */
	int64_t next_progress;	/* monotonic nanoseconds */
	bool any;		/* some file could be read */
};

static int
write_rec(void *ctx, const struct rec *r)
{
	struct run *run = ctx;
	int err;

	if (run->pretty) {
		buf_reset(&run->text);
		pretty_rec(run->pretty, r, &run->text);
		return out_text(&run->out, run->text.p, run->text.n);
	}
	err = out_rec(&run->out, r);
	if (err < 0)
		return err;
	run->written++;
	return run->written == run->opts->count ? STOP : 0;
}

/* "-" is called as readers of messages know it. */
static const char *
shown(const char *path)
{
	return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

static void
say(const char *path, const struct capfile_err *err)
{
	const char *colon = err->what[0] ? ": " : "";

	if (!err->sys) {
		msg_error("%s: %s", shown(path), err->what);
		return;
	}
	errno = err->sys;
	msg_error_sys("%s%s%s", shown(path), colon, err->what);
}

static int64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
show_progress(struct run *run, const struct capfile *cf, const char *path)
{
	uint64_t all = capfile_size(cf), done = capfile_read_bytes(cf);
	int64_t now;

	if (!msg_progress_wanted())
		return;
	now = monotonic();
	if (now < run->next_progress)
		return;
	if (run->next_progress && all)
		msg_progress("%s: %u %%", shown(path),
		    (unsigned)(done * 100 / all));
	else if (run->next_progress)
		msg_progress("%s: %u MB", shown(path),
		    (unsigned)(done / 1000000));
	run->next_progress = now + 250000000;
}

/* One packet; <0 ends the run. */
static int
take_packet(struct run *run, const struct cap_pkt *cp)
{
	int match;

	if (run->filter) {
		match = filter_match(run->filter, cp);
		if (match < 0) {
			msg_error("filter: %s", filter_error(run->filter));
			status_raise(SPIN_EXIT_USAGE);
			return match;
		}
		if (!match) {
			capture_filtered(run->capture);
			return 0;
		}
	}
	return capture_packet(run->capture, cp);
}

static void
name_interfaces(struct run *run, const struct capfile *cf, size_t *named)
{
	const char *name;

	for (; *named < capfile_nifs(cf); ++*named) {
		name = capfile_ifname(cf, (uint32_t)*named);
		if (name)
			capture_ifname(run->capture, (uint32_t)*named, name);
	}
}

static int
read_packets(struct run *run, struct capfile *cf, const char *path)
{
	struct capfile_err err;
	struct cap_pkt cp;
	size_t named = 0;
	uint32_t since = 0;
	int got, end = 0;

	while ((got = capfile_next(cf, &cp, &err)) > 0) {
		if (named < capfile_nifs(cf))
			name_interfaces(run, cf, &named);
		end = take_packet(run, &cp);
		if (end < 0)
			return end;
		if (++since == LOOK_EVERY) {
			since = 0;
			show_progress(run, cf, path);
			if (sig_pending())
				return -EINTR;
		}
	}
	if (got < 0) {
		say(path, &err);
		status_raise(got == -EINVAL ? SPIN_EXIT_INPUT :
		    SPIN_EXIT_SYSTEM);
	}
	return 0;
}

static int
read_file(struct run *run, const char *path)
{
	struct capfile_err err;
	struct capfile *cf;
	int end;

	end = capfile_open(&cf, path, run->opts->reader, &err);
	if (end < 0) {
		say(path, &err);
		status_raise(SPIN_EXIT_SYSTEM);
		return 0;
	}
	run->any = true;
	capture_source(run->capture, path);
	end = read_packets(run, cf, path);
	if (capfile_drops(cf) >= 0)
		capture_drops(run->capture, (uint64_t)capfile_drops(cf));
	capfile_close(cf);
	return end;
}

static void
read_all(struct run *run)
{
	size_t i;
	int end = 0;

	for (i = 0; i < run->opts->nfiles && end == 0; i++)
		end = read_file(run, run->opts->files[i]);
	msg_progress_end();
	if (!run->any || (end < 0 && end != -EINTR))
		return;
	if (capture_end(run->capture) < 0 || !run->pretty)
		return;
	buf_reset(&run->text);
	pretty_end(run->pretty, &run->text);
	out_text(&run->out, run->text.p, run->text.n);
}

int
read_files(const struct read_opts *opts)
{
	struct run run = { .opts = opts };
	struct capture_opts capture = opts->capture;
	int status;

	if (opts->pretty) {
		capture.active = 0;
		run.pretty = pretty_new(opts->width);
	}
	run.capture = capture_new(&capture, write_rec, &run);
	if (!run.capture) {
		msg_error_sys("starting");
		status_raise(SPIN_EXIT_SYSTEM);
		return status_get();
	}
	if (capture.filter)
		run.filter = filter_new(capture.filter);
	buf_init(&run.text, 1 << 20);
	out_init(&run.out, opts->unbuffered);
	read_all(&run);
	status = out_close(&run.out);
	buf_release(&run.text);
	capture_free(run.capture);
	filter_free(run.filter);
	pretty_free(run.pretty);
	return status;
}
