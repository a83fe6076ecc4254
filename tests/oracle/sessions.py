# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""sessions.py arkime|ndpi: flow lists of other programs.

Truths: the session lists that Arkime's and nDPI's own tests expect of their
captures (beside these in the data folder): packets in each direction.
Their bytes are bytes of frames, ours of IP, so only packets are compared.
Both merge ICMP by address pair; so does this.  How each of them differs from
us by design is undone here, no packet is let off:
- Arkime keeps all IGMP of a capture in one session, from first speaker to
  first group, and DHCP by transaction, whatever the addresses.
- nDPI passes over later fragments; tshark tells how many each conversation
  has, and that many packets have to be missing.
"""
import json
import os
import re
import sys

import captures
import flows
import records

NDPI = re.compile(
    r'^\t\d+\t(\S+) (\S+) (?:<->|->) (\S+) (.*?)'
    r'\[(\d+) pkts/\d+ bytes (?:<->|->) (\d+) pkts/\d+ bytes\]')
NDPI_PROTO = {'TCP': 6, 'UDP': 17, 'ICMP': 1, 'ICMPV6': 58, 'ICMP6': 58,
              'IGMP': 2, 'GRE': 47, 'SCTP': 132, 'ESP': 50, 'AH': 51,
              'IPIP': 4, 'VRRP': 112, 'PIM': 103}


def _end(text):
    """'1.2.3.4:80' or '[fe80::1]:80' as (address, port)."""
    host, _, port = text.rpartition(':')
    return records.address(host.strip('[]')), int(port)


def _put(table, proto, src, sport, dst, dport, out, back):
    if proto not in flows.PORTS:
        sport = dport = 0
    sport, dport = sport or 0, dport or 0
    flows.conversation(table, (), proto, src, sport, dst, dport, out, 0)
    flows.conversation(table, (), proto, dst, dport, src, sport, back, 0)


def _put_arkime(table, proto, src, sport, dst, dport, out, back):
    if proto == 2:
        src, dst = 'a', 'b'
    elif proto == 17 and {sport, dport} == {67, 68}:
        src = dst = 'dhcp'
    _put(table, proto, src, sport, dst, dport, out, back)


def arkime_table(path):
    table = {}
    with open(os.path.join(captures.data_dir(),
                           path.replace('.pcap', '.test.json')),
              encoding='utf-8') as f:
        for s in json.load(f)['sessions3']:
            s = s['body']
            if 'ip' not in s.get('source', {}):
                continue        # ARP and the like
            a, b = s['source'], s['destination']
            _put_arkime(table, s['ipProtocol'],
                        records.address(a['ip']), a['port'],
                        records.address(b['ip']), b['port'],
                        a['packets'], b['packets'])
    return table


def ndpi_table(path):
    table = {}
    with open(os.path.join(captures.data_dir(), path + '.ndpi.out'),
              encoding='utf-8') as f:
        for line in f:
            m = NDPI.match(line)
            if not m:
                continue
            proto = NDPI_PROTO.get(m.group(1))
            if proto is None:
                proto = int(m.group(1))
            (src, sport), (dst, dport) = _end(m.group(2)), _end(m.group(3))
            _put(table, proto, src, sport, dst, dport, int(m.group(5)),
                 int(m.group(6)))
    return table


def our_table(path, put):
    table = {}
    recs = records.parse(records.spin_capture(path).out)
    for r in records.of_type(recs, 'flow'):
        put(table, records.proto_number(r['proto']),
            records.address(r['src']), r.get('sport'),
            records.address(r['dst']), r.get('dport'), r['pkts'],
            r['rpkts'])
    return table


def take_out_fragments(path, table):
    """Subtracts the later fragments that tshark sees."""
    for (_, proto, src, sport, dst, dport), sums in flows.truth(
            path, later_only=True)[0].items():
        _put(table, proto, src, sport, dst, dport, -sums[0], -sums[2])


def main():
    kind = sys.argv[1]
    rep = records.Report(kind)
    if kind == 'arkime':
        paths = captures.captures('community-id/arkime/')
    else:
        root = captures.data_dir()
        paths = [p for p in captures.captures()
                 if os.path.exists(os.path.join(root, p + '.ndpi.out'))]
    for path in paths:
        if kind == 'arkime':
            want, got = arkime_table(path), our_table(path, _put_arkime)
        else:
            want, got = ndpi_table(path), our_table(path, _put)
            take_out_fragments(path, got)
        for key in sorted(set(want) | set(got), key=str):
            rep.seen += 1
            a = want.get(key, [0] * 4)
            b = got.get(key, [0] * 4)
            if (a[0], a[2]) != (b[0], b[2]):
                rep.bad(path, '%s: %s %s, spin-capture %s' %
                        (key, kind, (a[0], a[2]), (b[0], b[2])))
    rep.end()


if __name__ == '__main__':
    main()
