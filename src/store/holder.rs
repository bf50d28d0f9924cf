//! Who has a session's row locked, for the warning of a request that has waited in vain.
//!
//! InnoDB tells only those who may see other people's work: both servers want the PROCESS privilege, and MySQL's list of locks SELECT on
//! `performance_schema.data_locks`. MariaDB lists locks only while somebody waits for them, and we do not any more. So two questions are
//! asked. One names the holder for certain: on MySQL from the list of locks, on MariaDB where another request still waits for this row. The
//! other one names the oldest connection with row locks, and says no more than that.

use super::sql::first_row;
use crate::db::{Link, Reply};
use crate::sid::SessionId;

/// Seconds since a transaction has begun. InnoDB tells its begin by the server's own time zone, which is not that of our connection.
pub(super) const AGE: &str = "TIMESTAMPDIFF(SECOND,t.trx_started,CONVERT_TZ(UTC_TIMESTAMP(),'+00:00','SYSTEM'))";

/// A second at most: the first comment is for MariaDB, the second one for MySQL, and neither for the other.
pub(super) const SELECT: &str = "/*M! SET STATEMENT max_statement_time=1 FOR */ SELECT /*+ MAX_EXECUTION_TIME(1000) */";

/// The connection of a transaction. MySQL's information_schema fails where any process runs a statement with bytes that are no text.
pub(super) const CONNECTION: &str = "information_schema.innodb_trx t \
                          JOIN /*M! information_schema.processlist*/ /*!80022 performance_schema.processlist*/ p \
                          ON p.id=t.trx_mysql_thread_id";

/// Who holds the row, in words that claim no more than is known; none where the server does not tell.
/// Called on a connection without a transaction. For a message only, so it has no errors: one or two
/// round trips, and after a failed one the connection is usable, or closed, as after any other.
pub fn find(link: &mut Link, table: &str, sid: &SessionId, mariadb: bool) -> Option<String> {
    // Without the privilege this one is refused, and there is no need to ask for more.
    let oldest = link.run(&oldest_question()).ok()?;
    let exact = link.run(&exact_question(table, sid, mariadb)).ok();
    if let Some((holder, _)) = exact.and_then(first) {
        return Some(format!("held by {holder}"));
    }
    let (holder, number) = first(oldest)?;
    Some(match number {
        1 => format!("the one connection with row locks in that database: {holder}"),
        _ => format!("the oldest of {number} connections with row locks in that database: {holder}"),
    })
}

fn oldest_question() -> String {
    format!(
        "{SELECT} p.id,p.user,p.host,{AGE},COUNT(*) OVER () FROM {CONNECTION} \
         WHERE t.trx_state='RUNNING' AND t.trx_rows_locked>0 AND p.db=DATABASE() \
         ORDER BY t.trx_started,p.id LIMIT 1"
    )
}

fn exact_question(table: &str, sid: &SessionId, mariadb: bool) -> String {
    let key: String = sid.digest().iter().map(|b| format!("{b:02X}")).collect();
    let columns = format!("p.id,p.user,p.host,{AGE},1");
    if mariadb {
        format!(
            "{SELECT} {columns} FROM information_schema.innodb_lock_waits w \
             JOIN information_schema.innodb_locks l ON l.lock_id=w.requested_lock_id \
             JOIN ({CONNECTION}) ON t.trx_id=w.blocking_trx_id \
             WHERE t.trx_state='RUNNING' AND l.lock_table=CONCAT('`',DATABASE(),'`.`{table}`') \
             AND l.lock_index='PRIMARY' AND l.lock_data='0x{key}' LIMIT 1"
        )
    } else {
        format!(
            "{SELECT} {columns} FROM performance_schema.data_locks l \
             JOIN ({CONNECTION}) ON t.trx_id=l.engine_transaction_id \
             WHERE l.object_schema=DATABASE() AND l.object_name='{table}' AND l.index_name='PRIMARY' \
             AND l.lock_status='GRANTED' AND l.lock_data='0x{key}' LIMIT 1"
        )
    }
}

/// The holder in the first row of the answer, and the number beside it. Its host has a port, where it has one: that leads to the process
/// there.
fn first(replies: Vec<Reply>) -> Option<(String, u64)> {
    let row = first_row(replies).ok()??;
    let mut values = row.values();
    let (connection, user, host) = (values.number().ok()?, values.text().ok()?, values.text().ok()?);
    let (user, host, age) = (user.escape_debug(), host.escape_debug(), values.text().ok()?.parse::<i64>().ok()?.max(0));
    let holder = format!("connection {connection} of {user}@{host}, in a transaction of {age} s");
    Some((holder, values.number().ok()?))
}
