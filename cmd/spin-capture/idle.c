/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "idle.h"

#include <string.h>

#include "num.h"

#define IDLE_MIN	INT64_C(1000000)
#define IDLE_MAX	(INT64_C(7) * 86400 * 1000000)

static const char *const names[FLOW_CLASSES] = {
	[FLOW_CLASS_TCP] = "tcp", [FLOW_CLASS_SYN] = "syn",
	[FLOW_CLASS_ENDED] = "ended", [FLOW_CLASS_UDP] = "udp",
	[FLOW_CLASS_DNS] = "dns", [FLOW_CLASS_ICMP] = "icmp",
	[FLOW_CLASS_OTHER] = "other",
};

static int
class_named(const char *s, size_t n)
{
	int i;

	for (i = 0; i < FLOW_CLASSES; i++) {
		if (strlen(names[i]) == n && memcmp(names[i], s, n) == 0)
			return i;
	}
	return -1;
}

/* One NAME=DURATION of `n` bytes. */
static const char *
parse_one(const char *s, size_t n, int64_t *idle)
{
	const char *eq = memchr(s, '=', n);
	char text[32];
	size_t len;
	int class;

	if (!eq)
		return "is not NAME=DURATION,...";
	class = class_named(s, (size_t)(eq - s));
	if (class < 0)
		return "names another than tcp, syn, ended, udp, dns, icmp, "
		    "other";
	len = n - (size_t)(eq + 1 - s);
	if (len >= sizeof(text))
		return "has a duration that is too long";
	memcpy(text, eq + 1, len);
	text[len] = '\0';
	if (num_duration(text, IDLE_MIN, IDLE_MAX, &idle[class]) < 0)
		return "has a duration that is not one of 1s to 7d";
	return NULL;
}

const char *
idle_parse(const char *arg, void *ctx)
{
	const char *wrong;
	size_t n;

	for (;; arg += n + 1) {
		n = strcspn(arg, ",");
		wrong = parse_one(arg, n, ctx);
		if (wrong || arg[n] == '\0')
			return wrong;
	}
}
