# backoffice: build, run, test, install. "make help" lists the targets.

PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DATADIR     = $(PREFIX)/share/backoffice
VARIANT    ?= release
BUILD       = build/$(VARIANT)

PKG_CONFIG ?= pkg-config
export CC CPPFLAGS PKG_CONFIG

# NAME = $(eval NAME := ...)$(NAME): worked out when it is first asked for, and once.

PKGS = libsodium jansson libcurl inih libidn2 liboath \
	$(if $(shell $(PKG_CONFIG) --exists libmariadb 2>/dev/null && echo 1),libmariadb,mysqlclient)

# What the compiler must say nothing about; for those who work on it WERROR=1 makes errors of that.
WARN = -Wall -Wextra -Wpedantic -Wformat=2 -Wconversion -Wsign-conversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wimplicit-fallthrough -Wno-format-zero-length \
	$(if $(WERROR),-Werror)

# Of the hardening each compiler is given what it takes: some is for one processor alone.
HARDEN = $(eval HARDEN := $(shell fcgi/dist/flags compile '$(CC)' -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection=full/-mbranch-protection=standard -fPIE \
	-fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing))$(HARDEN)

ifeq ($(VARIANT),asan)
OPT  = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK = -fsanitize=address,undefined
else
OPT  = -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
LINK = $(eval LINK := $(shell fcgi/dist/flags link '$(CC)' -pie -Wl,-z,relro -Wl,-z,now \
	-Wl,-z,noexecstack -Wl,-z,separate-code))$(LINK)
endif

# The newest migration is the schema that the programs know.
SCHEMA := $(shell ls sql/migrate | sed -n 's/^0*\([0-9][0-9]*\)_.*\.sql$$/\1/p' | sort -n | tail -n 1)
# The oldest that they run on is the newest one that they cannot do without: what contracts they can.
SCHEMA_OLDEST := $(shell grep -L '^-- contract from ' sql/migrate/*.sql | \
	sed -n 's|.*/0*\([0-9][0-9]*\)_.*|\1|p' | sort -n | tail -n 1)

# Before the first file is compiled: what is missing, all of it, with the packages that bring it.
LIBRARIES = $(eval LIBRARIES := $(shell fcgi/dist/needs build && $(PKG_CONFIG) --cflags $(PKGS)) \
	)$(if $(filter 0,$(.SHELLSTATUS)),,$(error nothing was compiled))$(LIBRARIES)
LIBS = $(eval LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS)) -lunistring -lzxcvbn -lfcgi \
	-lcsv -lm)$(LIBS)

# The release is the first one that is told of.
VERSION := $(shell sed -n 's/^\#\# \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)

ALL_CPPFLAGS = -D_GNU_SOURCE -Ifcgi -I$(BUILD) -DSYSCONFDIR='"$(SYSCONFDIR)"' \
	-DDATADIR='"$(DATADIR)"' -DSCHEMA_VERSION=$(SCHEMA) -DSCHEMA_OLDEST=$(SCHEMA_OLDEST) \
	-DVERSION='"$(VERSION)"' $(LIBRARIES) $(CPPFLAGS)
ALL_CFLAGS   = -std=c17 -g $(OPT) $(WARN) $(HARDEN) -pthread '-ffile-prefix-map=$(CURDIR)=.' \
	$(CFLAGS)
ALL_LDFLAGS  = $(LINK) -pthread -Wl,--as-needed $(LDFLAGS)

# One archive a room; a program takes from it what it uses.
ROOMS   = cli api act view auth mail store http record rule base
SOURCES = $(foreach room,$(ROOMS),$(wildcard fcgi/$(room)/*.c))
OBJECTS = $(patsubst fcgi/%,$(BUILD)/%.o,$(SOURCES))
# PROGRAMS is the environment's: fcgi/dist/run/run takes it from there.
BINARIES = $(BUILD)/backoffice-fcgi $(BUILD)/backoffice-mailer $(BUILD)/backoffice-admin
UNITS   = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*_test.c))

# Objects stay, so that a second start builds nothing. They are named: if all targets were secondary,
# the mark of a new migration would not be missed (below).
.SECONDARY: $(OBJECTS) $(BINARIES:$(BUILD)/backoffice-%=$(BUILD)/bin/%.c.o)
.PHONY: all run dev debug test check test-mysql test-axe test-page test-browsers test-fault \
	test-upgrade cluster cluster-mysql test-cluster test-cluster-mysql test-watch test-host \
	test-container test-servers test-nginx test-promises test-fresh test-arm test-planted bench unit peers \
	screenshots lint install uninstall dist deb sbom needs vendor page contract clean help

all: $(BINARIES)
	@:

help:
	@sed -n 's/^## //p' Makefile

## make run        install what is missing, build, run everything at http://127.0.0.1:8080/
run: needs
	@env -u ADMIN_PASSWORD -u SMTP_PASSWORD $(MAKE) --no-print-directory all page
	@exec fcgi/dist/run/run

## make dev        the same from build/dev at port 8081, built and restarted when a source changes
dev: needs
	@$(MAKE) --no-print-directory vendor
	@exec fcgi/dist/run/dev

## make debug      gdb on the backoffice-fcgi of make dev
debug:
	@exec gdb -q -p "$$(cat build/dev/run/fcgi.child)"

## make compile_commands.json   how each file is compiled, for editors
compile_commands.json: Makefile
	@{ echo '['; $(MAKE) -snB VARIANT=asan all | grep -- '-MMD -MP -c -o ' | \
		sed -e 's/\\/\\\\/g; s/"/\\"/g' \
		-e 's|^\(.* \([^ ]*\.c\)\)$$|{"directory":"$(CURDIR)","file":"\2","command":"\1"},|' | \
		sed '$$ s/,$$//'; echo ']'; } >$@

## make test       install what is missing, then all tests; ends with "N passed, N failed"
test:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@exec tests/run

## make check      T=api/users, T=unit/rule_mask: one file, K='part of a name': one test of it
check:
	@fcgi/dist/needs test
	@exec tests/check '$(T)' '$(K)'

# Suites of tests/run that are no part of `make test`, and the long versions of some that are.
## make test-mysql the tests of the API on a real MySQL
## make test-fault the long version of the fault tests
## make test-upgrade from every schema, with 100,000 rows, and hosts one after the other
## make test-page  the long version of the tests of the page
## make test-servers the recipes for Apache, Caddy, spawn-fcgi, runit and OpenRC, in a copy of this machine
## make test-promises what must never happen, tried for long (MINUTES=20, SEED=1)
test-mysql test-fault test-upgrade test-page test-servers test-promises:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@exec tests/run $(@:test-%=%)

test-fault test-upgrade test-page: export LONG = 1

## make test-cluster the tests on three nodes of Galera and two hosts; LONG= for a minute of them
## make test-cluster-mysql the same on three members of a group of MySQL, of which one is primary
test-cluster test-cluster-mysql: LONG ?= 1
test-cluster test-cluster-mysql:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@LONG='$(LONG)' exec tests/run $(@:test-%=%)

## make cluster    run two hosts behind a proxy on three nodes of Galera, to be played with
## make cluster-mysql the same on three members of a group of MySQL
cluster cluster-mysql:
	@fcgi/dist/needs test
	@fcgi/dist/needs cluster
	@$(MAKE) --no-print-directory all page
	@CLUSTER='$(patsubst cluster%,%,$(@:cluster-%=%))' exec "$$(fcgi/dist/needs node)" \
		tests/cluster/play.mjs

## make test-watch the metrics, the alerts and the dashboard with a real Prometheus
test-watch:
	@fcgi/dist/needs test
	@fcgi/dist/needs watch
	@$(MAKE) --no-print-directory all page
	@exec tests/run watch

## make test-nginx the set-ups of nginx with the one of another Debian: SUITE=trixie
test-nginx:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@exec tests/nginx/release '$(or $(SUITE),trixie)'

## make test-planted faults planted on purpose (tests/planted/): each is caught by its test
test-planted:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@exec tests/planted/run

## make test-fresh the tests in a bare Debian of another release: SUITE=trixie, TESTS='unit lint mail'
test-fresh:
	@exec tests/fresh '$(or $(SUITE),trixie)' $(or $(TESTS),unit lint mail)

## make test-arm   built for arm64 in a bare Debian, and the unit tests under qemu: SUITE=trixie
test-arm:
	@exec tests/arm '$(or $(SUITE),trixie)'

## make test-host  the package on bare machines that serve a site of PHP: SUITES='bookworm trixie'
test-host:
	@fcgi/dist/needs host
	@$(MAKE) --no-print-directory all page
	@SUITES='$(or $(SUITES),bookworm trixie)' exec tests/run host

## make test-container  the images, built and started as compose.yaml says, by Podman
test-container:
	@fcgi/dist/needs container
	@$(MAKE) --no-print-directory all page
	@LONG=1 exec tests/run container

## make test-axe   axe and an eye on every screen, scheme, width and language; K='de, light'
test-axe:
	@fcgi/dist/needs test
	@LONG=1 exec tests/check page/axe '$(K)'

## make test-browsers the story, in Firefox and in WebKit
test-browsers:
	@fcgi/dist/needs browsers
	@$(MAKE) --no-print-directory all page
	@exec tests/run browsers

## make bench      what it costs, beside its peers: tests/bench/RESULTS.md (ONLY=users,find QUICK=1 GROWTH=1)
bench:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page
	@exec "$$(fcgi/dist/needs node)" tests/bench/run.mjs

## make screenshots pictures of every page in build/screenshots
screenshots:
	@fcgi/dist/needs pictures
	@$(MAKE) --no-print-directory all page
	@exec "$$(fcgi/dist/needs node)" tests/page/screenshots.mjs

## make lint       the house rules and every linter
lint:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory vendor
	@exec tests/run lint

# Each is the environment's or the command line's, and has its default in fcgi/dist/install.
PLACES = DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' SYSCONFDIR='$(SYSCONFDIR)' BUILD='$(BUILD)' \
	BINDIR='$(BINDIR)' SBINDIR='$(SBINDIR)' UNITDIR='$(UNITDIR)' MANDIR='$(MANDIR)' STRIP='$(STRIP)'

## make install    DESTDIR, PREFIX (/usr/local), SYSCONFDIR (/etc), BINDIR, SBINDIR, UNITDIR, MANDIR, STRIP=strip
install: all page
	@$(PLACES) fcgi/dist/install

## make uninstall  takes out what make install has put there, with the same variables; settings stay
uninstall:
	@$(PLACES) fcgi/dist/install uninstall

## make dist       the tarball of the release, which is built without a network
dist: all page
	@fcgi/dist/dist '$(VERSION)'

## make sbom       the bill of materials of what is built here: build/sbom.cdx.json
sbom: all page
	@"$$(fcgi/dist/needs node)" fcgi/dist/sbom.mjs '$(VERSION)' $(BINARIES) >build/sbom.cdx.json
	@echo build/sbom.cdx.json

## make deb        the package for the Debian that this is, reproducible: build/backoffice_*.deb
deb:
	@fcgi/dist/needs deb
	@[ -e build/released ] || $(MAKE) --no-print-directory all page
	@fcgi/dist/deb '$(VERSION)'

needs:
	@fcgi/dist/needs run

# The page's libraries: pinned in package-lock.json, fetched by npm, never committed.
vendor: htdocs/vendor/.made
	@:

htdocs/vendor/.made: package-lock.json fcgi/dist/vendor
	@fcgi/dist/needs page
	@echo "  NPM   htdocs/vendor"
	@[ -d node_modules/lit-html ] && [ -d node_modules/rollup ] || \
		npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
	@fcgi/dist/vendor

# The page as it is served: make dev alone serves htdocs/ itself.
page: build/page/index.html
	@:

build/page/index.html: fcgi/dist/page.mjs htdocs/vendor/.made \
		$(shell find htdocs -name vendor -prune -o -print)
	@fcgi/dist/needs page
	@echo "  PAGE  build/page"
	@mkdir -p build
	@node fcgi/dist/page.mjs build/page

## make contract   writes what the page knows of the API, as the program prints it
contract: all
	@$(BUILD)/backoffice-fcgi --types >htdocs/js/records.d.ts
	@$(BUILD)/backoffice-fcgi --contract >htdocs/js/contract.js

## make clean      remove what was built; in the tarball of a release the page stays
clean:
	@if [ -e build/released ]; then rm -rf build/release build/asan; \
		else rm -rf build htdocs/vendor; fi

$(BUILD)/backoffice-%: $(BUILD)/bin/%.c.o $(BUILD)/rooms.a
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/rooms.a: $(OBJECTS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/%.c.o: fcgi/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# It holds the letters' texts, which the compiler does not see it read.
$(BUILD)/mail/template.c.o: fcgi/mail/frame.html $(wildcard fcgi/mail/text/*)

# By what the page calls columns and values, imports know them.
$(BUILD)/http/label.c.o: $(BUILD)/http/label.def

$(BUILD)/http/label.def: fcgi/dist/labels $(wildcard htdocs/i18n/*.json)
	@mkdir -p $(@D)
	@fcgi/dist/labels $(wildcard htdocs/i18n/*.json) >$@

$(BUILD)/base/version.c.o $(BUILD)/api/metrics.c.o: CHANGELOG.md

# The numbers of the migrations are compiled in: a file of their name says when they are others.
SCHEMA_MARK = $(BUILD)/schema.$(SCHEMA_OLDEST)-$(SCHEMA)

$(SCHEMA_MARK):
	@mkdir -p $(@D) && rm -f $(BUILD)/schema.* && touch $@

$(addprefix $(BUILD)/,$(addsuffix .c.o,bin/fcgi bin/mailer base/version api/metrics cli/migrate \
	cli/check_database store/schema)): $(SCHEMA_MARK)

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/rooms.a Makefile
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(ALL_CPPFLAGS) -Itests/unit $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< \
		$(BUILD)/rooms.a $(LIBS) -lcmocka

unit: $(UNITS)

## make bench-gate what the gate of a room costs, beside what else the same host does (ROUNDS=3 SECONDS=4)
.PHONY: bench-gate
bench-gate:
	@fcgi/dist/needs test
	@$(MAKE) --no-print-directory all page peers
	@exec "$$(fcgi/dist/needs node)" tests/bench/gate.mjs

# What make bench measures beside the product, in C.
$(BUILD)/bench/%: tests/bench/peer/%.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP $(ALL_LDFLAGS) -o $@ $< $(LIBS)

peers: $(patsubst tests/bench/peer/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/peer/*.c))

-include $(OBJECTS:.o=.d) $(wildcard $(BUILD)/bin/*.d $(BUILD)/unit/*.d)
