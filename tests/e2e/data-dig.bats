#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-dig over the large data: sums against the flow records, to the byte;
# the devices and names of known homes against tshark and what their owners
# state; a week at once and by day. What is compared, and how, is in
# tests/oracle/dig_sums.py, dig_homes.py, dig_names.py and dig_days.py; more
# cases of the first are in tests/long.

load ../lib/common

setup() {
	oracle_setup tshark
	skip_without_tool spin-dig
}

@test "home captures: digests sum to the flows, by whatever they are summed" {
	oracle dig sums 1 iot/
}

@test "attack and DNS captures: digests sum to the flows" {
	oracle dig sums 1 attack/ dns/
}

@test "odd and malformed captures: digests sum to the flows" {
	oracle dig sums 1 linktypes/ malformed/ community-id/
}

suffixes() {
	[ -e /usr/share/publicsuffix/public_suffix_list.dat ] ||
		skip 'no public suffix list in /usr/share/publicsuffix'
}

@test "IoT Sentinel: each device by its MAC, peers by its own DNS answers" {
	suffixes
	oracle dig home sentinel
}

@test "smart-home-firewall: each device by its MAC, peers by its own DNS answers" {
	suffixes
	oracle dig home firewall
}

@test "IoT-Pcap-Dataset: each device by its MAC, peers by its own DNS answers" {
	suffixes
	oracle dig home dataset
}

@test "ss-for-iot-MUD: each device by its MAC; without DNS peers are addresses" {
	suffixes
	oracle dig home mud
}

@test "captures of a week and a day: the same at once and day by day" {
	skip_without editcap
	oracle dig days iot/iot-pcap-dataset/ iot/ss-for-iot-MUD/door
}
