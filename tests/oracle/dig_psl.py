# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Registered domains by the Public Suffix List, read from its text.

Truth: the list, and the algorithm that publicsuffix.org states: of the rules
that match from the right, an exception wins, else the one with most labels;
without any, the last label is the suffix.
"""
import functools

LIST = '/usr/share/publicsuffix/public_suffix_list.dat'


def ascii_form(rule):
    """A rule with IDNA's form of the labels that are not ASCII."""
    return '.'.join(x if x.isascii() else x.encode('idna').decode()
                    for x in rule.split('.'))


@functools.lru_cache(1)
def rules():
    res = set()
    with open(LIST, encoding='utf-8') as f:
        for line in f:
            rule = line.split()[0] if line.split() else ''
            if rule and not rule.startswith('//'):
                res.add(ascii_form(rule.lower()))
    assert len(res) > 5000
    return res


def suffix_labels(labels):
    """How many labels of the name are its public suffix."""
    most = 1
    for n in range(1, len(labels) + 1):
        tail = labels[-n:]
        if '!' + '.'.join(tail) in rules():
            return n - 1
        if '.'.join(tail) in rules() or (
                n > 1 and '.'.join(['*'] + tail[1:]) in rules()):
            most = max(most, n)
    return most


@functools.lru_cache(None)
def registered(name):
    """The registered domain of a host name, or the name itself."""
    labels = name.split('.')
    if labels[-1] in ('local', 'arpa'):
        return name
    n = suffix_labels(labels)
    if n >= len(labels):
        return name
    return '.'.join(labels[-n - 1:])
