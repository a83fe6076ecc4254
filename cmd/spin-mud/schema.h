/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_SCHEMA_H
#define SPIN_MUD_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The YANG modules of MUD files as tables: one row a node, in the order of
 * the modules. Choices have no row of their own (they have none in JSON
 * either): the nodes of a choice say which one and which case they are of.
 *
 * What cannot be said in a row is in lint_rules.c: conditions ("when", "must")
 * and references to other nodes.
 */
enum schema_kind {
	SCHEMA_CONTAINER,
	SCHEMA_LIST,
	SCHEMA_LEAF,
	SCHEMA_LEAF_LIST,
};

enum schema_base {
	SCHEMA_UINT,		/* a JSON number from min to max */
	SCHEMA_UINT64,		/* digits in a JSON string (RFC 7951, 6.1) */
	SCHEMA_BOOL,
	SCHEMA_EMPTY,		/* [null] (RFC 7951, 6.9) */
	SCHEMA_STRING,		/* min to max characters */
	SCHEMA_BINARY,		/* base64 of min to max bytes */
	SCHEMA_ENUM,		/* one of the words */
	SCHEMA_BITS,		/* any of the words, blanks between them */
	SCHEMA_IDENTITY,	/* one of the words, or MODULE:WORD */
	SCHEMA_URI,		/* with one of the words as scheme */
	SCHEMA_HOST,		/* a host name or an address */
	SCHEMA_PREFIX4,
	SCHEMA_PREFIX6,
	SCHEMA_MAC,
	SCHEMA_TIME,		/* RFC 3339 */
	SCHEMA_ETHERTYPE,	/* a number or one of the words */
	SCHEMA_INTERFACE,	/* refers to what no MUD file has */
};

struct schema_type {
	enum schema_base base;
	uint32_t min, max;
	const char *const *words;	/* NULL-terminated, or NULL */
	const char *module;		/* of identities */
};

/* Must be there: a key in its entry, a node of a case with others of it. */
#define SCHEMA_MANDATORY	0x0001u
/* RFC 8520 section 2: not to be expected in a MUD file. */
#define SCHEMA_BEYOND		0x0002u
/* RFC 8520 section 2: addresses should not be there. */
#define SCHEMA_ADDRESS		0x0004u
/* Below it, what is not known changes what a rule means. */
#define SCHEMA_MATCHES		0x0008u
/* A case of a choice among the children of one node: both from 1. */
#define SCHEMA_CASE(choice, n)	((unsigned)(choice) << 8 | (unsigned)(n) << 12)
#define SCHEMA_CHOICE_OF(flags)	((flags) >> 8 & 0xf)
#define SCHEMA_CASE_OF(flags)	((flags) >> 12 & 0xf)

/* Tables of children end with a row whose name is NULL. */
struct schema_node {
	const char *name;
	const char *module;	/* one of the names below, to be compared by
				 * address; written before the name where the
				 * parent's is another (RFC 7951 section 4) */
	enum schema_kind kind;
	const struct schema_type *type;		/* of leaves */
	const struct schema_node *child;	/* of others */
	const char *key;			/* of lists */
	unsigned flags;
	const char *source;
};

#define SCHEMA_CHILDREN	32	/* of one node, at most */

extern const char schema_mud[], schema_acl[], schema_acldns[],
    schema_mud_tls[], schema_acl_tls[], schema_mudtx[], schema_ol[],
    schema_masa[];

/* ietf-mud:mud and ietf-access-control-list:acls. */
extern const struct schema_node schema_root[];

/*
 * The node that a member of an object is, or NULL: `name` as written, within
 * a node of module `parent` (NULL at the top, where all names have a module).
 */
const struct schema_node *schema_find(const struct schema_node *table,
    const char *parent, const char *name);

/* The same among the children of a node. */
const struct schema_node *schema_child(const struct schema_node *,
    const char *name);

/*
 * Extensions that are known: the name in "extensions" of nodes of a module;
 * NULL for a module that is no extension.
 */
const char *schema_extension(const char *module);
/* Whether a name has a known module before its colon. */
bool schema_is_module(const char *name);
/* The source of an extension by name, or NULL: not known. */
const char *schema_extension_source(const char *name);

/*
 * Whether a value is of a type (lint_types.c). If not, `why` says so: what
 * it should be, and what it is. `rule` is the name for the finding:
 * "bad-type" for another kind of JSON value, "bad-value" for one that YANG
 * refuses, "time" and "url" for one that only the description of the type
 * refuses, "misplaced-node" for one that refers out of the file.
 */
#define SCHEMA_WHY	200

bool schema_check(const struct schema_type *, const json_t *,
    const char **rule, char why[static SCHEMA_WHY]);

/* Seconds since 1970 of a time that schema_check took, without fractions. */
int64_t schema_seconds(const char *time);

#endif
