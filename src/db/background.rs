//! What threads beside PHP's need: all signals are blocked in them, for PHP's timeouts and pcntl's signals must reach the thread that runs
//! the request; and mutexes that survive panics and forks.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use nix::sys::signal::{SigSet, SigmaskHow};
use parking_lot::MutexGuard;

use crate::error::{Error, Result};
use crate::process;

/// The first process of this family that had threads of ours; 0 before there was one.
static PARENT: AtomicU32 = AtomicU32::new(0);

/// Whether this process came by a fork from one that had threads of ours.
pub fn is_child() -> bool {
    let parent = PARENT.load(Ordering::Relaxed);
    parent != 0 && parent != process::id()
}

/// parking_lot's mutex, which a panic does not poison: what it guards here is valid at every moment.
#[derive(Default)]
pub struct Mutex<T>(parking_lot::Mutex<T>);

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(parking_lot::const_mutex(value))
    }

    /// In a forked child nobody may park: parking_lot's table of sleeping threads has entries there of threads that are not.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        if !is_child() {
            return self.0.lock();
        }
        loop {
            match self.0.try_lock() {
                Some(guard) => return guard,
                None => thread::sleep(Duration::from_micros(100)),
            }
        }
    }

    /// None while somebody else has it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_lock()
    }
}

/// Runs `start`, which starts a thread, with all signals blocked: a new thread inherits that.
///
/// # Errors
/// When the system refuses.
pub fn without_signals<T>(start: impl FnOnce() -> T) -> Result<T> {
    /// Restores the mask even when `start` panics.
    struct Mask(SigSet);
    impl Drop for Mask {
        fn drop(&mut self) {
            let _ = self.0.thread_set_mask();
        }
    }
    let _ = PARENT.compare_exchange(0, process::id(), Ordering::Relaxed, Ordering::Relaxed);
    let before = SigSet::all()
        .thread_swap_mask(SigmaskHow::SIG_SETMASK)
        .map_err(|error| Error::Connect(format!("signals cannot be blocked: {error}")))?;
    let _restore = Mask(before);
    Ok(start())
}
