# clang-tidy over every C file: a stamp each, so that only what changed is looked at again.
# Use: make -f tests/lint/tidy.mk -k -j2 tidy

include Makefile

STAMPS = $(patsubst fcgi/%.c,build/lint/%.tidy,$(wildcard fcgi/*/*.c))
COMMON = $(wildcard fcgi/*/*.h fcgi/*/*.def) .clang-tidy Makefile tests/lint/tidy.mk

.PHONY: tidy
tidy: $(STAMPS)

build/lint/%.tidy: fcgi/%.c $(COMMON)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=c17 $(ALL_CPPFLAGS)
	@touch $@
