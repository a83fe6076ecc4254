/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_ATTR_H
#define SPIN_ATTR_H

/*
 * What a declaration promises to the compiler and to its reader. gcc and
 * clang check these; any other compiler sees nothing.
 */
#if defined(__GNUC__) || defined(__clang__)
#define ATTR_PRINTF(fmt, first)	__attribute__((format(printf, fmt, first)))
#define ATTR_NODISCARD		__attribute__((warn_unused_result))
#define ATTR_NONNULL		__attribute__((nonnull))
#define ATTR_NORETURN		__attribute__((noreturn))
#define ATTR_UNUSED		__attribute__((unused))
/* For what runs for every packet, where the compiler would rather call. */
#define ATTR_INLINE		__attribute__((always_inline)) inline
/* For what hardly ever runs beside it. */
#define ATTR_COLD		__attribute__((noinline, cold))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#else
#define ATTR_PRINTF(fmt, first)
#define ATTR_NODISCARD
#define ATTR_NONNULL
#define ATTR_NORETURN
#define ATTR_UNUSED
#define ATTR_INLINE		inline
#define ATTR_COLD
#define likely(x)		(x)
#define unlikely(x)		(x)
#endif

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

#endif
