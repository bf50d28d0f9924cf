//! Which entries of three levels belong together: by their keys, and by what refers to what.

use std::borrow::Cow;
use std::collections::HashMap;
use std::slice;

use super::level::{Level, NONE};
use super::reader::{Meaning, Token};

/// The three sides of a merge, in the order of all arrays of three.
pub const BASE: usize = 0;
pub const MINE: usize = 1;
pub const STORED: usize = 2;

/// What tells the entries of a level apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Key,
    /// The value: the list is a set.
    Value,
    /// The place in base's list; what lies beyond it is nobody else's. An element that both changed is a conflict, and not merged inside:
    /// after a shift it may be two.
    Place,
}

/// Three levels, and what of them belongs together.
pub struct Three<'a> {
    pub levels: [Level<'a>; 3],
    /// Whether the keys of the result are its places.
    pub list: bool,
    /// The first number that both got for what they appended to an array which is no list; none where they did not.
    next: Option<u32>,
    /// Whose entries come first in the result.
    pub order: [usize; 2],
    /// The entries of each thing that has a key: a side that does not have it has [`NONE`].
    pub things: Vec<[u32; 3]>,
    /// Which thing each entry of a side is.
    pub thing_of: [Vec<u32>; 3],
    /// Things that refer to each other are one unit, named by one of them. Empty where nothing does.
    unit_of: Vec<u32>,
    /// A unit's entries, in their side's order.
    members: Vec<[Vec<u32>; 3]>,
}

impl<'a> Three<'a> {
    /// None where the levels are one leaf. `links` says whether anything refers to anything.
    pub fn of(levels: [Level<'a>; 3], links: bool) -> Option<Three<'a>> {
        let list = levels.iter().all(Level::is_list);
        let scalar = |level: &Level, entry| matches!(level.kind(entry), Some(b'N' | b'b' | b'i' | b'd' | b's'));
        let scalars = |level: &Level| (0..level.entries.len() as u32).all(|entry| scalar(level, entry));
        let set = list && levels.iter().all(scalars);
        let [base, mine, stored] = levels.each_ref().map(|level| level.entries.len());
        let by_value = set.then(|| pair(&levels, By::Value)).flatten();
        let placed = list && by_value.is_none();
        // What both made at once of nothing may be lists to append to, or two records: of these the fields differ in kind.
        let alike =
            |level: &Level| (0..level.entries.len() as u32).all(|entry| level.kind(entry) == levels[MINE].kind(0));
        if placed && base == 0 && mine > 0 && stored > 0 && !levels.iter().all(alike) {
            return None;
        }
        let (things, thing_of) = match by_value {
            Some(set) => set,
            None => pair(&levels, if list { By::Place } else { By::Key })?,
        };
        let next = if list { None } else { next(&levels) };
        let (order, unit_of, members) = ([STORED, MINE], Vec::new(), Vec::new());
        let mut three = Three { levels, list, next, order, things, thing_of, unit_of, members };
        // Where a side only appended to base's list, its elements are where they were, and what refers to them is right.
        let kept = |side| placed && (0..base as u32).all(|thing| three.same(thing, BASE, side));
        let (mine_kept, stored_kept) = (kept(MINE), kept(STORED));
        // Places say what is meant as long as one side at most has moved any.
        if placed && mine != base && stored != base && !mine_kept && !stored_kept {
            return None;
        }
        if stored_kept && !mine_kept {
            // What was appended comes behind what the other side has made of the list.
            three.order = [MINE, STORED];
        }
        if links && !(mine_kept && stored_kept) {
            three.unite();
        }
        Some(three)
    }

    /// Whether both have appended this to an array: under one key, and still it is two elements.
    pub fn is_two(&self, thing: u32) -> bool {
        let index = |entry| self.levels[MINE].entries.get(entry as usize).map_or(NONE, |entry| entry.index);
        let [of_base, of_mine, _] = self.things[thing as usize];
        self.next.is_some_and(|next| of_base == NONE && (next..NONE).contains(&index(of_mine)))
    }

    /// Whether a side only appended to a list that the other one took away. What is in there refers to nothing.
    pub fn appended(&self, unit: u32, side: usize) -> bool {
        let level = |side: usize| self.levels[side].inside(*self.members(unit, side).first()?);
        match (level(BASE), level(side)) {
            (Some(base), Some(more)) => {
                let kept = |entry| base.cases(entry).eq(more.cases(entry));
                let count = base.entries.len();
                base.is_list() && more.is_list() && count < more.entries.len() && (0..count as u32).all(kept)
            }
            _ => false,
        }
    }

    /// Finds the units.
    fn unite(&mut self) {
        let mut above: Vec<u32> = (0..self.things.len() as u32).collect();
        let top = |above: &mut Vec<u32>, mut thing: u32| {
            while above[thing as usize] != thing {
                let next = above[above[thing as usize] as usize];
                above[thing as usize] = next;
                thing = next;
            }
            thing
        };
        for (level, thing_of) in self.levels.iter().zip(&self.thing_of) {
            for (entry, thing) in level.entries.iter().zip(thing_of) {
                for token in level.reader.tokens(entry.value, entry.end) {
                    let Meaning::Link(target) = token.meaning else { continue };
                    // What is named comes first: most links stay in their entry.
                    if target < entry.first
                        && let Some((other, _)) = level.numbered(target)
                    {
                        let (a, b) = (top(&mut above, *thing), top(&mut above, thing_of[other as usize]));
                        above[a as usize] = b;
                    }
                }
            }
        }
        self.unit_of = (0..above.len() as u32).map(|thing| top(&mut above, thing)).collect();
        self.members.resize_with(self.things.len(), Default::default);
        for (side, thing_of) in self.thing_of.iter().enumerate() {
            for (entry, &thing) in (0..).zip(thing_of) {
                self.members[self.unit_of[thing as usize] as usize][side].push(entry);
            }
        }
    }

    pub fn unit_of(&self, thing: u32) -> u32 {
        self.unit_of.get(thing as usize).copied().unwrap_or(thing)
    }

    /// The entries of a unit on one side.
    pub fn members(&self, unit: u32, side: usize) -> &[u32] {
        match (self.members.get(unit as usize), &self.things[unit as usize][side]) {
            (Some(members), _) => &members[side],
            (None, &NONE) => &[],
            (None, entry) => slice::from_ref(entry),
        }
    }

    /// Whether two sides have the same in a unit, wherever it stands in their sessions.
    pub fn same(&self, unit: u32, one: usize, other: usize) -> bool {
        let (ones, others) = (self.members(unit, one), self.members(unit, other));
        // What a link names: which entry of the unit, or of the level if it is none of these, and which number in it.
        let meant = |side: usize, own: u32, token: &Token| {
            let level = &self.levels[side];
            let first = level.entries[own as usize].first;
            match token.meaning {
                Meaning::Case(at, end) => (level.reader.bytes(at, end), None),
                // What is named comes first: it is in the entry itself.
                Meaning::Link(target) if target >= first => (&b"own"[..], Some((Ok(0), target - first))),
                Meaning::Link(target) => {
                    let place = |entry| self.members(unit, side).binary_search(&entry).map_err(|_| entry);
                    (&b""[..], level.numbered(target).map(|(entry, number)| (place(entry), number)))
                }
            }
        };
        let pieces = |side: usize, entry: u32| {
            let pieces = self.levels[side].pieces(entry);
            pieces.map(move |(piece, token)| (piece, token.map(|token| meant(side, entry, token))))
        };
        let (x, y) = (&self.levels[one], &self.levels[other]);
        let plain = x.reader.tokens.is_empty() && y.reader.tokens.is_empty();
        let same = |(&a, &b): (&u32, &u32)| {
            self.thing_of[one][a as usize] == self.thing_of[other][b as usize]
                && if plain { x.value(a) == y.value(b) } else { pieces(one, a).eq(pieces(other, b)) }
        };
        ones.len() == others.len() && ones.iter().zip(others).all(same)
    }
}

/// The number that `[]` gives to what is appended to base's array, where both have it.
fn next(levels: &[Level; 3]) -> Option<u32> {
    let numbers = |side: usize| levels[side].entries.iter().map(|entry| entry.index).filter(|&index| index != NONE);
    let next = numbers(BASE).max().map_or(0, |last| last + 1);
    [MINE, STORED].iter().all(|&side| numbers(side).any(|index| index == next)).then_some(next)
}

/// The entries of each thing, and which thing each entry is.
type Things = (Vec<[u32; 3]>, [Vec<u32>; 3]);

/// Finds which entries are the same thing. None where a side has one twice.
fn pair(levels: &[Level; 3], by: By) -> Option<Things> {
    let key = |side: usize, entry| match by {
        By::Value => Cow::Borrowed(levels[side].value(entry)),
        By::Key | By::Place => levels[side].identity(entry),
    };
    let key_of = |thing: &[u32; 3]| {
        let side = thing.iter().position(|&entry| entry != NONE).unwrap_or(BASE);
        key(side, thing[side])
    };
    let all = |things: &Vec<[u32; 3]>| {
        let all: HashMap<_, _> = things.iter().map(key_of).zip(0..).collect();
        (all.len() == things.len()).then_some(all)
    };
    let base = levels[BASE].entries.len() as u32;
    let mut things: Vec<_> = (0..base).map(|entry| [entry, NONE, NONE]).collect();
    let mut thing_of = [(0..base).collect(), Vec::new(), Vec::new()];
    // Mostly all sides have the same keys in the same order, and nothing has to be looked up.
    let mut known = if by == By::Value { Some(all(&things)?) } else { None };
    for side in [MINE, STORED] {
        let mut next = 0;
        for entry in 0..levels[side].entries.len() as u32 {
            let new = things.len() as u32;
            let thing = if by == By::Place {
                if entry < base { entry } else { new }
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
    Some((things, thing_of))
}
