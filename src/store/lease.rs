//! The lease protocol: who holds a session stands in a small table beside the sessions.
//!
//! It is for clusters that are written on several nodes, where a row lock holds on one node only, and for sites where no transaction may stay
//! open. A lease is a row that names its owner, a random token, and its end by the server's clock. Taking, renewing, and writing with it are
//! single statements that each succeed for one owner only, and every node certifies them. All of them may be run again after any error.
//!
//! In its own table, taking a lease costs some 500 bytes of binary log on MySQL and 900 on MariaDB, which logs the statement's text too;
//! beside the data each lease would write the whole session twice. RETURNING is never used: Galera sends its rows before the cluster has
//! certified the statement, and two nodes would both be told that the lease is theirs.

use std::process;
use std::sync::OnceLock;

use nix::unistd::gethostname;

use super::mark::{End, NOW_MICROS};
use super::read::{Row, found, push_columns, query_by_id, run_causal};
use super::sql::{Statement, affected, first_row, hex};
use super::write::{Base, Lifetime, Write, push_assignments, push_expiry, push_insert};
use crate::config::{LONGEST_LEASE, ServerConfig};
use crate::db::{Cluster, Link, Owner};
use crate::error::Result;
use crate::sid::SessionId;

/// What a lease table's name has behind that of the sessions' table.
pub const SUFFIX: &str = "_lease";

/// The condition under which a lease, whose table the statement knows by this prefix, holds nobody off: it was given back, or has ended.
///
/// One that ends later than any could is over as well: it was written while the server's clock was wrong. Two clocks of a cluster that agree
/// within a millisecond may still show a second's difference, so the longest lease has two seconds to spare.
pub fn is_free(prefix: &str) -> String {
    let longest = LONGEST_LEASE + 2;
    format!("{prefix}lease_until NOT BETWEEN UNIX_TIMESTAMP()+1 AND UNIX_TIMESTAMP()+{longest}")
}

/// What a lease's row says about this process, for people: "pid 1234 on web1", in not more than the column's 64 characters, all of them
/// harmless in a statement.
fn here() -> String {
    static HOST: OnceLock<String> = OnceLock::new();
    // A Linux host's name has 64 characters at most, and each of ours goes into the binary log thrice.
    let host = HOST.get_or_init(|| {
        let name = gethostname().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let name = name.to_string_lossy().replace(|c| !plain(c), "?");
        name.chars().take(48).collect()
    });
    format!("pid {} on {host}", process::id())
}

/// Where a session and its lease are, for all statements here.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The sessions' table.
    pub table: &'a str,
    pub sid: &'a SessionId,
    pub owner: Owner,
    /// Seconds that a lease lives without renewal.
    pub seconds: u64,
}

impl<'a> Place<'a> {
    pub fn of(config: &'a ServerConfig, sid: &'a SessionId, owner: Owner) -> Place<'a> {
        Place { table: &config.table, sid, owner, seconds: config.lease.as_secs() }
    }

    /// The condition under which the lease is still ours. An expired one is too, as long as nobody else has taken it.
    fn push_held<'b>(&'b self, sql: &mut Statement<'b>) {
        sql.text("l.id=").bytes(self.sid.digest()).text(" AND l.lease_owner=").bytes(&self.owner.0);
        sql.text(" AND l.lease_until>0");
    }

    fn held(&self) -> String {
        let mut sql = Statement::default();
        self.push_held(&mut sql);
        sql.into_text()
    }

    /// The statement that changes the lease if it is ours.
    fn update(&self, set: &str) -> String {
        format!("UPDATE `{}{SUFFIX}` l SET {set} WHERE {}", self.table, self.held())
    }
}

/// Takes the lease if it is free, or expired, or ours already, and reads the session with it. None when somebody else has it.
///
/// # Errors
/// After any of them the lease may be taken all the same; running it again does no harm.
pub fn acquire(link: &mut Link, place: &Place<'_>) -> Result<Option<Option<Row>>> {
    let Place { table, sid, owner, seconds } = *place;
    let (id, me, here, free) = (hex(sid.digest()), hex(&owner.0), here(), is_free(""));
    // Those two stay as they are in a lease that is ours already.
    let holder =
        format!("lease_holder=IF({free},@h,lease_holder),lease_since=IF({free},UNIX_TIMESTAMP(),lease_since),");
    let (columns, values, assignments) = match link.lease_has_holder {
        true => (",lease_holder,lease_since", ",@h,UNIX_TIMESTAMP()", holder.as_str()),
        false => ("", "", ""),
    };
    let mut read = String::new();
    // The SELECT has its row at once; what takes its time is the INSERT before it, which may wait for a disk or for other nodes.
    push_columns(&mut read, link, table, "@n");
    // MariaDB writes the statement's text into the binary log as well: the variables keep it short. The end is assigned last, because all
    // others look at it, and after the owner, at which it looks.
    let mut replies = link.run(&format!(
        "SET @o={me},@h='{here}',@n={NOW_MICROS};\
         INSERT INTO `{table}{SUFFIX}` (id,lease_owner,lease_until{columns}) \
         VALUES ({id},@o,UNIX_TIMESTAMP()+{seconds}{values}) \
         ON DUPLICATE KEY UPDATE {assignments}lease_owner=IF({free},@o,lease_owner),\
         lease_until=IF(lease_owner=@o,UNIX_TIMESTAMP()+{seconds},lease_until);\
         SELECT l.lease_owner=@o FROM `{table}{SUFFIX}` l WHERE l.id={id};\
         SELECT {read} FROM `{table}{SUFFIX}` l \
         JOIN `{table}` s ON s.id=l.id WHERE l.id={id} AND l.lease_owner=@o"
    ))?;
    let row = replies.pop();
    let is_ours = first_row(replies)?.map(|row| row.values().number()).transpose()?;
    if is_ours != Some(1) {
        return Ok(None);
    }
    Ok(Some(found(link, table, row)?))
}

/// Whether the lease looks free, or is ours, without trying to take it: waiters look before they try again, which makes no conflict between
/// the nodes of a cluster. It is ours where a node has refused it, for want of the others, that these have given us.
pub fn looks_free(link: &mut Link, place: &Place<'_>) -> Result<bool> {
    let begin = format!("SELECT {},lease_owner FROM `{}{SUFFIX}` WHERE id=", is_free(""), place.table);
    let prepared = match link.queries() {
        true => query_by_id(link, begin.clone(), place.sid, "")?,
        false => None,
    };
    let replies = match prepared {
        Some(reply) => vec![reply],
        None => link.run(&(begin + &hex(place.sid.digest())))?,
    };
    let Some(row) = first_row(replies)? else {
        return Ok(true);
    };
    let mut values = row.values();
    Ok(values.number()? == 1 || values.bytes()? == Some(&place.owner.0[..]))
}

/// Who holds the lease, in words; none when nobody does, or when it is not known. For a message only, so it has no errors.
pub fn holder(link: &mut Link, place: &Place<'_>) -> Option<String> {
    if !link.lease_has_holder {
        return None;
    }
    let (table, id, free) = (place.table, hex(place.sid.digest()), is_free(""));
    let replies = link.run(&format!(
        "SELECT lease_holder,CAST(UNIX_TIMESTAMP() AS SIGNED)-CAST(lease_since AS SIGNED) \
         FROM `{table}{SUFFIX}` WHERE id={id} AND NOT({free}) AND lease_holder<>''"
    ));
    let row = first_row(replies.ok()?).ok()??;
    let mut values = row.values();
    let holder = values.text().ok()?;
    let seconds: i64 = values.text().ok()?.parse().ok()?;
    Some(format!("held by {} for {} s", holder.escape_debug(), seconds.max(0)))
}

/// Gives a lease that is ours a new end. False when it is not ours any more.
pub fn renew(link: &mut Link, place: &Place<'_>) -> Result<bool> {
    run_held(link, place, &place.update(&format!("l.lease_until=UNIX_TIMESTAMP()+{}", place.seconds)), 1)
}

/// Writes the session and frees the lease, in one commit. False when the lease is not ours any more or the row is not the one that was read;
/// then nothing was written.
///
/// # Errors
/// After [`crate::error::Error::lost_transaction`] the write may or may not have happened.
pub fn write(link: &mut Link, place: &Place<'_>, base: Base, new: &Write<'_>) -> Result<bool> {
    match base {
        Base::Nothing => insert(link, place, new),
        Base::Live(version) | Base::Expired(version) => update(link, place, base, version, new),
        Base::GivenUp => Ok(false),
    }
}

fn update(link: &mut Link, place: &Place<'_>, base: Base, old: u64, new: &Write<'_>) -> Result<bool> {
    // One row of each table.
    let label = new.label.statement(place.table, "=2");
    let mut sql = Statement::of(link, new.data);
    if label.is_some() {
        sql.begin(link, None)?;
    }
    push_update(&mut sql, place);
    push_assignments(&mut sql, link, base, new);
    sql.text(" WHERE ");
    place.push_held(&mut sql);
    sql.text(" AND s.version=").number(old);
    new.label.push_condition(&mut sql, place.table);
    if label.is_some() {
        sql.commit(label);
    }
    Ok(sql.run(link)? == 2)
}

/// An UPDATE of the session that frees the lease with it, up to another assignment.
fn push_update(sql: &mut Statement<'_>, place: &Place<'_>) {
    sql.text("UPDATE `").text(place.table).text(SUFFIX).text("` l JOIN `").text(place.table);
    sql.text("` s ON s.id=l.id SET l.lease_until=0,");
}

/// The lease is freed first, and the row inserted only where that found it.
fn insert(link: &mut Link, place: &Place<'_>, new: &Write<'_>) -> Result<bool> {
    let mut sql = Statement::of(link, new.data);
    sql.begin(link, Some(&place.update("l.lease_until=0")))?;
    push_insert(&mut sql, link, place.table, place.sid, new);
    sql.found_before().text("=1");
    new.label.push_condition(&mut sql, place.table);
    sql.commit(new.label.statement(place.table, "=1"));
    Ok(sql.run(link)? == 1)
}

/// Moves the expiry of an unchanged session and frees the lease, in one commit. False when the lease is not ours any more.
pub fn touch(link: &mut Link, place: &Place<'_>, version: u64, lifetime: Lifetime) -> Result<bool> {
    let mut sql = Statement::default();
    push_update(&mut sql, place);
    push_expiry(&mut sql, link, lifetime);
    sql.text(" WHERE ");
    place.push_held(&mut sql);
    sql.text(" AND s.version=").number(version);
    run_held(link, place, &sql.into_text(), 2)
}

/// Frees the lease; with `forget`, which is for a session that was never stored, without leaving its row behind. One that is not freed ends
/// by itself.
pub fn release(link: &mut Link, place: &Place<'_>, forget: bool) -> Result<()> {
    let sql = match forget {
        true => format!("DELETE l FROM `{}{SUFFIX}` l WHERE {}", place.table, place.held()),
        false => place.update("l.lease_until=0"),
    };
    run_held(link, place, &sql, 1).map(drop)
}

/// Ends the session, and its lease where that is ours or nobody's, in one commit. `version` is a random value.
pub fn destroy(link: &mut Link, place: &Place<'_>, end: End, version: u64) -> Result<()> {
    let (table, id, me) = (place.table, hex(place.sid.digest()), hex(&place.owner.0));
    let (end, free) = (end.statements(table, place.sid, version), is_free(""));
    let lease = format!("DELETE FROM `{table}{SUFFIX}` WHERE id={id} AND (lease_owner={me} OR {free})");
    link.run(&format!("START TRANSACTION;{end};{lease};COMMIT")).map(drop)
}

/// Puts a new owner in the place of ours, so that a write that may still be on its way can never land. True when it had not landed; false
/// when it had, or when the lease was lost before.
pub fn take_over(link: &mut Link, place: &Place<'_>, new: Owner) -> Result<bool> {
    let set = format!("l.lease_owner={},l.lease_until=UNIX_TIMESTAMP()+{}", hex(&new.0), place.seconds);
    run_held(link, place, &place.update(&set), 1)
}

/// Runs an UPDATE or DELETE that needs our lease; true where it found so many rows. On a cluster the lease may have been taken on another
/// node, and this one not know of it yet: what it has not found it looks for once more when it has caught up.
fn run_held(link: &mut Link, place: &Place<'_>, sql: &str, rows: u64) -> Result<bool> {
    if affected(&link.run(sql)?, 0)? == rows {
        return Ok(true);
    }
    if link.cluster == Cluster::No {
        return Ok(false);
    }
    let (table, id) = (place.table, hex(place.sid.digest()));
    run_causal(link, &format!("SELECT 1 FROM `{table}{SUFFIX}` WHERE id={id}"))?;
    Ok(affected(&link.run(sql)?, 0)? == rows)
}
