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

use super::request::{self, guard, with_session};
use super::zend::{FAILURE, ModData, PsModule, SUCCESS, bytes, bytes_mut, ini_value, php_session_create_id};
use super::{frames, ini, message};
use crate::error::{Error, Failure};
use crate::merge::Format;
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

/// What a session leaves to the one that session_regenerate_id() opens next. Who called is asked only where there is
/// something to leave: it takes a walk through the frames, and most sessions leave nothing.
fn legacy(session: &Session) -> Option<Legacy> {
    let legacy = session.legacy();
    (!legacy.is_empty() && frames::regenerates()).then_some(legacy)
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
        let open = unsafe { with_own(mod_data, |session| session.map(|session| legacy(session))) };
        let reopens = open.is_some();
        let legacy = open.unwrap_or_else(|| {
            let session = request::begin(Session::new(pool.clone(), config.clone(), serialize_handler));
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
    if let Some(legacy) = unsafe { with_own(mod_data, |session| session.map(|session| legacy(session))) } {
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
    let read = unsafe {
        guarded(mod_data, "read", |session| {
            let data = session.read(bytes(key), frames::intent())?;
            let data = (data.as_ptr(), data.len());
            let slow = session.slow_lock().is_some_and(message::keep_log_line);
            Ok((data, slow, session.notices().is_some_and(message::keep)))
        })
    };
    let Some(((data, length), slow, notice)) = read else {
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
/// update_timestamp or under a user's class as write. The session finds out which it is.
unsafe extern "C" fn write(
    mod_data: ModData,
    key: *mut zend_string,
    val: *mut zend_string,
    maxlifetime: zend_long,
) -> c_int {
    // SAFETY: `mod_data`, `key` and `val` come straight from PHP and live during the call.
    let written = unsafe {
        guarded(mod_data, "write", |session| {
            match session.write(bytes(key), bytes(val), maxlifetime) {
                // session_regenerate_id(false) goes on with the data under the new id.
                Err(failure) if failure.cause == Error::GivenUp && frames::regenerates() => {}
                outcome => outcome?,
            }
            if session.has_to_leave() && frames::regenerates() {
                session.leave()?;
            }
            Ok(session.merge_conflicts().is_some_and(message::keep_log_line))
        })
    };
    if written == Some(true) {
        message::log();
    }
    result_of(written.map(drop))
}

/// The format of the data in a write; PHP does not let it change while a session is open.
fn serialize_handler() -> Format {
    Format::named(&ini_value("session.serialize_handler"))
}

/// Contract: SUCCESS for an unknown id too. The lock goes with the row. It comes from session_destroy() and from
/// session_regenerate_id(true).
unsafe extern "C" fn destroy(mod_data: ModData, key: *mut zend_string) -> c_int {
    // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
    let destroyed = unsafe {
        guarded(mod_data, "destroy", |session| {
            let ending = if frames::regenerates() { Ending::Regenerated } else { Ending::Destroyed };
            session.destroy(bytes(key), ending)
        })
    };
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
    // SAFETY: `mod_data` comes straight from PHP, and the function is PHP's own.
    let id = unsafe { php_session_create_id(mod_data) };
    if id.is_null() {
        return id;
    }
    // Where PHP has no such directive any more it makes ids as by its default.
    let bits = ini_value("session.sid_bits_per_character").parse().unwrap_or(4);
    let _ = guard(|| {
        // SAFETY: as above; the new string has no other owner, and is ours to change until PHP has it.
        unsafe { with_own(mod_data, |session| session.map(|session| session.create_sid(bytes_mut(id), bits))) };
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
