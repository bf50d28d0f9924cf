//! A session id: checked at the door, stored as a digest, shown only in part. [`signed`] knows those that rustdb made.

pub mod signed;

use std::cell::RefCell;
use std::fmt;

use ring::digest::{SHA256, digest};

use crate::error::{Error, Result};

/// The longest id that PHP makes (`session.sid_length` ends at 256 characters).
pub const MAX_LENGTH: usize = 256;

/// The characters of ids.
static IN_IDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut c = 0;
    while c < 256 {
        table[c] = (c as u8).is_ascii_alphanumeric() || c as u8 == b',' || c as u8 == b'-';
        c += 1;
    }
    table
};

thread_local! {
    /// The id that was asked for last: a request names it in each of its calls, and a digest costs as much
    /// as all the rest of a call.
    static LAST: RefCell<Option<(Text, SessionId)>> = const { RefCell::new(None) };
}

/// A whole id, without memory of its own.
struct Text {
    bytes: [u8; MAX_LENGTH],
    length: usize,
}

impl Text {
    fn of(id: &[u8]) -> Text {
        let mut bytes = [0; MAX_LENGTH];
        let length = id.len().min(MAX_LENGTH);
        bytes[..length].copy_from_slice(&id[..length]);
        Text { bytes, length }
    }

    fn is(&self, id: &[u8]) -> bool {
        self.bytes[..self.length] == *id
    }
}

/// A session id that PHP could have made.
///
/// The table holds its SHA-256 only, so a stolen table holds no usable session, and neither
/// collation, case nor length of the id matters to the server.
#[derive(Clone, Eq)]
pub struct SessionId {
    digest: [u8; 32],
    /// What a message may show: at most 8 characters and never more than half of the id.
    shown: [u8; 8],
    shown_length: u8,
}

/// By their digests, and by one memcmp(): a derived comparison goes byte by byte through all that there is.
impl PartialEq for SessionId {
    fn eq(&self, other: &SessionId) -> bool {
        self.digest[..] == other.digest[..]
    }
}

impl SessionId {
    /// Checks an id as `ps_files_valid_key` of php-src's mod_files.c does. PHP hands cookies'
    /// values over unchecked but for a few characters, so this is the door.
    ///
    /// # Errors
    /// [`Error::BadId`] when it is empty, longer than [`MAX_LENGTH`] or has other characters.
    pub fn parse(id: &[u8]) -> Result<SessionId> {
        LAST.with(|last| {
            let mut last = last.borrow_mut();
            match &*last {
                Some((known, sid)) if known.is(id) => Ok(sid.clone()),
                _ => {
                    let sid = SessionId::new(id)?;
                    *last = Some((Text::of(id), sid.clone()));
                    Ok(sid)
                }
            }
        })
    }

    fn new(id: &[u8]) -> Result<SessionId> {
        if id.is_empty() {
            return Err(Error::BadId("no characters"));
        }
        if id.len() > MAX_LENGTH {
            return Err(Error::BadId("more than 256 characters"));
        }
        if !id.iter().all(|c| IN_IDS[usize::from(*c)]) {
            return Err(Error::BadId("characters that no session id has"));
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, id).as_ref());
        let length = (id.len() / 2).min(8);
        let mut shown = [0; 8];
        shown[..length].copy_from_slice(&id[..length]);
        Ok(SessionId { digest: bytes, shown, shown_length: length as u8 })
    }

    /// The SHA-256 of the id: the table's primary key.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &c in &self.shown[..usize::from(self.shown_length)] {
            write!(f, "{}", char::from(c))?;
        }
        f.write_str("…")
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digest_is_the_sha256_of_the_id() {
        let sid = SessionId::parse(b"abc").unwrap();
        let hex: String = sid.digest().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn ids_of_1_to_256_characters_pass_and_others_do_not() {
        assert!(SessionId::parse(b"").is_err());
        assert!(SessionId::parse(b"a").is_ok());
        assert!(SessionId::parse(&[b'a'; 256]).is_ok());
        assert!(SessionId::parse(&[b'a'; 257]).is_err());
    }

    #[test]
    fn forged_ids_are_refused() {
        for id in ["../etc", "a b", "a'b", "a\0b", "ä", "a;DROP", "a_b", "a\n"] {
            assert!(SessionId::parse(id.as_bytes()).is_err(), "{id:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_only_when_php_could_have_made_them(id in prop::collection::vec(any::<u8>(), 0..300)) {
            let fine = (1..=256).contains(&id.len())
                && id.iter().all(|c| c.is_ascii_alphanumeric() || *c == b',' || *c == b'-');
            prop_assert_eq!(SessionId::parse(&id).is_ok(), fine);
        }

        #[test]
        fn messages_never_show_more_than_half_of_an_id(id in "[a-zA-Z0-9,-]{1,256}") {
            let shown = SessionId::parse(id.as_bytes()).unwrap().to_string();
            let prefix = shown.trim_end_matches('…');
            prop_assert!(id.starts_with(prefix));
            prop_assert!(prefix.len() <= 8 && prefix.len() <= id.len() / 2);
        }
    }
}
