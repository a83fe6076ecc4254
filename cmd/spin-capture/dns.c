/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dns.h"

#include <errno.h>

#include "bytes.h"
#include "dnsdata.h"

#define HEADER		12
#define RR_MIN		11	/* root name, type, class, TTL, length */
#define CLASS_BITS	0x7fff	/* RFC 6762 5.4, 10.2: the top bit is not */

/*
 * Text of all answers of a message. Even with every character escaped it is
 * well below a record's line, and a packet of hostile names costs little.
 */
#define TEXT_MAX	16000
/* Room that one answer may need. */
#define TEXT_ROOM	(DNAME_TEXT + DNS_NAME_ROOM + DNSDATA_TEXT)

struct room {
	struct answer answers[REC_LIST_MAX];
	char text[TEXT_MAX];
};

struct in {
	const uint8_t *msg;
	size_t n;		/* bytes captured */
	uint64_t len;		/* bytes on the wire */
	size_t at;
	bool mdns;
	struct dns_msg *m;
	struct room *room;
	size_t used;		/* of room->text */
};

struct rr {
	size_t name;		/* where its name starts */
	uint16_t type, class;
	uint32_t ttl;
	size_t data, end;
};

/* Bytes ended (or the message did) before what is being read did. */
static int
ends(struct in *in, const char *what)
{
	if (in->n < in->len)
		in->m->cut = true;
	else
		in->m->fault = what;
	return -EBADMSG;
}

static int
fault(struct in *in, int err, const char *what)
{
	if (err == -EBADMSG)
		return ends(in, what);
	in->m->fault = what;
	return err;
}

/* Only the first question counts (RFC 9619); the others are stepped over. */
static int
read_questions(struct in *in)
{
	struct dns_msg *m = in->m;
	unsigned i;
	int err;

	for (i = 0; i < m->questions; i++) {
		err = i ? dname_skip(in->msg, in->n, &in->at) :
		    dname_unpack(in->msg, in->n, &in->at, m->qname);
		if (err < 0)
			return fault(in, err, "dns_question");
		if (in->n - in->at < 4)
			return ends(in, "dns_question");
		if (i == 0) {
			m->qlen = (uint8_t)err;
			m->qtype = be16(in->msg + in->at);
			m->qclass = be16(in->msg + in->at + 2);
			if (in->mdns)
				m->qclass &= CLASS_BITS;
			m->has_question = true;
		}
		in->at += 4;
	}
	return 0;
}

/* As dname_skip: -EBADMSG when the bytes end before the record does. */
static int
take_rr(struct in *in, struct rr *rr)
{
	size_t at = in->at;
	int err = dname_skip(in->msg, in->n, &at);

	rr->name = in->at;
	if (err < 0)
		return err;
	if (in->n - at < 10)
		return -EBADMSG;
	rr->type = be16(in->msg + at);
	rr->class = be16(in->msg + at + 2);
	if (in->mdns)
		rr->class &= CLASS_BITS;
	rr->ttl = be32(in->msg + at + 4);
	rr->data = at + 10;
	rr->end = rr->data + be16(in->msg + at + 8);
	if (rr->end > in->n)
		return -EBADMSG;
	in->at = rr->end;
	return 0;
}

static int
read_rr(struct in *in, struct rr *rr)
{
	int err = take_rr(in, rr);

	if (err < 0)
		(void)fault(in, err, "dns_record");
	return err;
}

/* The text of one answer, behind those before it. There is room. */
static int
read_answer(struct in *in, const struct rr *rr, struct answer *a)
{
	struct dnsdata d = { in->msg, in->n, rr->data, rr->end, rr->type,
	    rr->class };
	uint8_t wire[DNAME_WIRE];
	char *text = in->room->text + in->used, *p = text;
	size_t at = rr->name;
	int n = dname_unpack(in->msg, in->n, &at, wire);

	if (n < 0)
		return fault(in, n, "dns_record");
	*a = (struct answer){ .ttl = rr->ttl, .has_ttl = true };
	a->name = (struct str){ p, dname_print(wire, (size_t)n, p) };
	p += a->name.n;
	a->rtype = dns_type_name(rr->type, p);
	p += DNS_NAME_ROOM;
	n = dnsdata_print(&d, p);
	if (n < 0) {
		in->m->fault = "dns_rdata";
		return n;
	}
	a->data = (struct str){ p, (size_t)n };
	in->used += (size_t)(p - text) + (size_t)n;
	return 0;
}

static int
add_answer(struct in *in, const struct rr *rr)
{
	struct answers *list = &in->m->answers;

	if (rr->type == DNS_TYPE_OPT ||
	    (in->mdns && rr->type == DNS_TYPE_NSEC))
		return 0;
	if (!in->room || list->n == REC_LIST_MAX ||
	    in->used > TEXT_MAX - TEXT_ROOM) {
		in->m->more++;
		return 0;
	}
	if (read_answer(in, rr, &in->room->answers[list->n]) < 0)
		return -EINVAL;
	list->n++;
	return 0;
}

static int
read_answers(struct in *in, unsigned count)
{
	uint64_t left, fit;
	struct rr rr;

	for (left = count; left; left--) {
		if (read_rr(in, &rr) < 0)
			break;
		if (add_answer(in, &rr) < 0)
			return -EINVAL;
	}
	if (!left)
		return 0;
	fit = (in->len - in->at) / RR_MIN;
	if (in->m->cut)
		in->m->more += left < fit ? left : fit;
	return -EINVAL;
}

/*
 * RFC 6891 6.1.3: the upper eight bits of the response code, from the first
 * OPT record (there must be one at most).
 */
static void
read_opt(struct in *in, const struct rr *rr)
{
	if (rr->type == DNS_TYPE_OPT && in->m->rcode < 16)
		in->m->rcode |= (uint16_t)(rr->ttl >> 24 << 4);
}

static int
read_sections(struct in *in, const uint8_t *msg)
{
	unsigned i, authority = be16(msg + 8), additional = be16(msg + 10);
	struct rr rr;

	if (read_answers(in, be16(msg + 6)) < 0)
		return -EINVAL;
	for (i = 0; i < authority; i++)
		if (read_rr(in, &rr) < 0)
			return -EINVAL;
	if (in->mdns)
		return read_answers(in, additional);
	for (i = 0; i < additional; i++) {
		if (read_rr(in, &rr) < 0)
			return -EINVAL;
		read_opt(in, &rr);
	}
	return 0;
}

static void
read_header(struct dns_msg *m, const uint8_t *msg)
{
	m->id = be16(msg);
	m->flags = be16(msg + 2);
	m->opcode = m->flags >> 11 & 15;
	m->rcode = m->flags & 15;
	m->questions = be16(msg + 4);
}

static void
msg_init(struct dns_msg *m)
{
	m->id = m->flags = m->rcode = m->questions = 0;
	m->opcode = m->qlen = 0;
	m->qtype = m->qclass = 0;
	m->has_question = m->cut = false;
	m->answers = (struct answers){ NULL, 0 };
	m->more = 0;
	m->fault = NULL;
}

enum dns_state
dns_parse(struct dns_msg *m, struct arena *arena, const uint8_t *msg,
    size_t cap, uint64_t len, bool mdns)
{
	struct in in = { .msg = msg, .n = cap, .len = len, .at = HEADER,
	    .mdns = mdns, .m = m };

	msg_init(m);
	if (cap > len)
		in.n = (size_t)len;
	if (in.n < HEADER) {
		ends(&in, "dns_header");
		return DNS_BAD;
	}
	read_header(m, msg);
	if (read_questions(&in) < 0)
		return m->has_question ? DNS_PART : DNS_BAD;
	if (!(m->flags & DNS_QR) || m->opcode != 0)
		return DNS_WHOLE;
	in.room = arena_alloc(arena, sizeof(*in.room));
	if (in.room)
		m->answers.v = in.room->answers;
	return read_sections(&in, msg) < 0 ? DNS_PART : DNS_WHOLE;
}
