#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# What takes minutes: many ways of summing every capture, damaged records, a
# million random names and addresses, valgrind over the odd captures.

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-capture
	skip_without_tool spin-dig
	skip_without python3
	capture=$SPIN_BIN/spin-capture
	dig=$SPIN_BIN/spin-dig
}

@test "every capture: digests sum to the flows, by ten random choices each" {
	skip_without_data
	cd "$SPIN_SRC"
	oracle dig sums 10
}

@test "records with bytes changed: no signal, no hang, status 0 or 3" {
	"$capture" -r "$SPIN_SRC/tests/fixtures/home.pcap" >home
	python3 - "$dig" <<-'END'
	import random, subprocess, sys
	rnd, wrong = random.Random(1), []
	whole = open('home', 'rb').read()
	ways = [[], ['-p'], ['--csv'], ['--flows'], ['--total', '--by=peer'],
	        ['-w1s', '--late=0s'], ['--where=bytes>1K and host~*.example']]
	for i in range(700):
	    b = bytearray(whole)
	    for _ in range(1 + rnd.randrange(200)):
	        b[rnd.randrange(len(b))] = rnd.randrange(256)
	    # Digits alone keep the lines records, with times and counters that
	    # nobody expects.
	    if i % 2:
	        b = bytearray(whole)
	        for _ in range(2000):
	            at = rnd.randrange(len(b))
	            if 48 <= b[at] < 58 and b[at - 1] != 58:
	                b[at] = 48 + rnd.randrange(10)
	    p = subprocess.run([sys.argv[1], *ways[i % len(ways)]], timeout=20,
	        input=bytes(b), stdout=subprocess.DEVNULL,
	        stderr=subprocess.PIPE)
	    if p.returncode not in (0, 3):
	        wrong.append((i, p.returncode, p.stderr[-300:]))
	for w in wrong[:10]:
	    print('# %s' % (w,), file=sys.stderr)
	sys.exit(bool(wrong))
	END
}

@test "a million random names and addresses: all counted, at most 24 MiB" {
	python3 - "$dig" <<-'END'
	import json, random, resource, subprocess, sys
	rnd = random.Random(1)
	p = subprocess.Popen([sys.argv[1], '-w1h'], stdin=subprocess.PIPE,
	    stdout=open('out', 'wb'))
	n, size = 1000000, 0
	for i in range(n):
	    addr = '%d.%d.%d.%d' % (rnd.randrange(11, 100), rnd.randrange(256),
	        rnd.randrange(256), rnd.randrange(256))
	    mac = '02:00:00:%02x:%02x:%02x' % (i >> 16 & 255, i >> 8 & 255,
	        i & 255) if i % 2 else '02:00:00:00:00:01'
	    home = '192.168.%d.%d' % (i >> 8 & 255, i & 255)
	    name = '%x.%x.example' % (rnd.getrandbits(60), rnd.getrandbits(40))
	    p.stdin.write(b'{"type":"dns","ts":%d,"via":"udp","client":"%s",'
	        b'"client_mac":"%s","server":"192.168.0.1","qname":"%s",'
	        b'"qtype":"A","rcode":"NOERROR","answers":[{"name":"%s",'
	        b'"rtype":"A","data":"%s","ttl":60}]}\n'
	        b'{"type":"flow","ts":%d.5,"end":%d.5,"proto":"udp","src":"%s",'
	        b'"sport":1000,"dst":"%s","dport":%d,"src_mac":"%s","pkts":1,'
	        b'"bytes":%d,"rpkts":0,"rbytes":0,"new":true}\n' % (
	        i // 100, home.encode(), mac.encode(), name.encode(),
	        name.encode(), addr.encode(), i // 100, i // 100, home.encode(),
	        addr.encode(), rnd.randrange(65536), mac.encode(), 28 + i % 1400))
	    size += 28 + i % 1400
	p.stdin.close()
	status = p.wait()
	kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	flows = got = 0
	for line in open('out', 'rb'):
	    if line.startswith(b'{"type":"digest"'):
	        r = json.loads(line)
	        flows += r['flows']
	        got += r['bytes_out']
	print('# status %d, %d flows, %d bytes, %d KiB' % (status, flows, got,
	    kib), file=sys.stderr)
	sys.exit((status, flows, got) != (0, n, size) or kib > 24 << 10)
	END
}

@test "valgrind over the odd captures: no error, no leak" {
	skip_without_data malformed
	skip_without valgrind
	local f

	for f in "$SPIN_DATA"/malformed/*/*.pcap* \
		"$SPIN_DATA"/linktypes/*/*.pcap*; do
		"$capture" -r "$f" >records 2>/dev/null || true
		valgrind -q --error-exitcode=99 --leak-check=full \
			"$dig" -p --total records >/dev/null 2>err ||
			[ $? != 99 ] || fail "$f: $(head -n 20 err)"
	done
}
