//! Reads serialised values as strictly as PHP does (`ext/standard/var_unserializer.re`), and brings nothing to life: it
//! finds where they end, which arrays and objects there are, and what in them refers to something else.

/// As deep as PHP reads: `unserialize_max_depth`.
const MAX_DEPTH: usize = 4096;

/// An array or an object. They are kept in the order in which they begin, so that a level that is cut later passes over
/// what lies deeper without reading it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    at: u32,
    pub end: u32,
    /// How many numbers it takes with all that is inside.
    pub numbers: u32,
    /// The first node behind all that are inside.
    pub next: u32,
}

/// What cannot be compared and copied byte by byte: the number of a link, or a whole value.
pub struct Token {
    pub at: u32,
    pub end: u32,
    pub meaning: Meaning,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// `R:` or `r:`, and the number that it names.
    Link(u32),
    /// An enum's case, and where it is spelt. PHP writes `r:` where the same case comes again, but that is no tie: a
    /// case is the same wherever it stands.
    Case(u32, u32),
}

#[derive(Default)]
pub struct Reader<'a> {
    pub bytes: &'a [u8],
    pub nodes: Vec<Node>,
    /// In their order.
    pub tokens: Vec<Token>,
    /// How many numbers were given so far: PHP numbers all values but `R:`, and names them by it.
    pub numbers: u32,
    /// Whether anything refers to anything.
    pub links: bool,
    /// Whether there is a `C:`, whose inside may take numbers that nobody can see.
    pub custom: bool,
    /// Base's session. Where an array or an object is the same as there, it is not read again.
    like: Option<&'a Reader<'a>>,
    /// The node there that stands where we are, as far as can be told.
    twin: usize,
    /// How many bytes may be compared in vain.
    spare: usize,
    open: Vec<Open>,
    /// The numbers of enums' cases, and where they are spelt.
    cases: Vec<(u32, u32, u32)>,
}

/// An array or an object that is not at its end.
struct Open {
    /// How many entries are left around it.
    left: usize,
    node: usize,
    /// What follows its twin.
    next_twin: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], like: Option<&'a Reader<'a>>) -> Reader<'a> {
        Reader { bytes, like, spare: 8 * bytes.len(), ..Reader::default() }
    }

    /// Reads the value at `at`, and says where it ends.
    pub fn read(&mut self, mut at: usize) -> Option<usize> {
        let mut left = 0;
        loop {
            let kind = *self.bytes.get(at)?;
            if !matches!(kind, b'a' | b'O') {
                let end = leaf(self.bytes, at)?;
                if matches!(kind, b'r' | b'R' | b'E' | b'C') {
                    self.note(kind, at, end)?;
                }
                self.numbers += u32::from(kind != b'R');
                at = end;
            } else if let Some(end) = self.as_in_base(at) {
                at = end;
            } else {
                let (entries, inside) = head(self.bytes, at)?;
                if self.open.len() >= MAX_DEPTH && (entries > 0 || kind == b'O') {
                    return None;
                }
                let twin = self.like.and_then(|base| base.nodes.get(self.twin));
                let next_twin = twin.map_or(self.twin, |node| node.next as usize);
                self.open.push(Open { left, node: self.nodes.len(), next_twin });
                self.nodes.push(Node { at: at as u32, end: 0, numbers: self.numbers, next: 0 });
                self.numbers += 1;
                self.twin += 1;
                (left, at) = (entries, inside);
            }
            while left == 0 {
                let Some(open) = self.open.pop() else { return Some(at) };
                at = expect(self.bytes, at, b"}")?;
                let next = self.nodes.len() as u32;
                let node = &mut self.nodes[open.node];
                *node = Node { end: at as u32, numbers: self.numbers - node.numbers, next, ..*node };
                (left, self.twin) = (open.left, open.next_twin);
            }
            left -= 1;
            matches!(self.bytes.get(at)?, b'i' | b's' | b'S').then_some(())?;
            at = leaf(self.bytes, at)?;
        }
    }

    /// Where the array or object at `at` ends, if it is its twin byte by byte.
    fn as_in_base(&mut self, at: usize) -> Option<usize> {
        let base = self.like?;
        let twin = *base.nodes.get(self.twin)?;
        let length = (twin.end - twin.at) as usize;
        if length > self.spare || !base.tokens(twin.at, twin.end).is_empty() {
            return None;
        }
        if !self.bytes[at..].starts_with(base.bytes(twin.at, twin.end)) {
            self.spare -= length;
            return None;
        }
        let move_by = (at as u32).wrapping_sub(twin.at);
        let renumber_by = (self.nodes.len() as u32).wrapping_sub(self.twin as u32);
        self.nodes.extend(base.nodes[self.twin..twin.next as usize].iter().map(|node| Node {
            at: node.at.wrapping_add(move_by),
            end: node.end.wrapping_add(move_by),
            next: node.next.wrapping_add(renumber_by),
            numbers: node.numbers,
        }));
        self.numbers += twin.numbers;
        self.twin = twin.next as usize;
        Some(at + length)
    }

    /// Remembers a value that is more than its bytes.
    fn note(&mut self, kind: u8, at: usize, end: usize) -> Option<()> {
        let (at, end) = (at as u32, end as u32);
        if kind == b'C' {
            // What looks like a reference in there may be one.
            let link = |part: &[u8]| matches!(part, [b'r' | b'R', b':', b'0'..=b'9']);
            self.links |= self.bytes(at, end).windows(3).any(link);
            self.custom = true;
        } else if kind == b'E' {
            self.cases.push((self.numbers + 1, at, end));
            self.tokens.push(Token { at, end, meaning: Meaning::Case(at, end) });
        } else {
            let target = digits(self.bytes, at as usize + 2)?.0 as u32;
            (1..=self.numbers).contains(&target).then_some(())?;
            let case = self.cases.binary_search_by_key(&target, |case| case.0).ok().filter(|_| kind == b'r');
            let Some((_, from, to)) = case.map(|case| self.cases[case]) else {
                self.links = true;
                self.tokens.push(Token { at: at + 2, end: end - 1, meaning: Meaning::Link(target) });
                return Some(());
            };
            self.tokens.push(Token { at, end, meaning: Meaning::Case(from, to) });
        }
        Some(())
    }

    pub fn bytes(&self, from: u32, to: u32) -> &'a [u8] {
        self.bytes.get(from as usize..to as usize).unwrap_or_default()
    }

    /// The tokens between two places.
    pub fn tokens(&self, from: u32, to: u32) -> &[Token] {
        if self.tokens.is_empty() {
            return &[];
        }
        let begin = self.tokens.partition_point(|token| token.at < from);
        let count = self.tokens[begin..].partition_point(|token| token.at < to);
        &self.tokens[begin..begin + count]
    }
}

/// How many entries the array or object at `at` has, and where the first begins.
pub fn head(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let count = if bytes.get(at)? == &b'a' { expect(bytes, at + 1, b":")? } else { class(bytes, at)? };
    let (count, end) = digits(bytes, count)?;
    Some((count, expect(bytes, end, b":{")?))
}

/// Where the value at `at` ends, which is neither an array nor an object of the usual kind.
#[inline(always)]
pub fn leaf(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at)? {
        b's' => expect(bytes, quoted(bytes, at)?.1, b"\";"),
        b'i' => match bytes.get(at + 1..)?.first_chunk()? {
            &[b':', b'0'..=b'9', b';'] => Some(at + 4),
            _ => expect(bytes, integer(bytes, expect(bytes, at + 1, b":")?)?, b";"),
        },
        kind => other(bytes, at, kind),
    }
}

/// The same for all that is not as frequent.
fn other(bytes: &[u8], at: usize, kind: u8) -> Option<usize> {
    let end = match kind {
        b'N' => at + 1,
        b'b' => expect(bytes, at + 1, b":0").or_else(|| expect(bytes, at + 1, b":1"))?,
        b'd' => float(bytes, expect(bytes, at + 1, b":")?)?,
        b'r' | b'R' => digits(bytes, expect(bytes, at + 1, b":")?)?.1,
        b'S' => escaped(bytes, at)?,
        b'E' => {
            let (begin, end) = quoted(bytes, at)?;
            bytes[begin..end].contains(&b':').then_some(())?;
            expect(bytes, end, b"\"")?
        }
        b'C' => {
            let (length, end) = digits(bytes, class(bytes, at)?)?;
            return expect(bytes, expect(bytes, end, b":{")? + length, b"}");
        }
        _ => return None,
    };
    expect(bytes, end, b";")
}

/// Where the text in the quotes of the value at `at` begins and ends; the quote that ends it is the caller's to check.
#[inline(always)]
pub fn quoted(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (length, begin) = match bytes.get(at..)?.first_chunk()? {
        // Most are short.
        &[_, b':', digit @ b'0'..=b'9', b':', b'"'] => (usize::from(digit - b'0'), at + 5),
        _ => {
            let (length, end) = digits(bytes, expect(bytes, at + 1, b":")?)?;
            (length, expect(bytes, end, b":\"")?)
        }
    };
    (length < bytes.len() - begin).then_some((begin, begin + length))
}

/// Where an object's head goes on behind the name of its class.
fn class(bytes: &[u8], at: usize) -> Option<usize> {
    let (begin, end) = quoted(bytes, at)?;
    let allowed = |&b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\\' | 0x7f..);
    let name = &bytes[begin..end];
    (name.first()? != &b'\\' && name.iter().all(allowed)).then(|| expect(bytes, end, b"\":"))?
}

/// Where the string at `at` ends, which has bytes as `\xx`, each counted once.
fn escaped(bytes: &[u8], at: usize) -> Option<usize> {
    let (length, end) = digits(bytes, expect(bytes, at + 1, b":")?)?;
    let mut at = expect(bytes, end, b":\"")?;
    for _ in 0..length {
        at += match bytes.get(at..)? {
            [b'\\', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
            [b'\\', ..] | [] => return None,
            _ => 1,
        };
    }
    expect(bytes, at, b"\"")
}

#[inline(always)]
fn integer(bytes: &[u8], at: usize) -> Option<usize> {
    let begin = at + usize::from(matches!(bytes.get(at)?, b'+' | b'-'));
    let end = run(bytes, begin);
    (end > begin).then_some(end)
}

fn float(bytes: &[u8], at: usize) -> Option<usize> {
    let name = expect(bytes, at, b"NAN").or_else(|| expect(bytes, at, b"INF")).or_else(|| expect(bytes, at, b"-INF"));
    if name.is_some() {
        return name;
    }
    let begin = at + usize::from(matches!(bytes.get(at)?, b'+' | b'-'));
    let whole = run(bytes, begin);
    let point = expect(bytes, whole, b".");
    let end = point.map_or(whole, |part| run(bytes, part));
    match bytes.get(end)? {
        _ if end - begin == usize::from(point.is_some()) => None,
        b'e' | b'E' => integer(bytes, end + 1),
        _ => Some(end),
    }
}

/// Where the digits at `at` end, if there are any.
#[inline(always)]
fn run(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    at
}

/// The number at `at`, and where it ends. What is larger than any session is no number.
#[inline(always)]
fn digits(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let mut value = 0_u64;
    let mut end = at;
    while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
        value = (value * 10 + u64::from(digit - b'0')).min(u64::from(u32::MAX));
        end += 1;
    }
    (end > at && value < u64::from(u32::MAX)).then_some((value as usize, end))
}

/// The place behind `text`, if it stands at `at`.
#[inline]
pub fn expect<const N: usize>(bytes: &[u8], at: usize, text: &[u8; N]) -> Option<usize> {
    (bytes.get(at..)?.first_chunk()? == text).then_some(at + N)
}
