/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dns.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int ok)
{
	if (!ok)
		abort();
}

static void
check_text(struct str s, char least)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		must(s.p[i] >= least && s.p[i] < 0x7f);
}

/* Whatever came, its answers fit into one line and are printable. */
static void
check(const struct dns_msg *m, enum dns_state state, struct buf *out)
{
	struct rec r;
	size_t i;

	must(state == DNS_BAD || m->has_question || m->questions == 0);
	must((state == DNS_WHOLE) == (!m->fault && !m->cut));
	must(!m->fault || !m->cut);
	must(m->answers.n <= REC_LIST_MAX);
	for (i = 0; i < m->answers.n; i++) {
		check_text(m->answers.v[i].name, 0x21);
		check_text(m->answers.v[i].rtype, 0x21);
		check_text(m->answers.v[i].data, 0x20);
	}
	rec_init(&r, REC_TYPE_DNS);
	REC_SET(&r, DNS, dns, answers, m->answers);
	buf_reset(out);
	must(rec_encode(&r, out) == 0);
}

/* First byte: flags. Second: how many bytes the capture cut off. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct buf out;
	struct dns_msg m;
	enum dns_state state;

	if (size < 2)
		return 0;
	arena_init(&arena, 1 << 16);
	buf_init(&out, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	state = dns_parse(&m, &arena, data + 2, size - 2,
	    (uint64_t)size - 2 + (data[0] & 2 ? data[1] : 0), data[0] & 1);
	check(&m, state, &out);
	buf_release(&out);
	arena_release(&arena);
	return 0;
}
