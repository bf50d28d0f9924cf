//! The class `Rustdb\Handler`, for frameworks that have sessions of their own: its methods are the save handler's
//! functions over again, each as thin as can be, with the same three rules (`handler`).
//!
//! What goes wrong is a `Rustdb\Exception` to a script that calls. Where PHP's session module calls, which knows the
//! object from session_set_save_handler(), it is what a save handler does: a warning, and false.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ops::BitOr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::args::{Arg, ArgInfo};
use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::ffi::{
    ext_php_rs_zend_string_init, zend_do_implement_interface, zend_long, zend_register_internal_class_ex, zend_string,
};
use ext_php_rs::flags::{ClassFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendStr, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData, FunctionEntry};

use super::calls::{self, Read};
use super::handler_object::{self, Handler};
use super::handler_options::{Made, Refusal};
use super::request::contain;
use super::zend::{
    SUCCESS, arguments, bytes, php_session_id_iface_entry, php_session_iface_entry,
    php_session_update_timestamp_iface_entry, zend_argument_type_error, zend_argument_value_error,
    zend_parse_parameters, zend_value_error,
};
use super::{exception, frames, message};
use crate::error::{Error, Failure};

/// `MAY_BE_FALSE` of Zend/zend_type_info.h.
const MAY_BE_FALSE: u32 = 1 << 2;

/// What PHP looks at as long as the class is there.
struct Tables {
    _entries: Vec<FunctionEntry>,
    _arguments: Vec<Box<[ArgInfo]>>,
}

static TABLES: AtomicPtr<Tables> = AtomicPtr::new(ptr::null_mut());

/// A method's flags, which have 64 bits since PHP 8.6.
fn public<Flags: BitOr<Output = Flags> + From<u32>>(flags: Flags) -> Flags {
    flags | Flags::from(MethodFlags::Public.bits())
}

/// Registers the class, at MINIT. ext_php_rs has no word for a method that returns "a string or false", which two of
/// the interfaces' methods do: so it is done by hand.
pub fn register() {
    handler_object::prepare();
    let (mut entries, mut arguments) = (Vec::new(), Vec::new());
    for (method, or_false) in methods() {
        // The builder refuses names with NUL bytes only, at the first start after a build.
        let Ok((mut entry, mut types)) = method.build() else {
            return;
        };
        if or_false {
            types[0].type_.type_mask |= MAY_BE_FALSE;
        }
        entry.flags = public(entry.flags);
        entries.push(entry);
        arguments.push(types);
    }
    entries.push(FunctionEntry::end());
    // SAFETY: PHP's own way to register a class; all zeros is an empty one. The tables stay where they are from here on.
    unsafe {
        let mut class: ClassEntry = MaybeUninit::zeroed().assume_init();
        class.name = ZendStr::new_interned("Rustdb\\Handler", true).into_raw();
        class.info.internal.builtin_functions = entries.as_ptr();
        let class = zend_register_internal_class_ex(&raw mut class, ptr::null_mut());
        let flags = ClassFlags::Final | ClassFlags::NotSerializable | ClassFlags::NoDynamicProperties;
        (*class).ce_flags |= flags.bits();
        (*class).__bindgen_anon_2.create_object = Some(handler_object::create);
        for interface in [php_session_iface_entry, php_session_id_iface_entry, php_session_update_timestamp_iface_entry]
        {
            zend_do_implement_interface(class, interface);
        }
    }
    let tables = Box::into_raw(Box::new(Tables { _entries: entries, _arguments: arguments }));
    let old = TABLES.swap(tables, Ordering::Relaxed);
    if !old.is_null() {
        // SAFETY: it comes from here, and its class is gone.
        drop(unsafe { Box::from_raw(old) });
    }
}

/// The methods, and whether they may also return false beside what their type says.
fn methods() -> [(FunctionBuilder<'static>, bool); 10] {
    let method = FunctionBuilder::new;
    let text = |name| Arg::new(name, DataType::String);
    let options = Arg::new("options", DataType::Array).default("[]");
    let (id, data) = (|| text("id"), || text("data"));
    let returns = |method: FunctionBuilder<'static>, what| method.returns(what, false, false);
    let sure = |method: FunctionBuilder<'static>| (returns(method, DataType::Bool), false);
    [
        (method("__construct", construct).not_required().arg(options), false),
        sure(method("open", open).arg(text("path")).arg(text("name"))),
        sure(method("close", close)),
        (returns(method("read", read).arg(id()), DataType::String), true),
        sure(method("write", write).arg(id()).arg(data())),
        sure(method("destroy", destroy).arg(id())),
        (returns(method("gc", gc).arg(Arg::new("max_lifetime", DataType::Long)), DataType::Long), true),
        (returns(method("create_sid", create_sid), DataType::String), false),
        sure(method("validateId", validate_id).arg(id())),
        sure(method("updateTimestamp", write).arg(id()).arg(data())),
    ]
}

extern "C" fn construct(call: &mut ExecuteData, _: &mut Zval) {
    let mut array: *mut Zval = ptr::null_mut();
    // SAFETY: "a" fills a pointer, to an array that the call's frame owns.
    if unsafe { zend_parse_parameters(arguments(call), c"|a".as_ptr(), &raw mut array) } != SUCCESS {
        return;
    }
    // SAFETY: as above.
    let options = unsafe { array.as_ref() }.and_then(Zval::array);
    let made = contain(|| Ok(Made::of(options).and_then(Handler::new)), || ());
    let throw = match made {
        Some(Ok(handler)) => {
            handler_object::install(call, handler);
            return;
        }
        Some(Err(refusal)) => keep(refusal),
        None => exception::throw,
    };
    throw();
}

/// Keeps the text of a refusal, and returns what throws it.
fn keep(refusal: Refusal) -> fn() {
    let (text, throw): (String, fn()) = match refusal {
        // SAFETY: in each the format takes one NUL-terminated text.
        Refusal::Type(text) => (text, || unsafe { zend_argument_type_error(1, c"%s".as_ptr(), message::kept()) }),
        Refusal::Value(text) => (text, || unsafe { zend_argument_value_error(1, c"%s".as_ptr(), message::kept()) }),
        Refusal::Directive(text) => (text, || unsafe { zend_value_error(c"%s".as_ptr(), message::kept()) }),
    };
    message::keep(text);
    throw
}

extern "C" fn open(call: &mut ExecuteData, returned: &mut Zval) {
    if strings::<2>(call, c"SS").is_some() {
        run_for_true(call, returned, |handler| {
            handler.open();
            Ok(())
        });
    }
}

extern "C" fn close(call: &mut ExecuteData, returned: &mut Zval) {
    if strings::<0>(call, c"").is_some() {
        run_for_true(call, returned, |handler| {
            handler.close();
            Ok(())
        });
    }
}

extern "C" fn read(call: &mut ExecuteData, returned: &mut Zval) {
    let Some([id]) = strings(call, c"S") else {
        return;
    };
    let Some(Read { data, length, slow, notice }) = run(call, returned, |handler| handler.read(id)) else {
        return;
    };
    // SAFETY: the data belongs to the object's session, which nobody changes before it is copied here. Running out of
    // memory leaves by longjmp; nothing is lost on the way.
    returned.set_zend_string(unsafe { owned(ext_php_rs_zend_string_init(data.cast(), length, false)) });
    if slow {
        message::log();
    }
    // To a framework a warning is an error; this one is for the operator.
    match notice {
        true if frames::is_save_handler() => message::warn(),
        true => message::log_warning(),
        false => {}
    }
}

/// Of data that is as it was read, it moves the expiry: updateTimestamp() is the same.
extern "C" fn write(call: &mut ExecuteData, returned: &mut Zval) {
    let Some([id, data]) = strings(call, c"SS") else {
        return;
    };
    let Some(merged) = run(call, returned, |handler| handler.write(id, data)) else {
        return;
    };
    returned.set_bool(true);
    if merged {
        message::log();
    }
}

extern "C" fn destroy(call: &mut ExecuteData, returned: &mut Zval) {
    if let Some([id]) = strings(call, c"S") {
        run_for_true(call, returned, |handler| handler.destroy(id));
    }
}

/// The lifetime is each row's own.
extern "C" fn gc(call: &mut ExecuteData, returned: &mut Zval) {
    let mut lifetime: zend_long = 0;
    // SAFETY: "l" fills one zend_long.
    if unsafe { zend_parse_parameters(arguments(call), c"l".as_ptr(), &raw mut lifetime) } != SUCCESS {
        return;
    }
    if let Some(rows) = run(call, returned, Handler::gc) {
        returned.set_long(zend_long::try_from(rows).unwrap_or(zend_long::MAX));
    }
}

extern "C" fn create_sid(call: &mut ExecuteData, returned: &mut Zval) {
    if strings::<0>(call, c"").is_none() {
        return;
    }
    let id = calls::new_id();
    if id.is_null() {
        return;
    }
    let handler = handler_object::of(call);
    // What goes wrong is for the read that follows to report.
    // SAFETY: as in `run`; the new string is nobody else's until it is returned.
    let _ = contain(|| unsafe { Ok(handler.as_mut().map(|handler| calls::sign(&mut handler.session, id))) }, || ());
    // SAFETY: as above.
    returned.set_zend_string(unsafe { owned(id) });
}

extern "C" fn validate_id(call: &mut ExecuteData, returned: &mut Zval) {
    if let Some([id]) = strings(call, c"S")
        && let Some(known) = run(call, returned, |handler| handler.validate_id(id))
    {
        returned.set_bool(known);
    }
}

/// The arguments of a method that takes strings, `types` being an S for each; none where PHP has thrown.
fn strings<'a, const N: usize>(call: &'a ExecuteData, types: &CStr) -> Option<[&'a [u8]; N]> {
    let mut strings: [*mut zend_string; 2] = [ptr::null_mut(); 2];
    let [first, second] = strings.each_mut();
    // SAFETY: each "S" fills one pointer, to a string that the call's frame owns; there are two at most.
    let parsed =
        unsafe { zend_parse_parameters(arguments(call), types.as_ptr(), ptr::from_mut(first), ptr::from_mut(second)) };
    // SAFETY: as above.
    (parsed == SUCCESS).then(|| std::array::from_fn(|at| unsafe { bytes(strings[at]) }))
}

/// Runs a method's work on the object's session under guard. Where it fails, that is told to who called, and nothing
/// of the object may be touched any more.
fn run<T>(call: &ExecuteData, returned: &mut Zval, work: impl FnOnce(&mut Handler) -> Result<T, Failure>) -> Option<T> {
    let handler = handler_object::of(call);
    let missing = || Failure { operation: "use this object".into(), place: String::new(), cause: Error::NotOpen };
    // SAFETY: the object is alive, and nobody else has a reference to what it has: PHP calls one function at a time, and
    // the work calls none of PHP's that calls back.
    let done = contain(
        || work(unsafe { handler.as_mut() }.ok_or_else(missing)?),
        || unsafe { handler.as_mut() }.map_or((), |handler| handler.session.reset()),
    );
    if done.is_none() {
        match frames::is_save_handler() {
            true => {
                returned.set_bool(false);
                message::warn();
            }
            false => exception::throw(),
        }
    }
    done
}

/// The same for a method that returns true where nothing fails.
fn run_for_true(call: &ExecuteData, returned: &mut Zval, work: impl FnOnce(&mut Handler) -> Result<(), Failure>) {
    if run(call, returned, work).is_some() {
        returned.set_bool(true);
    }
}

/// A new string as ext_php_rs has it.
///
/// # Safety
/// It has one owner, the caller, who gives it away here.
unsafe fn owned(string: *mut zend_string) -> ZBox<ZendStr> {
    // SAFETY: the caller guarantees it.
    unsafe { ZBox::from_raw(string) }
}
