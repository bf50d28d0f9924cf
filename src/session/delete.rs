//! How sessions end: one by name, or those that have expired.

use std::mem;
use std::thread;
use std::time::Instant;

use super::write::{self, random};
use super::{Ending, Hold, Session, State, give_up};
use crate::config::{Config, LockMode};
use crate::counters::Counters;
use crate::error::{Error, Failure, Result};
use crate::link::Link;
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::slots::PooledLink;
use crate::store::mark::End;
use crate::store::row::{self, Base};
use crate::store::{self, gc, plain};

/// Rows that session_gc() deletes at a time, at most. A request that comes meanwhile waits for a processor as long as a batch takes:
/// with 1000 rows, on two processors, the slowest percent of the requests took eight times as long as without gc, with 100 four times, with
/// 10 not quite twice; a hundred thousand rows then took 13 seconds.
const GENTLE_BATCH: u64 = 10;

impl Session {
    /// Ends a session, held or not, known or not. What it leaves is told by [`Session::end_of`].
    ///
    /// # Errors
    /// When it may still be there.
    pub fn destroy(&mut self, id: &[u8], ending: Ending) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.failure("destroy", None, cause))?;
        self.leave_parents_session();
        self.end(&sid, id, ending).map_err(|cause| {
            let cause = self.with_seconds(cause);
            self.failure("destroy", Some(&sid), cause)
        })
    }

    fn end(&mut self, sid: &SessionId, id: &[u8], ending: Ending) -> Result<()> {
        self.ensure_not_parents(sid)?;
        let (table, wait) = (self.config.server.table.clone(), self.config.lock_wait);
        let ours = match &self.state {
            State::Open(view) => view.sid == *sid,
            State::Unreadable(refused, _) => refused == sid,
            State::Idle => false,
        };
        let mut newborn = false;
        if ours && let State::Open(mut view) = mem::replace(&mut self.state, State::Idle) {
            self.parted = mem::take(&mut view.labels);
            if view.base == Base::GivenUp {
                // Its mark says all that there is to say.
                self.give_up_hold(&mut view);
                return Ok(());
            }
            newborn = view.base == Base::Nothing;
            let alive = matches!(view.base, Base::Live(_));
            let end = self.end_of(ending, id, newborn, alive);
            match (view.hold, view.base) {
                (Hold::Leased(owner), Base::Nothing) if end == End::Delete => {
                    self.end_lease(sid, owner, true);
                    return Ok(());
                }
                (Hold::Leased(owner), _) => return self.destroy_leased(sid, Some(owner), end),
                (Hold::Locked(kept, version), _) => {
                    let link = kept.take().and_then(PooledLink::alive);
                    if newborn && end == End::Delete {
                        // Where the rollback fails, somebody may have stored the session since.
                        if link.is_some_and(|mut link| link.rollback().is_ok()) {
                            return Ok(());
                        }
                    } else if let Some(mut link) = link {
                        match row::destroy(&mut link, &table, sid, end) {
                            Err(cause @ Error::Gone(_)) => {
                                return self.destroy_again(sid, end, version, cause);
                            }
                            // It did not happen, and a session that is to end may end whatever
                            // others have written meanwhile.
                            Err(cause) if cause.lost_transaction() || cause.is_read_only() => {}
                            outcome => return outcome,
                        }
                    }
                }
                (Hold::Searched(link), _) => {
                    give_up(link);
                }
                _ => {}
            }
        }
        self.past.retain(|(past, _)| past != sid);
        let end = self.end_of(ending, id, newborn, false);
        if self.config.server.lock == LockMode::Lease {
            return self.destroy_leased(sid, None, end);
        }
        let version = random()?;
        self.pool
            .finish(wait, |link| plain::destroy(link, &table, sid, end, version))
    }

    /// After an end whose answer was lost: it is done where the row is gone, or still is what we held.
    /// Another row may be a new session of that id, which is not ours to end.
    fn destroy_again(&self, sid: &SessionId, end: End, version: u64, lost: Error) -> Result<()> {
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        match self.pool.finish(wait, |link| {
            plain::destroy_version(link, table, sid, end, version)
        }) {
            Ok(true) => Ok(()),
            Ok(false) => Err(write::in_doubt(Some(lost), Error::ChangedMeanwhile)),
            Err(cause) => Err(write::in_doubt(Some(lost), cause)),
        }
    }

    /// Deletes expired sessions: one batch, or all. Returns how many.
    ///
    /// It runs inside session_start() while the session's own connection holds its row, so it takes
    /// another one; one batch is skipped where no connection is free.
    ///
    /// # Errors
    /// As the server says.
    pub fn gc(&mut self, all: bool) -> Result<u64, Failure> {
        self.leave_parents_session();
        let collected = self
            .collect(all)
            .map_err(|cause| self.with_seconds(cause))
            .map_err(|cause| self.failure("collect expired sessions", None, cause))?;
        Counters::add(&self.pool.counters.collected_rows, collected);
        Ok(collected)
    }

    fn collect(&self, all: bool) -> Result<u64> {
        let Config {
            server,
            lock_wait,
            gc_batch,
            ..
        } = &*self.config;
        let mut link = if all {
            self.pool.get(*lock_wait)?
        } else {
            match self.pool.spare(*lock_wait) {
                None | Some(Err(Error::RolledBack { .. })) => return Ok(0),
                Some(link) => link?,
            }
        };
        let leases = server.lock == LockMode::Lease;
        let rows = if all {
            (*gc_batch).min(GENTLE_BATCH)
        } else {
            *gc_batch
        };
        let mut collected = 0;
        let mut conflicts = 0;
        let mut after = None;
        loop {
            let began = Instant::now();
            match self.pool.first(&mut link, *lock_wait, |link| {
                if leases {
                    gc::collect_with_leases(link, &server.table, rows, after.as_ref())
                } else {
                    gc::collect(link, &server.table, rows, after.as_ref())
                }
            }) {
                Ok(batch) => {
                    collected += batch.deleted;
                    after = batch.last;
                    if !all || after.is_none() {
                        if link.has_tickets {
                            self.in_batches(&mut link, all, rows, store::ticket::collect)?;
                        }
                        if link.has_labels {
                            self.in_batches(&mut link, all, rows, store::label::sweep)?;
                        }
                        if leases {
                            self.in_batches(&mut link, all, *gc_batch, gc::collect_leases)?;
                        }
                        if leases && all {
                            self.sweep_leases(&mut link)?;
                        }
                        return Ok(collected);
                    }
                    rest(began);
                }
                // Another collector was there first; one batch leaves the rest to it.
                Err(Error::RolledBack { .. }) if !all => return Ok(0),
                Err(Error::RolledBack { .. }) if conflicts < 10 => conflicts += 1,
                Err(cause) => return Err(cause),
            }
        }
    }

    /// Runs a part of gc that tells how many rows it has dealt with: once, or until there is no full batch left.
    fn in_batches(
        &self,
        link: &mut PooledLink,
        all: bool,
        batch: u64,
        collect: fn(&mut Link, &str, u64) -> Result<u64>,
    ) -> Result<()> {
        let table = &self.config.server.table;
        loop {
            let began = Instant::now();
            let done = self.pool.first(link, self.config.lock_wait, |link| {
                collect(link, table, batch)
            })?;
            if !all || done < batch {
                return Ok(());
            }
            rest(began);
        }
    }

    /// Deletes leases whose sessions somebody else has deleted. There are hardly any, and to look for them is to read the sessions' table:
    /// it begins at a random place, looks at a batch, and goes on, once around the table, as long as it finds many.
    fn sweep_leases(&self, link: &mut PooledLink) -> Result<()> {
        /// One in so many.
        const MANY: u64 = 10;
        let (table, batch) = (&self.config.server.table, self.config.gc_batch);
        let start: [u8; 32] = random_bytes()?;
        let (mut after, mut around) = (start.to_vec(), false);
        let (mut looked_at, mut deleted) = (0, 0);
        loop {
            let began = Instant::now();
            let swept = self.pool.first(link, self.config.lock_wait, |link| {
                gc::sweep_leases(link, table, &after, batch)
            })?;
            looked_at += swept.looked_at;
            deleted += swept.deleted;
            match swept.last {
                Some(last) if !around || *last < start[..] => after = last,
                None if !around => (after, around) = (Vec::new(), true),
                _ => return Ok(()),
            }
            if looked_at >= batch {
                if deleted * MANY < looked_at {
                    return Ok(());
                }
                (looked_at, deleted) = (0, 0);
            }
            rest(began);
        }
    }
}

/// Half of the server's time is for the requests that run while session_gc() does.
fn rest(began: Instant) {
    thread::sleep(began.elapsed());
}
