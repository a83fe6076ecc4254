#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# Each header compiles on its own, twice included, without a warning.

set -u
: "${SPIN_BIN:?}" "${SPIN_SRC:?}" "${SPIN_CC:?}" "${SPIN_HEADER_FLAGS:?}"
cd "$SPIN_SRC" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

for h in lib/*.h lib/compat/*.h cmd/*/*.h; do
	[ -e "$h" ] || continue
	case $h in
	cmd/*)
		tool=${h#cmd/}
		tool=${tool%%/*}
		case " ${SPIN_NO_TOOLS:-} " in *" $tool "*) continue ;; esac ;;
	esac
	# A table meant for inclusion with a macro around it says so.
	! grep -q 'check-headers: part' "$h" || continue
	n=$((n + 1))
	{
		echo '#include "compat.h"'
		echo "#include \"${h##*/}\""
		echo "#include \"${h##*/}\""
		echo 'typedef int not_empty;'
	} >"$tmp/t.c"
	# shellcheck disable=SC2086 # lists of words
	if (cd "$SPIN_BIN/.." && $SPIN_CC $SPIN_HEADER_FLAGS -Werror \
	    -I"$SPIN_SRC/lib" -I"$SPIN_SRC/${h%/*}" -fsyntax-only \
	    "$tmp/t.c") >"$tmp/log" 2>&1; then
		echo "ok $n - $h"
	else
		echo "not ok $n - $h"
		sed 's/^/# /' "$tmp/log" | head -n 8
	fi
done
echo "1..$n"
