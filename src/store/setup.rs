//! What a new connection is told and asked before its first use: the session's settings, what kind of server answers, and whether the table
//! is one that rustdb can use.

use std::fmt::Write as _;

use super::lease::{self, Place};
use super::schema::{Table, ask_table, retried};
use super::sql::{answers, rows};
use super::{id_secret, label, ticket};
use crate::config::ServerConfig;
use crate::db::{Cluster, Link, Row, ServerInfo, Statements};
use crate::deadline::{Deadline, SLICE_SECONDS};
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::sid::signed::Secret;

/// What a pool's connections are told and asked.
pub static STATEMENTS: Statements = Statements {
    prepare,
    adapt,
    renew: |link, config, sid, owner| lease::renew(link, &Place::of(config, sid, owner)),
    release: |link, config, sid, owner, forget| lease::release(link, &Place::of(config, sid, owner), forget),
};

/// Prepares a new connection in two round trips, and creates the table where it is missing.
///
/// A read-only server is prepared no further: the caller passes it over.
///
/// # Errors
/// [`Error::TableMissing`] and [`Error::TableForeign`] for a table that cannot be used.
fn prepare(link: &mut Link, config: &ServerConfig, lock_wait: u64) -> Result<ServerInfo> {
    let info = greet(link, config, lock_wait)?;
    if !info.read_only {
        check_table(link, config)?;
        if link.id_secret.is_none() {
            link.id_secret = make_secret(link, &config.table)?;
        }
    }
    Ok(info)
}

/// The first of these round trips: the session's settings, and what kind of server answers.
///
/// # Errors
/// As the server says.
pub fn greet(link: &mut Link, config: &ServerConfig, lock_wait: u64) -> Result<ServerInfo> {
    let mut greeting = greeting(lock_wait, config.idle_timeout.as_secs());
    let mut echo = String::new();
    if link.encrypted {
        echo = random_bytes::<16>()?.map(|byte| format!("{byte:02x}")).concat();
        let _ = write!(greeting, ";SHOW SESSION STATUS LIKE 'Ssl_version';SELECT '{echo}','{echo}'");
    }
    let mut answers = answers(link.run(&greeting)?);
    let variables = answers.next().ok_or_else(|| Error::Nonsense("no answer to SHOW VARIABLES".into()))?;
    let mut pairs = answers.map(|mut rows| rows.pop().and_then(pair));
    // TLSv1.3
    let tls = pairs.next().flatten().map(|(_, version)| version.replace('v', " "));
    // Somebody in between may have put answers in before the keys were agreed on, and the mysql crate would take them for the server's: each
    // real one would then answer the statement behind its own. Only the server knows what was asked for over TLS.
    if link.encrypted && pairs.next().flatten() != Some((echo.clone(), echo)) {
        link.close();
        return Err(Error::Nonsense("not that to what was asked over TLS".into()));
    }
    let info = ServerInfo { tls, ..server_info(variables) };
    link.max_packet = info.max_packet;
    link.shows_parameters = !info.is_mariadb();
    link.cluster = if config.single_writer { Cluster::No } else { info.cluster };
    Ok(info)
}

/// Makes a pooled connection ready for a request: where that has another `rustdb.lock_wait` than the one before, tells the server in one
/// round trip.
///
/// # Errors
/// When the connection is of no use any more.
fn adapt(link: &mut Link, config: &ServerConfig, lock_wait: u64) -> Result<()> {
    if link.lock_wait != lock_wait {
        link.set_lock_wait(config, lock_wait)?;
        link.run(&format!("SET SESSION lock_wait_timeout={}", lock_wait.max(1)))?;
    }
    Ok(())
}

/// What a hoster may have set for the whole server, or an account, and would end, slow down or change what sessions need; to set each for a
/// connection needs no privilege. Who waits for a session, or works while it is locked, is no runaway query: limits of time and idleness go
/// (but for `wait_timeout`), and so do those that count the rows of a join or an answer (`max_join_size` counts before LIMIT, so that gc of a
/// large table would fail), and the memory and disk of temporary tables. Limits that somebody has raised stay.
///
/// Each is older than the oldest servers that are supported, with `/*M!` from that MariaDB on, and with `/*!50708`, which MariaDB skips, on
/// MySQL: an unknown one would end each connection.
///
/// Without the primary key behind an index's own columns (`extended_keys`, `use_index_extensions`) each of gc's batches would sort all
/// expired rows, and with a small `range_optimizer_max_mem_size` read the whole table.
///
/// Gone through and left: what needs a privilege (`connection_memory_limit`, `enforce_storage_engine`, `binlog_format`), what nobody can
/// make up for (`max_allowed_packet`), and what changes no answer and hardly its time.
const UNLIMITED: &str = "sql_big_selects=1,sql_select_limit=18446744073709551615,sql_buffer_result=0,\
    foreign_key_checks=1,unique_checks=1,max_sort_length=1024,\
    sort_buffer_size=CAST(GREATEST(@@sort_buffer_size,262144) AS UNSIGNED),\
    net_read_timeout=CAST(GREATEST(@@net_read_timeout,30) AS UNSIGNED),\
    net_write_timeout=CAST(GREATEST(@@net_write_timeout,60) AS UNSIGNED),\
    /*M!100600 max_statement_time=0,idle_transaction_timeout=0,idle_write_transaction_timeout=0,\
    idle_readonly_transaction_timeout=0,max_session_mem_used=9223372036854775807,\
    tmp_disk_table_size=18446744073709551615,in_predicate_conversion_threshold=0,\
    optimizer_switch='extended_keys=on',*/\
    /*M!110402 innodb_snapshot_isolation=0,*/\
    /*M!110501 max_tmp_session_space_usage=0,*/\
    /*!50708 max_execution_time=0,range_optimizer_max_mem_size=0,optimizer_switch='use_index_extensions=on',*/";

/// The session's settings, and a question, which needs no privilege. `SET SESSION TRANSACTION` is the one spelling of the isolation level
/// that MySQL and MariaDB both take. SET NAMES comes first: the server may have set another character set than the handshake asked for
/// (`init_connect`, `skip-character-set-client-handshake`). What we send is bytes: the mysql crate says of each parameter that it is text,
/// and of 64 KB of text the server would look at every character, for a third of the time that the write takes.
///
/// A wait for a row ends after a slice, and who waits tries again until its [`Deadline`]. `lock_wait_timeout` is for metadata locks, by
/// which nobody is held up who does not wait for the same: by default a pending ALTER would hang every session_start() for a day or a year.
fn greeting(lock_wait: u64, idle_timeout: u64) -> String {
    let wait = lock_wait.max(1);
    format!(
        "SET NAMES binary;SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED,READ WRITE;\
         SET SESSION autocommit=1,completion_type=0,sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',\
         time_zone='+00:00',sql_safe_updates=0,wait_timeout={idle_timeout},{UNLIMITED}\
         innodb_lock_wait_timeout={SLICE_SECONDS},lock_wait_timeout={wait};\
         SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version','read_only','super_read_only',\
         'innodb_read_only','wsrep_on','group_replication_group_name',\
         'group_replication_single_primary_mode','max_allowed_packet')"
    )
}

fn server_info(variables: Vec<Row>) -> ServerInfo {
    let variables: Vec<(String, String)> = variables.into_iter().filter_map(pair).collect();
    let get = |name: &str| {
        let found = variables.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    };
    // MariaDB spells the enum read_only of newer versions as ON, READ_ONLY and the like.
    let on = |name: &str| !matches!(get(name), "" | "OFF" | "0");
    let group = !get("group_replication_group_name").is_empty();
    ServerInfo {
        version: get("version").to_owned(),
        read_only: on("read_only") || on("super_read_only") || on("innodb_read_only"),
        cluster: match (on("wsrep_on"), group && !on("group_replication_single_primary_mode")) {
            (true, _) => Cluster::Galera,
            (_, true) => Cluster::Group,
            _ => Cluster::No,
        },
        max_packet: get("max_allowed_packet").parse().unwrap_or(usize::MAX),
        tls: None,
    }
}

/// A row of two strings.
fn pair(row: Row) -> Option<(String, String)> {
    let mut values = row.values();
    Some((values.text().ok()?, values.text().ok()?))
}

/// Makes the secret of our ids where nobody has yet. Without the right to, or where something else stands in its place, they are strangers'.
fn make_secret(link: &mut Link, table: &str) -> Result<Option<Secret>> {
    // Whoever makes it at this moment may have to wait for a global read lock.
    let deadline = Deadline::after(link.lock_wait);
    match retried(|| deadline.patiently(|| id_secret::make(link, table))) {
        Err(Error::Server { .. } | Error::RolledBack { .. } | Error::LockTimeout { .. }) => Ok(None),
        outcome => outcome,
    }
}

/// Checks that the table is there and is what rustdb needs, and the leases' table where it is used; creates what is missing when it may.
fn check_table(link: &mut Link, config: &ServerConfig) -> Result<()> {
    let table = &config.table;
    let mut replies = ask_table(link, config, &table_questions(table), Table::Sessions)?;
    link.id_secret = id_secret::parse(replies.pop());
    let facts: Vec<_> = answers(replies).flatten().filter_map(pair).collect();
    verify(&facts)?;
    let has = |suffix: &str| {
        let name = format!("{table}{suffix}");
        let named = |(fact, found): &(String, String)| fact == "beside" && found.eq_ignore_ascii_case(&name);
        facts.iter().any(named)
    };
    let has_column = |name: &str| facts.iter().any(|(fact, _)| fact.eq_ignore_ascii_case(name));
    link.knows_handles = has_column("handle") && has_column("seen_at");
    link.has_labels = link.knows_handles && has(label::SUFFIX);
    link.has_tickets = has(ticket::SUFFIX);
    if config.leases {
        let name = format!("{table}{}", lease::SUFFIX);
        // Who holds a lease is told in columns that an older table does not have.
        let question = format!(
            "SELECT id,lease_owner,lease_until FROM `{name}` LIMIT 0;\
             SELECT column_name FROM information_schema.columns WHERE table_schema=DATABASE() \
             AND table_name='{name}' AND column_name IN ('lease_holder','lease_since')"
        );
        link.lease_has_holder = rows(ask_table(link, config, &question, Table::Leases)?)?.len() == 2;
    }
    Ok(())
}

/// The first statement fails where the table or a column is missing or may not be read; the information schema shows only what one may see,
/// and would just be empty.
fn table_questions(table: &str) -> String {
    let here = format!("table_schema=DATABASE() AND table_name='{table}'");
    let (labels, tickets) = (label::SUFFIX, ticket::SUFFIX);
    format!(
        "SELECT id,version,codec,created_at,expires_at,data FROM `{table}` LIMIT 0;\
         SELECT 'engine',COALESCE(engine,'none') FROM information_schema.tables WHERE {here};\
         SELECT column_name,CONCAT(column_type,' ',column_key) FROM information_schema.columns WHERE {here};\
         SELECT 'beside',table_name FROM information_schema.tables \
         WHERE table_schema=DATABASE() AND table_name IN ('{table}{labels}','{table}{tickets}');{}",
        id_secret::question(table)
    )
}

/// Whether the sessions' table has what rustdb relies on: its engine, and each column's type and key, by their names.
///
/// # Errors
/// [`Error::TableForeign`] that says what it lacks.
pub(super) fn verify(facts: &[(String, String)]) -> Result<()> {
    // Row locks and crash safety, whole digests and data, and the two keys.
    let needs = [
        ("engine", "innodb", "ENGINE=InnoDB"),
        ("id", "binary(32) pri", "id BINARY(32) PRIMARY KEY"),
        ("version", "bigint unsigned", "version BIGINT UNSIGNED"),
        ("codec", "tinyint unsigned", "codec TINYINT UNSIGNED"),
        ("created_at", "bigint", "created_at BIGINT UNSIGNED"),
        ("expires_at", "bigint unsigned mul", "expires_at BIGINT UNSIGNED with an index of its own"),
        ("data", "longblob", "data LONGBLOB"),
    ];
    for (name, needed, words) in needs {
        let found = facts.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        let found = found.map_or(String::new(), |(_, value)| without_width(value));
        if !found.starts_with(needed) {
            let has = format!("{name} {found}");
            return Err(Error::TableForeign(format!("it needs {words}, and has {}", has.trim_end())));
        }
    }
    // In a key of several columns, one id could have several rows.
    let key = facts.iter().filter(|(_, value)| value.to_ascii_lowercase().ends_with(" pri"));
    match key.count() {
        1 => Ok(()),
        _ => Err(Error::TableForeign("it needs id BINARY(32) PRIMARY KEY, and has other columns in that key".into())),
    }
}

/// `bigint(20) unsigned` of MariaDB is `bigint unsigned` of MySQL; the 32 of `binary(32)` matters.
fn without_width(column_type: &str) -> String {
    let lower = column_type.to_ascii_lowercase();
    match (lower.split_once('('), lower.split_once(')')) {
        (Some((kind, _)), Some((_, rest))) if kind.ends_with("int") => format!("{kind}{rest}"),
        _ => lower,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use super::*;
    use crate::config::Endpoint;
    use crate::config::tests::config_with;
    use crate::testing::played::{
        COLUMN, EOF, EOF_AND_MORE, OK, OK_AND_MORE, certificate, encrypt, packet, packets, read_packet, server,
    };

    /// What comes of a new encrypted connection whose server answers what it is asked for last with what this makes of it.
    fn prepared_by(answer: fn(&str) -> String) -> (Result<ServerInfo>, bool) {
        // The first time it is made, which on a busy machine takes longer than a login may.
        certificate("server");
        let (port, served) = server(move |socket| {
            let mut stream = encrypt(socket, "server");
            read_packet(&mut stream);
            stream.write_all(&packet(3, OK)).and_then(|()| stream.flush()).unwrap();
            let asked = String::from_utf8(read_packet(&mut stream)).unwrap();
            let echo = answer(asked.rsplit('\'').nth(1).unwrap());
            let row =
                |values: [&str; 2]| values.map(|value| [&[value.len() as u8], value.as_bytes()].concat()).concat();
            let rows = [row(["read_only", "ON"]), row(["Ssl_version", "TLSv1.3"]), row([&echo, &echo])];
            let mut said = vec![OK_AND_MORE; 3];
            for (row, end) in rows.iter().zip([EOF_AND_MORE, EOF_AND_MORE, EOF]) {
                said.extend([&[2][..], COLUMN, COLUMN, EOF, row, end]);
            }
            stream.write_all(&packets(&said)).and_then(|()| stream.flush()).unwrap();
            // Until the other side has read it.
            let _ = std::io::Read::read_to_end(&mut stream, &mut Vec::new());
        });
        let config = config_with(&[("rustdb.user", "me"), ("rustdb.database", "app"), ("rustdb.ssl_mode", "required")]);
        let (config, endpoint) = (config.unwrap().server, Endpoint::Tcp("127.0.0.1".into(), port));
        let mut link = Link::open(&endpoint, &config, "secret", 0, &Arc::default()).unwrap();
        let outcome = (prepare(&mut link, &config, 0), link.is_open());
        drop(link);
        served.join().unwrap();
        outcome
    }

    #[test]
    fn answers_that_do_not_belong_to_what_was_asked_over_tls_end_the_connection() {
        let (info, open) = prepared_by(str::to_owned);
        assert_eq!((info.map(|info| (info.read_only, info.tls)), open), (Ok((true, Some("TLS 1.3".into()))), true));
        for other in [|_: &str| "0123456789abcdef0123456789abcdef".to_owned(), |echo: &str| echo[..31].to_owned()] {
            let (info, open) = prepared_by(other);
            assert!(matches!(info, Err(Error::Nonsense(_))) && !open);
        }
    }

    #[test]
    fn display_widths_do_not_matter_and_the_digests_length_does() {
        assert_eq!(without_width("bigint(20) unsigned MUL"), "bigint unsigned mul");
        assert_eq!(without_width("bigint unsigned "), "bigint unsigned ");
        assert_eq!(without_width("binary(16) PRI"), "binary(16) pri");
    }
}
