//! Random bytes for versions, lease owners and nonces.

use rand::TryRng as _;
use rand::rngs::SysRng;

use crate::error::{Error, Result};

/// Random bytes from the operating system: a generator of our own would repeat itself in a child after a
/// fork, and neither a version nor a lease's owner nor a nonce may ever repeat.
///
/// # Errors
/// When the system has none.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|error| Error::Panic(format!("no random numbers: {error}")))?;
    Ok(bytes)
}
