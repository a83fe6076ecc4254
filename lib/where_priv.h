/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_WHERE_PRIV_H
#define SPIN_WHERE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "rec.h"
#include "str.h"
#include "where.h"

/*
 * What an expression is between where_parse.c, which makes it, and
 * where_eval.c, which asks it: a tree in an array. Lists have two operands at
 * least; "not" is a mark of what it stands before, and so is that of != !~.
 */
enum where_type {
	WHERE_TEXT,
	WHERE_NUMBER,
	WHERE_ADDRS,
};

/* Where in a digest. */
struct where_field {
	unsigned bit;		/* of rec.has */
	size_t offset;		/* in struct rec_digest */
};

#define WHERE_FIELDS	2

/* A list of addresses in a digest. */
enum where_ips {
	WHERE_NO_IPS,
	WHERE_DEVICE_IP,
	WHERE_PEER_IP,
};

struct where_member {
	char name[12];
	enum where_type type;
	bool sum;
	bool hosts;		/* also any of `hosts` */
	enum where_ips ips;	/* also any of these */
	bool addr;		/* its texts may be addresses */
	bool domain;		/* knows ".example.org" */
	unsigned unit;		/* what K stands for */
	uint64_t max;		/* of a number; 0: none */
	const char *const *words;	/* all values of a text, or NULL */
	size_t nfields;		/* texts: any of them; numbers: their sum */
	struct where_field field[WHERE_FIELDS];
};

extern const struct where_member where_members[];
extern const size_t where_nmembers;

enum where_kind {
	WHERE_TEST,
	WHERE_AND,
	WHERE_OR,
};

/* Which members a part of an expression names. */
enum where_uses {
	WHERE_USES_PLAIN = 1 << 0,
	WHERE_USES_SUM = 1 << 1,
	WHERE_USES_BOTH = WHERE_USES_PLAIN | WHERE_USES_SUM,
};

/* Numbers: a set of outcomes of a comparison. */
enum where_cmp {
	WHERE_LT = 1 << 0,
	WHERE_EQ = 1 << 1,
	WHERE_GT = 1 << 2,
};

enum where_how {
	WHERE_EQUAL,
	WHERE_DOMAIN,
	WHERE_GLOB,
};

#define WHERE_NONE	(-1)

struct where_node {
	enum where_kind kind;
	unsigned uses;			/* enum where_uses */
	bool negated;
	int first;			/* a list's first operand */
	int next;			/* the next one of the same list */

	const struct where_member *member;
	enum where_how how;		/* a text's */
	unsigned cmp;			/* a number's, enum where_cmp */
	bool has_prefix;
	struct str value;
	uint64_t number;
	struct prefix prefix;
};

struct where {
	struct where_node *node;	/* owned */
	size_t n;
	int root;
	char *values;			/* owned: the texts of all tests */
};

/* ASCII letters as lower case. */
static inline char
where_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool where_same(struct str, struct str) ATTR_NODISCARD;

/* Whether a whole text fits a glob that where_glob_error has nothing about. */
bool where_glob(struct str glob, struct str text) ATTR_NODISCARD;
/* What is wrong with it, or NULL. */
const char *where_glob_error(struct str glob);

#endif
