//! Connections to a server that the test plays.

use std::io::{Read as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::testing::played::{
    COLUMN, EOF, EOF_AND_MORE, OK, OK_AND_MORE, let_in, log_in, packet, packets, read_packet, server,
};

const LIMIT: Duration = Duration::from_secs(5);
const WITHOUT_TLS: [(&str, &str); 1] = [("rustdb.ssl_mode", "disabled")];

/// What comes of a statement whose answer is this, in one piece and with an end behind it.
fn ask(answer: Vec<u8>) -> Result<Vec<Reply>> {
    let (port, served) = server(move |socket| {
        let mut socket = let_in(socket);
        read_packet(&mut socket);
        let _ = socket.write_all(&answer);
        let _ = socket.shutdown(std::net::Shutdown::Write);
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let (mut conn, _) = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT).unwrap();
    let replies = conn.query("SELECT 1");
    drop(conn);
    served.join().unwrap();
    replies
}

#[test]
fn several_statements_are_answered_in_their_order() {
    let row = b"\x02ab";
    let replies = ask(packets(&[OK_AND_MORE, &[1], COLUMN, EOF, row, row, EOF_AND_MORE, OK])).unwrap();
    let [Reply::Done(257), Reply::Rows(rows), Reply::Done(7)] = &replies[..] else { panic!("{replies:?}") };
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].values().bytes(), Ok(Some(&b"ab"[..])));
}

#[test]
fn a_servers_error_hides_the_sql_state_wherever_it_comes() {
    let error = b"\xff\x10\x04#08004Too many connections";
    let known = Some(Error::Server { code: 1040, message: "Too many connections".into() });
    assert_eq!(ask(packets(&[error])).err(), known);
    assert_eq!(ask(packets(&[OK_AND_MORE, error])).err(), known);
    assert_eq!(ask(packets(&[&[1], COLUMN, EOF, b"\x01a", error])).err(), known);
}

#[test]
fn lies_are_told_apart_from_a_lost_connection() {
    for lost in [vec![], packets(&[&[1], COLUMN])[..20].to_vec(), packets(&[OK_AND_MORE])] {
        assert!(matches!(ask(lost.clone()), Err(Error::Gone(_))), "{lost:?}");
    }
    for lie in
        [packet(3, OK), packets(&[&[1], COLUMN, EOF, b"\x05ab"]), packets(&[b"\xfb/etc/passwd", OK]), packet(1, b"")]
    {
        assert!(matches!(ask(lie.clone()), Err(Error::Nonsense(_) | Error::Gone(_))), "{lie:?}");
    }
}

#[test]
fn a_server_that_asks_for_a_file_gets_an_end() {
    let (port, served) = server(|socket| {
        let mut socket = let_in(socket);
        read_packet(&mut socket);
        socket.write_all(&packet(1, b"\xfb/etc/hostname")).unwrap();
        let mut said = Vec::new();
        let _ = socket.read_to_end(&mut said);
        said
    });
    let (mut conn, _) = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT).unwrap();
    assert!(matches!(conn.query("SELECT 1"), Err(Error::Nonsense(_))));
    drop(conn);
    // A goodbye at most.
    assert!(served.join().unwrap().len() <= 5);
}

#[test]
fn answers_without_an_end_are_refused() {
    assert!(matches!(ask(packets(&[OK_AND_MORE; 200])), Err(Error::Nonsense(_))));
}

#[test]
fn rows_without_an_end_are_refused_before_they_take_all_memory() {
    let (port, served) = server(|socket| {
        let mut socket = let_in(socket);
        read_packet(&mut socket);
        socket.write_all(&packets(&[&[1], COLUMN, EOF])).unwrap();
        let row = [&[0xfd, 0, 0, 0x10][..], &vec![b'x'; 1 << 20]].concat();
        let mut sent = 0;
        while sent < 10 * ROOM && socket.write_all(&packet((sent / row.len() + 4) as u8, &row)).is_ok() {
            sent += row.len();
        }
        sent
    });
    let (mut conn, _) = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT).unwrap();
    assert_eq!(conn.query("SELECT 1").err(), Some(Error::Nonsense("rows without an end".into())));
    conn.break_off();
    let sent = served.join().unwrap();
    assert!(sent < 2 * ROOM, "{sent} bytes were taken");
}

#[test]
fn a_silent_server_is_left_in_time() {
    let (port, served) = server(|socket| {
        let mut socket = let_in(socket);
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let (mut conn, _) = log_in("127.0.0.1", port, &WITHOUT_TLS, Duration::from_millis(100)).unwrap();
    let began = Instant::now();
    assert!(matches!(conn.query("SELECT 1"), Err(Error::Stalled(_))));
    assert!(began.elapsed() < LIMIT);
    drop(conn);
    served.join().unwrap();
}

#[test]
fn a_login_that_drips_is_left_in_time() {
    let (port, served) = server(|mut socket| {
        // Each byte comes within the limit of one read.
        for byte in crate::testing::played::greeting(false).iter().chain([0; 400].iter()) {
            thread::sleep(Duration::from_millis(50));
            if socket.write_all(&[*byte]).is_err() {
                return;
            }
        }
    });
    let timeout = [("rustdb.ssl_mode", "disabled"), ("rustdb.connect_timeout", "1")];
    let error = log_in("127.0.0.1", port, &timeout, Duration::from_secs(1)).map(drop).unwrap_err();
    assert!(matches!(error, Error::Stalled(_)), "{error:?}");
    drop(served);
}

#[test]
fn a_login_that_is_refused_is_tried_once_more_and_only_once() {
    let (refused, welcome) = (packet(2, b"\xff\x15\x04#28000Access denied"), packet(2, OK));
    for (answers, works) in
        [(vec![refused.clone(), welcome], true), (vec![refused.clone(), refused.clone(), refused], false)]
    {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = thread::spawn(move || {
            listener.set_nonblocking(true).unwrap();
            let (mut asked, end) = (0, Instant::now() + Duration::from_secs(2));
            while Instant::now() < end && asked < answers.len() {
                let Ok((mut socket, _)) = listener.accept() else {
                    thread::sleep(Duration::from_millis(5));
                    continue;
                };
                socket.set_nonblocking(false).unwrap();
                socket.write_all(&crate::testing::played::greeting(false)).unwrap();
                read_packet(&mut socket);
                socket.write_all(&answers[asked]).unwrap();
                asked += 1;
            }
            asked
        });
        let outcome = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT);
        assert_eq!(outcome.is_ok(), works);
        drop(outcome);
        assert_eq!(served.join().unwrap(), 2);
    }
}

#[test]
fn a_password_goes_in_clear_to_nobody_who_only_asks() {
    for name in ["mysql_clear_password", "dialog", "sha256_password", "mysql_old_password"] {
        let (port, served) = server(move |mut socket| {
            socket.write_all(&crate::testing::played::greeting(false)).unwrap();
            read_packet(&mut socket);
            let switch = [&[0xfe], name.as_bytes(), b"\0saltsaltsaltsaltsalt\0"].concat();
            socket.write_all(&packet(2, &switch)).unwrap();
            let mut said = Vec::new();
            let _ = socket.read_to_end(&mut said);
            said
        });
        let error = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT).map(drop).unwrap_err();
        assert_eq!(error, Error::AuthPlugin(name.into()));
        let said = served.join().unwrap();
        assert!(!said.windows(6).any(|part| part == b"secret"), "{name}: {said:?}");
    }
}

#[test]
fn a_password_that_the_server_wants_whole_is_encrypted_with_its_key() {
    let (port, served) = server(|mut socket| {
        socket.write_all(&crate::testing::played::greeting(false)).unwrap();
        let mut said = read_packet(&mut socket);
        // caching_sha2_password: "I do not know you, send the password".
        socket.write_all(&packet(2, &[1, 4])).unwrap();
        said.extend(read_packet(&mut socket));
        said
    });
    let outcome = log_in("127.0.0.1", port, &WITHOUT_TLS, LIMIT);
    let said = served.join().unwrap();
    assert_eq!(said.last(), Some(&2), "it asks for the server's key");
    assert!(!said.windows(6).any(|part| part == b"secret"));
    assert!(outcome.is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_order_of_packets_gets_a_panic_out(
        payloads in prop::collection::vec(prop_oneof![
            // A first byte of 0xfe would be a number of columns for which there is no memory.
            prop::collection::vec(0..0xfa_u8, 0..20),
            Just(EOF.to_vec()),
            Just(OK_AND_MORE.to_vec()),
            Just(vec![1]),
        ], 1..12),
    ) {
        prop_assume!(payloads[0].first() != Some(&0xfe));
        let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        let _ = ask(packets(&payloads));
    }
}
