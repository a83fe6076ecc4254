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

#include "units.h"
#include "xalloc.h"

#define FIXED		36	/* columns that are not addresses */
#define PROTO_WIDTH	5
#define END_WIDTH	5
#define IP4_WIDTH	15
#define END_TEXT	(ADDR_TEXT + 8)	/* [address]:port */
#define DEVICES_MAX	64	/* shown in the summary */
#define NAME_TEXT	32

struct seen {
	struct mac mac;
	struct addr ip;
	char name[NAME_TEXT];	/* as much of it as there is room for */
	size_t name_n;
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

	tzset();	/* localtime_r alone need not look at TZ */
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

/* How much of a text fits `most` bytes, without cutting a character. */
static size_t
whole_chars(struct str s, size_t most)
{
	size_t n = most;

	if (s.n <= most)
		return s.n;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Text cut to `width` bytes, and perhaps filled up. */
static void
put_text(struct buf *out, struct str s, size_t width, bool fill)
{
	size_t n = whole_chars(s, width);

	buf_add(out, s.p, n);
	for (; fill && n < width; n++)
		buf_putc(out, ' ');
}

static void
put_flow(struct pretty *p, const struct rec *r, struct buf *out)
{
	const struct rec_flow *f = &r->u.flow;
	int64_t start = REC_HAS(r, FLOW, start) ? f->start : r->ts;
	time_t sec = (time_t)(start / 1000000);
	char src[END_TEXT], dst[END_TEXT], clock[16];
	char sent[UNITS_TEXT], back[UNITS_TEXT];
	struct tm tm;

	if (!localtime_r(&sec, &tm))
		memset(&tm, 0, sizeof(tm));
	put_head(p, out);
	put_day(p, &tm, out);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	endpoint(p, &f->src, REC_HAS(r, FLOW, sport), f->sport, src);
	endpoint(p, &f->dst, REC_HAS(r, FLOW, dport), f->dport, dst);
	units_size(f->bytes, sent);
	units_size(f->rbytes, back);
	buf_printf(out, "%s ", clock);
	put_text(out, f->proto, PROTO_WIDTH, true);
	buf_printf(out, " %-*s > %-*s %5s %5s ", (int)p->column, src,
	    (int)p->column, dst, sent, f->answered ? back : "-");
	if (REC_HAS(r, FLOW, done))
		put_text(out, f->done, END_WIDTH, false);
	buf_putc(out, '\n');
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
set_name(struct seen *s, struct str name)
{
	size_t n = whole_chars(name, sizeof(s->name));

	if (n)
		memcpy(s->name, name.p, n);
	s->name_n = n;
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
		set_name(s, d->name);
	if (REC_HAS(r, DEVICE, router))
		s->router = d->router;
}

/* "what: name 3, other 1", in lines of at most `width` columns. */
static void
note_counts(struct buf *b, size_t width, const char *what,
    const struct counts *c)
{
	char item[2 * NAME_TEXT];
	size_t i, n, column = strlen(what) + 1;

	if (c->n == 0)
		return;
	buf_printf(b, "%s:", what);
	for (i = 0; i < c->n; i++) {
		n = (size_t)snprintf(item, sizeof(item), " %.*s %" PRIu64 "%s",
		    (int)(c->v[i].name.n < NAME_TEXT ? c->v[i].name.n :
		    NAME_TEXT), c->v[i].name.p, c->v[i].value,
		    i + 1 < c->n ? "," : "");
		if (column + n > width) {
			buf_puts(b, "\n ");
			column = 1;
		}
		buf_puts(b, item);
		column += n;
	}
	buf_putc(b, '\n');
}

/* The numbers are kept; the lists live only now, so their text is made. */
static void
note_stats(struct pretty *p, const struct rec *r)
{
	const struct rec_stats *s = &r->u.stats;

	p->stats = *r;
	buf_reset(&p->parts);
	note_counts(&p->parts, p->width, "not IP", &s->non_ip);
	note_counts(&p->parts, p->width, "malformed", &s->malformed);
	note_counts(&p->parts, p->width, "link types not read", &s->undecoded);
	note_counts(&p->parts, p->width, "DNS", &s->dns);
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
	size_t i, room;

	for (i = 0; i < p->ndevices; i++) {
		s = &p->devices[i];
		mac[mac_print(&s->mac, mac)] = '\0';
		ip[s->ip.ver ? addr_print(&s->ip, ip) : 0] = '\0';
		fit(ip, strlen(ip), p->width / 3);
		room = strlen(ip) > IP4_WIDTH ? strlen(ip) : IP4_WIDTH;
		room = p->width - (MAC_TEXT + 4) - room;
		buf_printf(out, "%s %s %-*s", mac, s->router ? "R" : " ",
		    s->name_n ? IP4_WIDTH : 0, ip);
		if (s->name_n)
			buf_putc(out, ' ');
		put_text(out, (struct str){ s->name, s->name_n }, room,
		    false);
		buf_putc(out, '\n');
	}
	if (p->more_devices)
		buf_puts(out, "and others\n");
}

void
pretty_end(struct pretty *p, struct buf *out)
{
	const struct rec_stats *s = &p->stats.u.stats;
	char bytes[UNITS_TEXT];

	if (!p->stats.has)
		return;
	if (p->headed)
		buf_putc(out, '\n');
	buf_printf(out, "packets: %" PRIu64 "\n", s->pkts);
	if (REC_HAS(&p->stats, STATS, filtered))
		buf_printf(out, "filtered out: %" PRIu64 "\n", s->filtered);
	units_size(s->bytes, bytes);
	buf_printf(out, "IP: %" PRIu64 ", %s bytes\n", s->flow_pkts, bytes);
	buf_printf(out, "flows: %" PRIu64 "\n", s->flows);
	if (s->evicted)
		buf_printf(out, "evicted: %" PRIu64 "\n", s->evicted);
	buf_add(out, p->parts.p, p->parts.n);
	if (p->ndevices) {
		buf_puts(out, "\ndevices (R: router)\n");
		put_devices(p, out);
	}
}
