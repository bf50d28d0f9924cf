//! The session's contract against a real server, told as PHP would call.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use super::{Ending, Hold, Intent, Session, State};
use crate::error::{Error, Failure};
use crate::store::Write;
use crate::store::label::LabelWrite;
use crate::testing::{Fixture, LIFETIME, seconds};

impl Session {
    /// The server's number of the connection that holds the lock.
    pub(super) fn connection(&mut self) -> u64 {
        let State::Open(view) = &mut self.state else { panic!("nothing is open") };
        let Hold::Locked(kept, _) = &mut view.hold else { panic!("nothing is locked") };
        kept.with(|link| link.connection_id()).unwrap()
    }

    fn is_locked(&self) -> bool {
        matches!(&self.state, State::Open(view) if matches!(view.hold, Hold::Locked(..)))
    }

    pub(super) fn start(&mut self, id: &str) -> Result<Vec<u8>, Failure> {
        self.read(id.as_bytes(), Intent::Write).map(<[u8]>::to_vec)
    }

    pub(super) fn put(&mut self, id: &str, data: &str) -> Result<(), Failure> {
        self.write(id.as_bytes(), data.as_bytes(), LIFETIME)
    }
}

pub(super) fn cause<T>(outcome: Result<T, Failure>) -> Error {
    match outcome {
        Ok(_) => panic!("it succeeded"),
        Err(failure) => failure.cause,
    }
}

/// What a wait ends in where the server does not tell who holds the row.
fn timeout(seconds: u64) -> Error {
    let holder = None;
    Error::LockTimeout { seconds, holder }
}

#[test]
fn an_unknown_id_is_an_empty_session_and_what_is_written_is_read_back() {
    let f = Fixture::new("roundtrip", &[]);
    let mut session = f.session();
    assert_eq!(session.start("abc").unwrap(), b"");
    session.put("abc", "a|i:1;").unwrap();
    session.close();
    assert_eq!(f.session().start("abc").unwrap(), b"a|i:1;");
}

#[test]
fn an_empty_new_session_leaves_no_row() {
    let mut f = Fixture::new("empty", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    session.put("abc", "").unwrap();
    session.close();
    assert_eq!(f.rows(), 0);
}

#[test]
fn an_existing_session_may_become_empty_and_stays_a_session() {
    let mut f = Fixture::new("emptied", &[]);
    f.store("abc", b"x");
    let mut session = f.session();
    session.start("abc").unwrap();
    session.put("abc", "").unwrap();
    assert_eq!((f.stored("abc"), f.rows()), (vec![], 1));
}

#[test]
fn the_second_of_two_first_requests_waits_and_sees_the_firsts_data() {
    let mut f = Fixture::new("birth", &[]);
    let mut first = f.session();
    first.start("abc").unwrap();
    let mut second = f.session();
    let (done, answer) = mpsc::channel();
    let waiter = thread::spawn(move || done.send(second.start("abc")).unwrap());
    f.wait_for_waiter();
    assert!(answer.try_recv().is_err());
    first.put("abc", "first").unwrap();
    assert_eq!(answer.recv().unwrap().unwrap(), b"first");
    waiter.join().unwrap();
}

#[test]
fn forty_empty_first_requests_of_one_id_all_succeed() {
    let mut f = Fixture::new("stampede", &[("rustdb.pool_size", "50")]);
    drop(f.session().start("warm"));
    let sessions: Vec<_> = (0..40).map(|_| f.session()).collect();
    let threads: Vec<_> = sessions
        .into_iter()
        .map(|mut session| {
            thread::spawn(move || {
                session.start("abc").unwrap();
                session.put("abc", "").unwrap();
                session.close();
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(f.rows(), 0);
}

#[test]
fn a_lock_that_is_not_to_be_had_is_an_error_and_nothing_is_written() {
    let f = Fixture::new("timeout", &[("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut other = f.session();
    assert_eq!(cause(other.start("abc")), timeout(0));
    assert_eq!(cause(other.put("abc", "new")), Error::NeverRead);
    holder.close();
    assert_eq!(f.stored("abc"), b"old");
}

#[test]
fn who_may_not_ask_for_the_holder_gives_up_on_the_same_connection() {
    let f = Fixture::new("no_right", &[("rustdb.lock_wait", "1")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut other = f.session();
    let made = || f.pool().counters().connects.load(Ordering::Relaxed);
    assert_eq!(cause(other.start("abc")), timeout(1));
    let before = made();
    holder.close();
    other.open(f.pool(), f.config.clone());
    assert_eq!(other.start("abc").unwrap(), b"old");
    other.put("abc", "new").unwrap();
    assert_eq!((f.stored("abc"), made()), (b"new".to_vec(), before));
}

#[test]
fn a_long_wait_is_told_once_and_counted() {
    for mode in ["row", "lease"] {
        let name = format!("slow_{mode}");
        let waiting = [
            ("rustdb.lock", mode),
            ("rustdb.lock_wait", "1"),
            ("rustdb.lock_failure", "readonly"),
            ("rustdb.slow_lock_ms", "500"),
        ];
        let f = Fixture::new(&name, &waiting);
        f.store("abcdefghijkl", b"old");
        let mut holder = f.session();
        holder.start("abcdefghijkl").unwrap();
        let pool = f.pool();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let before = count(&pool.counters().lock_waits);
        let mut slow = f.session();
        slow.start("abcdefghijkl").unwrap();
        let told = slow.slow_lock().unwrap();
        assert!(told.contains(" ms for session abcdef… (table "), "{told}");
        assert_eq!(slow.slow_lock(), None);
        assert_eq!(count(&pool.counters().lock_waits), before + 1);
        assert!(count(&pool.counters().lock_wait_us) >= 900_000);
    }
}

#[test]
fn readonly_reads_without_the_lock_and_refuses_changes_only() {
    let f = Fixture::new("readonly", &[("rustdb.lock_wait", "0"), ("rustdb.lock_failure", "readonly")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut reader = f.session();
    assert_eq!(reader.start("abc").unwrap(), b"old");
    reader.put("abc", "old").unwrap();
    assert_eq!(cause(reader.put("abc", "new")), Error::ReadWithoutLock);
    holder.close();
    assert_eq!(f.stored("abc"), b"old");
}

#[test]
fn read_and_close_neither_waits_nor_locks_nor_makes_a_row() {
    let mut f = Fixture::new("read_and_close", &[]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    assert_eq!(f.stored("abc"), b"old");
    assert_eq!(f.stored("unknown"), b"");
    assert_eq!(f.rows(), 1);
}

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
fn a_live_holder_keeps_its_lock_for_longer_than_the_idle_timeout() {
    let f = Fixture::new("kept", &[("rustdb.idle_timeout", "1"), ("rustdb.lock_wait", "3")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut next = f.session();
    assert_eq!(cause(next.start("abc")), timeout(3));
    holder.put("abc", "held").unwrap();
    assert_eq!(f.stored("abc"), b"held");
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

#[test]
fn an_unchanged_session_is_touched_only_when_its_expiry_has_moved_by_the_interval() {
    let mut f = Fixture::new("touch", &[]);
    f.store("abc", b"old");
    let left = "SELECT expires_at-UNIX_TIMESTAMP() FROM {t} WHERE id={id}";
    assert!((1495..=1500).contains(&f.number("abc", left)));
    let write_unchanged = |f: &mut Fixture, moved: u64| {
        f.sql("abc", &format!("UPDATE {{t}} SET expires_at=UNIX_TIMESTAMP()+{}+60-{moved} WHERE id={{id}}", LIFETIME));
        let version = f.number("abc", "SELECT version FROM {t} WHERE id={id}");
        let mut session = f.session();
        session.start("abc").unwrap();
        session.put("abc", "old").unwrap();
        session.close();
        assert_eq!(f.number("abc", "SELECT version FROM {t} WHERE id={id}"), version);
        f.number("abc", left)
    };
    assert!(write_unchanged(&mut f, 40) <= 1460);
    assert!(write_unchanged(&mut f, 70) >= 1495);
}

#[test]
fn an_expired_row_is_no_session_and_a_write_begins_a_new_life() {
    let mut f = Fixture::new("expired", &[]);
    f.store("abc", b"old");
    f.sql("abc", "UPDATE {t} SET expires_at=UNIX_TIMESTAMP()-1,created_at=5 WHERE id={id}");
    let mut session = f.session();
    assert!(!session.validate(b"abc", Intent::Write).unwrap());
    assert_eq!(session.start("abc").unwrap(), b"");
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
    assert_eq!(f.number("abc", "SELECT created_at>5 FROM {t} WHERE id={id}"), 1);
}

#[test]
fn validate_locks_for_the_read_that_follows_and_knows_live_rows_only() {
    let f = Fixture::new("strict", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    assert!(session.validate(b"abc", Intent::Write).unwrap());
    assert!(session.is_locked());
    assert_eq!(session.start("abc").unwrap(), b"old");
    assert!(!f.session().validate(b"unknown", Intent::Write).unwrap());
    assert!(!f.session().validate(b"for'ged", Intent::Write).unwrap());
}

#[test]
fn validate_of_an_id_of_ours_is_its_birth() {
    let f = Fixture::new("own", &[]);
    let mut session = f.session();
    session.created(&mut b"mine".to_owned(), 4);
    assert!(!session.validate(b"mine", Intent::Write).unwrap());
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
    assert!(session.validate(b"other", Intent::Write).unwrap());
    assert!(!session.validate(b"fresh", Intent::Write).unwrap());
    session.put("abc", "data").unwrap();
    assert_eq!(f.rows(), 2);
}

#[test]
fn validate_says_known_when_the_server_is_away_so_that_no_visitor_loses_the_id() {
    let f = Fixture::new("away", &[("rustdb.socket", "/nonexistent/socket")]);
    let mut session = f.session();
    assert!(session.validate(b"abc", Intent::Write).unwrap());
    assert!(matches!(cause(session.start("abc")), Error::Connect(_)));
}

#[test]
fn reset_keeps_the_lock_and_serves_what_was_read() {
    let f = Fixture::new("reset", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    session.open(f.pool(), f.config.clone());
    assert!(session.is_locked());
    assert!(session.validate(b"abc", Intent::Write).unwrap());
    assert_eq!(session.start("abc").unwrap(), b"old");
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn another_id_without_close_frees_the_first_lock() {
    let f = Fixture::new("unclosed", &[("rustdb.lock_wait", "0")]);
    f.store("first", b"1");
    let mut session = f.session();
    session.start("first").unwrap();
    session.open(f.pool(), f.config.clone());
    session.start("second").unwrap();
    assert_eq!(f.session().start("first").unwrap(), b"1");
    session.put("second", "2").unwrap();
    assert_eq!(f.stored("second"), b"2");
}

#[test]
fn destroy_deletes_and_unlocks_and_a_later_write_makes_a_new_session() {
    let mut f = Fixture::new("destroy", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    session.destroy(b"abc", Ending::Destroyed).unwrap();
    assert_eq!(f.rows(), 0);
    session.destroy(b"unknown", Ending::Destroyed).unwrap();
    session.put("abc", "again").unwrap();
    assert_eq!(f.stored("abc"), b"again");
}

#[test]
fn destroy_of_a_newborn_and_on_a_lost_connection() {
    let mut f = Fixture::new("destroy_lost", &[]);
    let mut session = f.session();
    session.start("born").unwrap();
    session.destroy(b"born", Ending::Destroyed).unwrap();
    assert_eq!(f.rows(), 0);
    f.store("abc", b"old");
    session.start("abc").unwrap();
    f.kill(session.connection());
    session.destroy(b"abc", Ending::Destroyed).unwrap();
    assert_eq!(f.rows(), 0);
}

#[test]
fn gc_takes_what_has_expired_in_batches_and_skips_what_is_held() {
    let mut f = Fixture::new("gc", &[("rustdb.gc_batch", "3")]);
    for id in ["a", "b", "c", "d", "e", "f", "g", "live"] {
        f.store(id, b"x");
    }
    f.sql("live", "UPDATE {t} SET expires_at=5 WHERE id<>{id} AND codec=0");
    let mut holder = f.session();
    holder.start("a").unwrap();
    assert_eq!(holder.gc(false).unwrap(), 3);
    assert_eq!(f.session().gc(true).unwrap(), 3);
    assert_eq!(f.rows(), 2);
}

#[test]
fn without_locks_the_last_write_wins_and_a_touch_brings_nothing_back() {
    let mut f = Fixture::new("none", &[("rustdb.lock", "none"), ("rustdb.touch_interval", "0")]);
    f.store("abc", b"old");
    let (mut first, mut second) = (f.session(), f.session());
    first.start("abc").unwrap();
    second.start("abc").unwrap();
    second.put("abc", "second").unwrap();
    first.put("abc", "first").unwrap();
    assert_eq!(f.stored("abc"), b"first");
    let mut third = f.session();
    third.start("abc").unwrap();
    f.sql("abc", "DELETE FROM {t} WHERE id={id}");
    third.put("abc", "first").unwrap();
    assert_eq!(f.rows(), 0);
}

#[test]
fn a_row_of_an_unknown_codec_is_an_error_and_stays_as_it_is() {
    let mut f = Fixture::new("codec", &[]);
    f.store("abc", b"old");
    f.sql("abc", "UPDATE {t} SET codec=77 WHERE id={id}");
    let mut session = f.session();
    assert_eq!(cause(session.start("abc")), Error::UnknownCodec(77));
    assert_eq!(cause(session.put("abc", "new")), Error::NeverRead);
    session.close();
    f.sql("abc", "UPDATE {t} SET codec=0 WHERE id={id}");
    assert_eq!(f.session().start("abc").unwrap(), b"old");
}

#[test]
fn a_write_that_was_never_read_locks_first_and_twice_in_a_row_is_fine() {
    let f = Fixture::new("unread", &[]);
    let mut session = f.session();
    session.put("abc", "one").unwrap();
    session.put("abc", "two").unwrap();
    assert_eq!(f.stored("abc"), b"two");
    f.store("abc", b"other");
    assert_eq!(cause(session.put("abc", "three")), Error::ChangedMeanwhile);
}

#[test]
fn two_ids_side_by_side_are_both_fenced() {
    let f = Fixture::new("side", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    // The other id takes the connection, so the first lock is gone.
    session.put("index", "abc was here").unwrap();
    f.store("abc", b"other");
    assert_eq!(cause(session.put("abc", "mine")), Error::ChangedMeanwhile);
    assert_eq!(f.stored("abc"), b"other");
    session.start("index").unwrap();
    session.put("abc", "mine").unwrap_err();
    session.put("index", "again").unwrap();
    assert_eq!(f.stored("index"), b"again");
}

#[test]
fn an_id_that_could_not_be_read_stays_refused_after_another_one_was() {
    let f = Fixture::new("side_unread", &[("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut session = f.session();
    session.start("abc").unwrap_err();
    session.start("index").unwrap();
    holder.close();
    assert_eq!(cause(session.put("abc", "mine")), Error::NeverRead);
    assert_eq!(f.stored("abc"), b"old");
}

/// A write whose answer was lost, as [`Session::write_again`] finds it.
fn in_doubt(session: &Session, data: &[u8]) -> Result<(), Error> {
    let State::Open(view) = &session.state else { panic!("nothing is open") };
    let new = Write { codec: 0, data, version: 77, lifetime: seconds(999), label: LabelWrite::None };
    session.write_again(view, &new, Some(Error::Gone("no answer".into())))
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

#[test]
fn a_table_that_was_dropped_is_made_again_for_the_next_session() {
    let mut f = Fixture::new("dropped", &[]);
    f.store("abc", b"old");
    f.sql("abc", "DROP TABLE {t}");
    assert_eq!(f.session().start("abc").unwrap(), b"");
}
