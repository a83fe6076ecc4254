# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""The devices of known homes in digests, and the names of their peers.

Truths: the MACs and addresses that the owners of the homes state (as in
devices.py); tshark's packets, added up by MAC; tshark's DNS fields
(dig_names.py); the Public Suffix List (dig_psl.py).
"""
import ast
import collections
import ipaddress
import os
import re

import captures
import dig_names
import dig_psl
import dig_run
import flows
import records

PRIVATE = [ipaddress.ip_network(n) for n in (
    '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')]


def sentinel():
    """(captures, {capture: {MAC: address or None}})"""
    root, res = captures.data_dir(), {}
    for path in captures.captures('iot/iot-sentinel/'):
        name = os.path.join(root, os.path.dirname(path),
                            '_iotdevice-mac.txt')
        with open(name, encoding='ascii') as f:
            res[path] = {f.read().strip().lower(): None}
    return res


def firewall():
    with open(os.path.join(captures.data_dir(), 'INDEX.md'),
              encoding='utf-8') as f:
        line = next(x for x in f if 'truth MAC/IP:' in x)
    stated = {mac: '192.168.1.' + low for mac, low in re.findall(
        r'((?:[0-9a-f]{2}:){5}[0-9a-f]{2})=(?:192\.168\.1)?\.(\d+)', line)}
    assert len(stated) >= 5
    return {path: stated
            for path in captures.captures('iot/smart-home-firewall/')}


def dataset():
    name = os.path.join(captures.data_dir(),
                        'iot/iot-pcap-dataset/devices.py')
    with open(name, encoding='utf-8') as f:
        tree = ast.parse(f.read())
    home = next(ast.literal_eval(n.value) for n in tree.body
                if isinstance(n, ast.Assign) and
                n.targets[0].id == 'devices')
    stated = {d['ether'].lower(): d['address'] for d in home.values()
              if 'ether' in d and 'address' in d}
    return {path: stated
            for path in captures.captures('iot/iot-pcap-dataset/')}


def mud():
    """The captures named after the devices of the README."""
    root = os.path.join(captures.data_dir(), 'iot/ss-for-iot-MUD')
    with open(os.path.join(root, 'README.md'), encoding='utf-8') as f:
        text = f.read()
    stated = dict(re.findall(r'nickname `(.*?)`\n- MAC `(.*?)`', text))
    res = {}
    for path in captures.captures('iot/ss-for-iot-MUD/'):
        name = os.path.splitext(os.path.basename(path))[0]
        res[path] = {stated[name]: None}
    return res


HOMES = {'sentinel': sentinel, 'firewall': firewall, 'dataset': dataset,
         'mud': mud}


def is_group(text):
    addr = ipaddress.ip_address(text)
    return addr.is_multicast or text == '255.255.255.255'


def account(path, macs):
    """{MAC: [packets out, bytes out, packets in, bytes in]} by tshark.

    Without what goes to groups: devices that have no address yet share the
    flow from 0.0.0.0 to everybody, and so one of them has it all; and access
    points send what is for groups to each station.
    """
    res = {m: [0, 0, 0, 0] for m in macs}
    for frame in dig_names.frames(path):
        ip = flows.Outer(frame.row)
        if not ip.ok or int(frame.dst[:2], 16) & 1 or is_group(ip.dst):
            continue
        for mac, at in ((frame.src, 0), (frame.dst, 2)):
            if mac in res:
                res[mac][at] += 1
                res[mac][at + 1] += ip.size
    return {m: v for m, v in res.items() if any(v)}


def check_devices(path, stated, data, rep):
    """Each device's account is what its MAC sent and got."""
    rows = dig_run.digests(
        dig_run.spin_dig(data, '--by=device', '--total', '--where='
                         'where!=multicast and where!=broadcast'), rep, path)
    have = {r['device']: [r.get(k, 0) for k in (
        'pkts_out', 'bytes_out', 'pkts_in', 'bytes_in')] for r in rows}
    if len(have) != len(rows):
        rep.bad(path, 'a device twice in the sums of one window')
    want = account(path, stated)
    if not want:
        return
    for mac, sums in sorted(want.items()):
        rep.seen += 1
        if have.get(mac) != sums:
            rep.bad(path, '%s: tshark has packets and bytes out and in %s, '
                    'digests %s' % (mac, sums, have.get(mac)))


def check_addresses(path, stated, data, rep):
    """The table shows each device's MAC, with its address beside it.

    Bound where tshark shows that it sends from there.
    """
    used = set()
    for frame in dig_names.frames(path):
        if frame.src in stated:
            ip = flows.Outer(frame.row)
            if ip.ok and stated[frame.src] in (None, ip.src) and \
                    is_private(ipaddress.ip_address(ip.src)):
                used.add((frame.src, ip.src))
    text = dig_run.spin_dig(data, '-p', '--total', '--width=300',
                            '--top=1').out.decode().split('\n')
    for mac, addr in sorted(used):
        rep.seen += 1
        # The MAC stands in the heading of a device without a name, else
        # with the addresses in the line below.
        near = [' '.join(text[i:i + 2]).split() for i, x in enumerate(text)
                if mac in x.split()]
        if not any(addr in words for words in near):
            rep.bad(path, '-p does not show %s with %s' % (mac, addr))


def is_private(addr):
    return addr.version == 4 and any(addr in n for n in PRIVATE)


def outside(addr):
    """An IPv4 address of the internet, by IANA's registry."""
    return addr.version == 4 and addr.is_global and not addr.is_multicast


class Ends:
    """What is certain of a flow: of one from a home to the internet."""

    def __init__(self, r):
        src = ipaddress.ip_address(r['src'])
        dst = ipaddress.ip_address(r['dst'])
        self.sure = False
        for home, far, mac, at in (
                (src, dst, r.get('src_mac'), 'src'),
                (dst, src, r.get('dst_mac'), 'dst')):
            if is_private(home) and outside(far):
                self.sure = True
                self.home, self.far, self.mac = home, far.compressed, mac
                self.at = at


def check_ends(path, stated, r, ends, rep):
    """Whose flow it is, and that the other end is the internet."""
    if r.get('where') != 'internet':
        rep.bad(path, 'where: %s' % r)
    if r.get('device') != (ends.mac or ends.home.compressed):
        rep.bad(path, 'whose is it: %s' % r)
    for mac, addr in stated.items():
        if addr and addr in (r['src'], r['dst']) and mac in (
                r.get('src_mac'), r.get('dst_mac')) and \
                r.get('device') != mac:
            rep.bad(path, 'not of %s: %s' % (mac, r))


def check_name(path, names, r, ends, bundle, found, rep):
    start = dig_run.usec(r.get('start', r['ts']))
    may, source = names.find(ends.mac or ends.home.compressed, ends.far,
                             start, dig_run.usec(r['end']))
    if bundle == 'domain':
        may = {n and dig_psl.registered(n) for n in may}
    found[source] += 1
    if r.get('peer') not in {ends.far if n is None else n for n in may}:
        rep.bad(path, '--bundle=%s: %s at %s is %s, told was %s (%s)' % (
            bundle, ends.far, r.get('start', r['ts']), r.get('peer'), may,
            source))


KEY = ('device', 'peer', 'where', 'proto', 'port', 'dir')


def expected(annotated, by_host):
    """Digests of the whole, of the flows that are between home and world.

    {KEY: [the counters, addresses, hosts, own addresses]}, from flow records
    that say device, peer and where; the same ones by host name say the hosts.
    """
    res = {}
    for r, host in zip(annotated, by_host):
        ends = Ends(r)
        if not ends.sure:
            continue
        out = ends.at == 'src'
        key = (r['device'], r['peer'], r['where'], r['proto'],
               r.get('dport'), 'out' if out else 'in')
        sums = res.setdefault(key, [0, 0, 0, 0, 0, 0, set(), set(), set()])
        sums[0] += bool(r.get('new'))
        sums[1] += 'done' in r and not r.get('answered')
        for i, k in enumerate(('pkts', 'bytes', 'rpkts', 'rbytes')):
            sums[2 + (i if out else (i + 2) % 4)] += r[k]
        sums[6].add(ends.far)
        sums[8].add(r[ends.at])
        if host['peer'] != ends.far:
            sums[7].add(host['peer'])
    return res


def check_digests(path, annotated, by_host, rows, rep):
    want = expected(annotated, by_host)
    have = {tuple(r.get(k) for k in KEY): r for r in rows}
    for key, sums in want.items():
        rep.seen += 1
        r = have.get(key)
        if not any(sums[:6]):
            continue
        if r is None:
            rep.bad(path, 'no digest %s' % (key,))
            continue
        got = [r.get(k, 0) for k in dig_run.COUNTERS]
        if got != sums[:6]:
            rep.bad(path, '%s: flows sum to %s, the digest is %s' %
                    (key, sums[:6], got))
        for member, whole in (('peer_ip', sums[6]), ('hosts', sums[7]),
                              ('device_ip', sums[8])):
            listed = r.get(member, [])
            if not set(listed) <= whole or \
                    len(listed) != min(64, len(whole)):
                rep.bad(path, '%s: %s %s, flows have %s' %
                        (key, member, listed, sorted(whole)))


def check(path, stated, found, rep):
    data = dig_run.captured(path)
    check_devices(path, stated, data, rep)
    check_addresses(path, stated, data, rep)
    names = dig_names.Names(path)
    annotated = {}
    for bundle in ('host', 'domain'):
        run = dig_run.spin_dig(data, '--flows', '--total',
                               '--bundle=' + bundle)
        rows = dig_run.digests(run, rep, path)
        annotated[bundle] = records.of_type(records.parse(run.out), 'flow')
        if len(annotated[bundle]) != data.count(b'{"type":"flow",'):
            rep.bad(path, '--flows: %d flows' % len(annotated[bundle]))
        for r in annotated[bundle]:
            ends = Ends(r)
            if not ends.sure:
                continue
            rep.seen += 1
            check_ends(path, stated, r, ends, rep)
            check_name(path, names, r, ends, bundle, found, rep)
        check_digests(path, annotated[bundle], annotated['host'], rows, rep)


def compare(home, rep):
    found = collections.Counter()
    cases = HOMES[home]()
    records.each(dig_names.frames, list(cases))
    for path, stated in cases.items():
        check(path, stated, found, rep)
    print('%s: names of flows, by who was told: %s' % (
        home, dict(found)))
    if sum(found.values()) and \
            found['unsure'] > max(2, sum(found.values()) // 50):
        rep.bad(home, 'too many that this script cannot decide')
    return found
