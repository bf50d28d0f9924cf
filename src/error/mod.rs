//! Everything that can go wrong, worded for the operator who reads PHP's error log.
//!
//! An [`Error`] is a cause. The session puts the operation, the table and the server in front of it ([`Failure`]) and
//! [`Error::remedy`] behind it. No text here ever holds a password or more of a session id than `SessionId` shows.

mod cause;
mod remedy;

use std::fmt;

pub use cause::{Error, Result};

/// An error with the operation and the place that it happened at: the text of a PHP warning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What was tried, as "read session abcd…".
    pub operation: String,
    /// Table and server, as "table app.rustdb_sessions on db1:3306".
    pub place: String,
    /// Why it failed.
    pub cause: Error,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rustdb: cannot {}", self.operation)?;
        if !self.place.is_empty() {
            write!(f, " ({})", self.place)?;
        }
        write!(f, ": {}", self.cause)?;
        match self.cause.remedy() {
            "" => Ok(()),
            remedy => write!(f, "; {remedy}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_operation_place_cause_and_remedy() {
        let failure = Failure {
            operation: "read session abcdefgh…".into(),
            place: "table app.rustdb_sessions on db1:3306".into(),
            cause: Error::LockTimeout { seconds: 30, holder: Some("held by pid 7 on web1".into()) },
        };
        let text = failure.to_string();
        for part in [
            "read session abcdefgh…",
            "db1:3306",
            "rustdb.lock_wait=30 s (held by pid 7 on web1); ",
            "session_write_close()",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
