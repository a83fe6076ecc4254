/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "emit.h"

#include <string.h>

#include "cid.h"

/*
 * The letters of TCP flags in the order in which a connection shows them:
 * SAPF, then RUEC, each half from a table of its sixteen cases. Writes eight
 * bytes whatever their number.
 */
static size_t
flag_text(uint8_t flags, char to[static 8])
{
	static const struct {
		char text[4];
		uint8_t n;
	} first[16] = {
		{ "", 0 }, { "S", 1 }, { "A", 1 }, { "SA", 2 },
		{ "P", 1 }, { "SP", 2 }, { "AP", 2 }, { "SAP", 3 },
		{ "F", 1 }, { "SF", 2 }, { "AF", 2 }, { "SAF", 3 },
		{ "PF", 2 }, { "SPF", 3 }, { "APF", 3 }, { "SAPF", 4 },
	}, second[16] = {
		{ "", 0 }, { "R", 1 }, { "U", 1 }, { "RU", 2 },
		{ "E", 1 }, { "RE", 2 }, { "UE", 2 }, { "RUE", 3 },
		{ "C", 1 }, { "RC", 2 }, { "UC", 2 }, { "RUC", 3 },
		{ "EC", 2 }, { "REC", 3 }, { "UEC", 3 }, { "RUEC", 4 },
	};
	unsigned i = (flags & TCP_SYN) >> 1 | (flags & TCP_ACK) >> 3 |
	    (flags & TCP_PSH) >> 1 | (flags & TCP_FIN) << 3;
	unsigned k = (flags & TCP_RST) >> 2 | (flags & TCP_URG) >> 4 |
	    (flags & TCP_ECE) >> 4 | (flags & TCP_CWR) >> 4;

	memcpy(to, first[i].text, 4);
	memcpy(to + first[i].n, second[k].text, 4);
	return (size_t)first[i].n + second[k].n;
}

static const struct str done_names[] = {
	[FLOW_FIN] = { "fin", 3 }, [FLOW_RST] = { "rst", 3 },
	[FLOW_IDLE] = { "idle", 4 }, [FLOW_EVICT] = { "evict", 5 },
	[FLOW_EOF] = { "eof", 3 },
};

/* Nearly all are one of two: their length need not be counted. */
static struct str
proto_text(uint8_t proto)
{
	if (proto == IPPROTO_NUM_TCP)
		return STR("tcp");
	if (proto == IPPROTO_NUM_UDP)
		return STR("udp");
	return str_of(proto_name(proto));
}

static void
set_ends(struct rec *r, const struct flow *f)
{
	int a = f->init, b = !f->init;

	REC_SET(r, FLOW, flow, src, flow_addr(f, a));
	REC_SET(r, FLOW, flow, dst, flow_addr(f, b));
	if (flow_has_ports(f)) {
		REC_SET(r, FLOW, flow, sport, flow_port(f, a));
		REC_SET(r, FLOW, flow, dport, flow_port(f, b));
	} else if (flow_has_icmp(f)) {
		REC_SET(r, FLOW, flow, icmp_type, f->icmp_type);
		REC_SET(r, FLOW, flow, icmp_code, f->icmp_code);
	}
	if (f->has_mac[a])
		REC_SET(r, FLOW, flow, src_mac, f->mac[a]);
	if (f->has_mac[b])
		REC_SET(r, FLOW, flow, dst_mac, f->mac[b]);
	if (flow_vlan(f))
		REC_SET(r, FLOW, flow, vlan, flow_vlan(f));
	if (flow_inner_vlan(f))
		REC_SET(r, FLOW, flow, inner_vlan, flow_inner_vlan(f));
}

static void
set_tcp(struct rec *r, struct emit_text *text, const struct flow *f)
{
	size_t n;

	n = flag_text(f->tcp_flags[f->init], text->flags);
	if (n)
		REC_SET(r, FLOW, flow, flags, ((struct str){ text->flags, n }));
	n = flag_text(f->tcp_flags[!f->init], text->rflags);
	if (n)
		REC_SET(r, FLOW, flow, rflags,
		    ((struct str){ text->rflags, n }));
	if (f->tags & FLOW_TAG_MIRAI) {
		text->tags[0] = STR("mirai");
		REC_SET(r, FLOW, flow, tags, ((struct strs){ text->tags, 1 }));
	}
}

void
emit_flow(struct rec *r, struct emit_text *text, const struct flow *f,
    const struct emit_opts *opts, int64_t now, const char *ifname)
{
	bool any = f->pkts[0] | f->pkts[1];
	int a = f->init, b = !f->init;

	rec_init(r, REC_TYPE_FLOW);
	r->ts = any ? f->first : now;
	REC_SET(r, FLOW, flow, end, any ? f->last : now);
	if (f->reported)
		REC_SET(r, FLOW, flow, start, f->start);
	else
		REC_SET(r, FLOW, flow, new_, true);
	REC_SET(r, FLOW, flow, proto, proto_text(flow_proto(f)));
	set_ends(r, f);
	if (ifname)
		REC_SET(r, FLOW, flow, ifname, str_of(ifname));
	REC_SET(r, FLOW, flow, pkts, f->pkts[a]);
	REC_SET(r, FLOW, flow, bytes, f->bytes[a]);
	REC_SET(r, FLOW, flow, rpkts, f->pkts[b]);
	REC_SET(r, FLOW, flow, rbytes, f->bytes[b]);
	if (flow_proto(f) == IPPROTO_NUM_TCP)
		set_tcp(r, text, f);
	REC_SET(r, FLOW, flow, answered, f->answered);
	if (f->done != FLOW_ON)
		REC_SET(r, FLOW, flow, done, done_names[f->done]);
	if (opts->community_id) {
		cid_of_flow(f, opts->community_seed, text->cid);
		REC_SET(r, FLOW, flow, cid,
		    ((struct str){ text->cid, CID_TEXT }));
	}
}
