#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Conversations: packets and IP bytes in each direction equal tshark's, and
# packets equal what Arkime's and nDPI's own tests expect. What is compared,
# and the tables of differences with their reasons, are in
# tests/oracle/flows.py and sessions.py.

load ../lib/common

setup() {
	spin_setup
	# Relative paths of the data are relative to the project.
	cd "$SPIN_SRC" || return 1
	skip_without_data
	skip_without_tool spin-capture
	skip_without python3 capinfos tshark
}

oracle() {
	python3 "$SPIN_SRC/tests/oracle/$1.py" "${@:2}"
}

@test "home captures: every conversation has tshark's packets and IP bytes" {
	oracle flows iot/
}

@test "attack captures: every conversation has tshark's packets and IP bytes" {
	oracle flows attack/
}

@test "DNS captures: every conversation has tshark's packets and IP bytes" {
	oracle flows dns/ community-id/
}

@test "link types and tunnels: every conversation has tshark's packets and IP bytes" {
	oracle flows linktypes/
}

@test "malformed packets: every conversation has tshark's packets and IP bytes" {
	oracle flows malformed/
}

@test "Arkime's expected sessions have our packets in each direction" {
	oracle sessions arkime
}

@test "nDPI's expected flows have our packets in each direction" {
	oracle sessions ndpi
}
