/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_STORE_META_H
#define SPIN_MUD_STORE_META_H

#include "attr.h"
#include "buf.h"
#include "sha256.h"
#include "store.h"

/*
 * meta.json of the store: what a store_entry has beside its two files, whose
 * hashes it names, with a sum over all of that, so that damage is found. Text
 * from outside is kept as utf8_escape makes it, so that it is JSON whatever
 * bytes a server sent.
 */
struct store_meta {
	char file[SHA256_HEX];
	char sig[SHA256_HEX];	/* empty: unsigned */
};

/* 0, or -1 and errno (EBADMSG: it is not what store_meta_write writes). */
int store_meta_read(const struct buf *, struct store_meta *,
    struct store_entry *) ATTR_NODISCARD;
int store_meta_write(const struct store_meta *, const struct store_entry *,
    struct buf *) ATTR_NODISCARD;

#endif
