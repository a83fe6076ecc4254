# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""The list of test captures and what capinfos says of each.

Truth: capinfos (Wireshark's wiretap library): packets that can be read,
and, for damaged files, how many come before the damage.  One run of
capinfos over all files; it takes a fraction of a second.
"""
import os
import re
import subprocess

SUFFIXES = ('.pcap', '.pcapng', '.snoop', '.cap')
SETS = ('iot', 'attack', 'dns', 'linktypes', 'malformed', 'community-id')


def data_dir():
    src = os.environ.get('SPIN_SRC') or os.path.normpath(
        os.path.join(os.path.dirname(os.path.abspath(__file__)), '../..'))
    given = os.environ.get('SPIN_TEST_DATA') or '../shared/data'
    return os.path.normpath(os.path.join(src, given))


def captures(*prefixes):
    """Paths relative to the data folder, sorted; prefixes select."""
    root = data_dir()
    found = []
    for top, dirs, files in os.walk(root):
        dirs.sort()
        for name in files:
            path = os.path.relpath(os.path.join(top, name), root)
            if name.endswith(SUFFIXES) and (
                    not prefixes or path.startswith(prefixes)):
                found.append(path)
    return sorted(found)


class Verdict:
    """packets, data (bytes of frames, as on the wire): as capinfos counts;
    damage: None, or its words."""

    def __init__(self):
        self.packets = None
        self.data = None
        self.damage = None


def verdicts(paths):
    """{path: Verdict} by one run of capinfos."""
    root = data_dir()
    res = {p: Verdict() for p in paths}
    if not paths:
        return res
    run = subprocess.run(
        ['capinfos', '-M', '-T', '-m', '-Q', '-r', '-c', '-d', '--'] +
        list(paths), cwd=root, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, errors='replace', check=False)
    for line in run.stdout.splitlines():
        cells = [c.strip('"') for c in line.split(',')]
        # A name with a comma would shift the cells: take from the right.
        if len(cells) >= 3:
            name = ','.join(cells[:-2])
            if name in res:
                res[name].packets = int(cells[-2])
                res[name].data = int(cells[-1])
    for line in run.stderr.splitlines():
        m = re.match(r'capinfos: An error occurred after reading (\d+) '
                     r'packets from "(.*)"\.$', line)
        if m:
            res[m.group(2)].packets = int(m.group(1))
            res[m.group(2)].damage = 'damaged'
            continue
        m = re.match(r'capinfos: The file "(.*?)" (.*)$', line)
        if m and m.group(1) in res:
            v = res[m.group(1)]
            v.damage = m.group(2)
    return res
