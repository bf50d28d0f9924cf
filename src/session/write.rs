//! How a session is written or touched, and what is held of it given up with that: on the connection, or with the lease, that others wait
//! for, or without one; and what is done when it is lost.

use super::database::{Database, compare, doubt, random_version};
use super::lifetime;
use super::merging::{Data, Merging, Outcome, Together};
use super::state::{EMPTY, Ground, Hold, View};
use crate::codec::{Codec, Place};
use crate::config::LockMode;
use crate::counters::Counters;
use crate::db::{Link, Owner, PooledLink};
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::store::Base;
use crate::store::Write;
use crate::store::label::{self, Handle};
use crate::store::row::{self, Birth, Origin};
use crate::store::{Lifetime, lease, plain};

/// What came of a write on what was held, or on what nobody held.
enum Sent {
    Done,
    /// That is lost, and the lease was ours by this name; a write whose answer was lost may have happened all the same.
    Lost(Option<Owner>, Option<Error>),
}

impl Database {
    /// Stores new data. Whatever comes of it, the lock is given up. Where it was merged with another request's, returns the conflicts, for
    /// people.
    pub fn replace(&self, view: &mut View, data: Data<'_>, lifetime: Lifetime) -> Result<Option<String>> {
        match view.hold {
            _ if view.base == Base::GivenUp => {
                self.give_up(view);
                return Err(Error::GivenUp);
            }
            Hold::ReadOnly => return Err(Error::ReadWithoutLock),
            Hold::Parents(parent) => return Err(Error::Forked(parent)),
            _ => {}
        }
        let known = match self.merge_known(view, data) {
            Err(refused @ Error::MergeConflict(_)) => {
                self.keep_known(view, data, lifetime)?;
                return Err(refused);
            }
            known => known?,
        };
        self.store(view, data, known, lifetime)
    }

    fn store(
        &self,
        view: &mut View,
        data: Data<'_>,
        known: Option<Together>,
        lifetime: Lifetime,
    ) -> Result<Option<String>> {
        let bytes = known.as_ref().map_or(data.bytes, |known| &known.bytes);
        if matches!(view.base, Base::Nothing) && EMPTY.contains(&bytes) && known.is_some() {
            return Ok(None);
        }
        let labels = view.labels.clone();
        let version = random_version()?;
        let place = Place { sid: &view.sid.clone(), version };
        let stored = Codec::of(&self.config)?.encode(place, bytes)?;
        let new = Write {
            codec: stored.codec,
            data: &stored.data,
            version,
            lifetime,
            label: labels.to_write(|| random_bytes().map(Handle))?,
        };
        let outcome = self.write_or_settle(view, data, known.as_ref(), &new)?;
        let together = outcome.together.or(known);
        self.count(|counters| &counters.writes);
        if !matches!(outcome.base, Base::Live(_)) {
            self.count(|counters| &counters.births);
            lifetime::born(&self.seen, view);
        }
        view.base = Base::Live(version);
        view.labels.written(outcome.handle);
        view.own_lifetime.written(outcome.own_lifetime);
        Ok(self.remember(view, data, together))
    }

    /// Of a session that was taken over from another id, which is gone, and is not yet stored under this one: what is refused is this
    /// request's change, and what others have stored is not lost with it.
    fn keep_known(&self, view: &mut View, data: Data<'_>, lifetime: Lifetime) -> Result<()> {
        let ground = view.ground.clone();
        if let (Some(Ground { merged: Some(bytes), .. }), Base::Nothing) = (&ground, view.base) {
            view.labels.forget_pending();
            view.own_lifetime.forget_pending();
            let lifetime = lifetime::with_own(lifetime, view);
            self.store(view, Data { bytes, ..data }, None, lifetime)?;
            view.ground = ground;
        }
        Ok(())
    }

    fn write_without_lock(&self, view: &View, new: &Write<'_>) -> Result<()> {
        if self.finish(|link| plain::replace(link, self.table(), &view.sid, view.base, new))? {
            return Ok(());
        }
        let found = plain::read(&mut *self.link()?, self.table(), &view.sid)?;
        let is_mark = found.is_some_and(|row| row.mark().is_some());
        // A mark may be gone again by now.
        Err(if is_mark || new.label.needs().is_none() { Error::GivenUp } else { Error::SignedOut })
    }

    /// Writes what is new with what is held, or with that taken again where it is lost, or without it, as the lock mode says.
    pub fn write_or_settle(
        &self,
        view: &mut View,
        mine: Data<'_>,
        known: Option<&Together>,
        new: &Write<'_>,
    ) -> Result<Outcome> {
        if let Sent::Lost(owner, doubt) = self.write_with_hold(view, new)? {
            match self.config.lock {
                LockMode::Row => self.lock_and_write(view, new, doubt)?,
                LockMode::Lease => self.lease_and_write(view, owner, new, doubt)?,
                LockMode::None => self.write_without_lock(view, new)?,
                LockMode::Merge => return self.merge_and_write(&Merging { view, mine, known, new }, doubt),
            }
        }
        Ok(Outcome::of(view, new))
    }

    /// What a write leaves for the next one, and for the counters and the log.
    fn remember(&self, view: &mut View, data: Data<'_>, together: Option<Together>) -> Option<String> {
        let row = view.row.take();
        if self.config.lock != LockMode::Merge {
            return None;
        }
        // The memory is there already.
        let mut own = row.map_or(Vec::new(), |row| row.data);
        own.clear();
        own.extend_from_slice(data.bytes);
        let conflicts = together.as_ref().and_then(|together| {
            self.count(|counters| &counters.merges);
            Counters::add(&self.pool.counters.merge_conflicts, together.conflicts as u64);
            together.words()
        });
        let merged = together.map(|together| together.bytes).filter(|bytes| *bytes != data.bytes);
        view.ground = Some(Ground { data: own, merged });
        conflicts
    }

    /// Writes on the connection that holds the row lock, or with the lease, which end with it, or in merge mode what nobody has changed.
    fn write_with_hold(&self, view: &mut View, new: &Write<'_>) -> Result<Sent> {
        let (deadline, sid, base) = (self.deadline(), &view.sid, view.base);
        let written = match &view.hold {
            Hold::Locked(kept, locked) => kept.with(|link| match link.is_dead() {
                // Nothing was sent, so there is no doubt.
                true => Ok(false),
                false => self.heard(link, |link| row::write(link, self.table(), sid, base, *locked, new)),
            }),
            Hold::Leased(owner) => {
                self.pool.keeper.drop_lease(*owner);
                Some(self.on_fresh_link(|link| lease::write(link, &self.lease_place(sid, *owner), base, new)))
            }
            Hold::Free if self.config.lock == LockMode::Merge => {
                Some(self.on_fresh_link(|link| plain::write(link, self.table(), sid, base, new)))
            }
            _ => None,
        };
        let (link, owner) = view.hold.take();
        if let Some(mut link) = link {
            // The row is still locked where nothing was sent.
            link.release();
        }
        let doubt = match written.unwrap_or(Ok(false)) {
            Ok(true) => return Ok(Sent::Done),
            Ok(false) => None,
            // It has waited for its label's row, or for a request that holds the session, and holds nothing itself.
            Err(Error::LockTimeout { .. }) if !deadline.is_over() => None,
            // It has not happened where the server takes no writes, and another one may, or this one again.
            Err(cause) if cause.lost_transaction() || cause.is_read_only() => doubt(cause),
            Err(Error::Server { code: 1062, .. }) => None,
            Err(cause) => {
                let has_answered = matches!(cause, Error::TooLarge { .. } | Error::Server { .. });
                match owner {
                    Some(owner) if has_answered => self.end_lease(&view.sid, owner, base == Base::Nothing),
                    Some(owner) => self.pool.keeper.owe(&view.sid, owner, base == Base::Nothing),
                    None => {}
                }
                return Err(match cause {
                    Error::Stalled(_) => Error::Unsettled(cause.to_string()),
                    // Who merges holds nothing, and may have waited for a request that does.
                    Error::LockTimeout { .. } if self.config.lock == LockMode::Merge => self.with_seconds(cause),
                    cause => self.write_blocked(cause),
                });
            }
        };
        Ok(Sent::Lost(owner, doubt))
    }

    /// Runs a statement that is not run again where its answer is lost. Nothing is sent on a connection that the server has closed.
    fn on_fresh_link<T>(&self, run: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        let mut link = self.link()?;
        if link.is_dead() {
            self.pool.reopen(&mut link, self.config.lock_wait)?;
        }
        self.heard(&mut link, |link| run(link))
    }

    /// Locks the row again and writes: see [`Database::settle`].
    pub fn lock_and_write(&self, view: &View, new: &Write<'_>, doubt: Option<Error>) -> Result<()> {
        let (table, sid) = (self.table(), &view.sid);
        self.settle(doubt, |link, deadline, doubt| {
            let outcome = deadline.patiently(|| {
                let found = self
                    .until(deadline, link, |link| row::lock(link, table, sid, deadline.left()))
                    .map_err(|cause| self.name_holder(link, sid, cause))?;
                let locked = match compare(found.as_ref(), view.base, new.version, doubt.is_some())? {
                    None => return Ok(()),
                    Some(Base::Live(version) | Base::Expired(version)) => version,
                    Some(_) => {
                        match row::birth(link, table, sid, Origin::Client, random_version()?, deadline.left())? {
                            Birth::Placeholder(version) => version,
                            Birth::Existing(_) => return Err(Error::ChangedMeanwhile),
                        }
                    }
                };
                let written = row::write(link, table, sid, view.base, locked, new)?;
                if written { Ok(()) } else { Err(Error::ChangedMeanwhile) }
            });
            link.release();
            outcome
        })
    }

    /// Leases the session again and writes: see [`Database::settle`]. Taking the lease over from ourselves proves that a write whose answer
    /// was lost has not landed and never will.
    fn lease_and_write(&self, view: &View, lost: Option<Owner>, new: &Write<'_>, doubt: Option<Error>) -> Result<()> {
        let sid = &view.sid;
        // By which names the lease may be ours.
        let mut lost = Vec::from_iter(lost);
        let outcome = self.settle(doubt, |link, deadline, doubt| {
            let owner = Owner(random_bytes()?);
            let mut write = || {
                for name in &lost {
                    if self.take_over(link, sid, *name, owner)? {
                        *doubt = None;
                        break;
                    }
                }
                lost.clear();
                let found = self.wait_for_lease(link, sid, owner, deadline)?;
                let Some(base) = compare(found.as_ref(), view.base, new.version, doubt.is_some())? else {
                    return Ok(());
                };
                let written = lease::write(link, &self.lease_place(sid, owner), base, new)?;
                if written { Ok(()) } else { Err(Error::ChangedMeanwhile) }
            };
            let outcome = write();
            // In doubt the lease is taken over at the next attempt.
            match outcome {
                Err(Error::Gone(_)) => lost.push(owner),
                _ => self.give_back(link, sid, owner, false),
            }
            outcome
        });
        outcome.inspect_err(|_| {
            for name in lost {
                self.pool.keeper.owe(sid, name, view.base == Base::Nothing);
            }
        })
    }

    /// The data is what was read: moves the expiry where that is due, which frees the lock. Otherwise that is left to close.
    pub fn touch(&self, view: &mut View, lifetime: Lifetime) -> Result<()> {
        let (Base::Live(version), Some(row)) = (view.base, &view.row) else {
            return Ok(());
        };
        // Whoever holds the lock touches the session as well.
        if matches!(view.hold, Hold::ReadOnly | Hold::Parents(_)) {
            return Ok(());
        }
        let (full, last) = (row.server_now() + lifetime.seconds(), row.last_end(lifetime.absolute));
        let due = full.min(last);
        // An expiry at the absolute end stays there, even where each use is to be noted.
        let settled = due == row.expires_at && last <= full;
        if settled || due.abs_diff(row.expires_at) < self.config.touch_interval {
            return Ok(());
        }
        let (table, sid) = (self.table(), &view.sid);
        let touched = match view.hold.take() {
            (Some(mut link), _) => Some(row::touch(&mut link, table, sid, version, lifetime)),
            (None, Some(owner)) => {
                self.pool.keeper.drop_lease(owner);
                let touched = self.finish(|link| lease::touch(link, &self.lease_place(sid, owner), version, lifetime));
                Some(touched.inspect_err(|_| self.pool.keeper.owe(sid, owner, false)))
            }
            (None, None) => None,
        };
        match touched {
            Some(Err(cause)) if !cause.lost_transaction() && !cause.is_read_only() => {
                return Err(self.write_blocked(cause));
            }
            Some(Ok(_)) => {}
            // Where the row has changed or gone meanwhile, somebody else has seen to its expiry.
            _ => drop(self.finish(|link| plain::touch(link, table, sid, version, lifetime))?),
        }
        self.count(|counters| &counters.touches);
        Ok(())
    }

    /// Says why a write was refused that found another row than it had read, or none: where the session's label is
    /// gone as well, it was signed out.
    pub fn signed_out(&self, view: &View, cause: Error) -> Error {
        let (Error::ChangedMeanwhile, Some(handle)) = (&cause, view.labels.handle) else {
            return cause;
        };
        let read = |link: &mut PooledLink| self.first(link, |link| label::read(link, self.table(), handle));
        match self.link().and_then(|mut link| read(&mut link)) {
            Ok(None) => Error::SignedOut,
            _ => cause,
        }
    }

    /// Gives up the lease, or hands out the connection that holds something or has found nothing.
    pub fn release(&self, view: &mut View) -> Option<PooledLink> {
        if view.base == Base::Nothing && view.is_held() {
            self.count(|counters| &counters.empty_births);
        }
        let (link, owner) = view.hold.take();
        if let Some(owner) = owner {
            self.end_lease(&view.sid, owner, view.base == Base::Nothing);
        }
        link
    }

    /// The same, and ends the transaction of that connection, which goes back to the pool.
    pub fn give_up(&self, view: &mut View) {
        if let Some(mut link) = self.release(view) {
            link.release();
        }
    }
}
