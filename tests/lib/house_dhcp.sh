#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# What dhclient and udhcpc call when an address comes or goes, in the places
# of house.sh. dhclient tells by $reason and $new_*, udhcpc by $1 and its own
# names. $HOUSE_PLACE is the folder that holds this place's resolv.conf,
# which is bound over /etc/resolv.conf, so it is written, never replaced.
#
# shellcheck disable=SC2154  # all of these come from the environment

resolver()
{
	: >"$HOUSE_PLACE/resolv.conf"
	for s in "$@"; do
		echo "nameserver $s" >>"$HOUSE_PLACE/resolv.conf"
	done
}

case ${reason:-$1} in
PREINIT|PREINIT6|deconfig)
	ip link set "$interface" up
	;;
BOUND|RENEW|REBIND|REBOOT)
	ip addr replace "$new_ip_address/$new_subnet_mask" \
		broadcast "$new_broadcast_address" dev "$interface"
	ip route replace default via "${new_routers%% *}"
	# shellcheck disable=SC2086
	resolver $new_domain_name_servers
	;;
bound|renew)
	ip addr replace "$ip/$mask" broadcast "$broadcast" dev "$interface"
	ip route replace default via "${router%% *}"
	# shellcheck disable=SC2086
	resolver $dns
	;;
BOUND6|RENEW6|REBIND6)
	ip -6 addr replace "$new_ip6_address/128" dev "$interface"
	;;
esac
exit 0
