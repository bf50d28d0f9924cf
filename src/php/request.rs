//! The session of the running request, and the guard around all work on it.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use super::message;
use crate::error::{Error, Failure};
use crate::session::Session;

thread_local! {
    /// The session that `*mod_data` points to. It outlives a request only by accident, and [`end`] sees to that.
    static LIVE: Cell<*mut Session> = const { Cell::new(ptr::null_mut()) };
    /// Where the last panic of this thread happened.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Makes this the session of this thread, in the place of what was there.
pub fn begin(session: Session) -> *mut Session {
    end();
    let session = Box::into_raw(Box::new(session));
    LIVE.set(session);
    session
}

/// Gives the work the session of this thread, if there is one.
pub fn with_session<T>(work: impl FnOnce(Option<&mut Session>) -> T) -> T {
    // SAFETY: LIVE's session is alive, and nobody else has a reference to it: PHP calls one function at a time, and
    // the work neither calls PHP's nor this.
    work(unsafe { LIVE.get().as_mut() })
}

/// Frees what a request left behind, after the session module's own shutdown: a user's handler class
/// that never called parent::close(), or a bailout in the middle. There is nobody left to warn.
pub fn end() {
    let live = LIVE.replace(ptr::null_mut());
    if !live.is_null() {
        // SAFETY: LIVE only ever holds what Box::into_raw gave in `begin`, and was just cleared.
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

/// Runs work for PHP. What goes wrong, panics included, becomes the text that [`message`] tells next.
pub fn guard<T>(work: impl FnOnce() -> Result<T, Failure>) -> Option<T> {
    contain(work, || {
        with_session(|session| session.map(Session::reset));
    })
}

/// The same for work on another session than the request's: `reset` is what is done to it after a panic.
pub fn contain<T>(work: impl FnOnce() -> Result<T, Failure>, reset: impl FnOnce()) -> Option<T> {
    let failure = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(value)) => return Some(value),
        Ok(Err(failure)) => failure,
        Err(_) => {
            // What the session believes may be wrong now. It forgets that, and its transaction ends.
            let _ = catch_unwind(AssertUnwindSafe(reset));
            Failure {
                operation: "go on with the session".into(),
                place: String::new(),
                cause: Error::Panic(PANIC.take()),
            }
        }
    };
    message::keep(failure.to_string());
    None
}
