//! `rustdb.lock=merge` against a real server, told as PHP would call.

use std::sync::atomic::Ordering;
use std::thread;

use super::merging::{Data, Merging};
use super::state::State;
use super::tests::cause;
use super::{Ending, Intent, Session};
use crate::error::Error;
use crate::merge::Format;
use crate::store::Write;
use crate::store::label::LabelWrite;
use crate::testing::proxy::{Fault, From, Plan, Proxy};
use crate::testing::{Fixture, LIFETIME, seconds};

fn fixture(name: &str, changes: &[(&str, &str)]) -> Fixture {
    let mut all = vec![("rustdb.lock", "merge")];
    all.extend_from_slice(changes);
    Fixture::new(&format!("merge_{name}"), &all)
}

impl Fixture {
    fn conflicts(&self) -> u64 {
        self.pool().counters.merge_conflicts.load(Ordering::Relaxed)
    }
}

/// A request that has read a session which another one has changed since.
fn overtaken(f: &Fixture, old: &str, other: &str) -> Session {
    f.store("abc", old.as_bytes());
    let mut session = f.session();
    session.start("abc").unwrap();
    f.store("abc", other.as_bytes());
    session
}

#[test]
fn a_hundred_keys_of_a_hundred_requests_at_once_are_all_kept() {
    let f = fixture("hundred", &[]);
    thread::scope(|scope| {
        for worker in 0..10 {
            let f = &f;
            scope.spawn(move || {
                for round in 0..10 {
                    let mut session = f.session();
                    let read = session.start("abc").unwrap();
                    let own = format!("{}key_{worker}_{round}|i:1;", String::from_utf8(read).unwrap());
                    session.put("abc", &own).unwrap();
                }
            });
        }
    });
    assert_eq!(f.stored("abc").split(|byte| *byte == b'|').count() - 1, 100);
    assert_eq!(f.conflicts(), 0);
}

#[test]
fn an_answer_that_was_lost_is_settled_by_the_version() {
    let direct = fixture("settled", &[]);
    let proxy = Proxy::new();
    let through = direct.sibling(&proxy.directives());
    for (from, fault) in [(From::Client, Fault::CutAfter), (From::Server, Fault::CutBefore)] {
        for number in 1.. {
            direct.store("abc", b"a|i:1;");
            through.session().start("abc").unwrap();
            let mut session = through.session();
            session.start("abc").unwrap();
            proxy.arm(Plan { from, number, fault });
            session.put("abc", &format!("a|i:{};", number + 1)).unwrap();
            let struck = proxy.disarm();
            assert_eq!(direct.stored("abc"), format!("a|i:{};", number + 1).as_bytes());
            if !struck {
                assert!(number > 1);
                break;
            }
        }
    }
}

/// What a write does next whose answer was lost.
fn settle(session: &mut Session) -> Result<(), Error> {
    let State::Open(view) = &session.state else { panic!("nothing is open") };
    let mine = Data { bytes: b"a|i:3;", format: || Format::Php };
    let new = Write { codec: 0, data: b"a|i:3;", version: 77, lifetime: seconds(999), label: LabelWrite::None };
    let merging = Merging { view, mine, known: None, new: &new };
    session.db.merge_and_write(&merging, Some(Error::Gone("cut".into()))).map(drop)
}

#[test]
fn a_lost_answer_is_in_doubt_where_another_request_has_written_since() {
    let f = fixture("doubt", &[]);
    let mut session = overtaken(&f, "a|i:1;", "a|i:1;b|i:2;");
    // It may have been there, and the other request have built upon it: to merge it once more could undo that.
    let outcome = settle(&mut session);
    assert!(matches!(outcome, Err(Error::Unsettled(_))), "{outcome:?}");
    assert_eq!(f.stored("abc"), b"a|i:1;b|i:2;");
}

#[test]
fn a_newborn_whose_answer_was_lost_is_not_born_again() {
    let mut f = fixture("doubtful_birth", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    // It may have been there, and another request have destroyed it.
    let outcome = settle(&mut session);
    assert!(matches!(outcome, Err(Error::Unsettled(_))), "{outcome:?}");
    assert_eq!(f.rows(), 0);
}

#[test]
fn what_has_ended_meanwhile_is_never_brought_back() {
    let mut f = fixture("ended", &[]);
    let mut session = overtaken(&f, "a|i:1;", "a|i:2;");
    f.sql("abc", "DELETE FROM {t} WHERE id={id}");
    assert_eq!(cause(session.put("abc", "a|i:3;")), Error::Destroyed);
    assert_eq!(f.rows(), 0);

    let mut session = overtaken(&f, "a|i:1;", "a|i:2;");
    let mut other = f.session();
    other.start("abc").unwrap();
    other.destroy(b"abc", Ending::Regenerated).unwrap();
    assert_eq!(cause(session.put("abc", "a|i:3;")), Error::GivenUp);
    assert_eq!(f.rows(), 0);
}

#[test]
fn a_second_write_builds_upon_what_this_request_wrote_and_takes_one_round_trip() {
    let f = fixture("twice", &[]);
    let mut session = overtaken(&f, "a|i:1;", "a|i:1;b|i:2;");
    session.put("abc", "a|i:1;c|i:3;").unwrap();
    // PHP has never seen b: that it is not here does not mean that it was deleted.
    session.put("abc", "a|i:1;c|i:4;").unwrap();
    assert_eq!(f.stored("abc"), b"a|i:1;b|i:2;c|i:4;");
    f.store("abc", b"a|i:1;c|i:4;");
    session.put("abc", "a|i:1;c|i:4;d|i:5;").unwrap();
    assert_eq!(f.stored("abc"), b"a|i:1;c|i:4;d|i:5;");
}

#[test]
fn a_conflict_is_decided_for_the_later_request_or_refuses_it() {
    let f = fixture("conflict", &[]);
    let mut session = overtaken(&f, "a|i:1;", "a|i:2;b|i:1;");
    session.put("abc", "a|i:3;").unwrap();
    assert_eq!((f.stored("abc").as_slice(), f.conflicts()), (&b"a|i:3;b|i:1;"[..], 1));

    let f = fixture("refuse", &[("rustdb.merge_conflict", "refuse")]);
    let mut session = overtaken(&f, "a|i:1;", "a|i:2;b|i:1;");
    assert_eq!(cause(session.put("abc", "a|i:3;")), Error::MergeConflict("a".into()));
    assert_eq!(f.stored("abc"), b"a|i:2;b|i:1;");
}

/// Gives the session another id, as session_regenerate_id(true) does, and stores `mine` under it.
fn regenerate(session: &mut Session, old: &str, new: &str, mine: &str) {
    session.destroy(old.as_bytes(), Ending::Regenerated).unwrap();
    let legacy = session.legacy();
    session.close();
    session.inherit(legacy);
    session.start(new).unwrap();
    session.put(new, mine).unwrap();
}

#[test]
fn who_regenerates_a_session_that_was_not_stored_yet_takes_along_what_another_request_has_stored() {
    let mut f = fixture("unborn", &[]);
    let mut session = f.session();
    session.start("abc").unwrap();
    f.store("abc", b"a|i:1;");
    regenerate(&mut session, "abc", "new", "b|i:2;");
    assert_eq!(f.stored("new"), b"a|i:1;b|i:2;");
    assert_eq!(f.rows(), 1);
    // The same for one that has expired, whose data nobody gets.
    f.store("def", b"old|i:1;");
    f.sql("def", "UPDATE {t} SET expires_at=UNIX_TIMESTAMP()-1 WHERE id={id}");
    let mut session = f.session();
    assert_eq!(session.start("def").unwrap(), b"");
    f.store("def", b"a|i:1;");
    regenerate(&mut session, "def", "other", "b|i:2;");
    assert_eq!(f.stored("other"), b"a|i:1;b|i:2;");
}

#[test]
fn of_two_requests_that_regenerate_an_id_both_take_along_what_was_stored_under_it() {
    let f = fixture("regenerated", &[]);
    let mut one = overtaken(&f, "a|i:1;", "a|i:1;");
    let mut other = f.session();
    other.start("abc").unwrap();
    f.store("abc", b"a|i:1;b|i:2;");
    regenerate(&mut one, "abc", "first", "a|i:1;user|i:1;");
    regenerate(&mut other, "abc", "second", "a|i:1;");
    assert_eq!(f.stored("first"), b"a|i:1;b|i:2;user|i:1;");
    // It has nothing that the first has added under its new id.
    assert_eq!(f.stored("second"), b"a|i:1;b|i:2;");
}

#[test]
fn a_merging_write_waits_for_a_row_lock_and_a_row_lock_finds_what_was_merged() {
    let mut f = fixture("beside", &[]);
    f.store("abc", b"a|i:1;");
    let row = f.sibling(&[("rustdb.lock", "row")]);
    let mut merging = f.session();
    merging.start("abc").unwrap();
    let mut locking = row.session();
    locking.read(b"abc", Intent::Write).unwrap();
    thread::scope(|scope| {
        let written = scope.spawn(|| merging.put("abc", "a|i:1;b|i:2;"));
        f.wait_for_waiter();
        locking.write(b"abc", b"a|i:5;", LIFETIME).unwrap();
        written.join().unwrap().unwrap();
    });
    assert_eq!(row.session().read(b"abc", Intent::Write).unwrap(), b"a|i:5;b|i:2;");
    // One pool for both.
    assert_eq!(f.pool().state().1, 0);
}
