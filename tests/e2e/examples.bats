#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# The EXAMPLES of the pages do what they say: each line that stands alone
# (.Dl) is run, in the order of the page, on the capture of the tree and on
# two MUD files. Displays (.Bd) need other machines and are not.

# shellcheck disable=SC2154 # stderr is set by run
bats_require_minimum_version 1.5.0

setup() {
	load ../lib/common
	spin_setup
	cd "$BATS_TEST_TMPDIR" || return
	ln -s "$SPIN_SRC/tests/fixtures/home.pcap" home.pcap
	cp "$SPIN_SRC/tests/fuzz/corpus/mudlint/lamp.json" toaster.json
	cp "$SPIN_SRC/tests/fuzz/corpus/mudlint/old.json" old.json
	PATH=$SPIN_BIN:$PATH
	export PATH
}

# The commands, as somebody reads them on the page.
examples_of() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAGNOSTICS/p' "$1" |
		sed -n 's/^\.Dl //p' |
		sed -e 's/\\(dq/"/g' -e 's/\\(ti/~/g' -e 's/\\-/-/g' \
			-e 's/\\&//g' -e 's/\\e/\\/g'
}

# run_page TOOL LEAST: all of them end with 0 and, unless they write a file,
# say something; there are that many at least.
run_page() {
	local line n=0

	skip_without_tool "$1"
	skip_without jq
	while IFS= read -r line; do
		n=$((n + 1))
		run --separate-stderr bash -c "set -o pipefail; $line" \
			</dev/null
		[ "$status" -eq 0 ] || fail "$line: status $status: $stderr"
		case $line in
		# The same file in two forms does not differ.
		*' > '* | *' -o '* | *' diff '*)
			same '' "$output" "$line" ;;
		*) [ -n "$output" ] || fail "$line: no output" ;;
		esac
	done < <(examples_of "$SPIN_SRC/man/$1.1")
	[ "$n" -ge "$2" ] || fail "only $n examples"
}

@test "the examples of spin-capture" {
	run_page spin-capture 4
}

@test "the examples of spin-dig" {
	skip_without_tool spin-capture
	run_page spin-dig 7
}

@test "the examples of spin-mud" {
	skip_without_tool spin-capture
	run_page spin-mud 5
}
