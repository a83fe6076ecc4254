#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-mud lint: what is wrong with a MUD file, and where. Truth: yanglint
# with the modules of the RFCs (tests/oracle/mudlint.py), and for the rest the
# words of RFC 8520 and counting lines.

# shellcheck disable=SC2154 # stderr is set by run

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-mud
	mud=$SPIN_BIN/spin-mud
}

# with_yanglint: for what is compared with it.
with_yanglint() {
	skip_without python3 yanglint
	skip_without_data yang
	skip_without_data mud
	cd "$SPIN_SRC" || return 1
}

# good: a valid file, from stdin's sed script on.
good() {
	sed -f - "$BATS_TEST_TMPDIR/good.json" >file.json
}

# write_good: the file that the tests change.
write_good() {
	cat >good.json <<-'EOF'
	{
	  "ietf-mud:mud": {
	    "mud-version": 1,
	    "mud-url": "https://example.com/lamp",
	    "last-update": "2019-01-28T11:20:51+01:00",
	    "mud-signature": "https://example.com/lamp.p7s",
	    "is-supported": true,
	    "from-device-policy": {
	      "access-lists": { "access-list": [ { "name": "fr" } ] }
	    }
	  },
	  "ietf-access-control-list:acls": {
	    "acl": [ {
	      "name": "fr",
	      "type": "ipv4-acl-type",
	      "aces": { "ace": [ {
	        "name": "cloud",
	        "matches": {
	          "ipv4": { "ietf-acldns:dst-dnsname": "example.com" },
	          "tcp": { "destination-port": { "port": 443 } }
	        },
	        "actions": { "forwarding": "accept" }
	      } ] }
	    } ]
	  }
	}
	EOF
}

# lint_says STATUS JQ WANT [OPTION...]: exit status of file.json, and what a
# program of jq makes of the findings.
lint_says() {
	local status=0 got

	"$mud" lint "${@:4}" file.json >out 2>err || status=$?
	same "" "$(cat err)" "what is said"
	same "$1" "$status" "exit status"
	got=$(jq -rc "$2" out)
	same "$3" "$got" "$2"
}

# at TEXT [FILE]: LINE,COLUMN of its first byte.
at() {
	awk -v text="$1" 'index($0, text) {
		print NR "," index($0, text)
		exit
	}' "${2:-file.json}"
}

# ---- against yanglint ----

@test "every node of the modules is known, and no other" {
	with_yanglint
	oracle mudlint nodes
}

@test "all of mud/strict is valid, for yanglint and for lint" {
	with_yanglint
	oracle mudlint strict
}

@test "all of mud-bad is refused for the reason that yanglint gives" {
	with_yanglint
	oracle mudlint bad
}

@test "the same verdict on every file there is, older forms included" {
	with_yanglint
	oracle mudlint field
}

@test "the same verdict on 500 files with one node changed" {
	with_yanglint
	oracle mudlint mutate 500
}

# ---- findings ----

@test "a valid file: no finding and status 0, also by standard input" {
	write_good
	good </dev/null
	lint_says 0 . ""
	lint_says 0 . "" --rfc
	run -0 "$mud" lint - <file.json
	same "" "$output" "output"
}

@test "a finding says how bad, where, by which rule and by which RFC" {
	write_good
	echo 's/443/65536/' | good
	lint_says 1 '[.type, .file, .severity, .rule, .line, .column]' \
		"[\"finding\",\"file.json\",\"error\",\"bad-value\",$(at 65536)]"
	jq -e '.pointer == "/ietf-access-control-list:acls/acl/0/aces/ace/0/'\
'matches/tcp/destination-port/port"' out
	jq -e '.source == "RFC 8519 section 4.2"' out
	jq -e '.reason | contains("65536")' out
}

@test "for people: FILE:LINE:COLUMN: severity: pointer: reason" {
	write_good
	echo 's/"mud-version": 1/"mud-version": 2/' | good
	run -1 "$mud" lint -p file.json
	[[ $output == \
		"file.json:3:20: error: /ietf-mud:mud/mud-version: "* ]]
}

@test "findings come in the order of the text" {
	write_good
	printf '%s\n' 's/443/-77/' 's/true/55/' 's/"accept"/"ACCEPT"/' | good
	lint_says 1 '"\(.line),\(.column)"' \
		"$(at 55 && at -77 && at '"ACCEPT"')"
}

@test "several files: each finding has its own; the worst makes the status" {
	write_good
	echo 's/443/65536/' | good
	run -1 "$mud" lint good.json file.json good.json
	same file.json "$(jq -r .file <<<"$output")" "file"
}

@test "unknown nodes: a note, a warning in matches, no error" {
	write_good
	printf '%s\n' 's/"mud-version": 1/&, "x": {"y": [1]}/' \
		's/"port": 443/&, "z": 1/' | good
	lint_says 0 '[.severity, .rule, .pointer[-2:]]' \
		"$(printf '%s\n' '["note","unknown-node","/x"]' \
			'["warning","unknown-match","/z"]')" --rfc
}

@test "nodes of an unknown module: refused with --rfc unless one is declared" {
	write_good
	echo 's/"mud-version": 1/&, "acme:x": 1/' | good
	lint_says 0 '[.severity, .rule]' \
		"$(printf '%s\n' '["warning","extension-undeclared"]' \
			'["note","unknown-node"]')"
	lint_says 1 'select(.severity == "error") | .rule' \
		extension-undeclared --rfc
	echo 's/"mud-version": 1/&, "extensions": ["acme"], "acme:x": 1/' | good
	lint_says 0 'select(.severity == "error")' "" --rfc
}

@test "what is not JSON is one finding at its place" {
	write_good
	echo '5s/,$//' | good
	lint_says 1 '[.rule, .line]' '["not-json",6]'
}

@test "a file that is not there is no finding" {
	run -4 --separate-stderr "$mud" lint absent.json
	same "" "$output" "output"
	[[ $stderr == *absent.json* ]]
}

@test "text of the file is escaped in findings" {
	write_good
	printf '%s\n' 's/"example.com"/"\\u001b[2J\\u202eexample"/' | good
	lint_says 1 .rule bad-value
	run -1 "$mud" lint -p file.json
	[[ $output == *'\x1b[2J'* && $output != *$'\e'* ]]
}

@test "older forms: a warning each, and refused with --rfc" {
	write_good
	echo 's/"ietf-access-control-list:acls"/"ietf-access-control-list:acc'\
'ess-lists"/' | good
	lint_says 0 '[.severity, .line]' \
		"[\"warning\",$(at access-control | sed 's/,.*//')]"
	lint_says 1 'select(.severity == "error") | .rule' acl-unknown --rfc
}

@test "each older file of mud/ is accepted" {
	skip_without_data mud
	local f n=0
	while IFS= read -r f; do
		"$mud" lint "$f" >out || fail "$f: $(cat out)"
		n=$((n + 1))
	done < <(find "$SPIN_DATA/mud" -name '*.json' ! -name '*.config.json')
	[ "$n" -ge 40 ]
}
