//! The nine functions of the save handler, each as thin as can be: strings in, one call of the session, a result or a
//! warning out.
//!
//! Three rules hold in all of them. A panic never crosses into PHP: [`guard`]. PHP may leave any of its own functions
//! by a longjmp that runs no destructors, so a callback ends its Rust work and drops it before it allocates PHP's
//! memory or warns. And after a warning nothing of the session is touched any more: the user's error handler may have
//! ended it.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::ptr;

use ext_php_rs::ffi::{ext_php_rs_zend_string_init, zend_long, zend_string};

use super::calls::{self, Read};
use super::request::{self, guard, with_session};
use super::zend::{FAILURE, ModData, PsModule, SUCCESS, bytes};
use super::{frames, ini, message};
use crate::error::{Error, Failure};
use crate::session::{Ending, Legacy, Session};

/// What PHP registers under the name `rustdb`.
pub static MODULE: PsModule = PsModule {
    s_name: c"rustdb".as_ptr(),
    s_open: open,
    s_close: close,
    s_read: read,
    s_write: write,
    s_destroy: destroy,
    s_gc: gc,
    s_create_sid: create_sid,
    s_validate_sid: validate_sid,
    s_update_timestamp: write,
};

thread_local! {
    /// What session_regenerate_id() has closed and takes along to the session that it opens next.
    static LEGACY: RefCell<Option<Legacy>> = const { RefCell::new(None) };
}

/// Gives the work the session that PHP means; none where PHP calls without open, or with another handler's state.
///
/// # Safety
/// `mod_data` is the pointer that PHP gave to the callback: &PS(mod_data).
unsafe fn with_own<T>(mod_data: ModData, work: impl FnOnce(Option<&mut Session>) -> T) -> T {
    // SAFETY: as above; what it points to is only compared.
    let own = unsafe { *mod_data };
    with_session(|session| work(session.filter(|session| ptr::addr_eq(*session, own))))
}

/// Runs a callback's work under guard. There is no session where a user's class calls a parent method before
/// parent::open().
///
/// # Safety
/// As [`with_own`].
unsafe fn guarded<T>(
    mod_data: ModData,
    verb: &str,
    work: impl FnOnce(&mut Session) -> Result<T, Failure>,
) -> Option<T> {
    let closed = || Failure { operation: format!("{verb} a session"), place: String::new(), cause: Error::NotOpen };
    // SAFETY: the caller guarantees it.
    guard(|| unsafe { with_own(mod_data, |session| work(session.ok_or_else(closed)?)) })
}

/// SUCCESS, or the warning that the guard has kept and FAILURE.
fn result_of(outcome: Option<()>) -> c_int {
    if outcome.is_none() {
        message::warn();
        return FAILURE;
    }
    SUCCESS
}

/// Contract (mod_files.c, PS_OPEN_FUNC): prepare, touch nothing. save_path and the session's name are
/// ignored. May come while a session is open: see [`Session::open`].
unsafe extern "C" fn open(mod_data: ModData, _save_path: *const c_void, _name: *const c_void) -> c_int {
    let opened = guard(|| {
        let (config, pool) = ini::current("start a session")?;
        // SAFETY: `mod_data` comes straight from PHP.
        let open = unsafe { with_own(mod_data, |session| session.map(|session| calls::legacy(session))) };
        let reopens = open.is_some();
        let legacy = open.unwrap_or_else(|| {
            let session = request::begin(Session::new(pool.clone(), config.clone(), calls::serialize_handler));
            // SAFETY: PHP passes a valid pointer to PS(mod_data), which nobody else uses now.
            unsafe { *mod_data = session.cast() };
            LEGACY.take().filter(|_| frames::regenerates())
        });
        with_session(|session| {
            if let Some(session) = session {
                if reopens {
                    session.open(pool, config);
                }
                session.inherit(legacy.unwrap_or_default());
            }
        });
        Ok(())
    });
    result_of(opened)
}

/// Contract: give up what is held, free the state. Never fails: nothing is lost with a lock.
unsafe extern "C" fn close(mod_data: ModData) -> c_int {
    // SAFETY: `mod_data` comes straight from PHP.
    if let Some(legacy) = unsafe { with_own(mod_data, |session| session.map(|session| calls::legacy(session))) } {
        LEGACY.set(legacy);
        request::end();
        // SAFETY: as above.
        unsafe { *mod_data = ptr::null_mut() };
    }
    SUCCESS
}

/// Contract: SUCCESS with "" for an unknown id; FAILURE makes session_start() return false.
unsafe extern "C" fn read(mod_data: ModData, key: *mut zend_string, val: *mut *mut zend_string, _: zend_long) -> c_int {
    // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
    let read = unsafe { guarded(mod_data, "read", |session| calls::read(session, bytes(key))) };
    let Some(Read { data, length, slow, notice }) = read else {
        message::warn();
        return FAILURE;
    };
    // SAFETY: the data belongs to the session behind mod_data, which nobody changes before it is
    // copied here. Running out of memory leaves by longjmp; nothing is lost on the way.
    unsafe { *val = ext_php_rs_zend_string_init(data.cast(), length, false) };
    if slow {
        message::log();
    }
    if notice {
        message::warn();
    }
    SUCCESS
}

/// Contract: store the data and let go of the lock; comes for unchanged data as well, as
/// update_timestamp or under a user's class as write. The session finds out which it is. Where nobody asks for the result
/// the warning is enough: FAILURE would only make PHP add one of its own.
unsafe extern "C" fn write(
    mod_data: ModData,
    key: *mut zend_string,
    val: *mut zend_string,
    maxlifetime: zend_long,
) -> c_int {
    // SAFETY: `mod_data`, `key` and `val` come straight from PHP and live during the call.
    let written =
        unsafe { guarded(mod_data, "write", |session| calls::write(session, bytes(key), bytes(val), maxlifetime)) };
    if written == Some(true) {
        message::log();
    }
    // Asked before the warning, which may run the user's code.
    let told_is_enough = written.is_none() && frames::write_ends_session();
    let result = result_of(written.map(drop));
    if told_is_enough { SUCCESS } else { result }
}

/// Contract: SUCCESS for an unknown id too. The lock goes with the row. It comes from session_destroy() and from
/// session_regenerate_id(true).
unsafe extern "C" fn destroy(mod_data: ModData, key: *mut zend_string) -> c_int {
    // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
    let destroyed =
        unsafe { guarded(mod_data, "destroy", |session| calls::destroy(session, bytes(key), Ending::Destroyed)) };
    result_of(destroyed)
}

/// Contract: the number of deleted sessions, also in `*nrdels`, or -1 (session_gc() is false then). The
/// lifetime is each row's own.
unsafe extern "C" fn gc(mod_data: ModData, _maxlifetime: zend_long, nrdels: *mut zend_long) -> zend_long {
    // SAFETY: `mod_data` comes straight from PHP.
    let collected = unsafe { guarded(mod_data, "collect", |session| session.gc(frames::gc_was_asked_for())) };
    let number = collected.map_or(-1, |rows| zend_long::try_from(rows).unwrap_or(zend_long::MAX));
    // SAFETY: PHP passes a pointer to its own counter.
    unsafe { *nrdels = number };
    if collected.is_none() {
        message::warn();
    }
    number
}

/// Contract: a new id, and nothing else: no row is made here. Its last characters tell that it is one of ours.
unsafe extern "C" fn create_sid(mod_data: ModData) -> *mut zend_string {
    let id = calls::new_id();
    if id.is_null() {
        return id;
    }
    let _ = guard(|| {
        // SAFETY: `mod_data` comes straight from PHP; nobody has seen the new string.
        unsafe { with_own(mod_data, |session| session.map(|session| calls::sign(session, id))) };
        Ok(())
    });
    id
}

/// Contract: SUCCESS when the id is known, FAILURE when it is not.
unsafe extern "C" fn validate_sid(mod_data: ModData, key: *mut zend_string) -> c_int {
    // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
    let known = unsafe { guarded(mod_data, "look up", |session| session.validate_sid(bytes(key), frames::intent())) };
    match known {
        Some(false) => FAILURE,
        known => result_of(known.map(drop)),
    }
}
