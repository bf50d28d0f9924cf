//! rustdb: a native PHP save handler that keeps sessions in MySQL or MariaDB.
//!
//! From the top: PHP calls the nine functions of `php::handler`, or a framework the methods of `php::handler_class`, which
//! are the same. They turn PHP's strings into bytes and hand them to the request's or the object's [`session::Session`],
//! which knows what a call means: which id is locked, what was read, whether a write is one. It borrows a connection from a pool of [`db`], and speaks on it in the words of the [`store`], where all SQL
//! stands. [`codec`] compresses and encrypts what lies in a row, and [`merge`] makes one session of what two requests
//! made of it at once. [`label`] and [`ticket`] are what the functions of the namespace `Rustdb` do beside sessions, in
//! tables of their own ([`side_table`]), and [`inspect`] asks the servers what the command `rustdb` tells.
//!
//! Below them: [`config`] checks the directives and reads the files of secrets that some name, [`sid`] checks ids and
//! signs ours, [`counters`] count, a [`deadline`] says how long an operation goes on waiting, [`held`] tells forked
//! children what their parent holds, [`process`] which process this is, a [`fact`] is what PHP gets to see of all that, [`random`] makes numbers, and [`error`] words
//! what goes wrong.
//!
//! Data flows one way: `php -> session -> {merge, codec} -> store -> db -> {config, sid} -> error`, and no two files
//! know each other. Only `php` knows PHP, and only it has `unsafe` code.

#![deny(unsafe_code)]
// The unit tests and the fuzz targets run without a PHP around them, and so without the room that calls everything.
#![cfg_attr(any(test, fuzzing), allow(dead_code, unused_imports))]

mod codec;
mod config;
mod counters;
mod db;
mod deadline;
mod error;
mod fact;
#[cfg(fuzzing)]
pub mod fuzzing;
mod held;
mod inspect;
mod label;
mod merge;
#[cfg(not(any(test, fuzzing)))]
mod php;
mod process;
mod random;
mod session;
mod sid;
mod side_table;
#[cfg(test)]
#[path = "php/sockets.rs"]
#[allow(unsafe_code)]
mod sockets;
mod store;
#[cfg(test)]
mod testing;
mod ticket;
