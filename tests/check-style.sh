#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# What is easily checked of the style: licence lines, width, banned calls,
# comments, order of includes, file sizes.

# shellcheck disable=SC2016 # programs of awk

set -u
: "${SPIN_SRC:?}"
cd "$SPIN_SRC" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
banned='strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atof|strtok|system|popen'
banned="$banned|alloca"

find cmd lib tests -name '*.[ch]' | sort >"$tmp/c"
{
	find tests completions -name '*.sh' -o -name '*.bash' \
	    -o -name '*.bats' -o -name '*.py' -o -name '*.awk'
	find cmd -name '*.mk'
	ls configure Makefile .ci/run completions/generate
} 2>/dev/null | sort >"$tmp/scripts"
find man -name '*.[1-8]' 2>/dev/null | sort >"$tmp/man"

# report NAME: ok if nothing was found, else shows it. Not at the end of a
# pipe, where it could not count.
report()
{
	n=$((n + 1))
	if [ -s "$tmp/found" ]; then
		echo "not ok $n - $1"
		head -n 30 "$tmp/found" | sed 's/^/# /'
	else
		echo "ok $n - $1"
	fi
}

# in LIST COMMAND...: runs the command over the files of a list.
in_list()
{
	_list=$tmp/$1
	shift
	xargs "$@" <"$_list"
}

for list in c scripts man; do
	while read -r f; do
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier: ISC' ||
		    echo "$f: no SPDX line"
		head -n 4 "$f" | grep -q 'Copyright (c) 2026 The SPIN auth' ||
		    echo "$f: no copyright line"
	done <"$tmp/$list"
done >"$tmp/found"
report 'licence lines'

in_list c awk '
	{
		width = 0
		for (i = 1; i <= length($0); i++)
			width += substr($0, i, 1) == "\t" ? 8 - width % 8 : 1
		if (width > 80)
			print FILENAME ":" FNR ": " width " columns"
	}' >"$tmp/found"
report 'C: 80 columns'

in_list c grep -nE \
    "(^|[^A-Za-z0-9_>.])($banned)[[:blank:]]*\\(" /dev/null |
    grep -v ':[[:blank:]]*\*' >"$tmp/found"
report 'C: banned calls'

in_list c awk '
	FNR == 1 { comment = 0 }
	{
		s = $0
		gsub(/"([^"\\]|\\.)*"/, "\"\"", s)
		gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", s)
		if (comment) {
			if (s !~ /\*\//)
				next
			sub(/^.*\*\//, "", s)
			comment = 0
		}
		if (s ~ /\/\*/) {
			comment = 1
			sub(/\/\*.*/, "", s)
		}
		if (s ~ /\/\//)
			print FILENAME ":" FNR ": " $0
	}' >"$tmp/found"
report 'C: block comments'

# The generator of the benchmark is one file that any compiler takes alone.
while read -r f; do
	case $f in
	tests/bench/gen*) ;;
	*.c)
		first=$(grep -m 1 '^#include' "$f")
		case $first in
		'#include "compat.h"'|'') ;;
		*) echo "$f: first include is $first" ;;
		esac
	esac
done <"$tmp/c" >"$tmp/found"
report 'C: compat.h comes first'

in_list c grep -nE '\b(TODO|FIXME|XXX)\b' /dev/null |
    grep -vE '#[0-9]+' >"$tmp/found"
report 'C: no loose ends without an issue number'

cat "$tmp/c" "$tmp/scripts" | xargs grep -nE '[ 	]+$' /dev/null >"$tmp/found"
report 'no blanks at line ends'

while read -r f; do
	lines=$(wc -l <"$f")
	max=800
	case $f in *.h) max=300 ;; esac
	[ "$lines" -le $max ] || echo "$f: $lines lines"
done <"$tmp/c" >"$tmp/found"
report 'C: file sizes'

if command -v shellcheck >/dev/null 2>&1; then
	{
		ls configure .ci/run completions/generate 2>/dev/null
		find tests -name '*.sh' -o -name '*.bash'
	} | sort | xargs shellcheck -f gcc -S warning >"$tmp/found"
	# What `run` of bats sets is not known to shellcheck.
	find tests -name '*.bats' | sort |
	    xargs shellcheck -f gcc -S warning -e SC2154 >>"$tmp/found"
	report 'shellcheck'
else
	n=$((n + 1))
	echo "ok $n - shellcheck # SKIP shellcheck is not installed"
fi
echo "1..$n"
