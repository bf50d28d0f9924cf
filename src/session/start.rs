//! How a session is found, locked, and made what PHP serialised; and what is kept of it when the request turns to another id.

use std::mem;
use std::time::{Duration, Instant};

use super::database::Database;
use super::marks::{base_of, waited_for};
use super::state::{Found, Hold, Intent, Session, State, View};
use super::{forked, lifetime};
use crate::codec::{Codec, Place, keys};
use crate::config::{LockFailure, LockMode};
use crate::counters::{Counters, NOTICEABLE_WAIT};
use crate::db::{Cluster, PooledLink};
use crate::error::{Error, Result};
use crate::label::Labels;
use crate::lifetime::OwnLifetime;
use crate::sid::SessionId;
use crate::store::Base;
use crate::store::mark::MARK;
use crate::store::row::Origin;
use crate::store::{Row, plain};

impl Session {
    /// Looks at a row without locking it: on the held connection, which is free to use, or another.
    pub(super) fn look(&self, sid: &SessionId) -> Result<Option<Row>> {
        if let State::Open(View { hold: Hold::Locked(kept, _), .. }) = &self.state
            && let Some(found) = kept.with(|link| plain::read(link, self.db.table(), sid))
        {
            return found;
        }
        self.db.read(sid)
    }

    /// Gives up what is held and makes a new view of `sid`. With `birth`, a session that does not exist is locked too.
    pub(super) fn acquire(&mut self, sid: &SessionId, intent: Intent, birth: bool) -> Result<()> {
        let began = Instant::now();
        let held = self.let_go();
        self.set_aside();
        self.other_ids.retain(|other| !other.is_of(sid));
        self.waited = Duration::ZERO;
        let found = self.find(sid, intent, birth, held).map(|(row, hold)| View::new(sid, row, hold));
        match found.and_then(|view| self.db.interpret(view, began)) {
            Ok(mut view) => {
                (view.labels, view.own_lifetime, view.ground) = match (&view.row, view.base) {
                    (Some(row), Base::Live(_) | Base::GivenUp) => {
                        (Labels::of(row.handle, row.label.clone()), OwnLifetime::of(row.lifetime), None)
                    }
                    _ => self.inherited.of(sid),
                };
                self.state = State::Open(view);
                Ok(())
            }
            Err(cause) => {
                let cause = self.db.with_seconds(cause);
                self.state = State::Unreadable(sid.clone(), cause.clone());
                Err(cause)
            }
        }
    }

    /// Reads the row, locks or leases it as the intent and the directives say, and counts how long that takes.
    fn find(&mut self, sid: &SessionId, intent: Intent, birth: bool, held: Option<PooledLink>) -> Result<Found> {
        let (db, mode) = (&self.db, self.db.config.lock);
        let readonly = db.config.lock_failure == LockFailure::ReadOnly;
        if matches!(mode, LockMode::None | LockMode::Merge) || intent == Intent::ReadAndClose {
            if let Some(mut link) = held {
                link.release();
            }
            return Ok((db.read(sid)?, Hold::Free));
        }
        if let Some(parent) = forked::holding_parent(db.table(), sid) {
            return if readonly { Ok((db.read(sid)?, Hold::Parents(parent))) } else { Err(Error::Forked(parent)) };
        }
        let link = db.link_to_lock(held)?;
        if mode == LockMode::Row && link.cluster != Cluster::No {
            self.multi_writer = Some(link.cluster);
        }
        let began = Instant::now();
        let deadline = db.deadline();
        let found = if mode == LockMode::Lease {
            db.lease(link, sid, birth, deadline)
        } else {
            let origin = if self.own_id.as_ref() == Some(sid) { Origin::Ours } else { Origin::Client };
            db.lock(link, sid, birth.then_some(origin), deadline)
        };
        self.waited = began.elapsed();
        if self.waited > NOTICEABLE_WAIT {
            db.count(|counters| &counters.lock_waits);
            Counters::add(&db.pool.counters.lock_wait_us, self.waited.as_micros() as u64);
        }
        match found {
            Err(Error::LockTimeout { .. }) if readonly => {
                db.count(|counters| &counters.lock_timeouts);
                Ok((db.read(sid)?, Hold::ReadOnly))
            }
            found => found,
        }
    }

    /// Leaves the current id for another one, and keeps in mind what was known of it.
    pub(super) fn set_aside(&mut self) {
        /// More ids than a request has in its hands at a time.
        const MOST: usize = 64;
        let mut known = mem::replace(&mut self.state, State::Idle);
        match &mut known {
            State::Idle => return,
            State::Open(view) => {
                (view.hold, view.unread) = (Hold::Free, false);
                // Only a merge looks at the data again.
                view.row.take_if(|_| self.db.config.lock != LockMode::Merge);
                self.other_ids.retain(|other| !other.is_of(&view.sid));
            }
            State::Unreadable(sid, _) => self.other_ids.retain(|other| !other.is_of(sid)),
        }
        if self.other_ids.len() == MOST {
            self.other_ids.remove(0);
        }
        self.other_ids.push(known);
    }

    /// [`Database::release`] for the id that is open.
    pub(super) fn let_go(&mut self) -> Option<PooledLink> {
        match &mut self.state {
            State::Open(view) => self.db.release(view),
            _ => None,
        }
    }
}

impl Database {
    /// The connection to lock on: the one that was held before, or another.
    fn link_to_lock(&self, held: Option<PooledLink>) -> Result<PooledLink> {
        let Some(mut link) = held else {
            return self.link();
        };
        // A script may have changed lock_wait since.
        let wait = self.config.lock_wait;
        if self.pool.adapt(&mut link, wait).is_err() {
            self.pool.reopen(&mut link, wait)?;
        }
        Ok(link)
    }

    /// Finds out what a row is to a request that has waited since `began`, makes of its data what PHP serialised, and gives up what is held
    /// where that cannot be, or nothing is to be kept from others.
    fn interpret(&self, mut view: View, began: Instant) -> Result<View> {
        if let Some(row) = &view.row {
            view.base = base_of(row, &self.config, began);
            view.born = matches!(view.base, Base::Live(_)).then_some(row.created_at);
        }
        if view.base == Base::GivenUp && view.row.take_if(|row| !waited_for(row, began)).is_some() {
            self.give_up(&mut view);
        }
        let decoded = match (&mut view.row, view.base) {
            (Some(row), Base::Live(_) | Base::GivenUp) => self.decode(&view.sid, row),
            // Without its keys no write would be possible either.
            _ => Codec::of(&self.config).map(drop),
        };
        if let Err(cause) = decoded {
            self.give_up(&mut view);
            return Err(cause);
        }
        lifetime::found(&self.seen, &view);
        Ok(view)
    }

    /// Makes of a row's data what PHP serialised.
    ///
    /// # Errors
    /// As [`Codec::decode`], and where the keys cannot be read.
    pub fn decode(&self, sid: &SessionId, row: &mut Row) -> Result<()> {
        let (place, codec) = match row.mark() {
            None => (Place { sid, version: row.version }, row.codec),
            Some(_) if row.data.is_empty() => return Ok(()),
            // As it was stored before the mark was set.
            Some(_) => (Place { sid, version: !row.version }, row.codec & !MARK),
        };
        let key_file = &self.config.encryption_key_file;
        let mut decoded = Codec::of(&self.config)?.decode(place, codec, &mut row.data);
        if matches!(decoded, Err(Error::UnknownKey { .. })) && !key_file.is_empty() && keys::look_again(key_file) {
            // Another process has seen the new key file a moment earlier.
            decoded = Codec::of(&self.config)?.decode(place, codec, &mut row.data);
        }
        decoded
    }
}
