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
use std::sync::{Arc, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::background::{Mutex, without_signals};
use super::connector::{Connector, Owner};
use super::lender::PooledLink;
use super::link::Link;
use crate::config::ServerConfig;
use crate::counters::Counters;
use crate::error::{Error, Result};
use crate::held::{self, Board, Held, Sign};
use crate::sid::SessionId;

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
pub struct Keeper {
    state: Mutex<State>,
    connector: Arc<Connector>,
    board: Option<&'static Board>,
}

#[derive(Default)]
struct State {
    leases: HashMap<Owner, Lease>,
    links: Vec<SharedLink>,
    owed: Vec<Owed>,
    /// There once it was started. It sleeps by itself and is woken by name: parking_lot's condition variables are not for forked children.
    thread: Option<Thread>,
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
    /// Without leaving its row behind.
    forget: bool,
    /// When it has ended by itself.
    until: Instant,
}

impl Keeper {
    pub fn new(connector: &Arc<Connector>) -> Arc<Keeper> {
        Arc::new(Keeper { state: Mutex::default(), connector: Arc::clone(connector), board: held::board() })
    }

    /// Keeps a lease that was taken or renewed at `since`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn keep_lease(self: &Arc<Self>, sid: &SessionId, owner: Owner, since: Instant) -> Result<()> {
        let mut state = self.state.lock();
        // One that was taken once more is held on: its end must not be told behind its beginning.
        drop(state.leases.remove(&owner));
        let lease = Lease { sid: sid.clone(), renewed: since, _held: Held::new(self.board, owner.number()) };
        state.leases.insert(owner, lease);
        self.wake(&mut state)
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
    pub fn owe(self: &Arc<Self>, sid: &SessionId, owner: Owner, forget: bool) {
        let mut state = self.state.lock();
        drop(state.leases.remove(&owner));
        if state.owed.len() == MOST_OWED {
            state.owed.remove(0);
        }
        state.owed.push(Owed { sid: sid.clone(), owner, forget, until: Instant::now() + self.connector.config.lease });
        // Without a thread it ends by itself.
        let _ = self.wake(&mut state);
        // The thread may be about to sleep for long.
        state.thread.as_ref().inspect(|thread| thread.unpark());
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
    pub fn keep_link(self: &Arc<Self>, link: PooledLink) -> Result<KeptLink> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let mut state = self.state.lock();
        // First: where there is no thread, the connection goes, and the lock with it.
        self.wake(&mut state)?;
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
        let mut state = self.state.lock();
        state.ended = true;
        state.thread.as_ref().inspect(|thread| thread.unpark());
    }

    /// Starts the thread, or ends its sleep where that has no end.
    fn wake(self: &Arc<Self>, state: &mut State) -> Result<()> {
        match &state.thread {
            None => {
                let (weak, tick) = (Arc::downgrade(self), tick(&self.connector.config));
                let thread = thread::Builder::new().name("rustdb-keeper".into());
                let thread = without_signals(|| thread.spawn(move || run(&weak, tick)))?
                    .map_err(|error| Error::Connect(format!("no thread to keep locks: {error}")))?;
                state.thread = Some(thread.thread().clone());
            }
            Some(thread) if mem::take(&mut state.asleep) => thread.unpark(),
            Some(_) => {}
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
    let look = if config.leases { look.min(config.lease / 6) } else { look };
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
fn run(keeper: &Weak<Keeper>, tick: Duration) {
    let mut link = Link::closed();
    let mut woken = false;
    while let Some(pause) = keeper.upgrade().and_then(|keeper| keeper.rest(tick, woken, &mut link)) {
        woken = pause.is_none();
        match pause {
            Some(tick) => thread::park_timeout(tick),
            None => thread::park(),
        }
        if let Some(keeper) = keeper.upgrade()
            && !keeper.state.lock().ended
        {
            keeper.renew(&mut link);
            keeper.give_back(&mut link);
            keeper.speak();
        }
    }
}

impl Keeper {
    /// How long until the next look: without an end while there is nothing to keep. None at the end.
    ///
    /// Who was `woken` from such a sleep does not go back to it at once: a short request has gone by then, and so would be the
    /// next one, each of which would have to wake the thread.
    fn rest(&self, tick: Duration, woken: bool, link: &mut Link) -> Option<Option<Duration>> {
        let mut state = self.state.lock();
        if state.ended {
            return None;
        }
        let (nothing, nothing_owed) = (state.leases.is_empty() && state.links.is_empty(), state.owed.is_empty());
        state.asleep = nothing && nothing_owed && !woken;
        if state.asleep {
            drop(state);
            link.close();
            return Some(None);
        }
        Some(Some(if nothing_owed { tick } else { tick.min(TRY_AGAIN_AFTER) }))
    }

    fn renew(&self, link: &mut Link) {
        let config = &self.connector.config;
        for (owner, sid) in self.due(config.lease) {
            let since = Instant::now();
            let renewed = self.ask(link, |link| (self.connector.statements.renew)(link, config, &sid, owner));
            let mut state = self.state.lock();
            match renewed {
                Ok(true) => {
                    if let Some(lease) = state.leases.get_mut(&owner) {
                        lease.renewed = since;
                    }
                }
                // Lost, or given up by its request in this moment. The request finds out when it writes.
                Ok(false) => drop(state.leases.remove(&owner)),
                // Tried again at the next look: a lease outlives a short absence of its server.
                Err(_) => Counters::add(&self.connector.counters.retries, 1),
            }
        }
    }

    /// How long a renewal waits for its answer: the lease, half of which may be over, must outlive a server that falls silent until
    /// another one is asked.
    fn patience(&self) -> Duration {
        (self.connector.config.lease / 6).max(Duration::from_secs(1))
    }

    /// Runs a statement about a lease, which may be run again; a connection that is of no use any more is replaced, by one to another
    /// server where its own has become read-only.
    fn ask<T>(&self, link: &mut Link, mut run: impl FnMut(&mut Link) -> Result<T>) -> Result<T> {
        let mut tries = 0;
        loop {
            tries += 1;
            if !link.is_open() {
                self.connector.reopen_apart(link, 0)?;
                link.set_limit(self.patience())?;
            }
            let outcome = run(link);
            match &outcome {
                Err(cause) if cause.outdated_connection() => link.close(),
                Err(Error::RolledBack { .. }) => {}
                // There is no time to ask it for another connection before the next one is asked.
                Err(Error::Stalled(_)) => self.connector.fell_silent(link),
                _ => return outcome,
            }
            if tries == 3 {
                return outcome;
            }
        }
    }

    /// Gives back what requests could not give back, as far as a server lets us now.
    fn give_back(&self, link: &mut Link) {
        let owed: Vec<_> = {
            let mut state = self.state.lock();
            state.owed.retain(|owed| owed.until > Instant::now());
            let owed = state.owed.iter();
            owed.map(|owed| (owed.sid.clone(), owed.owner, owed.forget)).collect()
        };
        let (release, config) = (self.connector.statements.release, &self.connector.config);
        for (sid, owner, forget) in owed {
            match self.ask(link, |link| release(link, config, &sid, owner, forget)) {
                Ok(()) => self.settled(owner),
                // What holds for one holds for the others; at the next look they are tried again.
                Err(_) => return Counters::add(&self.connector.counters.retries, 1),
            }
        }
    }

    fn speak(&self) {
        let links = self.state.lock().links.clone();
        for link in links {
            // A request that is using its connection right now needs no help.
            if let Some(mut link) = link.try_lock()
                && let Some(link) = link.as_mut()
                && link.idle() >= speak_after(&self.connector.config)
            {
                // If it fails, the link is closed, and the request's write locks again and compares.
                let _ = link.run("DO 0");
            }
        }
    }
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
