//! Every request kind, in every lock mode, with its connection cut or reset at every packet, before and after the packet gets through,
//! stalled at every command and every answer, and refused by every error. Whatever happens: the request ends in bounded time, what is
//! acknowledged is stored, what is refused has changed nothing, no lock and no transaction stays behind, and the next request works.

use std::thread;
use std::time::{Duration, Instant};

use super::Intent;
use super::fault_kinds::*;
use crate::error::Error;
use crate::store::mark::NO_MARK;
use crate::testing::Fixture;
use crate::testing::proxy::{Fault, From, Plan, Proxy};

const LOCKS: [&str; 5] = ["row", "socket", "lease", "merge", "none"];

/// Walks through all positions of a request; returns how many there were. `lock` is that of rustdb.lock, or "socket" for row locks
/// over a Unix socket, where the end of a transaction begins the next one.
fn walk(lock: &str, name: &str, kind: Kind, from: From, fault: Fault) -> usize {
    walk_and_see(lock, name, kind, from, fault, |_, _| {})
}

/// The same, and shows the outcome of each position where the fault struck.
fn walk_and_see(lock: &str, name: &str, kind: Kind, from: From, fault: Fault, see: impl Fn(&Outcome, &str)) -> usize {
    let direct_lock = if lock == "lease" { lock } else { "row" };
    let mut direct = Fixture::new(
        &format!("f_{lock}_{name}_{from:?}_{fault:?}").to_lowercase().replace(['(', ')'], ""),
        &[
            ("rustdb.lock", direct_lock),
            ("rustdb.lease", "3"),
            ("rustdb.lock_wait", "15"),
            // The next walk begins with the id that this one has given up.
            ("rustdb.regenerate_grace", "0"),
        ],
    );
    let proxy = Proxy::new();
    let socket = proxy.socket();
    let over_socket = lock == "socket";
    // Seconds, and as many more as it waits for a lock, after which a silent server is left: soon where it is to be, and otherwise not
    // because this machine is busy.
    let patience = if fault == Fault::Stall { "2" } else { "10" };
    let mut directives = proxy.directives().to_vec();
    directives.extend([
        ("rustdb.lock", if over_socket { "row" } else { lock }),
        ("rustdb.lock_wait", "1"),
        ("rustdb.connect_timeout", patience),
    ]);
    if over_socket {
        directives.push(("rustdb.socket", &socket));
    }
    let through = direct.sibling(&directives);
    for number in 1.. {
        assert!(number < 200, "{lock} {name}: no end");
        direct.store("abc", OLD);
        direct.sql("abc", &format!("UPDATE {{t}} SET expires_at=expires_at-{SET_BACK} WHERE id={{id}}"));
        // A warm connection, as a worker has it; on a busy machine a short timeout may strike.
        for intent in [Intent::ReadAndClose, Intent::Write] {
            let warm = |_: &usize| {
                let mut session = through.session();
                let read = session.read(b"warm", intent).is_ok();
                session.close();
                read
            };
            assert!((0..20).find(warm).is_some(), "{lock} {name}: no connection");
        }
        proxy.arm(Plan { from, number, fault });
        let begun = Instant::now();
        let outcome = {
            let mut session = through.session();
            let outcome = kind(&mut session, &direct);
            session.close();
            outcome
        };
        let took = begun.elapsed();
        let struck = proxy.disarm();
        if matches!(fault, Fault::Refuse(_) | Fault::Stall) {
            // Nobody waits for the answer to a release. That it was swallowed, or refused as no server does,
            // shows at the connection's next use.
            let _ = through.session().read(b"warm", Intent::ReadAndClose);
        }
        let place = format!("{lock} {name}: {fault:?} at packet {number} of the {from:?}: {outcome:?}");
        assert!(took < Duration::from_secs(20), "{place}: {took:?}");
        check(&mut direct, &outcome, &place);
        // The next request works, on the same pool, and finds no lock.
        through.session().read(b"abc", Intent::ReadAndClose).unwrap_or_else(|e| panic!("{place}: {e}"));
        through.ensure_no_transaction(&place);
        let mut next = direct.session();
        let data = next.read(b"abc", Intent::Write).unwrap_or_else(|e| panic!("{place}: {e}")).to_vec();
        next.write(b"abc", &[&data[..], b"+"].concat(), 1440).unwrap_or_else(|e| panic!("{place}: {e}"));
        drop(next);
        direct.sql("successor", "DELETE FROM {t} WHERE id={id}");
        if !struck {
            assert!(outcome.is_ok(), "{place}");
            return number - 1;
        }
        see(&outcome, &place);
    }
    unreachable!()
}

fn check(direct: &mut Fixture, outcome: &Outcome, place: &str) {
    // A locking look waits for whatever the server is still doing for the lost connection.
    let look = format!("SELECT COUNT(*) FROM {{t}} WHERE id={{id}} AND {NO_MARK} FOR UPDATE");
    let exists = direct.number("abc", &look) == 1;
    let stored = if exists { direct.stored("abc") } else { Vec::new() };
    match outcome {
        Ok(Expect::Old) => assert_eq!(stored, OLD, "{place}"),
        Ok(Expect::New) => assert_eq!(stored, NEW, "{place}"),
        Ok(Expect::Both) => assert_eq!(stored, BOTH, "{place}"),
        Ok(Expect::Gone) => assert!(!exists, "{place}"),
        Err(failure) => {
            assert!([OLD, NEW, OTHER, BOTH].contains(&&stored[..]) || !exists, "{place}: {stored:?}");
            if matches!(failure.cause, Error::ChangedMeanwhile | Error::NeverRead) {
                assert!(stored != NEW && stored != BOTH, "{place}: refused and stored");
            }
        }
    }
}

/// A cut while a statement is under way has to be repaired where that is possible without a doubt; so
/// cutting must not make requests fail that could go on.
fn walk_all(lock: &str, name: &str, kind: Kind) {
    let mut positions = 0;
    for (from, fault) in [
        (From::Client, Fault::CutBefore),
        (From::Client, Fault::CutAfter),
        (From::Server, Fault::CutBefore),
        (From::Server, Fault::CutAfter),
        (From::Client, Fault::ResetBefore),
        (From::Client, Fault::ResetAfter),
        (From::Server, Fault::ResetBefore),
        (From::Server, Fault::ResetAfter),
    ] {
        positions += walk(lock, name, kind, from, fault);
    }
    assert!(positions > 7, "{lock} {name}: only {positions} positions");
}

/// A stall costs seconds until it is given up. Where in an answer the server falls silent is the same to whoever waits for it, so only
/// one kind of request meets it at every packet, and the others at every command and every answer. The walks wait side by side.
fn stall_all(locks: &[&str], name: &str, kind: Kind) {
    let answers = if name == "changed" { From::Server } else { From::Answer };
    thread::scope(|scope| {
        for lock in locks {
            for from in [From::Client, answers] {
                scope.spawn(move || {
                    let positions = walk(lock, name, kind, from, Fault::Stall);
                    assert!(positions >= 1, "{lock} {name}: no {from:?} to stall");
                });
            }
        }
    });
}

/// What a server may answer to any statement, and words that the warning has to have for it.
const REFUSALS: [(u16, &str); 17] = [
    (1205, " s"),
    (1213, ""),
    (1180, ""),
    (3101, ""),
    (1317, ""),
    (1665, "binlog_format"),
    (1290, "read-only"),
    (1836, "read-only"),
    (1040, "max_connections"),
    (1146, "1146"),
    (1153, "max_allowed_packet"),
    (1053, "lost"),
    (1927, "lost"),
    (2006, "lost"),
    (2013, "lost"),
    (3024, "statement timeout"),
    (1969, "statement timeout"),
];

fn refuse_all(lock: &str, name: &str, kind: Kind) {
    for (code, words) in REFUSALS {
        let positions = walk_and_see(lock, name, kind, From::Client, Fault::Refuse(code), |outcome, place| {
            let conflict = matches!(code, 1213 | 1180 | 3101 | 1317);
            let lost = matches!(code, 1053 | 1927 | 2006 | 2013);
            let read_only = matches!(code, 1290 | 1836);
            match outcome {
                Ok(_) => {}
                // Tried again, or settled by comparing versions; gc leaves it to the next one.
                // A gc that met trouble on its own connection says so, and nothing is lost.
                Err(failure) if failure.operation.starts_with("collect") => {}
                Err(_) if lock != "none" && (conflict || lost) => panic!("{place}"),
                // It has not happened, and the next server takes writes.
                Err(_) if read_only => panic!("{place}"),
                Err(failure) => {
                    assert!(failure.to_string().contains(words), "{place}: {failure}")
                }
            }
        });
        assert!(positions >= 1, "{lock} {name}: {code}");
    }
}

macro_rules! walks {
    ($($kind:ident),*) => {$(
        mod $kind {
            use super::*;

            #[test]
            fn row() {
                walk_all("row", stringify!($kind), super::$kind);
            }

            #[test]
            fn row_over_a_socket() {
                walk_all("socket", stringify!($kind), super::$kind);
            }

            #[test]
            fn lease() {
                walk_all("lease", stringify!($kind), super::$kind);
            }

            #[test]
            fn merge() {
                walk_all("merge", stringify!($kind), super::$kind);
            }

            #[test]
            fn none() {
                walk_all("none", stringify!($kind), super::$kind);
            }

            #[test]
            fn refused() {
                thread::scope(|scope| {
                    for lock in LOCKS {
                        scope.spawn(|| refuse_all(lock, stringify!($kind), super::$kind));
                    }
                });
            }

            #[test]
            fn stalled() {
                stall_all(&LOCKS, stringify!($kind), super::$kind);
            }
        }
    )*};
}

walks!(
    read_only,
    read_and_close,
    changed,
    changed_in_strict_mode,
    touched,
    released,
    destroyed,
    regenerated,
    collected,
    born
);

macro_rules! merges {
    ($($kind:ident),*) => {$(
        mod $kind {
            use super::*;

            #[test]
            fn merge() {
                walk_all("merge", stringify!($kind), super::$kind);
            }

            #[test]
            fn refused() {
                refuse_all("merge", stringify!($kind), super::$kind);
            }

            #[test]
            fn stalled() {
                stall_all(&["merge"], stringify!($kind), super::$kind);
            }
        }
    )*};
}

merges!(overtaken, overtaken_and_regenerated, unborn_and_regenerated);
