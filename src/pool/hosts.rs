//! Which servers of `rustdb.host` this process has found down: they are passed over as long as another can be used, and
//! looked after behind the requests, so that none but the first pays for them.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::background::{Mutex, without_signals};
use crate::error::{Error, Result};

/// How long a server that was down is left alone before somebody looks whether it is back.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// The servers of one list, by their place in it.
pub struct Hosts {
    /// When each was found down last; none for one that is not known to be.
    down: Mutex<Vec<Option<Instant>>>,
}

impl Hosts {
    pub fn new(number: usize) -> Arc<Hosts> {
        Arc::new(Hosts {
            down: Mutex::new(vec![None; number]),
        })
    }

    /// The order in which to try them: that of the list, and those that are down at the end, for when no other can be used.
    pub fn order(&self) -> Vec<usize> {
        let down = self.down.lock();
        let (up, down): (Vec<_>, Vec<_>) = (0..down.len()).partition(|rank| down[*rank].is_none());
        [up, down].concat()
    }

    /// Whether this one is known to be down.
    pub fn is_down(&self, rank: usize) -> bool {
        self.down.lock().get(rank).is_some_and(Option::is_some)
    }

    /// Whether one before this one may be of use.
    pub fn has_better(&self, rank: usize) -> bool {
        self.down.lock().iter().take(rank).any(Option::is_none)
    }

    /// What came of connecting to one.
    pub fn tried<T>(&self, rank: usize, outcome: &Result<T>) {
        let down = outcome.as_ref().err().is_some_and(is_down);
        if let Some(host) = self.down.lock().get_mut(rank) {
            *host = down.then(Instant::now);
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
        for rank in due {
            let (hosts, connect) = (Arc::clone(self), connect.clone());
            let look = move || hosts.tried(rank, &connect(rank));
            let thread = thread::Builder::new().name("rustdb-hosts".into());
            let _ = without_signals(|| thread.spawn(look));
        }
    }

    /// Those before `rank` that are to be looked after now. Nobody else does for a while.
    fn due(&self, rank: usize) -> Vec<usize> {
        let mut down = self.down.lock();
        let before = down.iter_mut().take(rank).enumerate();
        let due = before.filter_map(|(rank, since)| {
            let since = since.as_mut()?;
            (since.elapsed() >= LOOK_AGAIN_AFTER).then(|| {
                *since = Instant::now();
                rank
            })
        });
        due.collect()
    }

    #[cfg(test)]
    pub fn down_since(&self, rank: usize) -> Option<Instant> {
        self.down.lock()[rank]
    }

    /// Makes all that are down due.
    #[cfg(test)]
    pub fn wait_is_over(&self) {
        for since in self.down.lock().iter_mut().flatten() {
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
            | Error::Gone(_)
            | Error::Killed { .. }
            | Error::Stalled(_)
            | Error::Server { code: 1040, .. }
    )
}
