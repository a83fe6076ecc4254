/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_WHERE_H
#define SPIN_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "rec.h"
#include "str.h"

/*
 * The expressions of --where: which digests are meant.
 *
 *	device=HS110 and not (where=lan or port<1024) and bytes>10M
 *
 *	expr	= and { "or" and }
 *	and	= not { "and" not }
 *	not	= { "not" } ( "(" expr ")" | test )
 *	test	= MEMBER OP VALUE
 *	OP	= "=" "!=" "<" "<=" ">" ">=" "~" "!~"
 *
 * Blanks may stand between all parts. A VALUE ends at a blank or a
 * parenthesis, or is in double quotes, in which a backslash takes the next
 * character as it is; the words "and", "or" and "not", and what begins with a
 * character of an operator, are values in quotes only. Words are
 * case-insensitive; so are values, but for letters outside ASCII.
 *
 * Texts know = != and ~ !~: agent, device (its MAC, name or any address),
 * name, peer (its name, MAC or any address), host (any of `hosts`; != and !~:
 * none of them), where, proto, service, dir, weekday. peer and host also:
 * "=.example.org" is that domain and all below it. ~ is a glob for the whole
 * of the text: * any characters, ? any one, [a-z_] one of these, [!a-z] any
 * one but these; a backslash stands for itself, as names in records are
 * escaped with it.
 *
 * Numbers know = != < <= > >=, with K M G T as powers of 1024 for bytes
 * and of 1000 for others: port, hour, flows, unanswered, pkts, bytes (both
 * ways), pkts_out, pkts_in, bytes_out, bytes_in. Addresses know = and !=:
 * device_ip and peer_ip, an address or prefix (any of them; !=: none).
 *
 * where, dir and weekday have few values, an hour is 0 to 23, a port 0 to
 * 65535: a value that no digest can have is an error, also behind !=, and so
 * is a glob that none of them fits. (hour<24 is not.)
 *
 * A member that a digest lacks equals nothing: = < > ~ are false, != and !~
 * true. flows, unanswered, pkts, bytes and their parts are sums; they are 0
 * then.
 *
 * An expression falls into two parts, joined by "and": what can be said of
 * each digest before it is summed, and what can only be said of sums.
 * where_before and where_after tell the two apart; "or" and "not" across that
 * border are an error, at the operand that brings them together.
 */
struct where;

struct where_err {
	size_t at;		/* byte of the expression, from 0 */
	size_t n;		/* bytes that are wrong, 0 at the end of it */
	char what[128];		/* "no such member", ASCII, escaped */
};

#define WHERE_MAX	4096	/* bytes of an expression */
#define WHERE_DEPTH	32	/* of parentheses and "not", together */
#define WHERE_TESTS	256

/*
 * Returns NULL and fills `err` when the text is no expression; at + n is never
 * more than the length of the text. The text is copied.
 */
struct where *where_new(const char *text, struct where_err *err)
    ATTR_NODISCARD;
void where_free(struct where *);

/*
 * Whether a digest passes: before it is summed up, and the sum. Each is true
 * when the expression says nothing of that kind.
 */
bool where_before(const struct where *, const struct rec *digest);
bool where_after(const struct where *, const struct rec *digest);

/* Whether where_after ever says no. */
bool where_has_sums(const struct where *);

/* Whether the expression names a member, as it is called here: "peer_ip". */
bool where_names(const struct where *, const char *member);

#endif
