//! rustdb: a native PHP save handler that keeps sessions in MySQL or MariaDB.
//!
//! From the top: PHP calls the nine functions of `php::handler`. They turn PHP's strings into bytes
//! and hand them to the request's [`session::Session`], which knows what a call means: which id is
//! locked, what was read, whether a write is one. It borrows a connection from the [`pool`], and speaks
//! on it in the words of the [`store`], where all SQL stands. A [`link`] is one connection, the [`wire`]
//! under it speaks MySQL's protocol, [`slots`] counts them, and the [`keeper`] is the one thread beside
//! PHP's: it renews leases and keeps long-held connections from falling silent. [`held`] tells forked children what their parent
//! holds. [`config`] and [`sid`]
//! check what comes in from outside, [`secret_file`] who else may read a password or key, [`codec`] compresses and
//! encrypts what lies in a row, [`counters`] count, [`error`] words what goes wrong, a
//! [`deadline`] says how long an operation goes on waiting.
//!
//! Data flows one way: `php -> session -> codec -> {store, pool} -> link -> wire -> {config, sid} -> error`. Only
//! `php` knows PHP, and only it has `unsafe` code.

#![deny(unsafe_code)]
// The unit tests and the fuzz targets run without a PHP around them, and so without the room that calls everything.
#![cfg_attr(any(test, fuzzing), allow(dead_code))]

mod codec;
mod config;
mod counters;
mod db;
mod deadline;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
mod held;
mod label;
#[cfg(not(any(test, fuzzing)))]
mod php;
mod process;
mod random;
mod secret_file;
mod session;
mod sid;
mod side_table;
mod store;
#[cfg(test)]
mod testing;
mod ticket;
