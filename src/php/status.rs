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
enum Item {
    Text(Option<String>),
    Numbers(Vec<(&'static str, u64)>),
}

thread_local! {
    static STATUS: RefCell<Vec<(&'static str, Item)>> = const { RefCell::new(Vec::new()) };
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

fn collect() -> Result<Vec<(&'static str, Item)>, Failure> {
    let (config, pool) = ini::current("tell the status")?;
    let (size, in_use, idle) = pool.state();
    let (endpoint, info) = pool.server().unzip();
    let numbers = [("size", size.into()), ("in_use", in_use.into()), ("idle", idle.into()), ("waits", pool.waits())];
    let counters = pool.counters.list().into_iter().map(|(name, _, number)| (name, number));
    Ok(vec![
        ("version", Item::Text(Some(env!("CARGO_PKG_VERSION").to_owned()))),
        ("server", Item::Text(endpoint)),
        ("server_version", Item::Text(info.as_ref().map(|info| info.version.clone()))),
        ("tls", Item::Text(info.and_then(|info| info.tls))),
        ("table", Item::Text(Some(format!("{}.{}", config.server.database, config.server.table)))),
        ("lock", Item::Text(Some(config.lock.to_string()))),
        ("pool", Item::Numbers(numbers.into())),
        ("counters", Item::Numbers(counters.collect())),
    ])
}

/// An insertion fails only where memory does, and then PHP has left this function already.
fn array(status: &Vec<(&'static str, Item)>) -> ZBox<ZendHashTable> {
    let mut array = ZendHashTable::new();
    for (name, item) in status {
        let _ = match item {
            Item::Text(text) => array.insert(*name, text.as_deref()),
            Item::Numbers(list) => {
                let mut numbers = ZendHashTable::new();
                for &(name, number) in list {
                    let _ = numbers.insert(name, i64::try_from(number).unwrap_or(i64::MAX));
                }
                array.insert(*name, numbers)
            }
        };
    }
    array
}
