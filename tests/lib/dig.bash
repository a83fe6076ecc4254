# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
# shellcheck shell=bash
#
# Helpers of the tests of spin-dig: records of a small home, written by hand,
# and what becomes of them. Load ../lib/common as well, and call dig_setup in
# setup().

dig_setup() {
	spin_setup
	skip_without_tool spin-dig
	skip_without jq
	dig=$SPIN_BIN/spin-dig
	T=1646136000	# 2022-03-01 12:00:00 UTC, a Tuesday
	export TZ=UTC
}

# ---- records ----

# Of the home 192.168.8.0/24 host N has the MAC 00:00:5e:00:53:N; all else is
# behind host 01.
mac() {
	case $1 in
	192.168.8.255 | 255.255.255.255) echo ff:ff:ff:ff:ff:ff ;;
	192.168.8.*) printf '00:00:5e:00:53:%02d\n' "${1##*.}" ;;
	224.0.0.*) printf '01:00:5e:00:00:%02x\n' "${1##*.}" ;;
	*) echo 00:00:5e:00:53:01 ;;
	esac
}

# stream [MEMBERS]: the members end with a comma.
stream() {
	printf '{"type":"stream","ts":%d,"v":1,"id":"s",%s%s}\n' "$T" \
		"${1:-}" '"active":60,"local":["192.168.8.0/24"]'
}

# flow AT SRC SPORT DST DPORT [MEMBERS [COUNTERS]]: of TCP, AT seconds behind
# the hour; the members begin with a comma.
flow() {
	local count=${7:-'"pkts":3,"bytes":300,"rpkts":2,"rbytes":2000'}

	printf '{"type":"flow","ts":%s,"end":%s,"proto":"tcp",' \
		"$((T + $1))" "$((T + $1))"
	printf '"src":"%s","sport":%d,"dst":"%s","dport":%d,' "${@:2:4}"
	[ -n "${nomac:-}" ] ||
		printf '"src_mac":"%s","dst_mac":"%s",' "$(mac "$2")" \
			"$(mac "$4")"
	printf '%s%s}\n' "$count" "${6-,\"answered\":true,\"new\":true}"
}

# rr NAME TYPE DATA TTL
rr() {
	printf '{"name":"%s","rtype":"%s","data":"%s","ttl":%d}' "$@"
}

# answer AT CLIENT QNAME QTYPE RRS [MEMBERS]
answer() {
	printf '{"type":"dns","ts":%s,"via":"udp","client":"%s",' \
		"$((T + $1))" "$2"
	[ -n "${nomac:-}" ] || printf '"client_mac":"%s",' "$(mac "$2")"
	printf '"server":"192.168.8.1","qname":"%s","qtype":"%s",' "$3" "$4"
	printf '"rcode":"%s","answers":[%s]%s}\n' "${rcode:-NOERROR}" "$5" \
		"${6:-}"
}

# told AT CLIENT NAME ADDRESS [TTL]
told() {
	answer "$1" "$2" "$3" A "$(rr "$3" A "$4" "${5:-60}")"
}

# stats AT UPTO [MEMBERS]
stats() {
	printf '{"type":"stats","ts":%d,"upto":%d,"pkts":0,"bytes":0%s}\n' \
		"$((T + $1))" "$((T + $2))" "${3:-}"
}

unknown() {
	printf '{"type":"x-unknown","ts":%d,"n":%d,"deep":{"a":[{}]}}\n' \
		"$((T + $1))" "$1"
}

# ---- comparisons ----

# digs EXPRESSION OPTION...: each digest made of `in`, by jq's EXPRESSION.
digs() {
	"$dig" "${@:2}" in >out 2>err || fail "status $?: $(cat err)"
	[ ! -s err ] || fail "stderr: $(cat err)"
	jq -c "select(.type == \"digest\") | $1" out
}

# expect EXPRESSION OPTION... -- LINE...: the digests are these, in order.
expect() {
	local args=() want

	while [ "$1" != -- ]; do
		args+=("$1")
		shift
	done
	shift
	want=$(printf '%s\n' "$@" | jq -c .)
	same "$want" "$(digs "${args[@]}")" "${args[*]}"
}

# names of the peers, in the order of the flows' ports
peers() {
	digs '[.port, .peer]' --bundle=host "$@" | jq -r -s 'sort | .[][1]' |
		paste -s -d ' ' -
}
