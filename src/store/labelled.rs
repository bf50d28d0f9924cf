//! The labels themselves ([`super::label`]): their table, whose sessions there are, and their end.

use super::label::{Handle, SUFFIX};
use super::read::run_causal;
use super::schema::{self, Columns, Table};
use super::sql::{affected, data, hex, list, rows};
use crate::config::ServerConfig;
use crate::db::Link;
use crate::error::{Error, Result};

/// Bytes that a label has at most: what an index of any row format takes, with utf8mb4's 4 bytes a character in mind of those who join it
/// with a table of users.
pub const MAX_LENGTH: usize = 191;

/// Seconds after which gc looks at a label again, whether its session is still there.
const CHECK_AFTER: u64 = 86_400;

/// Makes the label table, and the columns of a sessions' table that an earlier version made, where they are missing. The caller must have no
/// transaction open ([`schema::upgrade`]).
///
/// # Errors
/// [`Error::TableMissing`] and [`Error::TableOld`] where rustdb may make neither.
pub fn prepare(link: &mut Link, config: &ServerConfig) -> Result<()> {
    let table = &config.table;
    config.check_suffix(SUFFIX)?;
    schema::upgrade(link, config, Columns::Handle)?;
    let labels = format!("SELECT handle,label,orphan FROM `{table}{SUFFIX}` LIMIT 0");
    schema::ask_table(link, config, &labels, Table::Labels)?;
    link.has_labels = true;
    Ok(())
}

/// Whose labels are meant.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// All of a label, but for one.
    Of(&'a [u8], Option<Handle>),
    One(Handle),
}

/// The first `batch` handles, and whether each has a live session.
pub fn find(link: &mut Link, table: &str, which: Which<'_>, batch: usize) -> Result<Vec<(Handle, bool)>> {
    let which = match which {
        Which::Of(label, None) => format!("k.label={}", data(label)),
        Which::Of(label, Some(keep)) => format!("k.label={} AND k.handle<>{}", data(label), hex(&keep.0)),
        Which::One(handle) => format!("k.handle={}", hex(&handle.0)),
    };
    let sql = format!(
        "SELECT k.handle,EXISTS(SELECT 1 FROM `{table}` s WHERE s.handle=k.handle AND s.expires_at>UNIX_TIMESTAMP()) \
         FROM `{table}{SUFFIX}` k WHERE {which} ORDER BY k.handle LIMIT {batch}"
    );
    let rows = rows(run_causal(link, &sql)?)?;
    let found = rows.iter().map(|row| {
        let mut values = row.values();
        let handle = Handle::of(values.bytes()?).ok_or_else(|| Error::Nonsense("a handle that is none".into()))?;
        Ok((handle, values.number()? == 1))
    });
    found.collect()
}

/// Deletes labels, and so ends their sessions; returns how many were still there.
pub fn delete(link: &mut Link, table: &str, handles: &[Handle]) -> Result<u64> {
    let list = list(handles.iter().map(|handle| &handle.0[..]));
    affected(&link.run(&format!("DELETE FROM `{table}{SUFFIX}` WHERE handle IN {list}"))?, 0)
}

/// One session of a label, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub handle: Handle,
    /// Unix seconds by the server's clock: when it got its first label.
    pub created: u64,
    /// When it was written or touched last.
    pub seen: u64,
}

/// The live sessions of a label, newest first, each once: after session_regenerate_id() two rows may have one handle.
pub fn sessions_of(link: &mut Link, table: &str, label: &[u8]) -> Result<Vec<Entry>> {
    let sql = format!(
        "SELECT k.handle,k.created_at,MAX(GREATEST(s.seen_at,s.created_at)) FROM `{table}{SUFFIX}` k \
         JOIN `{table}` s ON s.handle=k.handle WHERE s.expires_at>UNIX_TIMESTAMP() AND k.label={} \
         GROUP BY k.handle,k.created_at ORDER BY k.created_at DESC,k.handle",
        data(label)
    );
    let mut entries = Vec::new();
    for row in rows(run_causal(link, &sql)?)? {
        let mut values = row.values();
        if let Some(handle) = Handle::of(values.bytes()?) {
            entries.push(Entry { handle, created: values.number()?, seen: values.number()? });
        }
    }
    Ok(entries)
}

/// Looks after up to `batch` labels that were not looked at for a day, and deletes those that had no session then and have none now: once
/// would not do, for a request that gives its session a new id has none for a moment. Returns how many it has looked at. Two round trips.
pub fn sweep(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let replies = link.run(&format!(
        "SELECT k.handle,k.orphan+2*EXISTS(SELECT 1 FROM `{table}` s WHERE s.handle=k.handle) \
         FROM `{table}{SUFFIX}` k WHERE k.checked_at<UNIX_TIMESTAMP()-{CHECK_AFTER} \
         ORDER BY k.checked_at LIMIT {batch}"
    ))?;
    let rows = rows(replies)?;
    // Alone for the first time, alone again, and with a session.
    let mut found: [Vec<&[u8]>; 3] = Default::default();
    for row in &rows {
        let mut values = row.values();
        if let Some(handle) = values.bytes()? {
            found[values.number()?.min(2) as usize].push(handle);
        }
    }
    let checked =
        |orphan: u8| format!("UPDATE `{table}{SUFFIX}` SET checked_at=UNIX_TIMESTAMP(),orphan={orphan} WHERE");
    let does = [checked(1), format!("DELETE FROM `{table}{SUFFIX}` WHERE orphan=1 AND"), checked(0)];
    let does = does.iter().zip(found).filter(|(_, handles)| !handles.is_empty());
    let sql: Vec<_> = does.map(|(does, handles)| format!("{does} handle IN {}", list(handles))).collect();
    if !sql.is_empty() {
        link.run(&sql.join(";"))?;
    }
    Ok(rows.len() as u64)
}
