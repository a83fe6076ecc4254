/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "doh.h"

#include <stddef.h>

#include "attr.h"

#define DNS_OVER_TLS	853
#define HTTPS		443

/*
 * As their operators document them: Google, Cloudflare, Quad9, OpenDNS,
 * AdGuard, NextDNS, CleanBrowsing, Mullvad, DNS4EU, Control D. A name stands
 * for those below it, too.
 */
#define S(text)	{ text, sizeof(text) - 1 }

static const struct str hosts[] = {
	S("dns.google"), S("cloudflare-dns.com"), S("one.one.one.one"),
	S("dns.quad9.net"), S("dns9.quad9.net"), S("dns10.quad9.net"),
	S("dns11.quad9.net"), S("doh.opendns.com"),
	S("doh.familyshield.opendns.com"), S("adguard-dns.com"),
	S("dns.nextdns.io"), S("doh.cleanbrowsing.org"), S("dns.mullvad.net"),
	S("joindns4.eu"), S("dns.controld.com"),
};

static const struct str addrs[] = {
	S("8.8.8.8"), S("8.8.4.4"), S("2001:4860:4860::8888"),
	S("2001:4860:4860::8844"), S("1.1.1.1"), S("1.0.0.1"), S("1.1.1.2"),
	S("1.0.0.2"), S("1.1.1.3"), S("1.0.0.3"), S("2606:4700:4700::1111"),
	S("2606:4700:4700::1001"), S("9.9.9.9"), S("149.112.112.112"),
	S("2620:fe::fe"), S("2620:fe::9"), S("9.9.9.10"), S("149.112.112.10"),
	S("2620:fe::10"), S("2620:fe::fe:10"), S("9.9.9.11"),
	S("149.112.112.11"), S("2620:fe::11"), S("2620:fe::fe:11"),
	S("208.67.222.222"), S("208.67.220.220"), S("94.140.14.14"),
	S("94.140.15.15"),
};

static bool
is_below(struct str host, struct str domain)
{
	if (host.n < domain.n)
		return false;
	if (host.n > domain.n && host.p[host.n - domain.n - 1] != '.')
		return false;
	return str_eq((struct str){ host.p + host.n - domain.n, domain.n },
	    domain);
}

bool
doh_is(struct str proto, uint64_t port, const struct addr *a, struct str host)
{
	char text[ADDR_TEXT];
	struct str addr;
	size_t i;

	if (!str_eq(proto, STR("tcp")) && !str_eq(proto, STR("udp")))
		return false;
	if (port == DNS_OVER_TLS)
		return true;
	if (port != HTTPS)
		return false;
	for (i = 0; i < ARRAY_SIZE(hosts); i++)
		if (is_below(host, hosts[i]))
			return true;
	addr = (struct str){ text, addr_print(a, text) };
	for (i = 0; i < ARRAY_SIZE(addrs); i++)
		if (str_eq(addr, addrs[i]))
			return true;
	return false;
}
