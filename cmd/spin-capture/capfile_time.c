/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile_int.h"

#include "rec.h"

/*
 * Times of pcapng: a 64-bit count of units that are a negative power of 10 or
 * (highest bit set) of 2 of a second, if_tsresol, and seconds to add to it,
 * if_tsoffset. All in integers: a double has no room for it.
 */

/* floor(ticks * 10^6 / 2^shift) for shift 0 to 127; false: too large. */
static bool
binary_us(uint64_t ticks, unsigned int shift, uint64_t *us)
{
	uint64_t low = (ticks & 0xffffffff) * 1000000;
	uint64_t high = (ticks >> 32) * 1000000 + (low >> 32);

	/* The product is high * 2^32 + low. */
	low = (high << 32) | (low & 0xffffffff);
	high >>= 32;
	if (shift >= 64) {
		*us = high >> (shift - 64);
		return true;
	}
	if (high >> shift != 0)
		return false;
	*us = shift == 0 ? low : low >> shift | high << (64 - shift);
	return true;
}

/* floor(ticks * 10^(6 - digits)) for digits 0 to 127; false: too large. */
static bool
decimal_us(uint64_t ticks, unsigned int digits, uint64_t *us)
{
	for (; digits < 6; digits++) {
		if (ticks > UINT64_MAX / 10)
			return false;
		ticks *= 10;
	}
	for (; digits > 6 && ticks > 0; digits--)
		ticks /= 10;
	*us = ticks;
	return true;
}

bool
capfile_time(const struct capfile_clock *c, uint64_t ticks, int64_t *us)
{
	const int64_t last = REC_TIME_MAX / 1000000;
	bool fits, good = true;
	uint64_t t;

	/* What nearly every file has. */
	if (likely(c->offset == 0 && (c->resol == 6 || c->resol == 9))) {
		t = c->resol == 6 ? ticks : ticks / 1000;
		if (likely(t <= (uint64_t)REC_TIME_MAX)) {
			*us = (int64_t)t;
			return true;
		}
	}
	if (c->resol & 0x80)
		fits = binary_us(ticks, c->resol & 0x7f, &t);
	else
		fits = decimal_us(ticks, c->resol, &t);
	/*
	 * Any count up to UINT64_MAX can still be brought into range by a
	 * negative offset; one beyond 2 * REC_TIME_MAX is taken for nonsense.
	 */
	if (!fits || t > 2 * (uint64_t)REC_TIME_MAX) {
		*us = REC_TIME_MAX;
		return false;
	}
	if (c->offset > last || c->offset < -2 * last) {
		*us = c->offset > 0 ? REC_TIME_MAX : 0;
		return false;
	}
	*us = (int64_t)t + c->offset * 1000000;
	if (*us < 0) {
		*us = 0;
		good = false;
	} else if (*us > REC_TIME_MAX) {
		*us = REC_TIME_MAX;
		good = false;
	}
	return good;
}
