//! Leases that outlive their reason, against a real server.

use std::mem;
use std::thread;
use std::time::Duration;

use super::Ending;
use super::lease_tests::{assert_lease_timeout, fixture};
use super::state::{Hold, State};
use super::tests::cause;
use crate::error::Error;
use crate::testing::Fixture;

#[test]
fn a_lease_that_this_process_could_not_give_back_keeps_none_of_its_requests_waiting() {
    let f = fixture("left", &[("rustdb.lease", "600"), ("rustdb.lock_wait", "0")]);
    f.store("abc", b"old");
    let mut first = f.session();
    first.start("abc").unwrap();
    let State::Open(view) = &mut first.state else { panic!("nothing is open") };
    let Hold::Leased(owner) = mem::replace(&mut view.hold, Hold::Free) else { panic!("nothing is leased") };
    // As after a write that met a read-only server.
    let pool = f.pool();
    pool.keeper.owe(&view.sid, owner, false);
    let mut next = f.session();
    assert_eq!(next.start("abc").unwrap(), b"old");
    next.put("abc", "new").unwrap();
    assert_eq!(cause(first.put("abc", "late")), Error::ChangedMeanwhile);
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn a_lease_that_ends_later_than_any_can_is_over() {
    let mut f = fixture("clock", &[("rustdb.lock_wait", "0")]);
    let until = |f: &mut Fixture, seconds: u64| {
        let sql =
            format!("UPDATE {{t}}_lease SET lease_owner='x',lease_until=UNIX_TIMESTAMP()+{seconds} WHERE id={{id}}");
        f.sql("abc", &sql);
    };
    f.store("abc", b"old");
    until(&mut f, 3600);
    assert_lease_timeout(&cause(f.session().start("abc")), 0);
    // As a server's clock has it that was ahead by an hour, with the shortest lease and with the default.
    for ahead in [3603, 3615, 1 << 40] {
        until(&mut f, ahead);
        let mut session = f.session();
        assert_eq!(session.start("abc").unwrap(), b"old");
        assert_eq!(f.number("abc", "SELECT lease_until<=UNIX_TIMESTAMP()+15 FROM {t}_lease WHERE id={id}"), 1);
        session.put("abc", "old").unwrap();
    }
    // A waiter learns of it while it waits.
    until(&mut f, 100);
    let patient = f.sibling(&[("rustdb.lock_wait", "20")]);
    let mut waiter = patient.session();
    let waiting = thread::spawn(move || waiter.start("abc"));
    thread::sleep(Duration::from_millis(100));
    until(&mut f, 3700);
    assert_eq!(waiting.join().unwrap().unwrap(), b"old");
}

#[test]
fn a_lease_that_ends_later_than_any_can_keeps_nothing_from_gc_and_goes_with_the_destroyed() {
    let mut f = fixture("clock_gc", &[]);
    let far = "UPDATE {t}_lease SET lease_owner='x',lease_until=UNIX_TIMESTAMP()+9999";
    let leases = "SELECT COUNT(*) FROM {t}_lease";
    for id in ["expired", "alive", "destroyed"] {
        f.store(id, b"x");
    }
    f.sql("newborn", "INSERT INTO {t}_lease (id,lease_owner,lease_until) VALUES ({id},'x',1)");
    f.sql("a", far);
    f.session().destroy(b"destroyed", Ending::Destroyed).unwrap();
    assert_eq!(f.number("a", leases), 3);
    f.sql("expired", "UPDATE {t} SET expires_at=5 WHERE id={id}");
    assert_eq!(f.session().gc(false).unwrap(), 1);
    // With its session, and that of one that was never stored.
    assert_eq!(f.number("a", leases), 1);
}
