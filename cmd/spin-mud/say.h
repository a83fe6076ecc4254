/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_SAY_H
#define SPIN_MUD_SAY_H

#include <stddef.h>

#include "buf.h"
#include "services.h"
#include "words.h"

/* Classes of controllers that RFC 8520 section 17.7 registers. */
#define SAY_DNS	"urn:ietf:params:mud:dns"
#define SAY_NTP	"urn:ietf:params:mud:ntp"

/*
 * The words of one sentence, about the peers of `n` entries that are alike
 * but for them (the first being s->ace). Called by words.c.
 */
void say_sentence(const struct sentence *s, const struct mud_ace *const *peers,
    size_t n, const struct services *, struct buf *);

#endif
