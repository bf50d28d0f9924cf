//! A forked child and the session that its parent had open at the fork. It stays the parent's: what the child does to it fails at once,
//! whatever the parent does meanwhile, and so does a start of the same id as long as the parent holds it, which perhaps waits for this child.
//! Once the parent has let go of it, or has ended, the child starts it as anybody would.

use std::cell::RefCell;
use std::mem;
use std::os::unix::process::parent_id;

use super::state::{Hold, Session, State, View};
use crate::error::{Error, Result};
use crate::held::Sign;
use crate::process;
use crate::sid::SessionId;

thread_local! {
    /// What the parent held at the fork, and in which tables. A child has one thread, and its sessions come and go.
    static PARENTS: RefCell<Vec<(String, SessionId, u32, Sign)>> = const { RefCell::new(Vec::new()) };
}

impl Session {
    /// In a child after a fork: the session that was open stays the parent's. Its connection is
    /// forgotten, not dropped: dropping would end it for the parent.
    pub(super) fn leave_parents_session(&mut self) {
        if self.process == process::id() {
            return;
        }
        let parent = mem::replace(&mut self.process, process::id());
        if let State::Open(view) = &mut self.state {
            let sign = match &view.hold {
                Hold::Locked(kept, _) => kept.sign(),
                Hold::Leased(owner) => self.db.pool.keeper.sign(*owner),
                _ => None,
            };
            if let Some(sign) = sign {
                let known = (self.db.table().to_owned(), view.sid.clone(), parent, sign);
                PARENTS.with_borrow_mut(|parents| parents.push(known));
            }
            // Dropping any other hold leaves the parent's connection alone, too: see PooledLink.
            match mem::replace(&mut view.hold, Hold::Parents(parent)) {
                Hold::Locked(kept, _) => kept.abandon(),
                // The parent's parent's.
                first @ Hold::Parents(_) => view.hold = first,
                _ => {}
            }
        }
        self.db.pool = self.db.pool.of_this_process();
    }

    /// Refuses the end of a session that is the parent's: it was open at the fork and still is, here or there.
    pub(super) fn ensure_not_parents(&self, sid: &SessionId) -> Result<()> {
        let parent = match &self.state {
            State::Open(View { sid: open, hold: Hold::Parents(parent), .. }) if open == sid => Some(*parent),
            _ => holding_parent(self.db.table(), sid),
        };
        parent.map_or(Ok(()), |parent| Err(Error::Forked(parent)))
    }
}

/// This process's parent, where it holds the session: who waited for it would wait for ever, perhaps. One that was killed has taken nothing
/// off its board.
pub fn holding_parent(table: &str, sid: &SessionId) -> Option<u32> {
    PARENTS.with_borrow_mut(|parents| {
        parents.retain(|(.., parent, sign)| sign.is_up() && parent_id() == *parent);
        let held = parents.iter().find(|(place, held, ..)| place == table && held == sid);
        held.map(|(.., parent, _)| *parent)
    })
}
