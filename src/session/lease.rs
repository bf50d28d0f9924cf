//! `rustdb.lock=lease`: how a session is leased, waited for, and written with its lease.

use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt as _;

use super::write::{doubt, in_doubt, random};
use super::{Hold, Session, View};
use crate::config::LockFailure;
use crate::counters::Counters;
use crate::db::{Cluster, Link, Owner, PooledLink};
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::store::lease::{self, Place};
use crate::store::mark::End;
use crate::store::{Base, Lifetime, Row, Write, plain};

/// The first pause of a waiting request: about as long as a short request holds its session.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// The longest pause. A hundred waiting requests then ask 6,700 times a second, each a read of one row by
/// its primary key; and with that many of them a session changes hands within a millisecond.
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

impl Session {
    /// Leases a session, waiting until the deadline. With `birth`, one that does not exist is leased
    /// too; without, its lease is given back at once.
    pub(super) fn lease(&self, mut link: PooledLink, sid: &SessionId, birth: bool, began: Instant) -> Result<View> {
        let deadline = began + Duration::from_secs(self.config.lock_wait);
        let owner = Owner(random_bytes()?);
        match self.wait_for_lease(&mut link, sid, owner, deadline) {
            Ok(row) if row.is_some() || birth => Ok(View::of(sid, row, Hold::Leased(owner))),
            Ok(_) => {
                self.give_back(&mut link, sid, owner, true);
                Ok(View::of(sid, None, Hold::Searched(link)))
            }
            Err(Error::LockTimeout { .. }) if self.config.lock_failure == LockFailure::ReadOnly => {
                Counters::add(&self.pool.counters().lock_timeouts, 1);
                let row = plain::read_causal(&mut link, &self.config.server.table, sid)?;
                Ok(View::of(sid, row, Hold::Denied))
            }
            // A frozen server takes the lease when it wakes up, whatever another one is asked now.
            Err(cause @ Error::Stalled(_)) => {
                self.owe(sid, owner, true);
                self.pool.fell_silent(&link);
                Err(cause)
            }
            Err(cause) => {
                // The statement that failed may have taken the lease all the same.
                self.give_back(&mut link, sid, owner, false);
                Err(cause)
            }
        }
    }

    /// Takes the lease as soon as it is free, hands it to the keeper, and returns the row.
    fn wait_for_lease(
        &self,
        link: &mut PooledLink,
        sid: &SessionId,
        owner: Owner,
        deadline: Instant,
    ) -> Result<Option<Row>> {
        let wait = self.config.lock_wait;
        let place = self.place(sid, owner);
        let mut pause = FIRST_PAUSE;
        let mut replaced = false;
        loop {
            let since = Instant::now();
            match lease::acquire(link, &place) {
                Ok(Some(row)) => {
                    self.pool.keeper.keep_lease(sid, owner, since)?;
                    // On this node the session may not have arrived yet.
                    return match row {
                        None if link.cluster != Cluster::No => {
                            self.pool.first(link, wait, |link| plain::read_causal(link, place.table, sid))
                        }
                        row => Ok(row),
                    };
                }
                Ok(None) if self.take_over_own(link, sid, owner)? => continue,
                Ok(None) => {}
                Err(cause) if !replaced && cause.outdated_connection() => {
                    replaced = true;
                    Counters::add(&self.pool.counters().retries, 1);
                    self.pool.reopen(link, wait)?;
                    continue;
                }
                Err(cause) if is_conflict(&cause) => Counters::add(&self.pool.counters().retries, 1),
                Err(cause) => return Err(cause),
            }
            // Looking makes no write set; on a cluster it spares most of the conflicts.
            loop {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(Error::LockTimeout { seconds: wait, holder: lease::holder(link, &place) });
                }
                thread::sleep(pause.mul_f64(rand::rng().random_range(0.5..1.0)).min(left));
                pause = (pause * 2).min(LONGEST_PAUSE);
                match lease::looks_free(link, &place) {
                    Ok(true) => break,
                    Ok(false) => {}
                    Err(cause) if !replaced && cause.outdated_connection() => {
                        replaced = true;
                        self.pool.reopen(link, wait)?;
                    }
                    Err(cause) if is_conflict(&cause) => {}
                    Err(cause) => return Err(cause),
                }
            }
        }
    }

    /// Takes over a lease of this session that this process could not give back. False where there is none.
    fn take_over_own(&self, link: &mut PooledLink, sid: &SessionId, owner: Owner) -> Result<bool> {
        for left in self.pool.keeper.owed(sid) {
            match self.take_over(link, sid, left, owner) {
                Ok(true) => {
                    self.pool.keeper.settled(left);
                    return Ok(true);
                }
                Ok(false) => {}
                Err(cause) if is_conflict(&cause) => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(false)
    }

    fn take_over(&self, link: &mut PooledLink, sid: &SessionId, from: Owner, to: Owner) -> Result<bool> {
        let place = self.place(sid, from);
        self.pool.first(link, self.config.lock_wait, |link| lease::take_over(link, &place, to))
    }

    /// Writes with the lease, which ends with it. Where the lease was lost, or the answer, the session is
    /// leased again, and written only where nobody else has.
    pub(super) fn write_leased(&self, view: &View, owner: Owner, new: &Write<'_>) -> Result<()> {
        self.pool.keeper.drop_lease(owner);
        let wait = self.config.lock_wait;
        let place = self.place(&view.sid, owner);
        let newborn = view.base == Base::Nothing;
        let revived = self.pool.get(wait).and_then(|mut link| {
            if link.is_dead() {
                self.pool.reopen(&mut link, wait)?;
            }
            Ok(link)
        });
        let mut link = match revived {
            Ok(link) => link,
            Err(cause) if cause.is_read_only() => {
                return self.lease_again(view, owner, new, None);
            }
            Err(cause) => {
                self.owe(&view.sid, owner, newborn);
                return Err(cause);
            }
        };
        match lease::write(&mut link, &place, view.base, new) {
            Ok(true) => Ok(()),
            Ok(false) => self.lease_again(view, owner, new, None),
            Err(cause) if cause.lost_transaction() || is_conflict(&cause) || cause.is_read_only() => {
                drop(link);
                self.lease_again(view, owner, new, doubt(cause))
            }
            Err(cause @ Error::Stalled(_)) => {
                self.owe(&view.sid, owner, newborn);
                self.pool.fell_silent(&link);
                Err(Error::Unsettled(cause.to_string()))
            }
            Err(cause) => {
                self.give_back(&mut link, &view.sid, owner, newborn);
                Err(cause)
            }
        }
    }

    /// Leases the session once more, compares with what this request read, and writes. It settles a
    /// write whose answer was lost, too (`doubt` is how): taking the lease over from ourselves proves
    /// that it has not landed and never will, and its version that it has.
    fn lease_again(&self, view: &View, lost: Owner, new: &Write<'_>, mut doubt: Option<Error>) -> Result<()> {
        let wait = self.config.lock_wait;
        let deadline = Instant::now() + Duration::from_secs(wait);
        let mut attempts = 0;
        let mut patience = self.pool.patience();
        // By which names the lease may be ours.
        let mut lost = vec![lost];
        loop {
            attempts += 1;
            let owner = Owner(random_bytes()?);
            let outcome = self.pool.get(wait).and_then(|mut link| {
                let mut taken = Ok(false);
                for lost in &lost {
                    if taken == Ok(false) {
                        taken = self.take_over(&mut link, &view.sid, *lost, owner);
                    }
                }
                if taken.is_ok() {
                    lost.clear();
                }
                let outcome = taken
                    .and_then(|taken| {
                        if taken {
                            doubt = None;
                        }
                        self.wait_for_lease(&mut link, &view.sid, owner, deadline)
                    })
                    .and_then(|found| self.compare_leased(&mut link, view, owner, found, new, doubt.is_some()));
                // In doubt the lease is taken over at the next attempt.
                match outcome {
                    Err(Error::Gone(_)) => lost.push(owner),
                    _ => self.give_back(&mut link, &view.sid, owner, false),
                }
                outcome
            });
            match outcome {
                Ok(()) => return Ok(()),
                Err(cause)
                    if (cause.lost_transaction() || is_conflict(&cause))
                        && attempts < 5
                        && Instant::now() < deadline =>
                {
                    Counters::add(&self.pool.counters().retries, 1);
                    doubt = doubt.or(self::doubt(cause));
                }
                Err(cause) if patience.bears(&cause) => {}
                Err(cause) => {
                    let newborn = view.base == Base::Nothing;
                    for lost in lost {
                        self.owe(&view.sid, lost, newborn);
                    }
                    return Err(in_doubt(doubt, cause));
                }
            }
        }
    }

    fn compare_leased(
        &self,
        link: &mut Link,
        view: &View,
        owner: Owner,
        found: Option<Row>,
        new: &Write<'_>,
        doubt: bool,
    ) -> Result<()> {
        let base = match (found, view.base) {
            (Some(row), _) if row.version == new.version => return Ok(()),
            (Some(row), Base::Live(read) | Base::Expired(read)) if row.version == read => view.base,
            (Some(row), _) if row.mark().is_some() => return Err(Error::GivenUp),
            // In doubt, our row may have been there and was destroyed.
            (None, Base::Nothing | Base::Expired(_)) if !doubt => Base::Nothing,
            _ => return Err(Error::ChangedMeanwhile),
        };
        match lease::write(link, &self.place(&view.sid, owner), base, new)? {
            true => Ok(()),
            false => Err(Error::ChangedMeanwhile),
        }
    }

    /// Moves the expiry and ends the lease; false where the lease was not ours any more.
    pub(super) fn touch_leased(&self, sid: &SessionId, owner: Owner, version: u64, lifetime: Lifetime) -> Result<bool> {
        self.pool.keeper.drop_lease(owner);
        let (wait, place) = (self.config.lock_wait, self.place(sid, owner));
        self.pool
            .finish(wait, |link| lease::touch(link, &place, version, lifetime))
            .inspect_err(|_| self.owe(sid, owner, false))
    }

    /// Ends the session, with its lease or without.
    pub(super) fn destroy_leased(&self, sid: &SessionId, owner: Option<Owner>, end: End) -> Result<()> {
        let (owner, held) = match owner {
            Some(owner) => (owner, true),
            None => (Owner(random_bytes()?), false),
        };
        self.pool.keeper.drop_lease(owner);
        let (wait, place) = (self.config.lock_wait, self.place(sid, owner));
        let version = random()?;
        self.pool.finish(wait, |link| lease::destroy(link, &place, end, version)).inspect_err(|_| {
            if held {
                self.owe(sid, owner, true);
            }
        })
    }

    /// Ends a lease that was not used to write. A failure is silent: the keeper goes on with it.
    pub(super) fn end_lease(&self, sid: &SessionId, owner: Owner, forget: bool) {
        if let Ok(mut link) = self.pool.get(self.config.lock_wait) {
            self.give_back(&mut link, sid, owner, forget);
        } else {
            self.owe(sid, owner, forget);
        }
    }

    fn give_back(&self, link: &mut PooledLink, sid: &SessionId, owner: Owner, forget: bool) {
        self.pool.keeper.drop_lease(owner);
        let (wait, place) = (self.config.lock_wait, self.place(sid, owner));
        let outcome = self.pool.first(link, wait, |link| lease::release(link, &place, forget));
        if outcome.is_err() {
            self.owe(sid, owner, forget);
        }
    }

    fn owe(&self, sid: &SessionId, owner: Owner, forget: bool) {
        self.pool.keeper.owe(sid, owner, forget);
    }

    fn place<'a>(&'a self, sid: &'a SessionId, owner: Owner) -> Place<'a> {
        let server = &self.config.server;
        Place { table: &server.table, sid, owner, seconds: server.lease.as_secs() }
    }
}

/// Errors by which the nodes of a cluster, or two statements on one server, tell that only one of two
/// changes could be made. Nothing has happened then, and lease statements may simply be run again.
fn is_conflict(cause: &Error) -> bool {
    matches!(cause, Error::RolledBack { .. } | Error::LockTimeout { .. } | Error::Server { code: 1062, .. })
}
