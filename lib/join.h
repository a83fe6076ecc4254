/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_JOIN_H
#define SPIN_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "bundle.h"
#include "hash.h"
#include "names.h"
#include "rec.h"
#include "services.h"

/*
 * The join of one home: flows with the devices they belong to and with the
 * names that those devices were told. All records of a stream go in, in their
 * order; for each flow come out one or two digests, the accounts that the
 * devices of this home keep of it.
 *
 *	j = join_new(&opts, &hashkey);
 *	join_learn(j, &rec);			stream, dns, device
 *	join_digest(j, &rec);			digest
 *	n = join_flow(j, &flow, view);		flow
 *	for (i = 0; i < n; i++) sums_add(s, &view[i]);
 *	join_free(j);
 *
 * A device is a MAC with all addresses that are used with it, or, where no
 * MAC is to be seen, an address. Which end of a flow is the home's:
 *
 * 1. an address within the prefixes given (`local`), or else within those of
 *    the stream record, or that a device announced (ARP, NDP, DHCP, mDNS),
 *    if it is private or the flow has that device's MAC next to it, for
 *    anybody can announce anything; link-local and unspecified addresses in
 *    any case;
 * 2. a private one (RFC 1918, RFC 4193), when no prefixes were given, and
 *    none of its IP version by the stream, or rule 1 says neither;
 * 3. if still neither, the end whose MAC is a device's, when the other's is
 *    the gateway's;
 * 4. if still neither, the initiator.
 *
 * The gateway is the MAC that said that it is a router, or behind which
 * addresses of the internet have answered to one that is not link-local.
 *
 * A flow between two devices gives two digests, the initiator's first, each
 * with the other as `peer_mac`; from a device to itself it gives one.
 * Multicast and broadcast give one, the sender's.
 */
#define JOIN_VIEWS	2

enum join_bundle {
	JOIN_DOMAIN,	/* peers are registered domains, where named */
	JOIN_HOST,	/* host names, where named */
	JOIN_ADDRESS,	/* addresses */
};

struct join_opts {
	const struct prefix *local;	/* home prefixes, or NULL */
	size_t nlocal;
	enum join_bundle bundle;
	const struct bundle *domains;	/* for JOIN_DOMAIN */
	const struct services *services;
	struct names_opts names;
	size_t max_devices;	/* 2 at least */
};

#define JOIN_OPTS_INIT \
	{ .names = NAMES_OPTS_INIT, .max_devices = 4096 }

struct join;

struct join *join_new(const struct join_opts *, const struct hashkey *)
    ATTR_NODISCARD;
void join_free(struct join *);

/* Learns from stream, dns and device records; others are no matter. */
void join_learn(struct join *, const struct rec *);

/*
 * Learns from a digest which devices there are and had traffic, with which
 * addresses; who is the gateway; and their names where nothing else is known.
 */
void join_digest(struct join *, const struct rec *);

/*
 * The accounts of a flow record, which has src and dst: digests with its `ts`
 * and no `window`.
 * Returns how many, at least one. Their texts live until the next call of
 * join_learn, join_digest or join_flow.
 */
size_t join_flow(struct join *, const struct rec *flow,
    struct rec view[static JOIN_VIEWS]);

/* Adds device, name, peer and where of its first view to a flow record. */
void join_annotate(struct rec *flow, const struct rec *view);

/* What is known of a device, by what a digest calls it. */
struct join_device {
	struct str text;	/* its MAC, or its address */
	struct mac mac;		/* zero: it has no MAC */
	struct str name;	/* empty: unknown, as is vendor_class */
	struct str vendor_class;
	bool router;		/* or the gateway */
	bool traffic;		/* it had a flow or a digest */
	size_t naddrs;
	const struct addr *addrs;	/* in the order in which they came */
};

/* False when there is no such device. */
bool join_device(const struct join *, struct str device,
    struct join_device *);

/* Devices one after another, from *at == 0 on; false after the last. */
bool join_next(const struct join *, size_t *at, struct join_device *);

struct join_counts {
	struct names_counts names;
	uint64_t devices;	/* ever known */
	uint64_t evicted;	/* devices forgotten, as too many came */
	uint64_t hidden_dns;	/* flows of DNS over TLS, HTTPS or QUIC */
};

void join_counts(const struct join *, struct join_counts *);

#endif
