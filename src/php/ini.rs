//! php.ini: registers the directives, keeps the password out of PHP's own tables, and hands out the
//! configuration as it stands for the running request.
//!
//! Nothing is read at MINIT: php-fpm applies a pool's settings after its fork, Apache a vhost's for
//! each request. The parsed values are kept until a directive changes.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::sync::Arc;

use ext_php_rs::PHP_ZTS;
use ext_php_rs::ffi::{IS_STRING, ext_php_rs_zend_string_release, zend_ini_entry, zend_string};
use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs};

use super::message;
use super::zend::{FAILURE, SUCCESS, bytes, cfg_get_entry_ex, ini_value, zend_empty_string};
use crate::config::directives::{DIRECTIVES, Scope};
use crate::config::secret_file::Secret;
use crate::config::{Config, Options};
use crate::db::Pool;
use crate::db::background::Mutex;
use crate::error::Failure;
use crate::store::setup::STATEMENTS;

/// `ZEND_INI_STAGE_*` of Zend/zend_ini.h.
const STAGE_STARTUP: c_int = 1 << 0;
const STAGE_ACTIVATE: c_int = 1 << 2;
const STAGE_DEACTIVATE: c_int = 1 << 3;
const STAGE_RUNTIME: c_int = 1 << 4;
const STAGE_HTACCESS: c_int = 1 << 5;

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
    /// None since a directive has changed.
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
    /// What some options have made of this configuration: a framework has the same for all of its handlers.
    static OPTIONS: RefCell<Option<(Options, Arc<Config>, Current)>> = const { RefCell::new(None) };
}

/// All directives as PHP wants them, ended by an empty one.
static TABLE: IniEntryDefs<{ DIRECTIVES.len() + 1 }> = {
    let mut entries = [const { IniEntryDef::end() }; DIRECTIVES.len() + 1];
    let mut at = 0;
    while at < DIRECTIVES.len() {
        let permission = match DIRECTIVES[at].scope {
            Scope::System => IniEntryPermission::System,
            Scope::All => IniEntryPermission::All,
        };
        entries[at] = IniEntryDef::new(DIRECTIVES[at].name, DIRECTIVES[at].default, permission);
        entries[at].on_modify = Some(on_modify);
        at += 1;
    }
    IniEntryDefs::new(entries)
};

/// Registers all directives, at MINIT, which may come twice in one process (Apache).
pub fn register(module_number: i32) {
    // The php.ini of an Apache that was reloaded may have no password any more.
    *PASSWORD.lock() = None;
    IniEntryDef::register(TABLE.as_slice(), module_number);
}

/// The configuration of the running request and its pool, for this operation.
///
/// # Errors
/// A directive that is not valid.
pub fn current(operation: &str) -> Result<Current, Failure> {
    let refused = |cause| Failure { operation: operation.to_owned(), place: String::new(), cause };
    // In a forked child the parent's pool is of no use.
    if let Some(kept) = CURRENT.with_borrow(Clone::clone).filter(|(_, pool)| !pool.is_inherited()) {
        return Ok(kept);
    }
    let config = Arc::new(Config::parse(value_of).map_err(refused)?);
    let pool = Pool::shared(&config.server, &STATEMENTS, automatic_pool_size);
    CURRENT.set(Some((config.clone(), pool.clone())));
    Ok((config, pool))
}

/// The same with the options of a `Rustdb\Handler` over the directives.
///
/// # Errors
/// A directive that is not valid, or, by its name, an option.
pub fn with_options(operation: &str, options: &Options) -> Result<Current, Failure> {
    let (config, pool) = current(operation)?;
    let is_so = |(known, of, _): &&(Options, Arc<Config>, Current)| known == options && Arc::ptr_eq(of, &config);
    if let Some(kept) = OPTIONS.with_borrow(|kept| kept.as_ref().filter(is_so).map(|(.., made)| made.clone())) {
        return Ok(kept);
    }
    let refused = |cause| Failure { operation: operation.to_owned(), place: String::new(), cause };
    let own = config.with(options).map_err(refused)?;
    let pool = match own.server == config.server {
        true => pool,
        false => Pool::shared(&own.server, &STATEMENTS, automatic_pool_size),
    };
    let made = (Arc::new(own), pool);
    OPTIONS.set(Some((options.clone(), config, made.clone())));
    Ok(made)
}

/// Lets go of the pool, at MSHUTDOWN.
pub fn forget() {
    CURRENT.set(None);
    OPTIONS.set(None);
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
    if name == "rustdb.password" { password().0 } else { ini_value(name) }
}

fn password() -> Secret {
    let ours = REQUEST_PASSWORD.with_borrow(Clone::clone).or_else(|| POOL_PASSWORD.with_borrow(Clone::clone));
    ours.or_else(|| PASSWORD.lock().clone()).unwrap_or(Secret(String::new()))
}

/// A directive is set: at PHP's start anything goes, and an error waits for the first session; a script that sets
/// nonsense is told at once, and its ini_set() is false. A folder's own file (.user.ini, .htaccess) may have nonsense, too, but for a lock
/// mode that its server cannot have.
unsafe extern "C" fn on_modify(
    entry: *mut zend_ini_entry,
    new_value: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    stage: c_int,
) -> c_int {
    CURRENT.set(None);
    // SAFETY: Zend passes the entry that is being changed, with its name and value, and its new value, all alive, or null for a value.
    let [name, now, value] = unsafe { [bytes((*entry).name), bytes((*entry).value), bytes(new_value)] };
    let value = String::from_utf8_lossy(value);
    if name == b"rustdb.password" {
        // SAFETY: as above.
        return unsafe { take_password(entry, value.into_owned(), stage) };
    }
    let checked = match stage {
        STAGE_RUNTIME => true,
        STAGE_HTACCESS => name == b"rustdb.lock",
        _ => false,
    };
    if !checked {
        return SUCCESS;
    }
    let [name, now] = [name, now].map(String::from_utf8_lossy);
    let Err(error) = Config::check_one(&name, &now, &value) else {
        return SUCCESS;
    };
    drop((name, now));
    message::keep(format!("rustdb: {error}"));
    drop((value, error));
    message::warn();
    FAILURE
}

/// Takes the password and leaves PHP's copy empty.
///
/// FAILURE makes PHP keep what it had, the empty default. At STARTUP without a value there is nothing
/// to keep: ZTS runs that for each new thread, with the blanked value.
///
/// # Safety
/// `entry` is alive.
unsafe fn take_password(entry: *mut zend_ini_entry, value: String, stage: c_int) -> c_int {
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
            // SAFETY: `entry` is alive. `modified` is a bool since PHP 8.6.
            let is_pools = i32::from(unsafe { (*entry).modified }) == 0;
            let slot = if is_pools { &POOL_PASSWORD } else { &REQUEST_PASSWORD };
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
        // Anything else is no password.
        if value.u1.type_info & 0xff != IS_STRING {
            return;
        }
        let old = value.value.str_;
        value.value.str_ = zend_empty_string;
        value.u1.type_info = IS_STRING;
        ext_php_rs_zend_string_release(old);
    }
}
