//! Rows' data there and back, and everything that must not come back.

use proptest::prelude::*;

use super::*;
use crate::error::Error;

fn codec(keys: Option<&Arc<Keys>>, compress_from: Option<usize>) -> Codec {
    Codec { keys: keys.cloned(), required: false, compress_from }
}

fn sid(id: &str) -> SessionId {
    SessionId::parse(id.as_bytes()).unwrap()
}

/// Serialised data that compresses well.
fn text(length: usize) -> Vec<u8> {
    b"cart|a:1:{i:0;s:5:\"apple\";}".iter().copied().cycle().take(length).collect()
}

/// What reading a row gives.
fn read(reader: &Codec, place: Place<'_>, codec: u8, data: &[u8]) -> Result<Vec<u8>> {
    let mut data = data.to_vec();
    reader.decode(place, codec, &mut data)?;
    Ok(data.to_vec())
}

#[test]
fn each_combination_is_recorded_and_every_reader_with_the_key_reads_it() {
    let keys = keys::tests::keys(&[1]);
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    let reader = codec(Some(&keys), None);
    for (writer, number) in [
        (codec(None, None), 0),
        (codec(None, Some(100)), 1),
        (codec(Some(&keys), None), 2),
        (codec(Some(&keys), Some(100)), 3),
    ] {
        let data = text(1000);
        let stored = writer.encode(place, &data).unwrap();
        assert_eq!(stored.codec, number);
        assert_eq!(number == 0, matches!(stored.data, Cow::Borrowed(_)));
        assert_eq!(read(&reader, place, number, &stored.data).unwrap(), data);
    }
}

#[test]
fn data_is_compressed_from_the_threshold_on_and_where_it_gets_smaller() {
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    let writer = codec(None, Some(100));
    let codec_of = |data: &[u8]| writer.encode(place, data).unwrap().codec;
    assert_eq!((codec_of(&text(99)), codec_of(&text(100))), (0, 1));
    let random: [u8; 1000] = crate::random::random_bytes().unwrap();
    assert_eq!(codec_of(&random), 0);
    // Nothing gets smaller than nothing.
    assert_eq!(codec(None, Some(0)).encode(place, b"").unwrap().codec, 0);
}

#[test]
fn the_same_data_never_looks_the_same_and_shows_nothing() {
    let keys = keys::tests::keys(&[1]);
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    let writer = codec(Some(&keys), None);
    let seal = || writer.encode(place, b"user|s:5:\"alice\";").unwrap().data.into_owned();
    let (first, second) = (seal(), seal());
    assert_eq!(first.len(), b"user|s:5:\"alice\";".len() + 32);
    assert_eq!(first[..4], second[..4], "the key's id");
    assert_ne!(first[4..16], second[4..16], "the nonce");
    for sealed in [first, second] {
        assert!(!sealed.windows(5).any(|part| part == b"alice"));
    }
}

#[test]
fn a_changed_bit_anywhere_is_noticed() {
    let keys = keys::tests::keys(&[1]);
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    for (keys, compress) in [(Some(&keys), None), (Some(&keys), Some(0)), (None, Some(0))] {
        let codec = codec(keys, compress);
        let data = text(300);
        let stored = codec.encode(place, &data).unwrap();
        for at in 0..stored.data.len() {
            for bit in 0..8 {
                let mut changed = stored.data.to_vec();
                changed[at] ^= 1 << bit;
                match read(&codec, place, stored.codec, &changed) {
                    Err(Error::UnknownKey { .. }) => assert!(at < 4),
                    Err(Error::Tampered) => assert!(at >= 4),
                    Err(Error::BadFrame(_)) => assert_eq!(stored.codec, 1),
                    // One bit of a frame's header is of no meaning (RFC 8878, 3.1.1.1.1.3).
                    Ok(found) => assert_eq!((found, at, stored.codec), (data.clone(), 4, 1)),
                    other => panic!("byte {at}, bit {bit}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn data_cut_or_grown_at_any_length_is_noticed() {
    let keys = keys::tests::keys(&[1]);
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    for (keys, compress) in [(Some(&keys), None), (Some(&keys), Some(0)), (None, Some(0))] {
        let codec = codec(keys, compress);
        let data = text(300);
        let stored = codec.encode(place, &data).unwrap();
        for length in 0..stored.data.len() {
            let outcome = read(&codec, place, stored.codec, &stored.data[..length]);
            assert!(matches!(outcome, Err(Error::Tampered | Error::BadFrame(_))), "{length}: {outcome:?}");
        }
        let grown = [&stored.data, &b"x"[..]].concat();
        assert!(read(&codec, place, stored.codec, &grown).is_err());
    }
}

#[test]
fn another_row_another_version_and_another_codec_are_noticed() {
    let keys = keys::tests::keys(&[1]);
    let (ours, other) = (sid("abc"), sid("abd"));
    let codec = codec(Some(&keys), Some(0));
    let place = Place { sid: &ours, version: 7 };
    let data = text(300);
    let stored = codec.encode(place, &data).unwrap();
    assert_eq!(stored.codec, 3);
    assert!(read(&codec, place, 3, &stored.data).is_ok());
    let moved = Place { sid: &other, ..place };
    let older = Place { version: 6, ..place };
    for (place, number) in [(moved, 3), (older, 3), (place, 2)] {
        assert_eq!(read(&codec, place, number, &stored.data), Err(Error::Tampered));
    }
    // The same ciphertext without its bit of encryption is no frame, and is refused where encryption is required.
    assert!(matches!(read(&codec, place, 1, &stored.data), Err(Error::BadFrame(_))));
}

#[test]
fn every_key_of_the_file_decrypts_and_the_first_one_encrypts() {
    let (old, both, new) = (keys::tests::keys(&[1]), keys::tests::keys(&[2, 1]), keys::tests::keys(&[2]));
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    let [old, both, new] = [&old, &both, &new].map(|keys| codec(Some(keys), None));
    let before = old.encode(place, b"data").unwrap().data;
    let after = both.encode(place, b"data").unwrap().data;
    assert_eq!(read(&both, place, 2, &before).unwrap(), b"data");
    assert_eq!(read(&both, place, 2, &after).unwrap(), b"data");
    assert_eq!(read(&new, place, 2, &after).unwrap(), b"data");
    let unknown = |reader: &Codec, data: &[u8]| match read(reader, place, 2, data) {
        Err(Error::UnknownKey { id, configured }) => (id.len(), configured),
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown(&new, &before), (8, true));
    assert_eq!(unknown(&old, &after), (8, true));
    assert_eq!(unknown(&codec(None, None), &after), (8, false));
}

#[test]
fn required_encryption_refuses_what_is_not_and_unknown_codecs_are_refused_always() {
    let keys = keys::tests::keys(&[1]);
    let sid = sid("abc");
    let place = Place { sid: &sid, version: 7 };
    let mut codec = codec(Some(&keys), None);
    assert_eq!(read(&codec, place, 0, b"plain").unwrap(), b"plain");
    codec.required = true;
    for number in [0, 1] {
        assert_eq!(read(&codec, place, number, b"plain"), Err(Error::NotEncrypted));
    }
    for number in [4, 5, 77, 255] {
        assert_eq!(read(&codec, place, number, b"x"), Err(Error::UnknownCodec(number)));
    }
    let stored = codec.encode(place, b"").unwrap();
    assert_eq!((stored.codec, stored.data.len()), (2, 32));
    assert_eq!(read(&codec, place, 2, &stored.data).unwrap(), b"");
}

proptest! {
    #[test]
    fn any_data_comes_back_as_it_was(
        data in prop_oneof![prop::collection::vec(any::<u8>(), 0..3000), "[a-d]{0,3000}".prop_map(String::into_bytes)],
        encrypted in any::<bool>(),
        compressed in any::<bool>(),
        version in any::<u64>(),
    ) {
        let keys = keys::tests::keys(&[1]);
        let codec = codec(encrypted.then_some(&keys), compressed.then_some(0));
        let sid = sid("abc");
        let place = Place { sid: &sid, version };
        let stored = codec.encode(place, &data).unwrap();
        prop_assert_eq!(read(&codec, place, stored.codec, &stored.data).unwrap(), data);
    }

    #[test]
    fn no_bytes_panic_the_reader(
        data in prop::collection::vec(any::<u8>(), 0..200), number in any::<u8>(), magic in any::<bool>(),
    ) {
        let keys = keys::tests::keys(&[1]);
        let sid = sid("abc");
        // Without the magic number hardly any bytes come past the first check.
        let data = if magic { [&[0x28, 0xb5, 0x2f, 0xfd][..], &data].concat() } else { data };
        for number in [number, 1] {
            let _ = read(&codec(Some(&keys), None), Place { sid: &sid, version: 7 }, number, &data);
        }
    }
}
