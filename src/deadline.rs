//! One deadline over all slices of a wait.
//!
//! A statement that waits for a row holds up whoever wants to lock the whole server, a backup or a switchover, and those hold up the
//! request that has the row. So the server ends each such wait after a second ([`SLICE_SECONDS`], told when a connection is made), and the
//! operation tries again, as long as its own time lasts.

use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// Seconds for which one statement waits for a row: the server's `innodb_lock_wait_timeout`, which knows whole ones only.
pub const SLICE_SECONDS: u64 = 1;

/// When an operation has waited long enough, whatever it waits for meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    /// `rustdb.lock_wait`, in seconds.
    pub lock_wait: u64,
    end: Instant,
}

impl Deadline {
    /// For an operation that begins now.
    pub fn after(lock_wait: u64) -> Deadline {
        Deadline { lock_wait, end: Instant::now() + Duration::from_secs(lock_wait) }
    }

    /// Whole seconds that are left, which is all that the server knows: the last one is never cut short. 0 when it is over.
    pub fn left(&self) -> u64 {
        self.remaining().as_secs_f64().ceil() as u64
    }

    /// The same to the nanosecond.
    pub fn remaining(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    pub fn is_over(&self) -> bool {
        self.remaining().is_zero()
    }

    /// Tries something again whose slice has ended, until the deadline. Each attempt is an exchange of its own with the server, and leaves
    /// nothing there when it fails: after an error a connection is in no transaction.
    ///
    /// # Errors
    /// As the last attempt; [`Error::LockTimeout`] only after the deadline, and at most a slice later.
    pub fn patiently<T>(&self, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
        loop {
            match attempt() {
                Err(Error::LockTimeout { .. }) if !self.is_over() => {}
                outcome => return outcome,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn slice_ended() -> Error {
        Error::LockTimeout { seconds: 0, holder: None }
    }

    #[test]
    fn what_has_no_time_to_wait_is_tried_once() {
        let (deadline, mut attempts) = (Deadline::after(0), 0);
        let outcome: Result<()> = deadline.patiently(|| {
            attempts += 1;
            Err(slice_ended())
        });
        assert_eq!((outcome, attempts), (Err(slice_ended()), 1));
        assert_eq!((deadline.left(), deadline.is_over()), (0, true));
    }

    #[test]
    fn slices_follow_each_other_until_one_succeeds_or_fails_otherwise() {
        let deadline = Deadline::after(3600);
        for last in [Ok(7), Err(Error::Gone("cut".into()))] {
            let mut slices = [Err(slice_ended()), Err(slice_ended()), last.clone()].into_iter();
            assert_eq!(deadline.patiently(|| slices.next().unwrap()), last);
        }
    }

    #[test]
    fn the_last_slice_begins_before_the_deadline() {
        let deadline = Deadline::after(1);
        let mut began = Vec::new();
        let outcome: Result<()> = deadline.patiently(|| {
            began.push(deadline.left());
            thread::sleep(Duration::from_millis(300));
            Err(slice_ended())
        });
        assert_eq!(outcome, Err(slice_ended()));
        assert!(deadline.is_over());
        assert!(began.iter().all(|left| *left == 1), "{began:?}");
    }
}
