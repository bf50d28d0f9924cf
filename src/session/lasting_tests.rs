//! Sessions that outlive requests, as `Rustdb\Handler` has them, against a real server.

use super::mark_tests::in_each_lock;
use super::tests::cause;
use super::{Ending, Session};
use crate::error::Error;
use crate::merge::Format;
use crate::store::mark::GONE;
use crate::testing::Fixture;

impl Fixture {
    fn lasting(&self) -> Session {
        Session::lasting(self.pool(), self.config.clone(), || Format::Php)
    }

    /// Seconds from now on.
    fn lives(&mut self, id: &str) -> u64 {
        self.number(id, "SELECT expires_at-UNIX_TIMESTAMP() FROM {t} WHERE id={id}")
    }
}

#[test]
fn who_rests_holds_nothing_and_knows_what_the_next_write_builds_upon() {
    in_each_lock("rest", &["row", "lease"], |f| {
        f.store("abc", b"before");
        let mut session = f.lasting();
        session.start("abc").unwrap();
        session.rest();
        // Nobody waits.
        f.store("abc", b"between");
        assert_eq!(cause(session.put("abc", "mine")), Error::ChangedMeanwhile);
        session.start("abc").unwrap();
        session.rest();
        session.put("abc", "mine").unwrap();
        assert_eq!(f.stored("abc"), b"mine");
    });
}

#[test]
fn who_is_renewed_knows_nothing_of_what_was_read() {
    in_each_lock("renewed", &["row", "merge", "none"], |f| {
        f.store("abc", b"before");
        let mut session = f.lasting();
        session.start("abc").unwrap();
        session.start("def").unwrap();
        session.renew();
        f.store("abc", b"between");
        session.put("abc", "after").unwrap();
        assert_eq!(f.stored("abc"), b"after");
    });
}

#[test]
fn a_barred_id_is_marked_though_nobody_knows_who_made_it() {
    in_each_lock("barred", &["row", "lease", "merge", "none"], |f| {
        for id in ["abc", "def"] {
            f.store(id, b"before");
        }
        let mut session = f.lasting();
        session.start("abc").unwrap();
        session.destroy(b"abc", Ending::Barred).unwrap();
        session.destroy(b"def", Ending::Destroyed).unwrap();
        assert_eq!((f.mark("abc"), f.mark("def"), f.rows()), (Some(GONE.into()), None, 0));
    });
}

#[test]
fn each_lasting_session_has_seen_what_it_has_read_since_its_request_began() {
    let mut f = Fixture::new("lasting_seen", &[("rustdb.new_lifetime", "50"), ("rustdb.lock", "merge")]);
    let mut session = f.lasting();
    session.start("abc").unwrap();
    session.put("abc", "1").unwrap();
    // Another one's request.
    f.lasting().start("abc").unwrap();
    session.start("new").unwrap();
    session.put("new", "1").unwrap();
    assert!(f.lives("new") <= 50);
    session.start("abc").unwrap();
    session.put("abc", "2").unwrap();
    assert!(f.lives("abc") <= 50, "it is the request of its birth");
    session.begin_request();
    session.start("abc").unwrap();
    session.put("abc", "3").unwrap();
    assert!(f.lives("abc") > 50);
    session.put("next", "1").unwrap();
    assert!(f.lives("next") > 50, "somebody who has come back");
    session.renew();
    session.put("renewed", "1").unwrap();
    assert!(f.lives("renewed") > 50, "still the same request");
    session.begin_request();
    session.put("other", "1").unwrap();
    assert!(f.lives("other") <= 50);
}
