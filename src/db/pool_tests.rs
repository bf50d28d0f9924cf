//! The pool on the real server.

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc;

use nix::sys::socket::{self, AddressFamily, Backlog, SockFlag, SockType, UnixAddr};

use super::super::hosts::Hosts;
use super::*;
use crate::db::Reply;
use crate::testing::proxy::{Fault, From, Plan, Proxy};
use crate::testing::{Fixture, Folder};

#[test]
fn equal_configurations_share_a_pool_and_others_do_not() {
    let (a, b) = (Fixture::new("shared", &[]), Fixture::new("other", &[]));
    assert!(Arc::ptr_eq(&a.pool(), &a.pool()));
    assert!(!Arc::ptr_eq(&a.pool(), &b.pool()));
}

#[test]
fn a_connection_that_comes_back_is_lent_again() {
    let f = Fixture::new("again", &[]);
    let first = f.pool().get(30).unwrap().connection_id();
    let again = f.pool().get(30).unwrap();
    assert!(again.reused);
    assert_eq!(again.connection_id(), first);
}

#[test]
fn a_connection_that_the_server_closed_is_replaced_unnoticed() {
    let mut f = Fixture::new("stale", &[]);
    let id = f.pool().get(30).unwrap().connection_id();
    f.kill(id);
    let mut link = f.pool().get(30).unwrap();
    assert_eq!(link.connection_id(), id);
    f.pool().first(&mut link, 30, |link| link.run("SELECT 1")).unwrap();
    assert_ne!(link.connection_id(), id);
}

#[test]
fn a_new_connection_is_replaced_where_its_server_says_that_it_serves_no_more_and_not_where_it_is_lost() {
    let proxy = Proxy::new();
    let f = Fixture::new("new", &proxy.directives());
    // A Galera node that has lost its cluster, a server that has become read-only, and an end without a word.
    for (fault, replaced) in [(Fault::Refuse(1047), true), (Fault::Refuse(1290), true), (Fault::CutBefore, false)] {
        let mut link = f.pool().get(30).unwrap();
        assert!(!link.reused);
        let id = link.connection_id();
        proxy.arm(Plan::next(fault));
        let outcome = f.pool().first(&mut link, 30, |link| link.run("DO 0"));
        assert!(proxy.disarm());
        assert_eq!(outcome.is_ok(), replaced, "{fault:?}: {outcome:?}");
        assert_eq!(link.is_open() && link.connection_id() != id, replaced);
        link.close();
    }
}

#[test]
fn a_read_only_server_is_borne_with_for_the_connect_timeout_and_no_other_trouble_before_it_is_met() {
    let f = Fixture::new("patience", &[("rustdb.connect_timeout", "1")]);
    let pool = f.pool();
    let refused = |code| Error::from_server(code, String::new());
    let none = || Error::ReadOnly("a is read-only; b: refused".into());
    for code in [1290, 1836] {
        let mut patience = pool.patience();
        assert!(!patience.bears(&Error::Connect("refused".into())));
        assert!(!patience.bears(&refused(1114)));
        let begun = Instant::now();
        assert!(patience.bears(&refused(code)));
        assert!(!patience.bears(&refused(1114)) && !patience.bears(&Error::Gone(String::new())));
        let mut tries = 0;
        while patience.bears(&none()) && patience.bears(&Error::Connect("refused".into())) {
            tries += 1;
        }
        assert!(begun.elapsed() >= Duration::from_secs(1));
        assert!((1..10).contains(&tries), "{tries}");
        assert!(!patience.bears(&refused(code)));
    }
}

#[test]
fn a_wait_for_a_row_is_a_slice_and_another_lock_wait_is_told_to_the_same_connection() {
    let f = Fixture::new("waits", &[]);
    let mut ids = Vec::new();
    for (lock_wait, told) in [(30, 30), (7, 7), (0, 1), (30, 30)] {
        let mut link = f.pool().get(lock_wait).unwrap();
        let replies = link.run("SELECT @@innodb_lock_wait_timeout,@@lock_wait_timeout").unwrap();
        let [Reply::Rows(rows)] = &replies[..] else { panic!("no rows") };
        let mut values = rows[0].values();
        assert_eq!((values.number(), values.number()), (Ok(1), Ok(told)));
        ids.push(link.connection_id());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[test]
fn a_pool_that_is_all_in_use_says_so_and_has_no_spare() {
    let f = Fixture::new("busy", &[("rustdb.pool_size", "1"), ("rustdb.connect_timeout", "1")]);
    let pool = f.pool();
    let lent = [pool.get(30).unwrap(), pool.get(30).unwrap()];
    assert!(pool.spare(30).is_none());
    assert_eq!(pool.get(30).err(), Some(Error::PoolBusy { seconds: 1, size: 2 }));
    drop(lent);
    assert!(pool.spare(30).unwrap().is_ok());
}

#[test]
fn a_transaction_that_comes_back_open_is_closed_with_its_connection() {
    let f = Fixture::new("leaked", &[]);
    let mut link = f.pool().get(30).unwrap();
    link.run("START TRANSACTION").unwrap();
    link.in_transaction = true;
    drop(link);
    assert!(!f.pool().get(30).unwrap().reused);
}

#[test]
fn hosts_are_tried_in_order_and_each_ones_failure_is_named() {
    let port = std::env::var("RUSTDB_TEST_PORT").unwrap();
    let list = format!("127.0.0.1:1,127.0.0.1:{port}");
    let f = Fixture::new("hosts", &[("rustdb.socket", ""), ("rustdb.host", &list)]);
    drop(f.pool().get(30).unwrap());
    assert_eq!(f.pool().server().unwrap().0, format!("127.0.0.1:{port}"));
    let dead = [("rustdb.socket", ""), ("rustdb.host", "127.0.0.1:1,no-such-host.invalid")];
    let text = Fixture::new("dead", &dead).pool().get(30).err().unwrap().to_string();
    assert!(text.contains("127.0.0.1:1: ") && text.contains("no-such-host.invalid:"), "{text}");
}

#[test]
fn the_password_file_wins_and_is_read_for_each_connection() {
    let folder = Folder::new();
    let path = folder.path("password");
    let f = Fixture::new("file", &[("rustdb.password_file", &path)]);
    let error = f.pool().get(30).err().unwrap().to_string();
    assert!(error.starts_with("rustdb.password_file="), "{error}");
    folder.file("password", "wrong\n");
    assert!(matches!(f.pool().get(30).err(), Some(Error::Server { code: 1045, .. })));
    let password = std::env::var("RUSTDB_TEST_PASSWORD").unwrap();
    folder.file("password", format!("{password}\n"));
    drop(f.pool().get(30).unwrap());
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "not within 20 s: {what}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A list of two: the server behind a proxy, and itself. The timeout is in seconds.
fn behind_a_proxy(name: &str, connect_timeout: &str) -> (Proxy, Fixture) {
    let port = std::env::var("RUSTDB_TEST_PORT").unwrap();
    let proxy = Proxy::new();
    let list = format!("{},127.0.0.1:{port}", proxy.address);
    let mut directives = proxy.directives().to_vec();
    directives.push(("rustdb.host", &list));
    directives.push(("rustdb.connect_timeout", connect_timeout));
    let fixture = Fixture::new(name, &directives);
    drop(directives);
    (proxy, fixture)
}

#[test]
fn a_server_that_is_down_is_looked_after_behind_the_requests_and_used_again() {
    let (proxy, f) = behind_a_proxy("down", "1");
    let pool = f.pool();
    // It takes connections and says nothing: asking it costs rustdb.connect_timeout each time.
    let silent_from = |number| Plan { from: From::Server, number, fault: Fault::Stall };
    proxy.arm(silent_from(1));
    let link = pool.get(30).unwrap();
    let id = link.connection_id();
    assert_eq!(link.rank, 1);
    drop(link);
    assert!(proxy.disarm());
    assert_eq!(pool.hosts.order(), [1, 0]);

    // Not again for a while, and then only once, while requests use what they have.
    proxy.arm(silent_from(1));
    let use_it = || assert_eq!(pool.get(30).unwrap().connection_id(), id);
    use_it();
    use_it();
    assert!(!proxy.disarm(), "it was asked again");
    pool.hosts.wait_is_over();
    proxy.arm(silent_from(1));
    use_it();
    use_it();
    wait_until("it was asked", || proxy.seen() > 0);
    let asked = Some(Instant::now());
    wait_until("it is still down", || pool.hosts.down_since(0) > asked);
    assert_eq!(proxy.seen(), 1);
    assert!(proxy.disarm());

    // One that falls silent after the login costs no more: a look waits for no lock.
    pool.hosts.wait_is_over();
    proxy.arm(silent_from(3));
    use_it();
    wait_until("it was asked", || proxy.seen() >= 3);
    let asked = Some(Instant::now());
    wait_until("it is still down", || pool.hosts.down_since(0) > asked);
    assert!(proxy.disarm());

    // It is back.
    pool.hosts.wait_is_over();
    use_it();
    wait_until("it is found up", || pool.hosts.order() == [0, 1]);
    let mut link = pool.get(30).unwrap();
    assert_eq!(link.rank, 1, "not before its time");
    link.opened = Instant::now() - SECOND_BEST_FOR;
    drop(link);
    assert_eq!(pool.get(30).unwrap().rank, 0);
}

#[test]
fn a_server_that_falls_silent_is_asked_by_no_other_request() {
    let (proxy, f) = behind_a_proxy("silent", "2");
    let pool = f.pool();
    let (mut link, idle) = (pool.get(0).unwrap(), pool.get(0).unwrap());
    assert_eq!((link.rank, idle.rank), (0, 0));
    drop(idle);
    proxy.arm(Plan::next(Fault::Stall));
    let outcome = pool.first(&mut link, 0, |link| link.run("DO 0"));
    assert!(matches!(outcome, Err(Error::Stalled(_))), "{outcome:?}");
    assert!(pool.place().ends_with(&proxy.address), "{}", pool.place());
    drop(link);
    // Neither on the connection that is there, nor on a new one.
    let next = pool.get(0).unwrap();
    assert_eq!(next.rank, 1);
    assert!(!pool.place().contains(&proxy.address), "{}", pool.place());
}

#[test]
fn the_first_server_of_the_list_is_used_again_when_it_is_back() {
    let port = std::env::var("RUSTDB_TEST_PORT").unwrap();
    let list = format!("127.0.0.1:{port},localhost:{port}");
    let f = Fixture::new("back", &[("rustdb.socket", ""), ("rustdb.host", &list)]);
    let mut link = f.pool().get(30).unwrap();
    link.rank = 1;
    link.opened = Instant::now() - SECOND_BEST_FOR;
    drop(link);
    assert_eq!(f.pool().get(30).unwrap().rank, 0);
}

/// A Unix socket whose server accepts nobody: who connects waits until it goes.
fn socket_without_room(path: &str) -> (OwnedFd, UnixStream) {
    let (family, flags) = (AddressFamily::Unix, SockFlag::SOCK_CLOEXEC);
    let server = socket::socket(family, SockType::Stream, flags, None).unwrap();
    socket::bind(server.as_raw_fd(), &UnixAddr::new(path).unwrap()).unwrap();
    socket::listen(&server, Backlog::new(0).unwrap()).unwrap();
    let first = UnixStream::connect(path).unwrap();
    (server, first)
}

#[test]
fn connections_that_hang_at_one_server_keep_nobody_from_another() {
    let folder = Folder::new();
    let path = folder.path("socket");
    let server = socket_without_room(&path);
    let hanging = Fixture::new(
        "hanging",
        &[("rustdb.socket", &path), ("rustdb.connect_timeout", "1"), ("rustdb.pool_size", "8")],
    );
    let pool = hanging.pool();
    let cause = || pool.get(30).err().unwrap().to_string();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(cause);
        }
    });
    assert!(cause().contains("earlier connections"), "{}", cause());
    drop(Fixture::new("well", &[]).pool().get(30).unwrap());
    drop(server);
    wait_until("it is asked again", || !cause().contains("earlier"));
}

#[test]
fn a_server_is_looked_after_once_at_a_time_and_again_after_a_panic() {
    let hosts = Hosts::new(2);
    let down = || Err::<(), _>(Error::Gone("down".into()));
    hosts.tried(0, &down());
    hosts.wait_is_over();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let look = move |_| -> Result<()> {
        wait.lock().recv().unwrap();
        down()
    };
    hosts.look_after(1, || Ok(look.clone()));
    hosts.wait_is_over();
    hosts.look_after(1, || -> Result<fn(usize) -> Result<()>> { panic!("it is looked after already") });
    // The look ends in a panic.
    drop(go_on);
    wait_until("it is found up", || {
        hosts.look_after(1, || Ok(|_| Ok(())));
        hosts.order() == [0, 1]
    });
}
