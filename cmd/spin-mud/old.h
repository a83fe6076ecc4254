/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_OLD_H
#define SPIN_MUD_OLD_H

#include <stddef.h>

#include "doc.h"
#include "finding.h"

/*
 * Forms of MUD files from before RFC 8520, as they are still in the field, as
 * long as nothing is lost: "access-lists" for "acls", module names of the
 * drafts, ethertypes and types of lists as strings of old, ranges with an
 * operator, numbers as strings, and what else the drafts of 2016 to 2018 had.
 *
 * Changes the tree into the form of the RFC and adds a warning for each
 * change, at the place of the old form and with its name of old. Values are
 * moved, so that doc_place still knows them. A second run changes nothing,
 * and nothing happens to a file in the form of the RFC.
 *
 * What cannot be said in the new form is left as it is. Where ignoring it
 * would make an entry allow more than it said (the ports of an entry without
 * protocol), there is an error, "old-unclear", so that nobody does.
 *
 * Not taken for an older form, since it would be a guess: names and schemes
 * that are misspelled, actions in capitals or at a wrong place, lists or
 * entries of the same name, lists that are not there, URLs that are none,
 * members that the RFC wants and the file does not have; but for the version,
 * 1, where an older form was found.
 */
void old_to_rfc(struct doc *, struct findings *);

/* The rules of these findings: the i-th, or NULL behind the last. */
const struct finding_rule *old_rule(size_t i);

#endif
