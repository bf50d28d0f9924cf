//! What the rest of rustdb needs of the system and cannot have without `unsafe`: memory that a process shares with its
//! children, and the time limits of a socket that the mysql crate owns.

use std::io;
use std::mem::size_of;
use std::os::fd::{BorrowedFd, RawFd};
use std::ptr;
use std::time::Duration;

use nix::libc::{MAP_ANONYMOUS, MAP_FAILED, MAP_SHARED, PROT_READ, PROT_WRITE, c_int, mmap};
use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::time::TimeVal;

use crate::held::Board;

/// A new board, for good; none where the system has no memory.
pub fn board() -> Option<&'static Board> {
    const NO_FILE: c_int = -1;
    let (protection, flags) = (PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS);
    // SAFETY: new memory at a place that the system chooses touches nobody's.
    let memory = unsafe { mmap(ptr::null_mut(), size_of::<Board>(), protection, flags, NO_FILE, 0) };
    // SAFETY: the memory is as large as a board, aligned to a page, full of zeros, which are valid numbers, and never given back. Who
    // shares it, in this process and others, reads and writes it as atomic numbers only.
    (memory != MAP_FAILED).then(|| unsafe { &*memory.cast::<Board>() })
}

/// Bounds each read and write on a connected socket.
///
/// # Errors
/// As the system says.
pub fn set_timeouts(socket: RawFd, limit: Duration) -> io::Result<()> {
    // SAFETY: the number is that of a connection which the caller borrows for this call (`db::conn`), so that it stays open.
    let socket = unsafe { BorrowedFd::borrow_raw(socket) };
    let limit = TimeVal::new(limit.as_secs() as i64, limit.subsec_micros().into());
    setsockopt(&socket, sockopt::ReceiveTimeout, &limit)?;
    Ok(setsockopt(&socket, sockopt::SendTimeout, &limit)?)
}
