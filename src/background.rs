//! Threads beside PHP's: all signals are blocked in them, for PHP's timeouts and pcntl's signals must
//! reach the thread that runs the request.

use nix::sys::signal::{SigSet, SigmaskHow};

use crate::error::{Error, Result};

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
