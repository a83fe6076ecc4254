/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "old.h"

#include <jansson.h>

#include "buf.h"
#include "../tap.h"

/*
 * What becomes of each older form, by RFC 8520, 8519 and 7951 and the drafts.
 * A case is an entry's matches in a list of type ipv4-acl-type, a list, or a
 * whole file; `to` NULL: it stays as it is. `rules` are those of the findings
 * in the order of the text.
 */
enum level { MATCHES, ACTIONS, LIST, FILE_ };

struct change {
	enum level level;
	const char *from, *to, *rules;
};

#define LISTS	"\"ietf-access-control-list:acls\":{\"acl\":["
#define ENTRY	"\"aces\":{\"ace\":[{\"name\":\"e\","

static const char *const around[] = {
	("{" LISTS "{\"name\":\"l\",\"type\":\"ipv4-acl-type\"," ENTRY
	    "\"matches\":%s}]}}]}}"),
	("{" LISTS "{\"name\":\"l\"," ENTRY "\"actions\":%s}]}}]}}"),
	"{" LISTS "%s]}}",
	"%s"
};

static const struct change changes[] = {
	/* Ports: RFC 8519 has a range, or a port with an operator. */
	{ MATCHES, "{'tcp':{'source-port':{'operator':'eq','lower-port':1,"
	    "'upper-port':2}}}", "{'tcp':{'source-port':{'lower-port':1,"
	    "'upper-port':2}}}", "old-ports " },
	{ MATCHES, "{'udp':{'source-port':{'operator':'range','lower-port':1,"
	    "'upper-port':2}}}", "{'udp':{'source-port':{'lower-port':1,"
	    "'upper-port':2}}}", "old-ports " },
	{ MATCHES, "{'tcp':{'source-port':{'operator':'neq','lower-port':1,"
	    "'upper-port':2}}}", NULL, "" },
	{ MATCHES, "{'tcp':{'source-port':{'lower-port':53}}}",
	    "{'tcp':{'source-port':{'port':53,'operator':'eq'}}}",
	    "old-ports " },
	{ MATCHES, "{'tcp':{'source-port':{'operator':'gte',"
	    "'lower-port':53}}}", NULL, "" },
	{ MATCHES, "{'tcp':{'destination-port':443}}", "{'tcp':{"
	    "'destination-port':{'operator':'eq','port':443}}}", "old-ports " },
	{ MATCHES, "{'tcp':{'destination-port':'65536'}}", NULL, "" },
	{ MATCHES, "{'tcp':{'destination-port':{'operator':'lt','port':1024}}}",
	    "{'tcp':{'destination-port':{'operator':'lte','port':1023}}}",
	    "old-ports " },
	{ MATCHES, "{'tcp':{'destination-port':{'operator':'gt','port':1023}}}",
	    "{'tcp':{'destination-port':{'operator':'gte','port':1024}}}",
	    "old-ports " },
	{ MATCHES, "{'tcp':{'destination-port':{'operator':'lt','port':0}}}",
	    NULL, "" },
	{ MATCHES, "{'tcp':{'destination-port':{'operator':'gt',"
	    "'port':65535}}}", NULL, "" },
	{ MATCHES, "{'tcp':{'destination-port-range-or-operator':"
	    "{'operator':'eq','port':'443'}}}", "{'tcp':{'destination-port':"
	    "{'operator':'eq','port':443}}}", "old-ports old-number " },
	/* Below which protocol: said, or not to be known. */
	{ MATCHES, "{'ipv4':{'protocol':17,'source-port-range':"
	    "{'lower-port':5,'upper-port':6}}}", "{'ipv4':{'protocol':17},"
	    "'udp':{'source-port':{'lower-port':5,'upper-port':6}}}",
	    "old-ports " },
	{ MATCHES, "{'ipv4':{'source-port-range':{'lower-port':5}}}", NULL,
	    "old-unclear " },
	{ MATCHES, "{'ipv4':{'protocol':8,'source-port-range':"
	    "{'lower-port':5}}}", NULL, "old-unclear " },
	{ MATCHES, "{'ipv4':{'protocol':6,'source-port':{'port':5}},"
	    "'udp':{}}", NULL, "old-unclear " },
	{ MATCHES, "{'ipv4':{'protocol':6,'source-port':{'port':5}},"
	    "'tcp':{'source-port':{'port':6}}}", NULL, "old-unclear " },
	{ MATCHES, "{'ipv4':{'ietf-mud:direction-initiated':'from-device',"
	    "'protocol':6}}", "{'ipv4':{'protocol':6},'tcp':{"
	    "'ietf-mud:direction-initiated':'from-device'}}", "old-flat " },
	{ MATCHES, "{'ipv4':{'ietf-mud:direction-initiated':'from-device',"
	    "'protocol':17}}", NULL, "old-unclear " },
	/* All in matches, as of 2016. */
	{ MATCHES, "{'protocol':6,'ietf-acldns:src-dnsname':'a.example',"
	    "'destination-port-range':{'lower-port':7,'upper-port':8},"
	    "'ietf-mud:controller':'urn:x:y'}", "{'ipv4':{'protocol':6,"
	    "'ietf-acldns:src-dnsname':'a.example'},'tcp':{'destination-port':"
	    "{'lower-port':7,'upper-port':8}},'ietf-mud:mud':{'controller':"
	    "'urn:x:y'}}", "old-flat old-flat old-ports old-flat " },
	{ MATCHES, "{'source-ipv6-network':'2001:db8::/32'}", NULL,
	    "old-unclear " },
	{ LIST, "{'name':'l','aces':{'ace':[{'name':'e','matches':"
	    "{'protocol':6}}]}}", NULL, "old-unclear " },
	{ MATCHES, "{'ipv4-acl':{'source-hostname':'a.example'}}",
	    "{'ipv4':{'ietf-acldns:src-dnsname':'a.example'}}",
	    "old-matches old-dnsname " },
	{ MATCHES, "{'tcp-acl':{},'tcp':{}}", NULL, "old-unclear " },
	/* RFC 7951: modules where they differ from the parent's. */
	{ MATCHES, "{'ipv4':{'dst-dnsname':'a.example'}}",
	    "{'ipv4':{'ietf-acldns:dst-dnsname':'a.example'}}", "old-prefix " },
	{ MATCHES, "{'ipv4':{'acldns:dst-dnsname':'a.example'}}",
	    "{'ipv4':{'ietf-acldns:dst-dnsname':'a.example'}}", "old-prefix " },
	{ MATCHES, "{'ipv4':{'other:dst-dnsname':'a.example'}}", NULL, "" },
	{ MATCHES, "{'ipv4':{'ietf-acldns:s:qrc-dnsname':'a.example'}}", NULL,
	    "" },
	{ MATCHES, "{'ietf-mud:mud':{'ietf-mud:model':'https://a.example'}}",
	    "{'ietf-mud:mud':{'model':'https://a.example'}}", "old-prefix " },
	/* Leaves. */
	{ MATCHES, "{'ietf-mud:mud':{'local-networks':null}}",
	    "{'ietf-mud:mud':{'local-networks':[null]}}", "old-empty " },
	{ MATCHES, "{'ietf-mud:mud':{'same-manufacturer':''}}",
	    "{'ietf-mud:mud':{'same-manufacturer':[null]}}", "old-empty " },
	{ MATCHES, "{'ietf-mud:mud':{'my-controller':true}}",
	    "{'ietf-mud:mud':{'my-controller':[null]}}", "old-empty " },
	{ MATCHES, "{'ietf-mud:mud':{'my-controller':false}}", NULL, "" },
	{ MATCHES, "{'ietf-mud:mud':{'controller':''}}", NULL, "" },
	{ MATCHES, "{'ipv4':{'protocol':'6'}}", "{'ipv4':{'protocol':6}}",
	    "old-number " },
	{ MATCHES, "{'ipv4':{'protocol':'udp'}}", "{'ipv4':{'protocol':17}}",
	    "old-number " },
	{ MATCHES, "{'ipv4':{'protocol':'06'}}", NULL, "" },
	{ MATCHES, "{'ipv4':{'protocol':'256'}}", NULL, "" },
	{ MATCHES, "{'ipv4':{'protocol':'quic'}}", NULL, "" },
	{ MATCHES, "{'icmp':{'type':'8','code':'-1'}}",
	    "{'icmp':{'type':8,'code':'-1'}}", "old-number " },
	{ MATCHES, "{'ipv4':{'source-ipv4-network':'192.0.2.1'}}",
	    "{'ipv4':{'source-ipv4-network':'192.0.2.1/32'}}",
	    "old-network " },
	{ MATCHES, "{'ipv4':{'source-ipv4-network':'192.0.2.300'}}", NULL,
	    "" },
	{ MATCHES, "{'ipv4':{'source-ipv4-network':'2001:db8::1'}}", NULL,
	    "" },
	{ MATCHES, "{'ipv6':{'source-ipv6-network':'2001:db8::1'}}",
	    "{'ipv6':{'source-ipv6-network':'2001:db8::1/128'}}",
	    "old-network " },
	{ MATCHES, "{'ipv6':{'source-ipv6-network':'192.0.2.1'}}",
	    "{'ipv6':{'source-ipv6-network':'::ffff:192.0.2.1/128'}}",
	    "old-network " },
	{ MATCHES, "{'ipv6':{'source-ipv6-network':'192.0.0.0/3'}}",
	    "{'ipv6':{'source-ipv6-network':'::ffff:192.0.0.0/99'}}",
	    "old-network " },
	{ MATCHES, "{'ipv6':{'source-ipv6-network':'192.0.0.0/33'}}", NULL,
	    "" },
	/* Types; what Ethernet needs. */
	{ LIST, "{'name':'l','type':'ethernet-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':'0x888E'}}}]}}",
	    "{'name':'l','type':'eth-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':34958}}}]}}",
	    "old-list-type old-ethertype " },
	{ LIST, "{'name':'l','type':'eth-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':'arp'}}}]}}", NULL,
	    "" },
	{ LIST, "{'name':'l','type':'eth-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':'0x10800'}}}]}}", NULL,
	    "" },
	{ LIST, "{'name':'l','type':'ipv6-acl','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':6}}}]}}",
	    "{'name':'l','type':'mixed-eth-ipv6-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':6}}}]}}",
	    "old-list-type old-mixed " },
	{ LIST, "{'name':'l','type':'ipv4-acl-type','aces':{'ace':["
	    "{'name':'e','matches':{'eth':{'ethertype':6}}}]}},"
	    "{'name':'m','type':'eth-acl-type','aces':{'ace':[]}}", NULL, "" },
	{ LIST, "{'name':'l','type':'acl:ipv4-acl'}",
	    "{'name':'l','type':'ipv4-acl-type'}", "old-list-type " },
	{ LIST, "{'name':'l','type':'ietf-access-control-list:ipv4-acl-type'}",
	    NULL, "" },
	{ LIST, "{'acl-name':'l','access-list-entries':{'ace':"
	    "{'rule-name':'e'}}}", "{'name':'l','aces':{'ace':["
	    "{'name':'e'}]}}", "old-names old-names old-single old-names " },
	/* Actions. */
	{ ACTIONS, "{'permit':[null]}", "{'forwarding':'accept'}",
	    "old-actions " },
	{ ACTIONS, "{'deny':[null]}", "{'forwarding':'drop'}",
	    "old-actions " },
	{ ACTIONS, "{'packet-handling':'deny'}", "{'forwarding':'drop'}",
	    "old-actions old-actions " },
	{ ACTIONS, "{'permit':[null],'deny':[null]}", NULL,
	    "old-unclear old-unclear " },
	{ ACTIONS, "{'permit':false}", NULL, "old-unclear " },
	{ ACTIONS, "{'forwarding':'drop','permit':[null]}", NULL,
	    "old-unclear " },
	{ ACTIONS, "{'forwarding':'ACCEPT'}", NULL, "" },
	/* Directions and types that were said elsewhere. */
	{ FILE_, "{'ietf-mud:mud':{},'ietf-access-control-list:acls':{'acl':["
	    "{'name':'l','ietf-mud:direction':'to-device'}]}}",
	    "{'ietf-mud:mud':{'to-device-policy':{'access-lists':{"
	    "'access-list':[{'name':'l'}]}}},'ietf-access-control-list:acls':"
	    "{'acl':[{'name':'l'}]}}", "old-direction " },
	{ FILE_, "{'ietf-mud:mud':{'from-device-policy':{'access-lists':{"
	    "'access-list':[{'name':'l'}]}}},'ietf-access-control-list:acls':"
	    "{'acl':[{'name':'l','ietf-mud:packet-direction':'from-device'}]}}",
	    "{'ietf-mud:mud':{'from-device-policy':{'access-lists':{"
	    "'access-list':[{'name':'l'}]}}},'ietf-access-control-list:acls':"
	    "{'acl':[{'name':'l'}]}}", "old-direction " },
	{ FILE_, "{'ietf-access-control-list:acls':{'acl':["
	    "{'name':'l','ietf-mud:direction':'to-device'}]}}", NULL,
	    "old-unclear " },
	{ FILE_, "{'ietf-mud:mud':{'from-device-policy':{'access-lists':{"
	    "'access-list':{'name':'l','acl-type':'ipv4-acl'}}}},"
	    "'ietf-access-control-list:acls':{'acl':[{'name':'l',"
	    "'type':'ipv4-acl-type'}]}}", "{'ietf-mud:mud':{"
	    "'from-device-policy':{'access-lists':{'access-list':["
	    "{'name':'l'}]}}},'ietf-access-control-list:acls':{'acl':["
	    "{'name':'l','type':'ipv4-acl-type'}]}}",
	    "old-single old-policy " },
	{ FILE_, "{'ietf-mud:mud':{'from-device-policy':{'access-lists':{"
	    "'access-list':[{'name':'l','acl-type':'ipv6-acl'}]}}},"
	    "'ietf-access-control-list:acls':{'acl':[{'name':'l',"
	    "'type':'ipv4-acl-type'}]}}", NULL, "old-unclear " },
	/* The file's own. */
	{ FILE_, "{'ietf-acl:access-lists':{'acl':[]},'ietf-mud:meta-info':"
	    "{'lastUpdate':'2016-05-18T20:00:50Z'}}",
	    "{'ietf-access-control-list:acls':{'acl':[]},'ietf-mud:mud':"
	    "{'last-update':'2016-05-18T20:00:50Z','mud-version':1}}",
	    "old-acls old-meta-info old-version old-meta-info " },
	{ FILE_, "{'access-lists':{},'acls':{}}",
	    "{'ietf-access-control-list:acls':{},'acls':{}}",
	    "old-acls old-unclear " },
	{ FILE_, "{'ietf-mud:mud':{'last-update':'2019-07-23T19:54:24.5',"
	    "'is-supported':'true','cache-validity':'48','extensions':'ol'}}",
	    "{'ietf-mud:mud':{'last-update':'2019-07-23T19:54:24.5Z',"
	    "'is-supported':true,'cache-validity':48,'extensions':['ol']}}",
	    "old-date old-number old-number old-single " },
	{ FILE_, "{'ietf-mud:mud':{'last-update':'2019-07-23',"
	    "'is-supported':'yes','cache-validity':1440}}", NULL, "" },
	{ FILE_, "{'ietf-mud:mud':[],'ietf-access-control-list:acls':7}", NULL,
	    "" },
};

/* The JSON of a case, whose quotes are single ones. */
static char *
whole(const struct change *c, const char *text)
{
	size_t n = strlen(around[c->level]) + strlen(text);
	char *s = malloc(n), *p, *inner = strdup(text);

	if (!s || !inner)
		exit(1);
	for (p = inner; (p = strchr(p, '\''));)
		*p = '"';
	p = strstr(around[c->level], "%s") - around[c->level] + s;
	memcpy(s, around[c->level], (size_t)(p - s));
	(void)snprintf(p, n - (size_t)(p - s), "%s%s", inner,
	    around[c->level] + (p - s) + 2);
	free(inner);
	return s;
}

static void
rules_of(struct findings *f, char *to, size_t room)
{
	size_t i, n = 0;

	findings_sort(f);
	to[0] = '\0';
	for (i = 0; i < f->n && n < room; i++)
		n += (size_t)snprintf(to + n, room - n, "%s ", f->v[i].rule);
}

static struct doc *
parse(const char *text)
{
	struct doc_err err;
	struct doc *d = doc_parse(text, strlen(text), &err);

	if (!d) {
		tap_ok(false, "%s: %s", text, err.what);
		exit(1);
	}
	return d;
}

static char *
dumped(const struct doc *d)
{
	char *s = json_dumps(doc_root(d), JSON_COMPACT);

	if (!s)
		exit(1);
	return s;
}

/* Whether all findings know where in the text they are. */
static bool
all_placed(const struct findings *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (!f->v[i].place.line)
			return false;
	return true;
}

static void
test_change(const struct change *c)
{
	char *from = whole(c, c->from), *to = whole(c, c->to ? c->to : c->from);
	struct doc *d = parse(from), *want = parse(to);
	struct findings f = FINDINGS_INIT, again = FINDINGS_INIT;
	char rules[256], *once, *twice, *wanted = dumped(want);

	old_to_rfc(d, &f);
	once = dumped(d);
	rules_of(&f, rules, sizeof(rules));
	if (!json_equal(doc_root(d), doc_root(want)))
		tap_str(once, wanted, "%s", c->from);
	else
		tap_ok(true, "%s", c->from);
	tap_str(rules, c->rules, "%s: its rules", c->from);
	tap_ok(all_placed(&f), "%s: places", c->from);
	old_to_rfc(d, &again);
	twice = dumped(d);
	tap_ok(strcmp(once, twice) == 0 &&
	    again.count[FINDING_WARNING] == 0 &&
	    again.count[FINDING_ERROR] == f.count[FINDING_ERROR],
	    "%s: a second time", c->from);
	findings_release(&f);
	findings_release(&again);
	doc_free(d);
	doc_free(want);
	free(once);
	free(twice);
	free(wanted);
	free(from);
	free(to);
}

/* Members keep their order, values their places, pointers the old names. */
static void
test_places(void)
{
	static const char text[] = "{\"x\":1,\n"
	    " \"ietf-access-control-list:access-lists\": {\"acl\":[{\n"
	    "  \"acl-name\": \"l\", \"type\":\"ipv4-acl-type\",\"aces\":{"
	    "\"ace\":[{\"matches\":{\n"
	    "   \"protocol\": 6, \"source-port-range\":\n"
	    "    {\"lower-port\":5,\"upper-port\":6}}}]}}]}, \"y\":2}";
	struct doc *d = parse(text);
	struct findings f = FINDINGS_INIT;
	struct doc_place place;
	const json_t *v;
	char *s;

	old_to_rfc(d, &f);
	s = dumped(d);
	tap_str(s, "{\"x\":1,\"ietf-access-control-list:acls\":{\"acl\":[{"
	    "\"name\":\"l\",\"type\":\"ipv4-acl-type\",\"aces\":{\"ace\":[{"
	    "\"matches\":{\"ipv4\":{\"protocol\":6},\"tcp\":{\"source-port\":{"
	    "\"lower-port\":5,\"upper-port\":6}}}}]}}]},\"y\":2}",
	    "names are changed where they stood");
	findings_sort(&f);
	tap_int((long)f.n, 4, "four findings");
	tap_str(f.v[0].pointer, "/ietf-access-control-list:access-lists",
	    "the first one's pointer");
	tap_int((long)f.v[0].place.line, 2, "its line");
	tap_int((long)f.v[0].place.column, 43, "its column");
	tap_str(f.v[3].pointer, "/ietf-access-control-list:access-lists/acl/0/"
	    "aces/ace/0/matches/source-port-range", "the last one's pointer");
	tap_int((long)f.v[3].place.line, 5, "its line");
	v = json_object_get(json_object_get(json_object_get(json_array_get(
	    json_object_get(json_object_get(json_array_get(json_object_get(
	    json_object_get(doc_root(d), "ietf-access-control-list:acls"),
	    "acl"), 0), "aces"), "ace"), 0), "matches"), "tcp"),
	    "source-port");
	doc_place(d, v, &place);
	tap_int((long)place.line, 5, "the range is known where it stood");
	free(s);
	findings_release(&f);
	doc_free(d);
}

static void
test_rules(void)
{
	size_t i, k;

	for (i = 0; old_rule(i); i++) {
		for (k = 0; k < i; k++)
			if (strcmp(old_rule(i)->name, old_rule(k)->name) == 0)
				break;
		tap_ok(k == i && strncmp(old_rule(i)->name, "old-", 4) == 0 &&
		    old_rule(i)->about[0], "rule %s", old_rule(i)->name);
	}
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(changes); i++)
		test_change(&changes[i]);
	test_places();
	test_rules();
	return tap_done();
}
