/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include "../tap.h"
#include "mudtext.h"

#define DEFAULTS \
	"  - look up names and ask for the time at the DNS and time servers " \
	"of your network, as every device may (RFC 8520 appendix B)\n"
#define END	DEFAULTS "  - nothing else\n"
#define UNLESS \
	"  - look up names and ask for the time at the DNS and time servers " \
	"of your network, as every device may unless its file forbids it " \
	"(RFC 8520 appendix B)\n  - nothing else\n"

/* Allocated: what is said behind "It may:", or all of it. */
static char *
said(const struct mud *m, size_t width, bool all)
{
	struct buf b;
	char *text, *from;

	buf_init(&b, 1 << 22);
	show(m, width, &b);
	buf_putc(&b, '\0');
	from = strstr(b.p, "\nIt may:\n");
	text = strdup(all || !from ? b.p : from + 9);
	buf_release(&b);
	return text;
}

#define V4	"ipv4-acl-type"
#define V6	"ipv6-acl-type"
#define TCP(init, port, n) "'tcp':{'ietf-mud:direction-initiated':'" init \
	"-device','" port "-port':{'operator':'eq','port':" n "}}"
#define DST(name)	"'ipv4':{'ietf-acldns:dst-dnsname':'" name "'}"
#define SRC(name)	"'ipv4':{'ietf-acldns:src-dnsname':'" name "'}"
#define CLASS(c)	"'ietf-mud:mud':{'" c "':[null]}"

static const struct {
	const char *what, *type, *from, *to, *text;
} cases[] = {
	{ "no entries", V4, "", "", END },
	{ "everything", V4, ACE("a", "", "accept"), ACE("b", "", "accept"),
	  "  - exchange anything with anybody over IPv4\n" END },
	{ "the device begins", V4,
	  ACE("a", DST("x.example") "," TCP("from", "destination", "443"),
	  "accept"),
	  ACE("b", SRC("X.example.") "," TCP("from", "source", "443"),
	  "accept"),
	  "  - reach x.example over IPv4 on TCP port 443 (https), when it "
	  "starts the connection\n" END },
	{ "the others begin", V4,
	  ACE("a", CLASS("local-networks") "," TCP("to", "source", "80"),
	  "accept"),
	  ACE("b", CLASS("local-networks") "," TCP("to", "destination", "80"),
	  "accept"),
	  "  - be reached by devices in the local networks over IPv4 on its "
	  "own TCP port 80 (http), when the other side starts the connection\n"
	  END },
	{ "only one direction says who begins", V4,
	  ACE("a", DST("x.example") "," TCP("from", "destination", "443"),
	  "accept"),
	  ACE("b", SRC("x.example") ",'tcp':{'source-port':{'port':443}}",
	  "accept"),
	  "  - reach x.example over IPv4 on TCP port 443 (https), when it "
	  "starts the connection, and receive from there at any time\n" END },
	{ "the other direction does", V4,
	  ACE("a", DST("x.example") ",'tcp':{'destination-port':{'port':443}}",
	  "accept"),
	  ACE("b", SRC("x.example") "," TCP("from", "source", "443"),
	  "accept"),
	  "  - reach x.example over IPv4 on TCP port 443 (https), when it "
	  "starts the connection, and send there at any time\n" END },
	{ "they contradict each other", V4,
	  ACE("a", DST("x.example") "," TCP("from", "destination", "443"),
	  "accept"),
	  ACE("b", SRC("x.example") "," TCP("to", "source", "443"), "accept"),
	  "  - send packets to x.example over IPv4 on TCP port 443 (https), "
	  "when it starts the connection, but receive no answer\n"
	  "  - receive packets from x.example over IPv4 sent from TCP port "
	  "443 (https), when the other side starts the connection, but not "
	  "answer\n" END },
	{ "sending only", V6,
	  ACE("a", "'ipv6':{'destination-ipv6-network':'2001:db8::/32'},"
	  "'udp':{'destination-port':{'lower-port':5,'upper-port':9}}",
	  "accept"), "",
	  "  - send packets to 2001:db8::/32 on UDP ports 5 to 9, but receive "
	  "no answer\n" END },
	{ "receiving only", V6, "",
	  ACE("a", "'ipv6':{'ietf-acldns:src-dnsname':'x.example'},'tcp':"
	  "{'destination-port':{'operator':'lte','port':1023}}", "accept"),
	  "  - receive packets from x.example over IPv6 to its own TCP ports 0 "
	  "to 1023, but not answer\n" END },
	{ "sending only, but something wider comes back", V4,
	  ACE("a", DST("x.example") ",'udp':{'destination-port':{'port':7}}",
	  "accept"), ACE("b", "", "accept"),
	  "  - send packets to x.example over IPv4 on UDP port 7 (echo)\n"
	  "  - receive anything from anybody over IPv4\n" END },
	{ "sending only, and DNS servers may answer anyway", V4,
	  ACE("a", "'udp':{'destination-port':{'port':53}}", "accept"), "",
	  "  - send packets to anybody over IPv4 on UDP port 53 (domain)\n"
	  END },
	{ "a group, from which nothing can come back", V4,
	  ACE("a", "'ipv4':{'destination-ipv4-network':'239.255.255.250/32'},"
	  "'udp':{'destination-port':{'port':1900}}", "accept"), "",
	  "  - send packets to the multicast group 239.255.255.250 on UDP port "
	  "1900 (ssdp)\n" END },
	{ "what a group is sent", V4, "",
	  ACE("a", "'ipv4':{'destination-ipv4-network':'255.255.255.255/32'},"
	  "'udp':{'source-port':{'port':67}}", "accept"),
	  "  - receive packets from anybody sent from UDP port 67 (bootps), "
	  "sent to the broadcast address 255.255.255.255, but not answer\n"
	  END },
	{ "operators", V4,
	  ACE("a", DST("x.example") ",'tcp':{'destination-port':"
	  "{'operator':'neq','port':25},'source-port':{'operator':'gte',"
	  "'port':1024}}", "accept"),
	  ACE("b", SRC("x.example") ",'tcp':{'source-port':"
	  "{'operator':'neq','port':25},'destination-port':"
	  "{'lower-port':1024,'upper-port':65535}}", "accept"),
	  "  - talk with x.example over IPv4 on any TCP port but 25 (smtp) "
	  "from its own ports from 1024 up, whoever starts the connection\n"
	  END },
	{ "all ports", V4,
	  ACE("a", DST("x.example") ",'udp':{'destination-port':"
	  "{'lower-port':0,'upper-port':65535}}", "accept"),
	  ACE("b", SRC("x.example") ",'udp':{}", "accept"),
	  "  - talk with x.example over IPv4 by UDP\n" END },
	{ "pings", V4,
	  ACE("a", DST("x.example") ",'icmp':{'type':8}", "accept") ","
	  ACE("b", DST("y.example") ",'icmp':{'type':8}", "accept"),
	  ACE("c", SRC("x.example") ",'icmp':{'type':0}", "accept") ","
	  ACE("d", SRC("y.example") ",'icmp':{'type':0}", "accept"),
	  "  - ping x.example and y.example (ICMP echo)\n" END },
	{ "ICMP", V6, ACE("a", "'icmp':{}", "accept") ","
	  ACE("b", "'icmp':{'type':135,'code':0}", "accept"),
	  ACE("c", "'icmp':{}", "accept"),
	  "  - exchange ICMPv6 with anybody\n  - send ICMPv6 type 135 "
	  "(neighbour solicitation), code 0, to anybody\n" END },
	{ "other protocols", V4,
	  ACE("a", "'ipv4':{'protocol':47}", "accept") ","
	  ACE("b", "'ipv4':{'protocol':200}", "accept"),
	  ACE("c", "'ipv4':{'protocol':47}", "accept"),
	  "  - exchange IP protocol 47 (GRE) with anybody over IPv4\n"
	  "  - send IP protocol 200 to anybody over IPv4, but receive no "
	  "answer\n" END },
	{ "ethernet", "eth-acl-type",
	  ACE("a", "'eth':{'ethertype':2054}", "accept"),
	  ACE("b", "'eth':{'ethertype':'arp'}", "accept"),
	  "  - exchange Ethernet frames of type 0x0806 (ARP) with anybody\n"
	  END },
	{ "classes", V4,
	  ACE("a", CLASS("my-controller"), "accept") ","
	  ACE("b", CLASS("same-manufacturer"), "accept") ","
	  ACE("c", "'ietf-mud:mud':{'manufacturer':'m.example',"
	  "'local-networks':[null]}", "accept") ","
	  ACE("d", "'ietf-mud:mud':{'model':'https://m.example/m'}",
	  "accept") ","
	  ACE("e", "'ietf-mud:mud':{'controller':'https://m.example/c'}",
	  "accept"),
	  ACE("f", "", "accept"),
	  "  - send anything to the controllers you name for it over IPv4\n"
	  "  - send anything to devices of its own maker over IPv4\n"
	  "  - send anything to devices of the maker m.example (as far as in "
	  "the local networks) over IPv4\n"
	  "  - send anything to devices with the MUD URL https://m.example/m "
	  "over IPv4\n"
	  "  - send anything to the controllers you name as "
	  "https://m.example/c over IPv4\n"
	  "  - receive anything from anybody over IPv4\n" END },
	{ "names and time", V4,
	  ACE("a", "'ietf-mud:mud':{'controller':'urn:ietf:params:mud:dns'},"
	  "'udp':{'destination-port':{'port':53}}", "accept") ","
	  ACE("b", "'ietf-mud:mud':{'controller':'urn:ietf:params:mud:ntp'},"
	  "'udp':{'destination-port':{'port':123}}", "accept"),
	  ACE("c", "'ietf-mud:mud':{'controller':'urn:ietf:params:mud:dns'},"
	  "'udp':{'source-port':{'port':53}}", "accept") ","
	  ACE("d", "'ietf-mud:mud':{'controller':'urn:ietf:params:mud:ntp'},"
	  "'udp':{'source-port':{'port':123}}", "accept"),
	  "  - look up names: talk with the DNS servers of your network over "
	  "IPv4 on UDP port 53 (domain)\n"
	  "  - ask for the time: talk with the time servers of your network "
	  "over IPv4 on UDP port 123 (ntp)\n" END },
	{ "more conditions", V4,
	  ACE("a", "'ipv4':{'dscp':46,'source-ipv4-network':'192.0.2.7/32'},"
	  "'udp':{'a:b':1}", "accept"), ACE("b", "", "accept"),
	  "  - send packets to anybody by UDP, under its own address "
	  "192.0.2.7, only if ipv4/dscp is 46, whatever is meant by udp/a:b, "
	  "which is no standard and ignored\n"
	  "  - receive anything from anybody over IPv4\n" END },
	{ "a profile", V6,
	  ACE("a", "'tcp':{'destination-port':{'port':443}},"
	  "'ietf-acl-tls:client-profiles':{'tls-dtls-profile':[]}",
	  "accept"), ACE("b", "", "accept"),
	  "  - send packets to anybody over IPv6 on TCP port 443 (https), with "
	  "TLS or DTLS as its profile says\n"
	  "  - receive anything from anybody over IPv6\n" END },
	{ "drop before", V4,
	  ACE("a", DST("x.example"), "drop") "," ACE("b", "", "accept"), "",
	  "  - send anything to anybody over IPv4\n" UNLESS
	  "\nIt must not:\n  - send anything to x.example over IPv4, even "
	  "where that is allowed above\n" },
	{ "drop behind", V4,
	  ACE("a", DST("x.example"), "accept") "," ACE("b", "", "reject"), "",
	  "  - send anything to x.example over IPv4\n"
	  UNLESS "\nIt must not:\n  - send anything to anybody over IPv4, "
	  "unless that is allowed above\n" },
	{ "drop between", V4,
	  ACE("a", "'tcp':{}", "accept") "," ACE("b", DST("x.example"), "drop")
	  "," ACE("c", "'udp':{}", "accept"), "",
	  "  - send packets to anybody over IPv4 by TCP, but receive no "
	  "answer\n  - send packets to anybody over IPv4 by UDP\n" UNLESS
	  "\nIt must not:\n  - send anything to x.example over IPv4, unless "
	  "an entry before it or in another list allows that\n" },
	{ "drop alone", V4, ACE("b", DST("x.example"), "drop"), "",
	  UNLESS "\nIt must not:\n  - send anything to x.example over IPv4\n" },
};

static void
check_cases(void)
{
	struct mudtext t;
	char *got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		mudtext(&t, "", cases[i].type, cases[i].from, cases[i].to);
		got = said(t.m, 1000, false);
		tap_str(got, cases[i].text, "%s", cases[i].what);
		free(got);
		mudtext_release(&t);
	}
}

static void
check_page(void)
{
	static const char want[] =
	    "\\x1b[2Ja lamp\n"
	    "  maker          Maker\n"
	    "  model          L1\n"
	    "  firmware       1.0\n"
	    "  software       2.0\n"
	    "  MUD URL        https://maker.example/lamp\n"
	    "  supported      yes, as of 2026-01-02T03:04:05Z\n"
	    "  valid for      1 hour\n"
	    "  documentation  https://m.example/d\n"
	    "  software parts https://m.example/b1 (version 1)\n"
	    "  software parts https://m.example/b2 (version 2)\n"
	    "  software parts of older versions: https://m.example/a\n"
	    "  weaknesses     https://m.example/v1\n"
	    "  weaknesses     https://m.example/v2\n"
	    "  MASA           https://m.example/m\n"
	    "  signature      to be had at https://m.example/s\n"
	    "  TLS            the file tells which TLS or DTLS the device "
	    "speaks (RFC 9761)\n"
	    "  extensions     x\n"
	    "                 y\n"
	    "\nIt may:\n" END;
	struct mudtext t;
	char *got;

	mudtext(&t, "'systeminfo':'\\u001b[2Ja lamp','mfg-name':'Maker',"
	    "'model-name':'L1','firmware-rev':'1.0','software-rev':'2.0',"
	    "'cache-validity':1,'documentation':'https://m.example/d',"
	    "'mud-signature':'https://m.example/s','extensions':['x','y'],"
	    "'ietf-mud-tls:is-tls-dtls-profile-supported':true,"
	    "'ietf-mud-brski-masa:masa-server':'https://m.example/m',"
	    "'ietf-mud-transparency:transparency':{'sboms':["
	    "{'version-info':'1','sbom-url':'https://m.example/b1'},"
	    "{'version-info':'2','sbom-url':'https://m.example/b2'}],"
	    "'sbom-archive-list':'https://m.example/a',"
	    "'vuln-url':['https://m.example/v1','https://m.example/v2']},",
	    V4, "", "");
	got = said(t.m, 1000, true);
	tap_str(got, want, "the whole page");
	free(got);
	mudtext_release(&t);
	mudtext(&t, "'is-supported':false,'mudtx:transparency':{"
	    "'sbom-local-well-known':'https','vuln-contact-uri':"
	    "'tel:+1555'},", V4, "", "");
	got = said(t.m, 1000, true);
	tap_str(got, "https://maker.example/lamp\n"
	    "  MUD URL        https://maker.example/lamp\n"
	    "  supported      NO: its maker has stopped supporting it, in "
	    "this file since 2026-01-02T03:04:05Z or earlier\n"
	    "  valid for      48 hours\n"
	    "  software parts told by the device itself, by https, at "
	    "/.well-known/sbom\n"
	    "  weaknesses     ask at tel:+1555\n\nIt may:\n" END,
	    "no name, no support");
	free(got);
	mudtext_release(&t);
}

/* Whether no line has more than `width` characters. */
static bool
fits(const char *s, size_t width)
{
	size_t n = 0;

	for (; *s; s++) {
		n = *s == '\n' ? 0 : n + ((*s & 0xc0) != 0x80);
		if (n > width)
			return false;
	}
	return true;
}

/* The words of a text, one blank between two. */
static void
squeeze(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s != ' ' && *s != '\n')
			*to++ = *s;
	*to = '\0';
}

static void
check_widths(void)
{
	struct mudtext t;
	char *got, *wide;
	size_t width;
	bool ok = true, alike = true;

	mudtext(&t, "'systeminfo':'\xc3\xa9\xc3\xa8\xc3\xa9\xc3\xa8\xc3\xa9"
	    "\xc3\xa9\xc3\xa8\xc3\xa9\xc3\xa8\xc3\xa9\xc3\xa9\xc3\xa8\xc3\xa9"
	    "\xc3\xa8\xc3\xa9\xc3\xa9\xc3\xa8\xc3\xa9\xc3\xa8\xc3\xa9\xc3\xa9"
	    " and  more ','mfg-name':'',", V4,
	    ACE("a", DST("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example") ","
	    TCP("from", "destination", "443"), "accept"), "");
	wide = said(t.m, 1000, true);
	squeeze(wide);
	for (width = 20; width < 120; width++) {
		got = said(t.m, width, true);
		ok &= fits(got, width);
		squeeze(got);
		alike &= strcmp(got, wide) == 0;
		free(got);
	}
	tap_ok(ok, "no line is wider than 20 to 119 columns");
	tap_ok(alike, "and none loses a word");
	free(wide);
	mudtext_release(&t);
}

int
main(void)
{
	check_cases();
	check_page();
	check_widths();
	return tap_done();
}
