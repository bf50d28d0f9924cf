//! The places of a pool: how many connections there may be, which are idle, and waiting for one.
//!
//! It has no thread of its own and parks none in tables that outlive a fork. r2d2, which did this before,
//! keeps a thread that sleeps in parking_lot; after a fork the child inherits that thread's entry in
//! parking_lot's process-wide table, and now and then walks it for ever.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, PoisonError};
use std::time::{Duration, Instant};

use crate::background::Mutex;
use crate::link::Link;

/// A fixed number of places for connections.
pub struct Slots {
    state: Mutex<State>,
    freed: Condvar,
    size: u32,
}

#[derive(Default)]
struct State {
    /// The one that came back last is lent first: the others may fall asleep on the server.
    idle: VecDeque<Link>,
    lent: u32,
    /// How many wait for one right now.
    waiting: u32,
    /// How often somebody had to wait for one.
    waits: u64,
}

impl Slots {
    pub fn new(size: u32) -> Arc<Slots> {
        Arc::new(Slots { state: Mutex::default(), freed: Condvar::new(), size })
    }

    /// A connection, open or not; waits until one comes back where all are lent. None after `limit`.
    pub fn take(self: &Arc<Self>, limit: Duration) -> Option<PooledLink> {
        let deadline = Instant::now() + limit;
        let mut state = self.state.lock();
        if state.lent >= self.size && !limit.is_zero() {
            state.waits += 1;
        }
        while state.lent >= self.size {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            state.waiting += 1;
            state = self.freed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
            state.waiting -= 1;
        }
        state.lent += 1;
        let link = state.idle.pop_back().unwrap_or_else(Link::closed);
        Some(PooledLink { link: Some(link), slots: Arc::clone(self) })
    }

    /// Connections that there may be, that are lent, and that are idle.
    pub fn count(&self) -> (u32, u32, u32) {
        let state = self.state.lock();
        (self.size, state.lent, state.idle.len() as u32)
    }

    /// How often [`Slots::take`] had to wait.
    pub fn waits(&self) -> u64 {
        self.state.lock().waits
    }

    /// In a child after a fork: closes the child's copies of the idle connections without a word to the
    /// server. Another thread of the parent may have been in here; then they are left alone.
    pub fn abandon(&self) {
        if let Some(mut state) = self.state.try_lock() {
            state.idle.iter_mut().for_each(Link::abandon);
        }
    }

    fn give_back(&self, mut link: Link) {
        // One that comes back with a transaction open lost its session to a bug or a panic: closing it
        // frees the lock, or the others who wait.
        if link.in_transaction || link.in_line {
            link.close();
        }
        let mut state = self.state.lock();
        state.lent -= 1;
        if link.is_open() {
            state.idle.push_back(link);
        }
        let awaited = state.waiting > 0;
        drop(state);
        // A system call, and mostly for nobody.
        if awaited {
            self.freed.notify_one();
        }
    }
}

/// A connection lent out by the pool; dropping it gives it back.
pub struct PooledLink {
    /// There until it is dropped.
    link: Option<Link>,
    slots: Arc<Slots>,
}

impl PooledLink {
    /// Itself, unless it [is dead](Link::is_dead).
    pub fn alive(mut self) -> Option<PooledLink> {
        (!self.is_dead()).then_some(self)
    }
}

impl Deref for PooledLink {
    type Target = Link;

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref(&self) -> &Link {
        self.link.as_ref().expect("a link until it is dropped")
    }
}

impl DerefMut for PooledLink {
    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref_mut(&mut self) -> &mut Link {
        self.link.as_mut().expect("a link until it is dropped")
    }
}

impl Drop for PooledLink {
    fn drop(&mut self) {
        if let Some(link) = self.link.take() {
            // In a child after a fork both are the parent's: the link closes its copy of the socket.
            if !link.is_inherited() {
                self.slots.give_back(link);
            }
        }
    }
}
