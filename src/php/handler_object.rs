//! The object that a `Rustdb\Handler` is to PHP, from `new` to its end, and what its methods do with the session in it.
//!
//! A session of an object's belongs to nobody else: any number of them live beside each other and beside that of the
//! save handler. What one holds ends with it, and at the latest with the request ([`end_all`]): PHP frees its objects
//! there, but for those that it has lost in a crash of the request.

use std::cell::RefCell;
use std::collections::HashSet;
use std::mem::{offset_of, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::ffi::{
    ext_php_rs_zend_object_alloc, object_properties_init, std_object_handlers, zend_class_entry, zend_object,
    zend_object_handlers, zend_object_std_dtor, zend_object_std_init,
};
use ext_php_rs::zend::ExecuteData;

use super::calls::{self, Read};
use super::frames;
use super::handler_options::{Made, Refusal};
use super::zend::ini_value;
use crate::error::Failure;
use crate::session::{Ending, Legacy, Session};

/// What a `Rustdb\Handler` knows.
pub struct Handler {
    pub session: Session,
    made: Made,
    /// PHP's session module has opened or read it last, be it through a class of the user's.
    is_phps: bool,
    /// What session_regenerate_id() has closed and takes along to what it opens next.
    legacy: Option<Legacy>,
}

impl Handler {
    /// Checks what it is made with, and touches no database.
    ///
    /// # Errors
    /// As [`Made::session`].
    pub fn new(made: Made) -> Result<Handler, Refusal> {
        Ok(Handler { session: made.session()?, made, is_phps: false, legacy: None })
    }

    /// See [`Session::open`]. Who never opens reads and writes all the same.
    pub fn open(&mut self) {
        let open = calls::legacy(&self.session);
        let legacy = open.or(self.legacy.take().filter(|_| frames::regenerates()));
        self.look_who_calls();
        self.session.reopen();
        self.session.inherit(legacy.unwrap_or_default());
    }

    pub fn close(&mut self) {
        self.legacy = calls::legacy(&self.session);
        self.session.renew();
    }

    /// See [`calls::read`]. Where nobody opens and closes, a request begins with its read.
    pub fn read(&mut self, id: &[u8]) -> Result<Read, Failure> {
        self.look_who_calls();
        if !self.is_phps {
            self.session.begin_request();
        }
        calls::read(&mut self.session, id)
    }

    /// See [`calls::write`]. Nobody has to close: what is held is given up, whatever came of the write.
    pub fn write(&mut self, id: &[u8], data: &[u8]) -> Result<bool, Failure> {
        let lifetime =
            self.made.lifetime.unwrap_or_else(|| ini_value("session.gc_maxlifetime").parse().unwrap_or_default());
        let written = calls::write(&mut self.session, id, data, lifetime);
        self.session.rest();
        written
    }

    pub fn destroy(&mut self, id: &[u8]) -> Result<(), Failure> {
        calls::destroy(&mut self.session, id, Ending::Barred)
    }

    /// Deletes expired sessions: all where session_gc() calls, else one batch.
    pub fn gc(&mut self) -> Result<u64, Failure> {
        self.session.gc(frames::gc_was_asked_for())
    }

    /// It is asked where a session begins: a write may come after PHP's last function, at the request's end.
    fn look_who_calls(&mut self) {
        self.is_phps = frames::within_session_module();
        self.session.speak(self.made.format(self.is_phps));
    }

    pub fn validate_id(&mut self, id: &[u8]) -> Result<bool, Failure> {
        match frames::within_session_module() {
            true => self.session.validate_sid(id, frames::intent()),
            false => self.session.validate_unopened(id),
        }
    }
}

/// What PHP allocates.
#[repr(C)]
struct Object {
    /// From `Box::into_raw`; null before the constructor has run.
    handler: *mut Handler,
    /// The last field: PHP may have properties behind it.
    std: zend_object,
}

thread_local! {
    /// All that this thread's objects have.
    static LIVE: RefCell<HashSet<*mut Handler>> = RefCell::default();
}

/// What PHP does with such objects: as with any other, but that they are freed by us and cannot be cloned.
static HANDLERS: AtomicPtr<zend_object_handlers> = AtomicPtr::new(ptr::null_mut());

/// To be called at MINIT: PHP may lie elsewhere when it starts a second time.
pub fn prepare() {
    // SAFETY: it is a table of functions, constant since PHP's start.
    let mut handlers = unsafe { std_object_handlers };
    handlers.offset = offset_of!(Object, std) as _;
    handlers.free_obj = Some(free);
    handlers.clone_obj = None;
    let old = HANDLERS.swap(Box::into_raw(Box::new(handlers)), Ordering::Relaxed);
    if !old.is_null() {
        // SAFETY: it comes from here, and PHP's objects of then are gone.
        drop(unsafe { Box::from_raw(old) });
    }
}

/// `create_object` of the class.
///
/// # Safety
/// As PHP calls it: the class is ours.
pub unsafe extern "C" fn create(class: *mut zend_class_entry) -> *mut zend_object {
    // SAFETY: PHP's own way: memory for the object, which is zero up to `std`, and then its standard part.
    unsafe {
        let object: *mut Object = ext_php_rs_zend_object_alloc(size_of::<Object>(), class).cast();
        let std = &raw mut (*object).std;
        zend_object_std_init(std, class);
        object_properties_init(std, class);
        (*std).handlers = HANDLERS.load(Ordering::Relaxed);
        std
    }
}

unsafe extern "C" fn free(std: *mut zend_object) {
    // SAFETY: PHP frees an object of ours, once.
    unsafe {
        let object = object_of(std);
        end((*object).handler);
        (*object).handler = ptr::null_mut();
        zend_object_std_dtor(std);
    }
}

/// # Safety
/// `std` is that of an object that [`create`] has made.
unsafe fn object_of(std: *mut zend_object) -> *mut Object {
    // SAFETY: the caller guarantees it.
    unsafe { std.byte_sub(offset_of!(Object, std)).cast() }
}

/// Ends what an object has, which holds nothing any more then; null is nothing, and so is what has ended before.
fn end(handler: *mut Handler) {
    if LIVE.with_borrow_mut(|live| live.remove(&handler)) {
        // SAFETY: what is in LIVE comes from Box::into_raw in `install`, and was just taken out.
        let handler = unsafe { Box::from_raw(handler) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(handler)));
    }
}

/// Ends what PHP has lost, after the request's end.
pub fn end_all() {
    for handler in LIVE.take() {
        LIVE.with_borrow_mut(|live| live.insert(handler));
        end(handler);
    }
}

/// Puts a new handler into the object whose method this call is, in the place of what it has.
pub fn install(call: &ExecuteData, handler: Handler) {
    let handler = Box::into_raw(Box::new(handler));
    LIVE.with_borrow_mut(|live| live.insert(handler));
    // SAFETY: `This` of a method's call is its object, one of ours.
    let old = unsafe {
        let object = object_of(call.This.value.obj);
        ptr::replace(&raw mut (*object).handler, handler)
    };
    end(old);
}

/// What the object has whose method this call is; null where its constructor has failed.
pub fn of(call: &ExecuteData) -> *mut Handler {
    // SAFETY: as in `install`.
    unsafe { (*object_of(call.This.value.obj)).handler }
}
