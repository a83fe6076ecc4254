#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""Signatures that the openssl command cannot make, byte by byte.

mudca.py eddsa ed25519|ed448 [noattr] FILE CERT.der KEY OTHER.der... >SIG
mudca.py contenttype SIG >SIG    the content says data, the attribute not
mudca.py nocerts SIG >SIG        without certificates
mudca.py ber SIG >SIG            lengths left open (BER)
mudca.py unfinished SIG >SIG     the same, and never closed
mudca.py check FILE SIG KEY      verifies an EdDSA signature

The bytes are RFC 5652's and RFC 8419's; the signing itself is openssl's
(pkeyutl).
"""
import hashlib
import subprocess
import sys
import tempfile

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED = bytes.fromhex("06092a864886f70d010702")
DIGESTED = bytes.fromhex("06092a864886f70d010705")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SUITES = {
    "ed25519": (bytes.fromhex("300b0609608648016503040203"),
                bytes.fromhex("300506032b6570"),
                lambda b: hashlib.sha512(b).digest()),
    "ed448": (bytes.fromhex("300f060960864801650304021202020200"),
              bytes.fromhex("300506032b6571"),
              lambda b: hashlib.shake_256(b).digest(64)),
}


def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 | len(size)]) + size + body


def split(b):
    """The first value of b: its tag, its contents, and what follows."""
    n, at = b[1], 2
    if n > 127:
        at = 2 + (n & 127)
        n = int.from_bytes(b[2:at], "big")
    return b[0], b[at:at + n], b[at + n:]


def values(b):
    """Each value in b, whole."""
    while b:
        rest = split(b)[2]
        yield b[:len(b) - len(rest)]
        b = rest


def issuer_and_serial(cert):
    tbs = list(values(split(split(cert)[1])[1]))
    _version, serial, _alg, issuer = tbs[:4]
    return tlv(0x30, issuer, serial)


def pkeyutl(mode, data, *args):
    with tempfile.NamedTemporaryFile() as f:
        f.write(data)
        f.flush()
        return subprocess.run(["openssl", "pkeyutl", mode, "-rawin", "-in",
                               f.name, *args], check=True,
                              stdout=subprocess.PIPE).stdout


def eddsa(kind, attributes, file, cert, key, others):
    digest_alg, sig_alg, digest = SUITES[kind]
    signed = b""
    tosign = file
    if attributes:
        pairs = sorted([
            tlv(0x30, CONTENT_TYPE, tlv(0x31, DATA)),
            tlv(0x30, MESSAGE_DIGEST,
                tlv(0x31, tlv(4, digest(file))))])
        tosign = tlv(0x31, *pairs)
        signed = tlv(0xa0, *pairs)
    sig = pkeyutl("-sign", tosign, "-inkey", key)
    signer = tlv(0x30, b"\2\1\1", issuer_and_serial(cert), digest_alg,
                 signed, sig_alg, tlv(4, sig))
    return tlv(0x30, SIGNED, tlv(0xa0, tlv(
        0x30, b"\2\1\1", tlv(0x31, digest_alg), tlv(0x30, DATA),
        tlv(0xa0, *sorted([cert, *others])), tlv(0x31, signer))))


def signed_data(sig):
    """The values of a SignedData."""
    return list(values(split(split(list(values(split(sig)[1]))[1])[1])[1]))


def join(parts):
    return tlv(0x30, SIGNED, tlv(0xa0, tlv(0x30, *parts)))


def content_type(sig):
    """Signed as digestedData throughout; now the outside says data."""
    parts = signed_data(sig)
    assert parts[2] == tlv(0x30, DIGESTED), parts[2]
    parts[2] = tlv(0x30, DATA)
    return join(parts)


def no_certs(sig):
    return join([p for p in signed_data(sig) if p[0] != 0xa0])


def ber(sig):
    """The three outer values end with end-of-contents octets."""
    parts = b"".join(signed_data(sig))
    return b"\x30\x80" + SIGNED + b"\xa0\x80\x30\x80" + parts + bytes(6)


def check(file, sig, key):
    """By RFC 5652 section 5.6: digest, attributes, signature."""
    signer = list(values(split(split(signed_data(sig)[-1])[1])[1]))
    suite = [s for s in SUITES.values() if s[0] == signer[2]][0]
    assert signer[4] == suite[1], "signature algorithm"
    attributes = list(values(split(signer[3])[1]))
    assert attributes == sorted(attributes), "order of DER"
    assert tlv(0x30, CONTENT_TYPE, tlv(0x31, DATA)) in attributes
    assert tlv(0x30, MESSAGE_DIGEST,
               tlv(0x31, tlv(4, suite[2](file)))) in attributes, "digest"
    with tempfile.NamedTemporaryFile() as f:
        f.write(split(signer[5])[1])
        f.flush()
        pkeyutl("-verify", b"\x31" + signer[3][1:], "-inkey", key,
                "-sigfile", f.name)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main(argv):
    what, args = argv[1], argv[2:]
    if what == "eddsa":
        kind = args.pop(0)
        attributes = args[0] != "noattr"
        args = args if attributes else args[1:]
        out = eddsa(kind, attributes, read(args[0]), read(args[1]), args[2],
                    [read(a) for a in args[3:]])
    elif what == "contenttype":
        out = content_type(read(args[0]))
    elif what == "nocerts":
        out = no_certs(read(args[0]))
    elif what == "ber":
        out = ber(read(args[0]))
    elif what == "unfinished":
        out = ber(read(args[0]))[:-6]
    else:
        check(read(args[0]), read(args[1]), args[2])
        return
    sys.stdout.buffer.write(out)


main(sys.argv)
