/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_MODEL_H
#define SPIN_MUD_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "buf.h"

/*
 * What a MUD file means, as C structures: made of a file that lint found no
 * error in (in RFC form), read by show, diff and merge and, later, by check,
 * generate and compile. Of a file with errors what is understood is read:
 * policies that name no list are passed over, matches of the wrong type make
 * an entry odd.
 *
 *	struct mud *m = mud_new(doc_root(doc));
 *	for (i = 0; i < m->naces; i++) ...
 *	mud_free(m);
 *
 * All texts point into the tree, which must live as long.
 */
enum mud_dir { MUD_FROM_DEVICE, MUD_TO_DEVICE };

/* Ports; op: 0 range from..to, else '=', '<' (lte), '>' (gte), '!' (neq). */
struct mud_ports {
	bool set;
	char op;
	uint16_t from, to;	/* both the same with an operator */
};

/* One access control entry: everything that is set must match. */
struct mud_ace {
	enum mud_dir dir;
	const char *acl, *name;		/* where it stands */
	const char *acl_type;		/* without a module's name, or NULL */
	size_t list;			/* the how-manyeth list that is */
	uint8_t ipver;			/* 4, 6; 0: both (an ethernet list) */
	int proto;			/* IP protocol, or -1: any */
	int ethertype;			/* or -1 */
	const char *src_dns, *dst_dns;	/* ietf-acldns, or NULL */
	struct prefix src_net, dst_net;	/* addr.ver 0: not set */
	const char *manufacturer;	/* RFC 8520 matches; NULL: not set */
	const char *model, *controller;
	bool same_manufacturer, local_networks, my_controller;
	struct mud_ports sport, dport;	/* of TCP or UDP */
	int icmp_type, icmp_code;	/* or -1 */
	int initiated;			/* an enum mud_dir, or -1: either */
	bool accept;			/* forwarding: accept; else drop */
	const json_t *tls;	/* (D)TLS profiles (RFC 9761), or NULL */
	bool odd;			/* mud_odd() and mud_ignored() tell */
	const json_t *json;
};

struct mud {
	const char *url, *last_update, *signature, *systeminfo, *mfg_name,
	    *model_name, *firmware_rev, *software_rev, *documentation;
	unsigned version, cache_validity;	/* hours; 48 if not said */
	bool supported;
	bool tls;		/* is-tls-dtls-profile-supported (RFC 9761) */
	const char *extensions[16];
	size_t nextensions;
	/*
	 * Links of RFC 9472, or NULL: where there are several, the first one
	 * (`transparency` has all of them).
	 */
	const char *sbom, *vulnerabilities;
	const json_t *transparency;		/* an object, or NULL */
	const char *masa;			/* RFC 8995, or NULL */
	struct mud_ace *aces;	/* owned; as the policies name them, in order */
	size_t naces;
	const json_t *root;	/* of the whole file */
};

#define MUD_ACES_MAX	4096

/* NULL: there is no ietf-mud:mud in it, or there are too many entries. */
struct mud *mud_new(const json_t *root) ATTR_NODISCARD;
void mud_free(struct mud *);

/*
 * Of an odd entry: what else must match, as "ipv4/dscp is 46 and ...", and
 * what it has that no standard knows, which is ignored (RFC 8520 section
 * 3.13), as "udp/x, y/z". Not escaped; in a fixed order; nothing when there
 * is none.
 */
void mud_odd(const struct mud_ace *, struct buf *);
void mud_ignored(const struct mud_ace *, struct buf *);

#endif
