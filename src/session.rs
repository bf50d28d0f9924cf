//! One request's session: what PHP's callbacks mean, in terms of locks and rows.
//!
//! PHP calls open, then (in strict mode) validate, read, and at the end write or touch, and close; but
//! it also opens again without closing, validates ids that it does not want to lock, and reads what
//! it has just validated. [`Session`] keeps one [`View`] of one id and serves from it as long as
//! that is safe.

mod acquire;
mod delete;
mod forked;
mod gc;
mod labels;
mod lease;
pub mod lifetime;
mod marks;
mod write;

use std::cell::Cell;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::codec::keys;
use crate::config::Config;
use crate::counters::Counters;
use crate::db::{Cluster, KeptLink, Owner, Pool, PooledLink};
use crate::error::{Error, Failure, Result};
use crate::label::Labels;
use crate::process;
use crate::sid::{SessionId, signed};
use crate::store::{Base, Row};

/// What the caller wants of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// To read it and perhaps write it: lock it.
    Write,
    /// `session_start(['read_and_close' => true])`: take no lock and wait for none.
    ReadAndClose,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// session_destroy(): its id is not to be known again.
    Destroyed,
    /// session_regenerate_id(true): it goes on under another id.
    Regenerated,
}

/// What this request knows of one id.
struct View {
    sid: SessionId,
    /// What a write builds upon.
    base: Base,
    /// Whom the session belongs to.
    labels: Labels,
    /// The row as read; none where there was none, or after a write.
    row: Option<Row>,
    hold: Hold,
    /// validate_sid made this view and the read that follows it has not come yet.
    unread: bool,
}

/// What keeps others from writing meanwhile.
enum Hold {
    /// The row of this version, or our placeholder, is locked by a transaction on this connection,
    /// which the keeper looks after.
    Locked(KeptLink, u64),
    /// A transaction is open on this connection, and found no row that it could lock.
    Searched(PooledLink),
    /// The lease is ours, by this name, and the keeper renews it.
    Leased(Owner),
    /// Nothing: never asked for, or given up with a write.
    Free,
    /// The lock was not to be had (`rustdb.lock_failure=readonly`): no write may follow.
    Denied,
    /// The lock stayed with the parent process at a fork: no write may follow.
    Inherited(u32),
}

#[expect(clippy::large_enum_variant, reason = "a request has one, and boxing it would cost each an allocation")]
enum State {
    /// Nothing is known and nothing is held.
    Idle,
    Open(View),
    /// This id could not be read: writing it would replace what is stored.
    Unreadable(SessionId, Error),
}

/// What is remembered of an id after the request has turned to another one.
#[derive(Clone)]
enum Known {
    Base(Base, Labels),
    Unreadable,
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
    /// How long the last start waited for its session. [`Session::slow_lock`] takes it.
    waited: Cell<Duration>,
    /// A row lock was taken on a server of this kind of cluster, where it does not reach all nodes.
    multi_writer: Cell<Option<Cluster>>,
    state: State,
    /// What session_regenerate_id() takes along from the old id to the new one: a session that is signed out under
    /// one of them is so under the other.
    inherited: Labels,
    /// Those of the session that was destroyed last.
    parted: Labels,
    /// Ids that were in `state` before, since open: wrapper classes use several at a time.
    past: Vec<(SessionId, Known)>,
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
            waited: Cell::default(),
            multi_writer: Cell::new(None),
            state: State::Idle,
            inherited: Labels::default(),
            parted: Labels::default(),
            past: Vec::new(),
        }
    }

    /// PHP opens. What is still held stays held: session_reset() opens without closing and wants the
    /// same id again, and so does a wrapper class that never closes its parent, with another id.
    pub fn open(&mut self, pool: Arc<Pool>, config: Arc<Config>) {
        self.leave_parents_session();
        self.pool = pool;
        self.config = config;
        self.own_id = None;
        self.past.clear();
        self.starting = true;
        match &mut self.state {
            State::Unreadable(..) => self.state = State::Idle,
            State::Open(view) => view.labels.forget_pending(),
            State::Idle => {}
        }
    }

    /// Makes one of ours of an id that PHP has just made, and keeps it in mind. What goes wrong is for the read that follows to report.
    pub fn created(&mut self, id: &mut [u8], bits_per_character: usize) {
        self.leave_parents_session();
        let secret = self.pool.id_secret(self.config.lock_wait);
        if let Ok(Some(secret)) = &secret {
            signed::sign(secret, id, bits_per_character, SystemTime::now());
        }
        self.own_id = SessionId::parse(id).ok();
        if let (Err(cause), Some(sid), State::Idle) = (secret, &self.own_id, &self.state) {
            self.state = State::Unreadable(sid.clone(), cause);
        }
    }

    /// Whether this is an id that rustdb made lately.
    ///
    /// # Errors
    /// When the server could not be asked for what tells.
    fn is_signed(&self, id: &[u8]) -> Result<bool> {
        let secret = self.pool.id_secret(self.config.lock_wait)?;
        Ok(secret.is_some_and(|secret| signed::is_signed(&secret, id, SystemTime::now())))
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
            let row = self.peek(&sid).map_err(|cause| self.failure("look up", Some(&sid), cause))?;
            return Ok(row.is_some_and(|row| row.is_live(self.config.absolute_lifetime)));
        }
        if let State::Open(View { sid: held, hold: Hold::Locked(..) | Hold::Leased(_), .. }) = &self.state
            && *held == sid
        {
            // session_reset(): a session that was born in this request exists for this request.
            return Ok(true);
        }
        let just_made = self.own_id.as_ref() == Some(&sid);
        let failed = matches!(&self.state, State::Unreadable(refused, _) if *refused == sid);
        // An empty session has no row, and its id is in the browser all the same.
        let signed = match just_made {
            true => Ok(false),
            false => self.is_signed(id),
        };
        let signed = match signed {
            Ok(signed) => signed,
            // There is no connection yet, and so nothing is held.
            Err(cause) => {
                self.state = State::Unreadable(sid, cause);
                return Ok(true);
            }
        };
        if failed || self.acquire(&sid, intent, just_made || signed).is_err() {
            // No visitor has the new id yet, and saying "it exists" would only make PHP try others.
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
                Counters::add(&self.pool.counters().reads, 1);
                Ok(self.data())
            }
            Err(cause) => Err(self.failure("read", Some(&sid), cause)),
        }
    }

    /// What the operator should know besides.
    pub fn take_notice(&self) -> Option<String> {
        let notices = [self.key_trouble(), self.multi_writer()];
        let notices: Vec<_> = notices.into_iter().flatten().collect();
        (!notices.is_empty()).then(|| notices.join("; "))
    }

    /// Once for each change: that the key file cannot be used as it is now.
    fn key_trouble(&self) -> Option<String> {
        let path = &self.config.encryption_key_file;
        if path.is_empty() {
            return None;
        }
        let trouble = keys::take_trouble(path)?;
        Some(format!("rustdb: {trouble}; the keys that were read before stay in use until this process ends"))
    }

    /// Once per process: that row locks do not hold on a cluster which is written on several nodes.
    fn multi_writer(&self) -> Option<String> {
        static TOLD: AtomicBool = AtomicBool::new(false);
        let found = match self.multi_writer.take()? {
            Cluster::No => return None,
            Cluster::Galera => "a Galera node (wsrep_on=ON)",
            Cluster::Group => "a member of a multi-primary group (Group Replication)",
        };
        if TOLD.swap(true, Ordering::Relaxed) {
            return None;
        }
        Some(format!(
            "rustdb: {} is {found}, a multi-writer cluster, and rustdb.lock=row locks rows on one node only; \
             set rustdb.lock=lease, or rustdb.single_writer=1 where all writes go through one node",
            self.pool.place()
        ))
    }

    /// A line for the log where the start that has just succeeded waited for longer than
    /// `rustdb.slow_lock_ms`, once.
    pub fn slow_lock(&self) -> Option<String> {
        let (waited, limit) = (self.waited.take().as_millis(), self.config.slow_lock_ms);
        let State::Open(view) = &self.state else {
            return None;
        };
        (limit > 0 && waited > u128::from(limit)).then(|| {
            let (sid, place) = (&view.sid, self.pool.place());
            format!("rustdb: waited {waited} ms for session {sid} ({place})")
        })
    }

    fn data(&self) -> &[u8] {
        match &self.state {
            State::Open(View { row: Some(row), base: Base::Live(_) | Base::GivenUp, .. }) => &row.data,
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
            let counters = self.pool.counters();
            Counters::add(&counters.refused_writes, 1);
            if cause == Error::ChangedMeanwhile {
                Counters::add(&counters.fencing_refusals, 1);
            }
            self.failure("write", Some(&sid), cause)
        })
    }

    /// Frees whatever is held. A failed release is silent: nothing is lost, and the connection is
    /// closed, which frees the lock as well.
    pub fn close(&mut self) {
        self.leave_parents_session();
        self.starting = false;
        if let Some(link) = self.let_go() {
            give_up(link);
        }
        self.state = State::Idle;
    }

    /// After a panic: what is held is given up by closing its connection, and nothing is known.
    pub fn reset(&mut self) {
        if let Some(mut link) = self.let_go() {
            link.close();
        }
        self.state = State::Idle;
    }

    fn with_seconds(&self, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { holder, .. } => {
                Counters::add(&self.pool.counters().lock_timeouts, 1);
                Error::LockTimeout { seconds: self.config.lock_wait, holder }
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
        Failure { operation, place: self.pool.place(), cause }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close();
    }
}

impl View {
    /// Where there is a row, its base is not known yet: `admit` finds it out.
    fn of(sid: &SessionId, row: Option<Row>, hold: Hold) -> View {
        View { sid: sid.clone(), base: Base::Nothing, labels: Labels::default(), row, hold, unread: false }
    }

    /// Whether a read may be answered from here: only while the lock is held, or when validate_sid
    /// has just made this view for the read that follows.
    fn serves(&self) -> bool {
        match self.hold {
            Hold::Locked(..) | Hold::Leased(_) => true,
            Hold::Free | Hold::Denied => self.unread,
            Hold::Searched(_) | Hold::Inherited(_) => false,
        }
    }

    /// Whether storing `data` would change nothing but the expiry: it is what was read, or it is the
    /// empty data of a session that never had any, in whichever of PHP's formats.
    fn is_unchanged(&self, data: &[u8]) -> bool {
        match (self.base, &self.row) {
            (Base::Live(_) | Base::GivenUp, Some(row)) => *row.data == *data,
            (Base::Live(_), None) => false,
            (Base::Nothing | Base::Expired(_) | Base::GivenUp, _) => EMPTY.contains(&data),
        }
    }
}

/// How `session.serialize_handler` writes a session without variables: `php` and `php_binary`, `php_serialize`, igbinary.
const EMPTY: [&[u8]; 3] = [b"", b"a:0:{}", b"\0\0\0\x02\x14\0"];

/// Gives a connection back to the pool without its transaction, and waits for no answer. Where the server
/// could not be told the connection is closed, and that ends the transaction.
fn give_up(mut link: PooledLink) {
    link.release();
}

#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod lease_end_tests;
#[cfg(test)]
mod lease_tests;
#[cfg(test)]
mod mark_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wait_tests;
