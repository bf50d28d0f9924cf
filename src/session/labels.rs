//! How the session of a request gets its label, keeps it under another id, and learns that it was signed out.

use std::mem;

use super::{Hold, Session, State, View};
use crate::error::{Error, Failure, Result};
use crate::label::{self, Labels};
use crate::store::label as store;
use crate::store::label::Handle;

impl Session {
    /// Asks for a label, or for none, which the next write stores.
    ///
    /// # Errors
    /// When the database lacks what labels need and rustdb may not make it.
    pub fn label(&mut self, label: Option<&[u8]>) -> Result<(), Failure> {
        self.prepare_labels("label the session")?;
        if let State::Open(view) = &mut self.state {
            view.labels.ask(label);
        }
        Ok(())
    }

    /// Makes what labels need, where that is missing. A new column waits for everybody who uses the table, us
    /// included: the lock is given up for it then, and the write locks again and compares.
    ///
    /// # Errors
    /// When it may not be made; `operation` is what for.
    pub fn prepare_labels(&mut self, operation: &str) -> Result<(), Failure> {
        self.leave_parents_session();
        if !self.pool.has_labels() && self.holds_an_old_table() {
            self.step_aside();
        }
        let wait = self.config.lock_wait;
        label::prepare(&self.pool, wait).map_err(|cause| label::failure(&self.pool, wait, operation, cause))
    }

    fn holds_an_old_table(&self) -> bool {
        let State::Open(view) = &self.state else {
            return false;
        };
        match &view.hold {
            Hold::Locked(kept, _) => kept.with(|link| !link.knows_handles).unwrap_or_default(),
            Hold::Searched(link) => !link.knows_handles,
            _ => false,
        }
    }

    /// Ends the transaction that holds the session, and keeps what was read of it. A connection that fails is closed,
    /// which ends it as well.
    fn step_aside(&mut self) {
        if let State::Open(view) = &mut self.state {
            let link = match mem::replace(&mut view.hold, Hold::Free) {
                Hold::Locked(kept, _) => kept.take(),
                Hold::Searched(link) => Some(link),
                other => {
                    view.hold = other;
                    None
                }
            };
            if let Some(mut link) = link {
                let _ = link.rollback();
            }
        }
    }

    /// The handle of the session, where it has one.
    pub fn handle(&self) -> Option<Handle> {
        match &self.state {
            State::Open(view) => view.labels.handle,
            _ => None,
        }
    }

    /// What the session leaves to its next id.
    pub fn bequest(&self) -> Labels {
        match &self.state {
            State::Open(view) => view.labels.clone(),
            _ => self.parted.clone(),
        }
    }

    /// Takes over what the session had under its last id.
    pub fn inherit(&mut self, labels: Labels) {
        self.inherited = labels;
    }

    /// Says why a write was refused that found another row than it had read, or none: where the session's label is
    /// gone as well, it was signed out.
    pub(super) fn signed_out(&self, view: &View, cause: Error) -> Error {
        let (Error::ChangedMeanwhile, Some(handle)) = (&cause, view.labels.handle) else {
            return cause;
        };
        let (table, wait) = (&self.config.server.table, self.config.lock_wait);
        let label = self
            .pool
            .get(wait)
            .and_then(|mut link| self.pool.first(&mut link, wait, |link| store::read(link, table, handle)));
        match label {
            Ok(None) => Error::SignedOut,
            _ => cause,
        }
    }
}
