#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Community ID (v1) against the specification's baselines, Arkime, and tshark.
# What is compared is in tests/oracle/cid.py.

load ../lib/common

setup() {
	oracle_setup tshark
}

@test "ids of the specification's captures equal its baselines, seed 0 and seed 1" {
	oracle cid baseline
}

@test "ids equal those of Arkime's expected sessions" {
	oracle cid arkime
}

@test "ids of plain traffic equal tshark's, packet for packet" {
	oracle cid tshark iot/ndpi/ iot/smart-home-firewall/ dns/ attack/ndpi/ \
		community-id/
}
