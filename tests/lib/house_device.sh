# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# house_device.sh, a part of house.sh, which sources it and holds the
# manual: devices and their DHCP clients.

house_mac()
{
	cat "$HOUSE_DIR/$1/mac"
}

house_addr()
{
	local ns

	ns=$(house_netns "$1")
	if [ "${2-4}" = 6 ]; then
		set -- -6 to 2001:db8:8::/48
	else
		set -- -4
	fi
	ip -n "$ns" -o "$1" addr show dev eth0 scope global "${@:2}" |
		awk '!/temporary|tentative/ {
			sub("/.*", "", $4); print $4; found = 1; exit
		} END { exit !found }'
}

# The port of the bridge gets a MAC from the documentation range too: random
# ones would be in no list of what is in the house.
house__wire()
{
	local name=$1 mac=$2 ns gw n

	ns=$(house_netns "$name")
	gw=$(house_netns gateway)
	n=$(printf '%02x' $((0x80 + $3)))
	ip link add eth0 netns "$ns" address "$mac" \
		type veth peer name "p-$name" netns "$gw" \
		address "00:00:5e:00:53:$n" &&
	ip -n "$gw" link set "p-$name" addrgenmode none master br-lan up ||
		return 1
	house__no_offload "$name" eth0
	house__no_offload gateway "p-$name"
}

# None of our values has a quote in it, so dhclient.conf(5) needs no escaping.
house__dhclient4_conf()
{
	local host=$1 class=$2 url=$3

	cat <<END
timeout 20;
retry 5;
initial-interval 2;
option mud-url code 161 = text;
request subnet-mask, broadcast-address, routers, domain-name,
	domain-name-servers, host-name, ntp-servers, interface-mtu;
END
	[ -z "$host" ] || echo "send host-name \"$host\";"
	[ -z "$class" ] || echo "send vendor-class-identifier \"$class\";"
	[ -z "$url" ] || echo "send mud-url \"$url\";"
}

house__dhclient6_conf()
{
	local host=$1 url=$3

	cat <<END
timeout 20;
option dhcp6.mud-url code 112 = text;
also request dhcp6.name-servers;
END
	[ -z "$host" ] || echo "send fqdn.fqdn \"$host.home.arpa.\";"
	[ -z "$url" ] || echo "send dhcp6.mud-url \"$url\";"
}

house__dhclient()
{
	local name=$1 fam=$2 dir=$HOUSE_DIR/$1 bin

	bin=$(house__bin dhclient) || return 1
	shift 2
	"house__dhclient${fam}_conf" "$@" >"$dir/dhclient$fam.conf"
	: >"$dir/leases$fam"
	house_bg "$name" "$bin" "-$fam" -d -1 -cf "$dir/dhclient$fam.conf" \
		-lf "$dir/leases$fam" -pf "$dir/dhclient$fam.pid" \
		-sf "$HOUSE_DIR/bin/house_dhcp" -e "HOUSE_PLACE=$dir" eth0
}

house__hex()
{
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'
}

house__udhcpc()
{
	local name=$1 host=$2 class=$3 url=$4

	set -- -f -i eth0 -t 10 -T 2 -R -s "$HOUSE_DIR/bin/house_dhcp"
	[ -z "$host" ] || set -- "$@" -x "hostname:$host"
	[ -z "$class" ] || set -- "$@" -V "$class"
	[ -z "$url" ] || set -- "$@" -x "0xa1:$(house__hex "$url")"
	house_bg "$name" env "HOUSE_PLACE=$HOUSE_DIR/$name" \
		busybox udhcpc "$@"
}

house__static()
{
	local ns

	ns=$(house_netns "$1")
	[ -n "$2" ] || house__err "$1: static needs -a" || return 1
	echo 'nameserver 192.168.8.1' >"$HOUSE_DIR/$1/resolv.conf"
	ip -n "$ns" addr add "$2/24" brd + dev eth0 &&
	ip -n "$ns" route add default via 192.168.8.1
}

house__v6_ready()
{
	ip -n "$(house_netns "$1")" -6 -o addr show dev eth0 scope link |
		grep -v tentative | grep -q fe80
}

house_device()
{
	local name=$1 mac='' ip='' client=dhclient host class='' url=''
	local six='' temp='' four='' opt n OPTIND=1

	host=$name
	shift
	while getopts m:a:c:H:V:u:6t4 opt; do
		case $opt in
		m) mac=$OPTARG ;;
		a) ip=$OPTARG ;;
		c) client=$OPTARG ;;
		H) host=$OPTARG ;;
		V) class=$OPTARG ;;
		u) url=$OPTARG ;;
		6) six=1 ;;
		t) temp=2 ;;
		4) four=1 ;;
		*) return 1 ;;
		esac
	done
	case $name in
	''|*[!a-z0-9]*|?????????*)
		house__err "not a device name: $name" || return 1 ;;
	esac
	n=$(find "$HOUSE_DIR" -path "$HOUSE_DIR/*/mac" | wc -l)
	mac=${mac:-$(printf '00:00:5e:00:53:%02x' $((0x10 + n)))}
	house__place "$name" || return 1
	echo "$mac" >"$HOUSE_DIR/$name/mac"
	house__wire "$name" "$mac" "$n" || return 1
	[ -z "$four$temp" ] || house_in "$name" sh -c "
		cd /proc/sys/net/ipv6/conf/eth0 || exit 1
		echo ${temp:-0} >use_tempaddr
		echo ${four:-0} >disable_ipv6" || return 1
	[ -z "$ip" ] || [ "$client" = static ] || {
		echo "$mac,$ip,[::${ip##*.}]" >"$HOUSE_DIR/dhcp.d/$name"
		sleep 0.2
	}
	[ -x "$HOUSE_DIR/bin/house_dhcp" ] || {
		cp "$HOUSE_LIB/house_dhcp.sh" "$HOUSE_DIR/bin/house_dhcp" &&
		chmod 755 "$HOUSE_DIR/bin/house_dhcp" || return 1
	}
	ip -n "$(house_netns "$name")" link set eth0 up || return 1
	case $client in
	dhclient) house__dhclient "$name" 4 "$host" "$class" "$url" ;;
	udhcpc) house__udhcpc "$name" "$host" "$class" "$url" ;;
	static) house__static "$name" "$ip" ;;
	none) return 0 ;;
	*) house__err "no such client: $client" ;;
	esac || return 1
	[ -z "$six" ] || {
		house_until 10 house__v6_ready "$name" &&
		house__dhclient "$name" 6 "$host" "$class" "$url" || return 1
	}
	house_until 20 house_addr "$name" 4 ||
		house__err "$name got no IPv4 address" || return 1
	[ -n "$four" ] || house_until 20 house_addr "$name" 6 ||
		house__err "$name got no IPv6 address"
}

# The bus has the address of the system's, in this place's own /run.
house__write_bus_conf()
{
	cat >"$1" <<END
<busconfig>
<type>system</type>
<listen>unix:path=/run/dbus/system_bus_socket</listen>
<auth>EXTERNAL</auth>
<policy context="default">
<allow user="*"/>
<allow own="*"/>
<allow send_type="method_call"/>
<allow send_type="method_return"/>
<allow send_type="error"/>
<allow send_type="signal"/>
<allow receive_type="method_call"/>
<allow receive_type="method_return"/>
<allow receive_type="error"/>
<allow receive_type="signal"/>
</policy>
</busconfig>
END
}

house__write_service()
{
	local file=$1 name=$2 type=$3 port=$4 txt

	shift 4
	{
		echo "<service-group><name>$name</name><service>"
		echo "<type>$type</type><port>$port</port>"
		for txt in "$@"; do
			echo "<txt-record>$txt</txt-record>"
		done
		echo "</service></service-group>"
	} >"$file"
}

house_mdns()
{
	local name=$1 dir=$HOUSE_DIR/$1

	shift
	mkdir "$dir/avahi" || return 1
	[ $# -eq 0 ] || house__write_service "$dir/avahi/one.service" \
		"$name" "$@"
	cat >"$dir/avahi.conf" <<END
[server]
host-name=$name
domain-name=local
use-ipv4=yes
use-ipv6=yes
allow-interfaces=eth0
enable-dbus=yes
[publish]
publish-hinfo=no
publish-workstation=no
END
	house__write_bus_conf "$dir/bus.conf"
	house_in "$name" sh -c "
		mkdir -p /run/dbus /run/avahi-daemon &&
		mount --bind '$dir/avahi' /etc/avahi/services" || return 1
	house_bg "$name" dbus-daemon --config-file="$dir/bus.conf" \
		--nofork --nopidfile || return 1
	house_until 5 house_in "$name" test -S /run/dbus/system_bus_socket ||
		return 1
	house_bg "$name" avahi-daemon -f "$dir/avahi.conf" \
		--no-drop-root --no-chroot --no-rlimits || return 1
	house_until 10 house_in "$name" avahi-daemon --check
}

house_ntp()
{
	local bin

	bin=$(house__bin chronyd) || return 1
	house_in "$1" "$bin" -x -Q -t 8 -u root \
		"pidfile $HOUSE_DIR/$1/chronyd.pid" 'cmdport 0' \
		'bindcmdaddress /' "server $2 iburst maxsamples 1"
}
