//! What a request does whose work is done while its server becomes read-only, as in every planned switchover: it goes on to the next
//! server of the list, and where none takes writes yet it tries again for a while.

use std::thread;
use std::time::{Duration, Instant};

use super::link::Link;
use super::pool::Pool;
use crate::counters::Counters;
use crate::error::{Error, Result};

/// The first pause and the longest one between two tries: whoever has to wait does so for seconds.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(500)];

/// How much longer one operation waits for a server that takes writes.
pub struct Patience<'a> {
    pool: &'a Pool,
    /// Set by the first error of that kind.
    until: Option<Instant>,
    pause: Duration,
}

impl Patience<'_> {
    /// Whether to try once more after this error: where a server has said that it is read-only, and so has changed nothing, and
    /// `rustdb.connect_timeout` since it first did is not over. The first time that is at once, because the next server of the list may do; then
    /// it has waited. A server that cannot be reached is waited for as well, once another one has become read-only.
    pub fn bears(&mut self, cause: &Error) -> bool {
        let first = self.until.is_none();
        if !cause.is_read_only() && (first || !is_away(cause)) {
            return false;
        }
        let now = Instant::now();
        let limit = self.pool.config.connect_timeout;
        let left = self.until.get_or_insert(now + limit).saturating_duration_since(now);
        if left.is_zero() {
            return false;
        }
        Counters::add(&self.pool.counters.retries, 1);
        // A list that has been gone through in vain has nothing to offer at once.
        if !first || matches!(cause, Error::ReadOnly(_)) {
            thread::sleep(self.pause.min(left));
            self.pause = (self.pause * 2).min(PAUSES[1]);
        }
        true
    }
}

/// Whether there is no server to talk to at the moment; no statement has been sent, or it has not happened.
fn is_away(cause: &Error) -> bool {
    matches!(cause, Error::Connect(_) | Error::Killed { .. } | Error::Server { code: 1040, .. })
}

impl Pool {
    /// For one operation, of as many statements as it takes.
    pub fn patience(&self) -> Patience<'_> {
        Patience { pool: self, until: None, pause: PAUSES[0] }
    }

    /// Runs a statement that stores what a request has done, on a connection of its own. It may be run again where it has not happened:
    /// see [`Pool::first`] and [`Patience`].
    ///
    /// # Errors
    /// As `run` in the end.
    pub fn finish<T>(&self, lock_wait: u64, mut run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
        let mut patience = self.patience();
        loop {
            let outcome = self.get(lock_wait).and_then(|mut link| self.first(&mut link, lock_wait, &mut run));
            match outcome {
                Err(cause) if patience.bears(&cause) => {}
                outcome => return outcome,
            }
        }
    }
}
