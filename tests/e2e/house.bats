#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# A home built on the spot (tests/lib/house.sh): real servers and clients in
# network namespaces, recorded with tcpdump. The records must say what the
# clients did, and agree with tshark's counts.

load ../lib/common

setup_file() {
	# shellcheck source=SCRIPTDIR/../lib/house.sh
	. "$BATS_TEST_DIRNAME/../lib/house.sh"
	HOUSE_WHY=$(house_can) || { export HOUSE_WHY; return 0; }
	HOUSE_WHY=''
	export HOUSE_WHY HOME_PCAP=$BATS_FILE_TMPDIR/home.pcap
	house_up &&
	house_name www.example.com 198.51.100.80 2001:db8:100::80 &&
	house_capture_start "$HOME_PCAP" br-lan &&
	house_device lamp -H 'the lamp' -u https://lamp.example/mud.json &&
	house_device phone -c static -a 192.168.8.30 &&
	live && house_capture_stop || {
		house_log >&2
		return 1
	}
	LAMP_MAC=$(house_mac lamp) LAMP_IP=$(house_addr lamp 4)
	PHONE_MAC=$(house_mac phone)
	export LAMP_MAC LAMP_IP PHONE_MAC
}

# What the two do: a page, names that exist and do not, a ping, a silence.
live() {
	house_in lamp curl -sS -m 5 -o /dev/null http://www.example.com/ &&
	house_in lamp dig +tries=1 +time=3 nowhere.example.com >/dev/null &&
	house_in phone ping -c 2 -W 2 192.168.8.1 >/dev/null &&
	house_in phone ping -6 -c 1 -W 2 2001:db8:100::80 >/dev/null
}

teardown_file() {
	# shellcheck source=SCRIPTDIR/../lib/house.sh
	. "$BATS_TEST_DIRNAME/../lib/house.sh"
	house_down
}

setup() {
	spin_setup
	skip_without_tool spin-capture
	skip_without jq
	[ -z "$HOUSE_WHY" ] || skip "no home: $HOUSE_WHY"
	"$SPIN_BIN/spin-capture" -r "$HOME_PCAP" >records
}

@test "the lamp is known by MAC, lease, name and MUD URL" {
	same "$LAMP_IP" "$(jq -r --arg m "$LAMP_MAC" \
		'select(.type=="device" and .mac==$m and .how=="dhcp" and .ip)
		| .ip' records | head -n 1)" "the lease"
	same '["the lamp","https://lamp.example/mud.json"]' \
		"$(jq -c --arg m "$LAMP_MAC" 'select(.type=="device" and
		.mac==$m and .mud_url) | [.name, .mud_url]' records |
		head -n 1)" "what it said"
}

@test "the phone, which asked for nothing, is known too" {
	run jq -e -s --arg m "$PHONE_MAC" \
		'any(.[]; .type=="device" and .mac==$m and
		.ip=="192.168.8.30")' records
	[ "$status" = 0 ]
}

@test "the home's prefixes are learned" {
	run jq -e -s 'map(select(.type=="stream")) | last | .local |
		(index("192.168.8.0/24") != null)' records
	[ "$status" = 0 ]
}

@test "the page: looked up, then fetched from the address that was told" {
	jq -r 'select(.type=="dns" and .qname=="www.example.com" and
		.qtype=="A" and .rcode=="NOERROR") | .answers[].data' \
		records | grep -qx 198.51.100.80
	same '"fin"' "$(jq -c --arg ip "$LAMP_IP" 'select(.type=="flow" and
		.dport==80 and .answered and .done) | .done' records |
		head -n 1)" "the end of its connection"
}

@test "a name that does not exist" {
	same NXDOMAIN "$(jq -r 'select(.type=="dns" and
		.qname=="nowhere.example.com") | .rcode' records |
		head -n 1)" "rcode"
}

@test "two pings are one flow of two packets each way" {
	same '[2,2,true]' "$(jq -c 'select(.type=="flow" and .proto=="icmp" and
		.src=="192.168.8.30") | [.pkts, .rpkts, .answered]' records)" \
		"the pings"
}

@test "packets and IP bytes of the whole are tshark's" {
	skip_without tshark
	tshark -r "$HOME_PCAP" -T fields -E occurrence=f -e frame.len \
		-e ip.len -e ipv6.plen 2>/dev/null | awk -F '\t' '
		{ n++; link += $1 }
		$2 != "" { ip += $2; m++ }
		$2 == "" && $3 != "" { ip += 40 + $3; m++ }
		END { print n, link, m, ip }' >want
	tail -n 1 records | jq -r '"\(.pkts) \(.link_bytes) " +
		"\(.flow_pkts) \(.bytes)"' >got
	same "$(cat want)" "$(cat got)" "packets, link bytes, IP packets, bytes"
}
