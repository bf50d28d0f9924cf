//! What a call of PHP's means to a session, whichever of the two doors it comes through: the save handler's functions
//! (`handler`) or the methods of `Rustdb\Handler` (`handler_class`). All of it is work of Rust's that a guard is around.

use ext_php_rs::ffi::zend_string;

use super::zend::{bytes_mut, ini_value, php_session_create_id};
use super::{frames, message};
use crate::error::{Error, Failure};
use crate::merge::Format;
use crate::session::{Ending, Legacy, Session};

/// What a read has found. The data belongs to the session, and is there until that is used again.
pub struct Read {
    pub data: *const u8,
    pub length: usize,
    /// A line for the log is kept.
    pub slow: bool,
    /// A warning is kept.
    pub notice: bool,
}

/// Reads a session, and locks it as the caller's frames and the directives say.
pub fn read(session: &mut Session, id: &[u8]) -> Result<Read, Failure> {
    let data = session.read(id, frames::intent())?;
    let (data, length) = (data.as_ptr(), data.len());
    let slow = session.slow_lock().is_some_and(message::keep_log_line);
    Ok(Read { data, length, slow, notice: session.notices().is_some_and(message::keep) })
}

/// Writes a session, or touches it; true where a line for the log is kept. `gc_maxlifetime` is in seconds.
pub fn write(session: &mut Session, id: &[u8], data: &[u8], gc_maxlifetime: i64) -> Result<bool, Failure> {
    match session.write(id, data, gc_maxlifetime) {
        // session_regenerate_id(false) goes on with the data under the new id.
        Err(failure) if failure.cause == Error::GivenUp && frames::regenerates() => {}
        outcome => outcome?,
    }
    if session.has_to_leave() && frames::regenerates() {
        session.leave()?;
    }
    Ok(session.merge_conflicts().is_some_and(message::keep_log_line))
}

/// Ends a session in this way, or as session_regenerate_id(true) does where that is what calls.
pub fn destroy(session: &mut Session, id: &[u8], ending: Ending) -> Result<(), Failure> {
    session.destroy(id, if frames::regenerates() { Ending::Regenerated } else { ending })
}

/// What a session leaves to the one that session_regenerate_id() opens next. Who called is asked only where there is
/// something to leave: it takes a walk through the frames, and most sessions leave nothing.
pub fn legacy(session: &Session) -> Option<Legacy> {
    let legacy = session.legacy();
    (!legacy.is_empty() && frames::regenerates()).then_some(legacy)
}

/// A new id as PHP makes it, or null where PHP has thrown. [`sign`] makes one of ours of it.
pub fn new_id() -> *mut zend_string {
    // SAFETY: the function is PHP's own, and looks at its settings only, not at a session.
    unsafe { php_session_create_id(std::ptr::null_mut()) }
}

/// Makes one of ours of a new id.
///
/// # Safety
/// `id` comes from [`new_id`], and nobody else has seen it yet.
pub unsafe fn sign(session: &mut Session, id: *mut zend_string) {
    // Where PHP has no such directive any more it makes ids as by its default.
    let bits = ini_value("session.sid_bits_per_character").parse().unwrap_or(4);
    // SAFETY: the caller guarantees it.
    session.create_sid(unsafe { bytes_mut(id) }, bits);
}

/// The format of the data in a write of PHP's session module, which does not let it change while a session is open.
pub fn serialize_handler() -> Format {
    Format::named(&ini_value("session.serialize_handler"))
}
