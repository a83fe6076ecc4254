#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Every capture of the test data through spin-capture: no crash, no hang, the
# laws of the records, capinfos' packet counts, and the same output by every
# way in. What is compared is in tests/oracle/all.py and laws.py; so is the
# table of captures on which capinfos and spin-capture rightly differ.

load ../lib/common

setup() {
	oracle_setup capinfos
}

@test "home captures: sound lines, and the sum of the parts is what was read" {
	oracle all laws iot/
}

@test "attack captures: sound lines, and the sum of the parts is what was read" {
	oracle all laws attack/
}

@test "DNS captures: sound lines, and the sum of the parts is what was read" {
	oracle all laws dns/ community-id/
}

@test "link types: sound lines, and the sum of the parts is what was read" {
	oracle all laws linktypes/
}

@test "malformed captures: no crash, no hang, and the sums still hold" {
	oracle all laws malformed/
}

@test "sound captures: status 0, silence, and capinfos' number of packets" {
	oracle all status iot/ dns/ community-id/
}

@test "damaged captures: status 3 or 4, one message with the place, all before it counted" {
	oracle all status attack/ linktypes/ malformed/
}

@test "cat FILE | spin-capture -r - gives what spin-capture -r FILE gives" {
	oracle all stdin
}

@test "our reader and libpcap's give the same records on what libpcap opens" {
	skip_without tcpdump
	oracle all readers
}

@test "a filter: what tcpdump lets through is pkts, the rest is filtered" {
	skip_without tcpdump
	oracle all filter iot/ndpi/ iot/smart-home-firewall/ \
		iot/ss-for-iot-MUD/ dns/tcpdump/ linktypes/zeek/q-in-q.pcap
}
