# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Running spin-capture and reading its records.

No truth of its own: the record format as the design states it.  The reader
is Python's json, which knows nothing of the project's codec.
"""
import concurrent.futures
import ipaddress
import json
import os
import subprocess
import sys

import captures

PROTO = {'icmp': 1, 'igmp': 2, 'ipip': 4, 'tcp': 6, 'udp': 17, 'ipv6': 41,
         'gre': 47, 'esp': 50, 'ah': 51, 'icmp6': 58, 'icmpv6': 58,
         'ipv6-icmp': 58, 'dccp': 33, 'ospf': 89, 'pim': 103, 'sctp': 132,
         'udplite': 136, 'vrrp': 112}
TIMEOUT = 20


def program():
    return os.path.join(os.environ.get('SPIN_BIN') or 'build',
                        'spin-capture')


class Run:
    """status: exit status, negative for a signal, None for a hang."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err


def spin_capture(path, *options, by_stdin=False, operands=()):
    """One run over a capture of the data folder."""
    full = os.path.join(captures.data_dir(), path)
    args = [os.path.abspath(program()), *options, '-r',
            '-' if by_stdin else path, *operands]
    env = dict(os.environ, TZ='UTC', LC_ALL='C')
    try:
        if by_stdin:
            # A pipe, as from ssh, and not a file as standard input.
            cat = subprocess.Popen(['cat', full], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
            done = subprocess.run(args, stdin=cat.stdout,
                                  capture_output=True, timeout=TIMEOUT,
                                  env=env, check=False)
            cat.stdout.close()
            cat.wait()
        else:
            done = subprocess.run(args, cwd=captures.data_dir(),
                                  stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=TIMEOUT,
                                  env=env, check=False)
    except subprocess.TimeoutExpired as e:
        return Run(None, e.stdout or b'', e.stderr or b'')
    return Run(done.returncode, done.stdout, done.stderr)


def each(work, items, jobs=2):
    """work(item) for every item, two at a time, results in order."""
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(work, items))


def parse(out):
    """The records of an output, bad lines left out (laws.py sees them)."""
    recs = []
    for line in out.split(b'\n'):
        if line:
            try:
                rec = json.loads(line)
            except ValueError:
                continue
            if isinstance(rec, dict):
                recs.append(rec)
    return recs


def of_type(recs, kind):
    return [r for r in recs if r.get('type') == kind]


def proto_number(name):
    return PROTO[name] if name in PROTO else int(name)


def address(text):
    return ipaddress.ip_address(text).compressed


class Report:
    """Collects what is wrong; prints it; its status is the test's."""

    def __init__(self, what):
        self.what = what
        self.wrong = []
        self.seen = 0

    def bad(self, path, text):
        self.wrong.append('%s: %s' % (path, text))

    def end(self):
        for line in self.wrong[:200]:
            print(line)
        if len(self.wrong) > 200:
            print('and %d more' % (len(self.wrong) - 200))
        print('%s: %d checked, %d wrong' %
              (self.what, self.seen, len(self.wrong)))
        if not self.seen:
            print('nothing was checked')
        sys.exit(1 if self.wrong or not self.seen else 0)
