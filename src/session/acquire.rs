//! How a session is found and locked, and how a child process lets go of its parent's.

use std::mem;
use std::time::Instant;

use super::marks::waited_for;
use super::write::random;
use super::{Hold, Intent, Known, Session, State, View, give_up};
use crate::codec::{Codec, keys};
use crate::config::{LockFailure, LockMode};
use crate::counters::{Counters, NOTICEABLE_WAIT};
use crate::db::{Cluster, Link, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::label::Labels;
use crate::sid::SessionId;
use crate::store::row::{self, Birth, Origin};
use crate::store::{Base, Row, holder, line, plain};

impl Session {
    /// Looks at a row without locking it: on the held connection, which is free to use, or another.
    pub(super) fn peek(&mut self, sid: &SessionId) -> Result<Option<Row>> {
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        if let State::Open(view) = &mut self.state {
            match &mut view.hold {
                Hold::Locked(kept, _) => {
                    if let Some(found) = kept.with(|link| plain::read(link, table, sid)) {
                        return found;
                    }
                }
                Hold::Searched(link) => return plain::read(link, table, sid),
                _ => {}
            }
        }
        let mut link = self.pool.get(wait)?;
        // On a cluster another node may have written it just now.
        self.pool.first(&mut link, wait, |link| plain::read_causal(link, table, sid))
    }

    /// Gives up what is held and makes a new view of `sid`. With `birth`, a session that does not
    /// exist is locked too.
    pub(super) fn acquire(&mut self, sid: &SessionId, intent: Intent, birth: bool) -> Result<()> {
        let began = Instant::now();
        let held = self.let_go();
        self.remember();
        self.waited.take();
        let found = match (self.parents(sid, intent), self.config.server.lock, intent) {
            (Some(found), ..) => found,
            (None, LockMode::Lease, Intent::Write) => self
                .pool
                .get(self.config.lock_wait)
                .and_then(|link| self.timed(|began| self.lease(link, sid, birth, began))),
            (None, LockMode::Row, Intent::Write) => {
                self.link_for_lock(held).and_then(|link| self.timed(|began| self.lock(link, sid, birth, began)))
            }
            _ => {
                if let Some(link) = held {
                    give_up(link);
                }
                self.peek(sid).map(|row| View::of(sid, row, Hold::Free))
            }
        };
        self.past.retain(|(past, _)| past != sid);
        match found.and_then(|view| self.admit(view, began)) {
            Ok(mut view) => {
                view.labels = match (&view.row, view.base) {
                    (Some(row), Base::Live(_) | Base::GivenUp) => Labels::of(row.handle, row.label.clone()),
                    _ => self.inherited.clone(),
                };
                self.state = State::Open(view);
                Ok(())
            }
            Err(cause) => {
                let cause = self.with_seconds(cause);
                self.state = State::Unreadable(sid.clone(), cause.clone());
                Err(cause)
            }
        }
    }

    /// Finds out what a row is to a request that has waited since `began`, makes of its data what PHP serialised, and gives up what is held
    /// where that cannot be, or nothing is to be kept from others.
    fn admit(&mut self, mut view: View, began: Instant) -> Result<View> {
        view.base = match &view.row {
            Some(row) => self.base_of(row, began),
            None => Base::Nothing,
        };
        let is_late = |row: &mut Row| !waited_for(row, began);
        if view.base == Base::GivenUp && view.row.take_if(is_late).is_some() {
            self.give_up_hold(&mut view);
        }
        let decoded = match (&mut view.row, view.base) {
            (Some(row), Base::Live(_) | Base::GivenUp) => self.decode(&view.sid, row),
            // Without its keys no write would be possible either.
            _ => Codec::of(&self.config).map(drop),
        };
        if let Err(cause) = decoded {
            self.give_up_hold(&mut view);
            return Err(cause);
        }
        self.met(&view);
        Ok(view)
    }

    fn decode(&self, sid: &SessionId, row: &mut Row) -> Result<()> {
        let (place, codec) = View::stored_as(sid, row);
        if row.mark().is_some() && row.data.is_empty() {
            return Ok(());
        }
        let key_file = &self.config.encryption_key_file;
        let mut decoded = Codec::of(&self.config)?.decode(place, codec, &mut row.data);
        if matches!(decoded, Err(Error::UnknownKey { .. })) && !key_file.is_empty() && keys::look_again(key_file) {
            // Another process has seen the new key file a moment earlier.
            decoded = Codec::of(&self.config)?.decode(place, codec, &mut row.data);
        }
        decoded
    }

    /// Locks or leases a session, in vain or not, and keeps and counts how long that takes.
    fn timed<T>(&self, acquire: impl FnOnce(Instant) -> T) -> T {
        let began = Instant::now();
        let outcome = acquire(began);
        let waited = began.elapsed();
        self.waited.set(waited);
        if waited > NOTICEABLE_WAIT {
            let counters = self.pool.counters();
            Counters::add(&counters.lock_waits, 1);
            Counters::add(&counters.lock_wait_us, waited.as_micros() as u64);
        }
        outcome
    }

    /// The connection to lock on: the one that was held before, or another.
    fn link_for_lock(&self, held: Option<PooledLink>) -> Result<PooledLink> {
        let wait = self.config.lock_wait;
        let mut link = match held {
            Some(link) => link,
            None => return self.pool.get(wait),
        };
        // A script may have changed lock_wait since.
        if self.pool.adapt(&mut link, wait).is_err() {
            self.pool.reopen(&mut link, wait)?;
        }
        Ok(link)
    }

    /// Locks the row, waiting until one deadline whatever happens meanwhile. PHP has seen no data
    /// yet, so a deadlock, a lost connection or the end of a slice is simply tried again.
    fn lock(&self, mut link: PooledLink, sid: &SessionId, birth: bool, began: Instant) -> Result<View> {
        let wait = self.config.lock_wait;
        let deadline = Deadline::since(began, wait);
        if link.cluster != Cluster::No {
            self.multi_writer.set(Some(link.cluster));
        }
        let mut replaced = false;
        loop {
            match deadline.patiently(|| self.try_lock(&mut link, sid, birth, &deadline)) {
                Ok((row, Some(locked))) => {
                    let kept = self.pool.keeper.keep_link(link)?;
                    return Ok(View::of(sid, row, Hold::Locked(kept, locked)));
                }
                Ok((row, None)) => return Ok(View::of(sid, row, Hold::Searched(link))),
                Err(Error::RolledBack { .. }) if !deadline.is_over() => {
                    self.pool.pause_after_conflict();
                }
                Err(cause) if !replaced && cause.outdated_connection() => {
                    replaced = true;
                    Counters::add(&self.pool.counters().retries, 1);
                    self.pool.reopen(&mut link, wait)?;
                }
                Err(Error::LockTimeout { .. }) if self.config.lock_failure == LockFailure::ReadOnly => {
                    Counters::add(&self.pool.counters().lock_timeouts, 1);
                    line::leave(&mut link, &self.config.server.table, sid);
                    let row = plain::read(&mut link, &self.config.server.table, sid)?;
                    return Ok(View::of(sid, row, Hold::Denied));
                }
                Err(cause) => {
                    if matches!(cause, Error::Stalled(_)) {
                        self.pool.fell_silent(&link);
                    }
                    line::leave(&mut link, &self.config.server.table, sid);
                    return Err(self.name_holder(&mut link, sid, cause));
                }
            }
        }
    }

    /// Adds to a wait that has ended who holds the row, as far as the server tells. Who does not wait at
    /// all (`rustdb.lock_wait=0`) does not want to wait for that either.
    pub(super) fn name_holder(&self, link: &mut Link, sid: &SessionId, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { seconds, .. } if self.config.lock_wait > 0 => {
                let maria = self.pool.server().is_some_and(|(_, info)| info.is_mariadb());
                let holder = holder::find(link, &self.config.server.table, sid, maria);
                Error::LockTimeout { seconds, holder }
            }
            other => other,
        }
    }

    /// The row as found, and the version of what is locked now: the row or a placeholder.
    fn try_lock(
        &self,
        link: &mut PooledLink,
        sid: &SessionId,
        birth: bool,
        deadline: &Deadline,
    ) -> Result<(Option<Row>, Option<u64>)> {
        let table = &self.config.server.table;
        let left = || deadline.left();
        if birth && self.own_id.as_ref() == Some(sid) {
            match row::birth(link, table, sid, Origin::Ours, random()?, left()) {
                Ok(Birth::Placeholder(version)) => return Ok((None, Some(version))),
                // ER_DUP_ENTRY: an id of ours that exists all the same is anyone's id.
                Ok(Birth::Existing(_)) | Err(Error::Server { code: 1062, .. }) => {}
                Err(cause) => return Err(cause),
            }
        }
        if let Some(row) = row::lock(link, table, sid, left())? {
            let version = row.version;
            return Ok((Some(row), Some(version)));
        }
        if !birth {
            return Ok((None, None));
        }
        match row::birth(link, table, sid, Origin::Client, random()?, left())? {
            Birth::Placeholder(version) => Ok((None, Some(version))),
            Birth::Existing(row) => {
                let version = row.version;
                Ok((Some(row), Some(version)))
            }
        }
    }

    /// Leaves the current id for another one, and keeps in mind what was known of it.
    pub(super) fn remember(&mut self) {
        /// More ids than a request has in its hands at a time.
        const MOST: usize = 64;
        let known = match mem::replace(&mut self.state, State::Idle) {
            State::Idle => return,
            State::Open(view) => (view.sid, Known::Base(view.base, view.labels)),
            State::Unreadable(sid, _) => (sid, Known::Unreadable),
        };
        self.past.retain(|(past, _)| *past != known.0);
        if self.past.len() == MOST {
            self.past.remove(0);
        }
        self.past.push(known);
    }

    /// Gives up the lease, or hands out the connection that holds or searched something.
    pub(super) fn let_go(&mut self) -> Option<PooledLink> {
        match mem::replace(&mut self.state, State::Idle) {
            State::Open(mut view) => {
                let held = self.release(&mut view);
                self.state = State::Open(view);
                held
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// The same for a view, and back with the connection.
    pub(super) fn give_up_hold(&self, view: &mut View) {
        if let Some(link) = self.release(view) {
            give_up(link);
        }
    }

    fn release(&self, view: &mut View) -> Option<PooledLink> {
        if view.base == Base::Nothing && matches!(view.hold, Hold::Locked(..) | Hold::Leased(_)) {
            Counters::add(&self.pool.counters().empty_births, 1);
        }
        match mem::replace(&mut view.hold, Hold::Free) {
            Hold::Locked(kept, _) => kept.take(),
            Hold::Searched(link) => Some(link),
            Hold::Leased(owner) => {
                self.end_lease(&view.sid, owner, view.base == Base::Nothing);
                None
            }
            other => {
                view.hold = other;
                None
            }
        }
    }
}
