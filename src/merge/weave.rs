//! The merge itself: level by level, what becomes of each unit, and the result as it is written.

use std::io::Write as _;
use std::mem;

use super::level::{Format, Level, NONE};
use super::pairs::{BASE, MINE, STORED, Three};
use super::reader::Meaning;

/// How many conflicts are named, and about how many characters a key and all keys of one place may have.
const NAMED: usize = 12;
const KEY: usize = 64;
const PLACE: usize = 256;

/// How many levels deep arrays are merged inside; the next are leaves. Each level looks at all that is in it, and so what
/// somebody nests a thousand times on purpose would take seconds.
const LEVELS: usize = 100;

/// One entry of the result.
#[derive(Clone, Copy)]
enum Step {
    /// As it is on a side.
    Copy(usize, u32),
    /// An array that both changed: what is in it is merged.
    Enter(u32),
}

/// A level that is being written.
struct Frame<'a> {
    three: Three<'a>,
    /// What it is called in a conflict; the session itself has no name.
    place: Option<String>,
    steps: Vec<Step>,
    next: usize,
    /// The numbers that the entries of each side have in the result; empty where nothing refers to anything.
    placed: [Vec<u32>; 3],
}

impl Frame<'_> {
    /// How the level is written.
    fn format(&self) -> Format {
        self.three.levels[MINE].format
    }
}

pub struct Weave {
    /// Whether anything refers to anything on any side.
    links: bool,
    out: Vec<u8>,
    /// The next number that a value gets.
    number: u32,
    pub conflicts: Vec<String>,
    pub conflict_count: usize,
}

impl Weave {
    pub fn new() -> Weave {
        Weave { links: false, out: Vec::new(), number: 1, conflicts: Vec::new(), conflict_count: 0 }
    }

    /// The merged session. None where the session is one leaf.
    pub fn session(&mut self, levels: [Level; 3]) -> Option<Vec<u8>> {
        self.links = levels.iter().any(|level| level.reader.links);
        if self.links && levels.iter().any(|level| level.reader.custom) {
            return None;
        }
        self.out.reserve(levels.iter().map(|level| level.reader.bytes.len()).max()? + 1024);
        let mut around = Vec::new();
        let mut frame = self.frame(levels, None)?;
        self.number = 1 + u32::from(frame.format() == Format::PhpSerialize);
        frame.format().open(&mut self.out, frame.steps.len(), frame.three.list);
        loop {
            frame.next += 1;
            match frame.steps.get(frame.next - 1) {
                Some(&Step::Copy(side, entry)) => self.copy(&mut frame, side, entry),
                Some(&Step::Enter(thing)) => {
                    let side = if frame.three.members(thing, MINE).is_empty() { STORED } else { MINE };
                    let entry = frame.three.things[thing as usize][side];
                    let place = self.place(&frame.place, &frame.three.levels[side], entry);
                    let inside = if around.len() < LEVELS { inside(&frame.three, thing) } else { None };
                    let Some(inner) = inside.and_then(|levels| self.frame(levels, Some(place.clone()))) else {
                        self.conflict(|_| place);
                        self.copy(&mut frame, side, entry);
                        continue;
                    };
                    self.key(&frame, side, entry);
                    inner.format().open(&mut self.out, inner.steps.len(), inner.three.list);
                    self.number += 1;
                    around.push(mem::replace(&mut frame, inner));
                }
                None => {
                    frame.format().close(&mut self.out, frame.steps.len(), frame.three.list);
                    let Some(outer) = around.pop() else { break };
                    frame = outer;
                }
            }
        }
        Some(mem::take(&mut self.out))
    }

    /// Decides what of three levels is in the result. None where they are one leaf.
    fn frame<'a>(&mut self, levels: [Level<'a>; 3], place: Option<String>) -> Option<Frame<'a>> {
        let numbers = |level: &Level| if self.links { vec![0; level.entries.len()] } else { Vec::new() };
        let placed = levels.each_ref().map(numbers);
        let three = Three::of(levels, self.links)?;
        let mut steps = Vec::with_capacity(three.things.len());
        let mut done = vec![false; three.things.len()];
        for side in three.order {
            for &thing in &three.thing_of[side] {
                let unit = three.unit_of(thing);
                if mem::replace(&mut done[unit as usize], true) {
                    continue;
                }
                // Whoever changed a unit has it.
                let from = if three.same(unit, BASE, MINE) {
                    STORED
                } else if three.same(unit, BASE, STORED) {
                    MINE
                } else if three.same(unit, MINE, STORED) {
                    STORED
                } else if self.enters(&three, unit) {
                    steps.push(Step::Enter(unit));
                    continue;
                } else {
                    let side = if three.members(unit, MINE).is_empty() { STORED } else { MINE };
                    let named = three.members(unit, side).first();
                    self.conflict(|weave| weave.place(&place, &three.levels[side], named.copied().unwrap_or_default()));
                    MINE
                };
                steps.extend(three.members(unit, from).iter().map(|&entry| Step::Copy(from, entry)));
            }
        }
        Some(Frame { three, place, steps, next: 0, placed })
    }

    /// Whether what both changed is merged inside.
    fn enters(&self, three: &Three, unit: u32) -> bool {
        let arrays = |sides: [usize; 2]| sides.iter().all(|&side| array(three, unit, side));
        match [BASE, MINE, STORED].map(|side| three.members(unit, side).len()) {
            _ if three.list || three.is_two(unit) => false,
            [0 | 1, 1, 1] => arrays([MINE, STORED]),
            // What was taken away is gone, and what was appended stays.
            [1, 0, 1] => !self.links && arrays([BASE, STORED]) && three.appended(unit, STORED),
            [1, 1, 0] => !self.links && arrays([BASE, MINE]) && three.appended(unit, MINE),
            _ => false,
        }
    }

    /// Notes that both changed what is in a place.
    fn conflict(&mut self, place: impl FnOnce(&Weave) -> String) {
        self.conflict_count += 1;
        if self.conflicts.len() < NAMED {
            self.conflicts.push(place(self));
        }
    }

    /// What an entry is called, for a log.
    fn place(&self, around: &Option<String>, level: &Level, entry: u32) -> String {
        let key = level.identity(entry);
        let name = level.format.name(&key);
        let name = String::from_utf8_lossy(&name[..name.len().min(4 * KEY)]);
        let more = if name.chars().nth(KEY).is_some() { "…" } else { "" };
        let name = name.chars().take(KEY).flat_map(char::escape_debug);
        match around {
            None => name.chain(more.chars()).collect(),
            Some(around) if around.len() > PLACE => format!("{}[…]", around.trim_end_matches("[…]")),
            Some(around) => format!("{around}[{}{more}]", name.collect::<String>()),
        }
    }

    fn key(&mut self, frame: &Frame, side: usize, entry: u32) {
        let (three, place) = (&frame.three, frame.next - 1);
        let level = &three.levels[side];
        let index = level.entries[entry as usize].index;
        frame.format().key_at(&mut self.out, level.key(entry), index, place, three.list);
    }

    /// Writes an entry as it is, with what its links are called in the result.
    fn copy(&mut self, frame: &mut Frame, side: usize, entry: u32) {
        self.key(frame, side, entry);
        let Frame { three, placed, .. } = frame;
        let level = &three.levels[side];
        if self.links {
            for (placed, &entry) in placed.iter_mut().zip(&three.things[three.thing_of[side][entry as usize] as usize])
            {
                if entry != NONE {
                    placed[entry as usize] = self.number;
                }
            }
        }
        for (piece, token) in level.pieces(entry) {
            self.out.extend_from_slice(piece);
            match token.map(|token| token.meaning) {
                Some(Meaning::Case(from, to)) => self.out.extend_from_slice(level.reader.bytes(from, to)),
                Some(Meaning::Link(target)) => {
                    let named = level.numbered(target).map(|(entry, number)| placed[side][entry as usize] + number);
                    let _ = write!(self.out, "{}", named.unwrap_or(target));
                }
                None => {}
            }
        }
        let entry = level.entries[entry as usize];
        self.number += entry.past - entry.first;
    }
}

/// Whether a unit is an array on one side.
fn array(three: &Three, unit: u32, side: usize) -> bool {
    matches!(three.members(unit, side), &[entry] if three.levels[side].kind(entry) == Some(b'a'))
}

/// What is in an array of all three sides; in none, where base has no array there.
fn inside<'a>(three: &Three<'a>, thing: u32) -> Option<[Level<'a>; 3]> {
    let of = |side: usize| match array(three, thing, side) {
        true => three.levels[side].inside(three.things[thing as usize][side]),
        false => {
            let Level { format, reader, .. } = three.levels[side];
            Some(Level { format: format.arrays(), reader, entries: Vec::new() })
        }
    };
    Some([of(BASE)?, of(MINE)?, of(STORED)?])
}
