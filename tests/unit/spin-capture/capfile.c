/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capfile_int.h"
#include "rec.h"
#include "tap.h"

/*
 * Files written byte by byte after pcap-savefile(5) and
 * draft-ietf-opsawg-pcapng, in both byte orders, and what must come of them.
 */
struct file {
	uint8_t *p;
	size_t n, cap;
	bool big;
};

static void
put(struct file *f, const void *p, size_t n)
{
	if (f->n + n > f->cap) {
		f->cap = (f->n + n) * 2;
		f->p = realloc(f->p, f->cap);
		if (f->p == NULL)
			abort();
	}
	if (n)
		memcpy(f->p + f->n, p, n);
	f->n += n;
}

static void
put_num(struct file *f, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++) {
		int shift = 8 * (f->big ? bytes - 1 - i : i);
		uint8_t b = (uint8_t)(v >> shift);

		put(f, &b, 1);
	}
}

static void
put32(struct file *f, uint32_t v)
{
	put_num(f, v, 4);
}

static void
put_fill(struct file *f, uint8_t byte, size_t n)
{
	while (n-- > 0)
		put(f, &byte, 1);
}

static void
clear(struct file *f)
{
	free(f->p);
	*f = (struct file){ .big = f->big };
}

static void
pcap_header(struct file *f, uint32_t magic, int minor, uint32_t snaplen,
    uint32_t link)
{
	put32(f, magic);
	put_num(f, 2, 2);
	put_num(f, (uint64_t)minor, 2);
	put_fill(f, 0, 8);
	put32(f, snaplen);
	put32(f, link);
}

/* A record whose packet is `stored` bytes of the value `byte`. */
static void
pcap_record(struct file *f, uint32_t sec, uint32_t frac, uint32_t caplen,
    uint32_t len, uint8_t byte, size_t stored)
{
	put32(f, sec);
	put32(f, frac);
	put32(f, caplen);
	put32(f, len);
	put_fill(f, byte, stored);
}

static size_t
block_begin(struct file *f, uint32_t type)
{
	put32(f, type);
	put32(f, 0);
	return f->n - 8;
}

static void
block_end(struct file *f, size_t start)
{
	size_t end;
	uint32_t total;

	put_fill(f, 0, (0 - f->n) & 3);
	total = (uint32_t)(f->n - start + 4);
	put32(f, total);
	end = f->n;
	f->n = start + 4;
	put32(f, total);
	f->n = end;
}

static void
section(struct file *f)
{
	size_t at = block_begin(f, 0x0a0d0d0a);

	put32(f, 0x1a2b3c4d);
	put_num(f, 1, 2);
	put_num(f, 0, 2);
	put_num(f, UINT64_MAX, 8);
	block_end(f, at);
}

static void
option(struct file *f, int code, const void *p, size_t n)
{
	put_num(f, (uint64_t)code, 2);
	put_num(f, n, 2);
	put(f, p, n);
	put_fill(f, 0, (0 - n) & 3);
}

static void
interface(struct file *f, uint32_t link, uint32_t snaplen, int resol,
    int64_t offset, const char *name)
{
	uint8_t r = (uint8_t)resol;
	size_t at = block_begin(f, 1);

	put_num(f, link, 2);
	put_num(f, 0, 2);
	put32(f, snaplen);
	if (name != NULL)
		option(f, 2, name, strlen(name));
	if (resol >= 0)
		option(f, 9, &r, 1);
	if (offset != 0) {
		put_num(f, 14, 2);
		put_num(f, 8, 2);
		put_num(f, (uint64_t)offset, 8);
	}
	option(f, 0, "", 0);
	block_end(f, at);
}

static void
enhanced(struct file *f, uint32_t ifid, uint64_t ticks, uint32_t caplen,
    uint32_t len, uint8_t byte, size_t stored)
{
	size_t at = block_begin(f, 6);

	put32(f, ifid);
	put32(f, (uint32_t)(ticks >> 32));
	put32(f, (uint32_t)ticks);
	put32(f, caplen);
	put32(f, len);
	put_fill(f, byte, stored);
	block_end(f, at);
}

static void
obsolete(struct file *f, int ifid, uint64_t ticks, uint32_t len)
{
	size_t at = block_begin(f, 2);

	put_num(f, (uint64_t)ifid, 2);
	put_num(f, 0, 2);
	put32(f, (uint32_t)(ticks >> 32));
	put32(f, (uint32_t)ticks);
	put32(f, len);
	put32(f, len);
	put_fill(f, 'o', len);
	block_end(f, at);
}

static void
simple(struct file *f, uint32_t len, size_t stored)
{
	size_t at = block_begin(f, 3);

	put32(f, len);
	put_fill(f, 's', stored);
	block_end(f, at);
}

static void
statistics(struct file *f, uint32_t ifid, uint64_t ifdrop, uint64_t osdrop)
{
	size_t at = block_begin(f, 5);

	put32(f, ifid);
	put_num(f, 0, 8);
	put_num(f, 5, 2);
	put_num(f, 8, 2);
	put_num(f, ifdrop, 8);
	put_num(f, 7, 2);
	put_num(f, 8, 2);
	put_num(f, osdrop, 8);
	block_end(f, at);
}

static void
other_block(struct file *f, uint32_t type, size_t body)
{
	size_t at = block_begin(f, type);

	put_fill(f, 'x', body);
	block_end(f, at);
}

static struct capfile *
open_file(const struct file *f, const char *what)
{
	struct capfile_err err;
	struct capfile *cf;
	int rc = capfile_open_mem(&cf, f->p, f->n, SIZE_MAX, &err);

	if (!tap_int(rc, 0, "%s: open", what)) {
		tap_diag("%s", err.what);
		exit(1);
	}
	return cf;
}

static void
expect(struct capfile *cf, const char *what, int64_t ts, uint32_t caplen,
    uint32_t len, uint8_t byte)
{
	struct capfile_err err = { .what = "" };
	struct cap_pkt pkt;
	int rc = capfile_next(cf, &pkt, &err);
	bool bytes = true;

	if (!tap_int(rc, 1, "%s: a packet", what)) {
		tap_diag("%s", err.what);
		return;
	}
	tap_int(pkt.ts, ts, "%s: time", what);
	tap_uint(pkt.caplen, caplen, "%s: caplen", what);
	tap_uint(pkt.len, len, "%s: len", what);
	for (uint32_t i = 0; i < pkt.caplen; i++)
		bytes = bytes && pkt.data[i] == byte;
	tap_ok(bytes, "%s: bytes", what);
}

static void
expect_end(struct capfile *cf, const char *what)
{
	struct capfile_err err;
	struct cap_pkt pkt;

	tap_int(capfile_next(cf, &pkt, &err), 0, "%s: the end", what);
	tap_int(capfile_next(cf, &pkt, &err), 0, "%s: still the end", what);
	capfile_close(cf);
}

static void
expect_damage(struct capfile *cf, const char *what, const char *text,
    uint64_t packets, uint64_t offset)
{
	struct capfile_err err = { .what = "" };
	struct cap_pkt pkt;

	tap_int(capfile_next(cf, &pkt, &err), -EINVAL, "%s: damage", what);
	tap_str(err.what, text, "%s: text", what);
	tap_uint(err.packet, packets, "%s: packets before", what);
	tap_uint(err.offset, offset, "%s: offset", what);
	expect_end(cf, what);
}

static void
expect_refused(struct file *f, const char *what, const char *text)
{
	struct capfile_err err;
	struct capfile *cf;

	tap_int(capfile_open_mem(&cf, f->p, f->n, SIZE_MAX, &err), -EINVAL,
	    "%s: refused", what);
	tap_str(err.what, text, "%s: text", what);
	tap_ok(cf == NULL, "%s: nothing to close", what);
	clear(f);
}

#define US(sec, us)	((int64_t)(sec) * 1000000 + (us))
#define MICRO	0xa1b2c3d4
#define NANO	0xa1b23c4d
#define KUZ	0xa1b2cd34

static void
test_pcap(bool big)
{
	struct file f = { .big = big };
	struct capfile *cf;

	pcap_header(&f, MICRO, 4, 65535, 1);
	pcap_record(&f, 1000, 999999, 60, 1500, 'a', 60);
	pcap_record(&f, 0xffffffff, 1, 0, 60, 'b', 0);
	cf = open_file(&f, "micro");
	tap_int(capfile_link(cf), 1, "link");
	tap_uint(capfile_nifs(cf), 1, "interfaces");
	tap_str(capfile_ifname(cf, 0), NULL, "name");
	tap_int(capfile_drops(cf), -1, "drops");
	tap_uint(capfile_size(cf), f.n, "size");
	expect(cf, "micro 1", US(1000, 999999), 60, 1500, 'a');
	expect(cf, "micro 2", US(4294967295, 1), 0, 60, 'b');
	tap_uint(capfile_read_bytes(cf), f.n, "read");
	expect_end(cf, "micro");
	clear(&f);

	pcap_header(&f, NANO, 4, 65535, 101);
	pcap_record(&f, 1000, 999999999, 3, 3, 'a', 3);
	cf = open_file(&f, "nano");
	expect(cf, "nano", US(1000, 999999), 3, 3, 'a');
	expect_end(cf, "nano");
	clear(&f);

	pcap_header(&f, KUZ, 4, 65535, 1);
	for (int i = 0; i < 2; i++) {
		pcap_record(&f, 1000, 5, 3, 3, 'k', 0);
		put_fill(&f, 0, 8);
		put_fill(&f, 'k', 3);
	}
	cf = open_file(&f, "Kuznetzov");
	expect(cf, "Kuznetzov 1", US(1000, 5), 3, 3, 'k');
	expect(cf, "Kuznetzov 2", US(1000, 5), 3, 3, 'k');
	expect_end(cf, "Kuznetzov");
	clear(&f);

	pcap_header(&f, 0x1c0001ac, 4, 65535, 1);
	put32(&f, 19);
	pcap_record(&f, 1000, 7000, 3, 3, 'i', 3);
	cf = open_file(&f, "IxVeriWave");
	expect(cf, "IxVeriWave", US(1000, 7), 3, 3, 'i');
	expect_end(cf, "IxVeriWave");
	clear(&f);
}

/* The order of the lengths by version, as libpcap has it. */
static void
test_old_lengths(void)
{
	struct file f = { .big = false };
	struct capfile *cf;

	pcap_header(&f, MICRO, 2, 65535, 1);
	pcap_record(&f, 1, 0, 90, 4, 'a', 4);
	cf = open_file(&f, "2.2");
	expect(cf, "2.2", US(1, 0), 4, 90, 'a');
	expect_end(cf, "2.2");
	clear(&f);

	pcap_header(&f, MICRO, 3, 65535, 1);
	pcap_record(&f, 1, 0, 90, 4, 'a', 4);
	pcap_record(&f, 1, 0, 4, 90, 'b', 4);
	cf = open_file(&f, "2.3");
	expect(cf, "2.3 swapped", US(1, 0), 4, 90, 'a');
	expect(cf, "2.3 in order", US(1, 0), 4, 90, 'b');
	expect_end(cf, "2.3");
	clear(&f);
}

static void
test_odd(void)
{
	struct file f = { .big = false };
	struct capfile_err err;
	struct capfile *cf;
	struct cap_pkt pkt;

	pcap_header(&f, MICRO, 4, 20, 0x14000001);
	pcap_record(&f, 1, 0, 30, 40, 'a', 30);
	pcap_record(&f, 1, 0, 10, 4, 'b', 10);
	pcap_record(&f, 1, 1000000, 1, 1, 'c', 1);
	cf = open_file(&f, "odd");
	tap_int(capfile_link(cf), 1, "FCS bits are no link type");
	expect(cf, "longer than the snapshot length", US(1, 0), 20, 40, 'a');
	expect(cf, "more captured than there was", US(1, 0), 10, 10, 'b');
	tap_int(capfile_next(cf, &pkt, &err), 1, "a second of 1000001 us");
	tap_int(pkt.ts, US(2, 0), "is carried");
	tap_ok(pkt.bad_time, "and marked");
	expect_end(cf, "odd");
	clear(&f);

	/* Longest packets, and many more bytes than the buffer. */
	pcap_header(&f, MICRO, 4, 0, 1);
	for (int i = 0; i < 5; i++)
		pcap_record(&f, 1, 0, 262144, 262144, (uint8_t)i, 262144);
	pcap_record(&f, 1, 0, 262145, 262145, 'x', 262145);
	cf = open_file(&f, "longest");
	for (int i = 0; i < 5; i++)
		expect(cf, "longest", US(1, 0), 262144, 262144, (uint8_t)i);
	expect_damage(cf, "too long", "packet 6 at offset 1310824: 262145 "
	    "bytes long, more than the 262144 a packet can have", 5, 1310824);
	clear(&f);

	/* USB packets may be longer than the buffer: the start is given. */
	pcap_header(&f, MICRO, 4, 0, 189);
	pcap_record(&f, 1, 0, 600000, 600000, 'u', 600000);
	pcap_record(&f, 1, 0, 2, 2, 'v', 2);
	cf = open_file(&f, "long");
	expect(cf, "long", US(1, 0), 262144, 600000, 'u');
	expect(cf, "behind it", US(1, 0), 2, 2, 'v');
	expect_end(cf, "long");
	clear(&f);
}

/* A file of two packets, cut at every byte. */
static void
test_cut(void)
{
	struct file f = { .big = true };
	struct capfile *cf;
	bool held = true;

	pcap_header(&f, MICRO, 4, 65535, 1);
	pcap_record(&f, 1, 0, 5, 5, 'a', 5);
	pcap_record(&f, 1, 0, 5, 5, 'b', 5);
	for (size_t n = 0; n <= f.n; n++) {
		uint8_t *p = malloc(n ? n : 1);
		int rc, count = 0, want = n < 45 ? 0 : n < 66 ? 1 : 2;
		struct capfile_err err;
		struct cap_pkt pkt;

		if (p == NULL)
			abort();
		memcpy(p, f.p, n);
		rc = capfile_open_mem(&cf, p, n, 3, &err);
		held = held && rc == (n < 24 ? -EINVAL : 0);
		if (rc == 0) {
			while ((rc = capfile_next(cf, &pkt, &err)) > 0)
				count++;
			held = held && count == want && rc == (n == 24 ||
			    n == 45 || n == 66 ? 0 : -EINVAL);
		}
		capfile_close(cf);
		free(p);
	}
	tap_ok(held, "cut anywhere: whole packets first, then damage");

	f.n = 60;
	cf = open_file(&f, "cut");
	expect(cf, "cut", US(1, 0), 5, 5, 'a');
	expect_damage(cf, "cut in a header", "packet 2 at offset 45: "
	    "file ends 1 byte early", 1, 45);
	f.n = 63;
	cf = open_file(&f, "cut");
	expect(cf, "cut", US(1, 0), 5, 5, 'a');
	expect_damage(cf, "cut in a packet", "packet 2 at offset 45: "
	    "file ends 3 bytes early", 1, 45);
	clear(&f);
}

static void
test_refused(void)
{
	struct file f = { .big = false };

	expect_refused(&f, "empty", "empty");
	put(&f, "\x1f\x8b\x08\0\0\0\0\0", 8);
	expect_refused(&f, "gzip",
	    "compressed by gzip: try zcat FILE | spin-capture -r -");
	put(&f, "\x28\xb5\x2f\xfd", 4);
	expect_refused(&f, "zstd",
	    "compressed by zstd: try zstdcat FILE | spin-capture -r -");
	put(&f, "snoop\0\0\0\0\0\0\2", 12);
	expect_refused(&f, "snoop",
	    "a snoop file: convert it with editcap -F pcap");
	put(&f, "hello, world\n", 13);
	expect_refused(&f, "text", "not a pcap or pcapng file; "
	    "editcap -F pcap may be able to convert it");
	pcap_header(&f, MICRO, 5, 65535, 1);
	expect_refused(&f, "version", "pcap version 2.5 is not known");
	pcap_header(&f, MICRO, 4, 65535, 1);
	f.n = 23;
	expect_refused(&f, "header", "file ends in its header");
	put32(&f, 0x0a0d0d0a);
	put_fill(&f, 0, 24);
	expect_refused(&f, "byte order", "block at offset 0, behind packet 0: "
	    "a section without byte order magic");
}

static void
test_pcapng(bool big)
{
	struct file f = { .big = big };
	struct capfile_err err;
	struct capfile *cf;
	struct cap_pkt pkt;

	section(&f);
	tap_uint(f.n, 28, "a section header without options");
	interface(&f, 1, 20, -1, 0, "eth0");
	interface(&f, 101, 0, 9, 3600, NULL);
	other_block(&f, 0x0bad, 700000);
	enhanced(&f, 0, 5000001, 15, 60, 'e', 15);
	enhanced(&f, 1, 6000000999, 4, 4, 'f', 4);
	obsolete(&f, 0, 7000000, 3);
	simple(&f, 60, 20);
	simple(&f, 7, 7);
	statistics(&f, 0, 3, 4);
	statistics(&f, 1, 10, 0);
	statistics(&f, 0, 5, 5);
	statistics(&f, 9, 100, 100);
	cf = open_file(&f, "blocks");
	tap_int(capfile_link(cf), -1, "no interface yet");
	expect(cf, "EPB", 5000001, 15, 60, 'e');
	tap_int(capfile_link(cf), 1, "link");
	tap_str(capfile_ifname(cf, 0), "eth0", "name");
	tap_str(capfile_ifname(cf, 1), NULL, "no name");
	tap_int(capfile_next(cf, &pkt, &err), 1, "EPB of the second");
	tap_uint(pkt.link, 101, "its link");
	tap_uint(pkt.ifno, 1, "its interface");
	tap_int(pkt.ts, US(3606, 0), "its nanoseconds and offset");
	expect(cf, "PB", 7000000, 3, 3, 'o');
	tap_int(capfile_next(cf, &pkt, &err), 1, "SPB");
	tap_int(pkt.ts, 7000000, "SPB: time of the packet before");
	tap_ok(pkt.bad_time, "SPB: which is not its own");
	tap_uint(pkt.caplen, 20, "SPB: cut to the snapshot length");
	tap_uint(pkt.len, 60, "SPB: length");
	expect(cf, "short SPB", 7000000, 7, 7, 's');
	expect_end(cf, "blocks");

	cf = open_file(&f, "drops");
	while (capfile_next(cf, &pkt, &err) > 0)
		continue;
	tap_int(capfile_drops(cf), 20, "the last totals of each interface");
	capfile_close(cf);
	clear(&f);
}

/* Sections count their interfaces anew; the caller's numbers go on. */
static void
test_sections(void)
{
	struct file f = { .big = false };
	struct capfile_err err;
	struct capfile *cf;
	struct cap_pkt pkt;

	section(&f);
	interface(&f, 1, 0, -1, 0, "a");
	enhanced(&f, 0, 1, 1, 1, 'a', 1);
	statistics(&f, 0, 1, 0);
	f.big = true;
	section(&f);
	interface(&f, 101, 0, -1, 0, "b");
	interface(&f, 113, 0, -1, 0, "c");
	enhanced(&f, 1, 2, 1, 1, 'b', 1);
	statistics(&f, 1, 2, 0);
	f.big = false;
	section(&f);
	enhanced(&f, 0, 3, 1, 1, 'c', 1);
	cf = open_file(&f, "sections");
	expect(cf, "first section", 1, 1, 1, 'a');
	tap_int(capfile_next(cf, &pkt, &err), 1, "other byte order");
	tap_uint(pkt.link, 113, "link of the second section");
	tap_uint(pkt.ifno, 2, "interface of the second section");
	tap_str(capfile_ifname(cf, 2), "c", "its name");
	tap_int(capfile_next(cf, &pkt, &err), -EINVAL,
	    "interfaces do not outlive their section");
	tap_int(capfile_drops(cf), 3, "drops do");
	tap_uint(capfile_nifs(cf), 3, "interfaces in all");
	capfile_close(cf);
	clear(&f);
}

static const struct {
	int resol;
	int64_t offset;
	uint64_t ticks;
	int64_t us;
	bool good;
} times[] = {
	{ 6, 0, 1600000000123456, 1600000000123456, true },
	{ 0, 0, 1600000000, US(1600000000, 0), true },
	{ 3, 0, 1600000000123, US(1600000000, 123000), true },
	{ 9, 0, 1600000000123456789, US(1600000000, 123456), true },
	{ 12, 0, UINT64_MAX, US(18446744, 73709), true },
	{ 19, 0, UINT64_MAX, US(1, 844674), true },
	{ 25, 0, UINT64_MAX, 1, true },
	{ 26, 0, UINT64_MAX, 0, true },
	{ 127, 0, UINT64_MAX, 0, true },
	{ 0x80, 0, 1600000000, US(1600000000, 0), true },
	{ 0x81, 0, 3, US(1, 500000), true },
	{ 0x8a, 0, 1024 * 7 + 512, US(7, 500000), true },
	{ 0xa0, 0, (UINT64_C(1600000000) << 32) | 0x80000000,
	    US(1600000000, 500000), true },
	{ 0xbf, 0, UINT64_MAX, US(1, 999999), true },
	{ 0xc0, 0, UINT64_MAX, US(0, 999999), true },
	{ 0xc1, 0, UINT64_MAX, US(0, 499999), true },
	{ 0xd4, 0, UINT64_MAX, 0, true },
	{ 0xff, 0, UINT64_MAX, 0, true },
	{ 6, 1000, 5, US(1000, 5), true },
	{ 6, -1000, US(1000, 5), 5, true },
	{ 6, -1000, 5, 0, false },
	{ 6, INT64_MAX, 5, REC_TIME_MAX, false },
	{ 6, INT64_MIN, 5, 0, false },
	{ 6, 0, UINT64_MAX, REC_TIME_MAX, false },
	{ 0, 0, UINT64_MAX, REC_TIME_MAX, false },
	{ 0x80, 0, UINT64_MAX, REC_TIME_MAX, false },
	{ 6, 0, REC_TIME_MAX, REC_TIME_MAX, true },
	{ 6, 1, REC_TIME_MAX, REC_TIME_MAX, false },
};

static void
test_times(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		struct capfile_clock c = { (uint8_t)times[i].resol,
			times[i].offset };
		int64_t us;
		bool good = capfile_time(&c, times[i].ticks, &us);

		tap_int(us, times[i].us, "if_tsresol %#x, offset %" PRId64
		    ", %" PRIu64, (unsigned int)c.resol, c.offset,
		    times[i].ticks);
		tap_int(good, times[i].good, "which is a time or not");
	}
}

/* A section, an interface and one packet (88 bytes), then the damage. */
static void
good_start(struct file *f)
{
	section(f);
	interface(f, 1, 0, -1, 0, NULL);
	enhanced(f, 0, 1, 3, 3, 'g', 3);
}

static void
after_start(struct file *f, const char *what, const char *text)
{
	struct capfile *cf = open_file(f, what);

	expect(cf, what, 1, 3, 3, 'g');
	expect_damage(cf, what, text, 1, 88);
	clear(f);
}

static void
test_damage(void)
{
	struct file f = { .big = false };
	uint8_t long_option[4] = { 2, 0, 99, 0 };
	size_t at;

	good_start(&f);
	tap_uint(f.n, 88, "length of the sound start");
	enhanced(&f, 7, 1, 3, 3, 'x', 3);
	after_start(&f, "unknown interface",
	    "packet 2 at offset 88: interface 7 is not described");

	good_start(&f);
	enhanced(&f, 0, 1, 5, 5, 'x', 4);
	after_start(&f, "packet over its block",
	    "packet 2 at offset 88: 5 bytes long in a block of 36");

	good_start(&f);
	enhanced(&f, 0, 1, 4, 4, 'x', 4);
	f.p[f.n - 4] = 40;
	after_start(&f, "two lengths", "block at offset 88, behind packet 1: "
	    "its length is 36 at its start and 40 at its end");

	good_start(&f);
	put32(&f, 6);
	put32(&f, 33);
	put_fill(&f, 0, 40);
	after_start(&f, "odd length", "block at offset 88, behind packet 1: "
	    "33 is no length of a block");

	good_start(&f);
	put32(&f, 0x0bad);
	put32(&f, 8);
	put_fill(&f, 0, 40);
	after_start(&f, "no room for itself", "block at offset 88, behind "
	    "packet 1: 8 is no length of a block");

	good_start(&f);
	other_block(&f, 6, 4);
	after_start(&f, "small packet block",
	    "packet 2 at offset 88: a packet block of 16 bytes");

	good_start(&f);
	put32(&f, 0x0bad);
	put32(&f, 0xfffffffc);
	put_fill(&f, 0, 12);
	after_start(&f, "absurd length", "block at offset 88, behind "
	    "packet 1: file ends 4294967272 bytes early");

	good_start(&f);
	enhanced(&f, 0, 1, 4, 4, 'x', 4);
	f.n--;
	after_start(&f, "cut", "block at offset 88, behind packet 1: "
	    "file ends 1 byte early");

	good_start(&f);
	at = block_begin(&f, 1);
	put32(&f, 1);
	put32(&f, 0);
	put(&f, long_option, 4);
	block_end(&f, at);
	after_start(&f, "option", "block at offset 88, behind packet 1: "
	    "an option runs over its end");
}

/* A pipe that gives a byte or so at a time. */
static void
test_pipe(void)
{
	struct file f = { .big = false };
	struct capfile *cf = NULL;
	struct capfile_err err;
	struct cap_pkt pkt;
	int fds[2], keep = dup(0), n = 0, rc;
	pid_t writer;

	section(&f);
	interface(&f, 1, 0, -1, 0, NULL);
	for (int i = 0; i < 3; i++)
		enhanced(&f, 0, 1, 9, 9, 'p', 9);
	if (pipe(fds) < 0)
		abort();
	writer = fork();
	if (writer == 0) {
		close(fds[0]);
		for (size_t at = 0; at < f.n; at += 7) {
			if (write(fds[1], f.p + at,
			    f.n - at < 7 ? f.n - at : 7) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(fds[1]);
	dup2(fds[0], 0);
	close(fds[0]);
	rc = capfile_open(&cf, "-", CAPFILE_AUTO, NULL, &err);
	tap_int(rc, 0, "open a pipe");
	tap_uint(capfile_size(cf), 0, "whose size is not known");
	while ((rc = capfile_next(cf, &pkt, &err)) > 0)
		n++;
	tap_int(rc, 0, "read to its end");
	tap_int(n, 3, "all of it");
	capfile_close(cf);
	waitpid(writer, NULL, 0);
	dup2(keep, 0);
	close(keep);
	clear(&f);
}

static void
test_system(void)
{
	struct capfile_err err;
	struct capfile *cf;

	tap_int(capfile_open(&cf, "/nonexistent/x", CAPFILE_AUTO, NULL, &err),
	    -ENOENT, "no such file");
	tap_int(err.sys, ENOENT, "errno for the message");
	tap_int(capfile_open(&cf, "/", CAPFILE_AUTO, NULL, &err), -EISDIR,
	    "a directory");
	tap_int(capfile_open(&cf, "/", CAPFILE_PCAP, NULL, &err), -EISDIR,
	    "a directory for libpcap");
}

int
main(void)
{
	test_pcap(false);
	test_pcap(true);
	test_old_lengths();
	test_odd();
	test_cut();
	test_refused();
	test_pcapng(false);
	test_pcapng(true);
	test_sections();
	test_times();
	test_damage();
	test_pipe();
	test_system();
	return tap_done();
}
