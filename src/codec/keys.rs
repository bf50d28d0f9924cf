//! The keys of `rustdb.encryption_key_file`, and encryption with them.
//!
//! No session is encrypted with a key of the file itself: each has a key of its own, which HKDF (RFC 5869) makes of
//! the file's key and the row's id. A random nonce of 96 bits may be used for some 2^32 messages under one key (NIST
//! SP 800-38D, 8.3); a site with 1,000 writes in a second has made as many in 50 days. So that limit is each session's
//! own, and no session is written that often.

use std::cell::RefCell;
use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{hkdf, hmac};

use crate::config::secret_file::{self, Stamp};
use crate::error::{Error, Result};
use crate::random::random_bytes;
use crate::sid::SessionId;

const DIRECTIVE: &str = "rustdb.encryption_key_file";

/// Bytes of a key's public name.
const ID: usize = 4;
/// Bytes in front of the ciphertext.
const HEAD: usize = ID + NONCE_LEN;
/// Bytes of the tag behind it.
const TAG: usize = 16;

/// How long the keys are used before the file is looked at again: a change is seen within that time, at the next
/// session_start(), by each process (and each thread of a ZTS PHP).
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// `openssl rand -base64 32` and its like, with the `=` at the end or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One key of the file.
struct Key {
    /// What rows name it by; it tells nothing of the key.
    id: [u8; ID],
    secret: hkdf::Prk,
}

impl Key {
    fn new(secret: &[u8; 32]) -> Key {
        let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), b"rustdb key id");
        let mut id = [0; ID];
        id.copy_from_slice(&mac.as_ref()[..ID]);
        Key { id, secret: hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, secret) }
    }

    /// The key of one session.
    fn of(&self, sid: &SessionId) -> Result<LessSafeKey> {
        let info = [b"rustdb session".as_slice(), sid.digest()];
        let derived = self.secret.expand(&info, &AES_256_GCM);
        let derived = derived.map_err(|_| Error::Panic("no key for a session".into()))?;
        Ok(LessSafeKey::new(UnboundKey::from(derived)))
    }
}

/// All keys of a file; there is at least one.
pub struct Keys(Vec<Key>);

impl Keys {
    /// Parses a file: a key on each line, as base64 of 32 bytes; blank lines and lines that begin with `#` are
    /// passed over.
    ///
    /// # Errors
    /// Which line is wrong, and never what it says.
    pub fn parse(text: &str) -> Result<Keys, String> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let decoded = BASE64.decode(line).ok();
            let secret: Option<[u8; 32]> = decoded.and_then(|bytes| bytes.try_into().ok());
            let Some(secret) = secret else {
                return Err(format!("line {} is not 32 bytes in base64 (openssl rand -base64 32)", number + 1));
            };
            keys.push(Key::new(&secret));
        }
        if keys.is_empty() {
            return Err("the file has no key (openssl rand -base64 32)".into());
        }
        Ok(Keys(keys))
    }

    /// The public names of all keys, the encrypting one's first.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|key| hex(&key.id))
    }

    /// Encrypts with the first key.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn seal(&self, context: &[u8], sid: &SessionId, data: &[u8]) -> Result<Vec<u8>> {
        let failed = || Error::Panic("encryption failed".into());
        let key = self.0.first().ok_or_else(failed)?;
        let nonce: [u8; NONCE_LEN] = random_bytes()?;
        let mut sealed = Vec::with_capacity(HEAD + data.len() + TAG);
        sealed.extend_from_slice(&key.id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(data);
        let tag = key
            .of(sid)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut sealed[HEAD..])
            .map_err(|_| failed())?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }
}

/// Decrypts in place, and says where in `sealed` the plain data lies.
///
/// # Errors
/// [`Error::UnknownKey`], and [`Error::Tampered`] where anything is not as it was written.
pub fn open(keys: Option<&Keys>, context: &[u8], sid: &SessionId, sealed: &mut [u8]) -> Result<Range<usize>> {
    if sealed.len() < HEAD + TAG {
        return Err(Error::Tampered);
    }
    let (head, body) = sealed.split_at_mut(HEAD);
    let (id, nonce) = head.split_at(ID);
    let unknown = || Error::UnknownKey { id: hex(id), configured: keys.is_some() };
    let found = keys.and_then(|keys| keys.0.iter().find(|key| key.id == *id));
    let key = found.ok_or_else(unknown)?.of(sid)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Tampered)?;
    let opened = key.open_in_place(nonce, Aad::from(context), body);
    let length = opened.map_err(|_| Error::Tampered)?.len();
    Ok(HEAD..HEAD + length)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a thread knows of one key file.
struct Keyring {
    path: String,
    /// The last keys that could be read.
    keys: Option<Arc<Keys>>,
    /// The file as it was looked at last.
    stamp: Option<Stamp>,
    looked: Instant,
    /// Why the file as it is now cannot be used.
    trouble: Option<Error>,
    /// The trouble is new and nobody has been told.
    untold: bool,
}

thread_local! {
    /// One for each key file that this thread's requests have named.
    static KEYRINGS: RefCell<Vec<Keyring>> = const { RefCell::new(Vec::new()) };
}

/// The keys of a file, which is looked at once a second and read again where it has changed. Where it cannot be used
/// any more the keys read last stay in use, and [`take_trouble`] tells it once.
///
/// # Errors
/// [`Error::Config`] where this thread has never read a key from it.
pub fn current(path: &str) -> Result<Arc<Keys>> {
    with_ring(path, |ring| {
        if ring.looked.elapsed() >= LOOK_EVERY {
            ring.look();
        }
        ring.keys
            .clone()
            .ok_or_else(|| ring.trouble.clone().unwrap_or_else(|| Error::Panic("a key file that was not read".into())))
    })
}

/// Looks at the file at once: a row names a key that is not known. True where that has changed the keys.
pub fn look_again(path: &str) -> bool {
    with_ring(path, Keyring::look)
}

/// Why a file that has changed is not used, once for each change.
pub fn take_trouble(path: &str) -> Option<Error> {
    with_ring(path, |ring| {
        let untold = mem::take(&mut ring.untold) && ring.keys.is_some();
        ring.trouble.clone().filter(|_| untold)
    })
}

fn with_ring<T>(path: &str, work: impl FnOnce(&mut Keyring) -> T) -> T {
    KEYRINGS.with_borrow_mut(|rings| {
        let at = rings.iter().position(|ring| ring.path == path).unwrap_or_else(|| {
            let (path, looked) = (path.to_owned(), Instant::now());
            let mut ring = Keyring { path, keys: None, stamp: None, looked, trouble: None, untold: false };
            ring.look();
            rings.push(ring);
            rings.len() - 1
        });
        work(&mut rings[at])
    })
}

impl Keyring {
    /// Reads the file where it is not the one that was read last; true where there are new keys then.
    fn look(&mut self) -> bool {
        self.looked = Instant::now();
        let stamp = Some(Stamp::of(&self.path));
        if stamp == self.stamp {
            return false;
        }
        self.stamp = stamp;
        let read = secret_file::read(DIRECTIVE, &self.path).and_then(|file| {
            let refused = |expected| Error::Config { directive: DIRECTIVE, value: self.path.clone(), expected };
            Keys::parse(&file.0).map_err(refused)
        });
        self.untold = read.is_err();
        match read {
            Ok(keys) => (self.keys, self.trouble) = (Some(Arc::new(keys)), None),
            Err(trouble) => self.trouble = Some(trouble),
        }
        self.trouble.is_none()
    }
}

#[cfg(test)]
pub(super) mod tests;
