//! PHP's C interface where ext_php_rs does not bind it, and the ways to pass bytes over it.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::slice;
use std::thread::LocalKey;

use ext_php_rs::ffi::{zend_class_entry, zend_long, zend_module_entry, zend_string, zval};
use ext_php_rs::types::ZendStr;
use ext_php_rs::zend::ExecuteData;

/// `SUCCESS` of Zend's `zend_result`.
pub const SUCCESS: c_int = 0;
/// `FAILURE` of Zend's `zend_result`.
pub const FAILURE: c_int = -1;

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
    pub fn php_session_register_module(module: *const PsModule) -> c_int;
    /// ext/session/session.c: a new id as `session.sid_length` wants it.
    pub fn php_session_create_id(mod_data: ModData) -> *mut zend_string;
    /// Zend/zend_ini.c: the current value of a directive, owned by the engine.
    fn zend_ini_string_ex(name: *const c_char, length: usize, orig: c_int, exists: *mut bool) -> *const c_char;
    /// Zend/zend_ini.c: removes a module's directives, at MSHUTDOWN.
    pub fn zend_unregister_ini_entries(module_number: c_int);
    /// main/php_ini.c: the entry of php.ini's own table (`get_cfg_var()`).
    pub fn cfg_get_entry_ex(name: *mut zend_string) -> *mut zval;
    /// main/php_ini.c: phpinfo()'s table of a module's directives.
    pub fn display_ini_entries(module: *mut zend_module_entry);
    /// main/main.c: writes a line to PHP's error log, and nothing to the browser.
    pub fn php_log_err_with_severity(message: *const c_char, severity: c_int);
    /// Zend/zend_API.c: the arguments of the running call, with all of PHP's rules for their types.
    pub fn zend_parse_parameters(number: u32, types: *const c_char, ...) -> c_int;
    /// Zend/zend_API.c: throws ValueError for an argument, whose name it puts in front.
    pub fn zend_argument_value_error(number: u32, format: *const c_char, ...);
    /// Zend/zend_API.c: throws TypeError for an argument, whose name it puts in front.
    pub fn zend_argument_type_error(number: u32, format: *const c_char, ...);
    /// Zend/zend.c: throws ValueError.
    pub fn zend_value_error(format: *const c_char, ...);
    /// ext/session/session.c: the interface SessionHandlerInterface, as the next two are SessionIdInterface and
    /// SessionUpdateTimestampHandlerInterface.
    pub static php_session_iface_entry: *mut zend_class_entry;
    pub static php_session_id_iface_entry: *mut zend_class_entry;
    pub static php_session_update_timestamp_iface_entry: *mut zend_class_entry;
    /// Zend/zend_string.c: the interned empty string.
    pub static zend_empty_string: *mut zend_string;
    /// ext/spl/spl_exceptions.c
    pub static spl_ce_RuntimeException: *mut zend_class_entry;
}

/// The bytes of a PHP string.
///
/// # Safety
/// `string` is null or a live `zend_string` that outlives the returned slice.
pub unsafe fn bytes<'a>(string: *const zend_string) -> &'a [u8] {
    // SAFETY: the caller guarantees it.
    unsafe { string.as_ref() }.map_or(&[], ZendStr::as_bytes)
}

/// The bytes of a PHP string that nobody else has seen yet.
///
/// # Safety
/// `string` is a live `zend_string` that has one owner, the caller, and no hash yet, and outlives the returned slice.
pub unsafe fn bytes_mut<'a>(string: *mut zend_string) -> &'a mut [u8] {
    // SAFETY: the caller guarantees a live string that is its alone; Zend guarantees `len` bytes from `val`.
    unsafe { slice::from_raw_parts_mut((&raw mut (*string).val).cast(), (*string).len) }
}

/// The value of a directive, empty when there is none.
pub fn ini_value(name: &str) -> String {
    let mut exists = false;
    // SAFETY: the engine looks at as many bytes of `name` as it has. It returns null or a NUL-terminated string that
    // lives until the directive changes, and it is copied at once.
    unsafe {
        let value = zend_ini_string_ex(name.as_ptr().cast(), name.len(), 0, &raw mut exists);
        if value.is_null() { String::new() } else { CStr::from_ptr(value).to_string_lossy().into_owned() }
    }
}

/// How many arguments the running call has.
pub fn arguments(call: &ExecuteData) -> u32 {
    // SAFETY: `This.u2` of an internal call's frame holds the number of arguments.
    unsafe { call.This.u2.num_args }
}

/// Makes a value of PHP's of one of Rust's, which lies in a thread-local meanwhile: PHP may run out of memory and leave
/// by a longjmp that drops nothing.
pub fn convert<T: Default, V>(kept: &'static LocalKey<RefCell<T>>, value: T, make: impl FnOnce(&T) -> V) -> V {
    kept.set(value);
    let value = kept.with(RefCell::as_ptr);
    // SAFETY: it is this thread's, and nobody changes it meanwhile: what makes PHP's values calls no user's code.
    let made = make(unsafe { &*value });
    kept.take();
    made
}
