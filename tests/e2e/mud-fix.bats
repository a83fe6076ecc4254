#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-mud lint --fix: older forms of MUD files become those of RFC 8520 and
# mean the same. Over the large data what is compared is in
# tests/oracle/mudfix.py; each older form by itself is in the unit test.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-mud
	mud=$SPIN_BIN/spin-mud
}

# fixing KIND [ARGUMENT...]: a comparison of mudfix.py over the test data.
fixing() {
	skip_without_data mud
	skip_without python3 yanglint
	cd "$SPIN_SRC" || return 1
	oracle mudfix "$@"
}

# old: a file as of early 2018, with a port at IP and names of old.
old() {
	cat <<-'END'
	{ "ietf-mud:mud": {
	    "mud-version": 1,
	    "mud-url": "https://maker.example/lamp",
	    "last-update": "2018-01-23T13:33:52+01:00",
	    "is-supported": true,
	    "from-device-policy": { "access-lists": { "access-list": [
	      { "name": "out" } ] } } },
	  "ietf-access-control-list:access-lists": { "acl": [ {
	    "name": "out",
	    "acl-type": "ipv6-acl-type",
	    "access-list-entries": { "ace": [ {
	      "rule-name": "cloud",
	      "matches": {
	        "ipv6-acl": {
	          "ietf-acldns:dst-dnsname": "maker.example",
	          "protocol": 6,
	          "destination-port-range-or-operator": {
	            "operator": "eq", "port": 443 } },
	        "tcp": { "ietf-mud:direction-initiated": "from-device" } },
	      "actions": { "forwarding": "accept" } } ] } } ] } }
	END
}

@test "a file of 2018 in the words of the RFC" {
	old >lamp.json
	"$mud" lint --fix lamp.json >got 2>said
	jq -c '.["ietf-access-control-list:acls"]' got >lists
	cat >want <<-'END'
	{"acl":[{"name":"out","type":"ipv6-acl-type","aces":{"ace":[{"name":"cloud","matches":{"ipv6":{"ietf-acldns:dst-dnsname":"maker.example","protocol":6},"tcp":{"ietf-mud:direction-initiated":"from-device","destination-port":{"operator":"eq","port":443}}},"actions":{"forwarding":"accept"}}]}}]}
	END
	diff want lists
	# Everything else is what it was, where it was.
	jq -c '.["ietf-mud:mud"]' lamp.json >want
	jq -c '.["ietf-mud:mud"]' got | diff want -
	[ "$(jq -c keys_unsorted got)" = \
		'["ietf-mud:mud","ietf-access-control-list:acls"]' ]
}

@test "each change is a warning at its place, by the name of old" {
	old >lamp.json
	run --separate-stderr "$mud" lint --fix lamp.json
	[ "$status" -eq 0 ]
	grep -F "lamp.json:8:44: warning:" <<<"$stderr" | grep -F old-acls
	grep -F "lamp.json:17:49: warning:" <<<"$stderr" | grep -F old-ports |
		grep -F /access-list-entries/ace/0/matches/ipv6-acl/
	"$mud" lint lamp.json | jq -e -s 'map(select(.rule | test("^old-"))) |
		length == 6 and all(.severity == "warning" and .line > 0)'
}

@test "--rfc takes none of it for good" {
	old >lamp.json
	run "$mud" lint --rfc lamp.json
	[ "$status" -eq 1 ]
}

@test "what is fixed needs no fixing" {
	old >lamp.json
	"$mud" lint --fix lamp.json >once 2>/dev/null
	"$mud" lint --fix once >twice 2>said
	cmp once twice
	[ "$(grep -c old- said)" -eq 0 ]
	"$mud" lint --rfc once
}

@test "a port without protocol would be lost: refused, nothing written" {
	old | jq 'del(.. | .protocol?) | del(.. | .tcp?)' >lamp.json
	run --separate-stderr "$mud" lint --fix lamp.json
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	grep -F old-unclear <<<"$stderr"
}

@test "files in the field become valid and allow what they allowed" {
	fixing field
}

@test "files in the form of the RFC stay as they are, byte for byte" {
	fixing strict
}

@test "of the bad ones those are mended that only are old" {
	fixing bad
}

@test "what was made older at random becomes what it was" {
	fixing aged 10
}
