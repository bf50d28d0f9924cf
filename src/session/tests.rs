//! The session's contract against a real server, told as PHP would call.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use super::state::{Hold, State};
use super::{Ending, Intent, Session};
use crate::error::{Error, Failure};
use crate::testing::{Fixture, LIFETIME};

impl Session {
    /// The server's number of the connection that holds the lock.
    pub(super) fn connection(&mut self) -> u64 {
        let State::Open(view) = &mut self.state else { panic!("nothing is open") };
        let Hold::Locked(kept, _) = &mut view.hold else { panic!("nothing is locked") };
        kept.with(|link| link.connection_id()).unwrap()
    }

    pub(super) fn is_locked(&self) -> bool {
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
    let made = || f.pool().counters.connects.load(Ordering::Relaxed);
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
        let before = count(&pool.counters.lock_waits);
        let mut slow = f.session();
        slow.start("abcdefghijkl").unwrap();
        let told = slow.slow_lock().unwrap();
        assert!(told.contains(" ms for session abcdef… (table "), "{told}");
        assert_eq!(slow.slow_lock(), None);
        assert_eq!(count(&pool.counters.lock_waits), before + 1);
        assert!(count(&pool.counters.lock_wait_us) >= 900_000);
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
    assert!(!session.validate_sid(b"abc", Intent::Write).unwrap());
    assert_eq!(session.start("abc").unwrap(), b"");
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
    assert_eq!(f.number("abc", "SELECT created_at>5 FROM {t} WHERE id={id}"), 1);
}

#[test]
fn reset_keeps_the_lock_and_serves_what_was_read() {
    let f = Fixture::new("reset", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    session.open(f.pool(), f.config.clone());
    assert!(session.is_locked());
    assert!(session.validate_sid(b"abc", Intent::Write).unwrap());
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

#[test]
fn a_table_that_was_dropped_is_made_again_for_the_next_session() {
    let mut f = Fixture::new("dropped", &[]);
    f.store("abc", b"old");
    f.sql("abc", "DROP TABLE {t}");
    assert_eq!(f.session().start("abc").unwrap(), b"");
}
