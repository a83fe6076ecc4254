/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "show.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

#define TEXT_MAX	(4 << 20)	/* of one paragraph */
#define FACTS		17		/* column where values begin */

struct page {
	const struct mud *m;
	size_t width;
	struct buf *b;
};

/* "  label          value", the value being complete and escaped. */
static void
fact_text(const struct page *p, const char *label, const struct buf *value)
{
	char head[FACTS + 1];

	(void)snprintf(head, sizeof(head), "  %-*s", FACTS - 2, label);
	words_wrap(p->b, head, FACTS, p->width, value->p, value->n);
}

static void
fact(const struct page *p, const char *label, const char *before,
    const char *value)
{
	struct buf t;

	if (!value)
		return;
	buf_init(&t, TEXT_MAX);
	buf_puts(&t, before);
	words_escape(&t, value);
	fact_text(p, label, &t);
	buf_release(&t);
}

static void
heading(const struct page *p)
{
	const struct mud *m = p->m;
	const char *s = m->systeminfo && *m->systeminfo ? m->systeminfo :
	    m->model_name && *m->model_name ? m->model_name : m->url;
	struct buf t;

	buf_init(&t, TEXT_MAX);
	words_escape(&t, s ? s : "A device without a name");
	words_wrap(p->b, "", 0, p->width, t.p, t.n);
	buf_release(&t);
}

static void
support(const struct page *p)
{
	struct buf t;

	buf_init(&t, TEXT_MAX);
	buf_puts(&t, p->m->supported ? "yes" :
	    "NO: its maker has stopped supporting it");
	if (p->m->last_update) {
		buf_puts(&t, p->m->supported ? ", as of " :
		    ", in this file since ");
		words_escape(&t, p->m->last_update);
		if (!p->m->supported)
			buf_puts(&t, " or earlier");
	}
	fact_text(p, "supported", &t);
	buf_reset(&t);
	buf_printf(&t, "%u hour%s", p->m->cache_validity,
	    p->m->cache_validity == 1 ? "" : "s");
	fact_text(p, "valid for", &t);
	buf_release(&t);
}

static void
list_of(const struct page *p, const char *label, const json_t *list)
{
	size_t i;
	json_t *j;

	json_array_foreach((json_t *)list, i, j)
		fact(p, label, "", json_string_value(j));
}

/* RFC 9472: where to read of what the software is made. */
static void
sboms(const struct page *p, const json_t *t)
{
	const json_t *list = json_object_get(t, "sboms");
	const char *s, *url;
	struct buf x;
	size_t i;
	json_t *j;

	buf_init(&x, TEXT_MAX);
	json_array_foreach((json_t *)list, i, j) {
		s = json_string_value(json_object_get(j, "version-info"));
		url = json_string_value(json_object_get(j, "sbom-url"));
		buf_reset(&x);
		words_escape(&x, url ? url : "(nowhere)");
		if (s) {
			buf_puts(&x, " (version ");
			words_escape(&x, s);
			buf_putc(&x, ')');
		}
		fact_text(p, "software parts", &x);
	}
	s = json_string_value(json_object_get(t, "sbom-local-well-known"));
	if (s) {
		buf_reset(&x);
		buf_puts(&x, "told by the device itself, by ");
		words_escape(&x, strchr(s, ':') ? strchr(s, ':') + 1 : s);
		buf_puts(&x, ", at /.well-known/sbom");
		fact_text(p, "software parts", &x);
	}
	buf_release(&x);
	fact(p, "software parts", "ask at ", json_string_value(
	    json_object_get(t, "sbom-contact-uri")));
	fact(p, "software parts", "of older versions: ", json_string_value(
	    json_object_get(t, "sbom-archive-list")));
}

static void
transparency(const struct page *p)
{
	const json_t *t = p->m->transparency;

	if (!t)
		return;
	sboms(p, t);
	list_of(p, "weaknesses", json_object_get(t, "vuln-url"));
	fact(p, "weaknesses", "ask at ", json_string_value(
	    json_object_get(t, "vuln-contact-uri")));
}

static void
facts(const struct page *p)
{
	const struct mud *m = p->m;
	size_t i;

	fact(p, "maker", "", m->mfg_name);
	fact(p, "model", "", m->model_name);
	fact(p, "firmware", "", m->firmware_rev);
	fact(p, "software", "", m->software_rev);
	fact(p, "MUD URL", "", m->url);
	support(p);
	fact(p, "documentation", "", m->documentation);
	transparency(p);
	fact(p, "MASA", "", m->masa);
	fact(p, "signature", "to be had at ", m->signature);
	if (m->tls)
		fact(p, "TLS", "", "the file tells which TLS or DTLS the "
		    "device speaks (RFC 9761)");
	for (i = 0; i < m->nextensions; i++)
		fact(p, i ? "" : "extensions", "", m->extensions[i]);
}

static void
item(const struct page *p, const struct buf *t)
{
	words_wrap(p->b, "  - ", 4, p->width, t->p, t->n);
}

/* All that allow, or all that forbid. Returns how many there were. */
static size_t
sentences(const struct page *p, const struct words *w, bool accept)
{
	struct buf t;
	size_t i, n = 0;

	buf_init(&t, TEXT_MAX);
	for (i = 0; i < w->n; i++) {
		if (w->v[i].joined || w->v[i].ace->accept != accept)
			continue;
		if (!accept && n == 0)
			buf_puts(p->b, "\nIt must not:\n");
		buf_reset(&t);
		words_say(w, i, &t);
		item(p, &t);
		n++;
	}
	buf_release(&t);
	return n;
}

static bool
forbids(const struct mud *m)
{
	size_t i;

	for (i = 0; i < m->naces; i++)
		if (!m->aces[i].accept)
			return true;
	return false;
}

/* What every device may do, and the end. */
static void
rest(const struct page *p, const struct words *w)
{
	static const char *const asks[] = {
		"look up names and ask for the time at the DNS and time",
		"ask for the time at the time",
		"look up names at the DNS",
	};
	bool dns, ntp;
	struct buf t;
	int k;

	words_defaults(w, &dns, &ntp);
	buf_init(&t, TEXT_MAX);
	if (!dns || !ntp) {
		k = dns ? 1 : ntp ? 2 : 0;
		buf_printf(&t, "%s servers of your network, as every device "
		    "may%s (RFC 8520 appendix B)", asks[k],
		    forbids(p->m) ? " unless its file forbids it" : "");
		item(p, &t);
	}
	buf_reset(&t);
	buf_puts(&t, "nothing else");
	item(p, &t);
	buf_release(&t);
}

void
show(const struct mud *m, size_t width, struct buf *b)
{
	const struct page p = { m, width, b };
	struct words w;

	heading(&p);
	facts(&p);
	words_init(&w, m, NULL);
	words_join(&w);
	buf_puts(b, "\nIt may:\n");
	(void)sentences(&p, &w, true);
	rest(&p, &w);
	(void)sentences(&p, &w, false);
	words_release(&w);
}
