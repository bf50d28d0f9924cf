//! What SHOW GRANTS says of a table, for rights that cannot be tried without changing something.

/// Whether these grants give a right on a table; none where they do not say: they name roles, which are shown as such.
pub fn allows(grants: &[String], right: &str, database: &str, table: &str) -> Option<bool> {
    let mut has_roles = false;
    for grant in grants {
        let Some((rights, rest)) = grant.strip_prefix("GRANT ").and_then(|rest| rest.split_once(" ON ")) else {
            has_roles |= grant.starts_with("GRANT ");
            continue;
        };
        let Some((place, _)) = rest.split_once(" TO ") else {
            continue;
        };
        let listed = rights.split(',').map(str::trim);
        let gives = |listed: &str| listed == right || listed.starts_with("ALL PRIVILEGES") || listed == "ALL";
        if covers(place, database, table) && listed.into_iter().any(gives) {
            return Some(true);
        }
    }
    if has_roles { None } else { Some(false) }
}

/// Whether a place of a grant, as `*`.*, `app\_x`.* or `app`.`t`, has the table in it.
fn covers(place: &str, database: &str, table: &str) -> bool {
    let Some((of, name)) = place.rsplit_once('.') else {
        return false;
    };
    let plain = |text: &str| text.trim_matches('`').replace("``", "`");
    match (of, name) {
        ("*", "*") => true,
        (of, "*") => matches(plain(of).as_bytes(), database.as_bytes()),
        (of, name) => plain(of) == database && plain(name) == table,
    }
}

/// Whether a name fits a grant's pattern: `%` stands for any characters, `_` for one, and a backslash takes that from them.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'\\', wild, pattern @ ..], [first, name @ ..]) => wild == first && matches(pattern, name),
        ([b'%', pattern @ ..], _) => (0..=name.len()).any(|from| matches(pattern, &name[from..])),
        ([b'_', pattern @ ..], [_, name @ ..]) => matches(pattern, name),
        ([letter, pattern @ ..], [first, name @ ..]) => letter == first && matches(pattern, name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_right_counts_where_the_grant_covers_the_table() {
        let says = |grant: &str| allows(&[grant.into()], "ALTER", "my_app", "s");
        for grant in [
            "GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION",
            "GRANT SELECT, ALTER ON `my\\_app`.* TO `u`@`%`",
            "GRANT ALTER ON `my%`.* TO `u`@`%`",
            "GRANT ALTER ON `my_app`.`s` TO `u`@`%`",
        ] {
            assert_eq!(says(grant), Some(true), "{grant}");
        }
        for grant in [
            "GRANT USAGE ON *.* TO `u`@`%`",
            "GRANT SELECT, ALTER ROUTINE ON `my_app`.* TO `u`@`%`",
            "GRANT ALTER ON `my\\_app2`.* TO `u`@`%`",
            "GRANT ALTER ON `my_app`.`s_lease` TO `u`@`%`",
        ] {
            assert_eq!(says(grant), Some(false), "{grant}");
        }
        assert_eq!(says("GRANT `writer`@`%` TO `u`@`%`"), None);
    }
}
