/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lint.h"

#include "schema.h"

#include "../tap.h"

/*
 * One valid file, and what becomes of it when one thing is another. What is
 * expected is by the words of the RFCs; yanglint agrees with each of the
 * errors (tests/oracle/mudlint.py holds more of them against it), but for
 * those marked "in words".
 */
static const char good[] =
"{\n"
" \"ietf-mud:mud\": {\n"
"  \"mud-version\": 1,\n"
"  \"mud-url\": \"https://example.com/lamp\",\n"
"  \"last-update\": \"2019-01-28T11:20:51+01:00\",\n"
"  \"mud-signature\": \"https://example.com/lamp.p7s\",\n"
"  \"cache-validity\": 48,\n"
"  \"is-supported\": true,\n"
"  \"systeminfo\": \"Lamp\",\n"
"  \"from-device-policy\": {\n"
"   \"access-lists\": {\"access-list\": [{\"name\": \"fr\"}]}\n"
"  },\n"
"  \"to-device-policy\": {\n"
"   \"access-lists\": {\"access-list\": [{\"name\": \"to\"}]}\n"
"  }\n"
" },\n"
" \"ietf-access-control-list:acls\": {\"acl\": [\n"
"  {\"name\": \"to\", \"type\": \"ipv6-acl-type\", \"aces\": {\"ace\": [\n"
"   {\"name\": \"a\", \"matches\": {\n"
"     \"ipv6\": {\"ietf-acldns:src-dnsname\": \"x.example.com\",\n"
"      \"protocol\": 6},\n"
"     \"tcp\": {\"ietf-mud:direction-initiated\": \"from-device\",\n"
"      \"source-port\": {\"operator\": \"eq\", \"port\": 443}}},\n"
"    \"actions\": {\"forwarding\": \"accept\"}}]}},\n"
"  {\"name\": \"fr\", \"type\": \"ipv4-acl-type\", \"aces\": {\"ace\": [\n"
"   {\"name\": \"a\", \"matches\": {\n"
"     \"ipv4\": {\"protocol\": 17},\n"
"     \"udp\": {\"destination-port\":\n"
"      {\"lower-port\": 1, \"upper-port\": 9}},\n"
"     \"ietf-mud:mud\": {\"local-networks\": [null]}},\n"
"    \"actions\": {\"forwarding\": \"drop\"}}]}}\n"
" ]}\n"
"}\n";

/* 2020-01-01T00:00:00Z, by date(1). */
#define NOW	INT64_C(1577836800)

#define MUD	"/ietf-mud:mud"
#define ACL(n)	"/ietf-access-control-list:acls/acl/" #n
#define ACE(n)	ACL(n) "/aces/ace/0"
#define MATCH(n)	ACE(n) "/matches"

struct trial {
	const char *from, *to;	/* the first of these is replaced */
	const char *want;	/* findings: "E3 rule pointer", 3 is the line */
};

static const struct trial trials[] = {
	{ "", "", "" },

	/* The container mud. */
	{ "\"mud-version\": 1,", "", "E2 missing-node " MUD },
	{ "\"mud-version\": 1", "\"mud-version\": 2",	/* in words: 3.1 */
	    "E3 version " MUD "/mud-version" },
	{ "\"mud-version\": 1", "\"mud-version\": 256",
	    "E3 bad-value " MUD "/mud-version,E3 version " MUD
	    "/mud-version" },
	{ "\"mud-version\": 1", "\"mud-version\": \"1\"",
	    "E3 bad-type " MUD "/mud-version" },
	{ "\"mud-version\": 1", "\"mud-version\": 1.0",
	    "E3 bad-type " MUD "/mud-version" },
	{ "https://example.com/lamp\"", "http://example.com/lamp\"",
	    "E4 insecure-url " MUD "/mud-url" },	/* in words: 6 */
	{ "https://example.com/lamp\"", "https:///lamp\"",	/* in words */
	    "E4 url " MUD "/mud-url" },
	{ "https://example.com/lamp\"", "https://u@example.com/lamp\"",
	    "W4 url " MUD "/mud-url" },
	{ "https://example.com/lamp\"", "https://example.com/a b\"",
	    "E4 url " MUD "/mud-url" },	/* in words: RFC 3986 */
	{ "https://example.com/lamp\"", "example.com/lamp\"",
	    "E4 bad-value " MUD "/mud-url" },
	{ "https://example.com/lamp.p7s", "http://example.com/lamp.p7s",
	    "W6 insecure-url " MUD "/mud-signature" },
	{ "https://example.com/lamp.p7s", "lamp.p7s",
	    "E6 bad-value " MUD "/mud-signature" },
	{ "\"mud-signature\": \"https://example.com/lamp.p7s\",", "",
	    "N2 signature-missing " MUD },
	{ "11:20:51+01:00", "11:20:51", "E5 bad-value " MUD "/last-update" },
	{ "2019-01-28T", "2019-02-29T",	/* in words: RFC 3339 */
	    "E5 time " MUD "/last-update" },
	{ "2019-01-28T11:20:51+01:00", "2020-01-01T00:00:00Z", "" },
	{ "2019-01-28T11:20:51+01:00", "2020-01-01T00:59:00+01:00", "" },
	{ "2019-01-28T11:20:51+01:00", "2020-01-01T00:00:01Z",
	    "W5 time " MUD "/last-update" },
	{ "2019-01-28T11:20:51+01:00", "2019-12-31T23:30:00-01:00",
	    "W5 time " MUD "/last-update" },
	{ "\"cache-validity\": 48", "\"cache-validity\": 0",
	    "E7 bad-value " MUD "/cache-validity" },
	{ "\"cache-validity\": 48", "\"cache-validity\": 1",
	    "W7 cache-validity " MUD "/cache-validity" },
	{ "\"cache-validity\": 48", "\"cache-validity\": 24", "" },
	{ "\"cache-validity\": 48", "\"cache-validity\": 168", "" },
	{ "\"cache-validity\": 48", "\"cache-validity\": 169",
	    "E7 bad-value " MUD "/cache-validity" },
	{ "\"cache-validity\": 48", "\"cache-validity\": null",
	    "E7 bad-type " MUD "/cache-validity" },
	{ "\"is-supported\": true", "\"is-supported\": \"true\"",
	    "E8 bad-type " MUD "/is-supported" },
	{ "\"is-supported\": true", "\"is-supported\": false",
	    "N8 unsupported " MUD "/is-supported" },
	{ "Lamp", "123456789 123456789 123456789 123456789 123456789 "
	    "123456789\303\251", "" },
	{ "Lamp", "123456789 123456789 123456789 123456789 123456789 "
	    "123456789 x", "W9 too-long " MUD "/systeminfo" },
	{ "Lamp", "\\u0007", "E9 bad-value " MUD "/systeminfo" },
	{ "\"systeminfo\": \"Lamp\"", "\"a/b~c\": {}",
	    "N9 unknown-node " MUD "/a~1b~0c" },
	{ "\"systeminfo\"", "\"ietf-mud:systeminfo\"",
	    "W9 needless-module " MUD "/ietf-mud:systeminfo" },
	{ "\"systeminfo\":", "\"ietf-mud:mud-version\": 1, \"x\":",
	    "E9 duplicate-key " MUD "/ietf-mud:mud-version,"
	    "W9 needless-module " MUD "/ietf-mud:mud-version,"
	    "N9 unknown-node " MUD "/x" },
	{ "{\n \"ietf-mud:mud\"", "{\n \"mud\"",
	    "E1 missing-node ,E2 unknown-node /mud,"
	    "W18 acl-unused " ACL(0) ",W25 acl-unused " ACL(1) },
	{ "{\n \"ietf", "{\"x:y\": 1,\n \"ietf",
	    "E1 extension-undeclared /x:y,N1 unknown-node /x:y" },

	/* Extensions. */
	{ "\"systeminfo\": \"Lamp\"", "\"extensions\": [\"ol\", \"z\"]",
	    "N9 extension-unused " MUD "/extensions/0,"
	    "N9 extension-unknown " MUD "/extensions/1" },
	{ "\"systeminfo\": \"Lamp\"", "\"extensions\": [\"z\", \"z\"]",
	    "N9 extension-unknown " MUD "/extensions/0,"
	    "E9 duplicate-value " MUD "/extensions/1,"
	    "N9 extension-unknown " MUD "/extensions/1" },
	{ "\"systeminfo\": \"Lamp\"", "\"ietf-ol:ol\": {}",
	    "E9 extension-undeclared " MUD "/ietf-ol:ol" },
	{ "\"systeminfo\": \"Lamp\"", "\"ietf-ol:ol\": {\"license\": [\n"
	    "{\"owner-name\": \"a\", \"spdx-tags\": [\"MIT\"]},\n"
	    "{\"owner-name\": \"a\", \"license-info\": [\"a:b\"],\n"
	    "\"spdx-tags\": []}]},\n\"extensions\": [\"ol\"]",
	    "E11 duplicate-key " MUD "/ietf-ol:ol/license/1,"
	    "E11 choice " MUD "/ietf-ol:ol/license/1/license-info" },
	{ "\"systeminfo\": \"Lamp\"", "\"extensions\": [\"masa\"],\n"
	    "\"ietf-mud-brski-masa:masa-server\": \"masa.example.com\"",
	    "E10 bad-value " MUD "/ietf-mud-brski-masa:masa-server" },
	{ "\"systeminfo\": \"Lamp\"", "\"extensions\": [\"transparency\"],\n"
	    "\"ietf-mud-transparency:transparency\": {\n"
	    "\"sbom-local-well-known\": \"ftp\",\n"
	    "\"vuln-url\": [\"https://a/\"]}",
	    "E11 bad-value " MUD "/ietf-mud-transparency:transparency"
	    "/sbom-local-well-known" },
	{ "\"systeminfo\": \"Lamp\"", "\"mudtx:transparency\": {}",
	    "N9 unknown-node " MUD "/mudtx:transparency" },
	{ "\"systeminfo\": \"Lamp\"", "\"x:y\": {},\"extensions\": [\"z\"]",
	    "N9 unknown-node " MUD "/x:y,"
	    "N9 extension-unknown " MUD "/extensions/0" },

	/* Policies and lists. */
	{ "[{\"name\": \"fr\"}]", "[{\"name\": \"fx\"}]",
	    "E11 acl-unknown " MUD
	    "/from-device-policy/access-lists/access-list/0/name,"
	    "W25 acl-unused " ACL(1) },
	{ "[{\"name\": \"fr\"}]", "[{\"name\": \"fr\"}, {\"name\": \"fr\"}]",
	    "E11 duplicate-key " MUD
	    "/from-device-policy/access-lists/access-list/1" },
	{ "[{\"name\": \"fr\"}]", "[{}]", "E11 missing-node " MUD
	    "/from-device-policy/access-lists/access-list/0,"
	    "W25 acl-unused " ACL(1) },
	{ "[{\"name\": \"fr\"}]", "{\"name\": \"fr\"}", "E11 bad-type " MUD
	    "/from-device-policy/access-lists/access-list,"
	    "W25 acl-unused " ACL(1) },
	{ "[{\"name\": \"to\"}]", "[{\"name\": \"fr\"}]",
	    "W18 acl-unused " ACL(0) ",W25 acl-shared " ACL(1) },
	{ "{\"name\": \"to\", \"type\"", "{\"name\": \"fr\", \"type\"",
	    "E14 acl-unknown " MUD
	    "/to-device-policy/access-lists/access-list/0/name,"
	    "W18 acl-unused " ACL(0) ",E25 duplicate-key " ACL(1) },
	{ "ipv6-acl-type", "ipv6", "E18 bad-value " ACL(0) "/type,"
	    "E20 acl-type " MATCH(0) "/ipv6" },
	{ "ipv6-acl-type", "ietf-access-control-list:ipv6-acl-type", "" },
	{ "ipv6-acl-type", "acl:ipv6-acl-type", "E18 bad-value " ACL(0)
	    "/type" },
	{ "ipv6-acl-type", "ipv4-acl-type", "E20 acl-type " MATCH(0) "/ipv6" },
	{ "ipv6-acl-type", "mixed-eth-ipv6-acl-type", "" },
	{ "ipv4-acl-type", "mixed-eth-ipv6-acl-type",
	    "E27 acl-type " MATCH(1) "/ipv4" },
	{ "ipv6-acl-type", "mixed-eth-ipv4-acl-type",
	    "E20 acl-type " MATCH(0) "/ipv6" },
	/* By XPath it is enough that some list of the file is of the type. */
	{ "ipv4-acl-type\", \"aces\": {", "ipv4-acl-type\", \"aces\": {"
	    "\"x\": 1, ", "N25 unknown-node " ACL(1) "/aces/x" },
	{ "\"ipv4\": {\"protocol\": 17}", "\"ipv6\": {\"protocol\": 17}",
	    "W27 acl-type " MATCH(1) "/ipv6" },

	/* Entries. */
	{ "\"actions\": {\"forwarding\": \"drop\"}", "\"statistics\": {}",
	    "E26 missing-node " ACE(1) ",W31 misplaced-node " ACE(1)
	    "/statistics" },
	{ "\"drop\"", "\"reject\"", "W31 action " ACE(1)
	    "/actions/forwarding" },
	{ "\"drop\"", "\"DROP\"", "E31 bad-value " ACE(1)
	    "/actions/forwarding" },
	{ "\"drop\"", "\"drop\", \"logging\": \"log-syslog\"",
	    "W31 action " ACE(1) "/actions/logging" },
	{ "\"drop\"", "\"drop\", \"logging\": \"log-none\"", "" },
	{ "\"matches\": {\n     \"ipv4\"", "\"x\": {\n     \"ipv4\"",
	    "W26 empty-match " ACE(1) ",N26 unknown-node " ACE(1) "/x" },
	{ "{\"local-networks\": [null]}", "{\"local-networks\": null}",
	    "E30 bad-type " MATCH(1) "/ietf-mud:mud/local-networks" },
	{ "{\"local-networks\": [null]}", "{\"local-networks\": true}",
	    "E30 bad-type " MATCH(1) "/ietf-mud:mud/local-networks" },
	{ "{\"local-networks\": [null]}", "{\"controller\": \"bacnet\"}",
	    "E30 bad-value " MATCH(1) "/ietf-mud:mud/controller" },
	{ "\"ietf-mud:mud\": {\"local", "\"mud\": {\"local",
	    "W30 unknown-match " MATCH(1) "/mud" },
	{ "\"ietf-mud:direction", "\"direction",
	    "W22 unknown-match " MATCH(0) "/tcp/direction-initiated" },
	{ "\"udp\": {", "\"udp\": {\"ietf-mud:direction-initiated\": "
	    "\"to-device\",", "W28 unknown-match " MATCH(1)
	    "/udp/ietf-mud:direction-initiated" },
	{ "\"udp\": {", "\"tcp\": {", "W27 choice " MATCH(1)
	    "/ipv4/protocol" },
	{ "\"udp\": {", "\"icmp\": {}, \"udp\": {",
	    "W27 choice " MATCH(1) "/ipv4/protocol,"
	    "E28 choice " MATCH(1) "/icmp" },
	{ "\"udp\": {", "\"ipv6\": {}, \"udp\": {",
	    "E28 choice " MATCH(1) "/ipv6" },
	{ "\"udp\": {", "\"egress-interface\": \"eth0\", \"udp\": {",
	    "E28 misplaced-node " MATCH(1) "/egress-interface" },
	{ "\"lower-port\": 1", "\"lower-port\": 9", "" },
	{ "\"lower-port\": 1", "\"lower-port\": 10",
	    "E29 port-range " MATCH(1) "/udp/destination-port" },
	{ "\"lower-port\": 1, ", "", "E29 missing-node " MATCH(1)
	    "/udp/destination-port" },
	{ "\"lower-port\": 1", "\"lower-port\": 65536",
	    "E29 port-range " MATCH(1) "/udp/destination-port,"
	    "E29 bad-value " MATCH(1) "/udp/destination-port/lower-port" },
	{ "\"lower-port\": 1, \"upper-port\": 9", "\"operator\": \"eq\"",
	    "E29 missing-node " MATCH(1) "/udp/destination-port" },
	{ "\"operator\": \"eq\", \"port\": 443", "\"port\": 443", "" },
	{ "\"operator\": \"eq\"", "\"operator\": \"lt\"",
	    "E23 bad-value " MATCH(0) "/tcp/source-port/operator" },
	{ "\"operator\": \"eq\"", "\"lower-port\": 1",
	    "E23 missing-node " MATCH(0) "/tcp/source-port,"
	    "E23 choice " MATCH(0) "/tcp/source-port/port" },
	{ "src-dnsname", "dst-dnsname", "W20 direction " MATCH(0)
	    "/ipv6/ietf-acldns:dst-dnsname" },
	{ "\"x.example.com\"", "\"*.example.com\"", "E20 bad-value "
	    MATCH(0) "/ipv6/ietf-acldns:src-dnsname" },
	{ "\"x.example.com\"", "\"2001:db8::1\"", "W20 dns-name "
	    MATCH(0) "/ipv6/ietf-acldns:src-dnsname" },
	{ "\"protocol\": 17", "\"source-ipv4-network\": \"10.0.0.0/8\"",
	    "W27 network " MATCH(1) "/ipv4/source-ipv4-network" },
	{ "\"protocol\": 17", "\"source-ipv4-network\": \"10.0.0.0\"",
	    "E27 bad-value " MATCH(1) "/ipv4/source-ipv4-network,"
	    "W27 network " MATCH(1) "/ipv4/source-ipv4-network" },
	{ "\"protocol\": 17", "\"ttl\": 5", "W27 misplaced-node " MATCH(1)
	    "/ipv4/ttl" },
	{ "\"tcp\": {", "\"tcp\": {\"flags\": \"syn syn\",",
	    "E22 bad-value " MATCH(0) "/tcp/flags,"
	    "W22 misplaced-node " MATCH(0) "/tcp/flags" },
	{ "\"acl\": [", "\"attachment-points\": {}, \"acl\": [",
	    "W17 misplaced-node /ietf-access-control-list:acls"
	    "/attachment-points" },
};

static char
letter(enum severity s)
{
	return "NWE"[s];
}

/* All findings as one text; `got` has room for 4096 bytes. */
static void
findings_text(const struct findings *f, char *got)
{
	size_t i, n = 0;

	got[0] = '\0';
	for (i = 0; i < f->n && n < 4000; i++) {
		(void)snprintf(got + n, 4096 - n, "%s%c%zu %s %s",
		    n ? "," : "", letter(f->v[i].severity),
		    f->v[i].place.line, f->v[i].rule, f->v[i].pointer);
		n += strlen(got + n);
	}
}

static void
run(const char *text, size_t n, bool rfc, int64_t now, char *got)
{
	struct lint_opts opts = { .rfc = rfc, .now = now };
	struct findings f = FINDINGS_INIT;
	struct doc_err err;
	struct doc *d = doc_parse(text, n, &err);

	if (!d) {
		(void)snprintf(got, 4096, "not read: %s", err.what);
		return;
	}
	lint(d, &opts, &f);
	findings_sort(&f);
	findings_text(&f, got);
	findings_release(&f);
	doc_free(d);
}

static void
try(const struct trial *t)
{
	const char *at = strstr(good, t->from);
	char text[8192], got[4096];
	int n;

	if (!tap_ok(at != NULL, "there is %.40s", t->from))
		return;
	n = snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good,
	    t->to, at + strlen(t->from));
	run(text, (size_t)n, true, NOW, got);
	tap_str(got, t->want, "%.50s for %.40s", t->to, t->from);
}

/* Each type on its own: what it takes and what it does not. */
#define TYPE(base)	{ SCHEMA_ ## base, 0, UINT32_MAX, NULL, NULL }

static void
check_types(void)
{
	static const struct {
		struct schema_type type;
		const char *text;	/* JSON */
		const char *rule;	/* NULL: is of the type */
	} v[] = {
		{ TYPE(UINT), "4294967295", NULL },
		{ TYPE(UINT), "4294967296", "bad-value" },
		{ TYPE(UINT), "-1", "bad-value" },
		{ TYPE(UINT64), "\"18446744073709551615\"", NULL },
		{ TYPE(UINT64), "\"18446744073709551616\"", "bad-value" },
		{ TYPE(UINT64), "5", "bad-type" },
		{ TYPE(EMPTY), "[null]", NULL },
		{ TYPE(EMPTY), "[null, null]", "bad-type" },
		{ TYPE(EMPTY), "[]", "bad-type" },
		{ TYPE(BINARY), "\"AA==\"", NULL },
		{ TYPE(BINARY), "\"A===\"", "bad-value" },
		{ TYPE(BINARY), "\"AAA\"", "bad-value" },
		{ TYPE(BINARY), "\"-_AA\"", "bad-value" },
		{ TYPE(URI), "\"urn:ietf:params:mud:dns\"", NULL },
		{ TYPE(URI), "\"HTTPS://a/\"", "bad-value" },
		{ TYPE(URI), "\"a:%4g\"", "url" },
		{ TYPE(URI), "\"a:\\u00e9\"", "url" },
		{ TYPE(URI), "\"a:b\\nc\"", "bad-value" },
		{ TYPE(HOST), "\"a\"", "bad-value" },
		{ TYPE(HOST), "\"x.\"", NULL },
		{ TYPE(HOST), "\"a..b\"", "bad-value" },
		{ TYPE(HOST), "\"a_b\"", "bad-value" },
		{ TYPE(HOST), "\"fe80::1%eth0\"", NULL },
		{ TYPE(HOST), "\"fe80::1%\"", "bad-value" },
		{ TYPE(HOST), "\"fe80::1%-a\"", "bad-value" },
		{ TYPE(HOST), "\"1.2.3.4%eth0\"", NULL },
		{ TYPE(HOST), "\"1.2.3.4%\"", "bad-value" },
		{ TYPE(PREFIX4), "\"10.0.0.1/8\"", NULL },
		{ TYPE(PREFIX4), "\"10.0.0.0/33\"", "bad-value" },
		{ TYPE(PREFIX4), "\"10.0.0.0/08\"", "bad-value" },
		{ TYPE(PREFIX4), "\"::/0\"", "bad-value" },
		{ TYPE(PREFIX6), "\"2001:db8::/128\"", NULL },
		{ TYPE(PREFIX6), "\"::/00\"", NULL },
		{ TYPE(PREFIX6), "\"::/000\"", "bad-value" },
		{ TYPE(PREFIX6), "\"::/129\"", "bad-value" },
		{ TYPE(PREFIX6), "\"1.2.3.4/5\"", "bad-value" },
		{ TYPE(MAC), "\"00:11:22:33:44:5F\"", NULL },
		{ TYPE(MAC), "\"00-11-22-33-44-5F\"", "bad-value" },
		{ TYPE(TIME), "\"2016-12-31T23:59:60Z\"", NULL },
		{ TYPE(TIME), "\"2019-01-28T11:20:51.25-00:00\"", NULL },
		{ TYPE(TIME), "\"2019-01-28T11:20:51.Z\"", "bad-value" },
		{ TYPE(TIME), "\"2019-01-28t11:20:51Z\"", "bad-value" },
		{ TYPE(TIME), "\"2019-01-28T11:20:51+0100\"", "bad-value" },
		{ TYPE(TIME), "\"2000-02-29T00:00:00Z\"", NULL },
		{ TYPE(TIME), "\"1900-02-29T00:00:00Z\"", "time" },
		{ TYPE(TIME), "\"2019-01-28T24:00:00Z\"", "time" },
		{ TYPE(TIME), "\"2019-01-28T11:20:51+24:00\"", "time" },
	};
	char why[SCHEMA_WHY];
	const char *rule;
	json_t *json;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		json = json_loads(v[i].text, JSON_DECODE_ANY, NULL);
		if (schema_check(&v[i].type, json, &rule, why))
			tap_ok(v[i].rule == NULL, "%s is good", v[i].text);
		else
			tap_str(rule, v[i].rule ? v[i].rule : "none",
			    "%s: %s", v[i].text, why);
		json_decref(json);
	}
}

/* By date -u -d ... +%s. */
static void
check_seconds(void)
{
	tap_int(schema_seconds("1970-01-01T00:00:00Z"), 0, "the epoch");
	tap_int(schema_seconds("2000-02-29T12:00:00Z"), 951825600, "2000");
	tap_int(schema_seconds("2019-01-28T11:20:51+01:00"), 1548670851,
	    "RFC 8520's");
	tap_int(schema_seconds("2038-01-19T03:14:08.9Z"), INT64_C(2147483648),
	    "2038");
	tap_int(schema_seconds("1969-12-31T23:59:59-00:00"), -1, "before");
	tap_int(schema_seconds("9999-12-31T23:59:59Z"),
	    INT64_C(253402300799), "9999");
}

/* What is done for who reads a file and not for who writes it. */
static void
check_lenient(void)
{
	char text[8192], got[4096];
	int n;

	n = snprintf(text, sizeof(text), "{\"x:y\": 1,%s", good + 1);
	run(text, (size_t)n, false, NOW, got);
	tap_str(got, "W1 extension-undeclared /x:y,N1 unknown-node /x:y",
	    "nodes that are not known have to be ignored");
	run("[1]", 3, false, NOW, got);
	tap_ok(strncmp(got, "not read", 8) == 0 ||
	    strstr(got, "missing-node") != NULL, "an array is no MUD file");
	run("{}", 2, false, NOW, got);
	tap_str(got, "E1 missing-node ", "nothing is no MUD file");
	run(good, sizeof(good) - 1, true, 0, got);
	tap_str(got, "", "the clock's time is later than 2019");
}

/* More entries than the model takes. */
static void
check_many(void)
{
	size_t room = 256 << 10, n = 0;
	char *text = malloc(room), got[4096];
	int i;

	n += (size_t)snprintf(text, room, "{\"ietf-mud:mud\":{\"mud-version\":"
	    "1,\"mud-url\":\"https://a/\",\"is-supported\":true,"
	    "\"last-update\":\"2019-01-28T11:20:51Z\",\"mud-signature\":"
	    "\"https://a/\",\"from-device-policy\":{\"access-lists\":"
	    "{\"access-list\":[{\"name\":\"a\"}]}}},"
	    "\"ietf-access-control-list:acls\":{\"acl\":[{\"name\":\"a\","
	    "\"aces\":{\"ace\":[");
	for (i = 0; i < 4097; i++)
		n += (size_t)snprintf(text + n, room - n, "%s{\"name\":\"%x\","
		    "\"actions\":{\"forwarding\":\"drop\"}}",
		    i ? "," : "", i);
	n += (size_t)snprintf(text + n, room - n, "]}}]}}");
	run(text, n, true, NOW, got);
	tap_ok(strncmp(got, "E1 too-many " MUD ",", 26) == 0, "4097 entries");
	free(text);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(trials); i++)
		try(&trials[i]);
	check_types();
	check_seconds();
	check_lenient();
	check_many();
	return tap_done();
}
