//! `rustdb.lock=merge`: nobody waits. A request reads without a lock and holds nothing; its write states the version that it builds upon,
//! and goes through as it is where nobody else has written. Where another request was faster, its row is locked for a moment, and what both
//! have changed is put together ([`crate::merge`]).

use std::mem;

use super::database::{Database, is_conflict, random_version};
use super::state::{Ground, Legacy, Session, State, View};
use crate::codec::{Codec, Place};
use crate::config::{LockMode, MergeConflict};
use crate::counters::Counters;
use crate::db::{Cluster, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Failure, Result};
use crate::label::Labels;
use crate::lifetime::OwnLifetime;
use crate::merge::{Format, merge};
use crate::store::label::{Handle, LabelWrite};
use crate::store::mark::{End, Mark};
use crate::store::{Base, Lifetime, Row, Write, plain, row};

/// What PHP wants stored, and how it has serialised that.
#[derive(Clone, Copy)]
pub struct Data<'a> {
    pub bytes: &'a [u8],
    pub format: fn() -> Format,
}

/// What goes into the row instead: the same with what others have changed.
pub struct Together {
    pub bytes: Vec<u8>,
    /// How many conflicts there were, and where.
    pub conflicts: usize,
    pub places: Vec<String>,
}

impl Together {
    /// The conflicts for people; none where there are none.
    pub fn words(&self) -> Option<String> {
        let more = self.conflicts - self.places.len().min(self.conflicts);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (self.conflicts > 0).then(|| self.places.join(", ") + &more)
    }
}

/// A write that another request's has to be merged into: what was tried, with what is known already, and was not written.
pub struct Merging<'a> {
    pub view: &'a View,
    pub mine: Data<'a>,
    pub known: Option<&'a Together>,
    pub new: &'a Write<'a>,
}

/// What a merging write has done.
pub struct Outcome {
    pub together: Option<Together>,
    /// What it was written upon.
    pub base: Base,
    /// That of the row now.
    pub handle: Option<Handle>,
    /// The lifetime that it has for itself, in seconds.
    pub own_lifetime: u64,
}

impl Outcome {
    /// That of a write which nothing has come in between of.
    pub fn of(view: &View, new: &Write<'_>) -> Outcome {
        let handle = new.label.handle().copied();
        Outcome { together: None, base: view.base, handle, own_lifetime: new.lifetime.own }
    }
}

impl Database {
    /// That of a write that merges. It waits for others who merge, too, for a moment each, and would be lost where it may not.
    fn merge_deadline(&self) -> Deadline {
        Deadline::after(self.config.lock_wait.max(1))
    }

    /// What is to be written, put together with what others have changed as far as this request knows of it: it has written before, or has
    /// taken the session over from another id.
    pub fn merge_known(&self, view: &View, data: Data<'_>) -> Result<Option<Together>> {
        match &view.ground {
            Some(Ground { data: base, merged: Some(stored) }) => self.together(base, data, stored).map(Some),
            _ => Ok(None),
        }
    }

    fn together(&self, base: &[u8], mine: Data<'_>, stored: &[u8]) -> Result<Together> {
        let merged = merge((mine.format)(), base, mine.bytes, stored);
        let (conflicts, places) = (merged.conflict_count, merged.conflicts);
        let together = Together { bytes: merged.data.into_owned(), conflicts, places };
        match together.words() {
            Some(words) if self.config.merge_conflict == MergeConflict::Refuse => {
                Counters::add(&self.pool.counters.merge_conflicts, conflicts as u64);
                Err(Error::MergeConflict(words))
            }
            _ => Ok(together),
        }
    }

    /// Writes what [`plain::write`] has not: locks the row, puts together what both have changed, and writes that. `doubt` is how the answer
    /// to that was lost.
    ///
    /// # Errors
    /// Where the session has ended meanwhile: nobody brings it back.
    pub fn merge_and_write(&self, merging: &Merging<'_>, doubt: Option<Error>) -> Result<Outcome> {
        let (deadline, &Merging { view, new, .. }) = (self.merge_deadline(), merging);
        let mut outcome = Outcome::of(view, new);
        // A row of this version does not have our write in it, and never had.
        let mut before = match view.base {
            Base::Live(version) | Base::Expired(version) => Some(version),
            Base::Nothing | Base::GivenUp => None,
        };
        self.settle(doubt, |link, _, doubt| {
            let mut attempt = |link: &mut PooledLink| {
                let found = self.lock_to_merge(link, view, deadline)?;
                match &found {
                    Some(row) if row.version == new.version => return Ok(()),
                    Some(row) if row.revoked => return Err(Error::SignedOut),
                    Some(row) if row.mark() == Some(Mark::Regenerated) => return Err(Error::GivenUp),
                    Some(row) if row.mark() == Some(Mark::Gone) || !view.is_same(row) => return Err(Error::Destroyed),
                    // It may have had our write in it, or our row have been there and gone.
                    Some(row) if doubt.is_some() && before != Some(row.version) => return Err(Error::ChangedMeanwhile),
                    None if doubt.is_some() => return Err(Error::ChangedMeanwhile),
                    Some(row) => (before, *doubt) = (Some(row.version), None),
                    None => {}
                }
                self.write_merged(link, merging, found, &mut outcome)
            };
            let written = loop {
                match attempt(link) {
                    Err(cause) if is_conflict(&cause) && !deadline.is_over() => {
                        link.release();
                        self.pool.pause_after_conflict();
                    }
                    written => break written,
                }
            };
            link.release();
            written
        })?;
        Ok(outcome)
    }

    /// Locks the row for a moment. None where there is none, and the session of this request never had one.
    fn lock_to_merge(&self, link: &mut PooledLink, view: &View, deadline: Deadline) -> Result<Option<Row>> {
        let (table, sid) = (self.table(), &view.sid);
        let found = self
            .until(deadline, link, |link| row::lock(link, table, sid, deadline.left()))
            .map_err(|cause| self.name_holder(link, sid, cause))?;
        if found.is_some() || !matches!(view.base, Base::Live(_)) {
            return Ok(found);
        }
        link.release();
        // This node may not have it yet.
        if link.cluster != Cluster::No && self.first(link, |link| plain::read_causal(link, table, sid))?.is_some() {
            return Err(Error::RolledBack { code: 0, message: "the session has not arrived on this node".into() });
        }
        Err(Error::Destroyed)
    }

    /// Writes upon the row that is locked, or where there is none.
    fn write_merged(
        &self,
        link: &mut PooledLink,
        merging: &Merging<'_>,
        found: Option<Row>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let &Merging { view, mine, known, new } = merging;
        let (table, sid) = (self.table(), &view.sid);
        let Some(mut row) = found else {
            // Another request's session may be born here at the same moment, which is a conflict.
            link.release();
            outcome.base = Base::Nothing;
            return self.sure(plain::write(link, table, sid, Base::Nothing, new)?, new);
        };
        let was_live = matches!(view.base, Base::Live(_));
        if !was_live && !row.is_live(self.config.absolute_lifetime) {
            outcome.base = Base::Expired(row.version);
            return self.sure(row::write(link, table, sid, outcome.base, row.version, new)?, new);
        }
        self.decode(sid, &mut row)?;
        let together = outcome.together.insert(match (&view.ground, &view.row) {
            (Some(ground), _) if was_live => self.together(&ground.data, mine, &row.data)?,
            (_, Some(read)) if was_live => self.together(&read.data, mine, &row.data)?,
            // Two sessions that were born under one id: nothing is common to them.
            _ => {
                let bytes = known.map_or(mine.bytes, |known| &known.bytes);
                self.together(b"", Data { bytes, ..mine }, &row.data)?
            }
        });
        let stored = Codec::of(&self.config)?.encode(Place { sid, version: new.version }, &together.bytes)?;
        let label = match (new.label, row.handle) {
            // Another request has given it its first label.
            (LabelWrite::New(_, label), Some(handle)) => LabelWrite::Changed(handle, Some(label)),
            // Who is signed out by it from now on is to learn of that at the next write.
            (LabelWrite::None, Some(handle)) => LabelWrite::Kept(handle),
            (label, _) => label,
        };
        let own = if new.lifetime.sets_own { new.lifetime.own } else { row.lifetime };
        let lifetime = Lifetime { own, ..new.lifetime };
        let write = Write { codec: stored.codec, data: &stored.data, lifetime, label, ..*new };
        outcome.base = Base::Live(row.version);
        (outcome.handle, outcome.own_lifetime) = (label.handle().copied(), own);
        self.sure(row::write(link, table, sid, outcome.base, row.version, &write)?, &write)
    }

    /// Nobody but who revokes the session's label changes a row that is locked.
    fn sure(&self, written: bool, new: &Write<'_>) -> Result<()> {
        match (written, new.label.needs()) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(Error::SignedOut),
            (false, None) => Err(Error::ChangedMeanwhile),
        }
    }

    /// What others have made of a session goes along from an id that is given up to the next one, with the lifetime that they have given it,
    /// and their label, for who revokes that means this session, too; none where that is nothing.
    ///
    /// # Errors
    /// Where the session has ended meanwhile: it is not to live on under another id.
    fn goes_along(
        &self,
        view: &View,
        found: &mut Option<Row>,
        (labels, own_lifetime): (&mut Labels, &mut OwnLifetime),
    ) -> Result<Option<Vec<u8>>> {
        let was_live = matches!(view.base, Base::Live(_));
        let row = match found {
            Some(row) if row.revoked && was_live => return Err(Error::SignedOut),
            // Another request was faster, and both go on, as those do who wait for a lock. Its mark has what it has taken along.
            Some(row) if row.mark() == Some(Mark::Regenerated) => row,
            Some(row) if was_live && (row.mark().is_some() || !view.is_same(row)) => return Err(Error::Destroyed),
            None if was_live => return Err(Error::Destroyed),
            Some(row) if !row.is_given_up() && row.is_live(self.config.absolute_lifetime) => row,
            _ => return Ok(None),
        };
        self.decode(&view.sid, row)?;
        labels.found(row.handle, row.label.take());
        own_lifetime.found(row.lifetime);
        Ok(Some(mem::take(&mut row.data)).filter(|data| row.mark().is_none() || !data.is_empty()))
    }

    /// Ends the session's old id. What others have stored under it since this request has read it goes along to the new one, be it that the
    /// session was only born by that.
    ///
    /// # Errors
    /// As [`Database::goes_along`].
    pub fn end_merged(&self, mut view: View) -> Result<Legacy> {
        let end = |data| End::Regenerated { data, seconds: self.config.regenerate_grace };
        let (table, sid) = (self.table(), &view.sid.clone());
        let was_live = matches!(view.base, Base::Live(_));
        // PHP has the data of a live session in its hands, and of another one nothing.
        let mut ground = if was_live { view.take_ground() } else { Ground::default() };
        let (mut labels, mut own_lifetime) = (mem::take(&mut view.labels), view.own_lifetime);
        let version = random_version()?;
        let alone = self.finish(|link| match view.base {
            Base::Live(version) => plain::destroy_version(link, table, sid, end(true), version),
            Base::Expired(version) => plain::destroy_version(link, table, sid, end(false), version),
            Base::Nothing => plain::mark_unborn(link, table, sid, end(false), version),
            Base::GivenUp => Ok(true),
        })?;
        if !alone {
            let deadline = self.merge_deadline();
            self.settle(None, |link, _, _| {
                let mut attempt = || {
                    let mut found = self.until(deadline, link, |link| row::lock(link, table, sid, deadline.left()))?;
                    let along = self.goes_along(&view, &mut found, (&mut labels, &mut own_lifetime))?;
                    let is_live = along.is_some();
                    ground.merged = along.or(ground.merged.take());
                    match found {
                        Some(row) if row.is_given_up() => Ok(()),
                        Some(_) => row::destroy(link, table, sid, end(is_live)),
                        // Stored by another request, and ended without a mark.
                        None => {
                            link.release();
                            plain::destroy(link, table, sid, end(false), version)
                        }
                    }
                };
                let ended = attempt();
                link.release();
                ended
            })?;
        }
        Ok(Legacy::new(labels, own_lifetime, Some(ground).filter(|ground| ground.merged.is_some())))
    }

    /// Looks once more at a session that this request has not changed and whose id it leaves as it is.
    ///
    /// # Errors
    /// As [`Database::end_merged`].
    fn leave(&self, view: &mut View) -> Result<()> {
        let Base::Live(version) = view.base else {
            return Ok(());
        };
        let mut found = self.read(&view.sid)?;
        let is_new = !matches!(&found, Some(row) if row.version == version && !row.revoked);
        if is_new {
            let (mut labels, mut own_lifetime) = (mem::take(&mut view.labels), view.own_lifetime);
            let along = self.goes_along(view, &mut found, (&mut labels, &mut own_lifetime));
            (view.labels, view.own_lifetime) = (labels, own_lifetime);
            if let Some(data) = along? {
                view.ground = Some(Ground { merged: Some(data), ..view.take_ground() });
            }
        }
        Ok(())
    }
}

impl Session {
    /// Whether [`Session::leave`] is to come after a write where session_regenerate_id(false) gives the session another id.
    pub fn has_to_leave(&self) -> bool {
        let unchanged = |view: &View| view.row.is_some() || view.ground.is_some();
        self.db.config.lock == LockMode::Merge
            && !self.wrote
            && matches!(&self.state, State::Open(view) if unchanged(view))
    }

    /// What others have stored under an id that is left goes along to the next one; a write would have seen it, and there was none.
    ///
    /// # Errors
    /// Where the session has ended meanwhile.
    pub fn leave(&mut self) -> Result<(), Failure> {
        let State::Open(view) = &mut self.state else {
            return Ok(());
        };
        self.db.leave(view).map_err(|cause| self.db.failure("leave", Some(&view.sid), cause))
    }
}
