#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Bad input to spin-capture -r: one clear message with file and place, and the
# right status: 4 when nothing could be read, 3 when the file is damaged from
# some point on, 0 when only packets in it are odd. The files are written
# here byte by byte, so every offset is known by arithmetic.

# shellcheck disable=SC2154 # bats sets stderr_lines
# shellcheck disable=SC2016 # strings for bash -c and jq

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-capture
	skip_without jq
}

# le32 N: four bytes, least significant first
le32() {
	local n=$1 hex
	printf -v hex '\\x%02x\\x%02x\\x%02x\\x%02x' $((n & 255)) \
		$((n >> 8 & 255)) $((n >> 16 & 255)) $((n >> 24 & 255))
	printf %b "$hex"
}

# pcap_header LINKTYPE: 24 bytes
pcap_header() {
	le32 0xa1b2c3d4; printf '\2\0\4\0'; le32 0; le32 0; le32 262144
	le32 "$1"
}

# frame: Ethernet, IPv4, UDP without data, 192.0.2.1:1000 to 192.0.2.2:2000:
# 14 + 20 + 8 = 42 bytes
frame() {
	printf '\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0'
	printf '\x45\0\0\x1c\0\1\0\0\x40\x11\xb6\xcd\xc0\0\2\1\xc0\0\2\2'
	printf '\x03\xe8\x07\xd0\0\x08\0\0'
}

# packet SECOND [CAPLEN [LEN]]: 16 + 42 bytes, whatever lengths it states
packet() {
	le32 $((1700000000 + $1)); le32 0; le32 "${2:-42}"; le32 "${3:-42}"
	frame
}

# two_packets LINKTYPE: 24 + 2 * 58 = 140 bytes
two_packets() {
	pcap_header "$1"; packet 0; packet 1
}

# pcapng: section header (28 bytes), interface (20), N packets of 76 bytes
pcapng() {
	local i
	le32 0x0a0d0d0a; le32 28; le32 0x1a2b3c4d; printf '\1\0\0\0'
	le32 0xffffffff; le32 0xffffffff; le32 28
	le32 1; le32 20; printf '\1\0\0\0'; le32 262144; le32 20
	for ((i = 0; i < $1; i++)); do
		le32 6; le32 76; le32 0; le32 $((0x60a10)); le32 $i
		le32 42; le32 42; frame; printf '\0\0'; le32 76
	done
}

capture() {
	run --separate-stderr "$SPIN_BIN/spin-capture" "$@"
}

# One line on stderr, from the program, that holds each of the words.
one_message() {
	local word
	[ "${#stderr_lines[@]}" -eq 1 ] || {
		printf '%d lines on stderr:\n%s\n' "${#stderr_lines[@]}" "$stderr"
		return 1
	}
	for word in 'spin-capture: ' "$@"; do
		[[ $stderr == *"$word"* ]] || {
			printf 'no "%s" in: %s\n' "$word" "$stderr"
			return 1
		}
	done
}

status_is() {
	[ "$status" -eq "$1" ] || {
		printf 'status %s instead of %s\n%s\n' "$status" "$1" "$stderr"
		return 1
	}
}

# The last stats record counts N packets, and every line is JSON.
packets_are() {
	local n
	n=$(jq -n '[inputs | select(.type == "stats")] | last | .pkts' \
		<<<"$output") || return 1
	[ "$n" = "$1" ] || {
		printf '%s packets instead of %s\n' "$n" "$1"
		return 1
	}
}

@test "the two-packet file these tests are made of is read whole" {
	two_packets 1 >good.pcap
	capture -r good.pcap
	status_is 0
	[ -z "$stderr" ]
	packets_are 2
}

@test "so is the pcapng file" {
	pcapng 2 >good.pcapng
	capture -r good.pcapng
	status_is 0
	[ -z "$stderr" ]
	packets_are 2
}

@test "no such file: 4, and the file named" {
	capture -r missing.pcap
	status_is 4
	one_message missing.pcap
	[ -z "$output" ]
}

@test "a directory: 4, and the directory named" {
	mkdir folder
	capture -r folder
	status_is 4
	one_message folder
	[ -z "$output" ]
}

@test "no permission: 4, and the file named" {
	two_packets 1 >secret.pcap
	chmod 000 secret.pcap
	if [ "$(id -u)" -ne 0 ]; then
		capture -r secret.pcap
	else
		skip_without setpriv
		# As nobody, who can reach this folder, but not read the file.
		chmod 755 "$BATS_TEST_TMPDIR"
		mkdir -p /tmp/spin-badinput.$$
		cp "$SPIN_BIN/spin-capture" secret.pcap /tmp/spin-badinput.$$
		chmod 755 /tmp/spin-badinput.$$
		chmod 000 /tmp/spin-badinput.$$/secret.pcap
		cd /tmp/spin-badinput.$$ || return 1
		run --separate-stderr setpriv --reuid 65534 --regid 65534 \
			--clear-groups ./spin-capture -r secret.pcap
		cd "$BATS_TEST_TMPDIR" || return 1
		rm -rf /tmp/spin-badinput.$$
	fi
	status_is 4
	one_message secret.pcap
	[ -z "$output" ]
}

@test "an empty file: 4, and the file named" {
	: >empty.pcap
	capture -r empty.pcap
	status_is 4
	one_message empty.pcap
}

@test "empty standard input: 4" {
	run --separate-stderr "$SPIN_BIN/spin-capture" -r - </dev/null
	status_is 4
	one_message stdin
}

@test "not a capture: 4, and the file named" {
	printf 'This is a shopping list: milk, bread, and a dozen eggs.\n' \
		>list.txt
	capture -r list.txt
	status_is 4
	one_message list.txt
}

@test "a capture cut in its header, at any byte: 4" {
	local n
	two_packets 1 >whole.pcap
	for n in 1 3 4 8 20 23; do
		head -c "$n" whole.pcap >cut.pcap
		capture -r cut.pcap
		status_is 4
		one_message cut.pcap
	done
}

@test "a pcapng capture cut in its section header, at any byte: 4" {
	local n
	pcapng 1 >whole.pcapng
	for n in 1 4 8 12 27; do
		head -c "$n" whole.pcapng >cut.pcapng
		capture -r cut.pcapng
		status_is 4
		one_message cut.pcapng
	done
}

@test "a packet cut in its data: 3, packet and offset named, those before it counted" {
	local n
	{ two_packets 1; packet 2; } >whole.pcap
	for n in 157 180 197; do
		head -c "$n" whole.pcap >cut.pcap
		capture -r cut.pcap
		status_is 3
		one_message cut.pcap 'packet 3' 'offset 140'
		packets_are 2
	done
}

@test "the first packet cut: 3, place named, no packet counted" {
	two_packets 1 | head -c 60 >cut.pcap
	capture -r cut.pcap
	status_is 3
	one_message cut.pcap 'packet 1' 'offset 24'
	packets_are 0
}

@test "a packet cut in its header: 3, packet and offset named, those before it counted" {
	local n
	{ two_packets 1; packet 2; } >whole.pcap
	for n in 141 148 155; do
		head -c "$n" whole.pcap >cut.pcap
		capture -r cut.pcap
		status_is 3
		one_message cut.pcap 'packet 3' 'offset 140'
		packets_are 2
	done
}

@test "a pcapng block cut anywhere: 3, offset named, those before it counted" {
	local n
	# Packets are at 48 and 124, the file ends at 200.
	pcapng 2 >whole.pcapng
	for n in 125 131 140 199; do
		head -c "$n" whole.pcapng >cut.pcapng
		capture -r cut.pcapng
		status_is 3
		one_message cut.pcapng 'offset 124'
		packets_are 1
	done
}

@test "the same from standard input: 3, and the place named" {
	{ two_packets 1; packet 2; } | head -c 180 >cut.pcap
	run --separate-stderr bash -c \
		'cat cut.pcap | "$1" -r -' - "$SPIN_BIN/spin-capture"
	status_is 3
	one_message stdin 'packet 3' 'offset 140'
	packets_are 2
}

@test "absurd packet lengths: 3, place named, in little memory" {
	local len
	for len in 0xffffffff 0x7fffffff 0x80000000 262145; do
		{ two_packets 1; packet 2 "$len" "$len"; } >absurd.pcap
		run --separate-stderr bash -c '
			[ -n "$SPIN_SANITIZE" ] || ulimit -v 200000
			exec "$1" -r absurd.pcap' - "$SPIN_BIN/spin-capture"
		status_is 3
		one_message absurd.pcap 'packet 3' 'offset 140'
		packets_are 2
	done
}

@test "absurd pcapng block lengths: 3, offset named, in little memory" {
	local len
	for len in 0xffffffff 0xfffffffc 0x7ffffffc 0 4 11 13 30; do
		{ pcapng 1; le32 6; le32 "$len"; frame; frame; } >absurd.pcapng
		run --separate-stderr bash -c '
			[ -n "$SPIN_SANITIZE" ] || ulimit -v 200000
			exec "$1" -r absurd.pcapng' - "$SPIN_BIN/spin-capture"
		status_is 3
		one_message absurd.pcapng 'offset 124'
		packets_are 1
	done
}

@test "a pcapng packet longer than its block: 3, offset named" {
	{
		pcapng 1
		le32 6; le32 76; le32 0; le32 $((0x60a10)); le32 9
		le32 4000; le32 4000; frame; printf '\0\0'; le32 76
	} >long.pcapng
	capture -r long.pcapng
	status_is 3
	one_message long.pcapng 'offset 124'
	packets_are 1
}

@test "garbage behind the packets: 3, place named, the packets counted" {
	{ two_packets 1; printf 'garbage that is long enough to be read as lengths'; } \
		>tail.pcap
	capture -r tail.pcap
	status_is 3
	one_message tail.pcap 'packet 3' 'offset 140'
	packets_are 2
}

@test "an unknown link type: 0, silence, its packets counted as undecoded" {
	local link
	for link in 147 299 60000; do
		two_packets "$link" >unknown.pcap
		capture -r unknown.pcap
		status_is 0
		[ -z "$stderr" ]
		packets_are 2
		run jq -n '[inputs | select(.type == "stats")] | last |
			[.flow_pkts, (.undecoded | length), (.undecoded | add)]
			== [0, 1, 2]' <<<"$output"
		[ "$output" = true ]
	done
}

@test "damaged packets in a sound file: 0, silence, counted as malformed" {
	{
		two_packets 1
		# An IPv4 header of 16 bytes, and a frame of 9.
		le32 1700000002; le32 0; le32 34; le32 34
		printf '\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0'
		printf '\x44\0\0\x14\0\1\0\0\x40\x11\0\0\xc0\0\2\1\xc0\0\2\2'
		le32 1700000003; le32 0; le32 9; le32 9
		printf '\x02\0\0\0\0\2\x02\0\0'
	} >odd.pcap
	capture -r odd.pcap
	status_is 0
	[ -z "$stderr" ]
	packets_are 4
	run jq -n '[inputs | select(.type == "stats")] | last |
		[.flow_pkts, (.malformed | add)] == [2, 2]' <<<"$output"
	[ "$output" = true ]
}

@test "a bad file behind a good one: the good one's packets are counted, the bad one named" {
	two_packets 1 >good.pcap
	{ two_packets 1; packet 2; } | head -c 180 >cut.pcap
	capture -r good.pcap -r cut.pcap
	status_is 3
	one_message cut.pcap 'packet 3' 'offset 140'
	packets_are 4
}

@test "a bad filter: 2, and the filter's mistake named" {
	two_packets 1 >good.pcap
	capture -r good.pcap 'tcp prot 80'
	status_is 2
	[ -n "$stderr" ]
	[ -z "$output" ]
}
