//! Connections to MySQL and MariaDB: everything below SQL.
//!
//! From the bottom: `conn` is a connection of the mysql crate and `answer` what comes over it, `tls` and `dial` make one, in bounded time. A
//! [`link`] sends statements on it and leaves nothing half-open after an error. The `connector` opens links to the servers of the list, of which
//! `hosts` knows who is down. The `lender` is r2d2, the `keeper` the thread that keeps what requests hold from ending under them. The `pool` is
//! all of that for one configuration, and `patience` what its users do while their server becomes read-only.

mod answer;
pub mod background;
mod conn;
mod connector;
pub mod dial;
mod hosts;
mod keeper;
mod lender;
mod link;
mod patience;
mod pool;
mod tls;
mod tls_errors;

pub use answer::{Reply, Row};
pub use conn::{Param, timeouts_by};
pub use connector::{Owner, ServerInfo, Statements};
pub use keeper::KeptLink;
pub use lender::PooledLink;
pub use link::{Cluster, Link};
pub use pool::Pool;
