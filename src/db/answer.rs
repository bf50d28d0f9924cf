//! What a server says to one statement: how many rows it found, or rows.

use mysql::Value;

use crate::error::{Error, Result};

/// Bytes that a value takes beside its own.
const OVERHEAD: usize = size_of::<Value>();

/// What the server said to one statement of a packet.
#[derive(Debug)]
pub enum Reply {
    /// Rows found by an UPDATE or DELETE (found, not changed: the flag CLIENT_FOUND_ROWS is on).
    Done(u64),
    Rows(Vec<Row>),
}

/// A row, whose values are read in their order.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    pub(super) fn of(row: mysql::Row) -> Row {
        Row(row.unwrap())
    }

    /// Bytes of memory that it takes.
    pub(super) fn size(&self) -> usize {
        let bytes = self.0.iter().map(|value| match value {
            Value::Bytes(bytes) => bytes.len() + OVERHEAD,
            _ => OVERHEAD,
        });
        OVERHEAD + bytes.sum::<usize>()
    }

    pub fn values(&self) -> Values<'_> {
        Values(self.0.iter())
    }

    /// The last value, without copying it.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is not bytes.
    pub fn into_last(mut self) -> Result<Vec<u8>> {
        match self.0.pop() {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => Err(Error::Nonsense("a row of another shape".into())),
        }
    }
}

/// Goes through the values of a [`Row`].
pub struct Values<'a>(std::slice::Iter<'a, Value>);

impl<'a> Values<'a> {
    fn next(&mut self) -> Result<&'a Value> {
        self.0.next().ok_or_else(|| Error::Nonsense("a row that ends too early".into()))
    }

    /// The next value, which has to be there; `None` for NULL.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where the row ends before, or there is a number.
    pub fn bytes(&mut self) -> Result<Option<&'a [u8]>> {
        match self.next()? {
            Value::NULL => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(Error::Nonsense("a number in place of text".into())),
        }
    }

    /// The next value as a number that is not negative, whether it came as digits or, from a prepared statement, as such.
    ///
    /// # Errors
    /// [`Error::Nonsense`] where it is none, or NULL.
    pub fn number(&mut self) -> Result<u64> {
        let number = match self.next()? {
            Value::UInt(number) => Some(*number),
            Value::Int(number) => u64::try_from(*number).ok(),
            // A plus sign would do for a number, and no server writes one.
            Value::Bytes(digits) => std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()),
            _ => None,
        };
        number.ok_or_else(|| Error::Nonsense("a value that is no number".into()))
    }

    /// The next value as text; NULL is empty.
    ///
    /// # Errors
    /// As [`Values::bytes`].
    pub fn text(&mut self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.bytes()?.unwrap_or_default()).into_owned())
    }
}
