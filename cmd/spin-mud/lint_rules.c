/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lint_priv.h"

#include <string.h>
#include <time.h>

#define URL_MAX		255	/* bytes that DHCP's option has room for */
#define SYSTEMINFO_MAX	60
#define CACHE_MIN	24	/* hours */

/* Goes down to a node of ietf-mud; NULL: it is not there, nothing to leave. */
static const json_t *
enter(struct lint *l, const json_t *mud, const char *name)
{
	const char *written;
	const json_t *v = lint_member(mud, schema_mud, schema_mud, name,
	    &written);

	if (v)
		lint_down(l, v, written, 0);
	return v;
}

/* The string of a node if its type is content with it, else NULL. */
static const char *
good_string(const char *name, const json_t *v)
{
	const struct schema_node *node = schema_child(schema_root, name);
	char why[SCHEMA_WHY];
	const char *rule;

	return node && json_is_string(v) &&
	    schema_check(node->type, v, &rule, why) ? json_string_value(v)
	    : NULL;
}

static void
check_version(struct lint *l, const json_t *mud)
{
	const json_t *v = enter(l, mud, "mud-version");

	if (!v)
		return;
	if (json_is_integer(v) && json_integer_value(v) != 1)
		lint_say(l, FINDING_ERROR, "version", "RFC 8520 section 3.1",
		    "there is no version of MUD but 1");
	lint_up(l);
}

static size_t
count_chars(const char *s)
{
	size_t n;

	for (n = 0; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void
check_url(struct lint *l, const char *url)
{
	const char *host = url + strlen("https://");
	size_t n;

	if (strncmp(url, "https:", 6) != 0) {
		lint_say(l, FINDING_ERROR, "insecure-url",
		    "RFC 8520 section 6", "a MUD URL begins with https");
		return;
	}
	if (strncmp(url, "https://", 8) != 0 || strchr("/?#:@", *host)) {
		lint_say(l, FINDING_ERROR, "url", "RFC 8520 section 6",
		    "there is no host in this URL");
		return;
	}
	n = strcspn(host, "/?#");
	if (memchr(host, '@', n))
		lint_say(l, FINDING_WARNING, "url", "RFC 9110 section 4.2.4",
		    "there should be no user in a URL");
	if (strlen(url) > URL_MAX)
		lint_say(l, FINDING_WARNING, "too-long",
		    "RFC 8520 section 10",
		    "is %zu bytes long, devices can announce %d",
		    strlen(url), URL_MAX);
}

static void
check_urls(struct lint *l, const json_t *mud)
{
	const json_t *v = enter(l, mud, "mud-url");
	const char *s;

	if (v) {
		s = good_string("mud-url", v);
		if (s)
			check_url(l, s);
		lint_up(l);
	}
	v = enter(l, mud, "mud-signature");
	if (!v) {
		lint_say(l, FINDING_NOTE, "signature-missing",
		    "RFC 8520 section 13", "the file names no signature");
		return;
	}
	s = good_string("mud-signature", v);
	if (s && strncmp(s, "https:", 6) != 0)
		lint_say(l, FINDING_WARNING, "insecure-url",
		    "RFC 8520 section 13",
		    "a signature is fetched by https only");
	lint_up(l);
}

static void
check_times(struct lint *l, const json_t *mud)
{
	int64_t now = l->opts->now ? l->opts->now : (int64_t)time(NULL);
	const json_t *v = enter(l, mud, "last-update");
	const char *s;
	json_int_t hours;

	if (v) {
		s = good_string("last-update", v);
		if (s && schema_seconds(s) > now)
			lint_say(l, FINDING_WARNING, "time",
			    "RFC 8520 section 3.4",
			    "the last update is in the future");
		lint_up(l);
	}
	v = enter(l, mud, "cache-validity");
	if (!v)
		return;
	hours = json_is_integer(v) ? json_integer_value(v) : 0;
	if (hours > 0 && hours < CACHE_MIN)
		lint_say(l, FINDING_WARNING, "cache-validity",
		    "RFC 8520 section 3.5",
		    "should be no less than %d hours", CACHE_MIN);
	lint_up(l);
}

static void
check_about(struct lint *l, const json_t *mud)
{
	const json_t *v = enter(l, mud, "systeminfo");
	size_t n;

	if (v) {
		n = json_is_string(v) ? count_chars(json_string_value(v)) : 0;
		if (n > SYSTEMINFO_MAX)
			lint_say(l, FINDING_WARNING, "too-long",
			    "RFC 8520 section 3.7",
			    "should not be longer than %d characters, is %zu",
			    SYSTEMINFO_MAX, n);
		lint_up(l);
	}
	v = enter(l, mud, "is-supported");
	if (!v)
		return;
	if (json_is_false(v))
		lint_say(l, FINDING_NOTE, "unsupported",
		    "RFC 8520 section 3.6",
		    "the maker does not support the device any longer");
	lint_up(l);
}

static bool
is_used(const struct lint *l, const char *extension)
{
	size_t i;

	for (i = 0; i < l->nused; i++)
		if (strcmp(l->used[i], extension) == 0)
			return true;
	return false;
}

static void
check_extension(struct lint *l, const char *name)
{
	const char *source = schema_extension_source(name);

	if (!source)
		lint_say(l, FINDING_NOTE, "extension-unknown",
		    "RFC 8520 section 3.9",
		    "an extension that is not known here");
	else if (!is_used(l, name))
		lint_say(l, FINDING_NOTE, "extension-unused", source,
		    "nothing in the file is of this extension");
}

static void
check_extensions(struct lint *l, const json_t *mud)
{
	const json_t *v = enter(l, mud, "extensions"), *item;
	size_t i;

	if (!v)
		return;
	for (i = 0; i < json_array_size(v); i++) {
		item = json_array_get(v, i);
		lint_down(l, item, NULL, i);
		if (json_is_string(item))
			check_extension(l, json_string_value(item));
		lint_up(l);
	}
	lint_up(l);
}

void
lint_rules(struct lint *l)
{
	const json_t *root = doc_root(l->doc), *mud, *acls;
	const char *written;

	acls = lint_member(root, NULL, schema_acl, "acls", NULL);
	mud = lint_member(root, NULL, schema_mud, "mud", &written);
	if (json_is_object(mud)) {
		lint_down(l, mud, written, 0);
		check_version(l, mud);
		check_urls(l, mud);
		check_times(l, mud);
		check_about(l, mud);
		check_extensions(l, mud);
		lint_up(l);
	}
	lint_acl_rules(l, mud, acls);
}
