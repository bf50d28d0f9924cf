//! A session id: checked at the door, stored as a digest, shown only in part. [`signed`] knows those that rustdb made.

pub mod signed;

use std::cell::RefCell;
use std::fmt;

use ring::digest::{SHA256, digest};

use crate::error::{Error, Result};

/// The longest id that PHP makes (`session.sid_length` ends at 256 characters).
pub const MAX_LENGTH: usize = 256;

thread_local! {
    /// The id that was asked for last: a request names it in each of its calls, and a digest costs as much as all the rest of a call.
    static LAST: RefCell<Option<(Vec<u8>, SessionId)>> = const { RefCell::new(None) };
}

/// A session id that PHP could have made.
///
/// The table holds its SHA-256 only, so a stolen table holds no usable session, and neither
/// collation, case nor length of the id matters to the server.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId {
    digest: [u8; 32],
    /// What a message may show: at most 8 characters and never more than half of the id. Zeros follow.
    shown: [u8; 8],
}

impl SessionId {
    /// Checks an id as `ps_files_valid_key` of php-src's mod_files.c does. PHP hands cookies'
    /// values over unchecked but for a few characters, so this is the door.
    ///
    /// # Errors
    /// [`Error::BadId`] when it is empty, longer than [`MAX_LENGTH`] or has other characters.
    pub fn parse(id: &[u8]) -> Result<SessionId> {
        LAST.with_borrow_mut(|last| match last {
            Some((known, sid)) if known == id => Ok(sid.clone()),
            _ => {
                let sid = SessionId::new(id)?;
                *last = Some((id.to_vec(), sid.clone()));
                Ok(sid)
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
        if !id.iter().all(|c| c.is_ascii_alphanumeric() || matches!(c, b',' | b'-')) {
            return Err(Error::BadId("characters that no session id has"));
        }
        let mut sid = SessionId { digest: [0; 32], shown: [0; 8] };
        sid.digest.copy_from_slice(digest(&SHA256, id).as_ref());
        let length = (id.len() / 2).min(8);
        sid.shown[..length].copy_from_slice(&id[..length]);
        Ok(sid)
    }

    /// The SHA-256 of the id: the table's primary key.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.shown.iter().take_while(|c| **c != 0);
        write!(f, "{}…", shown.map(|c| char::from(*c)).collect::<String>())
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
