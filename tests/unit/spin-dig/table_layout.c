/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table.h"

#include "rows.h"

#define PLUG	"50:c7:bf:00:56:39"
#define TV	"8c:79:f5:12:9a:01"
#define NAS	"00:11:32:aa:bb:cc"

#define BARE	.port = -1

/* What a digest has beside. */
struct row {
	struct in in;
	const char *agent, *weekday;
	int hour;		/* 24: none */
	const char *peer_ip;
};

static void
put(struct table *t, const struct row *row, struct buf *out)
{
	struct addr a;
	struct rec r;

	make(&r, &row->in);
	if (row->agent)
		REC_SET(&r, DIGEST, digest, agent, str_of(row->agent));
	if (row->weekday)
		REC_SET(&r, DIGEST, digest, weekday, str_of(row->weekday));
	if (row->hour != 24)
		REC_SET(&r, DIGEST, digest, hour, (uint64_t)row->hour);
	if (row->peer_ip) {
		if (addr_parse(&a, row->peer_ip, strlen(row->peer_ip)) < 0)
			abort();
		REC_SET(&r, DIGEST, digest, peer_ip, ((struct addrs){ &a, 1 }));
	}
	table_row(t, &r, out);
	unmake(&r);
}

/* The table of these rows, without the heading. */
static void
shows(const struct table_opts *o, const struct row *rows, size_t n,
    const char *want, const char *what)
{
	struct table *t = table_new(o);
	const char *got;
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 16);
	for (i = 0; i < n; i++)
		put(t, &rows[i], &b);
	table_end(t, &b);
	buf_putc(&b, '\0');
	got = strstr(b.p, "\n\n");
	got = got ? got + 2 : b.p;
	if (!tap_ok(strcmp(got, want) == 0, "%s", what))
		printf("# got:\n%s# want:\n%s", got, want);
	buf_release(&b);
	table_free(t);
}

#define SHOWS(o, rows, want, what) \
	shows(o, rows, ARRAY_SIZE(rows), want, what)

static void
check_nothing(void)
{
	struct table_opts o = { .width = 80, .by = SUMS_BY_ALL };
	struct table *t = table_new(&o);
	struct buf b;

	buf_init(&b, 1 << 16);
	table_window_end(t, &b);
	table_end(t, &b);
	table_paragraph(t, STR("and a word"), &b);
	table_end(t, &b);
	buf_putc(&b, '\0');
	tap_str(b.p, "no traffic\n\nand a word\n", "nothing to show is said");
	buf_release(&b);
	table_free(t);
}

/* Beginnings are in one window, what was not answered in another. */
static void
check_alerts(void)
{
	static const struct row rows[] = {
		{ { .proto = "tcp", .port = 1, .flows = 0, .unanswered = 2,
		    .out = 9 }, .hour = 24 },
		{ { .proto = "tcp", .port = 2, .flows = 3, .unanswered = 4,
		    .out = 8 }, .hour = 24 },
		{ { .proto = "tcp", .port = 3, .flows = 3, .unanswered = 1,
		    .out = 7 }, .hour = 24 },
		{ { .proto = "tcp", .port = 4, .flows = 4, .unanswered = 2,
		    .out = 20 << 20 }, .hour = 24 },
	};
	struct table_opts o = { .width = 80, .by = SUMS_PORT,
	    .sort = SUMS_SORT_BYTES };

	SHOWS(&o, rows,
	    "port   out    in flows unans.\n"
	    "   4   20M     0     4      2! #########\n"
	    "   1     9     0     0      2\n"
	    "   2     8     0     3      4!\n"
	    "   3     7     0     3      1\n",
	    "half of those asked is many; no bar gives way, of none is none");
}

/* The addresses say it where `where` does not. */
static void
check_groups(void)
{
	static const struct row rows[] = {
		{ { .device = PLUG, .peer = "239.255.255.250", BARE,
		    .flows = 1, .unanswered = 1, .out = 9 }, .hour = 24 },
		{ { .device = PLUG, .peer = "255.255.255.255", BARE,
		    .flows = 1, .unanswered = 1, .out = 8 }, .hour = 24 },
		{ { .device = PLUG, .peer = "ff02::fb", BARE,
		    .flows = 1, .unanswered = 1, .out = 7 }, .hour = 24 },
		{ { .device = PLUG, .peer = "mdns.local", BARE, .flows = 1,
		    .unanswered = 1, .out = 6 }, .hour = 24,
		    .peer_ip = "224.0.0.251" },
		{ { .device = PLUG, .peer = "223.255.255.1", BARE,
		    .flows = 1, .unanswered = 1, .out = 5 }, .hour = 24 },
		{ { .device = PLUG, .peer = "x.example", BARE, .flows = 1,
		    .unanswered = 1, .out = 4 }, .hour = 24,
		    .peer_ip = "192.0.2.1" },
	};
	struct table_opts o = { .width = 60, .by = SUMS_DEVICE | SUMS_PEER,
	    .sort = SUMS_SORT_BYTES };

	SHOWS(&o, rows,
	    "                              out    in flows unans.\n"
	    PLUG "              39     0     6      6! ######\n"
	    "  239.255.255.250               9     0     1      1  #:\n"
	    "  255.255.255.255               8     0     1      1  #\n"
	    "  ff02::fb                      7     0     1      1  #\n"
	    "  mdns.local                    6     0     1      1  #\n"
	    "  223.255.255.1                 5     0     1      1! #\n"
	    "  x.example                     4     0     1      1! :\n",
	    "multicast and broadcast have nobody who could answer");
}

#define FLAT	(SUMS_DEVICE | SUMS_WHERE | SUMS_PROTO | SUMS_PORT | SUMS_DIR)

static const struct row flat[] = {
	{ { .device = PLUG, .name = "HS110", .where = "internet",
	    .proto = "tcp", .port = 8883, .service = "secure-mqtt",
	    .dir = "out", .flows = 2, .out = 700, .in = 300 }, .hour = 24 },
	{ { .device = TV, .name = "tv", .where = "multicast",
	    .proto = "2", .port = -1, .dir = "out", .flows = 1,
	    .out = 32 }, .hour = 24 },
};

static void
check_flat(void)
{
	struct table_opts o = { .width = 60, .by = FLAT | SUMS_AGENT |
	    SUMS_HOUR | SUMS_WEEKDAY, .sort = SUMS_SORT_BYTES };

	SHOWS(&o, flat,
	    "device            name  where     proto port service     dir\n"
	    "                              out    in flows unans.\n"
	    PLUG " HS110 internet  tcp   8883 secure-mqtt out\n"
	    "                              700   300     2         ######\n"
	    TV " tv    multicast igmp  -    -           out\n"
	    "                               32     0     1\n",
	    "narrow: numbers in lines of their own; nobody's columns go");
	o.width = 80;
	SHOWS(&o, flat,
	    "device            name  where     proto port dir   out    in"
	    " flows unans.\n"
	    PLUG " HS110 internet  tcp   8883 out   700   300     2\n"
	    TV " tv    multicast igmp  -    out    32     0     1\n",
	    "less narrow: neither a bar nor names of ports");
	o.width = 120;
	SHOWS(&o, flat,
	    "device            name  where     proto port service     dir"
	    "   out    in flows unans.\n"
	    PLUG " HS110 internet  tcp   8883 secure-mqtt out   700   300"
	    "     2         ####################\n"
	    TV " tv    multicast igmp  -    -           out    32     0"
	    "     1         :\n", "wide: all of it");
	o.by = SUMS_HOUR;
	SHOWS(&o, flat, "hour   out    in flows unans.\n"
	    "-      700   300     2         ####################\n"
	    "-       32     0     1         :\n",
	    "a column that nobody has, where it is the only one");
}

static void
about(void *ctx, struct str agent, struct str device, struct table_about *a)
{
	(void)ctx;
	(void)agent;
	a->router = str_eq(device, STR(TV));
	a->maker = STR("Samsung Electronics Co.,Ltd");
	a->naddrs = 2;
	a->addrs[0] = STR("192.168.8.9");
	a->addrs[1] = STR("fe80::9");
}

static const struct row peers[] = {
	{ { .device = PLUG, .name = "Living Room Plug", .peer = TV,
	    .peer_mac = TV, .where = "gateway", .proto = "udp", .port = 546,
	    .service = "dhcpv6-client", .dir = "out", .flows = 1,
	    .out = 2048 }, .hour = 24 },
	{ { .device = TV, .peer = "239.255.255.250", .where = "multicast",
	    .proto = "udp", .port = 547, .service = "dhcpv6-server",
	    .dir = "out", .flows = 1, .out = 10 }, .hour = 24 },
};

static void
check_peers(void)
{
	struct table_opts o = { .width = 60, .by = SUMS_BY_ALL,
	    .sort = SUMS_SORT_BYTES, .about = about };

	SHOWS(&o, peers,
	    "                     service         out    in flows unans.\n"
	    "Living Room Plug  Samsung Electr..  2.0K     0     1\n"
	    "  " PLUG "  192.168.8.9  fe80::9\n"
	    "  " TV "  dhcp..ent/udp  2.0K     0     1\n"
	    "\n"
	    TV "  gateway            10     0     1\n"
	    "  192.168.8.9  fe80::9\n"
	    "  239.255.255.250    dhcp..ver/udp    10     0     1\n",
	    "narrow: addresses whole, without tags and bars");
	o.width = 120;
	SHOWS(&o, peers,
	    "                                           service           "
	    "  out    in flows unans.\n"
	    "Living Room Plug  Samsung Electronics Co.,Ltd                "
	    " 2.0K     0     1         ####################\n"
	    "  " PLUG "  192.168.8.9  fe80::9\n"
	    "  " TV " (gateway)              dhcpv6-client/udp "
	    " 2.0K     0     1         ####################\n"
	    "\n"
	    TV "  gateway  Samsung Electronics Co.,Ltd       "
	    "  10     0     1\n"
	    "  192.168.8.9  fe80::9\n"
	    "  239.255.255.250 (multicast)              dhcpv6-server/udp "
	    "   10     0     1\n",
	    "wide: makers, tags and services whole");
}

static void
about_address(void *ctx, struct str agent, struct str device,
    struct table_about *a)
{
	(void)ctx;
	(void)agent;
	(void)device;
	a->naddrs = 3;
	a->addrs[0] = STR("fe80::9");
	a->addrs[1] = STR("192.168.8.9");
	a->addrs[2] = STR("fd00::9");
}

static void
check_address(void)
{
	static const struct row rows[] = {
		{ { .device = "192.168.8.9", .peer = "x.example", BARE,
		    .flows = 1, .out = 1 }, .hour = 24 },
	};
	struct table_opts o = { .width = 60, .by = SUMS_DEVICE | SUMS_PEER,
	    .sort = SUMS_SORT_BYTES, .about = about_address };

	SHOWS(&o, rows,
	    "                              out    in flows unans.\n"
	    "192.168.8.9                     1     0     1         ######\n"
	    "  fe80::9  fd00::9\n"
	    "  x.example                     1     0     1         ######\n",
	    "a device without a MAC: its address is said once");
}

static void
check_agents(void)
{
	static const struct row one[] = {
		{ { BARE, .proto = "tcp", .flows = 1 }, .hour = 24 },
		{ { BARE, .proto = "udp", .flows = 1 }, .hour = 24,
		    .agent = "attic" },
	};
	static const struct row two[] = {
		{ { BARE, .device = PLUG, .peer = "x.example", .flows = 1,
		    .out = 1 }, .hour = 24, .agent = "attic" },
		{ { BARE, .device = TV, .peer = "x.example", .flows = 1 },
		    .hour = 24, .agent = "the-cellar-of-the-neighbours" },
	};
	struct table_opts o = { .width = 60, .by = SUMS_AGENT | SUMS_PROTO,
	    .sort = SUMS_SORT_BYTES };

	SHOWS(&o, one,
	    "proto   out    in flows unans.\n"
	    "tcp       0     0     1\n"
	    "udp       0     0     1\n", "no column for one agent");
	o.by = SUMS_AGENT | SUMS_DEVICE | SUMS_PEER;
	o.about = about;
	SHOWS(&o, two,
	    "                              out    in flows unans.\n"
	    PLUG "  Samsun..     1     0     1         ######\n"
	    "  192.168.8.9  fe80::9  seen by  attic\n"
	    "  x.example                     1     0     1         ######\n"
	    "\n"
	    TV "  gateway      0     0     1\n"
	    "  192.168.8.9  fe80::9\n"
	    "  seen by  the-cellar-of-the-neighbours\n"
	    "  x.example                     0     0     1\n",
	    "two agents: each name in one piece");
}

static void
check_keys(void)
{
	static const struct row rows[] = {
		{ { BARE, .flows = 1, .out = 9 }, .hour = 10,
		    .weekday = "tue" },
		{ { BARE, .flows = 1, .out = 8 }, .hour = 9,
		    .weekday = "sun" },
		{ { BARE, .flows = 1, .out = 7 }, .hour = 9,
		    .weekday = "mon" },
		{ { BARE, .flows = 1, .out = 6 }, .hour = 24 },
		{ { BARE, .flows = 1, .out = 5 }, .hour = 9 },
	};
	struct table_opts o = { .width = 60, .by = SUMS_HOUR | SUMS_WEEKDAY,
	    .sort = SUMS_SORT_KEY };

	SHOWS(&o, rows,
	    "hour  day   out    in flows unans.\n"
	    "-     -       6     0     1         ####\n"
	    "   9  -       5     0     1         ###:\n"
	    "   9  mon     7     0     1         ####:\n"
	    "   9  sun     8     0     1         #####:\n"
	    "  10  tue     9     0     1         ######\n",
	    "by key: by hours, then by days as in the week");
}

/* A device, and one that has its name, and a domain that has it, too. */
static void
check_same_name(void)
{
	static const struct row rows[] = {
		{ { BARE, .device = PLUG, .peer = "a.example", .flows = 1,
		    .out = 9 }, .hour = 24 },
		{ { BARE, .device = PLUG, .peer = "a.example",
		    .peer_mac = TV, .flows = 1, .out = 8 }, .hour = 24 },
		{ { BARE, .device = PLUG, .peer = "lamp", .peer_mac = NAS,
		    .flows = 1, .out = 7 }, .hour = 24 },
		{ { BARE, .device = PLUG, .peer = "lamp",
		    .peer_mac = "00:11:32:aa:bb:cd", .flows = 1, .out = 6 },
		    .hour = 24 },
	};
	struct table_opts o = { .width = 60, .by = SUMS_DEVICE | SUMS_PEER,
	    .sort = SUMS_SORT_BYTES };

	SHOWS(&o, rows,
	    "                                     out    in flows unans.\n"
	    PLUG "                     30     0     4\n"
	    "  a.example                            9     0     1\n"
	    "  a.example (device)                   8     0     1\n"
	    "  " NAS " (device)           7     0     1\n"
	    "  00:11:32:aa:bb:cd (device)           6     0     1\n",
	    "rows of different peers look different");
	o.by = SUMS_PEER;
	SHOWS(&o, rows,
	    "peer                         out    in flows unans.\n"
	    "a.example                      9     0     1         ######\n"
	    "a.example (device)             8     0     1         #####:\n"
	    NAS " (device)     7     0     1         ####:\n"
	    "00:11:32:aa:bb:cd (device)     6     0     1         ####\n",
	    "in flat tables, too");
}

int
main(void)
{
	check_nothing();
	check_alerts();
	check_groups();
	check_flat();
	check_peers();
	check_address();
	check_agents();
	check_keys();
	check_same_name();
	return tap_done();
}
