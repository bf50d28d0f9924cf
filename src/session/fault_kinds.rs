//! The kinds of requests that [`super::fault_tests`] disturbs, each from open to close, and what has to be stored after them.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Ending, Intent, Session};
use crate::error::Failure;
use crate::testing::Fixture;

/// What a request was told: the session's data afterwards, if it knows.
pub type Outcome = Result<Expect, Failure>;

/// What has to be stored when the request was told that all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    Old,
    New,
    Both,
    Gone,
}

pub const OLD: &[u8] = b"a|i:1;";
pub const NEW: &[u8] = b"a|i:2;";
/// What another request has made of the old data, and what that is together with the new.
pub const OTHER: &[u8] = b"a|i:1;b|i:5;";
pub const BOTH: &[u8] = b"a|i:2;b|i:5;";

/// Seconds by which the fixture sets the row's expiry back, so that a touch is due.
pub const SET_BACK: i64 = 100;

/// One kind of request, from open to close.
pub type Kind = fn(&mut Session, &Fixture) -> Outcome;

pub fn read_only(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write).map(|data| assert_eq!(data, OLD))?;
    Ok(Expect::Old)
}

pub fn read_and_close(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::ReadAndClose).map(|data| assert_eq!(data, OLD))?;
    Ok(Expect::Old)
}

pub fn changed(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    session.write(b"abc", NEW, 1440)?;
    Ok(Expect::New)
}

pub fn changed_in_strict_mode(session: &mut Session, f: &Fixture) -> Outcome {
    if session.validate_sid(b"abc", Intent::Write)? {
        changed(session, f)
    } else {
        panic!("a visitor would have lost the id")
    }
}

/// The fixture has set the row's expiry back.
pub fn touched(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    session.write(b"abc", OLD, 1440)?;
    Ok(Expect::Old)
}

/// Nothing has changed and no touch is due: the lock is let go, and a failure there is silent.
pub fn released(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    let same_expiry = 1440 - SET_BACK;
    let outcome = session.write(b"abc", OLD, same_expiry);
    outcome.expect("nothing to write, and nothing that could fail");
    Ok(Expect::Old)
}

pub fn destroyed(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    session.destroy(b"abc", Ending::Destroyed)?;
    Ok(Expect::Gone)
}

pub fn regenerated(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    go_on_as_successor(session, "abc")?;
    Ok(Expect::Gone)
}

/// What session_regenerate_id(true) does, and the write at the end of its request.
pub fn go_on_as_successor(session: &mut Session, id: &str) -> Result<(), Failure> {
    session.destroy(id.as_bytes(), Ending::Regenerated)?;
    let legacy = session.legacy();
    session.close();
    let (pool, config) = (session.db.pool.clone(), session.db.config.clone());
    session.open(pool, config);
    session.inherit(legacy);
    session.create_sid(&mut b"successor".to_owned(), 4);
    session.read(b"successor", Intent::Write)?;
    session.write(b"successor", NEW, 1440)
}

pub fn collected(session: &mut Session, _: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    session.gc(false)?;
    session.write(b"abc", NEW, 1440)?;
    Ok(Expect::New)
}

pub fn born(session: &mut Session, _: &Fixture) -> Outcome {
    session.destroy(b"abc", Ending::Destroyed)?;
    session.read(b"abc", Intent::Write)?;
    session.write(b"abc", NEW, 1440)?;
    Ok(Expect::New)
}

/// Another request is faster, as merging allows.
pub fn overtaken(session: &mut Session, f: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    f.store("abc", OTHER);
    session.write(b"abc", NEW, 1440)?;
    Ok(Expect::Both)
}

/// The same where the session goes on under another id.
pub fn overtaken_and_regenerated(session: &mut Session, f: &Fixture) -> Outcome {
    session.read(b"abc", Intent::Write)?;
    f.store("abc", OTHER);
    go_on_as_successor(session, "abc")?;
    assert_eq!(f.stored("successor"), BOTH);
    Ok(Expect::Gone)
}

/// The same where this request has found nothing, under an id that no walk has met before.
pub fn unborn_and_regenerated(session: &mut Session, f: &Fixture) -> Outcome {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let id = format!("unborn{}", NEXT.fetch_add(1, Ordering::Relaxed));
    session.read(id.as_bytes(), Intent::Write)?;
    f.store(&id, OTHER);
    go_on_as_successor(session, &id)?;
    assert_eq!(f.stored("successor"), BOTH);
    Ok(Expect::Old)
}
