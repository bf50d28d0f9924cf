//! How long sessions live: `session.gc_maxlifetime` from their last use, `rustdb.absolute_lifetime` from their birth, and
//! for `rustdb.new_lifetime` only where nobody has come back for them.

use super::seen::{MOST_NEWBORNS, Seen};
use super::state::View;
use crate::config::Config;
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
    let full = Lifetime::seconds(gc_maxlifetime, config.touch_interval);
    let is_new = seen.with(|request| {
        let is_born_now = !matches!(view.base, Base::Live(_)) && !request.returning;
        is_born_now || request.newborns.contains(&view.sid)
    });
    Lifetime {
        seconds: match config.new_lifetime {
            Some(new) if is_new => full.min(new),
            _ => full,
        },
        absolute: config.absolute_lifetime,
    }
}
