/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "join_kit.h"

/* Whose a flow is, and who is there. */

static void
test_prefix_rule(void)
{
	begin();
	learn("{'type':'stream','ts':1,'local':['203.0.113.0/24']}");
	tap_str(ends("203.0.113.5", A, "192.0.2.1", R),
	    A " 192.0.2.1 internet out", "the initiator's prefix");
	tap_str(ends("192.0.2.1", R, "203.0.113.5", A),
	    A " 192.0.2.1 internet in", "the other's prefix");
	tap_str(ends("203.0.113.5", A, "203.0.113.6", B),
	    A " " B " lan out; " B " " A " lan in", "both");
	tap_str(ends("192.0.2.1", R, "fe80::a", A),
	    A " 192.0.2.1 internet in", "link-local");
	tap_str(ends("0.0.0.0", A, "192.0.2.1", R),
	    A " 192.0.2.1 internet out", "unspecified");
}

static void
test_set_rule(void)
{
	struct join_opts opts = plain_opts();
	struct prefix p;

	if (prefix_parse(&p, "203.0.113.0/24", 14) < 0)
		abort();
	opts.local = &p;
	opts.nlocal = 1;
	begin_with(&opts);
	learn("{'type':'stream','ts':1,'local':['10.0.0.0/8']}");
	learn_device("'mac':'" B "','ip':'198.51.100.7','how':'arp'");
	tap_str(ends("10.0.0.1", R, "203.0.113.5", A),
	    A " 10.0.0.1 internet in", "-l: instead of the stream's");
	tap_str(ends("198.51.100.7", B, "203.0.113.5", A),
	    A " 198.51.100.7 internet in", "-l: and what is announced");
	tap_str(ends("192.0.2.1", R, "192.168.8.22", A),
	    R " 192.168.8.22 internet out", "-l: private is nothing");
	tap_str(ends("fe80::a", A, "2001:db8::1", R),
	    A " 2001:db8::1 internet out", "-l: link-local is");
	tap_str(ends("2001:db8::1", R, "fe80::a", A),
	    A " 2001:db8::1 internet in", "-l: at either end");
}

static void
test_announced_rule(void)
{
	static const char *const hows[] = {
		"arp", "ndp", "ra", "dhcp", "dhcp6", "mdns"
	};
	char s[256], want[128];
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(hows); i++) {
		snprintf(s, sizeof(s), "'mac':'" A "','how':'%s',"
		    "'ip':'2001:db8:1::%zu'", hows[i], i);
		learn_device(s);
		snprintf(s, sizeof(s), "2001:db8:1::%zu", i);
		snprintf(want, sizeof(want), A " 2001:db8:ff::1 internet in");
		tap_str(ends("2001:db8:ff::1", R, s, A), want,
		    "announced by %s", hows[i]);
		tap_str(ends("2001:db8:ff::1", NULL, s, A), want,
		    "from nowhere");
	}
	learn_device("'mac':'" B "','ip':'2001:db8:2::1','how':'ip'");
	tap_str(ends("2001:db8:ff::1", NULL, "2001:db8:2::1", NULL),
	    "2001:db8:ff::1 2001:db8:2::1 internet out",
	    "seen in a packet only");
}

/* A neighbour that announces an address of the internet does not get it. */
static void
test_forged_rule(void)
{
	begin();
	learn_device("'mac':'" B "','ip':'192.0.2.1','how':'arp'");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", R),
	    A " 192.0.2.1 internet out", "it stays outside");
	tap_str(ends("192.0.2.1", R, "192.168.8.22", A),
	    A " 192.0.2.1 internet in", "also when it begins");
	tap_str(ends("192.168.8.22", NULL, "192.0.2.1", NULL),
	    A " 192.0.2.1 internet out", "and without MACs");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", B),
	    A " " B " lan out; " B " " A " lan in", "but to that neighbour");
}

static void
test_private_rule(void)
{
	begin();
	tap_str(ends("192.0.2.1", R, "192.168.8.22", A),
	    A " 192.0.2.1 internet in", "private");
	tap_str(ends("192.0.2.1", NULL, "10.1.2.3", NULL),
	    "10.1.2.3 192.0.2.1 internet in", "without a MAC");
	tap_str(ends("2001:db8::1", R, "fd00::5", A),
	    A " 2001:db8::1 internet in", "RFC 4193");
	tap_str(ends("172.31.0.1", A, "172.32.0.1", R),
	    A " 172.32.0.1 internet out", "172.16.0.0/12 ends there");
	tap_str(ends("172.16.0.1", A, "10.0.0.1", B),
	    A " " B " lan out; " B " " A " lan in", "both are private");
}

static void
test_mac_rule(void)
{
	begin();
	learn_device("'mac':'" R "','ip':'fe80::1','how':'ra','router':true");
	learn_device("'mac':'" A "','how':'dhcp'");
	tap_str(ends("2001:db8:ff::1", R, "2001:db8::5", A),
	    A " 2001:db8:ff::1 internet in", "from the gateway to a device");
	tap_str(ends("2001:db8::5", A, "2001:db8:ff::1", R),
	    A " 2001:db8:ff::1 internet out", "and back");
	tap_str(ends("2001:db8:ff::1", R, "2001:db8::6", B),
	    R " 2001:db8::6 internet out", "to a MAC not known");
	tap_str(ends("2001:db8:ff::1", C, "2001:db8::5", A),
	    C " 2001:db8::5 internet out", "not from the gateway");
	tap_str(ends("2001:db8:ff::1", R, "2001:db8::7", NULL),
	    R " 2001:db8::7 internet out", "without a MAC");
	tap_str(ends("2001:db8:fe::1", NULL, "2001:db8:fd::7", NULL),
	    "2001:db8:fe::1 2001:db8:fd::7 internet out", "without both");
}

static const char *
answered(const char *src, const char *src_mac, const char *dst,
    const char *dst_mac)
{
	return ends_more(src, src_mac, dst, dst_mac, ",'answered':true");
}

static bool
is_router(const char *device)
{
	struct join_device d;

	return join_device(j, str_of(device), &d) && d.router;
}

static void
test_gateway(void)
{
	begin();
	tap_str(ends("192.168.8.22", A, "192.168.8.1", R),
	    A " " R " lan out; " R " " A " lan in", "not known yet");
	(void)ends("192.168.8.22", A, "192.0.2.1", R);
	tap_ok(!is_router(R), "no answer, no gateway");
	(void)ends_more("192.168.8.22", A, "192.0.2.1", R,
	    ",'answered':false");
	tap_ok(!is_router(R), "nor if it says so");
	(void)answered("192.168.8.22", A, "192.0.2.1", R);
	tap_ok(is_router(R) && !is_router(A), "an answer");
	tap_str(ends("192.168.8.22", A, "192.168.8.1", R),
	    A " " R " gateway out; " R " " A " lan in", "now it is");
	learn_device("'mac':'" B "','how':'ra','router':true");
	tap_ok(is_router(B), "one that says that it is");
	tap_str(ends("fe80::a", A, "fe80::b", B),
	    A " " B " gateway out; " B " " A " lan in", "to it");
}

/* What devices of the house could forge makes nobody the gateway. */
static void
test_no_gateway(void)
{
	begin();
	learn("{'type':'stream','ts':1,'local':['192.168.8.0/24']}");
	tap_str(answered("192.0.2.1", C, "192.168.8.22", A),
	    A " 192.0.2.1 internet in", "a forged sender");
	tap_ok(!is_router(C), "is answered, but did not answer");
	(void)answered("2001:db8:ff::1", R, "2001:db8::5", B);
	tap_ok(!is_router(B) && !is_router(R), "nor where it is a guess");
	(void)answered("192.168.8.22", A, "192.168.9.1", B);
	tap_ok(!is_router(B), "nor behind which a private address is");
	tap_str(answered("fe80::a", A, "2001:db8::b", B),
	    A " 2001:db8::b internet out", "from a link-local address");
	tap_ok(!is_router(B), "only a neighbour can have answered");
	(void)answered("192.168.8.22", A, "192.0.2.1", "00:00:00:00:00:00");
	(void)answered("192.168.8.22", A, "192.0.2.1", NULL);
	tap_ok(!is_router("00:00:00:00:00:00"), "nor nobody");
}

static void
test_groups(void)
{
	begin();
	tap_str(ends("0.0.0.0", A, "255.255.255.255", "ff:ff:ff:ff:ff:ff"),
	    A " 255.255.255.255 broadcast out", "limited broadcast");
	tap_str(ends("192.168.8.22", NULL, "255.255.255.255", NULL),
	    "192.168.8.22 255.255.255.255 broadcast out", "without a MAC");
	tap_str(ends("192.168.8.22", A, "239.255.255.250",
	    "01:00:5e:7f:ff:fa"), A " 239.255.255.250 multicast out", "SSDP");
	tap_str(ends("192.168.8.22", A, "224.0.0.251", NULL),
	    A " 224.0.0.251 multicast out", "without the group's MAC");
	tap_str(ends("fe80::a", A, "ff02::fb", "33:33:00:00:00:fb"),
	    A " ff02::fb multicast out", "IPv6");
	tap_str(ends("192.0.2.1", A, "224.0.0.251", NULL),
	    A " 224.0.0.251 multicast out", "whatever the sender's address");
	tap_str(ends("192.168.8.22", A, "192.168.8.255",
	    "ff:ff:ff:ff:ff:ff"), A " 192.168.8.255 broadcast out", "by MAC");
	tap_str(ends("192.168.8.22", A, "192.168.8.77", "01:00:5e:00:00:01"),
	    A " 192.168.8.77 multicast out", "a group's MAC");
	learn("{'type':'stream','ts':1,'local':['192.168.8.0/24']}");
	tap_str(ends("192.168.8.22", NULL, "192.168.8.255", NULL),
	    A " 192.168.8.255 broadcast out", "of a known prefix");
	tap_str(ends("192.0.2.7", R, "192.168.8.255", NULL),
	    R " 192.168.8.255 broadcast out", "from outside, too");
	tap_str(ends("224.0.0.1", B, "192.168.8.22", A),
	    A " 224.0.0.1 multicast in", "a sender that cannot be");
	tap_str(ends("224.0.0.1", B, "224.0.0.2", A),
	    B " 224.0.0.2 multicast out", "nor the other");
}

/* As from conntrack: flows without MACs of addresses that are known. */
static void
test_no_macs(void)
{
	begin();
	learn_device("'mac':'" A "','ip':'192.168.8.22','how':'dhcp',"
	    "'name':'lamp'");
	learn_device("'mac':'" B "','ip':'fd00::b','how':'ndp'");
	learn_name(50, "192.168.8.22", NULL, "www.example.org", "192.0.2.1");
	tap_str(ends("192.168.8.22", NULL, "192.0.2.1", NULL),
	    A " example.org internet out", "the device by its address");
	tap_str(ends("192.168.8.22", NULL, "fd00::b", NULL),
	    A " " B " lan out; " B " lamp lan in", "both");
	tap_str(ends("192.168.8.99", NULL, "192.0.2.1", NULL),
	    "192.168.8.99 example.org internet out", "an unknown one");
}

static void
test_devices(void)
{
	struct join_counts counts;
	struct join_device d;
	size_t at = 0, n = 0;

	begin();
	tap_ok(!join_next(j, &at, &d), "nobody");
	learn_device("'mac':'" A "','ip':'192.168.8.22','name':'HS110',"
	    "'how':'dhcp','vendor_class':'udhcp 1.24'");
	learn_device("'mac':'" A "','name':'hs110.local','how':'mdns'");
	learn_device("'mac':'" B "','how':'ip'");
	(void)ends("fe80::a", A, "192.0.2.1", NULL);
	(void)ends("192.168.8.99", NULL, "192.0.2.1", NULL);
	tap_ok(join_device(j, STR(A), &d), "known");
	tap_ok(str_eq(d.text, STR(A)) && d.mac.b[5] == 0x0a && d.traffic &&
	    str_eq(d.name, STR("HS110")) &&
	    str_eq(d.vendor_class, STR("udhcp 1.24")) && !d.router,
	    "all of it");
	tap_ok(d.naddrs == 2 && d.addrs[0].ver == 4 && d.addrs[1].ver == 6,
	    "addresses in order");
	tap_ok(join_device(j, STR(B), &d) && !d.traffic && d.name.n == 0 &&
	    d.vendor_class.n == 0 && d.naddrs == 0,
	    "nothing but a MAC");
	tap_ok(join_device(j, STR("192.168.8.99"), &d) &&
	    mac_is_zero(&d.mac) && d.traffic, "by address");
	tap_ok(!join_device(j, STR(C), &d) && !join_device(j, STR(""), &d),
	    "not known");
	for (at = 0; join_next(j, &at, &d); n++)
		;
	tap_uint(n, 3, "one after another");
	join_counts(j, &counts);
	tap_uint(counts.devices, 3, "ever known");
	tap_uint(counts.evicted, 0, "forgotten");
}

/* Who is in the house, by what another join made of flows. */
static void
test_digests(void)
{
	static const char *const lines[] = {
		"{'type':'digest','ts':1,'device':'" A "','name':'lamp',"
		"'device_ip':['192.168.8.22','fe80::a'],'peer':'box',"
		"'peer_mac':'" R "','peer_ip':['192.168.8.1'],"
		"'where':'gateway'}",
		"{'type':'digest','ts':1,'device':'" A "','peer':'" B "',"
		"'peer_mac':'" B "','where':'lan'}",
		"{'type':'digest','ts':1,'device':'192.168.8.99',"
		"'peer':'example.org','peer_ip':['192.0.2.1'],"
		"'where':'internet'}",
		"{'type':'digest','ts':1,'device':'none','peer_mac':'y'}",
		"{'type':'digest','ts':1}",
	};
	struct join_counts counts;
	struct join_device d;
	struct rec r;
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (decode(&r, lines[i]))
			join_digest(j, &r);
	tap_ok(join_device(j, STR(A), &d) && d.traffic && !d.router &&
	    str_eq(d.name, STR("lamp")) && d.naddrs == 2, "the device");
	tap_ok(join_device(j, STR(R), &d) && d.traffic && d.router &&
	    str_eq(d.name, STR("box")) && d.naddrs == 1, "the gateway");
	tap_ok(join_device(j, STR(B), &d) && d.traffic && !d.router &&
	    d.name.n == 0, "a peer whose name is not known");
	tap_ok(join_device(j, STR("192.168.8.99"), &d) && d.traffic &&
	    mac_is_zero(&d.mac), "one without a MAC");
	join_counts(j, &counts);
	tap_uint(counts.devices, 4, "and nobody else");
	learn_device("'mac':'" A "','name':'HS110','how':'dhcp'");
	(void)(decode(&r, lines[0]) && (join_digest(j, &r), true));
	tap_ok(join_device(j, STR(A), &d) && str_eq(d.name, STR("HS110")),
	    "what the device itself says is better");
}

/* A home of two: who came first goes, with the names that it was told. */
static void
test_eviction(void)
{
	struct join_opts opts = plain_opts();
	struct join_counts counts;

	opts.max_devices = 2;
	begin_with(&opts);
	learn_device("'mac':'" A "','ip':'192.168.8.22','how':'arp',"
	    "'name':'lamp'");
	learn_name(1, "192.168.8.22", A, "a.example.com", "192.0.2.1");
	learn_name(2, "192.168.8.23", B, "b.example.net", "192.0.2.1");
	tap_str(ends("192.168.8.24", C, "192.0.2.1", NULL),
	    C " example.net internet out", "the new one has no old names");
	tap_str(ends("192.168.8.22", NULL, "192.0.2.1", NULL),
	    "192.168.8.22 example.net internet out", "nor old addresses");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", NULL),
	    A " example.net internet out", "the old one is new again");
	join_counts(j, &counts);
	tap_uint(counts.devices, 5, "ever known");
	tap_uint(counts.evicted, 3, "forgotten");
	tap_str(ends("192.168.8.31", B, "192.168.8.32", C),
	    B " " C " lan out; " C " " B " lan in", "two at once");
	for (opts.max_devices = 0; opts.max_devices < 2; opts.max_devices++) {
		begin_with(&opts);
		tap_str(ends("192.168.8.31", B, "192.168.8.32", C),
		    B " " C " lan out; " C " " B " lan in",
		    "two at once in a home of %zu", opts.max_devices);
	}
}

static void
test_gateway_eviction(void)
{
	struct join_opts opts = plain_opts();

	opts.max_devices = 2;
	begin_with(&opts);
	(void)answered("192.168.8.22", A, "192.0.2.1", R);
	(void)ends("192.168.8.23", B, "192.168.8.24", C);
	tap_ok(!is_router(R), "the gateway is forgotten");
	(void)answered("192.168.8.22", A, "192.0.2.1", R);
	tap_ok(is_router(R), "and known again");
}

/* Random MACs beyond count, with names: bounded, and no number goes wrong. */
static void
test_flood(void)
{
	struct join_opts opts = plain_opts();
	struct join_device d;
	struct rec r;
	uint64_t seed = 5;
	size_t at = 0, n = 0, i, wrong = 0;

	opts.max_devices = 64;
	opts.names.max_entries = 256;
	begin_with(&opts);
	if (!decode(&r, "{'type':'flow','ts':5,'proto':'udp',"
	    "'src':'10.0.0.1','dst':'192.0.2.1','dport':53,'src_mac':'" A
	    "','dst_mac':'" R "','pkts':1,'bytes':84}"))
		return;
	for (i = 0; i < 100000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(r.u.flow.src_mac.b + 1, &seed, 5);
		r.u.flow.src.b[3] = (uint8_t)(seed >> 48);
		wrong += join_flow(j, &r, view) != 1 ||
		    !join_device(j, view[0].u.digest.device, &d) ||
		    !mac_eq(&d.mac, &r.u.flow.src_mac) || !d.traffic;
	}
	tap_uint(wrong, 0, "100000 flows, each its sender's");
	while (join_next(j, &at, &d))
		n++;
	tap_uint(n, 64, "devices kept");
}

/* What no capture would write, but somebody might. */
static void
test_hostile(void)
{
	static const char *const lines[] = {
		"{'type':'stream','ts':1,'local':['0.0.0.0/33','x',''],"
		    "'agent':''}",
		"{'type':'dns','ts':1}",
		"{'type':'dns','ts':1,'client':'224.0.0.1','answers':[{}]}",
		"{'type':'dns','ts':1,'via':'udp','client':'0.0.0.0',"
		    "'client_mac':'ff:ff:ff:ff:ff:ff','qname':'',"
		    "'rcode':'NOERROR','answers':[{'rtype':'A'}]}",
		"{'type':'device','ts':1}",
		"{'type':'device','ts':1,'name':'nobody','router':true}",
		"{'type':'flow','ts':1}",
		"{'type':'stats','ts':1}",
		"{'type':'digest','ts':1,'device':'x'}",
		"{'type':'strange','x':[1]}",
	};
	struct join_counts counts;
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		learn(lines[i]);
	join_counts(j, &counts);
	tap_uint(counts.devices, 2, "only the clients were devices");
	tap_str(ends("0.0.0.0", "00:00:00:00:00:00", "0.0.0.0", NULL),
	    "0.0.0.0 0.0.0.0 lan out", "nobody");
	tap_str(ends("10.0.0.1", A, "10.0.0.1", A),
	    A " " A " lan out", "to itself");
	tap_uint(views_of("{'type':'flow','ts':9,'end':3,'src':'10.0.0.1',"
	    "'dst':'192.0.2.1','pkts':1}"), 1, "ends before it begins");
}

/* Numbers with a fixed seed, few enough addresses that all rules are met. */
static uint64_t
next(uint64_t *seed, uint64_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % n;
}

static void
random_end(uint64_t *seed, struct rec *r, int which)
{
	static const char *const addrs[] = {
		"10.0.0.1", "10.0.0.2", "10.0.0.255", "192.168.8.5",
		"192.0.2.1", "192.0.2.2", "255.255.255.255", "224.0.0.251",
		"fe80::1", "ff02::fb", "2001:db8::1", "fd00::1", "0.0.0.0",
	};
	static const char *const macs[] = {
		A, B, C, R, "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00",
	};
	struct addr a;
	struct mac m;
	size_t i = next(seed, ARRAY_SIZE(addrs));
	size_t k = next(seed, 2 * ARRAY_SIZE(macs));

	if (addr_parse(&a, addrs[i], strlen(addrs[i])) < 0 ||
	    mac_parse(&m, macs[k / 2], MAC_TEXT) < 0)
		abort();
	if (which == 0)
		REC_SET(r, FLOW, flow, src, a);
	else
		REC_SET(r, FLOW, flow, dst, a);
	if (k % 2 && which == 0)
		REC_SET(r, FLOW, flow, src_mac, m);
	else if (k % 2)
		REC_SET(r, FLOW, flow, dst_mac, m);
}

static void
random_flow(uint64_t *seed, struct rec *r)
{
	rec_init(r, REC_TYPE_FLOW);
	r->ts = (int64_t)next(seed, 1000000);
	random_end(seed, r, 0);
	random_end(seed, r, 1);
	if (next(seed, 2))
		REC_SET(r, FLOW, flow, pkts, next(seed, 100));
	if (next(seed, 2))
		REC_SET(r, FLOW, flow, rpkts, next(seed, 100));
	if (next(seed, 2))
		REC_SET(r, FLOW, flow, bytes, next(seed, 100000));
	if (next(seed, 2))
		REC_SET(r, FLOW, flow, rbytes, next(seed, 100000));
	REC_SET(r, FLOW, flow, answered, next(seed, 4) > 0);
}

static uint64_t
either(const struct rec *r, uint64_t bit, uint64_t value)
{
	return r->has & bit ? value : 0;
}

/* Nothing is lost, and two accounts are each other's mirror. */
static bool
adds_up(const struct rec *r, size_t n)
{
	const struct rec_flow *f = &r->u.flow;
	const struct rec_digest *v = &view[0].u.digest;
	const struct rec_digest *w = &view[1].u.digest;

	if (n < 1 || n > 2 || v->pkts_out + v->pkts_in !=
	    either(r, REC_BIT(FLOW, pkts), f->pkts) +
	    either(r, REC_BIT(FLOW, rpkts), f->rpkts))
		return false;
	if (v->bytes_out + v->bytes_in !=
	    either(r, REC_BIT(FLOW, bytes), f->bytes) +
	    either(r, REC_BIT(FLOW, rbytes), f->rbytes))
		return false;
	if (n == 1)
		return !REC_HAS(&view[0], DIGEST, peer_mac) ||
		    str_eq(v->device, v->peer_mac);
	return v->pkts_out == w->pkts_in && v->pkts_in == w->pkts_out &&
	    v->bytes_out == w->bytes_in && v->bytes_in == w->bytes_out &&
	    str_eq(v->device, w->peer_mac) &&
	    str_eq(w->device, v->peer_mac) && str_eq(v->dir, STR("out")) &&
	    str_eq(w->dir, STR("in"));
}

static void
test_random(void)
{
	uint64_t seed = 3;
	size_t i, n, wrong = 0, two = 0;
	struct rec r;

	begin();
	for (i = 0; i < 100000; i++) {
		random_flow(&seed, &r);
		n = join_flow(j, &r, view);
		wrong += !adds_up(&r, n);
		two += n == 2;
	}
	tap_uint(wrong, 0, "100000 random flows add up");
	tap_ok(two > 10000 && two < 90000, "of all kinds");
}

int
main(void)
{
	if (!kit_init())
		return EXIT_FAILURE;
	test_prefix_rule();
	test_set_rule();
	test_announced_rule();
	test_forged_rule();
	test_private_rule();
	test_mac_rule();
	test_gateway();
	test_no_gateway();
	test_groups();
	test_no_macs();
	test_devices();
	test_digests();
	test_eviction();
	test_gateway_eviction();
	test_flood();
	test_hostile();
	test_random();
	kit_free();
	return tap_done();
}
