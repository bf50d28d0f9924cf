//! What PHP's users and operators are told: warnings, exceptions, lines of the error log. A text is kept first, while
//! Rust's work goes on, and told when all of that is dropped.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr;

use ext_php_rs::ffi::{
    ext_php_rs_sapi_globals, php_error_docref, zend_class_entry, zend_throw_error, zend_throw_exception,
};
use ext_php_rs::flags::ErrorType;

use super::zend::php_log_err_with_severity;

/// `LOG_NOTICE` of syslog.h.
const LOG_NOTICE: c_int = 5;

thread_local! {
    /// The text of the warning or exception that comes next: owned here, so that no longjmp can leak it.
    static MESSAGE: RefCell<CString> = RefCell::default();
    /// The same of the line for the log.
    static LOG_LINE: RefCell<CString> = RefCell::default();
}

/// Keeps a text for [`warn`] or [`throw`]; always true.
pub fn keep(text: String) -> bool {
    MESSAGE.set(c_string(&text));
    true
}

/// Keeps a text for [`log`], with the running script behind it; always true.
pub fn keep_log_line(text: String) -> bool {
    LOG_LINE.set(c_string(&format!("{text} in {}", script())));
    true
}

/// A text for C, without what would end it there.
pub fn c_string(text: &str) -> CString {
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
/// PHP may run out of memory here and end the request with a longjmp: the caller holds nothing that has to be dropped.
pub fn log() {
    let line = LOG_LINE.with_borrow(|line| line.as_ptr());
    // SAFETY: `line` points to the NUL-terminated text in LOG_LINE, which PHP only reads; none of its code
    // that runs meanwhile comes back here to replace it.
    unsafe { php_log_err_with_severity(line, LOG_NOTICE) };
}

/// Writes the text that was kept for a warning to PHP's error log instead. The rule of [`log`] holds here, too.
pub fn log_warning() {
    let text = MESSAGE.with_borrow(|message| message.to_string_lossy().into_owned());
    keep_log_line(text);
    log();
}

/// Raises a PHP warning with the text that was kept.
///
/// PHP may run a user's error handler here, which may end this request with a longjmp or use the session: the caller
/// holds nothing that has to be dropped, and touches nothing of the session afterwards.
pub fn warn() {
    // SAFETY: the format takes one NUL-terminated text, which PHP formats before it calls anybody who could replace it.
    unsafe { php_error_docref(ptr::null(), ErrorType::Warning.bits() as c_int, c"%s".as_ptr(), kept()) };
}

/// Throws an exception of that class, or an Exception for null, with the text that was kept.
pub fn throw(class: *mut zend_class_entry) {
    // SAFETY: the caller has the class from PHP; PHP copies the text.
    unsafe { zend_throw_exception(class, kept(), 0) };
}

/// Throws an Error.
pub fn throw_error(text: String) {
    keep(text);
    // SAFETY: null stands for the class Error; the format takes one NUL-terminated text.
    unsafe { zend_throw_error(ptr::null_mut(), c"%s".as_ptr(), kept()) };
}

/// The text, NUL-terminated, as long as no other is kept.
pub fn kept() -> *const c_char {
    MESSAGE.with_borrow(|message| message.as_ptr())
}
