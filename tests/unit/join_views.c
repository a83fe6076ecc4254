/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "join_kit.h"

/* What the accounts of a flow say. */

/* The records of spin-record(5), and the digest that it shows. */
static void
test_whole(void)
{
	begin();
	learn("{'type':'stream','ts':1,'agent':'gw','local':"
	    "['192.168.8.0/24']}");
	learn_device("'mac':'50:c7:bf:00:56:39','ip':'192.168.8.22',"
	    "'name':'HS110','how':'dhcp'");
	learn_name(1646136000, "192.168.8.22", "50:c7:bf:00:56:39",
	    "euw1.tplinkcloud.com", "52.18.3.9");
	tap_uint(views_of("{'type':'flow','ts':1646136000.120001,"
	    "'end':1646136001.9,'proto':'tcp','src':'192.168.8.22',"
	    "'sport':53025,'dst':'52.18.3.9','dport':443,"
	    "'src_mac':'50:c7:bf:00:56:39','dst_mac':'14:91:82:aa:00:01',"
	    "'pkts':9,'bytes':1822,'rpkts':7,'rbytes':5120,'flags':'SAPF',"
	    "'rflags':'SAPF','answered':true,'new':true,'done':'fin'}"), 1,
	    "one account");
	tap_digest(&view[0], "1646136000.120001", "'agent':'gw',"
	    "'device':'50:c7:bf:00:56:39','name':'HS110',"
	    "'device_ip':['192.168.8.22'],'peer':'tplinkcloud.com',"
	    "'peer_ip':['52.18.3.9'],"
	    "'hosts':['euw1.tplinkcloud.com'],'where':'internet',"
	    "'proto':'tcp','port':443,'service':'https','dir':'out',"
	    "'flows':1,'unanswered':0,'pkts_out':9,'bytes_out':1822,"
	    "'pkts_in':7,'bytes_in':5120,'first':1646136000.120001,"
	    "'last':1646136001.9");
}

/* Two devices: the same flow from both sides. */
static void
test_lan(void)
{
	begin();
	learn_device("'mac':'" B "','name':'printer','how':'mdns'");
	tap_uint(views_of("{'type':'flow','ts':5,'end':7.5,'proto':'tcp',"
	    "'src':'192.168.8.22','sport':4000,'dst':'192.168.8.30',"
	    "'dport':80,'src_mac':'" A "','dst_mac':'" B "','pkts':3,"
	    "'bytes':300,'rpkts':2,'rbytes':2000,'answered':true,"
	    "'new':true}"), 2, "two accounts");
	tap_digest(&view[0], "5", "'device':'" A "',"
	    "'device_ip':['192.168.8.22'],'peer':'printer',"
	    "'peer_mac':'" B "','peer_ip':['192.168.8.30'],'where':'lan',"
	    "'proto':'tcp','port':80,'service':'http','dir':'out',"
	    "'flows':1,'unanswered':0,'pkts_out':3,'bytes_out':300,"
	    "'pkts_in':2,'bytes_in':2000,'first':5,'last':7.5");
	tap_digest(&view[1], "5", "'device':'" B "','name':'printer',"
	    "'device_ip':['192.168.8.30'],"
	    "'peer':'" A "','peer_mac':'" A "','peer_ip':['192.168.8.22'],"
	    "'where':'lan','proto':'tcp','port':80,'service':'http',"
	    "'dir':'in','flows':1,'unanswered':0,'pkts_out':2,"
	    "'bytes_out':2000,'pkts_in':3,'bytes_in':300,'first':5,"
	    "'last':7.5");
	tap_uint(views_of("{'type':'flow','ts':5,'src':'10.0.0.1',"
	    "'dst':'10.0.0.2','rpkts':4,'rbytes':400}"), 2, "without MACs");
	tap_digest(&view[0], "5", "'device':'10.0.0.1',"
	    "'device_ip':['10.0.0.1'],'peer':'10.0.0.2',"
	    "'peer_mac':'10.0.0.2','peer_ip':['10.0.0.2'],'where':'lan',"
	    "'dir':'out','flows':0,'unanswered':0,'pkts_out':0,"
	    "'bytes_out':0,'pkts_in':4,'bytes_in':400,'first':5,'last':5");
	tap_str(ends("fe80::a", A, "fe80::b", B), A " printer lan out; "
	    "02:00:00:00:00:0b " A " lan in", "link-local");
}

static void
test_group_digest(void)
{
	begin();
	learn_device("'mac':'" A "','name':'tv','how':'dhcp'");
	(void)views_of("{'type':'flow','ts':5,'end':6,'proto':'udp',"
	    "'src':'192.168.8.22','sport':1900,'dst':'239.255.255.250',"
	    "'dport':1900,'src_mac':'" A "','pkts':3,'bytes':600,"
	    "'new':true,'done':'idle'}");
	tap_digest(&view[0], "5", "'device':'" A "','name':'tv',"
	    "'device_ip':['192.168.8.22'],"
	    "'peer':'239.255.255.250','peer_ip':['239.255.255.250'],"
	    "'where':'multicast','proto':'udp','port':1900,"
	    "'service':'ssdp','dir':'out','flows':1,'unanswered':1,"
	    "'pkts_out':3,'bytes_out':600,'pkts_in':0,'bytes_in':0,"
	    "'first':5,'last':6");
}

/* Each device sees the name that it was told itself. */
static void
test_names(void)
{
	begin();
	learn_name(10, "192.168.8.22", A, "a.example.com", "192.0.2.1");
	learn_name(20, "192.168.8.23", B, "b.example.net", "192.0.2.1");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", R),
	    A " example.com internet out", "its own");
	tap_str(ends("192.168.8.23", B, "192.0.2.1", R),
	    B " example.net internet out", "its own, too");
	tap_str(ends("192.168.8.24", C, "192.0.2.1", R),
	    C " example.net internet out", "of a third the last told");
	tap_str(ends("fe80::a", A, "192.0.2.1", R),
	    A " example.com internet out", "from whatever address");
	tap_str(ends("192.0.2.1", R, "192.168.8.22", A),
	    A " example.com internet in", "the initiator's name");
	learn("{'type':'dns','ts':30,'via':'udp','client':'192.168.8.22',"
	    "'client_mac':'" A "','server':'192.168.8.1','qname':"
	    "'evil.example','qtype':'A','rcode':'NOERROR','answers':[{"
	    "'name':'evil.example','rtype':'A','data':'192.0.2.1',"
	    "'ttl':60}],'unsolicited':true}");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", R),
	    A " example.com internet out", "not what nobody asked for");
	learn("{'type':'dns','ts':40,'via':'udp','client':'192.168.8.22',"
	    "'client_mac':'" A "','server':'192.168.8.1','qname':"
	    "'www.example.co.uk','qtype':'A','rcode':'NOERROR','answers':[{"
	    "'name':'www.example.co.uk','rtype':'CNAME','data':"
	    "'x.cdn.example','ttl':60},{'name':'x.cdn.example','rtype':'A',"
	    "'data':'192.0.2.2','ttl':60}]}");
	tap_str(ends("192.168.8.22", A, "192.0.2.2", R),
	    A " example.co.uk internet out", "behind a CNAME");
	learn_name(50, "192.168.8.22", A, "nas.example.com", "192.168.8.40");
	tap_str(ends("192.168.8.22", A, "192.168.8.40", B),
	    A " " B " lan out; " B " " A " lan in", "not for devices");
}

static const char *
named_at(const char *times)
{
	char line[512];

	snprintf(line, sizeof(line), "{'type':'flow',%s,"
	    "'src':'192.168.8.22','dst':'192.0.2.1','src_mac':'" A "',"
	    "'pkts':1}", times);
	return summary(views_of(line));
}

/* The name is that at the beginning of the flow, not at the record's. */
static void
test_start(void)
{
	begin();
	learn_name(100, "192.168.8.22", A, "one.example.com", "192.0.2.1");
	learn_name(200, "192.168.8.22", A, "two.example.net", "192.0.2.1");
	tap_str(named_at("'ts':150"), A " example.com internet out", "then");
	tap_str(named_at("'ts':250"), A " example.net internet out", "later");
	tap_str(named_at("'ts':250,'start':150"),
	    A " example.com internet out", "begun before");
	tap_str(named_at("'ts':250,'start':200.000001"),
	    A " example.net internet out", "begun after");
	tap_str(named_at("'ts':250,'start':50"),
	    A " 192.0.2.1 internet out", "begun before any answer");
	tap_str(named_at("'ts':3861"), A " 192.0.2.1 internet out",
	    "a minute and an hour after the last answer");
}

static void
test_bundles(void)
{
	static const struct {
		enum join_bundle bundle;
		const char *want;
	} cases[] = {
		{ JOIN_DOMAIN, A " example.co.uk internet out" },
		{ JOIN_HOST, A " www.example.co.uk internet out" },
		{ JOIN_ADDRESS, A " 192.0.2.1 internet out" },
	};
	struct join_opts opts = plain_opts();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		opts.bundle = cases[i].bundle;
		begin_with(&opts);
		learn_name(1, "192.168.8.22", A, "WWW.example.co.uk",
		    "192.0.2.1");
		tap_str(ends("192.168.8.22", A, "192.0.2.1", R),
		    cases[i].want, "bundle %zu", i);
		tap_ok(REC_HAS(&view[0], DIGEST, hosts) &&
		    view[0].u.digest.hosts.n == 1 &&
		    str_eq(view[0].u.digest.hosts.v[0],
		    STR("www.example.co.uk")), "with its host");
	}
	opts.bundle = JOIN_DOMAIN;
	opts.domains = NULL;
	opts.services = NULL;
	begin_with(&opts);
	learn_name(1, "192.168.8.22", A, "www.example.co.uk", "192.0.2.1");
	tap_str(ends("192.168.8.22", A, "192.0.2.1", R),
	    A " www.example.co.uk internet out", "no list: the host");
	tap_ok(!REC_HAS(&view[0], DIGEST, service), "no services");
}

/* More domains than are remembered: each is right, again and again. */
static void
test_many_domains(void)
{
	char host[64], ip[64], want[128];
	int i, round, wrong = 0;

	begin();
	for (i = 0; i < 3000; i++) {
		snprintf(host, sizeof(host), "h.%c%d.example%d.com",
		    'a' + i % 26, i, i);
		snprintf(ip, sizeof(ip), "198.18.%d.%d", i / 256, i % 256);
		learn_name(1, "192.168.8.22", A, host, ip);
	}
	for (round = 0; round < 2; round++)
		for (i = 0; i < 3000; i++) {
			snprintf(ip, sizeof(ip), "198.18.%d.%d", i / 256,
			    i % 256);
			snprintf(want, sizeof(want),
			    A " example%d.com internet out", i);
			wrong += strcmp(ends("192.168.8.22", A, ip, R),
			    want) != 0;
		}
	tap_int(wrong, 0, "6000 domains");
}

static void
test_sums(void)
{
	static const struct {
		const char *members, *want;
	} cases[] = {
		{ "'new':true", "'flows':1,'unanswered':0,'pkts_out':0,"
		    "'bytes_out':0,'pkts_in':0,'bytes_in':0" },
		{ "'new':false", "'flows':0,'unanswered':0,'pkts_out':0,"
		    "'bytes_out':0,'pkts_in':0,'bytes_in':0" },
		{ "'end':9,'done':'idle'", "'flows':0,'unanswered':1,"
		    "'pkts_out':0,'bytes_out':0,'pkts_in':0,'bytes_in':0" },
		{ "'answered':false,'new':true,'done':'rst'", "'flows':1,"
		    "'unanswered':1,'pkts_out':0,'bytes_out':0,'pkts_in':0,"
		    "'bytes_in':0" },
		{ "'answered':true,'done':'fin'", "'flows':0,'unanswered':0,"
		    "'pkts_out':0,'bytes_out':0,'pkts_in':0,'bytes_in':0" },
		{ "'pkts':0,'bytes':0,'rpkts':1,'rbytes':40", "'flows':0,"
		    "'unanswered':0,'pkts_out':0,'bytes_out':0,'pkts_in':1,"
		    "'bytes_in':40,'first':5,'last':5" },
		{ "'end':9,'pkts':9007199254740991,'bytes':9007199254740991",
		    "'flows':0,'unanswered':0,'pkts_out':9007199254740991,"
		    "'bytes_out':9007199254740991,'pkts_in':0,'bytes_in':0,"
		    "'first':5,'last':9" },
	};
	char line[512], want[512];
	size_t i;

	begin();
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(line, sizeof(line), "{'type':'flow','ts':5,"
		    "'src':'10.0.0.1','dst':'192.0.2.1',%s}",
		    cases[i].members);
		(void)views_of(line);
		snprintf(want, sizeof(want), "'device':'10.0.0.1',"
		    "'device_ip':['10.0.0.1'],'peer':'192.0.2.1',"
		    "'peer_ip':['192.0.2.1'],"
		    "'where':'internet','dir':'out',%s", cases[i].want);
		tap_digest(&view[0], "5", want);
	}
}

static void
test_services(void)
{
	begin();
	(void)views_of("{'type':'flow','ts':5,'proto':'icmp',"
	    "'src':'10.0.0.1','dst':'192.0.2.1','icmp_type':8,"
	    "'icmp_code':0,'pkts':1,'bytes':84}");
	tap_digest(&view[0], "5", "'device':'10.0.0.1',"
	    "'device_ip':['10.0.0.1'],'peer':'192.0.2.1',"
	    "'peer_ip':['192.0.2.1'],'where':'internet','proto':'icmp',"
	    "'dir':'out','flows':0,'unanswered':0,'pkts_out':1,"
	    "'bytes_out':84,'pkts_in':0,'bytes_in':0,'first':5,'last':5");
	(void)views_of("{'type':'flow','ts':5,'proto':'udp',"
	    "'src':'192.0.2.1','sport':53,'dst':'10.0.0.1','dport':4444,"
	    "'pkts':1,'bytes':84}");
	tap_digest(&view[0], "5", "'device':'10.0.0.1',"
	    "'device_ip':['10.0.0.1'],'peer':'192.0.2.1',"
	    "'peer_ip':['192.0.2.1'],'where':'internet','proto':'udp',"
	    "'port':4444,'dir':'in','flows':0,'unanswered':0,'pkts_out':0,"
	    "'bytes_out':0,'pkts_in':1,'bytes_in':84,'first':5,'last':5");
	(void)views_of("{'type':'flow','ts':5,'src':'10.0.0.1',"
	    "'dst':'192.0.2.1','dport':53}");
	tap_ok(REC_HAS(&view[0], DIGEST, port) &&
	    !REC_HAS(&view[0], DIGEST, service), "no protocol, no service");
}

static bool
has_agent(const char *want)
{
	(void)ends("10.0.0.1", NULL, "192.0.2.1", NULL);
	if (!want)
		return !REC_HAS(&view[0], DIGEST, agent);
	return REC_HAS(&view[0], DIGEST, agent) &&
	    str_eq(view[0].u.digest.agent, str_of(want));
}

static void
test_agents(void)
{
	char line[1024], name[301];

	begin();
	tap_ok(has_agent(NULL), "no agent");
	learn("{'type':'stream','ts':1,'agent':'gw'}");
	tap_ok(has_agent("gw"), "agent");
	learn("{'type':'stream','ts':2,'agent':'attic'}");
	tap_ok(has_agent("attic"), "the last one");
	memset(name, 'x', 300);
	name[300] = '\0';
	snprintf(line, sizeof(line), "{'type':'stream','ts':2,"
	    "'agent':'%s'}", name);
	learn(line);
	name[256] = '\0';
	tap_ok(has_agent(name), "a long one is cut");
	learn("{'type':'stream','ts':3}");
	tap_ok(has_agent(NULL), "a stream without");
}

static void
test_annotate(void)
{
	begin();
	learn_device("'mac':'" A "','name':'lamp','how':'dhcp'");
	learn_name(1, "192.168.8.22", A, "www.example.org", "192.0.2.1");
	(void)ends("192.168.8.22", A, "192.0.2.1", R);
	join_annotate(&flow, &view[0]);
	tap_ok(REC_HAS(&flow, FLOW, device) && REC_HAS(&flow, FLOW, name) &&
	    REC_HAS(&flow, FLOW, peer) && REC_HAS(&flow, FLOW, where),
	    "four members more");
	tap_ok(str_eq(flow.u.flow.device, STR(A)) &&
	    str_eq(flow.u.flow.name, STR("lamp")) &&
	    str_eq(flow.u.flow.peer, STR("example.org")) &&
	    str_eq(flow.u.flow.where, STR("internet")), "as they should be");
	(void)ends("192.168.8.23", B, "192.168.8.22", A);
	join_annotate(&flow, &view[0]);
	tap_ok(!REC_HAS(&flow, FLOW, name) &&
	    str_eq(flow.u.flow.device, STR(B)) &&
	    str_eq(flow.u.flow.peer, STR("lamp")) &&
	    str_eq(flow.u.flow.where, STR("lan")), "no name, a device");
}

static void
test_hidden_dns(void)
{
	struct join_counts counts;

	begin();
	learn_name(1, "192.168.8.22", A, "dns.nextdns.io", "192.0.2.1");
	(void)ends_more("192.168.8.22", A, "192.0.2.1", R, ",'new':true");
	(void)ends_more("192.168.8.22", A, "8.8.8.8", R, ",'new':true");
	(void)ends_more("192.168.8.22", A, "192.0.2.2", R, ",'new':true");
	(void)ends("192.168.8.22", A, "8.8.8.8", R);
	(void)views_of("{'type':'flow','ts':5,'proto':'tcp',"
	    "'src':'10.0.0.1','dst':'192.0.2.3','dport':853,'new':true}");
	join_counts(j, &counts);
	tap_uint(counts.hidden_dns, 3, "flows of hidden DNS, once each");
}

/* Texts of any length end up in digests that can be written. */
static void
test_long_texts(void)
{
	enum { LONG = 60000 };
	char *text = malloc(LONG + 1), *line = malloc(2 * LONG);
	struct buf b;

	if (!text || !line)
		abort();
	memset(text, 'x', LONG);
	text[LONG] = '\0';
	begin();
	snprintf(line, 2 * LONG, "{'type':'device','ts':1,'mac':'" A "',"
	    "'name':'%s'}", text);
	learn(line);
	snprintf(line, 2 * LONG, "{'type':'device','ts':1,'mac':'" B "',"
	    "'name':'%s'}", text);
	learn(line);
	snprintf(line, 2 * LONG, "{'type':'flow','ts':1,'proto':'%s',"
	    "'src':'10.0.0.1','dst':'10.0.0.2','src_mac':'" A "',"
	    "'dst_mac':'" B "'}", text);
	tap_uint(views_of(line), 2, "long names, long protocol");
	buf_init(&b, 1 << 18);
	tap_ok(rec_encode(&view[0], &b) == 0 && rec_encode(&view[1], &b) == 0,
	    "written");
	tap_ok(b.n < 4096, "they were cut");
	buf_release(&b);
	free(text);
	free(line);
}

int
main(void)
{
	if (!kit_init())
		return EXIT_FAILURE;
	test_whole();
	test_lan();
	test_group_digest();
	test_names();
	test_start();
	test_bundles();
	test_many_domains();
	test_sums();
	test_services();
	test_agents();
	test_annotate();
	test_hidden_dns();
	test_long_texts();
	kit_free();
	return tap_done();
}
