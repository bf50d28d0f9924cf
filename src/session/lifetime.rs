//! How long sessions live: `session.gc_maxlifetime` from their last use, or as long as `Rustdb\lifetime()` has said;
//! `rustdb.absolute_lifetime` from their birth; and for `rustdb.new_lifetime` only where nobody has come back for them.

use super::seen::{MOST_NEWBORNS, Seen};
use super::state::{Session, State, View};
use crate::config::Config;
use crate::error::Failure;
use crate::lifetime::prepare;
use crate::store::Base;
use crate::store::Lifetime;

/// A session was found, or not.
pub(super) fn found(seen: &Seen, view: &View) {
    if matches!(view.base, Base::Live(_) | Base::GivenUp) {
        seen.with(|request| request.returning |= !request.newborns.contains(&view.sid));
    }
}

/// The session of this view was stored for the first time.
pub(super) fn born(seen: &Seen, view: &View) {
    seen.with(|request| {
        if !request.returning && !request.newborns.contains(&view.sid) {
            if request.newborns.len() == MOST_NEWBORNS {
                request.newborns.remove(0);
            }
            request.newborns.push(view.sid.clone());
        }
    });
}

/// How long a session lives that is written or touched now.
pub(super) fn lifetime(seen: &Seen, view: &View, config: &Config, gc_maxlifetime: i64) -> Lifetime {
    let full = Lifetime::usual(gc_maxlifetime, config.touch_interval);
    let is_new = seen.with(|request| {
        let is_born_now = !matches!(view.base, Base::Live(_)) && !request.returning;
        is_born_now || request.newborns.contains(&view.sid)
    });
    let usual = match config.new_lifetime {
        Some(new) if is_new => full.min(new),
        _ => full,
    };
    let (slack, absolute) = (config.touch_interval, config.absolute_lifetime);
    with_own(Lifetime { usual, own: 0, sets_own: false, slack, absolute }, view)
}

/// The same with the lifetime that the session has for itself.
pub(super) fn with_own(lifetime: Lifetime, view: &View) -> Lifetime {
    let own = view.own_lifetime;
    let sets_own = own.is_to_be_set(matches!(view.base, Base::Live(_)));
    Lifetime { own: own.seconds(), sets_own, ..lifetime }
}

impl Session {
    /// The lifetime that the session has for itself, or is to have from the next write on, in seconds.
    pub fn own_lifetime(&self) -> Option<u64> {
        match &self.state {
            State::Open(view) => Some(view.own_lifetime.seconds()).filter(|seconds| *seconds > 0),
            _ => None,
        }
    }

    /// Asks for another one, in seconds, or for none, which the next write stores. As with [`Session::prepare_labels`], the lock is given up
    /// for a new column.
    ///
    /// # Errors
    /// When the database lacks what it needs and rustdb may not make it.
    pub fn set_lifetime(&mut self, seconds: Option<u64>) -> Result<(), Failure> {
        self.leave_parents_session();
        if seconds.is_some() {
            if self.db.config.server.create_table && !self.db.pool.has_lifetimes() {
                self.give_up_where(|link| !link.knows_lifetimes);
            }
            prepare(&self.db.pool, self.db.config.lock_wait, "set the session's lifetime")?;
        }
        if let State::Open(view) = &mut self.state {
            view.own_lifetime.ask(seconds.unwrap_or(0));
        }
        Ok(())
    }
}
