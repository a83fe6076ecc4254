# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""dig.py sums CASES PREFIX... | home NAME | days CAPTURE...: of spin-dig.

sums: dig_sums.py, so many random cases for each capture.
home: dig_homes.py, of sentinel, firewall, dataset or mud.
days: dig_days.py.
"""
import sys

import captures
import dig_days
import dig_homes
import dig_sums
import records


def main():
    kind, args = sys.argv[1], sys.argv[2:]
    rep = records.Report('dig ' + ' '.join(sys.argv[1:3]))
    if kind == 'sums':
        records.each(lambda p: dig_sums.check(p, int(args[0]), rep),
                     captures.captures(*args[1:]))
    elif kind == 'home':
        dig_homes.compare(args[0], rep)
    else:
        for path in captures.captures(*args):
            dig_days.check(path, rep)
    rep.end()


if __name__ == '__main__':
    main()
