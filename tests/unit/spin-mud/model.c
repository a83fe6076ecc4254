/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "model.h"

#include "../tap.h"
#include "mudtext.h"

/* The only entry of a file, from the device. */
static const struct mud_ace *
one(struct mudtext *t, const char *type, const char *matches)
{
	char ace[1024];

	snprintf(ace, sizeof(ace), "{'name':'a','matches':{%s},'actions':"
	    "{'forwarding':'accept'}}", matches);
	mudtext(t, "", type, ace, "");
	if (!t->m || t->m->naces != 1) {
		printf("Bail out! not one entry\n");
		exit(1);
	}
	return &t->m->aces[0];
}

static void
check_members(void)
{
	struct mudtext t;
	const struct mud *m;

	mudtext(&t, "'mud-signature':'https://m.example/s',"
	    "'cache-validity':7,'systeminfo':'a','mfg-name':'b',"
	    "'model-name':'c','firmware-rev':'d','software-rev':'e',"
	    "'documentation':'https://m.example/d',"
	    "'extensions':['ietf-mud-tls','masa'],"
	    "'ietf-mud-tls:is-tls-dtls-profile-supported':true,"
	    "'ietf-mud-brski-masa:masa-server':'https://m.example/m',"
	    "'ietf-mud-transparency:transparency':{'sboms':["
	    "{'version-info':'1','sbom-url':'https://m.example/b1'}],"
	    "'vuln-url':['https://m.example/v1','https://m.example/v2']},",
	    "ipv4-acl-type", "", "");
	m = t.m;
	tap_str(m->url, "https://maker.example/lamp", "mud-url");
	tap_str(m->last_update, "2026-01-02T03:04:05Z", "last-update");
	tap_str(m->signature, "https://m.example/s", "mud-signature");
	tap_str(m->systeminfo, "a", "systeminfo");
	tap_str(m->mfg_name, "b", "mfg-name");
	tap_str(m->model_name, "c", "model-name");
	tap_str(m->firmware_rev, "d", "firmware-rev");
	tap_str(m->software_rev, "e", "software-rev");
	tap_str(m->documentation, "https://m.example/d", "documentation");
	tap_uint(m->version, 1, "mud-version");
	tap_uint(m->cache_validity, 7, "cache-validity");
	tap_ok(m->supported && m->tls, "is-supported, TLS profiles");
	tap_uint(m->nextensions, 2, "extensions");
	tap_str(m->extensions[1], "masa", "the second one");
	tap_str(m->sbom, "https://m.example/b1", "SBOM");
	tap_str(m->vulnerabilities, "https://m.example/v1", "weaknesses");
	tap_str(m->masa, "https://m.example/m", "MASA");
	tap_uint(m->naces, 0, "no entries");
	mudtext_release(&t);
}

static void
check_defaults(void)
{
	struct mudtext t;

	mudtext(&t, "", "ipv4-acl-type", "", "");
	tap_uint(t.m->cache_validity, 48, "48 hours where none are said");
	tap_ok(!t.m->systeminfo && !t.m->sbom && !t.m->masa && !t.m->tls,
	    "what is not there is NULL or false");
	mudtext_release(&t);
}

static void
check_matches(void)
{
	const struct mud_ace *a;
	struct mudtext t;

	a = one(&t, "ipv6-acl-type", "'ipv6':{'protocol':6,"
	    "'ietf-acldns:dst-dnsname':'x.example','source-ipv6-network':"
	    "'2001:db8::1/32'},'tcp':{'ietf-mud:direction-initiated':"
	    "'to-device','source-port':{'operator':'gte','port':1024},"
	    "'destination-port':{'lower-port':5,'upper-port':7}}");
	tap_ok(a->dir == MUD_FROM_DEVICE && a->ipver == 6 && a->proto == 6 &&
	    a->accept && !a->odd, "TCP over IPv6, from the device");
	tap_str(a->dst_dns, "x.example", "dst-dnsname");
	tap_str(a->src_dns, NULL, "no src-dnsname");
	tap_ok(a->src_net.len == 32 && a->src_net.addr.b[3] == 0xb8 &&
	    a->src_net.addr.b[15] == 0, "prefix without its host bits");
	tap_ok(a->sport.set && a->sport.op == '>' && a->sport.from == 1024,
	    "gte");
	tap_ok(a->dport.set && a->dport.op == 0 && a->dport.from == 5 &&
	    a->dport.to == 7, "range");
	tap_int(a->initiated, MUD_TO_DEVICE, "direction-initiated");
	tap_str(a->acl, "f", "list");
	tap_str(a->name, "a", "entry");
	mudtext_release(&t);
	a = one(&t, "ipv4-acl-type", "'ietf-mud:mud':{'manufacturer':'m',"
	    "'same-manufacturer':[null],'model':'https://x/y',"
	    "'local-networks':[null],'controller':'urn:c',"
	    "'my-controller':[null]}");
	tap_str(a->manufacturer, "m", "manufacturer");
	tap_str(a->model, "https://x/y", "model");
	tap_str(a->controller, "urn:c", "controller");
	tap_ok(a->same_manufacturer && a->local_networks && a->my_controller,
	    "those that have no value");
	tap_ok(a->ipver == 4 && a->proto == -1 && !a->odd && !a->dport.set &&
	    a->icmp_type == -1 && a->initiated == -1, "nothing else");
	mudtext_release(&t);
}

/* The protocol that matches come to. */
static const struct {
	const char *type, *matches;
	int ipver, proto, icmp_type, ethertype;
	bool odd;
} protos[] = {
	{ "ipv4-acl-type", "", 4, -1, -1, -1, false },
	{ "ipv4-acl-type", "'udp':{}", 4, 17, -1, -1, false },
	{ "ipv4-acl-type", "'ipv4':{},'tcp':{}", 4, 6, -1, -1, false },
	{ "ipv4-acl-type", "'ipv4':{'protocol':2}", 4, 2, -1, -1, false },
	{ "ipv4-acl-type", "'icmp':{'type':8}", 4, 1, 8, -1, false },
	{ "ipv6-acl-type", "'icmp':{'type':128}", 6, 58, 128, -1, false },
	{ "ipv6-acl-type", "'ipv6':{'protocol':58},'icmp':{}", 6, 58, -1, -1,
	  false },
	{ "ietf-access-control-list:ipv6-acl-type", "", 6, -1, -1, -1,
	  false },
	{ "mixed-eth-ipv4-ipv6-acl-type", "'ipv6':{}", 6, -1, -1, -1, false },
	{ "eth-acl-type", "'eth':{'ethertype':2054}", 0, -1, -1, 2054,
	  false },
	{ "eth-acl-type", "'eth':{'ethertype':'lldp'}", 0, -1, -1, 35020,
	  false },
	{ "mixed-eth-ipv4-acl-type", "'eth':{'ethertype':'ipv4'},'ipv4':{}",
	  4, -1, -1, -1, false },
	{ "ipv4-acl-type", "'ipv4':{'protocol':17},'tcp':{}", 4, 17, -1, -1,
	  true },
	{ "ipv4-acl-type", "'ipv4':{'dscp':46}", 4, -1, -1, -1, true },
	{ "ipv4-acl-type", "'udp':{'ietf-mud:direction-initiated':"
	  "'from-device'}", 4, 17, -1, -1, true },
	{ "ipv4-acl-type", "'ipv4':{'destination-ipv6-network':'::/0'}", 4,
	  -1, -1, -1, true },
	{ "ipv4-acl-type", "'ipv4':{'protocol':'tcp'}", 4, -1, -1, -1, true },
	{ "ipv4-acl-type", "'ipv4':7", 4, -1, -1, -1, true },
	{ "ipv4-acl-type", "'tcp':{'source-port':{'port':70000}}", 4, 6, -1,
	  -1, true },
	{ "ipv4-acl-type", "'tcp':{'source-port':{'lower-port':5}}", 4, 6,
	  -1, -1, true },
	{ "ipv4-acl-type", "'tcp':{'source-port':{}}", 4, 6, -1, -1, false },
	{ "ipv4-acl-type", "'x:y':{}", 4, -1, -1, -1, true },
};

static void
check_protos(void)
{
	const struct mud_ace *a;
	struct mudtext t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		a = one(&t, protos[i].type, protos[i].matches);
		tap_ok(a->ipver == protos[i].ipver &&
		    a->proto == protos[i].proto &&
		    a->icmp_type == protos[i].icmp_type &&
		    a->ethertype == protos[i].ethertype &&
		    a->odd == protos[i].odd, "%s of %s",
		    protos[i].matches, protos[i].type);
		mudtext_release(&t);
	}
}

static void
check_odd(void)
{
	const struct mud_ace *a;
	struct mudtext t;
	struct buf b;

	a = one(&t, "ipv4-acl-type", "'ipv4':{'ttl':1,'dscp':46,'x':[1]},"
	    "'tcp':{'flags':'syn ack','y:z':true}");
	buf_init(&b, 1000);
	mud_odd(a, &b);
	tap_mem(b.p, b.n, "ipv4/dscp is 46 and ipv4/ttl is 1 and tcp/flags "
	    "is syn ack", 58, "what else must match, in order");
	buf_reset(&b);
	mud_ignored(a, &b);
	tap_mem(b.p, b.n, "ipv4/x, tcp/y:z", 15, "what is no standard");
	buf_release(&b);
	mudtext_release(&t);
}

static void
check_order(void)
{
	static char text[] = "{'ietf-mud:mud':{'from-device-policy':"
	    "{'access-lists':{'access-list':[{'name':'b'},{'name':'none'},"
	    "{'name':'a'}]}},'to-device-policy':{'access-lists':"
	    "{'access-list':[{'name':'a'}]}}},"
	    "'ietf-access-control-list:acls':{'acl':["
	    "{'name':'a','aces':{'ace':[{'name':'1','actions':"
	    "{'forwarding':'reject'}},{'name':'2'}]}},{'name':'c','aces':"
	    "{'ace':[{'name':'4'}]}},{'name':'b','aces':{'ace':"
	    "[{'name':'3','actions':{'forwarding':"
	    "'ietf-access-control-list:accept'}}]}}]}}";
	static const char *const names[] = { "3", "1", "2", "1", "2" };
	struct mudtext t;
	size_t i;

	mudtext_root(&t, text);
	tap_uint(t.m->naces, 5, "entries of lists that policies name");
	for (i = 0; i < 5; i++)
		tap_str(t.m->aces[i].name, names[i], "entry %zu", i);
	tap_ok(t.m->aces[0].accept && !t.m->aces[1].accept &&
	    !t.m->aces[2].accept, "accept, reject, nothing");
	tap_ok(t.m->aces[2].dir == MUD_FROM_DEVICE &&
	    t.m->aces[3].dir == MUD_TO_DEVICE, "directions");
	tap_ok(t.m->aces[1].list == 1 && t.m->aces[3].list == 2,
	    "numbers of lists");
	mudtext_release(&t);
}

static void
check_limits(void)
{
	static char none[] = "{'ietf-mud:mud':[]}";
	struct mudtext t;
	struct buf b;
	size_t i, n;

	for (n = MUD_ACES_MAX; n <= MUD_ACES_MAX + 1; n++) {
		buf_init(&b, 1 << 20);
		for (i = 0; i < n; i++)
			buf_puts(&b, i ? ",{}" : "{}");
		buf_putc(&b, '\0');
		mudtext(&t, "", "ipv4-acl-type", b.p, "");
		tap_ok((t.m != NULL) == (n == MUD_ACES_MAX),
		    "%zu entries", n);
		buf_release(&b);
		mudtext_release(&t);
	}
	mudtext_root(&t, none);
	tap_ok(t.m == NULL, "no ietf-mud:mud");
	mudtext_release(&t);
}

int
main(void)
{
	check_members();
	check_defaults();
	check_matches();
	check_protos();
	check_odd();
	check_order();
	check_limits();
	return tap_done();
}
