//! A session's row as it is read.

use std::time::Instant;

use super::label::{self, Handle};
use super::mark::{GONE, MARK, Mark, NOW_MICROS};
use super::sql::{first_row, push_digits, push_hex};
use crate::db::{Cluster, Link, Param, Reply};
use crate::error::{Error, Result};
use crate::sid::SessionId;

/// A session's row as a request found it.
#[derive(Debug, Clone)]
pub struct Row {
    pub version: u64,
    /// How `data` is stored: see [`crate::codec`].
    pub codec: u8,
    /// Unix seconds by the server's clock, like `expires_at`; of a mark, the microseconds at which it was set.
    pub created_at: u64,
    pub expires_at: u64,
    /// The server's clock at the start of the statement that read the row, in microseconds.
    pub now_micros: u64,
    /// When that statement was sent.
    pub asked_at: Instant,
    /// When the answer came, to know the server's clock later on.
    pub read_at: Instant,
    /// Its label is gone: somebody has signed the session out ([`label`]).
    pub revoked: bool,
    /// Names the session where it was labelled; none where that label is gone, and then it counts as expired.
    pub handle: Option<Handle>,
    pub label: Option<Vec<u8>>,
    /// Seconds that the session has for itself (`Rustdb\lifetime()`); 0 where it has none, and where the table is too old.
    pub lifetime: u64,
    pub data: Vec<u8>,
}

impl Row {
    /// An expired row is a session that does not exist any more; gc has just not come by. One that was born longer than `absolute` seconds
    /// ago is expired too, whatever its expiry says.
    pub fn is_live(&self, absolute: Option<u64>) -> bool {
        self.expires_at.min(self.last_end(absolute)) > self.now()
    }

    /// What this row is where it holds no session, but says what has become of it.
    pub fn mark(&self) -> Option<Mark> {
        let is_mark = self.codec >= MARK && self.expires_at <= self.now() && !self.revoked;
        is_mark.then_some(match self.codec {
            GONE => Mark::Gone,
            _ => Mark::Regenerated,
        })
    }

    /// Whether its id was given up, and so is not to be known again.
    pub fn is_given_up(&self) -> bool {
        self.revoked || self.mark().is_some()
    }

    pub fn now(&self) -> u64 {
        self.now_micros / 1_000_000
    }

    /// When the session ends at the latest, in unix seconds.
    pub fn last_end(&self, absolute: Option<u64>) -> u64 {
        absolute.map_or(u64::MAX, |seconds| self.created_at.saturating_add(seconds))
    }

    /// The server's clock as of this moment, in unix seconds.
    pub fn server_now(&self) -> u64 {
        self.now() + self.read_at.elapsed().as_secs()
    }
}

/// The columns of a read, in the order in which [`found`] takes them, of the sessions' table as `s`. `now` is the server's clock in
/// microseconds when the statement that may have waited began.
pub fn push_columns(sql: &mut String, link: &Link, table: &str, now: &str) {
    sql.push_str("version,codec,created_at,expires_at,");
    sql.push_str(now);
    if link.knows_lifetimes {
        sql.push_str(",lifetime");
    }
    if link.knows_handles {
        sql.push_str(",handle");
    }
    if link.has_labels {
        label::push_column(sql, table);
    }
    sql.push_str(",data");
}

/// What follows SELECT where a session's row is read, up to its id.
pub fn push_columns_where(sql: &mut String, link: &Link, table: &str) {
    push_columns(sql, link, table, NOW_MICROS);
    for part in [" FROM `", table, "` s WHERE id="] {
        sql.push_str(part);
    }
}

/// The SELECT of a session's row.
pub fn push_select(sql: &mut String, link: &Link, table: &str, sid: &SessionId) {
    sql.push_str("SELECT ");
    push_columns_where(sql, link, table);
    push_hex(sql, sid.digest());
}

/// Reads a session's row by a prepared statement, which `end` ends. None where it has to go as text.
pub fn select_prepared(link: &mut Link, table: &str, sid: &SessionId, end: &str) -> Result<Option<Option<Row>>> {
    if !link.queries() {
        return Ok(None);
    }
    let mut sql = link.take_buffer();
    sql.push_str("SELECT ");
    push_columns_where(&mut sql, link, table);
    let reply = query_by_id(link, sql, sid, end)?;
    reply.map(|reply| found(link, table, [reply])).transpose()
}

/// [`Link::query`] for a SELECT between whose beginning and `end` the session's id belongs.
pub fn query_by_id(link: &mut Link, mut sql: String, sid: &SessionId, end: &str) -> Result<Option<Reply>> {
    // MySQL shows parameters among its processes, and who asks there for bytes that are no text gets an error.
    let mut digits = String::new();
    let id = if link.shows_parameters {
        sql.push_str("UNHEX(?)");
        push_digits(&mut digits, sid.digest());
        digits.as_bytes()
    } else {
        sql.push('?');
        sid.digest()
    };
    sql.push_str(end);
    link.query(sql, &[Param::Bytes(id)])
}

/// Runs a SELECT that sees what any node of the cluster has committed.
pub fn run_causal(link: &mut Link, select: &str) -> Result<Vec<Reply>> {
    let sql = match link.cluster {
        Cluster::No => return link.run(select),
        Cluster::Galera => format!("SET SESSION wsrep_sync_wait=1;{select};SET SESSION wsrep_sync_wait=0"),
        // A hint in the statement (SET_VAR) has no effect on this variable.
        Cluster::Group => format!(
            "SET SESSION group_replication_consistency='BEFORE';{select};\
             SET SESSION group_replication_consistency=DEFAULT"
        ),
    };
    link.run(&sql).map_err(|cause| {
        // The setting may have stayed: the next request gets a new connection.
        link.outdated = true;
        match cause {
            // It waits for no row. Galera says that the wait for the others was in vain: the node has lost them.
            Error::LockTimeout { .. } if link.cluster == Cluster::Galera => {
                Error::Killed { code: 1205, message: "it waited in vain for what other nodes have written".into() }
            }
            cause => cause,
        }
    })
}

/// Takes the row out of the answers to a SELECT of these columns; none when there was none. A session whose label is gone was signed out:
/// it counts as expired.
///
/// The first one that was labelled takes one more round trip on a connection that was made before there were labels.
pub fn found(link: &mut Link, table: &str, replies: impl IntoIterator<Item = Reply>) -> Result<Option<Row>> {
    let Some(found) = first_row(replies)? else {
        return Ok(None);
    };
    // In the order of push_columns.
    let mut values = found.values();
    let mut row = Row {
        version: values.number()?,
        // The column is a TINYINT.
        codec: values.number()?.min(255) as u8,
        created_at: values.number()?,
        expires_at: values.number()?,
        now_micros: values.number()?,
        asked_at: link.asked_at,
        read_at: Instant::now(),
        revoked: false,
        lifetime: if link.knows_lifetimes { values.number()? } else { 0 },
        handle: if link.knows_handles { Handle::of(values.bytes()?) } else { None },
        label: None,
        data: Vec::new(),
    };
    if let Some(handle) = row.handle {
        let label = match link.has_labels {
            true => label::parse_column(values.bytes()?),
            false => label::read(link, table, handle)?,
        };
        link.has_labels = true;
        match label {
            Some(label) => row.label = label,
            None => (row.handle, row.expires_at, row.revoked) = (None, 0, true),
        }
    }
    row.data = found.into_last()?;
    Ok(Some(row))
}
