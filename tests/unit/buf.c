/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "buf.h"

#include "tap.h"

int
main(void)
{
	struct buf b;
	unsigned wrong = 0;
	size_t i;

	buf_init(&b, 1000);
	tap_uint(b.n, 0, "empty");
	buf_add(&b, NULL, 0);
	tap_ok(!b.failed && b.n == 0, "nothing added is nothing");
	buf_puts(&b, "abc");
	buf_putc(&b, 'd');
	buf_printf(&b, "%d-%s", 42, "x");
	tap_mem(b.p, b.n, "abcd42-x", 8, "what was added");
	for (i = b.n; i < 1000; i++)
		buf_putc(&b, (char)(i & 127));
	tap_ok(!b.failed && b.n == 1000, "full to the last byte");
	for (i = 8; i < 1000; i++)
		wrong += b.p[i] != (char)(i & 127);
	tap_uint(wrong, 0, "growing kept all bytes");
	tap_ok(b.cap <= 1000, "never more memory than the maximum");
	buf_putc(&b, 'x');
	tap_ok(b.failed && b.n == 1000, "one more fails and adds nothing");
	buf_reset(&b);
	tap_ok(!b.failed && b.n == 0, "reset forgets");
	buf_add(&b, "abc", 3);
	tap_ok(buf_room(&b, 998) == NULL && b.failed, "no room");
	buf_add(&b, "d", 1);
	tap_ok(b.n == 3, "a failure is kept: what follows is not added");
	buf_reset(&b);
	buf_printf(&b, "%0999d", 7);
	tap_ok(!b.failed && b.n == 999 && b.p[998] == '7',
	    "formatted to the end");
	buf_reset(&b);
	buf_printf(&b, "%01000d", 7);
	tap_ok(b.failed && b.n == 0, "formatted beyond it");
	buf_reset(&b);
	tap_ok(buf_room(&b, SIZE_MAX) == NULL, "absurd sizes do not wrap");
	buf_release(&b);
	tap_ok(b.p == NULL && b.max == 1000, "released, can be used again");
	buf_putc(&b, 'x');
	tap_ok(b.n == 1, "and is");
	buf_release(&b);
	return tap_done();
}
