/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "frag.h"

#include "../tap.h"

#define SECOND	INT64_C(1000000)

static const struct hashkey key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
static const uint8_t hosts[4][16] = { { 192, 0, 2, 1 }, { 192, 0, 2, 2 },
    { 192, 0, 2, 1, 1 }, { 192, 0, 2, 1, 0, 1 } };
static const struct link_info no_vlan, vlan7 = { .vlan = 7 };

static struct pkt
first(uint32_t id)
{
	return (struct pkt){ .link = &no_vlan, .ver = 4, .src = hosts[0],
		.dst = hosts[1], .proto = IPPROTO_NUM_UDP, .frag_id = id,
		.fragment = true, .has_ports = true, .sport = 4000,
		.dport = 53, .bytes = 1500 };
}

static struct pkt
later(uint32_t id)
{
	struct pkt p = first(id);

	p.later_fragment = true;
	p.has_ports = false;
	p.sport = p.dport = 0;
	return p;
}

static struct frags *
new_table(void)
{
	struct frags *t = frags_new(&key);

	if (!t)
		abort();
	return t;
}

/* What a later fragment becomes, after a first one at time 0. */
static void
check(bool want, const struct pkt *one, struct pkt two, int64_t vnow,
    const char *what)
{
	struct frags *t = new_table();
	struct pkt a = *one, before = two;

	frags_packet(t, &a, 0);
	tap_mem(&a, sizeof(a), one, sizeof(a), "%s: the first as it was", what);
	frags_packet(t, &two, vnow);
	if (want)
		tap_ok(two.has_ports && two.sport == 4000 &&
		    two.dport == 53 && two.proto == one->proto &&
		    two.later_fragment && two.bytes == 1500,
		    "%s: completed", what);
	else
		tap_mem(&two, sizeof(two), &before, sizeof(two),
		    "%s: left alone", what);
	frags_free(t);
}

static void
check_keys(void)
{
	struct pkt one = first(1), two = later(1);

	check(true, &one, two, 0, "the next");
	check(true, &one, two, 30 * SECOND, "half a minute later");
	check(false, &one, two, 30 * SECOND + 1, "more than that");
	two.frag_id = 2;
	check(false, &one, two, 0, "another identification");
	two = later(1);
	two.src = hosts[1];
	two.dst = hosts[0];
	check(false, &one, two, 0, "the other direction");
	two = later(1);
	two.proto = IPPROTO_NUM_TCP;
	check(false, &one, two, 0, "IPv4, another protocol");
	two = later(1);
	two.link = &vlan7;
	check(false, &one, two, 0, "another VLAN");
	one.link = &vlan7;
	check(true, &one, two, 0, "the same VLAN");
	one = first(65536 + 1);
	check(false, &one, later(1), 0, "all bits of the identification");
}

/* IPv6: 16 bytes of address count, and the protocol is the first one's. */
static void
check_ip6(void)
{
	struct pkt one = first(0xfedcba98), two = later(0xfedcba98);

	one.ver = two.ver = 6;
	check(true, &one, two, 0, "IPv6");
	two.proto = 60;		/* destination options come next, it says */
	check(true, &one, two, 0, "IPv6, another next header");
	two.src = hosts[2];
	check(false, &one, two, 0, "IPv6, another fifth byte");
	two.src = hosts[3];
	check(false, &one, two, 0, "IPv6, another sixth byte");
	two = later(0xfedcba98);
	check(false, &one, two, 0, "IPv4 after IPv6");
	one.ver = 4;
	one.src = hosts[2];
	check(true, &one, two, 0, "IPv4: four bytes of address");
}

static void
check_icmp(void)
{
	struct frags *t = new_table();
	struct pkt one = first(9), two = later(9);

	one.proto = two.proto = IPPROTO_NUM_ICMP;
	one.has_ports = false;
	one.sport = one.dport = 0;
	one.has_icmp = true;
	one.icmp_type = 8;
	one.icmp_code = 1;
	frags_packet(t, &one, 0);
	frags_packet(t, &two, 0);
	tap_ok(two.has_icmp && two.icmp_type == 8 && two.icmp_code == 1 &&
	    !two.has_ports, "type and code of a long echo");
	frags_free(t);
}

/* An identification comes again: the younger packet's ports count. */
static void
check_again(void)
{
	struct frags *t = new_table();
	struct pkt one = first(5), two = later(5);

	frags_packet(t, &two, 0);
	tap_ok(!two.has_ports, "before the first: nothing is known");
	frags_packet(t, &one, 0);
	one = first(5);
	one.sport = 4001;
	frags_packet(t, &one, 40 * SECOND);
	two = later(5);
	frags_packet(t, &two, 60 * SECOND);
	tap_uint(two.sport, 4001, "the same identification again");
	tap_ok(two.has_ports, "counted from its own time");
	one = first(5);
	one.has_ports = false;	/* not captured */
	one.sport = one.dport = 0;
	frags_packet(t, &one, 61 * SECOND);
	two = later(5);
	frags_packet(t, &two, 61 * SECOND);
	tap_ok(!two.has_ports && two.sport == 0,
	    "the first without ports: none for the others either");
	frags_free(t);
}

/* A full table forgets the oldest; a flood cannot make it grow. */
static void
check_full(void)
{
	struct frags *t = new_table();
	struct pkt p;
	uint32_t i, found = 0;

	for (i = 0; i < 100000; i++) {
		p = first(i);
		frags_packet(t, &p, 0);
	}
	for (i = 0; i < 100000; i++) {
		p = later(i);
		frags_packet(t, &p, 0);
		found += p.has_ports;
		if (i == 100000 - FRAG_MAX - 1)
			tap_uint(found, 0, "the oldest are gone");
	}
	tap_uint(found, FRAG_MAX, "the youngest are there");
	frags_free(t);
}

int
main(void)
{
	check_keys();
	check_ip6();
	check_icmp();
	check_again();
	check_full();
	return tap_done();
}
