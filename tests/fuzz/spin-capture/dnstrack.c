/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dnstrack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD	12

static void
must(int ok)
{
	if (!ok)
		abort();
}

struct got {
	struct buf line;
	uint64_t records;
};

static int
emit(void *ctx, const struct rec *r)
{
	struct got *g = ctx;

	must(r->type == REC_TYPE_DNS && REC_HAS(r, DNS, via));
	must(REC_HAS(r, DNS, server));
	buf_reset(&g->line);
	must(rec_encode(r, &g->line) == 0);
	g->records++;
	return 0;
}

/*
 * A packet of the input: a byte of flags, one of who speaks to whom, the
 * ports as an index, TCP flags, sequence number, what was cut off, a step of
 * time, payload length; then the payload.
 */
static size_t
one(struct dnstrack *t, int64_t *now, const uint8_t *d, size_t n)
{
	static const uint8_t hosts[4][16] = { { 192, 0, 2, 1 },
	    { 192, 0, 2, 2 }, { 224, 0, 0, 251 }, { 224, 0, 0, 252 } };
	static const uint16_t ports[8] = { 53, 5353, 5355, 4000, 4001, 53,
	    5353, 80 };
	static const uint8_t macs[2][6] = { { 2, 0, 0, 0, 0, 1 },
	    { 3, 0, 0, 0, 0, 2 } };
	struct link_info link = { .src_mac = d[0] & 1 ? macs[0] : NULL,
	    .dst_mac = d[0] & 2 ? macs[d[0] >> 7] : NULL };
	struct pkt p = { .link = d[0] & 4 ? &link : NULL,
	    .ver = d[0] & 8 ? 6 : 4, .has_ports = true,
	    .proto = d[0] & 16 ? IPPROTO_NUM_TCP : IPPROTO_NUM_UDP,
	    .fragment = (d[0] & 96) == 96 };
	size_t len = be16(d + 10);
	uint8_t *copy;

	n -= HEAD;
	if (len > n)
		len = n;
	copy = malloc(len ? len : 1);
	must(copy != NULL);
	memcpy(copy, d + HEAD, len);
	p.src = hosts[d[1] & 3];
	p.dst = hosts[d[1] >> 2 & 3];
	p.sport = ports[d[2] & 7];
	p.dport = ports[d[2] >> 3 & 7];
	p.tcp_flags = d[3];
	p.tcp_seq = be32(d + 4);
	*now += (int64_t)(int8_t)d[8] * 1000000;
	p.ts = *now;
	p.payload = len ? copy : NULL;
	p.paycap = (uint32_t)len;
	p.paylen = (uint64_t)len + d[9];
	must(dnstrack_packet(t, &p) == 0);
	free(copy);
	return HEAD + len;
}

/* Every question and every response comes to an end that is counted. */
static void
check_sums(const struct dnstrack *t, uint64_t records)
{
	static const char *const names[] = { "repeats", "answered",
	    "unanswered", "dropped", "further", "unsolicited",
	    "mdns_responses", "queries", "responses" };
	uint64_t v[ARRAY_SIZE(names)] = { 0 };
	struct count c[DNSTRACK_COUNT];
	size_t n = dnstrack_counts(t, c), i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < ARRAY_SIZE(names); j++)
			if (str_eq(c[i].name, str_of(names[j])))
				v[j] = c[i].value;
	must(v[7] == v[0] + v[1] + v[2] + v[3]);
	must(v[8] == v[1] + v[4] + v[5]);
	must(records == v[1] + v[2] + v[3] + v[4] + v[5] + v[6]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hashkey key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	struct got g = { .records = 0 };
	struct dnstrack *t = dnstrack_new(&key, emit, &g);
	int64_t now = 1000000000;
	size_t at = 0;

	buf_init(&g.line, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	while (size - at >= HEAD)
		at += one(t, &now, data + at, size - at);
	must(dnstrack_tick(t, now) == 0);
	must(dnstrack_end(t, now) == 0);
	check_sums(t, g.records);
	dnstrack_free(t);
	buf_release(&g.line);
	return 0;
}
