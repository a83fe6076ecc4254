#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Device records against the MACs and addresses that the owners of the test
# homes state. What is compared is in tests/oracle/devices.py.

load ../lib/common

setup() {
	oracle_setup tshark
}

@test "IoT Sentinel: each device of a set-up is found by its MAC" {
	oracle devices sentinel
}

@test "smart-home-firewall: stated MACs and addresses are found" {
	oracle devices firewall
}

@test "IoT-Pcap-Dataset: the devices of its list are found, MAC and address" {
	oracle devices dataset
}
