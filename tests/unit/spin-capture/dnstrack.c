/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dnstrack.h"

#include "dnsasm.h"
#include "dnstcp.h"
#include "tap.h"

/*
 * Expected: DNSTRACK's header and the RFCs it names. A record is shown as
 *
 *	ts via client@mac>server qname/type rcode [data ...] [flags]
 *
 * with "-" for what is absent. The MAC address of 192.168.8.22 is 02::16; only
 * its last byte is shown.
 */
#define SEC	INT64_C(1000000)
#define NAME	"07'example' 03'com' 00 "
#define QRY(id)	id "0100 0001 0000 0000 0000" NAME "0001 0001 "
#define RSP(id)	id "8180 0001 0001 0000 0000" NAME "0001 0001 " \
		"c00c 0001 0001 0000003c 0004 c0000201 "
#define CLIENT	"192.168.8.22"
#define SERVER	"192.168.8.1"

static struct dnstrack *track;
static struct hashkey key;
static char got[8192];
static int stop_with;

static void
say(const char *fmt, ...) ATTR_PRINTF(1, 2);

static void
say(const char *fmt, ...)
{
	size_t n = strlen(got);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(got + n, sizeof(got) - n, fmt, ap);
	va_end(ap);
}

static void
say_addr(bool there, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (there)
		say("%.*s", (int)addr_print(a, text), text);
	else
		say("-");
}

static void
say_str(bool there, struct str s)
{
	if (there)
		say("%.*s", (int)s.n, s.p);
	else
		say("-");
}

static int
emit(void *ctx, const struct rec *r)
{
	const struct rec_dns *d = &r->u.dns;
	size_t i;

	(void)ctx;
	say("%s%g %.*s ", got[0] ? "\n" : "", (double)r->ts / 1e6,
	    (int)d->via.n, d->via.p);
	say_addr(REC_HAS(r, DNS, client), &d->client);
	if (REC_HAS(r, DNS, client_mac))
		say("@%02x", d->client_mac.b[5]);
	say(">");
	say_addr(REC_HAS(r, DNS, server), &d->server);
	say(" ");
	say_str(REC_HAS(r, DNS, qname), d->qname);
	say("/");
	say_str(REC_HAS(r, DNS, qtype), d->qtype);
	say(" ");
	say_str(REC_HAS(r, DNS, rcode), d->rcode);
	for (i = 0; REC_HAS(r, DNS, answers) && i < d->answers.n; i++)
		say(" %.*s", (int)d->answers.v[i].data.n,
		    d->answers.v[i].data.p);
	if (REC_HAS(r, DNS, more))
		say(" +%d", (int)d->more);
	if (REC_HAS(r, DNS, unsolicited))
		say(" unsolicited");
	if (REC_HAS(r, DNS, truncated))
		say(" truncated");
	return stop_with;
}

static void
begin(void)
{
	dnstrack_free(track);
	track = dnstrack_new(&key, emit, NULL);
	got[0] = '\0';
	stop_with = 0;
}

static void
expect(const char *want, const char *what)
{
	tap_str(got, want, "%s", what);
	got[0] = '\0';
}

static uint64_t
counter(const char *name)
{
	struct count c[DNSTRACK_COUNT];
	size_t n = dnstrack_counts(track, c), i;

	for (i = 0; i < n; i++)
		if (str_eq(c[i].name, str_of(name)))
			return c[i].value;
	return 0;
}

/* A packet whose payload was captured but for its last `lost` bytes. */
static int
packet(struct pkt *p, int64_t ts, const char *src, uint16_t sport,
    const char *dst, uint16_t dport, const uint8_t *msg, size_t n,
    size_t lost)
{
	static struct addr a, b;
	static uint8_t smac[6], dmac[6];
	static struct link_info link;

	if (addr_parse(&a, src, strlen(src)) < 0 ||
	    addr_parse(&b, dst, strlen(dst)) < 0)
		abort();
	memcpy(smac, (uint8_t[]){ 2, 0, 0, 0, 0, a.b[a.ver == 4 ? 3 : 15] }, 6);
	memcpy(dmac, (uint8_t[]){ 2, 0, 0, 0, 0, b.b[b.ver == 4 ? 3 : 15] }, 6);
	if (addr_is_multicast(&b))
		dmac[0] = 1;
	link.src_mac = smac;
	link.dst_mac = dmac;
	p->ts = ts;
	p->link = &link;
	p->ver = a.ver;
	p->src = a.b;
	p->dst = b.b;
	p->has_ports = true;
	p->sport = sport;
	p->dport = dport;
	p->payload = n > lost ? msg : NULL;
	p->paylen = n;
	p->paycap = (uint32_t)(n - lost);
	return dnstrack_packet(track, p);
}

static int
udp(double sec, const char *src, uint16_t sport, const char *dst,
    uint16_t dport, const char *text)
{
	static uint8_t msg[DNSASM_MAX];
	size_t n = dnsasm(text, msg);
	struct pkt p = { .proto = IPPROTO_NUM_UDP };

	return packet(&p, (int64_t)(sec * 1e6), src, sport, dst, dport, msg,
	    n, 0);
}

static void
ask(double sec, const char *text)
{
	(void)udp(sec, CLIENT, 4000, SERVER, 53, text);
}

static void
reply(double sec, const char *text)
{
	(void)udp(sec, SERVER, 53, CLIENT, 4000, text);
}

static void
questions(void)
{
	begin();
	ask(1, QRY("0001"));
	expect("", "a question alone");
	reply(1.5, RSP("0001"));
	expect("1.5 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "its response");
	reply(1.6, RSP("0001"));
	expect("1.6 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1 unsolicited", "its response once more");

	ask(2, QRY("0002"));
	ask(3, QRY("0002"));
	reply(4, RSP("0002"));
	expect("4 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "asked twice, one record");
	tap_uint(counter("repeats"), 1, "repeats");

	ask(5, "0003 0100 0001 0000 0000 0000 07'eXAMPLE' 03'cOm' 00"
	    "0001 0001");
	reply(5, RSP("0003"));
	expect("5 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "letters in another case");

	ask(6, QRY("0004"));
	reply(6, "0004 8182 0000 0000 0000 0000");
	expect("6 udp 192.168.8.22@16>192.168.8.1 example.com/A SERVFAIL",
	    "response without question");
	reply(6, "0004 8182 0000 0000 0000 0000");
	expect("6 udp 192.168.8.22@16>192.168.8.1 -/- SERVFAIL unsolicited",
	    "and again");
	reply(6, "0005 8180 0000 0001 0000 0000 01'a' 00 0001 0001 00000001"
	    "0004 c0000203");
	expect("6 udp 192.168.8.22@16>192.168.8.1 a/A NOERROR 192.0.2.3 "
	    "unsolicited", "named by its answer");

	ask(7, QRY("0006"));
	reply(7, "0006 8380 0001 0000 0000 0000" NAME "0001 0001");
	expect("7 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "truncated", "TC");

	/* One id, one port, two types, as small stacks do. */
	ask(8, QRY("0007"));
	ask(8, "0007 0100 0001 0000 0000 0000" NAME "001c 0001");
	reply(9, RSP("0007"));
	reply(9, "0007 8180 0001 0000 0000 0000" NAME "001c 0001");
	expect("9 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1\n"
	    "9 udp 192.168.8.22@16>192.168.8.1 example.com/AAAA NOERROR",
	    "one id for two questions");
	tap_uint(counter("queries"), 8, "queries");
	tap_uint(counter("answered"), 7, "answered");
	tap_uint(counter("responses"), 10, "responses");
	tap_uint(counter("unsolicited"), 3, "unsolicited");
}

static void
ipv6(void)
{
	begin();
	(void)udp(1, "2001:db8::22", 4000, "2001:db8::1", 53, QRY("0001"));
	(void)udp(2, "2001:db8::1", 53, "2001:db8::22", 4000, RSP("0001"));
	expect("2 udp 2001:db8::22@22>2001:db8::1 example.com/A NOERROR "
	    "192.0.2.1", "IPv6");
}

/* RELIABILITY F3: whatever differs, the answer is not to this question. */
static void
forged(void)
{
	static const struct {
		const char *what, *src;
		uint16_t sport;
		const char *dst;
		uint16_t dport;
		const char *msg;
	} v[] = {
		{ "wrong id", SERVER, 53, CLIENT, 4000, RSP("0002") },
		{ "wrong port", SERVER, 53, CLIENT, 4001, RSP("0001") },
		{ "wrong server", "192.168.8.2", 53, CLIENT, 4000,
		    RSP("0001") },
		{ "wrong client", SERVER, 53, "192.168.8.23", 4000,
		    RSP("0001") },
		{ "wrong name", SERVER, 53, CLIENT, 4000,
		    "0001 8180 0001 0000 0000 0000 07'examplf' 03'com' 00"
		    "0001 0001" },
		{ "longer name", SERVER, 53, CLIENT, 4000,
		    "0001 8180 0001 0000 0000 0000 01'w'" NAME "0001 0001" },
		{ "dot instead of a label", SERVER, 53, CLIENT, 4000,
		    "0001 8180 0001 0000 0000 0000 0b'example.com' 00"
		    "0001 0001" },
		{ "wrong type", SERVER, 53, CLIENT, 4000,
		    "0001 8180 0001 0000 0000 0000" NAME "001c 0001" },
		{ "wrong class", SERVER, 53, CLIENT, 4000,
		    "0001 8180 0001 0000 0000 0000" NAME "0001 0003" },
		{ "wrong id, no question", SERVER, 53, CLIENT, 4000,
		    "0002 8182 0000 0000 0000 0000" },
	};
	size_t i, n;

	begin();
	ask(1, QRY("0001"));
	for (i = 0; i < ARRAY_SIZE(v); i++) {
		got[0] = '\0';
		(void)udp(2, v[i].src, v[i].sport, v[i].dst, v[i].dport,
		    v[i].msg);
		n = strlen(got);
		tap_ok(n > 12 && strcmp(got + n - 12, " unsolicited") == 0,
		    "%s: unsolicited", v[i].what);
	}
	got[0] = '\0';
	reply(3, RSP("0001"));
	expect("3 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "the question still waits for its own");
	ask(4, QRY("0003"));
	got[0] = '\0';
	reply(14, RSP("0003"));
	expect("14 udp 192.168.8.22@16>192.168.8.1 example.com/A -\n"
	    "14 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1 unsolicited", "too late");
}

static void
time_passes(void)
{
	begin();
	ask(1, QRY("0001"));
	ask(2, QRY("0002"));
	ask(8, QRY("0001"));
	tap_int(dnstrack_tick(track, 11 * SEC - 1), 0, "tick");
	expect("", "almost ten seconds");
	tap_int(dnstrack_tick(track, 11 * SEC), 0, "tick");
	expect("11 udp 192.168.8.22@16>192.168.8.1 example.com/A -",
	    "ten seconds after it was first asked");
	/* A packet does what tick does. */
	ask(13, QRY("0003"));
	expect("13 udp 192.168.8.22@16>192.168.8.1 example.com/A -",
	    "noticed by a packet");
	tap_int(dnstrack_end(track, 14 * SEC), 0, "end");
	expect("14 udp 192.168.8.22@16>192.168.8.1 example.com/A -",
	    "what remains");
	tap_uint(counter("unanswered"), 3, "unanswered");

	/* The clock jumps ahead by decades and back. */
	begin();
	ask(1e9, QRY("0001"));
	ask(1, QRY("0002"));
	reply(2, RSP("0002"));
	expect("1 udp 192.168.8.22@16>192.168.8.1 example.com/A -\n"
	    "2 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "time goes back");
	/* By less than a minute: nothing happens. */
	ask(60, QRY("0003"));
	reply(30, RSP("0003"));
	expect("30 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "time goes back a little");
}

static void
odd(void)
{
	struct pkt p = { .proto = IPPROTO_NUM_UDP };
	static uint8_t msg[DNSASM_MAX];
	size_t n;

	begin();
	ask(1, "0001 0100 0000 0000 0000 0000");
	expect("", "query without question");
	tap_uint(counter("no_question"), 1, "no_question");
	ask(1, "0002 0100 0002 0000 0000 0000" NAME "0001 0001"
	    NAME "001c 0001");
	reply(1, "0002 8181 0002 0000 0000 0000" NAME "0001 0001"
	    NAME "001c 0001");
	expect("1 udp 192.168.8.22@16>192.168.8.1 example.com/A FORMERR",
	    "two questions: the first counts");
	tap_uint(counter("many_questions"), 2, "many_questions");
	ask(1, "0003 2400 0001 0000 0000 0000" NAME "0006 0001");
	ask(1, "0004 2800 0001 0000 0000 0000" NAME "0006 0001");
	expect("", "NOTIFY and UPDATE");
	tap_uint(counter("other_opcode"), 2, "other_opcode");
	reply(1, QRY("0005"));
	ask(1, RSP("0005"));
	ask(1, "0006 0100 0001");
	ask(1, "'hello, this is not DNS'");
	expect("", "wrong way, too short, something else");
	tap_uint(counter("malformed"), 4, "malformed");
	ask(2, QRY("0007"));
	reply(2, "0007 8180 0001 0002 0000 0000" NAME "0001 0001"
	    "c00c 0001 0001 0000003c 0004 c0000201"
	    "c00c 0001 0001 0000003c 0003 c00002");
	expect("2 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "broken in the middle");
	tap_uint(counter("malformed"), 5, "malformed");

	ask(3, QRY("0008"));
	n = dnsasm(RSP("0008"), msg);
	(void)packet(&p, 3 * SEC, SERVER, 53, CLIENT, 4000, msg, n, 1);
	expect("3 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR +1",
	    "cut by the capture");
	tap_uint(counter("cut"), 1, "cut");
	ask(4, QRY("0009"));
	n = dnsasm("0009 8180 0001 0002 0000 0000" NAME "0001 0001"
	    "c00c 0001 0001 0000003c 0004 c0000201", msg);
	p.fragment = true;
	(void)packet(&p, 4 * SEC, SERVER, 53, CLIENT, 4000, msg, n, 0);
	expect("4 udp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR "
	    "192.0.2.1", "first fragment");
	tap_uint(counter("cut"), 2, "cut");
	p.later_fragment = true;
	(void)packet(&p, 4 * SEC, SERVER, 53, CLIENT, 4000, msg, n, 0);
	expect("", "later fragment");
	tap_uint(counter("malformed"), 5, "malformed");
}

static void
multicast(void)
{
	begin();
	(void)udp(1, CLIENT, 5353, "224.0.0.251", 5353,
	    "0000 0000 0001 0000 0000 0000" NAME "0001 0001");
	expect("", "mDNS query");
	tap_uint(counter("mdns_queries"), 1, "mdns_queries");
	(void)udp(2, "192.168.8.5", 5353, "224.0.0.251", 5353,
	    "0000 8400 0000 0001 0000 0001 01'h' 05'local' 00"
	    "0001 8001 00000078 0004 c0a80805 c00c 0010 8001 00000078"
	    "0004 03'a=b'");
	expect("2 mdns ->192.168.8.5 h.local/A NOERROR 192.168.8.5 \"a=b\"",
	    "mDNS response");
	(void)udp(3, "192.168.8.5", 5353, CLIENT, 6000,
	    "1234 8400 0001 0001 0000 0000 01'h' 05'local' 00 0001 0001"
	    "c00c 0001 0001 0000000a 0004 c0a80805");
	expect("3 mdns 192.168.8.22@16>192.168.8.5 h.local/A NOERROR "
	    "192.168.8.5", "mDNS response to one host");
	(void)udp(4, "192.168.8.5", 6000, "224.0.0.251", 5353,
	    "0000 8400 0000 0000 0000 0000");
	(void)udp(4, "192.168.8.5", 5353, "224.0.0.251", 5353,
	    "0000 8403 0000 0000 0000 0000");
	expect("", "RFC 6762 6 and 18.11");
	tap_uint(counter("mdns_ignored"), 2, "mdns_ignored");

	(void)udp(5, CLIENT, 6000, "224.0.0.252", 5355,
	    "0007 0000 0001 0000 0000 0000 02'pc' 00 0001 0001");
	(void)udp(5, CLIENT, 6000, "224.0.0.252", 5355,
	    "0008 0000 0001 0000 0000 0000 02'tv' 00 0001 0001");
	(void)udp(6, "192.168.8.9", 5355, CLIENT, 6000,
	    "0007 8000 0001 0001 0000 0000 02'pc' 00 0001 0001"
	    "c00c 0001 0001 0000001e 0004 c0a80809");
	expect("6 llmnr 192.168.8.22@16>192.168.8.9 pc/A NOERROR "
	    "192.168.8.9", "LLMNR");
	(void)udp(6, "192.168.8.9", 5355, CLIENT, 6001,
	    "0008 8000 0001 0000 0000 0000 02'tv' 00 0001 0001");
	expect("6 llmnr 192.168.8.22@16>192.168.8.9 tv/A NOERROR "
	    "unsolicited", "LLMNR, other port");
	tap_int(dnstrack_end(track, 7 * SEC), 0, "end");
	expect("7 llmnr 192.168.8.22@16>224.0.0.252 tv/A -",
	    "LLMNR, nobody is called that");
}

/* More questions than there is room for: the oldest goes, and is said. */
static void
flood(void)
{
	static const uint8_t head[] = { 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	    1, 'a', 0, 0, 1, 0, 1 };
	uint8_t msg[sizeof(head)];
	struct pkt p = { .proto = IPPROTO_NUM_UDP };
	unsigned i;

	begin();
	memcpy(msg, head, sizeof(msg));
	for (i = 0; i < DNSTRACK_PENDING; i++) {
		msg[0] = (uint8_t)(i >> 8);
		msg[1] = (uint8_t)i;
		(void)packet(&p, SEC + i, CLIENT, 4000, SERVER, 53, msg,
		    sizeof(msg), 0);
	}
	expect("", "as many as there is room for");
	ask(2, QRY("0001"));
	expect("2 udp 192.168.8.22@16>192.168.8.1 a/A -", "one more");
	tap_uint(counter("dropped"), 1, "dropped");
	tap_uint(counter("unanswered"), 0, "unanswered");
	stop_with = 7;
	tap_int(dnstrack_end(track, 3 * SEC), 7, "emit can stop it");
}

/* ---- TCP ---- */

enum { SYN = TCP_SYN, DATA = TCP_ACK };

static void
tcp(double sec, bool from_client, uint32_t seq, uint8_t flags,
    const char *text, size_t lost)
{
	static uint8_t msg[DNSASM_MAX];
	size_t n = dnsasm(text, msg);
	struct pkt p = { .proto = IPPROTO_NUM_TCP, .tcp_seq = seq,
	    .tcp_flags = flags };

	if (from_client)
		(void)packet(&p, (int64_t)(sec * 1e6), CLIENT, 4000, SERVER,
		    53, msg, n, lost);
	else
		(void)packet(&p, (int64_t)(sec * 1e6), SERVER, 53, CLIENT,
		    4000, msg, n, lost);
}

#define LQ	"001d "		/* length of QRY */
#define LR	"002d "		/* length of RSP */
#define NQ	31		/* with it */
#define NR	47
#define OK(ts)	ts " tcp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR " \
		"192.0.2.1"

/* Sequence numbers start so that they wrap in the first message. */
#define ISN	UINT32_C(0xfffffff0)

static void
tcp_begin(void)
{
	begin();
	tcp(1, true, ISN, SYN, "", 0);
	tcp(1, false, ISN, SYN, "", 0);
}

static void
tcp_whole(void)
{
	tcp_begin();
	tcp(2, true, ISN + 1, DATA, LQ QRY("0001"), 0);
	tcp(3, false, ISN + 1, DATA, LR RSP("0001"), 0);
	expect(OK("3"), "TCP");

	tcp(4, true, ISN + 1 + NQ, DATA, LQ QRY("0002") LQ QRY("0003"), 0);
	tcp(5, false, ISN + 1 + NR, DATA, LR RSP("0003") LR RSP("0002"), 0);
	expect(OK("5") "\n" OK("5"), "two in a segment, in any order");

	tcp(6, true, ISN + 1 + 3 * NQ, DATA, LQ QRY("0004") "00", 0);
	tcp(6, true, ISN + 2 + 4 * NQ, DATA, "1d" QRY("0005"), 0);
	tcp(7, false, ISN + 1 + 3 * NR, DATA, LR RSP("0004") LR "0005", 0);
	tcp(8, false, ISN + 5 + 4 * NR, DATA, "8180 0001 0001 0000 0000"
	    NAME "0001 0001 c00c 0001 0001 0000003c 0004 c0000201", 0);
	expect(OK("7") "\n" OK("8"), "messages over segments");
	tap_uint(counter("queries"), 5, "queries");
	tap_uint(counter("answered"), 5, "answered");
	tap_uint(counter("tcp_gaps") + counter("tcp_skipped") +
	    counter("malformed") + counter("cut"), 0, "nothing amiss");
}

/* Every byte a segment; every one of them twice; with all before it again. */
static void
tcp_bytes(void)
{
	static uint8_t stream[DNSASM_MAX];
	size_t n = dnsasm(LQ QRY("0001") LQ QRY("0002"), stream), i;
	struct pkt p = { .proto = IPPROTO_NUM_TCP, .tcp_flags = DATA };

	tcp_begin();
	for (i = 0; i < n; i++) {
		p.tcp_seq = ISN + 1 + (uint32_t)i;
		(void)packet(&p, SEC, CLIENT, 4000, SERVER, 53, stream + i,
		    1, 0);
	}
	tap_uint(counter("queries"), 2, "TCP byte by byte");

	tcp_begin();
	for (i = 0; i < 2 * n; i++) {
		p.tcp_seq = ISN + 1 + (uint32_t)i / 2;
		(void)packet(&p, SEC, CLIENT, 4000, SERVER, 53,
		    stream + i / 2, 1, 0);
	}
	tap_uint(counter("queries"), 2, "TCP, each byte twice");
	tap_uint(counter("repeats"), 0, "TCP, each byte twice: once");

	tcp_begin();
	for (i = 1; i <= n; i++) {
		p.tcp_seq = ISN + 1;
		(void)packet(&p, SEC, CLIENT, 4000, SERVER, 53, stream, i,
		    0);
	}
	tap_uint(counter("queries"), 2, "TCP, each segment overlaps");
	tap_uint(counter("repeats"), 0, "TCP, each segment overlaps: once");
	tcp(2, true, ISN, SYN, "", 0);
	tcp(2, true, ISN + 1, DATA, LQ QRY("0001") LQ QRY("0002"), 0);
	tap_uint(counter("queries"), 2, "TCP, all from the SYN again");
	tap_uint(counter("tcp_gaps") + counter("tcp_skipped") +
	    counter("tcp_dropped"), 0, "nothing amiss");
}

static void
tcp_lost(void)
{
	/* Lost: the end of the first message; the second is found. */
	tcp_begin();
	tcp(2, true, ISN + 1, DATA, LQ QRY("0001") LQ QRY("0002"), 0);
	tcp(3, false, ISN + 1, DATA, LR "0001 8180 0001 0001 0000 0000"
	    NAME "0001 0001", 0);
	tcp(4, false, ISN + 1 + 41, DATA, "0004 c0000201" LR RSP("0002"), 0);
	expect("4 tcp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR +1\n"
	    OK("4"), "a segment lost within a message");
	tap_uint(counter("tcp_gaps"), 1, "tcp_gaps");
	tap_uint(counter("cut"), 1, "cut");

	/* Lost: a boundary. The next segment starts with a message. */
	tcp_begin();
	tcp(2, true, ISN + 1, DATA, LQ QRY("0001") LQ QRY("0002") LQ
	    QRY("0003"), 0);
	tcp(3, false, ISN + 1, DATA, LR "0001", 0);
	tcp(4, false, ISN + 1 + 60, DATA, "8180 0001 0001 0000 0000", 0);
	expect("", "a boundary lost");
	tap_uint(counter("tcp_skipped"), 1, "tcp_skipped");
	tcp(5, false, ISN + 1 + 2 * NR, DATA, LR RSP("0003"), 0);
	expect(OK("5"), "the next message start");

	/* The capture cuts each segment; the message after is in the next. */
	tcp_begin();
	tcp(2, true, ISN + 1, DATA, LQ QRY("0001"), 1);
	tcp(2, true, ISN + 1 + NQ, DATA, LQ QRY("0002"), 0);
	tcp(3, false, ISN + 1, DATA, LR RSP("0001"), 1);
	tcp(3, false, ISN + 1 + NR, DATA, LR RSP("0002"), 0);
	expect("3 tcp 192.168.8.22@16>192.168.8.1 example.com/A NOERROR +1 "
	    "unsolicited\n" OK("3"), "segments cut by the capture");
	tap_uint(counter("tcp_gaps"), 2, "tcp_gaps");

	/* The beginning was not captured. */
	begin();
	tcp(1, true, 5000, DATA, "'junk, and more than 14 bytes'", 0);
	tcp(1, true, 6000, DATA, LQ QRY("0001"), 0);
	tcp(2, false, 7000, DATA, LR RSP("0001"), 0);
	expect(OK("2"), "from the middle");
	tap_uint(counter("tcp_skipped"), 1, "tcp_skipped");

	/* Not DNS at all. */
	tcp_begin();
	tcp(1, true, ISN + 1, DATA, "0005 0102030405", 0);
	tcp(1, true, ISN + 8, DATA, "'SSH-2.0-OpenSSH_9.2p1 or so'", 0);
	expect("", "not DNS");
	tap_uint(counter("tcp_gaps"), 1, "tcp_gaps");
	tap_uint(counter("tcp_skipped"), 1, "tcp_skipped");
}

/* RFC 5936 2.2: many messages, those after the first without question. */
static void
tcp_transfer(void)
{
	tcp_begin();
	tcp(2, true, ISN + 1, DATA, LQ "0001 0000 0001 0000 0000 0000" NAME
	    "00fc 0001", 0);
	tcp(3, false, ISN + 1, DATA, LR "0001 8400 0001 0001 0000 0000" NAME
	    "00fc 0001 c00c 0001 0001 0000003c 0004 c0000201", 0);
	tcp(3, false, ISN + 1 + NR, DATA, "0028"
	    "0001 8400 0000 0001 0000 0000" NAME "0001 0001 0000003c 0004"
	    "c0000202 00", 0);
	expect("3 tcp 192.168.8.22@16>192.168.8.1 example.com/AXFR NOERROR "
	    "192.0.2.1\n"
	    "3 tcp 192.168.8.22@16>192.168.8.1 example.com/AXFR NOERROR "
	    "192.0.2.2", "zone transfer");
	tap_int(dnstrack_end(track, 4 * SEC), 0, "end");
	expect("", "zone transfer: answered");
	tap_uint(counter("further"), 1, "further");
}

/* Everybody starts the longest message, and nobody ends it. */
static int
count_message(void *ctx, const struct pkt *p, const uint8_t *msg, size_t cap,
    size_t len)
{
	(void)p;
	(void)msg;
	*(size_t *)ctx += cap == len;
	return 0;
}

static void
tcp_flood(void)
{
	static uint8_t junk[40000];
	static const uint8_t a[4] = { 192, 0, 2, 1 }, b[4] = { 192, 0, 2, 2 };
	struct pkt p = { .proto = IPPROTO_NUM_TCP, .ver = 4, .src = a,
	    .dst = b, .has_ports = true, .dport = 53, .payload = junk };
	size_t whole = 0, most = 0, i;
	struct dnstcp *t = dnstcp_new(&key, count_message, &whole);
	int err = 0;

	junk[0] = junk[1] = 0xff;
	for (i = 0; i < 1000; i++) {
		p.sport = (uint16_t)(1024 + i);
		p.tcp_flags = TCP_SYN;
		p.tcp_seq = 0;
		p.paycap = 0;
		p.paylen = 0;
		err |= dnstcp_packet(t, &p);
		p.tcp_flags = TCP_ACK;
		p.tcp_seq = 1;
		p.paycap = sizeof(junk);
		p.paylen = sizeof(junk);
		err |= dnstcp_packet(t, &p);
		if (dnstcp_held(t) > most)
			most = dnstcp_held(t);
	}
	tap_int(err, 0, "flood of messages without end");
	tap_ok(most > DNSTCP_HELD / 2 && most <= DNSTCP_HELD,
	    "memory: %zu", most);
	/* The last one still gets its end. */
	p.tcp_seq = 1 + sizeof(junk);
	p.paycap = p.paylen = 65537 - sizeof(junk);
	err = dnstcp_packet(t, &p);
	tap_uint(whole, 1, "the last one is whole");
	dnstcp_tick(t, 1000 * SEC);
	tap_uint(dnstcp_held(t), 0, "forgotten after silence");
	tap_uint(dnstcp_counts(t)->dropped, 999, "all others counted");
	dnstcp_free(t);
}

int
main(void)
{
	if (hashkey_init(&key) < 0)
		return EXIT_FAILURE;
	questions();
	ipv6();
	forged();
	time_passes();
	odd();
	multicast();
	flood();
	tcp_whole();
	tcp_bytes();
	tcp_lost();
	tcp_transfer();
	tcp_flood();
	dnstrack_free(track);
	return tap_done();
}
