//! What php.ini may say: the names, defaults and scopes of all directives.

use std::ffi::CStr;

/// Where a directive may be set: `PHP_INI_SYSTEM` or `PHP_INI_ALL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    System,
    All,
}

/// One ini directive: its name, its default as php.ini spells it, and its scope.
pub struct Directive {
    pub name: &'static CStr,
    pub default: &'static CStr,
    pub scope: Scope,
}

const fn system(name: &'static CStr, default: &'static CStr) -> Directive {
    Directive { name, default, scope: Scope::System }
}

const fn all(name: &'static CStr, default: &'static CStr) -> Directive {
    Directive { name, default, scope: Scope::All }
}

/// Every directive of rustdb, in the order in which phpinfo() and `ini/rustdb.ini` show them.
pub const DIRECTIVES: &[Directive] = &[
    system(c"rustdb.host", c"127.0.0.1"),
    system(c"rustdb.port", c"3306"),
    system(c"rustdb.socket", c""),
    system(c"rustdb.user", c""),
    system(c"rustdb.password", c""),
    system(c"rustdb.password_file", c""),
    system(c"rustdb.ssl_mode", c"preferred"),
    system(c"rustdb.ssl_ca", c""),
    system(c"rustdb.ssl_cert", c""),
    system(c"rustdb.ssl_key", c""),
    system(c"rustdb.database", c""),
    system(c"rustdb.table", c"rustdb_sessions"),
    system(c"rustdb.create_table", c"1"),
    system(c"rustdb.connect_timeout", c"5"),
    system(c"rustdb.idle_timeout", c"600"),
    system(c"rustdb.single_writer", c"0"),
    system(c"rustdb.pool_size", c"0"),
    all(c"rustdb.lock", c"row"),
    all(c"rustdb.merge_conflict", c"mine"),
    all(c"rustdb.log_merge_conflicts", c"0"),
    all(c"rustdb.lock_wait", c"30"),
    all(c"rustdb.lock_failure", c"fail"),
    all(c"rustdb.slow_lock_ms", c"0"),
    system(c"rustdb.lease", c"15"),
    all(c"rustdb.regenerate_grace", c"60"),
    system(c"rustdb.touch_interval", c"60"),
    all(c"rustdb.absolute_lifetime", c"0"),
    all(c"rustdb.new_lifetime", c"0"),
    system(c"rustdb.gc_batch", c"1000"),
    system(c"rustdb.encryption", c"optional"),
    system(c"rustdb.encryption_key_file", c""),
    system(c"rustdb.compression", c"none"),
    system(c"rustdb.compression_min_bytes", c"1024"),
];

/// The value of a directive that nobody has set.
pub fn default_of(name: &str) -> &'static str {
    let known = DIRECTIVES.iter().find(|directive| directive.name.to_bytes() == name.as_bytes());
    known.and_then(|directive| directive.default.to_str().ok()).unwrap_or_default()
}
