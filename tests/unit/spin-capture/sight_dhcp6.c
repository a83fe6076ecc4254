/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_test.h"

/* DHCPv6, by RFC 8415. */

#define MAC1	"02:00:5e:00:53:01"
#define MAC2	"02:00:5e:00:53:02"
#define GW	"02:00:5e:00:53:fe"
#define DEV	"{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1 "\","
#define DEV2	"{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC2 "\","

#define SOLICIT	"01 c0ffee "
#define REPLY	"07 c0ffee "
/* Sections 11.2 and 11.4; the identifiers say another MAC than the frame. */
#define DUID_LLT	"0001 000e 0001 0001 2a3b4c5d 02005e005302 "
#define DUID_LL		"0001 000a 0003 0001 02005e005302 "
#define DUID_EN		"0001 000a 0002 00007ed9 01020304 "
#define FQDN		"0027 000b 00 04506c7567 04486f6d65 "
#define IAADDR(valid)	"0005 0018 20010db8000800000000000000000022 " \
	"00000e10 " valid " "

static const struct {
	const char *mac, *src, *hex, *want, *what;
} says[] = {
	{ MAC1, "fe80::1", SOLICIT DUID_LLT FQDN
	    "0006 0004 0017 0018"
	    "0010 000e 00000137 0008 4d53465420352e30"
	    "0070 0017 68747470733a2f2f6578616d706c652e636f6d2f6d6433",
	    DEV "\"name\":\"Plug.Home\",\"how\":\"dhcp6\",\"vendor_class\":"
	    "\"MSFT 5.0\",\"params\":\"23,24\",\"mud_url\":"
	    "\"https://example.com/md3\"}\n", "all that it says" },
	{ NULL, "fe80::1", SOLICIT DUID_LLT, DEV2 "\"how\":\"dhcp6\"}\n",
	    "no MAC on the link: the identifier's (LLT)" },
	{ NULL, "fe80::1", SOLICIT DUID_LL, DEV2 "\"how\":\"dhcp6\"}\n",
	    "the identifier's (LL)" },
	{ GW, "2001:db8:8::22", SOLICIT DUID_LL, DEV2 "\"how\":\"dhcp6\"}\n",
	    "perhaps routed: the identifier's" },
	{ NULL, "fe80::1", SOLICIT DUID_EN, "", "no MAC anywhere" },
	{ MAC1, "fe80::1", "02 c0ffee" DUID_LL, "", "an offer" },
	{ MAC1, "fe80::1", SOLICIT "0027 0006 00 09506c7567", DEV
	    "\"how\":\"dhcp6\"}\n", "name whose label is cut" },
	{ MAC1, "fe80::1", SOLICIT "0010 0008 00000137 00ff 4d53", DEV
	    "\"how\":\"dhcp6\"}\n", "class longer than its option" },
	{ MAC1, "fe80::1", SOLICIT "0027 00ff 00", "", "option too long" },
	{ MAC1, "fe80::1", SOLICIT DUID_LL "00", "", "half an option" },
	{ MAC1, "fe80::1", "01 c0ff", "", "half a header" },
};

static void
test_clients(void)
{
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(says); i++) {
		bench_init(&t, SIGHT_DEVICES);
		from(&t, says[i].mac, says[i].src);
		begin(&t, says[i].hex);
		udp(&t, 546, 547);
		bench_says(&t, says[i].want, says[i].what);
		udp(&t, 546, 547);
		bench_says(&t, "", "no news the second time");
		bench_release(&t);
	}
}

static void
reply(struct bench *t, const char *mac, const char *hex)
{
	from(t, GW, "fe80::fe");
	to(t, mac, "fe80::1");
	begin(t, hex);
	udp(t, 547, 546);
}

static void
test_replies(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "fe80::1");
	begin(&t, SOLICIT FQDN);
	udp(&t, 546, 547);
	buf_reset(&t.out);
	reply(&t, MAC1, REPLY "0003 0028 00000001 00000000 00000000"
	    IAADDR("00000e10"));
	bench_says(&t, DEV "\"ip\":\"2001:db8:8::22\",\"name\":\"Plug.Home\","
	    "\"how\":\"dhcp6\"}\n", "an address given, with the name");
	reply(&t, MAC1, REPLY "0003 0028 00000001 00000000 00000000"
	    IAADDR("00000e10"));
	bench_says(&t, "", "renewed: no news");
	bench_release(&t);

	bench_init(&t, SIGHT_DEVICES);
	reply(&t, MAC1, REPLY DUID_LL "0004 0020 00000001"
	    IAADDR("00000e10"));
	bench_says(&t, DEV "\"ip\":\"2001:db8:8::22\",\"how\":\"dhcp6\"}\n",
	    "a temporary address");
	reply(&t, "33:33:00:00:00:01", REPLY DUID_LL "0003 0028 00000001"
	    "00000000 00000000" IAADDR("00000000"));
	bench_says(&t, "", "an address that ends");
	reply(&t, MAC1, REPLY "0003 000a 00000001 00000000 0000");
	bench_says(&t, "", "association cut short");
	bench_release(&t);
}

#define RELAY	"0c 00 20010db8000800000000000000000001 " \
	"fe800000000000000000000000000001 "

/* Sections 8 and 19; the relay's frame says nothing about the client. */
static void
test_relay(void)
{
	struct bench t;
	uint8_t msg[1500], head[38];
	size_t n, i, hops;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, GW, "fe80::fe");
	begin(&t, RELAY "0009 0012" SOLICIT DUID_LL);
	udp(&t, 547, 547);
	bench_says(&t, DEV2 "\"how\":\"dhcp6\"}\n", "the identifier's MAC");
	begin(&t, RELAY "004f 0008 0001 02005e005301 0009 0012"
	    SOLICIT DUID_LL);
	udp(&t, 547, 547);
	bench_says(&t, DEV "\"how\":\"dhcp6\"}\n",
	    "what the relay saw (RFC 6939)");
	begin(&t, RELAY "0009 0012" SOLICIT);
	udp(&t, 547, 547);
	begin(&t, RELAY);
	udp(&t, 547, 547);
	tap_uint(bench_count(&t, "malformed_dhcp6"), 2, "nothing inside");
	bench_release(&t);

	for (hops = 8; hops <= 9; hops++) {
		bench_init(&t, SIGHT_DEVICES);
		from(&t, GW, "fe80::fe");
		begin(&t, SOLICIT DUID_LL);
		for (i = 0; i < hops; i++) {
			n = t.n;
			memcpy(msg, t.b, n);
			begin(&t, RELAY "0009");
			memcpy(head, t.b, t.n);
			head[36] = (uint8_t)(n >> 8);
			head[37] = (uint8_t)n;
			t.n = 0;
			add_bytes(&t, head, sizeof(head));
			add_bytes(&t, msg, n);
		}
		udp(&t, 547, 547);
		bench_says(&t, hops == 8 ? DEV2 "\"how\":\"dhcp6\"}\n" : "",
		    hops == 8 ? "eight relays" : "a ninth is too many");
		bench_release(&t);
	}
}

int
main(void)
{
	test_clients();
	test_replies();
	test_relay();
	return tap_done();
}
