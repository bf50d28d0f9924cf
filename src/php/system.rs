//! Memory that a process shares with its children.

use std::mem::size_of;
use std::ptr;

use nix::libc::{MAP_ANONYMOUS, MAP_FAILED, MAP_SHARED, PROT_READ, PROT_WRITE, c_int, mmap};

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
