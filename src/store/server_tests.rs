//! What the statements do on a real server.

use proptest::prelude::*;

use super::label::{Handle, LabelWrite};
use super::lease::Place;
use super::row::Origin;
use super::sql::PREPARE_FROM;
use super::*;
use crate::db::{Cluster, Link, Owner, PooledLink, Reply};
use crate::error::Error;
use crate::sid::SessionId;
use crate::testing::proxy::{Fault, Plan, Proxy};
use crate::testing::{Fixture, seconds, socket};

#[test]
fn any_bytes_come_back_as_they_were_whichever_way_they_are_sent() {
    let f = Fixture::new("bytes", &[]);
    let link = std::cell::RefCell::new(f.pool().get(30).unwrap());
    let sid = SessionId::parse(b"abc").unwrap();
    let write = |data: &[u8]| {
        let link: &mut Link = &mut link.borrow_mut();
        plain::replace(
            link,
            &f.table,
            &sid,
            Base::Nothing,
            &Write { codec: 0, data, version: 1, lifetime: seconds(99), label: LabelWrite::None },
        )
        .unwrap();
        let row = plain::read(link, &f.table, &sid).unwrap().unwrap();
        assert_eq!(*row.data, *data);
    };
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(200));
    let any_data = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        ".{0,100}".prop_map(String::into_bytes),
        "[\\\\'\"\0\n%_;a-z]{0,100}".prop_map(String::into_bytes),
    ];
    runner
        .run(&any_data, |data| {
            write(&data);
            Ok(())
        })
        .unwrap();
    for length in [PREPARE_FROM - 1, PREPARE_FROM, PREPARE_FROM + 1, 20 << 20] {
        let data: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        write(&data);
    }
}

#[test]
fn a_galera_node_that_waits_for_the_others_in_vain_is_left_and_nobody_is_said_to_hold_the_session() {
    let proxy = Proxy::new();
    let f = Fixture::new("vain", &proxy.directives());
    let mut link = f.pool().get(30).unwrap();
    link.cluster = Cluster::Galera;
    proxy.arm(Plan::next(Fault::Refuse(1205)));
    let sid = SessionId::parse(b"abc").unwrap();
    let cause = plain::read_causal(&mut link, &f.table, &sid).err().unwrap();
    assert!(proxy.disarm());
    assert!(cause.outdated_connection(), "{cause}");
    assert!(!cause.to_string().contains("held"), "{cause}");
}

#[test]
fn gc_of_sessions_with_leases_names_no_more_of_them_than_a_packet_takes() {
    let mut f = Fixture::new("room", &[("rustdb.lock", "lease")]);
    for number in 0..20 {
        f.store(&format!("a{number}"), b"x");
    }
    let mut link = f.pool().get(30).unwrap();
    link.max_packet = 1024;
    f.sql("a", "UPDATE {t} SET expires_at=1 WHERE codec=0 LIMIT 10");
    while gc::collect_with_leases(&mut link, &f.table, 1000, None).unwrap().last.is_some() {}
    assert_eq!(f.rows(), 10);
    f.sql("a", "DELETE FROM {t}");
    let mut after = Some(Vec::new());
    while let Some(id) = after {
        after = gc::sweep_leases(&mut link, &f.table, &id, 1000).unwrap().last;
    }
    assert_eq!(f.number("a", "SELECT COUNT(*) FROM {t}_lease"), 0);
}

#[test]
fn a_write_states_the_version_that_it_found_and_others_are_refused() {
    let f = Fixture::new("version", &[]);
    let mut link = f.pool().get(30).unwrap();
    let sid = SessionId::parse(b"abc").unwrap();
    for data in [vec![b'x'; 10], vec![b'x'; PREPARE_FROM]] {
        plain::replace(
            &mut link,
            &f.table,
            &sid,
            Base::Nothing,
            &Write { codec: 0, data: b"", version: 7, lifetime: seconds(99), label: LabelWrite::None },
        )
        .unwrap();
        let new = Write { codec: 0, data: &data, version: 8, lifetime: seconds(99), label: LabelWrite::None };
        for (locked, stored) in [(6, false), (7, true), (7, false)] {
            row::lock(&mut link, &f.table, &sid, 30).unwrap().unwrap();
            let written = row::write(&mut link, &f.table, &sid, Base::Live(7), locked, &new).unwrap();
            assert_eq!(written, stored);
            assert!(!link.in_transaction);
        }
        assert_eq!(plain::read(&mut link, &f.table, &sid).unwrap().unwrap().version, 8);
    }
}

/// How many statements this connection has asked to prepare. MySQL prepares some again by itself, once it knows the parameters' types.
fn prepared(link: &mut Link) -> u64 {
    let mut count = |name: &str| {
        let rows = sql::rows(link.run(&format!("SHOW SESSION STATUS LIKE 'Com_stmt_{name}'")).unwrap()).unwrap();
        let mut values = rows[0].values();
        values.text().unwrap();
        values.number().unwrap()
    };
    count("prepare") - count("reprepare")
}

#[test]
fn a_large_write_is_prepared_once_on_a_connection_whichever_session_and_handle_it_states() {
    let large = vec![b'x'; PREPARE_FROM];
    for lock in ["row", "lease", "none"] {
        let mut f = Fixture::new(&format!("once_{lock}"), &[("rustdb.lock", lock)]);
        let table = f.table.clone();
        let mut link = f.pool().get(30).unwrap();
        labelled::prepare(&mut link, &f.pool().config).unwrap();
        let before = prepared(&mut link);
        for number in 0..3_u8 {
            let sid = SessionId::parse(&[b'a' + number]).unwrap();
            let handle = Handle([number; 16]);
            let place = Place { table: &table, sid: &sid, owner: Owner([number; 16]), seconds: 60 };
            let labels =
                [LabelWrite::New(handle, b"alice"), LabelWrite::Kept(handle), LabelWrite::Changed(handle, None)];
            let mut base = Base::Nothing;
            for (label, version) in labels.into_iter().zip(1_u64..) {
                let new = Write { codec: 0, data: &large, version, lifetime: seconds(99), label };
                let written = match lock {
                    "row" => {
                        let row = row::lock(&mut link, &table, &sid, 30).unwrap();
                        let locked = row.map_or_else(
                            || row::birth(&mut link, &table, &sid, Origin::Client, 9, 30).map(|_| 9).unwrap(),
                            |row| row.version,
                        );
                        row::write(&mut link, &table, &sid, base, locked, &new)
                    }
                    "lease" => {
                        assert!(lease::acquire(&mut link, &place).unwrap().is_some());
                        lease::write(&mut link, &place, base, &new)
                    }
                    _ => plain::replace(&mut link, &table, &sid, base, &new),
                };
                assert!(written.unwrap(), "{lock} {version}");
                assert!(!link.in_transaction);
                base = Base::Live(version);
            }
        }
        // With a handle, and with a handle that needs its label.
        assert_eq!(prepared(&mut link) - before, 2, "{lock}");
        let all = "SELECT COUNT(*) FROM {t} s JOIN {t}_label k ON k.handle=s.handle AND k.label IS NULL \
                   WHERE LENGTH(data)=32768 AND version=3";
        assert_eq!(f.number("a", all), 3, "{lock}");
    }
}

#[test]
fn a_session_is_not_born_without_its_lease() {
    let mut f = Fixture::new("unleased", &[("rustdb.lock", "lease")]);
    let (table, sid) = (f.table.clone(), SessionId::parse(b"abc").unwrap());
    let mut link = f.pool().get(30).unwrap();
    labelled::prepare(&mut link, &f.pool().config).unwrap();
    let [mine, other] = [1, 2].map(|owner| Place { table: &table, sid: &sid, owner: Owner([owner; 16]), seconds: 60 });
    assert!(lease::acquire(&mut link, &other).unwrap().is_some());
    for data in [vec![b'x'; 10], vec![b'x'; PREPARE_FROM]] {
        let label = LabelWrite::New(Handle([7; 16]), b"alice");
        let new = Write { codec: 0, data: &data, version: 1, lifetime: seconds(99), label };
        assert!(!lease::write(&mut link, &mine, Base::Nothing, &new).unwrap());
        assert!(!link.in_transaction);
        assert_eq!(f.number("abc", "SELECT (SELECT COUNT(*) FROM {t} WHERE id={id})+COUNT(*) FROM {t}_label"), 0);
    }
    assert!(!lease::looks_free(&mut link, &mine).unwrap() && lease::looks_free(&mut link, &other).unwrap());
}

/// What a lock and its release cost the server: how often a transaction was begun by a statement, and how often a prepared statement
/// was executed, on this connection.
fn counted(link: &mut Link) -> (u64, u64) {
    let sql = "SHOW SESSION STATUS WHERE Variable_name IN ('Com_begin','Com_stmt_execute')";
    let Some(Reply::Rows(rows)) = link.run(sql).unwrap().pop() else { panic!("no rows") };
    let counts = rows.iter().map(|row| {
        let mut values = row.values();
        values.text().unwrap();
        values.number().unwrap()
    });
    let counts: Vec<u64> = counts.collect();
    (counts[0], counts[1])
}

/// A connection that counts as used before: only such a one prepares its reads.
fn second_use(f: &Fixture) -> PooledLink {
    let mut link = f.pool().get(30).unwrap();
    link.reused = true;
    link
}

/// A session that is locked and let go again, over and over, on a connection that is in its second use.
fn locked_ten_times(link: &mut Link, table: &str, sid: &SessionId) -> (u64, u64) {
    let before = counted(link);
    for _ in 0..10 {
        assert_eq!(row::lock(link, table, sid, 30).unwrap().unwrap().version, 7);
        assert!(link.in_transaction);
        link.release();
    }
    let after = counted(link);
    (after.0 - before.0, after.1 - before.1)
}

/// A new session that was written once.
fn stored(f: &Fixture) -> SessionId {
    let sid = SessionId::parse(b"abc").unwrap();
    let new = Write { codec: 0, data: b"data", version: 7, lifetime: seconds(99), label: LabelWrite::None };
    let mut link = f.pool().get(30).unwrap();
    plain::replace(&mut link, &f.table, &sid, Base::Nothing, &new).unwrap();
    sid
}

#[test]
fn a_locking_read_begins_its_transaction_by_itself_over_sockets_and_tcp() {
    for socket in [socket(), String::new()] {
        let f = Fixture::new("begins", &[("rustdb.socket", &socket)]);
        let sid = stored(&f);
        let mut link = second_use(&f);
        // What tells the server that transactions begin from now on has the first statement in its packet.
        assert_eq!(locked_ten_times(&mut link, &f.table, &sid), (0, 9), "socket {socket:?}");
        assert_eq!(locked_ten_times(&mut link, &f.table, &sid), (0, 10), "socket {socket:?}");
    }
}

#[test]
fn statements_outside_of_a_transaction_commit_themselves() {
    let mut f = Fixture::new("own", &[]);
    let (sid, table) = (stored(&f), f.table.clone());
    let mut link = second_use(&f);
    let lock_and_release = |link: &mut Link| {
        row::lock(link, &table, &sid, 30).unwrap().unwrap();
        link.release();
    };
    lock_and_release(&mut link);
    assert!(plain::touch(&mut link, &f.table, &sid, 7, seconds(5000)).unwrap());
    assert!(f.number("abc", "SELECT expires_at-UNIX_TIMESTAMP() FROM {t} WHERE id={id}") > 4000);
    // And a read leaves no transaction open, which would keep ALTER TABLE waiting.
    lock_and_release(&mut link);
    plain::read(&mut link, &f.table, &sid).unwrap().unwrap();
    f.sql("abc", "ALTER TABLE {t} COMMENT='nobody is in the way'");
}

#[test]
fn a_prepared_read_follows_a_table_that_changes() {
    let mut f = Fixture::new("altered", &[("rustdb.lock", "none")]);
    let (sid, table) = (stored(&f), f.table.clone());
    let mut link = second_use(&f);
    let read = |link: &mut Link| plain::read(link, &table, &sid).unwrap().unwrap();
    assert_eq!(read(&mut link).version, 7);
    f.sql(
        "abc",
        "ALTER TABLE {t} MODIFY codec INT UNSIGNED NOT NULL, MODIFY created_at VARCHAR(20) NOT NULL, ADD more INT",
    );
    f.sql("abc", "UPDATE {t} SET codec=3,version=18446744073709551615");
    let row = read(&mut link);
    assert_eq!((row.version, row.codec), (u64::MAX, 3));
    assert_eq!(&*row.data, b"data");
    assert!(row.created_at > 1_600_000_000 && row.now() >= row.created_at);
}

#[test]
fn tables_that_are_not_ours_are_refused_by_what_they_lack() {
    let good = "id BINARY(32) PRIMARY KEY,version BIGINT UNSIGNED,codec TINYINT UNSIGNED,created_at BIGINT \
                UNSIGNED,expires_at BIGINT UNSIGNED,data LONGBLOB,KEY(expires_at)";
    let cases = [
        (good.to_owned(), "ENGINE=MyISAM", "ENGINE=InnoDB"),
        (good.replace("BINARY(32)", "BINARY(16)"), "", "BINARY(32)"),
        (good.replace("codec", "kodec"), "", "codec"),
        (good.replace("LONGBLOB", "BLOB"), "", "LONGBLOB"),
        (good.replace(",KEY(expires_at)", ""), "", "index"),
        (good.replace("version BIGINT UNSIGNED", "version INT"), "", "version"),
    ];
    for (index, (columns, engine, named)) in cases.iter().enumerate() {
        let mut f = Fixture::new(&format!("foreign{index}"), &[]);
        f.sql("a", &format!("CREATE TABLE {{t}} ({columns}) {engine}"));
        match f.pool().get(30).err() {
            Some(Error::TableForeign(text)) => assert!(text.contains(named), "{text}"),
            other => panic!("{columns}: {other:?}"),
        }
    }
    let mut f = Fixture::new("foreign_ok", &[]);
    f.sql("a", &format!("CREATE TABLE {{t}} ({good}, extra INT DEFAULT 5)"));
    drop(f.pool().get(30).unwrap());
}

#[test]
fn a_missing_table_is_created_only_when_it_may_be() {
    let f = Fixture::new("missing", &[("rustdb.create_table", "0")]);
    assert_eq!(f.pool().get(30).err(), Some(Error::TableMissing));
    let f = Fixture::new("missing", &[]);
    drop(f.pool().get(30).unwrap());
}

#[test]
fn the_session_settings_are_what_the_protocols_rely_on() {
    let f = Fixture::new("settings", &[("rustdb.idle_timeout", "77")]);
    let mut link = f.pool().get(9).unwrap();
    // Where a session is locked by its row each statement is one of a transaction, and nowhere else.
    for autocommit in [1, 0, 1, 1, 0] {
        link.set_autocommit(autocommit == 1);
        let sql = "SELECT CONCAT_WS(' ',@@autocommit+0,@@completion_type,@@sql_mode,@@time_zone,@@innodb_lock_wait_timeout,\
               @@lock_wait_timeout,@@wait_timeout)";
        let Some(Reply::Rows(mut rows)) = link.run(sql).unwrap().pop() else { panic!("no rows") };
        assert_eq!(
            rows.remove(0).values().text().unwrap(),
            format!("{autocommit} NO_CHAIN STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION +00:00 1 9 77")
        );
    }
}

#[test]
fn a_key_of_several_columns_is_refused() {
    let mut f = Fixture::new("composite", &[]);
    f.sql(
        "a",
        "CREATE TABLE {t} (id BINARY(32),version BIGINT UNSIGNED,codec TINYINT UNSIGNED,created_at BIGINT \
         UNSIGNED,expires_at BIGINT UNSIGNED,data LONGBLOB,KEY(expires_at),PRIMARY KEY(id,version))",
    );
    assert!(matches!(f.pool().get(30).err(), Some(Error::TableForeign(_))));
}

#[test]
fn the_character_set_is_ours_whatever_the_server_would_like() {
    let mut f = Fixture::new("charset", &[]);
    f.sql("a", "SET GLOBAL init_connect='SET NAMES gbk'");
    let mut link = f.pool().get(30).unwrap();
    f.sql("a", "SET GLOBAL init_connect=''");
    let replies = link.run("SELECT @@character_set_client").unwrap();
    let Some(Reply::Rows(mut rows)) = replies.into_iter().next_back() else { panic!("no rows") };
    assert_eq!(rows.remove(0).values().text().unwrap(), "binary");
}
