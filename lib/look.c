/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "look.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"
#include "utf8.h"

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

/* Letters of Latin, Greek, Cyrillic and Armenian: surely one column each. */
static bool
is_narrow(uint32_t c)
{
	return utf8_shown(c) && (c < 0x300 || (c >= 0x370 && c < 0x483) ||
	    (c >= 0x48a && c < 0x590));
}

/* The character at s, as it is shown, into `to`; *len is its own length. */
static size_t
shown_char(char *to, const char *s, size_t n, bool utf8, size_t *len)
{
	uint32_t c;

	*len = utf8_char(s, n, &c);
	if (*len == 0 || !is_narrow(c) || (*len > 1 && !utf8)) {
		*len = *len ? *len : 1;
		*to = '?';
		return 1;
	}
	memcpy(to, s, *len);
	return *len;
}

/* Characters that begin before byte `at`. */
static size_t
column(const char *text, size_t n, size_t at)
{
	size_t i, len, columns = 0;
	char c[4];

	for (i = 0; i < at; i += len, columns++)
		(void)shown_char(c, text + i, n - i, true, &len);
	return columns;
}

/* Where in the text the first column is that is shown, if there are so many. */
static size_t
first_column(size_t at, size_t columns)
{
	size_t from = at > LOOK_COLUMNS / 2 ? at - LOOK_COLUMNS / 2 : 0;

	if (columns <= LOOK_COLUMNS)
		return 0;
	return from < columns - LOOK_COLUMNS ? from : columns - LOOK_COLUMNS;
}

/* Columns from..from + LOOK_COLUMNS, with dots where there are more. */
static void
copy_shown(char *to, const char *text, size_t n, size_t from, size_t columns,
    bool utf8)
{
	size_t i, len, col, put, last = from + LOOK_COLUMNS;
	char c[4];

	for (i = 0, col = 0; i < n && col < last; i += len, col++) {
		put = shown_char(c, text + i, n - i, utf8, &len);
		if (col < from)
			continue;
		if ((from > 0 && col < from + 3) ||
		    (columns > last && col >= last - 3)) {
			*to++ = '.';
			continue;
		}
		memcpy(to, c, put);
		to += put;
	}
	*to = '\0';
}

void
look_mark(const char *text, size_t at, size_t n, bool utf8,
    struct look_marks *to)
{
	size_t len = strlen(text), columns, begin, end, from;

	if (at > len)
		at = len;
	if (n > len - at)
		n = len - at;
	columns = column(text, len, len);
	begin = column(text, len, at);
	end = column(text, len, at + n);
	if (end == begin)
		end++;
	/* One more for a mark behind the end. */
	from = first_column(begin, columns + (begin == columns));
	copy_shown(to->text, text, len, from, columns, utf8);
	if (end > from + LOOK_COLUMNS)
		end = from + LOOK_COLUMNS;
	memset(to->marks, ' ', begin - from);
	memset(to->marks + (begin - from), '^', end - begin);
	to->marks[end - from] = '\0';
}

void
look_caret(const char *text, size_t at, size_t n)
{
	struct look_marks m;

	look_mark(text, at, n, look_utf8(), &m);
	msg_hint("  %s", m.text);
	msg_hint("  %s", m.marks);
}
