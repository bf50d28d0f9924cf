//! Ids that rustdb made itself, and knows again without a row.
//!
//! An empty session leaves no row, but its id is in the browser's cookie, and comes back with the next requests, perhaps with five at
//! once. In strict mode each would get another id if nobody knew this one. So the last 32 bits of an id (whole characters) are a MAC of
//! the characters before them, under the key of the current quarter of an hour. It tells ours from strangers' and need not resist
//! forging: whoever wants an id to plant gets one by a visit. The keys change so often because who has stolen the table, and the secret
//! in it, could try random parts against the digests of all rows at once; with 96 random bits in the id that stays hopeless.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::hmac::{HMAC_SHA256, Key, sign as hmac};

/// The characters of PHP's ids: the first 16, 32 or 64 of them, as `session.sid_bits_per_character` is 4, 5 or 6 (ext/session/session.c,
/// `bin_to_readable`).
const ALPHABET: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-,";

/// Bits of the MAC, at least.
const MAC_BITS: usize = 32;

/// Bits of an id, below which it cannot spare those.
const FEWEST_BITS: usize = 128;

/// Seconds for which one key signs.
const QUARTER: u64 = 900;

/// Seconds for which an id can count as ours at most: from the begin of its quarter, through the next one, to the end of the one that a
/// web server whose clock is late takes for the next.
pub const KNOWN_FOR: u64 = 3 * QUARTER;

/// What the keys are derived from: random, and the same for all who use one table. It cannot be printed by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

/// Makes an id that PHP has just made one of ours: its last characters become the MAC of the others. An id that is too short, or has
/// another number of bits a character than PHP's, stays as it is.
pub fn sign(secret: &Secret, id: &mut [u8], bits_per_character: usize, now: SystemTime) {
    if let Some(at) = mac_at(id.len(), bits_per_character) {
        let (random, mac) = id.split_at_mut(at);
        let signed = mac_of(random, &key(secret, quarter(now)), bits_per_character);
        mac.iter_mut().zip(signed).for_each(|(character, signed)| *character = signed);
    }
}

/// Whether an id is one of ours, made lately. The clocks of web servers may differ by minutes.
pub fn is_signed(secret: &Secret, id: &[u8], now: SystemTime) -> bool {
    let quarter = quarter(now);
    (quarter.saturating_sub(1)..=quarter.saturating_add(1)).any(|quarter| {
        let key = key(secret, quarter);
        [4, 5, 6].into_iter().any(|bits| {
            mac_at(id.len(), bits).is_some_and(|at| {
                let (random, mac) = id.split_at(at);
                mac_of(random, &key, bits).take(mac.len()).eq(mac.iter().copied())
            })
        })
    })
}

fn quarter(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / QUARTER)
}

/// Where the MAC of an id of this length begins, if it has one.
fn mac_at(length: usize, bits_per_character: usize) -> Option<usize> {
    let is_php = (4..=6).contains(&bits_per_character);
    (is_php && length * bits_per_character >= FEWEST_BITS).then(|| length - MAC_BITS.div_ceil(bits_per_character))
}

/// The key of a quarter of an hour.
fn key(secret: &Secret, quarter: u64) -> Key {
    let of_quarter =
        hmac(&Key::new(HMAC_SHA256, &secret.0), &[b"rustdb session ids\0", &quarter.to_be_bytes()[..]].concat());
    Key::new(HMAC_SHA256, of_quarter.as_ref())
}

/// The characters of a MAC, as many as are asked for up to 64 bits.
fn mac_of(random: &[u8], key: &Key, bits_per_character: usize) -> impl Iterator<Item = u8> + use<> {
    let bits = hmac(key, random).as_ref().iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
    (0..64 / bits_per_character).map(move |at| {
        let bits = bits >> (at * bits_per_character);
        ALPHABET[bits as usize & ((1 << bits_per_character) - 1)]
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    const SECRET: Secret = Secret([7; 32]);

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// An id as PHP makes one, signed at `seconds`.
    fn id(random: &[u8], bits: usize, seconds: u64) -> Vec<u8> {
        let characters = random.iter().map(|byte| ALPHABET[usize::from(*byte) & ((1 << bits) - 1)]);
        let mut id: Vec<u8> = characters.collect();
        sign(&SECRET, &mut id, bits, at(seconds));
        id
    }

    /// PHP's limits of `session.sid_length`, and ids of at least 128 bits.
    fn shapes() -> impl Strategy<Value = (Vec<u8>, usize)> {
        (4_usize..=6)
            .prop_flat_map(|bits| (prop::collection::vec(any::<u8>(), 128_usize.div_ceil(bits)..=256), Just(bits)))
    }

    #[test]
    fn an_id_is_known_for_its_quarter_of_an_hour_and_the_ones_beside_it() {
        let id = id(&[1; 32], 4, 10 * QUARTER + 5);
        for (seconds, known) in [
            (9 * QUARTER - 1, false),
            (9 * QUARTER, true),
            (10 * QUARTER + 5, true),
            (12 * QUARTER - 1, true),
            (12 * QUARTER, false),
        ] {
            assert_eq!(is_signed(&SECRET, &id, at(seconds)), known, "{seconds}");
        }
        assert!(!is_signed(&Secret([8; 32]), &id, at(10 * QUARTER)));
    }

    #[test]
    fn ids_under_128_bits_stay_as_they_are_and_are_not_known() {
        for (length, bits) in [(31, 4), (25, 5), (21, 6), (22, 4)] {
            let before = vec![b'0'; length];
            let mut id = before.clone();
            sign(&SECRET, &mut id, bits, at(0));
            assert_eq!(id, before);
            assert!(!is_signed(&SECRET, &id, at(0)), "{length} {bits}");
        }
    }

    #[test]
    fn no_two_ids_are_alike() {
        let ids: HashSet<Vec<u8>> = (0..20_000_u32)
            .map(|number| {
                let mut random = [0; 32];
                random[..4].copy_from_slice(&number.to_be_bytes());
                // The last characters, where the MAC stands, are the same in all.
                let mut characters: Vec<u8> = random.iter().flat_map(|b| [b >> 4, b & 15]).take(32).collect();
                characters.iter_mut().for_each(|c| *c = ALPHABET[usize::from(*c)]);
                sign(&SECRET, &mut characters, 4, at(0));
                characters
            })
            .collect();
        assert_eq!(ids.len(), 20_000);
    }

    proptest! {
        #[test]
        fn length_and_alphabet_stay_as_php_made_them((random, bits) in shapes(), seconds in 0..4_000_000_000_u64) {
            let id = id(&random, bits, seconds);
            prop_assert_eq!(id.len(), random.len());
            prop_assert!(id.iter().all(|c| ALPHABET[..1 << bits].contains(c)));
            prop_assert!(is_signed(&SECRET, &id, at(seconds)));
        }

        #[test]
        fn an_id_with_one_changed_character_is_not_ours((random, bits) in shapes(), place in any::<prop::sample::Index>(), other in 1..64_usize) {
            let mut id = id(&random, bits, 5_000);
            let place = place.index(id.len());
            let old = ALPHABET.iter().position(|c| *c == id[place]).unwrap();
            id[place] = ALPHABET[(old ^ other) & 63];
            prop_assert!(!is_signed(&SECRET, &id, at(5_000)));
        }

        #[test]
        fn strangers_ids_are_not_ours(id in "[a-zA-Z0-9,-]{22,256}") {
            prop_assert!(!is_signed(&SECRET, id.as_bytes(), at(5_000)));
        }
    }
}
