//! Lifetimes of sessions' own where something comes in between, against a real server.

use super::mark_tests::in_each_lock;
use super::tests::cause;
use crate::error::Error;
use crate::testing::{Fixture, LIFETIME};

impl Fixture {
    /// The session's own lifetime in its row, and the seconds that it lives from now on.
    fn own_and_lives(&mut self, id: &str) -> (u64, u64) {
        let own = self.number(id, "SELECT lifetime FROM {t} WHERE id={id}");
        (own, self.number(id, "SELECT expires_at-UNIX_TIMESTAMP() FROM {t} WHERE id={id}"))
    }

    /// A request that gives the session this lifetime, and changes it.
    fn store_with(&self, id: &str, own: u64, data: &str) {
        let mut session = self.session();
        session.start(id).unwrap();
        session.set_lifetime(Some(own)).unwrap();
        session.put(id, data).unwrap();
    }
}

/// Seconds of lifetime with the touch interval, of which the test may take a few.
fn about(seconds: u64) -> std::ops::RangeInclusive<u64> {
    seconds + 40..=seconds + 60
}

const USUAL: u64 = LIFETIME.unsigned_abs();

#[test]
fn a_lifetime_whose_lock_was_lost_is_stored_with_the_write_that_locks_again() {
    in_each_lock("own_lost", &["row", "lease", "merge", "none"], |f| {
        f.store("abc", b"old");
        for (own, data) in [(9000, "old"), (8000, "new")] {
            let mut session = f.session();
            session.start("abc").unwrap();
            session.set_lifetime(Some(own)).unwrap();
            session.lose_hold();
            session.put("abc", data).unwrap();
            assert_eq!(f.stored("abc"), data.as_bytes());
            let (stored, lives) = f.own_and_lives("abc");
            assert!(stored == own && about(own).contains(&lives), "{stored} {lives}");
        }
    });
}

#[test]
fn a_lost_lock_never_overwrites_the_lifetime_that_another_request_has_set() {
    in_each_lock("own_fence", &["row", "lease"], |f| {
        f.store("abc", b"old");
        let mut session = f.session();
        session.start("abc").unwrap();
        session.set_lifetime(Some(8000)).unwrap();
        session.lose_hold();
        f.store_with("abc", 9000, "other");
        assert_eq!(cause(session.put("abc", "mine")), Error::ChangedMeanwhile);
        assert_eq!(f.own_and_lives("abc").0, 9000);
    });
}

#[test]
fn a_second_write_keeps_what_the_first_has_set_and_found() {
    in_each_lock("own_twice", &["row", "lease", "merge", "none"], |f| {
        f.store("abc", b"a|i:1;");
        let mut session = f.session();
        session.start("abc").unwrap();
        session.set_lifetime(Some(9000)).unwrap();
        session.put("abc", "a|i:2;").unwrap();
        assert_eq!(session.own_lifetime(), Some(9000));
        session.put("abc", "a|i:3;").unwrap();
        let (stored, lives) = f.own_and_lives("abc");
        assert!(stored == 9000 && about(9000).contains(&lives), "{stored} {lives}");
    });
    in_each_lock("own_found", &["merge", "none"], |f| {
        f.store("abc", b"a|i:1;");
        let mut session = f.session();
        session.start("abc").unwrap();
        f.store_with("abc", 9000, "a|i:1;b|i:1;");
        for data in ["a|i:2;", "a|i:3;"] {
            session.put("abc", data).unwrap();
            let (stored, lives) = f.own_and_lives("abc");
            assert!(stored == 9000 && about(9000).contains(&lives), "{stored} {lives}");
        }
    });
}

/// The sessions' table as the version before had it.
const OLDER: &str = "CREATE TABLE {t} (id BINARY(32) PRIMARY KEY,version BIGINT UNSIGNED NOT NULL,codec TINYINT UNSIGNED NOT NULL,\
                     created_at BIGINT UNSIGNED NOT NULL,expires_at BIGINT UNSIGNED NOT NULL,data LONGBLOB NOT NULL,\
                     handle BINARY(16) NULL,seen_at BIGINT UNSIGNED NOT NULL DEFAULT 0,KEY(expires_at),KEY(handle))";

#[test]
fn a_process_that_does_not_know_the_column_yet_leaves_it_alone_and_the_next_that_does_honours_it() {
    in_each_lock("own_older", &["row", "lease", "merge", "none"], |f| {
        f.sql("a", OLDER);
        f.store("abc", b"a|i:1;");
        // Another process, which makes the column.
        let other = f.sibling(&[("rustdb.pool_size", "7")]);
        let with = |own| {
            let mut session = other.session();
            session.start("abc").unwrap();
            session.set_lifetime(own).unwrap();
            session
        };
        with(Some(9000)).put("abc", "a|i:2;").unwrap();
        assert!(!f.pool().has_lifetimes());
        let mut session = f.session();
        session.start("abc").unwrap();
        session.put("abc", "a|i:3;").unwrap();
        let (stored, lives) = f.own_and_lives("abc");
        assert!(stored == 9000 && about(USUAL).contains(&lives), "{stored} {lives}");
        let mut session = other.session();
        session.start("abc").unwrap();
        session.put("abc", "a|i:3;").unwrap();
        let (stored, lives) = f.own_and_lives("abc");
        assert!(stored == 9000 && about(9000).contains(&lives), "{stored} {lives}");
        // Where it sets one itself, it looks first.
        f.store_with("abc", 8000, "a|i:4;");
        assert!(f.pool().has_lifetimes());
        let (stored, lives) = f.own_and_lives("abc");
        assert!(stored == 8000 && about(8000).contains(&lives), "{stored} {lives}");
        f.store("abc", b"a|i:5;");
        assert!(about(8000).contains(&f.own_and_lives("abc").1));
    });
}

#[test]
fn where_the_column_may_not_be_made_the_lock_is_kept_and_the_rest_is_stored() {
    in_each_lock("own_never", &["row"], |f| {
        f.sql("a", OLDER);
        let sibling = f.sibling(&[("rustdb.create_table", "0")]);
        f.store("abc", b"old");
        let mut session = sibling.session();
        session.start("abc").unwrap();
        assert_eq!(cause(session.set_lifetime(Some(9000))), Error::TableOld("the column lifetime"));
        assert!(session.is_locked());
        session.set_lifetime(None).unwrap();
        session.put("abc", "new").unwrap();
        assert_eq!(f.stored("abc"), b"new");
    });
}
