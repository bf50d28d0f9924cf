//! Ids that were given up, against a real server.

use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::tests::cause;
use super::{Ending, Intent, Session};
use crate::error::{Error, Failure};
use crate::store::mark::{GONE, MARK};
use crate::testing::Fixture;

const REGENERATED: Option<u64> = Some(MARK as u64);
const DESTROYED: Option<u64> = Some(GONE as u64);

/// What strict mode is told, and what the request reads then; nothing where PHP would make another id.
pub(super) type Found = Option<Vec<u8>>;

pub(super) fn in_each_lock(name: &str, locks: &[&str], test: impl Fn(&mut Fixture)) {
    for lock in locks {
        let name = format!("m_{name}_{lock}");
        test(&mut Fixture::new(&name, &[("rustdb.lock", lock)]));
    }
}

impl Session {
    /// session_start() in strict mode.
    pub(super) fn strict_start(&mut self, id: &str) -> Result<Found, Failure> {
        match self.validate_sid(id.as_bytes(), Intent::Write)? {
            true => self.start(id).map(Some),
            false => Ok(None),
        }
    }

    /// session_regenerate_id(true).
    fn regenerate(&mut self, id: &str) {
        self.destroy(id.as_bytes(), Ending::Regenerated).unwrap();
        self.close();
    }

    /// As after a lost connection, or a process that was stopped for longer than its lease.
    pub(super) fn lose_hold(&mut self) {
        if let Some(mut link) = self.let_go() {
            link.close();
        }
    }

    /// A new id, as session_start() or session_regenerate_id() makes it.
    pub(super) fn make_id(&mut self) -> String {
        self.open(self.db.pool.clone(), self.db.config.clone());
        let random: [u8; 16] = crate::random::random_bytes().unwrap();
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut bytes = id.into_bytes();
        self.create_sid(&mut bytes, 4);
        String::from_utf8(bytes).unwrap()
    }
}

impl Fixture {
    /// A request that waits for a session which somebody holds; it ends with the session still open.
    pub(super) fn waiter(&mut self, id: &str) -> JoinHandle<(Session, Found)> {
        let (mut session, id) = (self.session(), id.to_owned());
        let (begins, begun) = mpsc::channel();
        let is_row = !self.config.server.leases;
        let waiter = thread::spawn(move || {
            begins.send(()).unwrap();
            let found = session.strict_start(&id).unwrap();
            (session, found)
        });
        begun.recv().unwrap();
        if is_row {
            self.wait_for_waiter();
        } else {
            // Nobody sees who waits for a lease. Its wait begins with the thread's next statement.
            thread::sleep(Duration::from_millis(100));
        }
        waiter
    }

    /// Lets a mark be older than it is.
    fn age(&mut self, id: &str, seconds: u64) {
        let micros = seconds * 1_000_000;
        self.sql(id, &format!("UPDATE {{t}} SET created_at=created_at-{micros} WHERE id={{id}}"));
    }

    /// The same, and that gc may deal with it.
    fn end_mark(&mut self, id: &str, seconds: u64) {
        self.age(id, seconds);
        self.sql(id, "UPDATE {t} SET expires_at=UNIX_TIMESTAMP() DIV 60 WHERE id={id}");
    }

    fn bytes_of(&mut self, id: &str) -> u64 {
        self.number(id, "SELECT LENGTH(data) FROM {t} WHERE id={id}")
    }
}

#[test]
fn who_waited_behind_a_regenerated_id_reads_the_data_as_it_was_and_cannot_write() {
    in_each_lock("waited", &["row", "lease"], |f| {
        f.store("abc", b"before");
        let mut holder = f.session();
        holder.start("abc").unwrap();
        let waiter = f.waiter("abc");
        holder.regenerate("abc");
        let (mut session, found) = waiter.join().unwrap();
        assert_eq!(found.as_deref(), Some(&b"before"[..]));
        // session_reset() finds what the start has found.
        session.open(f.pool(), f.config.clone());
        assert_eq!(session.strict_start("abc").unwrap(), found);
        // Nothing has changed: there is nothing to store, and nothing to warn of.
        session.put("abc", "before").unwrap();
        assert_eq!(cause(session.put("abc", "mine")), Error::GivenUp);
        session.close();
        assert_eq!((f.rows(), f.mark("abc")), (0, REGENERATED));
    });
}

#[test]
fn who_waited_within_the_statement_that_takes_its_lease_has_waited() {
    in_each_lock("within", &["lease"], |f| {
        f.store("abc", b"before");
        // Nobody's lease, not committed yet.
        f.sql("abc", "START TRANSACTION");
        f.sql(
            "abc",
            "INSERT INTO {t}_lease (id,lease_owner,lease_until) VALUES ({id},'',0) ON DUPLICATE KEY UPDATE id=id",
        );
        let waiter = f.waiter("abc");
        f.wait_for_waiter();
        f.sql(
            "abc",
            "UPDATE {t} SET codec=codec+128,version=~version,created_at=UNIX_TIMESTAMP(NOW(6))*1000000,\
             expires_at=UNIX_TIMESTAMP() DIV 60+2 WHERE id={id}",
        );
        f.sql("abc", "COMMIT");
        let (_session, found) = waiter.join().unwrap();
        assert_eq!(found.as_deref(), Some(&b"before"[..]));
    });
}

#[test]
fn who_waited_may_give_the_session_yet_another_id() {
    in_each_lock("twice", &["row", "lease"], |f| {
        f.store("abc", b"before");
        let mut holder = f.session();
        holder.start("abc").unwrap();
        let waiter = f.waiter("abc");
        holder.regenerate("abc");
        let (mut session, found) = waiter.join().unwrap();
        session.regenerate("abc");
        let id = session.make_id();
        assert!(!session.validate_sid(id.as_bytes(), Intent::Write).unwrap());
        session.start(&id).unwrap();
        session.write(id.as_bytes(), &found.unwrap(), 1440).unwrap();
        session.close();
        assert_eq!(f.stored(&id), b"before");
        assert_eq!(f.mark("abc"), REGENERATED);
    });
}

#[test]
fn who_comes_later_with_a_regenerated_id_keeps_it_and_finds_nothing() {
    in_each_lock("later", &["row", "lease", "none"], |f| {
        f.store("abc", b"before");
        let mut holder = f.session();
        holder.start("abc").unwrap();
        holder.regenerate("abc");
        for intent in [Intent::Write, Intent::ReadAndClose] {
            let mut session = f.session();
            assert!(session.validate_sid(b"abc", intent).unwrap());
            assert_eq!(session.read(b"abc", intent).unwrap(), b"");
            session.put("abc", "").unwrap();
            session.close();
        }
        let mut session = f.session();
        session.start("abc").unwrap();
        assert_eq!(cause(session.put("abc", "mine")), Error::GivenUp);
        session.destroy(b"abc", Ending::Destroyed).unwrap();
        drop(session);
        assert_eq!((f.rows(), f.mark("abc")), (0, REGENERATED));
        // After the grace it is an id like any other.
        f.age("abc", 61);
        assert_eq!(f.session().strict_start("abc").unwrap(), None);
        f.store("abc", b"another");
        assert_eq!(f.stored("abc"), b"another");
        assert_eq!((f.rows(), f.mark("abc")), (1, None));
    });
}

#[test]
fn a_write_that_comes_for_an_id_that_was_given_up_meanwhile_is_refused() {
    in_each_lock("write", &["row", "lease", "none"], |f| {
        f.store("abc", b"before");
        // Without a lock, or with one that was lost.
        let mut late = f.session();
        late.start("abc").unwrap();
        late.lose_hold();
        let mut holder = f.session();
        holder.start("abc").unwrap();
        holder.regenerate("abc");
        assert_eq!(cause(late.put("abc", "mine")), Error::GivenUp);
        // An unchanged one has nothing to store.
        late.put("abc", "before").unwrap();
        // One that was never read.
        assert_eq!(cause(f.session().put("abc", "mine")), Error::GivenUp);
        drop(late);
        assert_eq!((f.rows(), f.mark("abc")), (0, REGENERATED));
    });
}

#[test]
fn a_write_without_a_lock_that_meets_the_end_of_its_session_does_not_bring_it_back() {
    in_each_lock("race", &["none"], |f| {
        // As text, and as the parameter of a prepared statement.
        for length in [4, 64 * 1024] {
            let id = &length.to_string();
            f.store(id, b"before");
            let mut session = f.session();
            session.start(id).unwrap();
            f.sql(id, "START TRANSACTION");
            f.sql(
                id,
                "UPDATE {t} SET codec=255,data='',version=~version,created_at=UNIX_TIMESTAMP()*1000000,\
                 expires_at=UNIX_TIMESTAMP() DIV 60+50 WHERE id={id}",
            );
            let writer = thread::spawn(move || session.put(&length.to_string(), &"x".repeat(length)));
            f.wait_for_waiter();
            f.sql(id, "COMMIT");
            let _ = writer.join().unwrap();
            assert_eq!((f.rows(), f.mark(id)), (0, DESTROYED));
            assert_eq!(f.bytes_of(id), 0);
        }
    });
}

#[test]
fn a_session_that_was_born_and_regenerated_in_one_request_leaves_nothing() {
    in_each_lock("newborn", &["row", "lease", "merge", "none"], |f| {
        let mut session = f.session();
        let id = session.make_id();
        session.start(&id).unwrap();
        session.regenerate(&id);
        assert_eq!((f.rows(), f.mark(&id)), (0, None));
        // A client brought this one, and brings it again with the requests that are under way.
        session.open(f.pool(), f.config.clone());
        session.start("brought").unwrap();
        session.regenerate("brought");
        assert_eq!((f.rows(), f.mark("brought")), (0, REGENERATED));
    });
}

#[test]
fn who_waited_behind_a_sign_out_keeps_the_id_and_finds_nothing() {
    in_each_lock("sign_out", &["row", "lease"], |f| {
        let id = f.session().make_id();
        f.store(&id, b"before");
        let mut holder = f.session();
        holder.start(&id).unwrap();
        let waiter = f.waiter(&id);
        holder.destroy(id.as_bytes(), Ending::Destroyed).unwrap();
        let (mut session, found) = waiter.join().unwrap();
        assert_eq!(found, Some(vec![]));
        assert_eq!(cause(session.put(&id, "mine")), Error::GivenUp);
        drop(session);
        assert_eq!(f.mark(&id), DESTROYED);
        assert_eq!(f.bytes_of(&id), 0);
    });
}

#[test]
fn a_mark_of_a_clock_that_was_ahead_lets_nobody_read_what_was_there() {
    in_each_lock("ahead", &["row", "lease", "none"], |f| {
        let ids = [f.session().make_id(), f.session().make_id()];
        for (id, ending) in ids.iter().zip([Ending::Regenerated, Ending::Destroyed]) {
            f.store(id, b"before");
            let mut session = f.session();
            session.start(id).unwrap();
            session.destroy(id.as_bytes(), ending).unwrap();
            session.close();
            let later = "UPDATE {t} SET created_at=created_at+3600*1000000 WHERE id={id}";
            f.sql(id, later);
            assert_eq!(f.session().strict_start(id).unwrap(), None);
        }
    });
}

#[test]
fn a_session_that_is_born_and_destroyed_in_one_request_leaves_nothing() {
    in_each_lock("visit", &["row", "lease", "none"], |f| {
        let mut session = f.session();
        let id = session.make_id();
        session.start(&id).unwrap();
        session.destroy(id.as_bytes(), Ending::Destroyed).unwrap();
        assert_eq!((f.rows(), f.mark(&id)), (0, None));
    });
}

#[test]
fn what_php_writes_for_no_variables_is_an_empty_session() {
    in_each_lock("formats", &["row", "lease", "none"], |f| {
        f.store("abc", b"before");
        let mut holder = f.session();
        holder.start("abc").unwrap();
        holder.regenerate("abc");
        for data in ["", "a:0:{}", "\0\0\0\x02\x14\0"] {
            let mut session = f.session();
            session.start("abc").unwrap();
            session.put("abc", data).unwrap();
            session.start("new").unwrap();
            session.put("new", data).unwrap();
        }
        assert_eq!(f.rows(), 0);
    });
}

#[test]
fn gc_keeps_young_marks_then_takes_their_data_and_at_last_their_rows() {
    in_each_lock("gc", &["row", "lease"], |f| {
        for id in ["abc", "def"] {
            f.store(id, b"before");
            let mut session = f.session();
            session.start(id).unwrap();
            session.regenerate(id);
        }
        assert_eq!(f.session().gc(true).unwrap(), 0);
        assert_eq!(f.bytes_of("abc"), 6);
        f.end_mark("abc", 61);
        assert_eq!(f.session().gc(true).unwrap(), 0);
        assert_eq!((f.mark("abc"), f.bytes_of("abc")), (DESTROYED, 0));
        assert_eq!((f.mark("def"), f.bytes_of("def")), (REGENERATED, 6));
        // Its id may be one of ours for three quarters of an hour.
        assert_eq!(f.session().gc(true).unwrap(), 0);
        f.end_mark("abc", 0);
        assert_eq!(f.session().gc(true).unwrap(), 1);
        assert_eq!((f.mark("abc"), f.mark("def")), (None, REGENERATED));
    });
}

#[test]
fn a_session_that_was_over_leaves_no_data_in_its_mark_and_nothing_to_who_waited() {
    for (over, set_back) in [("by_its_expiry", "expires_at=5"), ("by_its_age", "created_at=created_at-1001")] {
        for lock in ["row", "lease"] {
            let directives = [("rustdb.lock", lock), ("rustdb.absolute_lifetime", "1000")];
            let mut f = Fixture::new(&format!("m_over_{over}_{lock}"), &directives);
            f.store("abc", b"before");
            f.sql("abc", &format!("UPDATE {{t}} SET {set_back} WHERE id={{id}}"));
            let mut session = f.session();
            assert_eq!(session.start("abc").unwrap(), b"");
            let waiter = f.waiter("abc");
            session.regenerate("abc");
            assert_eq!(waiter.join().unwrap().1, Some(vec![]), "{over} {lock}");
            assert_eq!((f.mark("abc"), f.bytes_of("abc")), (REGENERATED, 0), "{over} {lock}");
        }
    }
}

#[test]
fn older_versions_take_a_mark_for_an_expired_session() {
    in_each_lock("older", &["row", "lease", "none"], |f| {
        f.store("abc", b"before");
        let version = f.number("abc", "SELECT version FROM {t} WHERE id={id}");
        let mut session = f.session();
        session.start("abc").unwrap();
        session.regenerate("abc");
        let expired = "SELECT expires_at<=UNIX_TIMESTAMP() FROM {t} WHERE id={id}";
        assert_eq!(f.number("abc", expired), 1);
        // What was read before the mark is not written over it.
        let stale = format!("SELECT COUNT(*) FROM {{t}} WHERE id={{id}} AND version={version}");
        assert_eq!(f.number("abc", &stale), 0);
        // A rebirth by an older version.
        f.sql(
            "abc",
            "UPDATE {t} SET codec=0,created_at=UNIX_TIMESTAMP(),expires_at=UNIX_TIMESTAMP()+99,\
             version=1,data='reborn' WHERE id={id}",
        );
        assert_eq!(f.stored("abc"), b"reborn");
        assert_eq!(f.mark("abc"), None);
    });
}
