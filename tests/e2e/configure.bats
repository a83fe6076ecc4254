#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# configure: what it takes, what it refuses, what it writes. Always from
# another folder, so that nothing of the tree changes.

bats_require_minimum_version 1.5.0

setup() {
	load ../lib/common
	spin_setup
	configure=$SPIN_SRC/configure
	command -v "${CC:-cc}" >/dev/null || skip 'no compiler'
	unset CC CFLAGS CPPFLAGS LDFLAGS LIBS AR PKG_CONFIG
}

# value NAME: as make reads it from config.mk.
value() {
	printf 'include build/config.mk\nall:\n\t@echo "$(%s)"\n' "$1" |
		make -s -f -
}

@test "configure: what OpenWrt and debhelper pass is taken" {
	run -0 "$configure" --build=x86_64-linux-gnu --prefix=/usr \
		--program-prefix='' --program-suffix='' --exec-prefix=/usr \
		--bindir=/usr/bin --sbindir=/usr/sbin \
		--libexecdir=/usr/lib --sysconfdir=/etc --datadir=/usr/share \
		--localstatedir=/var --mandir='${prefix}/share/man' \
		--infodir=/usr/info --includedir='${prefix}/include' \
		--disable-nls --disable-option-checking \
		--disable-silent-rules --disable-dependency-tracking \
		--with-foo=bar SOME_VARIABLE=x
	same /usr/share/man "$(value mandir)" mandir
	same /usr/bin "$(value bindir)" bindir
	same /usr/share/bash-completion/completions "$(value bashdir)" bash
}

@test "configure: a word that is no option, or lacks its value, is refused" {
	run ! "$configure" --no-such-thing
	[[ $output == *no-such-thing* ]]
	run ! "$configure" --prefix
	run ! "$configure" --with-pcap=maybe
	run ! "$configure" --with-psl=maybe
	run ! "$configure" --install-deps=everything
	[ ! -e build ]
}

@test "configure: a folder to install to that is not absolute is refused" {
	local dir

	for dir in prefix bindir mandir datadir bash-completion-dir \
		zsh-completion-dir fish-completion-dir; do
		run -1 "$configure" "--$dir=rel/to"
		[[ $output == *"--$dir: 'rel/to' is not an absolute path"* ]]
	done
	run -1 "$configure" --prefix .
	run -1 "$configure" --prefix='~/spin'
	[ ! -e build ]
	run -0 "$configure" --prefix=/opt/spin --bindir='${prefix}/sbin'
	same /opt/spin/sbin "$(value bindir)" bindir
}

@test "configure: the packager's flags come back unchanged" {
	run -0 "$configure" CFLAGS='-O1 -DX="a#b" -DY=$$' LDFLAGS=-Wl,-s
	same '-O1 -DX=a#b -DY=$$' "$(value CFLAGS |
		sed 's/[0-9]*$/$$/')" CFLAGS
	grep -qxF 'CFLAGS = -O1 -DX="a\#b" -DY=$$$$' build/config.mk
	same -Wl,-s "$(value LDFLAGS)" LDFLAGS
}

@test "configure: --with-pcap=no leaves out what needs it, and says so" {
	run -0 "$configure" --with-pcap=no
	[[ $output == *'spin-capture: left out, needs PCAP'* ]]
	grep -qx '#define HAVE_PCAP 0' build/config.h
	run -0 make -s -n
	[[ $output != *spin-capture* ]]
	run ! make -s -n TOOLS=spin-capture
	[[ $output == *'cannot build: spin-capture'* ]]
	run -2 make -s demo
	[[ $output == *libpcap* ]]
	[[ $output == *--install-deps* ]]
}

@test "configure: --with-psl=no leaves out what needs it, here and in lib" {
	run -0 "$configure" --with-psl=no
	[[ $output == *'spin-dig: left out, needs PSL'* ]]
	grep -qx '#define HAVE_PSL 0' build/config.h
	run -0 make -s -n all tests
	[[ $output == *lib/services.o* ]]
	[[ $output != *spin-dig* ]]
	[[ $output != *bundle* ]]
	[[ $output != *-lpsl* ]]
	run -2 make -s -n TOOLS=spin-dig
	[[ $output == *'cannot build: spin-dig'* ]]
}

@test "configure: libpsl is linked where it is used, and nowhere else" {
	run -0 "$configure"
	[[ $output == *'library psl: yes'* ]] || skip 'no libpsl'
	[[ $output == *'tool spin-dig: yes'* ]]
	same 1 "$(value HAVE_PSL)" HAVE_PSL
	# Commands of several lines as one, those that link.
	make -n V=1 all tests | sed -e ':a' -e '/\\$/{N;s/\\\n//;ba' -e '}' |
		grep -- ' -o build/.* build/libspin\.a' >links
	grep -q -- '-o build/tests/unit/bundle .*-lpsl' links
	grep -q -- '-o build/tests/unit/num ' links
	run ! grep -- '-o build/tests/unit/num .*-lpsl' links
	if grep -q -- '-o build/spin-capture ' links; then
		run ! grep -- '-o build/spin-capture .*-lpsl' links
	fi
}

@test "configure: --with-psl=yes where there is none is an error" {
	run ! "$configure" --with-psl=yes PKG_CONFIG=false \
		CPPFLAGS='-Dpsl_latest=no_such_function'
	[[ $output == *'--with-psl=yes'* ]]
}

@test "make: TOOLS with nothing in it is an error that lists them" {
	run -0 "$configure"
	run -2 make -s -n TOOLS=
	[[ $output == *'TOOLS is empty (there is: '*spin-* ]] ||
		[[ $output == *'TOOLS is empty (there is: )'* ]]
	TOOLS=' ' run -2 make -s -n
	[[ $output == *'TOOLS is empty'* ]]
}

@test "make: distclean removes the folders it made, and no others" {
	run -0 "$configure"
	mkdir build-address build-mine 'build-a build-mine'
	touch build-address/.flags build-mine/kept 'build-a build-mine/.flags'
	run -0 make -s clean
	[ ! -e build-address ]
	[ -e build/config.mk ]
	mkdir build-address
	touch build-address/.flags
	run -0 make -s distclean
	[ ! -e build-address ]
	[ ! -e build ]
	[ -e build-mine/kept ]
}

@test "configure: --with-pcap=yes where there is none is an error" {
	run ! "$configure" --with-pcap=yes PKG_CONFIG=false \
		CPPFLAGS='-Dpcap_lib_version=no_such_function'
	[[ $output == *'--with-pcap=yes'* ]]
	[[ $output == *install-deps* ]]
}

@test "configure: a compiler that does not work is an error with a place" {
	run ! "$configure" CC=no-such-compiler
	[[ $output == *no-such-compiler* ]]
	run ! "$configure" LIBS=-lno_such_library_here
	[[ $output == *config.log* ]]
	grep -q no_such_library_here build/config.log
}

@test "configure: every HAVE_ of config.h is 0 or 1" {
	run -0 "$configure"
	run -0 grep -c HAVE_ build/config.h
	run ! grep -vE '^(/\*.*|#(ifndef|endif|define SPIN_CONFIG_H).*|#define HAVE_[A-Z0-9_]+ [01])$' \
		build/config.h
}

@test "configure: run again with the same result leaves config.h alone" {
	run -0 "$configure"
	touch -d '2001-01-01' build/config.h
	run -0 "$configure"
	same 978307200 "$(stat -c %Y build/config.h)" 'time of config.h'
}
