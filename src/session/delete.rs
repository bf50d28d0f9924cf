//! How sessions end by name.

use std::mem;

use super::write::{self, random};
use super::{Ending, Hold, Session, State, give_up};
use crate::config::LockMode;
use crate::db::PooledLink;
use crate::error::{Error, Failure, Result};
use crate::sid::SessionId;
use crate::store::mark::End;
use crate::store::{Base, plain, row};

impl Session {
    /// Ends a session, held or not, known or not. What it leaves is told by [`Session::end_of`].
    ///
    /// # Errors
    /// When it may still be there.
    pub fn destroy(&mut self, id: &[u8], ending: Ending) -> Result<(), Failure> {
        let sid = SessionId::parse(id).map_err(|cause| self.failure("destroy", None, cause))?;
        self.leave_parents_session();
        self.end(&sid, id, ending).map_err(|cause| {
            let cause = self.with_seconds(cause);
            self.failure("destroy", Some(&sid), cause)
        })
    }

    fn end(&mut self, sid: &SessionId, id: &[u8], ending: Ending) -> Result<()> {
        self.ensure_not_parents(sid)?;
        let (table, wait) = (self.config.server.table.clone(), self.config.lock_wait);
        let ours = match &self.state {
            State::Open(view) => view.sid == *sid,
            State::Unreadable(refused, _) => refused == sid,
            State::Idle => false,
        };
        let mut newborn = false;
        if ours && let State::Open(mut view) = mem::replace(&mut self.state, State::Idle) {
            self.parted = mem::take(&mut view.labels);
            if view.base == Base::GivenUp {
                // Its mark says all that there is to say.
                self.give_up_hold(&mut view);
                return Ok(());
            }
            newborn = view.base == Base::Nothing;
            let alive = matches!(view.base, Base::Live(_));
            let end = self.end_of(ending, (sid, id), newborn, alive);
            match (view.hold, view.base) {
                (Hold::Leased(owner), Base::Nothing) if end == End::Delete => {
                    self.end_lease(sid, owner, true);
                    return Ok(());
                }
                (Hold::Leased(owner), _) => return self.destroy_leased(sid, Some(owner), end),
                (Hold::Locked(kept, version), _) => {
                    let link = kept.take().and_then(PooledLink::alive);
                    if newborn && end == End::Delete {
                        // Where the rollback fails, somebody may have stored the session since.
                        if link.is_some_and(|mut link| link.rollback().is_ok()) {
                            return Ok(());
                        }
                    } else if let Some(mut link) = link {
                        match row::destroy(&mut link, &table, sid, end) {
                            Err(cause @ Error::Gone(_)) => {
                                return self.destroy_again(sid, end, version, cause);
                            }
                            // It did not happen, and a session that is to end may end whatever
                            // others have written meanwhile.
                            Err(cause) if cause.lost_transaction() || cause.is_read_only() => {}
                            outcome => {
                                return outcome.map_err(|cause| self.write_blocked(cause));
                            }
                        }
                    }
                }
                (Hold::Searched(link), _) => {
                    give_up(link);
                }
                _ => {}
            }
        }
        self.past.retain(|(past, _)| past != sid);
        let end = self.end_of(ending, (sid, id), newborn, false);
        if self.config.server.lock == LockMode::Lease {
            return self.destroy_leased(sid, None, end);
        }
        let version = random()?;
        self.pool.finish(wait, |link| plain::destroy(link, &table, sid, end, version))
    }

    /// After an end whose answer was lost: it is done where the row is gone, or still is what we held.
    /// Another row may be a new session of that id, which is not ours to end.
    fn destroy_again(&self, sid: &SessionId, end: End, version: u64, lost: Error) -> Result<()> {
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        match self.pool.finish(wait, |link| plain::destroy_version(link, table, sid, end, version)) {
            Ok(true) => Ok(()),
            Ok(false) => Err(write::in_doubt(Some(lost), Error::ChangedMeanwhile)),
            Err(cause) => Err(write::in_doubt(Some(lost), cause)),
        }
    }
}
