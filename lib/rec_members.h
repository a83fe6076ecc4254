/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_REC_MEMBERS_H
#define SPIN_REC_MEMBERS_H

/*
 * The members of every record type, in canonical order, one line each: this
 * is the only place to add one. From these lists rec.h makes the structures
 * and the numbers of the members, rec.c the tables of encoder and decoder.
 * What each member means is in spin-record(5).
 *
 *	M(TYPE, field, "name")
 *
 * TYPE	in C			in JSON
 * TIME	int64_t microseconds	number, seconds with up to six decimals
 *				(points in time, durations, scores)
 * UINT	uint64_t		integer, 0 to 2^53 - 1
 * BOOL	bool			true or false
 * TEXT	struct str		string
 * ADDR	struct addr		string, RFC 5952
 * MAC	struct mac		string, aa:bb:cc:dd:ee:ff
 * PORTS	struct str		integer, or string such as "8000-8010"
 * TEXTS	struct strs		array of strings
 * ADDRS	struct addrs		array of addresses
 * COUNTS	struct counts		object: name to integer
 * ANSWERS	struct answers		array of {name, rtype, data, ttl}
 * RAW	struct str		any value, kept as compact JSON text
 *
 * `type` and `ts` come first in every record and are not listed.
 */
#define REC_STREAM(M) \
	M(UINT, v, "v") \
	M(TEXT, id, "id") \
	M(TEXT, tool, "tool") \
	M(TEXT, agent, "agent") \
	M(TEXT, source, "source") \
	M(TEXT, link, "link") \
	M(TIME, active, "active") \
	M(TEXTS, local, "local")

#define REC_FLOW(M) \
	M(TIME, end, "end") \
	M(TIME, start, "start") \
	M(TEXT, proto, "proto") \
	M(ADDR, src, "src") \
	M(UINT, sport, "sport") \
	M(ADDR, dst, "dst") \
	M(UINT, dport, "dport") \
	M(UINT, icmp_type, "icmp_type") \
	M(UINT, icmp_code, "icmp_code") \
	M(MAC, src_mac, "src_mac") \
	M(MAC, dst_mac, "dst_mac") \
	M(UINT, vlan, "vlan") \
	M(UINT, inner_vlan, "inner_vlan") \
	M(TEXT, ifname, "if") \
	M(UINT, pkts, "pkts") \
	M(UINT, bytes, "bytes") \
	M(UINT, rpkts, "rpkts") \
	M(UINT, rbytes, "rbytes") \
	M(TEXT, flags, "flags") \
	M(TEXT, rflags, "rflags") \
	M(BOOL, answered, "answered") \
	M(BOOL, new_, "new") \
	M(TEXT, done, "done") \
	M(TEXTS, tags, "tags") \
	M(TEXT, cid, "cid") \
	M(TEXT, device, "device") \
	M(TEXT, name, "name") \
	M(TEXT, peer, "peer") \
	M(TEXT, where, "where")

#define REC_DNS(M) \
	M(TEXT, via, "via") \
	M(ADDR, client, "client") \
	M(MAC, client_mac, "client_mac") \
	M(ADDR, server, "server") \
	M(TEXT, qname, "qname") \
	M(TEXT, qtype, "qtype") \
	M(TEXT, rcode, "rcode") \
	M(ANSWERS, answers, "answers") \
	M(UINT, more, "more") \
	M(BOOL, unsolicited, "unsolicited") \
	M(BOOL, truncated, "truncated")

#define REC_DEVICE(M) \
	M(MAC, mac, "mac") \
	M(ADDR, ip, "ip") \
	M(TEXT, name, "name") \
	M(TEXT, how, "how") \
	M(TEXT, vendor_class, "vendor_class") \
	M(TEXT, params, "params") \
	M(TEXT, mud_url, "mud_url") \
	M(BOOL, router, "router") \
	M(UINT, vlan, "vlan")

#define REC_STATS(M) \
	M(TIME, upto, "upto") \
	M(UINT, pkts, "pkts") \
	M(UINT, bytes, "bytes") \
	M(UINT, link_bytes, "link_bytes") \
	M(UINT, flow_pkts, "flow_pkts") \
	M(COUNTS, non_ip, "non_ip") \
	M(COUNTS, malformed, "malformed") \
	M(COUNTS, undecoded, "undecoded") \
	M(UINT, filtered, "filtered") \
	M(UINT, flows, "flows") \
	M(UINT, evicted, "evicted") \
	M(UINT, late, "late") \
	M(UINT, clock_back, "clock_back") \
	M(UINT, bad_time, "bad_time") \
	M(COUNTS, dns, "dns") \
	M(COUNTS, devices, "devices") \
	M(UINT, kernel_drops, "kernel_drops")

#define REC_DIGEST(M) \
	M(TIME, window, "window") \
	M(UINT, hour, "hour") \
	M(TEXT, weekday, "weekday") \
	M(TEXT, agent, "agent") \
	M(TEXT, device, "device") \
	M(TEXT, name, "name") \
	M(ADDRS, device_ip, "device_ip") \
	M(TEXT, peer, "peer") \
	M(TEXT, peer_mac, "peer_mac") \
	M(ADDRS, peer_ip, "peer_ip") \
	M(TEXTS, hosts, "hosts") \
	M(UINT, more, "more") \
	M(TEXT, where, "where") \
	M(TEXT, proto, "proto") \
	M(UINT, port, "port") \
	M(TEXT, service, "service") \
	M(TEXT, dir, "dir") \
	M(UINT, flows, "flows") \
	M(UINT, unanswered, "unanswered") \
	M(UINT, pkts_out, "pkts_out") \
	M(UINT, bytes_out, "bytes_out") \
	M(UINT, pkts_in, "pkts_in") \
	M(UINT, bytes_in, "bytes_in") \
	M(TIME, first, "first") \
	M(TIME, last, "last")

#define REC_ALERT(M) \
	M(TEXT, id, "id") \
	M(TEXT, agent, "agent") \
	M(TEXT, device, "device") \
	M(TEXT, name, "name") \
	M(TEXT, peer, "peer") \
	M(TEXT, kind, "kind") \
	M(TEXT, severity, "severity") \
	M(TIME, score, "score") \
	M(TEXT, reason, "reason") \
	M(RAW, observed, "observed") \
	M(RAW, usual, "usual") \
	M(RAW, suggest, "suggest")

#define REC_ORDER(M) \
	M(TEXT, id, "id") \
	M(TEXT, agent, "agent") \
	M(TEXT, action, "action") \
	M(TEXT, level, "level") \
	M(TEXT, device, "device") \
	M(TEXT, name, "name") \
	M(TEXT, peer, "peer") \
	M(TEXT, proto, "proto") \
	M(PORTS, port, "port") \
	M(TEXT, dir, "dir") \
	M(TIME, for_, "for") \
	M(TEXT, at, "at") \
	M(TEXT, by, "by") \
	M(TEXT, reason, "reason")

#define REC_RESULT(M) \
	M(TEXT, order, "order") \
	M(BOOL, ok, "ok") \
	M(TEXT, reason, "reason")

#define REC_DROP(M) \
	M(TEXT, order, "order") \
	M(TEXT, device, "device") \
	M(ADDR, src, "src") \
	M(UINT, sport, "sport") \
	M(ADDR, dst, "dst") \
	M(TEXT, proto, "proto") \
	M(UINT, dport, "dport") \
	M(UINT, pkts, "pkts") \
	M(UINT, bytes, "bytes")

#define REC_POLICY(M) \
	M(TEXT, id, "id") \
	M(TEXT, agent, "agent") \
	M(TEXT, device, "device") \
	M(TEXT, source, "source") \
	M(BOOL, signed_, "signed") \
	M(UINT, rules, "rules")

#define REC_RULE(M) \
	M(TEXT, policy, "policy") \
	M(UINT, n, "n") \
	M(TEXT, dir, "dir") \
	M(TEXT, peer, "peer") \
	M(TEXT, class_, "class") \
	M(TEXT, proto, "proto") \
	M(PORTS, port, "port") \
	M(TEXT, init, "init") \
	M(TEXT, do_, "do") \
	M(TEXT, ace, "ace")

#define REC_LABEL(M) \
	M(TIME, end, "end") \
	M(TEXT, device, "device") \
	M(TEXT, peer, "peer") \
	M(TEXT, kind, "kind")

#define REC_FINDING(M) \
	M(TEXT, file, "file") \
	M(UINT, line, "line") \
	M(UINT, column, "column") \
	M(TEXT, severity, "severity") \
	M(TEXT, rule, "rule") \
	M(TEXT, pointer, "pointer") \
	M(TEXT, reason, "reason") \
	M(TEXT, source, "source")

#define REC_MUD(M) \
	M(TEXT, device, "device") \
	M(TEXT, name, "name") \
	M(TEXT, mud_url, "mud_url") \
	M(TEXT, how, "how") \
	M(BOOL, insecure, "insecure") \
	M(BOOL, ok, "ok") \
	M(TEXT, state, "state") \
	M(TEXT, word, "word") \
	M(TEXT, reason, "reason") \
	M(TEXT, signer, "signer") \
	M(TEXT, key_id, "key_id") \
	M(TEXT, last_update, "last_update") \
	M(TIME, fetched, "fetched") \
	M(TIME, expires, "expires")

/* R(CONSTANT part, struct tag, "type") */
#define REC_TYPES(R) \
	R(STREAM, stream, "stream") \
	R(FLOW, flow, "flow") \
	R(DNS, dns, "dns") \
	R(DEVICE, device, "device") \
	R(STATS, stats, "stats") \
	R(DIGEST, digest, "digest") \
	R(ALERT, alert, "alert") \
	R(ORDER, order, "order") \
	R(RESULT, result, "result") \
	R(DROP, drop, "drop") \
	R(POLICY, policy, "policy") \
	R(RULE, rule, "rule") \
	R(LABEL, label, "label") \
	R(FINDING, finding, "finding") \
	R(MUD, mud, "mud")

#endif
