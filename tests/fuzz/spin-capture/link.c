/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "link.h"

#include <stdlib.h>
#include <string.h>

#include "attr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int ok)
{
	if (!ok)
		abort();
}

static int
inside(const uint8_t *p, size_t n, const uint8_t *data, size_t size)
{
	return p >= data && p <= data + size && n <= (size_t)(data + size - p);
}

/* A name is a word: it becomes a key of a record. */
static void
check_name(const char *s)
{
	must(s[0] != '\0' && strlen(s) < LINK_TEXT_MAX);
	for (; *s != '\0'; s++)
		must((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		    (*s >= '0' && *s <= '9') || *s == '_');
}

static void
check(uint32_t link, const uint8_t *data, size_t size, uint32_t len)
{
	struct link_info i;

	link_decode(link, data, (uint32_t)size, len, &i);
	if (i.kind != LINK_IP)
		check_name(i.name);
	must(inside(i.l3, i.l3_cap, data, size));
	must(i.l3_cap <= i.l3_len && i.l3_len <= len);
	must(i.src_mac == NULL || inside(i.src_mac, 6, data, size));
	must(i.dst_mac == NULL || inside(i.dst_mac, 6, data, size));
	must(i.vlan <= 4095 && i.inner_vlan <= 4095);
	if (i.kind == LINK_IP)
		must(i.ethertype == 0x0800 || i.ethertype == 0x86dd);
}

/* Every type that is read, and one that is not. */
static const uint16_t links[] = {
	0, 1, 6, 7, 8, 9, 10, 12, 14, 50, 51, 99, 100, 101, 102, 104, 105,
	106, 107, 108, 109, 113, 117, 119, 122, 123, 127, 129, 138, 163, 166,
	192, 195, 204, 205, 206, 219, 226, 228, 229, 239, 240, 241, 242, 258,
	276, 281, 282, 284, 285, 4711,
};

/*
 * A frame as each link type in turn. The first byte says how many bytes of it
 * were not captured.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		check(links[i], data + 1, size - 1,
		    (uint32_t)(size - 1) + data[0]);
	return 0;
}
