//! Labels: a table beside the sessions' that says whom a session belongs to, and by which it is ended.
//!
//! A session that was labelled has a random handle in its row, and is alive only while the label's row of that handle
//! exists. So deleting the small row ends the session at once, however long a request holds the large one: a read
//! that finds a handle without its label takes the session for expired, and a write states that the label is there.
//! Both look at the label without locking it (READ COMMITTED, which reads other tables of an UPDATE or a FOR UPDATE
//! without locks; tried on MariaDB 10.11 and MySQL 9.7), and so revoking waits for no request.

use super::setup::{self, Table};
use super::{affected, end_rows, mark, plain, push_data, push_hex, push_in_list, push_number};
use crate::config::{LockMode, ServerConfig};
use crate::db::{Link, Reply};
use crate::error::{Error, Result};

/// What a label table's name has behind that of the sessions' table.
pub const SUFFIX: &str = "_label";

/// Bytes that a label has at most: what an index of any row format takes, with utf8mb4's 4 bytes a character in mind
/// of those who join it with a table of users.
pub const MAX_LENGTH: usize = 191;

/// Seconds after which gc looks at a label again, whether its session is still there.
const CHECK_AFTER: u64 = 86_400;

/// Names a session to those who may see it in a list: random, and no way to its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handle(pub [u8; 16]);

impl Handle {
    /// Takes its 32 [`Handle::digits`]; none for anything else.
    pub fn parse(text: &[u8]) -> Option<Handle> {
        let digits = std::str::from_utf8(text).ok()?;
        let lower = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if digits.len() != 32 || !digits.bytes().all(lower) {
            return None;
        }
        let number = u128::from_str_radix(digits, 16).ok()?;
        Some(Handle(number.to_be_bytes()))
    }

    /// Takes it from a row's column, which is 16 bytes or NULL.
    pub fn of(column: Option<&[u8]>) -> Option<Handle> {
        column.and_then(|bytes| bytes.try_into().ok()).map(Handle)
    }

    /// 32 hexadecimal digits.
    pub fn digits(self) -> [u8; 32] {
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair[0] = b"0123456789abcdef"[usize::from(byte >> 4)];
            pair[1] = b"0123456789abcdef"[usize::from(byte & 15)];
        }
        digits
    }

    pub fn push(self, sql: &mut String) {
        push_hex(sql, &self.0);
    }
}

/// What a write does with the session's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie<'a> {
    /// The session was never labelled.
    None,
    /// It has this handle, and is written only while that has its label.
    Kept(Handle),
    /// It gets its first label, with this handle.
    New(Handle, &'a [u8]),
    /// It has this handle, and gets another label or none; written as `Kept`.
    Changed(Handle, Option<&'a [u8]>),
}

impl Tie<'_> {
    /// The handle that the session's row has after the write.
    pub fn handle(&self) -> Option<Handle> {
        match *self {
            Tie::None => None,
            Tie::Kept(handle) | Tie::New(handle, _) | Tie::Changed(handle, _) => Some(handle),
        }
    }

    /// A literal of that handle; empty where there is none.
    pub fn handle_literal(&self) -> String {
        let mut sql = String::new();
        if let Some(handle) = self.handle() {
            handle.push(&mut sql);
        }
        sql
    }

    /// The handle whose label has to be there already.
    pub fn needs(&self) -> Option<Handle> {
        match *self {
            Tie::Kept(handle) | Tie::Changed(handle, _) => Some(handle),
            Tie::None | Tie::New(..) => None,
        }
    }

    /// ` AND EXISTS(…)` where the label has to be there, with the handle as a literal.
    pub fn push_condition(&self, sql: &mut String, table: &str) {
        if let Some(handle) = self.needs() {
            push_exists(sql, table);
            handle.push(sql);
            sql.push(')');
        }
    }

    /// The statement that stores the label, behind the one that wrote the session: it does something only where that
    /// one has found rows, as `found` says: `=1`, `=2` or `>0`. Running both again does no harm.
    pub fn label_statement(&self, table: &str, found: &str) -> Option<String> {
        match *self {
            Tie::None | Tie::Kept(_) => None,
            Tie::New(handle, label) => {
                let mut sql = format!("INSERT INTO `{table}{SUFFIX}` (handle,label,created_at,checked_at) SELECT ");
                handle.push(&mut sql);
                sql.push(',');
                push_data(&mut sql, label);
                sql.push_str(",UNIX_TIMESTAMP(),UNIX_TIMESTAMP() FROM DUAL WHERE ROW_COUNT()");
                sql.push_str(found);
                sql.push_str(" ON DUPLICATE KEY UPDATE label=VALUES(label)");
                Some(sql)
            }
            Tie::Changed(handle, label) => {
                let mut sql = format!("UPDATE `{table}{SUFFIX}` SET label=");
                match label {
                    Some(label) => push_data(&mut sql, label),
                    None => sql.push_str("NULL"),
                }
                sql.push_str(" WHERE handle=");
                handle.push(&mut sql);
                sql.push_str(" AND ROW_COUNT()");
                sql.push_str(found);
                Some(sql)
            }
        }
    }
}

/// ` AND EXISTS(SELECT … WHERE k.handle=`, for a literal or a parameter and `)`.
pub fn push_exists(sql: &mut String, table: &str) {
    for part in [" AND EXISTS(SELECT 1 FROM `", table, SUFFIX, "` k WHERE k.handle="] {
        sql.push_str(part);
    }
}

/// The column of a read that brings the label: NULL where its row is gone, else a sign and the label, if there is one.
pub fn push_column(sql: &mut String, table: &str, alias: &str) {
    for part in
        [",(SELECT COALESCE(CONCAT('=',k.label),'-') FROM `", table, SUFFIX, "` k WHERE k.handle=", alias, ".handle)"]
    {
        sql.push_str(part);
    }
}

/// Takes that column apart: none where the label's row is gone.
pub fn parse_column(column: Option<&[u8]>) -> Option<Option<Vec<u8>>> {
    match column? {
        [b'=', label @ ..] => Some(Some(label.to_vec())),
        _ => Some(None),
    }
}

/// The label of a handle, on a connection that has read one without asking for labels; none where it is gone.
///
/// # Errors
/// As the server says.
pub fn read(link: &mut Link, table: &str, handle: Handle) -> Result<Option<Option<Vec<u8>>>> {
    let mut sql = format!("SELECT COALESCE(CONCAT('=',label),'-') FROM `{table}{SUFFIX}` WHERE handle=");
    handle.push(&mut sql);
    let rows = rows(link.run(&sql)?)?;
    let column = rows.first().map(|row| row.values().bytes()).transpose()?;
    Ok(parse_column(column.flatten()))
}

/// Makes the label table, and the columns of a sessions' table that an earlier version made, where they are missing.
/// The second one waits for all transactions that use the table, and so the caller must have none open.
///
/// # Errors
/// [`Error::TableMissing`] and [`Error::TableOld`] where rustdb may make neither, or as the server says.
pub fn prepare(link: &mut Link, config: &ServerConfig) -> Result<()> {
    let table = &config.table;
    config.check_suffix(SUFFIX)?;
    let columns = format!("SELECT handle,seen_at FROM `{table}` LIMIT 0");
    match link.run(&columns) {
        Err(Error::Server { code: 1054, .. }) if config.create_table => {
            match link.run(&setup::columns_statement(table)) {
                // ER_DUP_FIELDNAME: somebody else was faster.
                Ok(_) | Err(Error::Server { code: 1060, .. }) => {}
                Err(cause) => return Err(cause),
            }
        }
        Err(Error::Server { code: 1054, .. }) => return Err(Error::TableOld),
        outcome => drop(outcome?),
    }
    let labels = format!("SELECT handle,label,orphan FROM `{table}{SUFFIX}` LIMIT 0");
    setup::ask_table(link, config, &labels, Table::Labels)?;
    link.knows_handles = true;
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
///
/// # Errors
/// As the server says.
pub fn find(link: &mut Link, table: &str, which: Which<'_>, batch: usize) -> Result<Vec<(Handle, bool)>> {
    let mut sql = format!(
        "SELECT k.handle,EXISTS(SELECT 1 FROM `{table}` s WHERE s.handle=k.handle AND s.expires_at>UNIX_TIMESTAMP()) \
         FROM `{table}{SUFFIX}` k WHERE "
    );
    match which {
        Which::Of(label, keep) => {
            sql.push_str("k.label=");
            push_data(&mut sql, label);
            if let Some(keep) = keep {
                sql.push_str(" AND k.handle<>");
                keep.push(&mut sql);
            }
        }
        Which::One(handle) => {
            sql.push_str("k.handle=");
            handle.push(&mut sql);
        }
    }
    sql.push_str(" ORDER BY k.handle LIMIT ");
    push_number(&mut sql, batch as u64);
    let rows = rows(plain::run_causal(link, &sql)?)?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut values = row.values();
        let handle = Handle::of(values.bytes()?);
        let handle = handle.ok_or_else(|| Error::Nonsense("a handle that is none".into()))?;
        found.push((handle, values.number()? == 1));
    }
    Ok(found)
}

/// Deletes labels, and so ends their sessions; returns how many were still there.
///
/// # Errors
/// As the server says.
pub fn delete(link: &mut Link, table: &str, handles: &[Handle]) -> Result<u64> {
    let list = list(handles);
    let replies = link.run(&format!("DELETE FROM `{table}{SUFFIX}` WHERE handle IN {list}"))?;
    affected(&replies, 0)
}

/// Makes marks of the sessions' rows of handles whose labels are gone, as far as no request holds one: their ids may be young enough to
/// count as ours, and are not to be known again. Two round trips.
///
/// # Errors
/// As the server says.
pub fn end_sessions(link: &mut Link, config: &ServerConfig, handles: &[Handle]) -> Result<()> {
    let (table, list) = (&config.table, list(handles));
    link.in_transaction = true;
    let replies =
        link.run(&format!("START TRANSACTION;SELECT id FROM `{table}` WHERE handle IN {list} FOR UPDATE SKIP LOCKED"))?;
    let rows = rows(replies)?;
    let leases = config.lock == LockMode::Lease;
    end_rows(link, table, leases, &rows, |ids| mark::end_all(table, ids)).map(drop)
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
///
/// # Errors
/// As the server says.
pub fn list_of(link: &mut Link, table: &str, label: &[u8]) -> Result<Vec<Entry>> {
    let mut sql = format!(
        "SELECT k.handle,k.created_at,MAX(GREATEST(s.seen_at,s.created_at)) FROM `{table}{SUFFIX}` k \
         JOIN `{table}` s ON s.handle=k.handle WHERE s.expires_at>UNIX_TIMESTAMP() AND k.label="
    );
    push_data(&mut sql, label);
    sql.push_str(" GROUP BY k.handle,k.created_at ORDER BY k.created_at DESC,k.handle");
    let mut entries = Vec::new();
    for row in rows(plain::run_causal(link, &sql)?)? {
        let mut values = row.values();
        if let Some(handle) = Handle::of(values.bytes()?) {
            entries.push(Entry { handle, created: values.number()?, seen: values.number()? });
        }
    }
    Ok(entries)
}

/// Looks after up to `batch` labels that were not looked at for a day, and deletes those that had no session then and
/// have none now: once would not do, for a request that gives its session a new id has none for a moment. Returns how
/// many it has looked at. Two round trips.
///
/// # Errors
/// As the server says.
pub fn sweep(link: &mut Link, table: &str, batch: u64) -> Result<u64> {
    let replies = link.run(&format!(
        "SELECT k.handle,k.orphan+2*EXISTS(SELECT 1 FROM `{table}` s WHERE s.handle=k.handle) \
         FROM `{table}{SUFFIX}` k WHERE k.checked_at<UNIX_TIMESTAMP()-{CHECK_AFTER} \
         ORDER BY k.checked_at LIMIT {batch}"
    ))?;
    let (mut alone, mut gone, mut alive) = (Vec::new(), Vec::new(), Vec::new());
    let rows = rows(replies)?;
    for row in &rows {
        let mut values = row.values();
        if let Some(handle) = Handle::of(values.bytes()?) {
            match values.number()? {
                0 => alone.push(handle),
                1 => gone.push(handle),
                _ => alive.push(handle),
            }
        }
    }
    let checked = |orphan: u8, handles: &[Handle]| {
        let list = list(handles);
        format!("UPDATE `{table}{SUFFIX}` SET checked_at=UNIX_TIMESTAMP(),orphan={orphan} WHERE handle IN {list};")
    };
    let mut sql = String::new();
    if !alone.is_empty() {
        sql += &checked(1, &alone);
    }
    if !alive.is_empty() {
        sql += &checked(0, &alive);
    }
    if !gone.is_empty() {
        let list = list(&gone);
        sql += &format!("DELETE FROM `{table}{SUFFIX}` WHERE orphan=1 AND handle IN {list};");
    }
    if !sql.is_empty() {
        link.run(sql.trim_end_matches(';'))?;
    }
    Ok(rows.len() as u64)
}

fn list(handles: &[Handle]) -> String {
    let mut sql = String::with_capacity(36 * handles.len() + 1);
    for handle in handles {
        push_in_list(&mut sql, &handle.0);
    }
    sql.push(')');
    sql
}

/// The rows of the SELECT among these answers.
fn rows(replies: Vec<Reply>) -> Result<Vec<crate::db::Row>> {
    let rows = replies.into_iter().find_map(|reply| match reply {
        Reply::Rows(rows) => Some(rows),
        Reply::Done(_) => None,
    });
    rows.ok_or_else(|| Error::Nonsense("no result for a SELECT".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_32_digits_and_nothing_else_is_one() {
        let handle = Handle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255]);
        let text = String::from_utf8(handle.digits().to_vec()).unwrap();
        assert_eq!(text, "000102030405060708090a0b0c0d0eff");
        assert_eq!(Handle::parse(text.as_bytes()), Some(handle));
        let upper = text.to_uppercase();
        for wrong in ["", "00", &text[1..], &upper, &format!("+{}", &text[1..]), &format!("{text}0")] {
            assert_eq!(Handle::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn labels_of_any_bytes_are_told_from_none_and_from_a_row_that_is_gone() {
        assert_eq!(parse_column(None), None);
        assert_eq!(parse_column(Some(b"-")), Some(None));
        assert_eq!(parse_column(Some(b"=-")), Some(Some(b"-".to_vec())));
        assert_eq!(parse_column(Some(b"=\0=\xff")), Some(Some(b"\0=\xff".to_vec())));
    }
}
