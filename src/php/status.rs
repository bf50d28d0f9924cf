//! `Rustdb\status(): array`, for monitoring. Cheap: it looks at counters and asks no server.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::request::guard;
use super::zend::{SUCCESS, arguments, zend_parse_parameters};
use super::{fact, ini, message};
use crate::error::Failure;
use crate::fact::{Fact, Facts};

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
        Some(status) => returned.set_hashtable(fact::array(status)),
        None => {
            message::warn();
            returned.set_hashtable(ZendHashTable::new());
        }
    }
}

fn collect() -> Result<Fact, Failure> {
    let (config, pool) = ini::current("tell the status")?;
    let (size, in_use, idle) = pool.state();
    let (endpoint, info) = pool.server().unzip();
    let state: Facts =
        vec![("size", size.into()), ("in_use", in_use.into()), ("idle", idle.into()), ("waits", pool.waits().into())];
    let counters = pool.counters.list().into_iter().map(|(name, _, number)| (name, number.into()));
    Ok(Fact::Map(vec![
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("server", endpoint.into()),
        ("server_version", info.as_ref().map(|info| info.version.as_str()).into()),
        ("tls", info.as_ref().and_then(|info| info.tls.as_deref()).into()),
        ("table", format!("{}.{}", config.server.database, config.server.table).into()),
        ("lock", config.lock.to_string().into()),
        ("pool", state.into()),
        ("counters", Fact::Map(counters.collect())),
    ]))
}
