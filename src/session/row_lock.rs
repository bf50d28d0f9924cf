//! `rustdb.lock=row`: how a session's row is locked, and who holds it.

use super::database::{Database, random_version};
use super::state::{Found, Hold};
use crate::config::LockFailure;
use crate::db::{Link, PooledLink};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::sid::SessionId;
use crate::store::row::{self, Birth, Origin};
use crate::store::{Row, holder, line};

impl Database {
    /// Locks the row. With `birth`, a session that does not exist is locked too.
    pub fn lock(
        &self,
        mut link: PooledLink,
        sid: &SessionId,
        birth: Option<Origin>,
        deadline: Deadline,
    ) -> Result<Found> {
        let table = self.table();
        match self.until(deadline, &mut link, |link| lock_or_birth(link, table, sid, birth, deadline)) {
            Ok((row, Some(version))) => Ok((row, Hold::Locked(self.pool.keeper.keep_link(link)?, version))),
            Ok((row, None)) => Ok((row, Hold::NotFound(link))),
            Err(cause) => {
                line::leave(&mut link, table, sid);
                // Who reads without the lock need not know who has it.
                Err(match self.config.lock_failure {
                    LockFailure::Fail => self.name_holder(&mut link, sid, cause),
                    LockFailure::ReadOnly => cause,
                })
            }
        }
    }

    /// Adds to a wait that has ended who holds the row, as far as the server tells. Who does not wait at
    /// all (`rustdb.lock_wait=0`) does not want to wait for that either.
    pub fn name_holder(&self, link: &mut Link, sid: &SessionId, cause: Error) -> Error {
        match cause {
            Error::LockTimeout { seconds, .. } if self.config.lock_wait > 0 => {
                let maria = self.pool.server().is_some_and(|(_, info)| info.is_mariadb());
                Error::LockTimeout { seconds, holder: holder::find(link, self.table(), sid, maria) }
            }
            other => other,
        }
    }
}

/// The row as found, and the version of what is locked now: the row or a placeholder.
fn lock_or_birth(
    link: &mut Link,
    table: &str,
    sid: &SessionId,
    birth: Option<Origin>,
    deadline: Deadline,
) -> Result<(Option<Row>, Option<u64>)> {
    if birth == Some(Origin::Ours) {
        match row::birth(link, table, sid, Origin::Ours, random_version()?, deadline.left()) {
            Ok(Birth::Placeholder(version)) => return Ok((None, Some(version))),
            // ER_DUP_ENTRY: an id of ours that exists all the same is anyone's id.
            Ok(Birth::Existing(_)) | Err(Error::Server { code: 1062, .. }) => {}
            Err(cause) => return Err(cause),
        }
    }
    let found = match row::lock(link, table, sid, deadline.left())? {
        None if birth.is_some() => {
            match row::birth(link, table, sid, Origin::Client, random_version()?, deadline.left())? {
                Birth::Placeholder(version) => return Ok((None, Some(version))),
                Birth::Existing(row) => Some(row),
            }
        }
        found => found,
    };
    let version = found.as_ref().map(|row| row.version);
    Ok((found, version))
}
