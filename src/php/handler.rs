//! The nine functions of the save handler, each as thin as can be: strings in, one call of the
//! session, a result or a warning out.
//!
//! Three rules hold in all of them. A panic never crosses into PHP: [`guard`]. PHP may leave any of
//! its own functions by a longjmp that runs no destructors, so a callback ends its Rust work and
//! drops it before it allocates PHP's memory or warns. And after a warning nothing of the session
//! is touched any more: the user's error handler may have ended it.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use ext_php_rs::ffi::{ext_php_rs_zend_string_init, zend_long, zend_string};

use super::{
    FAILURE, ModData, PsModule, SUCCESS, bytes, bytes_mut, frames, ini, ini_value, keep_log_line, keep_message,
    log_kept, php_session_create_id, warn_kept,
};
use crate::error::{Error, Failure};
use crate::label::Labels;
use crate::session::{Ending, Session};

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
    /// The session that `*mod_data` points to. It outlives a request only by accident, and
    /// [`end_request`] sees to that.
    static LIVE: Cell<*mut Session> = const { Cell::new(ptr::null_mut()) };
    /// What session_regenerate_id() has closed and takes along to the session that it opens next.
    static BEQUEST: RefCell<Option<Labels>> = const { RefCell::new(None) };
    /// Where the last panic of this thread happened.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Frees what a request left behind, after the session module's own shutdown: a user's handler class
/// that never called parent::close(), or a bailout in the middle. There is nobody left to warn.
pub fn end_request() {
    let live = LIVE.replace(ptr::null_mut());
    if !live.is_null() {
        // SAFETY: LIVE only ever holds what Box::into_raw gave in `open`, and was just cleared.
        let session = unsafe { Box::from_raw(live) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(session)));
    }
}

/// Keeps panics quiet and remembers where they happened; their text may hold data.
pub fn remember_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or(String::from("unknown place"), |l| {
            // Without the folders of the machine that built it.
            let parts: Vec<_> = l.file().rsplit('/').take(4).collect();
            let file: Vec<_> = parts.into_iter().rev().collect();
            format!("{}:{}", file.join("/"), l.line())
        });
        PANIC.with(|panic| panic.replace(place));
    }));
}

/// Runs a callback's work. What goes wrong, panics included, becomes the text for [`warn_kept`].
pub(super) fn guard<T>(work: impl FnOnce() -> Result<T, Failure>) -> Option<T> {
    let failure = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => return Some(value),
        Ok(Err(failure)) => failure,
        Err(_) => {
            // What the session believes may be wrong now. It forgets that, and its transaction ends.
            if let Some(session) = session_ptr() {
                // SAFETY: LIVE's session is alive, and the work that used it is over.
                let _ = catch_unwind(AssertUnwindSafe(|| unsafe { (*session).reset() }));
            }
            Failure {
                operation: "go on with the session".into(),
                place: String::new(),
                cause: Error::Panic(PANIC.with(RefCell::take)),
            }
        }
    };
    keep_message(failure.to_string());
    None
}

/// Whether this thread has a session of ours between open and close.
pub(super) fn has_session() -> bool {
    !LIVE.get().is_null()
}

/// Gives the work the session of this thread, if there is one.
pub(super) fn with_session<T>(work: impl FnOnce(Option<&mut Session>) -> T) -> T {
    // SAFETY: LIVE's session is alive, and nobody else has a reference to it: PHP calls one function at a time, and
    // the work calls nothing of PHP's.
    work(session_ptr().map(|session| unsafe { &mut *session }))
}

/// What a session leaves to the one that session_regenerate_id() opens next. Who called is asked only where there is
/// something to leave: it takes a walk through the frames, and most sessions have no label.
fn bequest(session: &Session) -> Option<Labels> {
    let labels = session.labels_for_next_id();
    (!labels.is_empty() && frames::regenerates()).then_some(labels)
}

fn session_ptr() -> Option<*mut Session> {
    let live = LIVE.get();
    (!live.is_null()).then_some(live)
}

/// The session behind `mod_data`; none when PHP calls without open, or with another handler's state.
///
/// # Safety
/// `mod_data` is the pointer that PHP gave to the callback, which is called by one thread at a time.
unsafe fn session<'a>(mod_data: ModData) -> Option<&'a mut Session> {
    // SAFETY: PHP passes &PS(mod_data). The session is what `open` put there: it is compared with
    // this thread's live one before it is used, and nobody else has a reference to that.
    unsafe {
        let data: *mut Session = (*mod_data).cast();
        if data.is_null() || data != LIVE.get() { None } else { Some(&mut *data) }
    }
}

/// Contract (mod_files.c, PS_OPEN_FUNC): prepare, touch nothing. save_path and the session's name are
/// ignored. May come while a session is open: see [`Session::open`].
unsafe extern "C" fn open(mod_data: ModData, _save_path: *const c_void, _name: *const c_void) -> c_int {
    let opened = guard(|| {
        let (config, pool) = ini::current()?;
        // SAFETY: `mod_data` comes straight from PHP.
        if let Some(session) = unsafe { session(mod_data) } {
            let bequest = bequest(session);
            session.open(pool, config);
            session.take_labels(bequest.unwrap_or_default());
            return Ok(());
        }
        let bequest = BEQUEST.take().filter(|_| frames::regenerates());
        end_request();
        let mut session = Box::new(Session::new(pool, config));
        session.take_labels(bequest.unwrap_or_default());
        let session = Box::into_raw(session);
        LIVE.set(session);
        // SAFETY: PHP passes a valid pointer to PS(mod_data), which nobody else uses now.
        unsafe { *mod_data = session.cast() };
        Ok(())
    });
    if opened.is_none() {
        warn_kept();
        return FAILURE;
    }
    SUCCESS
}

/// Contract: give up what is held, free the state. Never fails: nothing is lost with a lock.
unsafe extern "C" fn close(mod_data: ModData) -> c_int {
    // SAFETY: `mod_data` comes straight from PHP.
    if let Some(session) = unsafe { session(mod_data) } {
        BEQUEST.set(bequest(session));
        end_request();
        // SAFETY: as above.
        unsafe { *mod_data = ptr::null_mut() };
    }
    SUCCESS
}

/// Contract: SUCCESS with "" for an unknown id; FAILURE makes session_start() return false.
unsafe extern "C" fn read(mod_data: ModData, key: *mut zend_string, val: *mut *mut zend_string, _: zend_long) -> c_int {
    let data = guard(|| {
        // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
        let session = unsafe { session(mod_data) }.ok_or_else(|| not_open("read"))?;
        // SAFETY: as above.
        let data = session.read(unsafe { bytes(key) }, frames::intent())?;
        let data = (data.as_ptr(), data.len());
        let slow = session.slow_lock().is_some_and(keep_log_line);
        Ok((data, slow, session.notices().is_some_and(keep_message)))
    });
    let Some(((data, length), slow, notice)) = data else {
        warn_kept();
        return FAILURE;
    };
    // SAFETY: the data belongs to the session behind mod_data, which nobody changes before it is
    // copied here. Running out of memory leaves by longjmp; nothing is lost on the way.
    unsafe { *val = ext_php_rs_zend_string_init(data.cast(), length, false) };
    if slow {
        log_kept();
    }
    if notice {
        warn_kept();
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
    let written = guard(|| {
        // SAFETY: `mod_data`, `key` and `val` come straight from PHP and live during the call.
        let session = unsafe { session(mod_data) }.ok_or_else(|| not_open("write"))?;
        // SAFETY: as above.
        let (id, data) = unsafe { (bytes(key), bytes(val)) };
        match session.write(id, data, maxlifetime) {
            // session_regenerate_id(false) goes on with the data under the new id.
            Err(failure) if failure.cause == Error::GivenUp && frames::regenerates() => Ok(()),
            outcome => outcome,
        }
    });
    result_of(written)
}

/// Contract: SUCCESS for an unknown id too. The lock goes with the row. It comes from session_destroy() and from
/// session_regenerate_id(true).
unsafe extern "C" fn destroy(mod_data: ModData, key: *mut zend_string) -> c_int {
    let destroyed = guard(|| {
        // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
        let session = unsafe { session(mod_data) }.ok_or_else(|| not_open("destroy"))?;
        let ending = if frames::regenerates() { Ending::Regenerated } else { Ending::Destroyed };
        // SAFETY: as above.
        session.destroy(unsafe { bytes(key) }, ending)
    });
    result_of(destroyed)
}

/// Contract: the number of deleted sessions, also in `*nrdels`, or -1 (session_gc() is false then). The
/// lifetime is each row's own.
unsafe extern "C" fn gc(mod_data: ModData, _maxlifetime: zend_long, nrdels: *mut zend_long) -> zend_long {
    let collected = guard(|| {
        let all = frames::gc_was_asked_for();
        // SAFETY: `mod_data` comes straight from PHP.
        let session = unsafe { session(mod_data) }.ok_or_else(|| not_open("collect"))?;
        session.gc(all)
    });
    let number = collected.map_or(-1, |rows| zend_long::try_from(rows).unwrap_or(zend_long::MAX));
    // SAFETY: PHP passes a pointer to its own counter.
    unsafe { *nrdels = number };
    if collected.is_none() {
        warn_kept();
    }
    number
}

/// Contract: a new id, and nothing else: no row is made here. Its last characters tell that it is one of ours.
unsafe extern "C" fn create_sid(mod_data: ModData) -> *mut zend_string {
    // SAFETY: `mod_data` comes straight from PHP, and the function is PHP's own.
    let id = unsafe { php_session_create_id(mod_data) };
    let _ = guard(|| {
        // Where PHP has no such directive any more it makes ids as by its default.
        let bits = ini_value(c"session.sid_bits_per_character").parse().unwrap_or(4);
        // SAFETY: as above; the new string has no other owner, and is ours to change until PHP has it.
        if let Some(session) = unsafe { session(mod_data) } {
            // SAFETY: as above.
            session.create_sid(unsafe { bytes_mut(id) }, bits);
        }
        Ok(())
    });
    id
}

/// Contract: SUCCESS when the id is known, FAILURE when it is not.
unsafe extern "C" fn validate_sid(mod_data: ModData, key: *mut zend_string) -> c_int {
    let known = guard(|| {
        // SAFETY: `mod_data` and `key` come straight from PHP and live during the call.
        let session = unsafe { session(mod_data) }.ok_or_else(|| not_open("look up"))?;
        // SAFETY: as above.
        session.validate_sid(unsafe { bytes(key) }, frames::intent())
    });
    match known {
        Some(true) => SUCCESS,
        Some(false) => FAILURE,
        None => {
            warn_kept();
            FAILURE
        }
    }
}

fn result_of(outcome: Option<()>) -> c_int {
    if outcome.is_none() {
        warn_kept();
        return FAILURE;
    }
    SUCCESS
}

/// A user's class called a parent method before parent::open().
fn not_open(verb: &str) -> Failure {
    Failure { operation: format!("{verb} a session"), place: String::new(), cause: Error::NotOpen }
}
