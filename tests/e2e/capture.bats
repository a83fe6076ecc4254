#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-capture -r as people use it, mostly on the home of tests/fixtures: what
# is known of that home (its truth tables) must be in the records, and no
# option may lose or invent a packet.

# shellcheck disable=SC2016 # programs of jq and python

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-capture
	skip_without jq
	capture=$SPIN_BIN/spin-capture
	home=$SPIN_SRC/tests/fixtures/home.pcap
	truth=$SPIN_SRC/tests/fixtures/home
	export TZ=UTC
}

# records FILE OPTION...: runs over the home; FILE holds what comes out.
records() {
	local out=$1

	shift
	"$capture" -r "$home" "$@" >"$out"
}

# sums FILE: per flow key (initiator first) packets and bytes each way.
sums() {
	jq -n -r 'reduce (inputs | select(.type == "flow")) as $f ({};
		([$f.proto, $f.src, $f.sport, $f.dst, $f.dport, $f.icmp_type,
		  $f.icmp_code, $f.vlan] | @json) as $k |
		.[$k][0] += $f.pkts | .[$k][1] += $f.bytes |
		.[$k][2] += $f.rpkts | .[$k][3] += $f.rbytes) |
		to_entries[] | "\(.key) \(.value)"' "$1" | sort
}

# total FILE: packets and bytes of all flows, and how many were new and done.
total() {
	jq -n -c '[inputs | select(.type == "flow")] |
		[(map(.pkts + .rpkts) | add), (map(.bytes + .rbytes) | add),
		 (map(select(.new)) | length), (map(select(.done)) | length)]
		' "$1"
}

last_stats() {
	tail -n 1 "$1" | jq -c "$2"
}

# packets FILE: how many a capture holds, by the length of its records.
packets() {
	python3 - "$1" <<-'END'
	import struct, sys
	d, o, n = open(sys.argv[1], 'rb').read(), 24, 0
	while o < len(d):
	    o += 16 + struct.unpack_from('<I', d, o + 8)[0]
	    n += 1
	print(n)
	END
}

# split_home N A B: the first N packets, and the others.
split_home() {
	python3 - "$home" "$@" <<-'END'
	import struct, sys
	d, o = open(sys.argv[1], 'rb').read(), 24
	for i in range(int(sys.argv[2])):
	    o += 16 + struct.unpack_from('<I', d, o + 8)[0]
	open(sys.argv[3], 'wb').write(d[:o])
	open(sys.argv[4], 'wb').write(d[:24] + d[o:])
	END
}

# ---- the home ----

@test "home: every device is seen with its MAC, IPv4 address and name" {
	records out
	while IFS=$'\t' read -r name mac ip4 ip6 _; do
		[ "${name#\#}" = "$name" ] || continue
		jq -n -e --arg m "$mac" --arg a "$ip4" 'any(inputs;
			.type == "device" and .mac == $m and .ip == $a)' out \
			>/dev/null || fail "$name: no $mac with $ip4"
		# The gateway never shows itself under its global address.
		[ "$ip6" = - ] || [ "$name" = gateway ] || jq -n -e --arg m "$mac" --arg a "$ip6" '
			any(inputs; .src_mac == $m and .src == $a or
			.mac == $m and .ip == $a or
			.dst_mac == $m and .dst == $a)' out >/dev/null ||
			fail "$name: no $mac with $ip6"
		# The gateway tells nobody its name.
		[ "$name" = gateway ] || jq -n -e --arg m "$mac" \
			--arg n "$name" 'any(inputs; .type == "device" and
			.mac == $m and .name == $n)' out >/dev/null ||
			fail "$mac has no name $name"
	done <"$truth.devices"
	jq -n -e 'any(inputs; .type == "device" and .router and
		.mac == "00:00:5e:00:53:01")' out >/dev/null ||
		fail 'the gateway is no router'
	same '["192.168.8.0/24","2001:db8:8::/64","fd00:8::/64"]' "$(jq -s -c '
		map(select(.type == "stream")) | last | .local | sort' out)" \
		prefixes
}

@test "home: no device is seen that is not there" {
	records out
	same "$(grep -v '^#' "$truth.devices" | cut -f 2 | sort)" \
		"$(jq -r 'select(.type == "device") | .mac' out | sort -u)" \
		MACs
}

@test "home: names are looked up and have the addresses they have" {
	records out
	while IFS=$'\t' read -r name addresses; do
		for a in $addresses; do
			case $a in
			*[0-9a-f:]:*|*.[0-9]*) type='A' what=.data ;;
			*) type='CNAME' what=.data ;;
			esac
			[ "$type" = CNAME ] || type=any
			jq -n -e --arg n "$name" --arg a "$a" 'any(inputs |
				select(.type == "dns") | .answers[]?;
				.name == $n and .data == $a)' out \
				>/dev/null || echo "$name $type $a: $what"
		done
	done <"$truth.names" >missing
	# What no device asked for is not there: addresses that tshark does
	# not find either, by its own reading.
	if [ -s missing ]; then
		skip_without tshark
		while read -r name _ a _; do
			tshark -r "$home" -Y 'dns.flags.response == 1' \
				-T fields -E occurrence=a -e dns.resp.name \
				-e dns.a -e dns.aaaa 2>/dev/null |
				grep -F -w "$name" | grep -q -F -w "${a%:}" &&
				fail "$name: no answer ${a%:}"
		done <missing
	fi
	same NXDOMAIN "$(jq -r 'select(.type == "dns" and
		.qname == "firmware.camera.example") | .rcode' out |
		sort -u)" 'a name that does not exist'
}

# addresses_of NAME: one a line, through aliases; of a device its own.
addresses_of() {
	local line

	case $1 in
	*.home.arpa|*.local)
		grep "^${1%%.*}	" "$truth.devices" | cut -f 3,4 |
			tr '\t' '\n'
		return ;;
	esac
	line=$(sed -n "s/^$1	//p" "$truth.names")
	case $line in
	'') printf '%s\n' "$1" ;;
	[0-9]*) printf '%s\n' "$line" | tr '\t' '\n' ;;
	*) addresses_of "$line" ;;
	esac
}

@test "home: every peer is a flow, answered or not as it was" {
	records out
	local mac all
	while IFS=$'\t' read -r device peer proto port outcome; do
		mac=$(grep "^$device	" "$truth.devices" | cut -f 2)
		all=$(addresses_of "$peer" | jq -R . | jq -s -c .)
		jq -n -c --arg m "$mac" --arg p "$proto" --arg port "$port" \
			--argjson all "$all" --arg mdns "${peer##*.}" \
			'[inputs | select(.type == "flow" and .src_mac == $m
			and .proto == $p and (.dst as $d | ($all |
			index($d)) or ($mdns == "local" and
			.dst_mac == "00:00:5e:00:53:24")) and
			($port == "-" or .dport == ($port | tonumber)))]' \
			out >flows
		[ "$(jq length flows)" -gt 0 ] ||
			fail "$device to $peer $proto/$port: no flow"
		case $outcome in
		yes) jq -e 'any(.[]; .answered)' flows ;;
		no) jq -e 'all(.[]; .answered == false and .rpkts == 0)' \
			flows ;;
		refused) jq -e 'all(.[]; .answered and .done == "rst" and
			.rflags == "AR" and (.flags | contains("A") | not))' \
			flows ;;
		*) fail "what is $outcome?" ;;
		esac >/dev/null || fail "$device to $peer: not $outcome"
	done <"$truth.peers"
}

# ---- for people ----

@test "-p: within 80 columns, or --width" {
	for width in 60 80 132; do
		"$capture" -r "$home" -p --width "$width" >out
		awk -v w="$width" 'length($0) > w {
			print "more than " w ": " $0; bad = 1 }
			END { exit bad }' out >&2
	done
	"$capture" -r "$home" -p | cmp - <("$capture" -r "$home" -p --width 80)
	"$capture" -r "$home" -p -c 1 >out || fail "status $?"
	run "$capture" -r "$home" -p --width 59
	[ "$status" -eq 2 ]
}

@test "-p: each flow has a line, each device has one, the sum is right" {
	"$capture" -r "$home" -p >out
	records records
	same "$(last_stats records .flows)" \
		"$(grep -c '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] ' out)" flows
	grep -qx "packets: $(last_stats records .pkts)" out
	grep -q "^IP: $(last_stats records .flow_pkts), " out
	grep -qx "flows: $(last_stats records .flows)" out
	while IFS=$'\t' read -r name mac ip4 _; do
		[ "${name#\#}" = "$name" ] || continue
		same 1 "$(grep -cE "^$mac [R ] $ip4( |\$)" out)" \
			"lines of $name"
	done <"$truth.devices"
	same "$(sed -n 's/^\(..:..:..\) .*/\1/p' out | wc -l)" \
		"$(sort -u out | grep -c '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] ')" \
		'lines that differ'
}

@test "-p: times are local" {
	TZ=UTC "$capture" -r "$home" -p >utc
	TZ=XYZ-05:30 "$capture" -r "$home" -p >xyz
	first=$(tcpdump -r "$home" -n -tt -c 1 2>/dev/null | cut -d. -f1) ||
		skip 'tcpdump is not installed'
	same "$(TZ=UTC date -d "@$first" +%F)" "$(sed -n 2p utc)" day
	grep -q "^$(TZ=UTC date -d "@$first" +%T) " utc
	grep -q "^$(TZ=XYZ-05:30 date -d "@$first" +%T) " xyz
	same "$(cut -c 9- utc | grep '>')" "$(cut -c 9- xyz | grep '>')" \
		'all but the time'
}

# ---- options ----

@test "-c N: the first N records" {
	records all
	for n in 1 2 100; do
		records out -c "$n"
		head -n "$n" all | cmp - out
	done
	records out -c 100000000
	cmp all out
	run "$capture" -r "$home" -c 0
	[ "$status" -eq 2 ]
}

@test "filter: as many packets as tcpdump finds, the others are filtered" {
	skip_without tcpdump
	n=$(packets "$home")
	for filter in tcp 'udp port 53' arp ip6 'host 192.168.8.22' 'vlan' \
	    'not ip' 'less 100' 'ether host 00:00:5e:00:53:24 and not port 53'
	do
		records out "$filter"
		want=$(tcpdump -r "$home" -n -tt "$filter" 2>/dev/null |
			grep -c '^[0-9]') || true
		same "$want" "$(last_stats out .pkts)" "$filter"
		same $((n - want)) "$(last_stats out .filtered)" \
			"$filter: filtered"
		# shellcheck disable=SC2086 # the operands are one expression
		"$capture" -r "$home" -- $filter | cmp - out
	done
	records out
	same null "$(last_stats out .filtered)" 'no filter: no member'
}

@test "filter: a wrong one is a usage error" {
	for filter in 'no such thing' 'tcp or' 'port 99999' '('; do
		run --separate-stderr "$capture" -r "$home" "$filter"
		same 2 "$status" "$filter: status"
		same '' "$output" "$filter: output"
		[ "${#stderr_lines[@]}" -eq 1 ] || fail "$filter: $stderr"
		[[ $stderr == 'spin-capture: '*filter* ]] || fail "$stderr"
	done
}

@test "filter: a wrong one is a usage error even if there is no packet" {
	pcap_header >empty.pcap
	run --separate-stderr "$capture" -r empty.pcap 'no such thing'
	same 2 "$status" status
	[[ $stderr == *filter* ]] || fail "$stderr"
}

@test "several -r: a rotated capture gives the records of the whole" {
	skip_without python3
	records whole
	for n in 1 400 823 1644; do
		split_home "$n" a.pcap b.pcap
		"$capture" -r a.pcap -r b.pcap >out
		cmp <(grep -v '"type":"stream"' whole) \
			<(grep -v '"type":"stream"' out)
		[[ $(head -n 1 out | jq -r .source) == 'a.pcap'* ]]
		same "$(head -n 1 whole | jq .id)" \
			"$(head -n 1 out | jq .id)" 'the id'
	done
}

@test "several -r: what cannot be read is said, the others are read" {
	run --separate-stderr "$capture" -r none.pcap -r "$home"
	same 4 "$status" status
	[[ $stderr == *none.pcap* ]] || fail "$stderr"
	same 1645 "$(tail -n 1 <<<"$output" | jq .pkts)" packets
	head -c 1000 "$home" >cut.pcap
	run --separate-stderr "$capture" -r cut.pcap -r "$home"
	same 3 "$status" 'status of a cut one'
	[[ $stderr == *cut.pcap* ]] || fail "$stderr"
	[ "$(tail -n 1 <<<"$output" | jq .pkts)" -gt 1645 ]
}

@test "-: standard input gives the same" {
	records file
	"$capture" -r - <"$home" >stdin
	cat "$home" | "$capture" -r - >pipe
	cmp stdin pipe
	cmp <(grep -v '"type":"stream"' file) \
		<(grep -v '"type":"stream"' stdin)
}

# border_laws FILE SECONDS: no flow record over a border, none before upto.
border_laws() {
	jq -n -e --argjson step "$2" 'reduce inputs as $r ({ok: true, upto: 0};
		if $r.ts < .upto then .ok = false | .why = $r else . end |
		if $r.type == "flow" and ($r.ts / $step | floor) !=
		($r.end / $step | floor) then .ok = false | .why = $r
		else . end | if $r.type == "stats" then .upto = $r.upto
		else . end) | if .ok then true else error("\(.why)") end' \
		"$1" >/dev/null
}

@test "--active, --stats: intervals divide, sums stay" {
	records whole
	border_laws whole 60
	records out --active 1 --stats 10
	border_laws out 1
	cmp <(sums whole) <(sums out)
	same 1 "$(head -n 1 out | jq .active)" active
	n=$(grep -c '"type":"stats"' out)
	# 179 seconds: a record at each multiple of ten that packets passed.
	[ "$n" -ge 15 ] && [ "$n" -le 20 ] || fail "$n stats records"
	records out --active 1d --stats 1d
	border_laws out 86400
	cmp <(sums whole) <(sums out)
	same 1 "$(grep -c '"type":"stats"' out)" 'stats of one day'
}

@test "--max-flows: a small table loses nothing" {
	records whole
	for n in 1 4 100; do
		records out --max-flows "$n"
		same "$(total whole | jq -c '.[0:2]')" \
			"$(total out | jq -c '.[0:2]')" "$n: packets and bytes"
		same "$(total out | jq '.[2]')" "$(total out | jq '.[3]')" \
			"$n: as many ends as beginnings"
		same "$(total out | jq '.[2]')" "$(last_stats out .flows)" \
			"$n: flows"
		# Those that had ended but not yet gone say how they ended.
		jq -n -e --argjson n "$(last_stats out .evicted)" '[inputs |
			select(.done == "evict")] | length <= $n and
			(length > 0) == ($n > 0)' out >/dev/null || fail "$n: evicted"
		border_laws out 60
	done
}

@test "the same capture gives the same bytes, whatever the hash key" {
	for options in '' '--max-flows 4' '--active 1 --community-id'; do
		# shellcheck disable=SC2086 # several options
		records one $options
		# shellcheck disable=SC2086
		records two $options
		cmp one two
		for seed in 1 2 3; do
			# shellcheck disable=SC2086
			SPIN_TEST_SEED=$seed records two $options
			cmp one two
		done
	done
}

@test "--idle: flows end after the time given" {
	records default
	records out --idle udp=1s,tcp=7d,icmp=7d,other=7d,syn=7d,ended=7d,dns=7d
	same "$(total default | jq -c '.[0:2]')" \
		"$(total out | jq -c '.[0:2]')" sums
	# A flow that was silent for a second is another one afterwards.
	jq -n -e '[inputs | select(.type == "flow" and .proto == "udp")] |
		(map(select(.done == "idle")) | length) > 10' out >/dev/null
	same 0 "$(jq -n '[inputs | select(.proto == "tcp" and
		.done == "idle")] | length' out)" 'TCP flows that were idle'
	records out --idle udp=7d,dns=7d
	same 0 "$(jq -n '[inputs | select(.proto == "udp" and
		.done == "idle")] | length' out)" 'UDP flows that were idle'
	for bad in '' tcp tcp= tcp=0 foo=1m 'udp=1m,'; do
		run --separate-stderr "$capture" -r "$home" --idle "$bad"
		same 2 "$status" "--idle '$bad'"
		[[ $stderr == *idle* ]] || fail "$bad: $stderr"
	done
}

@test "--agent: in the stream record, and in its id" {
	records out
	records gw --agent gw
	same '"gw"' "$(head -n 1 gw | jq .agent)" agent
	[ "$(head -n 1 gw | jq .id)" != "$(head -n 1 out | jq .id)" ]
}

@test "a hundred times the same file: the clock is set back, nothing lost" {
	local files=() i
	for ((i = 0; i < 100; i++)); do
		files+=(-r "$home")
	done
	"$capture" "${files[@]}" >out
	same 164500 "$(last_stats out .pkts)" packets
	same 157900 "$(total out | jq '.[0]')" 'packets of flows'
	same 99 "$(last_stats out .clock_back)" 'times set back'
	same "$(total out | jq '.[2]')" "$(total out | jq '.[3]')" ends
	[ "$(grep -c '"type":"stats"' out)" -le 600 ]
}

# ---- live pipes, signals, terminals ----

# drive WORD...: runs spin-capture -r - under a driver that holds the pipe.
drive() {
	skip_without python3
	[ -r /proc/self/io ] || skip 'no /proc/PID/io'
	python3 - "$capture" "$home" "$@" <<-'END'
	import os, pty, select, signal, struct, subprocess, sys, time
	tool, home, what = sys.argv[1:4]
	data = open(home, 'rb').read()
	o = 24
	for i in range(800):
	    o += 16 + struct.unpack_from('<I', data, o + 8)[0]
	half = data[:o]

	def start(**kw):
	    def dfl():
	        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
	            signal.signal(s, signal.SIG_DFL)
	    return subprocess.Popen([tool, '-r', '-'], stdin=subprocess.PIPE,
	        stdout=open('out', 'wb'), preexec_fn=dfl, **kw)

	def wait_read(p, n):
	    end = time.monotonic() + 20
	    while time.monotonic() < end:
	        with open('/proc/%d/io' % p.pid) as f:
	            if int(f.readline().split()[1]) >= n:
	                return True
	        time.sleep(0.02)
	    return False

	def wait_gone(p):
	    try:
	        return p.wait(10)
	    except subprocess.TimeoutExpired:
	        p.kill()
	        p.wait()
	        return 'hangs'

	if what == 'flush':
	    p = start()
	    p.stdin.write(half)
	    p.stdin.flush()
	    wait_read(p, len(half))
	    end = time.monotonic() + 5
	    while time.monotonic() < end and os.path.getsize('out') == 0:
	        time.sleep(0.02)
	    print(os.path.getsize('out') > 0)
	    p.stdin.close()
	    print(wait_gone(p))
	elif what == 'signal':
	    p = start(stderr=open('err', 'wb'))
	    p.stdin.write(half)
	    p.stdin.flush()
	    wait_read(p, len(half))
	    time.sleep(0.05)
	    p.send_signal(int(sys.argv[4]))
	    print(wait_gone(p))
	elif what == 'progress':
	    if sys.argv[4] == 'tty':
	        us, tty = pty.openpty()
	    else:
	        us, tty = os.pipe()
	    p = start(stderr=tty)
	    os.close(tty)
	    p.stdin.write(data[:24])
	    # 20 copies of 1645 packets pass two looks at the clock.
	    for i in range(3):
	        p.stdin.write(data[24:] * 20)
	        p.stdin.flush()
	        time.sleep(0.3)
	    p.stdin.close()
	    text = b''
	    while True:
	        try:
	            got = os.read(us, 65536)
	        except OSError:
	            break
	        if not got:
	            break
	        text += got
	    print(wait_gone(p), text)
	END
}

@test "a pipe that pauses: what is known is written" {
	run drive flush
	same True "${lines[0]}" 'records before the end of input'
	same 0 "${lines[1]}" status
}

# interrupted NUMBER: half a capture, then a signal.
interrupted() {
	run drive signal "$1"
	same "-$1" "$output" 'dies of the signal'
	same 800 "$(last_stats out .pkts)" 'packets of the last stats'
	same "$(last_stats out .flow_pkts)" "$(total out | jq '.[0]')" \
		'packets of flows'
	same "$(total out | jq '.[2]')" "$(total out | jq '.[3]')" ends
	same '' "$(cat err)" 'stderr'
}

@test "SIGINT while waiting for packets: flows and stats, then it dies" {
	interrupted 2
}

@test "SIGTERM while waiting for packets: the same" {
	interrupted 15
}

@test "no progress unless stderr is a terminal" {
	run drive progress pipe
	same "0 b''" "$output" 'status and stderr'
}

@test "progress on a terminal, cleared in the end" {
	run drive progress tty
	[[ $output == "0 "*'<stdin>: '*' MB'* ]] || fail "$output"
	[[ $output == *'\r\x1b[K'"'" ]] || fail "not cleared: $output"
}

# ---- memory ----

@test "a million forged SYNs: at most 24 MiB" {
	skip_without python3 "${SPIN_CC:-cc}"
	[ -z "${SPIN_SANITIZE:-}" ] || skip 'sanitizers take memory of their own'
	"${SPIN_CC:-cc}" -O2 -D_GNU_SOURCE -o gen \
		"$SPIN_SRC/tests/bench/gen.c" -lm
	./gen -F -n 1000000 -o flood.pcap
	python3 - "$capture" >out <<-'END'
	import resource, subprocess, sys
	p = subprocess.run([sys.argv[1], '-r', 'flood.pcap'],
	    stdout=open('flood.ndjson', 'wb'))
	print(p.returncode,
	    resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
	read -r status rss <out
	same 0 "$status" status
	[ "$rss" -le 24576 ] || fail "$rss KiB"
	same 1000000 "$(last_stats flood.ndjson .pkts)" packets
	same 1000000 "$(jq -n 'reduce (inputs | select(.type == "flow")) as $f
		(0; . + $f.pkts + $f.rpkts)' flood.ndjson)" 'packets of flows'
}
