//! What a pool's users count since the start of the process, for phpinfo() and `Rustdb\status()`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a start takes at most that need not wait for its session; more counts as a wait.
pub const NOTICEABLE_WAIT: Duration = Duration::from_millis(10);

/// Each counter's name is for programs, its words are for people.
macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident $words:literal)*) => {
        /// Counters are added to without a lock, and read one by one.
        #[derive(Debug, Default)]
        pub struct Counters {
            $($(#[$doc])* pub $name: AtomicU64,)*
        }

        impl Counters {
            /// All of them: the name, the words, the number.
            pub fn list(&self) -> Vec<(&'static str, &'static str, u64)> {
                vec![$((stringify!($name), $words, self.$name.load(Ordering::Relaxed)),)*]
            }
        }
    };
}

counters! {
    connects "Connections made"
    /// Those of them that took the place of a pooled one: lost, stale, or to another than the first server.
    reconnects "Connections replaced"
    reads "Sessions read"
    writes "Sessions written"
    touches "Sessions touched"
    /// Sessions stored for the first time; they are `writes` as well.
    births "Sessions born"
    /// Sessions that were locked before they existed, and left without being stored.
    empty_births "New sessions left empty"
    /// Starts that took longer than [`NOTICEABLE_WAIT`] from the first locking statement until they had their session or gave up. A server
    /// does not tell whether a row lock was free at once.
    lock_waits "Lock waits over 10 ms"
    /// How long those starts took together.
    lock_wait_us "Lock waits, microseconds in all"
    lock_timeouts "Lock timeouts"
    retries "Statements retried"
    /// Writes that were not acknowledged, for whatever reason.
    refused_writes "Writes refused"
    /// Those of them that would have overwritten another request's.
    fencing_refusals "Writes refused by their version"
    /// Writes under `rustdb.lock=merge` that were put together with another request's.
    merges "Sessions merged"
    /// What two requests had both changed, in those writes and in those that were refused for it.
    merge_conflicts "Merge conflicts"
    collected_rows "Sessions collected"
}

impl Counters {
    pub fn add(counter: &AtomicU64, number: u64) {
        counter.fetch_add(number, Ordering::Relaxed);
    }
}
