//! The time limits of a socket that the mysql crate owns: a number is all that there is of it. The tests have this file, too, where they have
//! no PHP.

use std::io;
use std::os::fd::{BorrowedFd, RawFd};
use std::time::Duration;

use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::time::TimeVal;

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
