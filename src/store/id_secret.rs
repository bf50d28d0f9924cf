//! The secret from which ids of ours are signed ([`crate::sid::signed`]): a row of the sessions' table, whose id is the digest of none, and which
//! never ends.

use super::mark::GONE;
use super::sql::{first_row, hex};
use crate::db::{Link, Reply};
use crate::error::Result;
use crate::random::random_bytes;
use crate::sid::signed::Secret;

const ROW: &str = "x'0000000000000000000000000000000000000000000000000000000000000000'";

/// The end of the year 9999, in unix seconds.
const NEVER: u64 = 253_402_300_799;

/// The statement that asks for it.
pub fn question(table: &str) -> String {
    format!("SELECT data FROM `{table}` WHERE id={ROW}")
}

/// Takes it from the answer; none where there is none, or what is there is not one.
pub fn parse(reply: Option<Reply>) -> Option<Secret> {
    let row = first_row(reply).ok()??;
    let bytes = row.values().bytes().ok()??.try_into().ok()?;
    Some(Secret(bytes))
}

/// Makes it where nobody has yet. None where something else stands in its place.
pub fn make(link: &mut Link, table: &str) -> Result<Option<Secret>> {
    let (version, fresh) = (u64::from_ne_bytes(random_bytes()?), hex(&random_bytes::<32>()?));
    let question = question(table);
    let sql = format!(
        "INSERT INTO `{table}` (id,version,codec,created_at,expires_at,data) \
         VALUES ({ROW},{version},{GONE},UNIX_TIMESTAMP(),{NEVER},{fresh}) ON DUPLICATE KEY UPDATE id=id;{question}"
    );
    Ok(parse(link.run(&sql)?.pop()))
}
