/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "xalloc.h"

/* Digests may say anything: sums stay at the most there is. */
static void
add(uint64_t *to, uint64_t n)
{
	*to = n > UINT64_MAX - *to ? UINT64_MAX : *to + n;
}

void
table_sum_add(struct table_sum *to, const struct table_sum *s)
{
	add(&to->flows, s->flows);
	add(&to->unanswered, s->unanswered);
	add(&to->asked, s->asked);
	add(&to->lost, s->lost);
	add(&to->pkts_out, s->pkts_out);
	add(&to->bytes_out, s->bytes_out);
	add(&to->pkts_in, s->pkts_in);
	add(&to->bytes_in, s->bytes_in);
	if (s->first < to->first)
		to->first = s->first;
	if (s->last > to->last)
		to->last = s->last;
}

uint64_t
table_sum_bytes(const struct table_sum *s)
{
	uint64_t n = s->bytes_out;

	add(&n, s->bytes_in);
	return n;
}

/* Texts of a row that come from a digest. */
#define TEXTS(X) \
	X(agent) X(device) X(name) X(peer) X(peer_mac) X(where) X(proto) \
	X(service) X(dir) X(weekday)

static size_t
texts_size(const struct rec *r)
{
	size_t n = 0;

#define X(field) n += REC_HAS(r, DIGEST, field) ? r->u.digest.field.n : 0;
	TEXTS(X)
#undef X
	return n;
}

static struct str
copy(char **to, struct str s)
{
	struct str text = { *to, s.n };

	if (s.n)
		memcpy(*to, s.p, s.n);
	*to += s.n;
	return text;
}

/* Whether it went to many: by where they are, else by the addresses. */
static bool
is_to_many(const struct table_row *row, const struct rec *r)
{
	const struct addrs *list = &r->u.digest.peer_ip;
	struct addr a;
	size_t i;

	if (row->where.n)
		return str_eq(row->where, STR("multicast")) ||
		    str_eq(row->where, STR("broadcast"));
	if (row->peer.n && addr_parse(&a, row->peer.p, row->peer.n) == 0)
		return addr_is_multicast(&a);
	if (!REC_HAS(r, DIGEST, peer_ip))
		return false;
	for (i = 0; i < list->n && addr_is_multicast(&list->v[i]); i++)
		continue;
	return list->n && i == list->n;
}

static void
copy_sums(struct table_row *row, const struct rec *r)
{
	row->sum = (struct table_sum)TABLE_SUM_NONE;
#define X(field) \
	if (REC_HAS(r, DIGEST, field)) \
		row->sum.field = r->u.digest.field;
	X(flows) X(unanswered) X(pkts_out) X(bytes_out) X(pkts_in)
	X(bytes_in) X(first) X(last)
#undef X
	if (is_to_many(row, r))
		return;
	row->sum.asked = row->sum.flows;
	row->sum.lost = row->sum.unanswered;
}

static struct table_row *
new_row(const struct rec *r)
{
	struct table_row *row = xmalloc(sizeof(*row) + texts_size(r));
	char *to = (char *)(row + 1);

	memset(row, 0, sizeof(*row));
	row->has = r->has;
#define X(field) \
	if (REC_HAS(r, DIGEST, field)) \
		row->field = copy(&to, r->u.digest.field);
	TEXTS(X)
#undef X
	if (REC_HAS(r, DIGEST, port))
		row->port = r->u.digest.port;
	if (REC_HAS(r, DIGEST, hour))
		row->hour = r->u.digest.hour;
	copy_sums(row, r);
	row->label = row->peer;
	return row;
}

void
table_rows_add(struct table_window *w, const struct rec *r)
{
	if (w->nrows == w->room) {
		w->room = w->room ? 2 * w->room : 64;
		w->rows = xreallocarray(w->rows, w->room, sizeof(*w->rows));
	}
	if (w->nrows == 0) {
		w->ts = r->ts;
		w->length = REC_HAS(r, DIGEST, window) ?
		    r->u.digest.window : -1;
	}
	w->rows[w->nrows] = new_row(r);
	w->rows[w->nrows]->seq = w->nrows;
	w->nrows++;
}

void
table_rows_free(struct table_window *w)
{
	size_t i;

	for (i = 0; i < w->nrows; i++)
		free(w->rows[i]);
	free(w->rows);
	free(w->groups);
	*w = (struct table_window){ .rows = NULL };
}

/* Times in the order of unsigned numbers. */
static uint64_t
ordered(int64_t us)
{
	return (uint64_t)us ^ UINT64_C(1) << 63;
}

static uint64_t
rank(enum sums_sort sort, const struct table_sum *s)
{
	uint64_t n;

	switch (sort) {
	case SUMS_SORT_BYTES_OUT:
		return s->bytes_out;
	case SUMS_SORT_BYTES_IN:
		return s->bytes_in;
	case SUMS_SORT_PKTS:
		n = s->pkts_out;
		add(&n, s->pkts_in);
		return n;
	case SUMS_SORT_PKTS_OUT:
		return s->pkts_out;
	case SUMS_SORT_PKTS_IN:
		return s->pkts_in;
	case SUMS_SORT_FLOWS:
		return s->flows;
	case SUMS_SORT_UNANSWERED:
		return s->unanswered;
	case SUMS_SORT_FIRST:
		return UINT64_MAX - ordered(s->first);
	case SUMS_SORT_LAST:
		return ordered(s->last);
	case SUMS_SORT_KEY:
		return 0;
	case SUMS_SORT_BYTES:
		break;
	}
	return table_sum_bytes(s);
}

static int
compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_str(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	return d ? d : compare_u64(a.n, b.n);
}

static int
compare_device(struct str agent, struct str device, struct str agent2,
    struct str device2)
{
	int d = compare_str(agent, agent2);

	return d ? d : compare_str(device, device2);
}

/* Monday is 1; absent ones come first, and what is no day last. */
static unsigned
day_number(struct str day)
{
	static const char days[7][4] = { "mon", "tue", "wed", "thu", "fri",
		"sat", "sun" };
	unsigned i;

	for (i = 0; i < 7; i++)
		if (str_eq(day, (struct str){ days[i], 3 }))
			break;
	return day.n ? i + 1 : 0;
}

static int
compare_number(bool has, uint64_t n, bool has2, uint64_t n2)
{
	int d = has - has2;

	return d || !has ? d : compare_u64(n, n2);
}

/* In the order of enum sums_by; absent members first. */
static int
compare_key(const struct table_row *r, const struct table_row *s)
{
	int d;

	if ((d = compare_device(r->agent, r->device, s->agent, s->device)) ||
	    (d = compare_str(r->name, s->name)) ||
	    (d = compare_str(r->label, s->label)) ||
	    (d = compare_str(r->peer_mac, s->peer_mac)) ||
	    (d = compare_str(r->where, s->where)) ||
	    (d = compare_str(r->proto, s->proto)) ||
	    (d = compare_number(TABLE_ROW_HAS(r, port), r->port,
	    TABLE_ROW_HAS(s, port), s->port)) ||
	    (d = compare_str(r->service, s->service)) ||
	    (d = compare_str(r->dir, s->dir)) ||
	    (d = compare_number(TABLE_ROW_HAS(r, hour), r->hour,
	    TABLE_ROW_HAS(s, hour), s->hour)) ||
	    (d = compare_u64(day_number(r->weekday), day_number(s->weekday))))
		return d;
	return compare_str(r->weekday, s->weekday);
}

static int
by_key(const void *a, const void *b)
{
	const struct table_row *r = *(struct table_row *const *)a;
	const struct table_row *s = *(struct table_row *const *)b;
	int d = compare_key(r, s);

	return d ? d : compare_u64(r->seq, s->seq);
}

static int
by_rank(const void *a, const void *b)
{
	const struct table_row *r = *(struct table_row *const *)a;
	const struct table_row *s = *(struct table_row *const *)b;
	int d = compare_u64(s->rank, r->rank);

	return d ? d : compare_u64(r->seq, s->seq);
}

static int
by_device(const void *a, const void *b)
{
	const struct table_row *r = *(struct table_row *const *)a;
	const struct table_row *s = *(struct table_row *const *)b;
	int d = compare_device(r->agent, r->device, s->agent, s->device);

	return d ? d : compare_u64(r->seq, s->seq);
}

static int
groups_by_rank(const void *a, const void *b)
{
	const struct table_group *g = a, *h = b;
	int d = compare_u64(h->rank, g->rank);

	return d ? d : compare_u64(g->seq, h->seq);
}

static int
groups_by_key(const void *a, const void *b)
{
	const struct table_group *g = a, *h = b;

	return compare_device(g->agent, g->device, h->agent, h->device);
}

static void
sort_rows(struct table_row **rows, size_t n, enum sums_sort sort)
{
	qsort(rows, n, sizeof(struct table_row *),
	    sort == SUMS_SORT_KEY ? by_key : by_rank);
}

/* The two ends of traffic between devices, in an order of their own. */
static struct str
low_end(const struct table_row *r)
{
	return compare_str(r->device, r->peer_mac) < 0 ? r->device :
	    r->peer_mac;
}

static struct str
high_end(const struct table_row *r)
{
	return compare_str(r->device, r->peer_mac) < 0 ? r->peer_mac :
	    r->device;
}

static struct str
beginner(const struct table_row *r)
{
	if (str_eq(r->dir, STR("out")))
		return r->device;
	return str_eq(r->dir, STR("in")) ? r->peer_mac : r->dir;
}

/* Whether two rows are of the same traffic, perhaps seen from either end. */
static int
compare_traffic(const struct table_row *r, const struct table_row *s)
{
	const uint64_t numbers = REC_BIT(DIGEST, port) | REC_BIT(DIGEST, hour);
	int d;

	if ((d = compare_device(r->agent, low_end(r), s->agent, low_end(s))) ||
	    (d = compare_str(high_end(r), high_end(s))) ||
	    (d = compare_str(beginner(r), beginner(s))) ||
	    (d = compare_str(r->proto, s->proto)) ||
	    (d = compare_u64(r->has & numbers, s->has & numbers)) ||
	    (d = compare_u64(r->port, s->port)) ||
	    (d = compare_u64(r->hour, s->hour)) ||
	    (d = compare_str(r->weekday, s->weekday)))
		return d;
	return compare_str(r->service, s->service);
}

static int
by_traffic(const void *a, const void *b)
{
	const struct table_row *r = *(struct table_row *const *)a;
	const struct table_row *s = *(struct table_row *const *)b;
	int d = compare_traffic(r, s);

	return d ? d : compare_u64(r->seq, s->seq);
}

/* Of traffic between two devices what the one says that began, if it does. */
static void
sum_pairs(struct table_window *w, struct table_row **rows, size_t n)
{
	const struct table_row *one;
	size_t i, k;
	bool said;

	qsort(rows, n, sizeof(struct table_row *), by_traffic);
	for (i = 0; i < n; i = k) {
		one = rows[i];
		said = false;
		for (k = i; k < n && compare_traffic(rows[k], one) == 0; k++)
			said |= str_eq(rows[k]->device, beginner(one));
		for (k = i; k < n && compare_traffic(rows[k], one) == 0; k++)
			if (str_eq(rows[k]->device,
			    said ? beginner(one) : one->device))
				table_sum_add(&w->sum, &rows[k]->sum);
	}
}

static void
sum_all(struct table_window *w, bool devices)
{
	struct table_row **pairs = xreallocarray(NULL, w->nrows,
	    sizeof(struct table_row *));
	size_t i, n = 0;

	w->sum = (struct table_sum)TABLE_SUM_NONE;
	for (i = 0; i < w->nrows; i++) {
		if (devices && w->rows[i]->device.n && w->rows[i]->peer_mac.n)
			pairs[n++] = w->rows[i];
		else
			table_sum_add(&w->sum, &w->rows[i]->sum);
	}
	if (n)
		sum_pairs(w, pairs, n);
	free(pairs);
}

/* Rows i to k - 1 are those of one device. */
static void
add_group(struct table_window *w, size_t i, size_t k, enum sums_sort sort)
{
	struct table_group *g = &w->groups[w->ngroups++];

	*g = (struct table_group){ .rows = w->rows + i, .nrows = k - i,
	    .sum = TABLE_SUM_NONE, .agent = w->rows[i]->agent,
	    .device = w->rows[i]->device, .seq = w->rows[i]->seq };
	for (; i < k; i++) {
		table_sum_add(&g->sum, &w->rows[i]->sum);
		if (w->rows[i]->name.n)
			g->name = w->rows[i]->name;
	}
	g->rank = rank(sort, &g->sum);
}

static const struct table_group *
find_group(const struct table_window *w, struct str agent, struct str device)
{
	size_t from = 0, to = w->ngroups, at;
	int d;

	while (from < to) {
		at = from + (to - from) / 2;
		d = compare_device(agent, device, w->groups[at].agent,
		    w->groups[at].device);
		if (d == 0)
			return &w->groups[at];
		if (d > 0)
			from = at + 1;
		else
			to = at;
	}
	return NULL;
}

/*
 * A device that a row knows by its MAC alone may have a name by now. No rows
 * become one by that: a device is one peer whatever it is called (sums.h).
 */
static void
name_peers(struct table_window *w)
{
	const struct table_group *g;
	struct table_row *r;
	size_t i;

	for (i = 0; i < w->nrows; i++) {
		r = w->rows[i];
		if (!r->peer.n || !str_eq(r->peer, r->peer_mac))
			continue;
		g = find_group(w, r->agent, r->peer);
		if (g && g->name.n)
			r->label = g->name;
	}
}

static int
by_label(const void *a, const void *b)
{
	const struct table_row *r = *(struct table_row *const *)a;
	const struct table_row *s = *(struct table_row *const *)b;
	int d = compare_device(r->agent, r->label, s->agent, s->label);

	return d ? d : compare_str(r->peer_mac, s->peer_mac);
}

/* Peers that are devices of one name are called by their MACs. */
static void
part_peers(struct table_window *w)
{
	struct table_row **rows = xreallocarray(NULL, w->nrows,
	    sizeof(struct table_row *)), *one;
	size_t n = 0, i, k;

	for (i = 0; i < w->nrows; i++)
		if (w->rows[i]->peer_mac.n)
			rows[n++] = w->rows[i];
	qsort(rows, n, sizeof(struct table_row *), by_label);
	for (i = 0; i < n; i = k) {
		one = rows[i];
		for (k = i + 1; k < n && compare_device(rows[k]->agent,
		    rows[k]->label, one->agent, one->label) == 0; k++)
			continue;
		if (str_eq(rows[k - 1]->peer_mac, one->peer_mac))
			continue;
		for (; i < k; i++)
			rows[i]->label = rows[i]->peer_mac;
	}
	free(rows);
}

static void
make_groups(struct table_window *w, enum sums_sort sort)
{
	size_t i, k;

	w->groups = xreallocarray(NULL, w->nrows, sizeof(*w->groups));
	qsort(w->rows, w->nrows, sizeof(*w->rows), by_device);
	for (i = 0; i < w->nrows; i = k) {
		for (k = i + 1; k < w->nrows; k++)
			if (compare_device(w->rows[k]->agent,
			    w->rows[k]->device, w->rows[i]->agent,
			    w->rows[i]->device))
				break;
		add_group(w, i, k, sort);
	}
	name_peers(w);
	part_peers(w);
	for (i = 0; i < w->ngroups; i++)
		sort_rows(w->groups[i].rows, w->groups[i].nrows, sort);
	qsort(w->groups, w->ngroups, sizeof(*w->groups),
	    sort == SUMS_SORT_KEY ? groups_by_key : groups_by_rank);
}

/* Different ones that have a name, 2 for any more. */
static size_t
count_agents(const struct table_window *w)
{
	struct str one = { NULL, 0 };
	size_t i;

	for (i = 0; i < w->nrows; i++) {
		if (!w->rows[i]->agent.n)
			continue;
		if (one.n && !str_eq(w->rows[i]->agent, one))
			return 2;
		one = w->rows[i]->agent;
	}
	return one.n > 0;
}

void
table_rows_sort(struct table_window *w, const struct table_opts *o)
{
	size_t i;

	w->agents = count_agents(w);
	for (i = 0; i < w->nrows; i++)
		w->rows[i]->rank = rank(o->sort, &w->rows[i]->sum);
	sum_all(w, table_devices_first(o));
	if (table_devices_first(o)) {
		make_groups(w, o->sort);
		return;
	}
	part_peers(w);
	sort_rows(w->rows, w->nrows, o->sort);
}
