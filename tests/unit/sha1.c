/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sha1.h"

#include "tap.h"

/* The tests of RFC 3174 section 7.3: a text, given so many times. */
static const struct {
	const char *text;
	unsigned times;
	const char *digest;
} rfc[] = {
	{ "abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	{ "a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
	{ "0123456701234567012345670123456701234567012345670123456701234567",
	    10, "dea356a2cddd90c7a7ecedc5ebb563934f460452" },
};

/*
 * The first n bytes of the pattern below, around the borders of blocks and of
 * the padding; digests by sha1sum(1) of coreutils.
 */
static const struct {
	size_t n;
	const char *digest;
} lengths[] = {
	{ 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ 1, "9842926af7ca0a8cca12604f945414f07b01e13d" },
	{ 3, "4201de9f98cb0a9b8cf52398be7802b55d45266a" },
	{ 54, "0617d0e2db51b03d5d09c217b3fe0643ed6d152f" },
	{ 55, "ddf57317ef34bfee3b6df83d359098930eb278bc" },
	{ 56, "a0d492bb0fc889d0eca3bc137066ab6f4f74f369" },
	{ 57, "11a02dcf95859677a62e75024067c22b165d890f" },
	{ 62, "363c4d8b28918eacfb4b945bafd31cb62997a5cd" },
	{ 63, "c55856749bef509bdfe6bfebfc7bf4e793e82132" },
	{ 64, "bede92be29c3874e1b54ddc77988d606fc857a8e" },
	{ 65, "b05a80522b053d6dc7e0a517d0e70212c7dad11f" },
	{ 111, "4a01b1272627e5be00f57bc3c3029c23a452e629" },
	{ 112, "54c08c2a0ed21de25e3d8606c3929454eb1d3f8b" },
	{ 118, "55bfbde27c9acb13670a70e765a687b2da3435fc" },
	{ 119, "504e27376a6e0f0dba8295b85cb25dc4dfa17d23" },
	{ 120, "82134b02fb3f702491be9bed581eeab59334acb2" },
	{ 121, "f004a54c50aa3705ccc2f03f21016ca6a25755cb" },
	{ 127, "34d5e582029e9b9b85b2febe31da3db7cdabaaea" },
	{ 128, "a09133e6730ffe899efb70204cb5646cd5dc24ee" },
	{ 129, "808aea332ce367541d37adae7f94e59c5c1a934e" },
	{ 191, "49a4616be00bceb6192664c19a6a06dccd8bfd3d" },
	{ 192, "d4a590a7cfcb57efd1733aac508a22d4fea1b6e9" },
	{ 193, "4ae37a089bdbe2cb6b0138d66a182d0ec5c00897" },
	{ 1000, "4231a8a50a10fa9758db8ec71fdef855b751048a" },
};

#define PATTERN_MAX 1000

static uint8_t
pattern(size_t i)
{
	return (uint8_t)(i * 7 + 3);
}

static void
hex(struct sha1 *s, char to[static 2 * SHA1_BYTES + 1])
{
	uint8_t digest[SHA1_BYTES];
	int i;

	sha1_end(s, digest);
	for (i = 0; i < SHA1_BYTES; i++)
		(void)snprintf(to + 2 * i, 3, "%02x", digest[i]);
}

static void
check_rfc(void)
{
	char got[2 * SHA1_BYTES + 1];
	struct sha1 s;
	unsigned k;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rfc); i++) {
		sha1_init(&s);
		for (k = 0; k < rfc[i].times; k++)
			sha1_add(&s, rfc[i].text, strlen(rfc[i].text));
		hex(&s, got);
		tap_str(got, rfc[i].digest, "RFC 3174, test %zu", i + 1);
	}
}

/* The memory is exactly as long as the text: an overrun is seen by ASan. */
static void
check_lengths(void)
{
	char got[2 * SHA1_BYTES + 1];
	struct sha1 s;
	uint8_t *p;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		p = malloc(lengths[i].n + 1);
		if (!p)
			abort();
		for (k = 0; k < lengths[i].n; k++)
			p[1 + k] = pattern(k);
		sha1_init(&s);
		sha1_add(&s, p + 1, lengths[i].n);
		hex(&s, got);
		tap_str(got, lengths[i].digest, "%zu bytes", lengths[i].n);
		free(p);
	}
}

/* However a text is cut, the digest is that of the whole. */
static void
check_pieces(void)
{
	char got[2 * SHA1_BYTES + 1];
	const char *want = lengths[ARRAY_SIZE(lengths) - 1].digest;
	uint8_t text[PATTERN_MAX];
	size_t step, at, n, wrong = 0;
	struct sha1 s;

	for (at = 0; at < sizeof(text); at++)
		text[at] = pattern(at);
	for (step = 1; step <= 200; step++) {
		sha1_init(&s);
		for (at = 0; at < sizeof(text); at += n) {
			n = sizeof(text) - at < step ?
			    sizeof(text) - at : step;
			sha1_add(&s, text + at, n);
			sha1_add(&s, NULL, 0);
		}
		hex(&s, got);
		wrong += strcmp(got, want) != 0;
	}
	tap_uint(wrong, 0, "1000 bytes in pieces of 1 to 200, and of none");
}

/* A copy of the state goes its own way, as stream ids need. */
static void
check_copy(void)
{
	char got[2 * SHA1_BYTES + 1];
	struct sha1 s, copy;

	sha1_init(&s);
	sha1_add(&s, "a", 1);
	copy = s;
	sha1_add(&copy, "xyz", 3);
	hex(&copy, got);
	sha1_add(&s, "bc", 2);
	hex(&s, got);
	tap_str(got, rfc[0].digest, "a copy does not disturb");
}

int
main(void)
{
	check_rfc();
	check_lengths();
	check_pieces();
	check_copy();
	return tap_done();
}
