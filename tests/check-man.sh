#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# The manual pages pass mandoc's lint, and each tool has one.

set -u
: "${SPIN_SRC:?}"
cd "$SPIN_SRC" || exit 1
n=0

if ! command -v mandoc >/dev/null 2>&1; then
	echo 'ok 1 - pages # SKIP mandoc is not installed'
	echo '1..1'
	exit
fi

for page in man/*.[1-8]; do
	[ -e "$page" ] || continue
	n=$((n + 1))
	# What is wrong depends on the page alone: neither on its age nor on
	# the pages that this system has.
	out=$(mandoc -Tlint -Wwarning "$page" 2>&1 |
	    grep -v -e 'outdated mandoc.db' -e 'referenced manual not found')
	if [ -z "$out" ]; then
		echo "ok $n - $page"
	else
		echo "not ok $n - $page"
		printf '%s\n' "$out" | sed 's/^/# /'
	fi
done

for dir in cmd/*/tool.mk; do
	[ -e "$dir" ] || continue
	tool=${dir%/tool.mk}
	tool=${tool#cmd/}
	n=$((n + 1))
	if [ -e "man/$tool.1" ] || [ -e "man/$tool.8" ]; then
		echo "ok $n - $tool has a page"
	else
		echo "not ok $n - $tool has a page"
	fi
done
echo "1..$n"
