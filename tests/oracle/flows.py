# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""flows.py PREFIX...: conversations against tshark's packets.

Truth: tshark (see tshark.py).  A conversation is VLAN tags, protocol and
the unordered pair of address and port, of the OUTERMOST IP header; counted
are packets and IP bytes (ip.len, or 40 + ipv6.plen) in each direction.
Later fragments go to the conversation of their first fragment, by (source,
destination, protocol, identification).  ICMP has no ports: its type stands
in, request and reply alike.
"""
import sys

import captures
import records
import tshark

# Differences that stay, one by one: path: (how many, why).  Any other number
# fails the test.
_S = 'malformed/suricata-verify/ipv6-evasion__ipv6-malformed-fragments-'
_T = 'malformed/tcpdump/'
DIFFER = {
    'linktypes/PcapPlusPlus/solaris.snoop': (
        27, 'snoop files are refused: libpcap does not read them either'),
    'malformed/libpcap/pcap-invalid-version-2.pcap': (
        1, 'refused, as by libpcap: pcap 2.5 does not exist'),
    _S + '11__frag-11.pcap': (
        2, '137 fragment headers in a row: we look through 16 headers and '
        'count the packet as protocol 44'),
    _S + '12__frag-12.pcap': (
        2, 'the same, more of them'),
    _S + '28__frag-28.pcap': (
        2, 'an ICMPv6 message of one byte: tshark shows its type, we want '
        'type and code'),
    _S + '36__frag-36.pcap': (
        2, 'three fragment headers with three identifications in one packet '
        '(RFC 8200 4.5 has one): later fragments follow the first one here, '
        'the last one there'),
    _T + 'icmp-icmp_print-oobr-1.pcap': (
        2, 'an ICMP message of three bytes: enough for us, not for tshark'),
    _T + 'icmp-icmp_print-oobr-2.pcap': (
        2, 'an ICMP message whose frame states less than was captured: '
        'tshark gives up before its type'),
    _T + 'icmp6_nodeinfo_oobr.pcap': (
        1, 'SLIP: tshark 4.0 does not read it'),
    _T + 'ipv6-srh-tlv-pad1-padn-5-trunc.pcap': (
        2, 'the routing header was not captured whole: we stop there, tshark '
        'shows what it says comes next'),
    _T + 'ipv6_jumbogram_invalid_length.pcap': (
        1, 'the jumbo option says one byte more than the frame has: we count '
        'the frame'),
    _T + 'macsec-short-longer.pcap': (
        1, 'MACsec is encryption of the link: not read, counted as macsec; '
        'this packet happens to be in clear'),
    _T + 'macsec-short-shorter.pcap': (
        1, 'the same'),
    'malformed/zeek/trunc__ipv4-internally-truncated-header.pcap': (
        1, 'IPv4 options that were not captured: tshark gives up before '
        'the addresses'),
    'malformed/zeek/trunc__mpls-6in6-broken.pcap': (
        7, 'random bytes read as MPLS labels, more in a row than we look '
        'through (counted as malformed: mpls_stack)'),
}

PORTS = {6: 'tcp', 17: 'udp', 136: 'udp', 132: 'sctp', 33: 'dccp'}
EXTENSION = {0: 'ipv6.hopopts.nxt', 43: 'ipv6.routing.nxt',
             44: 'ipv6.fraghdr.nxt', 51: 'ah.next_header',
             60: 'ipv6.dstopts.nxt'}
# Reply to request, RFC 792, RFC 950, RFC 1256, RFC 4443, RFC 2710, RFC 4861.
REQUEST = {(1, 0): 8, (1, 14): 13, (1, 16): 15, (1, 18): 17, (1, 9): 10,
           (58, 129): 128, (58, 131): 130, (58, 134): 133, (58, 136): 135,
           (58, 140): 139}


def icmp_class(proto, kind):
    return REQUEST.get((proto, kind), kind)


def conversation(table, vlan, proto, src, sport, dst, dport, pkts, size):
    """Adds what src sent to the conversation's sums."""
    a, b = (src, sport), (dst, dport)
    # str() because a port may be absent on both sides.
    swap = (a[0], str(a[1])) > (b[0], str(b[1]))
    key = (vlan, proto) + (b + a if swap else a + b)
    sums = table.setdefault(key, [0, 0, 0, 0])
    sums[2 if swap else 0] += pkts
    sums[3 if swap else 1] += size


class Outer:
    """The outermost IP header of a tshark row; ok is False without one."""

    def __init__(self, row):
        self.row = row
        self.ok = False
        self.frag = None
        names = (row.first('frame.protocols') or '').split(':')
        version = next((n for n in names if n in ('ip', 'ipv6')), None)
        if version == 'ip':
            self._four(row)
        elif version == 'ipv6':
            self._six(row)

    def _four(self, row):
        if not (row['ip.src'] and row['ip.dst'] and row['ip.len'] and
                row['ip.proto']):
            return
        self.src, self.dst = row.first('ip.src'), row.first('ip.dst')
        self.size = row.num('ip.len')
        off = row.num('ip.frag_offset') or 0
        if off or row.first('ip.flags.mf') in ('1', 'True'):
            self.frag = (off, row.first('ip.id'))
        self.proto = row.num('ip.proto')
        if self.proto == 51 and not off:
            self.proto = self._chain(row, 51)
        self.ok = True

    def _six(self, row):
        if not (row['ipv6.src'] and row['ipv6.dst'] and row['ipv6.plen'] and
                row['ipv6.nxt']):
            return
        self.src = records.address(row.first('ipv6.src'))
        self.dst = records.address(row.first('ipv6.dst'))
        self.size = 40 + (row.num('ipv6.opt.jumbo') or row.num('ipv6.plen'))
        self.proto = self._chain(row, row.num('ipv6.nxt'))
        self.ok = True

    def _chain(self, row, proto):
        """Follows the extension headers to the upper protocol."""
        used = {}
        while proto in EXTENSION:
            field = EXTENSION[proto]
            i = used.get(field, 0)
            if i >= len(row[field]):
                break
            if proto == 44 and self.frag is None:
                off = int(row['ipv6.fraghdr.offset'][i], 0)
                self.frag = (off, row['ipv6.fraghdr.ident'][i])
            used[field] = i + 1
            proto = int(row[field][i], 0)
            if self.frag and self.frag[0]:
                break
        return proto

    def ports(self):
        """(source, destination): ports, ICMP class, or None."""
        row = self.row
        if self.proto in PORTS:
            stem = PORTS[self.proto]
            s, d = row.num(stem + '.srcport'), row.num(stem + '.dstport')
            return (None, None) if s is None or d is None else (s, d)
        field = {1: 'icmp.type', 58: 'icmpv6.type'}.get(self.proto)
        if field and row[field]:
            kind = icmp_class(self.proto, row.num(field))
            return kind, kind
        return None, None


def vlan_of(row):
    """The two outermost tags; the priority tag 0 is no VLAN."""
    tags = [int(x, 0) for x in row['vlan.id']]
    return tuple(v for v in tags[:2] if v)


def truth(path, later_only=False):
    """({conversation: sums}, packets without a whole IP header).

    later_only: count nothing but fragments that are not the first.
    """
    table, first, other = {}, {}, 0
    for row in tshark.rows(path):
        ip = Outer(row)
        if not ip.ok:
            other += 1
            continue
        vlan = vlan_of(row)
        sport, dport = ip.ports()
        if ip.frag is not None:
            off, ident = ip.frag
            key = (vlan, ip.src, ip.dst, ip.proto, ident)
            if off == 0:
                first[key] = (sport, dport)
            else:
                sport, dport = first.get(key, (None, None))
        if later_only and (ip.frag is None or not ip.frag[0]):
            continue
        conversation(table, vlan, ip.proto, ip.src, sport, ip.dst, dport,
                     1, ip.size)
    return table, other


def ours(recs):
    table = {}
    for r in records.of_type(recs, 'flow'):
        vlan = tuple(r[k] for k in ('vlan', 'inner_vlan') if k in r)
        proto = records.proto_number(r['proto'])
        src, dst = records.address(r['src']), records.address(r['dst'])
        sport, dport = r.get('sport'), r.get('dport')
        if proto in (1, 58) and 'icmp_type' in r:
            sport = dport = icmp_class(proto, r['icmp_type'])
        conversation(table, vlan, proto, src, sport, dst, dport,
                     r['pkts'], r['bytes'])
        conversation(table, vlan, proto, dst, dport, src, sport,
                     r['rpkts'], r['rbytes'])
    return {k: v for k, v in table.items() if any(v)}


def differences(want, got):
    res = []
    for key in sorted(set(want) | set(got), key=str):
        if want.get(key) != got.get(key):
            res.append('%s: tshark %s, spin-capture %s' %
                       (key, want.get(key), got.get(key)))
    return res


def compare(paths, rep):
    def work(path):
        return (tshark.rows(path) is not None,
                records.spin_capture(path))[1]
    for path, run in zip(paths, records.each(work, paths)):
        rep.seen += 1
        diff = differences(truth(path)[0], ours(records.parse(run.out)))
        if len(diff) == DIFFER.get(path, (0, ''))[0]:
            continue
        for text in diff[:6]:
            rep.bad(path, text)
        if len(diff) > 6:
            rep.bad(path, '%d differences in all' % len(diff))


def main():
    rep = records.Report('flows')
    paths = captures.captures(*sys.argv[1:])
    verdicts = captures.verdicts(paths)
    compare([p for p in paths if not verdicts[p].damage], rep)
    rep.end()


if __name__ == '__main__':
    main()
