//! A lifetime of a session's own, which `Rustdb\lifetime()` gives it and its row keeps, whatever `session.gc_maxlifetime` is where it is
//! written later.

use crate::db::Pool;
use crate::error::{Failure, Result};
use crate::side_table::work_on;
use crate::store::schema::{Columns, upgrade};

/// Seconds that a session may be given: 68 years.
pub const LONGEST: u32 = i32::MAX.unsigned_abs();

/// How the session of a request stands to a lifetime of its own. In seconds; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnLifetime {
    stored: u64,
    /// What the next write stores.
    pending: Option<u64>,
}

impl OwnLifetime {
    /// That of a session as it was read.
    pub fn of(stored: u64) -> OwnLifetime {
        OwnLifetime { stored, pending: None }
    }

    /// Asks for another one.
    pub fn ask(&mut self, seconds: u64) {
        self.pending = (seconds != self.stored).then_some(seconds);
    }

    /// What was asked for, or else what is stored.
    pub fn seconds(self) -> u64 {
        self.pending.unwrap_or(self.stored)
    }

    /// Another request may have changed it meanwhile.
    pub fn found(&mut self, stored: u64) {
        self.stored = stored;
    }

    /// session_reset() goes back to what is stored.
    pub fn forget_pending(&mut self) {
        self.pending = None;
    }

    /// Whether there is something to store.
    pub fn is_pending(self) -> bool {
        self.pending.is_some()
    }

    /// Whether there is none, and none was asked for.
    pub fn is_empty(self) -> bool {
        self == OwnLifetime::default()
    }

    /// Whether the next write has to store it: into the row of this session, or into one that it begins with.
    pub fn is_to_be_set(self, in_own_row: bool) -> bool {
        self.is_pending() || !in_own_row && self.stored > 0
    }

    /// The write is done, and the row has this one.
    pub fn written(&mut self, seconds: u64) {
        *self = OwnLifetime::of(seconds);
    }
}

/// Makes the column that it needs, where this process has not seen it there yet. The caller holds no row.
///
/// # Errors
/// As [`upgrade`]; `operation` is what for.
pub fn prepare(pool: &Pool, lock_wait: u64, operation: &str) -> Result<(), Failure> {
    if pool.has_lifetimes() {
        return Ok(());
    }
    work_on(pool, "", lock_wait, operation, |link| {
        if !link.knows_lifetimes {
            pool.first(link, lock_wait, |link| upgrade(link, &pool.config, Columns::Lifetime))?;
            pool.tables_changed();
        }
        pool.lifetimes_are_there();
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_already_is_nothing_to_do() {
        let mut own = OwnLifetime::of(100);
        own.ask(100);
        assert!(!own.is_pending() && !own.is_to_be_set(true));
        own.ask(0);
        assert!(own.is_pending() && own.is_to_be_set(true) && !own.is_empty());
        assert_eq!(own.seconds(), 0);
        own.ask(100);
        assert!(!own.is_pending());
    }

    #[test]
    fn another_row_is_given_it_and_a_session_without_one_gives_none() {
        assert!(OwnLifetime::of(100).is_to_be_set(false));
        assert!(!OwnLifetime::default().is_to_be_set(false));
    }

    #[test]
    fn what_was_asked_for_is_kept_where_another_request_was_faster() {
        let mut own = OwnLifetime::of(100);
        own.found(200);
        assert_eq!(own.seconds(), 200);
        own.ask(300);
        own.found(0);
        assert_eq!(own.seconds(), 300);
        own.forget_pending();
        assert!(own.is_empty());
        own.written(400);
        assert_eq!(own, OwnLifetime::of(400));
    }
}
