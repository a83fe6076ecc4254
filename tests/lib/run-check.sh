#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# run-check.sh FILE...: runs test programs, which all speak TAP (scripts of
# the shell, bats files, programs), adds up, and ends with one line:
# N passed, N failed, N skipped. What failed is shown where it happens, what
# was skipped is listed with its reason before the last line; everything else
# is in SPIN_BIN/check/. ONLY="unit/num e2e/contract" runs these alone.
# As many run at a time as there are processors, or SPIN_TEST_JOBS. Status 1
# if anything failed, or said nothing at all.
#
# run-check.sh --one FILE is what each of them is run by.

set -u
: "${SPIN_BIN:?}" "${SPIN_SRC:?}"
logs=$SPIN_BIN/check
totals=$logs/totals

TZ=UTC LC_ALL=C
UBSAN_OPTIONS=print_stacktrace=1
export TZ LC_ALL UBSAN_OPTIONS
unset SPIN_TRACE NO_COLOR
# Nothing of how make was called: tests that call it say it themselves.
unset MAKEFLAGS MFLAGS MAKELEVEL SANITIZE
cd "$SPIN_SRC" || exit 1

limit=
if command -v timeout >/dev/null 2>&1; then
	limit="timeout ${SPIN_TEST_LIMIT:-900}"
fi

# tests/unit/num and the like -> unit/num
name_of()
{
	_n=${1#"$SPIN_BIN"/}
	_n=${_n#"$SPIN_SRC"/}
	_n=${_n#./}
	_n=${_n#*/tests/}
	_n=${_n#tests/}
	_n=${_n%.bats}
	printf '%s\n' "${_n%.sh}"
}

wanted()
{
	[ -n "${ONLY:-}" ] || return 0
	for _o in $ONLY; do
		case $1 in
		"$_o"|"$_o"/*) return 0 ;;
		esac
	done
	return 1
}

skip()
{
	printf '1..1\nok 1 - %s # SKIP %s\n' "$1" "$2"
}

run_one()
{
	case $1 in
	*.sh) $limit sh "$1" ;;
	*.bats)
		if command -v bats >/dev/null 2>&1; then
			$limit bats --tap "$1"
		else
			skip "$2" 'bats is not installed'
		fi ;;
	*/tests/fuzz/*)
		$limit "$1" "$SPIN_SRC/tests/fuzz/corpus/${1##*/}" ;;
	*) $limit "$1" ;;
	esac
}

# Reads the TAP of one program; prints what failed and writes
# "passed failed skipped" to the totals, the reasons of skips to another file.
judge()
{
	awk -v name="$1" -v status="$2" -v totals="$totals" \
	    -v skips="$logs/skips" '
	function bad(text) {
		print "    not ok: " text
		failed++
	}
	/^(not )?ok([ \t]|$)/ {
		ran++
		failing = 0
		line = $0
		sub(/^(not )?ok[ \t]*[0-9]*[ \t]*(- )?/, "", line)
		if (tolower(line) ~ /#[ \t]*skip/) {
			skipped++
			why = line
			match(tolower(line), /#[ \t]*skip[a-z]*[ \t]*/)
			why = substr(line, RSTART + RLENGTH)
			line = substr(line, 1, RSTART - 1)
			sub(/[ \t]+$/, "", line)
			print name "\t" line "\t" why >>skips
		} else if ($1 == "not") {
			bad(line)
			failing = 1
		} else {
			passed++
		}
		next
	}
	/^1\.\.[0-9]+/ {
		plan = substr($1, 4) + 0
		planned++
		if (plan == 0) {
			skipped++
			sub(/^1\.\.0[ \t#]*(skip)?[ \t]*/, "")
			print name "\tall\t" $0 >>skips
		}
		next
	}
	/^Bail out!/ { bad($0); next }
	/^#/ && failing { print "    " $0; next }
	END {
		if (planned != 1)
			bad("no plan: ended early, status " status)
		else if (plan != ran)
			bad("planned " plan ", ran " ran + 0)
		else if (status != 0 && !failed)
			bad("ended with status " status)
		printf "  %-40s %d passed", name, passed
		if (failed)
			printf ", %d failed", failed
		if (skipped)
			printf ", %d skipped", skipped
		print ""
		print passed + 0, failed + 0, skipped + 0 >>totals
	}'
}

# One file, and what it came to: shown in one piece.
run_and_show()
{
	file=$1
	name=$(name_of "$file")
	case $file in
	/*) ;;
	*.sh|*.bats) file=$SPIN_SRC/tests/${file#*tests/} ;;
	*) file=$SPIN_BIN/tests/${file#*/tests/} ;;
	esac
	out=$logs/$(printf '%s\n' "$name" | tr / -).tap
	run_one "$file" "$name" >"$out" 2>"$out.stderr" </dev/null
	status=$?
	judge "$name" "$status" <"$out" >"$out.judged"
	if grep -q 'not ok: \(no plan\|ended with\)' "$out.judged"; then
		tail -n 20 "$out.stderr" | sed 's/^/    # /' >>"$out.judged"
	fi
	cat "$out.judged"
}

if [ "${1:-}" = --one ]; then
	run_and_show "$2"
	exit
fi

rm -rf "$logs"
mkdir -p "$logs" || exit 1
: >"$totals"
: >"$logs/skips"
for tool in ${SPIN_NO_TOOLS:-}; do
	skip "$tool" 'not built, see configure' | judge "$tool" 0
done

# Scripts take longest, so they begin.
for file in "$@"; do
	! wanted "$(name_of "$file")" || printf '%s\n' "$file"
done | awk '
	/\.bats$/ { print; next }
	{ rest[++n] = $0 }
	END { for (i = 1; i <= n; i++) print rest[i] }' |
	xargs -n 1 -P "${SPIN_TEST_JOBS:-$(getconf _NPROCESSORS_ONLN)}" \
		sh "$SPIN_SRC/tests/lib/run-check.sh" --one

if [ -s "$logs/skips" ]; then
	echo 'skipped:'
	# Those of one file for one reason in one line; the names are in skips.
	awk -F '\t' '
		{
			key = $1 "\t" $3
			if (!(key in n))
				order[++keys] = key
			n[key]++
			what[key] = $2
		}
		END {
			for (i = 1; i <= keys; i++) {
				key = order[i]
				split(key, part, "\t")
				if (n[key] > 1)
					what[key] = n[key] " tests"
				printf "  %s: %s (%s)\n", part[1],
				    what[key], part[2]
			}
		}' "$logs/skips"
fi
awk '
	{ p += $1; f += $2; s += $3 }
	END {
		printf "%d passed, %d failed, %d skipped\n", p, f, s
		exit f > 0 || p + s == 0
	}' "$totals"
