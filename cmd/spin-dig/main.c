/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "by.h"
#include "dig.h"
#include "init.h"
#include "look.h"
#include "msg.h"
#include "num.h"
#include "opt.h"
#include "services.h"
#include "sig.h"
#include "tm.h"

#define WINDOW_MAX	(366 * TM_DAY)
#define LOCAL_MAX	64
#define PRETTY_TOP	10	/* of each device, with its peers */

static const char *const bundles[] = { "domain", "host", "address", NULL };

struct args {
	struct dig_opts dig;
	struct prefix local[LOCAL_MAX];
	const char *where;
	struct by_list by;
	uint64_t width;
	int bundle, colour;
	int sort;		/* enum sums_sort; below 0: not given */
	bool total, pretty, csv, window_given;
};

static const char *
take_local(const char *arg, void *ctx)
{
	struct args *a = ctx;

	if (a->dig.join.nlocal == LOCAL_MAX)
		return "is one prefix too many";
	if (prefix_parse(&a->local[a->dig.join.nlocal], arg, strlen(arg)) < 0)
		return "is not a prefix such as 192.168.1.0/24";
	a->dig.join.nlocal++;
	return NULL;
}

static const char *
take_window(const char *arg, void *ctx)
{
	struct args *a = ctx;

	if (num_duration(arg, TM_SECOND, WINDOW_MAX, &a->dig.sums.window) < 0)
		return "is not a time from 1s to 366d";
	a->window_given = true;
	return NULL;
}

static const char *
take_timeout(const char *arg, void *ctx)
{
	struct args *a = ctx;

	return num_duration(arg, TM_SECOND / 1000, WINDOW_MAX,
	    &a->dig.stream.timeout) < 0 ? "is not a time from 1ms to 366d" :
	    NULL;
}

/* Who asks for the busiest gets them; hours and days have an order. */
static enum sums_sort
default_sort(const struct args *a)
{
	if (a->dig.sums.top)
		return SUMS_SORT_BYTES;
	return a->pretty && !(a->dig.sums.by & (SUMS_HOUR | SUMS_WEEKDAY)) ?
	    SUMS_SORT_BYTES : SUMS_SORT_KEY;
}

/* What the options mean together. */
static int
settle(struct args *a, const struct opt_tool *tool)
{
	struct dig_opts *d = &a->dig;

	if (a->total && a->window_given)
		return opt_usage(tool, "--total and --window do not go "
		    "together");
	if (a->pretty && a->csv)
		return opt_usage(tool, "--pretty and --csv do not go "
		    "together");
	if (d->flows && (a->pretty || a->csv))
		return opt_usage(tool, "--flows passes records on, which "
		    "--pretty and --csv do not");
	if (a->total)
		d->sums.window = 0;
	d->form = a->pretty ? DIG_PRETTY : a->csv ? DIG_CSV : DIG_JSON;
	d->join.local = a->local;
	d->join.bundle = (enum join_bundle)a->bundle;
	d->sums.sort = a->sort < 0 ? default_sort(a) :
	    (enum sums_sort)a->sort;
	d->sums.fold = d->form != DIG_JSON || d->sums.top;
	if (a->pretty) {
		d->table = (struct table_opts){
			.width = (size_t)a->width,
			.by = d->sums.by,
			.sort = d->sums.sort,
			.top = d->sums.top,
			.total = a->total,
			.colour = look_colour((enum look)a->colour),
			.utf8 = look_utf8(),
		};
		if (!d->table.top && d->sums.by == SUMS_BY_ALL)
			d->table.top = PRETTY_TOP;
		d->sums.sort = SUMS_SORT_KEY;
		d->sums.top = 0;
	}
	return OPT_RUN;
}

static int
parse(struct args *a, int *argc, char **argv)
{
	struct dig_opts *d = &a->dig;
	const struct opt table[] = {
		OPT_CALL('w', "window", "DUR", "length of a window (60s)",
		    take_window, a),
		OPT_FLAG(0, "total", "all of the input is one window",
		    &a->total),
		OPT_CALL(0, "by", "LIST", "members to sum by, as device,peer",
		    by_parse, &a->by),
		OPT_STR(0, "where", "EXPR", "only these, as 'port=23 or "
		    "peer~*.ru'", &a->where),
		OPT_U64(0, "top", "N", "rows of each window (of each device "
		    "with -p)", &d->sums.top, 1, UINT32_MAX),
		OPT_CHOICE(0, "sort", "MEMBER", "largest first; bytes with "
		    "--top", &a->sort, by_sorts),
		OPT_FLAG(0, "flows", "pass flows on, with device, name, peer "
		    "and where", &d->flows),
		OPT_CALL('l', "local", "PREFIX", "home prefix; repeatable",
		    take_local, a),
		OPT_CHOICE(0, "bundle", "WHAT", "peers by domain, host or "
		    "address", &a->bundle, bundles),
		OPT_DUR(0, "grace", "DUR", "how long names outlive their TTL "
		    "(1h)", &d->join.names.grace, 0, WINDOW_MAX),
		OPT_DUR(0, "late", "DUR", "how late a record may come (1h)",
		    &d->late, 0, WINDOW_MAX),
		OPT_FLAG('p', "pretty", "tables for people", &a->pretty),
		OPT_U64(0, "width", "N", "columns of -p (80)", &a->width,
		    TABLE_WIDTH_MIN, 1000),
		OPT_CHOICE(0, "color", "WHEN", "auto, always or never",
		    &a->colour, look_words),
		OPT_STR(0, "makers", "FILE", "makers by MAC, as IEEE's oui.txt",
		    &d->makers),
		OPT_FLAG(0, "csv", "comma-separated values", &a->csv),
		OPT_U64('c', "count", "N", "stop after N records",
		    &d->stream.count, 1, UINT64_MAX),
		OPT_CALL('t', "timeout", "DUR", "stop after this time",
		    take_timeout, a),
		OPT_FLAG('S', "strict", "the first bad record ends it",
		    &d->stream.strict),
		OPT_FLAG('u', "unbuffered", "write each record at once",
		    &d->unbuffered),
		OPT_STANDARD,
		OPT_END,
	};
	const struct opt_tool tool = {
		"spin-dig", "[OPTION]... [FILE]...",
		"sum flows up by device and peer, by name", table,
		"FILE is saved records, or - for stdin, as without any.",
	};
	int status = opt_parse(&tool, argc, argv);

	return status == OPT_RUN ? settle(a, &tool) : status;
}

/* The expression and a mark below what is wrong with it. */
static int
parse_where(const char *text, struct where **where)
{
	struct where_err err;

	if (!text)
		return OPT_RUN;
	*where = where_new(text, &err);
	if (*where)
		return OPT_RUN;
	msg_error("--where: %s", err.what);
	look_caret(text, err.at, err.n);
	return SPIN_EXIT_USAGE;
}

static int
run(struct args *a, int argc, char **argv)
{
	struct bundle *domains = NULL;
	struct services *services = services_new(SERVICES_FILE);
	int status;

	if (a->bundle == JOIN_DOMAIN && !(domains = bundle_new()))
		msg_warn("no list of public suffixes: peers are hosts");
	a->dig.join.domains = domains;
	a->dig.join.services = services;
	sig_init();
	status = dig_run(&a->dig, argc - 1, argv + 1);
	services_free(services);
	bundle_free(domains);
	sig_reraise();
	return status;
}

int
main(int argc, char **argv)
{
	struct args a = {
		.dig = { .join = JOIN_OPTS_INIT, .sums = SUMS_OPTS_INIT,
		    .late = TM_HOUR },
		.width = 80,
		.sort = -1,
	};
	struct where *where = NULL;
	int status;

	spin_init("spin-dig");
	a.by.by = &a.dig.sums.by;
	status = parse(&a, &argc, argv);
	if (status == OPT_RUN)
		status = parse_where(a.where, &where);
	if (status == OPT_RUN) {
		a.dig.where = where;
		status = run(&a, argc, argv);
	}
	where_free(where);
	return status;
}
