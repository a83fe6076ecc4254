#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# make lint: what the analysers that are installed say, and the longest
# functions, for whoever is tidying up. Fails on what an analyser finds.

# shellcheck disable=SC2016 # programs of awk

set -u
: "${SPIN_BIN:?}" "${SPIN_SRC:?}" "${SPIN_HEADER_FLAGS:?}"
status=0
build=${SPIN_BIN%/*}
cd "$build" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

sources()
{
	find "$SPIN_SRC/lib" "$SPIN_SRC/cmd" -name '*.c' | sort
}

flags_of()
{
	printf '%s -I%s/lib -I%s' "$SPIN_HEADER_FLAGS" "$SPIN_SRC" "${1%/*}"
}

have()
{
	command -v "$1" >/dev/null 2>&1 || {
		echo "$1: not installed"
		return 1
	}
}

echo 'longest functions (lines, of those over 60):'
sources | xargs awk '
	FNR == 1 { name = "" }
	/^[a-z_][A-Za-z0-9_]*\(/ { name = $0; sub(/\(.*/, "", name) }
	/^\{/ { start = FNR }
	/^\}/ && name != "" {
		if (FNR - start - 1 > 60)
			print FNR - start - 1, FILENAME ":" start, name
		name = ""
	}' | sort -rn | sed "s|$SPIN_SRC/||; s/^/  /" | head -n 20

if have clang-tidy; then
	checks='-*,clang-analyzer-*,bugprone-*'
	# Noise: similar arguments are the nature of (min, max), the analyser
	# wants Annex K functions, and `else if` chains may well be alike.
	checks="$checks,-bugprone-easily-swappable-parameters"
	checks="$checks,-bugprone-assignment-in-if-condition"
	checks="$checks,-bugprone-reserved-identifier"
	checks="$checks,-bugprone-branch-clone"
	checks="$checks,-bugprone-narrowing-conversions"
	checks="$checks,-bugprone-macro-parentheses"
	checks="$checks,-bugprone-not-null-terminated-result"
	checks="$checks,-bugprone-implicit-widening-of-multiplication-result"
	checks="$checks,-clang-analyzer-security.insecureAPI.Deprecated*"
	for f in $(sources); do
		# shellcheck disable=SC2046 # a list of flags
		clang-tidy --quiet --checks="$checks" "$f" -- \
		    $(flags_of "$f") 2>/dev/null
	done | grep -E '(warning|error):' | sort -u >"$tmp/tidy"
	sed "s|$SPIN_SRC/||" "$tmp/tidy"
	[ ! -s "$tmp/tidy" ] || status=1
fi
if have cppcheck; then
	cppcheck --quiet --error-exitcode=1 --inline-suppr \
	    --enable=warning,portability --std=c11 --suppress=missingInclude \
	    --suppress=ctuPointerArith --suppress=funcArgOrderDifferent \
	    --template=gcc \
	    -I"$SPIN_BIN" -I"$SPIN_SRC/lib" "$SPIN_SRC/lib" "$SPIN_SRC/cmd" ||
	    status=1
fi
exit $status
