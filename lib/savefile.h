/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SAVEFILE_H
#define SPIN_SAVEFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "buf.h"

/*
 * Whole files: read up to a limit, replaced as a whole. Whoever reads a file
 * that is written here sees all of the old one or all of the new one, also
 * after the program was killed or the power was cut at any moment.
 *
 * All return 0, or -errno with errno set to the same. A folder is a
 * descriptor open for reading, or AT_FDCWD.
 *
 *	buf_init(&b, MAX);
 *	if (savefile_read("toaster.p7s", MAX, &b) < 0)
 *		msg_error_sys("toaster.p7s");
 */

/*
 * Adds the bytes of any file (a pipe is one) to `out`. EFBIG when there are
 * more than `max`, or more than fit in `out`; then and on any other failure
 * what was added is taken off again.
 */
int savefile_read(const char *path, size_t max, struct buf *out)
    ATTR_NODISCARD;

/*
 * The same for a file that this program keeps. It must be regular (EINVAL),
 * no symbolic link (ELOOP), ours and writable by nobody else (EPERM).
 */
int savefile_read_own(int dir, const char *name, size_t max, struct buf *out)
    ATTR_NODISCARD;

/*
 * Writes a temporary file beside it, syncs it, renames it over the old one and
 * syncs the folder; its mode is that of the old file, or what the umask
 * leaves of 0666. What stands there and is no regular file stays
 * (ELOOP for a symbolic link, EISDIR, EINVAL), so that /dev/null survives.
 * After a failure the old file is as it was, unless syncing the folder was
 * what failed. A temporary file outlives only a program that was killed.
 */
int savefile_write(const char *path, const void *, size_t n) ATTR_NODISCARD;

/* The same with a plain name in a folder, and mode 0600. */
int savefile_write_at(int dir, const char *name, const void *, size_t n)
    ATTR_NODISCARD;

/* Whether a name is one that a temporary file has. */
bool savefile_is_temporary(const char *name);

/* Makes what was done in a folder last. */
int savefile_sync_dir(int dir) ATTR_NODISCARD;

#endif
