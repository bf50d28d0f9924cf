//! phpinfo(): what an operator looks for first, without connecting to anything.

use std::ffi::CString;

use ext_php_rs::ffi::{
    php_info_print_table_end, php_info_print_table_header, php_info_print_table_row, php_info_print_table_start,
};
use ext_php_rs::zend::ModuleEntry;

use super::ini;
use super::zend::{display_ini_entries, ini_value};
use crate::codec::keys;
use crate::config::Config;

/// The section's tables: state, counters, directives. PHP's functions escape for HTML.
pub unsafe extern "C" fn print(module: *mut ModuleEntry) {
    // Everything is built before PHP prints: printing may end in a longjmp.
    let rows: Vec<(CString, CString)> = rows()
        .into_iter()
        .filter_map(|(name, value)| Some((CString::new(name).ok()?, CString::new(value).ok()?)))
        .collect();
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

fn rows() -> Vec<(String, String)> {
    let mut rows = vec![row("Version", env!("CARGO_PKG_VERSION"))];
    match ini::current("start a session") {
        Err(failure) => rows.push(row("Configuration", &failure.to_string())),
        Ok((config, pool)) => {
            let server = match pool.server() {
                Some((endpoint, info)) => format!("{} at {endpoint}", info.version),
                None => "not connected yet".to_owned(),
            };
            let (size, lent, idle) = pool.state();
            rows.push(row("Server", &server));
            if let Some((_, info)) = pool.server() {
                rows.push(row("Encryption of the connection", info.tls.as_deref().unwrap_or("none")));
            }
            rows.push(row("Table", &format!("{}.{}", config.server.database, config.server.table)));
            rows.push(row("Lock mode", &config.server.lock.to_string()));
            rows.push(row("Password", password(&config.server.password_file)));
            rows.push(row("Encryption of stored data", &encryption(&config)));
            let compression = match config.compress_from {
                Some(bytes) => format!("zstd, from {bytes} bytes on"),
                None => "none".to_owned(),
            };
            rows.push(row("Compression", &compression));
            rows.push(row("Pool", &format!("{} of {size} connections, {idle} idle", lent + idle)));
            for (_, words, number) in pool.counters().list() {
                rows.push(row(words, &number.to_string()));
            }
        }
    }
    if matches!(ini_value("session.use_strict_mode").as_str(), "" | "0") {
        rows.push(row(
            "Strict mode",
            "session.use_strict_mode is off: a visitor can be made to use a session id that somebody else knows \
             (session fixation); set session.use_strict_mode=1",
        ));
    }
    if ini_value("session.gc_probability") == "0" {
        rows.push(row(
            "Garbage collection",
            "session.gc_probability is 0: nothing deletes expired sessions unless session_gc() runs from cron",
        ));
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
    let mode = match config.encryption_required {
        true => "required",
        false => "optional",
    };
    match keys::current(&config.encryption_key_file) {
        Ok(keys) => {
            let ids: Vec<_> = keys.ids().collect();
            format!("{mode}, keys: {} (the first encrypts)", ids.join(", "))
        }
        Err(error) => format!("{mode}, no keys: {error}"),
    }
}

fn row(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
