# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""mudfix.py field|strict|bad|aged [ROUNDS [SEED]]: what --fix makes of files.

Truths: yanglint with the modules of the data, for the form; for the meaning
a reader of its own, written from the drafts and RFC 8520, that takes files
of any of these forms for a multiset of what they allow; and for "aged" files
in RFC form, put into older forms here, which --fix must undo exactly.
"""
import collections
import copy
import glob
import ipaddress
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

MODULES = ('ietf-mud@2019-01-28', 'ietf-acldns',
           'ietf-access-control-list@2019-03-04', 'ietf-mud-tls@2025-04-18',
           'ietf-acl-tls@2025-04-18', 'ietf-mud-transparency@2023-10-10',
           'ietf-ol@2024-04-26')
# Of mud-bad: what no draft allowed and nobody can guess stays refused. These
# say in an older form all that the RFC wants to know.
MENDED = {'hslatman/invalidAmazonEchoMud.json',
          'mudparser/amazon_echo_short.json', 'osmud/lightbulb2000.json'}
# Their unknown nodes are ignored, as RFC 8520 has it, and stay.
IGNORED = 'only-unknown-nodes/', 'nist-mud/'


def data(path=''):
    return os.path.join(os.environ.get('SPIN_TEST_DATA') or '../shared/data',
                        path)


def program():
    return os.path.join(os.environ.get('SPIN_BIN') or 'build', 'spin-mud')


def fix(path):
    return subprocess.run([program(), 'lint', '--fix', path],
                          capture_output=True, text=True, timeout=20,
                          check=False)


def fix_value(value):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        json.dump(value, f)
        f.flush()
        return fix(f.name)


def yanglint(path):
    """What it says against a file, or nothing."""
    yang = data('yang')
    run = subprocess.run(
        ['yanglint', '-p', yang, '-t', 'data', '-f', 'json',
         *('%s/%s.yang' % (yang, m) for m in MODULES), path],
        capture_output=True, text=True, timeout=60, check=False)
    return run.stderr.strip()[:300] if run.returncode else ''


def yanglint_text(text):
    with tempfile.NamedTemporaryFile('w', suffix='.json') as f:
        f.write(text)
        f.flush()
        return yanglint(f.name)


# ---- what a file allows, whatever form it has -------------------------------

def local(name):
    return name.split(':', 1)[-1]


def find(value, *names):
    """The member of any of these names, modules aside."""
    for key, v in (value or {}).items():
        if local(key) in names:
            return v
    return None


def listed(v):
    return [] if v is None else v if isinstance(v, list) else [v]


def number(v):
    names = {'icmp': 1, 'tcp': 6, 'udp': 17}
    return names[v] if v in names else v if v is None else int(str(v), 0)


def ports(v):
    if v is None:
        return None
    if not isinstance(v, dict):
        return (number(v), number(v))
    low, high = v.get('lower-port'), v.get('upper-port')
    if low is not None:
        return (number(low), number(low if high is None else high))
    port = number(v['port'])
    return {'eq': (port, port), 'lte': (0, port), 'gte': (port, 65535),
            'lt': (0, port - 1), 'gt': (port + 1, 65535),
            'neq': ('not', port)}[v.get('operator', 'eq')]


def network(v):
    if v is None:
        return None
    net = ipaddress.ip_network(v, strict=False)
    return net, v.partition('/')[0] if net.version == 4 else None


def mapped(v):
    """An IPv4 network in IPv6 as the IPv6 one; else as it is."""
    if v is None or ':' in v:
        return network(v)
    net = ipaddress.ip_network(v, strict=False)
    return network('::ffff:%s/%d' % (net.network_address, net.prefixlen + 96))


def matches(m):
    """Wherever in it something stands, and under whatever name."""
    flat = {}
    ip = None
    for key, v in m.items():
        kind = local(key).replace('-acl', '')
        if kind in ('ipv4', 'ipv6'):
            ip = kind
        if kind in ('ipv4', 'ipv6', 'tcp', 'udp', 'mud'):
            flat.update({local(k): w for k, w in v.items()})
        elif kind not in ('eth', 'icmp'):
            flat[local(key)] = v
    eth = find(m, 'eth', 'eth-acl', 'ethernet') or {}
    icmp = find(m, 'icmp', 'icmp-acl') or {}
    got = {
        'ip': ip, 'proto': number(flat.pop('protocol', None)),
        'ethertype': number(eth.get('ethertype')),
        'mac': eth.get('destination-mac-address'),
        'icmp': (number(icmp.get('type')), number(icmp.get('code'))),
    }
    for end, name in (('src', 'source'), ('dst', 'destination')):
        got[end + 'port'] = ports(next(
            (flat.pop(k) for k in (name + '-port', name + '-port-range',
                                   name + '-port-range-or-operator')
             if k in flat), None))
        got[end + 'name'] = (flat.pop(end + '-dnsname', None) or
                             flat.pop(name + '-hostname', None))
        got[end + 'net'] = (network(flat.pop(name + '-ipv4-network', None)) or
                            mapped(flat.pop(name + '-ipv6-network', None)))
    for key in ('local-networks', 'same-manufacturer', 'my-controller'):
        got[key] = flat.pop(key, False) is not False
    got['rest'] = json.dumps(flat, sort_keys=True)
    return got


def action(a):
    word = find(a, 'forwarding', 'packet-handling')
    if word is None:
        word = 'permit' if 'permit' in a else 'deny'
    return {'permit': 'accept', 'deny': 'drop'}.get(word, word)


def allows(doc):
    """Counter of all entries, by direction."""
    acls = listed(find(find(doc, 'acls', 'access-lists'), 'acl',
                       'access-list'))
    mud = find(doc, 'mud', 'meta-info', 'support-information')
    where = collections.defaultdict(list)
    for way in ('from-device', 'to-device'):
        refs = find(find(mud, way + '-policy'), 'access-lists')
        for ref in listed(find(refs, 'access-list')):
            where[find(ref, 'name', 'acl-name')].append(way)
    got = collections.Counter()
    for acl in acls:
        name = find(acl, 'name', 'acl-name')
        said = find(acl, 'direction', 'packet-direction')
        kind = str(find(acl, 'type', 'acl-type'))
        ip = ('ipv4' if 'ipv4' in kind else 'ipv6' if 'ipv6' in kind
              else None)
        for ace in listed(find(find(acl, 'aces', 'access-list-entries'),
                               'ace')):
            m = matches(ace['matches'])
            m['ip'] = m['ip'] or ip
            for way in where[name] + ([said] if said else []):
                got[(way, name, find(ace, 'name', 'rule-name', 'ace-name'),
                     action(ace['actions']),
                     *(str(m[k]) for k in sorted(m)))] += 1
    return got


def header(doc):
    mud = find(doc, 'mud', 'meta-info', 'support-information')
    return {k: v for k, v in mud.items() if not k.endswith('-policy')}


# ---- comparisons ------------------------------------------------------------

class Report:
    def __init__(self):
        self.seen = 0
        self.wrong = 0

    def bad(self, what, why):
        self.wrong += 1
        if self.wrong <= 20:
            print('%s: %s' % (what, why), file=sys.stderr)


def load(path):
    with open(path, encoding='utf-8') as f:
        return json.load(f)


def files(*folders):
    got = []
    for folder in folders:
        got += glob.glob(data(folder) + '/**/*.json', recursive=True)
    return sorted(p for p in got if not p.endswith('.config.json'))


def check_mended(path, rep):
    """Valid now, nothing lost, and nothing left to do."""
    rep.seen += 1
    run = fix(path)
    if run.returncode or not run.stdout:
        rep.bad(path, 'refused: ' + run.stderr[-300:])
        return
    why = yanglint_text(run.stdout)
    if why:
        rep.bad(path, 'yanglint: ' + why)
    old, new = load(path), json.loads(run.stdout)
    lost, made = allows(old) - allows(new), allows(new) - allows(old)
    if lost or made or not allows(old):
        rep.bad(path, 'lost %s, made %s' % (list(lost)[:2], list(made)[:2]))
    if header(old) != header(new):
        rep.bad(path, 'its header is another one')
    again = fix_value(new)
    if again.stdout != run.stdout or 'old-' in again.stderr:
        rep.bad(path, 'not done at once: ' + again.stderr[:300])


def check_field(rep):
    for path in files('mud/unsw', 'mud/with-pcap', 'mud/mudgee-by-country'):
        if 'ietf-mud:mud' in load(path):
            check_mended(path, rep)


def check_strict(rep):
    """Byte for byte what another library writes of the same text."""
    for path in files('mud/strict'):
        rep.seen += 1
        run = fix(path)
        if run.stdout != json.dumps(load(path), indent=2) + '\n':
            rep.bad(path, 'changed: ' + run.stderr[:300])
        if 'old-' in run.stderr:
            rep.bad(path, run.stderr[:300])


def check_bad(rep):
    for path in files('mud-bad'):
        name = os.path.relpath(path, data('mud-bad'))
        if name in MENDED:
            check_mended(path, rep)
            continue
        rep.seen += 1
        run = fix(path)
        if name.startswith(IGNORED):
            if json.loads(run.stdout) != load(path) or 'old-' in run.stderr:
                rep.bad(path, 'changed: ' + run.stderr[:300])
        elif run.returncode != 1 or run.stdout:
            rep.bad(path, 'status %d: %s' % (run.returncode, run.stderr[:300]))


# What the files do not have: one of each, in RFC form.
def port(value, operator='eq'):
    return {'operator': operator, 'port': value}


def ace(name, word='accept', **kinds):
    kinds = {'ietf-mud:mud' if k == 'mud' else k: v for k, v in kinds.items()}
    return {'name': name, 'matches': kinds, 'actions': {'forwarding': word}}


def acl(name, kind, *aces):
    return {'name': name, 'type': kind, 'aces': {'ace': list(aces)}}


BEGUN = {'ietf-mud:direction-initiated': 'from-device'}
EACH = {
    'ietf-mud:mud': {
        'mud-version': 1, 'mud-url': 'https://maker.example/each',
        'last-update': '2020-02-29T23:59:59Z', 'cache-validity': 24,
        'is-supported': False, 'extensions': ['ol'],
        'from-device-policy': {'access-lists': {'access-list': [
            {'name': 'four'}, {'name': 'ether'}]}},
        'to-device-policy': {'access-lists': {'access-list': [
            {'name': 'six'}]}}},
    'ietf-access-control-list:acls': {'acl': [
        acl('four', 'ipv4-acl-type',
            ace('a', ipv4={'protocol': 6,
                           'ietf-acldns:dst-dnsname': 'a.example'},
                tcp=dict(BEGUN, **{'destination-port': port(1023, 'lte')})),
            ace('b', 'drop', ipv4={'protocol': 17,
                                   'destination-ipv4-network':
                                   '192.0.2.1/32'},
                udp={'destination-port': port(1024, 'gte'),
                     'source-port': port(0)}),
            ace('c', 'reject', mud={'manufacturer': 'b.example'},
                ipv4={'protocol': 6},
                tcp=dict(BEGUN, **{'source-port': port(25, 'neq')})),
            ace('d', ipv4={'protocol': 1}, icmp={'type': 8, 'code': 0})),
        acl('six', 'ipv6-acl-type',
            ace('a', ipv6={'protocol': 17,
                           'source-ipv6-network': '2001:db8::1/128'},
                udp={'source-port': {'lower-port': 1, 'upper-port': 9}}),
            ace('b', 'drop', mud={'controller': 'urn:ietf:params:mud:dns'},
                ipv6={'protocol': 17, 'dscp': 0}),
            ace('c', mud={'model': 'https://maker.example/other'}),
            ace('d', mud={'same-manufacturer': [None]},
                ipv6={'protocol': 6}, tcp=dict(BEGUN))),
        acl('ether', 'eth-acl-type', ace('a', eth={'ethertype': 34958}))]}}


# ---- files made older -------------------------------------------------------

class Ager:
    """Puts a file in RFC form into older forms, each at random."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.draft = False

    def now(self, often=0.5):
        return self.random.random() < often

    def rename(self, value, old, new, often=0.5):
        if old not in value or new in value or not self.now(often):
            return False
        items = [(new if k == old else k, v) for k, v in value.items()]
        value.clear()
        value.update(items)
        return True

    def text(self, value, *names):
        for name in names:
            v = value.get(name)
            if isinstance(v, int) and self.now(0.3):
                value[name] = (str(v).lower() if isinstance(v, bool)
                               else str(v))

    def single(self, value, name):
        v = value.get(name)
        if isinstance(v, list) and len(v) == 1 and self.now(0.2):
            value[name] = v[0]

    def ports(self, v):
        if set(v) == {'operator', 'port'}:
            if v['operator'] == 'eq' and self.now():
                if self.now():
                    return self.random.choice((v['port'], str(v['port'])))
                return {'lower-port': v['port']}
            if v['operator'] == 'lte' and v['port'] < 65535 and self.now():
                return {'operator': 'lt', 'port': v['port'] + 1}
            if v['operator'] == 'gte' and v['port'] and self.now():
                return {'operator': 'gt', 'port': v['port'] - 1}
        elif 'operator' not in v and 'upper-port' in v and self.now():
            v['operator'] = self.random.choice(('range', 'eq'))
        self.text(v, 'port', 'lower-port', 'upper-port')
        return v

    def transport(self, m, ip, l4):
        """Ports may have been with IP, or at the top, of old."""
        told = ip and m[ip].get('protocol') == {'tcp': 6, 'udp': 17}[l4]
        for name in ('source-port', 'destination-port'):
            if name not in m[l4]:
                continue
            m[l4][name] = self.ports(m[l4][name])
            old = name + self.random.choice(
                ('', '-range', '-range-or-operator'))
            away = self.random.choice((m, m[ip])) if told else m[l4]
            away = self.random.choice((away, m[l4]))
            away[old] = m[l4].pop(name)
        name = 'ietf-mud:direction-initiated'
        if l4 == 'tcp' and name in m[l4]:
            places = [m[l4], m, m[ip]] if told else [m[l4]]
            if 'ietf-mud:mud' in m and told:
                places.append(m['ietf-mud:mud'])
            self.random.choice(places)[self.random.choice(
                (name, 'direction-initiated'))] = m[l4].pop(name)

    def addresses(self, ip, version):
        for end in ('source', 'destination'):
            name = '%s-ipv%d-network' % (end, version)
            whole = '/32' if version == 4 else '/128'
            if ip.get(name, '').endswith(whole) and self.now():
                ip[name] = ip[name][:-len(whole)]
            for prefix in ('acldns:', ''):
                self.rename(ip, 'ietf-acldns:%s-dnsname' % end[:3],
                            '%s%s-dnsname' % (prefix, end[:3]), 0.2)
        self.rename(ip, 'ietf-acldns:src-dnsname',
                    'ietf-acl-dnsname:source-hostname', 0.2)
        self.rename(ip, 'ietf-acldns:dst-dnsname',
                    'ietf-acl-dnsname:destination-hostname', 0.2)
        words = {1: 'icmp', 6: 'tcp', 17: 'udp'}
        if ip.get('protocol') in words and self.now(0.2):
            ip['protocol'] = words[ip['protocol']]
        self.text(ip, 'protocol')

    def matches(self, m, kind):
        ip = next((k for k in ('ipv4', 'ipv6') if k in m), None)
        for l4 in ('tcp', 'udp'):
            if l4 in m:
                self.transport(m, ip, l4)
                if not m[l4] and ip and self.now():
                    del m[l4]
        for name in ('same-manufacturer', 'my-controller', 'local-networks'):
            if name in m.get('ietf-mud:mud', {}) and self.now():
                m['ietf-mud:mud'][name] = self.random.choice(
                    ([], None, '', True, {}))
        if 'ethertype' in m.get('eth', {}) and self.now():
            m['eth']['ethertype'] = '0x%04x' % m['eth']['ethertype']
        self.text(m.get('icmp', {}), 'type', 'code')
        if ip:
            self.addresses(m[ip], int(ip[3]))
            # Members at the top are of the version of the list's type.
            if kind == ip + '-acl-type' and self.now(0.3):
                m.update(m.pop(ip))
        if 'ietf-mud:mud' in m and self.now(0.3):
            m.update({'ietf-mud:' + local(k): v for k, v in
                      m.pop('ietf-mud:mud').items()})
        self.rename(m, 'ietf-mud:mud', self.random.choice(
            ('ietf-mud:mud-acl', 'mud-acl', 'mud')))
        for name in ('eth', 'ipv4', 'ipv6', 'tcp', 'udp', 'icmp'):
            self.rename(m, name, name + '-acl')

    def entry(self, ace, kind):
        self.matches(ace['matches'], kind)
        if 'forwarding' in ace['actions'] and self.now():
            word = ace['actions'].pop('forwarding')
            old = {'accept': 'permit', 'drop': 'deny'}.get(word)
            if old and self.now():
                ace['actions'][old] = [None]
            else:
                ace['actions']['packet-handling'] = self.random.choice(
                    (word, old or word))
        self.draft |= self.rename(ace, 'name', 'rule-name')

    def lists(self, acls):
        olds = {'ipv4-acl-type': ('ipv4-acl', 'ipv4'),
                'ipv6-acl-type': ('ipv6-acl', 'ipv6'),
                'eth-acl-type': ('ethernet-acl-type', 'eth-acl')}
        for acl in acls['acl']:
            kind = acl.get('type')
            for ace in acl['aces']['ace']:
                self.entry(ace, kind)
            if kind in olds and self.now():
                acl['type'] = self.random.choice(olds[kind])
            self.single(acl['aces'], 'ace')
            self.draft |= self.rename(acl, 'name', 'acl-name')
            self.draft |= self.rename(acl, 'type', 'acl-type')
            self.draft |= self.rename(acl, 'aces', 'access-list-entries')
        self.single(acls, 'acl')

    def policies(self, doc):
        """Of old the lists said it themselves, or the policy more."""
        mud = doc['ietf-mud:mud']
        acls = {a['name']: a for a in doc['ietf-access-control-list:acls']
                ['acl']}
        ways = [(way, ref) for way in ('from-device', 'to-device')
                for ref in mud.get(way + '-policy', {}).get(
                    'access-lists', {}).get('access-list', [])]
        once = len(ways) == len({ref['name'] for _, ref in ways})
        if once and self.now(0.3):
            said = self.random.choice(('direction', 'packet-direction'))
            for way, ref in ways:
                acls[ref['name']]['ietf-mud:' + said] = way
                mud.pop(way + '-policy', None)
            return
        for _, ref in ways:
            if 'type' in acls[ref['name']] and self.now(0.3):
                ref['acl-type'] = ('ietf-access-control-list:' +
                                   acls[ref['name']]['type'])
            self.draft |= self.rename(ref, 'name', 'acl-name')

    def age(self, doc):
        mud = doc['ietf-mud:mud']
        self.policies(doc)
        self.lists(doc['ietf-access-control-list:acls'])
        for way in ('from-device', 'to-device'):
            self.single(mud.get(way + '-policy', {}).get('access-lists', {}),
                        'access-list')
        self.text(mud, 'mud-version', 'cache-validity', 'is-supported')
        self.single(mud, 'extensions')
        if mud['last-update'].endswith('Z') and self.now():
            mud['last-update'] = mud['last-update'][:-1]
        new = 'ietf-access-control-list:acls'
        self.draft |= self.rename(doc, new, 'ietf-acl:access-lists', 0.3)
        self.draft |= self.rename(
            doc, new, 'ietf-access-control-list:access-lists', 0.6)
        self.rename(doc, new, 'acls', 0.3)
        if self.rename(doc, 'ietf-mud:mud', 'ietf-mud:meta-info', 0.2):
            self.draft = True
            self.rename(mud, 'last-update', 'lastUpdate')
            self.rename(mud, 'cache-validity', 'cacheValidity')
        if self.draft and mud.get('mud-version') == 1 and self.now(0.3):
            del mud['mud-version']
        return doc


def settled(doc):
    """Without what an older form need not have told: order of lists."""
    for way in ('from-device', 'to-device'):
        refs = find(doc['ietf-mud:mud'].get(way + '-policy'), 'access-lists')
        if refs:
            refs['access-list'].sort(key=lambda r: r['name'])
    for acl in doc['ietf-access-control-list:acls']['acl']:
        for ace in acl['aces']['ace']:
            for l4 in ('tcp', 'udp'):
                if ace['matches'].get(l4) == {}:
                    del ace['matches'][l4]
    return doc


def check_aged(rep, rounds=20, seed=1):
    docs = {p: load(p) for p in files('mud/strict')}
    for path in files('mud/unsw'):
        docs[path] = json.loads(fix(path).stdout)
    why = yanglint_text(json.dumps(EACH))
    if why:
        rep.bad('the one of each', 'yanglint: ' + why)
    docs['each'] = EACH
    for i, (path, doc) in itertools.product(range(rounds), docs.items()):
        for _ in range(10 if path == 'each' else 1):
            rep.seen += 1
            old = Ager('%s %d %d' % (os.path.basename(path), seed,
                                     rep.seen)).age(copy.deepcopy(doc))
            run = fix_value(old)
            if run.returncode or not run.stdout:
                rep.bad(path, 'round %d refused: %s' %
                        (i, run.stderr[-400:]))
                continue
            new = json.loads(run.stdout)
            if settled(new) != settled(copy.deepcopy(doc)):
                rep.bad(path, 'round %d: not what it was' % i)


def main():
    kind, args = sys.argv[1], [int(a) for a in sys.argv[2:]]
    rep = Report()
    {'field': check_field, 'strict': check_strict, 'bad': check_bad,
     'aged': check_aged}[kind](rep, *args)
    print('%s: %d files, %d wrong' % (kind, rep.seen, rep.wrong))
    if rep.wrong or not rep.seen:
        sys.exit(1)


if __name__ == '__main__':
    main()
