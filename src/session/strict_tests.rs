//! Strict mode, and ids that rustdb made, which are known without a row, against a real server.

use super::mark_tests::in_each_lock;
use super::tests::cause;
use super::{Ending, Intent};
use crate::db::Pool;
use crate::error::Error;
use crate::testing::Fixture;

#[test]
fn validate_locks_for_the_read_that_follows_and_knows_live_rows_only() {
    let f = Fixture::new("strict", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    assert!(session.validate_sid(b"abc", Intent::Write).unwrap());
    assert!(session.is_locked());
    assert_eq!(session.start("abc").unwrap(), b"old");
    assert!(!f.session().validate_sid(b"unknown", Intent::Write).unwrap());
    assert!(!f.session().validate_sid(b"for'ged", Intent::Write).unwrap());
}

#[test]
fn validate_of_an_id_of_ours_is_its_birth() {
    let f = Fixture::new("own", &[]);
    let mut session = f.session();
    session.create_sid(&mut b"mine".to_owned(), 4);
    assert!(!session.validate_sid(b"mine", Intent::Write).unwrap());
    assert!(session.is_locked());
    session.start("mine").unwrap();
    session.put("mine", "x").unwrap();
    assert_eq!(f.stored("mine"), b"x");
}

#[test]
fn validate_while_a_session_is_open_looks_and_locks_nothing() {
    let mut f = Fixture::new("create_id", &[]);
    f.store("other", b"x");
    let mut session = f.session();
    session.start("abc").unwrap();
    assert!(session.validate_sid(b"other", Intent::Write).unwrap());
    assert!(!session.validate_sid(b"fresh", Intent::Write).unwrap());
    session.put("abc", "data").unwrap();
    assert_eq!(f.rows(), 2);
}

#[test]
fn validate_says_known_when_the_server_is_away_so_that_no_visitor_loses_the_id() {
    let f = Fixture::new("away", &[("rustdb.socket", "/nonexistent/socket")]);
    let mut session = f.session();
    assert!(session.validate_sid(b"abc", Intent::Write).unwrap());
    assert!(matches!(cause(session.start("abc")), Error::Connect(_)));
}

#[test]
fn a_destroyed_id_of_ours_is_not_known_again() {
    in_each_lock("destroyed", &["row", "lease", "none"], |f| {
        for data in [&b"stored"[..], b""] {
            let id = f.session().make_id();
            f.store(&id, data);
            let mut session = f.session();
            assert_eq!(session.strict_start(&id).unwrap().as_deref(), Some(data));
            session.destroy(id.as_bytes(), Ending::Destroyed).unwrap();
            session.close();
            assert_eq!(f.session().strict_start(&id).unwrap(), None);
            // Nor one that this request did not open.
            let other = f.session().make_id();
            f.session().destroy(other.as_bytes(), Ending::Destroyed).unwrap();
            assert_eq!(f.session().strict_start(&other).unwrap(), None);
        }
        assert_eq!(f.rows(), 0);
    });
}

#[test]
fn an_id_of_ours_is_known_while_its_session_is_empty_and_others_are_not() {
    in_each_lock("ours", &["row", "lease", "none"], |f| {
        let id = f.session().make_id();
        for intent in [Intent::Write, Intent::ReadAndClose] {
            let mut session = f.session();
            assert!(session.validate_sid(id.as_bytes(), intent).unwrap());
            assert_eq!(session.read(id.as_bytes(), intent).unwrap(), b"");
            session.put(&id, "").unwrap();
        }
        assert_eq!(f.number("a", "SELECT COUNT(*) FROM {t}"), 1); // the secret
        let mut other = id.clone();
        other.replace_range(..1, if id.starts_with('0') { "1" } else { "0" });
        assert_eq!(f.session().strict_start(&other).unwrap(), None);
        // Another table's ids are strangers'.
        let elsewhere = Fixture::new("m_elsewhere", &[]);
        assert_eq!(elsewhere.session().strict_start(&id).unwrap(), None);
    });
}

#[test]
fn parallel_first_requests_of_an_id_of_ours_wait_for_each_other() {
    in_each_lock("parallel", &["row", "lease"], |f| {
        let id = f.session().make_id();
        let mut first = f.session();
        assert_eq!(first.strict_start(&id).unwrap(), Some(vec![]));
        let waiter = f.waiter(&id);
        first.put(&id, "cart").unwrap();
        let (_session, found) = waiter.join().unwrap();
        assert_eq!(found, Some(b"cart".to_vec()));
    });
}

#[test]
fn the_secret_is_made_where_it_is_missing_and_one_that_is_none_makes_ids_strangers() {
    let mut f = Fixture::new("m_secret", &[]);
    let zeros = "id=REPEAT('\\0',32)";
    let old = f.session().make_id();
    f.sql("a", &format!("DELETE FROM {{t}} WHERE {zeros}"));
    Pool::forget(&f.config.server);
    let new = f.session().make_id();
    assert_eq!(f.session().strict_start(&old).unwrap(), None);
    assert_eq!(f.session().strict_start(&new).unwrap(), Some(vec![]));
    Pool::forget(&f.config.server);
    assert_eq!(f.session().strict_start(&new).unwrap(), Some(vec![]));
    // gc leaves it.
    f.session().gc(true).unwrap();
    assert_eq!(f.number("a", &format!("SELECT COUNT(*) FROM {{t}} WHERE {zeros}")), 1);
    f.sql("a", &format!("UPDATE {{t}} SET data='short' WHERE {zeros}"));
    Pool::forget(&f.config.server);
    assert_eq!(f.session().strict_start(&new).unwrap(), None);
    let id = f.session().make_id();
    f.store(&id, b"stored");
    assert_eq!(f.stored(&id), b"stored");
}
