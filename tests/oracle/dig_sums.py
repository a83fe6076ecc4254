# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Digests against the flow records they were made of, to the byte.

Truth: arithmetic on the flow records, which other comparisons hold against
tshark.  Whatever the digests are summed by,

- without `device`, every flow counts once;
- by what a flow record says itself (window, protocol, port, hour, weekday)
  the sums are those of the flow records;
- with `device`, a flow counts for each of its devices: digests that have a
  mirror (the other device's account of the same) count half, and what one
  device of the two sent is what the other got;
- coarser sums are sums of the finest ones;
- digests summed again are the same as flows summed at once;
- --csv has the same rows, and -p fits its width and is printable ASCII.
"""
import collections
import csv
import io
import random

import dig_run
import records

MEMBERS = ('agent', 'device', 'name', 'peer', 'where', 'proto', 'port',
           'service', 'dir', 'hour', 'weekday')
WINDOWS = ('1s', '7s', '1m', '10m', '1h', '1d', '7d')
SECONDS = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400}
BUNDLES = ('domain', 'host', 'address')


def duration(text):
    return int(text[:-1]) * SECONDS[text[-1]]


def flow_sums(flows, key):
    """{key: (flows, unanswered, packets, bytes)} of flow records."""
    res = collections.defaultdict(lambda: [0, 0, 0, 0])
    for r in flows:
        new, silent = bool(r.get('new')), \
            'done' in r and not r.get('answered')
        pkts = r.get('pkts', 0) + r.get('rpkts', 0)
        if not (new or silent or pkts):
            continue
        sums = res[key(r)]
        sums[0] += new
        sums[1] += silent
        sums[2] += pkts
        sums[3] += r.get('bytes', 0) + r.get('rbytes', 0)
    return {k: tuple(v) for k, v in res.items()}


def weekday(second):
    # The first of January 1970 was a Thursday.
    return ('thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed')[
        second // 86400 % 7]


class Key:
    """What of a `by` a flow record tells itself, and a digest as well."""

    def __init__(self, by, window):
        self.by = by
        self.window = window
        self.plain = [m for m in ('proto', 'hour', 'weekday') if m in by]
        self.port = 'port' in by

    def of_flow(self, r):
        second = dig_run.usec(r['ts']) // 1000000
        said = {'proto': r['proto'], 'hour': second // 3600 % 24,
                'weekday': weekday(second)}
        res = [said[m] for m in self.plain]
        if self.port:
            res.append(r.get('dport'))
        if self.window:
            res.append(second // self.window * self.window)
        return tuple(res)

    def of_digest(self, r):
        res = [r.get(m) for m in self.plain]
        if self.port:
            res.append(r.get('port'))
        if self.window:
            res.append(r['ts'])
        return tuple(res)


class Case:
    """One way of summing, drawn by lot."""

    def __init__(self, rnd):
        self.by = sorted(rnd.sample(MEMBERS, rnd.randint(1, 6)),
                         key=MEMBERS.index)
        self.total = rnd.random() < 0.3
        self.span = rnd.choice(WINDOWS)
        self.bundle = rnd.choice(BUNDLES)
        self.args = ['--by=' + ','.join(self.by),
                     '--bundle=' + self.bundle]
        self.args.append('--total' if self.total else '-w' + self.span)
        self.window = None if self.total else duration(self.span)
        self.key = Key(self.by, self.window)

    def __str__(self):
        return ' '.join(self.args)


def first_difference(want, got):
    for k in sorted(set(want) | set(got), key=str):
        if want.get(k) != got.get(k):
            return '%s: want %s, got %s (flows, unanswered, packets, ' \
                'bytes)' % (k, want.get(k), got.get(k))
    return None


def by_flow_key(rows, key):
    return {k: dig_run.both_ways(v)
            for k, v in dig_run.totals(rows, key.of_digest).items()}


def shape(case, rows):
    """What every row has to look like; None or what is wrong."""
    for r in rows:
        if case.window:
            second = r['ts']
            if second % case.window or r.get('window') != case.window:
                return 'a window from %s for %s' % (second, r.get('window'))
            if not second <= r['first'] <= r['last'] or \
                    r['first'] >= second + case.window:
                return 'first %s, last %s in the window %s' % (
                    r['first'], r['last'], second)
        for m in MEMBERS:
            if m in r and m not in case.by and m not in (
                    'name', 'service', 'where', 'proto', 'port', 'dir',
                    'agent', 'peer'):
                return '%s in %s' % (m, r)
    return None


def check_case(path, data, flows, case, rep):
    rows = dig_run.digests(dig_run.spin_dig(data, *case.args), rep, path)
    rep.seen += 1
    text = shape(case, rows)
    if text:
        rep.bad(path, '%s: %s' % (case, text))
    want = flow_sums(flows, case.key.of_flow)
    got = by_flow_key(rows, case.key)
    if 'device' not in case.by:
        text = first_difference(want, got)
        if text:
            rep.bad(path, '%s: %s' % (case, text))
        return
    # Each flow once or twice.
    for k in sorted(set(want) | set(got), key=str):
        a, b = want.get(k, (0,) * 4), got.get(k, (0,) * 4)
        if not all(x <= y <= 2 * x for x, y in zip(a, b)):
            rep.bad(path, '%s: %s: flows have %s, digests %s' %
                    (case, k, a, b))
            return


FINEST = '--by=' + ','.join(MEMBERS)


def ends(r):
    """(device, the other side) of a finest digest, as digests call them."""
    other = r.get('peer_mac')
    if other is None and r.get('where') in ('lan', 'gateway'):
        other = (r.get('peer_ip') or [None])[0]
    return r['device'], other


def mirrored(rows):
    """The rows of devices whose peer is a device that has its own account."""
    have = {ends(r) for r in rows}
    return [r for r in rows if ends(r)[::-1] in have and
            ends(r)[0] != ends(r)[1]]


def check_finest(path, data, flows, rep):
    """Every flow once, but once for each of two devices."""
    run = dig_run.spin_dig(data, FINEST, '--bundle=address', '-w1m')
    rows = dig_run.digests(run, rep, path)
    rep.seen += 1
    twice = mirrored(rows)
    pairs = {}
    for r in twice:
        a, b = ends(r)
        key = (r['ts'], min(a, b), max(a, b), r['proto'], r.get('port'))
        side = pairs.setdefault(key, {})
        sums = side.setdefault(a, collections.Counter())
        for name in dig_run.COUNTERS:
            sums[name] += r.get(name, 0)
    for key, side in pairs.items():
        sides = list(side.values())
        if len(sides) != 2 or not all(
                sides[0][p + '_out'] == sides[1][p + '_in'] and
                sides[1][p + '_out'] == sides[0][p + '_in']
                for p in ('pkts', 'bytes')) or any(
                sides[0][p] != sides[1][p] for p in (
                    'flows', 'unanswered')):
            rep.bad(path, 'no mirror: %s: %s' % (key, side))
            break
    key = Key(MEMBERS, 60)
    got = {k: list(v) for k, v in by_flow_key(rows, key).items()}
    for k, v in by_flow_key(twice, key).items():
        for i, n in enumerate(v):
            if n % 2:
                rep.bad(path, 'an odd sum of mirrors: %s %s' % (k, v))
            got[k][i] -= n // 2
    text = first_difference(flow_sums(flows, key.of_flow),
                            {k: tuple(v) for k, v in got.items()})
    if text:
        rep.bad(path, 'finest: ' + text)
    return rows


# The key that coarse and finest sums can be compared by, and what of it
# depends on when things were seen rather than on the traffic.
STEADY = ('agent', 'device', 'where', 'proto', 'port', 'service', 'dir',
          'hour', 'weekday')


def by_members(rows, by, window):
    def key(r):
        k = tuple(r.get(m) for m in by)
        return k + (r['ts'] // window * window,) if window else k
    return {k: dict(v) for k, v in dig_run.totals(rows, key).items()}


def steady(case):
    return [m for m in case.by if m in STEADY]


def check_coarse(path, data, finest, case, rep):
    """Sums by less are sums of the finest; with `device` both accounts."""
    if 'device' not in case.by:
        case = Case(random.Random(str(case)))
        case.by = sorted(set(case.by) | {'device'}, key=MEMBERS.index)
    by = steady(case)
    if case.window and case.window < 60:
        case.span, case.window = '1m', 60
    rows = dig_run.digests(dig_run.spin_dig(
        data, '--by=' + ','.join(by), '--bundle=address',
        '-w' + case.span if case.window else '--total'), rep, path)
    rep.seen += 1
    text = first_difference(by_members(finest, by, case.window),
                            by_members(rows, by, case.window))
    if text:
        rep.bad(path, '--by=%s is not the sum of the finest: %s' %
                (','.join(by), text))


def check_again(path, data, case, rep):
    """Digests summed again give what the flows give at once."""
    fine = dig_run.spin_dig(data, FINEST, '--bundle=' + case.bundle, '-w1s')
    again = dig_run.digests(
        dig_run.spin_dig(fine.out, *case.args), rep, path)
    once = dig_run.digests(dig_run.spin_dig(data, *case.args), rep, path)
    rep.seen += 1
    by = [m for m in case.by if m != 'name']
    text = first_difference(by_members(once, by, case.window),
                            by_members(again, by, case.window))
    if text:
        rep.bad(path, '%s, summed again: %s' % (case, text))


FOLDED = b'too many rows'


def check_csv(path, rows, case, data, rep):
    run = dig_run.spin_dig(data, '--csv', *case.args)
    got = list(csv.DictReader(io.StringIO(run.out.decode(), newline='')))
    for name in dig_run.COUNTERS:
        want = [r.get(name, 0) for r in rows]
        have = [float(r[name] or 0) for r in got]
        # Text has each row once; what has no room is in the device's.
        if FOLDED in run.err:
            want, have = [sum(want)], [sum(have)]
        if want != have:
            rep.bad(path, '%s --csv: %s differs' % (case, name))
            break


def check_text(path, data, case, rep):
    rows = dig_run.digests(dig_run.spin_dig(data, *case.args), rep, path)
    rep.seen += 1
    check_csv(path, rows, case, data, rep)
    width = 60 + len(path) % 60
    run = dig_run.spin_dig(data, '-p', '--width=%d' % width, *case.args)
    if run.status != 0 or (run.err and FOLDED not in run.err) or (
            rows and not run.out):
        rep.bad(path, '%s -p: status %s, stderr %r, %d bytes of %d rows' % (
            case, run.status, run.err[:200], len(run.out), len(rows)))
    for line in run.out.split(b'\n'):
        if len(line) > width or any(not 32 <= c < 127 for c in line):
            rep.bad(path, '%s -p --width=%d: %r' % (case, width, line))
            break


# Records beyond which a check of one case is enough.
LARGE = 4 << 20


def check(path, cases, rep):
    rnd = random.Random(path)
    data = dig_run.captured(path)
    if not data:
        return
    flows = records.of_type(records.parse(data), 'flow')
    if cases == 1 and len(data) > LARGE:
        check_case(path, data, flows, Case(rnd), rep)
        return
    finest = check_finest(path, data, flows, rep)
    for i in range(cases):
        case = Case(rnd)
        check_case(path, data, flows, case, rep)
        if i == 0:
            check_coarse(path, data, finest, case, rep)
            check_again(path, data, case, rep)
            check_text(path, data, case, rep)
