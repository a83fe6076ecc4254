/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "pretty.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xalloc.h"

#define FIXED		36	/* columns that are not addresses */
#define END_TEXT	(ADDR_TEXT + 8)	/* [address]:port */
#define DEVICES_MAX	64	/* shown in the summary */
#define NAME_TEXT	32

struct seen {
	struct mac mac;
	struct addr ip;
	char name[NAME_TEXT];
	bool router;
};

struct pretty {
	size_t column;		/* width of an address and port */
	size_t width;
	char day[16];
	bool headed;
	struct seen devices[DEVICES_MAX];
	size_t ndevices, more_devices;
	struct rec stats;	/* the last one's numbers */
	struct buf parts;	/* of what was not counted to flows */
};

struct pretty *
pretty_new(size_t width)
{
	struct pretty *p = xcalloc(1, sizeof(*p));

	p->width = width;
	p->column = (width - FIXED) / 2;
	rec_init(&p->stats, REC_TYPE_STATS);
	buf_init(&p->parts, 1 << 16);
	return p;
}

void
pretty_free(struct pretty *p)
{
	if (!p)
		return;
	buf_release(&p->parts);
	free(p);
}

/* 999, 1.2K, 34K, 5.6M: at most five characters. */
static void
human(uint64_t n, char to[static 8])
{
	static const char units[] = "KMGTP";
	double v = (double)n;
	int u = -1;

	if (n < 1000) {
		snprintf(to, 8, "%u", (unsigned)n);
		return;
	}
	for (; v >= 999.5 && u < 4; u++)
		v /= 1000;
	snprintf(to, 8, v < 9.95 ? "%.1f%c" : "%.0f%c", v, units[u]);
}

/* Text cut in the middle to fit `room` columns. */
static void
fit(char *text, size_t n, size_t room)
{
	size_t head;

	if (n <= room || room < 5)
		return;
	head = (room - 2) / 2;
	memcpy(text + head, "..", 2);
	memmove(text + head + 2, text + n - (room - head - 2),
	    room - head - 2);
	text[room] = '\0';
}

static void
endpoint(const struct pretty *p, const struct addr *a, bool has_port,
    uint64_t port, char to[static END_TEXT])
{
	char text[ADDR_TEXT + 1];

	text[addr_print(a, text)] = '\0';
	if (!has_port)
		snprintf(to, END_TEXT, "%s", text);
	else
		snprintf(to, END_TEXT, a->ver == 6 ? "[%s]:%u" : "%s:%u", text,
		    (unsigned)port);
	fit(to, strlen(to), p->column);
}

static void
put_day(struct pretty *p, const struct tm *tm, struct buf *out)
{
	char day[sizeof(p->day)];

	strftime(day, sizeof(day), "%Y-%m-%d", tm);
	if (strcmp(day, p->day) == 0)
		return;
	memcpy(p->day, day, sizeof(day));
	buf_printf(out, "%s\n", day);
}

static void
put_head(struct pretty *p, struct buf *out)
{
	if (p->headed)
		return;
	p->headed = true;
	buf_printf(out, "%-8s %-5s %-*s   %-*s %5s %5s %s\n", "time", "proto",
	    (int)p->column, "from", (int)p->column, "to", "sent", "back",
	    "end");
}

static void
put_flow(struct pretty *p, const struct rec *r, struct buf *out)
{
	const struct rec_flow *f = &r->u.flow;
	int64_t start = REC_HAS(r, FLOW, start) ? f->start : r->ts;
	time_t sec = (time_t)(start / 1000000);
	char src[END_TEXT], dst[END_TEXT], sent[8], back[8], clock[16];
	struct tm tm;

	if (!localtime_r(&sec, &tm))
		memset(&tm, 0, sizeof(tm));
	put_head(p, out);
	put_day(p, &tm, out);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	endpoint(p, &f->src, REC_HAS(r, FLOW, sport), f->sport, src);
	endpoint(p, &f->dst, REC_HAS(r, FLOW, dport), f->dport, dst);
	human(f->bytes, sent);
	human(f->rbytes, back);
	buf_printf(out, "%s %-5.5s %-*s > %-*s %5s %5s %.*s\n", clock,
	    f->proto.p, (int)p->column, src, (int)p->column, dst, sent,
	    f->answered ? back : "-", (int)f->done.n, f->done.p);
}

static struct seen *
device_of(struct pretty *p, const struct mac *mac)
{
	size_t i;

	for (i = 0; i < p->ndevices; i++) {
		if (mac_eq(&p->devices[i].mac, mac))
			return &p->devices[i];
	}
	if (p->ndevices == DEVICES_MAX) {
		p->more_devices++;
		return NULL;
	}
	p->devices[p->ndevices].mac = *mac;
	return &p->devices[p->ndevices++];
}

static void
note_device(struct pretty *p, const struct rec *r)
{
	const struct rec_device *d = &r->u.device;
	struct seen *s;

	if (!REC_HAS(r, DEVICE, mac))
		return;
	s = device_of(p, &d->mac);
	if (!s)
		return;
	if (REC_HAS(r, DEVICE, ip) &&
	    (s->ip.ver == 0 || (s->ip.ver == 6 && d->ip.ver == 4)))
		s->ip = d->ip;
	if (REC_HAS(r, DEVICE, name))
		snprintf(s->name, sizeof(s->name), "%.*s", (int)d->name.n,
		    d->name.p);
	if (REC_HAS(r, DEVICE, router))
		s->router = d->router;
}

static void
note_counts(struct buf *b, const char *what, const struct counts *c)
{
	size_t i;

	if (c->n == 0)
		return;
	buf_printf(b, "%s:", what);
	for (i = 0; i < c->n; i++)
		buf_printf(b, "%s %.*s %" PRIu64, i ? "," : "",
		    (int)c->v[i].name.n, c->v[i].name.p, c->v[i].value);
	buf_putc(b, '\n');
}

/* The numbers are kept; the lists live only now, so their text is made. */
static void
note_stats(struct pretty *p, const struct rec *r)
{
	const struct rec_stats *s = &r->u.stats;

	p->stats = *r;
	buf_reset(&p->parts);
	note_counts(&p->parts, "not IP", &s->non_ip);
	note_counts(&p->parts, "malformed", &s->malformed);
	note_counts(&p->parts, "link types not read", &s->undecoded);
	note_counts(&p->parts, "DNS", &s->dns);
}

void
pretty_rec(struct pretty *p, const struct rec *r, struct buf *out)
{
	switch (r->type) {
	case REC_TYPE_FLOW:
		put_flow(p, r, out);
		break;
	case REC_TYPE_DEVICE:
		note_device(p, r);
		break;
	case REC_TYPE_STATS:
		note_stats(p, r);
		break;
	default:
		break;
	}
}

static void
put_devices(const struct pretty *p, struct buf *out)
{
	char mac[MAC_TEXT + 1], ip[ADDR_TEXT + 1];
	const struct seen *s;
	size_t i;

	for (i = 0; i < p->ndevices; i++) {
		s = &p->devices[i];
		mac[mac_print(&s->mac, mac)] = '\0';
		ip[s->ip.ver ? addr_print(&s->ip, ip) : 0] = '\0';
		buf_printf(out, "%s  %-15s  %s%s\n", mac, ip, s->name,
		    s->router ? " (router)" : "");
	}
	if (p->more_devices)
		buf_printf(out, "and more\n");
}

void
pretty_end(struct pretty *p, struct buf *out)
{
	const struct rec_stats *s = &p->stats.u.stats;
	char bytes[8];

	if (!p->stats.has)
		return;
	if (p->headed)
		buf_putc(out, '\n');
	human(s->bytes, bytes);
	buf_printf(out, "%" PRIu64 " packets; %" PRIu64 " of IP with %sB in %"
	    PRIu64 " flows", s->pkts, s->flow_pkts, bytes, s->flows);
	if (s->evicted)
		buf_printf(out, " (%" PRIu64 " evicted)", s->evicted);
	if (REC_HAS(&p->stats, STATS, filtered))
		buf_printf(out, "; %" PRIu64 " filtered out", s->filtered);
	buf_putc(out, '\n');
	buf_add(out, p->parts.p, p->parts.n);
	if (p->ndevices) {
		buf_putc(out, '\n');
		put_devices(p, out);
	}
}
