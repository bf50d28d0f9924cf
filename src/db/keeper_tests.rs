//! The keeper on the real server.

use super::*;
use crate::store::row;
use crate::testing::Fixture;
use crate::testing::proxy::{Fault, Plan, Proxy};

/// Generous, for a busy machine: what is waited for takes five seconds at most.
const SOON: Duration = Duration::from_secs(20);

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + SOON;
    while !condition() {
        assert!(Instant::now() < deadline, "not within {SOON:?}: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_connection_that_holds_a_lock_is_never_silent_for_long_whatever_the_timeout() {
    for (idle_timeout, lock, lease) in [
        ("1", "row", "15"),
        ("2", "row", "15"),
        ("29", "row", "15"),
        ("30", "row", "15"),
        ("600", "row", "15"),
        ("31536000", "row", "15"),
        ("600", "lease", "3"),
        ("600", "lease", "3600"),
    ] {
        let directives = [("rustdb.idle_timeout", idle_timeout), ("rustdb.lock", lock), ("rustdb.lease", lease)];
        let config = &Fixture::new("silence", &directives).config.server;
        // Spoken on just after a look that found it not silent enough.
        let longest = speak_after(config) + tick(config);
        assert!(longest <= Duration::from_secs(15), "{directives:?}: {longest:?}");
        assert!(longest <= config.idle_timeout / 2, "{directives:?}: {longest:?}");
        if lock == "lease" {
            assert!(tick(config) <= config.lease / 6, "{directives:?}");
        }
    }
}

#[test]
fn a_row_lock_is_spoken_for_before_a_balancer_cuts_though_the_timeout_is_far() {
    let proxy = Proxy::new();
    let mut directives = proxy.directives().to_vec();
    directives.push(("rustdb.idle_timeout", "86400"));
    let f = Fixture::new("spoken", &directives);
    let (pool, sid) = (f.pool(), SessionId::parse(b"abc").unwrap());
    let mut link = pool.get(30).unwrap();
    row::lock(&mut link, &f.table, &sid, 30).unwrap();
    let kept = pool.keeper.keep_link(link).unwrap();
    kept.with(|link| link.fall_silent(Duration::from_secs(11)));
    // It counts, and strikes much later.
    proxy.arm(Plan { number: 1000, ..Plan::next(Fault::CutBefore) });
    wait_until("it speaks", || proxy.seen() > 0);
    kept.take().unwrap().release();
}

#[test]
fn who_was_woken_for_a_request_that_has_gone_is_there_for_the_next_ones() {
    let f = Fixture::new("woken", &[]);
    let pool = f.pool();
    let (tick, mut link) = (Duration::from_secs(5), Link::closed());
    assert_eq!(pool.keeper.rest(tick, true, &mut link), Some(Some(tick)));
    assert!(!pool.keeper.state.lock().asleep);
    assert_eq!(pool.keeper.rest(tick, false, &mut link), Some(None));
    assert!(pool.keeper.state.lock().asleep);
}

#[test]
fn what_could_not_be_given_back_is_given_back_when_the_server_is_there_again() {
    let proxy = Proxy::new();
    let mut directives = proxy.directives().to_vec();
    directives.extend([("rustdb.lock", "lease"), ("rustdb.lease", "600")]);
    let mut f = Fixture::new("owed", &directives);
    let pool = f.pool();
    drop(pool.get(1).unwrap());
    let sid = SessionId::parse(b"abc").unwrap();
    let lease = "INSERT INTO {t}_lease (id,lease_owner,lease_until) \
                 VALUES ({id},REPEAT('x',16),UNIX_TIMESTAMP()+600)";
    f.sql("abc", lease);
    // The thread's first connection is lost before anything is said on it.
    proxy.arm(Plan::next(Fault::CutBefore));
    pool.keeper.owe(&sid, Owner(*b"xxxxxxxxxxxxxxxx"), false);
    assert_eq!(pool.keeper.owed(&sid).len(), 1);
    let free = "SELECT COUNT(*) FROM {t}_lease WHERE lease_until=0";
    f.wait_until(free, Duration::from_millis(20));
    wait_until("it is settled", || pool.keeper.owed(&sid).is_empty());
    assert!(proxy.disarm());
}

#[test]
fn what_is_owed_is_bounded_and_no_longer_kept_than_the_lease_lives() {
    let f = Fixture::new(
        "bounded",
        &[("rustdb.lock", "lease"), ("rustdb.lease", "3"), ("rustdb.host", "127.0.0.1:1"), ("rustdb.socket", "")],
    );
    let pool = f.pool();
    let sid = SessionId::parse(b"abc").unwrap();
    for number in 0..=MOST_OWED as u128 {
        pool.keeper.owe(&sid, Owner(number.to_ne_bytes()), false);
    }
    let owed = pool.keeper.owed(&sid);
    assert_eq!(owed.len(), MOST_OWED);
    assert_eq!(owed[0], Owner(1_u128.to_ne_bytes()));
    wait_until("all have ended", || pool.keeper.owed(&sid).is_empty());
}

#[test]
fn leases_are_renewed_when_they_are_older_than_a_third_of_their_life() {
    let f = Fixture::new("due", &[]);
    let keeper = &f.pool().keeper;
    let life = Duration::from_secs(300);
    for (owner, age) in [(1, 99), (2, 100), (3, 0), (4, 299)] {
        let lease = Lease {
            sid: SessionId::parse(b"abc").unwrap(),
            renewed: Instant::now() - Duration::from_secs(age),
            _held: Held::new(None, 1),
        };
        keeper.state.lock().leases.insert(Owner([owner; 16]), lease);
    }
    let mut due: Vec<u8> = keeper.due(life).iter().map(|(owner, _)| owner.0[0]).collect();
    due.sort_unstable();
    assert_eq!(due, [2, 4]);
}
