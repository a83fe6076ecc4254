#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# The record codec and the driver of the filters, through rec_cat, which only
# reads and writes. What every filter must do is in contract.bats.

bats_require_minimum_version 1.5.0

setup() {
	load ../lib/common
	spin_setup
	cat=$SPIN_BIN/tests/e2e/rec_cat
	[ -x "$cat" ] || skip 'rec_cat is not built'
}

# flow TS NUMBER: a small flow record
flow() {
	printf '{"type":"flow","ts":%s,"pkts":%d}\n' "$1" "$2"
}

# accepted LINE...: each is a record, and jq sees the same values before and
# after.
accepted() {
	local line

	for line; do
		printf '%b\n' "$line" >in
		"$cat" in >out 2>err || fail "refused: $line: $(cat err)"
		[ "$(jq -S -c . in)" = "$(jq -S -c . out)" ] ||
			fail "changed: $line: $(cat out)"
	done
}

# refused LINE...: each gives one message with its place, and status 3.
refused() {
	local line status

	for line; do
		printf '%b\n' "$line" >in
		status=0
		"$cat" <in >out 2>err || status=$?
		[ "$status" -eq 3 ] || fail "status $status: $line"
		[ ! -s out ] || fail "written: $line: $(cat out)"
		grep -q '^rec_cat: error: <stdin>:1: ' err ||
			fail "no place: $line: $(cat err)"
		[ "$(wc -l <err)" -eq 1 ] || fail "too much said: $line"
	done
}

@test "JSON that is accepted" {
	skip_without jq
	local u='{"type":"x","ts":1,"a":'
	accepted "${u}[]}" "${u}[ ]}" "${u}{}}" "${u}\"\"}" "${u} 0}" "${u}-0}" \
		"${u}-1}" "${u} 1.5}" "${u} 1e1}" "${u} 1E+2}" "${u} 1e-2}" \
		"${u} 123.456789}" "${u}true}" "${u}false}" "${u}null}" \
		"${u}[1,[2,[3]],{\"b\":{\"\":1}}]}" \
		"${u}\"\\\\\" \\\\\\\\ \\\\/ \\\\b\\\\f\\\\n\\\\r\\\\t\"}" \
		"${u}\"\\\\u0041\\\\u00e9\\\\u20ac\\\\ud83d\\\\ude00\"}" \
		"${u}\"\\\\u0001\\\\u007f\\\\u0080\\\\uFFFD\"}" \
		"${u}\"caf\\0303\\0251 \\0342\\0202\\0254 \\0360\\0237\\0230\\0200\"}" \
		"${u}\"\\0177\"}" \
		' \t{ "type" : "x" , "ts" : 1 , "a" : [ ] } \r' \
		'{"a":1,"ts":2,"type":"flow"}' \
		'{"type":"flow","ts":1,"src":"2001:db8::1","new":false}' \
		'{"\\u0074ype":"flow","ts":-1.5}'
}

@test "JSON that is refused" {
	local u='{"type":"x","ts":1,"a":'
	refused 'x' '[]' '"x"' '1' 'null' '' ' ' '{' '}' '{}' '{]' \
		'{"type":"x","ts":1' '{"type":"x","ts":1}}' '{"type":"x","ts":1},' \
		'{"type":"x","ts":1} {}' '{"type":"x" "ts":1}' '{"type":"x",}' \
		"{'type':'x'}" '{type:"x"}' '{"type"}' '{"type":}' \
		"${u}}" "${u} 01}" "${u}+1}" "${u}.5}" "${u} 1.}" "${u} 1e}" "${u} 0x1}" \
		"${u}NaN}" "${u}Infinity}" "${u}-}" "${u} 1 2}" "${u}tru}" \
		"${u}True}" "${u}[1,]}" "${u}[,1]}" "${u}[1}" "${u}{\"b\"}}" \
		"${u}{\"b\":1,}}" "${u}'x'}" "${u}\"x}" "${u}\"\\\\x41\"}" \
		"${u}\"\\\\u12\"}" "${u}\"\\t\"}" "${u}\"\\0001\"}" \
		"${u} 1}/**/" "${u} 1}#" '\0357\0273\0277{"type":"x","ts":1}'
}

@test "I-JSON: what the grammar alone would let through" {
	local u='{"type":"x","ts":1,"a":'
	refused "${u} 1,\"a\":1}" "${u} 1,\"\\\\u0061\":1}" "${u}{\"b\":1,\"b\":2}}" \
		"${u}[{\"b\":[{\"c\":1,\"c\":1}]}]}" '{"type":"x","type":"x"}' \
		'{"type":"x","ts":1,"ts":1}' "${u}\"\\\\u0000\"}" "${u}\"\\0000\"}" \
		"${u}\"\\\\ud800\"}" "${u}\"\\\\udc00\\\\ud800\"}" \
		"${u}\"\\\\ud800\\\\u0041\"}" "${u}\"\\0300\\0200\"}" \
		"${u}\"\\0355\\0240\\0200\"}" "${u}\"\\0364\\0220\\0200\\0200\"}" \
		"${u}\"\\0377\"}" "${u}\"\\0303\"}"
}

@test "wrong values of known members are refused, naming the member" {
	local f='{"type":"flow","ts":1,'
	local line
	while IFS='|' read -r line want; do
		refused "$line"
		grep -q ": $want" err || fail "$line: $(cat err)"
	done <<-EOF
	{"type":"flow"}|ts: missing
	{"ts":1}|type: missing
	{"type":"flow","ts":"1"}|ts: not a time
	${f}"sport":1.5}|sport: not a whole number
	${f}"sport":null}|sport: not a whole number
	${f}"pkts":9007199254740992}|pkts: too large
	${f}"src":"1.2.3"}|src: not an address
	${f}"src_mac":"x"}|src_mac: not a MAC address
	${f}"new":0}|new: not true or false
	${f}"proto":6}|proto: not a text
	${f}"tags":{}}|tags: not a list
	EOF
}

@test "deep, long and large: a message each, and little memory" {
	{
		printf '{"type":"x","ts":1,"a":'
		head -c 60000 /dev/zero | tr '\0' '['
		printf '}\n{"type":"x","ts":2,"a":'
		head -c 1048576 /dev/zero | tr '\0' 9
		printf '}\n{"type":"x","ts":3,"a":1e999}\n'
		flow 4 1
	} >in
	run --separate-stderr bash -c '[ -n "$SPIN_SANITIZE" ] ||
		ulimit -v 100000; exec "$1" in' - "$cat"
	[ "$status" -eq 3 ]
	same 2 "${#lines[@]}" 'records that remain'
	same 2 "${#stderr_lines[@]}" messages
	[[ ${stderr_lines[0]} == *'in:1: nested too deeply'* ]]
	[[ ${stderr_lines[1]} == *'in:2: line too long'* ]]
}

@test "a message tells the column" {
	printf '{"type":"flow","ts":1,"sport":"x"}\n' >in
	run --separate-stderr "$cat" in
	same 'rec_cat: error: in:1: sport: not a whole number (column 31)' \
		"$stderr" message
}

@test "a flood of bad lines is not a flood of messages" {
	yes x | head -n 1000 >in
	run --separate-stderr "$cat" in
	[ "$status" -eq 3 ]
	[ "${#stderr_lines[@]}" -le 12 ]
	[[ $stderr == *990* ]]
}

@test "random records, by an independent writer and reader" {
	skip_without python3
	python3 "$SPIN_SRC/tests/lib/randrec.py" make 3000 7 >in
	"$cat" <in >out
	python3 "$SPIN_SRC/tests/lib/randrec.py" compare in out
	# Nothing but printable ASCII, and written once more the same.
	run ! env LC_ALL=C grep -n '[^ -~]' out
	"$cat" <out | cmp - out
}

@test "jq takes every record and changes no value" {
	skip_without jq python3
	python3 "$SPIN_SRC/tests/lib/randrec.py" make 500 8 | "$cat" >out
	# In members that nobody knows the text of numbers is kept, and jq
	# writes some in another form.
	jq -c . out | "$cat" >back
	python3 "$SPIN_SRC/tests/lib/randrec.py" compare out back
}

@test "one file behind the other is the same as both records" {
	flow 1 1 >a
	{ flow 5 2; flow 3 3; } >b
	cat a b | "$cat" >both
	{ "$cat" a; "$cat" b; } | cmp - both
}

@test "saved files are merged by time" {
	{ flow 1 1; flow 4 4; flow 7 7; } >a
	{ flow 2 2; flow 5 5; flow 8 8; } >b
	{ flow 3 3; flow 6 6; } >c
	run --separate-stderr "$cat" a b c
	same '1 2 3 4 5 6 7 8' "$(printf '%s\n' "$output" |
		sed 's/.*"pkts":\([0-9]*\).*/\1/' | xargs)" order
}

@test "merging: equal times by operand, a file's own order is kept" {
	{ flow 5 1; flow 2 2; flow 5 3; flow 9 4; } >a
	{ flow 5 5; flow 6 6; flow 1 7; } >b
	run --separate-stderr "$cat" a b
	# 1: a at 5 before b at 5; 2 and 3 do not raise a's time above 5.
	same '1 2 3 5 6 7 4' "$(printf '%s\n' "$output" |
		sed 's/.*"pkts":\([0-9]*\).*/\1/' | xargs)" order
}

@test "merging many files is sorting them" {
	skip_without python3
	python3 - <<-'EOF'
	import random
	r = random.Random(3)
	for i in range(20):
	    ts = sorted(r.randrange(10**9) for _ in range(500))
	    with open("f%02d" % i, "w") as f:
	        for t in ts:
	            f.write('{"type":"flow","ts":%d,"pkts":%d}\n' % (t, i))
	EOF
	"$cat" f?? >out
	sort -s -t: -k3,3n f?? >want
	cmp out want
}

@test "a live source passes what it has before it waits" {
	mkfifo pipe
	"$cat" pipe >out &
	local pid=$! i
	exec 7>pipe
	flow 1 1 >&7
	for ((i = 0; i < 100; i++)); do
		[ -s out ] && break
		sleep 0.05
	done
	[ -s out ]
	kill -0 "$pid"
	exec 7>&-
	wait "$pid"
}

@test "two live sources are read together, whichever has something" {
	mkfifo one two
	"$cat" one two >out &
	local pid=$! i
	exec 7>one 8>two
	flow 2 2 >&8
	for ((i = 0; i < 100; i++)); do
		[ -s out ] && break
		sleep 0.05
	done
	flow 1 1 >&7
	exec 7>&- 8>&-
	wait "$pid"
	same '2 1' "$(sed 's/.*"pkts":\([0-9]*\).*/\1/' out | xargs)" order
}

@test "a whole record without a last line feed is a record" {
	printf '%s' "$(flow 1 1)" >in
	run --separate-stderr "$cat" in
	[ "$status" -eq 0 ]
	same "$(flow 1 1)" "$output" record
}

@test "-t ends a run that waits" {
	mkfifo pipe
	exec 7<>pipe
	run --separate-stderr timeout 20 "$cat" -t 0.2s pipe
	exec 7>&-
	[ "$status" -eq 0 ]
}

@test "-c counts over all operands" {
	flow 1 1 >a
	flow 2 2 >b
	flow 3 3 >c
	run --separate-stderr "$cat" -c 2 a b c
	[ "$status" -eq 0 ]
	same 2 "${#lines[@]}" records
}

@test "TERM: what came is written, then it dies of the signal" {
	mkfifo pipe
	"$cat" pipe >out &
	local pid=$! i status=0
	exec 7>pipe
	flow 1 1 >&7
	for ((i = 0; i < 100; i++)); do
		[ -s out ] && break
		sleep 0.05
	done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	exec 7>&-
	same 143 "$status" status
	same "$(flow 1 1)" "$(cat out)" output
}

@test "an output that is set not to block loses nothing" {
	skip_without python3
	local i
	for ((i = 0; i < 20000; i++)); do flow "$i" 1; done >in
	python3 - "$cat" <<-'EOF'
	import fcntl, os, subprocess, sys, time
	r, w = os.pipe()
	fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
	p = subprocess.Popen([sys.argv[1], "in"], stdout=w)
	os.close(w)
	time.sleep(0.3)     # the pipe is full by now
	with os.fdopen(r, "rb") as f, open("out", "wb") as out:
	    out.write(f.read())
	sys.exit(p.wait())
	EOF
	cmp in out
}

@test "standard input twice is usage, status 2" {
	run --separate-stderr "$cat" - - </dev/null
	[ "$status" -eq 2 ]
}

@test "a good operand beside a missing one: nothing is read, status 4" {
	flow 1 1 >a
	run --separate-stderr "$cat" a missing
	[ "$status" -eq 4 ]
	same '' "$output" output
	[[ $stderr == *missing* ]]
}

@test "a record that grows beyond a line is said and left out" {
	{
		flow 1 1
		printf '{"type":"x","ts":2,"a":"'
		head -c 30000 /dev/zero | sed 's/\x0/\xc3\xa9/g'
		printf '"}\n'
		flow 3 3
	} >in
	run --separate-stderr "$cat" in
	[ "$status" -eq 3 ]
	same 2 "${#lines[@]}" records
	[[ $stderr == *'too long'* ]]
}

@test "-v tells lines, records and bad ones of each operand" {
	{ flow 1 1; echo x; flow 2 2; } >a
	run --separate-stderr "$cat" -v a
	[[ $stderr == *'a: 3 lines, 2 records, 1 bad'* ]]
}
