#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# DNS transactions against tshark's fields. What is compared, and the table of
# differences with their reasons, are in tests/oracle/dnstruth.py.

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

@test "DNS captures: questions, codes, answers and TTLs equal tshark's" {
	oracle dnstruth dns/
}

@test "home captures: questions, codes, answers and TTLs equal tshark's" {
	oracle dnstruth iot/
}
