# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""all.py laws|status|stdin|readers|filter PREFIX...: one property.

Truths: laws.py (form and arithmetic); capinfos (packets, damage); tcpdump
(what a filter lets through); and for stdin and readers the program itself
by another way in.
"""
import re
import subprocess
import sys

import captures
import laws
import records
import tshark

# Where capinfos and spin-capture rightly differ, one by one:
# path: (exit status, packets, why)
DIFFER = {
    # Link types that wiretap does not know; counts are tcpdump's.
    'linktypes/tcpdump/brcm-tag.pcap': (0, 23, 'DSA_TAG_BRCM'),
    'linktypes/tcpdump/dsa.pcap': (0, 8, 'DSA_TAG_DSA'),
    'malformed/tcpdump/frf16_magic_ie-oobr.pcap': (0, 1, 'MFR'),
    'malformed/tcpdump/vtp_asan-2.pcap': (0, 1, 'MFR'),
    'malformed/tcpdump/vtp_asan.pcap': (0, 5, 'MFR'),
    'malformed/tcpdump/juniper_es_oobr.pcap': (
        0, 1, 'JUNIPER_ES; wiretap takes the FCS bits for its number'),
    'malformed/suricata-verify/bug-6875-01__fuzz.pcap': (
        3, 1, '64 bytes are missing in the first packet: wiretap takes that '
        'for another variant of the format; tcpdump reads 1 as we do'),
    'malformed/libpcap/linktype-reserved-field-not-zero.pcap': (
        0, 0, 'a header and no packets; readers MUST ignore the reserved '
        'bits (draft-ietf-opsawg-pcap)'),
    'malformed/libpcap/pcap-invalid-version-2.pcap': (
        4, None, 'version 2.5 does not exist; libpcap refuses it too'),
    'linktypes/PcapPlusPlus/solaris.snoop': (
        4, None, 'snoop is no format of libpcap either'),
}
# link_bytes: wiretap takes the pseudo-header off that libpcap counts.
PSEUDO = {
    'malformed/tcpdump/atm-heapoverflow.pcap': 4,
    'malformed/tcpdump/atm-oam-heapoverflow.pcap': 4,
}


def check_laws(paths, rep):
    """No crash, no hang; form and accounts of the records."""
    runs = records.each(records.spin_capture, paths)
    for path, run in zip(paths, runs):
        rep.seen += 1
        if run.status is None:
            rep.bad(path, 'still running after %d s' % records.TIMEOUT)
        elif run.status not in (0, 3, 4):
            rep.bad(path, 'exit status %d: %s' %
                    (run.status, run.err[-300:].decode(errors='replace')))
        for text in laws.check(run.out)[0][:5]:
            rep.bad(path, text)


def _expected(path, verdict):
    """(exit status, packets) that capinfos makes us expect."""
    if path in DIFFER:
        return DIFFER[path][:2]
    if verdict.damage is None:
        return 0, verdict.packets
    if verdict.packets:
        return 3, verdict.packets
    return 4, None


def _one_message(path, run, rep):
    """Exactly one line on stderr, naming the file and the place."""
    lines = run.err.decode(errors='replace').splitlines()
    if len(lines) != 1:
        rep.bad(path, '%d lines on stderr: %r' % (len(lines), lines[:3]))
        return
    if path not in lines[0]:
        rep.bad(path, 'the message does not name the file: %r' % lines[0])
    # A file that is refused whole has no other place.
    if run.status == 3 and \
            not re.search(r'\b(packet|offset|byte) \d+', lines[0]):
        rep.bad(path, 'the message names no place: %r' % lines[0])


def _link_bytes(path, got, want, rep):
    want += PSEUDO.get(path, 0)
    if got == want:
        return
    # Some frames state less than was captured of them: that much they had.
    want = sum(max(row.num('frame.len'), row.num('frame.cap_len'))
               for row in tshark.rows(path))
    if got != want:
        rep.bad(path, 'link_bytes %d instead of %d' % (got, want))


def check_status(paths, rep):
    verdicts = captures.verdicts(paths)
    runs = records.each(records.spin_capture, paths)
    for path, run in zip(paths, runs):
        rep.seen += 1
        status, packets = _expected(path, verdicts[path])
        if run.status != status:
            rep.bad(path, 'exit status %s, expected %d (capinfos: %s); %s' %
                    (run.status, status, verdicts[path].damage or 'sound',
                     run.err[-300:].decode(errors='replace').strip()))
        stats = records.of_type(records.parse(run.out), 'stats')
        got = stats[-1]['pkts'] if stats else None
        if packets is not None and got != packets:
            rep.bad(path, '%s packets, capinfos counts %d' % (got, packets))
        if stats and verdicts[path].data is not None:
            _link_bytes(path, stats[-1]['link_bytes'], verdicts[path].data,
                        rep)
        if status and run.status:
            _one_message(path, run, rep)
        elif run.err:
            rep.bad(path, 'stderr: %r' % run.err[:300])


def _without_source(out):
    return re.sub(rb'(?m)^(\{"type":"stream".*?),"source":"[^"]*"', rb'\1',
                  out)


def check_stdin(paths, rep):
    """cat FILE | spin-capture -r - is spin-capture -r FILE."""
    files = records.each(records.spin_capture, paths)
    pipes = records.each(
        lambda p: records.spin_capture(p, by_stdin=True), paths)
    for path, a, b in zip(paths, files, pipes):
        rep.seen += 1
        if a.status != b.status:
            rep.bad(path, 'exit status %s, from stdin %s' %
                    (a.status, b.status))
        if _without_source(a.out) != _without_source(b.out):
            rep.bad(path, first_difference(_without_source(a.out),
                                           _without_source(b.out)))


def first_difference(a, b):
    a, b = a.split(b'\n'), b.split(b'\n')
    for n, (x, y) in enumerate(zip(a, b), 1):
        if x != y:
            return 'line %d: %s | %s' % (n, x[:200].decode(),
                                         y[:200].decode())
    return '%d lines | %d lines' % (len(a), len(b))


def libpcap_opens(path):
    """Whether libpcap reads all of it, asked of tcpdump."""
    run = subprocess.run(['tcpdump', '-n', '-w', '/dev/null', '-r', path],
                         cwd=captures.data_dir(), stdin=subprocess.DEVNULL,
                         capture_output=True, check=False)
    return run.returncode == 0


# Where libpcap's reader gives another output: path: why.
READERS = {
    path: 'libpcap cuts packets at the snap length that the file header '
    'states, and the sender did not; so stream id and link_bytes differ'
    for path in (
        'malformed/tcpdump/icmp-icmp_print-oobr-2.pcap',
        'malformed/tcpdump/slip-compressed_sl_print-oobr.pcap',
        'malformed/tcpdump/slip-sliplink_print-oobr.pcap')}
# And these have packets without a time (SPB), or of time 0, which libpcap
# shows alike: its reader counts both as bad_time.
READERS.update((
    'linktypes/pcapng-suite/output_le__basic__test%s.pcapng' % n,
    'bad_time') for n in ('001', '012'))


def _without_pcapng(out):
    """Without what pcapng says and libpcap's interface cannot hand on:
    names of interfaces, and packets that the capturing side lost."""
    out = re.sub(rb'"if":"(?:[^"\\]|\\.)*",', b'', out)
    return re.sub(rb',"kernel_drops":\d+', b'', out)


def check_readers(paths, rep):
    """Our own reader and libpcap's give the same bytes."""
    opens = records.each(libpcap_opens, paths)
    paths = [p for p, ok in zip(paths, opens) if ok]
    own = records.each(
        lambda p: records.spin_capture(p, '--reader=own'), paths)
    lib = records.each(
        lambda p: records.spin_capture(p, '--reader=pcap'), paths)
    for path, a, b in zip(paths, own, lib):
        rep.seen += 1
        if (a.status, a.err) != (b.status, b.err):
            rep.bad(path, 'own: %s %r, pcap: %s %r' %
                    (a.status, a.err[:150], b.status, b.err[:150]))
        same = _without_pcapng(a.out) == _without_pcapng(b.out)
        if not same and path not in READERS:
            rep.bad(path, first_difference(_without_pcapng(a.out),
                                           _without_pcapng(b.out)))
        if same and path in READERS:
            rep.bad(path, 'listed as different, but equal')


FILTERS = ('tcp', 'udp port 53', 'arp or icmp6', 'net 192.168.0.0/16',
           'less 100')


def _tcpdump_count(path, expression):
    run = subprocess.run(['tcpdump', '-n', '--count', '-r', path,
                          expression], cwd=captures.data_dir(), text=True,
                         stdin=subprocess.DEVNULL, capture_output=True,
                         check=False)
    m = re.search(r'^(\d+) packets?$', run.stdout + run.stderr, re.M)
    return int(m.group(1)) if m else None


def check_filter(paths, rep):
    """What a filter turns away is counted as filtered, and nowhere else."""
    verdicts = captures.verdicts(paths)
    todo = [(p, f) for p in paths for f in FILTERS]
    counts = records.each(lambda x: _tcpdump_count(*x), todo)
    runs = records.each(
        lambda x: records.spin_capture(x[0], operands=[x[1]]), todo)
    for (path, expression), want, run in zip(todo, counts, runs):
        rep.seen += 1
        wrong, recs = laws.check(run.out)
        for text in wrong[:3]:
            rep.bad(path, '%s: %s' % (expression, text))
        stats = records.of_type(recs, 'stats')
        if not stats or want is None:
            rep.bad(path, '%s: nothing (%s) or no truth (%s)' %
                    (expression, run.err[:200], want))
            continue
        got = stats[-1]['pkts'], stats[-1].get('filtered', 0)
        if got != (want, verdicts[path].packets - want):
            rep.bad(path, '%s: pkts, filtered %s; tcpdump lets %d of %d '
                    'through' % (expression, got, want,
                                 verdicts[path].packets))


def main():
    kind, prefixes = sys.argv[1], sys.argv[2:]
    rep = records.Report(kind)
    {'laws': check_laws, 'status': check_status, 'stdin': check_stdin,
     'readers': check_readers, 'filter': check_filter}[kind](
         captures.captures(*prefixes), rep)
    rep.end()


if __name__ == '__main__':
    main()
