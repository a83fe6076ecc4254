/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile_int.h"

#include <errno.h>
#include <inttypes.h>

#include "bytes.h"

/*
 * pcap savefiles, draft-ietf-opsawg-pcap and pcap-savefile(5): a header of 24
 * bytes, then records of a header and the packet.
 */
enum {
	FILE_HDR = 24,
	REC_HDR = 16,
	REC_HDR_KUZNETZOV = 24,	/* and interface, protocol, direction */
	IXIA_EXTRA = 4,		/* size of all records, behind the header */
};

/* Before version 2.4 some writers put the original length first. */
enum capfile_lengths { LENGTHS_SANE, LENGTHS_SWAPPED, LENGTHS_EITHER };

static const struct variant {
	uint32_t magic;
	uint8_t rec_len;
	bool nano;
	bool ixia;
} variants[] = {
	{ 0xa1b2c3d4, REC_HDR, false, false },
	{ 0xa1b23c4d, REC_HDR, true, false },
	{ 0xa1b2cd34, REC_HDR_KUZNETZOV, false, false },
	{ 0x1c0001ac, REC_HDR, true, true },	/* IxVeriWave, hardware */
	{ 0x1c0001ab, REC_HDR, false, true },	/* and software clock */
};

static capfile_next_fn pcap_next;

static const struct variant *
find_variant(const uint8_t *magic, bool *big)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		*big = be32(magic) == variants[i].magic;
		if (*big || le32(magic) == variants[i].magic)
			return &variants[i];
	}
	return NULL;
}

bool
capfile_is_pcap(const uint8_t *magic)
{
	bool big;

	return find_variant(magic, &big) != NULL;
}

static uint16_t
get16(const struct capfile *cf, const uint8_t *p)
{
	return cf->big ? be16(p) : le16(p);
}

static uint32_t
get32(const struct capfile *cf, const uint8_t *p)
{
	return cf->big ? be32(p) : le32(p);
}

static int
short_packet(struct capfile *cf, struct capfile_err *err, uint64_t lacks)
{
	return capfile_bad_packet(cf, err, capbuf_off(&cf->buf),
	    "file ends %" PRIu64 " byte%s early", lacks,
	    lacks == 1 ? "" : "s");
}

/* The end, or a record header that is cut. */
static int
end_of_records(struct capfile *cf, struct capfile_err *err)
{
	size_t left = capbuf_left(&cf->buf);

	if (left == 0 && cf->buf.err == 0)
		return 0;
	return short_packet(cf, err, cf->rec_len - left);
}

static int
skip_then_next(struct capfile *cf, struct cap_pkt *pkt,
    struct capfile_err *err)
{
	uint64_t lacks;

	cf->next = pcap_next;
	lacks = capbuf_skip(&cf->buf, cf->skip);
	if (lacks == 0)
		return pcap_next(cf, pkt, err);
	return short_packet(cf, err, lacks);
}

/*
 * The packet whose header was read and is still next in the buffer: `stored`
 * bytes, of which the first pkt->caplen are given. Of link types whose packets
 * may be longer than the buffer the rest is skipped later.
 */
static int
give(struct capfile *cf, struct cap_pkt *pkt, uint32_t stored,
    struct capfile_err *err)
{
	uint32_t here = stored;
	const uint8_t *p;

	if (here > CAPFILE_SNAPLEN_MAX)
		here = CAPFILE_SNAPLEN_MAX;
	p = capbuf_peek(&cf->buf, cf->rec_len + here);
	if (p == NULL)
		return short_packet(cf, err, (uint64_t)cf->rec_len + stored -
		    capbuf_left(&cf->buf));
	capbuf_step(&cf->buf, cf->rec_len + here);
	if (here < stored) {
		cf->skip = stored - here;
		cf->next = skip_then_next;
	}
	if (pkt->caplen > here)
		pkt->caplen = here;
	pkt->data = p + cf->rec_len;
	pkt->link = cf->link;
	pkt->ifno = 0;
	pkt->num = ++cf->num;
	return 1;
}

/*
 * Lengths that are not plainly sound. As libpcap: what is longer than the
 * file's snapshot length is cut to it, what no packet can be is damage. More
 * captured than there was on the wire: the captured bytes were there.
 */
static int
odd_lengths(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	uint32_t stored;

	if (cf->lengths == LENGTHS_SWAPPED ||
	    (cf->lengths == LENGTHS_EITHER && pkt->caplen > pkt->len)) {
		stored = pkt->len;
		pkt->len = pkt->caplen;
		pkt->caplen = stored;
	}
	stored = pkt->caplen;
	if (stored > cf->max)
		return capfile_bad_packet(cf, err, capbuf_off(&cf->buf),
		    "%" PRIu32 " bytes long, more than the %" PRIu32
		    " a packet can have", stored, cf->max);
	if (pkt->len < stored)
		pkt->len = stored;
	if (stored > cf->snaplen)
		pkt->caplen = cf->snaplen;
	return give(cf, pkt, stored, err);
}

static int
pcap_next(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	const uint8_t *h = capbuf_peek(&cf->buf, cf->rec_len);
	uint32_t sec, frac;

	if (unlikely(h == NULL))
		return end_of_records(cf, err);
	if (!cf->big) {
		sec = le32(h);
		frac = le32(h + 4);
		pkt->caplen = le32(h + 8);
		pkt->len = le32(h + 12);
	} else {
		sec = be32(h);
		frac = be32(h + 4);
		pkt->caplen = be32(h + 8);
		pkt->len = be32(h + 12);
	}
	pkt->bad_time = frac >= cf->frac_max;
	if (cf->nano)
		frac /= 1000;
	pkt->ts = (int64_t)sec * 1000000 + frac;
	if (unlikely(pkt->caplen > cf->plain_max || pkt->len < pkt->caplen ||
	    cf->lengths != LENGTHS_SANE))
		return odd_lengths(cf, pkt, err);
	return give(cf, pkt, pkt->caplen, err);
}

/*
 * What nearly all packets of nearly all files are: little-endian, in
 * microseconds, sound, and in the buffer. Returns false, and has taken
 * nothing, when this one is not: pcap_next will know.
 */
static ATTR_INLINE bool
take_plain(struct capfile *cf, struct cap_pkt *pkt)
{
	const uint8_t *h = cf->buf.at;
	size_t have = capbuf_left(&cf->buf);
	uint32_t frac;

	if (unlikely(have < REC_HDR))
		return false;
	frac = le32(h + 4);
	pkt->caplen = le32(h + 8);
	pkt->len = le32(h + 12);
	if (unlikely(frac >= 1000000 || pkt->caplen > pkt->len ||
	    pkt->caplen > cf->plain_max || pkt->caplen > have - REC_HDR))
		return false;
	pkt->ts = (int64_t)le32(h) * 1000000 + frac;
	pkt->bad_time = false;
	pkt->data = h + REC_HDR;
	pkt->link = cf->link;
	pkt->ifno = 0;
	pkt->num = ++cf->num;
	capbuf_step(&cf->buf, REC_HDR + (size_t)pkt->caplen);
	return true;
}

static int
plain_next(struct capfile *cf, struct cap_pkt *pkt, struct capfile_err *err)
{
	return likely(take_plain(cf, pkt)) ? 1 : pcap_next(cf, pkt, err);
}

size_t
capfile_pcap_more(struct capfile *cf, struct cap_pkt *v, size_t max)
{
	size_t n = 0;

	if (unlikely(cf->next != plain_next))
		return 0;
	while (n < max && likely(take_plain(cf, &v[n])))
		n++;
	return n;
}

/* Versions as libpcap takes them; 543.0 is DG/UX tcpdump's. */
static int
take_version(struct capfile *cf, const uint8_t *h, struct capfile_err *err)
{
	unsigned int major = get16(cf, h + 4), minor = get16(cf, h + 6);

	if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0))
		return capfile_bad_file(cf, err,
		    "pcap version %u.%u is not known", major, minor);
	cf->lengths = LENGTHS_SANE;
	if (major == 543 || minor < 3)
		cf->lengths = LENGTHS_SWAPPED;
	else if (minor == 3)
		cf->lengths = LENGTHS_EITHER;
	return 0;
}

/* A snapshot length of 0 or beyond 2^31 - 1 means none was set. */
static void
take_lengths(struct capfile *cf, uint32_t snaplen, bool kuznetzov)
{
	cf->max = capfile_link_max(cf->link);
	cf->snaplen = snaplen;
	if (snaplen == 0 || snaplen > INT32_MAX)
		cf->snaplen = cf->max;
	/* That kernel patch counted without the Ethernet header. */
	else if (kuznetzov && cf->link == 1 && snaplen <= INT32_MAX - 14)
		cf->snaplen += 14;
	cf->plain_max = CAPFILE_SNAPLEN_MAX;
	if (cf->snaplen < cf->plain_max)
		cf->plain_max = cf->snaplen;
}

int
capfile_pcap_open(struct capfile *cf, struct capfile_err *err)
{
	const uint8_t *h = capbuf_peek(&cf->buf, FILE_HDR);
	const struct variant *v;
	uint32_t field, len = FILE_HDR;
	int rc;

	if (h == NULL)
		return capfile_bad_file(cf, err, "file ends in its header");
	v = find_variant(h, &cf->big);
	if (v == NULL)
		return capfile_bad_file(cf, err, "not a pcap file");
	cf->nano = v->nano;
	cf->frac_max = v->nano ? 1000000000 : 1000000;
	cf->rec_len = v->rec_len;
	rc = take_version(cf, h, err);
	if (rc < 0)
		return rc;
	field = get32(cf, h + 20);
	cf->link = capfile_link_number(field);
	take_lengths(cf, get32(cf, h + 16), v->rec_len == REC_HDR_KUZNETZOV);
	if (v->ixia)
		len += IXIA_EXTRA;
	if (capbuf_skip(&cf->buf, len) != 0)
		return capfile_bad_file(cf, err, "file ends in its header");
	capfile_add_if(cf, cf->link, NULL, 0);
	cf->next = pcap_next;
	if (!cf->big && !cf->nano && cf->rec_len == REC_HDR &&
	    cf->lengths == LENGTHS_SANE)
		cf->next = plain_next;
	return 0;
}
