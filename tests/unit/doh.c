/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "doh.h"

#include "tap.h"

static const struct {
	const char *proto;
	uint64_t port;
	const char *addr, *host;
	bool is;
} cases[] = {
	/* By the port: RFC 7858 3.1, RFC 9250 4.1.1. */
	{ "tcp", 853, "198.51.100.1", "", true },
	{ "udp", 853, "198.51.100.1", "", true },
	{ "udp", 853, "2001:db8::1", "www.example.org", true },
	{ "sctp", 853, "198.51.100.1", "", false },
	{ "icmp", 853, "8.8.8.8", "", false },
	{ "", 853, "8.8.8.8", "", false },
	{ "tcp", 53, "8.8.8.8", "dns.google", false },
	{ "udp", 53, "1.1.1.1", "", false },
	{ "tcp", 80, "1.1.1.1", "one.one.one.one", false },
	{ "tcp", 0, "1.1.1.1", "", false },
	{ "tcp", 853 + 65536, "1.1.1.1", "", false },

	/* By the address. */
	{ "tcp", 443, "8.8.8.8", "", true },
	{ "udp", 443, "8.8.4.4", "", true },
	{ "tcp", 443, "8.8.8.9", "", false },
	{ "tcp", 443, "1.1.1.1", "", true },
	{ "tcp", 443, "9.9.9.9", "", true },
	{ "tcp", 443, "9.9.9.10", "", true },
	{ "tcp", 443, "149.112.112.112", "", true },
	{ "tcp", 443, "208.67.222.222", "", true },
	{ "tcp", 443, "94.140.14.14", "", true },
	{ "tcp", 443, "2001:4860:4860:0::8888", "", true },
	{ "tcp", 443, "2606:4700:4700::1111", "", true },
	{ "tcp", 443, "2620:fe::fe", "", true },
	{ "tcp", 443, "2620:fe::ff", "", false },
	{ "tcp", 443, "198.51.100.1", "", false },

	/* By the name, and names below it. */
	{ "tcp", 443, "198.51.100.1", "dns.google", true },
	{ "tcp", 443, "198.51.100.1", "dns64.dns.google", true },
	{ "tcp", 443, "198.51.100.1", "mozilla.cloudflare-dns.com", true },
	{ "tcp", 443, "198.51.100.1", "abc123.dns.nextdns.io", true },
	{ "tcp", 443, "198.51.100.1", "dns.quad9.net", true },
	{ "tcp", 443, "198.51.100.1", "www.quad9.net", false },
	{ "tcp", 443, "198.51.100.1", "xdns.google", false },
	{ "tcp", 443, "198.51.100.1", "dns.google.example.org", false },
	{ "tcp", 443, "198.51.100.1", "google", false },
	{ "tcp", 443, "198.51.100.1", ".dns.google", true },
	{ "tcp", 443, "198.51.100.1", "www.example.org", false },
	/* A resolver's address does not depend on what it is called. */
	{ "tcp", 443, "8.8.8.8", "www.example.org", true },
};

int
main(void)
{
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (addr_parse(&a, cases[i].addr, strlen(cases[i].addr)) < 0)
			abort();
		tap_int(doh_is(str_of(cases[i].proto), cases[i].port, &a,
		    str_of(cases[i].host)), cases[i].is, "%s/%" PRIu64
		    " of %s '%s'", cases[i].proto, cases[i].port,
		    cases[i].addr, cases[i].host);
	}
	if (addr_parse(&a, "8.8.8.8", 7) < 0)
		abort();
	tap_ok(!doh_is((struct str){ NULL, 0 }, 443, &a, STR("")) &&
	    doh_is(STR("tcp"), 443, &a, (struct str){ NULL, 0 }),
	    "no protocol, no name");
	return tap_done();
}
