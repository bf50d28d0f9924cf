//! The room that knows PHP: all `unsafe` code and all of ext_php_rs stand in here.
//!
//! This file mirrors the C declarations that ext_php_rs does not bind, and speaks PHP's two
//! languages: strings and warnings. `module` is the extension's life from MINIT to MSHUTDOWN, `handler`
//! the nine callbacks of the save handler, `frames` finds out who called them, `ini` reads php.ini,
//! `info` prints phpinfo(), `shared` is memory for forked children, `status` is `Rustdb\status()`, `functions` are the other functions of that namespace.

#![allow(unsafe_code)]

mod frames;
mod functions;
mod handler;
mod info;
mod ini;
mod module;
mod shared;
mod status;

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::slice;

use ext_php_rs::ffi::{ext_php_rs_sapi_globals, php_error_docref, zend_long, zend_module_entry, zend_string, zval};
use ext_php_rs::flags::ErrorType;

/// `SUCCESS` of Zend's `zend_result`.
pub const SUCCESS: c_int = 0;
/// `FAILURE` of Zend's `zend_result`.
pub const FAILURE: c_int = -1;

/// `LOG_NOTICE` of syslog.h.
const LOG_NOTICE: c_int = 5;

/// `void **mod_data`: where the session module keeps a save handler's state.
pub type ModData = *mut *mut c_void;

/// `ps_module` of ext/session/php_session.h (PHP_SESSION_API 20161017, checked by build.rs): the
/// save handler's name and its nine functions. PHP 8.6 turns open's two strings into `zend_string*`;
/// both are opaque here, for nobody looks at them.
#[repr(C)]
pub struct PsModule {
    pub s_name: *const c_char,
    pub s_open: unsafe extern "C" fn(ModData, *const c_void, *const c_void) -> c_int,
    pub s_close: unsafe extern "C" fn(ModData) -> c_int,
    pub s_read: unsafe extern "C" fn(ModData, *mut zend_string, *mut *mut zend_string, zend_long) -> c_int,
    pub s_write: unsafe extern "C" fn(ModData, *mut zend_string, *mut zend_string, zend_long) -> c_int,
    pub s_destroy: unsafe extern "C" fn(ModData, *mut zend_string) -> c_int,
    pub s_gc: unsafe extern "C" fn(ModData, zend_long, *mut zend_long) -> zend_long,
    pub s_create_sid: unsafe extern "C" fn(ModData) -> *mut zend_string,
    pub s_validate_sid: unsafe extern "C" fn(ModData, *mut zend_string) -> c_int,
    pub s_update_timestamp: unsafe extern "C" fn(ModData, *mut zend_string, *mut zend_string, zend_long) -> c_int,
}

// SAFETY: the one value is a constant static of static strings and functions; PHP only reads it.
unsafe impl Sync for PsModule {}

unsafe extern "C" {
    /// ext/session/session.c: adds a save handler to the session module's table.
    fn php_session_register_module(module: *const PsModule) -> c_int;
    /// ext/session/session.c: a new id as `session.sid_length` wants it.
    fn php_session_create_id(mod_data: ModData) -> *mut zend_string;
    /// Zend/zend_ini.c: the current value of a directive, owned by the engine.
    fn zend_ini_string_ex(name: *const c_char, length: usize, orig: c_int, exists: *mut bool) -> *const c_char;
    /// Zend/zend_ini.c: removes a module's directives, at MSHUTDOWN.
    fn zend_unregister_ini_entries(module_number: c_int);
    /// main/php_ini.c: the entry of php.ini's own table (`get_cfg_var()`).
    fn cfg_get_entry_ex(name: *mut zend_string) -> *mut zval;
    /// Zend/zend_string.c: the interned empty string.
    static zend_empty_string: *mut zend_string;
    /// main/main.c: writes a line to PHP's error log, and nothing to the browser.
    fn php_log_err_with_severity(message: *const c_char, severity: c_int);
    /// main/php_ini.c: phpinfo()'s table of a module's directives.
    fn display_ini_entries(module: *mut zend_module_entry);
}

/// The bytes of a PHP string.
///
/// # Safety
/// `string` is null or a live `zend_string` that outlives the returned slice.
unsafe fn bytes<'a>(string: *const zend_string) -> &'a [u8] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: the caller guarantees a live string; Zend guarantees `len` readable bytes from `val`.
    unsafe { slice::from_raw_parts((&raw const (*string).val).cast(), (*string).len) }
}

/// The bytes of a PHP string that nobody else has seen yet.
///
/// # Safety
/// `string` is null or a live `zend_string` that has one owner, the caller, and no hash yet, and outlives the returned slice.
unsafe fn bytes_mut<'a>(string: *mut zend_string) -> &'a mut [u8] {
    if string.is_null() {
        return &mut [];
    }
    // SAFETY: the caller guarantees a live string that is its alone; Zend guarantees `len` bytes from `val`.
    unsafe { slice::from_raw_parts_mut((&raw mut (*string).val).cast(), (*string).len) }
}

/// The value of a directive, empty when there is none.
fn ini_value(name: &CStr) -> String {
    let mut exists = false;
    // SAFETY: `name` is NUL-terminated and the length is its own. The engine returns null or a
    // NUL-terminated string that lives until the directive changes, and it is copied at once.
    unsafe {
        let value = zend_ini_string_ex(name.as_ptr(), name.count_bytes(), 0, &raw mut exists);
        if value.is_null() {
            return String::new();
        }
        CStr::from_ptr(value).to_string_lossy().into_owned()
    }
}

thread_local! {
    /// The text of the warning that is being raised: owned here, so that no longjmp can leak it.
    static MESSAGE: RefCell<CString> = RefCell::default();
    /// The same of the line that is being logged.
    static LOG_LINE: RefCell<CString> = RefCell::default();
}

/// Keeps a text for [`warn_kept`]; always true.
fn keep_message(text: String) -> bool {
    MESSAGE.set(without_nul(&text));
    true
}

/// Keeps a text for [`log_kept`], with the running script behind it; always true.
fn keep_log_line(text: String) -> bool {
    LOG_LINE.set(without_nul(&format!("{text} in {}", script())));
    true
}

fn without_nul(text: &str) -> CString {
    CString::new(text.replace('\0', "")).unwrap_or_default()
}

/// The path of the script that was asked for; PHP has words for `php -r`. The file that runs would often
/// be the same for all of an application, that of its framework's session class.
fn script() -> String {
    // SAFETY: the SAPI's globals are this thread's and live as long as PHP does. The path is null or
    // NUL-terminated and lives during the request; it is copied at once.
    let path = unsafe {
        let path = (*ext_php_rs_sapi_globals()).request_info.path_translated;
        if path.is_null() {
            return "no script".to_owned();
        }
        CStr::from_ptr(path).to_string_lossy()
    };
    // One line is one entry of the log.
    path.replace(char::is_control, "?")
}

/// Writes the line that was kept to PHP's error log, as a notice.
///
/// PHP may run out of memory here and end the request with a longjmp: the caller holds nothing that has
/// to be dropped.
fn log_kept() {
    let line = LOG_LINE.with_borrow(|line| line.as_ptr());
    // SAFETY: `line` points to the NUL-terminated text in LOG_LINE, which PHP only reads; none of its code
    // that runs meanwhile comes back here to replace it.
    unsafe { php_log_err_with_severity(line, LOG_NOTICE) };
}

/// Raises a PHP warning with the text that was kept.
///
/// PHP may run a user's error handler here, which may end this request with a longjmp or use the
/// session: the caller holds nothing that has to be dropped, and touches nothing of the session afterwards.
fn warn_kept() {
    let message = MESSAGE.with(|message| message.borrow().as_ptr());
    // SAFETY: `message` points to the NUL-terminated text in MESSAGE, and the format takes one such;
    // php_error_docref formats it before it calls anybody who could replace it.
    unsafe {
        php_error_docref(std::ptr::null(), ErrorType::Warning.bits() as c_int, c"%s".as_ptr(), message);
    }
}
