//! How a session's data lies in its row: as PHP serialised it, compressed, encrypted, or compressed and then
//! encrypted. The row's column `codec` says which, so that rows of all kinds can stand in one table.
//!
//! Encrypted data is `key id (4 bytes) · nonce (12) · AES-256-GCM ciphertext · tag (16)`. Authenticated with it
//! are the row's id, its version and its codec: data that was taken from another row, or kept from an earlier
//! version of this one, is refused. Compressed data is one zstd frame with a checksum.
//!
//! [`keys`] reads the keys and encrypts, [`zstd`] compresses. Plain data is passed on as it is.

pub mod keys;
mod zstd;

use std::borrow::Cow;
use std::sync::Arc;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::sid::SessionId;
use keys::Keys;

/// The codec of a row whose data is what PHP serialised, unchanged.
pub const PLAIN: u8 = 0;
/// The bit of compressed data.
const COMPRESSED: u8 = 1;
/// The bit of encrypted data.
const ENCRYPTED: u8 = 2;

/// The row that data belongs to.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub sid: &'a SessionId,
    pub version: u64,
}

/// What goes into a row.
pub struct Stored<'a> {
    pub codec: u8,
    pub data: Cow<'a, [u8]>,
}

/// How this request reads and writes.
pub struct Codec {
    /// The first of them encrypts.
    keys: Option<Arc<Keys>>,
    /// Rows that are not encrypted are refused.
    required: bool,
    /// Data of so many bytes or more is compressed.
    compress_from: Option<usize>,
}

impl Codec {
    /// As the directives say, and the keys as their file was within the last second.
    ///
    /// # Errors
    /// [`Error::Config`] where there is a key file and this thread has never read a key from it.
    pub fn of(config: &Config) -> Result<Codec> {
        Ok(Codec {
            keys: match config.encryption_key_file.as_str() {
                "" => None,
                path => Some(keys::current(path)?),
            },
            required: config.encryption_required,
            compress_from: config.compress_from,
        })
    }

    /// What is stored of `data` in the row at `place`. Plain data is borrowed.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn encode<'a>(&self, place: Place<'_>, data: &'a [u8]) -> Result<Stored<'a>> {
        let mut stored = Stored { codec: PLAIN, data: Cow::Borrowed(data) };
        if self.compress_from.is_some_and(|from| data.len() >= from)
            && let Some(smaller) = zstd::compress(data)
        {
            stored.codec |= COMPRESSED;
            stored.data = Cow::Owned(smaller);
        }
        if let Some(keys) = &self.keys {
            stored.codec |= ENCRYPTED;
            let sealed = keys.seal(&context(place, stored.codec), place.sid, &stored.data)?;
            stored.data = Cow::Owned(sealed);
        }
        Ok(stored)
    }

    /// Makes of a row's data what PHP serialised. After an error it is of no use, except after
    /// [`Error::UnknownKey`], when it is as it was.
    ///
    /// # Errors
    /// [`Error::UnknownCodec`], [`Error::NotEncrypted`], [`Error::UnknownKey`], [`Error::Tampered`] and
    /// [`Error::BadFrame`]: nothing that is not exactly what was written gets through, except for plain rows
    /// and rows that are only compressed, whose data anybody who can write the table can make.
    pub fn decode(&self, place: Place<'_>, codec: u8, data: &mut Vec<u8>) -> Result<()> {
        if codec & !(COMPRESSED | ENCRYPTED) != 0 {
            return Err(Error::UnknownCodec(codec));
        }
        if codec & ENCRYPTED != 0 {
            let opened = keys::open(self.keys.as_deref(), &context(place, codec), place.sid, data)?;
            data.truncate(opened.end);
            data.drain(..opened.start);
        } else if self.required {
            return Err(Error::NotEncrypted);
        }
        if codec & COMPRESSED != 0 {
            *data = zstd::decompress(data)?;
        }
        Ok(())
    }
}

/// What is authenticated beside the data: digest, version, codec. All have fixed lengths, so no two rows have the same.
fn context(place: Place<'_>, codec: u8) -> [u8; 41] {
    let mut context = [0; 41];
    context[..32].copy_from_slice(place.sid.digest());
    context[32..40].copy_from_slice(&place.version.to_be_bytes());
    context[40] = codec;
    context
}

#[cfg(test)]
mod tests;
