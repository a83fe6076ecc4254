/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_LINT_H
#define SPIN_MUD_LINT_H

#include <stdbool.h>
#include <stdint.h>

#include "doc.h"
#include "finding.h"

/*
 * What a MUD file must be: every node of ietf-mud (RFC 8520),
 * ietf-access-control-list as far as RFC 8520 uses it (RFC 8519) and
 * ietf-acldns, and the extensions ietf-mud-tls and ietf-acl-tls (RFC 9761),
 * ietf-mud-transparency (RFC 9472), masa (RFC 8995) and ol
 * (draft-ietf-opsawg-ol). schema.c has the tables of nodes, one row each, with
 * type, cardinality and the section it is from; lint.c walks them, lint_rules.c
 * has what YANG says in words or XPath: references to access lists,
 * directions, names, times, extensions.
 *
 * Nodes that no table has are ignored, as RFC 8520 says in section 3.9, and
 * reported as notes (as warnings inside of matches, where ignoring one makes a
 * rule mean something else).
 *
 * A file without errors is one that YANG finds valid, such nodes apart, and
 * that keeps what the RFCs demand in words besides: mud-version is 1, mud-url
 * begins with https, dates are in the calendar, URIs have only the characters
 * of URIs, extensions that are used are declared, and there is a
 * "ietf-mud:mud".
 *
 *	lint(doc, &opts, &findings);
 *	valid = findings.count[FINDING_ERROR] == 0;
 */
struct lint_opts {
	bool rfc;	/* older forms are errors and stay as they are */
	int64_t now;	/* seconds since 1970; 0: the clock's */
};

/*
 * Checks. Without opts.rfc older forms (old.h) are put into RFC form first,
 * in the tree itself, with a warning each. The findings are left in the order
 * in which they were found: findings_sort.
 */
void lint(struct doc *, const struct lint_opts *, struct findings *);

#endif
