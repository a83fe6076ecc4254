/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_REC_H
#define SPIN_REC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "arena.h"
#include "attr.h"
#include "buf.h"
#include "rec_members.h"
#include "str.h"

/*
 * Records: the NDJSON that the programs exchange, one JSON object a line.
 * spin-record(5) is the contract, rec_members.h the table.
 *
 *	struct rec r;
 *	rec_init(&r, REC_TYPE_FLOW);
 *	r.ts = now;
 *	REC_SET(&r, FLOW, flow, pkts, 9);
 *	if (rec_encode(&r, &out) < 0) ...	adds one line with its LF
 *
 *	if (rec_decode(&r, &arena, line, n, &err) < 0) ...
 *	if (REC_HAS(&r, FLOW, sport)) use(r.u.flow.sport);
 *
 * Slices and lists in a decoded record point into the line and the arena and
 * live as long as both. An unset member's field holds nothing defined.
 */
struct strs { struct str *v; size_t n; };
struct addrs { struct addr *v; size_t n; };

struct count { struct str name; uint64_t value; };
struct counts { struct count *v; size_t n; };

/* One resource record of an answer; a member that is unknown has n == 0. */
struct answer {
	struct str name, rtype, data;
	uint64_t ttl;
	bool has_ttl;
};
struct answers { struct answer *v; size_t n; };

enum rec_type {
	REC_TYPE_OTHER,		/* a type this version does not know */
#define R(TYPE, tag, name) REC_TYPE_##TYPE,
	REC_TYPES(R)
#undef R
	REC_TYPE_COUNT
};

#define REC_CTYPE_TIME		int64_t
#define REC_CTYPE_UINT		uint64_t
#define REC_CTYPE_BOOL		bool
#define REC_CTYPE_TEXT		struct str
#define REC_CTYPE_ADDR		struct addr
#define REC_CTYPE_MAC		struct mac
#define REC_CTYPE_PORTS		struct str
#define REC_CTYPE_TEXTS		struct strs
#define REC_CTYPE_ADDRS		struct addrs
#define REC_CTYPE_COUNTS	struct counts
#define REC_CTYPE_ANSWERS	struct answers
#define REC_CTYPE_RAW		struct str

/* struct rec_flow { int64_t end; ... }; and so on for each type. */
#define M(T, field, name) REC_CTYPE_##T field;
#define R(TYPE, tag, name) struct rec_##tag { REC_##TYPE(M) };
REC_TYPES(R)
#undef R
#undef M

/* Member numbers, REC_FLOW_end = 0 and on: bits of rec.has. */
#define M_STREAM(T, f, name) REC_STREAM_##f,
#define M_FLOW(T, f, name) REC_FLOW_##f,
#define M_DNS(T, f, name) REC_DNS_##f,
#define M_DEVICE(T, f, name) REC_DEVICE_##f,
#define M_STATS(T, f, name) REC_STATS_##f,
#define M_DIGEST(T, f, name) REC_DIGEST_##f,
#define M_ALERT(T, f, name) REC_ALERT_##f,
#define M_ORDER(T, f, name) REC_ORDER_##f,
#define M_RESULT(T, f, name) REC_RESULT_##f,
#define M_DROP(T, f, name) REC_DROP_##f,
#define M_POLICY(T, f, name) REC_POLICY_##f,
#define M_RULE(T, f, name) REC_RULE_##f,
#define M_LABEL(T, f, name) REC_LABEL_##f,
#define M_FINDING(T, f, name) REC_FINDING_##f,
#define M_MUD(T, f, name) REC_MUD_##f,
#define R(TYPE, tag, name) enum { REC_##TYPE(M_##TYPE) REC_##TYPE##_COUNT };
REC_TYPES(R)
#undef R

struct rec {
	enum rec_type type;
	bool has_ts;		/* only REC_TYPE_OTHER may lack it */
	int64_t ts;		/* microseconds since 1970, UTC */
	uint64_t has;		/* bit per member: 1 << REC_FLOW_sport */
	struct str type_name;	/* of REC_TYPE_OTHER */
	/*
	 * Members this version does not know (all of REC_TYPE_OTHER's), as
	 * compact ASCII JSON, each behind a comma: ,"x":1,"y":[2]
	 */
	struct str extra;
	/*
	 * The line it was read from, without LF, if that is in the form that
	 * is written, or nearly; else empty. Set by rec_decode only. For
	 * passing on what was not changed (out_pass).
	 */
	struct str line;
	/* The same as `extra` inside of each answer, or NULL. Likewise. */
	const struct str *answer_extra;
	union {
#define R(TYPE, tag, name) struct rec_##tag tag;
		REC_TYPES(R)
#undef R
	} u;
};

#define REC_BIT(TYPE, field)	((uint64_t)1 << REC_##TYPE##_##field)
#define REC_HAS(r, TYPE, field)	(((r)->has & REC_BIT(TYPE, field)) != 0)
#define REC_SET(r, TYPE, tag, field, value) \
	((r)->u.tag.field = (value), (r)->has |= REC_BIT(TYPE, field))

#define REC_LINE_MAX	65536	/* bytes of a line, with its LF */
#define REC_LIST_MAX	64	/* entries of a list before `more` */
#define REC_DEPTH_MAX	16	/* nesting */
#define REC_ENTRIES_MAX	1024	/* of a list of ours, members of any object */
#define REC_ENCODE_SLACK 1536	/* see rec_encode */
#define REC_ARENA_MAX	(3 << 19)	/* enough for any line */
#define REC_UINT_MAX	((UINT64_C(1) << 53) - 1)
#define REC_TIME_MAX	(INT64_C(253402300799) * 1000000)	/* year 9999 */

/* Where and why a line is not a record. */
struct errpos {
	size_t col;	/* byte in the line, from 1; 0: the line as a whole */
	char what[96];	/* ASCII, escaped: "ts: not a time" */
};

static inline void
rec_init(struct rec *r, enum rec_type type)
{
	r->type = type;
	r->has_ts = true;
	r->ts = 0;
	r->has = 0;
	r->type_name = (struct str){ NULL, 0 };
	r->extra = r->line = (struct str){ NULL, 0 };
	r->answer_extra = NULL;
}

/*
 * Adds the record to `out` as one line. Text that is not UTF-8 or not
 * printable must have been escaped by its producer (utf8.h): here any byte
 * that is not UTF-8 becomes the character of its value and a NUL U+FFFD, so
 * that the line is always valid. Integers and times beyond REC_UINT_MAX and
 * REC_TIME_MAX are written as those. Returns 0, or -EMSGSIZE (and leaves `out`
 * as it was) when the line would pass REC_LINE_MAX or the buffer has no room
 * for it and twice REC_ENCODE_SLACK more.
 */
int rec_encode(const struct rec *, struct buf *out) ATTR_NODISCARD;

/*
 * Reads one line of `n` bytes (with or without its LF). Members in canonical
 * order and compact form are read on a fast path; any order, white space,
 * escapes and UTF-8 are accepted. Returns 0, -EINVAL (not a record: `err`
 * says where and why), -EMSGSIZE (line too long) or -ENOMEM (arena full).
 */
int rec_decode(struct rec *, struct arena *, const char *line, size_t n,
    struct errpos *err) ATTR_NODISCARD;

/* "flow"; of REC_TYPE_OTHER the name in the record. */
struct str rec_type_name(const struct rec *);
/* The type of that name, or REC_TYPE_OTHER. */
enum rec_type rec_type_of(struct str name);

#endif
