dnl How phpize builds rustdb, which is how PIE does: phpize && ./configure && make && make install, in this folder. It
dnl stands apart because configure writes a Makefile, and the repository has one of its own. cargo does the work
dnl (Makefile.frag); composer.json points PIE to this folder.

PHP_ARG_ENABLE([rustdb],
  [whether to build rustdb],
  [AS_HELP_STRING([--disable-rustdb], [Do not build rustdb])],
  [yes])

if test "$PHP_RUSTDB" != "no"; then
  dnl rustup's folder is not on the PATH of every shell.
  AC_PATH_PROG([CARGO], [cargo], [], [$PATH:$HOME/.cargo/bin])
  rustdb_wanted=`sed -n 's/^rust-version *= *"\(.*\)"/\1/p' "$abs_srcdir/../../Cargo.toml"`
  AC_MSG_CHECKING([for Rust $rustdb_wanted or newer])
  rustdb_rust=`test -z "$CARGO" || "$CARGO" --version | sed 's/^cargo \([[0-9.]]*\).*/\1/'`
  AC_MSG_RESULT([${rustdb_rust:-none}])
  rustdb_older=`printf '%s\n' "$rustdb_wanted" "$rustdb_rust" | sort -V | head -n 1`
  if test "$rustdb_older" != "$rustdb_wanted"; then
    AC_MSG_ERROR([rustdb is written in Rust and needs cargo $rustdb_wanted or newer: https://rustup.rs])
  fi
  dnl bindgen, which reads PHP's headers, loads libclang while it builds. Its own message comes after minutes.
  AC_MSG_CHECKING([for libclang])
  rustdb_clang=$LIBCLANG_PATH
  for rustdb_candidate in /usr/lib/llvm*/lib /usr/lib64 /usr/lib /usr/lib/*-linux-gnu /usr/local/lib; do
    if test -z "$rustdb_clang" && ls "$rustdb_candidate"/libclang*.so* >/dev/null 2>&1; then
      rustdb_clang=$rustdb_candidate
    fi
  done
  AC_MSG_RESULT([${rustdb_clang:-none}])
  if test -z "$rustdb_clang"; then
    AC_MSG_ERROR([rustdb needs libclang to read the headers of PHP: install libclang-dev (clang-devel), or set LIBCLANG_PATH])
  fi

  dnl No PHP_NEW_EXTENSION: there is no C to compile, and the library comes from cargo.
  PHP_MODULES='$(phplibdir)/rustdb.so'
  PHP_SUBST([CARGO])
  dnl An absolute path, as ext-php-rs wants it.
  RUSTDB_PHP_CONFIG=`command -v "$PHP_CONFIG"`
  PHP_SUBST([RUSTDB_PHP_CONFIG])
  PHP_ADD_BUILD_DIR([modules])
  PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/Makefile.frag])
fi
