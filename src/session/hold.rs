//! How what is held of a session is given up without a write.

use std::mem;

use super::database::Database;
use super::state::{Hold, View};
use crate::db::PooledLink;
use crate::store::row::Base;

impl Database {
    /// Gives up the lease, or hands out the connection that holds something or has found nothing.
    pub fn release(&self, view: &mut View) -> Option<PooledLink> {
        if view.base == Base::Nothing && view.is_held() {
            self.count(|counters| &counters.empty_births);
        }
        match mem::replace(&mut view.hold, Hold::Free) {
            Hold::Locked(kept, _) => kept.take(),
            Hold::NotFound(link) => Some(link),
            Hold::Leased(owner) => {
                self.end_lease(&view.sid, owner, view.base == Base::Nothing);
                None
            }
            other => {
                view.hold = other;
                None
            }
        }
    }

    /// The same, and back with the connection, without its transaction. Where the server
    /// could not be told the connection is closed, and that ends the transaction.
    pub fn give_up(&self, view: &mut View) {
        if let Some(mut link) = self.release(view) {
            link.release();
        }
    }
}
