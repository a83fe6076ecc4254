# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
spin-capture_NEEDS = PCAP
spin-capture_CFLAGS = $(PCAP_CFLAGS)
spin-capture_LIBS = $(PCAP_LIBS)
