//! The background thread that keeps what running requests hold from ending under them: it renews
//! leases, and speaks on the connection of a long row-locked request before the server drops it, or whatever
//! lies between. It also gives back the leases that requests could not give back themselves.
//!
//! One thread per pool, started when there is something to keep, with all signals blocked; it knows
//! nothing of PHP. Requests are mostly shorter than its first look, so that keeping costs them
//! an entry in a table and nothing else.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::background::{Mutex, without_signals};
use crate::config::{LockMode, ServerConfig};
use crate::counters::Counters;
use crate::error::{Error, Result};
use crate::held::{self, Board, Held, Sign};
use crate::link::Link;
use crate::pool::Pool;
use crate::sid::SessionId;
use crate::slots::PooledLink;
use crate::store::lease::{self, Owner, Place};

/// How long a connection that holds a lock is silent at most. HAProxy, as it is packaged, cuts after 50 seconds of silence, other
/// balancers after 60; the kernel's keepalives do not count there.
const LONGEST_SILENCE: Duration = Duration::from_secs(15);

/// How often it is tried to give back what could not be given back.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(500);

/// More leases are not kept in mind to be given back: the oldest one then ends by itself.
const MOST_OWED: usize = 1024;

/// A connection that a request holds a lock with, kept from falling silent as long as this lives.
pub struct KeptLink {
    link: SharedLink,
    keeper: Arc<Keeper>,
    held: Held,
}

/// The request and the keeper both use it; empty once the request has given it up.
type SharedLink = Arc<Mutex<Option<PooledLink>>>;

/// What running requests hold.
#[derive(Default)]
pub struct Keeper {
    state: Mutex<State>,
    wake: Condvar,
    board: Option<&'static Board>,
}

#[derive(Default)]
struct State {
    leases: HashMap<Owner, Lease>,
    links: Vec<SharedLink>,
    owed: Vec<Owed>,
    started: bool,
    /// The thread sleeps without an end, because there was nothing to keep.
    asleep: bool,
    ended: bool,
}

struct Lease {
    sid: SessionId,
    /// Counted from before the statement was sent: the lease ends no earlier than this says.
    renewed: Instant,
    _held: Held,
}

/// A lease that could not be given back.
struct Owed {
    sid: SessionId,
    owner: Owner,
    /// See [`lease::release`].
    forget: bool,
    /// When it has ended by itself.
    until: Instant,
}

impl Keeper {
    pub fn new() -> Keeper {
        Keeper { board: held::board(), ..Keeper::default() }
    }

    /// Keeps a lease that was taken or renewed at `since`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn keep_lease(self: &Arc<Self>, pool: &Arc<Pool>, sid: &SessionId, owner: Owner, since: Instant) -> Result<()> {
        let mut state = self.state.lock();
        // One that was taken once more is held on: its end must not be told behind its beginning.
        drop(state.leases.remove(&owner));
        let lease = Lease { sid: sid.clone(), renewed: since, _held: Held::new(self.board, owner.number()) };
        state.leases.insert(owner, lease);
        self.stir(&mut state, pool)
    }

    /// Forgets a lease: it is given up, or lost.
    pub fn drop_lease(&self, owner: Owner) {
        self.state.lock().leases.remove(&owner);
    }

    /// Where to see whether this process keeps that lease.
    pub fn sign(&self, owner: Owner) -> Option<Sign> {
        self.board.map(|board| Sign::on(board, owner.number()))
    }

    /// Keeps in mind a lease that may be ours and could not be given back. The thread gives it back as soon as a server lets it, and gives
    /// up when the lease must have ended by itself.
    pub fn owe(self: &Arc<Self>, pool: &Arc<Pool>, sid: &SessionId, owner: Owner, forget: bool) {
        let mut state = self.state.lock();
        drop(state.leases.remove(&owner));
        if state.owed.len() == MOST_OWED {
            state.owed.remove(0);
        }
        state.owed.push(Owed { sid: sid.clone(), owner, forget, until: Instant::now() + pool.config().lease });
        // Without a thread it ends by itself.
        let _ = self.stir(&mut state, pool);
        // The thread may be about to sleep for long.
        self.wake.notify_all();
    }

    /// By which names leases of this session may be ours that could not be given back.
    pub fn owed(&self, sid: &SessionId) -> Vec<Owner> {
        let state = self.state.lock();
        let owed = state.owed.iter().filter(|owed| owed.sid == *sid);
        owed.map(|owed| owed.owner).collect()
    }

    /// Such a lease is ours no more: it was given back, or taken over.
    pub fn settled(&self, owner: Owner) {
        self.state.lock().owed.retain(|owed| owed.owner != owner);
    }

    /// Keeps a connection from falling silent.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn keep_link(self: &Arc<Self>, pool: &Arc<Pool>, link: PooledLink) -> Result<KeptLink> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let mut state = self.state.lock();
        // First: where there is no thread, the connection goes, and the lock with it.
        self.stir(&mut state, pool)?;
        let link = Arc::new(Mutex::new(Some(link)));
        state.links.push(Arc::clone(&link));
        Ok(KeptLink {
            link,
            keeper: Arc::clone(self),
            held: Held::new(self.board, NUMBER.fetch_add(1, Ordering::Relaxed)),
        })
    }

    /// The leases that are older than a third of their life.
    fn due(&self, life: Duration) -> Vec<(Owner, SessionId)> {
        let state = self.state.lock();
        let old = |lease: &&Lease| lease.renewed.elapsed() >= life / 3;
        let due = state.leases.iter().filter(|(_, lease)| old(lease));
        due.map(|(owner, lease)| (*owner, lease.sid.clone())).collect()
    }

    /// Ends the thread.
    pub fn end(&self) {
        self.state.lock().ended = true;
        self.wake.notify_all();
    }

    fn stir(self: &Arc<Self>, state: &mut State, pool: &Arc<Pool>) -> Result<()> {
        if !state.started {
            let (keeper, weak, tick) = (Arc::clone(self), Arc::downgrade(pool), tick(pool.config()));
            let thread = thread::Builder::new().name("rustdb-keeper".into());
            without_signals(|| thread.spawn(move || run(&keeper, &weak, tick)))?
                .map_err(|error| Error::Connect(format!("no thread to keep locks: {error}")))?;
            state.started = true;
        } else if state.asleep {
            state.asleep = false;
            self.wake.notify_all();
        }
        Ok(())
    }
}

impl KeptLink {
    /// The connection, back from the keeper. None when it was taken before.
    pub fn take(&self) -> Option<PooledLink> {
        self.link.lock().take()
    }

    /// The connection, for a statement in between.
    pub fn with<T>(&self, speak: impl FnOnce(&mut PooledLink) -> T) -> Option<T> {
        self.link.lock().as_mut().map(speak)
    }

    /// Where to see whether this process still holds the lock.
    pub fn sign(&self) -> Option<Sign> {
        self.held.sign()
    }

    /// In a child after a fork. The parent's keeper may have been using the connection at that moment; then
    /// its mutex stays locked here for ever, and the connection is left alone.
    pub fn abandon(self) {
        if let Some(mut link) = self.link.try_lock() {
            drop(link.take());
        }
        mem::forget(self);
    }
}

impl Drop for KeptLink {
    fn drop(&mut self) {
        self.keeper.state.lock().links.retain(|link| !Arc::ptr_eq(link, &self.link));
    }
}

/// Leases are renewed when they are older than a third of their life, connections spoken on after two thirds of the time for which
/// they may be silent. Looking twice as often keeps the leases in the first half of their life, and the connections within that time.
fn tick(config: &ServerConfig) -> Duration {
    let look = silence(config) / 3;
    let look = match config.lock {
        LockMode::Lease => look.min(config.lease / 6),
        _ => look,
    };
    look.max(Duration::from_millis(50))
}

/// How long a connection that holds a lock may be silent.
fn silence(config: &ServerConfig) -> Duration {
    (config.idle_timeout / 2).min(LONGEST_SILENCE)
}

/// How long it is silent before the thread speaks on it at its next look.
fn speak_after(config: &ServerConfig) -> Duration {
    silence(config) * 2 / 3
}

/// The thread. Its connection is its own, and is there only while requests are long enough to need it.
fn run(keeper: &Keeper, pool: &Weak<Pool>, tick: Duration) {
    let mut link = Link::closed();
    while rest(keeper, tick, &mut link) {
        let Some(pool) = pool.upgrade() else {
            return;
        };
        renew(&pool, &mut link);
        give_back(&pool, &mut link);
        speak(&pool);
    }
}

/// Waits for the next look, without an end while there is nothing to keep; false at the end.
fn rest(keeper: &Keeper, tick: Duration, link: &mut Link) -> bool {
    let mut state = keeper.state.lock();
    let nothing = state.leases.is_empty() && state.links.is_empty() && state.owed.is_empty();
    if nothing && !state.ended {
        state.asleep = true;
        drop(state);
        link.close();
        state = keeper.state.lock();
        while state.asleep && !state.ended {
            state = keeper.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
    if !state.ended {
        let tick = match state.owed.is_empty() {
            true => tick,
            false => tick.min(TRY_AGAIN_AFTER),
        };
        let woken = keeper.wake.wait_timeout(state, tick);
        state = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
    !state.ended
}

fn renew(pool: &Pool, link: &mut Link) {
    let (config, keeper) = (pool.config(), &pool.keeper);
    for (owner, sid) in keeper.due(config.lease) {
        let seconds = config.lease.as_secs();
        let place = Place { table: &config.table, sid: &sid, owner, seconds };
        let since = Instant::now();
        let renewed = ask(pool, link, |link| lease::renew(link, &place));
        let mut state = keeper.state.lock();
        match renewed {
            Ok(true) => {
                if let Some(lease) = state.leases.get_mut(&owner) {
                    lease.renewed = since;
                }
            }
            // Lost, or given up by its request in this moment. The request finds out when it writes.
            Ok(false) => drop(state.leases.remove(&owner)),
            // Tried again at the next look: a lease outlives a short absence of its server.
            Err(_) => Counters::add(&pool.counters.retries, 1),
        }
    }
}

/// How long a renewal waits for its answer: the lease, half of which may be over, must outlive a server that falls silent until
/// another one is asked.
fn patience(pool: &Pool) -> Duration {
    (pool.config().lease / 6).max(Duration::from_secs(1))
}

/// Runs a statement about a lease, which may be run again; a connection that is of no use any more is replaced, by one to another server where
/// its own has become read-only.
fn ask<T>(pool: &Pool, link: &mut Link, mut run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
    let mut tries = 0;
    loop {
        tries += 1;
        if !link.is_open() {
            pool.reopen_apart(link, 0)?;
            link.set_limit(patience(pool))?;
        }
        let outcome = run(link);
        match &outcome {
            Err(cause) if cause.outdated_connection() => link.close(),
            Err(Error::RolledBack { .. }) => {}
            // There is no time to ask it for another connection before the next one is asked.
            Err(Error::Stalled(_)) => pool.fell_silent(link),
            _ => return outcome,
        }
        if tries == 3 {
            return outcome;
        }
    }
}

/// Gives back what requests could not give back, as far as a server lets us now.
fn give_back(pool: &Pool, link: &mut Link) {
    let (config, keeper) = (pool.config(), &pool.keeper);
    let owed: Vec<_> = {
        let mut state = keeper.state.lock();
        state.owed.retain(|owed| owed.until > Instant::now());
        let owed = state.owed.iter();
        owed.map(|owed| (owed.sid.clone(), owed.owner, owed.forget)).collect()
    };
    for (sid, owner, forget) in owed {
        let place = Place { table: &config.table, sid: &sid, owner, seconds: config.lease.as_secs() };
        match ask(pool, link, |link| lease::release(link, &place, forget)) {
            Ok(()) => keeper.settled(owner),
            // What holds for one holds for the others; at the next look they are tried again.
            Err(_) => return Counters::add(&pool.counters.retries, 1),
        }
    }
}

fn speak(pool: &Pool) {
    let links = pool.keeper.state.lock().links.clone();
    for link in links {
        // A request that is using its connection right now needs no help.
        if let Some(mut link) = link.try_lock()
            && let Some(link) = link.as_mut()
            && link.idle() >= speak_after(pool.config())
        {
            // If it fails, the link is closed, and the request's write locks again and compares.
            let _ = link.run("DO 0");
        }
    }
}

#[cfg(test)]
mod tests;
