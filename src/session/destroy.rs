//! How sessions end by name.

use std::mem;

use super::database::{Database, in_doubt, random_version};
use super::state::{Ending, Hold, Legacy, Session, State, View};
use crate::config::LockMode;
use crate::db::{Owner, PooledLink};
use crate::error::{Error, Failure, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::store::Base;
use crate::store::mark::End;
use crate::store::row;
use crate::store::{lease, plain};

impl Session {
    /// Ends a session, held or not, known or not. What it leaves is told by [`Session::end_of`].
    ///
    /// # Errors
    /// When it may still be there.
    pub fn destroy(&mut self, id: &[u8], ending: Ending) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.db.failure("destroy", None, cause))?;
        self.leave_parents_session();
        let outcome = self.ensure_not_parents(&sid).and_then(|()| self.end(&sid, id, ending));
        outcome.map_err(|cause| self.db.failure("destroy", Some(&sid), self.db.with_seconds(cause)))
    }

    fn end(&mut self, sid: &SessionId, id: &[u8], ending: Ending) -> Result<()> {
        self.other_ids.retain(|other| !other.is_of(sid));
        let mut newborn = false;
        match mem::replace(&mut self.state, State::Idle) {
            State::Open(mut view) if view.sid == *sid => {
                // What was taken along from an id before goes on to the next one.
                let ground = view.ground.take_if(|_| ending == Ending::Regenerated && view.base == Base::Nothing);
                self.left = Legacy::new(view.labels.clone(), view.own_lifetime, ground);
                if view.base == Base::GivenUp {
                    // Its mark says all that there is to say.
                    self.db.give_up(&mut view);
                    return Ok(());
                }
                newborn = view.base == Base::Nothing;
                let alive = matches!(view.base, Base::Live(_));
                if ending == Ending::Regenerated && self.db.config.lock == LockMode::Merge {
                    // Where the browser has the id already, who has stored something under it keeps that.
                    if self.end_of(ending, (sid, id), newborn, alive) != End::Delete {
                        let along = self.db.end_merged(view)?;
                        let ground = along.ground.or(self.left.ground.take());
                        self.left = Legacy::new(along.labels, along.own_lifetime, ground);
                    }
                    return Ok(());
                }
                if let Some(outcome) = self.db.end_held(view, self.end_of(ending, (sid, id), newborn, alive)) {
                    return outcome;
                }
            }
            State::Unreadable(refused, _) if refused == *sid => {}
            other => self.state = other,
        }
        let end = self.end_of(ending, (sid, id), newborn, false);
        if self.db.config.server.leases {
            return self.db.end_leased(sid, Owner(random_bytes()?), end);
        }
        let version = random_version()?;
        self.db.finish(|link| plain::destroy(link, self.db.table(), sid, end, version))
    }

    /// What becomes of the row of a session that ends. `newborn` where it was never stored, `held` where this request has it locked and
    /// alive.
    fn end_of(&self, ending: Ending, (sid, id): (&SessionId, &[u8]), newborn: bool, held: bool) -> End {
        let made_here = self.own_id.as_ref() == Some(sid);
        match ending {
            // Nobody but this request has ever known it.
            _ if newborn && made_here => End::Delete,
            Ending::Regenerated => End::Regenerated { data: held, seconds: self.db.config.regenerate_grace },
            Ending::Barred => End::Gone,
            // Where it is not known, it is better not known again.
            Ending::Destroyed if self.db.is_signed(id).unwrap_or(true) => End::Gone,
            Ending::Destroyed => End::Delete,
        }
    }
}

impl Database {
    /// Ends a session with what is held of it. None where that is lost, or is nothing: then the end is still to be made.
    fn end_held(&self, view: View, end: End) -> Option<Result<()>> {
        let (sid, table) = (&view.sid, self.table());
        let leaves_nothing = view.base == Base::Nothing && end == End::Delete;
        match view.hold {
            Hold::Leased(owner) if leaves_nothing => {
                self.end_lease(sid, owner, true);
                Some(Ok(()))
            }
            Hold::Leased(owner) => {
                let ended = self.end_leased(sid, owner, end);
                Some(ended.inspect_err(|_| self.pool.keeper.owe(sid, owner, true)))
            }
            Hold::Locked(kept, version) => {
                let mut link = kept.take().and_then(PooledLink::alive)?;
                if leaves_nothing {
                    // Where the rollback fails, somebody may have stored the session since.
                    return link.rollback().ok().map(Ok);
                }
                match row::destroy(&mut link, table, sid, end) {
                    Err(cause @ Error::Gone(_)) => {
                        drop(link);
                        Some(self.end_in_doubt(sid, end, version, cause))
                    }
                    // It did not happen, and a session that is to end may end whatever others have written meanwhile.
                    Err(cause) if cause.lost_transaction() || cause.is_read_only() => None,
                    outcome => Some(outcome.map_err(|cause| self.write_blocked(cause))),
                }
            }
            Hold::NotFound(mut link) => {
                link.release();
                None
            }
            Hold::Free | Hold::ReadOnly | Hold::Parents(_) => None,
        }
    }

    fn end_leased(&self, sid: &SessionId, owner: Owner, end: End) -> Result<()> {
        self.pool.keeper.drop_lease(owner);
        let version = random_version()?;
        self.finish(|link| lease::destroy(link, &self.lease_place(sid, owner), end, version))
    }

    /// After an end whose answer was lost: it is done where the row is gone, or still is what we held.
    /// Another row may be a new session of that id, which is not ours to end.
    fn end_in_doubt(&self, sid: &SessionId, end: End, version: u64, lost: Error) -> Result<()> {
        let table = self.table();
        let ended = self.finish(|link| {
            Ok(plain::destroy_version(link, table, sid, end, version)? || plain::is_over(link, table, sid)?)
        });
        match ended {
            Ok(true) => Ok(()),
            Ok(false) => Err(in_doubt(Some(lost), Error::ChangedMeanwhile)),
            Err(cause) => Err(in_doubt(Some(lost), cause)),
        }
    }
}
