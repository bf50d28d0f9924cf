//! The rules of the merge, by example.

use super::*;

fn php(base: &str, mine: &str, stored: &str) -> (String, Vec<String>) {
    let merged = merge(Format::Php, base.as_bytes(), mine.as_bytes(), stored.as_bytes());
    (String::from_utf8(merged.data.to_vec()).unwrap(), merged.conflicts)
}

#[test]
fn keys_of_their_own_are_all_kept() {
    assert_eq!(php("a|i:1;", "a|i:1;b|i:2;", "a|i:1;c|i:3;"), ("a|i:1;c|i:3;b|i:2;".into(), vec![]));
}
