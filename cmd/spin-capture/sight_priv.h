/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SIGHT_PRIV_H
#define SPIN_SIGHT_PRIV_H

#include "lru.h"
#include "sight.h"
#include "utf8.h"

/* What the readers of the protocols share with the table; see sight.h. */

/* C(NUMBER, "name in the stats record") */
#define SIGHT_COUNTERS(C) \
	C(RECORDS, "records")		/* device records made */ \
	C(SUPPRESSED, "suppressed")	/* news held back: too many */ \
	C(EVICTED, "evicted")		/* MACs forgotten: table full */ \
	C(ARP, "arp")			/* messages read, by protocol */ \
	C(NDP, "ndp") \
	C(DHCP, "dhcp") \
	C(DHCP6, "dhcp6") \
	C(MDNS, "mdns") \
	C(IGNORED_ARP, "ignored_arp")	/* sound, but not of a device here */ \
	C(IGNORED_NDP, "ignored_ndp") \
	C(IGNORED_DHCP, "ignored_dhcp") \
	C(IGNORED_DHCP6, "ignored_dhcp6") \
	C(IGNORED_MDNS, "ignored_mdns") \
	C(MALFORMED_ARP, "malformed_arp") \
	C(MALFORMED_NDP, "malformed_ndp") \
	C(MALFORMED_DHCP, "malformed_dhcp") \
	C(MALFORMED_DHCP6, "malformed_dhcp6") \
	C(CUT, "cut")			/* not captured whole */ \
	C(NO_MAC, "no_mac")		/* none, or zero: whose is it? */ \
	C(BAD_MAC, "bad_mac")		/* a group */ \
	C(BAD_ADDRESS, "bad_address")	/* nobody's: multicast, loopback */ \
	C(BAD_PREFIX, "bad_prefix")	/* absurd length or address */ \
	C(BAD_MUD_URL, "bad_mud_url") \
	C(FULL, "full")			/* addresses, prefixes: no room */

enum sight_counter {
#define C(NUMBER, name) SIGHT_##NUMBER,
	SIGHT_COUNTERS(C)
#undef C
	SIGHT_NCOUNTERS
};

_Static_assert(SIGHT_NCOUNTERS <= SIGHT_COUNTS, "room for all counters");

enum sight_how {
	HOW_ARP, HOW_NDP, HOW_RA, HOW_DHCP, HOW_DHCP6, HOW_MDNS, HOW_IP,
};

/* One sighting; texts are raw bytes from the packet, n == 0: not said. */
struct sighting {
	int64_t ts;
	enum sight_how how;
	struct mac mac;
	struct addr ip;			/* ver == 0: not said */
	struct str name, vendor_class, params, mud_url;
	bool router;
	uint16_t vlan;
};

/* At most `burst` at once, then `rate` a second of traffic time. */
struct sight_bucket {
	int64_t last;
	int64_t level;		/* millionths */
};

/* Who sent last from where; see sight_ip. */
struct sight_memo {
	int64_t ts;
	struct addr addr;
	struct mac mac;
};

#define SIGHT_MEMO	256	/* the upper 8 bits of a hash */
#define SIGHT_ROUTERS	4

struct sight {
	const struct hashkey *key;
	struct lru *devices;		/* owned; struct device by MAC */
	struct lru *holdings;		/* owned; struct holding by address */
	sight_emit *emit;
	void *ctx;
	struct sight_bucket strangers;
	struct sight_memo memo[SIGHT_MEMO];

	struct prefix prefixes[SIGHT_PREFIXES];
	int64_t prefix_seen[SIGHT_PREFIXES];
	size_t nprefixes;
	bool prefixes_changed;

	/* Routers that DHCP named by address, the latest first. */
	struct addr routers[SIGHT_ROUTERS];

	uint64_t counts[SIGHT_NCOUNTERS];
	/* Escaped texts of the record being made. */
	char name[UTF8_ESCAPED(SIGHT_TEXT_MAX)];
	char vendor_class[UTF8_ESCAPED(SIGHT_TEXT_MAX)];
};

static inline void
sight_count(struct sight *s, enum sight_counter c)
{
	s->counts[c]++;
}

/* Begins a sighting by the MAC at `mac` (six bytes, or NULL: none). */
struct sighting sighting_by(int64_t ts, enum sight_how, const uint8_t *mac,
    const struct link_info *);

/*
 * Takes in a sighting; makes a record if it is news. The texts are escaped
 * and cut here. Returns 0 or what emit said.
 */
int sight_learn(struct sight *, const struct sighting *);

/* The same for an address given to the device by DHCP: adds its own name. */
int sight_learn_given(struct sight *, const struct sighting *);

/* Which MAC holds an address, or NULL. */
const struct mac *sight_holder(const struct sight *, const struct addr *);

/* A unicast address that a host can have. */
bool sight_is_host(const struct addr *);

/* A home prefix was announced that holds `a`. */
void sight_learn_prefix(struct sight *, int64_t ts, const struct addr *a,
    unsigned len);
bool sight_in_prefixes(const struct sight *, const struct addr *);
bool sight_knows_prefixes(const struct sight *, uint8_t ver);

/* DHCP says that this address is a router's. */
void sight_learn_router(struct sight *, const struct addr *);

/*
 * The URL of a MUD string (RFC 8520 sections 10 and 11), up to the first
 * space. Empty, and counted, if it is not an https URL.
 */
struct str sight_mud_url(struct sight *, const uint8_t *p, size_t n);

/* Text of an option, without the NULs that some clients end it with. */
struct str sight_text(const uint8_t *p, size_t n);

/*
 * A domain name's labels (RFC 1035 section 3.1, not compressed, perhaps
 * without the root's: RFC 4704 section 4.2) with dots between them, in the
 * case they came in. Empty if it is not one.
 */
struct str sight_dname(const uint8_t *p, size_t n,
    char to[static SIGHT_TEXT_MAX]);

/* Numbers of `size` bytes, 1 or 2, as "1,3,6"; the first SIGHT_NUMBERS. */
#define SIGHT_NUMBERS		255
#define SIGHT_NUMBERS_ROOM	(6 * SIGHT_NUMBERS)
struct str sight_numbers(const uint8_t *p, size_t n, size_t size,
    char to[static SIGHT_NUMBERS_ROOM]);

/* One for each protocol, from sight_pkt. */
int sight_ndp(struct sight *, const struct pkt *);
int sight_dhcp(struct sight *, const struct pkt *);
int sight_dhcp6(struct sight *, const struct pkt *);

#endif
