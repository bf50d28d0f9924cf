//! phpinfo(): what an operator looks for first, without connecting to anything.

use ext_php_rs::ffi::{
    php_info_print_table_end, php_info_print_table_header, php_info_print_table_row, php_info_print_table_start,
};
use ext_php_rs::zend::ModuleEntry;

use super::ini;
use super::message::c_string;
use super::zend::{display_ini_entries, ini_value};
use crate::codec::keys;
use crate::config::Config;

/// The section's tables: state, counters, directives. PHP's functions escape for HTML.
pub unsafe extern "C" fn print(module: *mut ModuleEntry) {
    // Everything is built before PHP prints: printing may end in a longjmp.
    let rows: Vec<_> = rows().into_iter().map(|(name, value)| (c_string(name), c_string(&value))).collect();
    // SAFETY: PHP's own printing functions, with NUL-terminated strings that live until they return.
    unsafe {
        php_info_print_table_start();
        php_info_print_table_header(2, c"rustdb session save handler".as_ptr(), c"enabled".as_ptr());
        for (name, value) in &rows {
            php_info_print_table_row(2, name.as_ptr(), value.as_ptr());
        }
        php_info_print_table_end();
        display_ini_entries(module);
    }
}

fn rows() -> Vec<(&'static str, String)> {
    let mut rows = vec![("Version", env!("CARGO_PKG_VERSION").to_owned())];
    match ini::current("start a session") {
        Err(failure) => rows.push(("Configuration", failure.to_string())),
        Ok((config, pool)) => {
            match pool.server() {
                Some((endpoint, info)) => {
                    rows.push(("Server", format!("{} at {endpoint}", info.version)));
                    rows.push(("Encryption of the connection", info.tls.unwrap_or("none".into())));
                }
                None => rows.push(("Server", "not connected yet".into())),
            }
            rows.push(("Table", format!("{}.{}", config.server.database, config.server.table)));
            rows.push(("Lock mode", config.lock.to_string()));
            rows.push(("Password", password(&config.server.password_file).into()));
            rows.push(("Encryption of stored data", encryption(&config)));
            let compression = config.compress_from.map(|bytes| format!("zstd, from {bytes} bytes on"));
            rows.push(("Compression", compression.unwrap_or("none".into())));
            let (size, lent, idle) = pool.state();
            rows.push(("Pool", format!("{} of {size} connections, {idle} idle", lent + idle)));
            rows.extend(pool.counters.list().into_iter().map(|(_, words, number)| (words, number.to_string())));
        }
    }
    if matches!(ini_value("session.use_strict_mode").as_str(), "" | "0") {
        let risk = "session.use_strict_mode is off: a visitor can be made to use a session id that somebody else knows \
             (session fixation); set session.use_strict_mode=1";
        rows.push(("Strict mode", risk.into()));
    }
    if ini_value("session.gc_probability") == "0" {
        let risk = "session.gc_probability is 0: nothing deletes expired sessions unless session_gc() runs from cron";
        rows.push(("Garbage collection", risk.into()));
    }
    rows
}

fn password(file: &str) -> &'static str {
    match (file.is_empty(), ini::has_password()) {
        (false, _) => "from rustdb.password_file (hidden)",
        (true, true) => "set (hidden)",
        (true, false) => "not set",
    }
}

/// Names the keys by what rows name them by, so that a rotation can be followed.
fn encryption(config: &Config) -> String {
    if config.encryption_key_file.is_empty() {
        return "off".to_owned();
    }
    let mode = if config.encryption_required { "required" } else { "optional" };
    match keys::current(&config.encryption_key_file) {
        Ok(keys) => {
            let ids: Vec<_> = keys.ids().collect();
            format!("{mode}, keys: {} (the first encrypts)", ids.join(", "))
        }
        Err(error) => format!("{mode}, no keys: {error}"),
    }
}
