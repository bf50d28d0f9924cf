//! The functions of PHP's save handler, as it calls them: open, then (in strict mode) validate_sid, read, and at the end write, which is
//! update_timestamp as well, and close. But it also opens again without closing, validates ids that it does not want to lock, and reads
//! what it has just validated.

use std::mem;
use std::sync::Arc;
use std::time::SystemTime;

use super::database::Database;
use super::lifetime::lifetime;
use super::merging::Data;
use super::state::{Intent, Session, State, View};
use crate::config::{Config, LockMode};
use crate::db::Pool;
use crate::error::{Error, Failure, Result};
use crate::sid::{SessionId, signed};
use crate::store::Base;
use crate::store::Row;

impl Session {
    /// PHP opens. What is still held stays held: session_reset() opens without closing and wants the
    /// same id again, and so does a wrapper class that never closes its parent, with another id.
    pub fn open(&mut self, pool: Arc<Pool>, config: Arc<Config>) {
        self.leave_parents_session();
        (self.db.pool, self.db.config) = (pool, config);
        self.begin();
    }

    /// The same where pool and directives stay as they were.
    pub fn reopen(&mut self) {
        self.leave_parents_session();
        self.begin();
    }

    fn begin(&mut self) {
        self.own_id = None;
        self.other_ids.clear();
        self.starting = true;
        match &mut self.state {
            State::Unreadable(..) => self.state = State::Idle,
            State::Open(view) => {
                view.labels.forget_pending();
                view.own_lifetime.forget_pending();
            }
            State::Idle => {}
        }
    }

    /// Makes one of ours of an id that PHP has just made, and keeps it in mind. What goes wrong is for the read that follows to report.
    pub fn create_sid(&mut self, id: &mut [u8], bits_per_character: usize) {
        self.leave_parents_session();
        let secret = self.db.pool.id_secret(self.db.config.lock_wait);
        if let Ok(Some(secret)) = &secret {
            signed::sign(secret, id, bits_per_character, SystemTime::now());
        }
        self.own_id = SessionId::parse(id).ok();
        if let (Err(cause), Some(sid), State::Idle) = (secret, &self.own_id, &self.state) {
            self.state = State::Unreadable(sid.clone(), cause);
        }
    }

    /// Strict mode asks whether a session of this id exists (`php_session_initialize`), or
    /// session_create_id() and session_regenerate_id() ask whether a new id is still free.
    ///
    /// In a start this already locks and reads, for the read that follows. An error then says "it exists": otherwise PHP would give a
    /// visitor a new id because the database was away. The read reports it.
    ///
    /// # Errors
    /// Outside of a start, when the server could not be asked.
    pub fn validate_sid(&mut self, id: &[u8], intent: Intent) -> Result<bool, Failure> {
        let Ok(sid) = SessionId::parse(id) else {
            return Ok(false);
        };
        self.leave_parents_session();
        if !self.starting {
            let row = self.look(&sid).map_err(|cause| self.db.failure("look up", Some(&sid), cause))?;
            return Ok(row.is_some_and(|row| row.is_live(self.db.config.absolute_lifetime)));
        }
        // No visitor has the new id yet, and saying "it exists" would only make PHP try others.
        let just_made = self.own_id.as_ref() == Some(&sid);
        match &self.state {
            // session_reset(): a session that was born in this request exists for this request.
            State::Open(view) if view.sid == sid && view.is_held() => return Ok(true),
            State::Unreadable(refused, _) if *refused == sid => return Ok(!just_made),
            _ => {}
        }
        // An empty session has no row, and its id is in the browser all the same.
        let signed = if just_made { Ok(false) } else { self.db.is_signed(id) };
        let signed = match signed {
            Ok(signed) => signed,
            // There is no connection yet, and so nothing is held.
            Err(cause) => {
                self.state = State::Unreadable(sid, cause);
                return Ok(true);
            }
        };
        if self.acquire(&sid, intent, just_made || signed).is_err() {
            return Ok(!just_made);
        }
        let State::Open(view) = &mut self.state else {
            return Ok(true);
        };
        view.unread = true;
        Ok(match view.base {
            Base::Live(_) | Base::GivenUp => true,
            Base::Nothing | Base::Expired(_) => signed && !view.row.as_ref().is_some_and(Row::is_given_up),
        })
    }

    /// The same for who opens nothing: a request begins with the question, and the read follows, but where the id was just made here.
    ///
    /// # Errors
    /// When it could not be locked or read.
    pub fn validate_unopened(&mut self, id: &[u8]) -> Result<bool, Failure> {
        let sid = SessionId::parse(id).ok();
        match &sid {
            Some(sid) if self.own_id.as_ref() == Some(sid) && !self.has_met(sid) => self.starting = false,
            _ => self.begin(),
        }
        let known = self.validate_sid(id, Intent::Write)?;
        match (&self.state, sid) {
            (State::Unreadable(refused, cause), Some(sid)) if *refused == sid => {
                Err(self.db.failure("look up", Some(&sid), cause.clone()))
            }
            _ => Ok(known),
        }
    }

    /// Whether this id has been read here.
    fn has_met(&self, sid: &SessionId) -> bool {
        self.state.is_of(sid) || self.other_ids.iter().any(|other| other.is_of(sid))
    }

    /// Reads a session, and locks it unless `intent` or the lock mode says otherwise. An unknown id is an empty session.
    ///
    /// # Errors
    /// When it could not be locked or read; a later write of this id is refused.
    pub fn read(&mut self, id: &[u8], intent: Intent) -> Result<&[u8], Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.db.failure("read", None, cause))?;
        self.leave_parents_session();
        let starting = mem::replace(&mut self.starting, false);
        let outcome = match &mut self.state {
            State::Unreadable(refused, cause) if starting && *refused == sid => Err(cause.clone()),
            State::Open(view) if view.sid == sid && view.serves() => {
                view.unread = false;
                Ok(())
            }
            _ => self.acquire(&sid, intent, true),
        };
        outcome.map_err(|cause| self.db.failure("read", Some(&sid), cause))?;
        self.db.count(|counters| &counters.reads);
        Ok(match &self.state {
            State::Open(View { row: Some(row), base: Base::Live(_) | Base::GivenUp, .. }) => &row.data,
            _ => &[],
        })
    }

    /// Writes a session, or moves its expiry where the data is what was read; both free the lock. An
    /// empty session that never had a row gets none. `gc_maxlifetime` is in seconds.
    ///
    /// # Errors
    /// When the data is not known to be stored. What was stored before stands, or what another request stored meanwhile.
    pub fn write(&mut self, id: &[u8], data: &[u8], gc_maxlifetime: i64) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.db.failure("write", None, cause))?;
        self.leave_parents_session();
        self.store(&sid, data, gc_maxlifetime).map_err(|cause| {
            self.db.count(|counters| &counters.refused_writes);
            if cause == Error::ChangedMeanwhile {
                self.db.count(|counters| &counters.fencing_refusals);
            }
            self.db.failure("write", Some(&sid), cause)
        })
    }

    fn store(&mut self, sid: &SessionId, data: &[u8], gc_maxlifetime: i64) -> Result<()> {
        match &self.state {
            State::Open(view) if view.sid == *sid => {}
            State::Unreadable(refused, _) if refused == sid => {}
            _ => self.return_to(sid)?,
        }
        let (State::Open(view), db) = (&mut self.state, &self.db) else {
            return Err(Error::NeverRead);
        };
        let lifetime = lifetime(&db.seen, view, &db.config, gc_maxlifetime);
        self.wrote = !view.is_unchanged(data) || view.labels.is_pending() || view.own_lifetime.is_pending();
        if !self.wrote {
            db.touch(view, lifetime)
        } else {
            let written = db.replace(view, Data { bytes: data, format: self.format }, lifetime);
            self.conflicts = written.map_err(|cause| db.signed_out(view, cause))?;
            Ok(())
        }
    }

    /// A wrapper class writes another id than the one it read last. One that was read in this request is
    /// compared with what was read; one that never was is locked now, as under `files`.
    fn return_to(&mut self, sid: &SessionId) -> Result<()> {
        let known = self.other_ids.iter().position(|other| other.is_of(sid));
        match known.map(|at| &self.other_ids[at]) {
            Some(State::Unreadable(..)) => return Err(Error::NeverRead),
            Some(State::Open(_)) if self.db.config.lock != LockMode::None => {}
            _ => return self.acquire(sid, Intent::Write, true),
        }
        if let State::Open(view) = &mut self.state {
            self.db.give_up(view);
        }
        let known = known.map(|at| self.other_ids.remove(at));
        self.set_aside();
        self.state = known.unwrap_or(State::Idle);
        Ok(())
    }

    /// Frees whatever is held. A failed release is silent: nothing is lost, and the connection is closed, which frees the lock as well.
    pub fn close(&mut self) {
        self.leave_parents_session();
        self.starting = false;
        if let Some(mut link) = self.let_go() {
            link.release();
        }
        self.state = State::Idle;
    }

    /// Frees whatever is held, and keeps in mind what is known: another write of this id builds upon it.
    pub fn rest(&mut self) {
        self.leave_parents_session();
        if let State::Open(view) = &mut self.state {
            self.db.give_up(view);
        }
    }

    /// Closes, and forgets all but what the request has seen, as PHP does that makes a session of its own for each open.
    pub fn renew(&mut self) {
        self.close();
        let (pool, config) = (self.db.pool.clone(), self.db.config.clone());
        let renewed = Session::of(Database { pool, config, seen: mem::take(&mut self.db.seen) }, self.format);
        *self = renewed;
    }

    /// After a panic: what is held is given up by closing its connection, and nothing is known.
    pub fn reset(&mut self) {
        if let Some(mut link) = self.let_go() {
            link.close();
        }
        self.state = State::Idle;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close();
    }
}
