# Ends up in the Makefile that configure writes; config.m4 names it. PIE calls `make install` by sudo, where there may be
# no cargo: what is built already must not be built again, hence the list of sources.

rustdb_root = $(abspath $(top_srcdir)/../..)
rustdb_sources = $(shell find $(rustdb_root)/src $(rustdb_root)/build.rs $(rustdb_root)/Cargo.toml \
	$(rustdb_root)/Cargo.lock $(rustdb_root)/examples/schema.sql -type f)

$(phplibdir)/rustdb.so: $(rustdb_sources)
	cd $(rustdb_root) && MAKEFLAGS= PHP_CONFIG='$(RUSTDB_PHP_CONFIG)' PHP='$(PHP_EXECUTABLE)' '$(CARGO)' build --release --locked
	mkdir -p $(phplibdir)
	cp $(rustdb_root)/target/release/librustdb.so $@
