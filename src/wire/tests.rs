//! The protocol against a server that the test plays: what is right, what is cut off, and what is a lie.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use mysql_common::scramble::{create_response_for_ed25519, scramble_sha256};
use proptest::prelude::*;

use super::packets::{BUFFER, FULL};
use super::*;

/// A connection whose server has said `answer` in advance, in one piece, and closes.
fn wire(answer: &[u8]) -> Wire {
    let (ours, mut server) = UnixStream::pair().unwrap();
    let answer = answer.to_vec();
    thread::spawn(move || {
        let _ = server.write_all(&answer);
        let _ = server.shutdown(std::net::Shutdown::Write);
        let mut sent = Vec::new();
        let _ = server.read_to_end(&mut sent);
    });
    Wire::new(Stream::Unix(ours), Duration::from_secs(5)).unwrap()
}

fn packet(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    [&[length[0], length[1], length[2], number], payload].concat()
}

fn packets(payloads: &[&[u8]]) -> Vec<u8> {
    let numbers = 1..=payloads.len() as u8;
    numbers.zip(payloads).flat_map(|(number, payload)| packet(number, payload)).collect()
}

fn ask(answer: &[u8]) -> Result<Vec<Reply>> {
    let mut wire = wire(answer);
    wire.send_query("SELECT 1")?;
    wire.replies()
}

fn is_nonsense<T: std::fmt::Debug>(outcome: Result<T>) -> bool {
    matches!(outcome, Err(Error::Nonsense(_)))
}

const EOF_PACKET: &[u8] = &[EOF, 0, 0, 2, 0];
const EOF_AND_MORE: &[u8] = &[EOF, 0, 0, 0x0a, 0];
const OK_PACKET: &[u8] = &[OK, 7, 0, 2, 0, 0, 0];
const OK_AND_MORE: &[u8] = &[OK, 0xfc, 1, 1, 0, 0x0a, 0, 0, 0];

#[test]
fn several_statements_are_answered_in_their_order() {
    let row = b"\x02ab\xfb\x0212";
    let answer =
        packets(&[OK_AND_MORE, &[3], b"column", b"column", b"column", EOF_PACKET, row, row, EOF_AND_MORE, OK_PACKET]);
    let replies = ask(&answer).unwrap();
    assert!(matches!(replies[0], Reply::Done(257)));
    assert!(matches!(replies[2], Reply::Done(7)));
    let Reply::Rows(rows) = &replies[1] else { panic!("no rows") };
    assert_eq!(rows.len(), 2);
    let mut values = rows[1].values();
    assert_eq!(values.bytes(), Ok(Some(&b"ab"[..])));
    assert_eq!(values.bytes(), Ok(None));
    assert_eq!(values.number(), Ok(12));
    assert!(is_nonsense(values.bytes()), "there is no fourth");
}

#[test]
fn the_last_value_is_taken_out_whole() {
    let row = Row::of_text(b"\x011\x05abcde".to_vec());
    let mut values = row.values();
    assert_eq!(values.number(), Ok(1));
    let at = values.tail().unwrap();
    assert_eq!(&*row.into_tail(at), b"abcde");
    assert!(is_nonsense(Row::of_text(b"\x01a\x01b".to_vec()).values().tail()));
}

#[test]
fn numbers_are_digits_and_fit() {
    let number = |text: &[u8]| {
        let row = Row::of_text([&[text.len() as u8], text].concat());
        row.values().number()
    };
    assert_eq!(number(b"18446744073709551615"), Ok(u64::MAX));
    for text in [&b"18446744073709551616"[..], b"", b"-1", b"1x", b" 1"] {
        assert!(is_nonsense(number(text)), "{text:?}");
    }
}

#[test]
fn a_servers_error_keeps_the_connection_and_hides_the_sql_state() {
    let mut wire = wire(&packets(&[OK_AND_MORE, b"\xff\x16\x04#42S02no such table"]));
    wire.send_query("DO 1;SELECT 1 FROM x").unwrap();
    let error = wire.replies().unwrap_err();
    assert_eq!(error, Error::Server { code: 1046, message: "no such table".into() });
}

#[test]
fn an_error_in_the_middle_of_rows_is_one() {
    let answer = packets(&[&[1], b"column", EOF_PACKET, b"\x011", b"\xff\xbd\x04#40001deadlock"]);
    assert!(matches!(ask(&answer), Err(Error::RolledBack { .. })));
}

#[test]
fn lies_and_halves_are_told_apart_from_a_lost_connection() {
    let lies: [&[u8]; 9] = [
        &packet(2, OK_PACKET),                            // out of order
        &packet(1, &[LOCAL_INFILE, b'x']),                // asks for a file
        &packet(1, &[OK, 0xff]),                          // a length that is none
        &packet(1, &[OK, 1]),                             // ends too early
        &packet(1, &[0xfc, 0, 0]),                        // no columns
        &packet(1, &[0xfe; 9]),                           // columns without an end
        &packet(1, b""),                                  // nothing at all
        &packets(&[&[1], b"column", OK_PACKET]),          // no end of the columns
        &packets(&[&[1], b"column", EOF_PACKET, &[EOF]]), // no flags
    ];
    for lie in lies {
        assert!(is_nonsense(ask(lie)), "{lie:?}");
    }
    let whole = packets(&[&[1], b"column", EOF_PACKET, b"\x011", EOF_PACKET]);
    assert!(ask(&whole).is_ok());
    for cut in 0..whole.len() {
        assert!(matches!(ask(&whole[..cut]), Err(Error::Gone(_))), "{cut}");
    }
}

#[test]
fn a_row_of_more_than_one_packet_is_put_together() {
    for length in [BUFFER - 4, BUFFER, FULL - 5, FULL - 4, FULL - 3, 2 * FULL] {
        let mut row = vec![0xfe];
        row.extend_from_slice(&(length as u64).to_le_bytes());
        row.resize(9 + length, b'x');
        let mut answer = packets(&[&[1], b"column", EOF_PACKET]);
        let mut number = 4;
        for part in row.chunks(FULL) {
            answer.extend(packet(number, part));
            number += 1;
        }
        if row.len() % FULL == 0 {
            answer.extend(packet(number, b""));
            number += 1;
        }
        answer.extend(packet(number, EOF_PACKET));
        let replies = ask(&answer).unwrap();
        let Reply::Rows(rows) = &replies[0] else { panic!("no rows") };
        assert_eq!(rows[0].values().bytes().unwrap().unwrap().len(), length);
    }
}

#[test]
fn a_command_of_more_than_one_packet_is_cut() {
    for length in [0, 1, FULL - 2, FULL - 1, FULL, 2 * FULL - 1, 2 * FULL + 5] {
        let (ours, mut server) = UnixStream::pair().unwrap();
        let reader = thread::spawn(move || {
            let (mut payload, mut number) = (Vec::new(), 0);
            loop {
                let mut header = [0; 4];
                server.read_exact(&mut header).unwrap();
                assert_eq!(header[3], number);
                number += 1;
                let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
                let before = payload.len();
                payload.resize(before + length, 0);
                server.read_exact(&mut payload[before..]).unwrap();
                if length < FULL {
                    return payload;
                }
            }
        });
        let mut wire = Wire::new(Stream::Unix(ours), Duration::from_secs(5)).unwrap();
        let sql = "x".repeat(length);
        wire.send_query(&sql).unwrap();
        assert!(reader.join().unwrap() == [&[COM_QUERY], sql.as_bytes()].concat());
    }
}

#[test]
fn a_statement_is_prepared_once_and_the_oldest_of_many_is_given_up() {
    // Statement 9, no columns, one parameter; then the answer to its execution.
    let prepared: &[u8] = &[OK, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    let prepare = packets(&[prepared, b"parameter", EOF_PACKET]);
    let answer = [prepare.clone(), packet(1, OK_PACKET), packet(1, OK_PACKET)].concat();
    let mut wire = wire(&answer);
    for param in [Param::Number(1), Param::Bytes(b"x")] {
        let reply = wire.execute("UPDATE", &[param]);
        assert!(matches!(reply, Ok(Reply::Done(7))), "{reply:?}");
    }
    assert_eq!(wire.statements.len(), 1);

    let once = [prepare, packet(1, OK_PACKET)].concat();
    let many = KEPT_STATEMENTS + 2;
    let mut wire = super::tests::wire(&once.repeat(many));
    for number in 0..many {
        wire.execute(&format!("UPDATE {number}"), &[Param::Number(1)]).unwrap();
    }
    assert_eq!(wire.statements.len(), KEPT_STATEMENTS);
}

/// The description of a column of this type.
fn column(kind: u8, flags: u8) -> Vec<u8> {
    let names = b"\x03def\x01a\x01t\x01t\x01c\x01c";
    let rest = [12, 63, 0, 20, 0, 0, 0, kind, flags, 0, 0, 0, 0];
    [&names[..], &rest].concat()
}

#[test]
fn a_prepared_statements_columns_are_what_the_server_said_last() {
    let (tiny, big, blob) = (column(0x01, 0x20), column(0x08, 0x20), column(0xfc, 0x90));
    // Statement 9, three columns, no parameter.
    let prepared: &[u8] = &[OK, 9, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0];
    let row = b"\0\0\xfe\x01\0\0\0\0\0\0\x80\x02ab";
    // The descriptions are left out, and then the first column has become longer.
    let same: &[&[u8]] = &[&[3, 0], EOF_PACKET, row, EOF_PACKET];
    let longer = b"\0\0\x2c\x01\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\x02ab";
    let other: &[&[u8]] = &[&[3, 1], &big, &big, &blob, EOF_PACKET, longer, EOF_PACKET];
    let answers = [packets(&[prepared, &tiny, &big, &blob, EOF_PACKET]), packets(same), packets(other)];
    let mut wire = wire(&answers.concat());
    wire.leaves_columns_out = true;
    let mut numbers = || {
        let Reply::Rows(mut rows) = wire.execute("SELECT", &[]).unwrap() else { panic!("no rows") };
        let row = rows.remove(0);
        let mut values = row.values();
        let numbers = (values.number().unwrap(), values.number().unwrap());
        let at = values.tail().unwrap();
        assert_eq!(&*row.into_tail(at), b"ab");
        numbers
    };
    assert_eq!(numbers(), (254, 1 << 63 | 1));
    assert_eq!(numbers(), (300, 9));
}

#[test]
fn binary_values_are_null_or_too_short_or_of_their_type() {
    let columns: std::sync::Arc<[Column]> =
        [Column::described(&column(0x08, 0)).unwrap(), Column::described(&column(0xfe, 0)).unwrap()].into();
    let row = |bytes: &[u8]| Row::of_binary(bytes.to_vec(), columns.clone());
    let null = row(b"\0\x0c").unwrap();
    let mut values = null.values();
    assert!(is_nonsense(values.number()), "NULL is no number");
    assert_eq!(values.bytes(), Ok(None));
    assert!(is_nonsense(values.bytes()), "there is no third");
    let negative = row(b"\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x01a").unwrap();
    assert!(is_nonsense(negative.values().number()));
    assert!(is_nonsense(negative.values().bytes()), "it is a number");
    let short = row(b"\0\0\xff\xff").unwrap();
    assert!(is_nonsense(short.values().number()));
    assert!(is_nonsense(row(b"\0")) && is_nonsense(row(b"\x01\0")));
    // A DOUBLE, and half a description.
    assert!(is_nonsense(Column::described(&column(0x05, 0))));
    assert!(is_nonsense(Column::described(&column(0x08, 0)[..20])));
}

/// What comes of an answer that begins like this and goes on with `next` every 5 ms, for ever.
fn dripping(begin: Vec<u8>, next: impl Fn(u8) -> Vec<u8> + Send + 'static) -> Result<Vec<Reply>> {
    let (ours, mut server) = UnixStream::pair().unwrap();
    let drip = thread::spawn(move || {
        let mut number = 4_u8;
        let mut bytes = begin;
        while server.write_all(&bytes).is_ok() {
            thread::sleep(Duration::from_millis(5));
            bytes = next(number);
            number = number.wrapping_add(1);
        }
    });
    let mut wire = Wire::new(Stream::Unix(ours), Duration::from_millis(50)).unwrap();
    wire.sequence = 1;
    let outcome = wire.replies();
    drop(wire);
    drip.join().unwrap();
    outcome
}

#[test]
fn a_silent_server_is_left_in_time_and_one_that_drips_as_well() {
    let (ours, _server) = UnixStream::pair().unwrap();
    let mut wire = Wire::new(Stream::Unix(ours), Duration::from_millis(50)).unwrap();
    assert!(matches!(wire.replies(), Err(Error::Stalled(_))));
    // Each byte, or each row, comes within the limit of one read.
    let columns = packets(&[&[1], b"column", EOF_PACKET]);
    let byte = |_| vec![b'x'];
    for length in [BUFFER / 2, 4 * BUFFER] {
        let mut begin = columns.clone();
        begin.extend(&packet(4, &vec![b'x'; length])[..4]);
        assert!(matches!(dripping(begin, byte), Err(Error::Stalled(_))), "{length}");
    }
    let rows = dripping(columns, |number| packet(number, b"\x01x"));
    assert!(matches!(rows, Err(Error::Stalled(_))));
}

#[test]
fn an_answer_without_an_end_takes_neither_memory_nor_time_without_one() {
    let answers = packets(&[OK_AND_MORE; 200]);
    assert!(is_nonsense(ask(&answers)));
    let mut many: Vec<&[u8]> = vec![&[1], b"column", EOF_PACKET];
    many.extend([&b"\x01x"[..]; 100]);
    for answer in [packets(&many), {
        let long = [packet(4, &vec![b'x'; FULL]), packet(5, &vec![b'x'; FULL])].concat();
        [packets(&many[..3]), long].concat()
    }] {
        let mut wire = wire(&answer);
        wire.most_bytes = 100 * ROW_OVERHEAD;
        wire.send_query("SELECT 1").unwrap();
        assert!(is_nonsense(wire.replies()));
    }
}

/// Logs in on ProxySQL's greeting (no CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA). The server sends each of `answers` when the
/// client has said something. Returns what that was.
fn logged_in(answers: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut greeting = b"\x0a8.0.11\0\x07\0\0\0saltsalt\0".to_vec();
    greeting.extend([0xff, 0xff, 45, 2, 0, 0x8f, 0x80, 21]);
    greeting.extend([0; 10]);
    greeting.extend(b"saltsaltsalt\0mysql_native_password\0");
    let (ours, mut server) = UnixStream::pair().unwrap();
    let server = thread::spawn(move || {
        server.write_all(&packet(0, &greeting)).unwrap();
        let said = answers.iter().zip(1..).map(|(answer, exchange)| {
            let mut header = [0; 4];
            server.read_exact(&mut header).unwrap();
            let mut said = vec![0; usize::from(header[0])];
            server.read_exact(&mut said).unwrap();
            server.write_all(&packet(2 * exchange, answer)).unwrap();
            said
        });
        said.collect()
    });
    let who = login::Login { user: "me", password: "secret", database: "app", tls: None };
    let limit = Duration::from_secs(5);
    assert_eq!(who.over(Stream::Unix(ours), limit).unwrap().1, 7);
    server.join().unwrap()
}

#[test]
fn a_server_logs_in_who_can_only_write_short_proofs() {
    let response = &logged_in(vec![OK_PACKET.to_vec()])[0];
    assert_eq!(response[2] & 0x20, 0, "what was not offered is not used");
    assert_eq!(&response[32..36], b"me\0\x14");
    assert_eq!(&response[56..60], b"app\0");
}

#[test]
fn a_nonce_is_as_long_as_the_plugin_says_whatever_its_last_byte_is() {
    // MariaDB's ed25519: 32 bytes with nothing behind them, and any of them may be zero.
    let nonce = *b"0123456789012345678901234567890\0";
    let switch = [&b"\xfeclient_ed25519\0"[..], &nonce].concat();
    let said = logged_in(vec![switch, OK_PACKET.to_vec()]);
    assert_eq!(said[1], create_response_for_ed25519(b"secret", &nonce));

    // The others have 20, and mostly a zero behind them.
    for end in [&b""[..], b"\0"] {
        let nonce = b"abcdefghijklmnopqrst";
        let switch = [&b"\xfecaching_sha2_password\0"[..], nonce, end].concat();
        let said = logged_in(vec![switch, OK_PACKET.to_vec()]);
        assert_eq!(said[1], scramble_sha256(nonce, b"secret").unwrap());
    }
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(answer in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = ask(&answer);
    }

    #[test]
    fn no_order_of_packets_makes_it_panic(
        payloads in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            Just(EOF_PACKET.to_vec()),
            Just(OK_AND_MORE.to_vec()),
            Just(vec![1]),
        ], 0..12),
    ) {
        let payloads: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        if let Ok(replies) = ask(&packets(&payloads)) {
            for reply in &replies {
                if let Reply::Rows(rows) = reply {
                    for row in rows {
                        let mut values = row.values();
                        while values.bytes().is_ok() {}
                    }
                }
            }
        }
    }

    #[test]
    fn lengths_are_read_as_they_are_written(length in any::<u32>()) {
        let mut bytes = Vec::new();
        push_length(&mut bytes, length as usize);
        let mut at = 0;
        prop_assert_eq!(length_encoded(&bytes, &mut at), Ok(u64::from(length)));
        prop_assert_eq!(at, bytes.len());
    }
}
