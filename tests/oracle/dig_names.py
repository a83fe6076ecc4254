# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Which name a flow's far end bears, from tshark's DNS fields.

Truth: tshark's dns.* fields with the time and MACs of the frames.  An answer
names the addresses that CNAMEs lead to from the name that was asked, for the
device that got it, from then on until the least TTL on the way and an hour
are over.  Only answers count that follow their question (same ends, ports,
identification, name and type) within ten seconds, once, and whose code is
NOERROR.  A flow bears what its own device was last told before the flow
began; else what any device was; else what a PTR record said.
"""
import bisect
import collections
import hashlib
import os
import subprocess
import zlib

import captures
import dnstruth
import flows
import records
import tshark

GRACE = 3600 * 1000000
PATIENCE = 10 * 1000000
RUNS = 4
# A TTL that ends as near as this to the start of a flow decides nothing.
SLACK = 1000
FIELDS = ('frame.time_epoch', 'eth.src', 'eth.dst')
A, CNAME, PTR, AAAA = 1, 5, 12, 28

Frame = collections.namedtuple('Frame', 'ts src dst row')
Told = collections.namedtuple('Told', 'ts client addr name until')


def _dump(full):
    args = ['tshark', '-r', full, *tshark.OPTIONS, '-T', 'fields',
            '-E', 'separator=/t', '-E', 'occurrence=f']
    for f in FIELDS:
        args += ['-e', f]
    return subprocess.run(args, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, check=False,
                          stderr=subprocess.DEVNULL).stdout


def frames(path):
    """Every packet: time in microseconds, MACs, and tshark.py's row."""
    full = os.path.join(captures.data_dir(), path)
    key = hashlib.sha256()
    with open(full, 'rb') as f:
        key.update(f.read())
    key.update('\0'.join(
        [tshark.version(), *tshark.OPTIONS, *FIELDS]).encode())
    kept = os.path.join(tshark.cache_dir(), key.hexdigest()[:32] + '.z')
    try:
        with open(kept, 'rb') as f:
            text = zlib.decompress(f.read())
    except (OSError, zlib.error):
        text = _dump(full)
        os.makedirs(tshark.cache_dir(), exist_ok=True)
        part = '%s.%d' % (kept, os.getpid())
        with open(part, 'wb') as f:
            f.write(zlib.compress(text, 1))
        os.replace(part, kept)
    res = []
    lines = text.decode().split('\n')[:-1]
    rows = tshark.rows(path)
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows):
        when, src, dst = line.split('\t')
        second, _, part = when.partition('.')
        ts = int(second) * 1000000 + int((part + '000000')[:6])
        res.append(Frame(ts, src, dst, row))
    return res


def messages(path):
    """(time, MAC it was sent to, dnstruth.Message) of port 53."""
    for frame in frames(path):
        row = frame.row
        if not row['dns.id']:
            continue
        ip = flows.Outer(row)
        if not ip.ok or ip.proto not in (6, 17) or ip.frag:
            continue
        sport, dport = ip.ports()
        if 53 not in (sport, dport) or \
                any(int(x, 0) for x in row['dns.flags.opcode']):
            continue
        ends = (ip.src, sport, ip.dst, dport)
        f = dnstruth._Fields(row)
        for _ in row['dns.id']:
            m = message(f, 'tcp' if ip.proto == 6 else 'udp', ends)
            if m is None:
                break
            yield frame.ts, frame.dst, m


def message(f, via, ends):
    """The next message of a row, or None; of a cut one what is there."""
    src, sport, dst, dport = ends
    try:
        ident = f.take('dns.id')
        response = f.take('dns.flags.response') in ('1', 'True')
        rcode = int(f.take('dns.flags.rcode'), 0) if response else None
        count = [int(f.take('dns.count.' + x), 0) for x in (
            'queries', 'answers', 'auth_rr', 'add_rr')]
        asked = [(dnstruth.plain(f.take('dns.qry.name')),
                  int(f.take('dns.qry.type'), 0)) for _ in range(count[0])]
    except IndexError:
        return None
    if response:
        src, sport, dst, dport = dst, dport, src, sport
    answers, whole = [], True
    try:
        for _ in range(count[1]):
            answers.append(dnstruth._answer(f))
        if f.used['dns.id'] < len(f.row['dns.id']):
            for _ in range(count[2] + count[3]):
                dnstruth._answer(f)
    except (IndexError, ValueError):
        whole = False
    qname, qtype = asked[0] if asked else (None, None)
    return dnstruth.Message(via, response, src, dst, sport, dport, ident,
                            qname, qtype, rcode, tuple(answers), 0, whole)


def leads_to(qname, answers):
    """(address, least TTL on the way) of what the question leads to."""
    reach = {qname: None}
    for _ in range(16):
        more = {}
        for a in answers:
            if a.rtype == CNAME and a.name in reach and \
                    a.data not in reach:
                ttl = reach[a.name]
                more[a.data] = a.ttl if ttl is None else min(ttl, a.ttl)
        if not more:
            break
        reach.update(more)
    for a in answers:
        if a.rtype in (A, AAAA) and a.name in reach:
            ttl = reach[a.name]
            yield a.data, a.ttl if ttl is None else min(ttl, a.ttl)


def reverse_address(name):
    """The address that a name below in-addr.arpa or ip6.arpa is of."""
    labels = name.split('.')
    if name.endswith('.in-addr.arpa') and len(labels) == 6:
        return records.address('.'.join(labels[3::-1]))
    if name.endswith('.ip6.arpa') and len(labels) == 34:
        text = ''.join(labels[31::-1])
        return records.address(':'.join(
            text[i:i + 4] for i in range(0, 32, 4)))
    return None


def told(path):
    """What was told to whom, in order of time; PTR: to client None."""
    waiting = {}
    for ts, mac, m in messages(path):
        key = (m.via, m.client, m.server, m.cport, m.sport, m.id, m.qname,
               m.qtype)
        if not m.response:
            # Asked again, the first question counts on.
            if key not in waiting or ts - waiting[key] > PATIENCE:
                waiting[key] = ts
            continue
        asked = waiting.pop(key, None)
        if asked is None or ts - asked > PATIENCE or m.rcode != 0 or \
                m.qname is None:
            continue
        if m.qtype == PTR:
            addr = reverse_address(m.qname)
            for a in m.answers:
                if addr and a.rtype == PTR and a.name == m.qname:
                    yield Told(ts, None, addr, a.data,
                               ts + a.ttl * 1000000 + GRACE)
            continue
        for addr, ttl in leads_to(m.qname, m.answers):
            yield Told(ts, mac or m.client, addr, m.qname,
                       ts + ttl * 1000000 + GRACE)


class _Runs:
    """What one address was called, one run for each name told in turn."""

    def __init__(self):
        self.since, self.name, self.told = [], [], []

    def add(self, t):
        if not self.name or self.name[-1] != t.name:
            self.since.append(t.ts)
            self.name.append(t.name)
            self.told.append([])
        self.told[-1].append((t.ts, t.until))

    def _stands(self, i, start, end):
        """Whether run i's name stands at `start`, as known at `end`: True,
        False, or None where that cannot be said here."""
        told = self.told[i]
        before = [u for t, u in told if t <= start]
        until = max(before) if before else 0
        if abs(until - start) < SLACK:
            return None
        if start < until:
            return True
        # Expired, and told again before the flow was reported.
        return None if any(start < t <= end + SLACK
                           for t, u in told) else False

    def find(self, start, end):
        """({names that may stand}, whether one has to) for a flow.

        `end` is when it was reported: what was told long before is
        forgotten by then if too many names have followed.
        """
        i = bisect.bisect_right(self.since, start) - 1
        j = bisect.bisect_right(self.since, end) - 1
        may = set()
        if i + 1 < len(self.since) and self.since[i + 1] - start < SLACK:
            # A frame or two apart; who came first is no matter here.
            may.add(self.name[i + 1])
        if i < 0:
            return may, False
        stands = self._stands(i, start, end)
        if stands is not False:
            may.add(self.name[i])
        # The last name has expired: one before it may still stand.
        if stands is not True or j - i >= RUNS:
            may |= {self.name[k] for k in range(i)
                    if self._stands(k, start, end) is not False}
        return may, len(may) == 1 and stands is True and j - i < RUNS


class Names:
    """Names by device and address, from a capture's own DNS answers."""

    def __init__(self, path):
        self.own = collections.defaultdict(_Runs)
        self.any = collections.defaultdict(_Runs)
        self.ptr = collections.defaultdict(_Runs)
        self.count = 0
        for t in sorted(told(path), key=lambda t: t.ts):
            self.count += 1
            if t.client is None:
                self.ptr[t.addr].add(t)
                continue
            self.own[t.client, t.addr].add(t)
            self.any[t.addr].add(t)

    def find(self, device, addr, start, end):
        """({acceptable names, None for the address}, source)."""
        res = set()
        for source, runs in (('own', self.own.get((device, addr))),
                             ('any', self.any.get(addr)),
                             ('ptr', self.ptr.get(addr))):
            if runs is None:
                continue
            may, sure = runs.find(start, end)
            res |= may
            if sure:
                return res, source if len(res) == 1 else 'unsure'
        return res | {None}, 'none' if not res else 'unsure'
