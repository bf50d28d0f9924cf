//! All SQL, and nothing but: each function is one exchange with the server over a given [`crate::db::Link`], and one round trip, except where
//! it says otherwise. Errors are what the server says; a function names those only that mean something to its callers.
//!
//! Each file knows only those that stand below it here:
//!
//! - [`setup`] prepares a connection and checks the tables.
//! - [`inspect`] asks what an operator wants to know, and [`gc`] deletes what is over.
//! - [`row`] is the row lock protocol, [`lease`] that of leases, and [`plain`] reads and writes without locks.
//! - [`labelled`] lists and ends the sessions of a label, [`ticket`] keeps tickets, [`id_secret`] what ids are signed with, `line` is where
//!   requests wait for a row, [`holder`] finds out who has it.
//! - `write` is what all writes of a row state, and `read` the row as it is read.
//! - [`label`] is what both say of the session's label, [`mark`] what stays of an id that was given up.
//! - `schema` makes tables, `sql` writes statements, sends them and takes their answers apart.

pub mod gc;
pub mod holder;
pub mod id_secret;
pub mod inspect;
pub mod label;
pub mod labelled;
pub mod lease;
pub mod line;
pub mod mark;
pub mod plain;
mod read;
pub mod row;
mod schema;
pub mod setup;
mod sql;
pub mod ticket;
mod write;

pub use read::Row;
#[cfg(fuzzing)]
pub use read::found;
pub use write::{Base, Lifetime, Write};

#[cfg(test)]
mod server_tests;
