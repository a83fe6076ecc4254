/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "read.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "filter.h"
#include "msg.h"
#include "out.h"
#include "pretty.h"
#include "sig.h"

#define BATCH		64	/* packets handed on together */
#define LOOK_EVERY	16384	/* packets between looks at signals */
#define STOP		(-EOVERFLOW)	/* enough records */

struct run {
	const struct read_opts *opts;
	struct capture *capture;
	struct filter *filter;	/* NULL: every packet */
	struct pretty *pretty;	/* NULL: records */
	struct buf text;
	struct out out;
	uint64_t written;
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
		if (run->text.n == 0)
			return 0;
		err = out_text(&run->out, run->text.p, run->text.n);
	} else {
		err = out_rec(&run->out, r);
	}
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

/* Says what is wrong with the filter, if anything is. */
static int
check_filter(struct run *run, int result)
{
	if (result < 0) {
		msg_error("filter: %s", filter_error(run->filter));
		status_raise(SPIN_EXIT_USAGE);
	}
	return result;
}

/*
 * Takes the packets that the filter turns away out of `v`. Returns how many
 * are left, or <0: the filter is wrong.
 */
static int
apply_filter(struct run *run, struct cap_pkt *v, size_t n)
{
	size_t i, kept = 0;
	int match;

	for (i = 0; i < n; i++) {
		match = check_filter(run, filter_match(run->filter, &v[i]));
		if (match < 0)
			return match;
		if (match)
			v[kept++] = v[i];
		else
			capture_filtered(run->capture);
	}
	return (int)kept;
}

/* <0 ends the run. */
static int
take_packets(struct run *run, struct cap_pkt *v, size_t n)
{
	int left = (int)n;

	if (run->filter)
		left = apply_filter(run, v, n);
	if (left <= 0)
		return left;
	return capture_packets(run->capture, v, (size_t)left);
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
read_packets(struct run *run, struct capfile *cf, const char *path,
    uint64_t *packets)
{
	struct cap_pkt v[BATCH];
	struct capfile_err err;
	size_t named = 0, since = 0, n;
	int got, end;

	*packets = 0;
	while ((got = capfile_next(cf, v, &err)) > 0) {
		n = 1 + capfile_more(cf, v + 1, BATCH - 1);
		*packets += n;
		if (unlikely(v[0].ifno >= named))
			name_interfaces(run, cf, &named);
		end = take_packets(run, v, n);
		if (end < 0)
			return end;
		since += n;
		if (unlikely(since >= LOOK_EVERY)) {
			since = 0;
			show_progress(run, cf, path);
			if (sig_pending())
				return -ECANCELED;
		}
	}
	if (got == -ECANCELED)
		return got;
	if (got < 0) {
		say(path, &err);
		status_raise(got == -EINVAL ? SPIN_EXIT_INPUT :
		    SPIN_EXIT_SYSTEM);
	}
	return 0;
}

/* A filter that no packet has tried yet is tried on the file's link type. */
static int
check_unused_filter(struct run *run, const struct capfile *cf)
{
	int link = capfile_link(cf);

	if (!run->filter || filter_is_used(run->filter) || link < 0)
		return 0;
	return check_filter(run, filter_check(run->filter, (uint32_t)link));
}

/*
 * Before a read that may have to wait: what there is goes out first, and a
 * signal ends the waiting.
 */
static int
wait_input(void *ctx, int fd)
{
	struct run *run = ctx;
	struct pollfd p[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = sig_fd(), .events = POLLIN },
	};

	if (poll(p, 1, 0) == 0)
		out_flush(&run->out);
	while (!p[0].revents && !sig_pending()) {
		if (poll(p, ARRAY_SIZE(p), -1) < 0 && errno != EINTR)
			return -errno;
	}
	return sig_pending() ? -ECANCELED : 0;
}

static int
read_file(struct run *run, const char *path)
{
	struct capfile_wait wait = { wait_input, run };
	struct capfile_err err;
	struct capfile *cf;
	uint64_t packets;
	int end;

	if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO)) {
		msg_error("<stdin>: is a terminal: packets come from a pipe, "
		    "as in tcpdump -w - | spin-capture -r -");
		status_raise(SPIN_EXIT_USAGE);
		return 0;
	}
	end = capfile_open(&cf, path, run->opts->reader, &wait, &err);
	if (end == -ECANCELED)
		return end;
	if (end < 0) {
		say(path, &err);
		status_raise(SPIN_EXIT_SYSTEM);
		return 0;
	}
	if (run->any)
		capture_next_source(run->capture);
	run->any = true;
	end = read_packets(run, cf, path, &packets);
	if (end == 0)
		end = check_unused_filter(run, cf);
	msg_info("%s: %" PRIu64 " packets", shown(path), packets);
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

	for (i = 0; i < run->opts->nfiles; i++)
		capture_source(run->capture, run->opts->files[i]);
	for (i = 0; i < run->opts->nfiles && end == 0; i++)
		end = read_file(run, run->opts->files[i]);
	msg_progress_end();
	/* A filter that fits nothing at all is no reason to write anything. */
	if (!run->any || (end == -EINVAL && run->filter &&
	    !filter_is_used(run->filter)))
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
		msg_error_sys("a table for %u flows (--max-flows)",
		    (unsigned)capture.flow.max);
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
