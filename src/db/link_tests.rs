//! A connection on the real server.

use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::testing::Fixture;
use crate::testing::played::{OK, greeting, packet, packets, read_packet};

#[test]
fn statements_of_one_packet_are_answered_one_by_one() {
    let f = Fixture::new("replies", &[]);
    let mut link = f.pool().get(30).unwrap();
    let replies = link.run("DO 1;SELECT 2 UNION SELECT 3;DO 4").unwrap();
    let shapes: Vec<_> = replies
        .iter()
        .map(|reply| match reply {
            Reply::Done(_) => "done".to_owned(),
            Reply::Rows(rows) => format!("{} rows", rows.len()),
        })
        .collect();
    assert_eq!(shapes, ["done", "2 rows", "done"]);
}

#[test]
fn an_error_in_the_middle_of_a_packet_rolls_back_and_stops_the_rest() {
    let f = Fixture::new("middle", &[]);
    let mut link = f.pool().get(30).unwrap();
    let before = link.connection_id();
    let insert =
        format!("INSERT INTO `{}` (id,version,created_at,expires_at,data) VALUES (REPEAT('a',32),1,1,1,'')", f.table);
    let error = link.run(&format!("START TRANSACTION;{insert};{insert};COMMIT")).unwrap_err();
    assert!(matches!(error, Error::Server { code: 1062, .. }), "{error:?}");
    assert_eq!(link.connection_id(), before);
    let Reply::Rows(rows) = &link.run(&format!("SELECT 1 FROM `{}` WHERE id=REPEAT('a',32)", f.table)).unwrap()[0]
    else {
        panic!("no rows")
    };
    assert!(rows.is_empty());
}

#[test]
fn what_is_larger_than_the_servers_packet_is_not_sent() {
    let f = Fixture::new("packet", &[("rustdb.lock", "none")]);
    let mut link = f.pool().get(30).unwrap();
    link.max_packet = 100;
    let sql = format!("SELECT '{}'", "x".repeat(100));
    let sent = sql.len() + 1;
    assert_eq!(link.run(&sql).unwrap_err(), Error::TooLarge { sent, limit: 100 });
    let long = [b'x'; 200];
    assert!(matches!(link.execute("DO ?", &[Param::Bytes(&long)]), Err(Error::TooLarge { limit: 100, .. })));
    assert!(link.run("DO 1").is_ok());
}

#[test]
fn a_statement_as_long_as_max_allowed_packet_is_not_sent() {
    let mut link = Link::closed();
    link.max_packet = 100;
    // With the command's byte.
    let too_large = Error::TooLarge { sent: 100, limit: 100 };
    assert_eq!(link.run(&"x".repeat(99)).err(), Some(too_large));
    assert!(matches!(link.run(&"x".repeat(98)), Err(Error::Gone(_))));
}

/// Connects where name servers do what this does.
fn resolved_by(look_up: super::super::dial::LookUp, past: &Arc<Past>) -> Error {
    let f = Fixture::new("resolver", &[("rustdb.connect_timeout", "1")]);
    let endpoint = Endpoint::Tcp("db1.example".into(), 3306);
    super::super::dial::connect(look_up, &endpoint, &f.config.server, "", Duration::from_secs(1), past)
        .map(drop)
        .unwrap_err()
}

#[test]
fn name_servers_that_do_not_answer_are_named() {
    let past = Arc::default();
    let error = resolved_by(
        |_, _| {
            std::thread::sleep(Duration::from_secs(20));
            Ok(Vec::new())
        },
        &past,
    );
    assert_eq!(error.to_string(), "the look-up of db1.example gave no answer within 1 s");
    assert!(error.remedy().contains("/etc/resolv.conf"));
}

#[test]
fn name_servers_that_know_no_address_are_named_as_well() {
    let error = resolved_by(
        |_, _| Err(std::io::Error::other("failed to lookup address information: Try again")),
        &Arc::default(),
    );
    assert!(error.remedy().contains("name servers"), "{error}");
    let error = resolved_by(|_, _| Ok(Vec::new()), &Arc::default());
    assert!(error.to_string().contains("the host has no address"), "{error}");
}

#[test]
fn a_server_that_takes_nothing_is_left_after_one_time_limit() {
    const PREPARED: &[u8] = &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let f = Fixture::new("takes_nothing", &[("rustdb.connect_timeout", "1")]);
    // Over TCP the kernel would give the connection up.
    let path = format!("{}/takes-nothing.sock", std::env::var("RUSTDB_TEST_DIR").unwrap());
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    let (told, ended) = mpsc::channel::<()>();
    let served = thread::spawn(move || {
        let mut socket = listener.accept().unwrap().0;
        socket.write_all(&greeting(false)).unwrap();
        read_packet(&mut socket);
        socket.write_all(&packet(2, OK)).unwrap();
        for answer in [PREPARED, OK].repeat(5) {
            read_packet(&mut socket);
            socket.write_all(&packets(&[answer])).unwrap();
        }
        // It reads no more.
        let _ = ended.recv();
    });
    let endpoint = Endpoint::Socket(path);
    let mut link = Link::open(&endpoint, &f.config.server, "", 0, &Arc::default()).unwrap();
    for number in 0..5 {
        assert!(matches!(link.execute(&format!("DO {number}"), &[]), Ok(Some(_))));
    }
    let began = Instant::now();
    let outcome = link.run(&"x".repeat(64 << 20));
    assert!(matches!(outcome, Err(Error::Stalled(_))), "{outcome:?}");
    // It is one second for the statement, and was one more for each that was prepared.
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert!(!link.is_open());
    drop(told);
    served.join().unwrap();
}
