# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""cid.py baseline|arkime|tshark: Community ID values.

Truths: the specification's baselines (default, and seed 1) for its own
captures; Arkime's expected sessions; and tshark's communityid field for
every packet that is no tunnel's.
"""
import json
import os
import sys

import captures
import flows
import records
import tshark

# Arkime puts the ends of one-way ICMP in order, too; the specification's
# reference does not, and tshark agrees with it: Arkime's id, ours.
ONE_WAY = {'1:j7zcOSPeGfEJ9Tq6mxngJDnyVpU=': '1:jwuBy9UWZK1KUFqJV5cHdVpfrlY='}

SPEC = 'community-id/spec/'
ARKIME = 'community-id/arkime/'


def ids(path, *options):
    """[(proto, src, sport, dst, dport, icmp type, cid)] of our flows."""
    run = records.spin_capture(path, '--community-id', *options)
    return [(records.proto_number(r['proto']), records.address(r['src']),
             r.get('sport'), records.address(r['dst']), r.get('dport'),
             r.get('icmp_type'), r.get('cid'))
            for r in records.of_type(records.parse(run.out), 'flow')]


def _matches(e, f):
    """Whether flow f is the one baseline entry e is about."""
    proto, src, sport, dst, dport, kind, _ = f
    if proto != e['proto']:
        return False
    ends = ((src, sport), (dst, dport))
    s, d = records.address(e['saddr']), records.address(e['daddr'])
    if proto in (1, 58):
        # The entry is a packet: that which asked, or its reply.
        if kind == e['sport']:
            return (src, dst) == (s, d)
        return (src, dst) == (d, s) and \
            flows.icmp_class(proto, kind) == flows.icmp_class(proto,
                                                              e['sport'])
    return ends in (((s, e['sport']), (d, e['dport'])),
                    ((d, e['dport']), (s, e['sport'])))


def baseline(rep):
    for name, options in (('deflt', ()),
                          ('seed1', ('--community-seed', '1'))):
        file = '%sbaseline__baseline_%s.json' % (SPEC, name)
        with open(os.path.join(captures.data_dir(), file),
                  encoding='ascii') as f:
            entries = json.load(f)
        found = []
        for path in captures.captures(SPEC):
            found += ids(path, *options)
        for e in entries:
            rep.seen += 1
            cids = {f[-1] for f in found if _matches(e, f)}
            if cids != {e['communityid']}:
                rep.bad(file, '%s: got %s' % (e, cids))
        extra = {f[-1] for f in found} - {e['communityid'] for e in entries}
        if extra:
            rep.bad(file, 'ids that the baseline does not have: %s' % extra)


def arkime(rep):
    for path in captures.captures(ARKIME):
        test = os.path.join(captures.data_dir(),
                            path.replace('.pcap', '.test.json'))
        with open(test, encoding='utf-8') as f:
            sessions = [s['body'] for s in json.load(f)['sessions3']]
        found = ids(path)
        for s in sessions:
            want = s['network'].get('community_id')
            if want is None:
                continue
            want = ONE_WAY.get(want, want)
            rep.seen += 1
            pair = {records.address(s['source']['ip']),
                    records.address(s['destination']['ip'])}
            cids = {f[-1] for f in found if {f[1], f[3]} == pair and
                    f[0] == s['ipProtocol'] and
                    (f[0] in (1, 58) or {f[2], f[4]} ==
                     {s['source']['port'], s['destination']['port']})}
            if want not in cids:
                rep.bad(path, '%s expected, got %s' % (want, cids))


def _key(proto, src, sport, dst, dport):
    a, b = (src, str(sport)), (dst, str(dport))
    return (proto,) + ((a, b) if a <= b else (b, a))


def by_tshark(rep, prefixes):
    for path in captures.captures(*prefixes):
        want = {}
        for row in tshark.rows(path):
            ip = flows.Outer(row)
            if not ip.ok or ip.frag or not row['communityid']:
                continue
            # Tunnels are another matter; quotes in ICMP errors are none.
            if ip.proto not in (1, 58) and \
                    len(row['ip.src']) + len(row['ipv6.src']) != 1:
                continue
            want.setdefault(_key(ip.proto, ip.src, ip.ports()[0], ip.dst,
                                 ip.ports()[1]),
                            set()).update(row['communityid'])
        got = {}
        for proto, src, sport, dst, dport, kind, cid in ids(path):
            if kind is not None:
                sport = dport = flows.icmp_class(proto, kind)
            got.setdefault(_key(proto, src, sport, dst, dport),
                           set()).add(cid)
        for key, cids in want.items():
            rep.seen += 1
            # One-way ICMP hashes by direction and code: several ids.
            if not got.get(key) or not got[key] <= cids:
                rep.bad(path, '%s: tshark %s, spin-capture %s' %
                        (key, cids, got.get(key)))


def main():
    rep = records.Report('community id, ' + sys.argv[1])
    if sys.argv[1] == 'baseline':
        baseline(rep)
    elif sys.argv[1] == 'arkime':
        arkime(rep)
    else:
        by_tshark(rep, sys.argv[2:])
    rep.end()


if __name__ == '__main__':
    main()
