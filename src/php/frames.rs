//! Who called: PHP gives the callbacks no hint whether the session is to be read only, or whether gc
//! was asked for by name. The executing frames tell both.

use std::mem::size_of;

use ext_php_rs::ffi::{
    ZEND_INTERNAL_FUNCTION, ext_php_rs_executor_globals, zend_execute_data, zend_hash_str_find, zval,
};

use super::bytes;
use crate::session::Intent;

/// `Z_TYPE` values of Zend/zend_types.h.
const IS_FALSE: u8 = 2;
const IS_TRUE: u8 = 3;
const IS_LONG: u8 = 4;
const IS_STRING: u8 = 6;
const IS_ARRAY: u8 = 7;

/// Whether session_start() was called with `read_and_close`.
///
/// The walk ends at the first function of the session extension, so a session_start() further up, in
/// whose error handler another session is opened, is not mistaken for the caller. auto_start has no
/// frame at all.
pub fn intent() -> Intent {
    let Some(frame) = session_function(b"session_start") else {
        return Intent::Write;
    };
    // SAFETY: `frame` is a live internal call's frame. ZEND_CALL_ARG(frame, 1) is the slot right
    // behind the frame's own size in zvals; it is the first argument when there is one.
    unsafe {
        if (*frame).This.u2.num_args == 0 {
            return Intent::Write;
        }
        let slots = size_of::<zend_execute_data>().div_ceil(size_of::<zval>());
        let options = frame.cast::<zval>().add(slots);
        if type_of(options) != IS_ARRAY {
            return Intent::Write;
        }
        let name = c"read_and_close";
        let value = zend_hash_str_find((*options).value.arr, name.as_ptr(), name.count_bytes());
        // session_start() takes these types for an option and throws for all others.
        let wanted = !value.is_null()
            && match type_of(value) {
                IS_TRUE => true,
                IS_FALSE => false,
                IS_LONG => is_on((*value).value.lval as f64),
                IS_STRING => is_on(leading_number(bytes((*value).value.str_))),
                _ => false,
            };
        if wanted { Intent::ReadAndClose } else { Intent::Write }
    }
}

/// The number that a string is to session_start(), or 0: `zval_get_long()` reads the number at
/// its beginning and cuts off the fraction. Zend's own function is not called: the meaning of its second
/// argument has changed between versions, and it may raise a deprecation, which runs the user's code.
fn leading_number(text: &[u8]) -> f64 {
    let text = text.trim_ascii_start();
    let mut end = 0;
    // The longest beginning that is a number, as in "1", "-2.5", ".5e1" or "12 apples".
    for length in 1..=text.len().min(40) {
        let number = std::str::from_utf8(&text[..length]).ok().filter(|t| !t.contains(['n', 'N', 'i', 'I']));
        if number.is_some_and(|t| t.parse::<f64>().is_ok()) {
            end = length;
        }
    }
    std::str::from_utf8(&text[..end]).ok().and_then(|t| t.parse().ok()).unwrap_or(0.0)
}

/// Whether session_start() takes an integer (what stands behind a decimal point does not count) for a
/// yes: PHP 8.5 when it is positive, older ones when it is not 0.
fn is_on(number: f64) -> bool {
    if cfg!(php85) { number >= 1.0 } else { number.abs() >= 1.0 }
}

/// Whether a script called session_gc(), rather than PHP's dice.
pub fn gc_was_asked_for() -> bool {
    session_function(b"session_gc").is_some()
}

/// Whether session_regenerate_id() is what gives the session another id.
pub fn regenerates() -> bool {
    session_function(b"session_regenerate_id").is_some()
}

/// The type of a zval, without its flags.
///
/// # Safety
/// `value` points to a live zval.
unsafe fn type_of(value: *const zval) -> u8 {
    // SAFETY: the caller guarantees the zval; all members of u1 are plain integers.
    unsafe { ((*value).u1.type_info & 0xff) as u8 }
}

/// The innermost call of an internal function `session_…`, if it is that of `name`.
fn session_function(name: &[u8]) -> Option<*mut zend_execute_data> {
    // SAFETY: the executor globals are this thread's and live as long as PHP does. The chain of
    // prev_execute_data ends with null, and each frame of it is live while we are called from within;
    // `func` is null in the dummy frames that the engine pushes for generators and includes.
    unsafe {
        let mut frame = (*ext_php_rs_executor_globals()).current_execute_data;
        while let Some(call) = frame.as_mut() {
            if let Some(function) = call.func.as_ref()
                && u32::from(function.type_) == ZEND_INTERNAL_FUNCTION
                && function.common.scope.is_null()
            {
                let called = bytes(function.common.function_name);
                if called.starts_with(b"session_") {
                    return (called == name).then_some(frame);
                }
            }
            frame = call.prev_execute_data;
        }
        None
    }
}
