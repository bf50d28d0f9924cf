//! What threads beside PHP's need: all signals are blocked in them, for PHP's timeouts and pcntl's signals
//! must reach the thread that runs the request; and mutexes that survive panics and forks.

use std::sync::{MutexGuard, PoisonError, TryLockError};

use nix::sys::signal::{SigSet, SigmaskHow};

use crate::error::{Error, Result};

/// A mutex that a panic does not poison: what it guards here is valid at every moment. It is the standard
/// library's, which has no table of sleeping threads that a forked child would inherit.
#[derive(Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(std::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// None while somebody else has it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        match self.0.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(guard)) => Some(guard.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
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
    let before = SigSet::all()
        .thread_swap_mask(SigmaskHow::SIG_SETMASK)
        .map_err(|error| Error::Connect(format!("signals cannot be blocked: {error}")))?;
    let _restore = Mask(before);
    Ok(start())
}
