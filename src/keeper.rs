//! The background thread that keeps what running requests hold from ending under them: it renews
//! leases, and speaks on the connection of a long row-locked request before the server drops it.
//!
//! One thread per pool, started when there is something to keep, with all signals blocked; it knows
//! nothing of PHP. Requests are mostly shorter than its first look, so that keeping costs them
//! an entry in a table and nothing else.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Condvar, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use crate::background::{Mutex, without_signals};
use crate::config::LockMode;
use crate::counters::Counters;
use crate::error::{Error, Result};
use crate::link::Link;
use crate::pool::Pool;
use crate::sid::SessionId;
use crate::slots::PooledLink;
use crate::store::lease::{self, Owner, Place};

/// A connection that a request holds a lock with, kept from falling silent as long as this lives.
pub struct KeptLink {
    link: SharedLink,
    keeper: Arc<Keeper>,
}

/// The request and the keeper both use it; empty once the request has given it up.
type SharedLink = Arc<Mutex<Option<PooledLink>>>;

/// What running requests hold.
#[derive(Default)]
pub struct Keeper {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    leases: HashMap<Owner, Lease>,
    links: Vec<SharedLink>,
    started: bool,
    /// The thread sleeps without an end, because there was nothing to keep.
    asleep: bool,
    ended: bool,
}

struct Lease {
    sid: SessionId,
    /// Counted from before the statement was sent: the lease ends no earlier than this says.
    renewed: Instant,
}

impl Keeper {
    /// Keeps a lease that was taken or renewed at `since`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn keep_lease(
        self: &Arc<Self>,
        pool: &Arc<Pool>,
        sid: &SessionId,
        owner: Owner,
        since: Instant,
    ) -> Result<()> {
        let mut state = self.state.lock();
        state.leases.insert(
            owner,
            Lease {
                sid: sid.clone(),
                renewed: since,
            },
        );
        self.stir(&mut state, pool)
    }

    /// Forgets a lease: it is given up, or lost.
    pub fn drop_lease(&self, owner: Owner) {
        self.state.lock().leases.remove(&owner);
    }

    /// Keeps a connection from falling silent.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn keep_link(self: &Arc<Self>, pool: &Arc<Pool>, link: PooledLink) -> Result<KeptLink> {
        let link = Arc::new(Mutex::new(Some(link)));
        let mut state = self.state.lock();
        state.links.push(Arc::clone(&link));
        self.stir(&mut state, pool)?;
        Ok(KeptLink {
            link,
            keeper: Arc::clone(self),
        })
    }

    /// The leases that are older than a third of their life.
    fn due(&self, life: Duration) -> Vec<(Owner, SessionId)> {
        let state = self.state.lock();
        let old = |lease: &&Lease| lease.renewed.elapsed() >= life / 3;
        let due = state.leases.iter().filter(|(_, lease)| old(lease));
        due.map(|(owner, lease)| (*owner, lease.sid.clone()))
            .collect()
    }

    /// Ends the thread.
    pub fn end(&self) {
        self.state.lock().ended = true;
        self.wake.notify_all();
    }

    fn stir(self: &Arc<Self>, state: &mut State, pool: &Arc<Pool>) -> Result<()> {
        if !state.started {
            let (keeper, weak, tick) = (Arc::clone(self), Arc::downgrade(pool), tick(pool));
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
        self.keeper
            .state
            .lock()
            .links
            .retain(|link| !Arc::ptr_eq(link, &self.link));
    }
}

/// Leases are renewed when they are older than a third of their life, connections spoken on after a
/// third of the idle timeout. Looking twice as often as the shorter of both keeps either in its first half.
fn tick(pool: &Pool) -> Duration {
    let config = pool.config();
    let shorter = match config.lock {
        LockMode::Lease => config.lease.min(config.idle_timeout),
        _ => config.idle_timeout,
    };
    (shorter / 6).max(Duration::from_millis(50))
}

/// The thread. Its connection is its own, and is there only while requests are long enough to need it.
fn run(keeper: &Keeper, pool: &Weak<Pool>, tick: Duration) {
    let mut link = Link::closed();
    while rest(keeper, tick, &mut link) {
        let Some(pool) = pool.upgrade() else {
            return;
        };
        renew(&pool, &mut link);
        speak(&pool);
    }
}

/// Waits for the next look, without an end while there is nothing to keep; false at the end.
fn rest(keeper: &Keeper, tick: Duration, link: &mut Link) -> bool {
    let mut state = keeper.state.lock();
    if state.leases.is_empty() && state.links.is_empty() && !state.ended {
        state.asleep = true;
        drop(state);
        link.close();
        state = keeper.state.lock();
        while state.asleep && !state.ended {
            state = keeper
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
    if !state.ended {
        let woken = keeper.wake.wait_timeout(state, tick);
        state = woken.unwrap_or_else(PoisonError::into_inner).0;
    }
    !state.ended
}

fn renew(pool: &Pool, link: &mut Link) {
    let (config, keeper) = (pool.config(), &pool.keeper);
    for (owner, sid) in keeper.due(config.lease) {
        let seconds = config.lease.as_secs();
        let place = Place {
            table: &config.table,
            sid: &sid,
            owner,
            seconds,
        };
        let since = Instant::now();
        let renewed = renew_one(pool, link, &place);
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

fn renew_one(pool: &Pool, link: &mut Link, place: &Place<'_>) -> Result<bool> {
    for _ in 0..2 {
        if !link.is_open() {
            pool.reopen_apart(link, 0)?;
            link.set_limit(patience(pool))?;
        }
        match lease::renew(link, place) {
            Err(error) if error.lost_transaction() => {}
            // There is no time to ask it for another connection before the next one is asked.
            Err(Error::Stalled(_)) => pool.fell_silent(link),
            outcome => return outcome,
        }
    }
    lease::renew(link, place)
}

fn speak(pool: &Pool) {
    let links = pool.keeper.state.lock().links.clone();
    for link in links {
        // A request that is using its connection right now needs no help.
        if let Some(mut link) = link.try_lock()
            && let Some(link) = link.as_mut()
            && link.idle() >= pool.config().idle_timeout / 3
        {
            // If it fails, the link is closed, and the request's write locks again and compares.
            let _ = link.run("DO 0");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_are_renewed_when_they_are_older_than_a_third_of_their_life() {
        let keeper = Keeper::default();
        let life = Duration::from_secs(300);
        for (owner, age) in [(1, 99), (2, 100), (3, 0), (4, 299)] {
            let lease = Lease {
                sid: SessionId::parse(b"abc").unwrap(),
                renewed: Instant::now() - Duration::from_secs(age),
            };
            keeper.state.lock().leases.insert(Owner([owner; 16]), lease);
        }
        let mut due: Vec<u8> = keeper
            .due(life)
            .iter()
            .map(|(owner, _)| owner.0[0])
            .collect();
        due.sort_unstable();
        assert_eq!(due, [2, 4]);
    }
}
