//! JSON, by serde_json: whether a text is a session of it, and where the entries of an object or an array lie in it. Values
//! stay as they are written.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Where a key and its value lie. The key has its quotes and all that stands before the value; it is empty in an array.
pub type Place = (Range<usize>, Range<usize>);

/// Whether this is an object or an array that every reader reads alike: one with a key twice has one value for some and
/// the other for others, and what lies deeper than serde_json goes (127 levels) is somebody's bomb.
pub fn is_sound(session: &[u8]) -> bool {
    kind(session.trim_ascii_start()) == Some(b'a') && serde_json::from_slice::<Sound>(session).is_ok()
}

/// The entries of an object or an array. None where it is neither.
pub fn entries(value: &[u8]) -> Option<Vec<Place>> {
    let place = |part: &RawValue| {
        let begin = part.get().as_ptr().addr() - value.as_ptr().addr();
        begin..begin + part.get().len()
    };
    let mut places = Vec::new();
    for (key, value) in serde_json::from_slice::<Entries>(value).ok()?.0 {
        let value = place(value);
        let key = key.map_or(value.start, |key| place(key).start);
        places.push((key..value.start, value));
    }
    Some(places)
}

/// What a key of [`entries`] says.
pub fn name(key: &[u8]) -> Option<Cow<'_, [u8]>> {
    let quoted = &key[..=memchr::memrchr(b'"', key)?];
    match memchr::memchr(b'\\', quoted) {
        None => Some(Cow::Borrowed(quoted.get(1..quoted.len() - 1)?)),
        Some(_) => serde_json::from_slice::<String>(quoted).ok().map(|name| Cow::Owned(name.into_bytes())),
    }
}

/// What kind of value it is, by the letters of PHP's formats.
pub fn kind(value: &[u8]) -> Option<u8> {
    Some(match value.first()? {
        b'{' | b'[' => b'a',
        b'"' => b's',
        b't' | b'f' => b'b',
        b'n' => b'N',
        _ if value.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => b'd',
        _ => b'i',
    })
}

/// Reads all of a value, and keeps nothing.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sound, D::Error> {
        deserializer.deserialize_any(Sound)
    }
}

impl<'de> Visitor<'de> for Sound {
    type Value = Sound;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sound, A::Error> {
        let mut names = Vec::new();
        while let Some((key, Sound)) = map.next_entry::<&RawValue, Sound>()? {
            names.push(name(key.get().as_bytes()).ok_or_else(|| A::Error::custom("a key is no text"))?);
        }
        names.sort_unstable();
        if names.windows(2).any(|two| two[0] == two[1]) {
            return Err(A::Error::custom("a key is there twice"));
        }
        Ok(Sound)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Sound, A::Error> {
        while seq.next_element::<Sound>()?.is_some() {}
        Ok(Sound)
    }

    fn visit_str<E>(self, _: &str) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_unit<E>(self) -> Result<Sound, E> {
        Ok(Sound)
    }
}

/// The entries of one level, each as it is written.
struct Entries<'a>(Vec<(Option<&'a RawValue>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<'de>, D::Error> {
        deserializer.deserialize_any(Entries(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Entries<'de> {
    type Value = Entries<'de>;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some((key, value)) = map.next_entry()? {
            self.0.push((Some(key), value));
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self, A::Error> {
        while let Some(value) = seq.next_element()? {
            self.0.push((None, value));
        }
        Ok(self)
    }
}
