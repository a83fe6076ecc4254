/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */

#include "gen.h"

#include <string.h>

#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define PSH	0x08
#define ACK	0x10

struct frame {
	uint8_t b[FRAME_MAX];
	size_t len, ip, l4;
	uint8_t proto, v6;
};

struct step {
	int dir;
	uint8_t flags;
	unsigned len;
	int64_t gap;
};

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static void
put32le(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

/* The capture file. */

void
pcap_header(struct gen *g)
{
	uint8_t h[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0 };

	put32le(h + 16, g->o.snaplen ? g->o.snaplen : 262144);
	h[20] = 1;
	if (fwrite(h, sizeof(h), 1, g->out) != 1)
		die(g->o.out);
}

static void
pcap_write(struct gen *g, int64_t t, const uint8_t *b, size_t len)
{
	size_t cap = len;
	uint8_t h[16];

	if (g->o.snaplen && cap > g->o.snaplen)
		cap = g->o.snaplen;
	put32le(h, (uint32_t)(EPOCH + t / SECOND));
	put32le(h + 4, (uint32_t)(t % SECOND));
	put32le(h + 8, (uint32_t)cap);
	put32le(h + 12, (uint32_t)len);
	if (fwrite(h, sizeof(h), 1, g->out) != 1 ||
	    fwrite(b, cap, 1, g->out) != 1)
		die(g->o.out);
	g->truth.link_bytes += len;
	g->truth.cap_bytes += cap;
	if (g->truth.all++ == 0)
		g->truth.first = t;
	g->truth.last = t;
}

/* Who lives where. */

static void
mac_dev(uint8_t *p, uint32_t dev)
{
	static const uint8_t base[6] = { 0x02, 0x53, 0x50, 0x01, 0, 0 };

	memcpy(p, base, 6);
	put16(p + 4, dev);
}

static void
mac_gw(uint8_t *p)
{
	static const uint8_t gw[6] = { 0x02, 0x53, 0x50, 0, 0, 0x01 };

	memcpy(p, gw, 6);
}

static void
ip6(uint8_t *p, uint32_t a, uint32_t d)
{
	memset(p, 0, 16);
	put32(p, 0x20010db8);
	put32(p + 4, a);
	put32(p + 12, d);
}

static void
ip_home(uint8_t *p, int v6, uint32_t host)
{
	if (v6)
		ip6(p, 0x00080000, host);
	else
		put32(p, 0xc0a80800 + host);
}

static void
ip_dev(uint8_t *p, int v6, uint32_t dev)
{
	ip_home(p, v6, dev + 10);
}

static int
has_cname(uint32_t service)
{
	return service % 3 == 0;
}

int
has_v6(uint32_t service)
{
	return service % 5 < 3;
}

/* The i-th of four addresses; names that point to the same edge share them. */
static void
ip_service(uint8_t *p, int v6, uint32_t service, uint32_t i)
{
	int edge = has_cname(service);
	uint32_t n = edge ? service % 61 : service;

	if (v6)
		ip6(p, 0xf0000000 + (edge ? 0x10000 : 0) + n, 1 + (i & 3));
	else
		put32(p, (edge ? 0xc6130000 : 0xc6120000) + n * 4 + (i & 3));
}

int
prefers_v6(uint32_t dev)
{
	return dev % 3 != 0;
}

/* The last two devices of a home with ten or more are on VLAN 20. */
int
on_vlan(const struct gen *g, uint32_t dev)
{
	return g->o.devices >= 10 && dev + 2 >= g->o.devices;
}

uint32_t
service_ttl(uint32_t service)
{
	static const uint32_t ttl[4] = { 60, 300, 300, 3600 };

	return ttl[service & 3];
}

static void
group(const struct flow *f, uint8_t *mac, uint8_t *ip)
{
	uint32_t low = f->kind == K_MDNS ? 0xe00000fb : 0xeffffffa;

	put16(mac, f->v6 ? 0x3333 : 0x0100);
	if (f->v6) {
		memset(ip, 0, 16);
		put16(ip, 0xff02);
		ip[15] = f->kind == K_MDNS ? 0xfb : 0x0c;
		memcpy(mac + 2, ip + 12, 4);
	} else {
		put32(ip, low);
		put32(mac + 2, 0x5e000000 | (low & 0x7fffff));
	}
}

/* Side 0 is the device that began, side 1 whoever it talks to. */
static void
side(const struct flow *f, int s, uint8_t *mac, uint8_t *ip)
{
	if (s == 0) {
		mac_dev(mac, f->dev);
		ip_dev(ip, f->v6, f->dev);
	} else if (f->kind == K_LAN) {
		mac_dev(mac, f->peer);
		ip_dev(ip, f->v6, f->peer);
	} else if (f->kind == K_MDNS || f->kind == K_SSDP) {
		group(f, mac, ip);
	} else {
		mac_gw(mac);
		if (f->kind == K_DNS || f->kind == K_NDP)
			ip_home(ip, f->v6, 1);
		else
			ip_service(ip, f->v6, f->peer, f->addr);
	}
}

/* Frames. */

static uint8_t *
add(struct frame *fr, size_t n)
{
	uint8_t *p = fr->b + fr->len;

	memset(p, 0, n);
	fr->len += n;
	return p;
}

static void
ethernet(struct frame *fr, const struct gen *g, const struct flow *f,
    uint32_t type)
{
	fr->len = 12;
	if (on_vlan(g, f->dev)) {
		put16(fr->b + 12, 0x8100);
		put16(fr->b + 14, 20);
		fr->len = 16;
	}
	put16(add(fr, 2), type);
}

static uint8_t
hops(const struct flow *f, int dir)
{
	if (f->kind == K_NDP || f->kind == K_MDNS)
		return 255;
	if (f->kind == K_SSDP)
		return 4;
	return dir == 0 || f->kind == K_LAN || f->kind == K_DNS ? 64 : 52;
}

/* Link and IP header of a packet from side dir; lengths come at the end. */
static void
begin(struct frame *fr, const struct gen *g, const struct flow *f, int dir,
    uint8_t proto)
{
	uint8_t src[16], dst[16], *p;

	ethernet(fr, g, f, f->v6 ? 0x86dd : 0x0800);
	side(f, dir, fr->b + 6, src);
	side(f, !dir, fr->b, dst);
	fr->ip = fr->len;
	fr->v6 = f->v6;
	fr->proto = proto;
	if (f->v6) {
		p = add(fr, 40);
		p[0] = 0x60;
		p[6] = proto;
		p[7] = hops(f, dir);
		memcpy(p + 8, src, 16);
		memcpy(p + 24, dst, 16);
	} else {
		p = add(fr, 20);
		p[0] = 0x45;
		put16(p + 4, (f->id * 31 + f->k) & 0xffff);
		p[6] = 0x40;
		p[8] = hops(f, dir);
		p[9] = proto;
		memcpy(p + 12, src, 4);
		memcpy(p + 16, dst, 4);
	}
	fr->l4 = fr->len;
}

/* RFC 1071. */
static uint32_t
sum(const uint8_t *p, size_t n, uint32_t s)
{
	for (; n > 1; n -= 2, p += 2)
		s += (uint32_t)p[0] << 8 | p[1];
	return n ? s + ((uint32_t)p[0] << 8) : s;
}

static uint32_t
fold(uint32_t s)
{
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

static void
checksum(struct frame *fr)
{
	uint8_t *ip = fr->b + fr->ip, *l4 = fr->b + fr->l4;
	size_t n = fr->len - fr->l4;
	uint32_t s = 0, at = fr->proto == 6 ? 16 : fr->proto == 17 ? 6 : 2;

	if (fr->proto != 1) {
		s = (uint32_t)n + fr->proto;
		s = fr->v6 ? sum(ip + 8, 32, s) : sum(ip + 12, 8, s);
	}
	s = fold(sum(l4, n, s));
	put16(l4 + at, s == 0 && fr->proto == 17 ? 0xffff : s);
}

static void
finish(struct frame *fr, struct gen *g, const struct flow *f)
{
	uint8_t *ip = fr->b + fr->ip;
	size_t l4len = fr->len - fr->l4;

	if (fr->proto == 17)
		put16(fr->b + fr->l4 + 4, (uint32_t)l4len);
	checksum(fr);
	if (fr->v6) {
		put16(ip + 4, (uint32_t)l4len);
		g->truth.v6++;
	} else {
		put16(ip + 2, (uint32_t)(fr->len - fr->ip));
		put16(ip + 10, fold(sum(ip, 20, 0)));
		g->truth.v4++;
	}
	g->truth.ip_bytes += fr->len - fr->ip;
	if (fr->len < 60)
		add(fr, 60 - fr->len);
	pcap_write(g, f->t, fr->b, fr->len);
}

/* Payload; a reply to a ping echoes that of the request. */
static void
fill(struct frame *fr, const struct gen *g, const struct flow *f, size_t n)
{
	uint32_t k = f->kind == K_PING ? f->k / 2 : f->k;
	uint32_t at = (f->id * 40503U + k * 977U) % POOL;

	memcpy(add(fr, 0), g->pool + at, n);
	fr->len += n;
}

static void
udp(struct frame *fr, const struct gen *g, const struct flow *f, int dir)
{
	uint8_t *p;

	begin(fr, g, f, dir, 17);
	p = add(fr, 8);
	put16(p, f->port[dir]);
	put16(p + 2, f->port[!dir]);
}

/* Conversations. */

/*
 * One step of requests and responses: bursts from either side in turn, an
 * acknowledgement for every second segment, a pause at each change of turns.
 */
static void
talk(struct flow *f, unsigned mss, struct step *st)
{
	if (f->unacked == 2 || (f->unacked && f->burst == 0)) {
		st->dir = !f->dir;
		st->len = 0;
		st->gap = f->gap;
		f->unacked = 0;
		if (f->burst)
			return;
		f->dir = !f->dir;
		f->burst = 1;
		st->gap = below(&f->rng, 2 * f->think);
		if (f->dir != f->asker) {
			f->burst = (uint16_t)between(&f->rng, 1, f->chunk);
			st->gap = f->rtt + below(&f->rng, 20000);
		}
		return;
	}
	st->dir = f->dir;
	st->len = --f->burst ? mss : between(&f->rng, 40, mss);
	st->gap = f->gap;
	f->unacked++;
}

static void
tcp_step(struct flow *f, struct step *st)
{
	uint32_t left = f->n - f->k;

	st->len = 0;
	st->gap = f->rtt;
	if (f->kind == K_PROBE) {
		st->dir = 0;
		st->flags = SYN;
		st->gap = SECOND << f->k;
	} else if (f->k < 2) {
		st->dir = f->k != 0;
		st->flags = SYN | (f->k ? ACK : 0);
		if (f->kind == K_REFUSED && f->k)
			st->flags = RST | ACK;
	} else if (f->k == 2) {
		st->dir = 0;
		st->flags = ACK;
	} else if (f->ending == END_FIN && left <= 3) {
		st->dir = left == 2;
		st->flags = (left == 1 ? 0 : FIN) | ACK;
	} else if (f->ending == END_RST && left == 1) {
		st->dir = 0;
		st->flags = RST | ACK;
	} else {
		talk(f, f->v6 ? 1428 : 1448, st);
		st->flags = ACK | (st->len ? PSH : 0);
	}
}

static void
tcp_options(struct frame *fr, struct flow *f, const struct step *st)
{
	uint8_t *p;

	f->tsv[st->dir] = f->id * 7919U + (uint32_t)(f->t / 1000);
	if (st->flags & SYN) {
		p = add(fr, 8);
		put32(p, 0x02040000 | (f->v6 ? 1440 : 1460));
		put32(p + 4, 0x01030307);
	}
	p = add(fr, 12);
	put32(p, 0x0101080a);
	put32(p + 4, f->tsv[st->dir]);
	put32(p + 8, f->tsv[!st->dir]);
}

static void
tcp_payload(struct frame *fr, struct gen *g, struct flow *f, unsigned len)
{
	size_t at = fr->len;

	fill(fr, g, f, len);
	put16(fr->b + at, 0x1703);		/* TLS application data */
	fr->b[at + 2] = 3;
	put16(fr->b + at + 3, len - 5);
}

static void
tcp_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	struct step st;
	uint8_t *p;
	size_t at;

	tcp_step(f, &st);
	begin(fr, g, f, st.dir, 6);
	at = fr->len;
	p = add(fr, 20);
	put16(p, f->port[st.dir]);
	put16(p + 2, f->port[!st.dir]);
	put32(p + 4, f->seq[st.dir]);
	if (st.flags & ACK)
		put32(p + 8, f->seq[!st.dir]);
	p[13] = st.flags;
	put16(p + 14, 64240);
	if (!(st.flags & RST))
		tcp_options(fr, f, &st);
	p[12] = (uint8_t)((fr->len - at) << 2);
	if (st.len)
		tcp_payload(fr, g, f, st.len);
	if (f->kind != K_PROBE)
		f->seq[st.dir] += st.len + ((st.flags & (SYN | FIN)) != 0);
	finish(fr, g, f);
	*gap = st.gap;
}

static void
quic_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	struct step st;
	size_t at;

	talk(f, 1230, &st);
	udp(fr, g, f, st.dir);
	at = fr->len;
	fill(fr, g, f, st.len ? st.len : 34);
	fr->b[at] = 0x40 | (fr->b[at] & 0x1f);	/* short header, */
	put32(fr->b + at + 1, 0xffffffff);	/* connection id */
	put32(fr->b + at + 5, f->seq[st.dir]);
	finish(fr, g, f);
	*gap = st.gap;
}

static void
ntp_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	int dir = f->k & 1;
	uint8_t *p;

	udp(fr, g, f, dir);
	p = add(fr, 48);
	p[0] = dir ? 0x24 : 0x23;
	p[1] = dir ? 2 : 0;
	p[2] = 6;
	p[3] = 0xe9;
	put32(p + 40, (uint32_t)(EPOCH + 2208988800U + f->t / SECOND));
	if (dir)
		memcpy(p + 32, p + 40, 4);
	finish(fr, g, f);
	*gap = dir ? 64 * SECOND : (int64_t)f->rtt;
}

/* DNS. */

static void
label(struct frame *fr, const char *s, int n)
{
	char text[32];
	int len;

	len = n < 0 ? snprintf(text, sizeof(text), "%s", s) :
	    snprintf(text, sizeof(text), "%s%d", s, n);
	*add(fr, 1) = (uint8_t)len;
	memcpy(add(fr, (size_t)len), text, (size_t)len);
}

/* The name of a service; returns the offset of its label "example". */
static uint32_t
qname(struct frame *fr, size_t msg, const struct flow *f)
{
	uint32_t at;

	label(fr, f->ending == END_RST ? "x" : "s", (int)(f->peer & 7));
	label(fr, "d", (int)(f->peer >> 3));
	at = (uint32_t)(fr->len - msg);
	label(fr, "example", -1);
	add(fr, 1);
	return at;
}

static uint8_t *
rr(struct frame *fr, uint32_t owner, uint32_t type, uint32_t ttl)
{
	uint8_t *p = add(fr, 12);

	put16(p, 0xc000 | owner);
	put16(p + 2, type);
	put16(p + 4, 1);
	put32(p + 6, ttl);
	return p + 10;
}

/* The answer section; returns how many records it holds. */
static uint32_t
dns_answers(struct frame *fr, size_t msg, const struct flow *f, uint32_t tld)
{
	uint32_t n = 0, i, owner = 12, ttl = service_ttl(f->peer);
	uint32_t want = has_cname(f->peer) || f->qtype == 28 ? 1 : 2;
	uint8_t ip[16], *len;
	size_t at;

	if (has_cname(f->peer)) {
		len = rr(fr, owner, 5, ttl);
		at = fr->len;
		label(fr, "e", (int)(f->peer % 61));
		label(fr, "cdn", -1);
		put16(add(fr, 2), 0xc000 | tld);
		put16(len, (uint32_t)(fr->len - at));
		owner = (uint32_t)(at - msg);
		n++;
	}
	if (f->qtype == 28 && !has_v6(f->peer))
		return n;
	for (i = 0; i < want; i++, n++) {
		put16(rr(fr, owner, f->qtype, ttl), f->qtype == 28 ? 16 : 4);
		ip_service(ip, f->qtype == 28, f->peer, f->addr + i);
		at = f->qtype == 28 ? 16 : 4;
		memcpy(add(fr, at), ip, at);
	}
	return n;
}

static void
dns_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	int dir = f->k & 1, bad = f->ending == END_RST;
	uint32_t tld;
	uint8_t *p;
	size_t msg;

	udp(fr, g, f, dir);
	msg = fr->len;
	p = add(fr, 12);
	put16(p, f->seq[0]);
	put16(p + 2, dir ? (bad ? 0x8183 : 0x8180) : 0x0100);
	put16(p + 4, 1);
	tld = qname(fr, msg, f);
	put16(add(fr, 2), f->qtype);
	put16(add(fr, 2), 1);
	if (dir && !bad)
		put16(p + 6, dns_answers(fr, msg, f, tld));
	finish(fr, g, f);
	*(dir ? &g->truth.answers : &g->truth.questions) += 1;
	if (dir && g->o.snaplen && fr->len > g->o.snaplen)
		g->truth.answers_cut++;
	*gap = f->rtt;
}

/* First a question for accessories, then what this device is. */
static void
mdns_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	uint8_t *p, *len;

	udp(fr, g, f, 0);
	p = add(fr, 12);
	put16(p + 2, f->k & 1 ? 0x8400 : 0);
	put16(p + (f->k & 1 ? 6 : 4), f->k & 1 ? 2 : 1);
	label(fr, "_hap", -1);
	label(fr, "_tcp", -1);
	label(fr, "local", -1);
	add(fr, 1);
	put16(add(fr, 2), 12);
	put16(add(fr, 2), 1);
	if (f->k & 1) {
		put32(add(fr, 4), 4500);
		len = add(fr, 2);
		label(fr, "dev", f->dev);
		put16(add(fr, 2), 0xc00c);
		put16(len, (uint32_t)(fr->b + fr->len - len - 2));
		label(fr, "dev", f->dev);
		put16(add(fr, 2), 0xc016);
		put32(add(fr, 4), 0x00018001);
		put32(add(fr, 4), 120);
		put16(add(fr, 2), 4);
		ip_dev(add(fr, 4), 0, f->dev);
	}
	finish(fr, g, f);
	*gap = SECOND;
}

static void
ssdp_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	static const char search[] = "M-SEARCH * HTTP/1.1\r\n"
	    "HOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
	    "MX: 2\r\nST: upnp:rootdevice\r\n\r\n";

	udp(fr, g, f, 0);
	memcpy(add(fr, sizeof(search) - 1), search, sizeof(search) - 1);
	finish(fr, g, f);
	*gap = SECOND;
}

static void
ping_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	int dir = f->k & 1;
	uint8_t *p;

	begin(fr, g, f, dir, f->v6 ? 58 : 1);
	p = add(fr, 8);
	p[0] = (uint8_t)(f->v6 ? 128 + dir : dir ? 0 : 8);
	put16(p + 4, f->port[0]);
	put16(p + 6, f->k / 2 + 1);
	fill(fr, g, f, 56);
	finish(fr, g, f);
	*gap = dir ? SECOND - f->rtt : (int64_t)f->rtt;
}

/* RFC 4861, sections 4.3 and 4.4: the device asks for the gateway. */
static void
ndp_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	int dir = f->k & 1;
	uint8_t *p, *ip;

	begin(fr, g, f, dir, 58);
	ip = fr->b + fr->ip;
	p = add(fr, 32);
	p[0] = (uint8_t)(135 + dir);
	if (dir)
		p[4] = 0xe0;
	memcpy(p + 8, ip + (dir ? 8 : 24), 16);
	p[24] = (uint8_t)(1 + dir);
	p[25] = 1;
	memcpy(p + 26, fr->b + 6, 6);
	if (!dir) {		/* to the solicited-node group */
		memset(ip + 24, 0, 13);
		put16(ip + 24, 0xff02);
		put16(ip + 35, 0x01ff);
		put16(fr->b, 0x3333);
		memcpy(fr->b + 2, ip + 36, 4);
	}
	finish(fr, g, f);
	*gap = f->rtt;
}

static void
arp_packet(struct gen *g, struct flow *f, struct frame *fr, int64_t *gap)
{
	int dir = f->k & 1;
	uint8_t *p;

	ethernet(fr, g, f, 0x0806);
	p = add(fr, 28);
	put32(p, 0x00010800);
	put32(p + 4, 0x06040001 + (uint32_t)dir);
	mac_gw(dir ? p + 8 : p + 18);
	ip_home(dir ? p + 14 : p + 24, 0, 1);
	mac_dev(dir ? p + 18 : p + 8, f->dev);
	ip_dev(dir ? p + 24 : p + 14, 0, f->dev);
	memcpy(fr->b + 6, p + 8, 6);
	memcpy(fr->b, p + 18, 6);
	if (!dir) {
		memset(p + 18, 0, 6);
		memset(fr->b, 0xff, 6);
	}
	if (fr->len < 60)
		add(fr, 60 - fr->len);
	pcap_write(g, f->t, fr->b, fr->len);
	*gap = f->rtt;
}

typedef void packet_fn(struct gen *, struct flow *, struct frame *, int64_t *);

static packet_fn *const packet[K_MAX] = {
	tcp_packet, tcp_packet, tcp_packet, tcp_packet, quic_packet,
	ntp_packet, dns_packet, mdns_packet, ssdp_packet, ping_packet,
	ndp_packet, arp_packet, NULL
};

int64_t
flow_packet(struct gen *g, struct flow *f)
{
	struct frame fr;
	int64_t gap = 0;
	uint32_t minute = (uint32_t)(f->t / (60 * SECOND)) + 1;

	packet[f->kind](g, f, &fr, &gap);
	g->truth.pkts[f->kind]++;
	if (on_vlan(g, f->dev))
		g->truth.vlan++;
	if (f->kind != K_ARP && f->minute != minute)
		g->truth.minutes++;
	f->minute = minute;
	f->k++;
	return gap;
}

/* Any unicast address of the internet. */
static uint32_t
forged(uint64_t *s)
{
	uint32_t a, top;

	do {
		a = (uint32_t)(rnd(s) >> 32);
		top = a >> 24;
	} while (top == 0 || top == 10 || top == 127 || top > 223 ||
	    a >> 16 == 0xc0a8);
	return a;
}

void
flood(struct gen *g)
{
	struct flow f = { .kind = K_FLOOD };
	struct frame fr;
	uint64_t i;
	uint8_t *p;

	for (i = 0; i < g->o.n; i++) {
		f.t = (int64_t)(i * (uint64_t)g->end / g->o.n);
		f.id = (uint32_t)i;
		begin(&fr, g, &f, 1, 6);
		put32(fr.b + fr.ip + 12, forged(&g->rng));
		p = add(&fr, 20);
		put16(p, between(&g->rng, 1024, 65535));
		put16(p + 2, 80);
		put32(p + 4, (uint32_t)rnd(&g->rng));
		put16(p + 12, 0x5000 | SYN);
		put16(p + 14, 1024);
		finish(&fr, g, &f);
		g->truth.pkts[K_FLOOD]++;
	}
	g->truth.flows[K_FLOOD] = g->o.n;
}
