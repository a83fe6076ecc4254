/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "idle.h"

#include "../tap.h"

#define SECOND	INT64_C(1000000)
#define DAY	(86400 * SECOND)

/* Values as read; 0: as it was. */
static const struct {
	const char *arg;
	int64_t want[FLOW_CLASSES];
} good[] = {
	{ "tcp=10m", { [FLOW_CLASS_TCP] = 600 * SECOND } },
	{ "tcp=10m,udp=90s", { [FLOW_CLASS_TCP] = 600 * SECOND,
	    [FLOW_CLASS_UDP] = 90 * SECOND } },
	{ "syn=1s", { [FLOW_CLASS_SYN] = SECOND } },
	{ "ended=7d", { [FLOW_CLASS_ENDED] = 7 * DAY } },
	{ "dns=2500ms", { [FLOW_CLASS_DNS] = 5 * SECOND / 2 } },
	{ "icmp=1.5", { [FLOW_CLASS_ICMP] = 3 * SECOND / 2 } },
	{ "other=0.5h", { [FLOW_CLASS_OTHER] = 1800 * SECOND } },
	{ "udp=1,udp=2", { [FLOW_CLASS_UDP] = 2 * SECOND } },
	{ "other=7,icmp=6,dns=5,udp=4,ended=3,syn=2,tcp=1", {
	    [FLOW_CLASS_TCP] = SECOND, [FLOW_CLASS_SYN] = 2 * SECOND,
	    [FLOW_CLASS_ENDED] = 3 * SECOND, [FLOW_CLASS_UDP] = 4 * SECOND,
	    [FLOW_CLASS_DNS] = 5 * SECOND, [FLOW_CLASS_ICMP] = 6 * SECOND,
	    [FLOW_CLASS_OTHER] = 7 * SECOND } },
	{ "tcp=604800", { [FLOW_CLASS_TCP] = 7 * DAY } },
	{ "tcp=1000ms", { [FLOW_CLASS_TCP] = SECOND } },
};

/* What is wrong, and a word of what is said about it. */
static const struct {
	const char *arg, *says;
} bad[] = {
	{ "", "NAME=DURATION" },
	{ "tcp", "NAME=DURATION" },
	{ ",", "NAME=DURATION" },
	{ "tcp=10m,", "NAME=DURATION" },
	{ ",tcp=10m", "NAME=DURATION" },
	{ "tcp=10m,,udp=1m", "NAME=DURATION" },
	{ "tcp,udp=1m", "NAME=DURATION" },
	{ "=10m", "names another" },
	{ "TCP=10m", "names another" },
	{ "tc=10m", "names another" },
	{ "tcpp=10m", "names another" },
	{ " tcp=10m", "names another" },
	{ "sctp=10m", "names another" },
	{ "tcp=", "1s to 7d" },
	{ "tcp=0", "1s to 7d" },
	{ "tcp=999ms", "1s to 7d" },
	{ "tcp=-5", "1s to 7d" },
	{ "tcp=8d", "1s to 7d" },
	{ "tcp=604801", "1s to 7d" },
	{ "tcp=10x", "1s to 7d" },
	{ "tcp=10m ", "1s to 7d" },
	{ "tcp==10m", "1s to 7d" },
	{ "tcp=10m;udp=1m", "1s to 7d" },
	{ "tcp=99999999999999999999", "1s to 7d" },
	{ "tcp=1000000000000000000000000000000000000", "too long" },
};

/* The text in memory of its own length, so that ASan sees an overrun. */
static const char *
parse(const char *arg, int64_t *idle)
{
	size_t n = strlen(arg) + 1;
	char *copy = malloc(n);
	const char *wrong;

	if (!copy)
		abort();
	memcpy(copy, arg, n);
	wrong = idle_parse(copy, idle);
	free(copy);
	return wrong;
}

static void
check_good(void)
{
	int64_t idle[FLOW_CLASSES];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		memset(idle, 0, sizeof(idle));
		tap_str(parse(good[i].arg, idle), NULL, "%s", good[i].arg);
		tap_mem(idle, sizeof(idle), good[i].want, sizeof(idle),
		    "%s: what it sets", good[i].arg);
	}
}

static void
check_bad(void)
{
	int64_t idle[FLOW_CLASSES] = { 0 };
	const char *wrong;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		wrong = parse(bad[i].arg, idle);
		tap_ok(wrong && strstr(wrong, bad[i].says), "\"%s\" %s",
		    bad[i].arg, wrong ? wrong : "was taken");
	}
}

int
main(void)
{
	check_good();
	check_bad();
	return tap_done();
}
