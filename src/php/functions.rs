//! The functions of the namespace `Rustdb` that do something: arguments in, a result or an exception out.
//!
//! They follow PHP's own: a wrong argument is a TypeError or ValueError, a call at the wrong time an Error, and what
//! the database makes impossible a `Rustdb\Exception`, which is a RuntimeException as PDO's is. The rules of the
//! callbacks hold here, too: Rust's work is over and dropped before PHP allocates or throws.

use std::cell::RefCell;
use std::ffi::{c_char, c_int};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::args::Arg;
use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::ffi::{
    ext_php_rs_zend_string_init, zend_class_entry, zend_long, zend_string, zend_throw_error, zend_throw_exception,
};
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendCallable, ZendHashTable, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData};

use super::{MESSAGE, SUCCESS, bytes, handler, ini, keep_message};
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

unsafe extern "C" {
    /// Zend/zend_API.c: the arguments of the running call, with all of PHP's rules for their types.
    fn zend_parse_parameters(number: u32, types: *const c_char, ...) -> c_int;
    /// Zend/zend_API.c: throws ValueError for an argument, whose name it puts in front.
    fn zend_argument_value_error(number: u32, format: *const c_char, ...);
    /// ext/spl/spl_exceptions.c
    static spl_ce_RuntimeException: *mut zend_class_entry;
}

/// `Rustdb\Exception`; PHP makes it anew where it starts twice in one process.
static EXCEPTION: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());

thread_local! {
    /// The sessions that are being made an array, and the handle of the open one, for the same reason.
    static ENTRIES: RefCell<(Vec<Entry>, Option<Handle>)> = const { RefCell::new((Vec::new(), None)) };
    /// The bytes that are being made a PHP string: owned here, so that no longjmp can leak them.
    static RESULT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The functions' entries, with types and defaults for reflection.
pub fn all() -> [FunctionBuilder<'static>; 6] {
    let seconds = Arg::new("seconds", DataType::Long).default("30");
    let ticket = Arg::new("ticket", DataType::String);
    [
        FunctionBuilder::new("Rustdb\\issue_ticket", issue_ticket).not_required().arg(seconds).returns(
            DataType::String,
            false,
            false,
        ),
        FunctionBuilder::new("Rustdb\\redeem_ticket", redeem_ticket).arg(ticket).returns(DataType::String, false, true),
        FunctionBuilder::new("Rustdb\\label", label).arg(Arg::new("label", DataType::String).allow_null()).returns(
            DataType::Void,
            false,
            false,
        ),
        FunctionBuilder::new("Rustdb\\sessions", sessions).arg(Arg::new("label", DataType::String)).returns(
            DataType::Array,
            false,
            false,
        ),
        FunctionBuilder::new("Rustdb\\revoke", revoke)
            .arg(Arg::new("label", DataType::String))
            .not_required()
            .arg(Arg::new("keep_current", DataType::Bool).default("true"))
            .returns(DataType::Long, false, false),
        FunctionBuilder::new("Rustdb\\revoke_one", revoke_one).arg(Arg::new("handle", DataType::String)).returns(
            DataType::Bool,
            false,
            false,
        ),
    ]
}

/// Registers `Rustdb\Exception`, at MINIT.
pub fn register_exception() {
    let parent = || {
        // SAFETY: the SPL is always there and started before us: its class is set, and lives as long as PHP does.
        unsafe { &*spl_ce_RuntimeException }
    };
    // It fails where PHP has such a class already, and then there is nothing to add.
    let _ = ClassBuilder::new("Rustdb\\Exception")
        .extends((parent, "\\RuntimeException"))
        .registration(|class, _| EXCEPTION.store(ptr::from_mut(class), Ordering::Relaxed))
        .register();
}

extern "C" fn issue_ticket(call: &mut ExecuteData, returned: &mut Zval) {
    let mut seconds: zend_long = 30;
    // SAFETY: "l" fills one zend_long.
    let parsed = unsafe { zend_parse_parameters(arguments(call), c"|l".as_ptr(), &raw mut seconds) };
    if parsed != SUCCESS {
        return;
    }
    let range = TICKET_SECONDS;
    if !range.contains(&seconds) {
        // SAFETY: the format takes two zend_longs.
        unsafe {
            zend_argument_value_error(1, c"must be between %ld and %ld".as_ptr(), *range.start(), *range.end());
        }
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
    let ticket = handler::guard(|| {
        let (wait, pool) = pool("issue a ticket")?;
        let id = id.str().unwrap_or_default().as_bytes();
        ticket::issue(&pool, wait, id, seconds.unsigned_abs())
    });
    match ticket {
        Some(ticket) => return_string(returned, ticket.into_bytes()),
        None => throw_kept(),
    }
}

extern "C" fn redeem_ticket(call: &mut ExecuteData, returned: &mut Zval) {
    let mut text: *mut zend_string = ptr::null_mut();
    // SAFETY: "S" fills one pointer, to a string that the call's frame owns.
    if unsafe { zend_parse_parameters(arguments(call), c"S".as_ptr(), &raw mut text) } != SUCCESS {
        return;
    }
    let id = handler::guard(|| {
        let (wait, pool) = pool("redeem a ticket")?;
        // SAFETY: as above.
        ticket::redeem(&pool, wait, unsafe { bytes(text) })
    });
    match id {
        Some(Some(id)) => return_string(returned, id),
        Some(None) => returned.set_null(),
        None => throw_kept(),
    }
}

extern "C" fn label(call: &mut ExecuteData, returned: &mut Zval) {
    let mut text: *mut zend_string = ptr::null_mut();
    // SAFETY: "S!" fills one pointer, to a string that the call's frame owns, or null.
    if unsafe { zend_parse_parameters(arguments(call), c"S!".as_ptr(), &raw mut text) } != SUCCESS {
        return;
    }
    // SAFETY: as above.
    let label = (!text.is_null()).then(|| unsafe { bytes(text) });
    if label.is_some_and(|label| !is_label(label)) || !needs_session("label") {
        return;
    }
    let labelled =
        handler::guard(|| handler::with_session(|session| session.map_or(Ok(()), |session| session.label(label))));
    if labelled.is_none() {
        throw_kept();
    }
    returned.set_null();
}

extern "C" fn sessions(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(text) = one_string(call) else {
        return;
    };
    // SAFETY: the call's frame owns the string.
    let label = unsafe { bytes(text) };
    if !is_label(label) {
        return;
    }
    let listed = handler::guard(|| {
        let (wait, pool) = pool("list sessions")?;
        let current = prepare_labels("list sessions")?;
        ENTRIES.set((label::sessions(&pool, wait, label)?, current));
        Ok(())
    });
    if listed.is_none() {
        throw_kept();
        return;
    }
    let kept = ENTRIES.with(RefCell::as_ptr);
    // SAFETY: ENTRIES is this thread's, and only this function, which calls no user's code, changes it.
    let (entries, current) = unsafe { &*kept };
    returned.set_hashtable(list(entries, *current));
    ENTRIES.take();
}

/// An insertion fails only where memory does, and then PHP has left this function already.
fn list(entries: &[Entry], current: Option<Handle>) -> ZBox<ZendHashTable> {
    let mut list = ZendHashTable::new();
    for entry in entries {
        let number = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
        let mut array = ZendHashTable::new();
        // On the stack: no longjmp can leak it.
        let digits = entry.handle.digits();
        let _ = array.insert("handle", std::str::from_utf8(&digits).unwrap_or_default());
        let _ = array.insert("created", number(entry.created));
        let _ = array.insert("seen", number(entry.seen));
        let _ = array.insert("current", current == Some(entry.handle));
        let _ = list.push(array);
    }
    list
}

extern "C" fn revoke(call: &mut ExecuteData, returned: &mut Zval) {
    let (mut text, mut keep): (*mut zend_string, bool) = (ptr::null_mut(), true);
    let types = c"S|b".as_ptr();
    // SAFETY: "S" fills a pointer, to a string that the call's frame owns, "b" a bool.
    let parsed = unsafe { zend_parse_parameters(arguments(call), types, &raw mut text, &raw mut keep) };
    if parsed != SUCCESS {
        return;
    }
    // SAFETY: as above.
    let label = unsafe { bytes(text) };
    if !is_label(label) {
        return;
    }
    let ended = handler::guard(|| {
        let (wait, pool) = pool("sign sessions out")?;
        let current = prepare_labels("sign sessions out")?;
        label::revoke(&pool, wait, Which::Of(label, current.filter(|_| keep)))
    });
    match ended {
        Some(ended) => returned.set_long(zend_long::try_from(ended).unwrap_or(zend_long::MAX)),
        None => throw_kept(),
    }
}

extern "C" fn revoke_one(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(text) = one_string(call) else {
        return;
    };
    let ended = handler::guard(|| {
        // SAFETY: the call's frame owns the string.
        let Some(handle) = Handle::parse(unsafe { bytes(text) }) else {
            return Ok(0);
        };
        let (wait, pool) = pool("sign a session out")?;
        prepare_labels("sign a session out")?;
        label::revoke(&pool, wait, Which::One(handle))
    });
    match ended {
        Some(ended) => returned.set_bool(ended > 0),
        None => throw_kept(),
    }
}

/// The one argument of a function that takes a string; none where PHP has thrown.
fn one_string(call: &ExecuteData) -> Option<*mut zend_string> {
    let mut text: *mut zend_string = ptr::null_mut();
    // SAFETY: "S" fills one pointer, to a string that the call's frame owns.
    let parsed = unsafe { zend_parse_parameters(arguments(call), c"S".as_ptr(), &raw mut text) };
    (parsed == SUCCESS).then_some(text)
}

/// Whether the first argument may be a label; throws a ValueError where not.
fn is_label(label: &[u8]) -> bool {
    let fine = (1..=MAX_LENGTH).contains(&label.len());
    if !fine {
        // SAFETY: the format takes one zend_long.
        unsafe {
            zend_argument_value_error(1, c"must have between 1 and %ld bytes".as_ptr(), MAX_LENGTH as zend_long);
        }
    }
    fine
}

/// Makes what labels need, and tells the handle of the open session.
fn prepare_labels(operation: &str) -> Result<Option<Handle>, Failure> {
    handler::with_session(|session| match session {
        Some(session) => {
            session.prepare_labels(operation)?;
            Ok(session.handle())
        }
        None => Ok(None),
    })
}

/// `rustdb.lock_wait` in seconds and the pool of this request.
fn pool(operation: &str) -> Result<(u64, std::sync::Arc<Pool>), Failure> {
    let (config, pool) = ini::current().map_err(|mut failure| {
        failure.operation = operation.to_owned();
        failure
    })?;
    Ok((config.lock_wait, pool))
}

/// Whether a session of ours is open; throws an Error where none is, as PHP's own SessionHandler does.
fn needs_session(function: &str) -> bool {
    let why = match ask_php("session_status").and_then(|status| status.long()) {
        Some(ACTIVE) if handler::has_session() => return true,
        Some(ACTIVE) => "the active session is not one of rustdb's (session.save_handler)",
        Some(_) => "there is no active session, call session_start() first",
        None => NOT_TO_BE_ASKED,
    };
    throw_error(function, why);
    false
}

/// Throws an Error that names one of our functions.
fn throw_error(function: &str, why: &str) {
    keep_message(format!("Rustdb\\{function}(): {why}"));
    let message = kept_message();
    // SAFETY: null stands for the class Error; the format takes one NUL-terminated string, which lives in MESSAGE.
    unsafe { zend_throw_error(ptr::null_mut(), c"%s".as_ptr(), message) };
}

/// The result of one of PHP's functions without arguments; none where it throws or is disabled.
fn ask_php(name: &str) -> Option<Zval> {
    ZendCallable::try_from_name(name).ok()?.try_call(vec![]).ok()
}

fn arguments(call: &ExecuteData) -> u32 {
    // SAFETY: `This.u2` of an internal call's frame holds the number of arguments.
    unsafe { call.This.u2.num_args }
}

fn return_string(returned: &mut Zval, result: Vec<u8>) {
    RESULT.set(result);
    let (start, length) = RESULT.with_borrow(|result| (result.as_ptr(), result.len()));
    // SAFETY: RESULT is this thread's and changed by nobody before the bytes are copied here.
    let string = unsafe { ext_php_rs_zend_string_init(start.cast(), length, false) };
    // SAFETY: the new string is ours to give away, and it is live.
    returned.set_zend_string(unsafe { ZBox::from_raw(string) });
    RESULT.take();
}

fn kept_message() -> *const c_char {
    MESSAGE.with_borrow(|message| message.as_ptr())
}

/// Throws a `Rustdb\Exception` with the text that was kept.
fn throw_kept() {
    let class = EXCEPTION.load(Ordering::Relaxed);
    // SAFETY: the class was registered at MINIT or is null, which is Exception; PHP copies the message.
    unsafe { zend_throw_exception(class, kept_message(), 0) };
}
