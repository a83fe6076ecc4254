# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
spin-mud_NEEDS = JANSSON CURL CRYPTO
spin-mud_CFLAGS = $(JANSSON_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
spin-mud_LIBS = $(JANSSON_LIBS) $(CURL_LIBS) $(CRYPTO_LIBS)
