#!/bin/bash
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# record.sh [-d SECONDS] [-o FOLDER]
#
# Lives in the home of tests/lib/house.sh for some minutes and records what
# passes its gateway's bridge. Writes home.pcap, home.devices, home.names and
# home.peers into the folder (default tests/fixtures), whose README.md says
# what they are. Needs root and the programs that house_can names. With
# RECORD_LOG=FILE, what servers and clients said goes there.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/../lib/house.sh
. "$here/../lib/house.sh"

duration=180
out=$here/../fixtures
while getopts d:o: opt; do
	case $opt in
	d) duration=$OPTARG ;;
	o) out=$OPTARG ;;
	*) exit 2 ;;
	esac
done
export HOUSE_TIMEOUT=10

every()
{
	local period=$1 end=$((SECONDS + $1))

	shift
	while :; do
		"$@" || :
		[ "$SECONDS" -ge "$end" ] || sleep $((end - SECONDS))
		end=$((end + period))
	done
}

after()
{
	sleep "$1"
	shift
	"$@"
}

get()
{
	local name=$1

	shift
	house_in "$name" curl -s -k -m 6 -o /dev/null "$@"
}

# The truth of home.names: a name and its addresses.
names()
{
	cat <<-END
	www.example.com 198.51.100.10 198.51.100.11 2001:db8:100::10
	www.example.net 198.51.100.20 2001:db8:100::20
	edge.cdn.example.net 198.51.100.80 2001:db8:100::80
	img.shop.example 198.51.100.80 2001:db8:100::80
	old.example.org 198.51.100.60 2001:db8:100::60
	broker.example.net 203.0.113.10
	upload.camera.example 203.0.113.30 2001:db8:113::30
	api.plug.example 203.0.113.40
	telemetry.plug.example 203.0.113.41
	update.printer.example 203.0.113.99
	time.example 203.0.113.123 2001:db8:113::123
	resolver.camera.example 203.0.113.98
	END
}

aliases()
{
	cat <<-END
	cloud.lamp.example broker.example.net
	www.news.example edge.cdn.example.net
	www.shop.example edge.cdn.example.net
	END
}

# The truth of home.peers: who talks to whom, as the functions below do.
peers()
{
	cat <<-END
	lamp cloud.lamp.example tcp 1883 yes
	lamp time.example udp 123 yes
	camera upload.camera.example tcp 80 yes
	camera 203.0.113.98 udp 53 no
	plug api.plug.example tcp 443 yes
	plug telemetry.plug.example tcp 8883 refused
	printer update.printer.example tcp 443 no
	phone www.news.example tcp 443 yes
	phone www.example.com tcp 443 yes
	phone www.shop.example tcp 443 yes
	phone img.shop.example tcp 443 yes
	phone www.example.net tcp 80 yes
	phone www.example.net icmp6 - yes
	phone 192.168.8.1 icmp - yes
	phone old.example.org tcp 80 yes
	phone camera.home.arpa tcp 80 yes
	phone printer.local tcp 631 yes
	END
}

lamp_tells()
{
	house_in lamp mosquitto_pub -h cloud.lamp.example -i lamp-pub -q 1 \
		-t lamp/state -m '{"on":true,"level":80}'
}

lamp_asks_time()
{
	house_ntp lamp time.example
}

camera_uploads()
{
	get camera --data-binary "@$HOUSE_DIR/snapshot" \
		http://upload.camera.example/upload/
}

# A resolver that the maker wired in and that is long gone.
camera_asks_old_resolver()
{
	house_in camera dig +tries=1 +time=2 @203.0.113.98 time.example
}

camera_seeks_firmware()
{
	get camera http://firmware.camera.example/latest
}

plug_polls()
{
	get plug https://api.plug.example/api/state
}

plug_reports()
{
	get plug https://telemetry.plug.example:8883/
}

printer_seeks_update()
{
	get printer -m 4 https://update.printer.example/
}

phone_reads_news()
{
	house_in phone dig +short @fd00:8::1 www.news.example HTTPS
	get phone https://www.news.example/
	get phone https://www.example.com/
}

phone_shops()
{
	house_in phone dig +short www.example.com HTTPS
	get phone https://www.shop.example/
	get phone https://img.shop.example/
	get phone -4 http://www.example.net/
}

phone_visits_old_site()
{
	get phone http://old.example.org/
}

phone_looks_at_camera()
{
	get phone http://camera.home.arpa/
}

phone_pings()
{
	house_in phone ping -c 3 -W 2 192.168.8.1
	house_in phone ping -6 -c 3 -W 2 www.example.net
}

phone_prints()
{
	local ip

	house_in phone avahi-browse -rt _ipp._tcp
	ip=$(house_in phone avahi-resolve -4 -n printer.local | cut -f 2)
	get phone --data-binary "@$HOUSE_DIR/page" "http://$ip:631/"
}

phone_seeks_proxy()
{
	house_in phone dig +short wpad.home.arpa
	house_in phone dig +tcp +short www.example.com
}

move_in()
{
	house_device lamp -a 192.168.8.21 -m 00:00:5e:00:53:21 \
		-V 'Example Lamp 1.0' -u https://lamp.example/mud/lamp.json
	house_device camera -a 192.168.8.22 -m 00:00:5e:00:53:22 -c udhcpc
	house_device plug -a 192.168.8.23 -m 00:00:5e:00:53:23 -c udhcpc -4 \
		-V 'Example Plug 2' -u https://plug.example/mud/plug.json
	house_device printer -a 192.168.8.24 -m 00:00:5e:00:53:24 -6 \
		-u https://printer.example/mud/printer.json
	house_device phone -a 192.168.8.25 -m 00:00:5e:00:53:25 -t
	mkdir "$HOUSE_DIR/camera/www" "$HOUSE_DIR/printer/www"
	echo '<html>camera</html>' >"$HOUSE_DIR/camera/www/index.html"
	echo '<html>printer</html>' >"$HOUSE_DIR/printer/www/index.html"
	house_bg camera busybox httpd -f -p 80 -h "$HOUSE_DIR/camera/www"
	house_bg printer busybox httpd -f -p 631 -h "$HOUSE_DIR/printer/www"
	house_mdns printer _ipp._tcp 631 rp=ipp/print ty=Example
	house_mdns phone
}

live()
{
	house_bg lamp mosquitto_sub -h cloud.lamp.example -i lamp -k 30 \
		-t lamp/set
	house_job every 20 lamp_tells
	house_job every 64 lamp_asks_time
	house_job every 30 camera_uploads
	house_job every 70 camera_asks_old_resolver
	house_job every 15 plug_polls
	house_job after 8 every 60 plug_reports
	house_job after 5 every 40 phone_reads_news
	house_job after 12 every 50 phone_shops
	house_job after 3 every 25 phone_looks_at_camera
	house_job after 25 every 90 phone_prints
	house_job after 33 every 75 phone_pings
	house_job after 10 every 80 phone_seeks_proxy
	house_job after 18 every 100 phone_visits_old_site
	house_job after 15 every 85 printer_seeks_update
	house_job after 20 every 95 camera_seeks_firmware
}

device_line()
{
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$(house_mac "$1")" \
		"$(house_addr "$1" 4)" "$(house_addr "$1" 6 || echo -)" "$2"
}

devices()
{
	printf '# name\tmac\tipv4\tipv6\twhat\n'
	printf 'gateway\t00:00:5e:00:53:01\t192.168.8.1\t2001:db8:8::1\t%s\n' \
		'DHCP, DNS and router advertisements for the home'
	device_line lamp 'publishes over MQTT, asks NTP; MUD URL in DHCP'
	device_line camera 'uploads pictures, serves them on port 80'
	device_line plug 'polls its cloud; no IPv6; MUD URL in DHCP'
	device_line printer 'announces _ipp._tcp by mDNS; DHCPv6 and MUD URL'
	device_line phone 'browses, looks at the camera, prints'
}

house_can || exit 1
while read -r alias canonical; do
	house_alias "$alias" "$canonical"
done < <(aliases)
house_up -t
while read -ra line; do
	house_name "${line[@]}"
done < <(names)
house_drop 203.0.113.98 203.0.113.99 2001:db8:100::60
head -c 4000 /dev/zero | tr '\0' x >"$HOUSE_DIR/snapshot"
head -c 2500 /dev/zero | tr '\0' x >"$HOUSE_DIR/page"

house_capture_start "$HOUSE_DIR/home.pcap" br-lan
echo "recording $duration seconds"
SECONDS=0
move_in
live
[ "$SECONDS" -ge "$duration" ] || sleep $((duration - SECONDS))
house_capture_stop
devices >"$HOUSE_DIR/home.devices"
{ names; aliases; } | tr ' ' '\t' >"$HOUSE_DIR/home.names"
peers | tr ' ' '\t' >"$HOUSE_DIR/home.peers"
cp "$HOUSE_DIR"/home.* "$out/"
house_log >"${RECORD_LOG:-/dev/null}"
