//! Facts as PHP's values.

use std::cell::RefCell;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval as _;
use ext_php_rs::types::{ZendHashTable, Zval};

use super::zend::convert;
use crate::fact::Fact;

thread_local! {
    static FACTS: RefCell<Option<Fact>> = const { RefCell::new(None) };
}

/// The array of a map or a list; an empty one for anything else.
pub fn array(fact: Fact) -> ZBox<ZendHashTable> {
    convert(&FACTS, Some(fact), |fact| match fact {
        Some(fact) => table(fact),
        None => ZendHashTable::new(),
    })
}

/// An insertion fails only where memory does, and then PHP has left this function already.
fn table(fact: &Fact) -> ZBox<ZendHashTable> {
    let mut table = ZendHashTable::new();
    match fact {
        Fact::Map(facts) => {
            for (name, fact) in facts {
                let _ = table.insert(*name, value(fact));
            }
        }
        Fact::List(facts) => {
            for fact in facts {
                let _ = table.push(value(fact));
            }
        }
        _ => {}
    }
    table
}

fn value(fact: &Fact) -> Zval {
    let mut value = Zval::new();
    match fact {
        Fact::None => {}
        Fact::Flag(flag) => value.set_bool(*flag),
        Fact::Number(number) => value.set_long(i64::try_from(*number).unwrap_or(i64::MAX)),
        Fact::Seconds(seconds) => value.set_double(*seconds),
        // Without a failure: a string is text or, where a server has sent other bytes, what was made of them.
        Fact::Text(text) => return text.as_str().into_zval(false).unwrap_or_default(),
        Fact::List(_) | Fact::Map(_) => value.set_hashtable(table(fact)),
    }
    value
}
