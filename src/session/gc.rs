//! How expired sessions are deleted.

use std::thread;
use std::time::{Duration, Instant};

use super::database::Database;
use super::state::Session;
use crate::counters::Counters;
use crate::db::{Link, PooledLink};
use crate::error::{Error, Failure, Result};
use crate::random::random_bytes;
use crate::store::{self, gc};

/// How many rows session_gc() takes at a time, and how long it rests.
///
/// A request that comes meanwhile waits for a processor as long as a batch takes: what decides over the slowest percent of them is how long
/// that is, and what decides over gc is how much of it is spent on transactions instead of rows. What both cost differs by a factor of
/// a hundred from machine to machine and from hour to hour, so that it is measured: small batches tell what a transaction costs in
/// itself, and the others grow as long as more is waiting, up to [`STRETCH`] percent of that. Requests are transactions, too: they become slower
/// by that factor at most, on a machine of any speed.
struct Pace {
    /// Rows of the next batch, and of any.
    rows: u64,
    most: u64,
    /// What the last small batches took.
    small: [Duration; 3],
    batches: usize,
}

/// Rows of a small batch, which costs hardly more than its transaction.
const SMALL: u64 = 10;

/// A batch may take so many percent of what a small one takes. With 140 the slowest percent of the requests took about two and a half times as
/// long as without gc, with 300 eight times; a million rows took 45 seconds, or 25.
const STRETCH: u32 = 140;

/// So many batches after the first ones, the next one is small again.
const MEASURE_AGAIN: usize = 16;

impl Pace {
    fn new(most: u64) -> Pace {
        Pace { rows: most.min(SMALL), most, small: [Duration::ZERO; 3], batches: 0 }
    }

    /// Whether the next batch is to measure what a transaction costs.
    fn measures(&self) -> bool {
        self.batches < self.small.len() || self.batches.is_multiple_of(MEASURE_AGAIN)
    }

    /// Rows of the next batch.
    fn batch(&self) -> u64 {
        if self.measures() { self.rows.min(SMALL) } else { self.rows }
    }

    /// That batch was full and took so long: returns how long to rest before the next.
    fn full(&mut self, took: Duration) -> Duration {
        let measured = self.measures();
        self.batches += 1;
        if measured {
            self.small.rotate_left(1);
            self.small[2] = took;
            // Half of the time is for others. So it is as long as little is known to wait.
            return took;
        }
        // One that was held up says nothing.
        let mut sorted = self.small;
        sorted.sort_unstable();
        self.rows = match took <= sorted[1] * STRETCH / 100 {
            true => (self.rows + self.rows.div_ceil(4)).min(self.most),
            false => (self.rows - self.rows / 5).max(SMALL.min(self.most)),
        };
        // Much is waiting. The rest decides over the time of most requests, hardly over that of the slowest.
        took / 8
    }
}

/// Deals with so many rows of a table, and returns with how many there were to deal.
type Part = fn(&mut Link, &str, u64) -> Result<u64>;

impl Session {
    /// Deletes expired sessions: one batch, or all. Returns how many.
    ///
    /// It runs inside session_start() while the session's own connection holds its row, so it takes another one; one batch is skipped where
    /// no connection is free.
    ///
    /// # Errors
    /// As the server says.
    pub fn gc(&mut self, all: bool) -> Result<u64, Failure> {
        self.leave_parents_session();
        let (db, mut collected) = (&self.db, 0);
        let outcome = db.collect(all, &mut collected);
        Counters::add(&db.pool.counters.collected_rows, collected);
        match outcome {
            // Another collector was there first; one batch leaves the rest to it.
            Err(Error::RolledBack { .. }) if !all => Ok(collected),
            Err(cause) => Err(db.failure("collect expired sessions", None, db.write_blocked(cause))),
            Ok(()) => Ok(collected),
        }
    }
}

impl Database {
    fn collect(&self, all: bool, collected: &mut u64) -> Result<()> {
        let link = if all { Some(self.link()) } else { self.pool.spare(self.config.lock_wait) };
        let Some(link) = link else {
            return Ok(());
        };
        let (link, leases) = (&mut link?, self.config.server.leases);
        let collect = if leases { gc::collect_with_leases } else { gc::collect };
        let mut after = None;
        self.in_batches(link, all, |link, table, rows| {
            let batch = collect(link, table, rows, after.as_ref())?;
            *collected += batch.deleted;
            after = batch.last;
            Ok(after.is_some())
        })?;
        // Marks come last: from the begin of the index this would step over all that was deleted before.
        let parts: [(bool, Part); 4] = [
            (true, gc::clear_marks),
            (link.has_tickets, store::ticket::collect),
            (link.has_labels, store::labelled::sweep),
            (leases, gc::collect_leases),
        ];
        for (_, collect) in parts.into_iter().filter(|(is_there, _)| *is_there) {
            self.in_batches(link, all, |link, table, rows| Ok(collect(link, table, rows)? >= rows))?;
        }
        if leases && all { self.sweep_leases(link) } else { Ok(()) }
    }

    /// Runs a part of gc of so many rows that tells whether there may be more: once, or until there are none.
    fn in_batches(
        &self,
        link: &mut PooledLink,
        all: bool,
        mut collect: impl FnMut(&mut Link, &str, u64) -> Result<bool>,
    ) -> Result<()> {
        let (most, mut conflicts) = (self.config.gc_batch, 0);
        let mut pace = Pace::new(most);
        loop {
            let began = Instant::now();
            let rows = if all { pace.batch() } else { most };
            match self.first(link, |link| collect(link, self.table(), rows)) {
                Ok(true) if all => {}
                // The collectors of two servers that begin at the same minute meet again and again.
                Err(Error::RolledBack { .. }) if all && conflicts < 10 => conflicts += 1,
                outcome => return outcome.map(drop),
            }
            thread::sleep(pace.full(began.elapsed()));
        }
    }

    /// Deletes leases whose sessions somebody else has deleted. There are hardly any, and to look for them is to read the sessions' table:
    /// it begins at a random place, looks at a batch, and goes on, once around the table, as long as it finds many.
    fn sweep_leases(&self, link: &mut PooledLink) -> Result<()> {
        /// One in so many.
        const MANY: u64 = 10;
        let batch = self.config.gc_batch;
        let start: [u8; 32] = random_bytes()?;
        let (mut after, mut around) = (start.to_vec(), false);
        let (mut looked_at, mut deleted) = (0, 0);
        loop {
            let began = Instant::now();
            let swept = self.first(link, |link| gc::sweep_leases(link, self.table(), &after, batch))?;
            looked_at += swept.looked_at;
            deleted += swept.deleted;
            match swept.last {
                Some(last) if !around || *last < start[..] => after = last,
                None if !around => (after, around) = (Vec::new(), true),
                _ => return Ok(()),
            }
            if looked_at >= batch {
                if deleted * MANY < looked_at {
                    return Ok(());
                }
                (looked_at, deleted) = (0, 0);
            }
            // Half of the server's time is for the requests that run meanwhile.
            thread::sleep(began.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a batch takes on a machine where a transaction and a row cost so many microseconds.
    fn cost(transaction: u64, row: u64, rows: u64) -> Duration {
        Duration::from_micros(transaction + row * rows)
    }

    /// Rows of the batches of one gc, and how long all take with their rests.
    fn collect(mut waiting: u64, most: u64, took: impl Fn(u64) -> Duration) -> (Vec<u64>, Duration) {
        let (mut pace, mut batches, mut time) = (Pace::new(most), Vec::new(), Duration::ZERO);
        while waiting > 0 {
            let batch = pace.batch();
            batches.push(batch);
            let took = took(batch);
            time += took + pace.full(took);
            waiting = waiting.saturating_sub(batch);
        }
        (batches, time)
    }

    #[test]
    fn little_is_collected_in_small_batches() {
        let (batches, _) = collect(60, 1000, |rows| cost(450, 20, rows));
        assert!(batches.iter().all(|rows| *rows <= 2 * SMALL), "{batches:?}");
    }

    #[test]
    fn a_batch_takes_hardly_longer_than_a_small_one_on_fast_and_slow_machines() {
        for (transaction, row) in [(100, 5), (450, 20), (3000, 50), (20_000, 50), (100_000, 1000)] {
            let (batches, _) = collect(100_000, 1000, |rows| cost(transaction, row, rows));
            let small = cost(transaction, row, SMALL);
            let longest = cost(transaction, row, *batches.iter().max().unwrap());
            // The last step was taken from one that was not too long.
            assert!(longest <= small * STRETCH / 100 * 5 / 4 + small / 4, "{longest:?}");
            assert!(longest >= small * 6 / 5 || batches.contains(&1000), "{longest:?}");
        }
    }

    #[test]
    fn a_million_rows_go_within_a_minute_where_a_transaction_takes_half_a_millisecond() {
        // As measured on two processors; with ten at a time and rests as long it was two minutes.
        let (_, time) = collect(1_000_000, 1000, |rows| cost(520, 15, rows));
        assert!(time < Duration::from_secs(55), "{time:?}");
    }

    #[test]
    fn a_machine_that_becomes_slower_or_faster_meanwhile_is_measured_again() {
        let mut pace = Pace::new(1000);
        let mut step = |factor: u64| {
            for _ in 0..200 {
                let took = cost(450 * factor, 20 * factor, pace.batch());
                pace.full(took);
            }
            pace.rows
        };
        let (fast, slow, again) = (step(1), step(20), step(1));
        assert!(fast.abs_diff(slow) <= fast / 3 && fast.abs_diff(again) <= fast / 3, "{fast} {slow} {again}");
    }

    #[test]
    fn one_batch_that_was_held_up_changes_little() {
        let mut pace = Pace::new(1000);
        for batch in 0..200 {
            let held_up = if batch % 16 == 0 { 300_000 } else { 0 };
            let took = cost(450 + held_up * u64::from(batch == 32), 20, pace.batch());
            pace.full(took);
            assert!(pace.rows < 120, "{batch}: {}", pace.rows);
        }
    }

    #[test]
    fn gc_batch_is_the_most_that_is_taken_at_a_time() {
        for most in [1, 7, 10, 25] {
            let (batches, _) = collect(1000, most, |_| Duration::from_millis(1));
            assert!(batches.iter().all(|rows| (1..=most).contains(rows)), "{most}: {batches:?}");
        }
    }
}
