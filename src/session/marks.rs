//! What a request does with an id that was given up: it is known for a while, so that nobody gets another cookie for it, and never
//! written again ([`crate::store::mark`]).

use std::time::Instant;

use super::{Ending, Session, View};
use crate::codec::Place;
use crate::sid::SessionId;
use crate::store::mark::{End, MARK, Mark};
use crate::store::{Base, Row};

impl Session {
    /// What a row is to a request that asked for it at `began`.
    ///
    /// Who was already waiting when a mark was set is answered as under `files`, where a waiter reads the unlinked file: with the data as
    /// it was before. Who came later finds an empty session, for as long as the browser may not know the new id.
    pub(super) fn base_of(&self, row: &Row, began: Instant) -> Base {
        match row.mark() {
            None => Base::of(row, self.config.absolute_lifetime),
            Some(_) if waited_for(row, began) => Base::GivenUp,
            Some(Mark::Regenerated) if self.in_grace(row) => Base::GivenUp,
            Some(_) => Base::Expired(row.version),
        }
    }

    /// Whether a mark that was not waited for is young.
    fn in_grace(&self, row: &Row) -> bool {
        // One of a clock that was ahead is not young for longer than another.
        row.created_at.abs_diff(row.now_micros) < self.config.regenerate_grace * 1_000_000
    }

    /// What becomes of the row of a session that ends. `newborn` where it was never stored, `held` where this request has it locked and
    /// alive.
    pub(super) fn end_of(&self, ending: Ending, (sid, id): (&SessionId, &[u8]), newborn: bool, held: bool) -> End {
        let made_here = self.own_id.as_ref() == Some(sid);
        match ending {
            // Nobody but this request has ever known it.
            _ if newborn && made_here => End::Delete,
            Ending::Regenerated => End::Regenerated { data: held, seconds: self.config.regenerate_grace },
            // Where it is not known, it is better not known again.
            Ending::Destroyed if self.is_signed(id).unwrap_or(true) => End::Gone,
            Ending::Destroyed => End::Delete,
        }
    }
}

/// Whether a request that began to wait at `began` did so before the mark was set: the statement that read the mark has its own start by
/// the server's clock, and what the request waited before is told by its own.
///
/// A mark that is later than the answer was set by a clock that was ahead, and nobody has waited for it.
pub(super) fn waited_for(mark: &Row, began: Instant) -> bool {
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

impl View {
    /// Where and how the data of the view's row was stored: that of a mark is as it was before.
    pub(super) fn stored_as<'a>(sid: &'a SessionId, row: &Row) -> (Place<'a>, u8) {
        match row.mark() {
            None => (Place { sid, version: row.version }, row.codec),
            Some(_) => (Place { sid, version: !row.version }, row.codec & !MARK),
        }
    }
}
