//! What a request knows of its session and holds of it: what all of [`Session`]'s methods work on.

use std::cell::RefCell;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::database::Database;
use super::seen::Seen;
use crate::config::Config;
use crate::db::{Cluster, KeptLink, Owner, Pool, PooledLink};
use crate::error::Error;
use crate::label::Labels;
use crate::lifetime::OwnLifetime;
use crate::merge::Format;
use crate::process;
use crate::sid::SessionId;
use crate::store::Base;
use crate::store::Row;

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
    /// The same of an id that PHP did not make, and that may come again: no request that is under way brings the session back.
    Barred,
    /// session_regenerate_id(true): it goes on under another id.
    Regenerated,
}

/// What this request knows of one id.
pub struct View {
    pub sid: SessionId,
    /// What a write builds upon.
    pub base: Base,
    /// Whom the session belongs to.
    pub labels: Labels,
    /// The lifetime that it has for itself.
    pub own_lifetime: OwnLifetime,
    /// When the session that was found began, by the server's clock in seconds: what others make of its id later is another one.
    pub born: Option<u64>,
    /// The row as read; none where there was none, or after a write.
    pub row: Option<Row>,
    /// Where sessions are merged, what the next write builds upon; none where that is the row as read.
    pub ground: Option<Ground>,
    pub hold: Hold,
    /// validate_sid made this view and the read that follows it has not come yet.
    pub unread: bool,
}

/// What a merging write builds upon, after another one.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// The session as PHP has it in its hands: what this request has read or written last.
    pub data: Vec<u8>,
    /// The same with what others have changed, where they have: PHP knows nothing of it, and the row has it.
    pub merged: Option<Vec<u8>>,
}

/// What session_regenerate_id() takes along from the old id to the new one.
#[derive(Debug, Clone, Default)]
pub struct Legacy {
    /// A session that is signed out under one of them is so under the other.
    pub labels: Labels,
    pub own_lifetime: OwnLifetime,
    /// What others have stored under the old id stays, too.
    pub ground: Option<Ground>,
    /// The id that has it.
    heir: Option<SessionId>,
}

impl Legacy {
    pub fn new(labels: Labels, own_lifetime: OwnLifetime, ground: Option<Ground>) -> Legacy {
        Legacy { labels, own_lifetime, ground, heir: None }
    }

    /// What a session of this id begins with. A wrapper class may use others beside the new one, which comes first: these have nothing.
    pub fn of(&mut self, sid: &SessionId) -> (Labels, OwnLifetime, Option<Ground>) {
        match self.heir.get_or_insert_with(|| sid.clone()) == sid {
            true => (self.labels.clone(), self.own_lifetime, self.ground.clone()),
            false => Default::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.own_lifetime.is_empty() && self.ground.is_none()
    }
}

/// A row as it was found, and what is held of it.
pub type Found = (Option<Row>, Hold);

/// What keeps others from writing meanwhile.
#[expect(clippy::large_enum_variant, reason = "a request has one, and boxing it would cost each an allocation")]
pub enum Hold {
    /// The row of this version, or our placeholder, is locked by a transaction on this connection, which the keeper looks after.
    Locked(KeptLink, u64),
    /// Nothing was found that could be locked. With row locks, a transaction is open on this connection.
    NotFound(PooledLink),
    /// The lease is ours, by this name, and the keeper renews it.
    Leased(Owner),
    /// Nothing: never asked for, or given up with a write.
    Free,
    /// The lock was not to be had (`rustdb.lock_failure=readonly`): no write may follow.
    ReadOnly,
    /// The lock stayed with the parent process at a fork: no write may follow.
    Parents(u32),
}

impl Hold {
    /// What others wait for: the connection with the row, or the lease. That no write may follow is not forgotten.
    pub fn take(&mut self) -> (Option<PooledLink>, Option<Owner>) {
        if matches!(self, Hold::ReadOnly | Hold::Parents(_)) {
            return (None, None);
        }
        match mem::replace(self, Hold::Free) {
            Hold::Locked(kept, _) => (kept.take(), None),
            Hold::NotFound(link) => (Some(link), None),
            Hold::Leased(owner) => (None, Some(owner)),
            _ => (None, None),
        }
    }
}

#[expect(clippy::large_enum_variant, reason = "a request has one, and boxing it would cost each an allocation")]
pub enum State {
    /// Nothing is known and nothing is held.
    Idle,
    Open(View),
    /// This id could not be read: writing it would replace what is stored.
    Unreadable(SessionId, Error),
}

impl State {
    pub fn is_of(&self, sid: &SessionId) -> bool {
        match self {
            State::Idle => false,
            State::Open(View { sid: own, .. }) | State::Unreadable(own, _) => own == sid,
        }
    }
}

/// The session of one request.
pub struct Session {
    pub(super) db: Database,
    pub(super) process: u32,
    /// Tells how the data of a write is serialised.
    pub(super) format: fn() -> Format,
    /// The id that create_sid made last; nobody else can know it yet.
    pub(super) own_id: Option<SessionId>,
    /// open has come and read has not: PHP is in session_start() or session_regenerate_id().
    pub(super) starting: bool,
    /// How long the last start waited for its session. [`Session::slow_lock`] takes it.
    pub(super) waited: Duration,
    /// A row lock was taken on a server of this kind of cluster, where it does not reach all nodes.
    pub(super) multi_writer: Option<Cluster>,
    pub(super) state: State,
    /// What was taken along from the old id.
    pub(super) inherited: Legacy,
    /// What the session leaves that was destroyed last.
    pub(super) left: Legacy,
    /// What was in `state` before, since open, because wrapper classes use several ids at a time. Nothing of it is held.
    pub(super) other_ids: Vec<State>,
    /// The last write has stored something, and not only found that there was nothing to store.
    pub(super) wrote: bool,
    /// The conflicts of the last write, for the log.
    pub(super) conflicts: Option<String>,
}

impl Session {
    /// A session that PHP has just opened, and that has touched no database yet. `format` tells how the data of a write is serialised.
    pub fn new(pool: Arc<Pool>, config: Arc<Config>, format: fn() -> Format) -> Session {
        Session::of(Database { pool, config, seen: Seen::Thread }, format)
    }

    /// One that may outlive requests: it keeps in mind by itself what each has seen.
    pub fn lasting(pool: Arc<Pool>, config: Arc<Config>, format: fn() -> Format) -> Session {
        Session::of(Database { pool, config, seen: Seen::Own(RefCell::default()) }, format)
    }

    /// Another request begins to use a session that outlives them.
    pub fn begin_request(&mut self) {
        if let Seen::Own(request) = &self.db.seen {
            request.take();
        }
    }

    /// Tells from now on how the data of a write is serialised.
    pub fn speak(&mut self, format: fn() -> Format) {
        self.format = format;
    }

    pub(super) fn of(db: Database, format: fn() -> Format) -> Session {
        Session {
            db,
            process: process::id(),
            format,
            own_id: None,
            starting: true,
            waited: Duration::ZERO,
            multi_writer: None,
            state: State::Idle,
            inherited: Legacy::default(),
            left: Legacy::default(),
            other_ids: Vec::new(),
            wrote: false,
            conflicts: None,
        }
    }
}

/// How `session.serialize_handler` writes a session without variables: `php` and `php_binary`, `php_serialize`, igbinary.
pub const EMPTY: [&[u8]; 3] = [b"", b"a:0:{}", b"\0\0\0\x02\x14\0"];

impl View {
    /// Whether this row holds the session that was found, and not another one that has its id since that was destroyed.
    pub fn is_same(&self, row: &Row) -> bool {
        self.born.is_none_or(|born| born == row.created_at)
    }

    /// Where there is a row, its base is not known yet.
    pub fn new(sid: &SessionId, row: Option<Row>, hold: Hold) -> View {
        View {
            sid: sid.clone(),
            base: Base::Nothing,
            labels: Labels::default(),
            own_lifetime: OwnLifetime::default(),
            born: None,
            row,
            ground: None,
            hold,
            unread: false,
        }
    }

    /// What it builds upon, taken out of it.
    pub fn take_ground(&mut self) -> Ground {
        let read = self.row.take().map(|row| Ground { data: row.data, merged: None });
        self.ground.take().or(read).unwrap_or_default()
    }

    pub fn is_held(&self) -> bool {
        matches!(self.hold, Hold::Locked(..) | Hold::Leased(_))
    }

    /// Whether a read may be answered from here: only while the lock is held, or when validate_sid
    /// has just made this view for the read that follows.
    pub fn serves(&self) -> bool {
        self.is_held() || self.unread && matches!(self.hold, Hold::Free | Hold::ReadOnly)
    }

    /// Whether storing `data` would change nothing but the expiry: it is what was read, or it is the
    /// empty data of a session that never had any, in whichever of PHP's formats.
    pub fn is_unchanged(&self, data: &[u8]) -> bool {
        match (self.base, &self.row) {
            // What others have stored under the id before it is to be stored under this one.
            (Base::Nothing | Base::Expired(_), _) if self.ground.is_some() => false,
            (Base::Live(_), None) if let Some(ground) = &self.ground => ground.data == data,
            (Base::Live(_) | Base::GivenUp, Some(row)) => *row.data == *data,
            (Base::Live(_), None) => false,
            (Base::Nothing | Base::Expired(_) | Base::GivenUp, _) => EMPTY.contains(&data),
        }
    }
}
