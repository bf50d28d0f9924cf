//! How a transaction ends on a connection, and how the next one begins.
//!
//! Over a Unix socket the end of each begins the next (`ROLLBACK AND CHAIN`, `COMMIT AND CHAIN`): then the locking read of a session is
//! all that its packet has to say, and can be a prepared statement. Such a transaction is empty and nobody's until
//! [`Link::take_chained`]; a statement that is to commit itself must not run in it, and [`Link::run`] sees to that.

use std::mem;

use super::{Link, Param, Reply};
use crate::error::{Error, Result};

/// ER_UNKNOWN_STMT_HANDLER, ER_MAX_PREPARED_STMT_COUNT_REACHED, ER_NEED_REPREPARE and ER_UNSUPPORTED_PS: the same as text can
/// succeed.
const PREPARED_NO_MORE: [u16; 4] = [1243, 1461, 1615, 1295];

impl Link {
    /// Whether a transaction was begun by the end of the last one, and is nobody's.
    pub fn is_chained(&self) -> bool {
        self.chained && !self.in_transaction
    }

    /// Whether a transaction was begun by the end of the last one. It is the caller's then.
    pub fn take_chained(&mut self) -> bool {
        let chained = mem::take(&mut self.chained);
        self.in_transaction |= chained;
        chained
    }

    /// Does something behind the back of a transaction that was begun by the end of the last one.
    #[cfg(test)]
    pub fn behind_its_back<T>(&mut self, act: impl FnOnce(&mut Link) -> T) -> T {
        let chained = mem::take(&mut self.chained);
        let outcome = act(self);
        self.chained = chained;
        outcome
    }

    /// The word that ends a transaction, and begins the next one where that pays. [`Link::ended`] has to follow.
    pub fn commit(&self) -> &'static str {
        match self.chains {
            true => "COMMIT AND CHAIN",
            false => "COMMIT",
        }
    }

    /// The server has been told the word of [`Link::commit`].
    pub fn ended(&mut self) {
        self.in_transaction = false;
        self.chained = self.chains;
    }

    /// Whether a SELECT goes as a prepared statement.
    pub fn queries(&self) -> bool {
        self.prepares && self.reused
    }

    /// Executes a SELECT as a prepared statement, for a text that [`Link::take_buffer`] gave. None where the server would rather not, or
    /// says that the transaction that should be open is not: no transaction is then, and the same can be sent as text.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn query(&mut self, sql: String, params: &[Param<'_>]) -> Result<Option<Reply>> {
        let needs_transaction = self.in_transaction;
        let outcome = self.execute_any(&sql, params);
        self.buffer = sql;
        match outcome {
            Err(Error::Server { code, .. }) if PREPARED_NO_MORE.contains(&code) => {
                (self.prepares, self.chains) = (false, false);
                Ok(None)
            }
            Ok(_) if needs_transaction && !self.says_in_transaction() => {
                (self.prepares, self.chains) = (false, false);
                self.in_transaction = false;
                Ok(None)
            }
            outcome => outcome.map(Some),
        }
    }

    /// Prepares a statement, unless that was done before. False where the server would rather not: nothing has changed then, a transaction
    /// that is open stays open.
    ///
    /// # Errors
    /// As [`Link::run`].
    pub fn prepare(&mut self, sql: &str, params: usize) -> Result<bool> {
        self.guarded(|wire| match wire.prepared(sql, params) {
            Err(Error::Server { code, .. }) if PREPARED_NO_MORE.contains(&code) => Ok(false),
            outcome => outcome.map(|_| true),
        })
    }

    fn says_in_transaction(&self) -> bool {
        let wire = self.wire.as_ref();
        wire.is_some_and(|wire| wire.is_in_transaction())
    }

    /// Ends the transaction and frees its locks, without waiting for the answer: nothing can be lost with
    /// it. The server has it before anything that is said on this connection later, which is when a
    /// connection that was lost, or a server that would not, is noticed.
    pub fn release(&mut self) {
        if !self.in_transaction {
            return;
        }
        let sql = match self.chains {
            true => "ROLLBACK AND CHAIN",
            false => "ROLLBACK",
        };
        self.in_transaction = false;
        if self.guarded(|wire| wire.send_query(sql)).is_ok() {
            self.unanswered = true;
            self.chained = self.chains;
        }
    }

    /// Ends the transaction, if one is open, and frees its locks.
    ///
    /// # Errors
    /// When the server could not be told; then the connection is closed, which frees them as well.
    pub fn rollback(&mut self) -> Result<()> {
        self.chained = false;
        self.run("ROLLBACK")?;
        self.in_transaction = false;
        Ok(())
    }
}
