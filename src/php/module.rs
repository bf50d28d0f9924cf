//! The extension's life: MINIT registers the directives and the save handler and touches nothing
//! else, MSHUTDOWN closes the idle connections.
//!
//! A request has no hooks of ours but one. Our RSHUTDOWN would run before the session module's,
//! which does the last write; post_deactivate runs after all of them.

use std::ffi::c_int;
use std::ptr;
use std::sync::Once;

use ext_php_rs::builders::ModuleBuilder;
use ext_php_rs::ffi::_zend_module_dep;
use ext_php_rs::zend::{ModuleEntry, StaticModuleEntry};
use nix::libc::pthread_atfork;

use super::zend::{SUCCESS, php_session_register_module, zend_unregister_ini_entries};
use super::{
    exception, functions, handler, handler_class, handler_object, info, ini, inspect, request, sockets, status, system,
};
use crate::db::{self, Pool};
use crate::held;
use crate::process;
use crate::session;

/// `MODULE_DEP_REQUIRED` of Zend/zend_modules.h.
const REQUIRED: u8 = 1;

/// What PHP has to start before us, ended by an empty entry. ext_php_rs has no way to say it.
struct Dependencies([_zend_module_dep; 2]);

// SAFETY: pointers to static strings, read by PHP only.
unsafe impl Sync for Dependencies {}

static DEPENDENCIES: Dependencies = Dependencies([
    _zend_module_dep { name: c"session".as_ptr(), rel: ptr::null(), version: ptr::null(), type_: REQUIRED },
    _zend_module_dep { name: ptr::null(), rel: ptr::null(), version: ptr::null(), type_: 0 },
]);

/// What PHP calls after dlopen(), by this name.
#[unsafe(no_mangle)]
extern "C" fn get_module() -> *mut ModuleEntry {
    static MODULE: StaticModuleEntry = StaticModuleEntry::new();
    MODULE.get_or_init(|| {
        let module = ModuleBuilder::new("rustdb", env!("CARGO_PKG_VERSION"))
            .startup_function(startup)
            .shutdown_function(shutdown)
            .post_deactivate_function(post_deactivate)
            .info_function(info::print)
            .function(status::function())
            .function(inspect::function());
        let module = functions::all().into_iter().fold(module, ModuleBuilder::function);
        // The builder refuses names with NUL bytes only, at the first start after a build.
        let (mut entry, _, owned) = module.try_into().expect("a constant name and version");
        entry.deps = DEPENDENCIES.0.as_ptr();
        (entry, owned)
    })
}

/// MINIT. Runs twice in one process when Apache starts, and php-fpm forks after it: so it opens
/// nothing and starts no thread.
unsafe extern "C" fn startup(_type: c_int, module_number: c_int) -> c_int {
    request::remember_panics();
    remember_process();
    held::boards_from(system::board);
    db::timeouts_by(sockets::set_timeouts);
    ini::register(module_number);
    exception::register();
    handler_class::register();
    // It fails where the session module has no room: that is for 32 save handlers.
    // SAFETY: MODULE is a static of the layout that build.rs has checked.
    unsafe { php_session_register_module(&raw const handler::MODULE) }
}

/// Has the process's number at hand from now on, in this process and in all that are forked from it.
fn remember_process() {
    unsafe extern "C" fn forked() {
        process::remember();
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the library is never unloaded (build.rs links it so), so the function stays where it is;
        // all that it does in the child, getpid() and a store, is allowed there.
        if unsafe { pthread_atfork(None, None, Some(forked)) } == 0 {
            process::remember();
        }
    });
}

/// MSHUTDOWN. The session module keeps its pointer to our table, and does not use it any more.
unsafe extern "C" fn shutdown(_type: c_int, module_number: c_int) -> c_int {
    request::end();
    handler_object::end_all();
    ini::forget();
    Pool::shutdown();
    // SAFETY: the number is ours, given by PHP.
    unsafe { zend_unregister_ini_entries(module_number) };
    SUCCESS
}

unsafe extern "C" fn post_deactivate() -> c_int {
    request::end();
    handler_object::end_all();
    session::seen::end_request();
    SUCCESS
}
