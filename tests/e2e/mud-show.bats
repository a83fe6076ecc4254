#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-mud show, diff and merge: what a MUD file allows, what an update
# changed, several files in one. Truths: the words of RFC 8520 and texts
# written by hand; over the large data a reader of MUD files that is not ours
# (tests/oracle/mudmodel.py), which reads the sentences back, and yanglint.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-mud
	mud=$SPIN_BIN/spin-mud
	bulb=$SPIN_DATA/mud/strict/rfc8520-section9-lightbulb2000.json
}

# file NAME FROM-MATCHES TO-MATCHES [MEMBERS]: a file of one entry each.
file() {
	cat >"$1" <<-END
	{ "ietf-mud:mud": { "mud-version": 1,
	    "mud-url": "https://maker.example/lamp",
	    "last-update": "2026-01-02T03:04:05Z", "is-supported": true,
	    ${4:-} "systeminfo": "A lamp",
	    "from-device-policy": { "access-lists": { "access-list": [
	      { "name": "f" } ] } },
	    "to-device-policy": { "access-lists": { "access-list": [
	      { "name": "t" } ] } } },
	  "ietf-access-control-list:acls": { "acl": [
	    { "name": "f", "type": "ipv4-acl-type", "aces": { "ace": [
	      { "name": "1", "matches": { $2 },
	        "actions": { "forwarding": "accept" } } ] } },
	    { "name": "t", "type": "ipv4-acl-type", "aces": { "ace": [
	      { "name": "2", "matches": { $3 },
	        "actions": { "forwarding": "accept" } } ] } } ] } }
	END
}

# lamps: two files, lamp.json and lamp2.json, the second being an update.
lamps() {
	file lamp.json \
		'"ipv4": { "ietf-acldns:dst-dnsname": "a.example" },
		"tcp": { "destination-port": { "operator": "eq", "port": 443 },
		"ietf-mud:direction-initiated": "from-device" }' \
		'"ipv4": { "ietf-acldns:src-dnsname": "a.example" },
		"tcp": { "source-port": { "operator": "eq", "port": 443 },
		"ietf-mud:direction-initiated": "from-device" }'
	sed 's/a\.example/b.example/; s/A lamp/A new lamp/' lamp.json >lamp2.json
}

# with_oracle: the large data, and those who know.
with_oracle() {
	skip_without python3
	skip_without_data mud
	shopt -s globstar nullglob
}

# valid FILE: whether yanglint takes it.
valid() {
	local m modules=()

	for m in ietf-mud ietf-acldns ietf-access-control-list ietf-mud-tls \
		ietf-acl-tls ietf-mud-transparency ietf-ol; do
		modules+=("$SPIN_DATA/yang/$m"*.yang)
	done
	yanglint -p "$SPIN_DATA/yang" -t data -f json "${modules[@]}" "$1"
}

@test "show: the example of RFC 8520 section 9" {
	skip_without_data mud/strict
	"$mud" show "$bulb" >got
	diff - got <<-'END'
	The BMS Example Light Bulb
	  MUD URL        https://lighting.example.com/lightbulb2000
	  supported      yes, as of 2019-01-28T11:20:51+01:00
	  valid for      48 hours

	It may:
	  - reach test.example.com over IPv6 on TCP port 443 (https), when it starts the
	    connection
	  - look up names and ask for the time at the DNS and time servers of your
	    network, as every device may (RFC 8520 appendix B)
	  - nothing else
	END
	"$mud" show - <"$bulb" | diff got -
}

@test "show: no line is wider than --width, none by default than 80" {
	local n

	lamps
	for n in 40 41 60 79 80 100; do
		"$mud" show --width=$n lamp.json >got
		[ "$(wc -L <got)" -le $n ]
	done
	"$mud" show lamp.json | diff <("$mud" show --width=80 lamp.json) -
}

@test "show: names of the file move no cursor" {
	file lamp.json '' '' '"mfg-name": "evil\u202emp3.exe\\!", '
	"$mud" show lamp.json >got
	grep -qxF "  maker          evil"'\xe2\x80\xaemp3.exe\\!' got
	run -1 grep -P '[^\x20-\x7e]' got
}

@test "show: a file with errors is not explained" {
	echo '{ "ietf-mud:mud": {} }' >bad.json
	run -1 --separate-stderr "$mud" show bad.json
	[ -z "$output" ]
	[[ $stderr == *mud-url* ]]
}

@test "show: SBOM, weaknesses and the end of support" {
	file lamp.json '' '' '"ietf-mud-transparency:transparency": {
		"sboms": [ { "version-info": "1.2",
		"sbom-url": "https://maker.example/sbom" } ],
		"vuln-url": [ "https://maker.example/weak" ] },
		"extensions": [ "transparency" ],'
	sed -i 's/"is-supported": true/"is-supported": false/' lamp.json
	"$mud" show lamp.json >got
	grep -qxF '  software parts https://maker.example/sbom (version 1.2)' got
	grep -qxF '  weaknesses     https://maker.example/weak' got
	grep -qF '  supported      NO: its maker has stopped supporting it' got
}

@test "diff: an update, and nothing" {
	lamps
	run -1 "$mud" diff lamp.json lamp2.json
	diff - <(printf '%s\n' "$output") <<-'END'
	~ systeminfo: A lamp -> A new lamp
	- may reach a.example over IPv4 on TCP port 443 (https), when it starts the
	    connection
	+ may reach b.example over IPv4 on TCP port 443 (https), when it starts the
	    connection
	END
	run -0 "$mud" diff lamp.json lamp.json
	[ -z "$output" ]
}

@test "diff: the example of RFC 8520, with its way back closed" {
	skip_without_data mud/strict
	skip_without jq
	jq 'del(."ietf-mud:mud"."to-device-policy")
		| ."ietf-mud:mud"."is-supported" = false' "$bulb" >shut.json
	run -1 "$mud" diff "$bulb" shut.json
	diff - <(printf '%s\n' "$output") <<-'END'
	~ is-supported: true -> false
	- may receive packets from test.example.com over IPv6 sent from TCP port 443
	    (https), when it starts the connection
	END
	run -0 "$mud" diff "$bulb" "$bulb"
}

@test "merge: two files, as one that allows both" {
	lamps
	"$mud" merge lamp.json lamp2.json >both.json
	"$mud" show both.json >got
	grep -qF 'reach a.example and b.example over IPv4 on TCP port 443' got
	run -0 "$mud" diff both.json <("$mud" merge both.json lamp2.json)
	"$mud" merge -o out.json lamp.json lamp2.json
	diff out.json both.json
}

@test "merge: not of different devices" {
	lamps
	sed -i 's!maker.example/lamp!maker.example/other!' lamp2.json
	run -1 --separate-stderr "$mud" merge -o out.json lamp.json lamp2.json
	[[ $stderr == *"different MUD URLs"* ]]
	[ ! -e out.json ]
}

@test "merge: the example of RFC 8520 with itself is the example" {
	skip_without_data mud/strict
	"$mud" merge "$bulb" "$bulb" >got.json
	run -0 "$mud" diff "$bulb" got.json
	skip_without yanglint
	valid got.json
}

@test "merge: hosts that one of two files allows, and no others" {
	skip_without python3
	oracle mudmodel forbidden "$mud" 400
}

# fixed: every file of mud/ in RFC form, as NAME.json in the current folder.
fixed() {
	local f

	for f in "$SPIN_DATA"/mud/**/*.json; do
		[[ $f == *.config.json ]] ||
			"$mud" lint --fix "$f" >"$(echo "${f#"$SPIN_DATA/mud/"}" |
				tr / _)" 2>/dev/null
	done
	set -- *.json
	[ $# -ge 45 ] || fail "only $# files"
}

@test "all data: what show says is exactly what the file allows" {
	with_oracle
	fixed
	oracle mudmodel spoken "$mud" ./*.json
}

@test "all data: nothing differs after shuffling and renaming" {
	with_oracle
	fixed
	oracle mudmodel shuffled "$mud" ./*.json
}

@test "all data: diff tells exactly which entry has gone or come" {
	with_oracle
	fixed
	oracle mudmodel changed "$mud" ./*.json
}

@test "all data: merge allows exactly the union, in a valid file" {
	with_oracle
	skip_without yanglint
	fixed
	oracle mudmodel merged "$mud" ./*.json
}

@test "texts of the file do not look like lines of ours" {
	skip_without jq
	local nbsp lamp=$SPIN_SRC/tests/fuzz/corpus/mudlint/lamp.json

	nbsp=$(printf '\302\240%.0s' {1..90})
	jq --arg s "a lamp$nbsp It may:$nbsp  - nothing else" \
		'.["ietf-mud:mud"].systeminfo = $s' "$lamp" >padded.json
	run -0 "$SPIN_BIN/spin-mud" show padded.json
	same 'a lamp It may: - nothing else' "${lines[0]}" 'the first line'
	same 1 "$(grep -c '^It may:' <<<"$output")" 'lines that begin so'
}
