//! One request's session: what PHP's callbacks mean, in terms of locks and rows.
//!
//! PHP calls open, then (in strict mode) validate, read, and at the end write or touch, and close; but
//! it also opens again without closing, validates ids that it does not want to lock, and reads what
//! it has just validated. [`Session`] keeps one [`View`] of one id and serves from it as long as
//! that is safe.

use std::mem;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::SysRng;
use rand::{RngExt as _, TryRng as _};

use crate::config::{Config, LockFailure, LockMode};
use crate::error::{Error, Failure, Result};
use crate::pool::{Counters, Pool, PooledLink};
use crate::sid::SessionId;
use crate::store::row::{self, Base, Birth, Origin, Write};
use crate::store::{self, Row, gc, plain};

/// What the caller wants of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To read it and perhaps write it: lock it.
    Write,
    /// `session_start(['read_and_close' => true])`: take no lock and wait for none.
    ReadAndClose,
}

/// What this request knows of one id.
struct View {
    sid: SessionId,
    /// What a write builds upon.
    base: Base,
    /// The row as read; none where there was none, or after a write.
    row: Option<Row>,
    hold: Hold,
    /// validate_sid made this view and the read that follows it has not come yet.
    unread: bool,
}

/// What keeps others from writing meanwhile.
enum Hold {
    /// The row of this version, or our placeholder, is locked by a transaction on this connection.
    Locked(PooledLink, u64),
    /// A transaction is open on this connection, and found no row that it could lock.
    Searched(PooledLink),
    /// Nothing: never asked for, or given up with a write.
    Free,
    /// The lock was not to be had (`rustdb.lock_failure=readonly`): no write may follow.
    Denied,
    /// The lock stayed with the parent process at a fork: no write may follow.
    Inherited(u32),
}

enum State {
    /// Nothing is known and nothing is held.
    Idle,
    Open(View),
    /// This id could not be read: writing it would replace what is stored.
    Unreadable(SessionId, Error),
}

/// The session of one request.
pub struct Session {
    pool: Arc<Pool>,
    config: Arc<Config>,
    process: u32,
    /// The id that create_id made last; nobody else can know it yet.
    own_id: Option<SessionId>,
    /// open has come and read has not: PHP is in session_start() or session_regenerate_id().
    starting: bool,
    state: State,
}

impl Session {
    /// A session that has touched no database yet.
    pub fn new(pool: Arc<Pool>, config: Arc<Config>) -> Session {
        Session {
            pool,
            config,
            process: process::id(),
            own_id: None,
            starting: false,
            state: State::Idle,
        }
    }

    /// PHP opens. What is still held stays held: session_reset() opens without closing and wants the
    /// same id again, and so does a wrapper class that never closes its parent, with another id.
    pub fn open(&mut self, pool: Arc<Pool>, config: Arc<Config>) {
        self.leave_parents_session();
        self.pool = pool;
        self.config = config;
        self.own_id = None;
        self.starting = true;
        if matches!(self.state, State::Unreadable(..)) {
            self.state = State::Idle;
        }
    }

    /// Tells which id PHP has just made.
    pub fn created(&mut self, id: &[u8]) {
        self.own_id = SessionId::parse(id).ok();
    }

    /// Strict mode asks whether a session of this id exists (`php_session_initialize`), or
    /// session_create_id() and session_regenerate_id() ask whether a new id is still free.
    ///
    /// In a start this already locks and reads, for the read that follows. An error then says "it
    /// exists": otherwise PHP would give a visitor a new id because the database was away. The read
    /// reports it.
    ///
    /// # Errors
    /// Outside of a start, when the server could not be asked.
    pub fn validate(&mut self, id: &[u8], intent: Intent) -> Result<bool, Failure> {
        let Ok(sid) = SessionId::parse(id) else {
            return Ok(false);
        };
        self.leave_parents_session();
        if !self.starting {
            let row = self
                .peek(&sid)
                .map_err(|cause| self.failure("look up", Some(&sid), cause))?;
            return Ok(row.is_some_and(|row| row.is_live()));
        }
        if let State::Open(View {
            sid: held,
            hold: Hold::Locked(..),
            ..
        }) = &self.state
            && *held == sid
        {
            // session_reset(): a session that was born in this request exists for this request.
            return Ok(true);
        }
        let ours = self.own_id.as_ref() == Some(&sid);
        if self.acquire(&sid, intent, ours).is_err() {
            return Ok(true);
        }
        let State::Open(view) = &mut self.state else {
            return Ok(true);
        };
        view.unread = true;
        Ok(matches!(view.base, Base::Live(_)))
    }

    /// Reads a session, and locks it unless `intent` or the lock mode says otherwise. An unknown id
    /// is an empty session.
    ///
    /// # Errors
    /// When it could not be locked or read; a later write of this id is refused.
    pub fn read(&mut self, id: &[u8], intent: Intent) -> Result<&[u8], Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.failure("read", None, cause))?;
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
        match outcome {
            Ok(()) => {
                Counters::add(&self.pool.counters.reads, 1);
                Ok(self.data())
            }
            Err(cause) => Err(self.failure("read", Some(&sid), cause)),
        }
    }

    fn data(&self) -> &[u8] {
        match &self.state {
            State::Open(View {
                row: Some(row),
                base: Base::Live(_),
                ..
            }) => &row.data,
            _ => &[],
        }
    }

    /// Writes a session, or moves its expiry where the data is what was read; both free the lock. An
    /// empty session that never had a row gets none. `gc_maxlifetime` is in seconds.
    ///
    /// # Errors
    /// When the data is not known to be stored. What was stored before stands, or what another
    /// request stored meanwhile.
    pub fn write(&mut self, id: &[u8], data: &[u8], gc_maxlifetime: i64) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.failure("write", None, cause))?;
        self.leave_parents_session();
        self.store(&sid, data, gc_maxlifetime).map_err(|cause| {
            Counters::add(&self.pool.counters.refused_writes, 1);
            self.failure("write", Some(&sid), cause)
        })
    }

    fn store(&mut self, sid: &SessionId, data: &[u8], gc_maxlifetime: i64) -> Result<()> {
        match &self.state {
            State::Unreadable(refused, _) if refused == sid => return Err(Error::NeverRead),
            State::Open(view) if view.sid == *sid => {}
            // A wrapper class writes an id that it never read: as under `files`, that locks it now.
            _ => self.acquire(sid, Intent::Write, true)?,
        }
        let State::Open(mut view) = mem::replace(&mut self.state, State::Idle) else {
            return Err(Error::NeverRead);
        };
        let lifetime = store::lifetime(gc_maxlifetime, self.config.touch_interval);
        let outcome = if view.is_unchanged(data) {
            self.touch(&mut view, lifetime)
        } else {
            self.replace(&mut view, data, lifetime)
        };
        self.state = State::Open(view);
        outcome
    }

    /// Stores new data. Whatever comes of it, the lock is given up.
    fn replace(&mut self, view: &mut View, data: &[u8], lifetime: u64) -> Result<()> {
        let table = &self.config.server.table;
        let new = Write {
            data,
            version: random()?,
            lifetime,
        };
        match mem::replace(&mut view.hold, Hold::Free) {
            Hold::Denied => {
                view.hold = Hold::Denied;
                return Err(Error::ReadWithoutLock);
            }
            Hold::Inherited(parent) => {
                view.hold = Hold::Inherited(parent);
                return Err(Error::Forked(parent));
            }
            Hold::Locked(mut link, locked) => {
                let written = row::write(&mut link, table, &view.sid, view.base, locked, &new);
                match written {
                    Ok(true) => {}
                    Ok(false) => return Err(Error::ChangedMeanwhile),
                    Err(cause) if cause.lost_transaction() => {
                        // The server may still be at it: closing makes sure that it will end.
                        link.close();
                        drop(link);
                        self.write_again(view, &new)
                            .map_err(|again| unsettled(cause, again))?;
                    }
                    Err(cause @ Error::Stalled(_)) => return Err(unsettled(cause.clone(), cause)),
                    Err(cause) => {
                        // The row is still locked where nothing was sent.
                        give_up(link);
                        return Err(cause);
                    }
                }
            }
            Hold::Free | Hold::Searched(_) if self.config.lock == LockMode::None => {
                let wait = self.config.lock_wait;
                let mut link = self.pool.get(wait)?;
                self.pool.first(&mut link, wait, |link| {
                    plain::replace(link, table, &view.sid, &new)
                })?;
            }
            Hold::Free | Hold::Searched(_) => self.write_again(view, &new)?,
        }
        Counters::add(&self.pool.counters.writes, 1);
        view.base = Base::Live(new.version);
        view.row = None;
        Ok(())
    }

    /// Writes without holding the lock any more: locks again, compares with what this request read,
    /// and writes only where nobody else has. It settles a commit whose answer was lost, too: the
    /// locking read waits for a commit that is still under way, and our own version proves it.
    fn write_again(&self, view: &View, new: &Write<'_>) -> Result<()> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut link = self.pool.get(self.config.lock_wait)?;
            match self.compare_and_write(&mut link, view, new) {
                Err(cause) if cause.lost_transaction() && attempts < 3 => {
                    Counters::add(&self.pool.counters.retries, 1);
                    link.close();
                }
                outcome => {
                    give_up(link);
                    return outcome.map_err(|cause| self.with_seconds(cause));
                }
            }
        }
    }

    fn compare_and_write(&self, link: &mut PooledLink, view: &View, new: &Write<'_>) -> Result<()> {
        let (table, wait, sid) = (&self.config.server.table, self.config.lock_wait, &view.sid);
        let found = self
            .pool
            .first(link, wait, |link| row::lock(link, table, sid, wait))?;
        let locked = match (found, view.base) {
            (Some(row), _) if row.version == new.version => return Ok(()),
            (Some(row), Base::Live(read) | Base::Expired(read)) if row.version == read => read,
            // gc may have taken an expired row.
            (None, Base::Nothing | Base::Expired(_)) => {
                match row::birth(link, table, sid, Origin::Client, random()?, wait)? {
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
    fn touch(&mut self, view: &mut View, lifetime: u64) -> Result<()> {
        let (Base::Live(version), Some(row)) = (view.base, &view.row) else {
            return Ok(());
        };
        let due = row.server_now() + lifetime;
        if due.abs_diff(row.expires_at) < self.config.touch_interval {
            return Ok(());
        }
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        match &mut view.hold {
            // Whoever holds the lock touches the session as well.
            Hold::Denied | Hold::Inherited(_) => return Ok(()),
            Hold::Locked(link, _) => match row::touch(link, table, &view.sid, version, lifetime) {
                Err(cause) if cause.lost_transaction() => {}
                outcome => {
                    view.hold = Hold::Free;
                    outcome?;
                    Counters::add(&self.pool.counters.touches, 1);
                    return Ok(());
                }
            },
            Hold::Free | Hold::Searched(_) => {}
        }
        view.hold = Hold::Free;
        let mut link = self.pool.get(wait)?;
        // Where the row has changed or gone meanwhile, somebody else has seen to its expiry.
        self.pool.first(&mut link, wait, |link| {
            plain::touch(link, table, &view.sid, version, lifetime)
        })?;
        Counters::add(&self.pool.counters.touches, 1);
        Ok(())
    }

    /// Deletes a session, held or not, known or not. A later write of the id makes a new one.
    ///
    /// # Errors
    /// When it may still be there.
    pub fn destroy(&mut self, id: &[u8]) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.failure("destroy", None, cause))?;
        self.leave_parents_session();
        self.delete(&sid).map_err(|cause| {
            let cause = self.with_seconds(cause);
            self.failure("destroy", Some(&sid), cause)
        })
    }

    fn delete(&mut self, sid: &SessionId) -> Result<()> {
        let (table, wait) = (self.config.server.table.clone(), self.config.lock_wait);
        let ours = match &self.state {
            State::Open(view) => view.sid == *sid,
            State::Unreadable(refused, _) => refused == sid,
            State::Idle => false,
        };
        if ours && let State::Open(view) = mem::replace(&mut self.state, State::Idle) {
            match (view.hold, view.base) {
                (Hold::Locked(link, _), Base::Nothing) => {
                    give_up(link);
                    return Ok(());
                }
                (Hold::Locked(mut link, _), _) => match row::destroy(&mut link, &table, sid) {
                    // A session that is to end may end whatever others wrote meanwhile.
                    Err(cause) if cause.lost_transaction() => link.close(),
                    outcome => return outcome,
                },
                (Hold::Searched(link), _) => give_up(link),
                _ => {}
            }
        }
        let mut link = self.pool.get(wait)?;
        self.pool
            .first(&mut link, wait, |link| plain::destroy(link, &table, sid))
    }

    /// Frees whatever is held. A failed release is silent: nothing is lost, and the connection is
    /// closed, which frees the lock as well.
    pub fn close(&mut self) {
        self.leave_parents_session();
        self.starting = false;
        if let Some(link) = self.take_link() {
            give_up(link);
        }
        self.state = State::Idle;
    }

    /// After a panic: what is held is given up by closing its connection, and nothing is known.
    pub fn reset(&mut self) {
        if let Some(mut link) = self.take_link() {
            link.close();
        }
        self.state = State::Idle;
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
                Some(link) => link?,
                None => return Ok(0),
            }
        };
        let mut collected = 0;
        let mut conflicts = 0;
        loop {
            match self.pool.first(&mut link, *lock_wait, |link| {
                gc::collect(link, &server.table, *gc_batch)
            }) {
                Ok(rows) => {
                    collected += rows;
                    if !all || rows < *gc_batch {
                        return Ok(collected);
                    }
                }
                // Another collector was there first; one batch leaves the rest to it.
                Err(Error::RolledBack { .. }) if !all => return Ok(0),
                Err(Error::RolledBack { .. }) if conflicts < 10 => conflicts += 1,
                Err(cause) => return Err(cause),
            }
        }
    }

    /// Looks at a row without locking it: on the held connection, which is free to use, or another.
    fn peek(&mut self, sid: &SessionId) -> Result<Option<Row>> {
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        if let State::Open(View {
            hold: Hold::Locked(link, _) | Hold::Searched(link),
            ..
        }) = &mut self.state
        {
            return plain::read(link, table, sid);
        }
        let mut link = self.pool.get(wait)?;
        self.pool
            .first(&mut link, wait, |link| plain::read(link, table, sid))
    }

    /// Gives up what is held and makes a new view of `sid`. With `birth`, a session that does not
    /// exist is locked too.
    fn acquire(&mut self, sid: &SessionId, intent: Intent, birth: bool) -> Result<()> {
        let held = self.take_link();
        self.state = State::Idle;
        let found = match (self.config.lock, intent) {
            (LockMode::Lease, _) => Err(Error::LeaseUnsupported),
            (LockMode::Row, Intent::Write) => self.lock(sid, held, birth),
            _ => {
                if let Some(link) = held {
                    give_up(link);
                }
                self.peek(sid).map(|row| View::of(sid, row, Hold::Free))
            }
        };
        match found {
            Ok(view) => {
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

    /// Locks the row, waiting until one deadline whatever happens meanwhile. PHP has seen no data
    /// yet, so a deadlock or a lost connection is simply tried again.
    fn lock(&self, sid: &SessionId, held: Option<PooledLink>, birth: bool) -> Result<View> {
        let wait = self.config.lock_wait;
        let deadline = Instant::now() + Duration::from_secs(wait);
        let mut link = match held {
            Some(link) => link,
            None => self.pool.get(wait)?,
        };
        let mut replaced = false;
        loop {
            match self.try_lock(&mut link, sid, birth, deadline) {
                Ok((row, Some(locked))) => {
                    return Ok(View::of(sid, row, Hold::Locked(link, locked)));
                }
                Ok((row, None)) => return Ok(View::of(sid, row, Hold::Searched(link))),
                Err(Error::RolledBack { .. }) if Instant::now() < deadline => {
                    Counters::add(&self.pool.counters.retries, 1);
                    thread::sleep(Duration::from_micros(rand::rng().random_range(500..5_000)));
                }
                Err(Error::Gone(_)) if !replaced => {
                    replaced = true;
                    Counters::add(&self.pool.counters.retries, 1);
                    self.pool.reopen(&mut link, wait)?;
                }
                Err(Error::LockTimeout { .. })
                    if self.config.lock_failure == LockFailure::ReadOnly =>
                {
                    Counters::add(&self.pool.counters.lock_timeouts, 1);
                    let row = plain::read(&mut link, &self.config.server.table, sid)?;
                    return Ok(View::of(sid, row, Hold::Denied));
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    /// The row as found, and the version of what is locked now: the row or a placeholder.
    fn try_lock(
        &self,
        link: &mut PooledLink,
        sid: &SessionId,
        birth: bool,
        deadline: Instant,
    ) -> Result<(Option<Row>, Option<u64>)> {
        let table = &self.config.server.table;
        // Whole seconds is all that the server knows; the last one is never cut short.
        let left = || {
            deadline
                .saturating_duration_since(Instant::now())
                .as_secs_f64()
                .ceil() as u64
        };
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

    /// The connection that holds or searched something, out of the state.
    fn take_link(&mut self) -> Option<PooledLink> {
        let State::Open(view) = &mut self.state else {
            return None;
        };
        match mem::replace(&mut view.hold, Hold::Free) {
            Hold::Locked(link, _) | Hold::Searched(link) => Some(link),
            other => {
                view.hold = other;
                None
            }
        }
    }

    /// In a child after a fork: the session that was open stays the parent's. Its connection is
    /// forgotten, not dropped: dropping would end it for the parent.
    fn leave_parents_session(&mut self) {
        if self.process == process::id() {
            return;
        }
        let parent = mem::replace(&mut self.process, process::id());
        if let Some(mut link) = self.take_link() {
            link.abandon();
            mem::forget(link);
        }
        if let State::Open(view) = &mut self.state {
            view.hold = Hold::Inherited(parent);
        }
        if let Ok(pool) = self.pool.of_this_process() {
            self.pool = pool;
        }
    }

    fn with_seconds(&self, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { .. } => {
                Counters::add(&self.pool.counters.lock_timeouts, 1);
                Error::LockTimeout {
                    seconds: self.config.lock_wait,
                }
            }
            other => other,
        }
    }

    fn failure(&self, verb: &str, sid: Option<&SessionId>, cause: Error) -> Failure {
        let operation = match sid {
            Some(sid) => format!("{verb} session {sid}"),
            None if verb.contains(' ') => verb.to_owned(),
            None => format!("{verb} a session"),
        };
        Failure {
            operation,
            place: self.pool.place(),
            cause,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close();
    }
}

impl View {
    fn of(sid: &SessionId, row: Option<Row>, hold: Hold) -> View {
        let base = row.as_ref().map_or(Base::Nothing, Base::of);
        View {
            sid: sid.clone(),
            base,
            row,
            hold,
            unread: false,
        }
    }

    /// Whether a read may be answered from here: only while the lock is held, or when validate_sid
    /// has just made this view for the read that follows.
    fn serves(&self) -> bool {
        match self.hold {
            Hold::Locked(..) => true,
            Hold::Free | Hold::Denied => self.unread,
            Hold::Searched(_) | Hold::Inherited(_) => false,
        }
    }

    /// Whether storing `data` would change nothing but the expiry: it is what was read, or it is the
    /// empty data of a session that never had any.
    fn is_unchanged(&self, data: &[u8]) -> bool {
        match (self.base, &self.row) {
            (Base::Live(_), Some(row)) => row.data == data,
            (Base::Live(_), None) => false,
            (Base::Nothing | Base::Expired(_), _) => data.is_empty(),
        }
    }
}

/// Gives a connection back to the pool without its transaction.
fn give_up(mut link: PooledLink) {
    if link.in_transaction && link.rollback().is_err() {
        link.close();
    }
}

/// After a write that may have happened: what is known for sure is said for sure.
fn unsettled(first: Error, then: Error) -> Error {
    match then {
        Error::Gone(_)
        | Error::RolledBack { .. }
        | Error::Connect(_)
        | Error::Stalled(_)
        | Error::PoolBusy { .. } => Error::Unsettled(first.to_string()),
        known => known,
    }
}

/// 64 random bits from the operating system: a generator of our own would repeat itself in a child
/// after a fork, and a version must never repeat.
fn random() -> Result<u64> {
    SysRng
        .try_next_u64()
        .map_err(|error| Error::Panic(format!("no random numbers: {error}")))
}
