/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "say.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "norm.h"

/* What is said is made of these. */
struct saying {
	const struct sentence *s;
	const struct mud_ace *a;
	const struct services *services;
	struct norm_side peer, own;
	bool both;		/* directions */
	struct buf *b;
};

struct numbered {
	int number;
	const char *name;
};

/* IANA's protocol numbers, of those met in homes. */
static const struct numbered protocols[] = {
	{ 0, "IPv6 hop-by-hop options" }, { 2, "IGMP" }, { 41, "IPv6 in IP" },
	{ 47, "GRE" }, { 50, "ESP" }, { 51, "AH" }, { 132, "SCTP" },
	{ -1, NULL },
};
static const struct numbered icmp4[] = {
	{ 0, "echo reply" }, { 3, "destination unreachable" },
	{ 5, "redirect" }, { 8, "echo request" },
	{ 9, "router advertisement" }, { 10, "router solicitation" },
	{ 11, "time exceeded" }, { 12, "parameter problem" },
	{ 13, "timestamp" }, { 14, "timestamp reply" }, { -1, NULL },
};
static const struct numbered icmp6[] = {
	{ 1, "destination unreachable" }, { 2, "packet too big" },
	{ 3, "time exceeded" }, { 4, "parameter problem" },
	{ 128, "echo request" }, { 129, "echo reply" },
	{ 130, "multicast listener query" },
	{ 131, "multicast listener report" },
	{ 132, "multicast listener done" },
	{ 133, "router solicitation" }, { 134, "router advertisement" },
	{ 135, "neighbour solicitation" },
	{ 136, "neighbour advertisement" }, { 137, "redirect" },
	{ 143, "multicast listener report, version 2" }, { -1, NULL },
};
static const struct numbered frames[] = {
	{ 0x0800, "IPv4" }, { 0x0806, "ARP" }, { 0x86dd, "IPv6" },
	{ 0x888e, "EAPOL" }, { 0x88cc, "LLDP" }, { -1, NULL },
};

/* " (name)", if there is one. */
static void
say_name(struct buf *b, const struct numbered *t, int number)
{
	for (; t->name; t++)
		if (t->number == number)
			buf_printf(b, " (%s)", t->name);
}

static bool
has_ports(const struct mud_ace *a)
{
	return (a->proto == 6 || a->proto == 17) && a->ethertype < 0;
}

static void
say_icmp(struct buf *b, const struct mud_ace *a)
{
	buf_puts(b, a->proto == 1 ? "ICMP" : "ICMPv6");
	if (a->icmp_type >= 0) {
		buf_printf(b, " type %d", a->icmp_type);
		say_name(b, a->proto == 1 ? icmp4 : icmp6, a->icmp_type);
	}
	if (a->icmp_code >= 0)
		buf_printf(b, ", code %d,", a->icmp_code);
}

static void
say_what(struct buf *b, const struct mud_ace *a)
{
	if (a->ethertype >= 0) {
		buf_printf(b, "Ethernet frames of type 0x%04x",
		    (unsigned)a->ethertype);
		say_name(b, frames, a->ethertype);
	} else if (a->proto < 0) {
		buf_puts(b, "anything");
	} else if (a->proto == 1 || a->proto == 58) {
		say_icmp(b, a);
	} else if (has_ports(a)) {
		buf_puts(b, "packets");
	} else {
		buf_printf(b, "IP protocol %d", a->proto);
		say_name(b, protocols, a->proto);
	}
}

static void
say_verb(const struct saying *y)
{
	if (y->s->pair == WORDS_PINGS || y->s->pair == WORDS_PINGED) {
		buf_puts(y->b, y->s->pair == WORDS_PINGS ? "ping " :
		    "be pinged by ");
	} else if (!y->both) {
		buf_puts(y->b, y->s->from ? "send " : "receive ");
		say_what(y->b, y->a);
		buf_puts(y->b, y->s->from ? " to " : " from ");
	} else if (y->a->initiated == MUD_FROM_DEVICE) {
		buf_puts(y->b, "reach ");
	} else if (y->a->initiated == MUD_TO_DEVICE) {
		buf_puts(y->b, "be reached by ");
	} else if (has_ports(y->a)) {
		buf_puts(y->b, "talk with ");
	} else {
		buf_puts(y->b, "exchange ");
		say_what(y->b, y->a);
		buf_puts(y->b, " with ");
	}
}

/* For what purpose, where a class of controller tells. */
static void
say_purpose(const struct saying *y)
{
	const struct mud_ports *p = &y->peer.ports;
	const char *c = y->a->controller;

	if (!c || !y->both || y->a->initiated == MUD_TO_DEVICE ||
	    !y->a->accept || !has_ports(y->a) || !p->set || p->op ||
	    p->from != p->to)
		return;
	if (strcmp(c, SAY_DNS) == 0 && (p->from == 53 || p->from == 853))
		buf_puts(y->b, "look up names: ");
	if (strcmp(c, SAY_NTP) == 0 && p->from == 123)
		buf_puts(y->b, "ask for the time: ");
}

static void
say_net(struct buf *b, const struct prefix *net)
{
	bool one = net->len == (net->addr.ver == 4 ? 32 : 128);
	bool group = addr_is_multicast(&net->addr);
	bool all = net->addr.ver == 4 && one && net->addr.b[0] == 255 && group;
	char text[PREFIX_TEXT];
	size_t n = one ? addr_print(&net->addr, text) :
	    prefix_print(net, text);

	if (group)
		buf_puts(b, all ? "the broadcast address " : one ?
		    "the multicast group " : "multicast groups of ");
	buf_add(b, text, n);
}

static void
say_controller(struct buf *b, const char *c)
{
	if (strcmp(c, SAY_DNS) == 0) {
		buf_puts(b, "the DNS servers of your network");
	} else if (strcmp(c, SAY_NTP) == 0) {
		buf_puts(b, "the time servers of your network");
	} else {
		buf_puts(b, "the controllers you name as ");
		words_escape(b, c);
	}
}

/* Before each part of a description of a peer: all of them must fit. */
static void
also(struct buf *b, size_t *parts, const char *where)
{
	if (*parts)
		buf_printf(b, "%s %s ", *parts == 1 ? " (as far as" : " and",
		    where);
	(*parts)++;
}

static void
say_class(struct buf *b, const struct mud_ace *a, size_t *parts)
{
	if (a->controller) {
		also(b, parts, "among");
		say_controller(b, a->controller);
	}
	if (a->my_controller) {
		also(b, parts, "among");
		buf_puts(b, "the controllers you name for it");
	}
	if (a->manufacturer) {
		also(b, parts, "among");
		buf_puts(b, "devices of the maker ");
		words_escape(b, a->manufacturer);
	}
	if (a->same_manufacturer) {
		also(b, parts, "among");
		buf_puts(b, "devices of its own maker");
	}
	if (a->model) {
		also(b, parts, "among");
		buf_puts(b, "devices with the MUD URL ");
		words_escape(b, a->model);
	}
}

static void
say_peer(struct buf *b, const struct mud_ace *a)
{
	struct norm_side peer;
	size_t parts = 0;

	norm_peer(a, &peer);
	if (peer.dns) {
		also(b, &parts, "at");
		words_escape(b, peer.dns);
	}
	if (peer.net.addr.ver) {
		also(b, &parts, "at");
		say_net(b, &peer.net);
	}
	say_class(b, a, &parts);
	if (a->local_networks) {
		also(b, &parts, "in");
		buf_puts(b, parts > 1 ? "the local networks" :
		    "devices in the local networks");
	}
	if (!parts)
		buf_puts(b, "anybody");
	if (parts > 1)
		buf_putc(b, ')');
}

static void
say_peers(struct buf *b, const struct mud_ace *const *peers, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i)
			buf_puts(b, i + 1 == n ? " and " : ", ");
		say_peer(b, peers[i]);
	}
}

/* Unless something else already tells. */
static void
say_version(const struct saying *y)
{
	unsigned v = y->s->from | y->s->to;

	if (y->peer.net.addr.ver || y->own.net.addr.ver || y->a->proto == 58 ||
	    (y->a->proto == 1 && v == WORDS_V4))
		return;
	if (v == WORDS_V4 || v == WORDS_V6)
		buf_puts(y->b, v == WORDS_V4 ? " over IPv4" : " over IPv6");
}

static void
say_port(const struct saying *y, unsigned port)
{
	struct str name = services_name(y->services, y->a->proto == 6 ?
	    STR("tcp") : STR("udp"), port);

	buf_printf(y->b, "%u", port);
	if (name.n)
		buf_printf(y->b, " (%.*s)", (int)name.n, name.p);
}

static void
say_ports(const struct saying *y, const char *before, bool proto,
    const struct mud_ports *p)
{
	buf_puts(y->b, before);
	if (p->op == '!')
		buf_puts(y->b, "any ");
	if (proto)
		buf_puts(y->b, y->a->proto == 6 ? "TCP " : "UDP ");
	if (p->op == '!') {
		buf_puts(y->b, "port but ");
		say_port(y, p->from);
	} else if (p->from == p->to) {
		buf_puts(y->b, "port ");
		say_port(y, p->from);
	} else if (p->to == 65535) {
		buf_printf(y->b, "ports from %u up", p->from);
	} else {
		buf_printf(y->b, "ports %u to %u", p->from, p->to);
	}
}

static void
say_l4(const struct saying *y)
{
	bool in = !y->s->from || y->a->initiated == MUD_TO_DEVICE;
	bool two = y->peer.ports.set && y->own.ports.set;
	char code[16];

	(void)snprintf(code, sizeof(code), ", code %d", y->a->icmp_code);
	if (y->s->pair == WORDS_PINGS || y->s->pair == WORDS_PINGED)
		buf_printf(y->b, " (%s echo%s)", y->a->proto == 1 ? "ICMP" :
		    "ICMPv6", y->a->icmp_code < 0 ? "" : code);
	if (!has_ports(y->a))
		return;
	if (y->peer.ports.set)
		say_ports(y, !in ? " on " : y->both ? " from their " :
		    " sent from ", true, &y->peer.ports);
	if (y->own.ports.set)
		say_ports(y, in && !y->both ? " to its own " : !in && (two ||
		    !y->both) ? " from its own " : " on its own ", !two,
		    &y->own.ports);
	if (!y->peer.ports.set && !y->own.ports.set)
		buf_puts(y->b, y->a->proto == 6 ? " by TCP" : " by UDP");
}

/* The device's own side, where the file limits it. */
static void
say_own(const struct saying *y)
{
	if (y->own.dns) {
		buf_puts(y->b, ", under its own name ");
		words_escape(y->b, y->own.dns);
	}
	if (!y->own.net.addr.ver)
		return;
	buf_puts(y->b, !y->s->from && addr_is_multicast(&y->own.net.addr) ?
	    ", sent to " : ", under its own address ");
	say_net(y->b, &y->own.net);
}

static void
say_odd(const struct saying *y)
{
	struct buf b;

	if (!y->a->odd)
		return;
	buf_init(&b, y->b->max);
	mud_odd(y->a, &b);
	if (b.n) {
		buf_putc(&b, '\0');
		buf_puts(y->b, ", only if ");
		words_escape(y->b, b.p);
	}
	buf_reset(&b);
	mud_ignored(y->a, &b);
	if (b.n) {
		buf_putc(&b, '\0');
		buf_puts(y->b, ", whatever is meant by ");
		words_escape(y->b, b.p);
		buf_puts(y->b, ", which is no standard and ignored");
	}
	buf_release(&b);
}

/* What an entry that forbids has to do with those that allow. */
static void
say_effect(const struct saying *y)
{
	switch (y->s->effect) {
	case WORDS_FORBIDS:
		break;
	case WORDS_OVERRIDES:
		buf_puts(y->b, ", even where that is allowed above");
		break;
	case WORDS_YIELDS:
		buf_puts(y->b, ", unless that is allowed above");
		break;
	case WORDS_BETWEEN:
		buf_puts(y->b, ", unless an entry before it or in another "
		    "list allows that");
		break;
	}
}

static void
say_conditions(const struct saying *y)
{
	if (y->a->initiated == MUD_FROM_DEVICE)
		buf_puts(y->b, ", when it starts the connection");
	else if (y->a->initiated == MUD_TO_DEVICE)
		buf_puts(y->b, ", when the other side starts the connection");
	else if (y->a->proto == 6 && y->both && has_ports(y->a))
		buf_puts(y->b, ", whoever starts the connection");
	if (y->s->pair == WORDS_SENDS)
		buf_puts(y->b, ", and send there at any time");
	if (y->s->pair == WORDS_RECEIVES)
		buf_puts(y->b, ", and receive from there at any time");
	if (y->a->tls)
		buf_puts(y->b, ", with TLS or DTLS as its profile says");
	say_odd(y);
	if (y->s->one_way)
		buf_puts(y->b, y->s->from ? ", but receive no answer" :
		    ", but not answer");
	if (!y->a->accept)
		say_effect(y);
}

void
say_sentence(const struct sentence *s, const struct mud_ace *const *peers,
    size_t n, const struct services *services, struct buf *b)
{
	struct saying y = { .s = s, .a = s->ace, .services = services,
	    .both = s->from && s->to, .b = b };

	norm_peer(y.a, &y.peer);
	norm_own(y.a, &y.own);
	say_purpose(&y);
	say_verb(&y);
	say_peers(b, peers, n);
	say_version(&y);
	say_l4(&y);
	say_own(&y);
	say_conditions(&y);
}
