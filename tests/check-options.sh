#!/bin/sh
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# One truth about the options: what --dump-options of a tool says equals the
# OPTIONS of its page and the completions, in both directions.

set -u
: "${SPIN_BIN:?}" "${SPIN_SRC:?}"
cd "$SPIN_SRC" || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

# result NAME: ok if the two files of options are alike.
result()
{
	n=$((n + 1))
	if diff "$tmp/tool" "$tmp/other" >"$tmp/diff"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed -n 's/^</# only in the tool:/p; s/^>/# only there:/p' \
		    "$tmp/diff"
	fi
}

# "letter name argument" of each `.It Fl` line of a page. Arguments are named
# by .Ar; options of the page that are not items do not count.
of_page()
{
	awk '
	$1 == ".It" && $2 == "Fl" {
		letter = "-"; name = arg = ""
		for (i = 2; i <= NF; i++) {
			if ($i == "Fl") {
				o = $(++i)
				if (o ~ /^-/)
					name = substr(o, 2)
				else
					letter = o
				sub(/=$/, "", name)
			} else if ($i == "Ar") {
				arg = $(++i)
			}
		}
		if (name != "")
			print letter, name, arg
	}' "$1" | sort
}

for tool in ${SPIN_TOOLS:-}; do
	"$SPIN_BIN/$tool" --dump-options >"$tmp/dump"
	awk -F '\t' '{ print ($1 == "" ? "-" : $1), $2, $3 }' "$tmp/dump" |
	    sort >"$tmp/tool"
	for page in "man/$tool.1" "man/$tool.8"; do
		[ -e "$page" ] || continue
		of_page "$page" >"$tmp/other"
		result "$page"
	done
	sh completions/generate -o "$tmp/new" "$tool"
	for file in "bash/$tool" "zsh/_$tool" "fish/$tool.fish"; do
		n=$((n + 1))
		if cmp -s "completions/$file" "$tmp/new/$file"; then
			echo "ok $n - completions/$file"
		else
			echo "not ok $n - completions/$file"
			echo '# make completions writes it anew'
		fi
	done
	# One letter means one thing, and each option says what it does.
	n=$((n + 1))
	if awk -F '\t' '
	    NF != 5 || $2 == "" || $4 == "" { bad = 1 }
	    $1 != "" && letter[$1]++ { bad = 1 }
	    name[$2]++ { bad = 1 }
	    END { exit bad || NR == 0 }' "$tmp/dump"; then
		echo "ok $n - $tool: options are complete and distinct"
	else
		echo "not ok $n - $tool: options are complete and distinct"
	fi
done
[ "$n" -gt 0 ] || echo "ok $((n = 1)) - options # SKIP no tool is built"
echo "1..$n"
