//! Marks: what an id that was given up leaves under its key for a while, so that requests which still bring it are not taken for
//! strangers' (strict mode would send each of them another cookie).
//!
//! A mark is a row of the sessions' table that every version takes for an expired one:
//!
//! - `codec` has the bit [`MARK`]; the bits below it tell how `data` is stored. [`GONE`] has no data.
//! - `version` is the bitwise complement of what it was, so that no write or touch that states the old one finds the row, and encrypted
//!   data stays readable, which is bound to it.
//! - `created_at` is when the mark was set, in microseconds.
//! - `expires_at` is when gc may deal with it, in minutes: far below any session's, so that the index on it keeps the two apart.
//!
//! Each lives in its row's place and is made by the statement that would have deleted the row. An older version that makes a session
//! of it sets all these columns.

use super::sql::hex;
use crate::sid::SessionId;
use crate::sid::signed::KNOWN_FOR;

/// The bit of `codec` that makes an expired row a mark.
pub const MARK: u8 = 128;

/// The `codec` of a mark without data. Other rows that hold no session have it, too.
pub const GONE: u8 = 255;

/// The server's clock in microseconds, at the start of the statement.
pub const NOW_MICROS: &str = "CAST(UNIX_TIMESTAMP(NOW(6))*1000000 AS UNSIGNED)";

/// What is known of an id that was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// session_regenerate_id(true) has given the session another id.
    Regenerated,
    /// The session has ended, and the id is not to be used again.
    Gone,
}

/// What becomes of a row whose session is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is deleted.
    Delete,
    /// It becomes a mark that says [`Mark::Gone`].
    Gone,
    /// It becomes a mark that says [`Mark::Regenerated`], with its data or without. That of a live session which this request holds is
    /// kept, for those who wait for it. gc takes it after so many seconds.
    Regenerated { data: bool, seconds: u64 },
}

/// The condition for a row that is no mark.
pub const NO_MARK: &str = "(codec<128 OR expires_at>UNIX_TIMESTAMP())";

/// A minute behind those in which marks may be gone: an expiry from here on is a session's, in seconds.
pub const NO_MARK_FROM: &str = "UNIX_TIMESTAMP() DIV 60+10000";

/// The condition for an expired row that is a mark which still has data, or the place for it: gc clears it before it deletes the row.
pub const HAS_DATA: &str = "codec BETWEEN 128 AND 254";

impl End {
    /// The statement that ends a session, if there is one, and leaves a mark alone.
    pub fn statement(self, table: &str, sid: &SessionId) -> String {
        let ended = match self {
            End::Delete => format!("DELETE FROM `{table}`"),
            End::Gone => update_to_gone(table),
            End::Regenerated { data: true, seconds } => {
                format!("UPDATE `{table}` SET codec=codec+128,{}", set_mark(seconds))
            }
            End::Regenerated { data: false, seconds } => {
                format!("UPDATE `{table}` SET codec=128,data='',{}", set_mark(seconds))
            }
        };
        format!("{ended} WHERE id={} AND {NO_MARK}", hex(sid.digest()))
    }

    /// The same where there may be no row: a mark is made all the same. `version` is a random value.
    pub fn statements(self, table: &str, sid: &SessionId, version: u64) -> String {
        let statement = self.statement(table, sid);
        match self.insertion(table, sid, version) {
            None => statement,
            Some(insertion) => format!("{insertion} ON DUPLICATE KEY UPDATE id=id;{statement}"),
        }
    }

    /// The statement that makes a mark where there is no row, if one is to be made; where there is one, it fails by 1062.
    pub fn insertion(self, table: &str, sid: &SessionId, version: u64) -> Option<String> {
        let (codec, seconds) = match self {
            End::Delete => return None,
            End::Gone => (GONE, KNOWN_FOR),
            End::Regenerated { seconds, .. } => (MARK, seconds),
        };
        let (id, minutes) = (hex(sid.digest()), minutes_after(seconds));
        Some(format!(
            "INSERT INTO `{table}` (id,version,codec,created_at,expires_at,data) \
             VALUES ({id},{version},{codec},{NOW_MICROS},{minutes},'')"
        ))
    }
}

fn update_to_gone(table: &str) -> String {
    let mark = set_mark(KNOWN_FOR);
    format!("UPDATE `{table}` SET codec={GONE},data='',{mark}")
}

/// What makes a mark of any row, which gc takes after so many seconds.
fn set_mark(seconds: u64) -> String {
    let minutes = minutes_after(seconds);
    format!("version=~version,created_at={NOW_MICROS},expires_at={minutes}")
}

/// In minutes since 1970, and not too early.
fn minutes_after(seconds: u64) -> String {
    format!("(UNIX_TIMESTAMP()+{seconds}) DIV 60+1")
}

/// The statement that makes marks without data of the rows of a list of ids, but for those that are marks already.
pub fn end_all(table: &str, ids: &str) -> String {
    format!("{} WHERE id IN {ids} AND {NO_MARK}", update_to_gone(table))
}
