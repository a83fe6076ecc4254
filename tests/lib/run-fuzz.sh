#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# run-fuzz.sh SECONDS FOLDER CORPUS TARGET...: fuzzes each target for so many
# seconds, starting from CORPUS/target. New inputs and finds stay below
# FOLDER. Ends with the line: N passed, N failed, 0 skipped.

set -u
seconds=$1 folder=$2 corpus=$3
shift 3
passed=0 failed=0

for target in "$@"; do
	name=${target##*/}
	mkdir -p "$folder/corpus/$name" "$folder/finds/$name" || exit 1
	set -- "$folder/corpus/$name"
	[ ! -d "$corpus/$name" ] || set -- "$@" "$corpus/$name"
	if "$target" -max_total_time="$seconds" -timeout=10 \
	    -rss_limit_mb=2048 -max_len=70000 -print_final_stats=1 \
	    -artifact_prefix="$folder/finds/$name/" "$@" \
	    >"$folder/$name.log" 2>&1; then
		passed=$((passed + 1))
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
		    "$folder/$name.log")
		printf '  fuzz/%-30s %s inputs\n' "$name" "$runs"
	else
		failed=$((failed + 1))
		printf '  fuzz/%-30s FAILED, see %s\n' "$name" \
		    "$folder/$name.log"
		grep -a -m 5 -E 'ERROR|SUMMARY|runtime error|^broken|^Base64' \
		    "$folder/$name.log" | sed 's/^/    # /'
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
