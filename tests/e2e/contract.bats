#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# What holds for every tool alike, or for every tool of a kind: packet readers
# (spin-capture) or record filters. Those with commands (spin-mud) are neither. As long as there is no filter, rec_cat,
# which is nothing but lib/stream, stands for them.

bats_require_minimum_version 1.5.0

setup() {
	load ../lib/common
	spin_setup
	mapfile -t tools < <(built_tools)
	filters=()
	local tool
	for tool in "${tools[@]}"; do
		case $tool in
		spin-capture | spin-mud) ;;
		*) filters+=("$SPIN_BIN/$tool") ;;
		esac
	done
	if [ ${#filters[@]} -eq 0 ] && [ -x "$SPIN_BIN/tests/e2e/rec_cat" ]
	then
		filters=("$SPIN_BIN/tests/e2e/rec_cat")
	fi
}

need_tools() {
	[ ${#tools[@]} -gt 0 ] || skip 'no tool is built'
}

need_filters() {
	[ ${#filters[@]} -gt 0 ] || skip 'no record filter is built'
}

# check WANT-STATUS COMMAND...: runs; output and stderr are kept.
check() {
	local want=$1

	shift
	run --separate-stderr "$@"
	[ "$status" -eq "$want" ] ||
		fail "$*: status $status, want $want; stderr: $stderr"
}

# Standard input from a file, output to where $1 says.
with_stdin() {
	local file=$1

	shift
	"$@" <"$file"
}

to_full() {
	"$@" >/dev/full
}

to_nothing() {
	"$@" >&-
}

# Records of a type that no tool knows: every filter passes them on.
unknown() {
	printf '{"type":"x-unknown","ts":%d,"deep":{"a":[1,{"b":"c"}]}}\n' "$1"
}

small_capture() {
	pcap_header
	pcap_udp 0 1000
	pcap_udp 1 1001
	pcap_udp 2 1002
}

# ---- every tool ----

@test "every tool: -h and --help go to stdout, status 0, fit a screen" {
	need_tools
	for tool in "${tools[@]}"; do
		check 0 "$SPIN_BIN/$tool" -h
		same '' "$stderr" "$tool -h: stderr"
		local short=$output
		check 0 "$SPIN_BIN/$tool" --help
		same "$short" "$output" "$tool: --help and -h"
		[[ $output == "usage: $tool "* ]] ||
			fail "$tool: no usage line: $output"
		[ "${#lines[@]}" -le 24 ] ||
			fail "$tool: help has ${#lines[@]} lines"
		for line in "${lines[@]}"; do
			[ ${#line} -le 80 ] || fail "$tool: wide: $line"
		done
	done
}

@test "every tool: -V and --version name tool, version and record format" {
	need_tools
	for tool in "${tools[@]}"; do
		for option in -V --version; do
			check 0 "$SPIN_BIN/$tool" "$option"
			[[ $output =~ ^"$tool "[0-9]+\.[0-9]+\.[0-9]+" (record format "[0-9]+\)$ ]] ||
				fail "$tool $option: $output"
			same '' "$stderr" "$tool $option: stderr"
		done
	done
}

@test "every tool: a bad option is status 2, on stderr only, pointing to --help" {
	need_tools
	for tool in "${tools[@]}"; do
		for option in --no-such-option -@ --help=x --versio; do
			check 2 "$SPIN_BIN/$tool" "$option"
			same '' "$output" "$tool $option: stdout"
			[[ $stderr == "$tool: error: "* ]] ||
				fail "$tool $option: $stderr"
			[[ $stderr == *"try '$tool --help'"* ]] ||
				fail "$tool $option: $stderr"
		done
	done
}

@test "every tool: an option whose argument is missing is status 2" {
	need_tools
	local seen=0
	for tool in "${tools[@]}"; do
		while IFS='|' read -r name arg; do
			[ -n "$arg" ] || continue
			seen=$((seen + 1))
			check 2 "$SPIN_BIN/$tool" "--$name"
			[[ $stderr == *"--$name needs $arg"* ]] ||
				fail "$tool --$name: $stderr"
		done < <("$SPIN_BIN/$tool" --dump-options |
			awk -F '\t' '{ print $2 "|" $3 }')
	done
	[ "$seen" -gt 0 ]
}

@test "every tool: --help and --version into /dev/full or nothing are status 4" {
	need_tools
	[ -e /dev/full ] || skip 'no /dev/full here'
	for tool in "${tools[@]}"; do
		for option in --help --version; do
			check 4 to_full "$SPIN_BIN/$tool" $option
			[[ $stderr == "$tool: error: "* ]] || fail "$stderr"
			check 4 to_nothing "$SPIN_BIN/$tool" $option
		done
	done
}

@test "every tool: a reader that has left means SIGPIPE and silence" {
	need_tools
	for tool in "${tools[@]}"; do
		check 141 without_reader "$SPIN_BIN/$tool" --help
		same '' "$stderr" "$tool: stderr"
		# As some parents leave it.
		check 141 without_reader bash -c \
			"trap '' PIPE; exec '$SPIN_BIN/$tool' --help"
		same '' "$stderr" "$tool, PIPE ignored: stderr"
	done
}

# ---- packet readers ----

@test "packet reader: without a source it is usage, status 2" {
	skip_without_tool spin-capture
	check 2 "$SPIN_BIN/spin-capture"
	same '' "$output" stdout
	[[ $stderr == *spin-capture* ]]
}

@test "packet reader: - is stdin, and gives what the file gives" {
	skip_without_tool spin-capture
	skip_without jq
	small_capture >small.pcap
	check 0 "$SPIN_BIN/spin-capture" -r small.pcap
	same 3 "$(jq -r 'select(.type == "flow") | .pkts' <<<"$output" |
		wc -l)" 'flows of the file'
	jq -c 'del(.source)' <<<"$output" >file.ndjson
	check 0 with_stdin small.pcap "$SPIN_BIN/spin-capture" -r -
	jq -c 'del(.source)' <<<"$output" >stdin.ndjson
	diff file.ndjson stdin.ndjson
}

@test "packet reader: /dev/full and closed stdout are status 4" {
	skip_without_tool spin-capture
	[ -e /dev/full ] || skip 'no /dev/full here'
	small_capture >small.pcap
	check 4 to_full "$SPIN_BIN/spin-capture" -r small.pcap
	[[ $stderr == "spin-capture: error: "*'No space left'* ]] ||
		fail "$stderr"
	check 4 to_nothing "$SPIN_BIN/spin-capture" -r small.pcap
	[[ $stderr == "spin-capture: error: "* ]] || fail "$stderr"
}

@test "packet reader: a reader that has left means SIGPIPE and silence" {
	skip_without_tool spin-capture
	small_capture >small.pcap
	check 141 without_reader "$SPIN_BIN/spin-capture" -r small.pcap
	same '' "$stderr" stderr
}

@test "packet reader: -c 1 writes one record and ends" {
	skip_without_tool spin-capture
	skip_without jq
	small_capture >small.pcap
	check 0 "$SPIN_BIN/spin-capture" -c 1 -r small.pcap
	same 1 "${#lines[@]}" records
	jq -e '.type == "stream"' <<<"$output"
}

# ---- record filters ----

@test "filter: stdin by default, by -, and by file are the same" {
	need_filters
	{ unknown 1; unknown 2; } >in.ndjson
	for filter in "${filters[@]}"; do
		check 0 "$filter" in.ndjson
		local want=$output
		[[ $want == *x-unknown* ]] || fail "$filter: $want"
		check 0 with_stdin in.ndjson "$filter"
		same "$want" "$output" "$filter: stdin"
		check 0 with_stdin in.ndjson "$filter" -
		same "$want" "$output" "$filter: -"
	done
}

@test "filter: empty input is no output and status 0" {
	need_filters
	for filter in "${filters[@]}"; do
		check 0 with_stdin /dev/null "$filter"
		same '' "$output" "$filter: stdout"
		same '' "$stderr" "$filter: stderr"
	done
}

@test "filter: a record of an unknown type is passed on whole" {
	need_filters
	skip_without jq
	unknown 5 >in.ndjson
	for filter in "${filters[@]}"; do
		check 0 "$filter" in.ndjson
		same "$(jq -S -c . in.ndjson)" \
			"$(jq -S -c 'select(.type == "x-unknown")' \
			<<<"$output")" "$filter"
	done
}

# bad_line FILE PLACE: records around a bad line survive; one message with
# its place; status 3; with -S nothing after it is written.
bad_line() {
	for filter in "${filters[@]}"; do
		check 3 with_stdin "$1" "$filter"
		[[ $output == *'"ts":1,'* ]] || fail "$filter: lost 1: $output"
		[[ $output == *'"ts":3,'* ]] || fail "$filter: lost 3: $output"
		[[ $stderr == *'<stdin>:2:'* ]] ||
			fail "$filter: no place: $stderr"
		check 3 with_stdin "$1" "$filter" -S
		[[ $output != *'"ts":3,'* ]] ||
			fail "$filter: went on with -S: $output"
		[[ $stderr == *'<stdin>:2:'* ]] ||
			fail "$filter -S: no place: $stderr"
	done
}

@test "filter: a line of 1 MB is skipped with its place, status 3" {
	need_filters
	{
		unknown 1
		printf '{"type":"x-unknown","ts":2,"fill":"'
		head -c 1048576 /dev/zero | tr '\0' x
		printf '"}\n'
		unknown 3
	} >in.ndjson
	bad_line in.ndjson
}

@test "filter: a NUL in a line is a bad record, status 3" {
	need_filters
	{
		unknown 1
		printf '{"type":"x-unknown","ts":2,"a":"\0"}\n'
		unknown 3
	} >in.ndjson
	bad_line in.ndjson
	{
		unknown 1
		printf '{"type":"x-unknown","ts":2,"a":"\\u0000"}\n'
		unknown 3
	} >in.ndjson
	bad_line in.ndjson
}

@test "filter: invalid UTF-8 is a bad record, status 3" {
	need_filters
	{
		unknown 1
		printf '{"type":"x-unknown","ts":2,"a":"\377"}\n'
		unknown 3
	} >in.ndjson
	bad_line in.ndjson
}

@test "filter: what is not JSON, or has a key twice, is a bad record" {
	need_filters
	local bad
	for bad in 'hello' '[]' '{"type":"x-unknown","ts":2' '{"ts":2}' \
		'{"type":"x-unknown","ts":2,"ts":2}' \
		'{"type":"x-unknown","ts":"2"}' \
		'{"type":"x-unknown","ts":2} x'; do
		{
			unknown 1
			printf '%s\n' "$bad"
			unknown 3
		} >in.ndjson
		bad_line in.ndjson
	done
}

@test "filter: half a last line is reported with its place, status 3" {
	need_filters
	{
		unknown 1
		printf '{"type":"x-unknown","ts":2,"a"'
	} >in.ndjson
	for filter in "${filters[@]}"; do
		check 3 with_stdin in.ndjson "$filter"
		[[ $output == *'"ts":1,'* ]] || fail "$filter: $output"
		[[ $output != *'"ts":2'* ]] || fail "$filter: $output"
		[[ $stderr == *'<stdin>:2:'* ]] || fail "$filter: $stderr"
	done
}

@test "filter: an operand that cannot be read is status 4 and named" {
	need_filters
	mkdir folder
	for filter in "${filters[@]}"; do
		check 4 "$filter" no-such-file
		[[ $stderr == *no-such-file* ]] || fail "$filter: $stderr"
		check 4 "$filter" folder
		[[ $stderr == *folder* ]] || fail "$filter: $stderr"
	done
}

@test "filter: closed stdin is status 4" {
	need_filters
	for filter in "${filters[@]}"; do
		check 4 bash -c "'$filter' <&-"
		[[ $stderr == *error* ]] || fail "$filter: $stderr"
	done
}

@test "filter: /dev/full and closed stdout are status 4" {
	need_filters
	[ -e /dev/full ] || skip 'no /dev/full here'
	unknown 1 >in.ndjson
	for filter in "${filters[@]}"; do
		check 4 to_full "$filter" in.ndjson
		[[ $stderr == *'No space left'* ]] || fail "$filter: $stderr"
		check 4 to_nothing "$filter" in.ndjson
		[[ $stderr == *error* ]] || fail "$filter: $stderr"
	done
}

@test "filter: a reader that has left means SIGPIPE and silence" {
	need_filters
	unknown 1 >in.ndjson
	for filter in "${filters[@]}"; do
		check 141 without_reader "$filter" in.ndjson
		same '' "$stderr" "$filter: stderr"
	done
}

@test "filter: -c 1 writes one record and ends" {
	need_filters
	{ unknown 1; unknown 2; unknown 3; } >in.ndjson
	for filter in "${filters[@]}"; do
		check 0 "$filter" -c 1 in.ndjson
		same 1 "${#lines[@]}" "$filter: records"
	done
}

# waits_for COMMAND...: up to ten seconds until it succeeds.
waits_for() {
	local i

	for ((i = 0; i < 100; i++)); do
		! "$@" || return 0
		sleep 0.1
	done
	fail "never came: $*"
}

@test "filter: what is there is written before waiting, TERM ends it by TERM" {
	need_filters
	local pid status
	for filter in "${filters[@]}"; do
		rm -f in out
		mkfifo in
		"$filter" <in >out 2>err 3>&- &
		pid=$!
		exec 7>in
		unknown 1 >&7
		waits_for grep -q x-unknown out
		kill -TERM "$pid"
		status=0
		wait "$pid" || status=$?
		exec 7>&-
		same 143 "$status" "$filter: status"
		same '' "$(cat err)" "$filter: stderr"
	done
}

@test "filter: a signal that the parent ignores stays ignored" {
	need_filters
	local pid status
	for filter in "${filters[@]}"; do
		rm -f in out
		mkfifo in
		(trap '' HUP && exec "$filter" <in >out 3>&-) &
		pid=$!
		exec 7>in
		unknown 1 >&7
		waits_for grep -q x-unknown out
		kill -HUP "$pid"
		unknown 2 >&7
		exec 7>&-
		status=0
		wait "$pid" || status=$?
		same 0 "$status" "$filter: status"
		same 2 "$(grep -c x-unknown out)" "$filter: records"
	done
}
