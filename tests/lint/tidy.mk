# clang-tidy over every C file: a stamp each, so that only what changed is looked at again.
# Use: make -f tests/lint/tidy.mk -k -j2 tidy

include Makefile

STAMPS = $(patsubst fcgi/%.c,build/lint/%.tidy,$(wildcard fcgi/*/*.c))
COMMON = $(wildcard fcgi/*/*.h fcgi/*/*.def) .clang-tidy Makefile tests/lint/tidy.mk

# cli_fail() gives back the error that it is given, which clang cannot see from another file; so it
# believes that a refused command goes on with nothing loaded. N*: null pointers, in two checks.
build/lint/cli/%.tidy: OFF = \
	'--checks=-clang-analyzer-core.CallAndMessage,-clang-analyzer-core.N*,-clang-analyzer-unix.Stream'

.PHONY: tidy
tidy: $(STAMPS)

build/lint/http/label.tidy: $(BUILD)/http/label.def

build/lint/%.tidy: fcgi/%.c $(COMMON)
	@mkdir -p $(@D)
	@clang-tidy --quiet $(OFF) $< -- -std=c17 $(ALL_CPPFLAGS)
	@touch $@
