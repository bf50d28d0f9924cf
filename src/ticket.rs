//! Tickets: a session handed from one domain to another by a value that is good once and for a short time.
//!
//! A ticket is 256 random bits, and the table that it stands in does not hold it: the row is found by a digest of the ticket, and the
//! session id in it is encrypted under a key that only the ticket gives. Who reads the table, a backup or a binary log learns neither.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::digest::{Context, SHA256};
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::db::{Pool, PooledLink};
use crate::error::{Error, Failure, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;
use crate::side_table::work_on;
use crate::store::ticket::{self as store, Taken};

/// A ticket. It cannot be printed by mistake.
pub struct Ticket([u8; 32]);

impl Ticket {
    fn new() -> Result<Ticket> {
        random_bytes().map(Ticket)
    }

    /// None for what no ticket looks like: 43 characters, in the one spelling that these 256 bits have.
    fn parse(text: &[u8]) -> Option<Ticket> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Ticket)
    }

    fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The row's key. Digest and key have different beginnings, so that neither tells of the other.
    fn row(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(b"rustdb ticket row\0");
        context.update(&self.0);
        let mut id = [0; 32];
        id.copy_from_slice(context.finish().as_ref());
        id
    }

    /// The key of one ticket seals one session id, once: its nonce may be a constant.
    fn key(&self) -> Result<(LessSafeKey, Nonce)> {
        let secret = Salt::new(HKDF_SHA256, b"rustdb ticket").extract(&self.0);
        let key = secret.expand(&[b"session id"], &AES_256_GCM).map_err(bug)?;
        let key = LessSafeKey::new(UnboundKey::from(key));
        Ok((key, Nonce::assume_unique_for_key([0; 12])))
    }

    fn seal(&self, session_id: &[u8]) -> Result<Vec<u8>> {
        let (key, nonce) = self.key()?;
        let mut sealed = session_id.to_vec();
        key.seal_in_place_append_tag(nonce, Aad::empty(), &mut sealed).map_err(bug)?;
        Ok(sealed)
    }

    /// None where the row is not as it was stored.
    fn open(&self, mut sealed: Vec<u8>) -> Result<Option<Vec<u8>>> {
        let (key, nonce) = self.key()?;
        let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed);
        Ok(opened.ok().map(|id| id.to_vec()))
    }
}

/// Issues a ticket for a session id, good for `seconds`.
///
/// # Errors
/// When it is not known to be stored.
pub fn issue(pool: &Pool, lock_wait: u64, session_id: &[u8], seconds: u64) -> Result<String, Failure> {
    work_on(pool, store::SUFFIX, lock_wait, "issue a ticket", |link| {
        // Only what session_start() would take comes back from a ticket.
        SessionId::parse(session_id)?;
        let ticket = Ticket::new()?;
        let (row, sealed) = (ticket.row(), ticket.seal(session_id)?);
        match pool.first(link, lock_wait, |link| store::insert(link, &pool.config, &row, &sealed, seconds)) {
            // ER_DUP_ENTRY: the answer to a first attempt was lost. Nobody else makes this number.
            Ok(()) | Err(Error::Server { code: 1062, .. }) => {}
            Err(cause) => return Err(cause),
        }
        if !link.has_tickets {
            pool.tables_changed();
        }
        Ok(ticket.text())
    })
}

/// The session id of a ticket, for the one of all callers that uses it first; none where it is unknown, used or
/// expired, or where the session has another id by now or was ended.
///
/// # Errors
/// When the server could not be asked, or when it is not known who has used the ticket.
pub fn redeem(pool: &Pool, lock_wait: u64, text: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    let Some(ticket) = Ticket::parse(text) else {
        return Ok(None);
    };
    work_on(pool, store::SUFFIX, lock_wait, "redeem a ticket", |link| {
        let row = ticket.row();
        let Some(sealed) = pool.first(link, lock_wait, |link| store::find(link, &pool.config, &row))? else {
            return Ok(None);
        };
        let id = ticket.open(sealed)?.ok_or(Error::TicketChanged)?;
        let sid = SessionId::parse(&id).map_err(|_| Error::TicketChanged)?;
        let taken = take(pool, link, lock_wait, &row, &sid)?;
        // Who started the session of an id that was given up would find it empty.
        Ok((taken.first && !taken.given_up).then_some(id))
    })
}

/// Deletes the ticket. An answer that was lost is settled by trying again: who deletes it then is the first. Where
/// nothing is left to delete, it may have been us, and the ticket counts as lost.
fn take(pool: &Pool, link: &mut PooledLink, lock_wait: u64, row: &[u8; 32], sid: &SessionId) -> Result<Taken> {
    // It was asked for the ticket: what ends it now ends no new connection.
    link.reused = true;
    let mut lost = None;
    let taken = pool.first(link, lock_wait, |link| {
        store::take(link, &pool.config, row, sid).inspect_err(|cause| {
            if matches!(cause, Error::Gone(_) | Error::Stalled(_)) {
                lost = Some(cause.to_string());
            }
        })
    });
    match (taken, lost) {
        (Ok(taken), Some(cause)) if !taken.first => Err(Error::Unsettled(cause)),
        (Err(_), Some(cause)) => Err(Error::Unsettled(cause)),
        (taken, _) => taken,
    }
}

/// Keys and buffers of the right length are all that these operations ask for.
fn bug(_: ring::error::Unspecified) -> Error {
    Error::Panic("the cipher refused".into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_ticket_is_43_characters_that_need_no_escaping_in_a_url() {
        let text = Ticket::new().unwrap().text();
        assert_eq!(text.len(), 43);
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        assert!(text.bytes().all(plain), "{text}");
        assert_eq!(Ticket::parse(text.as_bytes()).unwrap().text(), text);
    }

    #[test]
    fn only_the_ticket_itself_opens_what_it_sealed() {
        let (ticket, other) = (Ticket([7; 32]), Ticket([8; 32]));
        let sealed = ticket.seal(b"the-session-id").unwrap();
        assert_eq!(sealed.len(), 14 + 16);
        assert_eq!(ticket.open(sealed.clone()).unwrap().unwrap(), b"the-session-id");
        assert!(other.open(sealed.clone()).unwrap().is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(ticket.open(changed).unwrap().is_none(), "byte {at}");
        }
        assert!(ticket.open(Vec::new()).unwrap().is_none());
    }

    #[test]
    fn the_row_tells_nothing_of_the_ticket_or_the_session_id() {
        let ticket = Ticket([7; 32]);
        assert_ne!(ticket.row(), ticket.0);
        let plain = ring::digest::digest(&SHA256, &ticket.0);
        assert_ne!(ticket.row(), plain.as_ref());
        let sealed = ticket.seal(b"the-session-id").unwrap();
        assert!(!sealed.windows(4).any(|part| b"the-session-id".windows(4).any(|p| p == part)));
    }

    proptest! {
        #[test]
        fn what_is_taken_for_a_ticket_has_one_spelling(text in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(ticket) = Ticket::parse(&text) {
                prop_assert_eq!(ticket.text().into_bytes(), text);
            }
        }

        #[test]
        fn another_spelling_of_a_ticket_is_none(last in "[A-Za-z0-9_-]") {
            let text = format!("{}{last}", "A".repeat(42));
            // The last character holds four bits; the two that are over must be 0.
            let fine = Ticket::parse(text.as_bytes()).is_some_and(|ticket| ticket.text() == text);
            prop_assert_eq!(Ticket::parse(text.as_bytes()).is_some(), fine);
        }
    }
}
