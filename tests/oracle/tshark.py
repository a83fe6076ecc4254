# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""What tshark sees in a capture, one dump of fields a capture, cached.

Truth: tshark, every packet one row, every occurrence of each field (the
first one is the outermost header's).  Reassembly of IP fragments is off, so
that each frame stands for itself; desegmentation of TCP stays on, because
DNS over TCP needs it.  tshark takes 0.2 s to start, so the dumps are kept in
SPIN_TEST_CACHE (build/truth), named by the file's contents, tshark's version
and the list of fields.
"""
import hashlib
import os
import subprocess
import zlib

import captures

FIELDS = '''
frame.len frame.protocols vlan.id
ip.src ip.dst ip.proto ip.id ip.frag_offset ip.flags.mf ip.len ip.version
ipv6.src ipv6.dst ipv6.nxt ipv6.plen ipv6.hopopts.nxt ipv6.routing.nxt
ipv6.fraghdr.nxt ipv6.fraghdr.offset ipv6.fraghdr.ident ipv6.fraghdr.more
ipv6.dstopts.nxt ah.next_header ipv6.opt.jumbo
tcp.srcport tcp.dstport udp.srcport udp.dstport
sctp.srcport sctp.dstport dccp.srcport dccp.dstport
icmp.type icmp.code icmpv6.type icmpv6.code
dns.id dns.flags.response dns.flags.opcode dns.flags.rcode
dns.flags.truncated
dns.resp.ext_rcode
dns.count.queries dns.count.answers dns.count.auth_rr dns.count.add_rr
dns.qry.name dns.qry.type dns.resp.name dns.resp.type dns.resp.ttl
dns.a dns.aaaa dns.cname dns.ptr.domain_name dns.ns
dns.srv.service dns.srv.proto dns.srv.name
dns.srv.priority dns.srv.weight dns.srv.port dns.srv.target
arp.opcode arp.src.hw_mac arp.src.proto_ipv4
dhcp.hw.mac_addr dhcp.ip.your dhcp.option.dhcp dhcp.option.hostname
_ws.malformed frame.number frame.cap_len communityid
'''.split()
OPTIONS = ['-n', '--enable-protocol', 'communityid',
           '-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE']
AGGREGATOR = '\x02'


class Row(dict):
    """One packet: field -> list of occurrences (missing: empty list)."""

    def __missing__(self, key):
        if key not in FIELDS:
            raise KeyError(key)
        return []

    def first(self, key):
        vals = self[key]
        return vals[0] if vals else None

    def num(self, key):
        val = self.first(key)
        return None if val is None else int(val, 0)


_version = []


def version():
    if not _version:
        run = subprocess.run(['tshark', '--version'], capture_output=True,
                             text=True, check=True)
        _version.append(run.stdout.splitlines()[0])
    return _version[0]


def cache_dir():
    # Not below SPIN_BIN: builds with sanitizers share the truth.
    return os.environ.get('SPIN_TEST_CACHE') or os.path.join(
        os.environ.get('SPIN_SRC') or '.', 'build', 'truth')


def _dump(full):
    args = ['tshark', '-r', full, *OPTIONS, '-T', 'fields',
            '-E', 'separator=/t', '-E', 'occurrence=a',
            '-E', 'aggregator=' + AGGREGATOR]
    for f in FIELDS:
        args += ['-e', f]
    run = subprocess.run(args, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    return run.stdout


def rows(path):
    """All packets of a capture of the data folder, as Rows."""
    full = os.path.join(captures.data_dir(), path)
    key = hashlib.sha256()
    with open(full, 'rb') as f:
        key.update(f.read())
    key.update('\0'.join([version(), *OPTIONS, *FIELDS]).encode())
    kept = os.path.join(cache_dir(), key.hexdigest()[:32] + '.z')
    try:
        with open(kept, 'rb') as f:
            text = zlib.decompress(f.read())
    except (OSError, zlib.error):
        text = _dump(full)
        os.makedirs(cache_dir(), exist_ok=True)
        part = '%s.%d' % (kept, os.getpid())
        with open(part, 'wb') as f:
            f.write(zlib.compress(text, 1))
        os.replace(part, kept)
    res = []
    for line in text.decode('utf-8', 'backslashreplace').split('\n'):
        if not line:
            continue
        row = Row()
        for name, val in zip(FIELDS, line.split('\t')):
            if val:
                row[name] = val.split(AGGREGATOR)
        res.append(row)
    return res
