#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# What takes minutes: damaged copies of every capture, readers that leave a
# thousand times, ten million forged flows, valgrind over the odd captures.

load ../lib/common

setup() {
	spin_setup
	skip_without_tool spin-capture
	capture=$SPIN_BIN/spin-capture
	home=$SPIN_SRC/tests/fixtures/home.pcap
}

# generator: builds the benchmark's generator and prints its path.
generator() {
	skip_without cc
	cc -O2 -o gen "$SPIN_SRC/tests/bench/gen.c" || return 1
	echo "$PWD/gen"
}

@test "every capture with bytes changed: no signal, no hang, little memory" {
	skip_without_data
	skip_without python3
	python3 - "$capture" "$SPIN_DATA" <<-'END'
	import os, random, resource, subprocess, sys
	tool, data = sys.argv[1:]
	rnd, wrong, runs = random.Random(1), [], 0
	for top, _, names in sorted(os.walk(data)):
	    for name in sorted(names):
	        if not name.endswith(('.pcap', '.pcapng')):
	            continue
	        whole = open(os.path.join(top, name), 'rb').read()
	        if len(whole) > 1 << 20:
	            continue
	        for kind in range(4):
	            b = bytearray(whole)
	            for _ in range(1 + len(b) // 500):
	                b[rnd.randrange(len(b))] = rnd.randrange(256)
	            if kind == 3:
	                b = b[:rnd.randrange(len(b))]
	            with open('mutant', 'wb') as f:
	                f.write(b)
	            p = subprocess.run([tool, '-r', 'mutant'], timeout=20,
	                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
	            runs += 1
	            lines = p.stderr.count(b'\n')
	            if p.returncode not in (0, 3, 4) or \
	                    lines != (p.returncode != 0):
	                wrong.append((name, kind, p.returncode, p.stderr))
	kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	print('# %d runs, at most %d KiB' % (runs, kib), file=sys.stderr)
	for w in wrong[:10]:
	    print('# %s' % (w,), file=sys.stderr)
	sys.exit(bool(wrong) or runs < 1000 or kib > 32 << 10)
	END
}

@test "a reader that leaves, a thousand times: SIGPIPE and no word" {
	local i status

	for i in {1..1000}; do
		status=$("$capture" -r "$home" 2>>err |
			head -n 1 >/dev/null; echo "${PIPESTATUS[0]}")
		# The whole may fit into the pipe before its reader has left.
		[ "$status" = 141 ] || [ "$status" = 0 ] ||
			fail "run $i: status $status"
	done
	[ ! -s err ] || fail "$(head err)"
}

@test "ten million forged SYNs: all counted, at most 24 MiB" {
	skip_without python3
	skip_without jq
	local gen

	gen=$(generator)
	"$gen" -F -n 10000000 -o flood.pcap 2>/dev/null
	python3 - "$capture" >kib <<-'END'
	import resource, subprocess, sys
	with open('out', 'wb') as out:
	    subprocess.run([sys.argv[1], '-r', 'flood.pcap'], stdout=out,
	        check=True)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	END
	same '[10000000,10000000]' "$(tail -n 1 out |
		jq -c '[.flow_pkts, .flows]')" 'packets and flows'
	[ "$(cat kib)" -le $((24 << 10)) ] || fail "$(cat kib) KiB"
}

@test "valgrind over the odd captures: no error, no leak" {
	skip_without_data malformed
	skip_without valgrind
	local f

	for f in "$SPIN_DATA"/malformed/*/*.pcap* \
		"$SPIN_DATA"/linktypes/*/*.pcap*; do
		valgrind -q --error-exitcode=99 --leak-check=full \
			"$capture" -r "$f" >/dev/null 2>err || [ $? != 99 ] ||
			fail "$f: $(head -n 20 err)"
	done
}
