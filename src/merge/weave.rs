//! The merge itself: level by level, what becomes of each unit, and the result as it is written.

use std::fmt::Write as _;
use std::io::Write as _;
use std::mem;

use super::level::{ARRAY, Entry, Format, Level, is_list};
use super::pairs::{BASE, By, MINE, STORED, Three};
use super::reader::{Meaning, Reader, Token};

/// How many conflicts are named, and how many characters a key and all keys of one place may have.
const NAMED: usize = 12;
const KEY: usize = 64;
const PLACE: usize = 256;

/// One entry of the result.
#[derive(Clone, Copy)]
enum Step {
    /// As it is on a side.
    Copy(usize, u32),
    /// An array that both changed: what is in it is merged.
    Enter(u32),
}

/// A level that is being written.
struct Frame {
    three: Three,
    list: bool,
    steps: Vec<Step>,
    next: usize,
    /// The numbers that the entries of each side have in the result; empty where nothing refers to anything.
    placed: [Vec<u32>; 3],
}

pub struct Weave<'a> {
    format: Format,
    readers: [&'a Reader<'a>; 3],
    /// Whether anything refers to anything on any side.
    links: bool,
    out: Vec<u8>,
    /// The next number that a value gets.
    number: u32,
    /// The levels around the one that is being written, outermost first.
    around: Vec<Frame>,
    pub conflicts: Vec<String>,
    pub conflict_count: usize,
}

impl<'a> Weave<'a> {
    pub fn new(format: Format, readers: [&'a Reader<'a>; 3]) -> Weave<'a> {
        let links = readers.iter().any(|reader| reader.links);
        let (out, around, conflicts) = (Vec::new(), Vec::new(), Vec::new());
        Weave { format, readers, links, out, number: 1, around, conflicts, conflict_count: 0 }
    }

    /// The merged session. None where the outermost level cannot be merged.
    pub fn session(&mut self, levels: [Level; 3]) -> Option<Vec<u8>> {
        let linked = |side: &&Reader| side.tokens.iter().any(|token| token.meaning == Meaning::Link(1));
        if self.links
            && (self.readers.iter().any(|side| side.custom) || self.format == ARRAY && self.readers.iter().any(linked))
        {
            return None;
        }
        let mut frame = self.frame(levels)?;
        self.out.reserve(self.readers[MINE].bytes.len().max(self.readers[STORED].bytes.len()) + 1024);
        self.number = self.format.open(&mut self.out, frame.steps.len());
        loop {
            let Some(&step) = frame.steps.get(frame.next) else {
                let Some(outer) = self.around.pop() else { break };
                ARRAY.close(&mut self.out);
                frame = outer;
                continue;
            };
            frame.next += 1;
            let thing = match step {
                Step::Copy(side, entry) => {
                    self.copy(&mut frame, side, entry);
                    continue;
                }
                Step::Enter(thing) => thing,
            };
            let inside = self.inside(&frame, thing);
            let mine = frame.three.things[thing as usize][MINE];
            self.around.push(frame);
            let inner = inside.and_then(|levels| self.frame(levels));
            if inner.is_none() {
                self.conflict(None);
            }
            frame = self.around.pop()?;
            match inner {
                Some(inner) => {
                    self.key(&frame, MINE, mine);
                    ARRAY.open(&mut self.out, inner.steps.len());
                    self.number += 1;
                    self.around.push(mem::replace(&mut frame, inner));
                }
                None => self.copy(&mut frame, MINE, mine),
            }
        }
        self.format.close(&mut self.out);
        Some(mem::take(&mut self.out))
    }

    /// What is in an array of all three sides; in none, where base has no array there.
    fn inside(&self, frame: &Frame, thing: u32) -> Option<[Level; 3]> {
        let mut levels = [const { Level::new() }; 3];
        for (side, reader) in self.readers.iter().enumerate() {
            let entry = frame.three.things[thing as usize][side];
            let Some(entry) = frame.three.levels[side].get(entry as usize) else { continue };
            if reader.kind(entry) == b'a' {
                // Whoever has the whole array has what is in it.
                let whole = |token: &Token| token.meaning == Meaning::Link(entry.first);
                if reader.tokens(entry.value, entry.end).iter().any(whole) {
                    return None;
                }
                levels[side] = reader.level(entry)?;
            }
        }
        Some(levels)
    }

    /// Decides what of three levels is in the result. None where they are one leaf.
    fn frame(&mut self, levels: [Level; 3]) -> Option<Frame> {
        let readers = self.readers;
        let list = levels.iter().all(is_list);
        let scalar = |(side, level): (usize, &Level)| {
            level.iter().all(|entry| matches!(readers[side].kind(entry), b'N' | b'b' | b'i' | b'd' | b's'))
        };
        let set = list && levels.iter().enumerate().all(scalar);
        let shorter = |side: usize| levels[side].len() < levels[BASE].len();
        let mut three = match set.then(|| Three::pair(readers, &levels, By::Value)).flatten() {
            Some(set) => set,
            None if !list => Three::pair(readers, &levels, By::Key)?,
            None if shorter(MINE) && shorter(STORED) => return None,
            None => Three::pair(readers, &levels, By::Place)?,
        };
        let placed = levels.each_ref().map(|level| if self.links { vec![0; level.len()] } else { Vec::new() });
        three.levels = levels;
        if self.links && !(list && three.only_appended(readers)) {
            three.unite(readers);
        }
        let mut steps = Vec::with_capacity(three.things.len());
        let mut done = vec![false; three.things.len()];
        for side in [STORED, MINE] {
            for &thing in &three.thing_of[side] {
                let unit = three.unit_of(thing);
                if !mem::replace(&mut done[unit as usize], true) {
                    self.decide(&three, unit, &mut steps);
                }
            }
        }
        Some(Frame { three, list, steps, next: 0, placed })
    }

    /// Whoever changed a unit has it.
    fn decide(&mut self, three: &Three, unit: u32, steps: &mut Vec<Step>) {
        let same = |one, other| three.same(self.readers, unit, one, other);
        let members = three.members(unit);
        let side = if same(BASE, MINE) {
            STORED
        } else if same(BASE, STORED) {
            MINE
        } else if same(MINE, STORED) {
            STORED
        } else {
            let array = |side: usize| match members[side] {
                &[entry] => self.readers[side].kind(&three.levels[side][entry as usize]) == b'a',
                _ => false,
            };
            if members[BASE].len() < 2 && array(MINE) && array(STORED) {
                return steps.push(Step::Enter(unit));
            }
            let named = [MINE, STORED, BASE].into_iter().find_map(|side| Some((side, *members[side].first()?)));
            self.conflict(named.map(|(side, entry)| (side, three.levels[side][entry as usize])));
            MINE
        };
        steps.extend(members[side].iter().map(|&entry| Step::Copy(side, entry)));
    }

    /// Notes that both changed what is in the innermost level, under a key or as a whole.
    fn conflict(&mut self, last: Option<(usize, Entry)>) {
        self.conflict_count += 1;
        if self.conflicts.len() >= NAMED {
            return;
        }
        let around = self.around.iter().filter_map(|frame| match frame.steps.get(frame.next.checked_sub(1)?)? {
            Step::Copy(..) => None,
            Step::Enter(thing) => {
                let entry = frame.three.things[*thing as usize][MINE];
                Some((MINE, frame.three.levels[MINE][entry as usize]))
            }
        });
        let mut place = String::new();
        for (depth, (side, entry)) in around.chain(last).enumerate() {
            let format = if depth == 0 { self.format } else { ARRAY };
            let name = format.name(self.readers[side].bytes(entry.start, entry.value));
            let name = String::from_utf8_lossy(&name[..name.len().min(4 * KEY)]);
            let mut shown: String = name.chars().take(KEY).flat_map(char::escape_debug).collect();
            if name.chars().nth(KEY).is_some() {
                shown.push('…');
            }
            if place.len() > PLACE {
                place.push_str("[…]");
                break;
            }
            if depth == 0 {
                place = shown;
            } else {
                let _ = write!(place, "[{shown}]");
            }
        }
        self.conflicts.push(place);
    }

    fn key(&mut self, frame: &Frame, side: usize, entry: u32) {
        let place = frame.next - 1;
        if frame.list && place != entry as usize {
            let _ = write!(self.out, "i:{place};");
            return;
        }
        let entry = frame.three.levels[side][entry as usize];
        self.out.extend_from_slice(self.readers[side].bytes(entry.start, entry.value));
    }

    /// Writes an entry as it is, with what its links are called in the result.
    fn copy(&mut self, frame: &mut Frame, side: usize, entry: u32) {
        self.key(frame, side, entry);
        let three = &frame.three;
        if self.links {
            let thing = three.thing_of[side][entry as usize];
            for (placed, &entry) in frame.placed.iter_mut().zip(&three.things[thing as usize]) {
                if let Some(placed) = placed.get_mut(entry as usize) {
                    *placed = self.number;
                }
            }
        }
        let (reader, entry) = (self.readers[side], three.levels[side][entry as usize]);
        let mut at = entry.value;
        for token in reader.tokens(entry.value, entry.end) {
            self.out.extend_from_slice(reader.bytes(at, token.at));
            at = token.end;
            match token.meaning {
                Meaning::Case(from, to) => self.out.extend_from_slice(reader.bytes(from, to)),
                Meaning::Link(target) => {
                    let named = three.named(side, target);
                    let number = named.map(|at| frame.placed[side][at] + target - three.levels[side][at].first);
                    self.out.extend_from_slice(reader.bytes(token.at, token.at + 2));
                    let _ = write!(self.out, "{};", number.unwrap_or(target));
                }
            }
        }
        self.out.extend_from_slice(reader.bytes(at, entry.end));
        self.number += entry.past - entry.first;
    }
}
