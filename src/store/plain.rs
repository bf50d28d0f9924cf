//! Statements without locks: reads that wait for nobody, the writes of `rustdb.lock=none`, and the
//! deletion of a session that this request does not hold. One round trip each.

use super::row::Write;
use super::{
    CODEC_PLAIN, COLUMNS, PREPARE_FROM, Row, affected, delete_statement, id_literal, parse_row,
    push_data, touch_statement,
};
use crate::error::Result;
use crate::link::{Cluster, Link, Param, Reply};
use crate::sid::SessionId;

/// Reads the row as last committed. On a connection with an open transaction that is READ
/// COMMITTED's plain read too: it waits for no lock and takes none.
///
/// # Errors
/// As the server says.
pub fn read(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    let id = id_literal(sid);
    parse_row(link.run(&format!("SELECT {COLUMNS} FROM `{table}` WHERE id={id}"))?)
}

/// Reads the row as any node of the cluster has last committed it: this node first applies what the
/// others have written. On a single server that is what [`read`] does.
///
/// # Errors
/// As the server says.
pub fn read_causal(link: &mut Link, table: &str, sid: &SessionId) -> Result<Option<Row>> {
    let id = id_literal(sid);
    parse_row(run_causal(
        link,
        &format!("SELECT {COLUMNS} FROM `{table}` WHERE id={id}"),
    )?)
}

/// Runs a SELECT that sees what any node of the cluster has committed.
///
/// # Errors
/// As the server says.
pub(super) fn run_causal(link: &mut Link, select: &str) -> Result<Vec<Reply>> {
    let sql = match link.cluster {
        Cluster::No => return link.run(select),
        Cluster::Galera => {
            format!("SET SESSION wsrep_sync_wait=1;{select};SET SESSION wsrep_sync_wait=0")
        }
        // A hint in the statement (SET_VAR) has no effect on this variable.
        Cluster::Group => format!(
            "SET SESSION group_replication_consistency='BEFORE';{select};\
             SET SESSION group_replication_consistency=DEFAULT"
        ),
    };
    link.run(&sql).inspect_err(|_| {
        // The setting may have stayed: the next request gets a new connection.
        link.outdated = true;
    })
}

/// Writes whatever is there or not: the last write wins. Running it again does no harm.
///
/// # Errors
/// As the server says.
pub fn replace(link: &mut Link, table: &str, sid: &SessionId, new: &Write<'_>) -> Result<()> {
    let Write {
        data,
        version,
        lifetime,
    } = *new;
    let head = format!(
        "INSERT INTO `{table}` (codec,created_at,id,version,expires_at,data) \
         VALUES ({CODEC_PLAIN},UNIX_TIMESTAMP(),"
    );
    // created_at stands first, so that it still sees the old row's expiry.
    let tail = ") ON DUPLICATE KEY UPDATE created_at=IF(expires_at>UNIX_TIMESTAMP(),created_at,VALUES(created_at)),\
         codec=VALUES(codec),version=VALUES(version),expires_at=VALUES(expires_at),data=VALUES(data)";
    if data.len() < PREPARE_FROM {
        let mut sql = head;
        sql.push_str(&id_literal(sid));
        sql.push_str(&format!(",{version},UNIX_TIMESTAMP()+{lifetime},"));
        push_data(&mut sql, data);
        sql.push_str(tail);
        return link.run(&sql).map(drop);
    }
    let parameters = [
        Param::Bytes(sid.digest()),
        Param::Number(version),
        Param::Number(lifetime),
        Param::Bytes(data),
    ];
    link.execute(
        &format!("{head}?,?,UNIX_TIMESTAMP()+?,?{tail}"),
        &parameters,
    )
    .map(drop)
}

/// Moves the expiry of a row that still is of this version; false when it is not.
///
/// # Errors
/// As the server says.
pub fn touch(
    link: &mut Link,
    table: &str,
    sid: &SessionId,
    version: u64,
    lifetime: u64,
) -> Result<bool> {
    let sql = touch_statement(table, sid, version, lifetime);
    Ok(affected(&link.run(&sql)?, 0)? == 1)
}

/// Deletes the row, if there is one, after whoever holds it.
///
/// # Errors
/// As the server says.
pub fn destroy(link: &mut Link, table: &str, sid: &SessionId) -> Result<()> {
    link.run(&delete_statement(table, sid)).map(drop)
}

/// Deletes the row if it still is of this version; false when there is one of another.
///
/// # Errors
/// As the server says.
pub fn destroy_version(
    link: &mut Link,
    table: &str,
    sid: &SessionId,
    version: u64,
) -> Result<bool> {
    let delete = delete_statement(table, sid);
    link.run(&format!("{delete} AND version={version}"))?;
    Ok(read(link, table, sid)?.is_none())
}
