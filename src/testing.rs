//! What the unit tests share: a table of their own on the real server that `make test` starts.

pub mod played;
pub mod proxy;

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder};
use rand::RngExt as _;

use crate::config::Config;
use crate::config::tests::config_with;
use crate::db::{self, Pool};
use crate::error::Error;
use crate::merge::Format;
use crate::session::{Intent, Session};
use crate::sid::SessionId;
use crate::sockets;
use crate::store::setup::STATEMENTS;
use crate::store::{Lifetime, lease, mark};

/// The lifetime that tests write with, in seconds.
pub const LIFETIME: i64 = 1440;

/// A lifetime without an absolute end.
pub fn seconds(seconds: u64) -> Lifetime {
    Lifetime { usual: seconds, own: 0, sets_own: false, slack: 0, absolute: None }
}

/// A table, and an administrator who looks into it. The table goes with the fixture.
pub struct Fixture {
    pub table: String,
    pub config: Arc<Config>,
    directives: Vec<(String, String)>,
    admin: Conn,
}

/// See [`Fixture::sibling`].
pub struct Sibling(Arc<Config>);

impl Sibling {
    /// A session after PHP's open.
    pub fn session(&self) -> Session {
        Session::new(pool_of(&self.0), self.0.clone(), || Format::Php)
    }

    /// Checks that all connections are back in the pool, and that the server has no transaction open on any.
    pub fn ensure_no_transaction(&self, place: &str) {
        let pool = pool_of(&self.0);
        let (_, lent, idle) = pool.state();
        assert_eq!(lent, 0, "{place}: a connection was not given back");
        let links: Vec<_> = (0..idle).filter_map(|_| pool.spare(1)).collect();
        for mut link in links.into_iter().flatten() {
            // Refused within a transaction (1568 in both servers' lists of errors), and else without effect.
            let answer = link.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
            if let Err(Error::Server { code: 1568, .. }) = answer {
                panic!("{place}: a transaction stayed open");
            }
        }
    }
}

fn pool_of(config: &Config) -> Arc<Pool> {
    db::timeouts_by(sockets::set_timeouts);
    Pool::shared(&config.server, &STATEMENTS, || 8)
}

impl Drop for Sibling {
    fn drop(&mut self) {
        Pool::forget(&self.0.server);
    }
}

/// A folder for files of a test, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("rustdb-test-{}-{number}", std::process::id()));
        fs::create_dir(&path).expect("a folder");
        Folder(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a path").to_owned()
    }

    /// Makes a file that only its owner can read, or changes what is in it; returns its path.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, contents).expect(&path);
        fs::set_permissions(&path, Permissions::from_mode(0o600)).expect(&path);
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: these tests run under `make test`"))
}

/// The server's Unix socket. A fixture connects to it, or to the port, as the run's flavor has it.
pub fn socket() -> String {
    variable("RUSTDB_TEST_DIR") + "/db.sock"
}

impl Fixture {
    /// `name` makes the table's name, `changes` are directives.
    pub fn new(name: &str, changes: &[(&str, &str)]) -> Fixture {
        let table = format!("u_{name}_{}", std::process::id());
        let (socket, host, port) =
            (variable("RUSTDB_TEST_SOCKET"), variable("RUSTDB_TEST_HOST"), variable("RUSTDB_TEST_PORT"));
        let user = variable("RUSTDB_TEST_USER");
        let password = variable("RUSTDB_TEST_PASSWORD");
        let database = variable("RUSTDB_TEST_DATABASE");
        let mut all = vec![
            ("rustdb.socket", socket.as_str()),
            ("rustdb.host", &host),
            ("rustdb.port", &port),
            ("rustdb.user", &user),
            ("rustdb.password", &password),
            ("rustdb.database", &database),
            ("rustdb.table", &table),
        ];
        all.extend_from_slice(changes);
        let config = config_with(&all).expect("the test's configuration");
        let directives = all.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let options = OptsBuilder::new()
            .ip_or_hostname(Some(host.clone()))
            .tcp_port(port.parse().expect("a port"))
            .user(Some(variable("RUSTDB_TEST_ADMIN_USER")))
            .pass(Some(variable("RUSTDB_TEST_ADMIN_PASSWORD")))
            .db_name(Some(database.clone()))
            .prefer_socket(false);
        let admin = Conn::new(options).expect("an administrator's connection");
        Fixture { table: config.server.table.clone(), config: Arc::new(config), directives, admin }
    }

    /// Sessions of the same table with other directives.
    pub fn sibling(&self, changes: &[(&str, &str)]) -> Sibling {
        let mut all: Vec<(&str, &str)> = self.directives.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        all.extend_from_slice(changes);
        Sibling(Arc::new(config_with(&all).expect("the test's configuration")))
    }

    pub fn pool(&self) -> Arc<Pool> {
        pool_of(&self.config)
    }

    /// A session after PHP's open.
    pub fn session(&self) -> Session {
        Session::new(self.pool(), self.config.clone(), || Format::Php)
    }

    /// Stores a session as another request would.
    pub fn store(&self, id: &str, data: &[u8]) {
        let mut session = self.session();
        session.read(id.as_bytes(), Intent::Write).expect("read");
        session.write(id.as_bytes(), data, LIFETIME).expect("write");
    }

    /// What a request that comes now reads.
    pub fn stored(&self, id: &str) -> Vec<u8> {
        self.session().read(id.as_bytes(), Intent::ReadAndClose).expect("read").to_vec()
    }

    /// Runs a statement as administrator; `{t}` is the table, `{id}` the row's key.
    pub fn sql(&mut self, id: &str, sql: &str) {
        let sql = self.fill(id, sql);
        self.admin.query_drop(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The one number that a query returns.
    pub fn number(&mut self, id: &str, sql: &str) -> u64 {
        let sql = self.fill(id, sql);
        let found = self.admin.query_first(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        found.unwrap_or_else(|| panic!("{sql}: no row"))
    }

    /// How many rows of sessions there are: neither marks nor the secret.
    pub fn rows(&mut self) -> u64 {
        let (no_mark, no_secret) = (mark::NO_MARK, "id<>REPEAT('\\0',32)");
        self.number("a", &format!("SELECT COUNT(*) FROM {{t}} WHERE {no_mark} AND {no_secret}"))
    }

    /// The codec of the mark that an id has left; none where there is none.
    pub fn mark(&mut self, id: &str) -> Option<u64> {
        let no_mark = mark::NO_MARK;
        let sql = format!("SELECT COALESCE(MAX(codec),0) FROM {{t}} WHERE id={{id}} AND NOT {no_mark}");
        Some(self.number(id, &sql)).filter(|codec| *codec > 0)
    }

    /// Ends a connection as an administrator would.
    pub fn kill(&mut self, connection: u64) {
        self.sql("a", &format!("KILL {connection}"));
        // The server frees the locks when the connection's thread has gone. MySQL's other list fails where any process runs a statement
        // with bytes that are no text.
        let schema = match variable("RUSTDB_TEST_FLAVOR").as_str() {
            "mysql" => "performance_schema",
            _ => "information_schema",
        };
        let gone = format!("SELECT COUNT(*)=0 FROM {schema}.processlist WHERE id={connection}");
        self.wait_until(&gone, Duration::from_millis(2));
    }

    /// Waits until a statement on this fixture's table waits for a row.
    pub fn wait_for_waiter(&mut self) {
        // A prepared statement has no text in MySQL's table of transactions.
        let waiting = match variable("RUSTDB_TEST_FLAVOR").as_str() {
            "mysql" => {
                "SELECT COUNT(*)>0 FROM performance_schema.data_locks \
                 WHERE object_name LIKE '{t}%' AND lock_status='WAITING'"
            }
            _ => {
                "SELECT COUNT(*)>0 FROM information_schema.innodb_trx \
                 WHERE trx_state='LOCK WAIT' AND trx_query LIKE '%{t}%'"
            }
        };
        // InnoDB refreshes this table only when nobody has looked for 100 ms, and other tests look, too: in step they would never see news.
        let pause = rand::rng().random_range(120..500);
        self.wait_until(waiting, Duration::from_millis(pause));
    }

    /// Waits until a query returns 1.
    pub fn wait_until(&mut self, query: &str, pause: Duration) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.number("a", query) != 1 {
            assert!(Instant::now() < deadline, "still not: {query}");
            thread::sleep(pause);
        }
    }

    fn fill(&self, id: &str, sql: &str) -> String {
        let digest = SessionId::parse(id.as_bytes()).expect("a session id");
        let hex: String = digest.digest().iter().map(|byte| format!("{byte:02x}")).collect();
        sql.replace("{t}", &self.table).replace("{id}", &format!("x'{hex}'"))
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        Pool::forget(&self.config.server);
        let (sessions, leases) = (&self.table, lease::SUFFIX);
        let drop = format!("DROP TABLE IF EXISTS `{sessions}`,`{sessions}{leases}`,`{sessions}_label`");
        let _ = self.admin.query_drop(drop);
    }
}
