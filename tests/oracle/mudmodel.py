#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""What a MUD file allows, read without spin-mud, and compared with what
spin-mud show, diff and merge say.

    mudmodel.py spoken MUD FILE...    show says exactly what a file allows
    mudmodel.py shuffled MUD FILE...  diff finds nothing when lists are put in
                                      another order and named anew
    mudmodel.py changed MUD FILE...   diff tells exactly which entry has been
                                      taken out or put in
    mudmodel.py merged MUD FILE...    merge allows what files allow together,
                                      each entry once; yanglint takes it
    mudmodel.py forbidden MUD N       N times: two small files that allow and
                                      forbid; merge allows each host that one
                                      of them allows and no other, or refuses

MUD is the program, FILEs are in RFC form.

An entry is a tuple (direction, version of IP, action, sorted conditions),
the conditions being seen by the device: "peer ..." and "own ...".
"""

import contextlib
import glob
import ipaddress
import json
import os
import random
import re
import subprocess
import sys
import tempfile

ETHERTYPES = {"ipv4": 0x800, "arp": 0x806, "ipv6": 0x86DD, "lldp": 0x88CC,
              "eap": 0x888E}
L4 = {"tcp": 6, "udp": 17}
NTP = "urn:ietf:params:mud:ntp"
DNS = "urn:ietf:params:mud:dns"


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def ports(node):
    if "port" in node:
        op, p = node.get("operator", "eq"), node["port"]
        if op == "neq":
            return "but %d" % p
        low, high = {"eq": (p, p), "lte": (0, p), "gte": (p, 65535)}[op]
    else:
        low, high = node["lower-port"], node["upper-port"]
    return None if (low, high) == (0, 65535) else "%d-%d" % (low, high)


def network(text):
    net = ipaddress.ip_network(text, strict=False)
    return None if net.prefixlen == 0 else str(net)


def host(text):
    return text.lower().rstrip(".")


def sides(direction):
    """Who is the source and who the destination."""
    return ("own", "peer") if direction == "from" else ("peer", "own")


def ip_conditions(node, direction, out):
    who = dict(zip(("src", "source"), sides(direction)[:1] * 2))
    who.update(zip(("dst", "destination"), sides(direction)[1:] * 2))
    for key, value in node.items():
        short = key.split(":")[-1]
        if short == "protocol":
            out["proto"] = value
        elif short.endswith("-dnsname"):
            out[who[short[:3]] + " name"] = host(value)
        elif short.endswith("-network"):
            out[who[short.split("-")[0]] + " net"] = network(value)
        else:
            out["odd " + short] = value


def l4_conditions(name, node, direction, out):
    src, dst = sides(direction)
    out.setdefault("proto", L4[name])
    for key, value in node.items():
        short = key.split(":")[-1]
        if short == "source-port" and value:
            out[src + " port"] = ports(value)
        elif short == "destination-port" and value:
            out[dst + " port"] = ports(value)
        elif short == "direction-initiated":
            out["init"] = value.split("-")[0]
        else:
            out["odd " + short] = value


def conditions(matches, direction, version):
    out = {}
    for key in sorted(matches):   # eth, icmp, ipv4, ... before tcp and udp
        node, short = matches[key], key.split(":")[-1]
        if short in ("ipv4", "ipv6"):
            ip_conditions(node, direction, out)
            out.setdefault("proto", None)
        elif short in L4:
            if out.get("proto") is None:
                out.pop("proto", None)
            l4_conditions(short, node, direction, out)
        elif short == "icmp":
            out.update({"icmp " + k: v for k, v in node.items()})
        elif short == "mud":
            out.update({k: v if isinstance(v, str) else True
                        for k, v in node.items()})
        elif short == "eth":
            for k, v in node.items():
                out["ethertype" if k == "ethertype" else "odd " + k] = \
                    ETHERTYPES.get(v, v) if k == "ethertype" else v
        elif short == "client-profiles":
            out["tls"] = json.dumps(node, sort_keys=True)
        else:
            out["odd " + short] = json.dumps(node, sort_keys=True)
    if "icmp" in matches and out.get("proto") is None:
        out["proto"] = 58 if version == 6 else 1
    if out.get("ethertype") == {4: 0x800, 6: 0x86DD}.get(version):
        del out["ethertype"]
    return tuple(sorted((k, str(v)) for k, v in out.items()
                        if v is not None))


def entries(doc):
    mud = doc["ietf-mud:mud"]
    acls = {a["name"]: a for a in
            doc.get("ietf-access-control-list:acls", {}).get("acl", [])}
    for direction in ("from", "to"):
        policy = mud.get(direction + "-device-policy", {})
        for ref in policy.get("access-lists", {}).get("access-list", []):
            acl = acls[ref["name"]]
            for ace in acl.get("aces", {}).get("ace", []):
                yield direction, acl, ace


def meaning(doc):
    found = set()
    for direction, acl, ace in entries(doc):
        matches = ace.get("matches", {})
        kind = acl.get("type", "").split(":")[-1]
        version = 4 if "ipv4" in matches else 6 if "ipv6" in matches else \
            {"ipv4-acl-type": 4, "ipv6-acl-type": 6}.get(kind, 0)
        action = ace["actions"]["forwarding"].split(":")[-1]
        found.add((direction, version,
                   "accept" if action == "accept" else "drop",
                   conditions(matches, direction, version)))
    return found


# ---- the sentences, read back ----

PORT = r"(?:ports? (?:but )?(?:from )?\d+(?: to \d+| up)?(?: \([^)]*\))?)"
ITEM = re.compile(
    r"^(?:look up names: |ask for the time: )?"
    r"(?P<verb>reach|be reached by|talk with|ping|be pinged by|"
    r"(?:exchange|send|receive) (?P<what>anything|packets|"
    r"(?P<icmp>ICMP(?:v6)?)(?: type (?P<type>\d+)(?: \([^)]*\))?)?"
    r"(?:, code (?P<code>\d+),)?|"
    r"IP protocol (?P<proto>\d+)(?: \([^)]*\))?|"
    r"Ethernet frames of type 0x(?P<frame>[0-9a-f]{4})(?: \(\w+\))?) "
    r"(?:with|to|from)) "
    r"(?P<peers>.*?)"
    r"(?P<version> over IPv[46])?"
    r"(?:(?: on| sent from| from their)(?P<pany> any)? (?P<pl4>TCP|UDP) "
    r"(?P<pport>" + PORT + "))?"
    r"(?: (?:on|to|from) its own (?P<oany>any )?(?:(?P<ol4>TCP|UDP) )?"
    r"(?P<oport>" + PORT + "))?"
    r"(?: by (?P<l4>TCP|UDP))?"
    r"(?: \((?P<echo>ICMP(?:v6)?) echo(?:, code (?P<ecode>\d+))?\))?"
    r"(?:, sent to (?:the broadcast address |the multicast group |"
    r"multicast groups of )(?P<group>[0-9a-f.:/]+))?"
    r"(?P<init>, when it starts the connection|"
    r", when the other side starts the connection|"
    r", whoever starts the connection)?"
    r"(?P<loose>, and (?:send there|receive from there) at any time)?"
    r"(?P<tls>, with TLS or DTLS as its profile says)?"
    r"(?:, only if (?P<odd>.*?))?"
    r"(?P<oneway>, but receive no answer|, but not answer)?"
    r"(?P<effect>, even where that is allowed above|"
    r", unless that is allowed above|, unless an entry before it.*)?$")


def read_port(text, any_but):
    numbers = [int(n) for n in
               re.findall(r"\d+", re.sub(r"\([^)]*\)", "", text))]
    if any_but:
        return "but %d" % numbers[0]
    if text.startswith("ports from"):
        return "%d-65535" % numbers[0]
    return "%d-%d" % (numbers[0], numbers[-1])


def read_part(text):
    """A peer, or what else it must be: a condition or two."""
    text = re.sub(r"^(?:the broadcast address|the multicast group|"
                  r"multicast groups of) ", "", text)
    fixed = {
        "anybody": {}, "the DNS servers of your network":
        {"controller": DNS}, "the time servers of your network":
        {"controller": NTP}, "the controllers you name for it":
        {"my-controller": "True"}, "devices in the local networks":
        {"local-networks": "True"}, "the local networks":
        {"local-networks": "True"}, "devices of its own maker":
        {"same-manufacturer": "True"}}
    if text in fixed:
        return fixed[text]
    for start, key in (("the controllers you name as ", "controller"),
                       ("devices of the maker ", "manufacturer"),
                       ("devices with the MUD URL ", "model")):
        if text.startswith(start):
            value = text[len(start):]
            return {key: value}
    try:
        return {"peer net": str(ipaddress.ip_network(text))}
    except ValueError:
        assert " " not in text, "not a peer: " + text
        return {"peer name": host(text)}


def read_peers(text):
    both = re.match(r"^(.*) \(as far as (?:at|in|among) (.*)\)$", text)
    if both:
        found = dict(read_part(both[1]))
        for part in re.split(r" and (?:in|among|at) ", both[2]):
            found.update(read_part(part))
        return [found]
    return [read_part(p) for p in re.split(r", | and ", text)]


def read_init(m):
    if not m["init"] or "whoever" in m["init"]:
        return None
    return "from" if "when it" in m["init"] else "to"


def read_common(m):
    """Conditions that the sentence gives for all peers and directions."""
    out = {}
    l4 = m["pl4"] or m["ol4"] or m["l4"]
    icmp = m["icmp"] or m["echo"]
    if l4:
        out["proto"] = str(L4[l4.lower()])
    elif icmp:
        out["proto"] = "1" if icmp == "ICMP" else "58"
    elif m["proto"]:
        out["proto"] = m["proto"]
    if m["pport"]:
        out["peer port"] = read_port(m["pport"], m["pany"])
    if m["oport"]:
        out["own port"] = read_port(m["oport"], m["oany"])
    if m["type"]:
        out["icmp type"] = m["type"]
    if m["code"] or m["ecode"]:
        out["icmp code"] = m["code"] or m["ecode"]
    if m["frame"]:
        out["ethertype"] = str(int(m["frame"], 16))
    if m["group"]:
        out["own net"] = str(ipaddress.ip_network(m["group"]))
    if m["odd"]:
        for part in m["odd"].split(" and "):
            key, value = part.split(" is ", 1)
            out["odd " + key.split("/")[-1]] = value
    return out


def read_directions(m, common):
    """Direction and conditions of each."""
    init, verb = read_init(m), m["verb"].split()[0]
    both = {"from": dict(common), "to": dict(common)}
    if verb == "send":
        del both["to"]
    if verb == "receive":
        del both["from"]
    for direction, out in both.items():
        loose = m["loose"] and \
            (direction == "from") == ("send" in m["loose"])
        if init and not loose:
            out["init"] = init
    if m["echo"]:
        ask, reply = ("8", "0") if m["echo"] == "ICMP" else ("128", "129")
        pings = verb == "ping"
        both["from"]["icmp type"] = ask if pings else reply
        both["to"]["icmp type"] = reply if pings else ask
    return both


def read_versions(m, found):
    net = found.get("peer net") or found.get("own net")
    if net:
        return [ipaddress.ip_network(net).version]
    if m["version"]:
        return [int(m["version"][-1])]
    if m["frame"]:
        return [0]
    return {"1": [4], "58": [6]}.get(found.get("proto"), [4, 6])


def read_sentence(text, action):
    m = ITEM.match(text)
    assert m, "not understood: " + text
    for direction, common in read_directions(m, read_common(m)).items():
        for peer in read_peers(m["peers"]):
            found = dict(common)
            found.update(peer)
            if m["tls"]:
                found["tls"] = "yes"
            for version in read_versions(m, found):
                yield (direction, version, action,
                       tuple(sorted(found.items())))


def blur(found):
    """What is not spelt out in sentences, taken out."""
    return {(d, v, a, tuple((k, "yes" if k == "tls" else x) for k, x in c))
            for d, v, a, c in found}


def sentences(text):
    """(heading, sentence) for each item, lines put together."""
    heading, item = None, None
    for line in text.splitlines() + [""]:
        if line.startswith("    ") and item is not None:
            item += " " + line.strip()
            continue
        if item is not None:
            yield heading, item
            item = None
        if line.startswith("It "):
            heading = line
        elif line.startswith("  - "):
            item = line[4:]


def compare(want, got):
    return ["not said: %s" % (e,) for e in sorted(want - got)] + \
        ["said without cause: %s" % (e,) for e in sorted(got - want)]


def no_answer(said, accepted):
    """Whether "no answer" is right: nothing of the other direction fits."""
    bad = []
    for direction, version, _, found in said:
        mine = dict(found)
        for d, v, action, conds in accepted:
            theirs = dict(conds)
            if d != direction and action == "accept" and \
                    (v == version or v == 0) and \
                    all(theirs[k] == mine[k] for k in theirs if k in mine):
                bad.append("%s answers %s" % (conds, found))
    return bad


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True,
                          timeout=60, check=False)
    if done.returncode > 1:
        sys.exit("%s: %s" % (" ".join(command), done.stderr))
    return done.stdout


def spoken(mud, path):
    text, got, lonely = run(mud, "show", path), set(), set()
    if max(map(len, text.splitlines())) > 80:
        return ["too wide"]
    for heading, item in sentences(text):
        if "RFC 8520 appendix B" in item or item == "nothing else":
            continue
        said = set(read_sentence(
            item, "drop" if heading == "It must not:" else "accept"))
        got |= said
        if item.endswith(("receive no answer", "but not answer")):
            lonely |= said
    if "  - nothing else\n" not in text:
        return ["no end"]
    truth = meaning(load(path))
    return compare(blur(truth), got) + no_answer(lonely, truth)


def changed(mud, path):
    bad = []
    for seed in (1, 2):
        with written(drop(seed, path)) as other:
            bad += told(mud, path, other) + told(mud, other, path)
    return bad


def told(mud, old, new):
    """Entries that diff says have gone or come."""
    lines = run(mud, "diff", old, new).splitlines()
    before, after = meaning(load(old)), meaning(load(new))
    gone, come, item = set(), set(), ""
    for line in lines + ["."]:
        if line.startswith("    "):
            item += " " + line.strip()
            continue
        m = re.match(r"^([-+]) (may|must not) (.*)$", item)
        if m:
            (gone if m[1] == "-" else come).update(read_sentence(
                m[3], "accept" if m[2] == "may" else "drop"))
        elif item:
            return ["diff: " + item]
        item = line
    return compare(blur(before - after), gone) + \
        compare(blur(after - before), come)


def union(mud, *paths):
    text, want = run(mud, "merge", *paths), set()
    doc = json.loads(text)
    for path in paths:
        want |= meaning(load(path))
    names = [(acl["name"], ace["name"]) for _, acl, ace in entries(doc)]
    if len(set(names)) != len(names) or \
            any(len(n) > 64 for pair in names for n in pair):
        return ["names are not unique, or too long"]
    if len(names) != len(meaning(doc)):
        return ["%d entries, not %d" % (len(names), len(meaning(doc)))]
    return compare(want, meaning(doc))


def merged(mud, path):
    with written(drop(1, path)) as one, written(drop(2, path)) as two:
        bad = union(mud, one, two)
    text = run(mud, "merge", path, path)
    with written(json.loads(text)) as both:
        bad += run(mud, "diff", path, both).splitlines() + yanglint(both)
    return bad


def yanglint(path):
    data = os.environ["SPIN_DATA"]
    done = subprocess.run(
        ["yanglint", "-p", data + "/yang", "-t", "data", "-f", "json"] +
        sorted(glob.glob(data + "/yang/ietf-*mud*.yang") +
               glob.glob(data + "/yang/ietf-acl*.yang") +
               glob.glob(data + "/yang/ietf-access*.yang") +
               glob.glob(data + "/yang/ietf-ol*.yang")) + [path],
        capture_output=True, text=True, timeout=60, check=False)
    return [done.stderr] if done.returncode else []


@contextlib.contextmanager
def written(doc):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as f:
        json.dump(doc, f)
        f.flush()
        yield f.name


def shuffle(seed, path):
    doc, r, new = load(path), random.Random(seed), {}
    mud = doc["ietf-mud:mud"]
    acls = doc["ietf-access-control-list:acls"]["acl"]
    for i, acl in enumerate(acls):
        new[acl["name"]] = "list %d" % (i * 7 % 1009)
        acl["name"] = new[acl["name"]]
        aces = acl["aces"]["ace"]
        r.shuffle(aces)
        for k, ace in enumerate(aces):
            ace["name"] = "entry %d" % k
    r.shuffle(acls)
    for direction in ("from", "to"):
        policy = mud.get(direction + "-device-policy")
        if policy:
            refs = policy["access-lists"].get("access-list", [])
            for ref in refs:
                ref["name"] = new[ref["name"]]
            r.shuffle(refs)
    items = list(mud.items())
    r.shuffle(items)
    doc["ietf-mud:mud"] = dict(items)
    return doc


def shuffled(mud, path):
    bad = []
    for seed in (1, 2):
        with written(shuffle(seed, path)) as other:
            bad += run(mud, "diff", path, other).splitlines()
    return bad


def drop(seed, path):
    """The file without one of its entries."""
    doc, r = load(path), random.Random(seed)
    lists = [a["aces"]["ace"] for a in
             doc["ietf-access-control-list:acls"]["acl"]
             if a["aces"]["ace"]]
    aces = r.choice(lists)
    aces.pop(r.randrange(len(aces)))
    return doc


def small(r):
    """A file of up to two lists that allow and forbid hosts."""
    lists = []
    for _ in range(r.choice((1, 1, 2))):
        lists.append([(r.choice("abc*"), r.random() < 0.6)
                      for _ in range(r.randrange(4))])
    return lists


def small_file(lists):
    acls = [{"name": "l%d" % i, "type": "ipv4-acl-type", "aces": {"ace": [
        {"name": "e%d" % k,
         "matches": {} if host == "*" else
         {"ipv4": {"ietf-acldns:dst-dnsname": host + ".example"}},
         "actions": {"forwarding": "accept" if accept else "drop"}}
        for k, (host, accept) in enumerate(entries_)]}}
            for i, entries_ in enumerate(lists)]
    return {"ietf-mud:mud": {
        "mud-version": 1, "mud-url": "https://maker.example/lamp",
        "last-update": "2026-01-02T03:04:05Z", "is-supported": True,
        "systeminfo": "lamp", "from-device-policy": {"access-lists": {
            "access-list": [{"name": a["name"]} for a in acls]}}},
            "ietf-access-control-list:acls": {"acl": acls}}


def allows(lists):
    """The hosts that a list allows, the first entry that fits deciding."""
    return {h for h in "abcd" for entries_ in lists
            if next((ok for host, ok in entries_ if host in (h, "*")), False)}


def read_small(text):
    return [[(ace.get("matches", {}).get("ipv4", {}).get(
        "ietf-acldns:dst-dnsname", "*")[0],
              ace["actions"]["forwarding"] == "accept")
             for ace in acl["aces"]["ace"]]
            for acl in json.loads(text)
            ["ietf-access-control-list:acls"]["acl"]]


def forbidden(mud, count):
    bad, r, done, refused = [], random.Random(8520), 0, 0
    for _ in range(int(count)):
        one, two = small(r), small(r)
        with written(small_file(one)) as a, written(small_file(two)) as b:
            text = run(mud, "merge", a, b)
        if not text:
            refused += 1
            continue
        done += 1
        if allows(read_small(text)) != allows(one) | allows(two):
            bad.append("%s and %s: %s" % (one, two, read_small(text)))
    if done < refused / 3 or not refused:
        bad.append("%d merged, %d refused" % (done, refused))
    return bad


def main():
    commands = {"spoken": spoken, "changed": changed, "merged": merged,
                "shuffled": shuffled, "forbidden": forbidden}
    mud, bad = sys.argv[2], 0
    for path in sys.argv[3:]:
        for line in commands[sys.argv[1]](mud, path):
            print("%s: %s" % (path, line))
            bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
