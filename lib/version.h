/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_VERSION_H
#define SPIN_VERSION_H

/*
 * The one place that names the version. SPIN_VERSION counts semantically over
 * the options and the records; SPIN_RECORD_V is the member "v" of stream
 * records and rises only when something in the records is removed, renamed or
 * changes its meaning (spin-record(5)).
 */
#define SPIN_VERSION "0.1.0"
#define SPIN_RECORD_V 1

#endif
