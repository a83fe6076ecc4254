/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capfile_int.h"
#include "xalloc.h"

static ssize_t
read_fd(void *ctx, void *to, size_t n)
{
	struct capfile *cf = ctx;
	int rc = 0;

	if (cf->wait.fn && cf->size == 0)
		rc = cf->wait.fn(cf->wait.ctx, cf->fd);
	if (rc < 0) {
		errno = -rc;
		return -1;
	}
	return read(cf->fd, to, n);
}

static ssize_t
read_mem(void *ctx, void *to, size_t n)
{
	struct capfile *cf = ctx;

	if (n > cf->mem_chunk)
		n = cf->mem_chunk;
	if (n > cf->mem_left)
		n = cf->mem_left;
	if (n) {
		memcpy(to, cf->mem, n);
		cf->mem += n;
		cf->mem_left -= n;
	}
	return (ssize_t)n;
}

static int
next_end(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	(void)cf;
	(void)pkt;
	(void)err;
	return 0;
}

static int bad(struct capfile *, struct capfile_err *, uint64_t,
    const char *, const char *, va_list) ATTR_PRINTF(5, 0);

static int
bad(struct capfile *cf, struct capfile_err *err, uint64_t off,
    const char *place, const char *fmt, va_list ap)
{
	int n = snprintf(err->what, sizeof(err->what), "%s", place);

	err->packet = cf->num;
	err->offset = off;
	err->sys = cf->buf.err;
	cf->next = next_end;
	if (err->sys) {
		snprintf(err->what + n, sizeof(err->what) - (size_t)n,
		    "cannot be read");
		return -err->sys;
	}
	vsnprintf(err->what + n, sizeof(err->what) - (size_t)n, fmt, ap);
	return -EINVAL;
}

int
capfile_bad_packet(struct capfile *cf, struct capfile_err *err, uint64_t off,
    const char *fmt, ...)
{
	char place[80];
	va_list ap;
	int rc;

	snprintf(place, sizeof(place), "packet %" PRIu64 " at offset %" PRIu64
	    ": ", cf->num + 1, off);
	va_start(ap, fmt);
	rc = bad(cf, err, off, place, fmt, ap);
	va_end(ap);
	return rc;
}

int
capfile_bad_block(struct capfile *cf, struct capfile_err *err, uint64_t off,
    const char *fmt, ...)
{
	char place[80];
	va_list ap;
	int rc;

	snprintf(place, sizeof(place), "block at offset %" PRIu64
	    ", behind packet %" PRIu64 ": ", off, cf->num);
	va_start(ap, fmt);
	rc = bad(cf, err, off, place, fmt, ap);
	va_end(ap);
	return rc;
}

int
capfile_bad_file(struct capfile *cf, struct capfile_err *err,
    const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = bad(cf, err, 0, "", fmt, ap);
	va_end(ap);
	return rc;
}

/* DLT_ numbers below 20 that are not LINKTYPE_ numbers but found in files. */
uint32_t
capfile_link_number(uint32_t field)
{
	switch (field & 0xffff) {
	case 11:	/* DLT_ATM_RFC1483 */
		return 100;
	case 12:	/* DLT_RAW */
	case 14:	/* the same of OpenBSD */
		return 101;
	case 15:	/* DLT_SLIP_BSDOS */
		return 102;
	case 16:	/* DLT_PPP_BSDOS */
		return 103;
	case 19:	/* DLT_ATM_CLIP */
		return 106;
	default:
		return field & 0xffff;
	}
}

/* As libpcap and Wireshark have it: D-Bus, USB and EBHSCR are long. */
uint32_t
capfile_link_max(uint32_t link)
{
	switch (link) {
	case 189:	/* USB_LINUX */
	case 220:	/* USB_LINUX_MMAPPED */
	case 231:	/* DBUS */
	case 249:	/* USBPCAP */
		return 128 * 1024 * 1024;
	case 279:	/* EBHSCR */
		return 8 * 1024 * 1024;
	default:
		return CAPFILE_SNAPLEN_MAX;
	}
}

uint32_t
capfile_add_if(struct capfile *cf, uint32_t link, const char *name, size_t n)
{
	uint32_t ifno = cf->total_ifs++;

	if (cf->first_link < 0)
		cf->first_link = (int)link;
	if (ifno >= CAPFILE_NAMES_MAX)
		return ifno;
	cf->names = xreallocarray(cf->names, ifno + 1, sizeof(*cf->names));
	cf->names[ifno] = NULL;
	cf->nnames = ifno + 1;
	if (name != NULL && n > 0) {
		if (n > CAPFILE_NAME_LEN)
			n = CAPFILE_NAME_LEN;
		cf->names[ifno] = xcalloc(n + 1, 1);
		memcpy(cf->names[ifno], name, n);
	}
	return ifno;
}

/* Other files that are often offered instead, and what to do with them. */
static const struct hint {
	const char *magic;
	uint8_t n;
	const char *what;
} hints[] = {
	{ "\x1f\x8b", 2, "compressed by gzip: try zcat FILE | "
	    "spin-capture -r -" },
	{ "\xfd" "7zXZ", 5, "compressed by xz: try xzcat FILE | "
	    "spin-capture -r -" },
	{ "\x28\xb5\x2f\xfd", 4, "compressed by zstd: try zstdcat FILE | "
	    "spin-capture -r -" },
	{ "BZh", 3, "compressed by bzip2: try bzcat FILE | "
	    "spin-capture -r -" },
	{ "\x04\x22\x4d\x18", 4, "compressed by lz4: try lz4cat FILE | "
	    "spin-capture -r -" },
	{ "PK\x03\x04", 4, "a zip archive: try unzip -p FILE | "
	    "spin-capture -r -" },
	{ "snoop", 5, "a snoop file: convert it with editcap -F pcap" },
	{ "RTSS", 4, "a Network Monitor file: convert it with "
	    "editcap -F pcap" },
	{ "GMBU", 4, "a Network Monitor file: convert it with "
	    "editcap -F pcap" },
};

static int
not_capture(struct capfile *cf, struct capfile_err *err)
{
	const uint8_t *p = capbuf_peek(&cf->buf, 8);

	if (p == NULL && cf->buf.err)
		return capfile_bad_file(cf, err, "file");
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++) {
		p = capbuf_peek(&cf->buf, hints[i].n);
		if (p != NULL && memcmp(p, hints[i].magic, hints[i].n) == 0)
			return capfile_bad_file(cf, err, "%s", hints[i].what);
	}
	if (capbuf_left(&cf->buf) == 0)
		return capfile_bad_file(cf, err, "empty");
	return capfile_bad_file(cf, err, "not a pcap or pcapng file; "
	    "editcap -F pcap may be able to convert it");
}

/* The own readers, on a stream whose source is set. */
static int
open_own(struct capfile *cf, capbuf_read_fn *read_fn, struct capfile_err *err)
{
	const uint8_t *magic;
	int rc = capbuf_init(&cf->buf, read_fn, cf);

	if (rc < 0) {
		err->sys = -rc;
		return rc;
	}
	magic = capbuf_peek(&cf->buf, 4);
	if (magic != NULL && capfile_is_pcap(magic))
		return capfile_pcap_open(cf, err);
	if (magic != NULL && capfile_is_pcapng(magic))
		return capfile_pcapng_open(cf, err);
	return not_capture(cf, err);
}

static int
open_fd(struct capfile *cf, const char *path)
{
	struct stat st;

	if (strcmp(path, "-") == 0) {
		cf->fd = STDIN_FILENO;
	} else {
		cf->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (cf->fd < 0)
			return -errno;
		cf->close_fd = true;
	}
	if (fstat(cf->fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		cf->size = (uint64_t)st.st_size;
	return 0;
}

/* libpcap reads by itself from the start. */
static int
open_libpcap(struct capfile *cf, struct capfile_err *err)
{
	int fd = dup(cf->fd);
	FILE *fp = fd < 0 ? NULL : fdopen(fd, "rb");

	if (fp == NULL) {
		err->sys = errno;
		if (fd >= 0)
			close(fd);
		return -err->sys;
	}
	return capfile_libpcap_open(cf, fp, err);
}

static struct capfile *
new_capfile(struct capfile_err *err)
{
	struct capfile *cf = xcalloc(1, sizeof(*cf));

	memset(err, 0, sizeof(*err));
	cf->fd = -1;
	cf->first_link = -1;
	cf->next = next_end;
	return cf;
}

int
capfile_open(struct capfile **out, const char *path,
    enum capfile_reader reader, const struct capfile_wait *wait,
    struct capfile_err *err)
{
	struct capfile *cf = new_capfile(err);
	int rc = open_fd(cf, path);

	if (wait)
		cf->wait = *wait;
	if (rc < 0)
		err->sys = -rc;
	else if (reader == CAPFILE_PCAP)
		rc = open_libpcap(cf, err);
	else
		rc = open_own(cf, read_fd, err);
	if (rc < 0) {
		capfile_close(cf);
		cf = NULL;
	}
	*out = cf;
	return rc;
}

int
capfile_open_mem(struct capfile **out, const uint8_t *p, size_t n,
    size_t chunk, struct capfile_err *err)
{
	struct capfile *cf = new_capfile(err);
	int rc;

	cf->mem = p;
	cf->mem_left = n;
	cf->mem_chunk = chunk;
	cf->size = n;
	rc = open_own(cf, read_mem, err);
	if (rc < 0) {
		capfile_close(cf);
		cf = NULL;
	}
	*out = cf;
	return rc;
}

int
capfile_next(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	return cf->next(cf, pkt, err);
}

size_t
capfile_more(struct capfile *cf, struct cap_pkt *v, size_t max)
{
	return capfile_pcap_more(cf, v, max);
}

void
capfile_close(struct capfile *cf)
{
	if (cf == NULL)
		return;
	capfile_libpcap_release(cf);
	capbuf_release(&cf->buf);
	for (size_t i = 0; i < cf->nnames; i++)
		free(cf->names[i]);
	free(cf->names);
	free(cf->ifs);
	if (cf->close_fd)
		close(cf->fd);
	free(cf);
}

size_t
capfile_nifs(const struct capfile *cf)
{
	return cf->total_ifs;
}

const char *
capfile_ifname(const struct capfile *cf, uint32_t ifno)
{
	return ifno < cf->nnames ? cf->names[ifno] : NULL;
}

int
capfile_link(const struct capfile *cf)
{
	return cf->first_link;
}

int64_t
capfile_drops(const struct capfile *cf)
{
	uint64_t sum = cf->old_drops;

	if (!cf->has_drops)
		return -1;
	for (size_t i = 0; i < cf->nifs; i++)
		sum += cf->ifs[i].drops;
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

uint64_t
capfile_read_bytes(const struct capfile *cf)
{
	return cf->pcap != NULL ? capfile_libpcap_off(cf) :
	    capbuf_off(&cf->buf);
}

uint64_t
capfile_size(const struct capfile *cf)
{
	return cf->size;
}
