#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# bench.sh [--quick] [--rounds N] [--markdown] [--no-peers] BUILD_DIR
#
# Speed and memory of spin-capture, spin-dig and the record codec, measured side
# by side with a bare libpcap loop and with whatever peers are installed. What
# is shown are medians of CPU seconds (user and system) and the highest peak
# of resident memory. A missed budget is shown, it does not fail; a wrong
# count does (status 1).
#
# SPIN_BENCH_DIR  where the captures are kept (BUILD_DIR/bench): 3.4 GB
# SPIN_CAPTURE    the program to measure (BUILD_DIR/spin-capture)
# SPIN_DIG        likewise (BUILD_DIR/spin-dig), if it is there
# SPIN_MUD        likewise (BUILD_DIR/spin-mud), if it is there

set -eu
LC_ALL=C
TZ=UTC
export LC_ALL TZ

die() {
	status=$1
	shift
	echo "bench: error: $*" >&2
	exit "$status"
}

usage() {
	echo 'usage: bench.sh [--quick] [--rounds N] [--markdown]' \
		'[--no-peers] BUILD_DIR'
}

build='' rounds='' quick=0 markdown=0 peers=1
while [ $# -gt 0 ]; do
	case $1 in
	-h | --help) usage; exit 0 ;;
	--quick) quick=1 ;;
	--markdown) markdown=1 ;;
	--no-peers) peers=0 ;;
	--rounds) [ $# -gt 1 ] || die 2 '--rounds needs a number'
		shift
		rounds=$1 ;;
	--rounds=*) rounds=${1#*=} ;;
	-*) usage >&2; exit 2 ;;
	*) build=$1 ;;
	esac
	shift
done
[ -n "$build" ] || { usage >&2; exit 2; }

home_n=10000000 whole_n=2000000 small_n=200000 flood_n=1000000
random_n=1000000
need_kib=4000000
if [ $quick = 1 ]; then
	home_n=200000 whole_n=50000 small_n=20000 flood_n=20000
	random_n=20000
	need_kib=100000
	: "${rounds:=1}"
fi
: "${rounds:=5}"
case $rounds in
'' | *[!0-9]* | 0) die 2 "--rounds $rounds: not a number above 0" ;;
esac

tools=$build/tests/bench
spin=${SPIN_CAPTURE:-$build/spin-capture}
dig=${SPIN_DIG:-$build/spin-dig}
mud=${SPIN_MUD:-$build/spin-mud}
dir=${SPIN_BENCH_DIR:-$build/bench}
for p in "$tools/gen" "$tools/measure" "$spin"; do
	[ -x "$p" ] || die 2 "$p is not there: run make bench"
done
mkdir -p "$dir"
tmp=$(mktemp -d "$dir/run.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

say() {
	echo "bench: $*" >&2
}

# ---- the captures -----------------------------------------------------------

# make_file NAME OPTION...: NAME.pcap and NAME.truth, unless they are there,
# made by this generator.
make_file() {
	name=$1
	shift
	[ ! -s "$dir/$name.pcap" ] || [ -z "$(find "$dir" \
		-name "$name.truth" -newer "$tools/gen")" ] || return 0
	say "making $dir/$name.pcap"
	rm -f "$dir/$name.truth"
	"$tools/gen" -v "$@" -o "$dir/$name.new" 2>"$tmp/truth" ||
		{ rm -f "$dir/$name.new"; die 4 "cannot make $name"; }
	mv "$dir/$name.new" "$dir/$name.pcap"
	mv "$tmp/truth" "$dir/$name.truth"
}

truth() {
	awk -v k="$2" '$1 == k { print $2 }' "$dir/$1.truth"
}

have_kib=$(($(df -Pk "$dir" | awk 'NR == 2 { print $4 }') +
	$(du -sk "$dir" | awk '{ print $1 }')))
[ "$have_kib" -ge $need_kib ] ||
	die 4 "$dir: needs $((need_kib / 1000)) MB, there are" \
		"$((have_kib / 1000)) MB"
home=home-$home_n whole=whole-$whole_n small=home-$small_n
flood1=flood-$flood_n flood10=flood-${flood_n}0
make_file "$home" -n $home_n
make_file "$whole" -n $whole_n -s 0
make_file "$flood1" -F -n $flood_n
make_file "$flood10" -F -n ${flood_n}0

# ---- records ----------------------------------------------------------------

# Saved records of the home, and as many names and addresses at random that one
# device asks for and talks to: an answer and a flow for each.
random_records() {
	awk -v n="$1" 'BEGIN {
		srand(3)
		for (i = 0; i < n; i++) {
			t = 1646136000 + i / 100
			a = sprintf("%d.%d.%d.%d", 20 + rand() * 100,
			    rand() * 256, rand() * 256, 1 + rand() * 254)
			h = sprintf("h%08x.d%06x.example", rand() * 2 ^ 31,
			    rand() * 2 ^ 24)
			printf "{\"type\":\"dns\",\"ts\":%.2f,\"via\":\"udp\"," \
			    "\"client\":\"192.168.1.2\",\"client_mac\":" \
			    "\"02:00:00:00:00:02\",\"server\":\"192.168.1.1\"," \
			    "\"qname\":\"%s\",\"qtype\":\"A\",\"rcode\":" \
			    "\"NOERROR\",\"answers\":[{\"name\":\"%s\",\"rtype\":" \
			    "\"A\",\"data\":\"%s\",\"ttl\":60}]}\n", t, h, h, a
			printf "{\"type\":\"flow\",\"ts\":%.2f,\"end\":%.2f," \
			    "\"proto\":\"tcp\",\"src\":\"192.168.1.2\"," \
			    "\"sport\":%d,\"dst\":\"%s\",\"dport\":%d," \
			    "\"src_mac\":\"02:00:00:00:00:02\",\"dst_mac\":" \
			    "\"02:00:00:00:00:01\",\"pkts\":3,\"bytes\":180," \
			    "\"rpkts\":2,\"rbytes\":120,\"answered\":true," \
			    "\"new\":true,\"done\":\"fin\"}\n", t, t,
			    1024 + rand() * 60000, a, 1 + rand() * 65000
		}
	}'
}

digs=0 records=0 flow_records=0
if [ -x "$dig" ]; then
	digs=1
	"$spin" -r "$dir/$home.pcap" --active 60 >"$tmp/home.ndjson"
	grep '^{"type":"flow"' "$tmp/home.ndjson" >"$tmp/flows.ndjson"
	records=$(grep -c . "$tmp/home.ndjson")
	flow_records=$(grep -c . "$tmp/flows.ndjson")
	random_records $random_n >"$tmp/random.ndjson"
fi

# ---- a MUD file -------------------------------------------------------------

# As large as the largest of those in the field, some 100 KB: 160 entries each
# way.
mud_file() {
	awk 'function list(dir, name, side,  i) {
		printf "{\"name\":\"%s\",\"type\":\"ipv4-acl-type\"," \
		    "\"aces\":{\"ace\":[", dir
		for (i = 0; i < 160; i++)
			printf "%s\n  {\"name\": \"%s-%d\", \"matches\": " \
			    "{\"ipv4\": {\"protocol\": 6, " \
			    "\"ietf-acldns:%s\": \"host%d.services" \
			    ".example.com\"}, \"tcp\": {\"%s\": " \
			    "{\"operator\": \"eq\", \"port\": %d}, " \
			    "\"ietf-mud:direction-initiated\": " \
			    "\"from-device\"}}, \"actions\": " \
			    "{\"forwarding\": \"accept\"}}", i ? "," : "",
			    dir, i, name, i, side, 1000 + i
		printf "]}}"
	}
	BEGIN {
		printf "{\"ietf-mud:mud\":{\"mud-version\":1,\"mud-url\":" \
		    "\"https://mud.example/x\",\"last-update\":" \
		    "\"2022-03-01T12:00:00Z\",\"is-supported\":true," \
		    "\"from-device-policy\":{\"access-lists\":" \
		    "{\"access-list\":[{\"name\":\"from\"}]}}," \
		    "\"to-device-policy\":{\"access-lists\":" \
		    "{\"access-list\":[{\"name\":\"to\"}]}}},\n" \
		    "\"ietf-access-control-list:acls\":{\"acl\":["
		list("from", "dst-dnsname", "destination-port")
		printf ","
		list("to", "src-dnsname", "source-port")
		print "]}}"
	}'
}

muds='' bad=0
if [ -x "$mud" ]; then
	mud_file >"$tmp/mud.json"
	"$mud" lint "$tmp/mud.json" >"$tmp/mud.findings" ||
		{ say 'the MUD file is not valid'; bad=1; }
	i=0
	while [ $i -lt 100 ]; do
		i=$((i + 1))
		muds="$muds $tmp/mud.json"
	done
fi

# ---- counts -----------------------------------------------------------------

# The last record, stats, has to agree with the generator. This also brings
# the file into the page cache.
check() {
	"$spin" -r "$dir/$1.pcap" --active 60 | tail -n 1 >"$tmp/last"
	for pair in pkts:packets bytes:ip_bytes link_bytes:link_bytes; do
		member='.*"'${pair%:*}'":\([0-9]*\).*'
		got=$(sed -n "/^{\"type\":\"stats\"/s/$member/\\1/p" "$tmp/last")
		want=$(truth "$1" "${pair#*:}")
		[ "$got" = "$want" ] && continue
		say "wrong count: $1.pcap: ${pair%:*} ${got:-missing," \
			"the last record is not a full stats}, not $want"
		bad=1
	done
}

for f in $home $whole $flood1 $flood10; do
	check "$f"
done

# The sums of the digests are those of the stats record: of traffic within the
# home only what the initiator has of it counts.
check_dig() {
	"$dig" "$tmp/home.ndjson" | awk -v want="$(truth "$home" ip_bytes)" '
	/^{"type":"digest"/ && !(/"peer_mac"/ && /"dir":"in"/) {
		match($0, /"bytes_out":[0-9]*/)
		sum += substr($0, RSTART + 12, RLENGTH - 12)
		match($0, /"bytes_in":[0-9]*/)
		sum += substr($0, RSTART + 11, RLENGTH - 11)
	}
	END { printf "%.0f %.0f\n", sum, want; exit sum != want }' \
		>"$tmp/dig-sum" && return
	say "wrong sum of digests: $(cat "$tmp/dig-sum")"
	bad=1
}
[ $digs = 0 ] || check_dig

# ---- rounds -----------------------------------------------------------------

# run KEY COMMAND...: one line of measurements into KEY.
run() {
	key=$1
	shift
	"$tools/measure" "$tmp/$key" /dev/null "$@" 2>"$tmp/stderr" ||
		die 4 "$key: cannot measure"
	tail -n 1 "$tmp/$key" | grep -q '^0	' && return
	case $key in
	spin* | loop*) cat "$tmp/stderr" >&2
		die 4 "$key: failed" ;;
	esac
}

have() {
	[ $peers = 1 ] && command -v "$1" >/dev/null
}

nf_format=json
if have nfdump && nfdump -h 2>&1 | grep -q ndjson; then
	nf_format=ndjson
fi

# A peer that hangs is a failed one.
limit=''
if command -v timeout >/dev/null; then
	limit='timeout 300'
fi

# The peers export what they hold every 60 s as well, where they can.
# shellcheck disable=SC2086
run_peers() {
	file=$dir/$home.pcap
	if have nfpcapd && have nfdump; then
		rm -rf "$tmp/nf"
		mkdir "$tmp/nf"
		# shellcheck disable=SC2016
		run nfdump $limit \
			sh -c 'nfpcapd -e 60,60 -o fat -r "$1" -w "$2" &&
			nfdump -R "$2" -o '$nf_format sh "$file" "$tmp/nf"
	fi
	if have argus && have ra; then
		# shellcheck disable=SC2016
		run argus $limit \
			sh -c 'argus -S 60 -r "$1" -w - | ra -n -r -' sh \
			"$file"
	fi
	if have yaf && have yafscii; then
		# shellcheck disable=SC2016
		run yaf $limit \
			sh -c 'yaf --active-timeout 60 --in "$1" --out - |
			yafscii --tabular' sh "$file"
	fi
	if have softflowd; then
		run softflowd $limit \
			softflowd -d -6 -t maxlife=60 -c none \
			-p "$tmp/pid" -r "$file"
	fi
	if have tshark; then
		run tshark $limit tshark -n -q -z conv,tcp -z conv,udp \
			-r "$dir/$small.pcap"
	fi
}

if have tshark; then
	make_file "$small" -n $small_n
fi
loop=0
[ -x "$tools/pcaploop" ] && loop=1
i=0
while [ $i -lt "$rounds" ]; do
	i=$((i + 1))
	say "round $i of $rounds"
	[ $loop = 0 ] || run loop-home "$tools/pcaploop" "$dir/$home.pcap"
	run spin-home "$spin" -r "$dir/$home.pcap" --active 60
	[ $loop = 0 ] || run loop-whole "$tools/pcaploop" "$dir/$whole.pcap"
	run spin-whole "$spin" -r "$dir/$whole.pcap" --active 60
	run spin-flood1 "$spin" -r "$dir/$flood1.pcap" --active 60
	run spin-flood10 "$spin" -r "$dir/$flood10.pcap" --active 60
	if [ $digs = 1 ]; then
		# shellcheck disable=SC2016
		run spin-dig-pipe sh -c '"$1" -r "$2" --active 60 | "$3"' \
			sh "$spin" "$dir/$home.pcap" "$dig"
		run spin-dig "$dig" "$tmp/home.ndjson"
		run spin-dig-flows "$dig" "$tmp/flows.ndjson"
		run spin-dig-total "$dig" --total -p "$tmp/home.ndjson"
		run spin-dig-random "$dig" "$tmp/random.ndjson"
	fi
	# shellcheck disable=SC2086
	[ -z "$muds" ] || run spin-mud "$mud" lint $muds
	run_peers
done
codec=''
if [ -x "$tools/codec" ]; then
	say 'the record codec'
	codec=$("$tools/codec") || die 4 'codec: failed'
fi

# ---- figures ----------------------------------------------------------------

# cpu KEY, wall KEY: medians; rss KEY: the highest, in MiB. Empty if not run.
median() {
	sort -n | awk '{ v[NR] = $1 } END { if (NR) printf "%.6f\n",
		(v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

cpu() {
	[ ! -f "$tmp/$1" ] || awk '{ print $2 + $3 }' "$tmp/$1" | median
}

wall() {
	[ ! -f "$tmp/$1" ] || awk '{ print $4 }' "$tmp/$1" | median
}

rss() {
	[ ! -f "$tmp/$1" ] || awk '$5 > m { m = $5 } END {
		printf "%.1f\n", m / 1024 }' "$tmp/$1"
}

ran_well() {
	[ -f "$tmp/$1" ] && ! grep -qv '^0	' "$tmp/$1"
}

calc() {
	awk "BEGIN { printf \"$1\", $2 }"
}

# row KEY NAME PACKETS LOOP_KEY LOOP_PACKETS: a line of the first table.
row() {
	if [ ! -f "$tmp/$1" ]; then
		[ $peers = 1 ] && printf '%s\tnot installed\t\t\t\t\n' "$2"
		return 0
	fi
	if ! ran_well "$1"; then
		printf '%s\tfailed\t\t\t\t\n' "$2"
		return 0
	fi
	c=$(cpu "$1")
	ratio=''
	l=$(cpu "$4")
	[ -z "$l" ] || ratio=$(calc %.2f "($c / $3) / ($l / $5)")
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$2" "$(calc %.2f "$c")" \
		"$(calc %.2f "$(wall "$1")")" \
		"$(calc %.0f "$c * 1e9 / $3")" "$ratio" "$(rss "$1")"
}

# budget NAME VALUE UNIT SIGN LIMIT: a line of the second table.
budget() {
	[ -n "$2" ] || return 0
	case $(calc %d "($2 $4 $5)")$4 in
	1*) met=met ;;
	*'<=') met=over ;;
	*) met=under ;;
	esac
	printf '%s\t%s%s\t%s %s%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$3" "$met"
}

millions() {
	awk -v n="$1" 'BEGIN {
		print (n < 1e6 ? n / 1e3 " k" : n / 1e6 " M") }'
}

measured() {
	printf 'program\tCPU s\twall s\tns/packet\tratio\tMiB\n'
	home_t="$(millions $home_n) packets of 128"
	whole_t="$(millions $whole_n) whole packets"
	row loop-home "pcap loop, $home_t" $home_n loop-home $home_n
	row spin-home "spin-capture, same" $home_n loop-home $home_n
	row loop-whole "pcap loop, $whole_t" $whole_n loop-whole $whole_n
	row spin-whole "spin-capture, same" $whole_n loop-whole $whole_n
	row spin-flood1 "spin-capture, $(millions $flood_n) forged SYNs" \
		$flood_n - 1
	row spin-flood10 "spin-capture, $(millions ${flood_n}0) forged SYNs" \
		${flood_n}0 - 1
	if [ $digs = 1 ]; then
		row spin-dig-pipe 'spin-capture | spin-dig, same' $home_n \
			loop-home $home_n
		row spin-dig 'spin-dig, its records' $home_n loop-home $home_n
		row spin-dig-random \
			"spin-dig, $(millions $random_n) random names" \
			$random_n - 1
	fi
	[ $peers = 1 ] || return 0
	row nfdump "nfpcapd + nfdump -o $nf_format" $home_n loop-home $home_n
	row yaf 'yaf + yafscii' $home_n loop-home $home_n
	row argus 'argus + ra' $home_n loop-home $home_n
	row softflowd 'softflowd (writes nothing)' $home_n loop-home $home_n
	row tshark "tshark -z conv, $(millions $small_n) packets" $small_n \
		loop-home $home_n
}

ratio() {
	a=$(cpu "$1")
	b=$(cpu "$2")
	[ -z "$b" ] || calc %.2f "$a / $b"
}

codec_rate() {
	printf '%s\n' "$codec" | awk -v k="$1" '$1 == k && $3 == "records/s" {
		printf "%.2f", $2 / 1e6; exit }'
}

# The fastest peer that ends in text, against spin-capture.
against_peers() {
	best=''
	for k in nfdump yaf argus; do
		ran_well $k || continue
		c=$(cpu $k)
		if [ -z "$best" ] || [ "$(calc %d "$c < $best")" = 1 ]; then
			best=$c
		fi
	done
	[ -z "$best" ] || calc %.2f "$best / $(cpu spin-home)"
}

budgets() {
	printf 'figure\tmeasured\tbudget\t\n'
	budget 'CPU against the pcap loop, packets of 128' \
		"$(ratio spin-home loop-home)" x '<=' 0.8
	budget 'CPU against the pcap loop, whole packets' \
		"$(ratio spin-whole loop-whole)" x '<=' 0.6
	budget 'fastest peer ending in text against spin-capture' \
		"$(against_peers)" x '>=' 4
	budget 'peak memory, home' "$(rss spin-home)" ' MiB' '<=' 12
	budget "peak memory, $(millions $flood_n) forged SYNs" \
		"$(rss spin-flood1)" ' MiB' '<=' 24
	budget "peak memory, $(millions ${flood_n}0) forged SYNs" \
		"$(rss spin-flood10)" ' MiB' '<=' 24
	budget 'CPU, ten times the forged SYNs' \
		"$(ratio spin-flood10 spin-flood1)" x '<=' 11
	budget 'flow records read a second' "$(codec_rate read)" ' M' '>=' 5
	budget 'flow records written a second' "$(codec_rate write)" ' M' \
		'>=' 4
	budget 'wall time, capture | dig against capture' "$(pipe_ratio)" x \
		'<=' 1.5
	budget 'flow records into spin-dig a second' \
		"$(dig_rate spin-dig-flows "$flow_records")" ' M' '>=' 1
	budget 'the same, with dns and all others of the home' \
		"$(dig_rate spin-dig "$records")" ' M' '>=' 1
	budget 'peak memory of spin-dig, home' "$(rss spin-dig)" ' MiB' \
		'<=' 24
	budget 'peak memory of spin-dig --total -p, home' \
		"$(rss spin-dig-total)" ' MiB' '<=' 24
	budget "peak memory, $(millions $random_n) random names" \
		"$(rss spin-dig-random)" ' MiB' '<=' 24
	budget 'lint of a MUD file of 100 KB' "$(lint_ms)" ' ms' '<=' 5
}

# Wall time of the pipe against that of its first part.
pipe_ratio() {
	[ $digs = 0 ] || calc %.2f "$(wall spin-dig-pipe) / $(wall spin-home)"
}

# Milliseconds of CPU for one of a hundred.
lint_ms() {
	[ -z "$muds" ] || calc %.1f "$(cpu spin-mud) * 10"
}

# dig_rate KEY RECORDS: millions a second.
dig_rate() {
	[ $digs = 0 ] || calc %.2f "$2 / 1e6 / $(cpu "$1")"
}

# Tab separated lines, the first of them the heads, to text of 80 columns
# (first column WIDTH wide) or to a Markdown table.
table() {
	awk -F '\t' -v md=$markdown -v width="$1" '
	md {
		line = "|"
		rule = "|"
		for (i = 1; i <= NF; i++) {
			line = line " " $i " |"
			rule = rule (i == 1 ? "---|" : "---:|")
		}
		print line
		if (NR == 1)
			print rule
		next
	}
	{
		w = int((79 - width) / (NF - 1))
		line = sprintf("%-" width "s", $1)
		for (i = 2; i <= NF; i++)
			line = line sprintf(" %" (w - 1) "s", $i)
		sub(/ +$/, "", line)
		print line
	}'
}

machine() {
	model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo 2>/dev/null |
		head -n 1)
	cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo '?')
	echo "${model:-$(uname -m)}, $cores cores, $(uname -s)," \
		"medians of rounds: $rounds."
	[ $quick = 0 ] || echo 'Small files: these figures mean little.'
}

measured >"$tmp/measured"
budgets >"$tmp/budgets"
machine
echo
table 40 <"$tmp/measured"
echo
table 49 <"$tmp/budgets"
[ -z "$codec" ] && printf '\nThe codec benchmark is not there: skipped.\n'
[ $loop = 0 ] && printf '\nNo libpcap: the bare loop is skipped.\n'
if [ -n "$codec" ]; then
	echo
	printf '%s\n' "$codec" | sed "s/^/codec: /"
fi
exit $bad
