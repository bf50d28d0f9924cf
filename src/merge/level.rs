//! What a format knows: how a session, and an array in it, is cut into entries, and how it is written.

use std::io::Write as _;

use super::reader::{Reader, expect, head, leaf, quoted};

/// How a session's bytes are written; by its name in `session.serialize_handler`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `name|value` and again.
    Php,
    /// One array.
    PhpSerialize,
    /// A byte for the name's length, the name, the value, and again.
    PhpBinary,
    /// igbinary, msgpack, …: nobody here can take it apart.
    Opaque,
}

/// How the entries of arrays are written, in every format.
pub const ARRAY: Format = Format::PhpSerialize;

/// No such entry, no such number.
pub const NONE: u32 = u32::MAX;

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub start: u32,
    /// Where the key ends and the value begins.
    pub value: u32,
    pub end: u32,
    /// The value's number, and the first one that it does not take.
    pub first: u32,
    pub past: u32,
    /// The first node of the value.
    node: u32,
    /// The key, where it is a number.
    pub index: u32,
    /// Which entry of base's session is the same, byte by byte.
    pub twin: u32,
}

/// The entries of a session, or of an array in it.
pub type Level = Vec<Entry>;

impl Format {
    pub fn named(name: &str) -> Format {
        match name {
            "php" => Format::Php,
            "php_serialize" => Format::PhpSerialize,
            "php_binary" => Format::PhpBinary,
            _ => Format::Opaque,
        }
    }

    /// Reads a whole session. What is the same in base's (`like`) is not read again.
    pub fn read<'a>(self, bytes: &'a [u8], like: Option<&(Reader, Level)>) -> Option<(Reader<'a>, Level)> {
        let mut reader = Reader::new(bytes);
        let (mut at, mut end, mut count) = (0, bytes.len(), None);
        if end >= NONE as usize || self == Format::Opaque {
            return None;
        }
        if self == ARRAY && end > 0 {
            (bytes[0] == b'a' && bytes[end - 1] == b'}').then_some(())?;
            let (entries, inside) = head(bytes, 0)?;
            (at, end, count) = (inside, end - 1, Some(entries));
            reader.numbers = 1;
        }
        let mut level = Level::new();
        let mut next = 0;
        while at < end {
            let (start, first, node) = (at, reader.numbers + 1, reader.nodes.len() as u32);
            if let Some((base, entries)) = like
                && let Some(entry) = entries.get(next)
                && let Some(past) = expect(bytes, at, &base.bytes[entry.start as usize..entry.end as usize])
                && base.tokens(entry.start, entry.end).is_empty()
            {
                reader.numbers += entry.past - entry.first;
                let value = at as u32 + entry.value - entry.start;
                let (end, past) = (past as u32, reader.numbers + 1);
                level.push(Entry { start: at as u32, value, end, first, past, node, twin: next as u32, ..*entry });
                (at, next) = (end as usize, next + 1);
                continue;
            }
            let (value, index) = self.key(bytes, at)?;
            at = reader.read(value)?;
            let (start, value, end, past) = (start as u32, value as u32, at as u32, reader.numbers + 1);
            level.push(Entry { start, value, end, first, past, node, index, twin: NONE });
            if let Some((base, entries)) = like {
                let key = &bytes[start as usize..value as usize];
                let near = entries.iter().skip(next).take(8);
                next += near.map(|e| base.bytes(e.start, e.value)).position(|k| k == key).map_or(0, |skip| skip + 1);
            }
        }
        let whole = at == end && count.unwrap_or(level.len()) == level.len();
        whole.then_some((reader, level))
    }

    /// Where the key at `at` ends, and which number it is. None where PHP would make another key of it.
    fn key(self, bytes: &[u8], at: usize) -> Option<(usize, u32)> {
        match self {
            Format::Php => Some((at + memchr::memchr(b'|', &bytes[at..])? + 1, NONE)),
            Format::PhpBinary => {
                let length = usize::from(*bytes.get(at)?);
                (length <= 127).then_some((at + 1 + length, NONE))
            }
            _ if bytes.get(at)? == &b'i' => {
                let end = leaf(bytes, at)?;
                let number = number(&bytes[at + 2..end - 1])?;
                Some((end, u32::try_from(number).unwrap_or(NONE)))
            }
            _ => {
                let (begin, end) = (bytes.get(at)? == &b's').then(|| quoted(bytes, at))??;
                number(&bytes[begin..end]).is_none().then_some((expect(bytes, end, b"\";")?, NONE))
            }
        }
    }

    /// What a key says, without what surrounds it.
    pub fn name(self, key: &[u8]) -> &[u8] {
        let cut = |from, less| key.get(from..key.len() - less).unwrap_or(key);
        match self {
            Format::Php => cut(0, 1),
            Format::PhpBinary => cut(1, 0),
            _ if key.starts_with(b"i") => cut(2, 1),
            _ => cut(memchr::memchr(b'"', key).map_or(0, |quote| quote + 1), 2),
        }
    }

    /// What stands before the entries of a session, and which number the first of them has.
    pub fn open(self, out: &mut Vec<u8>, count: usize) -> u32 {
        if self != ARRAY {
            return 1;
        }
        let _ = write!(out, "a:{count}:{{");
        2
    }

    /// What stands behind them.
    pub fn close(self, out: &mut Vec<u8>) {
        if self == ARRAY {
            out.push(b'}');
        }
    }
}

/// The integer that PHP makes of a key: only one way of writing it counts.
fn number(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let plain = match digits {
        b"0" => text == b"0",
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    plain.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// Whether the keys are 0, 1, 2, …
pub fn is_list(level: &Level) -> bool {
    level.iter().enumerate().all(|(place, entry)| entry.index as usize == place)
}

impl Reader<'_> {
    pub fn bytes(&self, from: u32, to: u32) -> &[u8] {
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    pub fn kind(&self, entry: &Entry) -> u8 {
        self.bytes.get(entry.value as usize).copied().unwrap_or_default()
    }

    /// The entries of an array, which was read with the session. None where it cannot be taken apart.
    pub fn level(&self, array: &Entry) -> Option<Level> {
        let end = array.end as usize - 1;
        let (_, mut at) = head(self.bytes, array.value as usize)?;
        let (mut first, mut node) = (array.first + 1, array.node + 1);
        let mut level = Level::new();
        while at < end {
            let start = at as u32;
            let (value, index) = ARRAY.key(self.bytes, at)?;
            let mut entry = Entry { start, value: value as u32, end: 0, first, past: first, node, index, twin: NONE };
            match self.kind(&entry) {
                b'a' | b'O' => {
                    let inside = self.nodes.get(node as usize)?;
                    (at, node) = (inside.end as usize, inside.next);
                    entry.past += inside.numbers;
                }
                kind => {
                    at = leaf(self.bytes, value)?;
                    entry.past += u32::from(kind != b'R');
                }
            }
            (entry.end, first) = (at as u32, entry.past);
            level.push(entry);
        }
        Some(level)
    }
}
