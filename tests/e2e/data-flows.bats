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
	oracle_setup capinfos tshark
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
