//! Files that hold a secret: a password, a TLS key, encryption keys.
//!
//! One that others may read is refused, as ssh refuses such a key, and nothing of what is in a file is ever part of
//! an error. The worker's group may read it: on a web server the file is often root:www-data 0640.

use std::fmt;
use std::fs::{self, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

use nix::libc::O_NONBLOCK;

use crate::error::{Error, Result};
use crate::process;

/// Mode bits that may not be set: the group's right to write, for who writes a key chooses it, and all of the others'.
const REFUSED: u32 = 0o027;

/// The text of the file that `directive` names.
///
/// # Errors
/// [`Error::Config`] that names directive, file and reason: it is not there or cannot be read; others may read or
/// write it, or its group may write it; it is no regular file, longer than 1 MiB, no text, or empty but for line ends.
pub fn read(directive: &'static str, path: &str) -> Result<Secret> {
    let refused = |why: &str| refused(directive, path, why.to_owned());
    let (bytes, metadata) = contents(directive, path, 1 << 20)?;
    let mode = metadata.mode() & 0o7777;
    if mode & REFUSED != 0 {
        let whose = if mode & 0o007 != 0 { "others may use the file" } else { "its group may write the file" };
        let remedy = "chmod 0600, or 0640 with the group of PHP's workers";
        return Err(refused(&format!("{whose} (mode {mode:04o}); {remedy}")));
    }
    let text = String::from_utf8(bytes).map_err(|_| refused("the file is no text in UTF-8"))?;
    if text.trim_matches(['\r', '\n']).is_empty() {
        return Err(refused("the file is empty"));
    }
    Ok(Secret(text))
}

/// The bytes of a file that everybody may see, such as a certificate.
///
/// # Errors
/// [`Error::Config`] that names directive, file and reason: it is not there or cannot be read, is no regular file, or
/// longer than 16 MiB.
pub fn read_public(directive: &'static str, path: &str) -> Result<Vec<u8>> {
    // Bundles of CAs have some 200 KiB.
    contents(directive, path, 16 << 20).map(|(bytes, _)| bytes)
}

fn refused(directive: &'static str, path: &str, why: String) -> Error {
    Error::Config { directive, value: path.to_owned(), expected: why }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("the file cannot be read ({})", process::denied(error.kind(), &error.to_string()))
}

/// What a file holds that has an end, and not more than that many bytes. A request would wait for ever for that of a
/// pipe or a device.
fn contents(directive: &'static str, path: &str, longest: u64) -> Result<(Vec<u8>, Metadata)> {
    let read = || {
        // Without waiting for a writer.
        let file = OpenOptions::new().read(true).custom_flags(O_NONBLOCK).open(path)?;
        // Of the file that is open, whatever the path names by now.
        let (metadata, mut bytes) = (file.metadata()?, Vec::new());
        if metadata.is_file() {
            file.take(longest + 1).read_to_end(&mut bytes)?;
        }
        Ok((bytes, metadata))
    };
    match read() {
        Err(error) => Err(refused(directive, path, unreadable(&error))),
        Ok((_, metadata)) if !metadata.is_file() => Err(refused(directive, path, "it is no regular file".into())),
        Ok((bytes, _)) if bytes.len() as u64 > longest => {
            Err(refused(directive, path, format!("the file is longer than {} MiB", longest >> 20)))
        }
        Ok(read) => Ok(read),
    }
}

/// A string that no `Debug` output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl Secret {
    /// It without the one line end that editors and `echo` put behind it.
    pub fn line(&self) -> &str {
        let line = self.0.strip_suffix('\n').unwrap_or(&self.0);
        line.strip_suffix('\r').unwrap_or(line)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// What tells a file from what it was before, for those who keep what they have read: two that are equal are the
/// same file, not written since. Costs one system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp(Option<([u64; 3], u32, [i64; 4])>);

impl Stamp {
    /// Take it before reading: a change in between is then noticed the next time. A file that is not there has one,
    /// too.
    pub fn of(path: &str) -> Stamp {
        let times = |m: &Metadata| [m.mtime(), m.mtime_nsec(), m.ctime(), m.ctime_nsec()];
        Stamp(fs::metadata(path).ok().map(|m| ([m.dev(), m.ino(), m.size()], m.mode(), times(&m))))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::testing::Folder;

    fn refusal(path: &str) -> String {
        let error = read("rustdb.password_file", path).unwrap_err().to_string();
        let begin = format!("rustdb.password_file={path} is not valid: ");
        error.strip_prefix(&begin).expect(&error).to_owned()
    }

    #[test]
    fn the_owner_and_a_group_that_reads_are_all_who_may() {
        let folder = Folder::new();
        let path = folder.file("key", "secret");
        for mode in 0..0o1000 {
            fs::set_permissions(&path, Permissions::from_mode(0o400 | mode)).unwrap();
            let read = read("rustdb.password_file", &path);
            let harmless = mode & 0o020 == 0 && mode & 0o007 == 0;
            assert_eq!(read.is_ok(), harmless, "{mode:o}: {read:?}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(
            refusal(&path),
            "others may use the file (mode 0644); chmod 0600, or 0640 with the group of PHP's workers"
        );
        fs::set_permissions(&path, Permissions::from_mode(0o660)).unwrap();
        assert!(refusal(&path).starts_with("its group may write the file (mode 0660)"));
    }

    #[test]
    fn what_is_no_secret_is_named_without_its_contents() {
        let folder = Folder::new();
        for empty in ["", "\n", "\r\n\n"] {
            assert_eq!(refusal(&folder.file("empty", empty)), "the file is empty");
        }
        let long = "s".repeat((1 << 20) + 1);
        assert_eq!(refusal(&folder.file("long", &long)), "the file is longer than 1 MiB");
        assert!(read("rustdb.password_file", &folder.file("longest", &long[1..])).is_ok());
        assert_eq!(refusal(&folder.file("bytes", b"\xff")), "the file is no text in UTF-8");
        assert_eq!(refusal("/"), "it is no regular file");
        assert!(refusal("/nonexistent/key").starts_with("the file cannot be read (No such file"));
        // Somebody who waits for a writer would wait for ever.
        let pipe = folder.path("pipe");
        nix::unistd::mkfifo(pipe.as_str(), nix::sys::stat::Mode::S_IRUSR).unwrap();
        assert_eq!(refusal(&pipe), "it is no regular file");
    }

    #[test]
    fn a_public_file_may_have_any_mode_and_bytes_and_has_an_end() {
        let folder = Folder::new();
        let path = folder.file("ca", b"\xff");
        fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        assert_eq!(read_public("rustdb.ssl_ca", &path).unwrap(), b"\xff");
        let pipe = folder.path("pipe");
        nix::unistd::mkfifo(pipe.as_str(), nix::sys::stat::Mode::S_IRUSR).unwrap();
        for endless in [pipe.as_str(), "/dev/zero", "/"] {
            let error = read_public("rustdb.ssl_ca", endless).unwrap_err().to_string();
            assert!(error.contains(": it is no regular file"), "{error}");
        }
    }

    #[test]
    fn who_has_no_right_is_named() {
        let denied = unreadable(&std::io::Error::from_raw_os_error(nix::libc::EACCES));
        let user = process::user();
        assert_eq!(denied, format!("the file cannot be read (Permission denied (os error 13), as {user})"));
        let error = refused("rustdb.password_file", "/key", denied);
        assert!(error.remedy().starts_with("let that user read it"), "{}", error.remedy());
    }

    #[test]
    fn one_line_end_is_dropped_and_nothing_else() {
        let folder = Folder::new();
        for (text, line) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")] {
            let secret = read("rustdb.password_file", &folder.file("line", text)).unwrap();
            assert_eq!((secret.line(), secret.0.as_str()), (line, text));
            assert_eq!(format!("{secret:?}"), "(hidden)");
        }
    }

    #[test]
    fn a_stamp_changes_with_the_file_and_only_then() {
        let folder = Folder::new();
        let path = folder.file("key", "one");
        let first = Stamp::of(&path);
        assert_eq!(first, Stamp::of(&path));
        fs::write(&path, "longer").unwrap();
        let second = Stamp::of(&path);
        assert_ne!(first, second);
        // As programs replace files: under another name first. The size is the same.
        fs::rename(folder.file("new", "others"), &path).unwrap();
        assert_ne!(second, Stamp::of(&path));
        fs::remove_file(&path).unwrap();
        assert_ne!(second, Stamp::of(&path));
        assert_eq!(Stamp::of(&path), Stamp::of("/nonexistent"));
    }
}
