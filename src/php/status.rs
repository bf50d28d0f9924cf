//! `Rustdb\status(): array`, for monitoring. Cheap: it looks at counters and asks no server.

use std::cell::RefCell;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::request::guard;
use super::zend::{SUCCESS, arguments, convert, zend_parse_parameters};
use super::{ini, message};
use crate::error::Failure;

/// What the array holds, before it is one.
#[derive(Default)]
struct Status {
    server: Option<(String, String)>,
    tls: Option<String>,
    table: String,
    lock: String,
    pool: [(&'static str, u64); 4],
    counters: Vec<(&'static str, u64)>,
}

thread_local! {
    static STATUS: RefCell<Status> = RefCell::default();
}

/// The function's entry, with its return type for reflection.
pub fn function() -> FunctionBuilder<'static> {
    FunctionBuilder::new("Rustdb\\status", status).returns(DataType::Array, false, false)
}

extern "C" fn status(call: &mut ExecuteData, returned: &mut Zval) {
    // SAFETY: no types, no pointers.
    if unsafe { zend_parse_parameters(arguments(call), c"".as_ptr()) } != SUCCESS {
        return;
    }
    match guard(collect) {
        Some(status) => returned.set_hashtable(convert(&STATUS, status, array)),
        None => {
            message::warn();
            returned.set_hashtable(ZendHashTable::new());
        }
    }
}

fn collect() -> Result<Status, Failure> {
    let (config, pool) = ini::current("tell the status")?;
    let (size, in_use, idle) = pool.state();
    Ok(Status {
        server: pool.server().map(|(endpoint, info)| (endpoint, info.version)),
        tls: pool.server().and_then(|(_, info)| info.tls),
        table: format!("{}.{}", config.server.database, config.server.table),
        lock: config.server.lock.to_string(),
        pool: [("size", size.into()), ("in_use", in_use.into()), ("idle", idle.into()), ("waits", pool.waits())],
        counters: pool.counters().list().into_iter().map(|(name, _, number)| (name, number)).collect(),
    })
}

/// An insertion fails only where memory does, and then PHP has left this function already.
fn array(status: &Status) -> ZBox<ZendHashTable> {
    let mut array = ZendHashTable::new();
    let server = status.server.as_ref();
    let _ = array.insert("version", env!("CARGO_PKG_VERSION"));
    let _ = array.insert("server", server.map(|(endpoint, _)| endpoint.as_str()));
    let _ = array.insert("server_version", server.map(|(_, version)| version.as_str()));
    let _ = array.insert("tls", status.tls.as_deref());
    let _ = array.insert("table", status.table.as_str());
    let _ = array.insert("lock", status.lock.as_str());
    let _ = array.insert("pool", numbers(&status.pool));
    let _ = array.insert("counters", numbers(&status.counters));
    array
}

fn numbers(list: &[(&'static str, u64)]) -> ZBox<ZendHashTable> {
    let mut array = ZendHashTable::new();
    for &(name, number) in list {
        let _ = array.insert(name, i64::try_from(number).unwrap_or(i64::MAX));
    }
    array
}
