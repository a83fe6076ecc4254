/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_test.h"

/* DHCPv4, by RFC 2131 and 2132. */

#define MAC1	"02:00:5e:00:53:01"
#define GW	"02:00:5e:00:53:fe"
#define DEV	"{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1 "\","
#define GWDEV	"{\"type\":\"device\",\"ts\":1000,\"mac\":\"" GW "\","
#define DISCOVER	"35 01 01 "
#define REQUEST		"35 01 03 "
#define ACK		"35 01 05 "

/* The fixed part; addresses in hexadecimal. sname and file are zero. */
static void
fixed(struct bench *t, const char *op, const char *ciaddr, const char *yiaddr)
{
	size_t i;

	begin(t, op);
	add(t, "01 06 00 3903f326 0000 0000");
	add(t, ciaddr);
	add(t, yiaddr);
	add(t, "00000000 00000000 02005e005301 00000000000000000000");
	for (i = 0; i < 64 + 128; i++)
		t->b[t->n++] = 0;
	add(t, "63825363");
}

static void
request(struct bench *t, const char *options)
{
	from(t, MAC1, "0.0.0.0");
	fixed(t, "01", "00000000", "00000000");
	add(t, options);
	add(t, "ff");
	udp(t, 68, 67);
}

static void
ack(struct bench *t, const char *yiaddr, const char *options)
{
	from(t, GW, "192.168.8.1");
	fixed(t, "02", "00000000", yiaddr);
	add(t, ACK);
	add(t, options);
	add(t, "ff");
	udp(t, 67, 68);
}

static const struct {
	const char *options, *want, *what;
} says[] = {
	{ DISCOVER "0c 05 4853313130 3c 0a 756468637020312e3234"
	    "37 04 0103060f",
	    DEV "\"name\":\"HS110\",\"how\":\"dhcp\",\"vendor_class\":"
	    "\"udhcp 1.24\",\"params\":\"1,3,6,15\"}\n",
	    "host name, vendor class, parameter list" },
	{ DISCOVER "0c 06 487331313000", DEV
	    "\"name\":\"Hs110\",\"how\":\"dhcp\"}\n", "NUL behind a name" },
	{ DISCOVER "0c 04 61ff5c0a", DEV
	    "\"name\":\"a\\\\xff\\\\\\\\\\\\x0a\",\"how\":\"dhcp\"}\n",
	    "bytes that are not text are escaped" },
	{ DISCOVER "0c 00 3c 00 37 00", DEV "\"how\":\"dhcp\"}\n",
	    "empty options" },
	/* RFC 4702 section 2: flags, two codes, then the name */
	{ DISCOVER "51 0f 04 00 00 04 70 6c 75 67 04 68 6f 6d 65 00 00", DEV
	    "\"name\":\"plug.home\",\"how\":\"dhcp\"}\n", "FQDN, wire form" },
	{ DISCOVER "51 0d 00 00 00 506c75672e686f6d652e", DEV
	    "\"name\":\"Plug.home\",\"how\":\"dhcp\"}\n", "FQDN, ASCII" },
	{ DISCOVER "51 07 04 00 00 0970 6c75", DEV "\"how\":\"dhcp\"}\n",
	    "FQDN whose label is cut" },
	{ "00" DISCOVER "00 00 51 08 00 00 00 706c756732 0c 02 6162", DEV
	    "\"name\":\"ab\",\"how\":\"dhcp\"}\n",
	    "the host name rather than the FQDN; pads are no matter" },
	/* RFC 3396: parts of one option are put together */
	{ DISCOVER "0c 02 6162 3c 01 76 0c 02 6364", DEV
	    "\"name\":\"abcd\",\"how\":\"dhcp\",\"vendor_class\":\"v\"}\n",
	    "option in two parts" },
	/* RFC 8520 section 10 */
	{ DISCOVER "a1 19 68747470733a2f2f 6578616d706c652e636f6d"
	    "2f6873313130", DEV
	    "\"how\":\"dhcp\",\"mud_url\":\"https://example.com/hs110\"}\n",
	    "MUD URL" },
	{ DISCOVER "a1 1c 48545450533a2f2f 6578616d706c652e636f6d"
	    "2f6d 20 726573657276", DEV
	    "\"how\":\"dhcp\",\"mud_url\":\"HTTPS://example.com/m\"}\n",
	    "MUD URL with reserved text behind it" },
	{ "00 00 " REQUEST "32 04 c0a80816", DEV "\"how\":\"dhcp\"}\n",
	    "what it wishes for is not its address" },
};

static void
test_requests(void)
{
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(says); i++) {
		bench_init(&t, SIGHT_DEVICES);
		request(&t, says[i].options);
		bench_says(&t, says[i].want, says[i].what);
		request(&t, says[i].options);
		bench_says(&t, "", "no news the second time");
		bench_release(&t);
	}
}

static void
test_bad_mud(void)
{
	static const struct {
		const char *hex, *what;
	} v[] = {
		{ "a1 13 687474703a2f2f6578616d706c652e636f6d2f", "http" },
		{ "a1 08 68747470733a2f2f", "nothing behind https://" },
		{ "a1 0b 68747470733a2f2f 61 0a 62", "line feed inside" },
		{ "a1 0b 68747470733a2f2f 61 22 62", "quote inside" },
		{ "a1 01 20", "a blank" },
	};
	char options[64];
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		bench_init(&t, SIGHT_DEVICES);
		(void)snprintf(options, sizeof(options), DISCOVER "%s",
		    v[i].hex);
		request(&t, options);
		bench_says(&t, DEV "\"how\":\"dhcp\"}\n", v[i].what);
		tap_uint(bench_count(&t, "bad_mud_url"), 1, "is counted");
		bench_release(&t);
	}
}

/* Option 52: 1 file, 2 sname, 3 both (RFC 2132 section 9.3). */
static void
test_overload(void)
{
	static const uint8_t name[] = { 12, 2, 'x', 'y', 255 };
	static const uint8_t more[] = { 12, 1, 'z', 60, 1, 'V', 255 };
	static const char *const want[] = {
		"\"how\":\"dhcp\"}\n",
		"\"name\":\"xy\",\"how\":\"dhcp\"}\n",
		"\"name\":\"z\",\"how\":\"dhcp\",\"vendor_class\":\"V\"}\n",
		"\"name\":\"xyz\",\"how\":\"dhcp\",\"vendor_class\":\"V\"}\n",
	};
	char line[200];
	struct bench t;
	uint8_t i;

	for (i = 0; i < 4; i++) {
		bench_init(&t, SIGHT_DEVICES);
		from(&t, MAC1, "0.0.0.0");
		fixed(&t, "01", "00000000", "00000000");
		memcpy(t.b + 108, name, sizeof(name));
		memcpy(t.b + 44, more, sizeof(more));
		add(&t, DISCOVER "34 01");
		t.b[t.n++] = i;
		add(&t, "ff");
		udp(&t, 68, 67);
		(void)snprintf(line, sizeof(line), DEV "%s", want[i]);
		bench_says(&t, line, "options in file and sname");
		bench_release(&t);
	}
}

static void
test_ack(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	request(&t, DISCOVER "0c 05 4853313130");
	buf_reset(&t.out);
	ack(&t, "c0a80816", "01 04 ffffff00 03 04 c0a80801");
	bench_says(&t, DEV "\"ip\":\"192.168.8.22\",\"name\":\"HS110\","
	    "\"how\":\"dhcp\"}\n" GWDEV "\"ip\":\"192.168.8.1\","
	    "\"how\":\"dhcp\",\"router\":true}\n",
	    "an address given, with the name; and the router");
	bench_prefixes(&t, "192.168.8.0/24 ", "the subnet is home");
	tap_ok(sight_prefixes_changed(t.s), "which is new");
	ack(&t, "c0a80816", "01 04 ffffff00 03 04 c0a80801");
	bench_says(&t, "", "renewed: no news");

	ack(&t, "c0a80817", "01 04 ffffff00 0c 03 666f6f");
	bench_says(&t, DEV "\"ip\":\"192.168.8.23\",\"name\":\"HS110\","
	    "\"how\":\"dhcp\"}\n", "its own name, not the server's");
	request(&t, REQUEST "0c 03 6e6577");
	bench_says(&t, DEV "\"name\":\"new\",\"how\":\"dhcp\"}\n", "renamed");
	bench_release(&t);

	bench_init(&t, SIGHT_DEVICES);
	ack(&t, "c0a80817", "0c 03 666f6f");
	bench_says(&t, DEV "\"ip\":\"192.168.8.23\",\"name\":\"foo\","
	    "\"how\":\"dhcp\"}\n", "the server's, where it gave none");
	bench_prefixes(&t, "", "no mask, no prefix");
	bench_release(&t);
}

/* A router that is not the server, seen before and after it is named. */
static void
test_other_router(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	begin(&t, "0001 0800 06 04 0001 02005e0053fd c0a80802 000000000000"
	    "c0a80816");
	arp(&t);
	buf_reset(&t.out);
	ack(&t, "c0a80816", "01 04 ffffff00 03 08 c0a80802 c0a80803");
	bench_says(&t, DEV "\"ip\":\"192.168.8.22\",\"how\":\"dhcp\"}\n"
	    "{\"type\":\"device\",\"ts\":1000,\"mac\":\"02:00:5e:00:53:fd\","
	    "\"ip\":\"192.168.8.2\",\"how\":\"dhcp\",\"router\":true}\n"
	    GWDEV "\"ip\":\"192.168.8.1\",\"how\":\"dhcp\"}\n", "seen before");
	bench_release(&t);

	bench_init(&t, SIGHT_DEVICES);
	ack(&t, "c0a80816", "03 04 c0a80802");
	buf_reset(&t.out);
	begin(&t, "0001 0800 06 04 0001 02005e0053fd c0a80802 000000000000"
	    "c0a80816");
	arp(&t);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,"
	    "\"mac\":\"02:00:5e:00:53:fd\",\"ip\":\"192.168.8.2\","
	    "\"how\":\"arp\",\"router\":true}\n", "seen after");
	bench_release(&t);
}

static void
test_other_messages(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "192.168.8.22");
	fixed(&t, "01", "c0a80816", "00000000");
	add(&t, "35 01 08 ff");
	udp(&t, 68, 67);
	bench_says(&t, DEV "\"ip\":\"192.168.8.22\",\"how\":\"dhcp\"}\n",
	    "INFORM has an address");
	from(&t, GW, "192.168.8.1");
	fixed(&t, "02", "00000000", "c0a80817");
	add(&t, "35 01 02 ff");
	udp(&t, 67, 68);
	bench_says(&t, "", "an offer gives none");
	tap_uint(bench_count(&t, "ignored_dhcp"), 1, "it is counted");
	fixed(&t, "02", "00000000", "c0a80817");
	add(&t, "ff");
	udp(&t, 67, 68);
	bench_says(&t, DEV "\"ip\":\"192.168.8.23\",\"how\":\"dhcp\"}\n",
	    "a BOOTP reply does");
	bench_release(&t);
}

/* A mask must not make half of the internet the home. */
static void
test_bad_masks(void)
{
	static const struct {
		const char *yiaddr, *mask, *want;
	} v[] = {
		{ "c0a80816", "01 04 00000000", "" },
		{ "c0a80816", "01 04 80000000", "" },
		{ "c0a80816", "01 04 ff00ff00", "" },
		{ "c0a80816", "01 04 ffffffff", "" },
		{ "c6336416", "01 04 ff000000", "" },
		{ "c6336416", "01 04 ffffff80", "198.51.100.0/25 " },
		{ "0a010203", "01 04 ff000000", "10.0.0.0/8 " },
	};
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		bench_init(&t, SIGHT_DEVICES);
		ack(&t, v[i].yiaddr, v[i].mask);
		bench_prefixes(&t, v[i].want, v[i].mask);
		tap_uint(bench_count(&t, "bad_prefix"), !*v[i].want,
		    "%s is counted if bad", v[i].mask);
		bench_release(&t);
	}
}

static void
test_malformed(void)
{
	struct bench t;
	size_t n;

	bench_init(&t, SIGHT_DEVICES);
	request(&t, DISCOVER "0c 20 41");
	tap_uint(bench_count(&t, "malformed_dhcp"), 1, "option too long");
	request(&t, DISCOVER "34 01 01 0c 05 4853313130");
	t.b[108] = 12;
	t.b[109] = 200;
	udp(&t, 68, 67);
	tap_uint(bench_count(&t, "malformed_dhcp"), 2, "the same in file");
	bench_says(&t, DEV "\"name\":\"HS110\",\"how\":\"dhcp\"}\n",
	    "nothing learned but from the sound one");
	begin(&t, "0101 0600");
	udp(&t, 68, 67);
	tap_uint(bench_count(&t, "malformed_dhcp"), 3, "too short");

	request(&t, DISCOVER "0c 03 6e6577 3c 03 767676");
	buf_reset(&t.out);
	n = t.n;
	for (t.n = 0; t.n < n; t.n++) {
		t.p.paycap = (uint32_t)t.n;
		t.p.paylen = n;
		if (sight_pkt(t.s, &t.p) != 0)
			abort();
	}
	bench_says(&t, "", "cut at any place: nothing that is not there");
	tap_uint(bench_count(&t, "cut"), n, "and counted");
	t.b[1] = 32;
	udp(&t, 68, 67);
	t.b[1] = 1;
	t.b[236] = 0;
	udp(&t, 68, 67);
	tap_uint(bench_count(&t, "ignored_dhcp"), 2,
	    "InfiniBand; not our cookie");
	bench_release(&t);
}

int
main(void)
{
	test_requests();
	test_bad_mud();
	test_overload();
	test_ack();
	test_other_router();
	test_other_messages();
	test_bad_masks();
	test_malformed();
	return tap_done();
}
