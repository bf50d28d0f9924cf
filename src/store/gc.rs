//! Garbage collection: expired rows are deleted in batches, oldest first, and rows that somebody
//! holds are skipped.

use super::affected;
use crate::error::Result;
use crate::link::Link;

/// Deletes up to `batch` expired rows in a transaction of its own, and returns how many it found.
/// Fewer than `batch` means that no others were to be had.
///
/// The inner SELECT is a range scan of the index on `expires_at` alone; a plain `DELETE … LIMIT`
/// would wait for the first row that a request holds. STRAIGHT_JOIN makes it come first: on a small
/// table the optimizer would rather scan all rows and ask for each whether it is in the batch, and
/// so wait for every row that is held.
///
/// # Errors
/// As the server says.
pub fn collect(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let replies = link.run(&format!(
        "DELETE `{table}` FROM (SELECT id FROM `{table}` WHERE expires_at<=UNIX_TIMESTAMP() \
         ORDER BY expires_at LIMIT {batch} FOR UPDATE SKIP LOCKED) expired \
         STRAIGHT_JOIN `{table}` ON `{table}`.id=expired.id"
    ))?;
    affected(&replies, 0)
}
