//! What the fuzz targets in `fuzz/` do with their bytes: everything here comes from outside in earnest, from php.ini,
//! a cookie, or a table that others can write. Whatever the bytes are, the answer is a value or an error that may be
//! shown, in bounded time and memory, and never a panic.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;

use crate::codec::keys::Keys;
use crate::codec::{Codec, Place};
use crate::config::Config;
use crate::config::directives::default_of;
use crate::merge::{Format, merge};
use crate::sid::{MAX_LENGTH, SessionId};

const PASSWORD: &str = "correct-horse-battery";

/// Lines of `NAME=VALUE`: directives as php.ini could set them.
pub fn directives(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let set: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let config = Config::parse(|name| match set.iter().find(|(set, _)| *set == name) {
        _ if name == "rustdb.password" => PASSWORD.to_owned(),
        Some((_, value)) => (*value).to_owned(),
        None => default_with_database(name),
    });
    let shown = match &config {
        Ok(config) => {
            // What becomes part of SQL can be nothing but a name.
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
            assert!(config.server.table.chars().all(plain));
            assert!(!config.server.endpoints.is_empty());
            format!("{config:?}")
        }
        Err(error) => error.to_string(),
    };
    assert!(has_password(bytes) || !has_password(shown.as_bytes()));
    for (name, value) in set {
        let _ = Config::check_one(name, default_of(name), value);
    }
}

fn default_with_database(name: &str) -> String {
    if name == "rustdb.database" { "app" } else { default_of(name) }.to_owned()
}

/// A session id from a cookie.
pub fn session_id(bytes: &[u8]) {
    if let Ok(sid) = SessionId::parse(bytes) {
        assert!(!bytes.is_empty() && bytes.len() <= MAX_LENGTH);
        let shown = sid.to_string();
        assert!(shown.len() < bytes.len() + "…".len() || bytes.len() <= 1);
        assert!(SessionId::parse(bytes) == Ok(sid));
    }
}

/// A row's data, behind its codec: what anybody who can write the table may have put there.
pub fn envelope(bytes: &[u8]) {
    static CONFIG: OnceLock<Option<Config>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let file = std::env::temp_dir().join(format!("rustdb-fuzz-key.{}", std::process::id()));
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        fs::write(&file, key).ok()?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).ok()?;
        let config = Config::parse(|name| match name {
            "rustdb.encryption_key_file" => file.to_string_lossy().into_owned(),
            "rustdb.compression" => "zstd".to_owned(),
            "rustdb.compression_min_bytes" => "64".to_owned(),
            _ => default_with_database(name),
        });
        // The keys stay in use without their file.
        let read = config.as_ref().is_ok_and(|c| Codec::of(c).is_ok());
        let _ = fs::remove_file(&file);
        config.ok().filter(|_| read)
    });
    let config = config.as_ref().expect("a key file can be written");
    let (Ok(sid), Ok(codec)) = (SessionId::parse(b"fuzz"), Codec::of(config)) else {
        return;
    };
    let place = Place { sid: &sid, version: 7 };
    let (Some((&kind, data)), true) = (bytes.split_first(), bytes.len() > 1) else {
        return;
    };
    // The key is ours alone: no bytes but ours can be authentic.
    let decoded = codec.decode(place, kind, &mut data.to_vec());
    assert!(decoded.is_err() || kind & 2 == 0);
    let Ok(stored) = codec.encode(place, data) else {
        return;
    };
    let mut read = stored.data.to_vec();
    assert!(codec.decode(place, stored.codec, &mut read).is_ok() && read == data);
    let mut wrong = stored.data.to_vec();
    let at = usize::from(kind) % wrong.len();
    wrong[at] ^= 1 | kind;
    assert!(codec.decode(place, stored.codec, &mut wrong).is_err());
}

/// The file of the encryption keys.
pub fn keys(bytes: &[u8]) {
    if let Ok(keys) = Keys::parse(&String::from_utf8_lossy(bytes)) {
        assert!(keys.ids().count() > 0);
    }
}

/// Three sessions, behind a byte for their format; three tildes part them.
pub fn merged(bytes: &[u8]) {
    let Some((format, sessions)) = bytes.split_first() else { return };
    let formats = [Format::Php, Format::PhpSerialize, Format::PhpBinary, Format::Opaque, Format::Json];
    let format = formats[usize::from(*format) % formats.len()];
    let mut sides = [&b""[..]; 3];
    let mut rest = sessions;
    for side in &mut sides {
        let end = rest.windows(3).position(|part| part == b"~~~");
        *side = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or(&[], |end| &rest[end + 3..]);
    }
    let [base, mine, stored] = sides;
    let of_three = merge(format, base, mine, stored);
    assert!(of_three.conflicts.len() <= of_three.conflict_count.min(12));
    assert!(of_three.conflicts.iter().all(|place| place.len() < 4096 && !place.contains('\n')));
    let reads = |side: &[u8]| format.read(side, None).is_some();
    if [base, mine, stored].iter().all(|side| reads(side)) {
        assert!(reads(&of_three.data));
    } else if mine != base && stored != base {
        assert_eq!(*of_three.data, *mine);
    }
    for (base, mine, stored, result) in [(base, mine, mine, mine), (base, base, mine, mine), (base, mine, base, mine)] {
        let one_side = merge(format, base, mine, stored);
        assert_eq!((one_side.data.as_ref(), one_side.conflict_count), (result, 0));
    }
}

fn has_password(bytes: &[u8]) -> bool {
    bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes())
}
