# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""The laws every output of spin-capture obeys, whatever the capture.

Truth: arithmetic.  The form of the lines (JSON, ASCII, unique keys, type
and ts first) and the accounts: what was read equals the sum of the parts.
"""
import json
import math
import re

NAME = re.compile(r'[a-z][a-z0-9_]*$')
SIX = re.compile(rb'"(?:ts|end|start|upto)": ?-?\d+(?:\.\d{1,6})?[,}]')
TIMES = re.compile(rb'"(?:ts|end|start|upto)":')
ACTIVE = 60
# Members whose keys are names of what was counted, not schema names.
COUNTED = ('non_ip', 'malformed', 'undecoded')


class Duplicate(ValueError):
    pass


def _unique(pairs):
    keys = [k for k, v in pairs]
    if len(set(keys)) != len(keys):
        raise Duplicate('a key comes twice')
    return dict(pairs)


def _constant(text):
    raise ValueError('%s is not JSON' % text)


def _values(v):
    if isinstance(v, dict):
        for x in v.values():
            yield from _values(x)
    elif isinstance(v, list):
        for x in v:
            yield from _values(x)
    else:
        yield v


def line_form(line):
    """(record or None, complaint or None) of one line without its LF."""
    if len(line) >= 65536:
        return None, 'longer than 64 KiB'
    if any(c < 0x20 or c > 0x7e for c in line):
        return None, 'a byte outside 0x20 to 0x7e'
    try:
        rec = json.loads(line, object_pairs_hook=_unique,
                         parse_constant=_constant)
    except ValueError as e:
        return None, 'not JSON: %s' % e
    if not isinstance(rec, dict) or list(rec)[:2] != ['type', 'ts']:
        return None, 'does not begin with type and ts'
    for key in rec:
        if not NAME.match(key):
            return rec, 'key %r is not lower_snake' % key
    for v in _values(rec):
        if v is None:
            return rec, 'null is not used'
        if isinstance(v, int) and abs(v) >= 2 ** 53:
            return rec, 'an integer at or above 2^53'
        if isinstance(v, str) and any(ord(c) < 32 or ord(c) > 126
                                      for c in v):
            return rec, 'text that is not printable ASCII'
    if len(TIMES.findall(line)) != len(SIX.findall(line)):
        return rec, 'a time with more than six decimals'
    return rec, None


def _same_minute(a, b):
    return math.floor(a / ACTIVE) == math.floor(b / ACTIVE)


def _group(addr):
    """Multicast (RFC 5771, RFC 4291) or limited broadcast."""
    if ':' in addr:
        return addr.startswith('ff') and addr.find(':') == 4
    return addr == '255.255.255.255' or \
        224 <= int(addr.split('.')[0]) <= 239


def _flow_key(r):
    """The MAC counts where nobody has an address yet."""
    members = ['vlan', 'if', 'proto', 'src', 'sport', 'dst', 'dport',
               'icmp_type', 'icmp_code']
    for end in 'src', 'dst':
        if r.get(end) in ('0.0.0.0', '::'):
            members.append(end + '_mac')
    return tuple(str(r.get(k)) for k in members)


class _Flows:
    """The life of flows: new, later records, done; and their sums."""

    def __init__(self, bad):
        self.bad = bad
        self.open = {}
        self.pkts = self.bytes = 0

    def take(self, n, r):
        self.pkts += r['pkts'] + r['rpkts']
        self.bytes += r['bytes'] + r['rbytes']
        if r['end'] < r['ts']:
            self.bad('line %d: flow ends before it begins' % n)
        if not _same_minute(r['ts'], r['end']):
            self.bad('line %d: flow spans a multiple of 60 s' % n)
        if not r.get('new') and 'start' not in r:
            self.bad('line %d: flow neither new nor with start' % n)
        if r.get('new') and not r['pkts'] and _group(r['src']):
            self.bad('line %d: %s is said to have begun a flow in which it '
                     'sent nothing' % (n, r['src']))
        if min(r['pkts'], r['bytes'], r['rpkts'], r['rbytes']) < 0:
            self.bad('line %d: a negative counter' % n)
        if (r['pkts'] == 0) != (r['bytes'] == 0) or \
                (r['rpkts'] == 0) != (r['rbytes'] == 0):
            self.bad('line %d: packets without bytes or the reverse' % n)
        key = _flow_key(r)
        if r.get('new'):
            if key in self.open:
                self.bad('line %d: new, but that flow (line %d) was not '
                         'done' % (n, self.open[key]))
            self.open[key] = n
        elif key not in self.open:
            self.bad('line %d: a flow that was never new' % n)
        if r.get('done') is not None:
            if r['done'] not in ('fin', 'rst', 'idle', 'evict', 'eof'):
                self.bad('line %d: done by %r' % (n, r['done']))
            self.open.pop(key, None)

    def end(self):
        for key, n in list(self.open.items())[:5]:
            self.bad('line %d: this flow is never done' % n)


def _parts(r):
    return sum(sum(r.get(k, {}).values()) for k in COUNTED)


def _stats_law(n, r, flows, last, before, bad):
    if r['pkts'] != r['flow_pkts'] + _parts(r):
        bad('line %d: pkts %d is not flow_pkts %d + parts %d' %
            (n, r['pkts'], r['flow_pkts'], _parts(r)))
    for k in ('pkts', 'bytes', 'link_bytes', 'flow_pkts', 'upto'):
        if before is not None and r[k] < before[k]:
            bad('line %d: %s went back' % (n, k))
    # Earlier stats count what is still in the flow table, too.
    for k, have in (('flow_pkts', flows.pkts), ('bytes', flows.bytes)):
        if last and r[k] != have:
            bad('line %d: last stats: %s %d, flow records sum to %d' %
                (n, k, r[k], have))
        if not last and r[k] < have:
            bad('line %d: %s %d, flow records before it hold %d' %
                (n, k, r[k], have))


def _clock_back(recs):
    """For each record clock_back of the next stats record."""
    res, last = [], 0
    for n, r in reversed(recs):
        if r['type'] == 'stats':
            last = r.get('clock_back', 0)
        res.append(last)
    return res[::-1]


def check(out):
    """(list of complaints, records) for one whole output."""
    wrong = []
    bad = wrong.append
    if out and not out.endswith(b'\n'):
        bad('the last line has no end')
    recs = []
    for n, line in enumerate(out.split(b'\n')[:-1], 1):
        rec, complaint = line_form(line)
        if complaint:
            bad('line %d: %s' % (n, complaint))
        if rec is not None:
            recs.append((n, rec))
    if not recs:
        return wrong, []
    if recs[0][1]['type'] != 'stream' or recs[0][1].get('v') != 1:
        bad('line 1: not a stream record with v 1')
    if recs[-1][1]['type'] != 'stats':
        bad('the last record is not stats')
    flows = _Flows(bad)
    before = None
    coming = _clock_back(recs)
    for i, (n, r) in enumerate(recs):
        try:
            # A clock set back is counted, and promises start anew.
            if before is not None and \
                    coming[i] > before.get('clock_back', 0):
                before = dict(before, upto=-math.inf)
            if before is not None and r['ts'] < before['upto']:
                bad('line %d: %s with ts %s after stats upto %s' %
                    (n, r['type'], r['ts'], before['upto']))
            if r['type'] == 'flow':
                flows.take(n, r)
            elif r['type'] == 'stats':
                _stats_law(n, r, flows, i == len(recs) - 1, before, bad)
                before = r
        except (KeyError, TypeError) as e:
            bad('line %d: %s lacks or misuses %s' % (n, r['type'], e))
    flows.end()
    return wrong, [r for n, r in recs]
