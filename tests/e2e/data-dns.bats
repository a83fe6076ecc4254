#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# DNS transactions against tshark's fields. What is compared, and the table of
# differences with their reasons, are in tests/oracle/dnstruth.py.

load ../lib/common

setup() {
	oracle_setup tshark
}

@test "DNS captures: questions, codes, answers and TTLs equal tshark's" {
	oracle dnstruth dns/
}

@test "home captures: questions, codes, answers and TTLs equal tshark's" {
	oracle dnstruth iot/
}
