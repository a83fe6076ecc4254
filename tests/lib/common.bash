# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
# shellcheck shell=bash
#
# Helpers of the e2e tests: load ../lib/common, and call spin_setup in
# setup(). Then the current folder is empty and the test's own.

spin_setup() {
	bats_require_minimum_version 1.5.0
	SPIN_SRC=${SPIN_SRC:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	SPIN_BIN=${SPIN_BIN:-$SPIN_SRC/build}
	SPIN_DATA=${SPIN_TEST_DATA:-$SPIN_SRC/../shared/data}
	export SPIN_SRC SPIN_BIN SPIN_DATA
	cd "$BATS_TEST_TMPDIR" || return 1
}

# skip_without COMMAND...: skips the test where one is not installed.
skip_without() {
	local command

	for command in "$@"; do
		command -v "$command" >/dev/null ||
			skip "$command is not installed"
	done
}

# skip_without_data [PATH]: the same for the large test data.
skip_without_data() {
	[ -e "$SPIN_DATA/${1:-}" ] ||
		skip "no test data (SPIN_TEST_DATA): ${1:-$SPIN_DATA}"
}

# skip_without_tool NAME: the same for a tool of ours that was not built.
skip_without_tool() {
	[ -x "$SPIN_BIN/$1" ] || skip "$1 is not built"
}

# oracle_setup COMMAND...: for the tests over the large data, instead of
# spin_setup; COMMANDs are where the truth comes from. The current folder is
# the project's, to which relative paths of the data refer.
oracle_setup() {
	spin_setup
	cd "$SPIN_SRC" || return 1
	skip_without_data .
	skip_without_tool spin-capture
	skip_without python3 "$@"
}

# oracle NAME ARGUMENT...: a comparison of tests/oracle/NAME.py.
oracle() {
	python3 "$SPIN_SRC/tests/oracle/$1.py" "${@:2}"
}

# fail WORD...: ends the test, saying why.
fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# same WANT GOT WHAT: fails, showing both, unless they are alike.
same() {
	[ "$1" = "$2" ] || fail "$3: want '$1', got '$2'"
}

# The tools that were built, one a line: as make says, else what is there.
built_tools() {
	local tool

	if [ -n "${SPIN_TOOLS+set}" ]; then
		for tool in $SPIN_TOOLS; do
			printf '%s\n' "$tool"
		done
		return
	fi
	for tool in "$SPIN_BIN"/spin-*; do
		if [ -f "$tool" ] && [ -x "$tool" ]; then
			printf '%s\n' "${tool##*/}"
		fi
	done
}

# without_reader COMMAND...: runs a command whose stdout is a pipe that nobody reads
# any more, from the start, so that the outcome does not depend on timing.
without_reader() {
	local fifo=$BATS_TEST_TMPDIR/fifo.$RANDOM status=0

	mkfifo "$fifo"
	# shellcheck disable=SC2094 # one descriptor only lets the other open
	exec 8<>"$fifo" 9>"$fifo"
	exec 8>&-
	"$@" >&9 9>&- || status=$?
	exec 9>&-
	rm -f "$fifo"
	return "$status"
}

# ---- captures, written byte by byte ----

# le16 N, le32 N: bytes, least significant first; be16 N: most.
be16() {
	le16 $((($1 & 255) << 8 | $1 >> 8))
}

le16() {
	local hex

	printf -v hex '\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255))
	printf '%b' "$hex"
}

le32() {
	le16 $(($1 & 65535))
	le16 $(($1 >> 16 & 65535))
}

# pcap_header [LINKTYPE]: 24 bytes; 1 is Ethernet.
pcap_header() {
	le32 0xa1b2c3d4
	le16 2
	le16 4
	le32 0
	le32 0
	le32 262144
	le32 "${1:-1}"
}

# pcap_udp SECOND [SPORT]: Ethernet, IPv4, UDP without data from 192.0.2.1
# to 192.0.2.2 port 2000: 16 + 42 bytes.
pcap_udp() {
	le32 $((1700000000 + $1))
	le32 0
	le32 42
	le32 42
	printf '\002\0\0\0\0\002\002\0\0\0\0\001\010\0'
	printf '\105\0\0\034\0\001\0\0\100\021\266\315'
	printf '\300\0\002\001\300\0\002\002'
	be16 "${2:-1000}"
	printf '\007\320\0\010\0\0'
}
