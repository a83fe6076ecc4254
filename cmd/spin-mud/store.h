/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_STORE_H
#define SPIN_MUD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"

/*
 * What spin-mud keeps between runs (-s DIR): for each MUD URL the file that
 * was accepted last, its signature, who signed it, when it was fetched and
 * until when it holds. One folder for each URL, named by the SHA-256 of the
 * URL, so that nothing of a URL becomes part of a path; files 0600, folders
 * 0700, each replaced as a whole (write, fsync, rename).
 *
 *	DIR/lock
 *	DIR/HASH OF URL/HASH OF FILE.mud
 *	DIR/HASH OF URL/HASH OF SIGNATURE.p7s
 *	DIR/HASH OF URL/meta.json
 *
 * meta.json names the other two and is written last, so an entry changes in
 * one moment: killed at any time, the store has the old one or the new one,
 * and leftovers go with the next put. It is trusted only as far as it fits:
 * what is not a regular file or folder (ELOOP, EINVAL, ENOTDIR), not ours or
 * writable by others (EPERM), or does not have the bytes that its name and
 * meta.json say (EBADMSG), is refused and never overwritten.
 *
 * The first signer of a URL is pinned by its key; a changed signer, a changed
 * authority of mud-url or mud-signature, a file that lost its signature and
 * one whose last-update is older than that of the one kept need approval.
 */
struct store;

#define STORE_FILE_MAX	(256 << 10)	/* bytes of a MUD file */
#define STORE_SIG_MAX	(64 << 10)
#define STORE_WAIT	30		/* seconds, for another run to end */

struct store_entry {
	struct buf file, sig;	/* owned; sig empty: unsigned */
	char url[1024];
	char signer[256], key_id[65];
	char last_update[40];
	char etag[256], modified[64];
	int64_t fetched, expires;	/* seconds since 1970 */
	bool approved;		/* by a person, or by its signature */
};

/*
 * NULL and errno when the folder cannot be used. Makes it, and those above it,
 * if they are absent; 0700. From here to store_free nobody else can open that
 * store, so that what was read is still so when the answer is written; they
 * wait, and fail with EBUSY in the end. Open one only once at a time in a
 * program: the lock is fcntl's.
 */
struct store *store_open(const char *dir) ATTR_NODISCARD;
void store_free(struct store *);

/*
 * 1 when there is an entry for that URL, 0 when not, -1 and errno. Whatever
 * was in the entry is overwritten; release it after a 1.
 */
int store_get(struct store *, const char *url, struct store_entry *)
    ATTR_NODISCARD;

/*
 * 0, or -1 and errno: EINVAL for an entry without URL or file, EFBIG for one
 * that is too large. After a failure the old entry is still there.
 */
int store_put(struct store *, const struct store_entry *) ATTR_NODISCARD;

/* Harmless on one that is all zeros, and twice. */
void store_entry_release(struct store_entry *);

/*
 * Why `new` needs approval after `old` (NULL: there is none); NULL: it does
 * not. Authorities are taken from the files themselves, without the default
 * port and in lower case; a last-update that cannot be read counts as older.
 * The first signature of a file that had none needs no approval here.
 */
const char *store_change(const struct store_entry *old,
    const struct store_entry *new);

#endif
