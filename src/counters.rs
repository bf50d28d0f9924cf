//! What a pool's users count since the start of the process, for phpinfo() and `Rustdb\status()`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a start takes at most that need not wait for its session; more counts as a wait.
pub const NOTICEABLE_WAIT: Duration = Duration::from_millis(10);

/// Counters are added to without a lock, and read one by one.
#[derive(Debug, Default)]
pub struct Counters {
    /// Connections made.
    pub connects: AtomicU64,
    /// Those of them that took the place of a pooled one: lost, stale, or to another than the first server.
    pub reconnects: AtomicU64,
    pub reads: AtomicU64,
    pub writes: AtomicU64,
    pub touches: AtomicU64,
    /// Sessions stored for the first time; they are `writes` as well.
    pub births: AtomicU64,
    /// Sessions that were locked before they existed, and left without being stored.
    pub empty_births: AtomicU64,
    /// Starts that took longer than [`NOTICEABLE_WAIT`] from the first locking statement until they had
    /// their session or gave up. A server does not tell whether a row lock was free at once.
    pub lock_waits: AtomicU64,
    /// How long those starts took together, in microseconds.
    pub lock_wait_us: AtomicU64,
    pub lock_timeouts: AtomicU64,
    pub retries: AtomicU64,
    /// Writes that were not acknowledged, for whatever reason.
    pub refused_writes: AtomicU64,
    /// Those of them that would have overwritten another request's.
    pub fencing_refusals: AtomicU64,
    pub collected_rows: AtomicU64,
}

impl Counters {
    pub fn add(counter: &AtomicU64, number: u64) {
        counter.fetch_add(number, Ordering::Relaxed);
    }

    /// All of them: the name for programs, the words for people, the number.
    pub fn list(&self) -> [(&'static str, &'static str, u64); 14] {
        [
            ("connects", "Connections made", &self.connects),
            ("reconnects", "Connections replaced", &self.reconnects),
            ("reads", "Sessions read", &self.reads),
            ("writes", "Sessions written", &self.writes),
            ("touches", "Sessions touched", &self.touches),
            ("births", "Sessions born", &self.births),
            ("empty_births", "New sessions left empty", &self.empty_births),
            ("lock_waits", "Lock waits over 10 ms", &self.lock_waits),
            ("lock_wait_us", "Lock waits, microseconds in all", &self.lock_wait_us),
            ("lock_timeouts", "Lock timeouts", &self.lock_timeouts),
            ("retries", "Statements retried", &self.retries),
            ("refused_writes", "Writes refused", &self.refused_writes),
            ("fencing_refusals", "Writes refused by their version", &self.fencing_refusals),
            ("collected_rows", "Sessions collected", &self.collected_rows),
        ]
        .map(|(name, words, counter)| (name, words, counter.load(Ordering::Relaxed)))
    }
}
