//! Tickets: a table beside the sessions' of rows that are used once. One round trip each.

use super::mark::NO_MARK;
use super::read::run_causal;
use super::schema::{self, Table};
use super::sql::{affected, first_row, hex};
use crate::config::ServerConfig;
use crate::db::Link;
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// What a ticket table's name has behind that of the sessions' table.
pub const SUFFIX: &str = "_ticket";

/// Stores a ticket that ends in `seconds` by the server's clock, and makes the table where it is missing.
///
/// # Errors
/// [`Error::Server`] 1062 where this one is stored already.
pub fn insert(link: &mut Link, config: &ServerConfig, id: &[u8; 32], sealed: &[u8], seconds: u64) -> Result<()> {
    let sql = format!(
        "INSERT INTO `{}{SUFFIX}` (id,sealed,expires_at) VALUES ({},{},UNIX_TIMESTAMP()+{seconds})",
        config.table,
        hex(id),
        hex(sealed)
    );
    schema::ask_table(link, config, &sql, Table::Tickets).map(drop)
}

/// What a ticket holds that is neither used nor expired, on whichever node of a cluster it was issued.
pub fn find(link: &mut Link, config: &ServerConfig, id: &[u8; 32]) -> Result<Option<Vec<u8>>> {
    let (table, id) = (&config.table, hex(id));
    let sql = format!("SELECT sealed FROM `{table}{SUFFIX}` WHERE expires_at>UNIX_TIMESTAMP() AND id={id}");
    let found = match run_causal(link, &sql) {
        // Where a table had to be made nothing was issued.
        Err(Error::Server { code: 1146, .. }) => schema::ask_table(link, config, &sql, Table::Tickets),
        outcome => outcome,
    }?;
    match first_row(found)? {
        Some(row) => Ok(row.values().bytes()?.map(<[u8]>::to_vec)),
        None => Ok(None),
    }
}

/// What became of a ticket that somebody tried to use.
pub struct Taken {
    /// This is the one of all who try that deleted it before it expired.
    pub first: bool,
    /// Its session's id has been given up since it was issued.
    pub given_up: bool,
}

/// Uses a ticket for the session `sid`.
///
/// The number of deleted rows decides, which on a cluster is that of a certified statement. RETURNING would be one round trip less and wrong
/// there: Galera sends its rows before the other nodes had their say.
///
/// # Errors
/// Where the answer was lost, it may be used.
pub fn take(link: &mut Link, config: &ServerConfig, id: &[u8; 32], sid: &SessionId) -> Result<Taken> {
    let (table, id, session) = (&config.table, hex(id), hex(sid.digest()));
    // What uses the ticket comes last: whatever fails has not.
    let replies = link.run(&format!(
        "SELECT 1 FROM `{table}` WHERE id={session} AND NOT {NO_MARK};\
         DELETE FROM `{table}{SUFFIX}` WHERE expires_at>UNIX_TIMESTAMP() AND id={id}"
    ))?;
    Ok(Taken { first: affected(&replies, 1)? == 1, given_up: first_row(replies)?.is_some() })
}

/// Deletes up to `batch` expired tickets; returns how many.
pub fn collect(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let over = format!("expires_at<=UNIX_TIMESTAMP() ORDER BY expires_at LIMIT {batch}");
    affected(&link.run(&format!("DELETE FROM `{table}{SUFFIX}` WHERE {over}"))?, 0)
}
