//! Who called: PHP gives the callbacks no hint whether the session is to be read only, or whether gc
//! was asked for by name. The executing frames tell both.

use std::mem::size_of;

use ext_php_rs::ffi::{ZEND_INTERNAL_FUNCTION, ext_php_rs_executor_globals, zend_execute_data, zend_function};
use ext_php_rs::types::Zval;

use super::zend::bytes;
use crate::session::Intent;

/// Whether session_start() was called with `read_and_close`.
///
/// The walk ends at the first function of the session extension, so a session_start() further up, in whose error
/// handler another session is opened, is not mistaken for the caller. auto_start has no frame at all.
pub fn intent() -> Intent {
    // SAFETY: it is a live internal call's frame. ZEND_CALL_ARG(frame, 1) is the slot right behind the frame's own size
    // in zvals; it is the first argument when there is one.
    let options = session_function(b"session_start").and_then(|frame| unsafe {
        let slots = size_of::<zend_execute_data>().div_ceil(size_of::<Zval>());
        ((*frame).This.u2.num_args > 0).then(|| &*frame.cast::<Zval>().add(slots))
    });
    // session_start() takes these types for an option and throws for all others.
    let wanted = options.and_then(|options| options.array()?.get("read_and_close")).is_some_and(|value| {
        value.is_true()
            || value.long().is_some_and(|number| is_on(number as f64))
            || value.zend_str().is_some_and(|text| is_on(leading_number(text.as_bytes())))
    });
    if wanted { Intent::ReadAndClose } else { Intent::Write }
}

/// The number that a string is to session_start(), or 0: `zval_get_long()` reads the number at
/// its beginning and cuts off the fraction. Zend's own function is not called: the meaning of its second
/// argument has changed between versions, and it may raise a deprecation, which runs the user's code.
fn leading_number(text: &[u8]) -> f64 {
    let text = text.trim_ascii_start();
    let number = |length: usize| {
        let number = std::str::from_utf8(&text[..length]).ok().filter(|text| !text.contains(['n', 'N', 'i', 'I']));
        number.and_then(|text| text.parse().ok())
    };
    // The longest beginning that is a number, as in "1", "-2.5", ".5e1" or "12 apples".
    (1..=text.len().min(40)).rev().find_map(number).unwrap_or(0.0)
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

/// Whether the method that runs was called by PHP's session module rather than by a script: a function of that is its caller, or there is
/// none, as at a request's end. Nobody could catch an exception there.
pub fn is_save_handler() -> bool {
    // SAFETY: as in `innermost`; the first frame is the method's own.
    let caller = unsafe {
        let own = (*ext_php_rs_executor_globals()).current_execute_data;
        nearest(own.as_ref().map_or(std::ptr::null_mut(), |call| call.prev_execute_data))
    };
    caller.is_none_or(|name| name.is_some())
}

/// Whether a write ends the session: session_write_close() calls it, or the end of the request, which has no frame. What came of it PHP
/// asks then only to add a warning of its own, which blames session.save_path. A class of the user's that calls parent::write() wants to
/// know, as does session_regenerate_id().
pub fn write_ends_session() -> bool {
    // SAFETY: as in `innermost`.
    let caller = unsafe { nearest((*ext_php_rs_executor_globals()).current_execute_data) };
    caller.is_none_or(|name| matches!(name, Some(b"session_write_close" | b"session_commit")))
}

/// The function nearest to a frame, outwards; of one of PHP's session module the name.
///
/// # Safety
/// `frame` is null or a live frame, as are those that it came from.
unsafe fn nearest<'a>(mut frame: *mut zend_execute_data) -> Option<Option<&'a [u8]>> {
    // SAFETY: the caller guarantees it.
    unsafe {
        while let Some(call) = frame.as_ref() {
            if let Some(function) = call.func.as_ref() {
                return Some(name_in_session_module(function));
            }
            frame = call.prev_execute_data;
        }
    }
    None
}

/// The innermost call of an internal function `session_…`, if it is that of `name`.
fn session_function(name: &[u8]) -> Option<*mut zend_execute_data> {
    innermost().filter(|(_, called)| *called == name).map(|(frame, _)| frame)
}

/// Whether a function of PHP's session module has called, be it through a class of the user's.
pub fn within_session_module() -> bool {
    innermost().is_some()
}

/// The innermost call of an internal function `session_…`, and its name.
fn innermost<'a>() -> Option<(*mut zend_execute_data, &'a [u8])> {
    // SAFETY: the executor globals are this thread's and live as long as PHP does. The chain of
    // prev_execute_data ends with null, and each frame of it is live while we are called from within;
    // `func` is null in the dummy frames that the engine pushes for generators and includes.
    unsafe {
        let mut frame = (*ext_php_rs_executor_globals()).current_execute_data;
        while let Some(call) = frame.as_mut() {
            if let Some(function) = call.func.as_ref()
                && let Some(called) = name_in_session_module(function)
            {
                return Some((frame, called));
            }
            frame = call.prev_execute_data;
        }
        None
    }
}

/// The name of an internal function `session_…`; none for any other.
///
/// # Safety
/// `function` is alive, as is what it points to.
unsafe fn name_in_session_module<'a>(function: &zend_function) -> Option<&'a [u8]> {
    // SAFETY: the caller guarantees it.
    unsafe {
        let is_plain = u32::from(function.type_) == ZEND_INTERNAL_FUNCTION && function.common.scope.is_null();
        let name = if is_plain { bytes(function.common.function_name) } else { &[] };
        name.starts_with(b"session_").then_some(name)
    }
}
