/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_CSV_H
#define SPIN_DIG_CSV_H

#include "buf.h"
#include "rec.h"

/*
 * Digests as comma-separated values (RFC 4180, but lines end with a line feed
 * alone): a heading with the names of the members, then a line for each
 * digest. Lists are joined by blanks, times as in records, absent members
 * empty. The columns are always the same: `ts`, and all members of a digest
 * that a row by these members may have (sums.h), in the order of records.
 *
 * Names come from the network, and spreadsheets take a text that begins with
 * = + - @ for a formula: such a character is written as \xHH, also behind
 * the quotation marks, commas and semicolons at which some of them split
 * lines; as are those that text in records is escaped for. All of it stands
 * in quotation marks where RFC 4180 asks for them.
 */
void csv_head(unsigned by, struct buf *);
void csv_row(unsigned by, const struct rec *digest, struct buf *);

#endif
