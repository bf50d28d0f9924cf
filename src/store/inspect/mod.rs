//! What a server tells an operator, for `Rustdb\inspect()`: nothing here changes anything.
//!
//! - [`host`] is one server: its kind, settings and clock.
//! - [`tables`] are those that the configuration needs, what they lack, and the account's rights on them; `grants` reads SHOW GRANTS.
//! - [`sessions`] counts by a sample, [`locks`] tells who holds a session and who waits.

mod grants;
pub mod host;
pub mod locks;
pub mod sessions;
pub mod tables;
