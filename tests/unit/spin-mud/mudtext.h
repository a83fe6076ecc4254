/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TEST_MUDTEXT_H
#define SPIN_TEST_MUDTEXT_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "attr.h"
#include "buf.h"
#include "model.h"

/*
 * MUD files for tests, in a short form: members of ietf-mud:mud besides those
 * that must be, and one list of entries for each direction. Quotes are single
 * ones. An entry is written as
 *
 *	ACE("name", "'ipv4':{'protocol':6}", "accept")
 */
#define ACE(name, matches, action) \
	"{'name':'" name "','matches':{" matches "}," \
	"'actions':{'forwarding':'" action "'}}"

struct mudtext {
	json_t *root;
	struct mud *m;
};

static void ATTR_UNUSED
mudtext_root(struct mudtext *t, char *text)
{
	json_error_t err;
	char *p;

	for (p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	t->root = json_loads(text, 0, &err);
	if (!t->root) {
		printf("Bail out! %s in %s\n", err.text, text);
		exit(1);
	}
	t->m = mud_new(t->root);
}

static void ATTR_UNUSED
mudtext(struct mudtext *t, const char *members, const char *type,
    const char *from, const char *to)
{
	struct buf b;

	buf_init(&b, 1 << 24);
	buf_printf(&b, "{'ietf-mud:mud':{'mud-version':1,"
	    "'mud-url':'https://maker.example/lamp',"
	    "'last-update':'2026-01-02T03:04:05Z','is-supported':true,%s"
	    "'from-device-policy':{'access-lists':{'access-list':"
	    "[{'name':'f'}]}},'to-device-policy':{'access-lists':"
	    "{'access-list':[{'name':'t'}]}}},", members);
	buf_printf(&b, "'ietf-access-control-list:acls':{'acl':["
	    "{'name':'t','type':'%s','aces':{'ace':[%s]}},"
	    "{'name':'f','type':'%s','aces':{'ace':[%s]}}]}}",
	    type, to, type, from);
	buf_putc(&b, '\0');
	mudtext_root(t, b.p);
	buf_release(&b);
}

static void ATTR_UNUSED
mudtext_release(struct mudtext *t)
{
	mud_free(t->m);
	json_decref(t->root);
}

#endif
