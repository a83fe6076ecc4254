# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Running spin-dig on records and adding its digests up.

No truth of its own: the record format as its page states it, and sums.
"""
import collections
import os
import subprocess

import records

TIMEOUT = 60
COUNTERS = ('flows', 'unanswered', 'pkts_out', 'bytes_out', 'pkts_in',
            'bytes_in')


def program():
    return os.path.abspath(os.path.join(
        os.environ.get('SPIN_BIN') or 'build', 'spin-dig'))


def spin_dig(data, *args):
    """One run, with bytes (or what is on disk, by operands) to read."""
    env = dict(os.environ, TZ='UTC', LC_ALL='C')
    try:
        done = subprocess.run([program(), *args], input=data, env=env,
                              capture_output=True, timeout=TIMEOUT,
                              check=False)
    except subprocess.TimeoutExpired as e:
        return records.Run(None, e.stdout or b'', e.stderr or b'')
    return records.Run(done.returncode, done.stdout, done.stderr)


def captured(path, *options):
    """What spin-capture writes about a capture of the data folder."""
    return records.spin_capture(path, *options).out


def digests(run, rep, path):
    """The digests of a run, which has to end well and say nothing."""
    if run.status != 0 or run.err:
        rep.bad(path, 'status %s, stderr %r' % (run.status, run.err[:300]))
    return records.of_type(records.parse(run.out), 'digest')


def usec(seconds):
    """A time of a record in microseconds, exactly (a double has 53 bits)."""
    return round(seconds * 1000000)


def totals(rows, key, swap=None):
    """{key(row): Counter} of the counters; rows whose key is None are out.

    Where swap(row) is true, what went out counts as in and the reverse.
    """
    res = {}
    for r in rows:
        k = key(r)
        if k is None:
            continue
        sums = res.setdefault(k, collections.Counter())
        turn = swap is not None and swap(r)
        for name in COUNTERS:
            to = name
            if turn and name.endswith('_out'):
                to = name[:-3] + 'in'
            elif turn and name.endswith('_in'):
                to = name[:-2] + 'out'
            sums[to] += r.get(name, 0)
    return res


def both_ways(sums):
    """(flows, unanswered, packets, bytes) of a Counter."""
    return (sums['flows'], sums['unanswered'],
            sums['pkts_out'] + sums['pkts_in'],
            sums['bytes_out'] + sums['bytes_in'])
