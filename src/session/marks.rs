//! What a request does with an id that was given up: it is known for a while, so that nobody gets another cookie for it, and never
//! written again ([`crate::store::mark`]).

use std::time::Instant;

use crate::config::Config;
use crate::store::Base;
use crate::store::Row;
use crate::store::mark::Mark;

/// What a row is to a request that asked for it at `began`.
///
/// Who was already waiting when a mark was set is answered as under `files`, where a waiter reads the unlinked file: with the data as
/// it was before. Who came later finds an empty session, for as long as the browser may not know the new id.
pub fn base_of(row: &Row, config: &Config, began: Instant) -> Base {
    // A mark of a clock that was ahead is not young for longer than another.
    let is_young = || row.created_at.abs_diff(row.now_micros) < config.regenerate_grace * 1_000_000;
    match row.mark() {
        None => Base::of(row, config.absolute_lifetime),
        Some(_) if waited_for(row, began) => Base::GivenUp,
        Some(Mark::Regenerated) if is_young() => Base::GivenUp,
        Some(_) => Base::Expired(row.version),
    }
}

/// Whether a request that began to wait at `began` did so before the mark was set: the statement that read the mark has its own start by
/// the server's clock, and what the request waited before is told by its own.
///
/// A mark that is later than the answer was set by a clock that was ahead, and nobody has waited for it.
pub fn waited_for(mark: &Row, began: Instant) -> bool {
    /// Microseconds by which the clocks of a cluster's nodes may differ.
    const SKEW: u64 = 100_000;
    let micros = |from: Instant, to: Instant| {
        let passed = to.saturating_duration_since(from).as_micros();
        u64::try_from(passed).unwrap_or(u64::MAX)
    };
    let since = mark.now_micros.saturating_sub(micros(began, mark.asked_at));
    let until = mark.now_micros + micros(mark.asked_at, mark.read_at) + SKEW;
    (since..=until).contains(&mark.created_at)
}
