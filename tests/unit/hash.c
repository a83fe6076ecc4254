/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "hash.h"

#include "tap.h"

/*
 * SipHash-1-3 as CPython has it: hash() of bytes, byte i being 7 i + 1, with
 * PYTHONHASHSEED 0, 1 and 12345, whose keys these are.
 */
static const uint64_t py_keys[][2] = {
	{ 0, 0 },
	{ 0xaed66ce184be2329, 0xebe9bbf1f1499052 },
	{ 0x25556dc46dc3dca0, 0xfc3ee4dbd06f6c90 },
};

static const struct {
	size_t key, n;
	uint64_t want;
} sip[] = {
	{ 0, 1, 0x44bc103b1f8540ed }, { 0, 7, 0xb41012aeee05c7d4 },
	{ 0, 8, 0xd22d9341176d0728 }, { 0, 9, 0x4ec42971d570753b },
	{ 0, 15, 0x566f711d32f59152 }, { 0, 16, 0x7e6bfb8bf1d36ac4 },
	{ 0, 31, 0x1c67696cfcadb9a6 }, { 0, 64, 0x814eabd66a4299eb },
	{ 0, 100, 0x27a357ab4c25be13 },
	{ 1, 1, 0xc1147c52c3233753 }, { 1, 7, 0x5c994516a4101331 },
	{ 1, 8, 0x7cbd3a6d1943283b }, { 1, 9, 0x9820252ce8900e20 },
	{ 1, 15, 0x8094fdf99c4d6cb4 }, { 1, 16, 0x2d2a74a1a5662e5f },
	{ 1, 31, 0x78306de0123ef5ea }, { 1, 64, 0xb67068993e9a4e19 },
	{ 1, 100, 0x4db5cca57c51ed3a },
	{ 2, 1, 0x2fa2a562722d7e86 }, { 2, 8, 0x774c3172df2be4f9 },
	{ 2, 100, 0x0600e82ec7dd0edf },
};

static void
test_siphash(void)
{
	unsigned char bytes[104];
	struct hashkey key = { { 0 } };
	size_t i;

	/* One byte further in: no alignment is needed. */
	for (i = 0; i < 100; i++)
		bytes[i + 1] = (unsigned char)(i * 7 + 1);
	for (i = 0; i < ARRAY_SIZE(sip); i++) {
		key.k[0] = py_keys[sip[i].key][0];
		key.k[1] = py_keys[sip[i].key][1];
		tap_ok(hash_bytes(&key, bytes + 1, sip[i].n) == sip[i].want,
		    "%zu bytes, key %zu", sip[i].n, sip[i].key);
	}
}

/*
 * NH and the folding behind it, from arithmetic on whole numbers; word i of
 * the key is 0x0123456789abcdef times i + 3.
 */
static void
test_words(void)
{
#ifdef __SIZEOF_INT128__
	static const struct {
		size_t n;
		uint64_t w[8], want;
	} t[] = {
		{ 2, { 0, 0 }, 0x50b70a3fd2c16551 },
		{ 2, { 1, 0 }, 0x825ab5d4a36e64ce },
		{ 2, { 0, 1 }, 0x631088ba7838b8b5 },
		{ 2, { UINT64_MAX, UINT64_MAX }, 0x5c525e2fd5c16c39 },
		{ 4, { 1, 2, 3, 4 }, 0x2500f0312a160555 },
		{ 8, { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX,
		    UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
		    0x0e0c0af78eb2366e },
		{ 8, { 0, 0x9e3779b97f4a7c15, 0x3c6ef372fe94f82a,
		    0xdaa66d2c7ddf743f, 0x78dde6e5fd29f054,
		    0x1715609f7c746c69, 0xb54cda58fbbee87e,
		    0x538454127b096493 }, 0x7f1519fd7c1a8aff },
	};
	struct hashkey key;
	size_t i;

	for (i = 0; i < HASH_WORDS + 1; i++)
		key.k[i] = UINT64_C(0x0123456789abcdef) * (i + 3);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		tap_ok(hash_words(&key, t[i].w, t[i].n) == t[i].want,
		    "words %zu", i);
#else
	tap_skip("no 128-bit integers", "words");
#endif
}

/*
 * Keys that count up, as ports and addresses do, spread over 4096 buckets by
 * the low bits: 16 expected in each. Of a fair hash the fullest of both has
 * more than 48 with probability 3e-7.
 */
static void
test_spread(void)
{
	static unsigned words[4096], bytes[4096];
	struct hashkey key;
	unsigned most = 0;
	uint64_t w[2];
	size_t i;

	if (setenv("SPIN_TEST_SEED", "3", 1) < 0 || hashkey_init(&key) < 0)
		abort();
	for (i = 0; i < 65536; i++) {
		w[0] = i;
		w[1] = UINT64_C(0xc0a80816) << 32;
		words[hash_words(&key, w, 2) & 4095]++;
		bytes[hash_bytes(&key, w, sizeof(w)) & 4095]++;
	}
	for (i = 0; i < 4096; i++) {
		most = words[i] > most ? words[i] : most;
		most = bytes[i] > most ? bytes[i] : most;
	}
	tap_ok(most <= 48, "the fullest bucket has %u", most);
}

static void
test_keys(void)
{
	struct hashkey a, b;

	if (unsetenv("SPIN_TEST_SEED") < 0)
		abort();
	tap_int(hashkey_init(&a), 0, "a key");
	tap_int(hashkey_init(&b), 0, "another key");
	tap_ok(memcmp(&a, &b, sizeof(a)) != 0, "is another");
	if (setenv("SPIN_TEST_SEED", "1", 1) < 0)
		abort();
	tap_int(hashkey_init(&a), 0, "a key for tests");
	tap_int(hashkey_init(&b), 0, "once more");
	tap_ok(memcmp(&a, &b, sizeof(a)) == 0, "is the same");
}

int
main(void)
{
	test_siphash();
	test_words();
	test_spread();
	test_keys();
	return tap_done();
}
