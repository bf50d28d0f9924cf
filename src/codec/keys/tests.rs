//! Key files: what is one, and what happens when it changes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// The base64 of a key of 32 equal bytes.
fn line(byte: u8) -> String {
    BASE64.encode([byte; 32])
}

/// Keys of equal bytes, in this order.
pub fn keys(bytes: &[u8]) -> Arc<Keys> {
    let lines: Vec<_> = bytes.iter().map(|byte| line(*byte)).collect();
    Arc::new(Keys::parse(&lines.join("\n")).unwrap())
}

fn ids(keys: &Keys) -> Vec<String> {
    keys.ids().collect()
}

#[test]
fn a_file_has_a_key_on_each_line_beside_comments_and_blank_lines() {
    let (one, two) = (line(1), line(2));
    let bare = one.trim_end_matches('=');
    for text in [
        format!("{one}\n{two}\n"),
        format!("{one}\n{two}"),
        format!("# new\n\n  {one}  \r\n\t\n# old\n{two}\r\n"),
        format!("{bare}\n{two}"),
    ] {
        let parsed = Keys::parse(&text).map_err(|why| format!("{text}: {why}"));
        assert_eq!(ids(&parsed.unwrap()), ids(&keys(&[1, 2])));
    }
    assert_ne!(ids(&keys(&[1])), ids(&keys(&[2])));
}

#[test]
fn a_line_that_is_no_key_is_named_and_not_shown() {
    let good = line(1);
    let short = BASE64.encode([7; 31]);
    for (wrong, number) in [
        ("secretsecret".to_owned(), 2),
        (short.clone(), 2),
        (BASE64.encode([7; 33]), 2),
        (format!("{good} {good}"), 2),
        (format!("{good}# comment"), 2),
        (good.replace('A', "-"), 2),
        ("\u{feff}".to_owned() + &good, 2),
    ] {
        let why = Keys::parse(&format!("{good}\n{wrong}\n")).err().unwrap_or_default();
        assert!(why.contains(&format!("line {number} is not")), "{wrong}: {why}");
        assert!(!why.contains(wrong.trim()) && !why.contains(&good), "{why}");
    }
    for empty in ["", "\n", "# only\n\n"] {
        assert!(Keys::parse(empty).err().unwrap_or_default().contains("no key"));
    }
}

/// A key file that may be changed; it goes with the value.
struct KeyFile(String);

impl KeyFile {
    fn new(name: &str) -> KeyFile {
        let path = std::env::temp_dir().join(format!("rustdb-{name}-{}", std::process::id()));
        KeyFile(path.to_str().unwrap().to_owned())
    }

    fn put(&self, text: &str, mode: u32) {
        let new = format!("{}.new", self.0);
        fs::write(&new, text).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(mode)).unwrap();
        fs::rename(&new, &self.0).unwrap();
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Looks at the file as if the second were over.
fn later(path: &str) -> Result<Vec<String>> {
    with_ring(path, Keyring::look);
    current(path).map(|keys| ids(&keys))
}

#[test]
fn a_changed_file_is_read_again_and_a_broken_one_leaves_the_keys_in_use_with_one_warning() {
    let file = KeyFile::new("rotated");
    file.put(&line(1), 0o600);
    assert_eq!(ids(&current(&file.0).unwrap()), ids(&keys(&[1])));
    file.put(&format!("{}\n{}", line(2), line(1)), 0o640);
    assert_eq!(ids(&current(&file.0).unwrap()), ids(&keys(&[1])), "within the second");
    assert_eq!(later(&file.0).unwrap(), ids(&keys(&[2, 1])));
    assert_eq!(take_trouble(&file.0), None);
    for (text, mode, words) in
        [("nonsense", 0o600, "line 1 is not"), ("\n", 0o600, "is empty"), (line(3).as_str(), 0o644, "others may")]
    {
        file.put(text, mode);
        for _ in 0..3 {
            assert_eq!(later(&file.0).unwrap(), ids(&keys(&[2, 1])));
        }
        let told = take_trouble(&file.0).map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains(words) && told.contains("rustdb.encryption_key_file="), "{told}");
        assert_eq!(take_trouble(&file.0), None);
    }
    fs::remove_file(&file.0).unwrap();
    assert_eq!(later(&file.0).unwrap(), ids(&keys(&[2, 1])));
    assert!(take_trouble(&file.0).unwrap().to_string().contains("cannot be read"));
    assert_eq!(later(&file.0).unwrap(), ids(&keys(&[2, 1])));
    assert_eq!(take_trouble(&file.0), None);
    file.put(&line(3), 0o600);
    assert!(look_again(&file.0));
    assert!(!look_again(&file.0));
    assert_eq!(ids(&current(&file.0).unwrap()), ids(&keys(&[3])));
}

#[test]
fn without_a_key_there_is_an_error_until_the_file_is_there() {
    let file = KeyFile::new("late");
    for _ in 0..2 {
        assert!(later(&file.0).unwrap_err().to_string().contains("cannot be read"));
    }
    // It is the error of each start, and no news besides.
    assert_eq!(take_trouble(&file.0), None);
    file.put(&line(1), 0o600);
    assert_eq!(later(&file.0).unwrap(), ids(&keys(&[1])));
}
