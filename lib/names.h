/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_NAMES_H
#define SPIN_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "hash.h"
#include "rec.h"
#include "str.h"

/*
 * What devices were told about names: which name stands for an address, as
 * the answers in dns records said. Two devices that were told different names
 * for one address each see their own (RFC 9726 tells why that matters).
 *
 *	n = names_new(&opts, &hashkey);
 *	names_dns(n, &rec, client);		each dns record
 *	host = names_find(n, client, &addr, start_of_flow);
 *	if (host.n == 0) ...			nobody knows
 *
 * Devices are numbers of the caller's choice, from 1 to UINT32_MAX - 1; 0 is
 * nobody, and what nobody received is known as what some device was told. A
 * number given to another device would take along what the first one was told.
 * The hash key is not copied and must live as long.
 *
 * What counts: a record with rcode NOERROR that is not `unsolicited`, of via
 * udp or tcp. The name is the one that was asked for; from it CNAME (and
 * DNAME's synthesised CNAME) records lead, in any order, at most 16 of them,
 * to the A and AAAA records that count: those of any name on the way. Answers
 * to other names count for nothing, nor do answers behind the first
 * REC_LIST_MAX. PTR answers to questions below in-addr.arpa and ip6.arpa (the
 * first one, through CNAMEs too: RFC 2317) name an address for everybody,
 * after all that was told to devices.
 *
 * What hosts of the link say of themselves (llmnr, mdns) is also for
 * everybody. There A, AAAA and PTR count only for an address that is private
 * or link-local or the server's own. Of mdns each answer stands for itself,
 * names a host below ".local", and is not a goodbye (RFC 6762 10.1: TTL 0).
 *
 * Names are kept in lower case and compared without regard to case. The
 * empty name, the root and what is longer than any name name nothing.
 *
 * A name stands for an address from the time of the answer on, for as long
 * as the least TTL on its way from the question says (0 if it says nothing,
 * or more than RFC 2181 8 allows), plus `grace`: applications go on using an
 * address for some time. A flow is named by its start; what was told after it
 * does not count, so each address remembers its last NAMES_RUNS names and
 * since when. Told again in that time, a name goes on. Records may come out
 * of order.
 *
 * Memory is bounded: `max_entries` pairs of device and address, the least
 * recently used go first, and `max_bytes` for the texts of the names. What a
 * device was told takes an entry of its own and one for any device.
 */
#define NAMES_RUNS	4

struct names_opts {
	size_t max_entries;
	size_t max_bytes;
	int64_t grace;		/* microseconds */
};

#define NAMES_OPTS_INIT \
	{ .max_entries = 16384, .max_bytes = 2 << 20, \
	  .grace = INT64_C(3600000000) }

struct names_counts {
	uint64_t told;		/* pairs of address and name taken over */
	uint64_t evicted;	/* entries that went, as a table was full */
	uint64_t ignored;	/* records unsolicited, or with an address of
				   a name that the question does not lead to */
};

struct names;

struct names *names_new(const struct names_opts *, const struct hashkey *)
    ATTR_NODISCARD;
void names_free(struct names *);

/* Learns from a dns record that `client` received; others are no matter. */
void names_dns(struct names *, const struct rec *, uint32_t client);

/*
 * The name of an address for a flow of `client` that began at `start`: what
 * that device was last told before, else what any device was, else what PTR
 * or mDNS records said. An empty text when there is none. Valid until the
 * next call of names_dns.
 */
struct str names_find(struct names *, uint32_t client, const struct addr *,
    int64_t start);

const struct names_counts *names_counts(const struct names *);

#endif
