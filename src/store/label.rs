//! Labels: a table beside the sessions' that says whom a session belongs to, and by which it is ended.
//!
//! A session that was labelled has a random handle in its row, and is alive only while the label's row of that handle exists. So deleting the
//! small row ends the session at once, however long a request holds the large one: a read that finds a handle without its label takes the
//! session for expired, and a write states that the label is there. Both look at the label without locking it (READ COMMITTED, which reads
//! other tables of an UPDATE or a FOR UPDATE without locks; tried on MariaDB 10.11 and MySQL 9.7), and so revoking waits for no request.
//!
//! Here stands what reads and writes of a session say of its label; [`super::labelled`] works on the labels themselves.

use super::sql::{Statement, data, first_row, hex, write_digits};
use crate::db::Link;
use crate::error::Result;

/// What a label table's name has behind that of the sessions' table.
pub const SUFFIX: &str = "_label";

/// Names a session to those who may see it in a list: random, and no way to its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handle(pub [u8; 16]);

impl Handle {
    /// Takes its 32 [`Handle::digits`]; none for anything else.
    pub fn parse(text: &[u8]) -> Option<Handle> {
        let digits = std::str::from_utf8(text).ok()?;
        let handle = Handle(u128::from_str_radix(digits, 16).ok()?.to_be_bytes());
        // Neither upper case nor a sign.
        (handle.digits() == text).then_some(handle)
    }

    /// Takes it from a row's column, which is 16 bytes or NULL.
    pub fn of(column: Option<&[u8]>) -> Option<Handle> {
        column.and_then(|bytes| bytes.try_into().ok()).map(Handle)
    }

    /// 32 hexadecimal digits.
    pub fn digits(self) -> [u8; 32] {
        let mut digits = [0; 32];
        write_digits(&mut digits, &self.0);
        digits
    }
}

/// What a write does with the session's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelWrite<'a> {
    /// The session was never labelled.
    None,
    /// It has this handle, and is written only while that has its label.
    Kept(Handle),
    /// It gets its first label, with this handle.
    New(Handle, &'a [u8]),
    /// It has this handle, and gets another label or none; written as `Kept`.
    Changed(Handle, Option<&'a [u8]>),
}

impl LabelWrite<'_> {
    /// The handle that the session's row has after the write.
    pub fn handle(&self) -> Option<&Handle> {
        match self {
            LabelWrite::None => None,
            LabelWrite::Kept(handle) | LabelWrite::New(handle, _) | LabelWrite::Changed(handle, _) => Some(handle),
        }
    }

    /// The handle whose label has to be there already.
    pub fn needs(&self) -> Option<&Handle> {
        match self {
            LabelWrite::Kept(handle) | LabelWrite::Changed(handle, _) => Some(handle),
            LabelWrite::None | LabelWrite::New(..) => None,
        }
    }

    /// The condition that the label is there, where it has to be, behind another one.
    pub fn push_condition<'a>(&'a self, sql: &mut Statement<'a>, table: &str) {
        if let Some(handle) = self.needs() {
            sql.text(" AND EXISTS(SELECT 1 FROM `").text(table).text(SUFFIX).text("` k WHERE k.handle=");
            sql.bytes(&handle.0).text(")");
        }
    }

    /// The statement that stores the label, behind the one that wrote the session: it does something only where that one has found rows, as
    /// `found` says: `=1`, `=2` or `>0`. Running both again does no harm.
    pub fn statement(&self, table: &str, found: &str) -> Option<String> {
        match *self {
            LabelWrite::None | LabelWrite::Kept(_) => None,
            LabelWrite::New(handle, label) => Some(format!(
                "INSERT INTO `{table}{SUFFIX}` (handle,label,created_at,checked_at) SELECT {},{},UNIX_TIMESTAMP(),UNIX_TIMESTAMP() \
                 FROM DUAL WHERE ROW_COUNT(){found} ON DUPLICATE KEY UPDATE label=VALUES(label)",
                hex(&handle.0),
                data(label)
            )),
            LabelWrite::Changed(handle, label) => Some(format!(
                "UPDATE `{table}{SUFFIX}` SET label={} WHERE handle={} AND ROW_COUNT(){found}",
                label.map_or("NULL".into(), data),
                hex(&handle.0)
            )),
        }
    }
}

/// The column of a read that brings the label: NULL where its row is gone, else a sign and the label, if there is one.
pub fn push_column(sql: &mut String, table: &str) {
    for part in [",(SELECT COALESCE(CONCAT('=',k.label),'-') FROM `", table, SUFFIX, "` k WHERE k.handle=s.handle)"] {
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
pub fn read(link: &mut Link, table: &str, handle: Handle) -> Result<Option<Option<Vec<u8>>>> {
    let handle = hex(&handle.0);
    let sql = format!("SELECT COALESCE(CONCAT('=',label),'-') FROM `{table}{SUFFIX}` WHERE handle={handle}");
    match first_row(link.run(&sql)?)? {
        Some(row) => Ok(parse_column(row.values().bytes()?)),
        None => Ok(None),
    }
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
