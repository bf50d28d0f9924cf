//! Work on a table beside the sessions', for tickets and labels: on a connection of its own, never that of a session, and with errors that
//! name that table.

use crate::db::{Pool, PooledLink};
use crate::error::{Error, Failure, Result};

/// Runs `work`; the table's name is that of the sessions' with `suffix` behind it.
///
/// # Errors
/// As `work`, in words.
pub fn work_on<T>(
    pool: &Pool,
    suffix: &str,
    lock_wait: u64,
    operation: &str,
    work: impl FnOnce(&mut PooledLink) -> Result<T>,
) -> Result<T, Failure> {
    let outcome = pool.config.check_suffix(suffix).and_then(|()| work(&mut pool.get(lock_wait)?));
    outcome.map_err(|cause| Failure {
        operation: operation.to_owned(),
        place: pool.place_beside(suffix),
        cause: match cause {
            // No request holds a row of these for longer than one statement.
            Error::LockTimeout { .. } => Error::WriteBlocked { seconds: lock_wait },
            other => other,
        },
    })
}
