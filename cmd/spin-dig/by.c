/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "by.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

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

/* What the member that is none may have been meant to be. */
static const char *
say_wrong(struct by_list *to, struct str word)
{
	if (str_eq(word, STR("host")))
		return "has no member host: --by peer --bundle host";
	if (word.n == 0)
		return "has an empty member";
	(void)snprintf(to->wrong, sizeof(to->wrong), "has no member %.*s%s: "
	    "there are agent, device, name, peer, where, proto, port, "
	    "service, dir, hour, weekday", word.n > 20 ? 20 : (int)word.n,
	    word.p, word.n > 20 ? "..." : "");
	return to->wrong;
}

const char *
by_parse(const char *list, void *ctx)
{
	struct by_list *to = ctx;
	unsigned sum = 0, one;
	const char *p = list;
	size_t n;

	for (;;) {
		n = strcspn(p, ",");
		one = member((struct str){ p, n });
		if (!one)
			return say_wrong(to, (struct str){ p, n });
		sum |= one;
		if (!p[n])
			break;
		p += n + 1;
	}
	*to->by = sum;
	return NULL;
}
