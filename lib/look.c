/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "look.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

#define CARET_MAX	72	/* columns of the text that are shown */

const char *const look_words[] = { "auto", "always", "never", NULL };

bool
look_colour(enum look when)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (when != LOOK_AUTO)
		return when == LOOK_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no && *no) && term &&
	    strcmp(term, "dumb") != 0;
}

/* POSIX XBD 8.2: the first one that is set and not empty counts. */
bool
look_utf8(void)
{
	static const char *const vars[] = { "LC_ALL", "LC_CTYPE", "LANG",
		NULL };
	const char *v = NULL;
	size_t i;

	for (i = 0; vars[i] && !(v && *v); i++)
		v = getenv(vars[i]);
	return v && (strstr(v, "UTF-8") || strstr(v, "utf8") ||
	    strstr(v, "UTF8") || strstr(v, "utf-8"));
}

/* Each byte that is not printable ASCII as a question mark: columns stay. */
static void
copy_shown(char *to, const char *from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = from[i] >= ' ' && from[i] < 0x7f ? from[i] : '?';
	to[n] = '\0';
}

void
look_caret(const char *text, size_t at, size_t n)
{
	char shown[CARET_MAX + 1], marks[CARET_MAX + 1];
	size_t len = strlen(text), from = 0, i;

	if (at > len)
		at = len;
	if (at >= CARET_MAX / 2 && len >= CARET_MAX)
		from = at - CARET_MAX / 2;
	if (len - from >= CARET_MAX)
		len = from + CARET_MAX - 1;
	copy_shown(shown, text + from, len - from);
	if (at + n > len)
		n = len - at;
	memset(marks, ' ', at - from);
	marks[at - from] = '^';
	for (i = 1; i < n; i++)
		marks[at - from + i] = '^';
	marks[at - from + (n ? n : 1)] = '\0';
	msg_hint("  %s", shown);
	msg_hint("  %s", marks);
}
