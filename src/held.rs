//! What a process holds at the moment, for its forked children: a child inherits the session that its parent had open at the fork, and
//! cannot learn from the database whether the parent still has it, or somebody else.
//!
//! So each lock and each lease puts a number on a [`Board`], memory that a process shares with the children that it will have, and
//! takes it off at its end. That costs no system call.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::process;

/// Places for numbers, zero where nothing stands. A place has room for one of the numbers that belong there; a thread holds one session,
/// mostly, and what does not find room is merely not known to children.
pub type Board = [AtomicU64; 512];

/// Gives a new board of zeros in memory that is shared with children: `src/php/` has it.
static MAKE: OnceLock<fn() -> Option<&'static Board>> = OnceLock::new();

/// Says where boards come from. Without one, children take what they inherit for given up.
pub fn boards_from(make: fn() -> Option<&'static Board>) {
    // The second time, when Apache starts, it is the same function.
    let _ = MAKE.set(make);
}

/// A board for what this process holds; none where there is no memory.
pub fn board() -> Option<&'static Board> {
    MAKE.get().and_then(|make| make())
}

/// A lock or a lease that this process holds as long as this lives.
pub struct Held {
    sign: Option<Sign>,
    process: u32,
}

/// Where to see whether it does, in this process and its children.
#[derive(Debug, Clone, Copy)]
pub struct Sign {
    place: &'static AtomicU64,
    number: u64,
}

impl Held {
    /// `number` is not zero, and nothing else that this process holds has the same.
    pub fn new(board: Option<&'static Board>, number: u64) -> Held {
        let sign = board.map(|board| Sign::on(board, number));
        if let Some(Sign { place, number }) = sign {
            place.store(number, Ordering::Relaxed);
        }
        Held { sign, process: process::id() }
    }

    pub fn sign(&self) -> Option<Sign> {
        self.sign
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // In a child it is a copy, and what is held is the parent's.
        if let Some(Sign { place, number }) = self.sign
            && self.process == process::id()
        {
            let _ = place.compare_exchange(number, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }
}

impl Sign {
    /// Where that number stands on a board.
    pub fn on(board: &'static Board, number: u64) -> Sign {
        let place = &board[(number % board.len() as u64) as usize];
        Sign { place, number }
    }

    /// Whether it is still held.
    pub fn is_up(self) -> bool {
        self.place.load(Ordering::Relaxed) == self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_is_up_as_long_as_what_it_stands_for_is_held() {
        let board: &'static Board = Box::leak(Box::new([const { AtomicU64::new(0) }; 512]));
        let held = Held::new(Some(board), 7);
        let sign = held.sign().unwrap();
        assert!(sign.is_up() && Sign::on(board, 7).is_up());
        assert!(!Sign::on(board, 8).is_up());
        // Another one that belongs to the same place.
        let next = Held::new(Some(board), 7 + 512);
        assert!(!sign.is_up());
        drop(held);
        assert!(next.sign().unwrap().is_up());
        drop(next);
        assert!(board.iter().all(|place| place.load(Ordering::Relaxed) == 0));
    }
}
