# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""dnstruth.py PREFIX...: dns records against tshark's DNS fields.

Truth: tshark's dns.* fields of the messages on UDP and TCP port 53 (opcode
QUERY), and IANA's registry of types and codes.  Each response is one record
with its question, code, and the answer section; a question that no response
follows is one record without rcode.  Names are compared without regard to
case, and what either side escapes counts as the same unknown byte.
Messages that the capture cut or tshark calls malformed may be missing or
present.
"""
import collections
import re
import sys

import captures
import flows
import records
import tshark

# Differences that stay, one by one: path: (how many, why).  Any other number
# fails the test.
DIFFER = {
    'dns/entrada2/sidnlabs-test-tcp-stream-continued.pcap': (
        15, 'the capture begins in the middle of the server stream: we find '
        'the next message, tshark waits for the one before (12 answers, '
        'three of them to questions that are open for tshark)'),
    'iot/iot-pcap-dataset/schlage-lock-01.pcap': (
        1, 'an outage: answers come up to 55 s late, after the questions '
        'have been given up'),
    'iot/iot-pcap-dataset/sifely-hub-01.pcap': (
        1, 'the same outage, seen by another device'),
}

TYPES = {
    1: 'A', 2: 'NS', 3: 'MD', 4: 'MF', 5: 'CNAME', 6: 'SOA', 7: 'MB',
    8: 'MG', 9: 'MR', 10: 'NULL', 11: 'WKS', 12: 'PTR', 13: 'HINFO',
    14: 'MINFO', 15: 'MX', 16: 'TXT', 17: 'RP', 18: 'AFSDB', 19: 'X25',
    20: 'ISDN', 21: 'RT', 22: 'NSAP', 23: 'NSAP-PTR', 24: 'SIG', 25: 'KEY',
    26: 'PX', 27: 'GPOS', 28: 'AAAA', 29: 'LOC', 30: 'NXT', 31: 'EID',
    32: 'NIMLOC', 33: 'SRV', 34: 'ATMA', 35: 'NAPTR', 36: 'KX', 37: 'CERT',
    38: 'A6', 39: 'DNAME', 40: 'SINK', 41: 'OPT', 42: 'APL', 43: 'DS',
    44: 'SSHFP', 45: 'IPSECKEY', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY',
    49: 'DHCID', 50: 'NSEC3', 51: 'NSEC3PARAM', 52: 'TLSA', 53: 'SMIMEA',
    55: 'HIP', 59: 'CDS', 60: 'CDNSKEY', 61: 'OPENPGPKEY', 62: 'CSYNC',
    63: 'ZONEMD', 64: 'SVCB', 65: 'HTTPS', 99: 'SPF', 104: 'NID',
    105: 'L32', 106: 'L64', 107: 'LP', 108: 'EUI48', 109: 'EUI64',
    249: 'TKEY', 250: 'TSIG', 251: 'IXFR', 252: 'AXFR', 253: 'MAILB',
    254: 'MAILA', 255: 'ANY', 256: 'URI', 257: 'CAA', 258: 'AVC',
    32768: 'TA', 32769: 'DLV'}
NUMBERS = {name: number for number, name in TYPES.items()}
NUMBERS['*'] = 255
RCODES = {16: 'BADVERS', 17: 'BADKEY', 18: 'BADTIME', 19: 'BADMODE',
          20: 'BADNAME', 21: 'BADALG', 22: 'BADTRUNC', 23: 'BADCOOKIE',
          0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN',
          4: 'NOTIMP', 5: 'REFUSED', 6: 'YXDOMAIN', 7: 'YXRRSET',
          8: 'NXRRSET', 9: 'NOTAUTH', 10: 'NOTZONE', 11: 'DSOTYPENI'}
MOST = 64
TOO_LONG = 'too long'
# tshark's dns.resp.type also holds the types in these records' bitmaps, so
# what follows them cannot be told apart.
BITMAP = (30, 47, 50, 62)
DATA = {1: 'dns.a', 28: 'dns.aaaa', 5: 'dns.cname', 12: 'dns.ptr.domain_name',
        2: 'dns.ns'}
NAMED = (5, 12, 2)

Answer = collections.namedtuple('Answer', 'name rtype ttl data')
Message = collections.namedtuple(
    'Message', 'via response client server cport sport id qname qtype rcode '
    'answers more sure')


def type_number(name):
    """A mnemonic, or TYPE65280 (RFC 3597), as a number."""
    if name in NUMBERS:
        return NUMBERS[name]
    m = re.match(r'(?:TYPE)?(\d+)$', name)
    return int(m.group(1)) if m else name


def rcode_number(name):
    for number, known in RCODES.items():
        if known == name:
            return number
    m = re.match(r'(?:RCODE)?(\d+)$', name)
    return int(m.group(1)) if m else name


def plain(name):
    """A name in a form that both programs' escapes come out equal in."""
    if name in ('<Root>', '.', ''):
        return '.'
    if name == '<Name too long>':
        return TOO_LONG

    def byte(m):
        c = chr(int(m.group(1)) & 0xff)
        return c if '!' <= c <= '~' else '?'
    name = re.sub(r'\\(\d{3})', byte, name)
    name = re.sub(r'\\[abfnrtv]', '?', name)
    name = re.sub(r'\\(.)', r'\1', name)
    # tshark decodes UTF-8 and drops what is none, we escape each byte: a
    # label with such bytes is only known to be one.
    name = ''.join(c if '!' <= c <= '~' else '?' for c in name).lower()
    return '.'.join('?' if '?' in x else x for x in name.split('.'))


class _Fields:
    """Takes a row's occurrences one after the other."""

    def __init__(self, row):
        self.row = row
        self.used = collections.Counter()

    def take(self, field):
        i = self.used[field]
        self.used[field] += 1
        return self.row[field][i]


def _owner(f, rtype):
    if rtype != 33:
        return f.take('dns.resp.name')
    # Of an SRV record tshark shows the owner's name in three parts.
    return '.'.join([f.take('dns.srv.service'), f.take('dns.srv.proto'),
                     f.take('dns.srv.name')])


def _answer(f):
    """The next resource record of the row."""
    rtype = int(f.take('dns.resp.type'), 0)
    name = _owner(f, rtype)
    if rtype in BITMAP:
        raise ValueError('a record with a bitmap')
    ttl = None if rtype == 41 else int(f.take('dns.resp.ttl'), 0)
    data = None
    if rtype in DATA:
        data = f.take(DATA[rtype])
        data = plain(data) if rtype in NAMED else records.address(data)
    elif rtype == 33:
        data = ' '.join([f.take('dns.srv.priority'),
                         f.take('dns.srv.weight'), f.take('dns.srv.port'),
                         plain(f.take('dns.srv.target'))])
    return Answer(plain(name), rtype, ttl, data)


def _message(f, via, ends):
    """The next DNS message of the row; IndexError: the row has less."""
    ident = f.take('dns.id')
    response = f.take('dns.flags.response') in ('1', 'True')
    rcode = int(f.take('dns.flags.rcode'), 0) if response else None
    if response and len(f.row['dns.id']) == 1 and f.row['dns.resp.ext_rcode']:
        rcode |= int(f.row['dns.resp.ext_rcode'][-1], 0) << 4  # RFC 6891 6.1.3
    questions = [(plain(f.take('dns.qry.name')),
                  int(f.take('dns.qry.type'), 0))
                 for _ in range(int(f.take('dns.count.queries'), 0))]
    n = int(f.take('dns.count.answers'), 0)
    rest = int(f.take('dns.count.auth_rr'), 0) + \
        int(f.take('dns.count.add_rr'), 0)
    answers = [_answer(f) for _ in range(n)]
    # OPT is no answer, wherever it stands (RFC 6891 6.1.1).
    answers = [a for a in answers if a.rtype != 41]
    n = len(answers)
    # A name beyond RFC 1035's 255 bytes: the message is worth its parts
    # before that.
    for i, a in enumerate(answers):
        if TOO_LONG in (a.name, a.data):
            answers, n = answers[:i], i
            break
    # What else the message holds only matters when another one follows.
    if f.used['dns.id'] < len(f.row['dns.id']):
        for _ in range(rest):
            _answer(f)
    src, sport, dst, dport = ends
    if response:
        src, sport, dst, dport = dst, dport, src, sport
    qname, qtype = questions[0] if questions else (None, None)
    return Message(via, response, src, dst, sport, dport, ident, qname,
                   qtype, rcode, tuple(answers[:MOST]), max(0, n - MOST),
                   True)


def messages(path):
    """All DNS messages of port 53, in order."""
    res = []
    for row in tshark.rows(path):
        if not row['dns.id'] and 'dns' not in \
                (row.first('frame.protocols') or '').split(':'):
            continue
        ip = flows.Outer(row)
        if not ip.ok or ip.proto not in (6, 17):
            continue
        sport, dport = ip.ports()
        if 53 not in (sport, dport) or (
                ip.frag is not None and ip.frag[0]):
            continue
        if any(int(x, 0) for x in row['dns.flags.opcode']):
            continue
        via = 'tcp' if ip.proto == 6 else 'udp'
        ends = (ip.src, sport, ip.dst, dport)
        f = _Fields(row)
        cut = row.num('frame.cap_len') < row.num('frame.len')
        sure = not row['_ws.malformed'] and not cut and ip.frag is None
        try:
            for _ in row['dns.id']:
                m = _message(f, via, ends)
                res.append(m._replace(
                    sure=sure and m.qname != TOO_LONG))
        except (IndexError, ValueError):
            # Less there than the header announces: whatever is said of
            # these messages may be right.
            for ident in row['dns.id'] or [None]:
                a, ap, b, bp = ends
                if sport == 53:
                    a, ap, b, bp = b, bp, a, ap
                res.append(Message(via, sport == 53, a, b, ap, bp, ident,
                                   None, None, None, (), 0, False))
    return res


def expected(msgs):
    """What the messages make us expect.

    Counter of answered, set of unanswered, set of questions that may be
    reported as unanswered (asked more often than answered: whether in time
    is ours to judge), list of unsure.
    """
    answered, unsure = collections.Counter(), []
    waiting, maybe, balance = {}, set(), collections.Counter()
    for m in msgs:
        key = (m.via, m.client, m.server, m.cport, m.sport, m.id)
        if not m.sure:
            unsure.append((m.client, m.server))
            maybe.update(waiting.pop(key, {}).values())
        elif m.response:
            # An answer to another question leaves the question open.
            asked = waiting.get(key, {})
            if m.qname is None:
                asked.clear()
            asked.pop((m.qname, m.qtype), None)
            balance[(m.via, m.client, m.server, m.qname, m.qtype)] -= 1
            answered[(m.via, m.client, m.server, m.qname, m.qtype, m.rcode,
                      m.answers, m.more)] += 1
        elif m.qname is not None and m.sport == 53:
            # (A question goes to port 53; some servers forget the QR bit.)
            question = (m.via, m.client, m.server, m.qname, m.qtype)
            waiting.setdefault(key, {})[(m.qname, m.qtype)] = question
            balance[question] += 1
    still = {q for asked in waiting.values() for q in asked.values()}
    maybe.update(q for q, n in balance.items() if n > 0 or '?' in q[3])
    return answered, still, maybe - still, unsure


def _our_answer(a):
    rtype = type_number(a['rtype'])
    data = None
    if rtype in DATA:
        data = plain(a['data']) if rtype in NAMED else \
            records.address(a['data'])
    elif rtype == 33:
        words = a['data'].split(' ')
        data = ' '.join(words[:-1] + [plain(words[-1])])
    return Answer(plain(a['name']), rtype, a.get('ttl'), data)


def ours(recs):
    answered, unanswered = collections.Counter(), set()
    for r in records.of_type(recs, 'dns'):
        if r['via'] not in ('udp', 'tcp'):
            continue
        ends = (r['via'], records.address(r['client']),
                records.address(r['server']))
        qname = plain(r['qname']) if 'qname' in r else None
        qtype = type_number(r['qtype']) if 'qtype' in r else None
        if 'rcode' not in r:
            unanswered.add(ends + (qname, qtype))
            continue
        answers = tuple(_our_answer(a) for a in r.get('answers', ()))
        answered[ends + (qname, qtype, rcode_number(r['rcode']), answers,
                         r.get('more', 0))] += 1
    return answered, unanswered


def _drop_unsure(extra, unsure):
    """Takes out of extra what an unsure message may have given."""
    pool = collections.Counter(unsure)
    res = []
    for item in extra:
        ends = (item[1], item[2])
        if pool[ends] > 0:
            pool[ends] -= 1
        elif pool[ends[::-1]] > 0:
            pool[ends[::-1]] -= 1
        else:
            res.append(item)
    return res


def differences(path, recs):
    want, open_, maybe, unsure = expected(messages(path))
    have, unanswered = ours(recs)
    res = []
    for item in (want - have).elements():
        res.append('tshark only: %s' % (item,))
    for item in _drop_unsure((have - want).elements(), unsure):
        res.append('spin-capture only: %s' % (item,))
    for item in sorted(open_ - unanswered, key=str):
        res.append('unanswered, tshark only: %s' % (item,))
    extra = sorted(unanswered - open_ - maybe, key=str)
    for item in _drop_unsure(extra, unsure):
        res.append('unanswered, spin-capture only: %s' % (item,))
    return res, len(want) + len(open_)


def main():
    rep = records.Report('dns')
    paths = captures.captures(*sys.argv[1:])

    def work(path):
        tshark.rows(path)
        return records.spin_capture(path)
    total = 0
    for path, run in zip(paths, records.each(work, paths)):
        rep.seen += 1
        diff, n = differences(path, records.parse(run.out))
        total += n
        if len(diff) == DIFFER.get(path, (0, ''))[0]:
            continue
        for text in diff[:4]:
            rep.bad(path, text[:400])
        if len(diff) > 4:
            rep.bad(path, '%d differences in all' % len(diff))
    print('dns: %d transactions' % total)
    rep.end()


if __name__ == '__main__':
    main()
