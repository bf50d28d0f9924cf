//! One request's session: what PHP's callbacks mean, in terms of locks and rows.
//!
//! From the top: `callbacks` are the functions of PHP's save handler, which `start`, `destroy`, `gc` and `labels` do the longer work of; `notices`
//! are what an operator should know besides. They work on a [`Session`] (`state`), which keeps one view of one id and serves from it as
//! long as that is safe; `forked` is that of a child process. Below them nothing knows the session as a whole, only the [`Database`] and
//! the view: `write` stores and gives up what is held, `row_lock` and `lease` take it, `marks` and `lifetime` say what rows are worth, the latter by what a
//! request has `seen` and what it wants.
//!
//! [`Database`]: database::Database

mod callbacks;
mod database;
mod destroy;
mod forked;
mod gc;
mod labels;
mod lease;
mod lifetime;
mod marks;
mod merging;
mod notices;
mod row_lock;
pub mod seen;
mod start;
mod state;
mod write;

pub use state::{Ending, Intent, Legacy, Session};

#[cfg(test)]
mod fault_kinds;
#[cfg(test)]
mod fault_tests;
#[cfg(test)]
mod lasting_tests;
#[cfg(test)]
mod lease_end_tests;
#[cfg(test)]
mod lease_tests;
#[cfg(test)]
mod lost_tests;
#[cfg(test)]
mod mark_tests;
#[cfg(test)]
mod merging_tests;
#[cfg(test)]
mod own_lifetime_tests;
#[cfg(test)]
mod strict_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod wait_tests;
