# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""devices.py sentinel|firewall|dataset: device records against known homes.

Truths: the MAC that IoT Sentinel states for each device folder; the MACs and
addresses that the smart-home-firewall captures' authors state (the index of
the data folder carries them); devices.py of the IoT-Pcap-Dataset.  A truth
binds in those captures where tshark shows that the device announced itself
(ARP sender, or the client of a DHCP exchange).
"""
import ast
import os
import re
import sys

import captures
import records
import tshark


def announced(path):
    """(MACs, {(MAC, address)}) that ARP and DHCP announce, by tshark."""
    macs, pairs = set(), set()
    for row in tshark.rows(path):
        mac, ip = row.first('arp.src.hw_mac'), row.first(
            'arp.src.proto_ipv4')
        if mac and ip:
            macs.add(mac)
            if ip != '0.0.0.0':
                pairs.add((mac, ip))
        client = row.first('dhcp.hw.mac_addr')
        if client:
            macs.add(client)
            # 5 is DHCPACK (RFC 2132 section 9.6).
            if row.num('dhcp.option.dhcp') == 5 and \
                    row.first('dhcp.ip.your') not in (None, '0.0.0.0'):
                pairs.add((client, row.first('dhcp.ip.your')))
    return macs, pairs


def ours(path):
    recs = records.of_type(
        records.parse(records.spin_capture(path).out), 'device')
    return ({r['mac'] for r in recs if 'mac' in r},
            {(r['mac'], r['ip']) for r in recs if 'mac' in r and 'ip' in r})


def require(rep, path, macs, pairs):
    """Every named truth that the capture shows is in our records."""
    seen_macs, seen_pairs = announced(path)
    our_macs, our_pairs = ours(path)
    for mac in sorted(set(macs) & seen_macs):
        rep.seen += 1
        if mac not in our_macs:
            rep.bad(path, 'no device record of %s' % mac)
    for pair in sorted(set(pairs) & seen_pairs):
        rep.seen += 1
        if pair not in our_pairs:
            rep.bad(path, 'no device record of %s at %s' % pair)


def sentinel(rep):
    root = captures.data_dir()
    for path in captures.captures('iot/iot-sentinel/'):
        name = os.path.join(root, os.path.dirname(path),
                            '_iotdevice-mac.txt')
        with open(name, encoding='ascii') as f:
            mac = f.read().strip().lower()
        rep.seen += 1
        if mac not in ours(path)[0]:
            rep.bad(path, 'no device record of %s' % mac)


def firewall(rep):
    with open(os.path.join(captures.data_dir(), 'INDEX.md'),
              encoding='utf-8') as f:
        line = next(x for x in f if 'truth MAC/IP:' in x)
    stated = re.findall(r'((?:[0-9a-f]{2}:){5}[0-9a-f]{2})=(?:192\.168\.1)?'
                        r'\.(\d+)', line)
    pairs = [(mac, '192.168.1.' + low) for mac, low in stated]
    assert len(pairs) >= 5
    for path in captures.captures('iot/smart-home-firewall/'):
        require(rep, path, [mac for mac, ip in pairs], pairs)


def dataset(rep):
    name = os.path.join(captures.data_dir(),
                        'iot/iot-pcap-dataset/devices.py')
    with open(name, encoding='utf-8') as f:
        tree = ast.parse(f.read())
    home = next(ast.literal_eval(n.value) for n in tree.body
                if isinstance(n, ast.Assign) and
                n.targets[0].id == 'devices')
    for path in captures.captures('iot/iot-pcap-dataset/'):
        full = [d for d in home.values() if 'ether' in d and 'address' in d]
        # The device that the capture is about has to be there.
        about = home[os.path.basename(path)[:-len('.pcap')]]
        rep.seen += 1
        if (about['ether'].lower(), about['address']) not in ours(path)[1]:
            rep.bad(path, 'no device record of %s' % about)
        require(rep, path, [d['ether'].lower() for d in full],
                [(d['ether'].lower(), d['address']) for d in full])


def main():
    rep = records.Report('devices, ' + sys.argv[1])
    {'sentinel': sentinel, 'firewall': firewall,
     'dataset': dataset}[sys.argv[1]](rep)
    rep.end()


if __name__ == '__main__':
    main()
