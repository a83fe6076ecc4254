/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include "../tap.h"
#include "mudtext.h"

#define V4	"ipv4-acl-type"
#define V6	"ipv6-acl-type"
#define X	ACE("x", "'ipv4':{'ietf-acldns:dst-dnsname':'x.example'}", \
	"accept")
#define X_BACK	ACE("x", "'ipv4':{'ietf-acldns:src-dnsname':'x.example'}", \
	"accept")
#define Y	ACE("y", "'ipv4':{'ietf-acldns:dst-dnsname':'y.example'}", \
	"accept")
#define NO_Z	ACE("z", "'ipv4':{'ietf-acldns:dst-dnsname':'z.example'}", \
	"drop")
#define TLS(version) \
	ACE("x", "'tcp':{},'ietf-acl-tls:client-profiles':" \
	"{'tls-dtls-profile':[{'name':'p','supported-tls-version':[" version \
	"]}]}", "accept")

struct file {
	const char *members, *from, *to;
};

static const struct {
	const char *what;
	struct file a, b;
	size_t n;
	const char *text;
} cases[] = {
	{ "nothing", { "", X, X_BACK }, { "", X, X_BACK }, 0, "" },
	{ "order", { "'extensions':['a','b'],", X "," Y, "" },
	  { "'extensions':['b','a'],", Y "," X, "" }, 0, "" },
	{ "what holds where nothing is said", { "'cache-validity':48,"
	  "'ietf-mud-tls:is-tls-dtls-profile-supported':false,", "", "" },
	  { "", "", "" }, 0, "" },
	{ "doubles", { "", X "," X, "" }, { "", X, "" }, 0, "" },
	{ "other words for the same", { "",
	  ACE("a", "'ipv4':{'protocol':6,'destination-ipv4-network':"
	  "'10.1.2.3/8','ietf-acldns:dst-dnsname':'X.example.'},'tcp':"
	  "{'destination-port':{'operator':'eq','port':1},'source-port':"
	  "{'lower-port':0,'upper-port':65535}}", "accept"), "" }, { "",
	  ACE("b", "'ipv4':{'destination-ipv4-network':'10.0.0.0/8',"
	  "'ietf-acldns:dst-dnsname':'x.EXAMPLE','source-ipv4-network':"
	  "'0.0.0.0/0'},'tcp':{'destination-port':{'lower-port':1,"
	  "'upper-port':1}}", "ietf-access-control-list:accept"), "" }, 0,
	  "" },
	{ "members", { "'systeminfo':'a','mfg-name':'m',"
	  "'extensions':['x','y'],", "", "" },
	  { "'systeminfo':'b\\n','model-name':'n','extensions':['y','z'],"
	  "'cache-validity':5,", "", "" }, 6,
	  "~ systeminfo: a -> b\\x0a\n- mfg-name: m\n- extensions: x\n"
	  "+ extensions: z\n+ model-name: n\n+ cache-validity: 5\n" },
	{ "members within members", { "'ietf-mud-transparency:transparency':"
	  "{'sbom-archive-list':'a','vuln-url':['u','v']},", "", "" },
	  { "'ietf-mud-transparency:transparency':{'sbom-archive-list':'b',"
	  "'vuln-url':['v']},", "", "" }, 2,
	  "~ ietf-mud-transparency:transparency/sbom-archive-list: a -> b\n"
	  "- ietf-mud-transparency:transparency/vuln-url: u\n" },
	{ "one more, one less", { "", X, X_BACK }, { "", Y, "" }, 2,
	  "- may exchange anything with x.example over IPv4\n"
	  "+ may send anything to y.example over IPv4\n" },
	{ "half of it", { "", X, X_BACK }, { "", X, "" }, 1,
	  "- may receive anything from x.example over IPv4\n" },
	{ "forbidden now", { "", X, "" }, { "", NO_Z "," X, "" }, 1,
	  "+ must not send anything to z.example over IPv4\n" },
	{ "order that matters", { "", NO_Z "," X, "" },
	  { "", X "," NO_Z, "" }, 1,
	  "~ order of the entries that allow and of those that forbid\n" },
	{ "order that does not", { "", NO_Z "," X "," Y, "" },
	  { "", NO_Z "," Y "," X, "" }, 0, "" },
	{ "a profile", { "", TLS("'tls12'"), "" }, { "", TLS("'tls13'"), "" },
	  1, "~ may send packets to anybody over IPv4 by TCP, with TLS or "
	  "DTLS as its profile says, but receive no answer: the profile has "
	  "changed\n" },
	{ "order in a profile", { "", TLS("'tls12','tls13'"), "" },
	  { "", TLS("'tls13','tls12'"), "" }, 0, "" },
};

static void
check_cases(void)
{
	struct mudtext a, b;
	struct buf text;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		mudtext(&a, cases[i].a.members, V4, cases[i].a.from,
		    cases[i].a.to);
		mudtext(&b, cases[i].b.members, V4, cases[i].b.from,
		    cases[i].b.to);
		buf_init(&text, 1 << 20);
		n = diff(a.m, b.m, 1000, &text);
		buf_putc(&text, '\0');
		tap_str(text.p, cases[i].text, "%s", cases[i].what);
		tap_uint(n, cases[i].n, "%s: how many", cases[i].what);
		buf_release(&text);
		mudtext_release(&a);
		mudtext_release(&b);
	}
}

/* Each condition counts: no two of these are the same. */
static const char *const conditions[] = {
	"'ipv4':{}", "'ipv4':{'protocol':1}", "'ipv4':{'protocol':6}",
	"'tcp':{'source-port':{'port':1}}",
	"'tcp':{'destination-port':{'port':1}}",
	"'tcp':{'destination-port':{'port':2}}",
	"'tcp':{'destination-port':{'operator':'neq','port':1}}",
	"'tcp':{'destination-port':{'operator':'lte','port':1}}",
	"'tcp':{'destination-port':{'operator':'gte','port':1}}",
	"'udp':{'destination-port':{'port':1}}",
	"'tcp':{'ietf-mud:direction-initiated':'to-device'}",
	"'tcp':{'ietf-mud:direction-initiated':'from-device'}",
	"'tcp':{'flags':'syn'}", "'tcp':{'flags':'ack'}",
	"'ipv4':{'ietf-acldns:dst-dnsname':'x'}",
	"'ipv4':{'ietf-acldns:src-dnsname':'x'}",
	"'ipv4':{'destination-ipv4-network':'10.0.0.0/8'}",
	"'ipv4':{'destination-ipv4-network':'10.0.0.0/9'}",
	"'ipv4':{'source-ipv4-network':'10.0.0.0/8'}",
	"'icmp':{'type':8}", "'icmp':{'code':8}",
	"'icmp':{'type':8,'code':8}", "'eth':{'ethertype':1}",
	"'ietf-mud:mud':{'manufacturer':'x'}", "'ietf-mud:mud':{'model':'x'}",
	"'ietf-mud:mud':{'controller':'x'}",
	"'ietf-mud:mud':{'same-manufacturer':[null]}",
	"'ietf-mud:mud':{'local-networks':[null]}",
	"'ietf-mud:mud':{'my-controller':[null]}",
	"'ietf-acl-tls:client-profiles':{}", "'x:y':1", "'x:z':1",
};

static void
check_conditions(void)
{
	struct mudtext t[ARRAY_SIZE(conditions)];
	char ace[500];
	struct buf text;
	size_t i, k, bad = 0;

	for (i = 0; i < ARRAY_SIZE(conditions); i++) {
		snprintf(ace, sizeof(ace), "{'name':'a','matches':{%s},"
		    "'actions':{'forwarding':'accept'}}", conditions[i]);
		mudtext(&t[i], "", V4, ace, "");
	}
	buf_init(&text, 1 << 20);
	for (i = 0; i < ARRAY_SIZE(conditions); i++)
		for (k = 0; k < ARRAY_SIZE(conditions); k++) {
			buf_reset(&text);
			if ((diff(t[i].m, t[k].m, 80, &text) == 0) !=
			    (i == k)) {
				tap_diag("%s, %s", conditions[i],
				    conditions[k]);
				bad++;
			}
		}
	tap_uint(bad, 0, "each condition is another one");
	buf_release(&text);
	for (i = 0; i < ARRAY_SIZE(conditions); i++)
		mudtext_release(&t[i]);
}

int
main(void)
{
	check_cases();
	check_conditions();
	return tap_done();
}
