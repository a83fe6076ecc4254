#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# The readers of capture files and the link layers, on the whole program: what
# each link type of the test data holds, and the ways in which a file comes.

# shellcheck disable=SC2154 # bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
	SPIN_SRC=${SPIN_SRC:-$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}
	SPIN_BIN=${SPIN_BIN:-$SPIN_SRC/build}
	cd "$SPIN_SRC" || return 1
	data=${SPIN_TEST_DATA:-../shared/data}
	export LC_ALL=C TZ=UTC
}

need_data() {
	[ -d "$data" ] || skip "no test data in $data (SPIN_TEST_DATA)"
}

# File below linktypes/, its packets (capinfos -c), how many of them tshark
# finds IP in (ip or ipv6 in frame.protocols), what the others are (its last
# protocol, by our names). tshark 4.0 does not know the link types of
# brcm-tag and dsa: there the truth is tcpdump 4.99.
table() {
	cat <<'END'
ICS-Security-Tools/control4-sample.pcap 407 0 IEEE802_15_4_WITHFCS=407
PcapPlusPlus/VlanPackets.pcap 26 20 cdp=6
PcapPlusPlus/ip4_fragments.pcap 53 53 -
PcapPlusPlus/ip6_fragments.pcap 36 36 -
PcapPlusPlus/many_interfaces-1.pcapng 64 64 -
PcapPlusPlus/nanosecs_big_endian.pcap 10 10 -
PcapPlusPlus/null_loopback.pcap 3 3 -
PcapPlusPlus/raw_ip.pcap 100 100 -
PcapPlusPlus/sll.pcap 518 511 arp=7
arkime/80211http.pcap 26 26 -
arkime/icmp-frame-relay.pcap 10 10 -
brimcap/loopback.pcap 86 86 -
filesamples/simple_http_sll2.pcap 24 24 -
nDPI/4in6tunnel.pcap 4 4 -
nDPI/6in4tunnel.pcap 127 127 -
pcapng-suite/output_le__advanced__test100.pcapng 5 5 -
pcapng-suite/output_le__advanced__test101.pcapng 4 4 -
pcapng-suite/output_le__advanced__test102.pcapng 5 5 -
pcapng-suite/output_le__basic__test001.pcapng 4 4 -
pcapng-suite/output_le__basic__test002.pcapng 0 0 -
pcapng-suite/output_le__basic__test003.pcapng 0 0 -
pcapng-suite/output_le__basic__test004.pcapng 4 4 -
pcapng-suite/output_le__basic__test005.pcapng 4 4 -
pcapng-suite/output_le__basic__test006.pcapng 5 5 -
pcapng-suite/output_le__basic__test007.pcapng 1 1 -
pcapng-suite/output_le__basic__test008.pcapng 4 4 -
pcapng-suite/output_le__basic__test009.pcapng 2 2 -
pcapng-suite/output_le__basic__test010.pcapng 4 4 -
pcapng-suite/output_le__basic__test011.pcapng 4 4 -
pcapng-suite/output_le__basic__test012.pcapng 4 4 -
pcapng-suite/output_le__basic__test013.pcapng 0 0 -
pcapng-suite/output_le__basic__test014.pcapng 0 0 -
pcapng-suite/output_le__basic__test015.pcapng 0 0 -
pcapng-suite/output_le__basic__test016.pcapng 4 4 -
pcapng-suite/output_le__basic__test017.pcapng 0 0 -
pcapng-suite/output_le__basic__test018.pcapng 4 4 -
pcapng-suite/output_le__difficult__test200.pcapng 0 0 -
pcapng-suite/output_le__difficult__test201.pcapng 4 4 -
pcapng-suite/output_le__difficult__test202.pcapng 8 8 -
tcpdump/802.1ad_QinQ.pcap 2 0 arp=2
tcpdump/HDLC.pcap 38 10 cdp=4,slarp=24
tcpdump/LINKTYPE_IPV4.pcap 1 1 -
tcpdump/LINKTYPE_IPV6.pcap 1 1 -
tcpdump/LINKTYPE_PKTAP.pcap 1 1 -
tcpdump/LINKTYPE_RAW_ipv4.pcap 1 1 -
tcpdump/LINKTYPE_RAW_ipv6.pcap 1 1 -
tcpdump/arcnet-rfc1201-arp-icmp-http.pcap 26 22 arp=4
tcpdump/brcm-tag.pcap 23 17 arp=6
tcpdump/dsa.pcap 8 6 arp=2
tcpdump/empty.pcap 0 0 -
tcpdump/geneve.pcap 39 39 -
tcpdump/ieee802.11_exthdr.pcap 26 0 wlan_ctrl=8,wlan_mgmt=16,wlan_null=2
tcpdump/ipoib.pcap 30 26 arp=4
tcpdump/nflog.pcap 4 4 -
tcpdump/ppp_ip_udp_dns.pcap 1 0 ppp_00ff=1
tcpdump/pppoes.pcap 2 0 ppp_lcp=2
tcpdump/tcp-handshake-nano.pcap 3 3 -
tcpdump/unsupported-link-type-160.pcap 1 0 USER13=1
tcpdump/vsock-1.pcapng 10 0 VSOCK=10
zeek/Teredo.pcap 78 78 -
zeek/arp-who-has-radiotap.pcap 2 0 arp=2
zeek/arp-who-has-wlanmon.pcap 2 0 arp=2
zeek/http-vlan-0.pcap 14 14 -
zeek/linux_dlt_sll2.pcap 6 4 arp=1,rarp=1
zeek/linuxsll-arp.pcap 12 0 arp=12
zeek/llc.pcap 1333 1333 -
zeek/mixed-vlan-mpls.pcap 47 47 -
zeek/nflog-http.pcap 13 13 -
zeek/pcapng-multi-interface.pcapng 6 6 -
zeek/pppoe.pcap 65 25 ppp_ipcp=6,ppp_ipv6cp=4,ppp_lcp=24,ppp_pap=2,pppoe_discovery=4
zeek/q-in-q.pcap 5 4 arp=1
zeek/quic-interop-retry.pcap 26 26 -
zeek/radiotap.pcap 3 3 -
zeek/raw_packets.pcap 33 26 arp=3,stp=4
zeek/snap-tcp.pcap 8 8 -
zeek/vlan-collisions.pcap 42 42 -
zeek/vxlan.pcap 10 10 -
zeek/wlanmon.pcap 3 3 -
END
}

# stats FILE...: packets, packets of flows, the names of the rest; as the table
stats() {
	local args=() f

	for f; do
		args+=(-r "$f")
	done
	"$SPIN_BIN/spin-capture" "${args[@]}" | jq -r -s '
		[.[] | select(.type == "stats")] | last |
		((.non_ip // {}) + (.undecoded // {}) + (.malformed // {}) |
		    to_entries | sort_by(.key) |
		    map("\(.key)=\(.value)") | join(",")) as $rest |
		"\(.pkts) \(.flow_pkts) \(if $rest == "" then "-"
		    else $rest end)"'
}

@test "each link type of the data: packets, IP, and the rest by name" {
	need_data
	local bad=0 n=0 f want got

	while read -r f want; do
		got=$(stats "$data/linktypes/$f")
		n=$((n + 1))
		[ "$got" = "$want" ] && continue
		printf '%s\n  want %s\n  got  %s\n' "$f" "$want" "$got"
		bad=$((bad + 1))
	done < <(table)
	[ "$n" -eq 78 ]
	[ "$bad" -eq 0 ]
}

@test "the table of link types names every capture of the data" {
	need_data
	local f

	for f in "$data"/linktypes/*/*.pcap "$data"/linktypes/*/*.pcapng; do
		table | grep -q "^${f#"$data"/linktypes/} " || {
			echo "$f is not in the table"
			false
		}
	done
}

@test "the table of link types is what capinfos and tshark say" {
	need_data
	command -v tshark >/dev/null || skip 'tshark is not installed'
	local f packets ip rest

	while read -r f packets ip rest; do
		case $f in
		tcpdump/brcm-tag.pcap | tcpdump/dsa.pcap) continue ;;
		esac
		echo "$f"
		[ "$(capinfos -T -r -M -c "$data/linktypes/$f" 2>/dev/null |
			awk '{ print $NF }')" = "$packets" ]
		[ "$(tshark -n -r "$data/linktypes/$f" -T fields \
			-e frame.protocols 2>/dev/null |
			grep -cE '(^|:)(ip|ipv6)(:|$)')" = "$ip" ]
	done < <(table)
}

@test "several files are one stream: counts add up" {
	need_data
	local d=$data/linktypes

	run -0 stats "$d/zeek/raw_packets.pcap" "$d/zeek/pppoe.pcap" \
		"$d/zeek/pcapng-multi-interface.pcapng"
	[ "${output%% *}" -eq $((33 + 65 + 6)) ]
	[[ $output = "104 57 "* ]]
}

@test "a pcapng from a slow pipe is what it is from a file" {
	need_data
	local f=$data/linktypes/pcapng-suite/output_le__difficult__test202.pcapng

	"$SPIN_BIN/spin-capture" -r "$f" | jq -c 'del(.id, .source)' \
		>"$BATS_TEST_TMPDIR/file"
	dd if="$f" bs=13 2>/dev/null | "$SPIN_BIN/spin-capture" -r - |
		jq -c 'del(.id, .source)' >"$BATS_TEST_TMPDIR/pipe"
	[ -s "$BATS_TEST_TMPDIR/file" ]
	cmp "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR/pipe"
}

@test "a live pipe: the first packets come out before the writer is done" {
	local fifo=$BATS_TEST_TMPDIR/fifo
	local cap=$SPIN_SRC/tests/fixtures/home.pcap

	[ -e "$cap" ] || skip 'no home capture'
	mkfifo "$fifo"
	"$SPIN_BIN/spin-capture" -u -r - <"$fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
	local pid=$!
	exec 9>"$fifo"
	head -c 20000 "$cap" >&9
	for _ in $(seq 100); do
		[ -s "$BATS_TEST_TMPDIR/out" ] && break
		sleep 0.1
	done
	[ -s "$BATS_TEST_TMPDIR/out" ]
	kill -0 "$pid"
	tail -c +20001 "$cap" >&9
	exec 9>&-
	wait "$pid"
	run -0 jq -s '[.[] | select(.type == "stats")] | last | .pkts' \
		"$BATS_TEST_TMPDIR/out"
	if command -v capinfos >/dev/null; then
		[ "$output" = "$(capinfos -T -r -M -c "$cap" |
			awk '{ print $NF }')" ]
	fi
}

@test "compressed and foreign files: what to do with them is said" {
	cd "$BATS_TEST_TMPDIR" || return 1
	printf 'x' | gzip >x.gz
	printf 'snoop\0\0\0\0\0\0\2\0\0\0\4' >x.snoop

	run -4 --separate-stderr "$SPIN_BIN/spin-capture" -r x.gz
	[[ $stderr = *"x.gz"*"zcat"* ]]
	run -4 --separate-stderr "$SPIN_BIN/spin-capture" -r x.snoop
	[[ $stderr = *"x.snoop"*"editcap"* ]]
}
