//! The tables: what is there, what they lack, and what the account may do with them.

use super::super::schema::{self, Table, ddl};
use super::super::setup::verify;
use super::super::sql::{answers, rows};
use super::super::{label, lease, ticket};
use super::grants;
use crate::config::ServerConfig;
use crate::db::{Link, Row};
use crate::error::{Error, Result};
use crate::fact::{Fact, Facts};

/// A table, what its name has behind that of the sessions', what it is for, and whether this configuration needs it.
fn all(config: &ServerConfig) -> [(Table, &'static str, &'static str, bool); 4] {
    [
        (Table::Sessions, "", "sessions", true),
        (Table::Leases, lease::SUFFIX, "leases", config.leases),
        (Table::Tickets, ticket::SUFFIX, "tickets", false),
        (Table::Labels, label::SUFFIX, "labels", false),
    ]
}

/// The statements that make the tables, without asking a server.
pub fn schema(config: &ServerConfig) -> Vec<Fact> {
    let facts = all(config).map(|(table, suffix, purpose, needed)| {
        Fact::Map(vec![
            ("table", format!("{}{suffix}", config.table).into()),
            ("for", purpose.into()),
            ("needed", needed.into()),
            ("ddl", ddl(&config.table, table).into()),
        ])
    });
    facts.into()
}

/// Each of the tables, on a connection that knows its server. Some round trips for each.
///
/// # Errors
/// As the server says; what it refuses is a fact.
pub fn describe(link: &mut Link, config: &ServerConfig) -> Result<Vec<Fact>> {
    let granted = rows(link.run("SHOW GRANTS")?)?;
    let grants: Vec<_> = granted.iter().filter_map(|row| row.values().text().ok()).collect();
    let mut tables = Vec::new();
    for (table, suffix, purpose, needed) in all(config) {
        let name = format!("{}{suffix}", config.table);
        let mut facts: Facts =
            vec![("table", name.as_str().into()), ("for", purpose.into()), ("needed", needed.into())];
        facts.extend(match config.check_suffix(suffix) {
            Ok(()) => one(link, config, table, &name, &grants)?,
            Err(error) => vec![("exists", false.into()), ("problem", error.to_string().into())],
        });
        tables.push(Fact::Map(facts));
    }
    Ok(tables)
}

fn one(link: &mut Link, config: &ServerConfig, table: Table, name: &str, grants: &[String]) -> Result<Facts> {
    let allows = |right: &str| Fact::from(grants::allows(grants, right, &config.database, name));
    let exists = match link.run(&format!("SELECT 1 FROM `{name}` LIMIT 0")) {
        Ok(_) | Err(Error::Server { code: 1142 | 1143, .. }) => true,
        Err(Error::Server { code: 1146, .. }) => false,
        Err(error) => return Ok(vec![("exists", Fact::None), ("problem", error.to_string().into())]),
    };
    if !exists {
        let rights = vec![("CREATE", allows("CREATE"))];
        return Ok(vec![
            ("exists", false.into()),
            ("ddl", ddl(&config.table, table).into()),
            ("rights", Fact::Map(rights)),
        ]);
    }
    let here = format!("table_schema=DATABASE() AND table_name='{name}'");
    let mut found = answers(link.run(&format!(
        "SET /*!80000 information_schema_stats_expiry=0,*/ time_zone='+00:00';\
         SELECT engine,table_comment,table_rows,data_length+index_length FROM information_schema.tables WHERE {here};\
         SELECT column_name,CONCAT(column_type,' ',column_key) FROM information_schema.columns WHERE {here};\
         SELECT DISTINCT index_name FROM information_schema.statistics WHERE {here}"
    ))?);
    let mut next = || found.next().ok_or_else(|| Error::Nonsense("fewer answers than questions".into()));
    let (about, columns, keys) = (next()?, next()?, next()?);
    let texts = |rows: &[Row]| rows.iter().filter_map(|row| row.values().text().ok()).collect::<Vec<_>>();
    let (mut engine, mut comment, mut estimate, mut bytes) = (String::new(), String::new(), None, None);
    if let Some(row) = about.first() {
        let mut values = row.values();
        (engine, comment) = (values.text()?, values.text()?);
        (estimate, bytes) = (values.number().ok(), values.number().ok());
    }
    let rights = rights(link, table, name)?;
    // The information schema shows nothing of what one may not see.
    let known = !columns.is_empty();
    let missing = schema::missing_statement(&config.table, table, &texts(&columns), &texts(&keys));
    let alters = |statement: String| format!("ALTER TABLE `{name}` {statement}");
    let (mut problem, mut alter) = (None, missing.map(alters));
    if !engine.eq_ignore_ascii_case("innodb") && known {
        problem = Some(format!("it is kept by the engine {engine}, which has no row locks and no transactions"));
        alter = Some(format!("ALTER TABLE `{name}` ENGINE=InnoDB"));
    } else if table == Table::Sessions && known {
        let mut facts = vec![("engine".to_owned(), engine.clone())];
        let pair = |row: &Row| Some((row.values().text().ok()?, second(row)?));
        facts.extend(columns.iter().filter_map(pair));
        problem = verify(&facts).err().map(|error| error.to_string());
        alter = alter.filter(|_| problem.is_none());
    }
    Ok(vec![
        ("exists", true.into()),
        ("engine", engine.into()),
        ("schema", comment.strip_prefix("rustdb schema ").and_then(|n| n.trim().parse::<u64>().ok()).into()),
        ("rows", estimate.into()),
        ("bytes", bytes.into()),
        ("problem", problem.into()),
        ("alter", alter.into()),
        ("rights", {
            let mut all: Facts = rights;
            all.extend([("CREATE", allows("CREATE")), ("ALTER", allows("ALTER"))]);
            Fact::Map(all)
        }),
    ])
}

fn second(row: &Row) -> Option<String> {
    let mut values = row.values();
    let _ = values.text().ok()?;
    values.text().ok()
}

/// Tries statements that change nothing: a server looks at the rights before it looks for rows. None where it refuses for another reason.
fn rights(link: &mut Link, table: Table, name: &str) -> Result<Facts> {
    let column = if table == Table::Labels { "handle" } else { "id" };
    let tries = [
        ("SELECT", format!("SELECT {column} FROM `{name}` LIMIT 0")),
        ("INSERT", format!("INSERT INTO `{name}` ({column}) SELECT '' FROM DUAL WHERE 1=0")),
        ("UPDATE", format!("UPDATE `{name}` SET {column}='' WHERE 1=0")),
        ("DELETE", format!("DELETE FROM `{name}` WHERE 1=0")),
    ];
    let mut rights = Vec::new();
    for (right, statement) in tries {
        let allowed = match link.run(&statement) {
            Ok(_) => Some(true),
            Err(Error::Server { code: 1142 | 1143, .. }) => Some(false),
            // Of a column without a default, and of a server that is read-only: the rights were looked at before.
            Err(Error::Server { code: 1364, .. }) => Some(true),
            Err(Error::Server { .. } | Error::LockTimeout { .. } | Error::RolledBack { .. }) => None,
            Err(error) => return Err(error),
        };
        rights.push((right, allowed.into()));
    }
    Ok(rights)
}
