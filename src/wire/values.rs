//! The values of a row, and how the protocol writes lengths.

use std::ops::{Deref, DerefMut, Range};

use crate::error::{Error, Result};

/// A row of the text protocol, as it came.
#[derive(Debug)]
pub struct Row(pub(super) Vec<u8>);

impl Row {
    /// Its values in their order, `None` for NULL.
    pub fn values(&self) -> Values<'_> {
        Values {
            row: &self.0,
            at: 0,
        }
    }

    /// The bytes from `at` on, without copying them.
    pub fn into_tail(self, at: usize) -> Tail {
        let till = self.0.len();
        Tail {
            bytes: self.0,
            from: at.min(till),
            till,
        }
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
        Tail {
            bytes,
            from: 0,
            till,
        }
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
}

impl<'a> Values<'a> {
    /// The next value, which has to be there; `None` for NULL.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where the row ends before.
    pub fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        if self.row.get(self.at) == Some(&0xfb) {
            self.at += 1;
            return Ok(None);
        }
        let range = self.range()?;
        Ok(self.row.get(range))
    }

    /// The next value as a number that is not negative.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is none, or NULL.
    pub fn number(&mut self) -> Result<u64> {
        let digits = self.bytes()?.unwrap_or_default();
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
        let range = self.range()?;
        if range.end != self.row.len() {
            return Err(Error::Nonsense("a row of another shape".into()));
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
            .ok_or_else(|| Error::Nonsense("a row that ends too early".into()))?;
        self.at = end;
        Ok(at..end)
    }
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
    Ok(digits
        .iter()
        .rev()
        .fold(0, |number, digit| number << 8 | u64::from(*digit)))
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
