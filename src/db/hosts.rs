//! Which servers of `rustdb.host` this process has found down: they are passed over as long as another can be used, and
//! looked after behind the requests, so that none but the first pays for them.

use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::background::{Mutex, without_signals};
use super::dial::Past;
use crate::error::{Error, Result};

/// How long a server that was down is left alone before somebody looks whether it is back.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The servers of one list, by their place in it.
pub struct Hosts {
    hosts: Mutex<Vec<Host>>,
    past: Vec<Arc<Past>>,
}

#[derive(Clone, Default)]
struct Host {
    /// When it was found down last; none for one that is not known to be.
    down: Option<Instant>,
    /// There while a thread looks after it.
    look: Weak<()>,
}

impl Hosts {
    pub fn new(number: usize) -> Arc<Hosts> {
        Arc::new(Hosts {
            hosts: Mutex::new(vec![Host::default(); number]),
            past: (0..number).map(|_| Arc::default()).collect(),
        })
    }

    /// What is known of connecting to one of them.
    pub fn past(&self, rank: usize) -> &Arc<Past> {
        &self.past[rank]
    }

    /// The order in which to try them: that of the list, and those that are down at the end, for when no other can be used.
    pub fn order(&self) -> Vec<usize> {
        let hosts = self.hosts.lock();
        let (up, down): (Vec<_>, Vec<_>) = (0..hosts.len()).partition(|rank| hosts[*rank].down.is_none());
        [up, down].concat()
    }

    /// Whether this one is known to be down.
    pub fn is_down(&self, rank: usize) -> bool {
        let hosts = self.hosts.lock();
        hosts.get(rank).is_some_and(|host| host.down.is_some())
    }

    /// Whether one before this one may be of use.
    pub fn has_better(&self, rank: usize) -> bool {
        let hosts = self.hosts.lock();
        hosts.iter().take(rank).any(|host| host.down.is_none())
    }

    /// What came of connecting to one.
    pub fn tried<T>(&self, rank: usize, outcome: &Result<T>) {
        self.note(rank, outcome.as_ref().err().is_some_and(is_down));
    }

    /// One does not answer any more.
    pub fn found_down(&self, rank: usize) {
        self.note(rank, true);
    }

    fn note(&self, rank: usize, down: bool) {
        if let Some(host) = self.hosts.lock().get_mut(rank) {
            host.down = down.then(Instant::now);
        }
    }

    /// Looks in threads of their own whether those before `rank` are back that were down a while ago. What `connector` makes
    /// tells. Where it, or the system, gives nothing to look with, the next time is as good.
    pub fn look_after<T, C>(self: &Arc<Self>, rank: usize, connector: impl FnOnce() -> Result<C>)
    where
        C: Fn(usize) -> Result<T> + Send + Clone + 'static,
    {
        let due = self.due(rank);
        if due.is_empty() {
            return;
        }
        let Ok(connect) = connector() else {
            return;
        };
        for (rank, alive) in due {
            let (hosts, connect) = (Arc::clone(self), connect.clone());
            let look = move || {
                let outcome = connect(rank);
                drop(alive);
                hosts.tried(rank, &outcome);
            };
            let thread = thread::Builder::new().name("rustdb-hosts".into());
            let _ = without_signals(|| thread.spawn(look));
        }
    }

    /// Those before `rank` that are to be looked after now, each with what says that somebody does. Nobody else does for a while, nor
    /// as long as that is kept: a look may take longer.
    fn due(&self, rank: usize) -> Vec<(usize, Arc<()>)> {
        let mut hosts = self.hosts.lock();
        let before = hosts.iter_mut().take(rank).enumerate();
        let due = before.filter_map(|(rank, host)| {
            let is_due = host.down?.elapsed() >= LOOK_AGAIN_AFTER && host.look.strong_count() == 0;
            is_due.then(|| {
                let alive = Arc::new(());
                *host = Host { down: Some(Instant::now()), look: Arc::downgrade(&alive) };
                (rank, alive)
            })
        });
        due.collect()
    }

    #[cfg(test)]
    pub fn down_since(&self, rank: usize) -> Option<Instant> {
        self.hosts.lock()[rank].down
    }

    /// Makes all that are down due.
    #[cfg(test)]
    pub fn wait_is_over(&self) {
        let mut hosts = self.hosts.lock();
        for since in hosts.iter_mut().filter_map(|host| host.down.as_mut()) {
            *since -= LOOK_AGAIN_AFTER;
        }
    }
}

/// Whether a server that fails in this way cannot serve anybody at the moment.
pub fn is_down(error: &Error) -> bool {
    // ER_CON_COUNT_ERROR: it takes no more connections.
    matches!(
        error,
        Error::Connect(_)
            | Error::Unresolved { .. }
            | Error::Gone(_)
            | Error::Killed { .. }
            | Error::Stalled(_)
            | Error::Server { code: 1040, .. }
    )
}
