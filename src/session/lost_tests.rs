//! Sessions whose lock was lost with its connection.

use super::state::State;
use super::tests::cause;
use super::{Ending, Session};
use crate::error::Error;
use crate::store::Write;
use crate::store::label::LabelWrite;
use crate::testing::{Fixture, seconds};

#[test]
fn a_connection_lost_while_the_lock_is_held_is_settled_by_comparing_versions() {
    let mut f = Fixture::new("lost", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn a_lost_lock_never_overwrites_what_another_request_wrote_meanwhile() {
    let mut f = Fixture::new("fence", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    f.store("abc", b"other");
    assert_eq!(cause(session.put("abc", "mine")), Error::ChangedMeanwhile);
    assert_eq!(f.stored("abc"), b"other");
}

#[test]
fn a_lost_lock_never_brings_a_destroyed_session_back() {
    let mut f = Fixture::new("fence_destroy", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    f.sql("abc", "DELETE FROM {t} WHERE id={id}");
    assert_eq!(cause(session.put("abc", "mine")), Error::ChangedMeanwhile);
    assert_eq!(f.rows(), 0);
}

#[test]
fn a_holder_that_lost_power_loses_its_lock_after_the_idle_timeout() {
    let f = Fixture::new("silent", &[("rustdb.idle_timeout", "1")]);
    f.store("abc", b"old");
    let mut silent = f.session();
    silent.start("abc").unwrap();
    // Without its keeper nobody speaks on the connection any more.
    f.pool().keeper.end();
    let mut next = f.session();
    assert_eq!(next.start("abc").unwrap(), b"old");
    next.put("abc", "new").unwrap();
    assert_eq!(cause(silent.put("abc", "late")), Error::ChangedMeanwhile);
}

#[test]
fn a_newborn_whose_connection_is_lost_is_born_again_unless_somebody_else_was() {
    let mut f = Fixture::new("lost_birth", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");

    let mut session = f.session();
    session.start("def").unwrap();
    f.kill(session.connection());
    f.store("def", b"other");
    assert_eq!(cause(session.put("def", "mine")), Error::ChangedMeanwhile);
    assert_eq!(f.stored("def"), b"other");
}

#[test]
fn touching_and_releasing_on_a_lost_connection_lose_nothing_and_say_nothing() {
    let mut f = Fixture::new("lost_touch", &[("rustdb.touch_interval", "0")]);
    f.store("abc", b"old");
    f.sql("abc", "UPDATE {t} SET expires_at=expires_at-100 WHERE id={id}");
    let before = f.number("abc", "SELECT expires_at FROM {t} WHERE id={id}");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    session.put("abc", "old").unwrap();
    session.close();
    assert!(f.number("abc", "SELECT expires_at FROM {t} WHERE id={id}") > before);
}

/// A write whose answer was lost, as [`super::database::Database::settle`] finds it.
fn in_doubt(session: &Session, data: &[u8]) -> Result<(), Error> {
    let State::Open(view) = &session.state else { panic!("nothing is open") };
    let new = Write { codec: 0, data, version: 77, lifetime: seconds(999), label: LabelWrite::None };
    session.db.lock_and_write(view, &new, Some(Error::Gone("no answer".into())))
}

#[test]
fn after_a_lost_answer_another_version_proves_nothing() {
    let mut f = Fixture::new("doubt", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    f.store("abc", b"other");
    assert!(matches!(in_doubt(&session, b"new"), Err(Error::Unsettled(_))));
    assert_eq!(f.stored("abc"), b"other");
}

#[test]
fn after_a_lost_answer_the_own_version_proves_that_it_was_stored_and_the_old_one_that_it_was_not() {
    let mut f = Fixture::new("proof", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    in_doubt(&session, b"new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
    in_doubt(&session, b"is not written twice").unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn after_a_lost_answer_a_newborn_that_is_gone_is_not_born_again() {
    let mut f = Fixture::new("rebirth", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    assert!(matches!(in_doubt(&session, b"new"), Err(Error::Unsettled(_))));
    assert_eq!(f.rows(), 0);
}

#[test]
fn destroying_a_newborn_whose_connection_was_lost_destroys_what_others_stored() {
    let mut f = Fixture::new("destroy_doubt", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    f.store("abc", b"login");
    session.destroy(b"abc", Ending::Destroyed).unwrap();
    assert_eq!(f.rows(), 0);
}
