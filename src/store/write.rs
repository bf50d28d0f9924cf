//! A session's row as it is written: what all writes state, whatever keeps others away meanwhile.

use super::label::LabelWrite;
use super::read::Row;
use super::sql::Statement;
use crate::db::Link;
use crate::sid::SessionId;

/// The row that a write builds upon, as the request that writes found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// No row; a placeholder may stand in for it.
    Nothing,
    /// A live row of this version.
    Live(u64),
    /// An expired row of this version: a write makes a new session of it.
    Expired(u64),
    /// A mark: what was read, if anything, is not to be written.
    GivenUp,
}

impl Base {
    /// What a row that was just read is to the next write, where sessions live for `absolute` seconds at most.
    pub fn of(row: &Row, absolute: Option<u64>) -> Base {
        if row.is_live(absolute) { Base::Live(row.version) } else { Base::Expired(row.version) }
    }
}

/// The new contents of a row.
#[derive(Clone, Copy)]
pub struct Write<'a> {
    /// How `data` is stored, and `data` as it is stored.
    pub codec: u8,
    pub data: &'a [u8],
    /// The random value that marks this write.
    pub version: u64,
    pub lifetime: Lifetime,
    pub label: LabelWrite<'a>,
}

/// How long a row lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Seconds from the statement on, of a session that has no lifetime of its own.
    pub usual: u64,
    /// Seconds that the session has for itself (`Rustdb\lifetime()`); 0 where it has none.
    pub own: u64,
    /// Whether a write puts that into the row, or leaves there what it finds.
    pub sets_own: bool,
    /// Seconds on top of these (`rustdb.touch_interval`), because the next touch may come that much late.
    pub slack: u64,
    /// Seconds from the session's birth on at most, where there is a limit (`rustdb.absolute_lifetime`).
    pub absolute: Option<u64>,
}

impl Lifetime {
    /// What `session.gc_maxlifetime` makes of [`Lifetime::usual`], with the touch interval on top.
    pub fn usual(gc_maxlifetime: i64, touch_interval: u64) -> u64 {
        // 30,000 years: more would overflow the server's arithmetic.
        const FOREVER: u64 = 1_000_000_000_000;
        u64::try_from(gc_maxlifetime).unwrap_or(0).saturating_add(touch_interval).min(FOREVER)
    }

    /// Seconds from the statement on, but for the absolute limit.
    pub fn seconds(self) -> u64 {
        if self.own == 0 { self.usual } else { self.own.saturating_add(self.slack) }
    }

    /// What is left of it for the expiry of a session that is born by the statement itself.
    fn of_newborn(self) -> Lifetime {
        let usual = self.absolute.map_or(self.seconds(), |limit| self.seconds().min(limit));
        Lifetime { usual, own: 0, absolute: None, ..self }
    }

    /// Writes the expiry of the row `s`.
    fn push(self, sql: &mut Statement<'_>) {
        match self.absolute {
            None => sql.text("UNIX_TIMESTAMP()+").number(self.seconds()),
            Some(limit) => {
                sql.text("LEAST(UNIX_TIMESTAMP()+").number(self.seconds());
                sql.text(",s.created_at+").number(limit).text(")")
            }
        };
    }
}

/// What an UPDATE makes of the row `s`.
pub fn push_assignments<'a>(sql: &mut Statement<'a>, link: &Link, base: Base, new: &'a Write<'_>) {
    // An expired row's next session is another session: it starts its life now.
    let reborn = matches!(base, Base::Expired(_));
    sql.text("s.codec=").number(new.codec.into()).text(",s.version=").number(new.version);
    // The order in which a statement on two tables assigns is not defined: a reborn row's expiry does not look at its birth.
    sql.text(if reborn { ",s.created_at=UNIX_TIMESTAMP()," } else { "," });
    push_expiry(sql, link, if reborn { new.lifetime.of_newborn() } else { new.lifetime });
    if new.lifetime.sets_own || reborn && link.knows_lifetimes {
        sql.text(",s.lifetime=").number(new.lifetime.own);
    }
    match new.label.handle() {
        Some(handle) => sql.text(",s.handle=").bytes(&handle.0),
        None if reborn && link.knows_handles => sql.text(",s.handle=NULL"),
        None => sql,
    };
    sql.text(",s.data=").data(new.data);
}

/// The UPDATE of the row of this version, where the session's label is there if it has to be.
pub fn push_update<'a>(
    sql: &mut Statement<'a>,
    link: &Link,
    table: &'a str,
    sid: &'a SessionId,
    (base, version): (Base, u64),
    new: &'a Write<'_>,
) {
    sql.text("UPDATE `").text(table).text("` s SET ");
    push_assignments(sql, link, base, new);
    sql.text(" WHERE s.id=").bytes(sid.digest()).text(" AND s.version=").number(version);
    new.label.push_condition(sql, table);
}

/// What a touch makes of the row `s`.
pub fn push_expiry(sql: &mut Statement<'_>, link: &Link, lifetime: Lifetime) {
    sql.text("s.expires_at=");
    lifetime.push(sql);
    if link.knows_handles {
        sql.text(",s.seen_at=UNIX_TIMESTAMP()");
    }
}

/// An INSERT of the row of a session that is born by it, up to the condition.
pub fn push_insert<'a>(sql: &mut Statement<'a>, link: &Link, table: &str, sid: &'a SessionId, new: &'a Write<'_>) {
    let (columns, values) = match (link.knows_handles, new.label.handle()) {
        (_, Some(_)) => (",seen_at,handle", ",UNIX_TIMESTAMP(),"),
        (true, None) => (",seen_at", ",UNIX_TIMESTAMP()"),
        (false, None) => ("", ""),
    };
    let own = new.lifetime.own;
    sql.text("INSERT INTO `").text(table).text("` (created_at,id,codec,version,expires_at,");
    sql.text(if own > 0 { "lifetime,data" } else { "data" }).text(columns);
    sql.text(") SELECT UNIX_TIMESTAMP(),").bytes(sid.digest()).text(",").number(new.codec.into());
    sql.text(",").number(new.version).text(",");
    new.lifetime.of_newborn().push(sql);
    if own > 0 {
        sql.text(",").number(own);
    }
    sql.text(",").data(new.data).text(values);
    if let Some(handle) = new.label.handle() {
        sql.bytes(&handle.0);
    }
    sql.text(" FROM DUAL WHERE ");
}

/// Moves the expiry of a row of this version.
pub fn push_touch<'a>(
    sql: &mut Statement<'a>,
    link: &Link,
    table: &str,
    sid: &'a SessionId,
    version: u64,
    lifetime: Lifetime,
) {
    sql.text("UPDATE `").text(table).text("` s SET ");
    push_expiry(sql, link, lifetime);
    sql.text(" WHERE s.id=").bytes(sid.digest()).text(" AND s.version=").number(version);
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn expiry(lifetime: Lifetime) -> String {
        let mut sql = Statement::default();
        lifetime.push(&mut sql);
        sql.into_text()
    }

    #[test]
    fn an_absolute_lifetime_ends_a_row_and_its_expiry() {
        let limited = Lifetime { usual: 1500, own: 0, sets_own: false, slack: 60, absolute: Some(900) };
        let free = Lifetime { absolute: None, ..limited };
        assert_eq!(expiry(free), "UNIX_TIMESTAMP()+1500");
        assert_eq!(expiry(limited), "LEAST(UNIX_TIMESTAMP()+1500,s.created_at+900)");
        assert_eq!(expiry(limited.of_newborn()), "UNIX_TIMESTAMP()+900");
        assert_eq!(free.of_newborn(), free);
        let own = Lifetime { own: 3000, ..limited };
        assert_eq!(expiry(own), "LEAST(UNIX_TIMESTAMP()+3060,s.created_at+900)");
        assert_eq!(expiry(own.of_newborn()), "UNIX_TIMESTAMP()+900");
        assert_eq!(expiry(Lifetime { own: 3000, ..free }.of_newborn()), "UNIX_TIMESTAMP()+3060");
        let row = |created_at, expires_at| Row {
            handle: None,
            label: None,
            lifetime: 0,
            version: 1,
            codec: 0,
            created_at,
            expires_at,
            now_micros: 1_000_000_000,
            asked_at: Instant::now(),
            read_at: Instant::now(),
            revoked: false,
            data: Vec::new(),
        };
        for (created_at, expires_at, limit, live) in [
            (0, 1001, None, true),
            (0, 1000, None, false),
            (101, 9999, Some(900), true),
            (100, 9999, Some(900), false),
            (1000, 1000, Some(900), false),
            (u64::MAX, 1001, Some(900), true),
        ] {
            let row = row(created_at, expires_at);
            assert_eq!(row.is_live(limit), live, "{row:?} {limit:?}");
        }
    }

    #[test]
    fn a_lifetime_is_never_negative_and_never_overflows() {
        assert_eq!(Lifetime::usual(1440, 60), 1500);
        assert_eq!(Lifetime::usual(-1, 60), 60);
        assert_eq!(Lifetime::usual(i64::MAX, 60), 1_000_000_000_000);
    }
}
