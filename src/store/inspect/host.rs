//! One server of the list.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::super::setup::greet;
use super::super::sql::{answers, first_row};
use crate::config::ServerConfig;
use crate::db::{Cluster, Link, Row};
use crate::error::{Error, Result};
use crate::fact::{Fact, Facts};

/// Settings of the whole server that decide over sessions, or that rustdb sets anew for its connections.
const VARIABLES: &[&str] = &[
    "max_allowed_packet",
    "max_connections",
    "max_user_connections",
    "wait_timeout",
    "max_statement_time",
    "max_execution_time",
    "idle_transaction_timeout",
    "binlog_format",
    "event_scheduler",
    "hostname",
    "port",
    "datadir",
];

/// Its state, and its counters since its start.
const STATUS: &[&str] = &[
    "Uptime",
    "Threads_connected",
    "Max_used_connections",
    "Com_insert",
    "Com_insert_select",
    "Com_update",
    "Com_update_multi",
    "Com_delete",
    "Com_delete_multi",
    "wsrep_cluster_status",
    "wsrep_cluster_size",
    "wsrep_ready",
    "wsrep_local_state_comment",
];

/// What the server says of itself, on a connection that nobody has prepared: three round trips, and no table is looked at.
///
/// # Errors
/// As the server says.
pub fn describe(link: &mut Link, config: &ServerConfig, lock_wait: u64) -> Result<Facts> {
    let info = greet(link, config, lock_wait)?;
    let mut replies = answers(link.run(&format!(
        "SHOW GLOBAL VARIABLES WHERE Variable_name IN ({});SHOW GLOBAL STATUS WHERE Variable_name IN ({});\
         SHOW SESSION STATUS LIKE 'Ssl_cipher';\
         SELECT CURRENT_USER(),@@session.wait_timeout",
        quoted(VARIABLES),
        quoted(STATUS)
    ))?);
    let mut next = || replies.next().ok_or_else(|| Error::Nonsense("fewer answers than questions".into()));
    let (variables, status, cipher, session) = (next()?, next()?, next()?, next()?);
    let session = session.first().ok_or_else(|| Error::Nonsense("no answer about the connection".into()))?;
    let mut values = session.values();
    let account = values.text()?;
    // A proxy in between may swallow what was set, or give each statement another connection.
    let kept = values.text()? == config.idle_timeout.as_secs().to_string();
    let cipher = pairs(&cipher).into_iter().map(|(_, cipher)| cipher).find(|cipher| !cipher.is_empty());
    let (time, offset) = clock(link)?;
    Ok(vec![
        ("version", info.version.as_str().into()),
        ("kind", if info.is_mariadb() { "MariaDB" } else { "MySQL" }.into()),
        (
            "cluster",
            match info.cluster {
                Cluster::No => Fact::None,
                Cluster::Galera => "galera".into(),
                Cluster::Group => "group".into(),
            },
        ),
        ("read_only", info.read_only.into()),
        ("tls", info.tls.into()),
        ("cipher", cipher.into()),
        ("account", account.into()),
        ("settings_kept", kept.into()),
        ("time", time.into()),
        ("ahead", offset.into()),
        ("variables", named(VARIABLES, &variables)),
        ("status", named(STATUS, &status)),
    ])
}

/// The server's clock in unix seconds, and by how much it is ahead of this machine's.
fn clock(link: &mut Link) -> Result<(f64, f64)> {
    let before = now();
    let replies = link.run("SELECT UNIX_TIMESTAMP(NOW(6))")?;
    let middle = (before + now()) / 2.0;
    let text = first_row(replies)?.map(|row| row.values().text()).transpose()?.unwrap_or_default();
    let time: f64 = text.parse().map_err(|_| Error::Nonsense("a time that is none".into()))?;
    Ok((time, time - middle))
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64()
}

/// Those of these names that the server has, as text.
fn named(names: &[&'static str], rows: &[Row]) -> Fact {
    let pairs = pairs(rows);
    let found = names.iter().filter_map(|name| {
        let (_, value) = pairs.iter().find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some((*name, value.as_str().into()))
    });
    Fact::Map(found.collect())
}

fn pairs(rows: &[Row]) -> Vec<(String, String)> {
    let pair = |row: &Row| {
        let mut values = row.values();
        Some((values.text().ok()?, values.text().ok()?))
    };
    rows.iter().filter_map(pair).collect()
}

fn quoted(names: &[&str]) -> String {
    format!("'{}'", names.join("','"))
}
