# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# house_net.sh, a part of house.sh, which sources it and holds the
# manual: the internet and the gateway.

house_name()
{
	local name=$1 addr

	shift
	for addr in "$@"; do
		printf '%s %s\n' "$addr" "$name"
		case $addr in
		*:*) set -- "$addr/128" nodad ;;
		*) set -- "$addr/32" ;;
		esac
		ip -n "$(house_netns internet)" addr replace "$@" dev lo ||
			return 1
	done >"$HOUSE_DIR/hosts.d/$name"
}

house_alias()
{
	HOUSE_ALIASES="${HOUSE_ALIASES-}cname=$1,$2"$'\n'
}

house_drop()
{
	local addr fam

	for addr in "$@"; do
		fam=ip
		[ "${addr#*:}" = "$addr" ] || fam=ip6
		house_in internet nft add rule inet house in \
			"$fam" daddr "$addr" drop || return 1
	done
}

house__internet_net()
{
	local inet gw

	inet=$(house_netns internet)
	gw=$(house_netns gateway)
	ip link add eth0 netns "$inet" address 00:00:5e:00:53:03 \
		type veth peer name wan netns "$gw" \
		address 00:00:5e:00:53:02 &&
	ip -n "$inet" addr add 192.0.2.1/24 dev eth0 &&
	ip -n "$inet" addr add 2001:db8::1/64 dev eth0 nodad &&
	ip -n "$inet" link set eth0 up &&
	ip -n "$gw" addr add 192.0.2.2/24 dev wan &&
	ip -n "$gw" addr add 2001:db8::2/64 dev wan nodad &&
	ip -n "$gw" link set wan up &&
	ip -n "$gw" route add default via 192.0.2.1 &&
	ip -n "$gw" -6 route add default via 2001:db8::1 &&
	ip -n "$inet" -6 route add 2001:db8:8::/48 via 2001:db8::2 &&
	house_in internet nft 'add table inet house
		add chain inet house in { type filter hook input priority 0; }
		' || return 1
	house__no_offload internet eth0
	house__no_offload gateway wan
}

house__web()
{
	local dir=$HOUSE_DIR/internet

	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
		-nodes -days 3650 -subj /CN=www.example.com \
		-addext 'subjectAltName=DNS:*.example,DNS:*.example.com' \
		-keyout "$dir/key.pem" -out "$dir/cert.pem" \
		>/dev/null 2>&1 || house__err "openssl req" || return 1
	mkdir "$dir/www" "$dir/tmp"
	printf '<html><title>%s</title>%04096d</html>\n' example 0 \
		>"$dir/www/index.html"
	cat >"$dir/nginx.conf" <<END
daemon off;
master_process off;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events {
	worker_connections 256;
}
http {
	access_log off;
	server_tokens off;
	client_body_temp_path $dir/tmp/body;
	proxy_temp_path $dir/tmp/proxy;
	fastcgi_temp_path $dir/tmp/fastcgi;
	uwsgi_temp_path $dir/tmp/uwsgi;
	scgi_temp_path $dir/tmp/scgi;
	server {
		listen 80;
		listen [::]:80;
		listen 443 ssl;
		listen [::]:443 ssl;
		ssl_certificate $dir/cert.pem;
		ssl_certificate_key $dir/key.pem;
		root $dir/www;
		location /api/ {
			default_type application/json;
			return 200 '{"ok":true}';
		}
		location /upload/ {
			return 204;
		}
	}
}
END
	house_bg internet nginx -p "$dir" -c "$dir/nginx.conf" \
		-e "$dir/nginx.log"
}

house__mqtt()
{
	local dir=$HOUSE_DIR/internet

	cat >"$dir/mosquitto.conf" <<END
listener 1883
allow_anonymous true
persistence false
user root
END
	house_bg internet mosquitto -c "$dir/mosquitto.conf"
}

# -x: the clock is not ours to set; "local": serve it all the same.
house__ntp()
{
	local dir=$HOUSE_DIR/internet bin

	bin=$(house__bin chronyd) || return 1
	cat >"$dir/chrony.conf" <<END
local stratum 2
allow all
cmdport 0
bindcmdaddress /
pidfile $dir/chronyd.pid
END
	house_bg internet "$bin" -x -d -u root -f "$dir/chrony.conf"
}

# The record of type 65 (HTTPS, RFC 9460): priority 1, the name itself, alpn h2.
house__resolver()
{
	local dir=$HOUSE_DIR/internet bin

	bin=$(house__bin dnsmasq) || return 1
	cat >"$dir/dnsmasq.conf" <<END
keep-in-foreground
user=root
pid-file=$dir/dnsmasq.pid
log-facility=-
no-resolv
no-hosts
hostsdir=$HOUSE_DIR/hosts.d
listen-address=192.0.2.53,2001:db8:53::53
bind-interfaces
local=/example/test/example.com/example.net/example.org/arpa/
local-ttl=300
dns-rr=www.example.com,65,00010000010003026832
${HOUSE_ALIASES-}
END
	house_bg internet "$bin" -C "$dir/dnsmasq.conf"
}

house__internet_answers()
{
	[ "$(house_in internet dig +short +time=1 +tries=1 @192.0.2.53 \
		dns.isp.example A)" = 192.0.2.53 ] &&
	house_in internet curl -s -m 2 -o /dev/null http://192.0.2.1/ &&
	house_in internet mosquitto_pub -h 192.0.2.1 -t up -m 1
}

house__internet()
{
	house__internet_net || house__err "network of the internet" || return 1
	house_name dns.isp.example 192.0.2.53 2001:db8:53::53 || return 1
	house__resolver && house__web && house__mqtt && house__ntp || return 1
	house_until 10 house__internet_answers ||
		house__err "the servers of the internet do not answer"
}

house__gateway_net()
{
	local gw

	gw=$(house_netns gateway)
	# shellcheck disable=SC2016
	house_in gateway sh -c '
		cd /proc/sys/net || exit 1
		echo 1 >ipv4/ip_forward
		echo 1 >ipv6/conf/all/forwarding
		for f in bridge/bridge-nf-call-*tables; do
			! [ -e "$f" ] || echo 0 >"$f"
		done' &&
	ip -n "$gw" link add br-lan address 00:00:5e:00:53:01 \
		type bridge forward_delay 0 &&
	house_in gateway sh -c \
		'echo 0 >/proc/sys/net/ipv6/conf/br-lan/accept_dad' &&
	ip -n "$gw" addr add 192.168.8.1/24 brd + dev br-lan &&
	ip -n "$gw" addr add fd00:8::1/64 dev br-lan nodad &&
	ip -n "$gw" addr add 2001:db8:8::1/64 dev br-lan nodad &&
	ip -n "$gw" link set br-lan up || return 1
	house__no_offload gateway br-lan
}

house__firewall()
{
	house_in gateway nft '
		add table ip house_nat
		add chain ip house_nat out { type nat hook postrouting priority 100; }
		add rule ip house_nat out oifname wan masquerade
		add table inet house
		add chain inet house thru { type filter hook forward priority 0; }
		add rule inet house thru ct state established,related accept
		add rule inet house thru meta l4proto ipv6-icmp accept
		add rule inet house thru iifname wan drop'
}

house__dnsmasq()
{
	local dir=$HOUSE_DIR/gateway bin

	bin=$(house__bin dnsmasq) || return 1
	: >"$dir/leases"
	cat >"$dir/dnsmasq.conf" <<END
keep-in-foreground
user=root
pid-file=$dir/dnsmasq.pid
log-facility=-
no-resolv
no-hosts
interface=br-lan
bind-interfaces
server=192.0.2.53
domain-needed
domain=home.arpa
local=/home.arpa/
host-record=gateway.home.arpa,192.168.8.1,fd00:8::1
dhcp-range=192.168.8.100,192.168.8.199,$1
dhcp-range=fd00:8::1000,fd00:8::1fff,slaac,64,1h
dhcp-range=2001:db8:8::,ra-only,64,1h
dhcp-option=option6:dns-server,[fd00:8::1]
dhcp-hostsdir=$HOUSE_DIR/dhcp.d
dhcp-leasefile=$dir/leases
dhcp-authoritative
no-ping
enable-ra
ra-param=br-lan,60
END
	echo 'nameserver 192.168.8.1' >"$dir/resolv.conf"
	house_bg gateway "$bin" -C "$dir/dnsmasq.conf"
}

house__gateway_answers()
{
	[ "$(house_in gateway dig +short +time=1 +tries=1 @192.168.8.1 \
		gateway.home.arpa A)" = 192.168.8.1 ]
}
