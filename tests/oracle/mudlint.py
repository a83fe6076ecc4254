# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""mudlint.py nodes|strict|bad|field|mutate [COUNT [SEED]]: against yanglint.

yanglint with the modules of the data folder says whether a MUD file is valid;
`spin-mud lint --rfc` has to say the same, apart from what it is meant to do
otherwise:

- Nodes that no module has are ignored (RFC 8520 section 3.9).  yanglint's own
  option for that, -n, loses its place behind such a node, so they are taken
  out here, one by one, as it names them.
- There has to be a "ietf-mud:mud"; for YANG it may be absent.
- The rules in STRICTER are what the RFCs demand in words only.

nodes: whether lint knows all nodes there are.  strict: the files known to be
valid.  bad: files that are not, and whether the reason is the same.  field:
the older forms.  mutate: changes of one node in the valid ones.
"""
import copy
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import captures
import records

STRICTER = {'version', 'insecure-url', 'url', 'time', 'extension-undeclared',
            'too-many'}

MODULES = ['ietf-mud', 'ietf-acldns', 'ietf-access-control-list',
           'ietf-mud-tls', 'ietf-acl-tls', 'ietf-mud-transparency', 'ietf-ol']


# ---- the other side: yanglint ----

def yang_modules():
    folder = os.path.join(captures.data_dir(), 'yang')
    names = sorted(os.listdir(folder))
    return folder, [os.path.join(folder, n) for m in MODULES for n in names
                    if n == m + '.yang' or n.startswith(m + '@')]


CRASHED = 'yanglint crashed'


def yanglint(path):
    """What yanglint has against a file, or ''."""
    folder, modules = yang_modules()
    run = subprocess.run(['yanglint', '-p', folder, '-t', 'data', '-f',
                          'json', *modules, path], capture_output=True,
                         text=True, check=False)
    # As 2.1.30 does of an empty "ipv4": there is no verdict then.
    if run.returncode < 0:
        return CRASHED
    return '' if run.returncode == 0 else run.stderr.strip()


def members(tree, parent=''):
    """(object, name of the member that it is or is an item of), downwards."""
    if isinstance(tree, dict):
        yield tree, parent
        for key, value in tree.items():
            yield from members(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from members(value, parent)


def local(name):
    return name.split(':', 1)[-1]


NAME = re.compile(r'\s*("(?:[^"\\]|\\.)*"):')


def member_at(tree, text, line, wanted):
    """(object, name) of the last member of such a name up to a line."""
    names = [m and json.loads(m[1])
             for m in map(NAME.match, text.split('\n')[:line])]
    while names and not (names[-1] and wanted(names[-1])):
        names.pop()
    if not names:
        return None
    same = [(obj, k) for obj, k in places(tree)
            if k == names[-1] and isinstance(obj, dict)]
    return same[names.count(names[-1]) - 1]


def drop_unknown(tree, text, message):
    """
    Takes out the node that yanglint does not know; whether it was one.  Its
    line is that of the node or, a line feed in a string being another line
    to yanglint, one further down.
    """
    m = re.search(r'(Node|No module named) "([^"]*)" (?:not found|in the con)'
                  r'[^(]*\(.*?line number (\d+)', message, re.I | re.S)
    if not m:
        return False
    found = member_at(tree, text, int(m[3]), lambda name: m[2] in (
        (name, local(name)) if m[1] == 'Node' else name.split(':')[:1]))
    if found:
        del found[0][found[1]]
    return found is not None


def judge(tree, scratch):
    """yanglint's messages: of what it does not know, then its verdict."""
    tree = copy.deepcopy(tree)
    said = []
    while True:
        text = json.dumps(tree, ensure_ascii=False, indent=1)
        with open(scratch, 'w', encoding='utf-8') as f:
            f.write(text)
        said.append(yanglint(scratch))
        if not said[-1] or not drop_unknown(tree, text, said[-1]):
            return said


# ---- our side ----

def lint(paths):
    """{path: findings}, with --rfc."""
    tool = os.path.join(os.environ.get('SPIN_BIN', 'build'), 'spin-mud')
    got = {p: [] for p in paths}
    for i in range(0, len(paths), 100):
        run = subprocess.run([tool, 'lint', '--rfc', *paths[i:i + 100]],
                             capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1) or run.stderr:
            sys.exit('spin-mud lint: %d: %s' % (run.returncode, run.stderr))
        for line in run.stdout.splitlines():
            record = json.loads(line)
            got[record['file']].append(record)
    return got


def errors(findings, but=()):
    return [f for f in findings
            if f['severity'] == 'error' and f['rule'] not in but]


def no_mud(tree):
    return not any(k == 'ietf-mud:mud' for k in tree)


# ---- the tests ----

def files(*folders, but=()):
    found = []
    for folder in folders:
        top = os.path.join(captures.data_dir(), folder)
        for path, _, names in os.walk(top):
            found += [os.path.join(path, n) for n in names
                      if n.endswith('.json') and
                      not n.endswith('.config.json') and
                      not any('/' + b in path for b in but)]
    return sorted(found)


def load(path):
    with open(path, encoding='utf-8') as f:
        return json.load(f)


PREFIXES = {'acl': 'ietf-access-control-list', 'ol': 'ietf-ol',
            'mudtx': 'ietf-mud-transparency', 'acl-tls': 'ietf-acl-tls'}


def schema_tree(module):
    """An object with every node of a module, by yanglint's drawing of it."""
    folder, modules = yang_modules()
    text = subprocess.run(['yanglint', '-p', folder, '-f', 'tree', *modules],
                          capture_output=True, text=True, check=True).stdout
    text = text.split('module: %s\n' % module)[1].split('\n\n')[0]
    root = {}
    above = [(-1, root, None)]
    for line in text.splitlines():
        m = re.match(r'([ |]*)\+--(r[wo] |:)([\w:.()-]+)', line)
        depth, name = len(m[1]), m[3]
        while above[-1][0] >= depth:
            above.pop()
        _, inside, parent = above[-1]
        if '(' in name:
            above.append((depth, inside, parent))
            continue
        prefix, _, name = name.rpartition(':')
        of = PREFIXES.get(prefix, prefix) or parent or module
        node = inside[name if of == parent else of + ':' + name] = {}
        above.append((depth, node, of))
    return root


def filled(tree, known):
    """That tree as a document: lists where lint wants them."""
    return {k: [filled(v, known)] if local(k) in known else filled(v, known)
            for k, v in tree.items()}


LISTS = {'access-list', 'acl', 'ace', 'interface', 'acl-set', 'license',
         'ace-statistics', 'sboms', 'tls-dtls-profile'}


def count_nodes(tree):
    return len(tree) + sum(count_nodes(v) for v in tree.values())


def misspelled(tree):
    """The leaves with another name."""
    return {k if v else k + 'x': misspelled(v) for k, v in tree.items()}


def unknown(trees, scratch):
    """How many nodes lint does not know."""
    with open(scratch, 'w', encoding='utf-8') as f:
        json.dump(filled(trees, LISTS), f)
    found = lint([scratch])[scratch]
    return [f['pointer'] for f in found if f['rule'].startswith('unknown-')]


def nodes(rep, scratch):
    for module in ('ietf-mud', 'ietf-access-control-list'):
        tree = schema_tree(module)
        rep.seen += count_nodes(tree)
        for pointer in unknown(tree, scratch):
            rep.bad(module, 'lint does not know ' + pointer)
        wrong = misspelled(tree)
        got, leaves = unknown(wrong, scratch), str(wrong).count('{}')
        if len(got) != leaves:
            rep.bad(module, '%d of %d unknown nodes are found' % (
                len(got), leaves))


def strict(rep, _):
    paths = files('mud/strict')
    got = lint(paths)
    for path in paths:
        rep.seen += 1
        said = yanglint(path)
        if said:
            rep.bad(path, 'yanglint: ' + said)
        for f in errors(got[path]):
            rep.bad(path, 'lint: %s %s' % (f['pointer'], f['reason']))


def named(message):
    """The nodes that a message of yanglint is about, any of them."""
    names = re.findall(r'Node "([^"]*)" not found|Mandatory node "([^"]*)"|'
                       r'missing its key "([^"]*)"|instance of "([^"]*)"|'
                       r'location "[^"]*?([^/"]*)"', message)
    return {re.sub(r"\[.*", '', local(n)) for t in names for n in t if n}


def same_reason(said, findings):
    """Whether an error is at, or tells of, the node that yanglint names."""
    nodes = named(said.splitlines()[0])
    return any(n in re.split('[/:]', f['pointer']) or
               '"%s"' % n in f['reason']
               for f in findings for n in nodes)


def bad(rep, scratch):
    paths = files('mud-bad')
    got = lint(paths)
    for path in paths:
        rep.seen += 1
        tree, ours = load(path), errors(got[path])
        said = judge(tree, scratch)
        if 'only-unknown-nodes' in path:
            if ours or said[-1]:
                rep.bad(path, 'not accepted: %s / %s' % (ours, said[-1]))
            ours = got[path]
            ours = [f for f in ours if f['rule'].startswith('unknown-')]
            if not all(same_reason(s, ours) for s in said[:-1]):
                rep.bad(path, 'unknown node not named: %s' % said)
        elif not ours:
            rep.bad(path, 'accepted; yanglint: %s' % said)
        elif said[-1]:
            if not same_reason(said[-1], ours):
                rep.bad(path, '%s is not in %s' % (said[-1], ours))
        elif no_mud(tree):
            if not any(f['rule'] == 'missing-node' and f['pointer'] == ''
                       for f in ours):
                rep.bad(path, 'ietf-mud:mud is not missed')
        elif errors(ours, STRICTER):
            rep.bad(path, 'yanglint accepts it, not so %s' % ours)


def compare(rep, what, tree, findings, scratch):
    """Whether yanglint refuses it, as we have to; None: it crashed."""
    said = judge(tree, scratch)
    if said[-1] == CRASHED:
        return None
    rep.seen += 1
    ours = errors(findings, STRICTER)
    if no_mud(tree):
        ours = [f for f in ours
                if not (f['rule'] == 'missing-node' and f['pointer'] == '')]
    if bool(said[-1]) != bool(ours):
        rep.bad(what, 'yanglint: %s; lint: %s' % (
            said[-1].splitlines()[:1] or 'valid',
            [(f['pointer'], f['rule'], f['reason']) for f in ours] or
            'valid'))
    return bool(said[-1])


def field(rep, scratch):
    paths = files('mud', 'mud-bad')
    got = lint(paths)
    for path in paths:
        compare(rep, path, load(path), got[path], scratch)


# ---- mutations ----

TEXTS = ['', 'a', 'ab', 'A.b', 'a_b', '*.a.com', 'a..b', '-a', 'a-', 'x.', '.',
         '1.2.3.4', '1.2.3.400', '1.2.3.4%eth0', '1.2.3.4%', '::1', '::1%e',
         '::1%', '::1%_', '1::2::3', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::',
         '1:2:3:4:5:6:7:8:9', '12345::', '::ffff:1.2.3.4', 'x' * 63 + '.ab',
         'x' * 64 + '.ab', '.'.join(['x' * 49] * 5) + '.abc',
         '.'.join(['x' * 49] * 5) + '.abcd', '10.0.0.0/8', '10.0.0.1/8',
         '10.0.0.0', '10.0.0.0/33', '010.0.0.0/8', '10.0.0.0/08', '::/0',
         '::/00', '::/000', '2001:db8::1/32', '2001:db8::/129', '::/12 ',
         '1.2.3.4/5', 'https:', 'https://a/', 'HTTPS://a', 'urn:x:y', '1a:b',
         'a b:c', 'a:b\nc', 'ftp://a', 'mailto:a', 'tel:1', 'coap:a', 'eq',
         'lte', 'gte', 'neq', 'lt', 'range', 'syn', 'syn ack', 'syn  ack ',
         'syn syn', 'SYN', 'syn,ack', 'reserved', 'more fragment', 'accept',
         'drop', 'reject', 'ACCEPT', 'forwarding-action', 'permit',
         'ietf-access-control-list:accept', 'acl:accept', 'log-syslog',
         'log-none', 'ipv4-acl-type', 'ipv6-acl-type', 'eth-acl-type',
         'mixed-eth-ipv4-acl-type', 'mixed-eth-ipv6-acl-type', 'acl-base',
         'mixed-eth-ipv4-ipv6-acl-type', 'ipv4', 'ipv6', '2048', '0x0800',
         'ietf-access-control-list:ipv6-acl-type', 'from-device', 'to-device',
         'ietf-mud:from-device', 'both', 'tls12', 'dtls13', 'tls11', 'http',
         'ietf-mud-transparency:coaps', 'AAAA', 'AAA=', 'AA==', 'A===', 'AAA',
         'AA A', '-_AA', 'A' * 52, 'A' * 56, 'x' * 40, 'x' * 41, 'x' * 64,
         'x' * 65, '\u00e9' * 64, '\u00e9' * 65, 'a\x01b', 'a\tb', '\x7f',
         '00:11:22:33:44:55', '00-11-22-33-44-55', 'AA:bb:CC:dd:EE:ff',
         '2019-01-28T11:20:51Z', '2019-01-28T11:20:51', '2019-01-28',
         '2019-01-28t11:20:51Z', '2019-01-28T11:20:51.5+01:00', '5', '-5',
         '2019-01-28T11:20:51.Z', '2019-01-28T11:20:51+0100', '+5',
         '18446744073709551615', '18446744073709551616', 'true', 'null']
NUMBERS = [-1, 0, 1, 3, 4, 5, 6, 15, 16, 17, 19, 20, 24, 58, 60, 61, 63, 64,
           168, 169, 255, 256, 1048575, 1048576, 65535, 65536, 4294967295,
           4294967296, 9223372036854775807, 0.5, 48.25]
OTHERS = [None, True, False, [], {}, [None], [None, None], [1], ['a'],
          [[None]], [{}], {'a': 1}]

# Nodes to add: under which member, and what.
PORT = {'operator': 'eq', 'port': 1}
ADD = [
    ('ietf-mud:mud', n, v) for n, v in [
        ('mud-signature', 'https://a/b'), ('documentation', 'https://a'),
        ('mfg-name', 'x'), ('model-name', 'x'), ('firmware-rev', '1'),
        ('software-rev', '1'), ('extensions', ['ol']), ('cache-validity', 1),
        ('extensions', ['a', 'a']), ('from-device-policy', {}),
        ('ietf-mud:systeminfo', 'x'), ('x', 1), ('x:y', {'a': [1]}),
        ('ietf-mud-tls:is-tls-dtls-profile-supported', True),
        ('is-tls-dtls-profile-supported', 5),
        ('ietf-ol:ol', {'license': [
            {'owner-name': 'x', 'spdx-tags': ['a', 'b']},
            {'owner-name': 'y', 'license-info': ['a:b']}]}),
        ('ietf-ol:ol', {'license': [
            {'owner-name': 'x', 'spdx-tags': ['a'],
             'license-info': ['a:b']}]}),
        ('ietf-ol:ol', {'license': [{'spdx-tags': ['a']}]}),
        ('ietf-mud-transparency:transparency', {
            'sboms': [{'version-info': '1', 'sbom-url': 'https://a'},
                      {'version-info': '2', 'sbom-url': 'coap://a'}],
            'sbom-archive-list': 'https://a', 'vuln-url': ['a:b', 'a:c']}),
        ('ietf-mud-transparency:transparency', {
            'sbom-local-well-known': 'https', 'vuln-contact-uri': 'tel:1'}),
        ('ietf-mud-transparency:transparency', {
            'sbom-contact-uri': 'mailto:a', 'vuln-url': []}),
        ('ietf-mud-transparency:transparency', {
            'sbom-contact-uri': 'mailto:a', 'sboms': [
                {'version-info': '1'}]}),
        ('ietf-mud-transparency:transparency', {
            'vuln-contact-uri': 'tel:1', 'vuln-url': ['a:b']}),
    ]] + [
    ('matches', n, v) for n, v in [
        ('tcp', {'source-port': PORT}), ('udp', {'length': 8}),
        ('udp', {'source-port': PORT, 'destination-port': {
            'lower-port': 5, 'upper-port': 5}}),
        ('icmp', {'type': 8, 'code': 0, 'rest-of-header': 'AAAA'}),
        ('ipv4', {'protocol': 6}), ('ipv6', {'flow-label': 5}), ('eth', {}),
        ('eth', {'ethertype': 'ipv6'}), ('eth', {
            'ethertype': 2048, 'source-mac-address': '00:11:22:33:44:55'}),
        ('egress-interface', 'eth0'), ('x:y', 5), ('z', {'a': {}}),
        ('ietf-mud:mud', {'model': 'https://a/b'}),
        ('ietf-mud:mud', {'local-networks': [None], 'manufacturer': 'a.b'}),
        ('ietf-mud:mud', {'same-manufacturer': [None],
                          'my-controller': [None]}),
        ('ietf-acl-tls:client-profiles', {'tls-dtls-profile': [{
            'name': 'x', 'supported-tls-version': ['tls12', 'tls13'],
            'supported-dtls-version': ['dtls12'], 'cipher-suite': [1, 65535],
            'extension-type': [1], 'accept-list-ta-cert': ['AAAA'],
            'psk-key-exchange-mode': [1], 'supported-group': [29],
            'signature-algorithm-cert': [5], 'signature-algorithm': [6],
            'application-protocol': ['h2'],
            'cert-compression-algorithm': [1],
            'certificate-authorities': ['x']}]}),
        ('ietf-acl-tls:client-profiles', {'tls-dtls-profile': [
            {'name': 'x'}, {'name': 'x'}]}),
    ]] + [
    (p, n, v) for p in ('ipv4', 'ipv6') for n, v in [
        ('dscp', 63), ('ecn', 3), ('length', 65535), ('ttl', 255),
        ('protocol', 58), ('ihl', 5), ('flags', 'more'), ('offset', 20),
        ('identification', 1), ('destination-ipv4-network', '10.0.0.0/8'),
        ('source-ipv6-network', '::/0'), ('flow-label', 1048575),
        ('ietf-acldns:src-dnsname', 'a.b'), ('dst-dnsname', 'a.b')]] + [
    ('tcp', n, v) for n, v in [
        ('sequence-number', 1), ('acknowledgement-number', 4294967295),
        ('data-offset', 5), ('reserved', 1), ('flags', 'syn ack'),
        ('window-size', 1), ('urgent-pointer', 1), ('options', 'AAAA'),
        ('source-port', {'lower-port': 1, 'upper-port': 2}),
        ('destination-port', {'lower-port': 2, 'upper-port': 1}),
        ('source-port', {'lower-port': 1}), ('source-port', {}),
        ('ietf-mud:direction-initiated', 'to-device'),
        ('direction-initiated', 'to-device')]] + [
    (p, n, v) for p in ('source-port', 'destination-port') for n, v in [
        ('operator', 'lte'), ('port', 5), ('lower-port', 5),
        ('upper-port', 70)]] + [
    ('ace', 'statistics', {'matched-packets': '5'}),
    ('ace', 'statistics', {'matched-octets': 5}),
    ('actions', 'logging', 'log-syslog'),
    ('ietf-access-control-list:acls', 'attachment-points', {}),
    ('ietf-access-control-list:acls', 'attachment-points', {'interface': [
        {'interface-id': 'eth0', 'ingress': {}}]}),
    ('', 'ietf-x:y', 1), ('', 'z', 1), ('', 'ietf-mud:z', 1),
]


def places(tree):
    """(container, key or index) of all values."""
    if isinstance(tree, (dict, list)):
        for key in (tree if isinstance(tree, dict) else range(len(tree))):
            yield tree, key
            yield from places(tree[key])


def another(value, rng):
    """A value in place of another, more often than not of its kind."""
    pool = OTHERS + TEXTS[:2] + NUMBERS[:2]
    if rng.random() < 0.8:
        if isinstance(value, str):
            pool = TEXTS
        elif isinstance(value, (int, float)):
            pool = NUMBERS
    new = rng.choice(pool)
    if rng.random() < 0.1:
        new = [value] if rng.random() < 0.5 else {'a': value}
        if isinstance(value, (dict, list)) and value:
            new = list(value)[0]
    return copy.deepcopy(new)


def mutate_name(obj, key, rng):
    """Another name for a member, in its place."""
    new = rng.choice([key + 'x', local(key), 'x:' + local(key),
                      'ietf-mud:' + local(key), local(key).upper(),
                      'ietf-access-control-list:' + local(key)])
    if new == key or new in obj:
        return None
    old = dict(obj)
    obj.clear()
    for k, v in old.items():
        obj[new if k == key else k] = v
    return '%s renamed %s' % (key, new)


def mutate_add(tree, rng):
    below, name, value = rng.choice(ADD)
    where = [o for o, parent in members(tree) if parent == below]
    if not where:
        return None
    rng.choice(where)[name] = copy.deepcopy(value)
    return '%s: %s set %s' % (below, name, json.dumps(value))


def mutate(tree, rng):
    """Changes one node; tells which, or None: nothing was changed."""
    how = rng.choice(['delete', 'name', 'value', 'value', 'value', 'again',
                      'add', 'add'])
    if how == 'add':
        return mutate_add(tree, rng)
    obj, key = rng.choice(list(places(tree)))
    if how == 'delete':
        del obj[key]
        return '%s deleted' % key
    if how == 'name':
        return mutate_name(obj, key, rng) if isinstance(obj, dict) else None
    if how == 'again':
        if isinstance(obj, dict):
            return None
        obj.append(copy.deepcopy(obj[key]))
        return '%d again' % key
    old, obj[key] = obj[key], another(obj[key], rng)
    return None if old == obj[key] else '%s: %s for %s' % (
        key, json.dumps(obj[key]), json.dumps(old)[:80])


def mutations(rep, scratch):
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rng, made, folder = random.Random(seed), {}, scratch + '.d'
    os.mkdir(folder)
    trees = [(os.path.basename(p), load(p)) for p in files('mud/strict')]
    while len(made) < count:
        name, tree = rng.choice(trees)
        tree = copy.deepcopy(tree)
        what = mutate(tree, rng)
        if what is None:
            continue
        path = os.path.join(folder, '%05d.json' % len(made))
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(tree, f, ensure_ascii=False)
        made[path] = ('%s: %s' % (name, what), tree)
    got = lint(list(made))
    said = [compare(rep, what, tree, got[path], scratch)
            for path, (what, tree) in made.items()]
    # A test that saw hardly any verdict, or one only, would be none.
    for verdict in (True, False):
        if said.count(verdict) < count / 5:
            rep.bad('mutations', '%d of %d are %s' % (
                said.count(verdict), count, verdict))
    if said.count(None) > count / 50:
        rep.bad('mutations', 'yanglint crashed too often')


def main():
    rep = records.Report('MUD files, ' + sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        {'nodes': nodes, 'strict': strict, 'bad': bad, 'field': field,
         'mutate': mutations}[sys.argv[1]](
             rep, os.path.join(folder, 'yang.json'))
    rep.end()


if __name__ == '__main__':
    main()
