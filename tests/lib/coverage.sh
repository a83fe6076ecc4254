#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# coverage.sh BUILD: lines run by the tests, per file of lib/ and cmd/, from
# what a build with COVERAGE=1 left behind.

set -u
build=$1

find "$build/lib" "$build/cmd" -name '*.gcda' 2>/dev/null | sort |
while read -r data; do
	gcov -n -o "${data%/*}" "$data" 2>/dev/null
done | awk '
	/^File / {
		file = $2
		gsub(/\047/, "", file)
		sub(/^.*\/(lib|cmd)\//, "&", file)
	}
	/^Lines executed:/ && file ~ /\.[ch]$/ && file !~ /^\/usr/ {
		split($0, part, /[:% ]+/)
		share = part[3]
		lines = part[5]
		if (lines > all[file]) {
			all[file] = lines
			run[file] = share * lines / 100
		}
		file = ""
	}
	END {
		for (f in all) {
			printf "%6.1f %%  %5d  %s\n", 100 * run[f] / all[f],
			    all[f], f
			sum += all[f]
			hit += run[f]
		}
		if (sum)
			printf "%6.1f %%  %5d  all\n", 100 * hit / sum, sum
	}' | sort -n
