/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "tap.h"

static uint64_t seed = 42;

static uint32_t
rnd(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33);
}

/* Our reader and the system's agree on whether it is an address and which. */
static bool
same_as_system(const char *s)
{
	unsigned char b[16] = { 0 };
	struct addr a;
	int ver = inet_pton(AF_INET, s, b) == 1 ? 4 :
	    inet_pton(AF_INET6, s, b) == 1 ? 6 : 0;
	int got = addr_parse(&a, s, strlen(s)) == 0 ? a.ver : 0;
	bool ok = got == ver && (!ver || memcmp(a.b, b, 16) == 0);

	if (!ok)
		tap_diag("%s: got %d, want %d", s, got, ver);
	return ok;
}

/* Each text, and each with one character changed, taken out or put in. */
static void
test_parse_near(void)
{
	static const char *const from[] = {
		"0.0.0.0", "1.2.3.4", "255.255.255.255", "192.168.8.22",
		"::", "::1", "1::", "2001:db8::1", "fe80::1:2:3:4",
		"1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
		"1::5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
	};
	static const char with[] = "0129afgAF:. x/";
	unsigned long wrong = 0, tried = 0;
	char s[64];
	size_t i, j, k, n;

	for (i = 0; i < ARRAY_SIZE(from); i++) {
		n = strlen(from[i]);
		wrong += !same_as_system(from[i]);
		for (j = 0; j <= n; j++)
			for (k = 0; k < sizeof(with) - 1; k++) {
				memcpy(s, from[i], n + 1);
				if (j < n) {
					s[j] = with[k];
					wrong += !same_as_system(s);
					memmove(s + j, from[i] + j + 1, n - j);
					wrong += !same_as_system(s);
				}
				memcpy(s, from[i], j);
				s[j] = with[k];
				memcpy(s + j + 1, from[i] + j, n - j + 1);
				wrong += !same_as_system(s);
				tried += 3;
			}
	}
	tap_uint(wrong, 0, "%lu texts near addresses", tried);
}

static void
test_parse_random(void)
{
	static const char chars[] = "0123456789abcdef::::....";
	unsigned long wrong = 0;
	char s[48];
	size_t i, j, n;

	for (i = 0; i < 300000; i++) {
		n = rnd() % 24;
		for (j = 0; j < n; j++)
			s[j] = chars[rnd() % (sizeof(chars) - 1)];
		s[n] = '\0';
		wrong += !same_as_system(s);
	}
	tap_uint(wrong, 0, "300000 random texts");
}

/*
 * Printed, IPv6 as the system prints it, except for IPv4-compatible addresses
 * (::1.2.3.4), which RFC 5952 does not want so; and back to the same.
 */
static void
test_print(void)
{
	unsigned long wrong = 0, i;
	char got[ADDR_TEXT + 1], want[INET6_ADDRSTRLEN];
	struct addr a, back;
	size_t j;

	for (i = 0; i < 200000; i++) {
		a = (struct addr){ .ver = i & 1 ? 4 : 6 };
		for (j = 0; j < (a.ver == 4 ? 4 : 16); j++)
			a.b[j] = (uint8_t)(rnd() >> 8);
		/* Many zero groups, and short ones. */
		for (j = 0; a.ver == 6 && j < 8; j++) {
			uint32_t w = rnd() >> 8;

			if (w & 1)
				a.b[2 * j] = a.b[2 * j + 1] = 0;
			else if (w & 2)
				a.b[2 * j] = 0;
		}
		if (a.ver == 6 && a.b[0] == 0 && memcmp(a.b, a.b + 1, 11) == 0)
			a.b[0] = 0x20;
		got[addr_print(&a, got)] = '\0';
		if (!inet_ntop(a.ver == 4 ? AF_INET : AF_INET6, a.b, want,
		    sizeof(want)))
			abort();
		if (strcmp(got, want) != 0 && wrong < 5)
			tap_diag("got %s, want %s", got, want);
		wrong += strcmp(got, want) != 0;
		wrong += addr_parse(&back, got, strlen(got)) != 0 ||
		    !addr_eq(&a, &back);
	}
	tap_uint(wrong, 0, "200000 addresses printed and read again");
}

/* RFC 5952 section 4 and 5, RFC 4291: the cases they show. */
static void
test_rfc5952(void)
{
	static const char *const t[][2] = {
		{ "2001:0db8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "2001:DB8:AAAA::", "2001:db8:aaaa::" },
		{ "0:0:0:0:0:ffff:c000:0280", "::ffff:192.0.2.128" },
		{ "0:0:0:0:0:0:0:0", "::" }, { "0:0:0:0:0:0:0:1", "::1" },
		{ "::192.0.2.1", "::c000:201" },
	};
	char got[ADDR_TEXT + 1];
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		tap_int(addr_parse(&a, t[i][0], strlen(t[i][0])), 0, "%s",
		    t[i][0]);
		got[addr_print(&a, got)] = '\0';
		tap_str(got, t[i][1], "printed");
	}
}

static void
test_prefixes(void)
{
	static const struct {
		const char *text, *printed;	/* NULL: refused */
	} t[] = {
		{ "10.0.0.0/8", "10.0.0.0/8" }, { "0.0.0.0/0", "0.0.0.0/0" },
		{ "192.0.2.1", "192.0.2.1/32" }, { "::/0", "::/0" },
		{ "192.0.2.128/25", "192.0.2.128/25" },
		{ "2001:db8::/32", "2001:db8::/32" },
		{ "::1", "::1/128" }, { "fd00:8::/64", "fd00:8::/64" },
		{ "10.0.0.1/8", NULL }, { "192.0.2.129/25", NULL },
		{ "10.0.0.0/33", NULL }, { "::/129", NULL },
		{ "10.0.0.0/", NULL }, { "10.0.0.0/08", NULL },
		{ "10.0.0.0/-1", NULL }, { "10.0.0.0/8x", NULL },
		{ "/8", NULL }, { "10.0.0.0/8/8", NULL }, { "::1/127", NULL },
		{ "10.0.0.0/1000", NULL }, { "", NULL },
	};
	char got[PREFIX_TEXT + 1];
	struct prefix p;
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		ret = prefix_parse(&p, t[i].text, strlen(t[i].text));
		tap_int(ret == 0, t[i].printed != NULL, "prefix %s",
		    t[i].text);
		if (ret == 0 && t[i].printed) {
			got[prefix_print(&p, got)] = '\0';
			tap_str(got, t[i].printed, "printed");
		}
	}
}

/* prefix_has against arithmetic on 32 bits. */
static void
test_has(void)
{
	unsigned long wrong = 0, i;
	uint32_t x, y, mask;
	struct addr a, b;
	struct prefix p;
	uint8_t len;
	int j;

	for (i = 0; i < 100000; i++) {
		len = (uint8_t)(rnd() % 33);
		x = rnd() << 1 ^ rnd();
		y = i % 3 ? x ^ (uint32_t)1 << rnd() % 32 : rnd();
		a = b = (struct addr){ .ver = 4 };
		for (j = 0; j < 4; j++) {
			a.b[j] = (uint8_t)(x >> (24 - 8 * j));
			b.b[j] = (uint8_t)(y >> (24 - 8 * j));
		}
		mask = len ? 0xffffffffu << (32 - len) : 0;
		p = prefix_of(&a, len);
		wrong += prefix_has(&p, &b) != ((x & mask) == (y & mask));
		b.ver = 6;
		wrong += prefix_has(&p, &b);
	}
	tap_uint(wrong, 0, "100000 prefixes and addresses");
}

static void
test_kinds(void)
{
	static const struct {
		const char *text;
		bool multicast, linklocal, private;
	} t[] = {
		/* RFC 1918, 3927, 5771, 919; RFC 4291, 4193. */
		{ "10.0.0.0", false, false, true },
		{ "10.255.255.255", false, false, true },
		{ "11.0.0.0", false, false, false },
		{ "172.15.255.255", false, false, false },
		{ "172.16.0.0", false, false, true },
		{ "172.31.255.255", false, false, true },
		{ "172.32.0.0", false, false, false },
		{ "192.168.0.1", false, false, true },
		{ "192.169.0.1", false, false, false },
		{ "169.254.1.1", false, true, true },
		{ "169.255.1.1", false, false, false },
		{ "223.255.255.255", false, false, false },
		{ "224.0.0.1", true, false, false },
		{ "239.255.255.255", true, false, false },
		{ "240.0.0.1", false, false, false },
		{ "255.255.255.255", true, false, false },
		{ "255.255.255.254", false, false, false },
		{ "ff02::1", true, false, false },
		{ "fe80::1", false, true, true },
		{ "febf::1", false, true, true },
		{ "fec0::1", false, false, false },
		{ "fc00::1", false, false, true },
		{ "fdff::1", false, false, true },
		{ "fe00::1", false, false, false },
		{ "2001:db8::1", false, false, false },
	};
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		if (addr_parse(&a, t[i].text, strlen(t[i].text)) < 0)
			abort();
		tap_ok(addr_is_multicast(&a) == t[i].multicast &&
		    addr_is_linklocal(&a) == t[i].linklocal &&
		    addr_is_private(&a) == t[i].private &&
		    !addr_is_unspecified(&a), "kind of %s", t[i].text);
	}
	a = (struct addr){ .ver = 6 };
	tap_ok(addr_is_unspecified(&a), ":: is unspecified");
}

static void
test_macs(void)
{
	static const char *const bad[] = { "", "50:c7:bf:00:56",
	    "50-c7-bf-00-56-39", "50:c7:bf:00:56:3g", "50:c7:bf:00:56:390",
	    "5:c7:bf:00:56:39a", "50:c7:bf:00:56:3 ", "50:c7:bf:00:56;39" };
	struct mac m, group = { { 1 } };
	char got[MAC_TEXT + 1];
	size_t i;

	tap_int(mac_parse(&m, "50:C7:bf:00:56:39", 17), 0, "a MAC");
	got[mac_print(&m, got)] = '\0';
	tap_str(got, "50:c7:bf:00:56:39", "printed");
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		tap_ok(mac_parse(&m, bad[i], strlen(bad[i])) < 0,
		    "no MAC: %s", bad[i]);
	tap_ok(mac_is_group(&group) && !mac_is_group(&m), "group bit");
	tap_ok(!mac_is_zero(&m), "not zero");
	memset(&m, 0, sizeof(m));
	tap_ok(mac_is_zero(&m), "zero");
}

int
main(void)
{
	test_parse_near();
	test_parse_random();
	test_print();
	test_rfc5952();
	test_prefixes();
	test_has();
	test_kinds();
	test_macs();
	return tap_done();
}
