# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
# shellcheck shell=bash
#
# Once before all e2e tests, whichever way bats was started.

setup_suite() {
	export LC_ALL=C TZ=UTC
	export SPIN_SRC=${SPIN_SRC:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	export SPIN_BIN=${SPIN_BIN:-$SPIN_SRC/build}
	export PYTHONDONTWRITEBYTECODE=1
	unset SPIN_TRACE NO_COLOR
	umask 022
}
