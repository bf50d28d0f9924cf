//! The values of a row, as text or, from a prepared statement, in binary, and how the protocol writes lengths.
//!
//! Sources: the MySQL Internals manual, "Text Protocol", "Binary Protocol Resultset Row" and "Column Definition Packet".

use std::ops::{Deref, DerefMut, Range};
use std::sync::Arc;

use crate::error::{Error, Result};

/// How a prepared statement's column comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// A little-endian integer of that many bytes.
    Integer { bytes: usize, signed: bool },
    /// Bytes behind their length.
    Bytes,
}

impl Column {
    /// Takes the type out of a column's description.
    pub(super) fn described(packet: &[u8]) -> Result<Column> {
        const UNSIGNED: u8 = 0x20;
        let mut at = 0;
        // The catalog, and the schema's, the table's and the column's name with and without an alias.
        for _ in 0..6 {
            let length = length_encoded(packet, &mut at)?;
            at = usize::try_from(length).ok().and_then(|length| at.checked_add(length)).ok_or_else(no_column)?;
        }
        // The length of the rest, the character set, the column's length, its type and flags.
        let Some(&[12, _, _, _, _, _, _, kind, flags, ..]) = packet.get(at..) else {
            return Err(no_column());
        };
        let bytes = match kind {
            0x01 => 1,
            0x02 | 0x0d => 2,
            0x03 | 0x09 => 4,
            0x08 => 8,
            0x00 | 0x06 | 0x0f | 0x10 | 0xf5..=0xff => return Ok(Column::Bytes),
            _ => {
                return Err(Error::Nonsense("a column of a type that rustdb does not use".into()));
            }
        };
        Ok(Column::Integer { bytes, signed: flags & UNSIGNED == 0 })
    }
}

/// A row as it came.
#[derive(Debug)]
pub struct Row {
    bytes: Vec<u8>,
    /// What a prepared statement's columns are; none for a row of text.
    columns: Option<Arc<[Column]>>,
}

impl Row {
    /// A row of the text protocol.
    pub(super) fn of_text(bytes: Vec<u8>) -> Row {
        Row { bytes, columns: None }
    }

    /// A row of the binary protocol, with as many columns as it is long enough to say which are NULL.
    pub(super) fn of_binary(bytes: Vec<u8>, columns: Arc<[Column]>) -> Result<Row> {
        if bytes.first() != Some(&0) || bytes.len() < 1 + nulls(columns.len()) {
            return Err(short());
        }
        Ok(Row { bytes, columns: Some(columns) })
    }

    /// Its values in their order, `None` for NULL.
    pub fn values(&self) -> Values<'_> {
        let columns = self.columns.as_deref();
        Values { row: &self.bytes, at: columns.map_or(0, |columns| 1 + nulls(columns.len())), columns, next: 0 }
    }

    /// The bytes from `at` on, without copying them.
    pub fn into_tail(self, at: usize) -> Tail {
        let till = self.bytes.len();
        Tail { bytes: self.bytes, from: at.min(till), till }
    }
}

/// The end of a packet: a large value that stands last in its row, or what was made of it.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    bytes: Vec<u8>,
    from: usize,
    till: usize,
}

impl Tail {
    /// A value that came in no packet.
    pub fn of(bytes: Vec<u8>) -> Tail {
        let till = bytes.len();
        Tail { bytes, from: 0, till }
    }

    /// Leaves only a part of the value, without moving it.
    pub fn keep(&mut self, part: Range<usize>) {
        self.till = (self.from + part.end).min(self.till);
        self.from = (self.from + part.start).min(self.till);
    }
}

impl Deref for Tail {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(self.from..self.till).unwrap_or_default()
    }
}

impl DerefMut for Tail {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.from..self.till).unwrap_or_default()
    }
}

/// Goes through the values of a [`Row`].
pub struct Values<'a> {
    row: &'a [u8],
    /// Where the next value begins.
    at: usize,
    columns: Option<&'a [Column]>,
    /// The number of the next value.
    next: usize,
}

impl<'a> Values<'a> {
    /// The next value, which has to be there; `None` for NULL.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where the row ends before.
    pub fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        match self.column()? {
            Some(Column::Bytes) => {
                let range = self.range()?;
                Ok(self.row.get(range))
            }
            Some(Column::Integer { .. }) => Err(Error::Nonsense("a number in place of text".into())),
            None => Ok(None),
        }
    }

    /// What the next value is; none for NULL, which has none.
    fn column(&mut self) -> Result<Option<Column>> {
        let Some(columns) = self.columns else {
            if self.row.get(self.at) == Some(&0xfb) {
                self.at += 1;
                return Ok(None);
            }
            return Ok(Some(Column::Bytes));
        };
        let column = *columns.get(self.next).ok_or_else(short)?;
        // The first two bits stand for nothing.
        let bit = self.next + 2;
        self.next += 1;
        let null = self.row.get(1 + bit / 8).ok_or_else(short)? >> (bit % 8) & 1;
        Ok((null == 0).then_some(column))
    }

    /// The next value as a number that is not negative.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is none, or NULL.
    pub fn number(&mut self) -> Result<u64> {
        let digits = match self.column()? {
            Some(Column::Integer { bytes, signed }) => {
                let end = self.at + bytes;
                let value = self.row.get(self.at..end).ok_or_else(short)?;
                self.at = end;
                if signed && value.last().is_some_and(|byte| byte & 0x80 != 0) {
                    return Err(no_number());
                }
                let mut number = [0; 8];
                number[..bytes].copy_from_slice(value);
                return Ok(u64::from_le_bytes(number));
            }
            Some(Column::Bytes) => {
                let range = self.range()?;
                self.row.get(range).unwrap_or_default()
            }
            None => return Err(no_number()),
        };
        // 19 digits always fit: the sums need no checks then.
        if (1..20).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) {
            let add = |number, digit: &u8| number * 10 + u64::from(digit - b'0');
            return Ok(digits.iter().fold(0, add));
        }
        let mut number = 0_u64;
        for digit in digits {
            let value = digit.wrapping_sub(b'0');
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(value)))
                .filter(|_| value < 10)
                .ok_or_else(no_number)?;
        }
        if digits.is_empty() {
            return Err(no_number());
        }
        Ok(number)
    }

    /// The next value as text; NULL is empty.
    ///
    /// # Errors
    /// As [`Values::bytes`].
    pub fn text(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.bytes()?.unwrap_or_default()).into_owned())
    }

    /// Where the last value of the row stands in it, for [`Row::into_tail`].
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is not the last one.
    pub fn tail(&mut self) -> Result<usize> {
        let other = || Error::Nonsense("a row of another shape".into());
        let Some(Column::Bytes) = self.column()? else {
            return Err(other());
        };
        let range = self.range()?;
        if range.end != self.row.len() {
            return Err(other());
        }
        Ok(range.start)
    }

    fn range(&mut self) -> Result<Range<usize>> {
        let mut at = self.at;
        let length = length_encoded(self.row, &mut at)?;
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length))
            .filter(|end| *end <= self.row.len())
            .ok_or_else(short)?;
        self.at = end;
        Ok(at..end)
    }
}

/// The bytes of a binary row that say which of its values are NULL.
fn nulls(columns: usize) -> usize {
    (columns + 2).div_ceil(8)
}

fn short() -> Error {
    Error::Nonsense("a row that ends too early".into())
}

fn no_column() -> Error {
    Error::Nonsense("a description of no column".into())
}

fn no_number() -> Error {
    Error::Nonsense("a value that is no number".into())
}

/// An integer of 1 to 9 bytes whose first byte tells its length; `at` moves behind it.
pub(super) fn length_encoded(bytes: &[u8], at: &mut usize) -> Result<u64> {
    let short = || Error::Nonsense("a packet that ends too early".into());
    let first = *bytes.get(*at).ok_or_else(short)?;
    let length = match first {
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        0xfb | 0xff => return Err(Error::Nonsense("a length that is none".into())),
        small => {
            *at += 1;
            return Ok(u64::from(small));
        }
    };
    let digits = bytes.get(*at + 1..*at + 1 + length).ok_or_else(short)?;
    *at += 1 + length;
    Ok(digits.iter().rev().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

pub(super) fn push_length(to: &mut Vec<u8>, length: usize) {
    let bytes = (length as u64).to_le_bytes();
    match length {
        0..=0xfa => to.push(bytes[0]),
        0xfb..=0xffff => to.extend_from_slice(&[0xfc, bytes[0], bytes[1]]),
        0x1_0000..=0xff_ffff => to.extend_from_slice(&[0xfd, bytes[0], bytes[1], bytes[2]]),
        _ => {
            to.push(0xfe);
            to.extend_from_slice(&bytes);
        }
    }
}
