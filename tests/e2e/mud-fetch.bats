#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-mud get against a server that answers badly (tests/lib/mudserver.py),
# on the loopback: what it is told to connect to and what not, with its own
# limits. tests/unit/spin-mud/fetch_net.c has every case with smaller ones.

# shellcheck disable=SC2016 # programs of python

load ../lib/common

setup_file() {
	spin_setup
	[ -x "$SPIN_BIN/spin-mud" ] || return 0
	command -v python3 >/dev/null && command -v openssl >/dev/null ||
		return 0
	export MUD_SERVER=$BATS_FILE_TMPDIR/server MUD_PID
	mkdir "$MUD_SERVER"
	python3 "$SPIN_SRC/tests/lib/mudserver.py" "$MUD_SERVER" \
		--life 120 >/dev/null 2>"$MUD_SERVER/stderr" 3>&- &
	MUD_PID=$!
	for _ in {1..100}; do
		[ -e "$MUD_SERVER/ports" ] && return
		kill -0 "$MUD_PID" || break
		sleep 0.1
	done
	cat "$MUD_SERVER/stderr" >&2
	return 1
}

teardown_file() {
	if [ -n "${MUD_PID:-}" ]; then
		kill "$MUD_PID" 2>/dev/null || true
		wait "$MUD_PID" 2>/dev/null || true
	fi
}

setup() {
	spin_setup
	skip_without_tool spin-mud
	skip_without python3 openssl
	mud=$SPIN_BIN/spin-mud
	main=https://127.0.0.1:$(port main)
}

port() {
	awk -v name="$1" '$1 == name { print $2 }' "$MUD_SERVER/ports"
}

get() {
	timeout 20 "$mud" get -s "${state:-state}" --ca="$MUD_SERVER/ca.pem" \
		--allow-net=127.0.0.1/32 "$@"
}

# had PATH: what the server answers to one who checks nothing. No HTTP/2.
had() {
	python3 -c '
import ssl, sys, urllib.request as u
tls = ssl.create_default_context(cafile=sys.argv[1])
get = u.build_opener(u.ProxyHandler({}), u.HTTPSHandler(context=tls)).open
print(get(sys.argv[2], timeout=5).read().decode(), end="")
' "$MUD_SERVER/ca.pem" "$main/$1"
}

# refused WHY URL: get says no, gives the reason and keeps nothing.
refused() {
	run get "$2"
	[ "$status" -eq 1 ] || [ "$status" -eq 4 ] ||
		fail "$2: status $status: $output"
	[[ $output == *"$1"* ]] || fail "$2: not '$1': $output"
	! grep -rqs ietf-mud state || fail "$2: something was kept"
}

# seconds COMMAND...: its wall time, whatever its status.
seconds() {
	local start=$EPOCHREALTIME end

	"$@" >/dev/null 2>&1 || true
	end=$EPOCHREALTIME
	echo $(((${end/./} - ${start/./}) / 1000000))
}

@test "URLs that are refused before anything is looked up" {
	local url

	for url in http://127.0.0.1/ file:///etc/passwd ftp://127.0.0.1/x \
		gopher://127.0.0.1/x scp://127.0.0.1/x; do
		refused 'not https' "$url"
	done
	for url in https://me@127.0.0.1/ https://me:x@127.0.0.1/ \
		https://127.1/ https://0x7f000001/ https://017700000001/ \
		https://2130706433/ https://mud.example./ \
		'https://[fe80::1%25lo]/' https://mud.example:0/ \
		https://mud.example/%zz 'https://mud.example/ x' \
		"https://mud.example/$(printf '%0236d' 0)"; do
		run get "$url"
		[ "$status" -ne 0 ] || fail "$url: taken"
		[[ $output != *resolve* ]] || fail "$url: looked up"
	done
}

@test "addresses that are not public are never connected to" {
	local n to url why='not an address of the public internet'

	n=$(port main)
	for to in "127.0.0.2:$n" "[::1]:$n" "[::ffff:127.0.0.2]:$n" \
		"0.0.0.0:$n" "[::]:$n"; do
		refused "$why" "https://$to/good"
		url=${to/\[/%5B}
		url=${url/\]/%5D}
		refused "$why" "$main/to/302/https://$url/good"
	done
	sleep 0.2
	same 0 "$(had count/trap)" 'connections to 127.0.0.2 and ::1'
	run "$mud" get -s state --ca="$MUD_SERVER/ca.pem" \
		--allow-net=127.0.0.0/8 "https://127.0.0.2:$n/good"
	same 1 "$(had count/trap)" 'connections when it is allowed'
}

# Where there is no network: even a mistake would send nothing to these.
@test "addresses of other networks that are not public are refused" {
	unshare -rn true 2>/dev/null || skip 'no network namespace'
	local to

	for to in '[64:ff9b::7f00:2]' 192.168.1.1 10.1.2.3 172.20.1.1 \
		169.254.169.254 '[fe80::1]' '[fd00::1]' 100.64.1.1 \
		255.255.255.255; do
		run unshare -rn "$mud" get -p -s state "https://$to/good"
		[ "$status" -eq 1 ] || fail "$to: status $status: $output"
		[[ $output == *'not an address of the public internet'* ]] ||
			fail "$to: $output"
	done
}

@test "without --allow-net the loopback is refused by any name" {
	run "$mud" get -s state --ca="$MUD_SERVER/ca.pem" \
		"https://localhost:$(port main)/unasked"
	[ "$status" -ne 0 ]
	[[ $output == *'not an address of the public internet'* ]]
	same 0 "$(had asked/unasked)" 'requests'
}

@test "redirects: three at most, and only to what would be fetched" {
	local to

	for to in "http://127.0.0.1:$(port plain)/good" file:///etc/passwd \
		gopher://127.0.0.1/x; do
		refused 'not https' "$main/to/302/$to"
	done
	same 0 "$(had count/plain)" 'connections without TLS'
	refused 'user name' "$main/to/307/https://me@127.0.0.1/good"
	refused 'redirects' "$main/circle"
	refused 'redirects' "$main/hops/4"
	run get "$main/hops/3"
	[[ $output != *redirect* ]] || fail "three are too many: $output"
}

@test "certificates: another host's, past, future, by oneself, by strangers" {
	local name

	for name in other expired future self stranger; do
		refused certificate "https://127.0.0.1:$(port $name)/good"
	done
	run get "https://127.0.0.1:$(port old)/good"
	[ "$status" -ne 0 ]
	! grep -Eq '^(other|expired|future|self|stranger|old) ' \
		"$MUD_SERVER/requests" || fail 'something was asked for'
}

@test "answers that are none, or of another kind" {
	local path

	refused 'says 404' "$main/nothere"
	refused 'says 500' "$main/status/500"
	refused text/html "$main/head/Content-Type:text%2Fhtml"
	refused compressed "$main/gzip"
	refused 'transfer coding' "$main/tegzip"
	for path in notype cut torn nothing http09 badchunk; do
		run get "$main/$path"
		[ "$status" -ne 0 ] || fail "$path: taken"
	done
}

@test "what is too large is cut off at once, in little memory" {
	local path

	for path in endless nolength gigabyte bigmove size/262145; do
		refused 'larger than 262144' "$main/$path"
	done
	for path in heads_endless line_endless hints_endless trailers; do
		refused ' head ' "$main/$path"
	done
	[ -z "${SPIN_SANITIZE:-}" ] || skip 'memory: not with sanitizers'
	python3 - "$mud" "$MUD_SERVER/ca.pem" "$main" <<-'EOF'
		import os, subprocess, sys
		mud, ca, main = sys.argv[1:]

		def peak(path):
		    """KiB of the largest of its processes."""
		    pid = os.fork()
		    if pid == 0:
		        null = os.open(os.devnull, os.O_WRONLY)
		        os.dup2(null, 1), os.dup2(null, 2)
		        os.execv(mud, [mud, "get", "-s", "m", "--ca=" + ca,
		            "--allow-net=127.0.0.1/32", main + path])
		    return os.wait4(pid, 0)[2].ru_maxrss

		good = peak("/good")
		for path in ("/endless", "/nolength", "/gigabyte", "/gzip",
		        "/gziplie", "/tegzip", "/heads_endless", "/trailers",
		        "/line_endless", "/hints_endless", "/size/262144"):
		    more = peak(path) - good
		    assert more < 4096, f"{path}: {more} KiB more"
	EOF
}

# Each has a folder of its own: whoever works in one has it alone.
@test "what is too slow ends after ten seconds, however it does it" {
	local path pids=() url

	url=https://127.0.0.1:$(port mute)/good
	for path in drip silent headdrip; do
		state=$path.d seconds get "$main/$path" >"$path" 3>&- &
		pids+=($!)
	done
	state=mute.d seconds get "$url" >mute 3>&- &
	pids+=($!)
	wait "${pids[@]}"
	for path in drip silent headdrip mute; do
		[ "$(cat "$path")" -le 11 ] || fail "$path: $(cat "$path") s"
	done
	[ "$(cat mute)" -ge 9 ] || fail "mute: only $(cat mute) s"
}

@test "no proxy, no password, no cookie; HTTP/1.1, no coding" {
	local proxy head

	proxy=http://127.0.0.1:$(port proxy)
	printf 'default login me password secret\n' >.netrc
	HOME=$PWD https_proxy=$proxy HTTPS_PROXY=$proxy ALL_PROXY=$proxy \
		run get "$main/cookie"
	same 0 "$(had count/proxy)" 'connections to the proxy'
	same 1 "$(had asked/heads)" 'requests behind the redirect'
	head=$(had last/heads)
	[[ $head == *'GET /heads HTTP/1.1'* && $head == *spin-mud/* ]] ||
		fail "$head"
	[[ $head == *'Accept: application/mud+json'* ]] || fail "$head"
	[[ $head == *'Accept-Encoding: identity'* ]] || fail "$head"
	[[ $head != *Cookie* && $head != *Authorization* ]] || fail "$head"
}
