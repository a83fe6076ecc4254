/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "out.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "msg.h"
#include "sig.h"
#include "xalloc.h"

#define BATCH	65536
#define ROOM	(BATCH + REC_LINE_MAX + 2 * REC_ENCODE_SLACK)

void
out_init(struct out *o, bool unbuffered)
{
	*o = (struct out){ .unbuffered = unbuffered };
	buf_init(&o->b, ROOM);
	/* All of it now, so that no record can fail for want of memory. */
	o->b.p = xmalloc(ROOM);
	o->b.cap = ROOM;
}

/* SIGPIPE may be ignored or blocked: die of it all the same. */
static void
die_of_sigpipe(void)
{
	sig_default(SIGPIPE);
	(void)raise(SIGPIPE);
}

/* The other end of a pipe may have set it not to block. */
static void
wait_for_reader(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	(void)poll(&fd, 1, -1);
}

static void
write_all(struct out *o, const char *p, size_t n)
{
	ssize_t w;

	while (n > 0 && !o->err) {
		w = write(STDOUT_FILENO, p, n);
		if (w >= 0) {
			p += w;
			n -= (size_t)w;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			wait_for_reader();
		} else if (errno != EINTR) {
			o->err = errno;
			if (errno == EPIPE)
				die_of_sigpipe();
		}
	}
}

int
out_flush(struct out *o)
{
	write_all(o, o->b.p, o->b.n);
	buf_reset(&o->b);
	return -o->err;
}

static int
added(struct out *o)
{
	if (o->unbuffered || o->b.n >= BATCH)
		return out_flush(o);
	return -o->err;
}

int
out_rec(struct out *o, const struct rec *r)
{
	if (rec_encode(r, &o->b) < 0) {
		if (!o->too_long++)
			msg_error("a %.*s record is too long to be written",
			    (int)rec_type_name(r).n, rec_type_name(r).p);
		status_raise(SPIN_EXIT_INPUT);
		return -o->err;
	}
	o->records++;
	return added(o);
}

/* Eight bytes at a time: nearly all lines are. */
static bool
is_ascii(struct str s)
{
	uint64_t w, high = 0;
	size_t i = 0;

	for (; s.n - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, s.p + i, sizeof(w));
		high |= w;
	}
	for (; i < s.n; i++)
		high |= (uint64_t)(unsigned char)s.p[i];
	return (high & UINT64_C(0x8080808080808080)) == 0;
}

int
out_pass(struct out *o, const struct rec *r)
{
	if (!r->line.n || !is_ascii(r->line))
		return out_rec(o, r);
	buf_add(&o->b, r->line.p, r->line.n);
	buf_putc(&o->b, '\n');
	o->records++;
	return added(o);
}

int
out_text(struct out *o, const char *text, size_t n)
{
	if (n > ROOM - BATCH) {
		(void)out_flush(o);
		write_all(o, text, n);
		return -o->err;
	}
	buf_add(&o->b, text, n);
	return added(o);
}

int
out_close(struct out *o)
{
	(void)out_flush(o);
	buf_release(&o->b);
	if (close(STDOUT_FILENO) < 0 && errno != EINTR && !o->err)
		o->err = errno;
	if (o->too_long > 1)
		msg_error("%llu records were too long to be written",
		    (unsigned long long)o->too_long);
	if (o->err) {
		errno = o->err;
		msg_error_sys("<stdout>");
		status_raise(SPIN_EXIT_SYSTEM);
	}
	return status_get();
}
