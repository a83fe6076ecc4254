# SPDX-License-Identifier: ISC
# Copyright (c) 2026 The SPIN authors
#
# One Makefile for everything (GNU make 3.81 or later); `make help` lists what
# it makes. Run ./configure first. Products are below build/ of the current
# folder only, or build-X/ with SANITIZE=X. The packager's CFLAGS, CPPFLAGS,
# LDFLAGS and LIBS are never changed here: what SPIN itself needs is in SPIN_*.

all:

empty :=
space := $(empty) $(empty)
comma := ,

# ---- settings ---------------------------------------------------------------

NO_CONFIG := help clean distclean dist lint-style
ifneq ($(filter-out $(NO_CONFIG),$(or $(MAKECMDGOALS),all)),)
ifeq ($(wildcard build/config.mk),)
$(error there is no build/config.mk: run ./configure first)
endif
endif
-include build/config.mk
srcdir ?= .
ifneq ($(shell find $(srcdir)/configure -newer build/config.mk 2>/dev/null),)
$(warning configure has changed since it ran: run it again)
endif
SRC := $(abspath $(srcdir))

SANITIZE ?=
B := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(BSUFFIX)
ABS_B := $(abspath $(B))
F := $(B)/fuzz
FUZZ_TIME ?= 60
CAPTURE ?= $(srcdir)/tests/fixtures/home.pcap

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n'
endif

SPIN_CPPFLAGS := -Ibuild -I$(srcdir)/lib
SPIN_CFLAGS := $(SPIN_STD) $(SPIN_WARN) $(if $(filter 1,$(WERROR)),-Werror)
SPIN_LDFLAGS :=
ifneq ($(SANITIZE),)
SPIN_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
SPIN_LDFLAGS += -fsanitize=$(SANITIZE)
else
SPIN_CFLAGS += $(SPIN_HARDEN)
SPIN_LDFLAGS += $(SPIN_HARDEN_LD)
# A static program is not linked as PIE: not every libc can.
ifeq ($(filter -static,$(LDFLAGS)),)
SPIN_CFLAGS += $(SPIN_PIE)
SPIN_LDFLAGS += $(SPIN_PIE_LD)
endif
# Fortification works only when optimising, and the packager's own wins.
ifneq ($(filter -O1 -O2 -O3 -Os -Og,$(CFLAGS)),)
ifeq ($(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),)
SPIN_CFLAGS += $(SPIN_FORTIFY)
endif
endif
endif
ifeq ($(COVERAGE),1)
SPIN_CFLAGS += --coverage
SPIN_LDFLAGS += --coverage
endif

compile = $(CC) $(SPIN_CPPFLAGS) $(CPPFLAGS) $(SPIN_CFLAGS) $(CFLAGS)
link = $(CC) $(SPIN_LDFLAGS) $(CFLAGS) $(LDFLAGS)

# ---- what there is ----------------------------------------------------------

# The files of lib/ that need a library, by library: where that is missing,
# they are left out, and so are the tests that bear their names.
LIB_PSL := bundle join join_views
lib_without = $(if $(filter 1,$(HAVE_$(1))),,$(LIB_$(1)))
LIB_OUT := $(foreach n,$(LIBRARIES),$(call lib_without,$(n)))
# $(call lib_only,FILES): those that are not left out.
lib_only = $(foreach f,$(1),$(if $(filter $(LIB_OUT),$(basename $(notdir \
	$(f)))),,$(f)))
# What those that are not left out link with, for whoever links all of them.
LIB_LIBS := $(foreach n,$(LIBRARIES),$(if $(LIB_$(n)),$($(n)_LIBS)))

LIB_SRC := $(call lib_only,$(wildcard $(srcdir)/lib/*.c)) \
	$(wildcard $(srcdir)/lib/compat/*.c)
LIB_OBJ := $(LIB_SRC:$(srcdir)/%.c=$(B)/%.o)
LIBSPIN := $(B)/libspin.a

# cmd/TOOL/tool.mk sets TOOL_NEEDS (PCAP ...), TOOL_CFLAGS and TOOL_LIBS.
TOOL_MK := $(wildcard $(srcdir)/cmd/*/tool.mk)
ALL_TOOLS := $(patsubst $(srcdir)/cmd/%/tool.mk,%,$(TOOL_MK))
include $(TOOL_MK)
can_build = $(if $(filter-out 1,$(foreach n,$($(1)_NEEDS),$(or $(HAVE_$(n)),0))),,$(1))
GOOD_TOOLS := $(foreach t,$(ALL_TOOLS),$(call can_build,$(t)))
TOOLS ?= $(GOOD_TOOLS)
ifneq ($(filter-out $(GOOD_TOOLS),$(TOOLS)),)
$(error cannot build: $(filter-out $(GOOD_TOOLS),$(TOOLS)) (there is: $(GOOD_TOOLS)))
endif
ifeq ($(strip $(TOOLS)),)
ifneq ($(filter command environment,$(origin TOOLS)),)
$(error TOOLS is empty (there is: $(GOOD_TOOLS)))
endif
endif
NO_TOOLS := $(filter-out $(TOOLS),$(ALL_TOOLS))
BIN := $(TOOLS:%=$(B)/%)

tool_src = $(wildcard $(srcdir)/cmd/$(1)/*.c)
tool_obj = $(patsubst $(srcdir)/%.c,$(B)/%.o,$(call tool_src,$(1)))
# The tool without its main, for tests.
tool_part = $(filter-out %/main.o,$(call tool_obj,$(1)))
# $(call programs,FOLDER): the programs made of the C files of a folder.
programs = $(patsubst $(srcdir)/%.c,$(B)/%,$(wildcard $(srcdir)/$(1)/*.c))

LIB_UNIT := $(call lib_only,$(call programs,tests/unit))
TOOL_UNIT := $(foreach t,$(TOOLS),$(call programs,tests/unit/$(t)))
UNIT := $(LIB_UNIT) $(TOOL_UNIT)
E2E_BIN := $(call programs,tests/e2e)
REPLAY_MAIN := $(B)/tests/fuzz/replay_main
LIB_REPLAY := $(call lib_only,$(filter-out $(REPLAY_MAIN),$(call \
	programs,tests/fuzz)))
TOOL_REPLAY := $(foreach t,$(TOOLS),$(call programs,tests/fuzz/$(t)))
REPLAY := $(LIB_REPLAY) $(TOOL_REPLAY)
BENCH := $(call programs,tests/bench)
ifneq ($(HAVE_PCAP),1)
BENCH := $(filter-out %/pcaploop,$(BENCH))
endif
TEST_BIN := $(UNIT) $(E2E_BIN) $(REPLAY)
BATS := $(wildcard $(srcdir)/tests/e2e/*.bats)
CHECKS := $(wildcard $(srcdir)/tests/check-*.sh)

MAN1 := $(wildcard $(TOOLS:%=$(srcdir)/man/%.1) $(TOOLS:%=$(srcdir)/man/%.8))
MAN := $(MAN1) $(wildcard $(srcdir)/man/spin.7 $(srcdir)/man/spin-record.5)

.PHONY: all lib help
all: $(BIN)
lib: $(LIBSPIN)

help:
	@echo 'all (the tools)   lib   check   check-long   check-headers'
	@echo 'demo [CAPTURE=f]  bench [BENCH_ARGS=--quick]   fuzz CC=clang'
	@echo 'lint   lint-style   coverage   completions   clean   distclean'
	@echo 'install   uninstall   dist   distcheck'
	@echo 'V=1 WERROR=1 SANITIZE=address,undefined TOOLS="spin-capture"'
	@echo 'DESTDIR=d; check: ONLY="unit/num e2e/contract" UPDATE=1'

# ---- objects ----------------------------------------------------------------

# Other flags than last time: everything is made again.
FLAGS_NOW := $(compile) $(link) $(LIBS)
FLAGS := $(B)/.flags
FLAGS_OLD := $(shell cat $(FLAGS) 2>/dev/null)
ifneq ($(strip $(FLAGS_NOW)),$(strip $(FLAGS_OLD)))
.PHONY: $(FLAGS)
endif
$(FLAGS):
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' >$@

define cc
$(say) CC $@
@mkdir -p $(@D)
$(Q)$(compile) $(TEST_INC) $(MY_CFLAGS) -MMD -MP -c -o $@ $<
endef

define ld
$(say) LD $@
@mkdir -p $(@D)
$(Q)$(link) -o $@ $(filter %.o %.a,$^) $(MY_LIBS) $(LIBS)
endef

$(B)/tests/%.o $(B)/fuzz/tests/%.o: TEST_INC = -I$(srcdir)/tests/unit
$(B)/lib/%.o: MY_CFLAGS = $(SPIN_WARN_LIB)
$(B)/%.o: $(srcdir)/%.c $(FLAGS)
	$(cc)

$(LIBSPIN): $(LIB_OBJ)
	$(say) AR $@
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(LIB_OBJ)

# $(call tool_rules,TOOL). Its tests see its headers and link all but its main.
define tool_rules
$(B)/cmd/$(1)/%.o $(B)/tests/unit/$(1)/%.o $(B)/tests/fuzz/$(1)/%.o \
$(B)/fuzz/cmd/$(1)/%.o $(B)/fuzz/tests/fuzz/$(1)/%.o: \
	MY_CFLAGS = -I$(srcdir)/cmd/$(1) $($(1)_CFLAGS)
$(B)/$(1): MY_LIBS = $($(1)_LIBS)
$(B)/$(1): $(call tool_obj,$(1)) $(LIBSPIN) $(FLAGS)
	$$(ld)
$(call programs,tests/unit/$(1)): MY_LIBS = $($(1)_LIBS)
$(call programs,tests/unit/$(1)): %: %.o $(call tool_part,$(1)) $(LIBSPIN)
	$$(ld)
$(call programs,tests/fuzz/$(1)): MY_LIBS = $($(1)_LIBS)
$(call programs,tests/fuzz/$(1)): %: %.o $(REPLAY_MAIN).o \
	$(call tool_part,$(1)) $(LIBSPIN)
	$$(ld)
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rules,$(t))))

# $(call lib_rules,LIBRARY): its flags for the files of lib/ that need it, its
# libraries for their tests. Of libspin.a the linker takes only what is used,
# so that a program that does without these files does without the library.
define lib_rules
$(LIB_$(1):%=$(B)/lib/%.o): MY_CFLAGS = $(SPIN_WARN_LIB) $($(1)_CFLAGS)
$(LIB_$(1):%=$(F)/lib/%.o) $(LIB_$(1):%=$(B)/tests/unit/%.o): \
	MY_CFLAGS = $($(1)_CFLAGS)
$(LIB_$(1):%=$(B)/tests/unit/%): MY_LIBS += $($(1)_LIBS)
$(LIB_$(1):%=$(B)/tests/fuzz/%): MY_LIBS += $($(1)_LIBS)
endef
$(foreach n,$(LIBRARIES),$(if $(LIB_$(n)),$(eval $(call lib_rules,$(n)))))

$(LIB_UNIT) $(E2E_BIN): %: %.o $(LIBSPIN)
	$(ld)
$(LIB_REPLAY): %: %.o $(REPLAY_MAIN).o $(LIBSPIN)
	$(ld)
$(BENCH): MY_LIBS = -lm
$(B)/tests/bench/pcaploop: MY_LIBS = $(PCAP_LIBS)
$(B)/tests/bench/pcaploop.o: MY_CFLAGS = $(PCAP_CFLAGS)
$(BENCH): %: %.o $(LIBSPIN)
	$(ld)

-include $(wildcard $(B)/lib/*.d $(B)/lib/compat/*.d $(B)/cmd/*/*.d \
	$(B)/tests/*/*.d $(B)/tests/*/*/*.d $(B)/fuzz/lib/*.d \
	$(B)/fuzz/cmd/*/*.d $(B)/fuzz/tests/*/*.d $(B)/fuzz/tests/*/*/*.d)
.SECONDARY:
.DELETE_ON_ERROR:

# ---- tests ------------------------------------------------------------------

TEST_ENV = SPIN_BIN='$(ABS_B)' SPIN_SRC='$(SRC)' SPIN_TOOLS='$(TOOLS)' \
	SPIN_NO_TOOLS='$(NO_TOOLS)' UPDATE='$(UPDATE)' ONLY='$(ONLY)' \
	SPIN_CC='$(CC)' SPIN_SANITIZE='$(SANITIZE)' \
	SPIN_HEADER_FLAGS='$(SPIN_CPPFLAGS) $(CPPFLAGS) $(SPIN_STD) $(SPIN_WARN) \
	$(foreach n,$(LIBRARIES),$($(n)_CFLAGS))'

.PHONY: check check-headers check-long tests
tests: $(TEST_BIN)

check: all tests
	@$(TEST_ENV) sh $(srcdir)/tests/lib/run-check.sh \
		$(CHECKS) $(UNIT) $(REPLAY) $(BATS)

check-headers:
	@$(TEST_ENV) sh $(srcdir)/tests/lib/run-check.sh \
		$(srcdir)/tests/check-headers.sh

check-long: all tests
	@$(TEST_ENV) SPIN_LONG=1 sh $(srcdir)/tests/lib/run-check.sh \
		$(CHECKS) $(UNIT) $(REPLAY) $(BATS) \
		$(wildcard $(srcdir)/tests/long/*.bats)

.PHONY: bench
bench: all $(BENCH)
	$(Q)$(TEST_ENV) sh $(srcdir)/tests/bench/bench.sh $(BENCH_ARGS) $(ABS_B)

.PHONY: demo
DEMO_TOOLS := spin-capture spin-dig
DEMO_LACKS = $(foreach n,$(foreach t,$(DEMO_TOOLS),$($(t)_NEEDS)),$(if \
	$(filter 1,$(HAVE_$(n))),,$(n)))
ifeq ($(filter-out $(TOOLS),$(DEMO_TOOLS)),)
demo: export DEMO_FILE := $(CAPTURE)
demo: all
	@echo "$(B)/spin-capture -r $$DEMO_FILE | $(B)/spin-dig -p --total"
	@{ $(B)/spin-capture -r "$$DEMO_FILE"; echo $$? >$(B)/.demo; } | \
	$(B)/spin-dig -p --total && exit "$$(cat $(B)/.demo)"
else
demo:
	@{ echo 'demo needs $(DEMO_TOOLS), not all of them built. Lacking:'; \
	for lib in $(DEMO_LACKS); do echo "lib$$lib" | tr A-Z a-z; done; \
	echo './configure --install-deps gets what is missing; then run' \
	'./configure without --with-...=no, and make demo'; } >&2; exit 1
endif

# ---- fuzzing: everything once more, instrumented ----------------------------

FUZZ_FLAGS = -g -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_COMPILE = $(CC) $(SPIN_CPPFLAGS) $(CPPFLAGS) $(SPIN_STD) $(SPIN_WARN) \
	$(FUZZ_FLAGS) $(TEST_INC) $(MY_CFLAGS) -MMD -MP -c
FUZZ_LINK = $(CC) -g -fsanitize=fuzzer,address,undefined
FUZZ_LIB_OBJ := $(LIB_SRC:$(srcdir)/%.c=$(F)/%.o)
FUZZ_LIB := $(LIB_REPLAY:$(B)/tests/fuzz/%=$(F)/%)
fuzz_tool = $(patsubst $(B)/tests/fuzz/$(1)/%,$(F)/%,\
	$(call programs,tests/fuzz/$(1)))
FUZZ := $(FUZZ_LIB) $(foreach t,$(TOOLS),$(call fuzz_tool,$(t)))

$(F)/%.o: $(srcdir)/%.c
	$(say) FUZZCC $@
	@mkdir -p $(@D)
	$(Q)$(FUZZ_COMPILE) -o $@ $<

define fuzzld
$(say) FUZZLD $@
$(Q)$(FUZZ_LINK) -o $@ $(filter %.o,$^) $(MY_LIBS)
endef

$(FUZZ_LIB): MY_LIBS = $(LIB_LIBS)
$(FUZZ_LIB): $(F)/%: $(F)/tests/fuzz/%.o $(FUZZ_LIB_OBJ)
	$(fuzzld)

define fuzz_rules
$(call fuzz_tool,$(1)): MY_LIBS = $($(1)_LIBS) $(LIB_LIBS)
$(call fuzz_tool,$(1)): $(F)/%: $(F)/tests/fuzz/$(1)/%.o \
	$(patsubst $(B)/%,$(F)/%,$(call tool_part,$(1))) $(FUZZ_LIB_OBJ)
	$$(fuzzld)
endef
$(foreach t,$(TOOLS),$(eval $(call fuzz_rules,$(t))))

.PHONY: fuzz fuzz-run fuzz-cc
fuzz-cc:
	@$(CC) --version | grep -q clang || { \
		echo 'fuzzing needs clang: make fuzz CC=clang' >&2; exit 1; }
$(FUZZ): | fuzz-cc
fuzz: $(FUZZ)

# Each target for FUZZ_TIME seconds, from its corpus; a find stays in build/.
fuzz-run: fuzz
	@sh $(srcdir)/tests/lib/run-fuzz.sh $(FUZZ_TIME) $(F) \
		$(srcdir)/tests/fuzz/corpus $(FUZZ)

# ---- looking at the code ----------------------------------------------------

.PHONY: lint lint-style coverage completions
lint-style:
	@SPIN_SRC='$(SRC)' sh $(srcdir)/tests/check-style.sh

lint: lint-style
	@$(TEST_ENV) sh $(srcdir)/tests/lib/lint.sh

coverage:
	$(Q)$(MAKE) BSUFFIX=-coverage COVERAGE=1 CFLAGS='-O0 -g' check
	@sh $(srcdir)/tests/lib/coverage.sh build-coverage

completions: all
	@$(TEST_ENV) sh $(srcdir)/completions/generate $(TOOLS)

# ---- installing: each file beside its place first, then renamed -------------

define put
$(say) INSTALL $(DESTDIR)$(3)/$(notdir $(2))
@mkdir -p '$(DESTDIR)$(3)'
@cp $(2) '$(DESTDIR)$(3)/.$(notdir $(2)).new'
@chmod $(1) '$(DESTDIR)$(3)/.$(notdir $(2)).new'
@mv -f '$(DESTDIR)$(3)/.$(notdir $(2)).new' '$(DESTDIR)$(3)/$(notdir $(2))'

endef
mandir_of = $(mandir)/man$(patsubst .%,%,$(suffix $(1)))
COMPLETIONS = $(foreach t,$(TOOLS),bash/$(t):$(bashdir) zsh/_$(t):$(zshdir) \
	fish/$(t).fish:$(fishdir))
there = $(wildcard $(srcdir)/completions/$(1))
from = $(call there,$(word 1,$(subst :,$(space),$(1))))
to = $(word 2,$(subst :,$(space),$(1)))

.PHONY: install uninstall
install: all
	$(foreach f,$(BIN),$(call put,755,$(f),$(bindir)))
	$(foreach f,$(MAN),$(call put,644,$(f),$(call mandir_of,$(f))))
	$(foreach c,$(COMPLETIONS),$(if $(call from,$(c)),$(call \
		put,644,$(call from,$(c)),$(call to,$(c)))))

uninstall:
	rm -f $(foreach f,$(BIN),'$(DESTDIR)$(bindir)/$(notdir $(f))')
	rm -f $(foreach f,$(MAN),'$(DESTDIR)$(call \
		mandir_of,$(f))/$(notdir $(f))')
	rm -f $(foreach c,$(COMPLETIONS),'$(DESTDIR)$(call \
		to,$(c))/$(notdir $(word 1,$(subst :,$(space),$(c))))')

# ---- releases ---------------------------------------------------------------

VERSION := $(shell sed -n 's/^.define SPIN_VERSION "\(.*\)"/\1/p' \
	$(srcdir)/lib/version.h 2>/dev/null)
NAME := spin-$(VERSION)
DIST_REF ?= v$(VERSION)

.PHONY: dist distcheck clean distclean
# The tarball is what git holds at the tag of this version, nothing else.
# DIST_REF=HEAD makes one between releases.
dist:
	@mkdir -p build
	@cd $(srcdir) && { git rev-parse -q --verify '$(DIST_REF)^{commit}' \
		>/dev/null || { echo 'no tag $(DIST_REF) for version' \
		'$(VERSION) in lib/version.h' >&2; exit 1; }; }
	@cd $(srcdir) && git show '$(DIST_REF):lib/version.h' | \
		grep -q '"$(VERSION)"' || { \
		echo '$(DIST_REF) is not version $(VERSION)' >&2; exit 1; }
	cd $(srcdir) && git archive --format=tar --prefix=$(NAME)/ \
		'$(DIST_REF)' | gzip -9n >'$(CURDIR)/build/$(NAME).tar.gz'

distcheck: dist
	rm -rf build/distcheck && mkdir -p build/distcheck
	cd build/distcheck && gzip -dc ../$(NAME).tar.gz | tar xf -
	cd build/distcheck/$(NAME) && ./configure && $(MAKE) check && \
		$(MAKE) install DESTDIR="$$PWD/dest" && \
		$(MAKE) uninstall DESTDIR="$$PWD/dest" && \
		test -z "$$(find dest -type f)"
	rm -rf build/distcheck

# What configure found stays; distclean takes that too. Of the folders named
# build-X only those that were made here go.
rm_builds = for d in build-*; do [ ! -e "$$d/.flags" ] || rm -rf "$$d"; done
clean:
	$(rm_builds)
	rm -rf $(filter-out build/config.%,$(wildcard build/* \
		build/.flags))

distclean:
	$(rm_builds)
	rm -rf build
