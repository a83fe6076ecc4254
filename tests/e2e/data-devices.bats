#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Device records against the MACs and addresses that the owners of the test
# homes state. What is compared is in tests/oracle/devices.py.

load ../lib/common

setup() {
	spin_setup
	# Relative paths of the data are relative to the project.
	cd "$SPIN_SRC" || return 1
	skip_without_data
	skip_without_tool spin-capture
	skip_without python3 tshark
}

oracle() {
	python3 "$SPIN_SRC/tests/oracle/$1.py" "${@:2}"
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
