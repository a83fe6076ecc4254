#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
"""An https server on the loopback, with its own CA, that answers badly.

mudserver.py FOLDER [--stdin] [--life SECONDS]

Makes FOLDER/ca.pem and what else it needs there (openssl), listens, and then
writes "NAME PORT" lines to FOLDER/ports and to stdout, the last one "ready 0":

    main      127.0.0.1 and, where there is one, ::1: all the paths below
    trap      127.0.0.2 (and ::1) at main's number: counts who connects
    other     127.0.0.1, the certificate of another host
    expired   the certificate was valid until 2021
    future    it will be from 2090 on
    self      signed by itself
    stranger  signed by a CA of the same name that is not in ca.pem
    old       TLS 1.1 at most
    mute      takes connections and says nothing: TLS hangs
    plain     http without TLS
    proxy     counts who connects, to be named as a proxy

Whatever connects is counted by name, whatever is asked for is kept:
/count/NAME answers the number, /asked/PATH how often that was, /last/PATH the
head of the last request for it, /heads that of this one. FOLDER/www/ is served at /www/, FOLDER/requests has a
line "PORTNAME PATH" for each request. The last parts of the paths that take
arguments are percent-encoded: /to/STATUS/URL redirects, /hops/N does so N
times, /head/NAME:VALUE/... adds lines to a good answer.

FOLDER "-" is one of its own, which "folder PATH" tells first and which goes
with it. Ends when its stdin does (--stdin), when whoever started it is gone,
and after SECONDS (60) anyway. Status 77 where openssl is not installed.
"""

import gzip
import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path
from urllib.parse import quote, unquote

MUD = b'{"ietf-mud:mud":{}}\n'
TYPE = "application/mud+json"
NAMES = ["localhost", "mud.test", "flip.test", "mixed.test", "mapped.test"]
CHUNK = 16384
MOST = 64 << 20         # no answer is longer, whatever it pretends

CA_CONF = """
[ca]
default_ca = d
[d]
database = {dir}/index
new_certs_dir = {dir}
rand_serial = yes
default_md = sha256
policy = p
unique_subject = no
[p]
commonName = supplied
[req]
distinguished_name = n
prompt = no
[n]
CN = {name}
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
subjectAltName = {san}
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                   timeout=20)


class Authority:
    """A CA in a folder; certificates are FOLDER/NAME.pem with their keys."""

    def __init__(self, folder, name):
        self.dir, self.name = folder, name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index").write_text("")
        self.key, self.cert = folder / "ca.key", folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                "-config", self.conf("root", name), "-extensions", "root",
                "-keyout", self.key, "-out", self.cert)

    def conf(self, what, name, san="DNS:x"):
        path = self.dir / f"{what}.cnf"
        path.write_text(CA_CONF.format(dir=self.dir, name=name, san=san))
        return path

    def leaf(self, name, san, start, end):
        conf = self.conf(name, name, san)
        key, csr = self.dir / f"{name}.key", self.dir / f"{name}.csr"
        pem = self.dir / f"{name}.pem"
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-config", conf,
                "-keyout", key, "-out", csr)
        openssl("ca", "-batch", "-notext", "-config", conf,
                "-cert", self.cert, "-keyfile", self.key, "-in", csr,
                "-extensions", "leaf", "-startdate", start, "-enddate", end,
                "-out", pem)
        return pem, key

    def self_signed(self, san):
        pem, key = self.dir / "self.pem", self.dir / "self.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", 2, "-config",
                self.conf("self", "self", san), "-extensions", "leaf",
                "-keyout", key, "-out", pem)
        return pem, key


def certificates(folder):
    san = ",".join([f"DNS:{n}" for n in NAMES] +
                   ["IP:127.0.0.1", "IP:127.0.0.2", "IP:::1"])
    now = time.time()

    def at(seconds):
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(seconds))
    ours = Authority(folder, "Test CA")
    theirs = Authority(folder / "stranger", "Test CA")
    valid = at(now - 86400), at(now + 86400)
    return {
        "main": ours.leaf("main", san, *valid),
        "other": ours.leaf("other", "DNS:other.test", *valid),
        "expired": ours.leaf("expired", san, "20200101000000Z",
                             "20210101000000Z"),
        "future": ours.leaf("future", san, "20900101000000Z",
                            "20910101000000Z"),
        "self": ours.self_signed(san),
        "stranger": theirs.leaf("stranger", san, *valid),
    }


class Server:
    def __init__(self, folder):
        self.dir = folder
        self.ports, self.counts = {}, {}
        self.asked, self.last = {}, {}
        self.lock = threading.Lock()
        self.log = open(folder / "requests", "a", buffering=1)
        (folder / "www").mkdir(exist_ok=True)
        self.certs = certificates(folder)
        self.bomb = gzip.compress(bytes(32 << 20))

    def context(self, name):
        cert = self.certs.get(name, self.certs["main"])
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*cert)
        # HTTP/2 is not spoken here: whoever offers it gets nothing.
        tls.set_alpn_protocols(["h2", "http/1.1"])
        if name == "old":
            warnings.simplefilter("ignore", DeprecationWarning)
            tls.minimum_version = ssl.TLSVersion.TLSv1
            tls.maximum_version = ssl.TLSVersion.TLSv1_1
            tls.set_ciphers("ALL:@SECLEVEL=0")
        return tls

    def listen(self, name, address="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        s = socket.socket(family)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((address, port))
        s.listen(16)
        self.ports.setdefault(name, s.getsockname()[1])
        self.counts.setdefault(name, 0)
        tls = None if name in ("mute", "plain", "proxy") else \
            self.context(name)
        threading.Thread(target=self.accept, args=(name, s, tls),
                         daemon=True).start()

    def start(self):
        self.listen("main")
        for name in ("other", "expired", "future", "self", "stranger", "old",
                     "mute", "plain", "proxy"):
            self.listen(name)
        for address in "127.0.0.2", "::1":
            try:
                self.listen("trap", address, self.ports["main"])
            except OSError:
                print(f"no {address} here", file=sys.stderr)
        lines = "".join(f"{n} {p}\n" for n, p in self.ports.items())
        lines += "ready 0\n"
        tmp = self.dir / "ports.new"
        tmp.write_text(lines)
        tmp.rename(self.dir / "ports")
        sys.stdout.write(lines)
        sys.stdout.flush()

    def accept(self, name, listener, tls):
        while True:
            s = listener.accept()[0]
            with self.lock:
                self.counts[name] += 1
            threading.Thread(target=self.serve, args=(name, s, tls),
                             daemon=True).start()

    def serve(self, name, s, tls):
        s.settimeout(30)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if name == "plain" and s.recv(1, socket.MSG_PEEK) == b"\x16":
                s.sendall(b"HTTP/1.1 400 TLS\r\nContent-Length: 0\r\n\r\n")
                return
            if tls:
                s = tls.wrap_socket(s, server_side=True)
            if name in ("mute", "proxy"):
                while s.recv(CHUNK):
                    pass
                return
            Connection(self, name, s).run()
        except (OSError, ValueError):
            pass        # whoever asked has had enough
        finally:
            s.close()


class Connection:
    def __init__(self, server, name, s):
        self.server, self.name, self.s = server, name, s
        self.path, self.head = "", ""

    def run(self):
        data = b""
        while True:
            while b"\r\n\r\n" not in data:
                got = self.s.recv(CHUNK)
                if not got or len(data) > 65536:
                    return
                data += got
            head, data = data.split(b"\r\n\r\n", 1)
            self.head = head.decode("latin-1")
            self.path = self.head.split(" ")[1].split("?")[0]
            with self.server.lock:
                asked = self.server.asked
                asked[self.path] = asked.get(self.path, 0) + 1
                self.server.last[self.path] = self.head
                self.server.log.write(f"{self.name} {self.path}\n")
            if not self.answer():
                self.s.unwrap() if isinstance(self.s, ssl.SSLSocket) else None
                return

    def answer(self):
        """True if the connection stays."""
        first, _, rest = self.path[1:].partition("/")
        method = getattr(self, "do_" + first.replace(".", "_")
                         .replace("-", "_"), None)
        if method is None:
            return self.reply(b"no such path\n", "text/plain", status=404)
        return method(rest)

    def raw(self, text):
        self.s.sendall(text if isinstance(text, bytes) else
                       text.encode("latin-1"))

    def start(self, *lines, status=200, type=TYPE):
        kind = [f"Content-Type: {type}"] if type else []
        self.raw("\r\n".join([f"HTTP/1.1 {status} X", *kind, *lines]) +
                 "\r\n\r\n")

    def reply(self, body, type=TYPE, *lines, status=200):
        self.start(f"Content-Length: {len(body)}", *lines, status=status,
                   type=type)
        self.raw(body)
        return True

    def says(self, value):
        return self.reply(json.dumps(value).encode() + b"\n")

    # ---- sound answers ----

    def do_good(self, _):
        return self.reply(MUD)

    def do_www(self, name):
        path = self.server.dir / "www" / Path(unquote(name)).name
        if not path.is_file():
            return self.reply(b"", "text/plain", status=404)
        body = path.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if f"If-None-Match: {tag}\r\n" in self.head + "\r\n":
            self.start(f"ETag: {tag}", status=304, type=None)
            return True
        kind = {".json": TYPE, ".p7s": "application/pkcs7-signature"}
        return self.reply(body, kind.get(path.suffix, "text/plain"),
                          f"ETag: {tag}")

    def do_etag(self, _):
        lines = ['ETag: "v1"', "Cache-Control: max-age=600", "Age: 100",
                 "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"]
        if 'If-None-Match: "v1"\r\n' in self.head + "\r\n" or \
                "If-Modified-Since: Sun, 06 Nov" in self.head:
            self.start(*lines, status=304, type=None)
            return True
        return self.reply(MUD, TYPE, *lines)

    def do_heads(self, _):
        return self.says(self.head.split("\r\n"))

    def do_count(self, name):
        return self.says(self.server.counts.get(name, 0))

    def do_asked(self, path):
        return self.says(self.server.asked.get("/" + path, 0))

    def do_last(self, path):
        head = self.server.last.get("/" + path, "")
        return self.reply(head.encode("latin-1"))

    def do_head(self, lines):
        return self.reply(MUD, None if "Content-Type" in lines else TYPE,
                          *map(unquote, lines.split("/")))

    def do_size(self, n):
        return self.reply(b"x" * min(int(n), MOST))

    def do_status(self, n):
        return self.reply(b"x\n", TYPE, status=int(n))

    def do_notype(self, _):
        return self.reply(MUD, None)

    # ---- redirects ----

    def do_to(self, rest):
        status, url = rest.split("/", 1)
        return self.reply(b"moved\n", "text/plain",
                          f"Location: {unquote(url)}", status=int(status))

    def do_hops(self, n):
        n = int(n)
        return self.do_to("302/" + quote(f"/hops/{n - 1}" if n > 1 else
                                         "/good"))

    def do_circle(self, _):
        return self.do_to("301/" + quote("/circle"))

    def do_cookie(self, _):
        return self.reply(b"", None, "Set-Cookie: a=b", "Location: /heads",
                          status=302)

    def do_nowhere(self, _):
        return self.reply(b"", None, status=302)

    def do_bigmove(self, _):
        self.start("Location: /good", "Transfer-Encoding: chunked",
                   status=301)
        return self.chunks(b"x" * CHUNK)

    # ---- too large ----

    def chunks(self, piece, pause=0.0):
        sent = 0
        while sent < MOST:
            self.raw(b"%x\r\n%s\r\n" % (len(piece), piece))
            sent += len(piece)
            time.sleep(pause)
        return False

    def do_endless(self, _):
        self.start("Transfer-Encoding: chunked")
        return self.chunks(b"x" * CHUNK)

    def do_nolength(self, _):
        self.start("Connection: close")
        for _ in range(MOST // CHUNK):
            self.raw(b"x" * CHUNK)
        return False

    def do_gigabyte(self, _):
        self.start(f"Content-Length: {1 << 30}")
        for _ in range(MOST // CHUNK):
            self.raw(b"x" * CHUNK)
        return False

    def do_gzip(self, _):
        return self.reply(self.server.bomb, TYPE, "Content-Encoding: gzip")

    def do_gziplie(self, _):
        return self.reply(self.server.bomb)

    def do_tegzip(self, _):
        self.start("Transfer-Encoding: gzip, chunked")
        self.raw(b"%x\r\n" % len(self.server.bomb) + self.server.bomb +
                 b"\r\n0\r\n\r\n")
        return True

    def do_heads_endless(self, _):
        self.raw("HTTP/1.1 200 OK\r\n")
        for i in range(MOST // 1024):
            self.raw(f"X-{i}: " + "x" * 1024 + "\r\n")
        return False

    def do_line_endless(self, _):
        self.raw("HTTP/1.1 200 OK\r\nX: ")
        for _ in range(MOST // CHUNK):
            self.raw(b"x" * CHUNK)
        return False

    def do_hints_endless(self, _):
        for _ in range(MOST // 1024):
            self.raw("HTTP/1.1 103 Early Hints\r\nLink: " + "x" * 1000 +
                     "\r\n\r\n")
        return False

    def do_trailers(self, _):
        self.start("Transfer-Encoding: chunked")
        self.raw(b"1\r\nx\r\n0\r\n")
        for i in range(MOST // 1024):
            self.raw(f"X-{i}: " + "x" * 1024 + "\r\n")
        return False

    # ---- too slow ----

    def do_drip(self, _):
        self.start("Content-Length: 100000")
        for _ in range(60):
            self.raw("x")
            time.sleep(1 if self.path == "/drip" else 0.05)
        return False

    do_trickle = do_drip

    def do_headdrip(self, _):
        for c in "HTTP/1.1 200 OK\r\nX-" + "y" * 60:
            self.raw(c)
            time.sleep(1)
        return False

    def do_silent(self, _):
        time.sleep(30)
        return False

    def do_slowhops(self, n):
        time.sleep(0.6)
        return self.do_to("302/" + quote(f"/slowhops/{int(n) - 1}"))

    # ---- not an answer ----

    def do_cut(self, _):
        self.start("Content-Length: 1000")
        self.raw(MUD)
        return False

    def do_torn(self, _):
        """The end of TCP without the end of TLS, or of the chunks."""
        self.start("Transfer-Encoding: chunked")
        self.raw(b"%x\r\n%s\r\n" % (len(MUD), MUD))
        self.s = socket.socket(fileno=self.s.detach())
        self.s.shutdown(socket.SHUT_RDWR)
        raise OSError

    def do_nothing(self, _):
        return False

    def do_http09(self, _):
        self.raw(MUD)
        return False

    def do_badchunk(self, _):
        self.start("Transfer-Encoding: chunked")
        self.raw("zz\r\nx\r\n")
        return False


def end(temp):
    if temp:
        shutil.rmtree(temp, ignore_errors=True)
    os._exit(0)


def watch(parent, until, temp):
    while os.getppid() == parent and time.monotonic() < until:
        time.sleep(0.25)
    end(temp)


def main():
    words = sys.argv[1:]
    life, temp = 60.0, None
    if "--life" in words:
        at = words.index("--life")
        life = float(words[at + 1])
        del words[at:at + 2]
    until_eof = "--stdin" in words
    folder = [w for w in words if w != "--stdin"][0]
    if not shutil.which("openssl"):
        sys.exit(77)
    if folder == "-":
        folder = temp = tempfile.mkdtemp()
        print("folder", folder, flush=True)
    watcher = threading.Thread(target=watch, daemon=True, args=(
        os.getppid(), time.monotonic() + life, temp))
    watcher.start()
    try:
        Server(Path(folder).resolve()).start()
        if not until_eof:
            watcher.join()
        while os.read(0, 4096):
            pass
    finally:
        if temp:
            shutil.rmtree(temp, ignore_errors=True)
    end(temp)


main()
