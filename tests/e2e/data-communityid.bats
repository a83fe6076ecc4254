#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Community ID (v1) against the specification's baselines, Arkime, and tshark.
# What is compared is in tests/oracle/cid.py.

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
