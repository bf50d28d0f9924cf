//! What the command `rustdb` reads: the servers one by one, the tables, the sessions in numbers, who holds them and who waits.
//!
//! Servers and tables are asked on connections of their own, which make no table and need none that can be used: to tell what is wrong with them
//! is what this is for.

use std::time::Instant;

use crate::config::{Config, Endpoint, SslMode, TlsConfig};
use crate::db::{Link, Pool};
use crate::error::{Error, Failure, Result};
use crate::fact::{Fact, Facts};
use crate::store::inspect::{host, locks, sessions, tables};
use crate::store::setup;

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Hosts,
    Tables,
    Sessions,
    Locks,
    Schema,
}

impl What {
    /// Takes it from its word.
    pub fn parse(word: &[u8]) -> Option<What> {
        Some(match word {
            b"hosts" => What::Hosts,
            b"tables" => What::Tables,
            b"sessions" => What::Sessions,
            b"locks" => What::Locks,
            b"schema" => What::Schema,
            _ => return None,
        })
    }
}

/// Asks the servers, as far as it takes them.
///
/// # Errors
/// As the server says; of hosts and tables, what is wrong with one is a fact.
pub fn inspect(config: &Config, pool: &Pool, what: What) -> Result<Fact, Failure> {
    let asked = match what {
        What::Hosts => Ok(hosts(config, pool)),
        What::Schema => Ok(tables::schema(&config.server).into()),
        What::Tables => a_server(pool, config.lock_wait)
            .and_then(|mut link| tables::describe(&mut link, &config.server))
            .map(Fact::List),
        What::Sessions => on_the_pool(config, pool, |link| sessions::describe(link, &config.server.table)),
        What::Locks => on_the_pool(config, pool, |link| {
            let mariadb = !link.shows_parameters;
            locks::describe(link, &config.server, config.lock, mariadb)
        }),
    };
    asked.map_err(|cause| Failure { operation: "look at the database".into(), place: pool.place(), cause })
}

fn on_the_pool(config: &Config, pool: &Pool, ask: impl Fn(&mut Link) -> Result<Facts>) -> Result<Fact> {
    let mut link = pool.get(config.lock_wait)?;
    pool.first(&mut link, config.lock_wait, ask).map(Fact::Map)
}

fn hosts(config: &Config, pool: &Pool) -> Fact {
    let endpoints = config.server.endpoints.iter().enumerate();
    let hosts = endpoints.map(|(rank, endpoint)| {
        let is_socket = matches!(endpoint, Endpoint::Socket(_));
        let mut facts: Facts = vec![("host", endpoint.to_string().into()), ("socket", is_socket.into())];
        let began = Instant::now();
        let opened = pool.open_one(rank, config.lock_wait);
        let described = opened.and_then(|mut link| {
            let took = began.elapsed().as_secs_f64();
            Ok((took, host::describe(&mut link, &config.server, config.lock_wait)?))
        });
        match described {
            Ok((took, described)) => {
                facts.extend([("error", Fact::None), ("connected_in", took.into())]);
                facts.extend(described);
                facts.push(("verified", verified(&config.server.tls).into()));
            }
            Err(error) => {
                facts.extend([("error", error.to_string().into()), ("remedy", error.remedy().into())]);
            }
        }
        Fact::Map(facts)
    });
    Fact::List(hosts.collect())
}

/// What is checked of a server's certificate, where there is one.
fn verified(tls: &TlsConfig) -> &'static str {
    match (tls.mode, tls.ca.is_empty()) {
        (SslMode::VerifyIdentity, _) => "issuer and host",
        (SslMode::VerifyCa, _) | (_, false) => "issuer",
        _ => "nothing",
    }
}

/// A connection to the first server that takes writes, or else to the first that answers; its tables may be missing.
fn a_server(pool: &Pool, lock_wait: u64) -> Result<Link> {
    let (mut read_only, mut failed) = (None, None);
    for rank in 0..pool.config.endpoints.len() {
        let opened = pool.open_one(rank, lock_wait).and_then(|mut link| {
            let info = setup::greet(&mut link, &pool.config, lock_wait)?;
            Ok((link, info.read_only))
        });
        match opened {
            Ok((link, false)) => return Ok(link),
            Ok((link, true)) => read_only = read_only.or(Some(link)),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    read_only.ok_or_else(|| failed.unwrap_or_else(|| Error::Connect("there is no server".into())))
}
