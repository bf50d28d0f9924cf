//! What is a serialised value and what is none, as PHP 8.2's `unserialize()` has it.

use super::level::Format;
use super::reader::Reader;

const VALUES: &[&str] = &[
    "N;",
    "b:0;",
    "b:1;",
    "i:0;",
    "i:-5;",
    "i:+5;",
    "i:007;",
    "i:99999999999999999999;",
    "d:0;",
    "d:-0;",
    "d:0.5;",
    "d:.5;",
    "d:5.;",
    "d:-1.5E-10;",
    "d:1e5;",
    "d:1E+25;",
    "d:+1.5;",
    "d:INF;",
    "d:-INF;",
    "d:NAN;",
    "s:0:\"\";",
    "s:3:\"a\";\";",
    "s:003:\"abc\";",
    "s:2:\"é\";",
    "S:2:\"a\\3b\";",
    "S:1:\"\\fF\";",
    "a:0:{}",
    "a:1:{i:0;N;}",
    "a:2:{i:0;N;s:1:\"a\";a:1:{i:-1;b:1;}}",
    "a:1:{S:1:\"\\61\";N;}",
    "a:1:{i:+5;N;}",
    "a:2:{i:5;N;i:5;N;}",
    "O:8:\"stdClass\":0:{}",
    "O:8:\"stdClass\":1:{s:1:\"a\";N;}",
    "O:8:\"stdClass\":1:{i:1;N;}",
    "O:3:\"A\\B\":0:{}",
    "E:5:\"Way:N\";",
    "C:1:\"C\":0:{}",
    "C:1:\"C\":3:{}}}}",
    "a:2:{i:0;i:1;i:1;R:2;}",
    "a:1:{i:0;R:1;}",
    "a:2:{i:0;O:8:\"stdClass\":0:{}i:1;r:2;}",
    "a:3:{i:0;O:8:\"stdClass\":0:{}i:1;r:2;i:2;r:3;}",
    "a:3:{i:0;N;i:1;R:2;i:2;R:2;}",
    "O:8:\"stdClass\":1:{s:1:\"a\";r:1;}",
];

const OTHERS: &[&str] = &[
    "",
    "n;",
    "N",
    "N:;",
    "b:2;",
    "b:;",
    "b:00;",
    "i:;",
    "i:-;",
    "i:5",
    "i: 5;",
    "i:5.0;",
    "i5;",
    "d:;",
    "d:.;",
    "d:-;",
    "d:1e;",
    "d:1e1.5;",
    "d:+INF;",
    "d:-NAN;",
    "d:nan;",
    "d:0x1;",
    "s:1:\"\";",
    "s:0:\"a\";",
    "s:-1:\"a\";",
    "s:+1:\"a\";",
    "s:1:\"a\"",
    "s:1:a;",
    "s:99999999999999999999999:\"a\";",
    "s:4294967297:\"a\";",
    "S:1:\"\\4\";",
    "S:1:\"\\gg\";",
    "S:2:\"a\";",
    "a:0:{",
    "a:0:{};",
    "a:1:{}",
    "a:1:{i:0;}",
    "a:0:{i:0;N;}",
    "a:-1:{}",
    "a:+1:{i:0;N;}",
    "a:1:{N;N;}",
    "a:1:{b:1;N;}",
    "a:1:{d:1;N;}",
    "a:1:{a:0:{}N;}",
    "a:999999999:{i:0;N;}",
    "a:1:{i:0;N;",
    "a:2:{i:0;N;}",
    "O:0:\"\":0:{}",
    "O:1:\"\\\":0:{}",
    "O:3:\"A B\":0:{}",
    "O:1:\"A\":0:{};",
    "O:1:\"A\":0",
    "O:1:\"A\":1:{N;N;}",
    "O:2:\"A\":0:{}",
    "E:1:\"A\";",
    "E:0:\"\";",
    "C:1:\"C\":2:{}",
    "C:1:\"C\":-1:{}",
    "C:1:\"C\":{}",
    "R:1;",
    "r:1;",
    "a:1:{i:0;R:0;}",
    "a:1:{i:0;R:2;}",
    "a:1:{i:0;r:2;}",
    "a:1:{i:0;r:0;}",
    "a:1:{i:0;R:-1;}",
    "a:1:{R:1;N;}",
    "o:1:{}",
    "}",
    "x:1;",
    "a:3:{i:0;N;i:1;R:2;i:2;R:3;}",
];

fn read(value: &[u8]) -> Option<usize> {
    Reader::new(value, None).read(0)
}

#[test]
fn values_are_read_to_their_end() {
    for value in VALUES {
        assert_eq!(read(value.as_bytes()), Some(value.len()), "{value}");
        // Nothing behind it matters, and nothing before its end is enough.
        assert_eq!(read(format!("{value}}}x").as_bytes()), Some(value.len()), "{value}");
        for end in 0..value.len() {
            assert_eq!(read(&value.as_bytes()[..end]), None, "{value} up to {end}");
        }
    }
}

#[test]
fn what_php_does_not_read_is_no_value() {
    for value in OTHERS {
        assert_ne!(read(value.as_bytes()), Some(value.len()), "{value}");
        let session = format!("x|{value}");
        assert!(value.is_empty() || Format::Php.read(session.as_bytes(), None).is_none(), "{value}");
    }
}

#[test]
fn values_are_nested_as_deep_as_php_reads_them() {
    let nested = |depth: usize| format!("{}N;{}", "a:1:{i:0;".repeat(depth), "}".repeat(depth));
    assert!(read(nested(4096).as_bytes()).is_some());
    assert!(read(nested(4097).as_bytes()).is_none());
    // An empty array is no level to PHP, an empty object is.
    let around = |inner: &str| format!("{}{inner}{}", "a:1:{i:0;".repeat(4096), "}".repeat(4096));
    assert!(read(around("a:0:{}").as_bytes()).is_some());
    assert!(read(around("O:1:\"A\":0:{}").as_bytes()).is_none());
    assert!(read("a:1:{i:0;".repeat(100_000).as_bytes()).is_none());
}

#[test]
fn sessions_are_read_to_their_end() {
    let read = |format: Format, bytes: &[u8]| format.read(bytes, None).map(|(_, level)| level.len());
    for (bytes, entries) in
        [(&b""[..], Some(0)), (b"a|N;", Some(1)), (b"|N;a b!|N;", Some(2)), (b"a", None), (b"a|", None)]
    {
        assert_eq!(read(Format::Php, bytes), entries, "{bytes:?}");
    }
    for (bytes, entries) in
        [(&b""[..], Some(0)), (b"a:0:{}", Some(0)), (b"a:1:{i:5;N;}", Some(1)), (b"N;", None), (b"a:0:{}N;", None)]
    {
        assert_eq!(read(Format::PhpSerialize, bytes), entries, "{bytes:?}");
    }
    let longest = [&[127][..], &[b'k'; 127], b"N;"].concat();
    let too_long = [&[128][..], &[b'k'; 128], b"N;"].concat();
    for (bytes, entries) in
        [(&b""[..], Some(0)), (b"\x01aN;\x00N;", Some(2)), (&longest, Some(1)), (&too_long, None), (b"\x05aN;", None)]
    {
        assert_eq!(read(Format::PhpBinary, bytes), entries, "{bytes:?}");
    }
}

/// What stands in base is not read again: the nodes are the same as if it were.
#[test]
fn what_is_as_in_base_is_read_alike() {
    let array = |value: u8| format!("a:2:{{i:0;a:1:{{i:0;i:{value};}}i:1;a:1:{{i:7;O:1:\"A\":0:{{}}}}}}");
    let base = format!("a|{}b|{}c|{}", array(1), array(2), array(3));
    for session in [
        format!("a|{}b|{}c|{}", array(1), array(5), array(3)),
        format!("n|i:5;a|{}c|{}", array(1), array(3)),
        format!("b|a:3:{{i:0;N;i:1;{}i:2;{}}}a|{}", array(2), array(2), array(1)),
        format!("a|{}x|a:2:{{i:0;i:1;i:1;R:5;}}c|{}", array(1), array(3)),
    ] {
        let (like, _) = Format::Php.read(base.as_bytes(), None).unwrap();
        let (alone, cut_alone) = Format::Php.read(session.as_bytes(), None).unwrap();
        let (read, cut) = Format::Php.read(session.as_bytes(), Some(&like)).unwrap();
        assert_eq!((read.nodes, read.numbers), (alone.nodes, alone.numbers), "{session}");
        assert_eq!(cut, cut_alone, "{session}");
    }
}
