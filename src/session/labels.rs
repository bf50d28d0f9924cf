//! How the session of a request gets its label, and keeps it under another id.

use super::state::{Hold, Legacy, Session, State};
use crate::db::Link;
use crate::error::Failure;
use crate::label;
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
        if !self.db.pool.has_labels() {
            self.give_up_where(|link| !link.knows_handles);
        }
        label::prepare(&self.db.pool, self.db.config.lock_wait, operation)
    }

    /// Gives up the lock where it is held on a connection of this kind.
    pub(super) fn give_up_where(&mut self, is_old: impl Fn(&Link) -> bool) {
        let State::Open(view) = &mut self.state else {
            return;
        };
        let gives_up = match &view.hold {
            Hold::Locked(kept, _) => kept.with(|link| is_old(link)).unwrap_or_default(),
            Hold::NotFound(link) => is_old(link),
            _ => false,
        };
        if gives_up {
            self.db.give_up(view);
        }
    }

    /// The handle of the session, where it has one.
    pub fn handle(&self) -> Option<Handle> {
        match &self.state {
            State::Open(view) => view.labels.handle,
            _ => None,
        }
    }

    /// What session_regenerate_id() takes along to the next id.
    pub fn legacy(&self) -> Legacy {
        match &self.state {
            State::Open(view) => {
                let ground = view.ground.as_ref().filter(|ground| ground.merged.is_some());
                Legacy::new(view.labels.clone(), view.own_lifetime, ground.cloned())
            }
            _ => self.left.clone(),
        }
    }

    /// Takes over what the session had under its last id.
    pub fn inherit(&mut self, legacy: Legacy) {
        self.inherited = legacy;
    }
}
