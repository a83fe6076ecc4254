# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
spin-dig_NEEDS = PSL
spin-dig_CFLAGS = $(PSL_CFLAGS)
spin-dig_LIBS = $(PSL_LIBS)
