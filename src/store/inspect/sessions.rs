//! How many sessions there are, how old and how large: by a sample, however many rows the table has.
//!
//! The table's key is a digest, so that the rows behind any place in it are as good as drawn by lot; and the share of all digests that lies
//! between the first and the last of them tells how many rows there are in all, to three percent for a sample of a thousand.

use super::super::mark;
use super::super::sql::{first_row, hex, rows};
use crate::db::{Link, Row};
use crate::error::Result;
use crate::fact::{Fact, Facts};
use crate::random::random_bytes;

/// Rows of a sample at most, and at least where they are large.
const MOST: u64 = 1_000;
const LEAST: u64 = 50;

/// Bytes that a sample is to read at most, as far as the server knows how large its rows are.
const BYTES: u64 = 16 << 20;

/// Expired rows that are counted one by one; more are estimated.
const COUNTED: u64 = 100_000;

/// Upper ends of what sessions are sorted into: seconds since their last use and since their birth, and bytes.
const SECONDS: &[u64] = &[60, 300, 1_800, 7_200, 86_400, 604_800];
const SIZES: &[u64] = &[256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 1 << 20];

/// What the sample has of one session.
struct Seen {
    live: bool,
    /// Seconds since its birth, and since its last use as far as the row tells.
    age: u64,
    idle: u64,
    bytes: u64,
}

/// Counts sessions, on a connection of the pool: four round trips and one more at the table's end.
///
/// # Errors
/// As the server says.
pub fn describe(link: &mut Link, table: &str) -> Result<Facts> {
    let size = sample_size(link, table)?;
    let start: [u8; 32] = random_bytes()?;
    let mut found = part(link, table, &format!("id>={}", hex(&start)), size)?;
    let mut around = false;
    if (found.len() as u64) < size {
        around = true;
        let rest = size - found.len() as u64;
        found.extend(part(link, table, &format!("id<{}", hex(&start)), rest)?);
    }
    let exact = around && (found.len() as u64) < size;
    let last = found.last().and_then(|row| row.values().bytes().ok()?.map(position));
    let share = last.map_or(1.0, |last| (last.wrapping_sub(position(&start)) as f64 / u64::MAX as f64).max(1e-18));
    let seen: Vec<_> = found.iter().filter_map(seen).collect();
    // Marks and the row of the secret are rows, too.
    let factor = if exact { 1.0 } else { 1.0 / share };
    let estimate = |number: usize| Fact::Number((number as f64 * factor).round() as u64);
    let live: Vec<_> = seen.iter().filter(|session| session.live).collect();
    let sorted = |ends: &[u64], value: fn(&Seen) -> u64| {
        let classes = ends.iter().map(Some).chain([None]).enumerate().map(|(at, end)| {
            let from = if at == 0 { 0 } else { ends[at - 1] };
            let within = |session: &&&Seen| value(session) >= from && end.is_none_or(|end| value(session) < *end);
            Fact::Map(vec![("below", end.copied().into()), ("sessions", estimate(live.iter().filter(within).count()))])
        });
        Fact::List(classes.collect())
    };
    let bytes: u64 = live.iter().map(|session| session.bytes).sum();
    let (waiting, counted, oldest) = waiting(link, table)?;
    let expired = seen.len() - live.len();
    let estimated = (expired as f64 * factor) as u64;
    Ok(vec![
        ("exact", exact.into()),
        ("sample", (found.len() as u64).into()),
        ("sessions", estimate(live.len())),
        ("bytes_each", (bytes / (live.len() as u64).max(1)).into()),
        ("largest", live.iter().map(|session| session.bytes).max().into()),
        ("used_within_a_minute", estimate(live.iter().filter(|session| session.idle < 60).count())),
        ("by_last_use", sorted(SECONDS, |session| session.idle)),
        ("by_age", sorted(SECONDS, |session| session.age)),
        ("by_size", sorted(SIZES, |session| session.bytes)),
        ("expired", if counted { waiting.into() } else { waiting.max(estimated).into() }),
        ("expired_exact", counted.into()),
        ("oldest_expired", oldest.into()),
    ])
}

/// How many expired sessions wait for gc, whether that is all of them, and for how many seconds the first of them has.
fn waiting(link: &mut Link, table: &str) -> Result<(u64, bool, Option<u64>)> {
    let expired = format!("expires_at BETWEEN {} AND UNIX_TIMESTAMP()", mark::NO_MARK_FROM);
    let row = first_row(link.run(&format!(
        "SELECT COUNT(*),UNIX_TIMESTAMP()-MIN(expires_at) FROM \
         (SELECT expires_at FROM `{table}` WHERE {expired} ORDER BY expires_at LIMIT {}) e",
        COUNTED + 1
    ))?)?;
    let Some(row) = row else {
        return Ok((0, true, None));
    };
    let mut values = row.values();
    let number = values.number()?;
    Ok((number, number <= COUNTED, values.number().ok()))
}

/// How many rows to read.
fn sample_size(link: &mut Link, table: &str) -> Result<u64> {
    let row = first_row(link.run(&format!(
        "SELECT avg_row_length FROM information_schema.tables WHERE table_schema=DATABASE() AND table_name='{table}'"
    ))?)?;
    let average = row.and_then(|row| row.values().number().ok()).unwrap_or(0);
    Ok((BYTES / average.max(1)).clamp(LEAST, MOST))
}

/// The first rows of a part of the table, each with its id in front.
fn part(link: &mut Link, table: &str, part: &str, limit: u64) -> Result<Vec<Row>> {
    let used = if link.knows_handles { "GREATEST(created_at,seen_at)" } else { "created_at" };
    let since = |time: &str| format!("IF({time}<UNIX_TIMESTAMP(),UNIX_TIMESTAMP()-{time},0)");
    let (age, idle) = (since("created_at"), since(used));
    rows(link.run(&format!(
        "SELECT id,expires_at>UNIX_TIMESTAMP(),expires_at<{},{age},{idle},LENGTH(data) FROM `{table}` \
         WHERE {part} ORDER BY id LIMIT {limit}",
        mark::NO_MARK_FROM
    ))?)
}

/// None for what is no session.
fn seen(row: &Row) -> Option<Seen> {
    let mut values = row.values();
    let id = values.bytes().ok()??;
    let (live, is_mark) = (values.number().ok()? == 1, values.number().ok()? == 1);
    let (age, idle, bytes) = (values.number().ok()?, values.number().ok()?, values.number().ok()?);
    let is_secret = id.iter().all(|byte| *byte == 0);
    (!is_mark && !is_secret).then_some(Seen { live, age, idle, bytes })
}

/// Where among all digests one lies.
fn position(id: &[u8]) -> u64 {
    id.iter().take(8).fold(0, |position, byte| position << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Fixture;

    fn number(facts: &Facts, name: &str) -> u64 {
        match facts.iter().find(|(known, _)| *known == name) {
            Some((_, Fact::Number(number))) => *number,
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_large_table_is_estimated_and_a_small_one_counted() {
        let f = Fixture::new("sample", &[]);
        let table = &f.table;
        let mut link = f.pool().get(30).unwrap();
        let insert = |link: &mut Link, from: u64, to: u64, expires: &str| {
            let rows: Vec<_> = (from..to)
                .map(|n| {
                    format!(
                        "(UNHEX(SHA2('{n}',256)),1,0,UNIX_TIMESTAMP(),UNIX_TIMESTAMP(){expires},REPEAT('x',{}))",
                        n % 600
                    )
                })
                .collect();
            let columns = "id,version,codec,created_at,expires_at,data";
            link.run(&format!("INSERT INTO `{table}` ({columns}) VALUES {}", rows.join(","))).unwrap();
        };
        insert(&mut link, 0, 300, "+1000");
        insert(&mut link, 300, 340, "-1000");
        let counted = describe(&mut link, table).unwrap();
        assert!(counted.contains(&("exact", Fact::Flag(true))));
        assert_eq!((number(&counted, "sessions"), number(&counted, "expired")), (300, 40));
        insert(&mut link, 340, 12_000, "+1000");
        for _ in 0..5 {
            let estimated = describe(&mut link, table).unwrap();
            assert!(estimated.contains(&("exact", Fact::Flag(false))));
            let sessions = number(&estimated, "sessions");
            // Five standard deviations.
            assert!((9_900..14_100).contains(&sessions), "{sessions}");
            assert_eq!(number(&estimated, "expired"), 40);
        }
    }
}
