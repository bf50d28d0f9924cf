//! Which entries of three levels belong together: by their keys, and by what refers to what.

use std::collections::HashMap;
use std::slice;

use super::level::{Entry, Level, NONE};
use super::reader::{Meaning, Reader, Token};

/// The three sides of a merge, in the order of all arrays of three.
pub const BASE: usize = 0;
pub const MINE: usize = 1;
pub const STORED: usize = 2;

/// What tells entries of one level apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    Key,
    /// The value: the list is a set.
    Value,
    /// The place in base's list; what lies beyond it is nobody else's.
    Place,
}

/// Three levels, and what of them belongs together.
#[derive(Default)]
pub struct Three {
    pub levels: [Level; 3],
    /// The entries of each thing that has a key: a side that does not have it has [`NONE`].
    pub things: Vec<[u32; 3]>,
    /// Which thing each entry of a side is.
    pub thing_of: [Vec<u32>; 3],
    /// Things that refer to each other are one unit, named by one of them. Empty where nothing does.
    unit_of: Vec<u32>,
    /// A unit's entries, in their side's order.
    members: Vec<[Vec<u32>; 3]>,
}

impl Three {
    /// Finds which entries are the same thing. None where a side has one twice.
    pub fn pair(readers: [&Reader; 3], levels: &[Level; 3], by: By) -> Option<Three> {
        let key = |side: usize, entry: u32| {
            let Entry { start, value, end, .. } = levels[side][entry as usize];
            if by == By::Value { readers[side].bytes(value, end) } else { readers[side].bytes(start, value) }
        };
        let key_of = |thing: &[u32; 3]| {
            let side = thing.iter().position(|&entry| entry != NONE).unwrap_or(BASE);
            key(side, thing[side])
        };
        let all = |things: &Vec<[u32; 3]>| {
            let all: HashMap<_, _> = things.iter().map(key_of).zip(0..).collect();
            (all.len() == things.len()).then_some(all)
        };
        let count = levels[BASE].len() as u32;
        let mut things: Vec<_> = (0..count).map(|entry| [entry, NONE, NONE]).collect();
        let mut thing_of = [(0..count).collect(), Vec::new(), Vec::new()];
        // Mostly all sides have the same keys in the same order, and nothing has to be looked up.
        let mut known = if by == By::Value { Some(all(&things)?) } else { None };
        for side in [MINE, STORED] {
            let mut next = 0;
            for entry in 0..levels[side].len() as u32 {
                let new = things.len() as u32;
                let thing = if by == By::Place {
                    if entry < count { entry } else { new }
                } else if things.get(next as usize).is_some_and(|thing| key_of(thing) == key(side, entry)) {
                    next
                } else {
                    if known.is_none() {
                        known = Some(all(&things)?);
                    }
                    *known.as_mut()?.entry(key(side, entry)).or_insert(new)
                };
                if thing == new {
                    things.push([NONE; 3]);
                }
                let place = &mut things[thing as usize][side];
                if *place != NONE {
                    return None;
                }
                *place = entry;
                thing_of[side].push(thing);
                next = thing + 1;
            }
        }
        Some(Three { things, thing_of, ..Three::default() })
    }

    /// Finds the units.
    pub fn unite(&mut self, readers: [&Reader; 3]) {
        let mut above: Vec<u32> = (0..self.things.len() as u32).collect();
        let top = |above: &mut Vec<u32>, mut thing: u32| {
            while above[thing as usize] != thing {
                let next = above[above[thing as usize] as usize];
                above[thing as usize] = next;
                thing = next;
            }
            thing
        };
        for side in 0..3 {
            for (entry, thing) in self.levels[side].iter().zip(&self.thing_of[side]) {
                for token in readers[side].tokens(entry.value, entry.end) {
                    let Meaning::Link(target) = token.meaning else { continue };
                    let Some(other) = self.named(side, target) else { continue };
                    let (a, b) = (top(&mut above, *thing), top(&mut above, self.thing_of[side][other]));
                    above[a as usize] = b;
                }
            }
        }
        self.members.resize_with(self.things.len(), Default::default);
        for side in 0..3 {
            for (entry, &thing) in (0..).zip(&self.thing_of[side]) {
                self.members[top(&mut above, thing) as usize][side].push(entry);
            }
        }
        self.unit_of = (0..above.len() as u32).map(|thing| top(&mut above, thing)).collect();
    }

    /// The entry with the value that has a number.
    pub fn named(&self, side: usize, number: u32) -> Option<usize> {
        let entry = self.levels[side].partition_point(|entry| entry.past <= number);
        (self.levels[side].get(entry)?.first <= number).then_some(entry)
    }

    pub fn unit_of(&self, thing: u32) -> u32 {
        self.unit_of.get(thing as usize).copied().unwrap_or(thing)
    }

    /// The entries of a unit, side by side.
    pub fn members(&self, unit: u32) -> [&[u32]; 3] {
        let things = &self.things[unit as usize];
        [BASE, MINE, STORED].map(|side| match self.members.get(unit as usize) {
            Some(members) => members[side].as_slice(),
            None if things[side] == NONE => &[],
            None => slice::from_ref(&things[side]),
        })
    }

    /// Whether base's list is the beginning of both others.
    pub fn only_appended(&self, readers: [&Reader; 3]) -> bool {
        (0..self.levels[BASE].len() as u32)
            .all(|thing| [MINE, STORED].iter().all(|&side| self.same(readers, thing, BASE, side)))
    }

    /// Whether two sides have the same in a unit, wherever it stands in their sessions.
    pub fn same(&self, readers: [&Reader; 3], unit: u32, one: usize, other: usize) -> bool {
        let members = self.members(unit);
        let (ones, others) = (members[one], members[other]);
        // What a link of a side names: the how many-th entry, and which number in it.
        let meant = |side: usize, token: &Token| match token.meaning {
            Meaning::Case(at, end) => (0, 0, readers[side].bytes(at, end)),
            Meaning::Link(target) => {
                let levels = &self.levels[side];
                let at = members[side].partition_point(|&entry| levels[entry as usize].past <= target);
                let entry = members[side].get(at).map(|&entry| levels[entry as usize]);
                match entry.filter(|entry| entry.first <= target) {
                    Some(entry) => (at, target - entry.first, readers[side].bytes(token.at, token.at + 1)),
                    // A list to which both only appended is not cut into units: how far it is from the list's begin.
                    None => {
                        (usize::MAX, target.wrapping_sub(levels[0].first), readers[side].bytes(token.at, token.at + 1))
                    }
                }
            }
        };
        let same = |(a, b): (&u32, &u32)| {
            let (x, y) = (self.levels[one][*a as usize], self.levels[other][*b as usize]);
            if self.thing_of[one][*a as usize] != self.thing_of[other][*b as usize] {
                return false;
            }
            let (xs, ys) = (readers[one].tokens(x.value, x.end), readers[other].tokens(y.value, y.end));
            let (mut left, mut right) = (x.value, y.value);
            for (s, t) in xs.iter().zip(ys) {
                let plain = readers[one].bytes(left, s.at) == readers[other].bytes(right, t.at);
                if !plain || meant(one, s) != meant(other, t) {
                    return false;
                }
                (left, right) = (s.end, t.end);
            }
            xs.len() == ys.len() && readers[one].bytes(left, x.end) == readers[other].bytes(right, y.end)
        };
        ones.len() == others.len() && ones.iter().zip(others).all(same)
    }
}
