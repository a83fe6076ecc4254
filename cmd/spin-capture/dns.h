/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DNS_H
#define SPIN_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "dname.h"
#include "rec.h"
#include "str.h"

/*
 * One DNS message (RFC 1035 4), as far as records want to know it: header,
 * first question, answers. The counts of the header are not believed: every
 * section ends where the bytes end.
 */
enum {
	DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100,
	DNS_RA = 0x0080,
};

enum {
	DNS_TYPE_A = 1, DNS_TYPE_NS = 2, DNS_TYPE_CNAME = 5,
	DNS_TYPE_PTR = 12, DNS_TYPE_MX = 15, DNS_TYPE_TXT = 16,
	DNS_TYPE_AAAA = 28, DNS_TYPE_SRV = 33, DNS_TYPE_DNAME = 39,
	DNS_TYPE_OPT = 41, DNS_TYPE_NSEC = 47, DNS_TYPE_SVCB = 64,
	DNS_TYPE_HTTPS = 65, DNS_TYPE_IXFR = 251, DNS_TYPE_AXFR = 252,
};

enum dns_state {
	DNS_BAD,	/* no sound header and question: nothing to report */
	DNS_PART,	/* they are, but something behind them is not */
	DNS_WHOLE,
};

struct dns_msg {
	uint16_t id, flags;
	uint8_t opcode;
	uint16_t rcode;		/* with the upper bits from EDNS (RFC 6891) */

	uint16_t questions;	/* as the header says */
	bool has_question;	/* the first one, below */
	uint16_t qtype, qclass;
	uint8_t qlen;
	uint8_t qname[DNAME_WIRE];	/* wire form of dname.h */

	struct answers answers;	/* in the arena */
	uint64_t more;		/* answers that are not among them */

	const char *fault;	/* static name of what is malformed, or NULL */
	bool cut;		/* what is missing was not captured */
};

/*
 * Parses `cap` captured bytes of a message of `len`. Of a query only header
 * and first question are read. Of a response:
 *  - answers are the records of the answer section, and for multicast DNS
 *    (`mdns`) of the additional section too, without OPT (and NSEC, RFC 6762
 *    6.1); at most REC_LIST_MAX, and fewer when their text passes 13 000
 *    bytes, so that they always fit into one line of a record. `more` counts
 *    the others, and of a cut message those that the header tells of and the
 *    uncaptured bytes have room for;
 *  - the names in records that are not reported are stepped over, not read;
 *  - class bits that multicast DNS uses for itself are taken off.
 * A message whose records break off in the middle keeps the answers before
 * the break and is DNS_PART, with either `fault` or `cut`; `fault` is one of
 * dns_header, dns_question, dns_record (name, lengths), dns_rdata. Bytes
 * behind the last record are nobody's business.
 */
enum dns_state dns_parse(struct dns_msg *, struct arena *, const uint8_t *msg,
    size_t cap, uint64_t len, bool mdns);

/*
 * "AAAA", or "TYPE65280" (RFC 3597 5); "NXDOMAIN", or "RCODE12". `room` has
 * DNS_NAME_ROOM bytes, and is used for the numbered ones.
 */
#define DNS_NAME_ROOM	12
struct str dns_type_name(uint16_t type, char *room);
struct str dns_rcode_name(uint16_t rcode, char *room);

#endif
