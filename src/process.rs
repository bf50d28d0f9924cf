//! Which process this is. It is asked at every step of a session, for nothing of a parent's may be used after a
//! fork; ten system calls per request, which a virtual machine may charge a microsecond each.

use std::sync::atomic::{AtomicU32, Ordering};

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
