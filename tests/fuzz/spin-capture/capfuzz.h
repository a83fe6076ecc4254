/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CAPFUZZ_H
#define SPIN_CAPFUZZ_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "capfile.h"
#include "capfile_int.h"
#include "rec.h"

/*
 * What the fuzz targets of the capture formats share: a file is read twice,
 * at once and in small pieces, and both must find the same sound packets.
 */
struct capfuzz {
	uint64_t packets, sum;
	int rc;
};

static void
capfuzz_must(int ok)
{
	if (!ok)
		abort();
}

static void
capfuzz_packet(const struct cap_pkt *p, struct capfuzz *out)
{
	capfuzz_must(p->caplen <= p->len);
	capfuzz_must(p->caplen <= CAPFILE_SNAPLEN_MAX);
	capfuzz_must(p->ts >= 0 && p->ts <= REC_TIME_MAX);
	capfuzz_must(p->link <= UINT16_MAX);
	capfuzz_must(p->num == ++out->packets);
	out->sum = out->sum * 31 + (uint64_t)p->ts + p->len + p->link;
	for (uint32_t i = 0; i < p->caplen; i++)
		out->sum = out->sum * 31 + p->data[i];
}

static struct capfuzz
capfuzz_read(const uint8_t *data, size_t size, size_t chunk)
{
	struct capfuzz out = { .rc = 0 };
	struct capfile_err err;
	struct capfile *cf;
	struct cap_pkt p;

	out.rc = capfile_open_mem(&cf, data, size, chunk, &err);
	if (out.rc == 0) {
		while ((out.rc = capfile_next(cf, &p, &err)) > 0) {
			capfuzz_must(p.ifno < capfile_nifs(cf));
			capfuzz_packet(&p, &out);
		}
		capfuzz_must(capfile_drops(cf) >= -1);
		capfuzz_must(capfile_read_bytes(cf) <= size);
		if (out.rc < 0) {
			capfuzz_must(err.packet == out.packets);
			capfuzz_must(err.offset <= size);
			capfuzz_must(capfile_next(cf, &p, &err) == 0);
		}
	}
	capfile_close(cf);
	if (out.rc < 0)
		capfuzz_must(out.rc == -EINVAL && err.what[0] != '\0');
	return out;
}

static void
capfuzz_twice(const uint8_t *data, size_t size)
{
	struct capfuzz a = capfuzz_read(data, size, SIZE_MAX);
	struct capfuzz b = capfuzz_read(data, size, 37);

	capfuzz_must(a.rc == b.rc && a.packets == b.packets &&
	    a.sum == b.sum);
}

#endif
