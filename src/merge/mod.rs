//! PHP's serialised sessions taken apart between their values, and put together from three: what a request built upon,
//! what it wants stored, and what another request has stored meanwhile. Nothing here comes to life, and nothing here
//! knows a database.
//!
//! From the top: a [`level`] is a session's entries or an array's; a level of each side is [`pairs`]' to find what
//! belongs together, and [`weave`] decides who changed it, goes into arrays that both changed, and writes the result.
//! Below them the [`reader`] knows PHP's serialised values, and [`json`] where the parts of a JSON text lie.

mod json;
mod level;
#[cfg(test)]
mod oracle_tests;
mod pairs;
mod reader;
#[cfg(test)]
mod reader_tests;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
mod weave;

use std::borrow::Cow;

pub use level::Format;
use level::Level;
use weave::Weave;

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
pub fn merge<'a>(format: Format, base: &'a [u8], mine: &'a [u8], stored: &'a [u8]) -> Merged<'a> {
    let as_it_is = |side| Merged { data: Cow::Borrowed(side), conflicts: Vec::new(), conflict_count: 0 };
    if mine == stored || stored == base {
        return as_it_is(mine);
    }
    if mine == base {
        return as_it_is(stored);
    }
    parts(format, base, mine, stored).unwrap_or_else(|| Merged {
        data: Cow::Borrowed(mine),
        conflicts: vec!["the session".to_owned()],
        conflict_count: 1,
    })
}

/// The same for three that are all different. None where the session is one leaf.
fn parts<'a>(format: Format, base: &'a [u8], mine: &'a [u8], stored: &'a [u8]) -> Option<Merged<'a>> {
    let (base, of_base) = format.read(base, None)?;
    let (my, of_mine) = format.read(mine, Some(&base))?;
    let (their, of_stored) = format.read(stored, Some(&base))?;
    let mut weave = Weave::new();
    let levels = [(&base, of_base), (&my, of_mine), (&their, of_stored)];
    let data = weave.session(levels.map(|(reader, entries)| Level { format, reader, entries }))?;
    let data = match [mine, stored].into_iter().find(|side| **side == data) {
        Some(side) => Cow::Borrowed(side),
        None => Cow::Owned(data),
    };
    Some(Merged { data, conflicts: weave.conflicts, conflict_count: weave.conflict_count })
}
