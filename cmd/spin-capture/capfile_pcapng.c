/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile_int.h"

#include <errno.h>
#include <inttypes.h>

#include "bytes.h"
#include "xalloc.h"

/*
 * pcapng, draft-ietf-opsawg-pcapng: blocks of a type, a total length, a body
 * and the total length again, in sections that each have their own byte order
 * and interfaces.
 */
enum {
	BLOCK_IDB = 1,
	BLOCK_PB = 2,		/* obsolete */
	BLOCK_SPB = 3,
	BLOCK_ISB = 5,
	BLOCK_EPB = 6,
};
#define BLOCK_SHB	0x0a0d0d0aU	/* the same in either order */
#define ORDER_MAGIC	0x1a2b3c4dU

enum {
	BLOCK_MIN = 12,		/* a block without a body */
	TRAILER = 4,
	/* Bytes in front of what varies, with type and length. */
	SHB_FIXED = 24,
	IDB_FIXED = 16,
	EPB_FIXED = 28,		/* PB as well */
	SPB_FIXED = 12,
	ISB_FIXED = 20,
};

enum {
	OPT_END = 0,
	OPT_IF_NAME = 2,
	OPT_IF_TSRESOL = 9,
	OPT_IF_TSOFFSET = 14,
	OPT_ISB_IFDROP = 5,
	OPT_ISB_OSDROP = 7,
};

bool
capfile_is_pcapng(const uint8_t *magic)
{
	return be32(magic) == BLOCK_SHB;
}

static uint16_t
get16(const struct capfile *cf, const uint8_t *p)
{
	return cf->big ? be16(p) : le16(p);
}

static inline uint32_t
get32(const struct capfile *cf, const uint8_t *p)
{
	return cf->big ? be32(p) : le32(p);
}

/* Options hold 64-bit numbers whole, packets their time in two halves. */
static uint64_t
get64(const struct capfile *cf, const uint8_t *p)
{
	return cf->big ? be64(p) : le64(p);
}

static int
short_block(struct capfile *cf, struct capfile_err *err, uint64_t off,
    uint64_t lacks)
{
	return capfile_bad_block(cf, err, off, "file ends %" PRIu64
	    " byte%s early", lacks, lacks == 1 ? "" : "s");
}

/* `n` bytes of a block of `total` bytes, or NULL and *rc. */
static const uint8_t *
need(struct capfile *cf, size_t n, uint32_t total, struct capfile_err *err,
    int *rc)
{
	const uint8_t *p = capbuf_peek(&cf->buf, n);

	if (p == NULL)
		*rc = short_block(cf, err, capbuf_off(&cf->buf),
		    (uint64_t)total - capbuf_left(&cf->buf));
	return p;
}

static int
bad_trailer(struct capfile *cf, struct capfile_err *err, uint64_t off,
    uint32_t total, uint32_t again)
{
	return capfile_bad_block(cf, err, off, "its length is %" PRIu32
	    " at its start and %" PRIu32 " at its end", total, again);
}

/*
 * Steps over the rest of a block, of which `left` bytes are still to come,
 * and looks at its trailer.
 */
static int
end_block(struct capfile *cf, uint32_t left, uint32_t total,
    struct capfile_err *err)
{
	uint64_t off = capbuf_off(&cf->buf) - (total - left);
	uint64_t lacks = capbuf_skip(&cf->buf, left - TRAILER);
	const uint8_t *p;

	if (lacks > 0)
		return short_block(cf, err, off, lacks + TRAILER);
	p = capbuf_peek(&cf->buf, TRAILER);
	if (p == NULL)
		return short_block(cf, err, off,
		    TRAILER - capbuf_left(&cf->buf));
	if (get32(cf, p) != total)
		return bad_trailer(cf, err, off, total, get32(cf, p));
	capbuf_step(&cf->buf, TRAILER);
	return 0;
}

/* A section: its byte order; interfaces count anew, for the file they go on. */
static int
take_section(struct capfile *cf, struct capfile_err *err)
{
	uint64_t off = capbuf_off(&cf->buf);
	const uint8_t *p;
	uint32_t total;
	int rc;

	p = need(cf, SHB_FIXED, SHB_FIXED + TRAILER, err, &rc);
	if (p == NULL)
		return rc;
	cf->big = be32(p + 8) == ORDER_MAGIC;
	if (!cf->big && le32(p + 8) != ORDER_MAGIC)
		return capfile_bad_block(cf, err, off,
		    "a section without byte order magic");
	total = get32(cf, p + 4);
	if (total < SHB_FIXED + TRAILER || total % 4 != 0)
		return capfile_bad_block(cf, err, off,
		    "a section header of %" PRIu32 " bytes", total);
	if (get16(cf, p + 12) != 1 ||
	    (get16(cf, p + 14) != 0 && get16(cf, p + 14) != 2))
		return capfile_bad_block(cf, err, off, "pcapng version %u.%u "
		    "is not known", get16(cf, p + 12), get16(cf, p + 14));
	for (size_t i = 0; i < cf->nifs; i++)
		cf->old_drops += cf->ifs[i].drops;
	cf->nifs = 0;
	cf->if_base = cf->total_ifs;
	capbuf_step(&cf->buf, SHB_FIXED);
	return end_block(cf, total - SHB_FIXED, total, err);
}

/*
 * The next option of those at [*p, end): 1 and where its value is, 0 when
 * there are no more, -1 when it runs over the end.
 */
static int
next_option(const struct capfile *cf, const uint8_t **p, const uint8_t *end,
    unsigned int *code, const uint8_t **value, size_t *n)
{
	size_t padded;

	if (end - *p < 4)
		return 0;
	*code = get16(cf, *p);
	*n = get16(cf, *p + 2);
	if (*code == OPT_END)
		return 0;
	*value = *p + 4;
	padded = (*n + 3) & ~(size_t)3;
	if ((size_t)(end - *value) < padded)
		return -1;
	*p = *value + padded;
	return 1;
}

static const char *
take_if_options(const struct capfile *cf, const uint8_t *p,
    const uint8_t *end, struct capfile_if *i, const char **name, size_t *len)
{
	const uint8_t *v;
	unsigned int code;
	size_t n;
	int got;

	while ((got = next_option(cf, &p, end, &code, &v, &n)) > 0) {
		if (code == OPT_IF_NAME) {
			*name = (const char *)v;
			*len = n;
		} else if (code == OPT_IF_TSRESOL) {
			if (n != 1)
				return "if_tsresol is not one byte";
			i->clock.resol = v[0];
		} else if (code == OPT_IF_TSOFFSET) {
			if (n != 8)
				return "if_tsoffset is not eight bytes";
			i->clock.offset = (int64_t)get64(cf, v);
		}
	}
	return got < 0 ? "an option runs over its end" : NULL;
}

static struct capfile_if *
new_if(struct capfile *cf)
{
	if (cf->nifs == cf->ifs_cap) {
		cf->ifs_cap = cf->ifs_cap ? cf->ifs_cap * 2 : 4;
		cf->ifs = xreallocarray(cf->ifs, cf->ifs_cap,
		    sizeof(*cf->ifs));
	}
	return &cf->ifs[cf->nifs++];
}

/* The whole block is in the buffer at `p`. */
static int
take_interface(struct capfile *cf, const uint8_t *p, uint32_t total,
    struct capfile_err *err)
{
	uint64_t off = capbuf_off(&cf->buf);
	struct capfile_if new = { .clock = { .resol = 6 } };
	const char *name = NULL, *what;
	size_t len = 0;

	if (total < IDB_FIXED + TRAILER)
		return capfile_bad_block(cf, err, off,
		    "an interface of %" PRIu32 " bytes", total);
	if (cf->nifs == CAPFILE_IFS_MAX)
		return capfile_bad_block(cf, err, off,
		    "more than %d interfaces", CAPFILE_IFS_MAX);
	new.link = capfile_link_number(get16(cf, p + 8));
	new.snaplen = get32(cf, p + 12);
	what = take_if_options(cf, p + IDB_FIXED, p + total - TRAILER, &new,
	    &name, &len);
	if (what != NULL)
		return capfile_bad_block(cf, err, off, "%s", what);
	*new_if(cf) = new;
	capfile_add_if(cf, new.link, name, len);
	return 0;
}

/*
 * Interface statistics: totals since the capture began, so that the last
 * block counts. What is wrong in here costs no packet and is passed over.
 */
static void
take_statistics(struct capfile *cf, const uint8_t *p, uint32_t total)
{
	const uint8_t *end = p + total - TRAILER, *v;
	uint64_t drops = 0;
	unsigned int code;
	bool told = false;
	size_t n;

	if (total < ISB_FIXED + TRAILER || get32(cf, p + 8) >= cf->nifs)
		return;
	struct capfile_if *i = &cf->ifs[get32(cf, p + 8)];

	p += ISB_FIXED;
	while (next_option(cf, &p, end, &code, &v, &n) > 0) {
		if ((code == OPT_ISB_IFDROP || code == OPT_ISB_OSDROP) &&
		    n == 8) {
			drops += get64(cf, v);
			told = true;
		}
	}
	if (told) {
		i->drops = drops;
		cf->has_drops = true;
	}
}

/* Of a packet block: what its kind says of the packet. */
struct packet_block {
	const uint8_t *p;
	uint32_t total;
	uint32_t fixed;		/* bytes before the packet */
	uint32_t ifid;
	uint64_t ticks;
	bool timed;
};

static capfile_next_fn pcapng_next;

static int
skip_then_next(struct capfile *cf, struct cap_pkt *pkt,
    struct capfile_err *err)
{
	int rc;

	cf->next = pcapng_next;
	rc = end_block(cf, cf->skip, cf->block_total, err);
	return rc < 0 ? rc : pcapng_next(cf, pkt, err);
}

static void
set_time(struct capfile *cf, struct cap_pkt *pkt, const struct capfile_if *i,
    const struct packet_block *b)
{
	if (likely(b->timed)) {
		pkt->bad_time = !capfile_time(&i->clock, b->ticks, &pkt->ts);
	} else {
		pkt->ts = cf->last_ts;
		pkt->bad_time = true;
	}
	cf->last_ts = pkt->ts;
}

/*
 * Gives the packet of a block when all of the block is in the buffer, or as
 * much as can be needed of it when it is longer.
 */
static int
give(struct capfile *cf, struct cap_pkt *pkt, const struct packet_block *b,
    struct capfile_err *err)
{
	const struct capfile_if *i = &cf->ifs[b->ifid];

	pkt->link = i->link;
	pkt->ifno = cf->if_base + b->ifid;
	set_time(cf, pkt, i, b);
	if (pkt->len < pkt->caplen)
		pkt->len = pkt->caplen;
	if (pkt->caplen > CAPFILE_SNAPLEN_MAX)
		pkt->caplen = CAPFILE_SNAPLEN_MAX;
	pkt->data = b->p + b->fixed;
	if (b->total <= CAPBUF_MAX) {
		uint32_t again = get32(cf, b->p + b->total - TRAILER);

		if (again != b->total)
			return bad_trailer(cf, err, capbuf_off(&cf->buf),
			    b->total, again);
		capbuf_step(&cf->buf, b->total);
	} else {
		capbuf_step(&cf->buf, b->fixed + pkt->caplen);
		cf->skip = b->total - b->fixed - pkt->caplen;
		cf->block_total = b->total;
		cf->next = skip_then_next;
	}
	pkt->num = ++cf->num;
	return 1;
}

static int
check_packet(struct capfile *cf, const struct cap_pkt *pkt,
    const struct packet_block *b, struct capfile_err *err)
{
	uint64_t off = capbuf_off(&cf->buf);

	if (b->ifid >= cf->nifs)
		return capfile_bad_packet(cf, err, off, "interface %" PRIu32
		    " is not described", b->ifid);
	if (pkt->caplen > b->total - b->fixed - TRAILER)
		return capfile_bad_packet(cf, err, off, "%" PRIu32 " bytes "
		    "long in a block of %" PRIu32, pkt->caplen, b->total);
	if (unlikely(pkt->caplen > CAPFILE_SNAPLEN_MAX) &&
	    pkt->caplen > capfile_link_max(cf->ifs[b->ifid].link))
		return capfile_bad_packet(cf, err, off, "%" PRIu32 " bytes "
		    "long, more than a packet can have", pkt->caplen);
	return 0;
}

/* Enhanced Packet Block, and the obsolete Packet Block. */
static int
take_packet(struct capfile *cf, struct cap_pkt *pkt, struct packet_block *b,
    bool obsolete, struct capfile_err *err)
{
	const uint8_t *p = b->p;

	b->fixed = EPB_FIXED;
	if (unlikely(b->total < EPB_FIXED + TRAILER))
		return capfile_bad_packet(cf, err, capbuf_off(&cf->buf),
		    "a packet block of %" PRIu32 " bytes", b->total);
	b->ifid = obsolete ? get16(cf, p + 8) : get32(cf, p + 8);
	b->ticks = (uint64_t)get32(cf, p + 12) << 32 | get32(cf, p + 16);
	b->timed = true;
	pkt->caplen = get32(cf, p + 20);
	pkt->len = get32(cf, p + 24);
	return 0;
}

/*
 * Simple Packet Block: of the section's first interface, without a time, as
 * long as the packet was unless the snapshot length cut it.
 */
static int
take_simple(struct capfile *cf, struct cap_pkt *pkt, struct packet_block *b,
    struct capfile_err *err)
{
	uint32_t snaplen;

	b->fixed = SPB_FIXED;
	if (b->total < SPB_FIXED + TRAILER)
		return capfile_bad_packet(cf, err, capbuf_off(&cf->buf),
		    "a packet block of %" PRIu32 " bytes", b->total);
	b->ifid = 0;
	b->timed = false;
	pkt->len = pkt->caplen = get32(cf, b->p + 8);
	snaplen = cf->nifs > 0 ? cf->ifs[0].snaplen : 0;
	if (snaplen > 0 && pkt->caplen > snaplen)
		pkt->caplen = snaplen;
	return 0;
}

/* A block that is no packet. The first `here` bytes are in the buffer. */
static int
take_other(struct capfile *cf, uint32_t type, const uint8_t *p,
    uint32_t total, uint32_t here, struct capfile_err *err)
{
	int rc = 0;

	if (type == BLOCK_IDB && here < total)
		return capfile_bad_block(cf, err, capbuf_off(&cf->buf),
		    "an interface of %" PRIu32 " bytes", total);
	if (type == BLOCK_IDB)
		rc = take_interface(cf, p, total, err);
	else if (type == BLOCK_ISB && here == total)
		take_statistics(cf, p, total);
	return rc < 0 ? rc : end_block(cf, total, total, err);
}

/* One block. 1: `pkt` is a packet; 0: it was none; or what went wrong. */
static int
take_block(struct capfile *cf, uint32_t type, uint32_t total,
    struct cap_pkt *pkt, struct capfile_err *err)
{
	uint32_t here = total < CAPBUF_MAX ? total : (uint32_t)CAPBUF_MAX;
	struct packet_block b = { .total = total };
	int rc = 0;

	if (type > BLOCK_EPB)
		return end_block(cf, total, total, err);
	b.p = need(cf, here, total, err, &rc);
	if (b.p == NULL)
		return rc;
	if (likely(type == BLOCK_EPB) || type == BLOCK_PB)
		rc = take_packet(cf, pkt, &b, type == BLOCK_PB, err);
	else if (type == BLOCK_SPB)
		rc = take_simple(cf, pkt, &b, err);
	else
		return take_other(cf, type, b.p, total, here, err);
	if (rc == 0)
		rc = check_packet(cf, pkt, &b, err);
	return rc < 0 ? rc : give(cf, pkt, &b, err);
}

static int
end_of_blocks(struct capfile *cf, struct capfile_err *err)
{
	size_t left = capbuf_left(&cf->buf);

	if (left == 0 && cf->buf.err == 0)
		return 0;
	return short_block(cf, err, capbuf_off(&cf->buf), BLOCK_MIN - left);
}

static int
pcapng_next(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	for (;;) {
		const uint8_t *p = capbuf_peek(&cf->buf, 8);
		uint32_t type, total;
		int rc;

		if (unlikely(p == NULL))
			return end_of_blocks(cf, err);
		type = get32(cf, p);
		total = get32(cf, p + 4);
		if (type == BLOCK_SHB)
			rc = take_section(cf, err);
		else if (unlikely(total < BLOCK_MIN || total % 4 != 0))
			rc = capfile_bad_block(cf, err, capbuf_off(&cf->buf),
			    "%" PRIu32 " is no length of a block", total);
		else
			rc = take_block(cf, type, total, pkt, err);
		if (rc != 0)
			return rc;
	}
}

int
capfile_pcapng_open(struct capfile *cf, struct capfile_err *err)
{
	int rc = take_section(cf, err);

	if (rc < 0)
		return rc;
	cf->next = pcapng_next;
	return 0;
}
