//! What a request has seen of sessions, as far as it decides how long others live ([`super::lifetime`]).

use std::cell::RefCell;

use crate::sid::SessionId;

/// What a request has seen.
#[derive(Default)]
pub struct Request {
    /// Sessions that were born in it: its own next starts are no second request.
    pub newborns: Vec<SessionId>,
    /// It came with a session that another request had made: its client keeps cookies, and so a session that is born
    /// now, by session_regenerate_id() or after a sign-out, is not one that is seen only once.
    pub returning: bool,
}

/// More sessions than a request makes. Who makes more is a program that stands in for many visitors.
pub const MOST_NEWBORNS: usize = 64;

thread_local! {
    static REQUEST: RefCell<Request> = RefCell::default();
}

/// Where it is kept in mind what a request has seen.
#[derive(Default)]
pub enum Seen {
    /// With this thread's PHP request. PHP closes a session and starts it again as often as it likes, so no [`super::Session`] lives as long.
    #[default]
    Thread,
    /// With the session, which outlives requests.
    Own(RefCell<Request>),
}

impl Seen {
    /// Gives the work what is kept in mind of this request.
    pub fn with<T>(&self, look: impl FnOnce(&mut Request) -> T) -> T {
        match self {
            Seen::Thread => REQUEST.with_borrow_mut(look),
            Seen::Own(request) => look(&mut request.borrow_mut()),
        }
    }
}

/// The PHP request is over: the next one may be anybody's.
pub fn end_request() {
    REQUEST.take();
}
