//! php.ini: registers the directives, keeps the password out of PHP's own tables, and hands out the
//! configuration as it stands for the running request.
//!
//! Nothing is read at MINIT: php-fpm applies a pool's settings after its fork, Apache a vhost's for
//! each request. The parsed values are kept until a directive changes.

use std::cell::{Cell, RefCell};
use std::ffi::{CString, c_int, c_void};
use std::sync::{Arc, OnceLock};

use crate::db::background::Mutex;
use ext_php_rs::PHP_ZTS;
use ext_php_rs::ffi::{ext_php_rs_zend_string_release, zend_ini_entry, zend_string};
use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::IniEntryDef;

use super::{FAILURE, SUCCESS, bytes, cfg_get_entry_ex, ini_value, keep_message, warn_kept, zend_empty_string};
use crate::config::{Config, DIRECTIVES, Scope, Secret};
use crate::db::Pool;
use crate::error::Failure;
use crate::store::setup::STATEMENTS;

/// `ZEND_INI_STAGE_*` of Zend/zend_ini.h.
const STAGE_STARTUP: c_int = 1 << 0;
const STAGE_ACTIVATE: c_int = 1 << 2;
const STAGE_DEACTIVATE: c_int = 1 << 3;
const STAGE_RUNTIME: c_int = 1 << 4;

/// The password of php.ini. PHP's own copy is blanked, so that ini_get(), phpinfo() and
/// get_cfg_var() have nothing to show.
static PASSWORD: Mutex<Option<Secret>> = Mutex::new(None);

/// The configuration of this thread as last parsed, and the pool for it.
type Current = (Arc<Config>, Arc<Pool>);

thread_local! {
    /// `php_admin_value[rustdb.password]` of an FPM pool: set once in the worker, for all requests.
    static POOL_PASSWORD: RefCell<Option<Secret>> = const { RefCell::new(None) };
    /// The same of a vhost: from the request's activation to its end.
    static REQUEST_PASSWORD: RefCell<Option<Secret>> = const { RefCell::new(None) };
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
    /// A directive has changed since CURRENT was made.
    static CHANGED: Cell<bool> = const { Cell::new(true) };
}

/// Registers all directives, at MINIT, which may come twice in one process (Apache).
pub fn register(module_number: i32) {
    // The php.ini of an Apache that was reloaded may have no password any more.
    *PASSWORD.lock() = None;
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut entries: Vec<IniEntryDef> = Vec::with_capacity(DIRECTIVES.len() + 1);
        for directive in DIRECTIVES {
            let permission = match directive.scope {
                Scope::System => IniEntryPermission::System,
                Scope::All => IniEntryPermission::All,
            };
            let mut entry = IniEntryDef::new(directive.name, directive.default, permission);
            let secret = directive.name == c"rustdb.password";
            entry.on_modify = Some(if secret { on_modify_password } else { on_modify });
            entries.push(entry);
        }
        entries.push(IniEntryDef::end());
        Table(entries.leak())
    });
    IniEntryDef::register(table.0, module_number);
}

struct Table(&'static [IniEntryDef]);

// SAFETY: the definitions hold pointers to static strings and functions only, and nobody writes them
// after they were made.
unsafe impl Sync for Table {}
// SAFETY: as above.
unsafe impl Send for Table {}

/// The configuration of the running request and its pool.
///
/// # Errors
/// A directive that is not valid, or a lock mode that this version does not have.
pub fn current() -> Result<Current, Failure> {
    let refused = |cause| Failure { operation: "start a session".into(), place: String::new(), cause };
    let kept = if CHANGED.get() { None } else { CURRENT.with_borrow(Clone::clone) };
    let (config, pool) = match kept {
        Some((config, pool)) if !pool.is_inherited() => return Ok((config, pool)),
        Some((config, pool)) => (config, pool.of_this_process()),
        None => {
            let config = Arc::new(Config::parse(value_of).map_err(refused)?);
            let pool = Pool::shared(&config.server, &STATEMENTS, automatic_pool_size);
            (config, pool)
        }
    };
    CHANGED.set(false);
    CURRENT.set(Some((config.clone(), pool.clone())));
    Ok((config, pool))
}

/// Lets go of the pool, at MSHUTDOWN.
pub fn forget() {
    CURRENT.set(None);
    CHANGED.set(true);
}

/// Whether a password is set, for phpinfo().
pub fn has_password() -> bool {
    !password().0.is_empty()
}

/// Two for each request that can run at a time: its session's connection, and one for gc. A ZTS build runs one in each
/// thread; web servers start their threads before the first request, so counting them then counts all.
fn automatic_pool_size() -> u32 {
    if !PHP_ZTS {
        return 2;
    }
    let threads = std::fs::read_dir("/proc/self/task").map_or(32, Iterator::count);
    2 * u32::try_from(threads).unwrap_or(5_000).min(5_000)
}

fn value_of(name: &'static str) -> String {
    if name == "rustdb.password" {
        return password().0;
    }
    CString::new(name).map_or(String::new(), |name| ini_value(&name))
}

fn password() -> Secret {
    let ours = REQUEST_PASSWORD.with_borrow(Clone::clone).or_else(|| POOL_PASSWORD.with_borrow(Clone::clone));
    ours.or_else(|| PASSWORD.lock().clone()).unwrap_or(Secret(String::new()))
}

/// A directive is set: at PHP's start anything goes, and an error waits for the first session; a
/// script that sets nonsense is told at once, and its ini_set() is false.
unsafe extern "C" fn on_modify(
    entry: *mut zend_ini_entry,
    new_value: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    stage: c_int,
) -> c_int {
    CHANGED.set(true);
    if stage != STAGE_RUNTIME {
        return SUCCESS;
    }
    // SAFETY: Zend passes the entry that is being changed and its new value, both alive.
    let checked = unsafe {
        let name = String::from_utf8_lossy(bytes((*entry).name));
        Config::check_one(&name, &String::from_utf8_lossy(bytes(new_value)))
    };
    let Err(error) = checked else {
        return SUCCESS;
    };
    keep_message(format!("rustdb: {error}"));
    warn_kept();
    FAILURE
}

/// Takes the password and leaves PHP's copy empty.
///
/// FAILURE makes PHP keep what it had, the empty default. At STARTUP without a value there is nothing
/// to keep: ZTS runs that for each new thread, with the blanked value.
unsafe extern "C" fn on_modify_password(
    entry: *mut zend_ini_entry,
    new_value: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    stage: c_int,
) -> c_int {
    CHANGED.set(true);
    // SAFETY: Zend passes null or a live string.
    let value = String::from_utf8_lossy(unsafe { bytes(new_value) }).into_owned();
    match stage {
        STAGE_STARTUP if value.is_empty() => SUCCESS,
        STAGE_STARTUP => {
            *PASSWORD.lock() = Some(Secret(value));
            // SAFETY: `entry` is alive, and at STARTUP PHP runs one thread.
            unsafe { blank_configuration((*entry).name) };
            FAILURE
        }
        STAGE_ACTIVATE => {
            // FPM sets a pool's values past the table of modified directives: those have no end.
            // SAFETY: `entry` is alive.
            let slot = if unsafe { (*entry).modified } == 0 { &POOL_PASSWORD } else { &REQUEST_PASSWORD };
            slot.set(Some(Secret(value)));
            FAILURE
        }
        STAGE_DEACTIVATE => {
            REQUEST_PASSWORD.set(None);
            SUCCESS
        }
        _ => SUCCESS,
    }
}

/// Empties a directive in php.ini's own table, which get_cfg_var() reads.
///
/// # Safety
/// `name` is a live string, and no other thread reads the table.
unsafe fn blank_configuration(name: *mut zend_string) {
    // SAFETY: the caller guarantees `name` and that we are alone. The table owns the value, a
    // persistent string with one reference; an interned one is not released by Zend's function.
    unsafe {
        let Some(value) = cfg_get_entry_ex(name).as_mut() else {
            return;
        };
        // IS_STRING; anything else is no password.
        if value.u1.type_info & 0xff != 6 {
            return;
        }
        let old = value.value.str_;
        value.value.str_ = zend_empty_string;
        value.u1.type_info = 6;
        ext_php_rs_zend_string_release(old);
    }
}
