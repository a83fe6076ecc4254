#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Random records, and whether two files hold the same ones.

randrec.py make COUNT SEED       lines on stdout: types of the format and
                                 others, members in any order, any blanks,
                                 UTF-8 or escapes, members nobody knows
randrec.py compare FILE FILE     by Python's json, values as decimals
"""

import ipaddress
import json
import random
import re
import sys
from decimal import Decimal
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "lib" / "rec_members.h"
TEXT = ["tcp", "caf\u00e9", "\u20ac", "\U0001f600", 'a"b\\c', "\n\t", "",
        "x" * 300, "\\x1b[2J", "\u007f", "/"]


def table():
    types, now = {}, None
    for line in TABLE.read_text().splitlines():
        m = re.match(r"#define REC_(\w+)\(M\)", line)
        if m:
            now = types.setdefault(m.group(1).lower(), [])
        m = re.search(r'M\((\w+), \w+, "(\w+)"\)', line)
        if m and now is not None and not line.startswith(" *"):
            now.append((m.group(2), m.group(1)))
    return types


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.types = table()

    def time(self):
        us = self.r.choice([self.r.randrange(2**51), self.r.randrange(10),
                            -self.r.randrange(10**9), 10**6])
        return Decimal(us).scaleb(-6)

    def uint(self):
        return self.r.choice([0, 1, 2**53 - 1, self.r.randrange(2**53),
                              self.r.randrange(65536)])

    def text(self):
        return self.r.choice(TEXT)

    def addr(self):
        if self.r.random() < 0.5:
            return str(ipaddress.IPv4Address(self.r.randrange(2**32)))
        bits = self.r.getrandbits(128) & self.r.choice(
            [2**128 - 1, 0xffff << 112 | 0xffff, 2**128 - 2**64])
        # The forms that Python and RFC 5952 write differently are left out.
        return str(ipaddress.IPv6Address(bits | 1 << 125))

    def mac(self):
        return ":".join("%02x" % self.r.randrange(256) for _ in range(6))

    def any(self, depth=0):
        n = self.r.randrange(8 if depth < 4 else 5)
        if n == 5:
            return [self.any(depth + 1) for _ in range(self.r.randrange(4))]
        if n > 5:
            return {self.text() + str(i): self.any(depth + 1)
                    for i in range(self.r.randrange(4))}
        return [None, True, self.text(), self.time(), self.uint()][n]

    def value(self, kind):
        some = range(self.r.randrange(5))
        if kind == "ANSWERS":
            return [{"name": self.text() + "x", "ttl": self.uint(),
                     "prio": self.any(3)} for _ in some]
        if kind == "RAW":
            return self.any() or 1
        return {"TIME": self.time, "UINT": self.uint, "TEXT": self.text,
                "BOOL": lambda: self.r.random() < 0.5,
                "ADDR": self.addr, "MAC": self.mac,
                "PORTS": lambda: self.r.choice([443, 0, "1-65535"]),
                "TEXTS": lambda: [self.text() for _ in some],
                "ADDRS": lambda: [self.addr() for _ in some],
                "COUNTS": lambda: {"n%d" % i: self.uint() for i in some},
                }[kind]()

    def record(self):
        name = self.r.choice(list(self.types) + ["x-new"])
        members = [(k, self.value(t)) for k, t in self.types.get(name, [])
                   if self.r.random() < 0.7]
        if self.r.random() < 0.3:
            members += [("x%d" % i, self.any())
                        for i in range(self.r.randrange(4))]
        members = [("type", name), ("ts", self.time())] + members
        if self.r.random() < 0.5:
            self.r.shuffle(members)
        return members

    def line(self):
        comma = self.r.choice([",", ", ", " ,\t"])
        colon = self.r.choice([":", ": ", " : "])
        ascii_only = self.r.random() < 0.5
        parts = []
        for key, value in self.record():
            parts.append(json.dumps(key) + colon +
                         dump(value, comma, colon, ascii_only))
        return "{" + comma.join(parts) + "}"


def dump(v, comma, colon, ascii_only):
    """json.dumps that knows decimals."""
    if isinstance(v, Decimal):
        return format(v.normalize(), "f")
    if isinstance(v, list):
        return "[" + comma.join(dump(x, comma, colon, ascii_only)
                                for x in v) + "]"
    if isinstance(v, dict):
        return "{" + comma.join(
            dump(k, comma, colon, ascii_only) + colon +
            dump(x, comma, colon, ascii_only)
            for k, x in v.items()) + "}"
    return json.dumps(v, ensure_ascii=ascii_only)


def load(path):
    with open(path, encoding="utf-8", newline="\n") as f:
        return [json.loads(line, parse_float=Decimal, parse_int=Decimal)
                for line in f]


def compare(a, b):
    a, b = load(a), load(b)
    if len(a) != len(b):
        sys.exit("%d records against %d" % (len(a), len(b)))
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            sys.exit("record %d: %r\n%r" % (i + 1, x, y))
        if list(y)[:2] != ["type", "ts"]:
            sys.exit("record %d: not in order" % (i + 1))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        maker = Maker(int(sys.argv[3]))
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        for _ in range(int(sys.argv[2])):
            print(maker.line())
    else:
        compare(sys.argv[2], sys.argv[3])
