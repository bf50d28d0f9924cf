//! The directives' parsers, by example and by property.

use proptest::prelude::*;

use super::directives::DIRECTIVES;
use super::*;
use crate::error::Error;

/// The defaults, with `changes` on top and a database, as `Config::parse` asks for them.
pub(crate) fn config_with(changes: &[(&str, &str)]) -> Result<Config> {
    Config::parse(|name| {
        let changed = changes.iter().rev().find(|(changed, _)| *changed == name);
        let default = if name == "rustdb.database" { "app" } else { default_of(name) };
        changed.map_or(default, |(_, value)| value).to_owned()
    })
}

fn tcp(host: &str, port: u16) -> Endpoint {
    Endpoint::Tcp(host.to_owned(), port)
}

#[test]
fn the_defaults_are_the_designs() {
    let config = config_with(&[]).unwrap();
    assert_eq!(config.server.endpoints, [tcp("127.0.0.1", 3306)]);
    assert_eq!(config.server.table, "rustdb_sessions");
    assert_eq!(config.server.connect_timeout, Duration::from_secs(5));
    assert_eq!(config.server.idle_timeout, Duration::from_secs(600));
    assert_eq!((config.lock, config.lock_wait), (LockMode::Row, 30));
    assert_eq!(config.lock_failure, LockFailure::Fail);
    assert_eq!(config.slow_lock_ms, 0);
    assert_eq!((config.touch_interval, config.gc_batch), (60, 1000));
    assert!(config.server.create_table);
    assert_eq!(config.server.tls.mode, SslMode::Preferred);
    assert_eq!((config.encryption_required, config.compress_from), (false, None));
    assert_eq!(config.encryption_key_file, "");
    assert_eq!((config.absolute_lifetime, config.new_lifetime), (None, None));
}

#[test]
fn compression_takes_its_threshold_only_when_it_is_on() {
    let compress_from = |value: &str| {
        let changes = [("rustdb.compression", value), ("rustdb.compression_min_bytes", "7")];
        config_with(&changes).unwrap().compress_from
    };
    assert_eq!(compress_from("zstd"), Some(7));
    assert_eq!(compress_from("none"), None);
    // What php.ini's parser makes of the bare word none.
    assert_eq!(compress_from(""), None);
}

#[test]
fn hosts_keep_their_order_and_may_carry_ports() {
    let hosts = parse_hosts("db1, db2:3307,[::1]:3308,2001:db8::1,[fe80::1]", 3306).unwrap();
    let expected =
        [tcp("db1", 3306), tcp("db2", 3307), tcp("::1", 3308), tcp("2001:db8::1", 3306), tcp("fe80::1", 3306)];
    assert_eq!(hosts, expected);
}

#[test]
fn wrong_hosts_are_refused_by_name() {
    for list in ["", ",", "db1,", "db1:0", "db1:65536", "db1:+5", "db1:", "[::1", "[::1]x", "a b", "u@h", "a/b"] {
        let error = parse_hosts(list, 3306).unwrap_err().to_string();
        assert!(error.starts_with("rustdb.host="), "{list}: {error}");
    }
}

#[test]
fn a_socket_wins_over_hosts_even_over_wrong_ones() {
    let config = config_with(&[("rustdb.socket", "/run/s.sock"), ("rustdb.host", "::::")]).unwrap();
    assert_eq!(config.server.endpoints, [Endpoint::Socket("/run/s.sock".into())]);
}

#[test]
fn wrong_values_are_refused_with_the_directive_and_what_it_takes() {
    let wrong = [
        ("rustdb.port", "0"),
        ("rustdb.ssl_mode", "on"),
        ("rustdb.database", ""),
        ("rustdb.table", "a`b"),
        ("rustdb.table", ""),
        ("rustdb.create_table", "maybe"),
        ("rustdb.connect_timeout", "0"),
        ("rustdb.idle_timeout", "-1"),
        ("rustdb.pool_size", "many"),
        ("rustdb.lock", "rows"),
        ("rustdb.lock_wait", "1.5"),
        ("rustdb.lock_wait", "+5"),
        ("rustdb.lock_failure", ""),
        ("rustdb.slow_lock_ms", "1.5"),
        ("rustdb.lease", "2"),
        ("rustdb.touch_interval", "x"),
        ("rustdb.absolute_lifetime", "-1"),
        ("rustdb.new_lifetime", "315360001"),
        ("rustdb.gc_batch", "0"),
        ("rustdb.encryption", "on"),
        ("rustdb.encryption", ""),
        ("rustdb.encryption", "required"),
        ("rustdb.compression", "gzip"),
        ("rustdb.compression_min_bytes", "-1"),
    ];
    for (name, value) in wrong {
        match config_with(&[(name, value)]) {
            Err(Error::Config { directive, expected, .. }) => {
                assert_eq!(directive, name);
                assert!(!expected.is_empty());
            }
            other => panic!("{name}={value}: {other:?}"),
        }
    }
}

#[test]
fn tls_that_is_to_be_checked_needs_a_ca_and_a_certificate_its_key() {
    let refused = |changes: &[(&str, &str)]| match config_with(changes) {
        Err(Error::Config { directive, .. }) => directive,
        other => panic!("{changes:?}: {other:?}"),
    };
    for mode in ["verify_ca", "verify_identity"] {
        assert_eq!(refused(&[("rustdb.ssl_mode", mode)]), "rustdb.ssl_ca");
    }
    assert_eq!(refused(&[("rustdb.ssl_cert", "/c")]), "rustdb.ssl_key");
    assert_eq!(refused(&[("rustdb.ssl_key", "/k")]), "rustdb.ssl_cert");
    // Where nothing is encrypted nobody looks at them.
    let unused = [
        [("rustdb.ssl_mode", "verify_ca"), ("rustdb.socket", "/run/s.sock")],
        [("rustdb.ssl_mode", "disabled"), ("rustdb.ssl_cert", "/c")],
    ];
    for changes in unused {
        assert!(config_with(&changes).is_ok(), "{changes:?}");
    }
    let config = config_with(&[("rustdb.ssl_mode", "VERIFY_CA"), ("rustdb.ssl_ca", "/ca")]).unwrap();
    assert_eq!(config.server.tls.mode, SslMode::VerifyCa);
}

#[test]
fn the_bare_word_none_of_php_ini_arrives_empty_and_means_none() {
    assert_eq!(config_with(&[("rustdb.lock", "")]).unwrap().lock, LockMode::None);
    assert_eq!(config_with(&[("rustdb.lock", "none")]).unwrap().lock, LockMode::None);
    assert!(config_with(&[("rustdb.lock", "lease")]).unwrap().server.leases);
}

#[test]
fn a_script_is_told_what_is_wrong_with_one_directive() {
    for (name, right, wrong) in [
        ("rustdb.lock_wait", "0", "-1"),
        ("rustdb.lock_failure", "readonly", "maybe"),
        ("rustdb.slow_lock_ms", "7", ""),
        ("rustdb.regenerate_grace", "7", "x"),
        ("rustdb.absolute_lifetime", "0", "1.5"),
        ("rustdb.new_lifetime", "7", "+7"),
    ] {
        assert_eq!(Config::check_one(name, right, right), Ok(()));
        let error = Config::check_one(name, right, wrong).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name}=\"{wrong}\"")), "{error}");
    }
}

#[test]
fn debug_output_hides_the_password() {
    let config = config_with(&[("rustdb.password", "hunter2")]).unwrap();
    let debug = format!("{config:?}");
    assert!(!debug.contains("hunter2") && debug.contains("(hidden)"), "{debug}");
}

proptest! {
    #[test]
    fn no_value_panics_the_parser(name in 0..DIRECTIVES.len(), value in ".{0,80}") {
        let name = DIRECTIVES[name].name.to_str().unwrap();
        let _ = config_with(&[(name, &value)]);
    }

    #[test]
    fn every_host_with_a_port_is_read_back_as_written(
        hosts in prop::collection::vec(("[a-z][a-z0-9.-]{0,20}", 1..=u16::MAX), 1..5),
    ) {
        let list: Vec<_> = hosts.iter().map(|(host, port)| format!("{host}:{port}")).collect();
        let expected: Vec<_> = hosts.iter().map(|(host, port)| tcp(host, *port)).collect();
        prop_assert_eq!(parse_hosts(&list.join(" , "), 1).unwrap(), expected);
    }

    #[test]
    fn endpoints_are_printed_as_they_are_read(list in "[a-z0-9:.,\\[\\]]{0,30}") {
        if let Ok(endpoints) = parse_hosts(&list, 3306) {
            let printed: Vec<_> = endpoints.iter().map(ToString::to_string).collect();
            prop_assert_eq!(parse_hosts(&printed.join(","), 1).unwrap(), endpoints);
        }
    }

    #[test]
    fn a_table_name_that_passes_is_safe_between_backticks(name in ".{0,70}") {
        if let Ok(table) = parse_table("rustdb.table", &name, false) {
            prop_assert!(table.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'$'));
        }
    }
}

fn lock_with(directive: &str, lock: Option<&str>) -> Result<LockMode> {
    let options = Options { lock: lock.map(str::to_owned), ..Options::default() };
    config_with(&[("rustdb.lock", directive)]).unwrap().with(&options).map(|config| config.lock)
}

#[test]
fn lock_is_merge_unless_it_is_asked_for_or_the_table_has_leases() {
    assert_eq!(lock_with("row", None), Ok(LockMode::Merge));
    assert_eq!(lock_with("none", Some("Row")), Ok(LockMode::Row));
    assert_eq!(lock_with("row", Some("none")), Ok(LockMode::None));
    assert_eq!(lock_with("lease", None), Ok(LockMode::Lease));
    assert_eq!(lock_with("lease", Some("lease")), Ok(LockMode::Lease));
}

#[test]
fn a_lock_that_the_table_cannot_have_is_refused_with_the_remedy() {
    let refused = |directive, lock| lock_with(directive, Some(lock)).unwrap_err().to_string();
    assert!(refused("lease", "merge").contains("leave the option out"));
    assert!(refused("row", "lease").contains("set it in php.ini"));
    for wrong in ["rows", ""] {
        assert!(refused("row", wrong).ends_with("one of row, merge, lease, none"));
    }
}

#[test]
fn what_is_not_asked_for_is_as_the_directives_say() {
    let config = config_with(&[("rustdb.lock_wait", "7"), ("rustdb.table", "t")]).unwrap();
    let same = config.with(&Options::default()).unwrap();
    assert_eq!((same.lock_wait, &*same.server.table), (7, "t"));
    let options = Options { lock_wait: Some(0), table: Some("u$_2".into()), ..Options::default() };
    let other = config.with(&options).unwrap();
    assert_eq!((other.lock_wait, &*other.server.table), (0, "u$_2"));
    for wrong in [
        Options { lock_wait: Some(-1), ..Options::default() },
        Options { lock_wait: Some(86_401), ..Options::default() },
        Options { table: Some("a`b".into()), ..Options::default() },
    ] {
        assert!(config.with(&wrong).is_err(), "{wrong:?}");
    }
}
