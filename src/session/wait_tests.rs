//! Waits that take several slices of the server's, at every place where a session is waited for.

use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::tests::cause;
use super::{Ending, Intent, Session};
use crate::error::{Error, Failure};
use crate::testing::{Fixture, LIFETIME};

/// Longer than a slice, and so in the middle of another one.
const LONGER_THAN_A_SLICE: Duration = Duration::from_millis(1500);

type Outcome = Result<Vec<u8>, Failure>;

/// Does something that has to wait, in a thread of its own.
fn waiting(
    mut session: Session,
    work: impl FnOnce(&mut Session) -> Outcome + Send + 'static,
) -> Receiver<(Outcome, Duration)> {
    let (done, answer) = mpsc::channel();
    thread::spawn(move || {
        let began = Instant::now();
        let outcome = work(&mut session);
        let _ = done.send((outcome, began.elapsed()));
    });
    answer
}

/// Lets it wait for several slices.
fn still_waits(answer: &Receiver<(Outcome, Duration)>) {
    thread::sleep(LONGER_THAN_A_SLICE);
    if let Ok((outcome, after)) = answer.try_recv() {
        panic!("it did not wait: {outcome:?} after {after:?}");
    }
}

#[test]
fn a_start_waits_for_several_slices_and_reads_what_was_stored_meanwhile() {
    let f = Fixture::new("slices", &[]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let waiter = waiting(f.session(), |session| session.start("abc"));
    still_waits(&waiter);
    holder.put("abc", "new").unwrap();
    assert_eq!(waiter.recv().unwrap().0.unwrap(), b"new");
}

#[test]
fn a_wait_ends_with_its_deadline_and_at_most_a_slice_later() {
    let f = Fixture::new("slices_end", &[("rustdb.lock_wait", "3")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let mut waiter = f.session();
    let began = Instant::now();
    let (seconds, holder) = (3, None);
    assert_eq!(cause(waiter.start("abc")), Error::LockTimeout { seconds, holder });
    // MySQL looks once a second who has waited too long.
    let waited = began.elapsed().as_secs_f64();
    assert!((3.0..5.5).contains(&waited), "{waited} s");
}

#[test]
fn a_table_that_is_locked_in_the_middle_of_a_wait_does_not_move_its_deadline() {
    let mut f = Fixture::new("slices_table", &[("rustdb.lock_wait", "4")]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let waiter = waiting(f.session(), |session| session.start("abc"));
    still_waits(&waiter);
    thread::sleep(Duration::from_secs(1));
    // It waits for the holder's transaction, and everybody who comes later waits for it.
    f.sql("a", "SET SESSION lock_wait_timeout=20");
    thread::spawn(move || f.sql("a", "LOCK TABLES {t} WRITE"));
    let (outcome, after) = waiter.recv().unwrap();
    drop(holder);
    assert!(matches!(cause(outcome), Error::LockTimeout { .. }));
    assert!(after < Duration::from_secs(6), "{after:?}");
}

#[test]
fn a_birth_waits_for_several_slices_until_another_one_is_over() {
    let f = Fixture::new("slices_birth", &[]);
    let mut first = f.session();
    first.start("mine").unwrap();
    // An id that it believes to be known to nobody else is inserted at once, and so it is the INSERT that waits.
    let mut session = f.session();
    session.create_sid(&mut b"mine".to_owned(), 4);
    let second = waiting(session, |session| session.start("mine"));
    still_waits(&second);
    first.put("mine", "first").unwrap();
    assert_eq!(second.recv().unwrap().0.unwrap(), b"first");
}

#[test]
fn a_write_that_lost_its_lock_waits_for_the_next_holder_for_several_slices() {
    let mut f = Fixture::new("slices_again", &[]);
    f.store("abc", b"old");
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    let mut next = f.session();
    next.start("abc").unwrap();
    let writer = waiting(session, |session| session.put("abc", "new").map(|()| vec![]));
    still_waits(&writer);
    next.close();
    writer.recv().unwrap().0.unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn a_newborn_that_lost_its_lock_is_born_again_after_several_slices() {
    let mut f = Fixture::new("slices_reborn", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    f.kill(session.connection());
    let mut next = f.session();
    next.start("abc").unwrap();
    let writer = waiting(session, |session| session.put("abc", "new").map(|()| vec![]));
    still_waits(&writer);
    next.close();
    writer.recv().unwrap().0.unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn the_end_of_a_session_that_another_request_holds_waits_for_several_slices() {
    let mut f = Fixture::new("slices_destroy", &[]);
    f.store("abc", b"old");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let destroyer = waiting(f.session(), |session| session.destroy(b"abc", Ending::Destroyed).map(|()| vec![]));
    still_waits(&destroyer);
    holder.close();
    destroyer.recv().unwrap().0.unwrap();
    assert_eq!(f.rows(), 0);
}

#[test]
fn a_write_without_locks_waits_for_a_holder_for_several_slices() {
    let mut f = Fixture::new("slices_none", &[]);
    f.store("abc", b"old");
    let none = f.sibling(&[("rustdb.lock", "none")]);
    f.sql("abc", "START TRANSACTION");
    f.sql("abc", "UPDATE {t} SET codec=codec WHERE id={id}");
    f.sql("abc", "DELETE FROM {t} WHERE id={id}");
    let mut session = none.session();
    session.read(b"abc", Intent::Write).unwrap();
    let writer = waiting(session, |session| session.write(b"abc", b"new", LIFETIME).map(|()| vec![]));
    still_waits(&writer);
    f.sql("abc", "ROLLBACK");
    writer.recv().unwrap().0.unwrap();
    assert_eq!(f.stored("abc"), b"new");
}

#[test]
fn sessions_of_one_id_in_two_tables_do_not_wait_for_each_other() {
    let (f, other) = (Fixture::new("slices_one", &[]), Fixture::new("slices_other", &[]));
    let mut holders = [f.session(), other.session()];
    for holder in &mut holders {
        holder.start("abc").unwrap();
    }
    let waits = waiting(f.session(), |session| session.start("abc"));
    still_waits(&waits);
    let served = waiting(other.session(), |session| session.start("abc"));
    still_waits(&served);
    holders[1].close();
    served.recv().unwrap().0.unwrap();
    assert!(waits.try_recv().is_err());
}

#[test]
fn two_hundred_waiters_of_one_session_are_all_served() {
    let f = Fixture::new("slices_crowd", &[("rustdb.pool_size", "201")]);
    f.store("abc", b"");
    let mut holder = f.session();
    holder.start("abc").unwrap();
    let waiters: Vec<_> = (0..200)
        .map(|_| {
            waiting(f.session(), |session| {
                let mut data = session.start("abc")?;
                thread::sleep(Duration::from_millis(20));
                data.push(b'x');
                session.write(b"abc", &data, LIFETIME)?;
                Ok(data)
            })
        })
        .collect();
    thread::sleep(LONGER_THAN_A_SLICE);
    holder.close();
    for waiter in waiters {
        waiter.recv().unwrap().0.unwrap();
    }
    assert_eq!(f.stored("abc").len(), 200);
}
