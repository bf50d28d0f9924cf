//! The functions of the namespace `Rustdb` that do something: arguments in, a result or an exception out.
//!
//! They follow PHP's own: a wrong argument is a TypeError or ValueError, a call at the wrong time an Error, and what
//! the database makes impossible a `Rustdb\Exception`, which is a RuntimeException as PDO's is. The rules of the
//! callbacks hold here, too: Rust's work is over and dropped before PHP allocates or throws.

use std::cell::RefCell;
use std::ptr;
use std::sync::Arc;

use ext_php_rs::args::Arg;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::ffi::{zend_long, zend_string};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendCallable, ZendHashTable, ZendStr, Zval};
use ext_php_rs::zend::ExecuteData;

use super::request::{guard, with_session};
use super::zend::{SUCCESS, arguments, bytes, convert, zend_argument_value_error, zend_parse_parameters};
use super::{exception, ini, message};
use crate::db::Pool;
use crate::error::Failure;
use crate::label;
use crate::store::label::Handle;
use crate::store::labelled::{Entry, MAX_LENGTH, Which};
use crate::ticket;

/// Seconds that a ticket may live. It is meant for the way of a browser from one address to the next.
const TICKET_SECONDS: std::ops::RangeInclusive<zend_long> = 1..=3_600;

/// `PHP_SESSION_ACTIVE` of ext/session/php_session.h.
const ACTIVE: zend_long = 2;

/// Why [`ask_php`] knows nothing.
const NOT_TO_BE_ASKED: &str = "session_id() and session_status() have to be there (disable_functions)";

/// The sessions of a label, and the handle of the open one.
type Listed = (Vec<Entry>, Option<Handle>);

thread_local! {
    static LISTED: RefCell<Listed> = const { RefCell::new((Vec::new(), None)) };
    static RESULT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The functions' entries, with types and defaults for reflection.
pub fn all() -> [FunctionBuilder<'static>; 6] {
    let function = FunctionBuilder::new;
    let text = |name| Arg::new(name, DataType::String);
    let (seconds, keep) = (Arg::new("seconds", DataType::Long), Arg::new("keep_current", DataType::Bool));
    let (issue, redeem) =
        (function("Rustdb\\issue_ticket", issue_ticket), function("Rustdb\\redeem_ticket", redeem_ticket));
    let (label, sessions) = (function("Rustdb\\label", label), function("Rustdb\\sessions", sessions));
    let (revoke, revoke_one) = (function("Rustdb\\revoke", revoke), function("Rustdb\\revoke_one", revoke_one));
    [
        issue.not_required().arg(seconds.default("30")).returns(DataType::String, false, false),
        redeem.arg(text("ticket")).returns(DataType::String, false, true),
        label.arg(text("label").allow_null()).returns(DataType::Void, false, false),
        sessions.arg(text("label")).returns(DataType::Array, false, false),
        revoke.arg(text("label")).not_required().arg(keep.default("true")).returns(DataType::Long, false, false),
        revoke_one.arg(text("handle")).returns(DataType::Bool, false, false),
    ]
}

extern "C" fn issue_ticket(call: &mut ExecuteData, returned: &mut Zval) {
    let mut seconds: zend_long = 30;
    // SAFETY: "l" fills one zend_long.
    if unsafe { zend_parse_parameters(arguments(call), c"|l".as_ptr(), &raw mut seconds) } != SUCCESS {
        return;
    }
    let range = TICKET_SECONDS;
    if !range.contains(&seconds) {
        // SAFETY: the format takes two zend_longs.
        unsafe { zend_argument_value_error(1, c"must be between %ld and %ld".as_ptr(), *range.start(), *range.end()) };
        return;
    }
    if !needs_session("issue_ticket") {
        return;
    }
    // PHP's id, not that of the callbacks: a wrapper class may have ids of its own.
    let Some(id) = ask_php("session_id") else {
        throw_error("issue_ticket", NOT_TO_BE_ASKED);
        return;
    };
    let ticket = or_throw(|| {
        let (wait, pool) = pool("issue a ticket")?;
        let id = id.str().unwrap_or_default().as_bytes();
        ticket::issue(&pool, wait, id, seconds.unsigned_abs())
    });
    if let Some(ticket) = ticket {
        return_string(returned, ticket.into_bytes());
    }
}

/// Returns null where a ticket is not good: that is what PHP's return values are before they are set.
extern "C" fn redeem_ticket(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(ticket) = one_string(call) else {
        return;
    };
    let id = or_throw(|| {
        let (wait, pool) = pool("redeem a ticket")?;
        ticket::redeem(&pool, wait, ticket)
    });
    if let Some(Some(id)) = id {
        return_string(returned, id);
    }
}

extern "C" fn label(call: &mut ExecuteData, _returned: &mut Zval) {
    let mut text: *mut zend_string = ptr::null_mut();
    // SAFETY: "S!" fills one pointer, to a string that the call's frame owns, or null.
    if unsafe { zend_parse_parameters(arguments(call), c"S!".as_ptr(), &raw mut text) } != SUCCESS {
        return;
    }
    // SAFETY: as above.
    let label = (!text.is_null()).then(|| unsafe { bytes(text) });
    if label.is_none_or(is_label) && needs_session("label") {
        or_throw(|| with_session(|session| session.map_or(Ok(()), |session| session.label(label))));
    }
}

extern "C" fn sessions(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(label) = one_string(call).filter(|label| is_label(label)) else {
        return;
    };
    let listed = or_throw(|| {
        let (wait, pool) = pool("list sessions")?;
        let current = prepare_labels("list sessions")?;
        Ok((label::sessions(&pool, wait, label)?, current))
    });
    if let Some(listed) = listed {
        returned.set_hashtable(convert(&LISTED, listed, list));
    }
}

/// An insertion fails only where memory does, and then PHP has left this function already.
fn list((entries, current): &Listed) -> ZBox<ZendHashTable> {
    let mut list = ZendHashTable::new();
    for entry in entries {
        let number = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
        let mut array = ZendHashTable::new();
        // On the stack: no longjmp can leak it.
        let digits = entry.handle.digits();
        let _ = array.insert("handle", std::str::from_utf8(&digits).unwrap_or_default());
        let _ = array.insert("created", number(entry.created));
        let _ = array.insert("seen", number(entry.seen));
        let _ = array.insert("current", *current == Some(entry.handle));
        let _ = list.push(array);
    }
    list
}

extern "C" fn revoke(call: &mut ExecuteData, returned: &mut Zval) {
    let (mut text, mut keep): (*mut zend_string, bool) = (ptr::null_mut(), true);
    let types = c"S|b".as_ptr();
    // SAFETY: "S" fills a pointer, to a string that the call's frame owns, "b" a bool.
    if unsafe { zend_parse_parameters(arguments(call), types, &raw mut text, &raw mut keep) } != SUCCESS {
        return;
    }
    // SAFETY: as above.
    let label = unsafe { bytes(text) };
    if !is_label(label) {
        return;
    }
    let ended = or_throw(|| {
        let (wait, pool) = pool("sign sessions out")?;
        let current = prepare_labels("sign sessions out")?;
        label::revoke(&pool, wait, Which::Of(label, current.filter(|_| keep)))
    });
    if let Some(ended) = ended {
        returned.set_long(zend_long::try_from(ended).unwrap_or(zend_long::MAX));
    }
}

extern "C" fn revoke_one(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(handle) = one_string(call) else {
        return;
    };
    let ended = or_throw(|| {
        let Some(handle) = Handle::parse(handle) else {
            return Ok(0);
        };
        let (wait, pool) = pool("sign a session out")?;
        prepare_labels("sign a session out")?;
        label::revoke(&pool, wait, Which::One(handle))
    });
    if let Some(ended) = ended {
        returned.set_bool(ended > 0);
    }
}

/// The one argument of a function that takes a string; none where PHP has thrown.
pub(super) fn one_string(call: &ExecuteData) -> Option<&[u8]> {
    let mut text: *mut zend_string = ptr::null_mut();
    // SAFETY: "S" fills one pointer, to a string that the call's frame owns.
    let parsed = unsafe { zend_parse_parameters(arguments(call), c"S".as_ptr(), &raw mut text) };
    // SAFETY: as above.
    (parsed == SUCCESS).then(|| unsafe { bytes(text) })
}

/// Whether the first argument may be a label; throws a ValueError where not.
fn is_label(label: &[u8]) -> bool {
    let fine = (1..=MAX_LENGTH).contains(&label.len());
    if !fine {
        let longest = MAX_LENGTH as zend_long;
        // SAFETY: the format takes one zend_long.
        unsafe { zend_argument_value_error(1, c"must have between 1 and %ld bytes".as_ptr(), longest) };
    }
    fine
}

/// Makes what labels need, and tells the handle of the open session.
fn prepare_labels(operation: &str) -> Result<Option<Handle>, Failure> {
    with_session(|session| match session {
        Some(session) => session.prepare_labels(operation).map(|()| session.handle()),
        None => Ok(None),
    })
}

/// `rustdb.lock_wait` in seconds and the pool of this request.
fn pool(operation: &str) -> Result<(u64, Arc<Pool>), Failure> {
    ini::current(operation).map(|(config, pool)| (config.lock_wait, pool))
}

/// Whether a session of ours is open; throws an Error where none is, as PHP's own SessionHandler does.
fn needs_session(function: &str) -> bool {
    let why = match ask_php("session_status").and_then(|status| status.long()) {
        Some(ACTIVE) if with_session(|session| session.is_some()) => return true,
        Some(ACTIVE) => "the active session is not one of rustdb's (session.save_handler)",
        Some(_) => "there is no active session, call session_start() first",
        None => NOT_TO_BE_ASKED,
    };
    throw_error(function, why);
    false
}

/// Throws an Error that names one of our functions.
fn throw_error(function: &str, why: &str) {
    message::throw_error(format!("Rustdb\\{function}(): {why}"));
}

/// The result of one of PHP's functions without arguments; none where it throws or is disabled.
fn ask_php(name: &str) -> Option<Zval> {
    ZendCallable::try_from_name(name).ok()?.try_call(vec![]).ok()
}

fn return_string(returned: &mut Zval, result: Vec<u8>) {
    returned.set_zend_string(convert(&RESULT, result, |result| ZendStr::new(result, false)));
}

/// Runs work under guard; what goes wrong there is thrown as a `Rustdb\Exception`.
pub(super) fn or_throw<T>(work: impl FnOnce() -> Result<T, Failure>) -> Option<T> {
    let result = guard(work);
    if result.is_none() {
        exception::throw();
    }
    result
}
