/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "by.h"

#include <stddef.h>

#include "attr.h"
#include "str.h"

static const struct {
	const char *name;
	enum sums_by by;
} members[] = {
	{ "agent", SUMS_AGENT },
	{ "device", SUMS_DEVICE },
	{ "name", SUMS_NAME },
	{ "peer", SUMS_PEER },
	{ "where", SUMS_WHERE },
	{ "proto", SUMS_PROTO },
	{ "port", SUMS_PORT },
	{ "service", SUMS_SERVICE },
	{ "dir", SUMS_DIR },
	{ "hour", SUMS_HOUR },
	{ "weekday", SUMS_WEEKDAY },
};

const char *const by_sorts[] = { "key", "bytes", "bytes_out", "bytes_in",
	"pkts", "pkts_out", "pkts_in", "flows", "unanswered", "first", "last",
	NULL };

const char *
by_name(enum sums_by by)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].by == by)
			return members[i].name;
	return NULL;
}

static unsigned
member(struct str word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(members); i++)
		if (str_eq(str_of(members[i].name), word))
			return members[i].by;
	return 0;
}

const char *
by_parse(const char *list, void *ctx)
{
	unsigned *by = ctx, sum = 0, one;
	const char *p = list;
	size_t n;

	for (;;) {
		n = strcspn(p, ",");
		one = member((struct str){ p, n });
		if (!one && n == 4 && memcmp(p, "host", n) == 0)
			return "has no member host: --by peer --bundle host";
		if (!one)
			return "is not a list of agent, device, name, peer, "
			    "where, proto, port, service, dir, hour, weekday";
		sum |= one;
		if (!p[n])
			break;
		p += n + 1;
	}
	*by = sum;
	return NULL;
}
