/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "home.h"

#include "tap.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define MAC_C	"02:00:00:00:00:0c"
#define MAC_R	"02:00:00:00:00:01"

static struct hashkey key;
static struct arena arena;
static struct home *h;

static void
begin(size_t max)
{
	home_free(h);
	h = home_new(max, &key);
}

static struct addr
addr(const char *s)
{
	struct addr a;

	if (addr_parse(&a, s, strlen(s)) < 0)
		abort();
	return a;
}

static struct mac
mac(const char *s)
{
	struct mac m;

	if (mac_parse(&m, s, strlen(s)) < 0)
		abort();
	return m;
}

/* A record of that type with these members, ' standing for ". */
static void
tell(const char *type, const char *members)
{
	struct errpos err;
	struct rec r;
	char line[4096], *p;
	int n = snprintf(line, sizeof(line), "{'type':'%s','ts':1,%s}\n",
	    type, members);

	for (p = line; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	arena_reset(&arena);
	if (rec_decode(&r, &arena, line, (size_t)n, &err) < 0) {
		tap_ok(false, "%s: %s", line, err.what);
		return;
	}
	if (r.type == REC_TYPE_DEVICE)
		home_device(h, &r);
	else
		home_stream(h, &r);
}

static void
device(const char *members)
{
	tell("device", members);
}

static bool
has(const char *s)
{
	struct addr a = addr(s);

	return home_has(h, &a, NULL);
}

static bool
has_mac(const char *s, const char *m)
{
	struct addr a = addr(s);
	struct mac mm = mac(m);

	return home_has(h, &a, &mm);
}

static bool
broadcast(const char *s)
{
	struct addr a = addr(s);

	return home_is_broadcast(h, &a);
}

/* What a device is called; `m` may be NULL. */
static const char *
at(const char *a, const char *m)
{
	static char text[ADDR_TEXT + 1];
	struct addr ip = addr(a);
	struct mac mm = { { 0 } };
	const struct home_dev *d;

	if (m)
		mm = mac(m);
	d = home_at(h, &ip, m ? &mm : NULL);
	memcpy(text, d->text, d->ntext);
	text[d->ntext] = '\0';
	return text;
}

static const struct home_dev *
find(const char *text)
{
	return home_find(h, str_of(text));
}

static void
test_prefixes(void)
{
	struct prefix p[2];

	begin(8);
	tap_ok(!has("192.168.8.22") && !has("2001:db8::5"), "nothing known");
	tap_ok(has("169.254.1.1") && has("fe80::1") && has("0.0.0.0") &&
	    has("::"), "link-local and unspecified");
	tap_ok(home_guesses(h, 0), "private addresses may count");
	tell("stream", "'local':['192.168.8.0/24','2001:db8:8::/48',"
	    "'nonsense','10.0.0.1/8','']");
	tap_ok(has("192.168.8.0") && has("192.168.8.255") &&
	    !has("192.168.9.0") && !has("192.168.7.255"), "a prefix");
	tap_ok(has("2001:db8:8::1") && has("2001:db8:8:ffff::") &&
	    !has("2001:db8:9::1"), "an IPv6 prefix");
	tap_ok(!has("10.0.0.1"), "host bits: not a prefix");
	tap_ok(home_guesses(h, 0), "still");
	tell("stream", "'agent':'gw'");
	tell("stream", "'local':['203.0.113.7']");
	tap_ok(has("192.168.8.1") && has("203.0.113.7") &&
	    !has("203.0.113.6"), "another stream adds");

	begin(8);
	if (prefix_parse(&p[0], "198.51.100.0/25", 15) < 0 ||
	    prefix_parse(&p[1], "2001:db8::/32", 13) < 0)
		abort();
	home_set_local(h, p, 2);
	p[0].len = 0;
	tell("stream", "'local':['192.168.8.0/24']");
	device("'mac':'" MAC_A "','ip':'192.168.9.9','how':'arp'");
	tap_ok(has("198.51.100.127") && !has("198.51.100.128") &&
	    has("2001:db8:ffff::1"), "prefixes set");
	tap_ok(!has("192.168.8.22"), "then streams say nothing");
	tap_ok(!has("192.168.9.9"), "nor do devices");
	tap_ok(has("fe80::1") && has("169.254.1.1") && has("0.0.0.0"),
	    "link-local and unspecified in any case");
	tap_ok(!home_guesses(h, 0), "private addresses do not count");
	home_set_local(h, NULL, 0);
	begin(8);
	home_set_local(h, NULL, 0);
	tap_ok(home_guesses(h, 0), "none set");
}

static void
test_many_prefixes(void)
{
	char s[64];
	int i;

	begin(8);
	for (i = 0; i < 200; i++) {
		snprintf(s, sizeof(s), "'local':['10.0.%d.0/24']", i);
		tell("stream", s);
		tell("stream", s);
	}
	tap_ok(has("10.0.0.1") && has("10.0.63.1") && !has("10.0.64.1"),
	    "64 prefixes, the same one twice counts once");
}

static void
test_announced(void)
{
	static const struct {
		const char *how;
		bool yes;
	} hows[] = {
		{ "arp", true }, { "ndp", true }, { "ra", true },
		{ "dhcp", true }, { "dhcp6", true }, { "mdns", true },
		{ "ip", false }, { "guess", false }, { "", false },
	};
	char s[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hows); i++) {
		begin(8);
		snprintf(s, sizeof(s), "'mac':'" MAC_A "','ip':'fd00::5',"
		    "'how':'%s'", hows[i].how);
		device(s);
		tap_int(has("fd00::5"), hows[i].yes, "announced by '%s'",
		    hows[i].how);
		tap_ok(!has("fd00::6"), "not its neighbour");
		tap_str(at("fd00::5", NULL), MAC_A, "and it is there");
	}
	begin(8);
	device("'mac':'" MAC_A "','ip':'fd00::5'");
	tap_ok(!has("fd00::5"), "not if nobody says how");
	device("'mac':'" MAC_A "','ip':'fd00::5','how':'ndp'");
	device("'mac':'" MAC_A "','ip':'fd00::5','how':'ip'");
	tap_ok(has("fd00::5"), "once announced, for good");
	tap_str(at("10.0.0.1", MAC_A), MAC_A, "seen in a packet");
	tap_ok(!has("10.0.0.1"), "is not announced");
}

/* Anybody can announce any address: it takes the announcer's MAC as well. */
static void
test_forged(void)
{
	begin(8);
	device("'mac':'" MAC_B "','ip':'192.0.2.1','how':'arp'");
	tap_ok(!has("192.0.2.1"), "not without a MAC");
	tap_ok(!has_mac("192.0.2.1", MAC_R), "nor with another one");
	tap_ok(has_mac("192.0.2.1", MAC_B), "the announcer's own");
	tap_str(at("192.0.2.1", MAC_R), MAC_R, "used by another");
	tap_ok(!has_mac("192.0.2.1", MAC_R), "who did not announce it");
	tap_ok(has_mac("192.0.2.1", MAC_B), "the one who did");
	device("'mac':'" MAC_C "','ip':'192.0.2.1','how':'dhcp'");
	tap_ok(has_mac("192.0.2.1", MAC_C) && !has_mac("192.0.2.1", MAC_B),
	    "it moves to who announces it next");
	tell("stream", "'local':['192.0.2.0/28']");
	tap_ok(has("192.0.2.1") && has_mac("192.0.2.1", MAC_R),
	    "within a prefix it is anybody's");
}

/* As digests call them. */
static void
test_called(void)
{
	const struct str none = { NULL, 0 };
	struct home_dev *d;
	struct addr a = addr("192.168.8.40");

	begin(8);
	d = home_called(h, STR(MAC_A), STR("lamp"));
	tap_ok(d && d == find(MAC_A), "a MAC");
	tap_str(d->name, "lamp", "with a name");
	home_uses(h, d, &a);
	tap_str(at("192.168.8.40", NULL), MAC_A, "and an address");
	(void)home_called(h, STR(MAC_A), STR("lamp2"));
	tap_str(d->name, "lamp2", "the next digest's");
	(void)home_called(h, STR(MAC_A), none);
	tap_str(d->name, "lamp2", "none is none");
	device("'mac':'" MAC_A "','name':'hs110','how':'arp'");
	(void)home_called(h, STR(MAC_A), STR("lamp3"));
	tap_str(d->name, "hs110", "what a device record says is better");
	tap_ok(home_called(h, STR("192.168.8.9"), none) ==
	    find("192.168.8.9"), "an address");
	tap_ok(!home_called(h, STR("lamp"), none) &&
	    !home_called(h, none, none) &&
	    !home_called(h, STR("ff:ff:ff:ff:ff:ff"), none), "neither");
	tap_uint(home_seen(h), 2, "two devices");
}

static void
test_broadcast(void)
{
	begin(8);
	tap_ok(!broadcast("192.168.8.255"), "no prefix, no broadcast");
	tell("stream", "'local':['192.168.8.0/24','10.0.0.0/23',"
	    "'172.16.0.4/30','172.16.1.4/31','172.16.2.4/32','fd00::/64',"
	    "'203.0.113.64/26']");
	tap_ok(broadcast("192.168.8.255") && !broadcast("192.168.8.254") &&
	    !broadcast("192.168.8.0") && !broadcast("192.168.9.255"), "/24");
	tap_ok(broadcast("10.0.1.255") && !broadcast("10.0.0.255"), "/23");
	tap_ok(broadcast("172.16.0.7") && !broadcast("172.16.0.6"), "/30");
	tap_ok(!broadcast("172.16.1.5") && !broadcast("172.16.2.4"),
	    "/31 and /32 have none");
	tap_ok(broadcast("203.0.113.127") && !broadcast("203.0.113.255"),
	    "/26");
	tap_ok(!broadcast("fd00::ffff:ffff:ffff:ffff"), "nor has IPv6");
}

static void
test_at(void)
{
	const struct home_dev *d;

	begin(8);
	tap_str(at("192.168.8.22", MAC_A), MAC_A, "by MAC");
	tap_str(at("fe80::a", MAC_A), MAC_A, "another address");
	tap_str(at("192.168.8.22", NULL), MAC_A, "by its address alone");
	tap_str(at("192.168.8.22", "00:00:00:00:00:00"), MAC_A, "MAC zero");
	tap_str(at("192.168.8.23", NULL), "192.168.8.23", "without a MAC");
	tap_str(at("192.168.8.22", "ff:ff:ff:ff:ff:ff"), MAC_A, "group MAC");
	tap_str(at("fe80::a", MAC_B), MAC_B, "an address moves");
	tap_str(at("fe80::a", NULL), MAC_B, "to the latest");
	tap_str(at("192.168.8.23", MAC_C), MAC_C, "now with its MAC");
	tap_str(at("192.168.8.23", NULL), MAC_C, "whose it is then");
	tap_str(at("0.0.0.0", MAC_B), MAC_B, "0.0.0.0 of a MAC");
	tap_str(at("0.0.0.0", NULL), "0.0.0.0", "is nobody's own");
	d = find(MAC_A);
	tap_ok(d && d->has_mac && d->naddrs == 2 && d->num == 1,
	    "addresses of a device");
	d = find("192.168.8.23");
	tap_ok(d && !d->has_mac && d->naddrs == 1, "by what it was called");
	tap_ok(find("192.168.8.22") == NULL, "not by an address it has");
	tap_ok(find("02:00:00:00:00:0A") == find(MAC_A), "any case");
	tap_ok(!find("") && !find("x") && !find("02:00:00:00:00:0d"),
	    "nobody");
	tap_uint(home_seen(h), 5, "devices known");
}

static void
test_names(void)
{
	const struct home_dev *d;

	begin(8);
	device("'mac':'" MAC_A "','how':'dhcp'");
	d = find(MAC_A);
	tap_ok(d && !d->name && d->naddrs == 0, "no name, no address");
	device("'mac':'" MAC_A "','name':'lamp-arp','how':'arp'");
	tap_str(d->name, "lamp-arp", "any name");
	device("'mac':'" MAC_A "','name':'lamp.local','how':'mdns'");
	tap_str(d->name, "lamp.local", "mdns is better");
	device("'mac':'" MAC_A "','name':'HS110','how':'dhcp',"
	    "'vendor_class':'udhcp 1.24'");
	tap_str(d->name, "HS110", "dhcp is better");
	device("'mac':'" MAC_A "','name':'evil','how':'mdns'");
	device("'mac':'" MAC_A "','name':'worse','how':'ip'");
	device("'mac':'" MAC_A "','name':'worst'");
	device("'mac':'" MAC_A "','name':'','how':'dhcp','vendor_class':''");
	tap_str(d->name, "HS110", "lesser names do not replace it");
	tap_str(d->vendor_class, "udhcp 1.24", "vendor class");
	device("'mac':'" MAC_A "','name':'hs110.example','how':'dhcp6'");
	tap_str(d->name, "HS110", "nor does that of dhcp6");
	device("'mac':'" MAC_A "','name':'HS110-2','how':'dhcp'");
	tap_str(d->name, "HS110-2", "a name as good does");
	device("'ip':'192.168.8.9','name':'tv','how':'mdns'");
	d = find("192.168.8.9");
	tap_ok(d && d->name && strcmp(d->name, "tv") == 0, "without a MAC");
}

/* An address whose MAC is known is not a device besides. */
static void
test_name_by_address(void)
{
	const struct home_dev *d;

	begin(8);
	device("'mac':'" MAC_A "','ip':'192.168.8.22','how':'arp'");
	device("'ip':'192.168.8.22','name':'tv','how':'mdns'");
	d = find(MAC_A);
	tap_str(d->name, "tv", "a name for an address goes to its MAC");
	tap_str(at("192.168.8.22", NULL), MAC_A, "whose it still is");
	tap_uint(home_seen(h), 1, "one device");
}

static void
test_routers(void)
{
	struct mac r = mac(MAC_R), a = mac(MAC_A), c = mac(MAC_C);

	begin(8);
	tap_ok(!home_is_way_out(h, &r) && !home_is_dweller(h, &r),
	    "not known: neither");
	device("'mac':'" MAC_R "','ip':'fe80::1','how':'ra','router':true");
	device("'mac':'" MAC_A "','ip':'fe80::a','how':'ndp',"
	    "'router':false");
	tap_ok(home_is_way_out(h, &r) && !home_is_dweller(h, &r), "router");
	tap_ok(!home_is_way_out(h, &a) && home_is_dweller(h, &a), "device");
	device("'mac':'" MAC_R "','ip':'192.168.8.1','how':'arp'");
	tap_ok(home_is_way_out(h, &r), "for good");
	home_mac(h, &c)->gateway = true;
	tap_ok(home_is_way_out(h, &c) && !home_is_dweller(h, &c), "gateway");
}

static void
test_many_addresses(void)
{
	const struct home_dev *d;
	char s[128];
	int i, wrong = 0;

	begin(8);
	for (i = 0; i < 30; i++) {
		snprintf(s, sizeof(s), "'mac':'" MAC_A "','how':'ndp',"
		    "'ip':'fd00::%x'", i + 1);
		device(s);
		device(s);
	}
	d = find(MAC_A);
	tap_uint(d->naddrs, HOME_ADDRS, "so many are listed");
	for (i = 0; i < HOME_ADDRS; i++)
		wrong += d->addrs[i].b[15] != i + 15;
	tap_int(wrong, 0, "the last ones, in their order");
	for (i = 0; i < 30; i++) {
		snprintf(s, sizeof(s), "fd00::%x", i + 1);
		wrong += strcmp(at(s, NULL), MAC_A) != 0 || !has(s);
	}
	tap_int(wrong, 0, "the others are still its own");
	for (i = 0; i < 100; i++) {
		snprintf(s, sizeof(s), "fd00::ff:%x", i);
		(void)at(s, MAC_B);
	}
	tap_ok(!has("fd00::1"), "four for each device, not more");
	tap_str(at("fd00::1", NULL), "fd00::1", "forgotten");
}

/* Records that a capture would not write. */
static void
test_hostile(void)
{
	begin(8);
	device("'name':'x'");
	device("'mac':'00:00:00:00:00:00','name':'x'");
	device("'mac':'ff:ff:ff:ff:ff:ff','name':'x','router':true");
	device("'ip':'0.0.0.0','how':'arp'");
	device("'ip':'ff02::1','how':'mdns'");
	device("'mac':'01:00:5e:00:00:01','ip':'224.0.0.1','how':'arp'");
	tap_uint(home_seen(h), 0, "none is a device");
	device("'mac':'00:00:00:00:00:00','ip':'192.168.8.5','how':'arp'");
	tap_str(at("192.168.8.5", NULL), "192.168.8.5", "by its address");
	device("'mac':'" MAC_A "','ip':'0.0.0.0','how':'dhcp'");
	device("'mac':'" MAC_A "','ip':'255.255.255.255','how':'dhcp'");
	tap_int(find(MAC_A)->naddrs, 0, "no addresses");
	tap_ok(!has("255.255.255.255"), "not announced");
}

static void
test_long_names(void)
{
	static const char ae[] = "\xc3\xa4";	/* U+00E4 */
	const struct home_dev *d;
	char s[2048];
	size_t n;
	int i;

	begin(8);
	n = (size_t)snprintf(s, sizeof(s), "'mac':'" MAC_A "','name':'");
	for (i = 0; i < 400; i++, n += 2)
		memcpy(s + n, ae, 2);
	memcpy(s + n, "','how':'dhcp'", 15);
	device(s);
	d = find(MAC_A);
	tap_uint(strlen(d->name), HOME_TEXT - 1, "cut");
	tap_ok(strcmp(d->name + HOME_TEXT - 3, ae) == 0,
	    "behind a whole character");
	tap_uint(home_cut(STR("abc"), 2).n, 2, "cut at 2");
	tap_uint(home_cut(STR("abc"), 3).n, 3, "nothing to cut");
	tap_uint(home_cut(STR("\xe2\x82\xac"), 2).n, 0, "no half character");
}

/* A small home: the least recently used one goes, its number comes again. */
static void
test_eviction(void)
{
	uint32_t num;

	begin(2);
	device("'mac':'" MAC_A "','ip':'192.168.8.22','how':'dhcp',"
	    "'name':'lamp'");
	device("'mac':'" MAC_B "','ip':'192.168.8.23','how':'dhcp'");
	num = find(MAC_A)->num;
	(void)at("192.168.8.23", NULL);
	(void)at("192.168.8.24", MAC_C);
	tap_ok(!find(MAC_A) && find(MAC_B) && find(MAC_C), "the oldest went");
	tap_uint(find(MAC_C)->num, num, "its number comes again");
	tap_ok(find(MAC_C)->name == NULL && find(MAC_C)->naddrs == 1,
	    "nothing else of it");
	tap_uint(home_seen(h), 3, "ever known");
	tap_uint(home_evicted(h), 1, "forgotten");
	tap_uint(home_max(h), 2, "numbers");
	tap_ok(has("192.168.8.22"), "its address is still of this home");
	tap_str(at("192.168.8.22", NULL), "192.168.8.22",
	    "but not the new device's");
	tap_ok(home_nth(h, 0) == NULL && home_nth(h, 3) == NULL &&
	    home_nth(h, UINT32_MAX) == NULL, "no such number");
}

static void
test_flood(void)
{
	enum { MAX = 16, N = 100000 };
	uint64_t seed = 11;
	struct addr a = addr("10.0.0.0");
	struct mac m;
	size_t i, live = 0, wrong = 0;

	begin(MAX);
	for (i = 0; i < N; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		m = (struct mac){ { 2, (uint8_t)(seed >> 33),
			(uint8_t)(seed >> 41), (uint8_t)(i >> 16),
			(uint8_t)(i >> 8), (uint8_t)i } };
		a.b[2] = (uint8_t)(seed >> 49);
		a.b[3] = (uint8_t)(seed >> 57);
		wrong += home_at(h, &a, &m)->num > MAX;
	}
	for (i = 1; i <= home_max(h); i++)
		live += home_nth(h, (uint32_t)i) != NULL;
	tap_uint(wrong, 0, "numbers stay small");
	tap_uint(live, MAX, "devices");
	tap_uint(home_seen(h), N, "ever known");
	tap_uint(home_evicted(h), N - MAX, "forgotten");
}

int
main(void)
{
	if (hashkey_init(&key) < 0)
		return EXIT_FAILURE;
	arena_init(&arena, REC_ARENA_MAX);
	test_prefixes();
	test_many_prefixes();
	test_announced();
	test_forged();
	test_called();
	test_broadcast();
	test_at();
	test_names();
	test_name_by_address();
	test_routers();
	test_many_addresses();
	test_hostile();
	test_long_names();
	test_eviction();
	test_flood();
	home_free(h);
	home_free(NULL);
	arena_release(&arena);
	return tap_done();
}
