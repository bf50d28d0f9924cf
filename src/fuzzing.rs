//! What the fuzz targets in `fuzz/` do with their bytes: everything here comes from outside in earnest, from php.ini,
//! a cookie, or a server that may lie. Whatever the bytes are, the answer is a value or an error that may be
//! shown, in bounded time and memory, and never a panic.

use std::fs;
use std::io::Write as _;
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Once, OnceLock};
use std::time::Duration;

use crate::codec::keys::Keys;
use crate::codec::{Codec, Place};
use crate::config::{Config, DIRECTIVES};
use crate::sid::{MAX_LENGTH, SessionId};
use crate::store;
use crate::wire::login::Login;
use crate::wire::{Param, Reply, Stream, Tail, Wire};

const PASSWORD: &str = "correct-horse-battery";

/// Lines of `NAME=VALUE`: directives as php.ini could set them.
pub fn directives(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let set = |name: &str| {
        let value =
            |line: &'_ str| line.split_once('=').filter(|(set, _)| *set == name).map(|(_, value)| value.to_owned());
        text.lines().find_map(value)
    };
    let config = Config::parse(|name| match set(name) {
        _ if name == "rustdb.password" => PASSWORD.to_owned(),
        Some(value) => value,
        None => default_of(name),
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
    for line in text.lines() {
        if let Some((name, value)) = line.split_once('=') {
            let _ = Config::check_one(name, value);
        }
    }
}

fn default_of(name: &str) -> String {
    let directive = DIRECTIVES.iter().find(|directive| directive.name.to_str() == Ok(name));
    match name {
        "rustdb.database" => "app".to_owned(),
        _ => directive.map_or(String::new(), |d| d.default.to_string_lossy().into_owned()),
    }
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

/// What a server answers to a SELECT of a session, and to a statement that has to be prepared.
pub fn answers(bytes: &[u8]) {
    if let Some((mut wire, _server)) = wire(bytes)
        && wire.send_query("SELECT 1").is_ok()
        && let Ok(replies) = wire.replies()
    {
        read(replies);
        // What is left answers to this.
        let _ = wire.execute("UPDATE t SET d=?", &[Param::Bytes(b"x")]);
    }
    // The descriptions of its columns may be left out, or not.
    for left_out in [false, true] {
        if let Some((mut wire, _server)) = wire(bytes) {
            wire.leaves_columns_out = left_out;
            for _ in 0..2 {
                if let Ok(reply) = wire.execute("SELECT 1", &[Param::Bytes(b"x")]) {
                    read(vec![reply]);
                }
            }
        }
    }
}

/// Takes what a server answered for the row of a session, and for a row of texts.
fn read(replies: Vec<Reply>) {
    for reply in &replies {
        if let Reply::Rows(rows) = reply {
            for row in rows {
                let mut values = row.values();
                while values.bytes().is_ok() {}
            }
        }
    }
    let mut link = crate::db::Link::closed();
    // With all columns that a row may have.
    (link.knows_handles, link.has_labels) = (true, true);
    let _ = store::found(&mut link, "t", replies);
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
            _ => default_of(name),
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
    let mut tail = Tail::of(data.to_vec());
    // The key is ours alone: no bytes but ours can be authentic.
    let decoded = codec.decode(place, kind, &mut tail);
    assert!(decoded.is_err() || kind & 2 == 0);
    let Ok(stored) = codec.encode(place, data) else {
        return;
    };
    let mut tail = Tail::of(stored.data.to_vec());
    assert!(codec.decode(place, stored.codec, &mut tail).is_ok() && *tail == *data);
    let mut wrong = stored.data.to_vec();
    let at = usize::from(kind) % wrong.len();
    wrong[at] ^= 1 | kind;
    let refused = codec.decode(place, stored.codec, &mut Tail::of(wrong));
    assert!(refused.is_err());
}

/// The file of the encryption keys.
pub fn keys(bytes: &[u8]) {
    if let Ok(keys) = Keys::parse(&String::from_utf8_lossy(bytes)) {
        assert!(keys.ids().count() > 0);
    }
}

/// What a server says at the beginning of a connection, and on the way through the login.
pub fn login(bytes: &[u8]) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // mysql_common panics on a public key that is none; a connection is made in a thread that catches that.
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map_or("", |place| place.file());
            if !place.contains("mysql_common") {
                report(info);
            }
        }));
    });
    let Some((stream, _server)) = stream(bytes) else {
        return;
    };
    let login = Login { user: "app", password: PASSWORD, database: "app", tls: None };
    if let Ok(Err(error)) = panic::catch_unwind(AssertUnwindSafe(|| login.over(stream, LIMIT).map(drop))) {
        // The fuzzer finds the word, too, and then a server that says it itself.
        assert!(has_password(bytes) || !has_password(error.to_string().as_bytes()));
    }
}

fn has_password(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, PASSWORD.as_bytes()).is_some()
}

/// Far more than it takes: nobody waits, for the other side has spoken and closed before.
const LIMIT: Duration = Duration::from_secs(5);

/// A socket whose other side has said `bytes` and says no more. None where they are too many for the
/// system to keep.
fn stream(bytes: &[u8]) -> Option<(Stream, UnixStream)> {
    let (ours, mut server) = UnixStream::pair().ok()?;
    server.set_nonblocking(true).ok()?;
    server.write_all(bytes).ok()?;
    server.shutdown(Shutdown::Write).ok()?;
    Some((Stream::Unix(ours), server))
}

fn wire(bytes: &[u8]) -> Option<(Wire, UnixStream)> {
    let (stream, server) = stream(bytes)?;
    Some((Wire::new(stream, LIMIT).ok()?, server))
}
