/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "fetch.h"

#include "fetch_priv.h"

#include "../tap.h"

/*
 * What the parts of fetch.c that need no network decide: URLs, addresses,
 * heads of answers. fetch_net.c has the rest.
 */

/* ---- addresses ---- */

/*
 * Edges of the blocks that the IANA registries of special-purpose addresses
 * call not globally reachable (or of which they say nothing: multicast,
 * 6to4, Teredo, what is not allocated), with what lies next to them.
 */
static const char *const not_public[] = {
	"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255",
	"100.64.0.0", "100.127.255.255", "127.0.0.0", "127.0.0.1",
	"127.255.255.255", "169.254.0.0", "169.254.169.254",
	"169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0",
	"192.0.0.8", "192.0.0.170", "192.0.0.255", "192.0.2.0",
	"192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0",
	"192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0",
	"198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
	"239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
	"::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1",
	"::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
	"64:ff9b::127.0.0.1", "64:ff9b::192.168.1.1", "64:ff9b::0.0.0.0",
	"64:ff9b::169.254.169.254", "64:ff9b:0:0:0:1:8.8.8.8",
	"64:ff9b:1::8.8.8.8", "100::", "100::ffff:ffff:ffff:ffff",
	"100:0:0:1::", "2001::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
	"2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "2001:10::",
	"2001:1f:ffff::", "2001:1ff:ffff::", "2001:db8::",
	"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
	"2002:7f00:1::", "2002:808:808::", "2002:ffff:ffff::", "3fff::",
	"3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::", "5f00:ffff::",
	"fc00::", "fd00::1", "fdff:ffff::", "fe80::", "fe80::1",
	"febf:ffff::", "fec0::", "feff::", "ff00::", "ff02::1", "ffff::",
	"1fff:ffff::", "4000::", "8000::", "400::",
};

static const char *const public[] = {
	"1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
	"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
	"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
	"191.255.255.255", "192.0.1.255", "192.0.1.0", "192.0.3.0",
	"192.31.196.1", "192.52.193.1", "192.88.98.255", "192.88.100.0",
	"192.167.255.255", "192.169.0.0", "192.175.48.1", "198.17.255.255",
	"198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255",
	"203.0.114.0", "223.255.255.255", "64:ff9b::8.8.8.8",
	"64:ff9b::128.0.0.1", "2001:200::", "2001:4860:4860::8888",
	"2001:db7:ffff::", "2001:db9::", "2003::1", "2000::",
	"2001:ffff::", "2606:4700::1111", "2620:4f:8000::", "3ffe:ffff::",
	"3fff:1000::", "3fff:ffff::", "2a00::1",
};

static struct addr
addr(const char *s)
{
	struct addr a;

	if (addr_parse(&a, s, strlen(s)) != 0)
		a.ver = 99;
	return a;
}

static void
test_addresses(void)
{
	struct addr a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(not_public); i++) {
		a = addr(not_public[i]);
		tap_ok(a.ver != 99 && !fetch_is_public(&a), "%s is not public",
		    not_public[i]);
	}
	for (i = 0; i < ARRAY_SIZE(public); i++) {
		a = addr(public[i]);
		tap_ok(a.ver != 99 && fetch_is_public(&a), "%s is public",
		    public[i]);
	}
	a = (struct addr){ .ver = 0, .b = { 8, 8, 8, 8 } };
	tap_ok(!fetch_is_public(&a), "no address is not public");
}

/* ---- URLs ---- */

#define L63	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff" \
		"012"

static const struct {
	const char *url, *word;
} bad_urls[] = {
	{ "", "url" },
	{ "toaster.json", "url" },
	{ "/etc/passwd", "url" },
	{ "//example.com/x", "url" },
	{ "https", "url" },
	{ "://example.com/", "not-https" },
	{ "http://example.com/x", "not-https" },
	{ "HTTP://example.com/x", "not-https" },
	{ "file:///etc/passwd", "not-https" },
	{ "ftp://example.com/x", "not-https" },
	{ "ftps://example.com/x", "not-https" },
	{ "gopher://example.com/x", "not-https" },
	{ "scp://example.com/x", "not-https" },
	{ "sftp://example.com/x", "not-https" },
	{ "smb://example.com/x", "not-https" },
	{ "ldaps://example.com/x", "not-https" },
	{ "dict://example.com:11111/x", "not-https" },
	{ "telnet://example.com/", "not-https" },
	{ "data:application/mud+json,{}", "not-https" },
	{ "urn:ietf:params:mud", "not-https" },
	{ "javascript:alert(1)", "not-https" },
	{ "wss://example.com/", "not-https" },
	{ "httpss://example.com/x", "not-https" },
	{ "https2://example.com/x", "not-https" },
	{ " https://example.com/x", "not-https" },
	{ "https ://example.com/x", "not-https" },
	{ "ht\ttps://example.com/x", "not-https" },
	{ "https:example.com/x", "url" },
	{ "https:/example.com/x", "url" },
	{ "https:\\\\example.com\\x", "url" },
	{ "https://", "url" },
	{ "https:///x", "url" },
	{ "https://?x", "url" },
	{ "https://user@example.com/", "url" },
	{ "https://user:pass@example.com/", "url" },
	{ "https://@example.com/", "url" },
	{ "https://example.com@127.0.0.1/", "url" },
	{ "https://example.com:443@127.0.0.1/", "url" },
	{ "https://exa mple.com/", "url" },
	{ "https://example.com/a b", "url" },
	{ "https://example.com/\n", "url" },
	{ "https://example.com/\r\nHost: x", "url" },
	{ "https://example.com/\x7f", "url" },
	{ "https://example.com/\x1b[2J", "url" },
	{ "https://ex\xc3\xa4mple.com/", "url" },
	{ "https://example.com/\xc3\xa4", "url" },
	{ "https://example.com\\@127.0.0.1/", "url" },
	{ "https://example.com/\"", "url" },
	{ "https://example.com/<>", "url" },
	{ "https://example.com/^", "url" },
	{ "https://example.com/`id`", "url" },
	{ "https://example.com/{a,b}", "url" },
	{ "https://example.com/|x", "url" },
	{ "https://example.com/[0-9]", "url" },
	{ "https://example.com/%", "url" },
	{ "https://example.com/%4", "url" },
	{ "https://example.com/%zz", "url" },
	{ "https://example.com/x#y", "url" },
	{ "https://example.com#@127.0.0.1/", "url" },
	{ "https://%31%32%37.0.0.1/", "url" },
	{ "https://example%2ecom/", "url" },
	{ "https://example.com./", "url" },
	{ "https://127.0.0.1./", "url" },
	{ "https://./", "url" },
	{ "https://.example.com/", "url" },
	{ "https://example..com/", "url" },
	{ "https://exa_mple.com/", "url" },
	{ "https://-example.com/", "url" },
	{ "https://example-.com/", "url" },
	{ "https://*.example.com/", "url" },
	{ "https://" L63 "x.example.com/", "url" },
	{ "https://2130706433/", "url" },
	{ "https://0x7f000001/", "url" },
	{ "https://0X7F000001/", "url" },
	{ "https://017700000001/", "url" },
	{ "https://0177.0.0.1/", "url" },
	{ "https://0x7f.0.0.1/", "url" },
	{ "https://127.0.0.0x1/", "url" },
	{ "https://127.1/", "url" },
	{ "https://127.0.1/", "url" },
	{ "https://0/", "url" },
	{ "https://00000000/", "url" },
	{ "https://127.0.0.01/", "url" },
	{ "https://127.0.0.256/", "url" },
	{ "https://1.2.3.4.5/", "url" },
	{ "https://4294967296/", "url" },
	{ "https://127.0.0.1:/", "url" },
	{ "https://example.com:0/", "url" },
	{ "https://example.com:65536/", "url" },
	{ "https://example.com:443443443443/", "url" },
	{ "https://example.com:x/", "url" },
	{ "https://example.com:-1/", "url" },
	{ "https://example.com:+443/", "url" },
	{ "https://example.com:443:80/", "url" },
	{ "https://[::1/", "url" },
	{ "https://::1/", "url" },
	{ "https://[]/", "url" },
	{ "https://[127.0.0.1]/", "url" },
	{ "https://[example.com]/", "url" },
	{ "https://[v1.x]/", "url" },
	{ "https://[fe80::1%25eth0]/", "url" },
	{ "https://[fe80::1%251]/", "url" },
	{ "https://[::1]x/", "url" },
	{ "https://[::1]:/", "url" },
	{ "https://[::1]:0/", "url" },
	{ "https://[::1]@127.0.0.1/", "url" },
	{ "https://[::127.0.0.01]/", "url" },
	{ "https://[1:2:3:4:5:6:7:8:9]/", "url" },
};

static const char *const good_urls[] = {
	"https://example.com", "https://example.com/", "HTTPS://Example.COM/x",
	"https://example.com/.well-known/mud/v1/toaster.json",
	"https://lighting.example.com/lightbulb2000",
	"https://example.com:8443/x?model=1&v=2;x=(a)*!$',~@:",
	"https://example.com?x", "https://a/", "https://localhost/",
	"https://127.0.0.1/", "https://192.0.2.1:1/", "https://[::1]/",
	"https://[2001:db8::1]:65535/x", "https://[::ffff:127.0.0.1]/",
	"https://xn--bcher-kva.example/%C3%A4%2e", "https://3com.com/",
	"https://1.2.3.4a/", "https://" L63 ".example.com/",
	"https://example.com//x/../y",
};

static void
test_url_length(void)
{
	char url[300];
	const char *word;

	memset(url, 'x', sizeof(url));
	memcpy(url, "https://example.com/", 20);
	url[255] = '\0';
	tap_str(fetch_url_fault(url), NULL, "255 bytes");
	url[255] = 'x';
	url[256] = '\0';
	tap_str(fetch_url_fault(url), "it is too long", "256 bytes");
	tap_str(fetch_url_wrong(url, 256, &word), NULL,
	    "256 bytes of a redirect");
	memset(url, 'a', sizeof(url));
	memcpy(url, "https://", 8);
	for (size_t i = 8 + 50; i < 8 + 255; i += 51)
		url[i] = '.';
	url[8 + 254] = '\0';
	tap_str(fetch_url_wrong(url, 299, &word),
	    "its host is longer than a name can be", "a host of 254 bytes");
	url[8 + 253] = '\0';
	tap_str(fetch_url_wrong(url, 299, &word), NULL, "a host of 253 bytes");
}

static void
test_urls(void)
{
	const char *word, *fault;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad_urls); i++) {
		fault = fetch_url_wrong(bad_urls[i].url, FETCH_URL, &word);
		tap_ok(fault && strcmp(word, bad_urls[i].word) == 0,
		    "bad URL %zu: %s", i, fault ? fault : "taken");
		if (!fault || strcmp(word, bad_urls[i].word) != 0)
			tap_show("URL", bad_urls[i].url,
			    strlen(bad_urls[i].url));
	}
	for (i = 0; i < ARRAY_SIZE(good_urls); i++)
		tap_str(fetch_url_fault(good_urls[i]), NULL, "%s",
		    good_urls[i]);
}

/* A refused URL is refused by fetch() too, which then does nothing. */
static void
test_refused(void)
{
	struct fetch_opts o = FETCH_OPTS_INIT;
	struct fetch_reply r;
	struct buf b;
	size_t i, ok = 0;

	buf_init(&b, 1000);
	buf_puts(&b, "before");
	for (i = 0; i < ARRAY_SIZE(bad_urls); i++)
		ok += fetch(bad_urls[i].url, &o, &b, &r) == -1 && r.what[0] &&
		    strcmp(r.word, bad_urls[i].word) == 0 && r.status == 0;
	tap_uint(ok, ARRAY_SIZE(bad_urls), "fetch: all bad URLs refused");
	tap_mem(b.p, b.n, "before", 6, "and nothing is added");
	buf_release(&b);
}

/* ---- heads ---- */

static void
head(struct fetch_head *h, const char *lines)
{
	const char *end;

	*h = (struct fetch_head)FETCH_HEAD_INIT;
	for (; *lines; lines = end + 1) {
		end = strchr(lines, '\n');
		fetch_head_line(h, (struct str){ lines,
		    (size_t)(end - lines) + 1 });
	}
}

/* Sun, 06 Nov 1994 08:49:37 GMT, by `date -d`. */
#define NOV_1994	INT64_C(784111777)

static const struct {
	const char *lines;
	int64_t want;
} fresh[] = {
	{ "X: y\n", -1 },
	{ "Cache-Control: public\n", -1 },
	{ "Cache-Control: max-age=3600\r\n", 3600 },
	{ "cache-control:MAX-AGE=3600\n", 3600 },
	{ "Cache-Control: public , max-age=60 ,x\n", 60 },
	{ "Cache-Control: max-age=60, max-age=50\n", 50 },
	{ "Cache-Control: max-age=50\nCache-Control: max-age=60\n", 50 },
	{ "Cache-Control: max-age=\"60\"\n", 60 },
	{ "Cache-Control: max-age\n", 0 },
	{ "Cache-Control: max-age=-1\n", 0 },
	{ "Cache-Control: max-age=1x\n", 0 },
	{ "Cache-Control: s-maxage=60\n", -1 },
	{ "Cache-Control: x-max-age=60\n", -1 },
	{ "Cache-Control: max-age=99999999999999999999999\n", 2147483648 },
	{ "Cache-Control: max-age=60, no-store\n", 0 },
	{ "Cache-Control: no-cache=\"x\", max-age=60\n", 0 },
	{ "Cache-Control: no-cache\n", 0 },
	{ "Cache-Control: max-age=60\nAge: 20\n", 40 },
	{ "Cache-Control: max-age=60\nAge: 61\n", 0 },
	{ "Cache-Control: max-age=60\nAge: x\n", 60 },
	{ "Cache-Control: max-age=60\nAge: 99999999999999999999\n", 0 },
	{ "Expires: Sun, 06 Nov 1994 08:50:37 GMT\n"
	  "Date: Sun, 06 Nov 1994 08:49:37 GMT\n", 60 },
	{ "Expires: Sun, 06 Nov 1994 08:50:37 GMT\nAge: 20\n"
	  "Date: Sun, 06 Nov 1994 08:49:37 GMT\n", 40 },
	{ "Expires: Sun, 06 Nov 1994 08:50:37 GMT\n", 60 },
	{ "Expires: Thu, 29 Feb 1996 08:49:37 GMT\n", 480 * 86400 },
	{ "Expires: Fri, 01 Mar 1996 08:49:37 GMT\n", 481 * 86400 },
	{ "Expires: Sat, 05 Nov 1994 08:49:37 GMT\n", 0 },
	{ "Expires: 0\n", 0 },
	{ "Expires: -1\n", 0 },
	{ "Expires: Sunday, 06-Nov-94 08:50:37 GMT\n", 0 },
	{ "Expires: Sun, 06 Nox 1994 08:50:37 GMT\n", 0 },
	{ "Expires: Sun, 06 Nov 1994 28:50:37 GMT\n", 0 },
	{ "Expires: Fri, 31 Dec 9999 23:59:59 GMT\n", 2147483648 },
	{ "Expires: Sun, 06 Nov 1994 08:50:37 GMT\n"
	  "Cache-Control: max-age=5\n", 5 },
	{ "Cache-Control: max-age=5\nHTTP/1.1 200 OK\n", -1 },
	{ ":\n", -1 },
	{ "\r\n", -1 },
	{ "Cache-Control:\nExpires:\n", 0 },
};

static void
test_fresh(void)
{
	struct fetch_head h;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fresh); i++) {
		head(&h, fresh[i].lines);
		tap_int(fetch_head_fresh(&h, NOV_1994), fresh[i].want,
		    "fresh %zu", i);
	}
	head(&h, "Date: Sun, 06 Nov 1994 08:49:37 GMT\n");
	tap_int(h.date, NOV_1994, "a date");
	head(&h, "Date: Tue, 29 Feb 2000 23:59:59 GMT\n");
	tap_int(h.date, INT64_C(951868799), "the leap day of 2000");
	head(&h, "Date: Fri, 31 Dec 9999 23:59:59 GMT\n");
	tap_int(h.date, INT64_C(253402300799), "the last date");
}

static void
test_heads(void)
{
	static const char *const types[] = { "application/mud+json", "a/b",
		NULL };
	struct fetch_head h;
	char line[400];

	head(&h, "Content-Type: Application/MUD+json ; charset=utf-8\r\n"
	    "ETag: W/\"x y\"\r\nLast-Modified: \t yesterday \r\n"
	    "Content-Encoding: identity\nTransfer-Encoding: Chunked\n");
	tap_str(h.type, "application/mud+json", "type");
	tap_str(h.etag, "W/\"x y\"", "entity tag");
	tap_str(h.modified, "yesterday", "time of change");
	tap_ok(!h.coded && !h.transfer_coded, "not coded");
	tap_ok(fetch_type_in(h.type, types), "a type of the list");
	tap_ok(!fetch_type_in("application/json", types), "another one");
	tap_ok(!fetch_type_in("", types), "none");
	tap_ok(fetch_type_in("", NULL), "none, where any will do");
	head(&h, "Content-Encoding: gzip\nContent-Encoding: identity\n");
	tap_ok(h.coded, "gzip");
	head(&h, "Transfer-Encoding: chunked\nTransfer-Encoding: x\n");
	tap_ok(h.transfer_coded, "two transfer codings");
	head(&h, "Transfer-Encoding: gzip, chunked\n");
	tap_ok(h.transfer_coded, "two in a line");
	head(&h, "ETag: \"\x1b[2J\"\nLast-Modified: \xc3\xa4\n");
	tap_ok(!h.etag[0] && !h.modified[0], "not printable: not kept");
	memset(line, 'x', sizeof(line));
	memcpy(line, "etag:", 5);
	fetch_head_line(&h, (struct str){ line, 5 + sizeof(h.etag) - 1 });
	tap_uint(strlen(h.etag), sizeof(h.etag) - 1, "the longest tag");
	fetch_head_line(&h, (struct str){ line, 5 + sizeof(h.etag) });
	tap_str(h.etag, "", "a longer one is not kept");
}

int
main(void)
{
	test_addresses();
	test_urls();
	test_url_length();
	test_refused();
	test_fresh();
	test_heads();
	return tap_done();
}
