#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# How spin-dig shows what it sums, on records written by hand: drilling down,
# text for people and programs, several inputs, and how it ends.

# shellcheck disable=SC2016 # programs of jq and python
# shellcheck disable=SC2154 # stderr is set by run, dig and T by dig_setup

load ../lib/common
load ../lib/dig

setup() {
	dig_setup
}

# ---- drill down ----

day_of_flows() {
	stream
	flow 0 192.168.8.21 1000 192.0.2.1 443
	flow 3599 192.168.8.21 1000 192.0.2.1 443
	flow 3600 192.168.8.21 1000 192.0.2.2 443
	flow 86400 192.168.8.22 1000 192.0.2.3 53
	flow 86401 192.168.8.22 1000 192.0.2.3 80
	flow 86402 192.168.8.22 1000 192.0.2.3 80
}

@test "--by: any members, also hour and weekday" {
	day_of_flows >in
	expect '[.hour, .flows]' --by=hour --total -- '[12,5]' '[13,1]'
	expect '[.weekday, .flows]' --by=weekday --total --sort=flows -- \
		'["tue",3]' '["wed",3]'
	TZ=UTC-5 expect '[.hour, .flows]' --by=hour --total -- '[17,5]' '[18,1]'
	expect '[.device, .port, .flows]' --by=device,port --total -- \
		'["00:00:5e:00:53:21",443,3]' '["00:00:5e:00:53:22",53,1]' \
		'["00:00:5e:00:53:22",80,2]'
	# Members that differ within a row are not in it.
	expect 'has("device"), has("peer"), has("port"), has("hour"),
		has("proto")' --by=proto --total -- \
		false false false false true
	run -2 --separate-stderr "$dig" --by=device,bytes in
	[[ $stderr == *bytes* ]] || fail "$stderr"
	run -2 "$dig" --by= in
}

@test "--top and --sort: the rows with most, of each window" {
	local count='"pkts":%d,"bytes":%d,"rpkts":%d,"rbytes":%d'
	{
		stream
		# shellcheck disable=SC2059 # a format with four numbers
		flow 1 192.168.8.21 1 192.0.2.1 1 ,\"new\":true \
			"$(printf "$count" 1 1000 9 10)"
		# shellcheck disable=SC2059
		flow 2 192.168.8.21 1 192.0.2.2 2 ,\"new\":true \
			"$(printf "$count" 2 100 2 3000)"
		# shellcheck disable=SC2059
		flow 3 192.168.8.21 1 192.0.2.3 3 ,\"new\":true \
			"$(printf "$count" 50 500 1 100)"
		flow 4 192.168.8.21 2 192.0.2.3 3 ,\"new\":true \
			'"pkts":0,"bytes":0,"rpkts":0,"rbytes":0'
		flow 61 192.168.8.21 1 192.0.2.4 4
	} >in
	expect .port --sort=bytes --top=2 -- 2 1 4
	expect .port --sort=bytes_out --top=2 -- 1 3 4
	expect .port --sort=bytes_in --top=1 -- 2 4
	expect .port --sort=pkts --top=1 -- 3 4
	expect .port --sort=pkts_in --top=1 -- 1 4
	expect .port --sort=pkts_out --top=3 -- 3 2 1 4
	expect .port --sort=flows --top=1 -- 3 4
	expect .port --sort=first --top=1 -- 1 4
	expect .port --sort=last --top=1 --total -- 4
	expect .port --sort=bytes --total -- 2 4 1 3
	run -2 --separate-stderr "$dig" --sort=size in
	run -2 --separate-stderr "$dig" --top=x in
}

@test "--where: which traffic, before it is summed and after" {
	day_of_flows >in
	expect .flows --total --by=device --where='port=80 or port=53' -- 3
	expect .flows --total --by=proto --where='not port<100' -- 3
	expect .flows --total --by=proto --where='peer=192.0.2.2' -- 1
	expect .flows --total --by=proto --where='peer_ip!=192.0.2.0/31' -- 4
	expect .flows --total --by=proto --where='hour=13' -- 1
	expect .flows --total --by=proto --where='weekday=WED and port=80' -- 2
	expect .flows --total --by=proto --where='device~*:22' -- 3
	expect '[.port, .flows]' --total --by=port --where='flows>1' -- \
		'[80,2]' '[443,3]'
	expect .port --total --by=port --where='bytes>6K and port!=80' -- 443
	expect .port --total --by=port --where='bytes<2300' --
}

@test "--where errors: the place under a caret, status 2" {
	: >in
	local e
	for e in 'colour=red' 'port=x' 'device' '(port=1' 'port=1)' '' \
		'port=1 and' 'port=1 or bytes>5' 'port ~ 5' 'peer_ip=1.2.3'; do
		run -2 --separate-stderr "$dig" --where="$e" in
		same '' "$output" "$e: stdout"
		[[ $stderr == "spin-dig: error: "* ]] || fail "$e: $stderr"
		[[ $stderr == *^* ]] || fail "$e: no caret: $stderr"
	done
	# It stands below what is wrong.
	run -2 --separate-stderr "$dig" --where='port=80 and colour=red' in
	local text caret
	text=$(grep -m 1 'port=80 and colour' <<<"$stderr")
	caret=$(grep -F '^' <<<"$stderr")
	text=${text%%colour*} caret=${caret%%^*}
	same "${#text}" "${#caret}" "the caret's column in: $stderr"
}

# ---- text ----

@test "--csv: python reads what the records say" {
	skip_without python3
	{
		stream '"agent":"gw",'
		printf '{"type":"device","ts":%d,"mac":"%s",%s}\n' "$T" \
			00:00:5e:00:53:21 \
			'"name":"=1+2,\"x\" y","how":"dhcp"'
		told 0 192.168.8.21 a.example.org 192.0.2.1
		told 0 192.168.8.21 b.example.org 192.0.2.2
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.21 1000 192.0.2.2 443
		flow 3 192.168.8.21 1000 192.168.8.22 53
		flow 64 192.168.8.22 1000 192.0.2.9 53
	} >in
	local args
	for args in -w1m '--total --by=device,peer' --by=hour,port; do
		# shellcheck disable=SC2086 # two options
		"$dig" --csv $args in >csv
		# shellcheck disable=SC2086
		"$dig" $args in >ndjson
		python3 - csv ndjson <<-'END'
		import csv, json, sys
		with open(sys.argv[1], newline='') as f:
		    rows = list(csv.DictReader(f))
		want = [json.loads(x) for x in open(sys.argv[2])]
		want = [r for r in want if r['type'] == 'digest']
		assert len(rows) == len(want) > 0, (len(rows), len(want))
		for row, r in zip(rows, want):
		    assert None not in row and None not in row.values(), row
		    for k, v in r.items():
		        if k == 'type' and k not in row:
		            continue
		        cell = row.pop(k)
		        if isinstance(v, list):
		            assert cell == ' '.join(v), (k, cell, v)
		        elif isinstance(v, str):
		            # What a spreadsheet would compute is escaped.
		            v = v.replace('=', r'\x3d', 1) if v[0] == '=' else v
		            assert cell == v, (k, cell, v)
		        else:
		            assert float(cell) == v, (k, cell, v)
		    assert not any(v for k, v in row.items() if k != 'type'), row
		END
	done
}

@test "-p: text that fits the width, of whatever length the names are" {
	local i long
	long=$(printf 'abcdefghij%.0s' {1..6})
	{
		stream
		printf '{"type":"device","ts":%d,"mac":"%s",%s}\n' "$T" \
			00:00:5e:00:53:21 "\"name\":\"$long\",\"how\":\"dhcp\""
		for ((i = 1; i < 30; i++)); do
			told 0 192.168.8.21 "$long.$i.$long.example" \
				"192.0.2.$i"
			flow 1 192.168.8.21 1000 "192.0.2.$i" "$i"
		done
		flow 2 192.168.8.22 1000 2001:db8:1111:2222:3333:4444:5555:6666 1
	} >in
	local width
	for width in 60 80 100 200; do
		"$dig" -p --width="$width" --bundle=host --total in >out
		[ -s out ] || fail "$width: nothing"
		awk -v w="$width" 'length($0) > w { print; bad = 1 }
			END { exit bad }' out || fail "$width: too wide"
		! LC_ALL=C grep -n '[^ -~]' out || fail 'not ASCII, without UTF-8'
	done
	"$dig" -p in >out
	awk 'length($0) > 80 { print; bad = 1 } END { exit bad }' out
	run -2 "$dig" -p --width=10 in
	"$dig" -p --total --by=device,peer in >out
	# The device, then its peers.
	grep -q 00:00:5e:00:53:22 out || fail "$(cat out)"
}

@test "-p: devices are named, with their peers below them, biggest first" {
	{
		stream
		printf '{"type":"device","ts":%d,"mac":"%s",%s}\n' "$T" \
			00:00:5e:00:53:21 '"name":"lamp","how":"dhcp"'
		printf '{"type":"device","ts":%d,"mac":"%s",%s}\n' "$T" \
			00:00:5e:00:53:22 '"name":"camera","how":"dhcp"'
		told 0 192.168.8.21 mqtt.lamp.example 192.0.2.1
		told 0 192.168.8.22 up.cam.example 192.0.2.2
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.22 1000 192.0.2.2 443 ,\"new\":true \
			'"pkts":9,"bytes":99999,"rpkts":2,"rbytes":100'
	} >in
	"$dig" -p --total in >out
	grep -n -o -e camera -e lamp.example -e cam.example -e 'lamp\b' out |
		sed 's/.*://' | uniq | paste -s -d ' ' - >got
	same 'camera cam.example lamp lamp.example' "$(cat got)" "$(cat out)"
}

@test "-p: colour only when asked for, never by NO_COLOR in a file" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >in
	"$dig" -p --total in >plain
	! grep -q $'\033' plain || fail 'colour in a file'
	"$dig" -p --total --color=never in | diff plain -
	"$dig" -p --total --color=always in >colour
	grep -q $'\033' colour || fail 'no colour'
	sed 's/\x1b\[[0-9;]*m//g' colour | diff plain -
}

@test "names hidden by DNS over TLS are told of" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 853
		flow 2 192.168.8.21 1000 192.0.2.2 443
	} >in
	run -0 "$dig" -p --total in
	[[ ${output,,} == *dns*tls* || ${output,,} == *encrypted*dns* ]] ||
		fail "nothing is said: $output"
}

# ---- operands, agents, ends ----

@test "several files are merged by time" {
	local i
	for ((i = 0; i < 300; i++)); do
		flow "$i" 192.168.8.21 1000 192.0.2.1 443
	done >all
	{ stream; awk 'NR % 3 != 0' all; } >a
	{ stream; awk 'NR % 3 == 0' all; } >b
	{ stream; cat all; } >in
	digs '[.ts, .flows]' >want
	same 5 "$(wc -l <want)" windows
	"$dig" a b | jq -c 'select(.type == "digest") | [.ts, .flows]' |
		diff want -
}

@test "agents: each has its home and its names" {
	{
		stream '"agent":"a",'
		told 0 192.168.8.21 a.example 192.0.2.1
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >a
	{
		stream '"agent":"b",'
		told 0 192.168.8.21 b.example 192.0.2.1
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >b
	"$dig" a b | jq -c 'select(.type == "digest") |
		[.agent, .device, .peer]' >got
	printf '["%s","00:00:5e:00:53:21","%s.example"]\n' a a b b |
		diff - got
	"$dig" --by=device a b | jq -c 'select(.type == "digest") |
		[.agent, .flows]' >got
	echo '[null,2]' | diff - got
	# One file with both, one behind the other.
	cat a b | "$dig" | jq -c 'select(.type == "digest") |
		[.agent, .peer]' | diff <(printf '["%s","%s.example"]\n' \
		a a b b) -
}

@test "-c, -S and bad records" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
		echo '{"type":"flow","ts":"never"}'
		flow 2 192.168.8.21 1000 192.0.2.1 443
		flow 65 192.168.8.21 1000 192.0.2.1 443
	} >in
	run -3 --separate-stderr "$dig" in
	same '2 1' "$(jq -r 'select(.type == "digest") | .flows' \
		<<<"$output" | paste -s -d ' ' -)" 'flows of windows'
	[[ $stderr == *in:3:* ]] || fail "$stderr"
	run -3 --separate-stderr "$dig" -S in
	same 1 "$(jq -r 'select(.type == "digest") | .flows' <<<"$output")" \
		'flows before the bad record'
	sed 3d in >good
	run -0 "$dig" -c 2 good
	same 2 "${#lines[@]}" 'records with -c 2'
	run -0 "$dig" -c 1 --by=device good
	same 1 "${#lines[@]}" 'records with -c 1'
}

@test "/dev/full is status 4, however it is written" {
	[ -e /dev/full ] || skip 'no /dev/full here'
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
	} >in
	local o
	for o in -p --csv --total -u --flows; do
		run -4 --separate-stderr bash -c "'$dig' $o in >/dev/full"
		[[ $stderr == 'spin-dig: error: '*'No space left'* ]] ||
			fail "$o: $stderr"
	done
}

@test "TERM ends it as the end of input does: open windows come out" {
	local i pid status=0
	mkfifo in
	"$dig" <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		unknown 6
	} >&7
	for ((i = 0; i < 100; i++)); do
		! grep -q x-unknown out || break
		sleep 0.1
	done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	exec 7>&-
	same 143 "$status" status
	same 1 "$(grep -c digest out)" digests
}
