/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include "../tap.h"
#include "mudtext.h"

#define V4	"ipv4-acl-type"
#define V6	"ipv6-acl-type"
#define TO(name, host, action) \
	ACE(name, "'ipv4':{'ietf-acldns:dst-dnsname':'" host "'}", action)
#define A	TO("a", "a.example", "accept")
#define B	TO("b", "b.example", "accept")
#define NO_Y	TO("y", "y.example", "drop")
#define NO_Z	TO("z", "z.example", "drop")

/* Entries of the merged file, as "host+ " and "host- ", in order. */
static const struct {
	const char *what, *a, *b, *both;
} cases[] = {
	{ "the same", A, A, "a.example+ " },
	{ "one more", A, A "," B, "a.example+ b.example+ " },
	{ "two different", A, B, "a.example+ b.example+ " },
	{ "doubles in one", A "," A, B, "a.example+ b.example+ " },
	{ "both forbid", NO_Z "," A, NO_Z "," A, "z.example- a.example+ " },
	{ "one forbids: what the other allows comes first", NO_Z "," A, B,
	  "b.example+ z.example- a.example+ " },
	{ "the other way around", B, NO_Z "," A,
	  "b.example+ z.example- a.example+ " },
	{ "each allows something before", A "," NO_Z, B "," NO_Z,
	  "a.example+ b.example+ z.example- " },
	{ "what is forbidden in another order", NO_Y "," NO_Z "," A,
	  NO_Z "," NO_Y "," A, "y.example- z.example- a.example+ " },
	{ "different things are forbidden", NO_Y "," A, NO_Z "," A, NULL },
	{ "the same after something else", NO_Y "," A "," NO_Z,
	  NO_Z "," A "," NO_Y, NULL },
};

static void
entries(const struct mud *m, struct buf *b)
{
	size_t i;

	for (i = 0; i < m->naces; i++)
		buf_printf(b, "%s%c ", m->aces[i].dst_dns,
		    m->aces[i].accept ? '+' : '-');
	buf_putc(b, '\0');
}

static void
check_cases(void)
{
	struct mudtext a, b;
	const struct mud *both[2];
	const char *why;
	struct buf text;
	struct mud *m;
	json_t *j;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		mudtext(&a, "", V4, cases[i].a, "");
		mudtext(&b, "", V4, cases[i].b, "");
		both[0] = a.m;
		both[1] = b.m;
		j = merge(both, 2, &why);
		if (!cases[i].both) {
			tap_ok(j == NULL, "%s", cases[i].what);
			tap_str(why, "the files forbid different things",
			    "and why");
		} else if (tap_ok(j != NULL, "%s", cases[i].what)) {
			m = mud_new(j);
			buf_init(&text, 1000);
			entries(m, &text);
			tap_str(text.p, cases[i].both, "its entries");
			tap_str(why, NULL, "no reason");
			buf_release(&text);
			mud_free(m);
		}
		json_decref(j);
		mudtext_release(&a);
		mudtext_release(&b);
	}
}

/* Members are the first one's, names are new, lists go by type. */
static void
check_text(void)
{
	static const char want[] = "{\"ietf-mud:mud\":{\"mud-version\":1,"
	    "\"mud-url\":\"https://maker.example/lamp\","
	    "\"last-update\":\"2026-01-02T03:04:05Z\",\"is-supported\":true,"
	    "\"systeminfo\":\"one\",\"extensions\":[\"x\",\"y\"],"
	    "\"from-device-policy\":{\"access-lists\":{\"access-list\":["
	    "{\"name\":\"from-ipv4\"},{\"name\":\"from-ipv6\"}]}},"
	    "\"to-device-policy\":{\"access-lists\":{\"access-list\":["
	    "{\"name\":\"to-ipv6\"}]}}},\"ietf-access-control-list:acls\":"
	    "{\"acl\":[{\"name\":\"from-ipv4\",\"type\":\"ipv4-acl-type\","
	    "\"aces\":{\"ace\":[{\"name\":\"a\",\"matches\":{\"udp\":{}},"
	    "\"actions\":{\"forwarding\":\"accept\"}},{\"name\":\"a-2\","
	    "\"matches\":{\"tcp\":{}},\"actions\":{\"forwarding\":"
	    "\"accept\"}}]}},{\"name\":\"from-ipv6\",\"type\":"
	    "\"ipv6-acl-type\",\"aces\":{\"ace\":[{\"name\":\"a\","
	    "\"matches\":{\"udp\":{}},\"actions\":{\"forwarding\":"
	    "\"accept\"}}]}},{\"name\":\"to-ipv6\",\"type\":"
	    "\"ipv6-acl-type\",\"aces\":{\"ace\":[{\"name\":\"b\","
	    "\"matches\":{},\"actions\":{\"forwarding\":\"accept\"}}]}}]}}";
	struct mudtext a, b;
	const struct mud *both[2];
	const char *why;
	json_t *j;
	char *text;

	mudtext(&a, "'systeminfo':'one','extensions':['x'],", V4,
	    ACE("a", "'udp':{}", "accept") "," ACE("a", "'tcp':{}", "accept"),
	    "");
	mudtext(&b, "'systeminfo':'two','extensions':['y','x'],", V6,
	    ACE("a", "'udp':{}", "accept"), ACE("b", "", "accept"));
	both[0] = a.m;
	both[1] = b.m;
	j = merge(both, 2, &why);
	text = json_dumps(j, JSON_COMPACT);
	tap_str(text, want, "the file");
	free(text);
	json_decref(j);
	mudtext_release(&a);
	mudtext_release(&b);
}

static void
check_urls(void)
{
	struct mudtext a, b;
	const struct mud *both[2];
	const char *why;
	json_t *j;

	mudtext(&a, "", V4, A, "");
	mudtext(&b, "", V4, A, "");
	json_object_set_new(json_object_get(b.root, "ietf-mud:mud"),
	    "mud-url", json_string("https://maker.example/other"));
	mud_free(b.m);
	b.m = mud_new(b.root);
	both[0] = a.m;
	both[1] = b.m;
	j = merge(both, 2, &why);
	tap_ok(j == NULL, "two MUD URLs");
	tap_str(why, "the files are about different MUD URLs", "why");
	j = merge(both, 1, &why);
	tap_ok(j != NULL, "one file alone");
	json_decref(j);
	tap_ok(merge(both, 0, &why) == NULL && why != NULL, "no file");
	mudtext_release(&a);
	mudtext_release(&b);
}

/* Names stay within the 64 characters of RFC 8519. */
static void
check_names(void)
{
#define N20	"aaaaaaaaaaaaaaaaaaaa"
#define N60	N20 N20 N20 "aaa"
	struct mudtext t;
	const struct mud *all[1];
	const char *why;
	struct mud *m;
	json_t *j;

	mudtext(&t, "", V4, TO(N60, "a", "accept") ","
	    TO(N60, "b", "accept") "," TO(N60, "c", "accept") ","
	    TO(N60 N60, "d", "accept"), "");
	all[0] = t.m;
	j = merge(all, 1, &why);
	m = mud_new(j);
	tap_uint(m->naces, 4, "all of them");
	tap_str(m->aces[0].name, N60, "a long name");
	tap_str(m->aces[1].name, "ace-2", "again");
	tap_str(m->aces[2].name, "ace-3", "and again");
	tap_str(m->aces[3].name, "ace", "a longer one");
	mud_free(m);
	json_decref(j);
	mudtext_release(&t);
}

int
main(void)
{
	check_cases();
	check_text();
	check_urls();
	check_names();
	return tap_done();
}
