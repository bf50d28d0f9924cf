//! `rustdb.lock=lease` against a real server, told as PHP would call.

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::merging::Data;
use super::state::{Hold, State};
use super::tests::cause;
use super::{Ending, Intent, Session};
use crate::error::Error;
use crate::merge::Format;
use crate::store::Write;
use crate::store::label::LabelWrite;
use crate::testing::proxy::{Fault, Plan, Proxy};
use crate::testing::{Fixture, Sibling, seconds};

const LEASE: (&str, &str) = ("rustdb.lock", "lease");

pub(super) fn fixture(name: &str, changes: &[(&str, &str)]) -> Fixture {
    let mut all = vec![LEASE];
    all.extend_from_slice(changes);
    Fixture::new(&format!("l_{name}"), &all)
}

impl Session {
    fn is_leased(&self) -> bool {
        matches!(&self.state, State::Open(view) if matches!(view.hold, Hold::Leased(_)))
    }

    /// As when the process is stopped for longer than the lease: nobody renews it any more.
    fn stop_renewing(&self) {
        let State::Open(view) = &self.state else { panic!("nothing is open") };
        let Hold::Leased(owner) = view.hold else { panic!("nothing is leased") };
        self.db.pool.keeper.drop_lease(owner);
    }
}

fn running_leases(f: &mut Fixture) -> u64 {
    f.number("a", "SELECT COUNT(*) FROM {t}_lease WHERE lease_until>UNIX_TIMESTAMP()")
}

pub(super) fn assert_lease_timeout(cause: &Error, waited: u64) -> String {
    match cause {
        Error::LockTimeout { seconds, holder } if *seconds == waited => holder.clone(),
        other => panic!("{other:?}"),
    }
    .expect("a holder")
}

fn held_by_us() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    format!("held by pid {} on {} for ", std::process::id(), host.trim())
}

/// The leases' table as it was before it said who holds a lease.
fn forget_holders(f: &mut Fixture) {
    f.sql("a", "ALTER TABLE {t}_lease DROP COLUMN lease_holder, DROP COLUMN lease_since");
}

#[test]
fn a_table_that_does_not_say_who_holds_a_lease_serves_as_well() {
    let mut f = fixture("old_table", &[("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    // Pooled connections know the table as it was, and new ones as it is.
    forget_holders(&mut f);
    for _ in 0..2 {
        let cause = cause(f.session().start("abc"));
        let (seconds, holder) = (0, None);
        assert_eq!(cause, Error::LockTimeout { seconds, holder });
    }
    holder.put("abc", "held").unwrap();
    f.store("abc", b"next");
    assert_eq!(f.stored("abc"), b"next");
}

#[test]
fn the_next_holder_is_named_once_the_first_has_given_the_lease_back() {
    let mut f = fixture("next_holder", &[("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let row = "UPDATE {t}_lease SET lease_holder='pid 1 on other',lease_since=5 WHERE id={id}";
    f.sql("abc", row);
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let named = assert_lease_timeout(&cause(f.session().start("abc")), 0);
    assert!(named.starts_with(&held_by_us()), "{named}");
    f.sql("abc", row);
    let named = assert_lease_timeout(&cause(f.session().start("abc")), 0);
    assert!(named.starts_with("held by pid 1 on other for "), "{named}");
}

#[test]
fn a_session_is_leased_while_it_is_open_and_the_write_gives_it_back() {
    let mut f = fixture("roundtrip", &[]);
    let mut session = f.session();
    assert_eq!(session.start("abc").unwrap(), b"");
    assert!(session.is_leased());
    assert_eq!(running_leases(&mut f), 1);
    session.put("abc", "one").unwrap();
    assert_eq!(running_leases(&mut f), 0);
    session.open(f.pool(), f.config.clone());
    assert_eq!(session.start("abc").unwrap(), b"one");
    session.put("abc", "two").unwrap();
    session.close();
    assert_eq!(f.stored("abc"), b"two");
}

#[test]
fn large_data_is_written_and_born_as_well() {
    let f = fixture("large", &[]);
    for size in [40_000, 41_000] {
        f.store("abc", &vec![b'x'; size]);
        assert_eq!(f.stored("abc").len(), size);
    }
}

#[test]
fn an_empty_new_session_leaves_neither_row_nor_lease() {
    let mut f = fixture("empty", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    session.put("abc", "").unwrap();
    session.close();
    assert!(!f.session().validate_sid(b"unknown", Intent::Write).unwrap());
    assert_eq!(f.rows(), 0);
    assert_eq!(f.number("a", "SELECT COUNT(*) FROM {t}_lease"), 0);
}

#[test]
fn a_waiting_request_gets_the_session_when_it_is_given_back() {
    let f = fixture("wait", &[]);
    let mut first = f.session();
    first.start("abc").unwrap();
    let mut second = f.session();
    let (done, answer) = mpsc::channel();
    let waiter = thread::spawn(move || done.send(second.start("abc")).unwrap());
    first.put("abc", "first").unwrap();
    assert_eq!(answer.recv().unwrap().unwrap(), b"first");
    waiter.join().unwrap();
}

#[test]
fn a_hundred_requests_for_one_session_all_get_through() {
    let f = fixture("hundred", &[("rustdb.pool_size", "120")]);
    f.store("abc", b"0");
    let sessions: Vec<_> = (0..100).map(|_| f.session()).collect();
    let threads: Vec<_> = sessions
        .into_iter()
        .map(|mut session| {
            thread::spawn(move || {
                let data = String::from_utf8(session.start("abc").unwrap()).unwrap();
                let number: u32 = data.parse().unwrap();
                session.put("abc", &(number + 1).to_string()).unwrap();
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(f.stored("abc"), b"100");
}

#[test]
fn a_lease_that_is_not_to_be_had_is_an_error_or_readonly() {
    let f = fixture("timeout", &[("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut other = f.session();
    let holder = assert_lease_timeout(&cause(other.start("abc")), 0);
    assert!(holder.starts_with(&held_by_us()), "{holder}");
    assert_eq!(cause(other.put("abc", "new")), Error::NeverRead);
    assert_eq!(f.stored("abc"), b"old");
}

#[test]
fn a_request_of_several_leases_keeps_its_session() {
    let f = fixture("long", &[("rustdb.lease", "3"), ("rustdb.lock_wait", "10")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut other = f.session();
    // The lease was renewed meanwhile, and still is the one that was taken before the wait.
    let named = assert_lease_timeout(&cause(other.start("abc")), 10);
    let seconds = named.strip_prefix(&held_by_us());
    let seconds = seconds.and_then(|rest| rest.strip_suffix(" s"));
    let seconds: u64 = seconds.and_then(|s| s.parse().ok()).expect(&named);
    assert!((9..60).contains(&seconds), "{named}");
    holder.put("abc", "held").unwrap();
    assert_eq!(f.stored("abc"), b"held");
}

/// Sessions of the same table that a proxy can come between.
fn through_a_proxy(f: &Fixture, changes: &[(&str, &str)]) -> (Sibling, Proxy) {
    let proxy = Proxy::new();
    let all = [&proxy.directives()[..], &[("rustdb.connect_timeout", "1")], changes].concat();
    (f.sibling(&all), proxy)
}

#[test]
fn a_lease_outlives_a_server_that_falls_silent_under_its_renewal() {
    let mut f = fixture("silent", &[("rustdb.lease", "6"), ("rustdb.lock_wait", "12")]);
    f.store("abc", b"old");
    let (through, proxy) = through_a_proxy(&f, &[]);
    let mut holder = through.session();
    holder.start("abc").unwrap();
    let end = f.number("abc", "SELECT lease_until FROM {t}_lease WHERE id={id}");
    let renewed = format!("SELECT MAX(lease_until)>{end} FROM {{t}}_lease");
    f.wait_until(&renewed, Duration::from_millis(20));
    // From here on the background thread has a connection.
    proxy.arm(Plan::next(Fault::Stall));
    assert_lease_timeout(&cause(f.session().start("abc")), 12);
    assert!(proxy.disarm());
    holder.put("abc", "held").unwrap();
    assert_eq!(f.stored("abc"), b"held");
}

#[test]
fn who_was_kept_waiting_by_a_silent_server_asks_no_other() {
    let f = fixture("kept", &[]);
    f.store("abc", b"old");
    let (through, proxy) = through_a_proxy(&f, &[("rustdb.lock_wait", "1")]);
    through.session().start("abc").unwrap();
    let mut session = through.session();
    let pool = session.db.pool.clone();
    let connects = || pool.counters.connects.load(Ordering::Relaxed);
    assert_eq!(connects(), 1);
    proxy.arm(Plan::next(Fault::Stall));
    assert!(matches!(cause(session.start("abc")), Error::Stalled(_)));
    assert!(proxy.disarm());
    assert_eq!(connects(), 1);
}

#[test]
fn nobody_waits_for_a_lease_of_ones_own_that_was_refused_and_taken_all_the_same() {
    let f = fixture("own", &[]);
    f.store("abc", b"old");
    let (through, proxy) = through_a_proxy(&f, &[("rustdb.lock_wait", "2")]);
    through.session().start("abc").unwrap();
    // As a Galera node does that loses its cluster in this moment.
    proxy.arm(Plan::next(Fault::Deny(1213)));
    let mut session = through.session();
    assert_eq!(session.start("abc").unwrap(), b"old");
    assert!(proxy.disarm());
    session.put("abc", "new").unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn a_stopped_holder_finds_its_lease_gone_and_the_others_write_stands() {
    let f = fixture("stopped", &[("rustdb.lease", "3")]);
    f.store("abc", b"old");
    let mut stopped = f.session();
    stopped.start("abc").unwrap();
    stopped.stop_renewing();
    let mut next = f.session();
    assert_eq!(next.start("abc").unwrap(), b"old");
    next.put("abc", "next").unwrap();
    assert_eq!(cause(stopped.put("abc", "late")), Error::ChangedMeanwhile);
    assert_eq!(f.stored("abc"), b"next");
}

#[test]
fn a_lease_lost_to_a_request_that_changed_nothing_loses_nothing() {
    let f = fixture("harmless", &[("rustdb.lease", "3")]);
    f.store("abc", b"old");
    let mut stopped = f.session();
    stopped.start("abc").unwrap();
    stopped.stop_renewing();
    let mut next = f.session();
    next.start("abc").unwrap();
    next.close();
    stopped.put("abc", "mine").unwrap();
    assert_eq!(f.stored("abc"), b"mine");
}

#[test]
fn a_write_whose_answer_was_lost_is_settled_by_its_version() {
    let mut f = fixture("settle", &[]);
    f.store("abc", b"old");
    // The answer is lost after the write has landed: the second attempt finds its own version.
    let mut session = f.session();
    session.start("abc").unwrap();
    let State::Open(view) = &mut session.state else { panic!("nothing is open") };
    let Hold::Leased(owner) = view.hold else { panic!("nothing is leased") };
    let new = Write { codec: 0, data: b"new", version: 77, lifetime: seconds(999), label: LabelWrite::None };
    for _ in 0..2 {
        view.hold = Hold::Leased(owner);
        let mine = Data { bytes: b"new", format: || Format::Php };
        session.db.write_or_settle(view, mine, None, &new).unwrap();
    }
    assert_eq!(f.number("abc", "SELECT version FROM {t} WHERE id={id}"), 77);
    assert_eq!(running_leases(&mut f), 0);
}

#[test]
fn a_destroyed_session_and_its_lease_are_gone_and_nothing_brings_it_back() {
    let mut f = fixture("destroy", &[("rustdb.lease", "3")]);
    f.store("abc", b"old");
    let mut stopped = f.session();
    stopped.start("abc").unwrap();
    stopped.stop_renewing();
    let mut session = f.session();
    session.start("abc").unwrap();
    session.destroy(b"abc", Ending::Destroyed).unwrap();
    assert_eq!((f.rows(), f.number("a", "SELECT COUNT(*) FROM {t}_lease")), (0, 0));
    assert_eq!(cause(stopped.put("abc", "late")), Error::ChangedMeanwhile);
    stopped.close();
    assert_eq!((f.rows(), running_leases(&mut f)), (0, 0));
}

#[test]
fn an_unchanged_session_is_touched_or_just_given_back() {
    let mut f = fixture("touch", &[]);
    f.store("abc", b"old");
    for (moved, low) in [(40, 1455), (70, 1495)] {
        f.sql("abc", &format!("UPDATE {{t}} SET expires_at=UNIX_TIMESTAMP()+1500-{moved} WHERE id={{id}}"));
        let mut session = f.session();
        session.start("abc").unwrap();
        session.put("abc", "old").unwrap();
        session.close();
        let left = f.number("abc", "SELECT expires_at-UNIX_TIMESTAMP() FROM {t} WHERE id={id}");
        assert!((low..=low + 5).contains(&left), "{left}");
        assert_eq!(running_leases(&mut f), 0);
    }
}

#[test]
fn gc_takes_sessions_with_their_leases_and_skips_what_is_leased() {
    let mut f = fixture("gc", &[("rustdb.gc_batch", "3")]);
    for id in ["a", "b", "c", "d", "e", "f", "live"] {
        f.store(id, b"x");
    }
    f.sql("live", "UPDATE {t} SET expires_at=5 WHERE id<>{id} AND codec=0");
    f.sql("lost", "INSERT INTO {t}_lease (id,lease_owner,lease_until) VALUES ({id},REPEAT('x',16),5)");
    let mut holder = f.session();
    holder.start("a").unwrap();
    assert_eq!(f.session().gc(true).unwrap(), 5);
    assert_eq!(f.rows(), 2);
    holder.close();
    assert_eq!(f.number("a", "SELECT COUNT(*) FROM {t}_lease"), 2);
}

#[test]
fn gc_of_all_takes_the_leases_of_sessions_that_somebody_else_has_deleted() {
    let mut f = fixture("orphans", &[("rustdb.gc_batch", "3")]);
    for id in ["a", "b", "c", "d", "e", "f", "g", "live"] {
        f.store(id, b"x");
    }
    f.sql("live", "DELETE FROM {t} WHERE id<>{id}");
    let leases = "SELECT COUNT(*) FROM {t}_lease";
    let mut holder = f.session();
    holder.start("a").unwrap();
    assert_eq!(f.session().gc(false).unwrap(), 0);
    assert_eq!(f.number("a", leases), 8);
    // Wherever it begins: it goes around the table.
    assert_eq!(f.session().gc(true).unwrap(), 0);
    assert_eq!(f.number("a", leases), 2);
    holder.put("a", "still mine").unwrap();
    assert_eq!(f.stored("a"), b"still mine");
    assert_eq!(f.session().gc(true).unwrap(), 0);
    assert_eq!(f.number("a", leases), 2);
}
