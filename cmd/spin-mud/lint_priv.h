/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_LINT_PRIV_H
#define SPIN_MUD_LINT_PRIV_H

#include "lint.h"
#include "schema.h"

/*
 * Where in the tree lint is: the values from the root down and the pointer to
 * the last of them. Each lint_down has its lint_up.
 */
struct lint {
	const struct doc *doc;
	const struct lint_opts *opts;
	struct findings *out;
	struct pointer at;
	struct {
		const json_t *v;
		const char *name;	/* NULL: the index counts */
		size_t index;
	} up[DOC_DEPTH + 1];
	size_t depth;
	const char *used[SCHEMA_CHILDREN];	/* extensions, once each */
	size_t nused;
	json_t *declared;	/* owned set of names */
};

void lint_down(struct lint *, const json_t *, const char *name, size_t index);
void lint_up(struct lint *);

/* A finding about the value lint is at. */
void lint_say(struct lint *, enum severity, const char *rule,
    const char *source, const char *fmt, ...) ATTR_PRINTF(5, 6);

/*
 * The member of an object that is a node of `module`, within a node of module
 * `parent`, written with its module or, where that may be, without. The name
 * as it is written goes to *written unless that is NULL. NULL: there is none.
 */
const json_t *lint_member(const json_t *obj, const char *parent,
    const char *module, const char *name, const char **written);

/* The rules that are not in the tables (lint_rules.c, lint_acl.c). */
void lint_rules(struct lint *);
void lint_acl_rules(struct lint *, const json_t *mud, const json_t *acls);

#endif
