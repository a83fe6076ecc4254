/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "where.h"

#include <stdarg.h>
#include <string.h>

#include "tap.h"
#include "where_kit.h"

/* ---- what expressions mean ----------------------------------------------- */

#define PLUG "\"hour\":13,\"weekday\":\"tue\",\"agent\":\"gw\"," \
	"\"device\":\"50:c7:bf:00:56:39\",\"name\":\"HS110 (kitchen)\"," \
	"\"peer\":\"tplinkcloud.com\"," \
	"\"peer_ip\":[\"52.18.3.9\",\"2001:db8::9\"]," \
	"\"hosts\":[\"euw1.tplinkcloud.com\",\"ntp.TPlinkCloud.com\"]," \
	"\"where\":\"internet\",\"proto\":\"tcp\",\"port\":443," \
	"\"service\":\"https\",\"dir\":\"out\",\"flows\":3,\"unanswered\":1," \
	"\"pkts_out\":9,\"bytes_out\":1822,\"pkts_in\":7,\"bytes_in\":5120"
#define LAN "\"device\":\"fe80::1\",\"peer\":\"NAS\"," \
	"\"peer_mac\":\"00:11:32:aa:bb:cc\",\"where\":\"lan\"," \
	"\"proto\":\"icmp\",\"pkts_out\":2000,\"bytes_in\":10485761"
#define NAMES "\"peer\":\"example.org\",\"hosts\":[\"a.b.example.org\"," \
	"\"badexample.org\",\"x\\\\.example.net\",\"y\\\\\\\\.example.edu\"]"
#define OWN "\"device\":\"00:11:32:aa:bb:cc\"," \
	"\"device_ip\":[\"192.168.8.25\",\"fd00::25\"]," \
	"\"peer\":\"x\",\"peer_ip\":[\"192.168.8.1\"]"
#define WORDS "\"name\":\"and\",\"service\":\"\"," \
	"\"agent\":\"a\\\"b\\\\\\\\c\",\"peer\":\"b\\u00fccher.example\"," \
	"\"device\":\"[x]*-!^\\u20ac\""

static const struct {
	const char *expr, *members;
	bool before, after;
} means[] = {
	/* Each text member, and which of a digest's it means. */
	{ "agent=gw", PLUG, true, true },
	{ "agent=gw2", PLUG, false, true },
	{ "agent=g", PLUG, false, true },
	{ "device=50:c7:bf:00:56:39", PLUG, true, true },
	{ "device=50:C7:BF:00:56:39", PLUG, true, true },
	{ "device=\"hs110 (KITCHEN)\"", PLUG, true, true },
	{ "name=\"HS110 (kitchen)\"", PLUG, true, true },
	{ "name=50:c7:bf:00:56:39", PLUG, false, true },
	{ "device!=\"HS110 (kitchen)\"", PLUG, false, true },
	{ "device!=50:c7:bf:00:56:39", PLUG, false, true },
	{ "device!=HS110", PLUG, true, true },
	{ "device~HS110*", PLUG, true, true },
	{ "device~50:c7:bf:*", PLUG, true, true },
	{ "device!~HS*", PLUG, false, true },
	{ "device!~hs", PLUG, true, true },
	{ "device=fe80::1", LAN, true, true },
	{ "device=FE80:0:0::0001", LAN, true, true },
	{ "device=fe80::2", LAN, false, true },
	{ "device=192.168.8.25", OWN, true, true },
	{ "device=FD00:0::25", OWN, true, true },
	{ "device!=192.168.8.25", OWN, false, true },
	{ "device=192.168.8.2", OWN, false, true },
	{ "device=192.168.8.1", OWN, false, true },
	{ "device~192.168.*", OWN, true, true },
	{ "device!~fd00:*", OWN, false, true },
	{ "peer=192.168.8.25", OWN, false, true },
	{ "peer_ip=192.168.8.25", OWN, false, true },
	{ "device_ip=192.168.8.25", OWN, true, true },
	{ "device_ip=fd00::/8", OWN, true, true },
	{ "device_ip=192.168.8.0/30", OWN, false, true },
	{ "device_ip!=192.168.8.0/24", OWN, false, true },
	{ "device_ip!=0.0.0.0/0", LAN, true, true },
	{ "peer=tplinkcloud.com", PLUG, true, true },
	{ "peer=TPLINKCLOUD.COM", PLUG, true, true },
	{ "peer=52.18.3.9", PLUG, true, true },
	{ "peer=2001:db8:0::9", PLUG, true, true },
	{ "peer=52.18.3.90", PLUG, false, true },
	{ "peer!=52.18.3.9", PLUG, false, true },
	{ "peer!=52.18.3.8", PLUG, true, true },
	{ "peer~52.18.*", PLUG, true, true },
	{ "peer~*::9", PLUG, true, true },
	{ "peer!~*::9", PLUG, false, true },
	{ "peer=nas", LAN, true, true },
	{ "peer=00:11:32:AA:BB:CC", LAN, true, true },
	{ "peer~00:11:32:*", LAN, true, true },
	{ "peer=euw1.tplinkcloud.com", PLUG, false, true },
	{ "host=euw1.tplinkcloud.com", PLUG, true, true },
	{ "host=ntp.tplinkcloud.com", PLUG, true, true },
	{ "host=tplinkcloud.com", PLUG, false, true },
	{ "host~*.tplinkcloud.com", PLUG, true, true },
	{ "host!=ntp.tplinkcloud.com", PLUG, false, true },
	{ "host!=www.tplinkcloud.com", PLUG, true, true },
	{ "host!~ntp*", PLUG, false, true },
	{ "host!~www*", PLUG, true, true },
	{ "host=NAS", LAN, false, true },
	{ "host!=NAS", LAN, true, true },
	{ "where=internet", PLUG, true, true },
	{ "where!=lan", LAN, false, true },
	{ "proto=TCP", PLUG, true, true },
	{ "service=https", PLUG, true, true },
	{ "dir=in", PLUG, false, true },
	{ "weekday=Tue", PLUG, true, true },
	{ "weekday~t*", PLUG, true, true },

	/* A leading dot: whole labels. */
	{ "peer=.example.org", NAMES, true, true },
	{ "peer=.EXAMPLE.org", NAMES, true, true },
	{ "peer=.org", NAMES, true, true },
	{ "peer=.rg", NAMES, false, true },
	{ "peer=.xample.org", NAMES, false, true },
	{ "peer=.a.example.org", NAMES, false, true },
	{ "peer!=.org", NAMES, false, true },
	{ "host=.b.example.org", NAMES, true, true },
	{ "host=.adexample.org", NAMES, false, true },
	{ "host=.badexample.org", NAMES, true, true },
	{ "host=.example.net", NAMES, false, true },
	{ "host=.net", NAMES, true, true },
	{ "host=.example.edu", NAMES, true, true },
	{ "host=.", NAMES, false, true },
	{ "peer=.", "\"peer\":\".\"", true, true },
	{ "peer=.", "\"peer\":\"x.\"", false, true },
	{ "peer=.org", "\"peer\":\".org\"", false, true },
	{ "name=.com", "\"name\":\"x.com\"", false, true },

	/* Numbers. */
	{ "hour<24", PLUG, true, true },
	{ "port<65536", PLUG, true, true },
	{ "port=443", PLUG, true, true },
	{ "port!=443", PLUG, false, true },
	{ "port<443", PLUG, false, true },
	{ "port<444", PLUG, true, true },
	{ "port<=443", PLUG, true, true },
	{ "port<=442", PLUG, false, true },
	{ "port>443", PLUG, false, true },
	{ "port>442", PLUG, true, true },
	{ "port>=443", PLUG, true, true },
	{ "port>=444", PLUG, false, true },
	{ "port=0443", PLUG, true, true },
	{ "hour=13", PLUG, true, true },
	{ "hour<13", PLUG, false, true },
	{ "flows=3", PLUG, true, true },
	{ "flows>3", PLUG, true, false },
	{ "unanswered=1", PLUG, true, true },
	{ "pkts=16", PLUG, true, true },
	{ "pkts_out=9", PLUG, true, true },
	{ "pkts_in=7", PLUG, true, true },
	{ "pkts_in=9", PLUG, true, false },
	{ "bytes=6942", PLUG, true, true },
	{ "bytes_out=1822", PLUG, true, true },
	{ "bytes_in=5120", PLUG, true, true },
	{ "bytes_in=5K", PLUG, true, true },
	{ "bytes_in=5k", PLUG, true, true },
	{ "pkts=2K", LAN, true, true },
	{ "pkts_out<2k", LAN, true, false },
	{ "bytes>10M", LAN, true, true },
	{ "bytes_in<=10M", LAN, true, false },
	{ "bytes<1G", LAN, true, true },
	{ "bytes=1T", "\"bytes_in\":1099511627776", true, true },
	{ "flows=1t", "\"flows\":1000000000000", true, true },
	{ "flows=1G", "\"flows\":1000000000", true, true },
	{ "flows<18446744073709551615", PLUG, true, true },
	{ "bytes=9007199254740992", "\"bytes_in\":9007199254740991,"
	    "\"bytes_out\":1", true, true },

	/* Addresses. */
	{ "peer_ip=52.18.3.9", PLUG, true, true },
	{ "peer_ip=52.18.0.0/16", PLUG, true, true },
	{ "peer_ip=52.19.0.0/16", PLUG, false, true },
	{ "peer_ip!=52.18.0.0/16", PLUG, false, true },
	{ "peer_ip!=52.19.0.0/16", PLUG, true, true },
	{ "peer_ip=2001:db8::/32", PLUG, true, true },
	{ "peer_ip=::/0", PLUG, true, true },
	{ "peer_ip=::/0", "\"peer_ip\":[\"192.0.2.1\"]", false, true },
	{ "peer_ip=0.0.0.0/0", LAN, false, true },
	{ "peer_ip!=0.0.0.0/0", LAN, true, true },

	/* What is absent equals nothing. */
	{ "port=443", LAN, false, true },
	{ "port!=443", LAN, true, true },
	{ "port<443", LAN, false, true },
	{ "port<=443", LAN, false, true },
	{ "port>0", LAN, false, true },
	{ "port>=0", LAN, false, true },
	{ "not port>=0", LAN, true, true },
	{ "name=\"\"", LAN, false, true },
	{ "name!=\"\"", LAN, true, true },
	{ "name~*", LAN, false, true },
	{ "name!~*", LAN, true, true },
	{ "host~*", LAN, false, true },
	{ "peer~*", "", false, true },
	{ "device!=x", "", true, true },
	{ "flows=0", LAN, true, true },
	{ "flows<1 and bytes=0 and pkts<=0 and unanswered>=0", "", true,
	    true },
	{ "flows!=0", "", true, false },
	{ "bytes=10485761", LAN, true, true },

	/* Quotation, blanks, case. */
	{ "name=\"and\"", WORDS, true, true },
	{ "service=\"\"", WORDS, true, true },
	{ "service~\"\"", WORDS, true, true },
	{ "service~*", WORDS, true, true },
	{ "service!=\"\"", WORDS, false, true },
	{ "agent=\"a\\\"b\\\\\\\\c\"", WORDS, true, true },
	{ "agent=a\"b\\\\c", WORDS, true, true },
	{ "agent~a\"b\\\\?", WORDS, true, true },
	{ "peer=b\303\274cher.example", WORDS, true, true },
	{ "peer=b\303\234cher.example", WORDS, false, true },
	{ "peer~b?cher.example", WORDS, true, true },
	{ "peer~b??cher.example", WORDS, false, true },
	{ "peer~b[\303\200-\303\277]cher*", WORDS, true, true },
	{ "peer~b[!\303\200-\303\277]cher*", WORDS, false, true },
	{ "  port \t=\n443\r", PLUG, true, true },
	{ "PORT=443 AND Not Proto=udp", PLUG, true, true },
	{ "(port=443)and(proto=tcp)", PLUG, true, true },
	{ "not(port=443)or(proto=udp)", PLUG, false, true },
	{ "port=\"443\"", PLUG, true, true },
	{ "where=lan", LAN, true, true },

	/* Globs. */
	{ "name~hs*", PLUG, true, true },
	{ "name~HS1[0-9][0-9]*", PLUG, true, true },
	{ "name~HS1[2-9]*", PLUG, false, true },
	{ "name~hs1*\"\"*", PLUG, false, true },
	{ "peer~[R-T]plinkcloud.com", PLUG, true, true },
	{ "peer~[!r-t]plinkcloud.com", PLUG, false, true },
	{ "peer~[^a-m]plinkcloud.com", PLUG, true, true },
	{ "device~[[]x]*", WORDS, true, true },
	{ "device~*[]]?-!^?", WORDS, true, true },
	{ "device~*[a-]![!a]?", WORDS, true, true },
	{ "device~*[*]-*", WORDS, true, true },
	{ "device~*\342\202\254", WORDS, true, true },
	{ "device~[!]]x*", WORDS, true, true },
	{ "name~*?", "\"name\":\"\\u20ac\"", true, true },
	{ "name~*??", "\"name\":\"\\u20ac\"", false, true },
	{ "name~*??c*", "\"name\":\"\\u20accd\"", false, true },
	{ "name~*[\377]", "\"name\":\"\\u00ff\"", false, true },
	{ "name~\303?", "\"name\":\"\\u00ff\"", false, true },

	/* Precedence: not before and before or. */
	{ "port=443 or port=1 and port=2", PLUG, true, true },
	{ "(port=443 or port=1) and port=2", PLUG, false, true },
	{ "port=1 and port=2 or port=443", PLUG, true, true },
	{ "port=1 and (port=2 or port=443)", PLUG, false, true },
	{ "not port=1 and port=2", PLUG, false, true },
	{ "not (port=1 and port=2)", PLUG, true, true },
	{ "not port=443 or port=443", PLUG, true, true },
	{ "not (port=443 or port=443)", PLUG, false, true },
	{ "not not port=443", PLUG, true, true },
	{ "not not not port=443", PLUG, false, true },
	{ "not port!=443", PLUG, true, true },
	{ "not (not port=443 and proto=tcp) and dir=out", PLUG, true, true },
	{ "port=1 or port=2 or port=443 or port=4", PLUG, true, true },
	{ "port=443 and port>1 and port>2 and port<1", PLUG, false, true },

	/* Both parts. */
	{ "device~HS* and bytes>10M", PLUG, true, false },
	{ "device=x and bytes>1K", PLUG, false, true },
	{ "bytes>1K and device~HS* and flows=3 and port=1", PLUG, false,
	    true },
	{ "(bytes>1K and (device~hs* and flows=4)) and port=443", PLUG, true,
	    false },
	{ "(flows=3 or flows=4) and not (port=1 or port=443)", PLUG, false,
	    true },
	{ "not (flows=3 or flows=4) and not (port=1 or port=2)", PLUG, true,
	    false },
	{ "flows=1 or bytes=6942 and pkts=16", PLUG, true, true },
};

static void
test_means(void)
{
	struct where *w;
	struct rec r;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(means); i++) {
		digest(&r, means[i].members);
		w = parsed(means[i].expr);
		tap_ok(w && where_before(w, &r) == means[i].before &&
		    where_after(w, &r) == means[i].after, "%zu: before %d, "
		    "after %d", i, means[i].before, means[i].after);
		if (!w || where_before(w, &r) != means[i].before ||
		    where_after(w, &r) != means[i].after)
			tap_show("expression", means[i].expr,
			    strlen(means[i].expr));
		where_free(w);
	}
}

static void
test_names(void)
{
	struct where *w = parsed("not (Device=a or PEER_IP=::1) and bytes>1");

	tap_ok(w && where_names(w, "device") && where_names(w, "peer_ip") &&
	    where_names(w, "bytes"), "the members it names");
	tap_ok(w && !where_names(w, "name") && !where_names(w, "peer") &&
	    !where_names(w, "bytes_out") && !where_names(w, ""),
	    "and no others");
	where_free(w);
	where_free(NULL);
}

/* ---- errors -------------------------------------------------------------- */

#define TEXT_OPS	" is a text: = != ~ !~"
#define NUM_OPS		" is a number: = != < <= > >="
#define FORM	"a whole number is expected, with K, M, G or T behind it if " \
	"need be: "
#define MIX_OR	"a sum and a member that is no sum cannot be joined by \"or\""
#define MIX_NOT	"a sum and a member that is no sum cannot be in one \"not\""

static const struct {
	const char *expr;
	size_t at, n;
	const char *what;
} errors[] = {
	{ "", 0, 0, "a test is expected" },
	{ "   ", 3, 0, "a test is expected" },
	{ "devcie=a", 0, 6, "no such member: devcie" },
	{ "port=1 and devcie =a", 11, 6, "no such member: devcie" },
	{ "hosts=a", 0, 5, "no such member: hosts" },
	{ "(b\303\274\033\\=1", 1, 5, "no such member: b\\xc3\\xbc\\x1b\\x5c" },
	{ "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij=1", 0, 50,
	    "no such member: abcdefghijabcdefghijabcdefghijabcdefghij..." },
	{ "=1", 0, 1, "a test is expected" },
	{ "\"port\"=1", 0, 1, "a test is expected" },
	{ "and port=1", 0, 3, "a test is expected" },
	{ "port=1 and", 10, 0, "a test is expected" },
	{ "port=1 or ", 10, 0, "a test is expected" },
	{ "port=1 or and port=2", 10, 3, "a test is expected" },
	{ "not", 3, 0, "a test is expected" },
	{ "not )", 4, 1, "a test is expected" },
	{ "()", 1, 1, "a test is expected" },
	{ "port", 4, 0, "port" NUM_OPS },
	{ "port and hour=1", 5, 3, "port" NUM_OPS },
	{ "port 443", 5, 3, "port" NUM_OPS },
	{ "port~443", 4, 1, "port" NUM_OPS },
	{ "port=<443", 4, 2, "port" NUM_OPS },
	{ "bytes!~1", 5, 2, "bytes" NUM_OPS },
	{ "peer<1", 4, 1, "peer" TEXT_OPS },
	{ "Peer==a", 4, 2, "peer" TEXT_OPS },
	{ "host", 4, 0, "host" TEXT_OPS },
	{ "device ! a", 7, 1, "device" TEXT_OPS },
	{ "peer_ip~1", 7, 1, "peer_ip is an address: = !=" },
	{ "peer_ip>=1", 7, 2, "peer_ip is an address: = !=" },
	{ "port=", 5, 0, "a value is expected" },
	{ "port= )", 6, 1, "a value is expected" },
	{ "device=(a or b)", 7, 1, "a value is expected" },
	{ "device= AND port=1", 8, 3, "a value is expected (\"AND\" in" },
	{ "device=not", 7, 3, "a value is expected (\"not\" in" },
	{ "name=\"abc", 5, 4, "missing \"" },
	{ "name=\"abc\\\"", 5, 6, "missing \"" },
	{ "name=\"abc\\", 5, 5, "missing \"" },
	{ "name=\"a\"b c", 8, 1, "a blank is expected behind the second \"" },
	{ "port=https", 5, 5, "a port is a number: is service=https meant?" },
	{ "port=\"\"", 5, 2, "a number is expected" },
	{ "port=-1", 5, 2, "a number is expected" },
	{ "port=1.5", 5, 3, "a number is expected" },
	{ "port=M", 5, 1, "a port is a number: is service=M meant?" },
	{ "hour=noon", 5, 4, "a number is expected" },
	{ "bytes>10MB", 6, 4, FORM "bytes>10M" },
	{ "bytes>1.5M", 6, 4, FORM "bytes>10M" },
	{ "pkts_out<10X", 9, 3, FORM "pkts_out<10M" },
	{ "hour=24", 5, 2, "hour is 0 to 23" },
	{ "hour!=24", 6, 2, "hour is 0 to 23" },
	{ "hour>=24", 6, 2, "hour is 0 to 23" },
	{ "hour<25", 5, 2, "hour is 0 to 23" },
	{ "port=65536", 5, 5, "port is 0 to 65535" },
	{ "not port=1T", 9, 2, "port is 0 to 65535" },
	{ "where=interet", 6, 7, "where is one of: internet, lan, gateway, "
	  "multicast, broadcast" },
	{ "where!=\"\"", 7, 2, "where is one of: internet, lan, gateway, "
	  "multicast, broadcast" },
	{ "where~x*", 6, 2, "where is one of: internet, lan, gateway, "
	  "multicast, broadcast" },
	{ "dir=sideways", 4, 8, "dir is one of: out, in" },
	{ "weekday=monday", 8, 6, "weekday is one of: mon, tue, wed, thu, "
	  "fri, sat, sun" },
	{ "port=80and proto=tcp", 5, 5, "a number is expected" },
	{ "bytes>18446744073709551616", 6, 20, "the number is too large" },
	{ "bytes>16777216T", 6, 9, "the number is too large" },
	{ "flows>18446744073709552K", 6, 18, "the number is too large" },
	{ "peer_ip=nas", 8, 3, "an address or prefix is expected" },
	{ "peer_ip=\"\"", 8, 2, "an address or prefix is expected" },
	{ "peer_ip=10.0.0.0/33", 8, 11, "an address or prefix is expected" },
	{ "peer_ip=10.0.0.1/", 8, 9, "an address or prefix is expected" },
	{ "peer_ip=10.0.0.1/x", 8, 10, "an address or prefix is expected" },
	{ "peer_ip=10.0.0.0/0008", 8, 13, "an address or prefix is exp" },
	{ "peer_ip=10.0.0.1/8", 8, 10, "is 10.0.0.0/8 meant?" },
	{ "peer_ip=2001:db8::1/32", 8, 14, "is 2001:db8::/32 meant?" },
	{ "name~a[b", 5, 3, "missing ]" },
	{ "name~[]", 5, 2, "missing ]" },
	{ "name~x[z-a]", 5, 6, "a range is the wrong way round" },
	{ "(port=1", 7, 0, "missing )" },
	{ "((port=1)  ", 11, 0, "missing )" },
	{ "port=1)", 6, 1, "there is no ( for this )" },
	{ "(port=1 hour=2)", 8, 4, "\"and\", \"or\" or ) is expected" },
	{ "port=1 hour=2", 7, 4, "\"and\" or \"or\" is expected" },
	{ "port=1 (hour=2)", 7, 1, "\"and\" or \"or\" is expected" },
	{ "port=1 not hour=2", 7, 3, "\"and\" or \"or\" is expected" },
	{ "port=1 & hour=2", 7, 1, "\"and\" or \"or\" is expected" },

	{ "port=1 or bytes>5", 10, 7, MIX_OR },
	{ "bytes>5 or  port=1  ", 12, 6, MIX_OR },
	{ "port=1 or port=2 or flows=1 and pkts=1 or dir=in", 20, 18, MIX_OR },
	{ "port=1 and bytes>5 or dir=in", 0, 18, MIX_OR },
	{ " (port=1 and bytes>5) or dir=in", 1, 20, MIX_OR },
	{ "port=1 or (dir=in and not (bytes>5)) or dir=x", 10, 26, MIX_OR },
	{ "dir=in and (bytes>5 or (port=1))", 23, 8, MIX_OR },
	{ "not (port=1 and bytes>5)", 4, 20, MIX_NOT },
	{ "not not (port=1 and bytes>5) and dir=in", 8, 20, MIX_NOT },
	{ "not (port=1 or bytes>5)", 15, 7, MIX_OR },
};

static void
test_errors(void)
{
	struct where_err err;
	struct where *w;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		memset(&err, 0xff, sizeof(err));
		w = where_new(errors[i].expr, &err);
		if (!tap_ok(!w && err.at == errors[i].at &&
		    err.n == errors[i].n && strstr(err.what, errors[i].what),
		    "error %zu: %zu+%zu: %s", i, errors[i].at, errors[i].n,
		    errors[i].what)) {
			tap_show("of", errors[i].expr,
			    strlen(errors[i].expr));
			tap_diag("%s %zu+%zu: %.*s", w ? "none" : "got",
			    err.at, err.n, w ? 0 : 96, err.what);
		}
		where_free(w);
	}
}

/* NULL as `what`: the expression is one. Releases it. */
static void
limit(char *expr, const char *what, size_t at, const char *name)
{
	struct where_err err = { .at = 0 };
	struct where *w = where_new(expr, &err);

	if (!what)
		tap_ok(w != NULL, "%s: %s", name, err.what);
	else
		tap_ok(!w && strstr(err.what, what) && err.at == at &&
		    at + err.n <= strlen(expr), "%s: %zu+%zu: %s", name,
		    err.at, err.n, err.what);
	where_free(w);
	free(expr);
}

static void
test_limits(void)
{
	limit(nest("(", "port=1", ")", 32), NULL, 0, "32 parentheses");
	limit(nest("(", "port=1", ")", 33), "more than 32", 32, "33");
	limit(nest("not ", "port=1", "", 32), NULL, 0, "32 nots");
	limit(nest("not ", "port=1", "", 33), "more than 32", 128, "33");
	limit(nest("not (", "port=1", ")", 16), NULL, 0, "16 of both");
	limit(nest("not(", "port=1", ")", 17), "more than 32", 64, "17");
	limit(nest("(port=1)and ", "(((port=1)))", "", 200), NULL, 0,
	    "depth is not length");
	limit(nest("not port=1 or ", "(not port=1)", "", 200), NULL, 0,
	    "nor is that of not");
	limit(nest("port=1 and ", "port=1", "", 255), NULL, 0, "256 tests");
	limit(nest("port=1 and ", "port=1", "", 256), "more than 256",
	    256 * 11, "257");
	limit(nest("x", "", "", 100), "no such member", 0, "a long word");
	limit(nest(" ", "port=1", "", WHERE_MAX - 6), NULL, 0, "the longest");
	limit(nest(" ", "port=1", "", WHERE_MAX - 5), "more than 4096",
	    WHERE_MAX, "a longer one");
	limit(nest("device=::ffff:ffff:ffff or ", "device=::1", "", 150),
	    NULL, 0, "addresses that are longer in canonical form");
}

int
main(void)
{
	arena_init(&arena, REC_ARENA_MAX);
	test_means();
	test_names();
	test_errors();
	test_limits();
	arena_release(&arena);
	return tap_done();
}
