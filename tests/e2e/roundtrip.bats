#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Records as we write them come out of the codec byte by byte as they went in:
# every example of spin-record(5), every fixture, and what spin-capture writes.

bats_require_minimum_version 1.5.0

setup() {
	load ../lib/common
	spin_setup
	cat=$SPIN_BIN/tests/e2e/rec_cat
	[ -x "$cat" ] || skip 'rec_cat is not built'
	page=$SPIN_SRC/man/spin-record.5
}

# through FILE: the same on the fast path and, behind a blank, on the slow one
through() {
	"$cat" <"$1" | cmp - "$1"
	sed 's/^/ /' "$1" | "$cat" | cmp - "$1"
}

@test "every example of spin-record(5)" {
	grep '^{' "$page" >examples
	[ "$(wc -l <examples)" -ge 14 ]
	through examples
}

@test "spin-record(5) shows every type and tells of every member" {
	local type='' names=0 name
	while read -r name; do
		case $name in
		TYPE:*)
			type=${name#TYPE:}
			sed -n "/^\.Ss $type\$/,/^\.S[sh] /p" "$page" >section
			grep -q "^{\"type\":\"$type\"," section ||
				fail "$type: no example"
			;;
		*)
			names=$((names + 1))
			grep -qx "\.It Cm $name" section ||
				fail "$type: $name is not there"
			;;
		esac
	done < <(sed -n -e 's/^#define REC_\([A-Z]*\)(M) .*/TYPE:\L\1/p' \
		-e '/^ \*/d' -e 's/.*M([A-Z]*, [a-z_]*, "\([a-z_]*\)").*/\1/p' \
		"$SPIN_SRC/lib/rec_members.h")
	[ "$names" -gt 100 ]
}

@test "the examples have the members in the order of the page" {
	skip_without jq
	local line type
	while IFS= read -r line; do
		type=$(jq -r .type <<<"$line")
		sed -n "/^\.Ss $type\$/,/^\.S[sh] /s/^\.It Cm //p" "$page" |
			grep -vx ts >members
		jq -r 'keys_unsorted[] | select(. != "type" and . != "ts")' \
			<<<"$line" >used
		grep -xf used members | cmp - used
	done < <(grep '^{' "$page")
}

@test "the example of use in spin-record(5) runs" {
	skip_without jq
	local program
	program=$(sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$page" |
		sed -e '/^\./d' -e 1d -e 's/^spin-capture -r week.pcap/cat in/')
	{
		printf '{"type":"stream","ts":1,"v":1}\n'
		printf '{"type":"flow","ts":1,"dst":"192.0.2.1","bytes":5}\n'
		printf '{"type":"flow","ts":1,"dst":"192.0.2.2","bytes":7}\n'
		printf '{"type":"flow","ts":2,"dst":"192.0.2.1","bytes":6}\n'
	} >in
	same "$(printf '["192.0.2.1",11]\n["192.0.2.2",7]')" \
		"$(bash -c "$program")" output
}

@test "every fixture of records" {
	local f seen=0
	while IFS= read -r f; do
		seen=$((seen + 1))
		through "$f" || fail "$f"
	done < <(find "$SPIN_SRC/tests" -name '*.ndjson')
	[ "$seen" -gt 0 ] || skip 'no fixtures of records'
}

@test "what spin-capture writes about the home" {
	skip_without_tool spin-capture
	local capture=$SPIN_SRC/tests/fixtures/home.pcap
	[ -e "$capture" ] || skip 'no capture of the home'
	"$SPIN_BIN/spin-capture" -r "$capture" >home
	[ -s home ]
	through home
}
