//! What a format knows: how a session, and an array in it, is cut into entries, and how it is written.

use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;

use super::json;
use super::reader::{Meaning, Reader, Token, expect, head, leaf, quoted};

/// How a session's bytes are written; PHP's by their names in `session.serialize_handler`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `name|value` and again.
    Php,
    /// One array.
    PhpSerialize,
    /// A byte for the name's length, the name, the value, and again.
    PhpBinary,
    /// One object or array, as PHP reads it: `{"0":…}` is a list, too, and `[]` has no kind.
    Json,
    /// igbinary, msgpack, …: nobody here can take it apart.
    Opaque,
}

/// No such entry, no such number.
pub const NONE: u32 = u32::MAX;

/// A key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

/// The entries of a session, or of an array in it.
#[derive(Clone)]
pub struct Level<'a> {
    /// How they are written.
    pub format: Format,
    pub reader: &'a Reader<'a>,
    pub entries: Vec<Entry>,
}

impl Format {
    pub fn named(name: &str) -> Format {
        match name {
            "php" => Format::Php,
            "php_serialize" => Format::PhpSerialize,
            "php_binary" => Format::PhpBinary,
            "json" => Format::Json,
            _ => Format::Opaque,
        }
    }

    /// How the arrays in it are written.
    pub fn arrays(self) -> Format {
        if self == Format::Json { Format::Json } else { Format::PhpSerialize }
    }

    /// Reads a whole session; what is the same as in base's (`like`) is not read again.
    pub fn read<'a>(self, bytes: &'a [u8], like: Option<&'a Reader<'a>>) -> Option<(Reader<'a>, Vec<Entry>)> {
        if bytes.len() >= NONE as usize || self == Format::Opaque {
            return None;
        }
        let mut reader = Reader::new(bytes, like);
        if self == Format::Json && !bytes.is_empty() {
            json::is_sound(bytes).then_some(())?;
            return Some((reader, json_entries(bytes, 0..bytes.len())?));
        }
        if self == Format::PhpSerialize && !bytes.is_empty() {
            (bytes[0] == b'a' && reader.read(0)? == bytes.len()).then_some(())?;
            let (end, past) = (bytes.len() as u32, reader.numbers + 1);
            let entries = reader.inside(&Entry { start: 0, value: 0, end, first: 1, past, node: 0, index: NONE })?;
            return Some((reader, entries));
        }
        let entries = self.cut(bytes, 0..bytes.len(), 1, 0, |value, first, node| {
            let end = reader.read(value)?;
            (*first, *node) = (reader.numbers + 1, reader.nodes.len() as u32);
            Some(end)
        })?;
        Some((reader, entries))
    }

    /// Cuts a part of a session into its entries. `pass` says where a value ends, and moves on the number and the node
    /// of the next.
    fn cut(
        self,
        bytes: &[u8],
        part: Range<usize>,
        mut first: u32,
        mut node: u32,
        mut pass: impl FnMut(usize, &mut u32, &mut u32) -> Option<usize>,
    ) -> Option<Vec<Entry>> {
        let mut entries = Vec::with_capacity(part.len() / 32);
        let mut at = part.start;
        while at < part.end {
            let (value, index) = self.key(bytes, at)?;
            let mut entry = Entry { start: at as u32, value: value as u32, end: 0, first, past: 0, node, index };
            at = pass(value, &mut first, &mut node)?;
            (entry.end, entry.past) = (at as u32, first);
            entries.push(entry);
        }
        (at == part.end).then_some(entries)
    }

    /// Where the key at `at` ends, and which number it is. None where PHP would make another key of it.
    fn key(self, bytes: &[u8], at: usize) -> Option<(usize, u32)> {
        match self {
            Format::Php => Some((at + bytes[at..].iter().position(|&byte| byte == b'|')? + 1, NONE)),
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
        let (begin, end) = match self {
            Format::Json => (0, 0),
            Format::Php => (0, 1),
            Format::PhpBinary => (1, 0),
            _ => match key.iter().position(|&byte| byte == b'"') {
                Some(quote) => (quote + 1, 2),
                None => (2, 1),
            },
        };
        key.get(begin..key.len() - end).unwrap_or(key)
    }

    /// Writes what stands before so many entries. PHP writes an array that is empty as a list.
    pub fn open(self, out: &mut Vec<u8>, count: usize, list: bool) {
        match self {
            Format::PhpSerialize => drop(write!(out, "a:{count}:{{")),
            Format::Json => out.push(if list || count == 0 { b'[' } else { b'{' }),
            _ => {}
        }
    }

    /// Writes what stands behind them.
    pub fn close(self, out: &mut Vec<u8>, count: usize, list: bool) {
        match self {
            Format::PhpSerialize => out.push(b'}'),
            Format::Json => out.push(if list || count == 0 { b']' } else { b'}' }),
            _ => {}
        }
    }

    /// Writes the key of the entry at a place. `key` is as it stands on its side, and `place` is the key in a list.
    pub fn key_at(self, out: &mut Vec<u8>, key: &[u8], index: u32, place: usize, list: bool) {
        if self == Format::Json {
            if place > 0 {
                out.push(b',');
            }
            match key {
                _ if list => {}
                b"" => drop(write!(out, "\"{index}\":")),
                key => out.extend_from_slice(key),
            }
        } else if list && place != index as usize {
            let _ = write!(out, "i:{place};");
        } else {
            out.extend_from_slice(key);
        }
    }
}

/// The entries of an object or an array in JSON. They have no numbers: nothing there refers to anything.
fn json_entries(bytes: &[u8], within: Range<usize>) -> Option<Vec<Entry>> {
    let at = |place: usize| (within.start + place) as u32;
    let mut entries = Vec::new();
    for (key, value) in json::entries(bytes.get(within.clone())?)? {
        let (start, value, end) = (at(key.start), at(value.start), at(value.end));
        let mut entry = Entry { start, value, end, first: 0, past: 0, node: 0, index: entries.len() as u32 };
        if start < value {
            let name = json::name(&bytes[start as usize..value as usize])?;
            entry.index = number(&name).and_then(|number| u32::try_from(number).ok()).unwrap_or(NONE);
        }
        entries.push(entry);
    }
    Some(entries)
}

/// The integer that PHP makes of a key: only one way of writing it counts.
fn number(text: &[u8]) -> Option<i64> {
    let (sign, digits) = text.strip_prefix(b"-").map_or((1, text), |digits| (-1, digits));
    match digits {
        b"0" if sign > 0 => Some(0),
        [b'1'..=b'9', ..] => digits.iter().try_fold(0, |number: i64, digit| {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            number.checked_mul(10)?.checked_add(sign * digit)
        }),
        _ => None,
    }
}

impl<'a> Level<'a> {
    pub fn key(&self, entry: u32) -> &'a [u8] {
        let Entry { start, value, .. } = self.entries[entry as usize];
        self.reader.bytes(start, value)
    }

    /// What tells a key from others: JSON has several ways to write one.
    pub fn identity(&self, entry: u32) -> Cow<'a, [u8]> {
        let key = self.key(entry);
        if self.format != Format::Json {
            return Cow::Borrowed(key);
        }
        json::name(key).unwrap_or_else(|| Cow::Owned(self.entries[entry as usize].index.to_string().into_bytes()))
    }

    pub fn value(&self, entry: u32) -> &'a [u8] {
        let Entry { value, end, .. } = self.entries[entry as usize];
        self.reader.bytes(value, end)
    }

    /// What kind of value it is, as the first byte says in PHP's formats. An enum's case that comes again is written like
    /// a reference to it.
    pub fn kind(&self, entry: u32) -> Option<u8> {
        if self.format == Format::Json {
            return json::kind(self.value(entry));
        }
        let Entry { value, end, .. } = self.entries[entry as usize];
        match self.reader.tokens(value, end).first() {
            Some(Token { at, meaning: Meaning::Case(..), .. }) if *at == value => Some(b'E'),
            _ => self.value(entry).first().copied(),
        }
    }

    /// A value's bytes up to each token, and behind the last.
    pub fn pieces(&self, entry: u32) -> impl Iterator<Item = (&'a [u8], Option<&'a Token>)> + use<'a> {
        let (Entry { value, end, .. }, reader) = (self.entries[entry as usize], self.reader);
        let mut from = value;
        reader.tokens(value, end).iter().map(Some).chain([None]).map(move |token| {
            let piece = reader.bytes(from, token.map_or(end, |token| token.at));
            from = token.map_or(end, |token| token.end);
            (piece, token)
        })
    }

    /// The entry that has a number, and which of its numbers that is.
    pub fn numbered(&self, number: u32) -> Option<(u32, u32)> {
        let at = self.entries.partition_point(|entry| entry.past <= number);
        Some((at as u32, number.checked_sub(self.entries.get(at)?.first)?))
    }

    /// The pieces of a value that refers to nothing, each with the enum's case behind it, however that is written.
    pub fn cases(&self, entry: u32) -> impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a> {
        let reader = self.reader;
        self.pieces(entry).map(move |(piece, token)| match token.map(|token| token.meaning) {
            Some(Meaning::Case(from, to)) => (piece, reader.bytes(from, to)),
            _ => (piece, &b""[..]),
        })
    }

    /// Whether the keys are 0, 1, 2, …
    pub fn is_list(&self) -> bool {
        self.entries.iter().zip(0..).all(|(entry, place)| entry.index == place)
    }

    /// What is in an array, if it can be taken apart.
    pub fn inside(&self, array: u32) -> Option<Level<'a>> {
        let (format, reader, entry) = (self.format.arrays(), self.reader, &self.entries[array as usize]);
        let entries = match format {
            Format::Json => json_entries(reader.bytes, entry.value as usize..entry.end as usize)?,
            _ => reader.inside(entry)?,
        };
        Some(Level { format, reader, entries })
    }
}

impl Reader<'_> {
    /// The entries of an array. None where it cannot be taken apart, and where something refers to the whole of it: who
    /// has the array then has what is in it.
    fn inside(&self, array: &Entry) -> Option<Vec<Entry>> {
        let whole = |token: &Token| token.meaning == Meaning::Link(array.first);
        if self.tokens(array.value, array.end).iter().any(whole) {
            return None;
        }
        let part = head(self.bytes, array.value as usize)?.1..array.end as usize - 1;
        Format::PhpSerialize.cut(self.bytes, part, array.first + 1, array.node + 1, |value, first, node| {
            let kind = self.bytes.get(value)?;
            if !matches!(kind, b'a' | b'O') {
                *first += u32::from(*kind != b'R');
                return leaf(self.bytes, value);
            }
            let inside = self.nodes.get(*node as usize)?;
            *first += inside.numbers;
            *node = inside.next;
            Some(inside.end as usize)
        })
    }
}
