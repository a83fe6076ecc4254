/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdlib.h>

#include "buf.h"
#include "idle.h"
#include "init.h"
#include "msg.h"
#include "opt.h"
#include "pretty.h"
#include "read.h"
#include "sig.h"

#define SECOND		INT64_C(1000000)
#define DAY		(86400 * SECOND)
#define FLOWS_MAX	(UINT64_C(1) << 24)
#define FILTER_MAX	65536
#define AGENT_MAX	64

static const char *const readers[] = { "auto", "own", "pcap", NULL };

struct args {
	struct read_opts run;
	struct opt_list files;
	uint64_t max_flows, seed;
	int reader;
};

/* What stands in every stream record: short, and harmless wherever shown. */
static const char *
take_agent(const char *arg, void *ctx)
{
	const char **agent = ctx, *p;

	for (p = arg; *p > ' ' && *p < 0x7f; p++)
		;
	if (*p || p == arg || p - arg > AGENT_MAX)
		return "is not 1 to 64 printable characters without blanks";
	*agent = arg;
	return NULL;
}

/* The operands are one expression, as tcpdump takes them. */
static const char *
join(struct buf *b, int argc, char **argv)
{
	int i;

	if (argc < 2)
		return NULL;
	for (i = 1; i < argc; i++) {
		if (i > 1)
			buf_putc(b, ' ');
		buf_puts(b, argv[i]);
	}
	buf_putc(b, '\0');
	return b->failed ? NULL : b->p;
}

static int
parse(struct args *a, struct buf *filter, int argc, char **argv)
{
	struct capture_opts *c = &a->run.capture;
	const struct opt table[] = {
		OPT_LIST('r', "read", "FILE", "saved packets, pcap or pcapng; "
		    "- is stdin; repeatable", &a->files),
		OPT_DUR(0, "active", "DUR", "report running flows so often "
		    "(60s)", &c->active, SECOND, DAY),
		OPT_CALL(0, "idle", "LIST", "when silent flows end, "
		    "tcp=10m,udp=2m,...", idle_parse, c->flow.idle),
		OPT_U64(0, "max-flows", "N", "flows at once (65536)",
		    &a->max_flows, 1, FLOWS_MAX),
		OPT_DUR(0, "stats", "DUR", "write stats so often (60s)",
		    &c->stats, SECOND, DAY),
		OPT_CALL(0, "agent", "NAME", "name of this agent in the stream",
		    take_agent, &c->agent),
		OPT_FLAG(0, "community-id", "add community ids to flows",
		    &c->community_id),
		OPT_U64(0, "community-seed", "N", "seed of community ids (0)",
		    &a->seed, 0, 65535),
		OPT_U64('c', "count", "N", "stop after N records",
		    &a->run.count, 1, UINT64_MAX),
		OPT_FLAG('u', "unbuffered", "write each record at once",
		    &a->run.unbuffered),
		OPT_FLAG('p', "pretty", "text for people: a line for each "
		    "flow, a summary", &a->run.pretty),
		OPT_U64(0, "width", "N", "columns of -p (80)", &a->run.width,
		    PRETTY_WIDTH_MIN, 1000),
		OPT_CHOICE(0, "reader", "WHICH", "auto, own or pcap (libpcap)",
		    &a->reader, readers),
		OPT_STANDARD,
		OPT_END,
	};
	const struct opt_tool tool = {
		"spin-capture", "-r FILE [OPTION]... [FILTER]",
		"turn packets into flow, dns and device records", table,
		"FILTER is a pcap-filter(7) expression.",
	};
	int status = opt_parse(&tool, &argc, argv);

	if (status != OPT_RUN)
		return status;
	if (a->files.n == 0)
		return opt_usage(&tool, "no packets to read: name a capture "
		    "with -r");
	c->filter = join(filter, argc, argv);
	if (filter->failed)
		return opt_usage(&tool, "the filter is too long");
	return OPT_RUN;
}

int
main(int argc, char **argv)
{
	struct args a = {
		.run = { .capture = CAPTURE_OPTS_INIT, .width = 80 },
		.max_flows = 65536,
	};
	struct buf filter;
	int status;

	spin_init("spin-capture");
	buf_init(&filter, FILTER_MAX);
	status = parse(&a, &filter, argc, argv);
	if (status == OPT_RUN) {
		a.run.files = a.files.v;
		a.run.nfiles = a.files.n;
		a.run.capture.flow.max = (uint32_t)a.max_flows;
		a.run.capture.community_seed = (uint16_t)a.seed;
		a.run.reader = (enum capfile_reader)a.reader;
		sig_init();
		status = read_files(&a.run);
		sig_reraise();
	}
	opt_list_release(&a.files);
	buf_release(&filter);
	return status;
}
