/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "addr.h"
#include "units.h"

#define FAIR		8	/* columns that a text should have */
#define WORD		12	/* the longest that is shown whole */

const char *
table_cell_sorted(enum sums_sort sort)
{
	switch (sort) {
	case SUMS_SORT_PKTS:
		return "pkts";
	case SUMS_SORT_PKTS_OUT:
		return "pkts out";
	case SUMS_SORT_PKTS_IN:
		return "pkts in";
	case SUMS_SORT_FIRST:
		return "first";
	case SUMS_SORT_LAST:
		return "last";
	default:
		return NULL;
	}
}

static void
scratch_time(struct table_cell *cell, int64_t us)
{
	time_t sec = (time_t)(us / 1000000);
	struct tm tm;

	cell->text = (struct str){ cell->scratch, 0 };
	if (us != INT64_MAX && us != INT64_MIN && localtime_r(&sec, &tm))
		cell->text.n = strftime(cell->scratch, sizeof(cell->scratch),
		    "%m-%d %H:%M:%S", &tm);
	cell->whole = true;
}

static void
scratch_number(struct table_cell *cell, uint64_t n)
{
	int len = snprintf(cell->scratch, sizeof(cell->scratch), "%" PRIu64,
	    n);

	cell->text = (struct str){ cell->scratch, (size_t)len };
	cell->right = cell->whole = true;
}

static void
sorted_cell(enum sums_sort sort, const struct table_row *r,
    struct table_cell *cell)
{
	char *to = cell->scratch;

	switch (sort) {
	case SUMS_SORT_FIRST:
		scratch_time(cell, r->sum.first);
		return;
	case SUMS_SORT_LAST:
		scratch_time(cell, r->sum.last);
		return;
	default:
		units_count(r->rank, to);
		cell->text = (struct str){ to, strlen(to) };
		cell->right = cell->whole = true;
	}
}

/* Has labels and a last one with a letter: neither address nor MAC. */
static bool
is_domain(struct str s)
{
	size_t i;

	for (i = s.n; i > 0 && s.p[i - 1] != '.'; i--)
		if (s.p[i - 1] == ':' || s.p[i - 1] == ' ')
			return false;
	return i > 1 && i < s.n && (s.p[i] < '0' || s.p[i] > '9');
}

/* A MAC or an IPv4 address: with a part missing it could be any. */
static bool
is_number(struct str s)
{
	struct addr a;
	struct mac m;

	if (s.n == 0 || s.n > MAC_TEXT)
		return false;
	return mac_parse(&m, s.p, s.n) == 0 ||
	    (addr_parse(&a, s.p, s.n) == 0 && a.ver == 4);
}

static void
set(struct table_cell *cell, struct str text, const char *absent)
{
	cell->text = text.n ? text : str_of(absent);
	cell->cut = is_domain(text) ? TABLE_CUT_FRONT : TABLE_CUT_MIDDLE;
	cell->whole = is_number(text);
}

static void
set_word(struct table_cell *cell, struct str text)
{
	set(cell, text, "-");
	cell->whole = text.n <= WORD;
}

/* Records have a number where the protocol is not one of theirs. */
static struct str
proto_name(struct str proto)
{
	static const struct {
		const char *number, *name;
	} names[] = {
		{ "1", "icmp" }, { "2", "igmp" }, { "4", "ipip" },
		{ "6", "tcp" }, { "17", "udp" }, { "33", "dccp" },
		{ "41", "ipv6" }, { "47", "gre" }, { "50", "esp" },
		{ "51", "ah" }, { "58", "icmp6" }, { "88", "eigrp" },
		{ "89", "ospf" }, { "103", "pim" }, { "112", "vrrp" },
		{ "115", "l2tp" }, { "132", "sctp" }, { "136", "udplite" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(proto, str_of(names[i].number)))
			return str_of(names[i].name);
	return proto;
}

/* https/tcp, 8883/tcp, icmp. */
static void
spot_cell(const struct table_row *r, struct table_cell *cell)
{
	if (r->service.n) {
		set(cell, r->service, "");
	} else if (TABLE_ROW_HAS(r, port)) {
		scratch_number(cell, r->port);
		cell->right = false;
	} else {
		set_word(cell, proto_name(r->proto));
		return;
	}
	if (r->proto.n) {
		cell->joint = STR("/");
		cell->tail = proto_name(r->proto);
	}
}

/* A device may be called as a domain is: it is told apart. */
static void
peer_cell(const struct table_row *r, struct table_cell *cell)
{
	set(cell, r->label, "(others)");
	if (!r->where.n && r->peer_mac.n) {
		cell->joint = STR(" ");
		cell->tail = STR("(device)");
	}
}

/* And where it is, if not outside. */
static void
tagged_cell(const struct table_row *r, struct table_cell *cell)
{
	static const struct {
		const char *where, *tag;
	} tags[] = {
		{ "lan", "(lan)" }, { "gateway", "(gateway)" },
		{ "multicast", "(multicast)" },
		{ "broadcast", "(broadcast)" },
	};
	size_t i;

	peer_cell(r, cell);
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		if (str_eq(r->where, str_of(tags[i].where))) {
			cell->joint = STR(" ");
			cell->tail = str_of(tags[i].tag);
		}
	}
}

static struct str
text_of(enum table_kind kind, const struct table_row *r)
{
	switch (kind) {
	case TABLE_AGENT:
		return r->agent;
	case TABLE_NAME:
		return r->name;
	case TABLE_SERVICE:
		return r->service;
	case TABLE_WHERE:
		return r->where;
	case TABLE_PROTO:
		return proto_name(r->proto);
	case TABLE_DIR:
		return r->dir;
	case TABLE_WEEKDAY:
		return r->weekday;
	default:
		return (struct str){ NULL, 0 };
	}
}

void
table_cell_of(const struct table_opts *o, enum table_kind kind,
    const struct table_row *r, struct table_cell *cell)
{
	memset(cell, 0, sizeof(*cell));
	if (kind == TABLE_DEVICE)
		set(cell, r->device, "(several)");
	else if (kind == TABLE_PEER)
		peer_cell(r, cell);
	else if (kind == TABLE_TAGGED)
		tagged_cell(r, cell);
	else if (kind == TABLE_SPOT)
		spot_cell(r, cell);
	else if (kind == TABLE_SORTED)
		sorted_cell(o->sort, r, cell);
	else if (kind == TABLE_PORT && TABLE_ROW_HAS(r, port))
		scratch_number(cell, r->port);
	else if (kind == TABLE_HOUR && TABLE_ROW_HAS(r, hour))
		scratch_number(cell, r->hour);
	else if (kind == TABLE_AGENT || kind == TABLE_NAME ||
	    kind == TABLE_SERVICE)
		set(cell, text_of(kind, r), "-");
	else
		set_word(cell, text_of(kind, r));
}

size_t
table_cell_tail(const struct table_cell *cell, bool utf8)
{
	return cell->joint.n + table_columns(cell->tail, utf8);
}

size_t
table_cell_least(const struct table_cell *cell, bool utf8)
{
	size_t n = table_columns(cell->text, utf8);

	return cell->whole || n < FAIR ? n : FAIR;
}

void
table_cell_put(struct table_line *l, const struct table_cell *cell,
    size_t room)
{
	size_t tail = table_cell_tail(cell, l->utf8), has = room;

	if (cell->right) {
		table_put_right(l, cell->text, room, TABLE_PLAIN);
		return;
	}
	/* The tail gives way when it leaves too little of the text. */
	if (tail + table_cell_least(cell, l->utf8) <= room)
		has -= tail;
	else
		tail = 0;
	table_put(l, cell->text, has, cell->cut, TABLE_PLAIN);
	if (tail) {
		table_put(l, cell->joint, cell->joint.n, TABLE_CUT_END,
		    TABLE_DIM);
		table_put(l, cell->tail, tail, TABLE_CUT_END, TABLE_DIM);
	}
}
