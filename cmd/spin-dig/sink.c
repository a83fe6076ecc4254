/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "csv.h"
#include "msg.h"

#define TEXT_MAX	(64 << 20)	/* of one window's table */
#define SILENT_MAX	8	/* devices without traffic that are named */
#define WORDS_MAX	16384

/* What the table wants to know of a device. */
static void
about(void *ctx, struct str agent, struct str device, struct table_about *to)
{
	struct sink *s = ctx;
	const struct join *j = s->find(s->ctx, agent);
	struct join_device d;
	size_t i;

	*to = (struct table_about){ .router = false };
	if (!j || !join_device(j, device, &d))
		return;
	if (!mac_is_zero(&d.mac))
		to->maker = makers_name(s->makers, &d.mac);
	to->vendor_class = d.vendor_class;
	to->router = d.router;
	to->naddrs = d.naddrs;
	for (i = 0; i < d.naddrs && i < ARRAY_SIZE(s->addrs); i++)
		to->addrs[i] = (struct str){ s->addrs[i],
			addr_print(&d.addrs[i], s->addrs[i]) };
}

/* A file that was asked for has to be one. */
static int
open_makers(struct sink *s)
{
	const char *path = s->opts->makers;

	s->makers = makers_new(path);
	if (!s->makers) {
		int err = errno;

		msg_error_sys("--makers: %s", path);
		status_raise(SPIN_EXIT_SYSTEM);
		return -err;
	}
	if (!path || makers_any(s->makers))
		return 0;
	msg_error("--makers: %s lists no makers", path);
	status_raise(SPIN_EXIT_USAGE);
	return -EINVAL;
}

int
sink_init(struct sink *s, const struct dig_opts *opts, struct out *out,
    const struct join *(*find)(void *, struct str), void *ctx)
{
	struct table_opts table = opts->table;
	int ret = 0;

	*s = (struct sink){ .opts = opts, .out = out, .find = find,
		.ctx = ctx };
	buf_init(&s->text, TEXT_MAX);
	if (opts->form == DIG_PRETTY || opts->makers)
		ret = open_makers(s);
	if (ret < 0 || opts->form != DIG_PRETTY)
		return ret;
	table.about = about;
	table.ctx = s;
	s->table = table_new(&table);
	return 0;
}

void
sink_release(struct sink *s)
{
	table_free(s->table);
	makers_free(s->makers);
	buf_release(&s->text);
}

static int
flush_text(struct sink *s)
{
	int ret = 0;

	if (s->text.n)
		ret = out_text(s->out, s->text.p, s->text.n);
	buf_reset(&s->text);
	return ret;
}

int
sink_pass(struct sink *s, const struct rec *r)
{
	return s->opts->form == DIG_JSON ? out_pass(s->out, r) : 0;
}

int
sink_rec(struct sink *s, const struct rec *r)
{
	return s->opts->form == DIG_JSON ? out_rec(s->out, r) : 0;
}

int
sink_row(struct sink *s, const struct rec *digest)
{
	s->rows++;
	switch (s->opts->form) {
	case DIG_JSON:
		return out_rec(s->out, digest);
	case DIG_CSV:
		if (s->rows == 1)
			csv_head(s->opts->sums.by, &s->text);
		csv_row(s->opts->sums.by, digest, &s->text);
		break;
	case DIG_PRETTY:
		table_row(s->table, digest, &s->text);
		break;
	}
	return flush_text(s);
}

int
sink_window(struct sink *s)
{
	if (s->opts->form == DIG_PRETTY)
		table_window_end(s->table, &s->text);
	return flush_text(s);
}

int
sink_end(struct sink *s)
{
	if (s->opts->form == DIG_CSV && s->rows == 0)
		csv_head(s->opts->sums.by, &s->text);
	if (s->opts->form == DIG_PRETTY)
		table_end(s->table, &s->text);
	return flush_text(s);
}

/* Devices that only announced themselves. */
static void
say_silent(struct sink *s, const struct join *j)
{
	struct join_device d;
	struct buf words;
	size_t at = 0, n = 0;

	buf_init(&words, WORDS_MAX);
	while (join_next(j, &at, &d)) {
		if (d.traffic || d.router || n++ >= SILENT_MAX)
			continue;
		buf_puts(&words, n == 1 ? "Seen without traffic: " : ", ");
		if (d.name.n)
			buf_add(&words, d.name.p, d.name.n);
		else
			buf_add(&words, d.text.p, d.text.n);
	}
	if (n > SILENT_MAX)
		buf_printf(&words, ", and %zu more", n - SILENT_MAX);
	if (n)
		table_paragraph(s->table, (struct str){ words.p, words.n },
		    &s->text);
	buf_release(&words);
}

int
sink_home(struct sink *s, const struct join *j)
{
	struct join_counts n;
	char text[160];

	if (s->opts->form != DIG_PRETTY)
		return 0;
	say_silent(s, j);
	join_counts(j, &n);
	if (n.hidden_dns) {
		snprintf(text, sizeof(text), "Names are missing: %" PRIu64
		    " flow%s DNS over TLS, HTTPS or QUIC, which nobody can "
		    "read on the way.", n.hidden_dns,
		    n.hidden_dns == 1 ? " was" : "s were");
		table_paragraph(s->table, str_of(text), &s->text);
	}
	return flush_text(s);
}
