#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-dig where it is easily wrong: what neighbours can forge, devices of one
# name, digests that are read again, inputs that start late, and what it says
# about mistakes.

# shellcheck disable=SC2016 # programs of jq
# shellcheck disable=SC2154 # stderr is set by run, dig and T by dig_setup

load ../lib/common
load ../lib/dig

setup() {
	dig_setup
}

# device AT HOST MEMBERS: of 192.168.8.HOST, as DHCP told.
device() {
	printf '{"type":"device","ts":%d,"mac":"00:00:5e:00:53:%02d",%s}\n' \
		"$((T + $1))" "$2" "\"ip\":\"192.168.8.$2\",\"how\":\"dhcp\"$3"
}

# ---- who is who ----

@test "an address of the internet that a neighbour announces stays outside" {
	{
		stream | jq -c 'del(.local)'
		printf '{"type":"device","ts":%d,"mac":"%s","ip":"%s",%s}\n' \
			"$T" 00:00:5e:00:53:66 192.0.2.1 '"how":"arp"'
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >in
	expect '[.device, .peer, .where]' -- \
		'["00:00:5e:00:53:21","192.0.2.1","internet"]'
	# To that neighbour itself it is a flow within the home.
	sed 's/"dst_mac":"00:00:5e:00:53:01"/"dst_mac":"00:00:5e:00:53:66"/' \
		in >near
	mv near in
	expect '[.device, .where]' --where=dir=out -- \
		'["00:00:5e:00:53:21","lan"]'
}

@test "a flow from a link-local address makes no neighbour the gateway" {
	{
		stream
		flow 1 192.168.8.21 1000 192.168.8.22 80 |
			sed -e 's/"src":"[^"]*"/"src":"fe80::21"/' \
			-e 's/"dst":"[^"]*"/"dst":"2001:db8::22"/'
		flow 2 192.168.8.21 1000 192.168.8.22 80
	} >in
	digs .where -l 192.168.8.0/24 --by=where | sort -u >got
	printf '"%s"\n' internet lan | diff - got
}

@test "a device is one peer whatever it is called, two of one name are two" {
	{
		stream
		flow 1 192.168.8.21 1000 192.168.8.22 80
		device 2 22 ',"name":"cam"'
		flow 3 192.168.8.21 1000 192.168.8.22 80
		device 4 23 ',"name":"cam"'
		flow 5 192.168.8.21 1000 192.168.8.23 80
	} >in
	expect '[.peer, .peer_mac, .flows]' --by=peer -- \
		'["cam","00:00:5e:00:53:22",2]' '["cam","00:00:5e:00:53:23",1]'
	expect '[.peer, .peer_mac, .flows]' --by=device,peer \
		--where=dir=out -- \
		'["cam","00:00:5e:00:53:22",2]' '["cam","00:00:5e:00:53:23",1]'
	expect .flows --total --by=proto -- 3
	"$dig" in | grep digest >fine
	mv fine in
	expect '[.peer, .peer_mac, .flows]' --by=peer -- \
		'["cam","00:00:5e:00:53:22",2]' '["cam","00:00:5e:00:53:23",1]'
}

@test "a device that calls itself as a domain is not that domain" {
	{
		stream
		device 0 22 ',"name":"example.org"'
		told 0 192.168.8.21 www.example.org 192.0.2.1
		flow 1 192.168.8.21 1000 192.168.8.22 443
		flow 2 192.168.8.21 1000 192.0.2.1 443
		flow 3 192.168.8.21 1000 192.0.2.1 443
	} >in
	expect '[.peer, .peer_mac, .flows]' --by=peer -- \
		'["example.org","00:00:5e:00:53:22",1]' '["example.org",null,2]'
}

@test "device_ip: the addresses that a device used" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.21 1000 192.0.2.1 443 | sed \
			's/"src":"[^"]*"/"src":"192.168.8.99"/'
		flow 3 192.168.8.21 1000 192.168.8.22 80
	} >in
	expect .device_ip --by=device -- '["192.168.8.21","192.168.8.99"]' \
		'["192.168.8.22"]'
	local e
	for e in device=192.168.8.99 device_ip=192.168.8.99; do
		expect '[.device, .flows]' --by=device --where="$e" -- \
			'["00:00:5e:00:53:21",1]'
	done
	expect .flows --by=device --where=device_ip=192.168.8.0/27 -- 2 1
	# That of the other device, when it is the only one that passes.
	expect '[.bytes_out, .bytes_in]' --by=where \
		--where=device=192.168.8.22 -- '[2000,300]'
	expect '[.bytes_out, .bytes_in]' --by=where \
		--where='device=192.168.8.21 and where=lan' -- '[300,2000]'
	"$dig" in | grep digest >fine
	mv fine in
	expect '[.bytes_out, .bytes_in]' --by=where \
		--where=device=192.168.8.22 -- '[2000,300]'
	expect .device_ip --by=device -- '["192.168.8.21","192.168.8.99"]' \
		'["192.168.8.22"]'
}

@test "digests read again: who had traffic, and who is the gateway" {
	{
		stream '"agent":"gw",'
		device 0 21 ',"name":"lamp"'
		device 0 22 ',"name":"idle"'
		printf '{"type":"device","ts":%d,"mac":"%s","ip":"%s",%s}\n' \
			"$T" 00:00:5e:00:53:01 192.168.8.1 \
			'"how":"ra","router":true'
		flow 1 192.168.8.21 1000 192.168.8.1 53
		flow 2 192.168.8.21 1000 192.0.2.1 443
	} >in
	"$dig" -p --total in >out
	grep -q 'without traffic.*idle' out || fail "idle: $(cat out)"
	grep -q gateway out || fail "no gateway: $(cat out)"
	"$dig" in | grep digest >fine
	"$dig" -p --total fine >out
	! grep 'without traffic' out || fail 'devices of digests have traffic'
	grep -q gateway out || fail "no gateway: $(cat out)"
	grep -q lamp out || fail "no name: $(cat out)"
	# Whose a row is need not be said where there is one home.
	"$dig" -p --total --by=device,peer in >out
	grep -q gateway out || fail "no gateway: $(cat out)"
}

@test "a flow that says bytes and no packets counts" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443 '' '"bytes":70'
		flow 2 192.168.8.21 1000 192.0.2.1 443 '' '"rbytes":8'
		flow 3 192.168.8.21 1000 192.0.2.1 443 '' '"pkts":0'
	} >in
	expect '[.pkts_out, .bytes_out, .bytes_in]' -- '[0,70,8]'
	expect .last --total -- "$((T + 2))"
}

# ---- windows ----

@test "an input that starts late loses nothing" {
	local i
	{
		stream
		for ((i = 0; i < 20; i++)); do
			flow "$((i * 600))" 192.168.8.21 1000 192.0.2.1 443
		done
	} >a
	sed 's/192.168.8.21/192.168.8.22/;s/53:21/53:22/' a >b
	"$dig" --by=device a b | grep digest | sort >want
	# Day two is there at once, and day one only after a while.
	run -0 --separate-stderr bash -c "'$dig' --by=device \
		<(sleep 1; cat a) b"
	same '' "$stderr" stderr
	grep digest <<<"$output" | sort | diff want -
	# One that ends without a word holds nobody up.
	run -0 --separate-stderr bash -c "'$dig' --by=device <(:) a"
	same 20 "$(grep -c digest <<<"$output")" digests
}

@test "-p shows a window as soon as it is over" {
	local i pid status=0
	mkfifo in
	"$dig" -p <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 60 60
	} >&7
	for ((i = 0; i < 100; i++)); do
		! grep -q 192.0.2.1 out || break
		sleep 0.1
	done
	same 1 "$(grep -c 192.0.2.1 out)" 'rows while the input is open'
	exec 7>&-
	wait "$pid" || status=$?
	same 0 "$status" status
	same 1 "$(grep -c 192.0.2.1 out)" 'rows at the end'
}

@test "--sort=key is the order of the members, with --top and -p too" {
	local i
	{
		stream
		for ((i = 1; i < 9; i++)); do
			flow "$i" 192.168.8.21 1000 192.0.2.1 "$i" '' \
				"\"pkts\":1,\"bytes\":$((i * 1000))"
		done
	} >in
	expect .port --by=port --top=2 -- 8 7
	expect .port --by=port --top=2 --sort=key -- 1 2
	"$dig" -p --by=port --sort=key in | awk '$1 == 1 { a = NR }
		$1 == 8 { b = NR } END { exit !(a && b && a < b) }'
	"$dig" -p --by=port in | awk '$1 == 1 { a = NR }
		$1 == 8 { b = NR } END { exit !(a && b && a > b) }'
	# Hours have an order of their own.
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 3601 192.168.8.21 1000 192.0.2.1 443
		flow 3602 192.168.8.21 1000 192.0.2.1 443
	} >in
	"$dig" -p --by=hour --total in | awk '$1 == 12 { a = NR }
		$1 == 13 { b = NR } END { exit !(a && b && a < b) }'
	expect .hour --by=hour --total --top=1 -- 13
}

# ---- mistakes ----

@test "--where: what can never be is an error that says what can" {
	local e
	: >in
	for e in where=interet:broadcast dir=sideways:out weekday=monday:mon \
		hour=25:23 port=70000:65535 'bytes>1.5M:10M' 'bytes>10MB:10M' \
		port=domain:service=domain where~x*:lan; do
		run -2 --separate-stderr "$dig" --where="${e%%:*}" in
		[[ $stderr == *"${e#*:}"*^* ]] || fail "$e: $stderr"
	done
	for e in 'hour<24' 'port<=65535' 'weekday~*' 'where!=lan'; do
		run -0 "$dig" --where="$e" in
	done
}

@test "--where errors: what is cut has dots, and é is one column" {
	: >in
	LC_ALL=C.UTF-8 run -2 --separate-stderr "$dig" --where='name=éé & x' in
	[[ $stderr == *'  name=éé & x'* ]] || fail "$stderr"
	same '          ^' "$(grep -F '^' <<<"$stderr" | sed 's/.*: //')" caret
	LC_ALL=C run -2 --separate-stderr "$dig" --where='name=éé & x' in
	[[ $stderr == *'  name=?? & x'* ]] || fail "$stderr"
	run -2 --separate-stderr "$dig" in --where="$(printf 'port=1 or %.0s' \
		{1..20})x=1"
	[[ $stderr == *'  ...'* ]] || fail "$stderr"
}

@test "--by, --timeout and --makers: the word that is wrong" {
	: >in
	run -2 --separate-stderr "$dig" --by=device,fo,peer in
	[[ $stderr == *'no member fo:'* ]] || fail "$stderr"
	run -2 --separate-stderr "$dig" -t 0 in
	[[ $stderr == *1ms* ]] || fail "$stderr"
	run -4 --separate-stderr "$dig" -p --makers=nonexistent in
	[[ $stderr == *nonexistent*'No such file'* ]] || fail "$stderr"
	echo 'no makers' >none
	run -2 --separate-stderr "$dig" -p --makers=none in
	[[ $stderr == *none*makers* ]] || fail "$stderr"
	same '' "$output" stdout
}

@test "a capture given instead of records is said to be one, once" {
	local pcap=$SPIN_SRC/tests/fixtures/home.pcap f
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >good
	cp "$pcap" x.pcap
	printf '\012\015\015\012\034\000\000\000{}\n{}\n' >x.pcapng
	printf '\241\262\074\115\000\002\000\004{}\n{}\n' >x.nano
	gzip -c good >x.gz
	for f in x.pcap x.pcapng x.nano x.gz; do
		run -3 --separate-stderr "$dig" "$f" good
		same 1 "$(grep -c error: <<<"$stderr")" "$f: $stderr"
		[[ $stderr == *"$f"* ]] || fail "$f: $stderr"
		[[ $f != *.pcap* || $stderr == *spin-capture* ]] ||
			fail "$f: $stderr"
		# The others go on.
		same 1 "$(grep -c digest <<<"$output")" "$f: digests"
		run -3 --separate-stderr bash -c "'$dig' <$f"
		same 1 "$(grep -c error: <<<"$stderr")" "$f: $stderr"
	done
}

@test "-v: how many devices and names were forgotten" {
	{
		stream '"agent":"gw",'
		device 0 21 ''
		told 0 192.168.8.21 a.example 192.0.2.1
		flow 1 192.168.8.22 1000 192.0.2.1 443
	} >in
	run -0 --separate-stderr "$dig" -v in
	[[ $stderr == *'gw: 3 devices, 0 forgotten; 1 names told, 0 f'* ]] ||
		fail "$stderr"
	local i
	{
		stream
		for ((i = 0; i < 4100; i++)); do
			printf '{"type":"device","ts":%d,"mac":"%s"}\n' "$T" \
				"$(printf '02:00:00:00:%02x:%02x' \
				$((i / 256)) $((i % 256)))"
		done
	} >in
	run -0 --separate-stderr "$dig" -v in
	[[ $stderr == *'4100 devices, 4 forgotten'* ]] || fail "$stderr"
}

@test "make demo fails with a capture that cannot be read, of any name" {
	# Programs that only say what they were called with.
	run -0 "$SPIN_SRC/configure"
	grep -qx '#define HAVE_PCAP 1' build/config.h &&
		grep -qx '#define HAVE_PSL 1' build/config.h ||
		skip 'needs libpcap and libpsl'
	printf '#!/bin/sh\n[ -r "$2" ] && cat "$2"\n' >build/spin-capture
	printf '#!/bin/sh\nsed s/^/dig:/\n' >build/spin-dig
	chmod +x build/spin-capture build/spin-dig
	echo hello >"a b \"c'.pcap"
	run -0 make -s -o all demo CAPTURE="a b \"c'.pcap"
	[[ $output == *dig:hello* ]] || fail "$output"
	run -2 make -s -o all demo CAPTURE=nonexistent
}
