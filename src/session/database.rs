//! The database as a request uses it: the pool, and what php.ini says at this moment. What all of a session's operations share is here: how
//! they are tried again, and what their errors mean.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

use super::seen::Seen;
use crate::config::{Config, LockMode};
use crate::counters::Counters;
use crate::db::{Link, Pool, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Failure, Result};
use crate::random::random_bytes;
use crate::sid::{SessionId, signed};
use crate::store::Base;
use crate::store::{Row, plain};

pub struct Database {
    pub pool: Arc<Pool>,
    pub config: Arc<Config>,
    /// What the request has seen, whose session this is.
    pub seen: Seen,
}

impl Database {
    pub fn table(&self) -> &str {
        &self.config.server.table
    }

    /// That of an operation which begins now.
    pub fn deadline(&self) -> Deadline {
        Deadline::after(self.config.lock_wait)
    }

    pub fn link(&self) -> Result<PooledLink> {
        self.pool.get(self.config.lock_wait)
    }

    pub fn count(&self, counter: impl FnOnce(&Counters) -> &AtomicU64) {
        Counters::add(counter(&self.pool.counters), 1);
    }

    /// [`Pool::first`].
    pub fn first<T>(&self, link: &mut PooledLink, run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
        self.pool.first(link, self.config.lock_wait, run)
    }

    /// [`Pool::finish`].
    pub fn finish<T>(&self, run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
        self.pool.finish(self.config.lock_wait, run)
    }

    /// Reads a row without a lock, on a connection of its own. On a cluster another node may have written it just now.
    pub fn read(&self, sid: &SessionId) -> Result<Option<Row>> {
        let mut link = self.link()?;
        // Where sessions are locked by their rows the next request wants it off again.
        if self.config.lock != LockMode::Row {
            link.set_autocommit(true);
        }
        self.first(&mut link, |link| plain::read_causal(link, self.table(), sid))
    }

    /// Whether this is an id that rustdb made lately.
    pub fn is_signed(&self, id: &[u8]) -> Result<bool> {
        let secret = self.pool.id_secret(self.config.lock_wait)?;
        Ok(secret.is_some_and(|secret| signed::is_signed(&secret, id, SystemTime::now())))
    }

    /// Runs a statement that locks a session, and once more on another connection where its own is lost or of no use any more. Nobody has
    /// seen or stored anything yet.
    pub fn once_more<T>(&self, link: &mut PooledLink, mut run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
        let outcome = match run(link) {
            Err(cause) if cause.outdated_connection() => {
                self.count(|counters| &counters.retries);
                self.pool.reopen(link, self.config.lock_wait)?;
                run(link)
            }
            outcome => outcome,
        };
        self.heard(link, |_| outcome)
    }

    /// Runs a statement, and notes where its server does not answer in time.
    pub fn heard<T>(&self, link: &mut PooledLink, run: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        let outcome = run(link);
        if matches!(outcome, Err(Error::Stalled(_))) {
            self.pool.fell_silent(link);
        }
        outcome
    }

    /// [`Database::once_more`] until one deadline, whatever happens meanwhile: a deadlock or the end of a slice is simply tried again.
    pub fn until<T>(
        &self,
        deadline: Deadline,
        link: &mut PooledLink,
        mut run: impl FnMut(&mut Link) -> Result<T>,
    ) -> Result<T> {
        loop {
            match deadline.patiently(|| self.once_more(link, &mut run)) {
                Err(Error::RolledBack { .. }) if !deadline.is_over() => self.pool.pause_after_conflict(),
                outcome => return outcome,
            }
        }
    }

    /// Writes without holding the lock any more: `attempt` locks again, compares with what this request read ([`compare`]), and writes only
    /// where nobody else has, on one connection after the other until that is settled. It settles a write whose answer was lost, too
    /// (`doubt` is how).
    pub fn settle(
        &self,
        mut doubt: Option<Error>,
        mut attempt: impl FnMut(&mut PooledLink, Deadline, &mut Option<Error>) -> Result<()>,
    ) -> Result<()> {
        let (deadline, mut patience, mut attempts) = (self.deadline(), self.pool.patience(), 0);
        loop {
            match self.link().and_then(|mut link| attempt(&mut link, deadline, &mut doubt)) {
                Ok(()) => return Ok(()),
                Err(cause)
                    if attempts < 5 && (cause.lost_transaction() || is_conflict(&cause) && !deadline.is_over()) =>
                {
                    attempts += 1;
                    self.count(|counters| &counters.retries);
                    doubt = doubt.or(self::doubt(cause));
                }
                Err(cause) if patience.bears(&cause) => {}
                Err(cause) => return Err(in_doubt(doubt, self.with_seconds(cause))),
            }
        }
    }

    /// Completes and counts a wait for a lock that has ended.
    pub fn with_seconds(&self, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { holder, .. } => {
                self.count(|counters| &counters.lock_timeouts);
                Error::LockTimeout { seconds: self.config.lock_wait, holder }
            }
            other => other,
        }
    }

    /// What it means that the holder of a session's lock waits for one: somebody has locked the table or the server.
    pub fn write_blocked(&self, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { .. } => Error::WriteBlocked { seconds: self.config.lock_wait },
            other => other,
        }
    }

    pub fn failure(&self, verb: &str, sid: Option<&SessionId>, cause: Error) -> Failure {
        let operation = match sid {
            Some(sid) => format!("{verb} session {sid}"),
            None if verb.contains(' ') => verb.to_owned(),
            None => format!("{verb} a session"),
        };
        Failure { operation, place: self.pool.place(), cause }
    }
}

/// What a write may build upon that locks again and finds this; none where it is done already, which its own version proves, because the
/// locking read waits for a commit that is still under way. In doubt, another version proves nothing: our write may have been there before.
pub fn compare(found: Option<&Row>, read: Base, written: u64, in_doubt: bool) -> Result<Option<Base>> {
    match (found, read) {
        (Some(row), _) if row.version == written => Ok(None),
        (Some(row), Base::Live(version) | Base::Expired(version)) if row.version == version => Ok(Some(read)),
        (Some(row), _) if row.mark().is_some() => Err(Error::GivenUp),
        // gc may have taken an expired row. In doubt, our row may have been there and was destroyed.
        (None, Base::Nothing | Base::Expired(_)) if !in_doubt => Ok(Some(Base::Nothing)),
        _ => Err(Error::ChangedMeanwhile),
    }
}

/// Errors by which the nodes of a cluster, or two statements on one server, tell that only one of two
/// changes could be made. Nothing has happened then, and what locks a session may simply be run again.
pub fn is_conflict(cause: &Error) -> bool {
    matches!(cause, Error::RolledBack { .. } | Error::LockTimeout { .. } | Error::Server { code: 1062, .. })
}

/// How a statement was lost, where it may have happened all the same: where the connection ended without
/// an answer. A server that answers with an error has not done it.
pub fn doubt(cause: Error) -> Option<Error> {
    matches!(cause, Error::Gone(_)).then_some(cause)
}

/// What a failure means after that: only what is known is said.
pub fn in_doubt(doubt: Option<Error>, then: Error) -> Error {
    match (doubt, then) {
        (Some(first), Error::ChangedMeanwhile) => {
            Error::Unsettled(format!("{first}, and the session has changed or gone since"))
        }
        (Some(first), then) => Error::Unsettled(format!("{first}, then {then}")),
        (None, Error::Gone(cause)) => Error::Unsettled(format!("the connection was lost ({cause})")),
        (None, then) => then,
    }
}

/// The version of a write or a placeholder.
pub fn random_version() -> Result<u64> {
    random_bytes().map(u64::from_ne_bytes)
}
