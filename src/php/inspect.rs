//! `Rustdb\inspect(string $what): array`, which the command `rustdb` asks.

use ext_php_rs::args::Arg;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::functions::{one_string, or_throw};
use super::zend::zend_argument_value_error;
use super::{fact, ini};
use crate::inspect::{What, inspect};

/// The function's entry, with its types for reflection.
pub fn function() -> FunctionBuilder<'static> {
    let what = Arg::new("what", DataType::String);
    FunctionBuilder::new("Rustdb\\inspect", asked).arg(what).returns(DataType::Array, false, false)
}

extern "C" fn asked(call: &mut ExecuteData, returned: &mut Zval) {
    let Some(word) = one_string(call) else {
        return;
    };
    let Some(what) = What::parse(word) else {
        let expected = c"must be \"hosts\", \"tables\", \"sessions\", \"locks\" or \"schema\"";
        // SAFETY: the format takes nothing.
        unsafe { zend_argument_value_error(1, expected.as_ptr()) };
        return;
    };
    let answer = or_throw(|| {
        let (config, pool) = ini::current("look at the database")?;
        inspect(&config, &pool, what)
    });
    if let Some(answer) = answer {
        returned.set_hashtable(fact::array(answer));
    }
}
