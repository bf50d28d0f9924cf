//! How a session is stored: a write or a touch on the connection that holds the lock, and what is
//! done when that connection is lost.

use std::mem;

use super::{Hold, Intent, Known, Session, State, View, give_up};
use crate::codec::{Codec, Place};
use crate::config::LockMode;
use crate::counters::Counters;
use crate::db::{Owner, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::store::label::Handle;
use crate::store::row::{self, Birth, Origin};
use crate::store::{Base, Lifetime, Write, plain};

impl Session {
    pub(super) fn store(&mut self, sid: &SessionId, data: &[u8], gc_maxlifetime: i64) -> Result<()> {
        match &self.state {
            State::Unreadable(refused, _) if refused == sid => return Err(Error::NeverRead),
            State::Open(view) if view.sid == *sid => {}
            _ => self.take_up(sid)?,
        }
        let State::Open(mut view) = mem::replace(&mut self.state, State::Idle) else {
            return Err(Error::NeverRead);
        };
        let lifetime = self.lifetime(&view, gc_maxlifetime);
        let outcome = if view.is_unchanged(data) && !view.labels.is_pending() {
            self.touch(&mut view, lifetime)
        } else {
            self.replace(&mut view, data, lifetime).map_err(|cause| self.signed_out(&view, cause))
        };
        self.state = State::Open(view);
        outcome
    }

    /// A wrapper class writes another id than the one it read last. One that was read in this request is
    /// compared with what was read; one that never was is locked now, as under `files`.
    fn take_up(&mut self, sid: &SessionId) -> Result<()> {
        let known = self.past.iter().find(|(past, _)| past == sid).map(|(_, known)| known.clone());
        match known {
            Some(Known::Unreadable) => Err(Error::NeverRead),
            Some(Known::Base(base, labels)) if self.config.server.lock != LockMode::None => {
                if let Some(link) = self.let_go() {
                    give_up(link);
                }
                self.remember();
                let mut view = View::of(sid, None, Hold::Free);
                view.base = base;
                view.labels = labels;
                self.state = State::Open(view);
                Ok(())
            }
            _ => self.acquire(sid, Intent::Write, true),
        }
    }

    /// Stores new data. Whatever comes of it, the lock is given up.
    fn replace(&mut self, view: &mut View, data: &[u8], lifetime: Lifetime) -> Result<()> {
        if view.base == Base::GivenUp {
            self.give_up_hold(view);
            return Err(Error::GivenUp);
        }
        let table = &self.config.server.table;
        let labels = view.labels.clone();
        let version = random()?;
        let place = Place { sid: &view.sid, version };
        let stored = Codec::of(&self.config)?.encode(place, data)?;
        let new = Write {
            codec: stored.codec,
            data: &stored.data,
            version,
            lifetime,
            label: labels.to_write(|| random_bytes().map(Handle))?,
        };
        let handle = new.label.handle().copied();
        match mem::replace(&mut view.hold, Hold::Free) {
            Hold::Denied => {
                view.hold = Hold::Denied;
                return Err(Error::ReadWithoutLock);
            }
            Hold::Inherited(parent) => {
                view.hold = Hold::Inherited(parent);
                return Err(Error::Forked(parent));
            }
            Hold::Leased(owner) => self.write_leased(view, owner, &new)?,
            Hold::Locked(kept, locked) => self.write_locked(view, kept.take(), locked, &new)?,
            Hold::Free | Hold::Searched(_) if self.config.server.lock == LockMode::None => {
                let wait = self.config.lock_wait;
                let written = self.pool.finish(wait, |link| plain::replace(link, table, &view.sid, view.base, &new))?;
                if !written {
                    let found = plain::read(&mut *self.pool.get(wait)?, table, &view.sid)?;
                    let is_mark = found.is_some_and(|row| row.mark().is_some());
                    // A mark may be gone again by now.
                    return Err(match is_mark || new.label.needs().is_none() {
                        true => Error::GivenUp,
                        false => Error::SignedOut,
                    });
                }
            }
            Hold::Free | Hold::Searched(_) if self.config.server.lock == LockMode::Lease => {
                self.write_leased(view, Owner([0; 16]), &new)?;
            }
            Hold::Free | Hold::Searched(_) => self.write_again(view, &new, None)?,
        }
        Counters::add(&self.pool.counters().writes, 1);
        if !matches!(view.base, Base::Live(_)) {
            Counters::add(&self.pool.counters().births, 1);
            self.gave_birth(view);
        }
        view.base = Base::Live(new.version);
        view.labels.written(handle);
        view.row = None;
        Ok(())
    }

    /// Writes on the connection that holds the row lock.
    fn write_locked(&self, view: &View, link: Option<PooledLink>, locked: u64, new: &Write<'_>) -> Result<()> {
        let deadline = Deadline::after(self.config.lock_wait);
        let Some(mut link) = link.and_then(PooledLink::alive) else {
            // Nothing was sent, so there is no doubt.
            return self.write_again(view, new, None);
        };
        let table = &self.config.server.table;
        match row::write(&mut link, table, &view.sid, view.base, locked, new) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::ChangedMeanwhile),
            Err(cause) if cause.lost_transaction() => {
                // The server may still be at it: closing makes sure that it will end.
                link.close();
                drop(link);
                self.write_again(view, new, doubt(cause))
            }
            // It has not happened, for the server takes no writes, and another one may, or this one again; or it waited for its label's
            // row, and has lost the lock.
            Err(cause) if cause.is_read_only() || matches!(cause, Error::LockTimeout { .. }) && !deadline.is_over() => {
                drop(link);
                self.write_again(view, new, None)
            }
            Err(cause @ Error::Stalled(_)) => {
                self.pool.fell_silent(&link);
                Err(Error::Unsettled(cause.to_string()))
            }
            Err(cause) => {
                // The row is still locked where nothing was sent.
                give_up(link);
                Err(self.write_blocked(cause))
            }
        }
    }

    /// What it means that the holder of a session's lock waits for one: somebody has locked the table or the server.
    pub(super) fn write_blocked(&self, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { .. } => Error::WriteBlocked { seconds: self.config.lock_wait },
            other => other,
        }
    }

    /// Writes without holding the lock any more: locks again, compares with what this request read,
    /// and writes only where nobody else has. It settles a commit whose answer was lost, too (`doubt`
    /// is how): the locking read waits for a commit that is still under way, and our own version
    /// proves it. Another version proves nothing then: our write may have been there before.
    pub(super) fn write_again(&self, view: &View, new: &Write<'_>, mut doubt: Option<Error>) -> Result<()> {
        let deadline = Deadline::after(self.config.lock_wait);
        let mut attempts = 0;
        let mut patience = self.pool.patience();
        loop {
            let outcome = self.pool.get(deadline.lock_wait).and_then(|mut link| {
                let outcome =
                    deadline.patiently(|| self.compare_and_write(&deadline, &mut link, view, new, doubt.is_some()));
                give_up(link);
                outcome
            });
            match outcome {
                Ok(()) => return Ok(()),
                Err(cause) if cause.lost_transaction() && attempts < 2 => {
                    attempts += 1;
                    Counters::add(&self.pool.counters().retries, 1);
                    doubt = doubt.or(self::doubt(cause));
                }
                Err(cause) if patience.bears(&cause) => {}
                Err(cause) => return Err(in_doubt(doubt, self.with_seconds(cause))),
            }
        }
    }

    fn compare_and_write(
        &self,
        deadline: &Deadline,
        link: &mut PooledLink,
        view: &View,
        new: &Write<'_>,
        doubt: bool,
    ) -> Result<()> {
        let (table, sid) = (&self.config.server.table, &view.sid);
        let found = self
            .pool
            .first_until(deadline, link, |link| row::lock(link, table, sid, deadline.left()))
            .map_err(|cause| self.name_holder(link, sid, cause))?;
        let locked = match (found, view.base) {
            (Some(row), _) if row.version == new.version => return Ok(()),
            (Some(row), Base::Live(read) | Base::Expired(read)) if row.version == read => read,
            (Some(row), _) if row.mark().is_some() => return Err(Error::GivenUp),
            // gc may have taken an expired row. In doubt, our row may have been there and was destroyed.
            (None, Base::Nothing | Base::Expired(_)) if !doubt => {
                match row::birth(link, table, sid, Origin::Client, random()?, deadline.left())? {
                    Birth::Placeholder(version) => version,
                    Birth::Existing(_) => return Err(Error::ChangedMeanwhile),
                }
            }
            _ => return Err(Error::ChangedMeanwhile),
        };
        match row::write(link, table, sid, view.base, locked, new)? {
            true => Ok(()),
            false => Err(Error::ChangedMeanwhile),
        }
    }

    /// The data is what was read: move the expiry where that is due. The lock goes with close
    /// otherwise, and never needs an answer: nothing can be lost with it.
    fn touch(&mut self, view: &mut View, lifetime: Lifetime) -> Result<()> {
        let (Base::Live(version), Some(row)) = (view.base, &view.row) else {
            return Ok(());
        };
        let (full, last) = (row.server_now() + lifetime.seconds, row.last_end(lifetime.absolute));
        let due = full.min(last);
        // An expiry at the absolute end stays there, even where each use is to be noted.
        let settled = due == row.expires_at && last <= full;
        if settled || due.abs_diff(row.expires_at) < self.config.touch_interval {
            return Ok(());
        }
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        let touched = match mem::replace(&mut view.hold, Hold::Free) {
            // Whoever holds the lock touches the session as well.
            hold @ (Hold::Denied | Hold::Inherited(_)) => {
                view.hold = hold;
                return Ok(());
            }
            Hold::Leased(owner) => Some(self.touch_leased(&view.sid, owner, version, lifetime)),
            Hold::Locked(kept, _) => kept
                .take()
                .map(|mut link| row::touch(&mut link, table, &view.sid, version, lifetime))
                .filter(|outcome| !matches!(outcome, Err(cause) if cause.is_read_only())),
            Hold::Free | Hold::Searched(_) => None,
        };
        match touched {
            None => {}
            Some(Err(cause)) if cause.lost_transaction() => {}
            Some(outcome) => {
                outcome.map_err(|cause| self.write_blocked(cause))?;
                Counters::add(&self.pool.counters().touches, 1);
                return Ok(());
            }
        }
        // Where the row has changed or gone meanwhile, somebody else has seen to its expiry.
        self.pool.finish(wait, |link| plain::touch(link, table, &view.sid, version, lifetime))?;
        Counters::add(&self.pool.counters().touches, 1);
        Ok(())
    }
}

/// How a statement was lost, where it may have happened all the same: where the connection ended without
/// an answer. A server that answers with an error has not done it.
pub(super) fn doubt(cause: Error) -> Option<Error> {
    matches!(cause, Error::Gone(_)).then_some(cause)
}

/// What a failure means after that: only what is known is said.
pub(super) fn in_doubt(doubt: Option<Error>, then: Error) -> Error {
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
pub(super) fn random() -> Result<u64> {
    random_bytes().map(u64::from_ne_bytes)
}
