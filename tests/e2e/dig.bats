#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-dig on records written by hand: what becomes of a flow, by the words of
# spin-record(5) and arithmetic on what stands here.

# shellcheck disable=SC2016 # programs of jq and python
# shellcheck disable=SC2154 # stderr is set by run, dig and T by dig_setup

load ../lib/common
load ../lib/dig

setup() {
	dig_setup
}

# ---- what a digest is ----

@test "the example of spin-record(5): its flow, dns and device make its digest" {
	local page=$SPIN_SRC/man/spin-record.5 type
	for type in stream device dns flow; do
		grep -m 1 "^{\"type\":\"$type\"" "$page"
	done >in
	"$dig" in | grep '"digest"' >got
	grep '^{"type":"digest"' "$page" | diff - got
}

@test "a window begins at a multiple of its length; the default is a minute" {
	local w at
	{
		stream
		flow 59 192.168.8.21 1000 192.0.2.1 443
		flow 61 192.168.8.21 1001 192.0.2.1 443
	} >in
	expect '[.ts, .window, .bytes_out]' -- "[$T,60,300]" \
		"[$((T + 60)),60,300]"
	for w in 1 7 45 3600 86400; do
		for at in 59 61; do
			echo "[$(((T + at) / w * w)),$w]"
		done | uniq >want
		digs '[.ts, .window]' -w "${w}s" | diff want -
	done
}

@test "what went out and came in is seen from the device, whoever began" {
	{
		stream
		flow 0 192.168.8.21 1000 192.0.2.1 443
		flow 1 192.0.2.9 1000 192.168.8.21 22
	} >in
	expect '[.peer, .port, .dir, .pkts_out, .bytes_out, .pkts_in,
		.bytes_in, .device]' -- \
		'["192.0.2.1",443,"out",3,300,2,2000,"00:00:5e:00:53:21"]' \
		'["192.0.2.9",22,"in",2,2000,3,300,"00:00:5e:00:53:21"]'
}

@test "flows begun, unanswered ones, first and last packet; nothing counts not" {
	local none='"pkts":0,"bytes":0,"rpkts":0,"rbytes":0'
	local out='"pkts":1,"bytes":40,"rpkts":0,"rbytes":0'
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443 \
			',"answered":false,"new":true' "$out"
		flow 2 192.168.8.21 1001 192.0.2.1 443 \
			',"answered":false,"new":true,"done":"idle"' "$out"
		flow 3 192.168.8.21 1002 192.0.2.1 443 \
			',"answered":true,"done":"fin"'
		flow 40 192.168.8.21 1002 192.0.2.1 443 \
			',"answered":true,"done":"fin"' "$none"
		flow 50 192.168.8.21 1000 192.0.2.1 443 \
			',"answered":false,"done":"idle"' "$none"
		flow 61 192.168.8.21 1003 192.0.2.1 443 \
			',"answered":true,"done":"idle"' "$none"
	} >in
	expect '[.flows, .unanswered, .pkts_out, .bytes_out, .bytes_in]' -- \
		'[2,2,5,380,2000]'
	expect '[.first - .ts, .last - .ts >= 3]' -- '[1,true]'
}

@test "the service is named; port and protocol are the responder's" {
	{
		stream
		flow 0 192.168.8.21 80 192.0.2.1 8883
		flow 1 192.168.8.21 1000 192.0.2.1 123 |
			sed 's/"tcp"/"udp"/'
		flow 2 192.168.8.21 1000 192.0.2.1 55555
		flow 3 192.168.8.21 0 192.0.2.1 0 |
			sed -e 's/"tcp"/"icmp"/' -e 's/"[sd]port":0,//g'
	} >in
	digs '[.proto, .port, .service]' | sort >got
	printf '%s\n' '["icmp",null,null]' '["tcp",55555,null]' \
		'["tcp",8883,"secure-mqtt"]' '["udp",123,"ntp"]' | diff - got
}

@test "addresses and names of a peer stop at 64, with how many are left out" {
	local i
	{
		stream
		for ((i = 1; i <= 70; i++)); do
			told 0 192.168.8.21 "h$i.example.org" "192.0.2.$i"
			flow 1 192.168.8.21 1000 "192.0.2.$i" 443
		done
	} >in
	expect '[.peer, (.peer_ip | length), (.hosts | length), .more,
		.peer_ip[0], .flows]' -- \
		'["example.org",64,64,12,"192.0.2.1",70]'
}

# ---- windows and time ----

@test "windows close by upto: their digests come before that stats record" {
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 60 60
		flow 65 192.168.8.21 1001 192.0.2.1 443
		stats 70 119
		flow 70 192.168.8.21 1002 192.0.2.1 443
		stats 120 120
	} >in
	"$dig" in | jq -c '[.type, .flows]' >got
	printf '%s\n' '["stream",null]' '["digest",1]' '["stats",null]' \
		'["stats",null]' '["digest",2]' '["stats",null]' | diff - got
}

@test "upto that is passed on is never after a digest still to come" {
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 60 60
		flow 65 192.168.8.21 1001 192.0.2.1 443
		stats 180 180
		flow 185 192.168.8.21 1001 192.0.2.1 443
		stats 240 240
	} >in
	local w
	for w in 7s 1m 2m 100s 1h; do
		"$dig" -w "$w" in | jq -n -e 'reduce inputs as $r
			({u: 0, ok: true}; if $r.type == "stats"
			then .u = $r.upto
			else .ok = (.ok and ($r.type != "digest" or
			$r.ts >= .u)) end) | .ok' || fail "-w $w"
	done
}

@test "without stats windows close by the times of flows" {
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		flow 190 192.168.8.21 1000 192.0.2.1 443
		unknown 190
		flow 191 192.168.8.21 1000 192.0.2.1 443
	} >in
	"$dig" in | jq -r '.n // .type' | paste -s -d ' ' - >got
	same 'stream digest 190 digest' "$(cat got)" 'order of records'
	# A flow reported late by no more than its span is in its window.
	{
		stream
		flow 61 192.168.8.21 1001 192.0.2.1 443
		flow 5 192.168.8.21 1000 192.0.2.1 443
		flow 62 192.168.8.21 1001 192.0.2.1 443
	} >in
	expect '[.ts, .flows]' -- "[$T,1]" "[$((T + 60)),2]"
}

@test "a digest comes as soon as its window is over, not at the end of input" {
	local i pid status=0
	mkfifo in
	"$dig" <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 60 60
	} >&7
	for ((i = 0; i < 100; i++)); do
		! grep -q digest out || break
		sleep 0.1
	done
	same 1 "$(grep -c digest out)" 'digests while the input is open'
	exec 7>&-
	wait "$pid" || status=$?
	same 0 "$status" status
	same '' "$(cat err)" stderr
}

@test "a late record goes to its own window; beyond --late it is counted" {
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 600 600
		flow 6 192.168.8.21 1001 192.0.2.1 443
		flow 605 192.168.8.21 1001 192.0.2.1 443
	} >in
	digs '[.ts, .flows]' >got
	same "$(printf '%s\n' "[$T,1]" "[$T,1]" "[$((T + 600)),1]")" \
		"$(sort got)" 'digests'
	"$dig" --late=1m in >out 2>err
	same "$(printf '%s\n' "[$T,1]" "[$((T + 600)),1]")" \
		"$(jq -c 'select(.type == "digest") | [.ts, .flows]' out)" \
		'--late=1m'
	grep -q '1 record.*2300 bytes' err || fail "not counted: $(cat err)"
	# All of the input is one window: nothing can be late.
	expect '.flows' --total --late=1m -- 3
}

@test "a clock set back: nothing is lost and windows begin anew" {
	{
		stream
		flow 7200 192.168.8.21 1000 192.0.2.1 443
		stats 7260 7260
		flow 7265 192.168.8.21 1000 192.0.2.1 443
		stats 60 60 ',"clock_back":1'
		flow 65 192.168.8.21 1001 192.0.2.1 443
		stats 120 120 ',"clock_back":1'
		flow 125 192.168.8.21 1001 192.0.2.1 443
		stats 180 180 ',"clock_back":1'
	} >in
	expect '[.ts, .flows]' --late=1m -- "[$((T + 7200)),1]" \
		"[$((T + 7260)),1]" "[$((T + 60)),1]" "[$((T + 120)),1]"
}

@test "--total: all of the input is one window" {
	{
		stream
		flow 5 192.168.8.21 1000 192.0.2.1 443
		stats 3600 3600
		flow 90000 192.168.8.21 1001 192.0.2.1 443
	} >in
	expect '[.flows, .bytes_in, .last - .first]' --total -- '[2,4000,89995]'
}

# ---- other records ----

@test "flows are consumed; every other record is passed on whole" {
	{
		stream
		told 0 192.168.8.21 a.example 192.0.2.1 |
			sed 's/}$/,"x-new":{"deep":[1,{"b":"c"}]}}/'
		grep '^{"type":"\(device\|alert\|order\|label\)"' \
			"$SPIN_SRC/man/spin-record.5"
		unknown 1
		stats 60 60 ',"x-more":"yes"'
	} >others
	{
		cat others
		flow 70 192.168.8.21 1000 192.0.2.1 443
	} >in
	"$dig" in >out
	same 0 "$(grep -c '"type":"flow"' out)" flows
	same 1 "$(grep -c '"type":"digest"' out)" digests
	diff <(jq -S -c . others) <(grep -v '"type":"digest"' out | jq -S -c .)
}

@test "-p and --csv write text and no records" {
	{
		stream
		unknown 1
		flow 70 192.168.8.21 1000 192.0.2.1 443
		stats 120 120
	} >in
	local o
	for o in -p --csv; do
		"$dig" $o in >out
		[ -s out ] || fail "$o: nothing"
		! grep '^{' out || fail "$o: records"
	done
}

@test "--flows: passed on with device, name, peer and where" {
	{
		stream
		printf '{"type":"device","ts":%d,"mac":"%s","ip":"%s",%s}\n' \
			"$T" 00:00:5e:00:53:21 192.168.8.21 \
			'"name":"lamp","how":"dhcp"'
		told 0 192.168.8.21 www.example.org 192.0.2.1
		flow 1 192.168.8.21 1000 192.0.2.1 443 \
			',"answered":true,"new":true,"x-y":[1]'
		flow 2 192.0.2.1 1000 192.168.8.21 22
	} >in
	"$dig" --flows in >out
	same "$(printf '%s\n' \
		'["00:00:5e:00:53:21","lamp","example.org","internet"]' \
		'["00:00:5e:00:53:21","lamp","example.org","internet"]')" \
		"$(jq -c 'select(.type == "flow") |
			[.device, .name, .peer, .where]' out)" annotations
	# Beside these members nothing changed.
	diff <(grep '"type":"flow"' in | jq -S -c .) \
		<(jq -S -c 'select(.type == "flow") |
			del(.device, .name, .peer, .where)' out)
	same 2 "$(grep -c digest out)" digests
}

@test "flows annotated by another spin-dig are passed on, not summed again" {
	{
		stream
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.21 1000 192.168.8.22 80
	} >in
	"$dig" --flows in >once
	"$dig" once >twice
	diff <(sort once) <(sort twice)
	same 3 "$(grep -c digest twice)" digests
}

@test "digests summed again are the same, and by less" {
	{
		stream
		told 0 192.168.8.21 www.example.org 192.0.2.1
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.21 1000 192.168.8.22 80
		flow 3 192.168.8.22 1000 192.168.8.21 80
		flow 4 192.168.8.22 1000 192.168.8.1 53
		flow 65 192.168.8.22 1000 192.0.2.7 53
		flow 3605 192.168.8.22 1000 192.0.2.7 53
	} >in
	"$dig" in | grep digest >fine
	"$dig" fine | diff fine -
	local o
	for o in --by=device '--by=peer,port --total' '--by=where -w1h' \
		'--by=proto,dir -w 2h' '--by=hour --total' -w1d; do
		# shellcheck disable=SC2086 # two options
		"$dig" $o in | grep digest >once
		# shellcheck disable=SC2086
		"$dig" $o fine | diff once - || fail "$o"
	done
}

# ---- names ----

@test "two devices told different names for one address each see their own" {
	{
		stream
		told 0 192.168.8.21 www.news.example 192.0.2.1
		told 0 192.168.8.22 www.shop.example 192.0.2.1
		flow 1 192.168.8.21 1000 192.0.2.1 1
		flow 2 192.168.8.22 1000 192.0.2.1 2
		flow 3 192.168.8.23 1000 192.0.2.1 3
	} >in
	# Who was told nothing sees what somebody was told last.
	same 'www.news.example www.shop.example www.shop.example' "$(peers)" \
		peers
	digs '[.device, .hosts[0]]' --by=device,peer | sort >got
	printf '["00:00:5e:00:53:%s","www.%s.example"]\n' 21 news 22 shop \
		23 shop | diff - got
}

@test "a flow bears the name told before it began, on all of its records" {
	{
		stream
		flow 0 192.168.8.21 1000 192.0.2.1 1
		told 1 192.168.8.21 a.example 192.0.2.1
		flow 2 192.168.8.21 1000 192.0.2.1 2
		told 3 192.168.8.21 b.example 192.0.2.1
		flow 4 192.168.8.21 1000 192.0.2.1 3
		flow 50 192.168.8.21 1000 192.0.2.1 4 \
			",\"answered\":true,\"start\":$((T + 2))"
		flow 51 192.168.8.21 1000 192.0.2.1 5 \
			",\"answered\":true,\"start\":$T"
	} >in
	same '192.0.2.1 a.example b.example a.example 192.0.2.1' "$(peers)" \
		peers
}

@test "names live for their TTL and the grace" {
	{
		stream
		told 0 192.168.8.21 a.example 192.0.2.1 100
		flow 99 192.168.8.21 1000 192.0.2.1 1
		flow 102 192.168.8.21 1000 192.0.2.1 2
		flow 3698 192.168.8.21 1000 192.0.2.1 3
		flow 3702 192.168.8.21 1000 192.0.2.1 4
	} >in
	same 'a.example a.example a.example 192.0.2.1' "$(peers)" 'an hour'
	same 'a.example 192.0.2.1 192.0.2.1 192.0.2.1' \
		"$(peers --grace=0s)" '--grace=0s'
	same 'a.example a.example a.example a.example' \
		"$(peers --grace=2h)" '--grace=2h'
}

@test "CNAMEs lead from the question, in any order; the least TTL counts" {
	{
		stream
		answer 0 192.168.8.21 www.example A "$(
			rr c.cdn.example A 192.0.2.1 1000),$(
			rr b.cdn.example CNAME c.cdn.example 10),$(
			rr www.example CNAME b.cdn.example 1000)"
		flow 1 192.168.8.21 1000 192.0.2.1 1
		flow 9 192.168.8.21 1000 192.0.2.1 2
		flow 12 192.168.8.21 1000 192.0.2.1 3
	} >in
	same 'www.example www.example 192.0.2.1' "$(peers --grace=0s)" peers
}

@test "what nobody asked for names nothing" {
	{
		stream
		answer 0 192.168.8.21 evil.example A \
			"$(rr evil.example A 192.0.2.1 60)" \
			',"unsolicited":true'
		answer 0 192.168.8.21 evil.example A \
			"$(rr bank.example A 192.0.2.2 60)"
		answer 0 192.168.8.21 evil.example A "$(
			rr evil.example CNAME a.example 60),$(
			rr b.example A 192.0.2.3 60)"
		rcode=NXDOMAIN answer 0 192.168.8.21 evil.example A \
			"$(rr evil.example A 192.0.2.4 60)"
		flow 1 192.168.8.21 1000 192.0.2.1 1
		flow 1 192.168.8.21 1000 192.0.2.2 2
		flow 1 192.168.8.21 1000 192.0.2.3 3
		flow 1 192.168.8.21 1000 192.0.2.4 4
	} >in
	same '192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4' "$(peers)" peers
}

@test "a loop of CNAMEs, and a chain that is too long, end" {
	local i rrs
	rrs=$(rr a.example CNAME b.example 60),$(rr b.example CNAME a.example 60)
	{
		stream
		answer 0 192.168.8.21 a.example A "$rrs,$(
			rr b.example A 192.0.2.1 60)"
		rrs=$(rr n40.example A 192.0.2.2 60)
		for ((i = 0; i < 40; i++)); do
			rrs+=,$(rr "n$i.example" CNAME "n$((i + 1)).example" 60)
		done
		answer 0 192.168.8.21 n0.example A "$rrs"
		flow 1 192.168.8.21 1000 192.0.2.1 1
		flow 1 192.168.8.21 1000 192.0.2.2 2
	} >in
	same 'a.example 192.0.2.2' "$(peers)" peers
}

@test "PTR answers name an address for everybody, after what was told" {
	{
		stream
		answer 0 192.168.8.21 1.2.0.192.in-addr.arpa PTR \
			"$(rr 1.2.0.192.in-addr.arpa PTR r.example 60)"
		flow 1 192.168.8.22 1000 192.0.2.1 1
		told 2 192.168.8.22 www.example 192.0.2.1
		flow 3 192.168.8.22 1000 192.0.2.1 2
		flow 3 192.168.8.23 1000 192.0.2.1 3
	} >in
	same 'r.example www.example www.example' "$(peers)" peers
}

@test "mDNS names no address of the internet" {
	{
		stream
		printf '{"type":"dns","ts":%d,"via":"mdns","server":"%s",' \
			"$T" 192.168.8.21
		printf '"qname":"www.local","qtype":"A","rcode":"NOERROR",'
		printf '"answers":[%s]}\n' "$(rr www.local A 192.0.2.1 60)"
		flow 1 192.168.8.22 1000 192.0.2.1 1
	} >in
	same 192.0.2.1 "$(peers)" peers
}

@test "IPv6: AAAA names, and devices by their MACs" {
	{
		stream | sed 's,192.168.8.0/24,2001:db8:8::/64,'
		answer 0 192.168.8.21 v6.example AAAA \
			"$(rr v6.example AAAA 2001:db8:1::1 60)"
		flow 1 192.168.8.21 1000 192.0.2.1 1 |
			sed -e 's/"192.168.8.21"/"2001:db8:8::21"/' \
			-e 's/"192.0.2.1"/"2001:db8:1::1"/'
	} >in
	expect '[.device, .peer, .peer_ip, .where]' -- \
	    '["00:00:5e:00:53:21","v6.example",["2001:db8:1::1"],"internet"]'
}

@test "--bundle: by registered domain, host name or address" {
	{
		stream
		told 0 192.168.8.21 a.img.example.co.uk 192.0.2.1
		told 0 192.168.8.21 b.example.co.uk 192.0.2.2
		told 0 192.168.8.21 other.co.uk 192.0.2.3
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 1 192.168.8.21 1000 192.0.2.2 443
		flow 1 192.168.8.21 1000 192.0.2.3 443
		flow 1 192.168.8.21 1000 192.0.2.4 443
	} >in
	digs '[.peer, .peer_ip, .hosts, .flows]' | sort >domain
	printf '%s\n' '["192.0.2.4",["192.0.2.4"],null,1]' \
		'["example.co.uk",["192.0.2.1","192.0.2.2"],["a.img.example.co.uk","b.example.co.uk"],2]' \
		'["other.co.uk",["192.0.2.3"],["other.co.uk"],1]' |
		diff - domain
	digs '[.peer, .peer_ip]' --bundle=host | sort >host
	printf '["%s",["192.0.2.%d"]]\n' 192.0.2.4 4 a.img.example.co.uk 1 \
		b.example.co.uk 2 other.co.uk 3 | diff - host
	digs '[.peer, .peer_ip]' --bundle=address | sort >address
	printf '["192.0.2.%d",["192.0.2.%d"]]\n' 1 1 2 2 3 3 4 4 |
		diff - address
}

# ---- devices, and where things are ----

@test "traffic between two devices: an account for each, once for the home" {
	{
		stream
		flow 1 192.168.8.21 1000 192.168.8.22 80
	} >in
	digs '[.device, .peer_mac, .where, .dir, .port, .bytes_out, .bytes_in]' |
		sort >got
	printf '["00:00:5e:00:53:%d","00:00:5e:00:53:%d","lan","%s",80,%s]\n' \
		21 22 out 300,2000 22 21 in 2000,300 | diff - got
	local by
	for by in peer where,proto hour port,service dir agent,weekday; do
		expect '[.flows, .pkts_out + .pkts_in, .bytes_out + .bytes_in]' \
			--by="$by" -- '[1,5,2300]'
	done
	expect '.bytes_out + .bytes_in' --by=device -- 2300 2300
}

@test "--where that lets one account of two pass counts that one" {
	{
		stream
		flow 1 192.168.8.21 1000 192.168.8.22 80
	} >in
	local n sums='[.bytes_out, .bytes_in]'
	expect "$sums" --by=where --where=device=00:00:5e:00:53:21 -- '[300,2000]'
	expect "$sums" --by=where --where=device=00:00:5e:00:53:22 -- '[2000,300]'
	expect "$sums" --by=where --where=dir=in -- '[2000,300]'
	expect "$sums" --by=where --where=where=lan -- '[300,2000]'
	for n in 'peer=00:00:5e:00:53:21' 'device!=00:00:5e:00:53:21'; do
		expect "$sums" --by=proto --where="$n" -- '[2000,300]'
	done
	# The same of digests that were summed before.
	"$dig" in | grep digest >fine
	mv fine in
	expect "$sums" --by=where --where=device=00:00:5e:00:53:21 -- '[300,2000]'
	expect "$sums" --by=where --where=device=00:00:5e:00:53:22 -- '[2000,300]'
	expect "$sums" --by=where -- '[300,2000]'
}

@test "the gateway is known as such" {
	{
		stream
		printf '{"type":"device","ts":%d,"mac":"%s","ip":"%s",%s}\n' \
			"$T" 00:00:5e:00:53:01 192.168.8.1 \
			'"how":"ra","router":true'
		flow 1 192.168.8.21 1000 192.168.8.1 53
		flow 2 192.168.8.21 1000 192.0.2.1 443
	} >in
	digs '[.device, .where, .peer_mac]' --by=device,peer,where | sort >got
	printf '["00:00:5e:00:53:%s","%s",%s]\n' \
		01 lan '"00:00:5e:00:53:21"' 21 gateway '"00:00:5e:00:53:01"' \
		21 internet null | diff - got
}

@test "a private address is of the home though no prefix is known" {
	{
		stream | sed 's/,"local".*]//'
		printf '{"type":"device","ts":%d,"mac":"%s","ip":"%s",%s}\n' \
			"$T" 00:00:5e:00:53:22 192.168.8.22 '"how":"arp"' \
			"$T" 00:00:5e:00:53:21 192.168.8.21 '"how":"ip"'
		flow 1 192.168.8.21 1000 192.168.8.22 80
		flow 2 192.168.8.21 1000 192.0.2.1 443
	} >in
	digs '[.device, .where, .bytes_out]' --by=device,where | sort >got
	printf '["00:00:5e:00:53:%d","%s",%d]\n' 21 internet 300 21 lan 300 \
		22 lan 2000 | diff - got
}

@test "what a device sends to itself is one account" {
	{
		stream
		flow 1 192.168.8.21 1000 192.168.8.21 80
		flow 2 192.168.8.21 1000 192.168.8.20 80 |
			sed 's/53:20/53:21/'
	} >in
	expect '[.flows, .bytes_out + .bytes_in]' --by=device -- '[2,4600]'
}

@test "multicast and broadcast have their own where, and one account" {
	{
		stream
		flow 1 192.168.8.21 5353 224.0.0.251 1
		flow 1 192.168.8.21 6667 255.255.255.255 2
		flow 1 192.168.8.21 6667 192.168.8.255 3
		flow 1 192.168.8.21 5353 ff02::fb 4 |
			sed 's/192.168.8.21/fe80::21/'
		flow 1 0.0.0.0 68 255.255.255.255 5 |
			sed 's/53:01/53:21/'
	} | sed 's/"rpkts.*"rbytes":2000/"rpkts":0,"rbytes":0/' >in
	digs '[.port, .device, .where, .bytes_out, .bytes_in]' | sort >got
	printf '[%d,"00:00:5e:00:53:21","%s",300,0]\n' 1 multicast \
		2 broadcast 3 broadcast 4 multicast 5 broadcast | diff - got
}

@test "without MACs a device is its address" {
	{
		stream
		nomac=1 told 0 192.168.8.21 www.example 192.0.2.1
		nomac=1 flow 1 192.168.8.21 1000 192.0.2.1 443
		nomac=1 flow 2 192.168.8.22 1000 192.168.8.21 80
	} >in
	digs '[.device, .peer, .where, .bytes_out]' | sort >got
	printf '["192.168.8.%d","%s","%s",%d]\n' 21 192.168.8.22 lan 2000 \
		21 www.example internet 300 22 192.168.8.21 lan 300 |
		diff - got
	expect '.flows' --by=proto -- 2
}

@test "all addresses of a MAC are one device, with its name" {
	{
		stream
		printf '{"type":"device","ts":%d,"mac":"%s",%s}\n' "$T" \
			00:00:5e:00:53:21 '"name":"lamp","how":"dhcp"'
		flow 1 192.168.8.21 1000 192.0.2.1 443
		flow 2 192.168.8.99 1000 192.0.2.1 443 |
			sed 's/53:99/53:21/'
		flow 3 192.168.8.22 1000 192.168.8.21 443
	} >in
	expect '[.device, .name, .flows]' --by=device -- \
		'["00:00:5e:00:53:21","lamp",3]' '["00:00:5e:00:53:22",null,1]'
	expect '[.name, .flows]' --by=name --total \
		--where='not where=lan' -- '["lamp",2]'
	expect '.peer' --where=where=lan\ and\ dir=out -- '"lamp"'
}

@test "-l: the home's prefixes, instead of what the stream says" {
	{
		stream
		flow 1 198.51.100.9 1000 203.0.113.7 443
		flow 2 192.168.8.21 1000 203.0.113.7 443
	} >in
	nomac=1 expect '[.device, .dir, .where]' --by=device,dir,where \
		-l 203.0.113.0/24 -- '["00:00:5e:00:53:01","in","internet"]'
	{
		stream
		nomac=1 flow 1 198.51.100.9 1000 203.0.113.7 443
		nomac=1 flow 2 203.0.113.8 1000 203.0.113.7 443
	} >in
	digs '[.device, .dir, .where]' --by=device,dir,where \
		-l 192.0.2.0/24 -l 203.0.113.0/24 | sort >got
	printf '["203.0.113.%d","%s","%s"]\n' 7 in internet 7 in lan \
		8 out lan | diff - got
	run -2 --separate-stderr "$dig" -l 203.0.113.0/33 in
	[[ $stderr == *203.0.113.0/33* ]] || fail "$stderr"
}

# ---- the home of the fixtures ----

@test "the home: each device has the peers that its script gave it" {
	skip_without_tool spin-capture
	local home=$SPIN_SRC/tests/fixtures/home device peer proto port comes
	local seen=0 mac_
	declare -A mac
	"$SPIN_BIN/spin-capture" -r "$home.pcap" >in
	digs '[.device, .name, .peer, .proto, .port, .hosts, .peer_ip,
		.unanswered, .pkts_in, .peer_mac]' --bundle=host --total \
		>digests
	while IFS=$'\t' read -r device mac_ _; do
		mac[$device]=$mac_
	done <"$home.devices"
	while IFS=$'\t' read -r device peer proto port comes; do
		seen=$((seen + 1))
		# In the home a peer is a device.
		case $peer in
		*.home.arpa | *.local) peer=${mac[${peer%%.*}]} ;;
		192.168.8.1) peer=${mac[gateway]} ;;
		esac
		[ "$port" != - ] || port=null
		jq -c -e -n --arg d "${mac[$device]}" --arg p "$peer" \
			--arg proto "$proto" --argjson port "$port" \
			--arg comes "$comes" '[inputs | select(.[0] == $d and
			(.[9] // .[2]) == $p and .[3] == $proto and
			.[4] == $port)] | length > 0 and (map(if $comes == "no"
			then .[7] > 0 and .[8] == 0 else .[8] > 0 end) | all)' \
			digests || fail "$device $peer $proto $port $comes"
	done <"$home.peers"
	[ "$seen" -ge 15 ]
	# And no others: whom the phone did not ask, nobody talked to.
	jq -r 'select(.[2] | endswith(".example")) | .[2]' digests |
		sort -u >got
	cut -f 2 "$home.peers" | grep '\.example$' | sort -u >want
	diff want got
}
