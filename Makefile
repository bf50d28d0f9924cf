# The ways to build, test, try and install rustdb; `make help` lists them.
# PHP_CONFIG=/path/to/php-config builds for, tests with and installs into another PHP.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.PHONY: build test test-mysql test-galera test-group test-import test-apps test-torture test-zts test-zts-short \
	test-valgrind test-php test-php84 test-arm64 test-phpize test-deb test-fresh test-docker fuzz deny bench bench-full waiting demo demo-domains demo-windows demo-members \
	install deb uninstall clean help
.DEFAULT_GOAL := build

library := target/release/librustdb.so

build: ## (default) build target/release/librustdb.so
	bin/setup build
	. bin/php-env
	cargo build --release --locked

test: ## run the test suite on a private MariaDB
	php-tests/run mariadb

test-mysql: ## run it on a private MySQL from Debian sid (fetched once, kept outside this folder)
	php-tests/run mysql

test-galera: ## run the cluster tests on a private Galera cluster of three MariaDB nodes
	php-tests/run cluster galera

test-group: ## run them on three MySQL servers in multi-primary Group Replication
	php-tests/run cluster group

test-import: ## bring 100,000 session files in (rustdb import; RUSTDB_IMPORT_FILES is how many), and other tables' rows
	RUSTDB_IMPORT_FILES=$${RUSTDB_IMPORT_FILES:-100000} php-tests/run mariadb import

test-apps: ## DokuWiki, phpMyAdmin, Adminer, Laravel and the examples in a real browser; many tabs at once under merge, with Roundcube and Symfony as well (as root; fetched once, kept outside)
	php-tests/run apps mariadb

test-torture: ## 10 minutes of load, with workers killed and the server restarted (RUSTDB_TORTURE_SECONDS=60 for one)
	php-tests/run torture mariadb

test-zts: ## run the suite under a ZTS debug PHP 8.2, or VERSION=8.4 (built once, kept outside this folder), with no leak
	bin/setup zts
	PHP_CONFIG=$$(bin/zts-php $(or $(VERSION),8.2))/bin/php-config
	export PHP_CONFIG
	php-tests/run mariadb $(zts_files)

test-zts-short: ## run a selection of it and the threaded Apache: two minutes, once that PHP is built
	$(MAKE) --no-print-directory test-zts zts_files=--short

test-valgrind: ## run some phpt files under that PHP and valgrind
	php-tests/run valgrind

test-fresh: ## run setup, demo, install and deb as the first commands on a fresh Debian, SUITE=trixie or bookworm (as root; kept outside)
	php-tests/run packaging fresh '$(SUITE)' setup demo install deb

test-docker: ## build packaging/docker/Dockerfile upon a chroot laid out as PHP's official images are, and use it (SUITE=bookworm for PHP 8.2; as root; kept outside)
	php-tests/run packaging docker $(SUITE)

fuzz: ## try every parser of outside bytes with a minute of random ones each (RUSTDB_FUZZ_SECONDS=600 for ten)
	php-tests/run fuzz $${RUSTDB_FUZZ_SECONDS:-60}

deny: ## check the crates' licences, bans, sources and advisories (which it fetches from github.com)
	php-tests/run deny

test-php: ## run the suite with another PHP, VERSION=8.2, 8.4, 8.5 or 8.6 (as root, within a Debian that has it: a chroot made once, kept outside; FILTER=--short for some of it)
	bin/php-chroot '$(VERSION)' php-tests/run mariadb $(FILTER)

test-php84: ## the same with VERSION=8.4
	bin/php-chroot 8.4 php-tests/run mariadb

test-arm64: ## build and test it on arm64, which qemu emulates, in a chroot of Debian 13 (as root; an hour; kept outside)
	php-tests/run arm64 deb

test-phpize: ## build and install it as PIE does, with phpize
	php-tests/run packaging phpize

test-deb: ## install, use and remove the Debian package in a clean chroot of Debian 12 (as root; kept outside)
	php-tests/run packaging deb

bench: ## measure it beside other save handlers (twelve minutes; single parts: bench/run PART...), or beside itself: AGAINST=REV
	bench/run $(if $(AGAINST),--against '$(AGAINST)')

bench-full: ## the same with every size, 10 million rows and more rounds
	bench/run --full

waiting: ## measure the tables of docs/waiting.md again, phpredis beside files and rustdb
	php-tests/run waiting mariadb

demo: ## two PHP servers, one session: open the printed addresses in a browser
	examples/demo/run

demo-domains: ## three shops and a login of four domains, one session: open the printed addresses in a browser
	examples/domains/run

demo-windows: ## a session per browser window, on two PHP servers: open a printed address in a browser
	examples/windows/run

demo-members: ## a member area: devices, sign out everywhere, who is here: open a printed address in a browser
	examples/members/run

install: ## copy the library, its ini file, the schema and the command rustdb to where they belong (DESTDIR is honoured)
	[ -e $(library) ] || $(MAKE) build
	DESTDIR='$(DESTDIR)' packaging/install add

deb: ## make a Debian package of it: target/deb/php8.2-rustdb_….deb (php8.4-… on Debian 13)
	bin/setup build deb
	$(MAKE) --no-print-directory build
	packaging/deb/build

uninstall: ## remove what install copied; an ini file you changed is kept under another name
	DESTDIR='$(DESTDIR)' packaging/install remove

clean: ## remove everything that was built
	rm -rf target

help: ## this list
	sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20
