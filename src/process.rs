//! Which process this is. It is asked at every step of a session, for nothing of a parent's may be used after a
//! fork; ten system calls per request, which a virtual machine may charge a microsecond each.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::unistd::{Uid, User};

/// 0 until [`remember`] was called: then the system is asked each time.
static ID: AtomicU32 = AtomicU32::new(0);

/// This process's number.
pub fn id() -> u32 {
    match ID.load(Ordering::Relaxed) {
        0 => std::process::id(),
        known => known,
    }
}

/// Asks the system, and keeps its answer for [`id`]. Whoever calls this sees to it that it is called again in each
/// forked child, before anything else runs there. It does nothing that a child of a process with threads may not do.
pub fn remember() {
    ID.store(std::process::id(), Ordering::Relaxed);
}

/// The effective user, whose rights count, as "user www-data (uid 33)".
pub fn user() -> String {
    let uid = Uid::effective();
    match User::from_uid(uid) {
        Ok(Some(user)) => format!("user {} (uid {uid})", user.name),
        _ => format!("uid {uid}"),
    }
}

/// An error of the system in its own words; where that is for want of rights, with whose.
pub fn denied(kind: io::ErrorKind, words: &str) -> String {
    match kind {
        io::ErrorKind::PermissionDenied => format!("{words}, as {}", user()),
        _ => words.to_owned(),
    }
}
