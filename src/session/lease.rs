//! `rustdb.lock=lease`: how a session is leased and waited for, and its lease given back.

use std::thread;
use std::time::{Duration, Instant};

use rand::RngExt as _;

use super::database::{Database, is_conflict};
use super::state::{Found, Hold};
use crate::db::{Cluster, Owner, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::store::lease::{self, Place};
use crate::store::{Row, plain};

/// The first pause of a waiting request: about as long as a short request holds its session.
const FIRST_PAUSE: Duration = Duration::from_millis(2);

/// The longest pause. A hundred waiting requests then ask 6,700 times a second, each a read of one row by
/// its primary key; and with that many of them a session changes hands within a millisecond.
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

impl Database {
    /// Leases a session. With `birth`, one that does not exist is leased too; without, its lease is given back at once.
    pub fn lease(&self, mut link: PooledLink, sid: &SessionId, birth: bool, deadline: Deadline) -> Result<Found> {
        let owner = Owner(random_bytes()?);
        match self.wait_for_lease(&mut link, sid, owner, deadline) {
            Ok(None) if !birth => {
                self.give_back(&mut link, sid, owner, true);
                Ok((None, Hold::NotFound(link)))
            }
            Ok(row) => Ok((row, Hold::Leased(owner))),
            // A frozen server takes the lease when it wakes up, whatever another one is asked now.
            Err(cause @ Error::Stalled(_)) => {
                self.pool.keeper.owe(sid, owner, true);
                Err(cause)
            }
            Err(cause) => {
                // The statement that failed may have taken the lease all the same.
                self.give_back(&mut link, sid, owner, false);
                Err(cause)
            }
        }
    }

    /// Takes the lease as soon as it is free, hands it to the keeper, and returns the row.
    pub fn wait_for_lease(
        &self,
        link: &mut PooledLink,
        sid: &SessionId,
        owner: Owner,
        deadline: Deadline,
    ) -> Result<Option<Row>> {
        let place = self.lease_place(sid, owner);
        let mut pause = FIRST_PAUSE;
        loop {
            let since = Instant::now();
            match self.once_more(link, |link| lease::acquire(link, &place)) {
                Ok(Some(row)) => {
                    self.pool.keeper.keep_lease(sid, owner, since)?;
                    // On this node the session may not have arrived yet.
                    return match row {
                        None if link.cluster != Cluster::No => {
                            self.first(link, |link| plain::read_causal(link, place.table, sid))
                        }
                        row => Ok(row),
                    };
                }
                Ok(None) if self.take_over_own(link, sid, owner)? => continue,
                Ok(None) => {}
                Err(cause) if is_conflict(&cause) => self.count(|counters| &counters.retries),
                Err(cause) => return Err(cause),
            }
            // Looking makes no write set; on a cluster it spares most of the conflicts.
            loop {
                let left = deadline.remaining();
                if left.is_zero() {
                    let holder = lease::holder(link, &place);
                    return Err(Error::LockTimeout { seconds: deadline.lock_wait, holder });
                }
                thread::sleep(pause.mul_f64(rand::rng().random_range(0.5..1.0)).min(left));
                pause = (pause * 2).min(LONGEST_PAUSE);
                match self.once_more(link, |link| lease::looks_free(link, &place)) {
                    Ok(true) => break,
                    Ok(false) => {}
                    Err(cause) if is_conflict(&cause) => {}
                    Err(cause) => return Err(cause),
                }
            }
        }
    }

    /// Takes over a lease of this session that this process could not give back. False where there is none.
    fn take_over_own(&self, link: &mut PooledLink, sid: &SessionId, owner: Owner) -> Result<bool> {
        for left in self.pool.keeper.owed(sid) {
            match self.take_over(link, sid, left, owner) {
                Ok(true) => {
                    self.pool.keeper.settled(left);
                    return Ok(true);
                }
                Ok(false) => {}
                Err(cause) if is_conflict(&cause) => {}
                Err(cause) => return Err(cause),
            }
        }
        Ok(false)
    }

    pub fn take_over(&self, link: &mut PooledLink, sid: &SessionId, from: Owner, to: Owner) -> Result<bool> {
        self.first(link, |link| lease::take_over(link, &self.lease_place(sid, from), to))
    }

    /// Ends a lease that was not used to write. A failure is silent: the keeper goes on with it. With `forget`, it leaves no row behind.
    pub fn end_lease(&self, sid: &SessionId, owner: Owner, forget: bool) {
        match self.link() {
            Ok(mut link) => self.give_back(&mut link, sid, owner, forget),
            Err(_) => self.pool.keeper.owe(sid, owner, forget),
        }
    }

    pub fn give_back(&self, link: &mut PooledLink, sid: &SessionId, owner: Owner, forget: bool) {
        self.pool.keeper.drop_lease(owner);
        if self.first(link, |link| lease::release(link, &self.lease_place(sid, owner), forget)).is_err() {
            self.pool.keeper.owe(sid, owner, forget);
        }
    }

    pub fn lease_place<'a>(&'a self, sid: &'a SessionId, owner: Owner) -> Place<'a> {
        Place::of(&self.config.server, sid, owner)
    }
}
