//! How long sessions live: `session.gc_maxlifetime` from their last use, `rustdb.absolute_lifetime` from their birth, and
//! for `rustdb.new_lifetime` only where nobody has come back for them.

use std::cell::RefCell;

use super::state::View;
use crate::config::Config;
use crate::sid::SessionId;
use crate::store::Base;
use crate::store::Lifetime;

/// What this PHP request has seen. PHP closes a session and starts it again as often as it likes, so no [`super::Session`] lives as long.
#[derive(Default)]
struct Request {
    /// Sessions that were born in it: its own next starts are no second request.
    newborns: Vec<SessionId>,
    /// It came with a session that another request had made: its client keeps cookies, and so a session that is born
    /// now, by session_regenerate_id() or after a sign-out, is not one that is seen only once.
    returning: bool,
}

/// More sessions than a request makes. Who makes more is a program that stands in for many visitors.
const MOST_NEWBORNS: usize = 64;

thread_local! {
    static REQUEST: RefCell<Request> = RefCell::default();
}

/// The PHP request is over: the next one may be anybody's.
pub fn end_request() {
    REQUEST.take();
}

/// A session was found, or not.
pub(super) fn found(view: &View) {
    if matches!(view.base, Base::Live(_) | Base::GivenUp) {
        REQUEST.with_borrow_mut(|request| request.returning |= !request.newborns.contains(&view.sid));
    }
}

/// The session of this view was stored for the first time.
pub(super) fn born(view: &View) {
    REQUEST.with_borrow_mut(|request| {
        if !request.returning && !request.newborns.contains(&view.sid) {
            if request.newborns.len() == MOST_NEWBORNS {
                request.newborns.remove(0);
            }
            request.newborns.push(view.sid.clone());
        }
    });
}

/// How long a session lives that is written or touched now.
pub(super) fn lifetime(view: &View, config: &Config, gc_maxlifetime: i64) -> Lifetime {
    let full = Lifetime::seconds(gc_maxlifetime, config.touch_interval);
    let is_new = REQUEST.with_borrow(|request| {
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
