# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# house.sh - a small home in network namespaces, for tests to source.
#
# A home is a gateway, a piece of internet behind it, and devices made of
# real clients:
#
#	internet ---- wan [gateway] br-lan ---- eth0 [lamp]
#	                                   ---- eth0 [camera] ...
#
#	gateway   dnsmasq on br-lan: DHCPv4, DNS (cached, from the resolver of
#	          the internet), router advertisements for two prefixes and
#	          DHCPv6; masquerading for IPv4, routing for IPv6, and a
#	          firewall that lets in only what was asked for.
#	          br-lan 00:00:5e:00:53:01, 192.168.8.1/24, fd00:8::1/64,
#	          2001:db8:8::1/64; wan 192.0.2.2/24, 2001:db8::2/64
#	internet  192.0.2.1 and 2001:db8::1 on eth0, and every address given to
#	          house_name on lo; on all of them a web server (80, and 443
#	          with a certificate nobody vouches for), an MQTT server (1883),
#	          an NTP server (123); the resolver is dns.isp.example,
#	          192.0.2.53 and 2001:db8:53::53. Port 8883 and all others are
#	          closed and refuse.
#	devices   as house_device makes them.
#
# Addresses are those of RFC 5737, RFC 3849, RFC 1918 and RFC 4193, MACs those
# of RFC 7042 section 2.1.2, names those of RFC 2606 and, in the home,
# home.arpa (RFC 8375). Namespaces are called spin<pid>-<name>, so homes of
# several test runs stand side by side. Nothing outside them is touched but
# one folder under ${TMPDIR:-/tmp} and the mount points of ip-netns(8).
#
#	. tests/lib/house.sh
#	house_can || skip "no home: $(house_can)"
#	house_up -t
#	house_capture_start /tmp/x.pcap br-lan
#	house_device lamp -a 192.168.8.21
#	house_in lamp curl -m 5 http://www.example.com/
#	house_capture_stop
#	house_down
#
# Every function returns 0 or says on stderr what went wrong and returns 1.
# State lives in files below $HOUSE_DIR, and HOUSE_DIR and HOUSE_PRE are
# exported: what one process has built (setup_file of bats), its children
# may use and end. house_up also sets LC_ALL=C and adds sbin to the PATH.
#
# house_can
#	Can a home be built here? If not, prints why and returns 1.
# house_up [-t] [-b] [-l SECONDS]
#	Builds gateway and internet and returns when their servers answer.
#	-t also sets a trap that takes the home down when the shell ends
#	(where the caller has a trap on EXIT of its own, as bats has, let that
#	one call house_down). -b builds a bare home: gateway only, its dnsmasq
#	without anybody to ask. -l is the DHCPv4 lease time, 120 or more;
#	clients renew after half of it. Homes whose shell died without
#	taking them down are removed first.
# house_down
#	Ends everything that was started, removes everything that was made.
#	May be called at any time, any number of times.
# house_device NAME [-m MAC] [-a IPV4] [-c dhclient|udhcpc|static|none]
#              [-H HOSTNAME] [-V CLASS] [-u URL] [-6] [-t] [-4]
#	Adds a device and returns once it has its addresses. NAME: up to 8
#	lower-case letters and digits. -m: default 00:00:5e:00:53:10 and
#	counting. -a: reserves (or with -c static sets) the address, else it
#	is one of .100 to .199. -c: the DHCP client, default dhclient; none
#	gives link-local IPv6 and nothing more. -H: host name it gives, the
#	default is NAME, '' gives none. -V: vendor class (udhcpc has one of
#	its own anyway). -u: MUD URL, in DHCPv4 option 161 and, with -6,
#	DHCPv6 option 112. -6: also runs a DHCPv6 client, needs dhclient.
#	-t: temporary IPv6 addresses (RFC 8981), as telephones have.
#	-4: no IPv6 at all.
# house_name NAME ADDRESS...
#	Lets the internet have the name and the addresses, served by all its
#	servers. Several names may share an address.
# house_alias NAME CANONICAL
#	A CNAME to a name that house_name made; before house_up only.
# house_drop ADDRESS...
#	The internet swallows what comes to these addresses.
# house_mdns NAME [TYPE PORT [TXT...]]
#	Starts an mDNS responder (avahi) for <NAME>.local in a device, which
#	announces the service, as in house_mdns printer _ipp._tcp 631
#	rp=ipp/print. Then avahi-resolve and avahi-browse also run there.
# house_ntp NAME SERVER
#	Asks the server for the time, by chronyd; sets no clock.
# house_in NAME COMMAND...
#	Runs the command in that place (gateway, internet or a device), at
#	most ${HOUSE_TIMEOUT:-30} seconds; status 124 then, or 137 if it had
#	to be killed.
# house_bg NAME COMMAND...
#	Starts it there in the background until house_down; the process is
#	$HOUSE_PID, its output in $HOUSE_DIR/NAME/log.
# house_job FUNCTION...
#	Runs a function of the calling shell in the background, ended by
#	house_down at the latest; $HOUSE_PID.
# house_stop PID
#	Ends what house_bg or house_job started with all its children that
#	stayed in its process group, and waits for that.
# house_until SECONDS COMMAND...
#	Repeats the command until it succeeds; 1 if it does not in time.
# house_addr NAME [4|6]
#	Prints a device's IPv4 address, or its stable IPv6 address of the
#	global prefix.
# house_mac NAME
#	Prints its MAC.
# house_netns NAME
#	Prints the name of its namespace, for ip-netns(8).
# house_capture_start FILE INTERFACE [TCPDUMP ARGUMENT...]
#	Records an interface of the gateway (br-lan, wan, p-<device>) and
#	returns when tcpdump is listening. One capture at a time.
# house_capture_stop
#	Ends it; the file is whole when this returns.
# house_log
#	Prints all logs, for the report of a failure.

HOUSE_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=SCRIPTDIR/house_net.sh
. "$HOUSE_LIB/house_net.sh"
# shellcheck source=SCRIPTDIR/house_device.sh
. "$HOUSE_LIB/house_device.sh"

# What the servers and clients are called, and the Debian packages they
# are in: iproute2 nftables ethtool dnsmasq-base nginx openssl chrony
# mosquitto mosquitto-clients isc-dhcp-client busybox curl bind9-dnsutils
# iputils-ping tcpdump avahi-daemon avahi-utils dbus-daemon
HOUSE_NEEDS="ip nft ethtool nsenter unshare timeout dnsmasq nginx openssl
	chronyd mosquitto mosquitto_pub dhclient busybox curl dig ping
	tcpdump avahi-daemon avahi-resolve dbus-daemon"

house__err()
{
	printf 'house: %s\n' "$*" >&2
	return 1
}

house_can()
{
	local prog missing=''

	for prog in $HOUSE_NEEDS; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$prog" >/dev/null ||
			missing="$missing $prog"
	done
	if [ -n "$missing" ]; then
		echo "programs missing:$missing"
		return 1
	fi
	if [ "$(id -u)" != 0 ]; then
		echo "needs root"
		return 1
	fi
	if ! [ -d /proc/sys/net/ipv6 ]; then
		echo "the kernel has no IPv6"
		return 1
	fi
	house__probe || {
		echo "cannot make namespaces with bridge, veth and nft here"
		return 1
	}
}

# Tries the real thing once; in containers the word of uname is worth little.
house__probe()
{
	local ns=spin$$-probe rc=0

	PATH=$PATH:/usr/sbin:/sbin
	ip netns add "$ns" 2>/dev/null || return 1
	{
		ip -n "$ns" link add br0 type bridge &&
		ip -n "$ns" link add a0 type veth peer name a1 &&
		ip netns exec "$ns" unshare -m -u true &&
		ip netns exec "$ns" nft 'add table ip t
			add chain ip t c { type nat hook postrouting priority 100; }
			add rule ip t c masquerade'
	} >/dev/null 2>&1 || rc=1
	ip netns del "$ns" || rc=1
	return $rc
}

# A pid alone may have been given to somebody else since: the start time
# (proc(5), stat field 22) makes sure that it is still the process meant.
house__started()
{
	local stat

	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	# shellcheck disable=SC2086
	set -- ${stat##*) }
	[ "$1" != Z ] || return 1
	echo "${20}"
}

house__record()
{
	printf '%s %s\n' "$1" "$(house__started "$1")" >>"$HOUSE_DIR/pids"
}

house__alive()
{
	local now

	now=$(house__started "$1") && grep -qx "$1 $now" "$HOUSE_DIR/pids"
}

house__gone()
{
	! house__alive "$1"
}

# Each is the leader of a process group, see house__spawn.
house__kill()
{
	kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || :
}

house_stop()
{
	house__alive "$1" || return 0
	house__kill TERM "$1"
	house_until 5 house__gone "$1" && return 0
	house__kill KILL "$1"
	house_until 5 house__gone "$1" || house__err "process $1 does not end"
}

house_until()
{
	local end=$((SECONDS + $1 + 1))

	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

house__enter()
{
	local holder

	{ read -r holder <"$HOUSE_DIR/$1/holder"; } 2>/dev/null ||
		house__err "no such place: $1" || return 1
	shift
	exec nsenter --target "$holder" --net --mount --uts \
		--wd="$PWD" -- "$@"
}

house_in()
{
	local place=$1

	shift
	(house__enter "$place" timeout -k 2 "${HOUSE_TIMEOUT:-30}" "$@")
}

# With job control on, the process leads a group of its own, in which its
# children can be found and which no ^C at the terminal reaches. Descriptor 3
# is where bats waits for all children to close it.
house__spawn()
{
	local log=$1 flags=$-

	shift
	set -m
	(trap - EXIT HUP INT TERM; "$@") </dev/null 3>&- >>"$log" 2>&1 &
	HOUSE_PID=$!
	case $flags in
	*m*) ;;
	*) set +m ;;
	esac
	house__record "$HOUSE_PID"
	disown "$HOUSE_PID" 2>/dev/null || :
}

house_bg()
{
	[ -s "$HOUSE_DIR/$1/holder" ] ||
		house__err "no such place: $1" || return 1
	house__spawn "$HOUSE_DIR/$1/log" house__enter "$@"
}

house_job()
{
	house__spawn "$HOUSE_DIR/log" "$@"
}

# Programs are started from copies where the system may confine the
# installed ones (AppArmor goes by path) to their own files.
house__bin()
{
	local copy=$HOUSE_DIR/bin/$1

	[ -x "$copy" ] || cp "$(command -v "$1")" "$copy" || return 1
	echo "$copy"
}

house_netns()
{
	echo "$HOUSE_PRE-$1"
}

# A place has its own network, host name, /run and resolv.conf. A sleeping
# process, the holder, keeps the latter three alive; $$ in the inner shell
# stays the pid through both execs.
house__place()
{
	local dir=$HOUSE_DIR/$1 ns

	ns=$(house_netns "$1")
	mkdir "$dir" || return 1
	: >"$dir/resolv.conf"
	printf '127.0.0.1 localhost\n::1 localhost\n' >"$dir/hosts"
	printf 'hosts: files dns\n' >"$dir/nsswitch.conf"
	ip netns add "$ns" || return 1
	ip -n "$ns" link set lo up || return 1
	house__spawn "$dir/log" ip netns exec "$ns" \
		unshare --mount --uts --propagation private \
		sh "$HOUSE_DIR/place.sh" "$dir" "$1"
	house_until 5 test -s "$dir/holder" ||
		house__err "place $1: $(cat "$dir/log")"
}

house__write_place_sh()
{
	cat >"$HOUSE_DIR/place.sh" <<'END'
set -e
dir=$1
echo "$2" >/proc/sys/kernel/hostname
mount -t tmpfs none /run
for f in resolv.conf hosts nsswitch.conf; do
	at=$(readlink -m "/etc/$f")
	if ! [ -e "$at" ]; then
		mkdir -p "${at%/*}"
		: >"$at"
	fi
	mount --bind "$dir/$f" "$at"
done
for key in accept_dad=1 accept_ra=1 autoconf=1 disable_ipv6=0 \
    addr_gen_mode=0 use_tempaddr=0; do
	echo "${key#*=}" >"/proc/sys/net/ipv6/conf/default/${key%=*}"
done
echo $$ >"$dir/holder.new"
mv "$dir/holder.new" "$dir/holder"
exec sleep 2147483647
END
}

# The kernel hands over segments larger than any wire carries, with
# checksums not yet made; a capture should show what a wire would.
house__no_offload()
{
	house_in "$1" ethtool -K "$2" tx off rx off tso off gso off gro off \
		>/dev/null 2>&1
	return 0
}

# Whatever lives in a namespace of ours is ours.
house__remove_ns()
{
	local pid tries

	for tries in 1 2 3; do
		for pid in $(ip netns pids "$1" 2>/dev/null); do
			kill -KILL "$pid" 2>/dev/null || :
		done
		[ -n "$(ip netns pids "$1" 2>/dev/null)" ] || break
		sleep "0.$tries"
	done
	ip netns del "$1"
}

house__namespaces()
{
	ip netns list | sed -n 's/^\(spin[0-9][0-9]*-[a-z0-9]*\).*/\1/p'
}

house__kill_recorded()
{
	local pid

	[ -s "$HOUSE_DIR/pids" ] || return 0
	while read -r pid _; do
		house__gone "$pid" || house__kill "$1" "$pid"
	done <"$HOUSE_DIR/pids"
}

# Only folders that are our own: the record in them says whom to kill.
house__sweep()
{
	local ns pid HOUSE_DIR

	for ns in $(house__namespaces); do
		pid=${ns%%-*}
		pid=${pid#spin}
		[ -d "/proc/$pid" ] && continue
		for HOUSE_DIR in "${TMPDIR:-/tmp}/spin-house.$pid".*; do
			[ -O "$HOUSE_DIR" ] || continue
			house__kill_recorded KILL
			rm -rf "$HOUSE_DIR"
		done
		house__remove_ns "$ns" 2>/dev/null
	done
	return 0
}

house_up()
{
	local opt bare='' lease=120 OPTIND=1

	while getopts tbl: opt; do
		case $opt in
		t) trap house_down EXIT
		   trap 'exit 129' HUP
		   trap 'exit 130' INT
		   trap 'exit 143' TERM ;;
		b) bare=1 ;;
		l) lease=$OPTARG ;;
		*) return 1 ;;
		esac
	done
	[ -z "${HOUSE_DIR-}" ] || house__err "already up" || return 1
	export LC_ALL=C
	PATH=$PATH:/usr/sbin:/sbin
	house__sweep
	HOUSE_PRE=spin$$
	HOUSE_DIR=$(mktemp -d "${TMPDIR:-/tmp}/spin-house.$$.XXXXXX") ||
		return 1
	export HOUSE_DIR HOUSE_PRE
	mkdir "$HOUSE_DIR/bin" "$HOUSE_DIR/hosts.d" "$HOUSE_DIR/dhcp.d"
	: >"$HOUSE_DIR/pids"
	: >"$HOUSE_DIR/log"
	house__write_place_sh
	house__build "$lease" "$bare" && return 0
	house_log >&2
	house_down
	return 1
}

house__build()
{
	house__place gateway && house__gateway_net || return 1
	if [ -z "$2" ]; then
		house__place internet && house__internet &&
		house__firewall || return 1
	fi
	house__dnsmasq "$1" || return 1
	house_until 10 house__gateway_answers ||
		house__err "the gateway does not answer"
}

house_down()
{
	local pid ns rc=0

	[ -n "${HOUSE_DIR-}" ] && [ -d "$HOUSE_DIR" ] || return 0
	house__kill_recorded TERM
	for ns in $(house__namespaces); do
		case $ns in
		"$HOUSE_PRE"-*) house__remove_ns "$ns" || rc=1 ;;
		esac
	done
	if [ -s "$HOUSE_DIR/pids" ]; then
		while read -r pid _; do
			house_stop "$pid" || rc=1
		done <"$HOUSE_DIR/pids"
	fi
	rm -rf "$HOUSE_DIR"
	unset HOUSE_DIR HOUSE_PRE
	return $rc
}

house_log()
{
	local f

	for f in "$HOUSE_DIR/log" "$HOUSE_DIR"/*/log; do
		[ -s "$f" ] || continue
		echo "== ${f#"$HOUSE_DIR"/}"
		cat "$f"
	done
}

# Immediate mode, because a block not yet full is lost when tcpdump ends.
house_capture_start()
{
	local file=$1 dev=$2 dir=$HOUSE_DIR/gateway bin

	shift 2
	[ "${file#/}" != "$file" ] || file=$PWD/$file
	[ ! -s "$dir/tcpdump.pid" ] || house__err "a capture is running" ||
		return 1
	bin=$(house__bin tcpdump) || return 1
	: >"$dir/tcpdump.log"
	# shellcheck disable=SC2016
	house_bg gateway sh -c 'exec >"$0" 2>&1; exec "$@"' \
		"$dir/tcpdump.log" "$bin" -i "$dev" -n -U -Z root \
		--immediate-mode -w "$file" "$@" || return 1
	echo "$HOUSE_PID" >"$dir/tcpdump.pid"
	house_until 5 grep -q 'listening on' "$dir/tcpdump.log" && return 0
	house_stop "$HOUSE_PID"
	rm "$dir/tcpdump.pid"
	house__err "$(cat "$dir/tcpdump.log")"
}

house_capture_stop()
{
	local dir=$HOUSE_DIR/gateway pid

	{ read -r pid <"$dir/tcpdump.pid"; } 2>/dev/null || return 0
	sleep 0.2
	house_stop "$pid" || return 1
	rm "$dir/tcpdump.pid"
	if ! grep -q '^0 packets dropped by kernel' "$dir/tcpdump.log"; then
		house__err "tcpdump: $(tail -n 3 "$dir/tcpdump.log")"
	fi
}
