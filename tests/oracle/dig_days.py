# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""A week at once and day by day give the same digests.

Truth: the run over the whole.  The capture is cut at midnight (UTC) by
editcap.  Read as one capture again, or as records in files by day, the
digests are the same to the byte.  Captured day by day, flows that cross
midnight are flows of both days and names told before it are not known after,
so packets and bytes are compared by window, device, address and protocol.
"""
import datetime
import os
import subprocess
import tempfile

import captures
import dig_names
import dig_run
import records

DAY = 86400


def midnights(path):
    times = [f.ts for f in dig_names.frames(path)]
    first, last = min(times) // 1000000, max(times) // 1000000
    return range(first // DAY * DAY, last + 1, DAY)


def stamp(second):
    return datetime.datetime.fromtimestamp(
        second, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')


def cut(path, folder):
    """Captures of single days, in order."""
    res = []
    full = os.path.join(captures.data_dir(), path)
    for day in midnights(path):
        out = os.path.join(folder, '%d.pcap' % day)
        subprocess.run(
            ['editcap', '-F', 'pcapng' if path.endswith('ng') else 'pcap',
             '-A', stamp(day), '-B', stamp(day + DAY), full, out],
            check=True,
            stdin=subprocess.DEVNULL, capture_output=True,
            env=dict(os.environ, TZ='UTC'))
        res.append(out)
    return res


def capture(files):
    args = [os.path.abspath(records.program())]
    for f in files:
        args += ['-r', f]
    return subprocess.run(args, stdin=subprocess.DEVNULL, check=True,
                          capture_output=True).stdout


def digest_lines(run):
    return [x for x in run.out.split(b'\n')
            if x.startswith(b'{"type":"digest"')]


def by_address(rows):
    """Packets and bytes of two ends, whoever began.

    That a device is the gateway may be learned on another day.  So may be
    who is of the home; hence its prefix is given.
    """
    def key(r):
        where = 'lan' if r['where'] == 'gateway' else r['where']
        return (r['ts'], r['device'], tuple(r.get('peer_ip', ())),
                r.get('peer_mac'), where, r['proto'])
    return {k: dig_run.both_ways(v)[2:]
            for k, v in dig_run.totals(rows, key).items()}


def differences(want, got):
    return ['%s: the week has %s, the days %s' % (k, want.get(k), got.get(k))
            for k in sorted(set(want) | set(got), key=str)
            if want.get(k) != got.get(k)]


ADDRESS = ('--bundle=address', '--by=device,peer,where,proto', '-w1h',
           '-l192.168.1.0/24', '-l10.42.0.0/24')


def check(path, rep):
    with tempfile.TemporaryDirectory() as folder:
        days = cut(path, folder)
        rep.seen += len(days)
        data = dig_run.captured(path)
        week = dig_run.spin_dig(data)
        dig_run.digests(week, rep, path)
        joined = dig_run.spin_dig(capture(days))
        if digest_lines(week) != digest_lines(joined):
            rep.bad(path, 'captures of days read as one: other digests')
        files = by_day(data, folder)
        apart = dig_run.spin_dig(b'', *files)
        if digest_lines(week) != digest_lines(apart):
            rep.bad(path, 'records in files by day: other digests')
        want = by_address(dig_run.digests(
            dig_run.spin_dig(data, *ADDRESS), rep, path))
        rows = []
        for day in days:
            rows += dig_run.digests(
                dig_run.spin_dig(capture([day]), *ADDRESS), rep, path)
        for text in differences(want, by_address(rows))[:5]:
            rep.bad(path, text)


def by_day(data, folder):
    """The records in files, cut where the stats of a midnight are."""
    parts, part, day = [], [], None
    for line in data.splitlines(keepends=True):
        part.append(line)
        if line.startswith(b'{"type":"stats"'):
            now = records.parse(line)[0]['upto'] // DAY
            if day is not None and now != day:
                parts.append(part)
                part = []
            day = now
    parts.append(part)
    res = []
    for i, lines in enumerate(parts):
        res.append(os.path.join(folder, 'day%02d.ndjson' % i))
        with open(res[-1], 'wb') as f:
            f.write(b''.join(lines))
    return res
