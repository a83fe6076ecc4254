/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */

/*
 * gen writes the captures that the benchmark reads.
 *
 * Home mode plans some 30 flows for each 1000 packets, sorts them by start,
 * and lets them run interleaved through a heap ordered by time, so that the
 * number of packets is exact (gen.c); gen/packet.c builds the packets.
 * Everything is integer arithmetic on our own generator and every field is
 * written byte by byte: the same options give the same bytes on every
 * machine. Frames are always built whole, with right checksums, and cut
 * afterwards, so that only those of a cut frame cannot be verified.
 *
 * Addresses: 192.168.8.0/24 and 2001:db8:8::/64 at home, the servers in the
 * benchmark range 198.18.0.0/15 (RFC 2544) and in 2001:db8:f000::/36. Each
 * server was named in an earlier DNS answer to the device that contacts it,
 * and that answer is still valid then.
 *
 * Needs nothing but libc: cc -O2 -o gen gen.c
 */

#ifndef SPIN_GEN_H
#define SPIN_GEN_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EPOCH		1646092800	/* 2022-03-01 00:00:00 UTC */
#define SECOND		INT64_C(1000000)
#define DEVICES_MAX	200
#define SERVICES	4096
#define VISITS		4096
#define POOL		65536
#define FRAME_MAX	2048

enum kind {
	K_TCP, K_LAN, K_PROBE, K_REFUSED, K_QUIC, K_NTP, K_DNS, K_MDNS,
	K_SSDP, K_PING, K_NDP, K_ARP, K_FLOOD, K_MAX
};

enum ending { END_FIN, END_RST, END_NONE };

struct flow {
	int64_t t;		/* of the next packet, us since EPOCH */
	uint64_t rng;
	uint32_t id;		/* settles the order of equal times */
	uint32_t n, k;		/* packets in all, packets written */
	uint32_t peer;		/* a service, or a device for K_LAN */
	uint32_t seq[2];	/* next sequence number of each side */
	uint32_t tsv[2];	/* last TCP time stamp of each side */
	uint32_t rtt, gap, think;	/* us */
	uint32_t minute;	/* of the last packet, plus one */
	uint16_t port[2];
	uint16_t qtype;
	uint16_t chunk, burst;	/* longest burst, what is left of this one */
	uint8_t kind, dev, v6, addr, ending, asker, dir, unacked;
};

struct visit {
	int64_t t;
	uint32_t ttl, service;
	uint8_t dev, v6, addr;
};

struct event {
	int64_t t;
	uint32_t flow;
};

struct truth {
	uint64_t pkts[K_MAX], flows[K_MAX];
	uint64_t all, v4, v6, vlan, ip_bytes, link_bytes, cap_bytes;
	uint64_t questions, answers, answers_cut, minutes;
	int64_t first, last;
};

struct opts {
	uint64_t n, seed;
	uint32_t devices, snaplen, seconds;
	int flood, verbose;
	const char *out;
};

struct gen {
	struct opts o;
	FILE *out;
	uint64_t rng;
	int64_t end;
	uint64_t planned, dns;
	uint32_t longest;
	struct flow *flow;
	struct flow spare;	/* for what is planned once all is */
	size_t nflow, flow_cap;
	struct event *heap;
	size_t nheap;
	struct visit visit[VISITS];
	size_t nvisit;
	uint8_t share[1024];	/* a device number drawn by its weight */
	uint16_t next_port[DEVICES_MAX];
	uint8_t pool[POOL + FRAME_MAX];
	struct truth truth;
};

/* Prints "gen: error: WHAT: reason" and ends the program with status 4. */
void	die(const char *what);

/* splitmix64, a number below n (n > 0), and one from lo to hi inclusive. */
uint64_t	rnd(uint64_t *state);
uint32_t	below(uint64_t *state, uint32_t n);
uint32_t	between(uint64_t *state, uint32_t lo, uint32_t hi);

/* What the plan must know of the services and devices. */
int		has_v6(uint32_t service);
int		prefers_v6(uint32_t dev);
int		on_vlan(const struct gen *g, uint32_t dev);
uint32_t	service_ttl(uint32_t service);

/* The file header, once, before any packet. */
void	pcap_header(struct gen *g);

/* Writes the next packet of f at f->t; returns the pause after it in us. */
int64_t	flow_packet(struct gen *g, struct flow *f);

/* Writes the whole flood: g->o.n SYNs spread evenly from 0 to g->end. */
void	flood(struct gen *g);

#endif
