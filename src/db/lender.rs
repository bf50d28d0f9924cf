//! Lends connections, so many at a time: r2d2's work, but for a child of a process that had a pool.
//!
//! r2d2 has a thread that sleeps in parking_lot's table of sleeping threads, which is the process's. A forked child inherits the table with
//! entries of threads that it does not have, and may walk them for ever. So nothing parks there in such a child, and connections are lent
//! without r2d2: it runs one request at a time, and waits for none of them.

use std::convert::Infallible;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use r2d2::{ManageConnection, PooledConnection};
use scheduled_thread_pool::ScheduledThreadPool;

use super::background::{Mutex, is_child, without_signals};
use super::link::Link;
use crate::error::{Error, Result};

/// How long r2d2's thread may take to hand out a connection that is there to be had, and needs no server.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Makes connections that are closed: each is opened in the thread that needs it.
struct Closed;

impl ManageConnection for Closed {
    type Connection = Link;
    type Error = Infallible;

    fn connect(&self) -> Result<Link, Infallible> {
        Ok(Link::closed())
    }

    fn is_valid(&self, _: &mut Link) -> Result<(), Infallible> {
        Ok(())
    }

    /// r2d2 asks when one comes back, and keeps those that are open. One with a transaction lost its session to a bug or a panic: closing it
    /// frees the lock, or the others who wait.
    fn has_broken(&self, link: &mut Link) -> bool {
        end(link);
        !link.is_open()
    }
}

fn end(link: &mut Link) {
    if link.in_transaction || link.in_line {
        link.close();
    }
}

fn pool(size: u32) -> r2d2::Pool<Closed> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .max_lifetime(None)
        .idle_timeout(None)
        .thread_pool(Arc::new(ScheduledThreadPool::builder().num_threads(1).thread_name_pattern("rustdb-pool").build()))
        .build_unchecked(Closed)
}

/// A fixed number of connections to lend.
pub struct Lender {
    /// There from the first use on: it may start a thread.
    source: OnceLock<Source>,
    size: u32,
    lent: Arc<AtomicU32>,
    /// How many threads are within r2d2 right now.
    inside: Arc<AtomicU32>,
    /// How often somebody had to wait for one.
    waits: AtomicU64,
}

enum Source {
    Pool(r2d2::Pool<Closed>),
    /// Those of a child; the one that came back last is lent first.
    Child(Arc<Mutex<Vec<Link>>>),
}

impl Lender {
    pub fn new(size: u32) -> Lender {
        let (lent, inside) = Default::default();
        Lender { source: OnceLock::new(), size, lent, inside, waits: AtomicU64::new(0) }
    }

    fn source(&self) -> Result<&Source> {
        let size = self.size;
        if let Some(source) = self.source.get() {
            return Ok(source);
        }
        let source = match is_child() {
            true => Source::Child(Arc::default()),
            // It panics where there is no thread.
            false => Source::Pool(
                without_signals(|| catch_unwind(move || pool(size)))?
                    .map_err(|_| Error::Connect("no thread to connect in: the system gives none to the pool".into()))?,
            ),
        };
        Ok(self.source.get_or_init(|| source))
    }

    /// A connection, open or not; waits until one comes back where all are lent. None after `limit`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn take(&self, limit: Duration) -> Result<Option<PooledLink>> {
        let all = self.lent.load(Ordering::Relaxed) >= self.size;
        if all {
            self.waits.fetch_add(1, Ordering::Relaxed);
        }
        let lent = match self.source()? {
            Source::Pool(pool) => {
                let _inside = Inside::new(&self.inside);
                let limit = if all { limit } else { limit.max(AT_ONCE) };
                match pool.try_get().or_else(|| pool.get_timeout(limit).ok()) {
                    Some(link) => Lent::Pooled(link),
                    None => return Ok(None),
                }
            }
            Source::Child(idle) => {
                let link = idle.lock().pop().unwrap_or_else(Link::closed);
                Lent::Own(link, Arc::clone(idle))
            }
        };
        self.lent.fetch_add(1, Ordering::Relaxed);
        Ok(Some(PooledLink { lent: Some(lent), counter: Arc::clone(&self.lent), inside: Arc::clone(&self.inside) }))
    }

    /// The same without waiting for others.
    ///
    /// # Errors
    /// As [`Lender::take`].
    pub fn spare(&self) -> Result<Option<PooledLink>> {
        match self.lent.load(Ordering::Relaxed) < self.size {
            true => self.take(AT_ONCE),
            false => Ok(None),
        }
    }

    /// Connections that there may be, that are lent, and that are idle.
    pub fn count(&self) -> (u32, u32, u32) {
        let idle = match self.source.get() {
            Some(Source::Pool(pool)) => pool.state().idle_connections,
            Some(Source::Child(idle)) => idle.lock().len() as u32,
            None => 0,
        };
        (self.size, self.lent.load(Ordering::Relaxed), idle)
    }

    /// In a child after a fork: closes the child's copies of the idle connections without a word to the server. Another thread of the parent
    /// may have been in here, and would have left it locked for ever: then they are left alone.
    pub fn abandon(&self) {
        if let Some(Source::Pool(pool)) = self.source.get()
            && self.inside.load(Ordering::Relaxed) == 0
        {
            while let Some(mut link) = pool.try_get() {
                link.close();
                mem::forget(link);
            }
        }
    }

    /// How often [`Lender::take`] had to wait.
    pub fn waits(&self) -> u64 {
        self.waits.load(Ordering::Relaxed)
    }
}

/// Counts who is within r2d2.
struct Inside<'a>(&'a AtomicU32);

impl Inside<'_> {
    fn new(counter: &AtomicU32) -> Inside<'_> {
        counter.fetch_add(1, Ordering::Relaxed);
        Inside(counter)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection lent out by the pool; dropping it gives it back.
pub struct PooledLink {
    /// There until it is dropped.
    lent: Option<Lent>,
    counter: Arc<AtomicU32>,
    inside: Arc<AtomicU32>,
}

enum Lent {
    Pooled(PooledConnection<Closed>),
    Own(Link, Arc<Mutex<Vec<Link>>>),
}

impl PooledLink {
    /// Itself, unless it [is dead](Link::is_dead).
    pub fn alive(self) -> Option<PooledLink> {
        (!self.is_dead()).then_some(self)
    }
}

impl Deref for PooledLink {
    type Target = Link;

    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref(&self) -> &Link {
        match self.lent.as_ref().expect("a link until it is dropped") {
            Lent::Pooled(link) => link,
            Lent::Own(link, _) => link,
        }
    }
}

impl DerefMut for PooledLink {
    #[expect(clippy::expect_used, reason = "only drop takes it")]
    fn deref_mut(&mut self) -> &mut Link {
        match self.lent.as_mut().expect("a link until it is dropped") {
            Lent::Pooled(link) => link,
            Lent::Own(link, _) => link,
        }
    }
}

impl Drop for PooledLink {
    fn drop(&mut self) {
        match self.lent.take() {
            // In a child after a fork it is the parent's, and so is the pool.
            Some(Lent::Pooled(mut link)) if link.is_inherited() => {
                link.close();
                mem::forget(link);
            }
            Some(Lent::Own(mut link, _)) if link.is_inherited() => link.close(),
            Some(Lent::Own(mut link, idle)) => {
                end(&mut link);
                if link.is_open() {
                    idle.lock().push(link);
                }
            }
            pooled => {
                let _inside = Inside::new(&self.inside);
                drop(pooled);
            }
        }
        self.counter.fetch_sub(1, Ordering::Relaxed);
    }
}
