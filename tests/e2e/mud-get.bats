#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# spin-mud get, import and find: what is accepted, kept and told of. Files
# come from a server on the loopback (tests/lib/mudserver.py) that writes down
# what it is asked for; signatures are openssl's, with the certificates of
# mudca.sh. How it stands bad answers is in mud-fetch.bats, bad signatures in
# mud-cms.bats.

# shellcheck disable=SC2016 # programs of jq and awk
# shellcheck disable=SC2154 # record is set by get

load ../lib/common

setup_file() {
	spin_setup
	[ -x "$SPIN_BIN/spin-mud" ] || return 0
	command -v python3 openssl jq >/dev/null || return 0
	export MUD_SERVER=$BATS_FILE_TMPDIR/server MUD_PID
	export CA=$BATS_FILE_TMPDIR/ca
	mkdir "$MUD_SERVER"
	python3 "$SPIN_SRC/tests/lib/mudserver.py" "$MUD_SERVER" \
		--life 120 >/dev/null 2>"$MUD_SERVER/stderr" 3>&- &
	MUD_PID=$!
	sh "$SPIN_SRC/tests/lib/mudca.sh" "$CA"
	for _ in {1..100}; do
		if [ -e "$MUD_SERVER/ports" ]; then
			cat "$MUD_SERVER/ca.pem" "$CA/root.pem" >"$CA/trust"
			return
		fi
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
	skip_without python3 openssl jq
	mud=$SPIN_BIN/spin-mud
	port=$(awk '$1 == "main" { print $2 }' "$MUD_SERVER/ports")
	main=https://127.0.0.1:$port
	www=$MUD_SERVER/www
	n=t$BATS_TEST_NUMBER		# files of this test on the server
	url=$main/www/$n.json
}

# ---- files and signatures ----

# plain [JQ PROGRAM]: a file for $url, with what the program changes, without
# mud-signature, at the server.
plain() {
	jq --arg url "$url" --arg main "$main" '."ietf-mud:mud" |= (.
		| ."mud-url" = $url | del(."mud-signature"))' \
		"$CA/toaster.json" | jq --arg main "$main" "${1:-.}" \
		>"$www/$n.json"
}

# signed [JQ PROGRAM [SIGNER]]: the same with a signature.
signed() {
	plain '."ietf-mud:mud"."mud-signature" = "'"$main/www/$n.p7s"'" | '"${1:-.}"
	sign "${2:-ec}"
}

sign() {
	openssl cms -sign -binary -in "$www/$n.json" -signer "$CA/$1.pem" \
		-inkey "$CA/$1.key" -certfile "$CA/inter.pem" -outform DER \
		-out "$www/$n.p7s"
}

# ---- running it ----

# get STATUS STATE [WORD] [OPTION]... URL; the record is in $record.
get() {
	want get "$@"
}

# want COMMAND STATUS STATE [WORD] [OPTION]... OPERAND: as it should go.
want() {
	local command=$1 want="$3" status=0 should=$2 got net=()

	[ "$command" != get ] || net=("${allow[@]---allow-net=127.0.0.0/8}")
	shift 3
	if [[ $1 =~ ^[a-z][a-z-]*$ && ! -e $1 ]]; then
		want+=" $1"
		shift
	fi
	record=$(timeout 20 "$mud" "$command" -s state --ca="$CA/trust" \
		"${net[@]}" "$@" 2>err) || status=$?
	got=$(jq -r '[.state, .word // empty] | join(" ")' <<<"$record")
	same "$want" "$got" "$command $*: $record $(cat err)"
	same "$should" "$status" "status of $command $*: $record"
}

import() {
	want import "$@"
}

# kept FILE: what the store has for $url.
kept() {
	cmp "$1" "state/$(hash_of "$url")/$(meta .file).mud"
}

hash_of() {
	printf %s "$1" | sha256sum | cut -d ' ' -f 1
}

meta() {
	jq -r "$1" "state/$(hash_of "$url")/meta.json"
}

# asked PATH: how often it was.
asked() {
	awk -v path="$1" '$2 == path { n++ } END { print n + 0 }' \
		"$MUD_SERVER/requests"
}

# older SECONDS: the same entry, if it had been kept that much earlier.
older() {
	local dir file

	dir=state/$(hash_of "$url")
	file=$(jq --argjson n "$1" '.fetched -= $n | .expires -= $n |
		del(.sum)' "$dir/meta.json")
	jq --arg sum "$(jq -cjS . <<<"$file" | sha256sum | cut -d ' ' -f 1)" \
		'.sum = $sum' <<<"$file" >new
	cat new >"$dir/meta.json"
}

# not_root COMMAND...: as somebody who is not, and owns what root does.
not_root() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		unshare --user -- "$@"
	fi
}

skip_without_user() {
	not_root true 2>/dev/null || skip 'cannot be anybody but root'
}

# ---- accepted ----

@test "a new file that is signed; then it is fresh, and nobody is asked" {
	local now

	signed
	now=$(date +%s)
	get 0 new "$url"
	kept "$www/$n.json"
	cmp "$www/$n.p7s" "state/$(hash_of "$url")/$(meta .sig).p7s"
	jq -e --arg url "$url" --arg id "$(cat "$CA/ec.id")" --arg signer \
		"$(openssl x509 -in "$CA/ec.pem" -noout -subject -nameopt \
		RFC2253 | sed 's/^subject=//')" --argjson now "$now" '
		.type == "mud" and .mud_url == $url and .ok and
		.signer == $signer and .key_id == $id and
		.last_update == "2026-01-02T03:04:05+00:00" and
		.ts >= $now and .ts < $now + 20 and
		.fetched >= $now and .fetched < $now + 20 and
		.expires == .fetched + 48 * 3600 and
		(keys_unsorted == ["type", "ts", "mud_url", "ok", "state",
		"signer", "key_id", "last_update", "fetched", "expires"])
		' <<<"$record" || fail "$record"
	same 1,1 "$(asked "/www/$n.json"),$(asked "/www/$n.p7s")" requests
	get 0 fresh "$url"
	same 1 "$(asked "/www/$n.json")" 'requests when it is fresh'
}

@test "it is asked for again when it does not hold any more, or by --again" {
	signed
	get 0 new "$url"
	older 172000
	get 0 fresh "$url"
	older 801
	get 0 unchanged "$url"
	same 2 "$(asked "/www/$n.json")" requests
	same 1 "$(asked "/www/$n.p7s")" 'of the signature: 304'
	grep -q "If-None-Match" <(last "/www/$n.json")
	get 0 fresh "$url"
	get 0 unchanged --again "$url"
	same 3 "$(asked "/www/$n.json")" requests
	# A clock that was ahead does not keep it for ever.
	older -1000000
	get 0 unchanged "$url"
	[ "$(meta .fetched)" -le "$(date +%s)" ]
}

# last PATH: the head of the last request for it.
last() {
	python3 -c '
import ssl, sys, urllib.request as u
tls = ssl.create_default_context(cafile=sys.argv[1])
get = u.build_opener(u.ProxyHandler({}), u.HTTPSHandler(context=tls)).open
print(get(sys.argv[2], timeout=5).read().decode(), end="")
' "$MUD_SERVER/ca.pem" "$main/last$1"
}

@test "an update: later, by the same signer; how long it holds" {
	local hours want

	signed
	get 0 new "$url"
	for hours in 1 168; do
		signed '."ietf-mud:mud" |= (.
			| ."last-update" = "2026-03-02T03:04:05+00:00"
			| ."cache-validity" = '"$hours)"
		get 0 updated --again "$url"
		kept "$www/$n.json"
		want=$((hours * 3600))
		same $want "$(jq '.expires - .fetched' <<<"$record")" "$hours"
	done
	same 1 "$(find state -name '*.mud' | wc -l)" 'files of one URL'
}

@test "the form from before the RFC is taken, and kept as it was" {
	signed '."ietf-access-control-list:access-lists" =
		."ietf-access-control-list:acls" |
		del(."ietf-access-control-list:acls")'
	"$mud" lint "$www/$n.json" | grep -q '"rule":"old-' ||
		fail 'it is not of an older form'
	get 0 new "$url"
	kept "$www/$n.json"
}

@test "-o writes what is accepted, as a whole or not at all; -p" {
	signed
	run -0 "$mud" get -s state --ca="$CA/trust" --allow-net=127.0.0.0/8 \
		-p -o out.json "$url"
	same "$url: new, signed by CN=ec,O=SPIN test" "$output" line
	cmp "$www/$n.json" out.json
	rm out.json
	get 0 fresh -o out.json "$url"
	cmp "$www/$n.json" out.json
	cp out.json before
	signed '."ietf-mud:mud".systeminfo = "Another"' second
	get 1 refused changed --again -o out.json "$url"
	cmp before out.json
	get 1 refused changed --again -o none.json "$url"
	[ ! -e none.json ]
	run -1 "$mud" get -s state --ca="$CA/trust" --allow-net=127.0.0.0/8 \
		-p --again "$url"
	same "$url: refused; it is signed by another key than before; if \
that is right use --approve" "$output" line
	get 4 fresh -o no/such/folder "$url"
	grep -q 'no/such/folder: No such file' err
}

# ---- kept ----

@test "a server that is lost, slow, or says something else: the old one stays" {
	local path word

	for path in :1/gone=connect :$port/nothere=status \
		:$port/badchunk=answer :$port/cut=answer \
		:$port/silent=too-slow :$port/drip=too-slow \
		:$port/endless=too-large :$port/notype=type; do
		word=${path#*=}
		url=https://127.0.0.1${path%=*}
		signed
		import 0 new --signature="$www/$n.p7s" "$www/$n.json"
		cp "$www/$n.json" old
		get 0 kept "$word" --again --timeout=400ms -o out.json "$url"
		kept old
		cmp old out.json
		jq -e '.ok and .reason and .signer' <<<"$record"
	done
}

@test "and where there was none: failed, and nothing is kept" {
	get 1 failed connect https://127.0.0.1:1/gone
	get 1 failed status "$main/nothere"
	get 1 failed too-slow --timeout=300ms "$main/silent"
	allow=(--quiet)
	get 1 failed refused-address "$url"
	jq -e --arg url "$url" '.ok == false and .mud_url == $url and
		(has("signer") or has("fetched") | not)' <<<"$record"
	same '' "$(find state -type f ! -name lock)" kept
	same 0 "$(asked "/www/$n.json")" requests
}

@test "a server that stops answering halfway, and a signature that is lost" {
	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	signed '."ietf-mud:mud"."last-update" = "2026-05-02T03:04:05Z"'
	rm "$www/$n.p7s"
	get 0 kept status --again "$url"
	[[ $(jq -r .reason <<<"$record") == 'its signature: '* ]]
	kept old
	kill -STOP "$MUD_PID"
	get 0 kept too-slow --again --timeout=300ms "$url" || {
		kill -CONT "$MUD_PID"
		return 1
	}
	kill -CONT "$MUD_PID"
	kept old
}

# ---- refused ----

@test "not signed: refused; approved by a person; the same again is no news" {
	plain
	get 1 refused unsigned "$url"
	same '' "$(find state -name meta.json)" kept
	get 0 new --approve "$url"
	jq -e '.ok and (has("signer") | not)' <<<"$record"
	kept "$www/$n.json"
	run -0 "$mud" get -s state -p "$url"
	same "$url: fresh, not signed" "$output" line
	get 0 unchanged --again "$url"
	# Also by a server that does not know If-None-Match.
	printf '\n' >>"$www/$n.json"
	get 1 refused unsigned --again "$url"
	get 0 updated --again --approve "$url"
	jq '.etag = ""' "state/$(hash_of "$url")/meta.json" >new
	cat new >"state/$(hash_of "$url")/meta.json"
	older 0
	get 0 unchanged --again "$url"
	[ "$(asked "/www/$n.json")" -eq 6 ]
}

@test "a signature that does not hold: refused, and dropped if approved" {
	signed . stranger
	get 1 refused chain "$url"
	get 0 new --approve "$url"
	jq -e 'has("signer") or has("key_id") | not' <<<"$record"
	same null "$(meta .sig)" 'signature in store'
	signed '."ietf-mud:mud".systeminfo = "Mine"' ec
	get 0 updated --again "$url"
	sign expired
	printf ' ' >>"$www/$n.json"
	get 1 refused signature --again "$url"
	sign expired
	get 1 refused expired --again "$url"
	jq -e 'has("signer") or has("key_id") | not' <<<"$record"
	same "$(cat "$CA/ec.id")" "$(meta .key_id)" 'who is remembered'
}

# stays WORD JQ [SIGNER]: refused after a good one; accepted if approved.
stays() {
	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	signed "$2" "${3:-ec}"
	get 1 refused changed --again "$url"
	[[ $(jq -r .reason <<<"$record") == *"$1"* ]] || fail "$record"
	kept old
	get 0 fresh "$url"
	get 0 updated --again --approve "$url"
	kept "$www/$n.json"
	get 0 unchanged --again "$url"
}

@test "another signer" {
	stays 'signed by another key' '."ietf-mud:mud".systeminfo = "B"' second
	same "$(openssl pkey -in "$CA/second.key" -pubout -outform DER |
		sha256sum | cut -d ' ' -f 1)" "$(meta .key_id)" 'pinned now'
}

@test "a last-update that went back; one that stays where it is" {
	stays 'older than before' \
		'."ietf-mud:mud"."last-update" = "2026-01-02T03:04:04Z"'
	# The same moment in another zone.
	signed '."ietf-mud:mud"."last-update" = "2026-01-02T01:04:04-02:00"'
	get 0 updated --again "$url"
}

@test "a mud-signature at another host" {
	stays 'mud-signature is at another host' \
		'."ietf-mud:mud"."mud-signature" |= sub("0.0.1"; "0.0.2")'
}

@test "a signature that is there no more" {
	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	plain
	get 1 refused unsigned --again "$url"
	kept old
	get 0 updated --again --approve "$url"
	jq -e 'has("signer") | not' <<<"$record"
	same 0 "$(find state -name '*.p7s' | wc -l)" signatures
}

@test "a file that says it has another URL" {
	local other

	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	for other in "$main/www/x.json" "https://localhost:$port/www/$n.json"; do
		signed '."ietf-mud:mud"."mud-url" = "'"$other"'"'
		get 1 refused mud-url --again "$url"
		get 1 refused mud-url --again --approve "$url"
		kept old
	done
}

@test "URLs of signatures that nobody would fetch" {
	local to

	for to in "http://127.0.0.1:$port/x" file:///etc/passwd \
		https://me@127.0.0.1/x; do
		plain '."ietf-mud:mud"."mud-signature" = "'"$to"'"'
		get 1 refused mud-signature "$url"
	done
	plain '."ietf-mud:mud"."mud-signature" =
		"https://127.0.0.2:'"$port"'/www/x.p7s"'
	allow=(--allow-net=127.0.0.1/32)
	get 1 failed refused-address "$url"
	same 0 "$(asked /www/x.p7s)" requests
	same '' "$(find state -name meta.json)" kept
}

@test "a file that is invalid, or no JSON" {
	signed 'del(."ietf-mud:mud"."is-supported")'
	get 1 refused invalid "$url"
	[[ $record == */ietf-mud:mud*is-supported* ]] || fail "$record"
	get 1 refused invalid --approve "$url"
	signed '."ietf-mud:mud"."mud-\u001b[31m\u202e" = 1 |
		."ietf-access-control-list:acls".acl[0].type = "\u001b[2J\u202e"'
	get 1 refused invalid "$url"
	[[ $(jq -r .reason <<<"$record") == *'\x1b[2J\xe2\x80\xae'* ]] ||
		fail "$record"
	run ! "$mud" get -s state --ca="$CA/trust" -p \
		--allow-net=127.0.0.0/8 "$url"
	[[ $output == *'\x1b[2J'* && $output != *$'\e'* &&
		$output != *$'\u202e'* ]] || fail "$output"
	printf '{\n"ietf-mud:mud": }\n' >"$www/$n.json"
	get 1 refused not-json "$url"
	[[ $(jq -r .reason <<<"$record") == 'line 2, column 17: '* ]] ||
		fail "$record"
	printf '{"a":1,"a":2}\n' >"$www/$n.json"
	get 1 refused not-json "$url"
	: >"$www/$n.json"
	get 1 refused not-json --approve "$url"
	same '' "$(find state -name meta.json)" kept
}

# ---- the device's word ----

@test "--device-cert: who may sign, also where a file is kept already" {
	signed
	get 1 refused signer --device-cert="$CA/device_other.pem" "$url"
	get 0 new --device-cert="$CA/device.pem" "$url"
	get 0 fresh --device-cert="$CA/device.der" "$url"
	get 0 fresh "$url"
	get 1 refused signer --device-cert="$CA/device_other.pem" "$url"
	kept "$www/$n.json"
	get 0 fresh --device-cert="$CA/device_plain.pem" "$url"
	run -2 "$mud" get -s state --device-cert=/nonexistent "$url"
	run -2 "$mud" get -s state --device-cert="$CA/ec.key" "$url"
}

# ---- by hand ----

@test "import: URL from the file, with and without signature" {
	signed
	import 1 refused unsigned "$www/$n.json"
	jq -e 'has("mud_url") | not' <<<"$record"
	import 0 new --signature="$www/$n.p7s" "$www/$n.json"
	jq -e --arg url "$url" '.mud_url == $url and
		.signer == "CN=ec,O=SPIN test"' <<<"$record"
	kept "$www/$n.json"
	import 0 unchanged --signature="$www/$n.p7s" "$www/$n.json"
	get 0 fresh "$url"
	import 1 refused unsigned "$www/$n.json"
	import 0 unchanged --approve "$www/$n.json"
	same null "$(meta .sig)" 'signature in store'
	run -0 "$mud" import -s state -p --approve "$www/$n.json"
	same "$url: unchanged, not signed" "$output" line
	same 0 "$(asked "/www/$n.json")" requests
	get 0 unchanged --again "$url"
	same "$(cat "$CA/ec.id")" "$(meta .key_id)" 'signed again'
}

@test "import: what cannot be" {
	signed '."ietf-mud:mud"."mud-url" = "http://127.0.0.1/x"'
	import 1 refused invalid --signature="$www/$n.p7s" "$www/$n.json"
	import 4 failed file nonexistent
	import 4 failed file .
	signed
	import 4 failed file --signature=nonexistent "$www/$n.json"
	head -c 300000 /dev/zero >large
	import 1 refused file ./large
	printf '[]' >array
	import 1 refused not-json ./array
	run -2 "$mud" import -s state
	run -2 "$mud" import -s state a b
	run -2 "$mud" get -s state
	run -2 "$mud" import --allow-net=127.0.0.0/8 -s state a
	same '' "$(find state -name meta.json)" kept
}

# ---- the store ----

@test "the state folder: rights, and nothing of a URL in its paths" {
	signed
	umask 0
	url=$main/www/..%2f..%2f\$\(touch%20x\)\;$n.json
	plain
	mv "$www/$n.json" "$www/\$(touch x);$n.json"
	get 0 new --approve "$url"
	url=$main/www/$n.json
	signed
	get 0 new "$url"
	same '' "$(find state -type d ! -perm 0700)" 'folders not 0700'
	same '' "$(find state -type f ! -perm 0600)" 'files not 0600'
	same 2 "$(find state -mindepth 1 -type d | wc -l)" 'folders'
	find state -mindepth 1 | grep -Ev \
		'^state/(lock|[0-9a-f]{64}(/(meta.json|[0-9a-f]{64}\.(mud|p7s)))?)$' &&
		fail 'names of another form'
	[ ! -e x ]
}

@test "two at once: one fetches, the other one finds it" {
	local pids=() i

	signed
	for i in 1 2 3; do
		timeout 20 "$mud" get -s state --ca="$CA/trust" \
			--allow-net=127.0.0.0/8 "$url" >"out$i" 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i"
	done
	same 'fresh fresh new ' "$(jq -r .state out? | sort | tr '\n' ' ')" states
	same 1 "$(asked "/www/$n.json")" requests
}

@test "killed while it waits: the old one stays, nobody is left behind" {
	local pid i children

	url=$main/silent/$n
	signed
	import 0 new --signature="$www/$n.p7s" "$www/$n.json"
	"$mud" get -s state --ca="$CA/trust" --allow-net=127.0.0.0/8 --again \
		"$url" 3>&- &
	pid=$!
	for i in {1..50}; do
		[ "$(asked "/silent/$n")" -gt 0 ] && break
		sleep 0.1
	done
	children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null) || true
	kill -9 "$pid"
	wait "$pid" || true
	[ "$i" -lt 50 ] || fail 'it asks for nothing'
	kept "$www/$n.json"
	get 0 fresh "$url"
	sleep 0.3
	for pid in $children; do
		[ ! -e "/proc/$pid/status" ] || grep '^State:.*Z' \
			"/proc/$pid/status" || fail "$pid is still there"
	done
}

# traced OPTION...: of strace, under which $url is had again.
traced() {
	ASAN_OPTIONS=detect_leaks=0 timeout 20 strace -f -o trace "$@" \
		"$mud" get -s state --ca="$CA/trust" \
		--allow-net=127.0.0.0/8 --again "$url"
}

skip_without_strace() {
	skip_without strace
	strace -f -o trace true 2>/dev/null || skip 'strace may not trace here'
}

@test "killed at any moment of writing: the old one or the new one" {
	local call i killed=0

	skip_without_strace
	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	for call in fsync rename,renameat,renameat2 unlinkat; do
		for i in 1 2 3; do
			signed '."ietf-mud:mud".systeminfo = "'"$call $i"'"'
			traced -e "trace=$call" \
				-e "inject=$call:signal=KILL:when=$i" \
				>/dev/null 2>&1 || killed=$((killed + 1))
			kept old || kept "$www/$n.json"
			get 0 fresh "$url"
			cp "state/$(hash_of "$url")/$(meta .file).mud" old
		done
	done
	[ "$killed" -ge 5 ] || fail "only $killed were killed"
	signed '."ietf-mud:mud".systeminfo = "last"'
	get 0 updated --again "$url"
	same 4 "$(find state -type f | wc -l)" 'files, none left over'
}

@test "who reads opens nothing, who fetches writes nothing, nothing is run" {
	skip_without_strace
	signed '."ietf-mud:mud"."ietf-mud-masa:masa-server" = $main + "/masa" |
		."ietf-mud:mud".documentation = $main + "/documentation" |
		."ietf-mud:mud".systeminfo = "x" |
		."ietf-access-control-list:acls".acl[0].aces.ace[0].matches
		|= (del(.ipv4."ietf-acldns:dst-dnsname") |
		."ietf-mud:mud".controller = $main + "/controller")'
	get 0 new "$url"
	signed '."ietf-mud:mud".systeminfo = "y" |
		."ietf-access-control-list:acls".acl[0].aces.ace[0].matches
		|= (del(.ipv4."ietf-acldns:dst-dnsname") |
		."ietf-mud:mud".controller = $main + "/controller")'
	traced -e trace=all >out
	same updated "$(jq -r .state out)" state
	same 1 "$(grep -Ec '^[0-9]+ +execve' trace)" 'programs run'
	python3 - trace <<-'EOP'
		import re, sys
		CHANGE = re.compile(r"creat|mk|link|symlink|unlink|rename|"
		    r"f?chmod|f?chown|f?truncate")
		main, sealed, net = None, set(), set()
		for line in open(sys.argv[1], errors="replace"):
		    m = re.match(r"(\d+) +(?:<\.\.\. )?(\w+)(.*)", line)
		    if not m:
		        continue
		    pid, call, rest = m.groups()
		    main = main or pid
		    if re.search(r"RLIMIT_NOFILE.*rlim_cur=0\b", rest):
		        sealed.add(pid)
		        continue
		    if pid in sealed:
		        assert call in ("getrandom", "write", "exit_group",
		            "brk", "mmap", "munmap", "mremap", "madvise",
		            "futex", "prlimit64", "setrlimit", "exited",
		            "mprotect", "clock_gettime", "resumed",
		            "getpid", "gettid", "rt_sigprocmask",
		            "sigaltstack", "fstat", "newfstatat", "read",
		            "sysinfo", "rseq", "lseek"), line
		        continue
		    if call in ("socket", "connect"):
		        assert pid != main, line
		        net.add(pid)
		    if pid != main:
		        assert not call.startswith("open") or not re.search(
		            r"O_(WRONLY|RDWR|CREAT|TRUNC)", rest), line
		        assert not CHANGE.match(call), line
		assert len(sealed) == 3, sealed
		assert len(net) >= 2, net
	EOP
	awk '{ print $2 }' "$MUD_SERVER/requests" |
		grep -E '/(controller|masa|documentation)' &&
		fail 'it fetched what a file names'
	same 2,2 "$(asked "/www/$n.json"),$(asked "/www/$n.p7s")" requests
}

# As the last test, where strace may not be used.
@test "who fetches is held by limits" {
	local pid child='' limits

	[ -e "/proc/$$/limits" ] || skip 'no /proc'
	url=$main/silent/$n
	"$mud" get -s state --ca="$CA/trust" --allow-net=127.0.0.0/8 \
		--timeout=3s "$url" >/dev/null 3>&- &
	pid=$!
	for _ in {1..30}; do
		[ "$(asked "/silent/$n")" -eq 0 ] || break
		sleep 0.1
	done
	read -r child _ <"/proc/$pid/task/$pid/children" || true
	limits=$(cat "/proc/$child/limits")
	fds=$(find "/proc/$child/fd" -type l -printf '%l\n')
	same 1 "$(grep -c '^NoNewPrivs:.*1$' "/proc/$child/status")" NoNewPrivs
	kill "$pid"
	wait "$pid" || true
	grep -Eq '^Max file size +0 +0 ' <<<"$limits" || fail "$limits"
	grep -Eq '^Max core file size +0 +0 ' <<<"$limits" || fail "$limits"
	! grep -F state <<<"$fds" || fail 'the store is open'
}

@test "where files are kept: XDG_STATE_HOME, HOME, nowhere" {
	skip_without_user
	plain
	run -0 not_root env HOME="$PWD/home" XDG_STATE_HOME="$PWD/xdg" \
		"$mud" import --approve "$www/$n.json"
	[ -d "xdg/spin/mud/$(hash_of "$url")" ] && [ ! -e home ]
	run -0 not_root env HOME="$PWD/home" XDG_STATE_HOME=xdg2 \
		"$mud" import --approve "$www/$n.json"
	[ -d "home/.local/state/spin/mud/$(hash_of "$url")" ] && [ ! -e xdg2 ]
	same '' "$(find home xdg/spin -type d ! -perm 0700)" 'not 0700'
	run -0 not_root env -u XDG_STATE_HOME HOME="$PWD/home" \
		"$mud" get "$url"
	same fresh "$(jq -r .state <<<"$output")" state
	run -2 not_root env -u XDG_STATE_HOME -u HOME "$mud" get "$url"
	same 'spin-mud: error: no place to keep files in: name one with -s' \
		"$output" message
	run -2 not_root env -u XDG_STATE_HOME HOME= "$mud" get "$url"
	run -2 not_root env -u XDG_STATE_HOME \
		HOME="/$(printf '%05000d' 0)" "$mud" get "$url"
	: >file
	run -4 "$mud" get -s file/state "$url"
	same 'spin-mud: error: file/state: Not a directory' "$output" message
	run -4 "$mud" get -s file "$url"
	mkdir open
	chmod 777 open
	run -4 "$mud" get -s open "$url"
	same 0 "$(asked "/www/$n.json")" requests
}

@test "a store that cannot be written, or that was meddled with" {
	local dir

	signed
	get 0 new "$url"
	cp "$www/$n.json" old
	dir=state/$(hash_of "$url")
	if not_root true 2>/dev/null; then
		signed '."ietf-mud:mud".systeminfo = "B"'
		chmod 500 state "$dir"
		run -4 not_root "$mud" get -s state --ca="$CA/trust" \
			--allow-net=127.0.0.0/8 --again "$url"
		same 'failed store' "$(jq -r '"\(.state) \(.word)"' \
			<<<"$output")" 'read-only'
		run -0 not_root "$mud" get -s state "$url"
		chmod 700 state "$dir"
		kept old
	fi
	printf x >>"$dir/$(meta .file).mud"
	get 4 failed store "$url"
	get 4 failed store --again --approve "$url"
	rm "$dir/$(meta .file).mud"
	ln -s "$PWD/old" "$dir/$(meta .file).mud"
	get 4 failed store --again "$url"
	[ -L "$dir/$(meta .file).mud" ]
}

# ---- find ----

# device MAC HOW URL [MEMBERS]: a record.
device() {
	printf '{"type":"device","ts":17%s,"mac":"02:00:00:00:00:%s",' \
		"$1" "$1"
	printf '%s"how":"%s","mud_url":"%s"}\n' "${4:-}" "$2" "$3"
}

@test "find: what the devices of a home announce, by DHCP and DHCPv6" {
	skip_without_tool spin-capture
	"$SPIN_BIN/spin-capture" -r "$SPIN_SRC/tests/fixtures/home.pcap" \
		>home.ndjson
	run -0 "$mud" find home.ndjson
	# By the tables of the fixture.
	same '00:00:5e:00:53:21 lamp https://lamp.example/mud/lamp.json dhcp
00:00:5e:00:53:23 plug https://plug.example/mud/plug.json dhcp
00:00:5e:00:53:24 printer https://printer.example/mud/printer.json dhcp
00:00:5e:00:53:24 printer.home.arpa https://printer.example/mud/printer.json dhcp6' \
		"$(jq -r 'select(.type == "mud" and .ok and .insecure) |
		[.device, .name, .mud_url, .how] | join(" ")' <<<"$output")" \
		announcements
	same "$(grep -c . <<<"$output")" 4 records
	same "$(jq -r 'select(.mud_url).ts' home.ndjson)" \
		"$(jq -r .ts <<<"$output")" times
	run -0 "$mud" find -p home.ndjson
	same '00:00:5e:00:53:23  https://plug.example/mud/plug.json  by dhcp, which nobody vouches for' \
		"${lines[1]}" line
}

@test "find: once for each device, URL and way, from several files" {
	device 01 dhcp https://a.example/x >a
	device 01 dhcp https://a.example/x '"name":"lamp",' >>a
	device 01 lldp https://a.example/x >>a
	device 02 dhcp https://a.example/x >b
	device 01 dhcp https://a.example/y >>b
	device 01 dhcp https://a.example/x >>b
	printf '{"type":"device","ts":3,"mac":"02:00:00:00:00:03"}\n' >>b
	run -0 "$mud" find a b
	same '01 dhcp x
01 lldp x
02 dhcp x
01 dhcp y' "$(jq -r '"\(.device[-2:]) \(.how) \(.mud_url[-1:])"' \
		<<<"$output")" announcements
	same 'dhcp lldp dhcp dhcp' "$("$mud" find - b <a | jq -r .how |
		paste -sd ' ')" 'from standard input too'
	same 3 "$("$mud" find -c 4 a b | grep -c .)" '-c 4'
}

@test "find: URLs that break a rule are told, and why" {
	local long

	long=https://a.example/$(printf '%0238d' 0)
	{
		device 01 dhcp http://a.example/x
		device 02 dhcp "$long"
		device 03 dhcp https://me@a.example/x
		device 04 dhcp "${long%0}"
		device 05 dhcp 'https://a.example/\u001b[2J\u202e\\x1b'
	} >in
	run -0 "$mud" find in
	same 'false,url false,url false,url true, false,url' "$(jq -r \
		'"\(.ok),\(.word // "")"' <<<"$output" | paste -sd ' ')" verdicts
	jq -es '.[0].reason + .[1].reason + .[2].reason |
		test("https.*long.*user|https.*255.*user")' <<<"$output" ||
		fail "$output"
	run -0 "$mud" find -p in
	[[ ${lines[0]} == *'http://a.example/x  by dhcp, which nobody vouches for; '* ]]
	[[ ${lines[4]} == *'/\x1b[2J\xe2\x80\xae\x1b  by'* ]] ||
		fail "${lines[4]}"
	[[ $output != *$'\e'* && $output != *$'\u202e'* ]]
}

@test "find: nothing announced, and what are no records" {
	printf '{"type":"device","ts":3,"mac":"02:00:00:00:00:03"}\n' >none
	run -1 "$mud" find none
	same '' "$output" output
	run -1 "$mud" find /dev/null
	{ echo junk; device 01 dhcp https://a.example/x; } >bad
	run -3 --separate-stderr "$mud" find bad
	same https://a.example/x "$(jq -r .mud_url <<<"$output")" 'the good one'
	run -3 --separate-stderr "$mud" find -S bad
	same '' "$output" 'with -S'
	run -4 "$mud" find nonexistent
	[[ $output == *'nonexistent: No such file'* ]]
}
