//! The rules of the merge, by example.

use super::*;

fn merged(format: Format, base: &str, mine: &str, stored: &str) -> (String, Vec<String>) {
    let merged = merge(format, base.as_bytes(), mine.as_bytes(), stored.as_bytes());
    assert_eq!(merged.conflict_count, merged.conflicts.len());
    (String::from_utf8(merged.data.into_owned()).unwrap(), merged.conflicts)
}

/// base, mine, stored => what they become, and the conflicts
macro_rules! rules {
    ($($test:ident ($format:ident) { $($base:expr, $mine:expr, $stored:expr => $result:expr $(, $conflict:expr)*;)+ })+) => {
        $(#[test]
        fn $test() {
            $(assert_eq!(
                merged(Format::$format, $base, $mine, $stored),
                ($result.to_owned(), vec![$(String::from($conflict)),*]),
                "{} | {} | {}", $base, $mine, $stored
            );)+
        })+
    };
}

rules! {
    whoever_changed_a_key_has_it(Php) {
        "a|i:1;b|i:1;", "a|i:2;b|i:1;", "a|i:1;b|i:3;" => "a|i:2;b|i:3;";
        "a|i:1;b|i:1;", "b|i:1;", "a|i:1;b|i:3;" => "b|i:3;";
        "a|i:1;b|i:1;", "a|i:1;b|i:2;", "b|i:1;" => "b|i:2;";
        "a|i:1;", "b|i:1;", "a|i:1;c|i:1;" => "c|i:1;b|i:1;";
        "a|i:1;", "", "a|i:1;b|i:2;" => "b|i:2;";
        "", "a|i:1;", "b|i:2;" => "b|i:2;a|i:1;";
    }

    the_same_change_twice_is_one(Php) {
        "a|i:1;", "a|i:2;x|N;", "a|i:2;y|N;" => "a|i:2;y|N;x|N;";
        "a|i:1;", "x|N;z|b:1;", "y|N;z|b:1;" => "y|N;z|b:1;x|N;";
    }

    a_conflict_is_decided_for_mine(Php) {
        "a|i:1;", "a|i:2;x|N;", "a|i:3;y|N;" => "a|i:2;y|N;x|N;", "a";
        "a|i:1;", "x|N;", "a|i:3;y|N;" => "y|N;x|N;", "a";
        "a|i:1;b|N;", "a|i:2;b|N;", "b|N;c|N;" => "b|N;c|N;a|i:2;", "a";
        "", "a|i:2;x|N;", "a|i:3;" => "a|i:2;x|N;", "a";
        "a|i:1;b|i:1;", "a|i:2;b|i:2;", "a|i:3;b|i:3;" => "a|i:2;b|i:2;", "a", "b";
    }

    the_order_is_storeds_and_then_what_mine_added(Php) {
        "a|N;b|N;c|N;", "y|N;c|N;b|N;x|N;", "c|N;a|N;b|N;z|N;" => "c|N;b|N;z|N;y|N;x|N;";
    }

    // PHP's own formats of a value, in a key of each side: nothing of it is lost or written anew.
    values_are_kept_as_they_are_written(Php) {
        "", "d|d:-0.10000000000000001;i|d:INF;n|d:NAN;", "e|d:1.0E+25;s|s:4:\"a\";|\";" =>
            "e|d:1.0E+25;s|s:4:\"a\";|\";d|d:-0.10000000000000001;i|d:INF;n|d:NAN;";
        "", "e|E:6:\"Suit:H\";", "c|C:1:\"C\":3:{}|};o|O:1:\"O\":1:{s:4:\"\0O\0a\";N;}" => "e|E:6:\"Suit:H\";", "the session";
    }

    arrays_are_merged_inside(Php) {
        "u|a:2:{s:1:\"a\";i:1;s:1:\"b\";i:1;}", "u|a:2:{s:1:\"a\";i:2;s:1:\"b\";i:1;}", "u|a:2:{s:1:\"a\";i:1;s:1:\"b\";i:3;}"
            => "u|a:2:{s:1:\"a\";i:2;s:1:\"b\";i:3;}";
        "", "u|a:1:{s:1:\"a\";a:1:{i:-3;i:2;}}", "u|a:1:{s:1:\"a\";a:1:{i:8;i:3;}}"
            => "u|a:1:{s:1:\"a\";a:2:{i:8;i:3;i:-3;i:2;}}";
        "u|i:5;", "u|a:1:{s:1:\"a\";i:1;}", "u|a:1:{s:1:\"b\";i:1;}" => "u|a:2:{s:1:\"b\";i:1;s:1:\"a\";i:1;}";
        "u|a:2:{s:1:\"a\";i:1;s:1:\"b\";i:1;}", "u|a:1:{s:1:\"b\";i:1;}", "u|a:1:{s:1:\"a\";i:1;}" => "u|a:0:{}";
        "u|a:1:{s:1:\"a\";a:2:{i:5;i:1;i:7;i:1;}}", "u|a:1:{s:1:\"a\";a:2:{i:5;i:2;i:7;i:1;}}", "u|a:1:{s:1:\"a\";a:2:{i:5;i:3;i:7;i:4;}}"
            => "u|a:1:{s:1:\"a\";a:2:{i:5;i:2;i:7;i:4;}}", "u[a][5]";
        "u|a:1:{s:1:\"a\";N;}", "u|a:1:{s:1:\"a\";b:1;}", "u|N;" => "u|a:1:{s:1:\"a\";b:1;}", "u";
    }

    objects_are_leaves(Php) {
        "o|O:1:\"A\":2:{s:1:\"a\";i:1;s:1:\"b\";i:1;}", "o|O:1:\"A\":2:{s:1:\"a\";i:2;s:1:\"b\";i:1;}",
            "o|O:1:\"A\":2:{s:1:\"a\";i:1;s:1:\"b\";i:3;}" => "o|O:1:\"A\":2:{s:1:\"a\";i:2;s:1:\"b\";i:1;}", "o";
        "c|C:1:\"A\":1:{1}", "c|C:1:\"A\":1:{2}x|N;", "c|C:1:\"A\":1:{3}y|N;" => "c|C:1:\"A\":1:{2}y|N;x|N;", "c";
    }

    lists_of_distinct_scalars_are_sets(Php) {
        "s|a:3:{i:0;i:1;i:1;i:2;i:2;i:3;}", "s|a:3:{i:0;i:1;i:1;i:3;i:2;i:9;}", "s|a:4:{i:0;i:3;i:1;i:2;i:2;i:1;i:3;i:8;}"
            => "s|a:4:{i:0;i:3;i:1;i:1;i:2;i:8;i:3;i:9;}";
        "", "s|a:2:{i:0;N;i:1;i:1;}", "s|a:2:{i:0;s:1:\"1\";i:1;N;}" => "s|a:3:{i:0;s:1:\"1\";i:1;N;i:2;i:1;}";
        "s|a:2:{i:0;i:1;i:1;i:2;}", "s|a:0:{}", "s|a:3:{i:0;i:1;i:1;i:2;i:2;i:3;}" => "s|a:1:{i:0;i:3;}";
        "s|a:2:{i:0;i:1;i:1;i:2;}", "s|a:1:{i:0;i:2;}", "s|a:1:{i:0;i:1;}" => "s|a:0:{}";
    }

    lists_to_which_both_appended_get_both_tails(Php) {
        "l|a:1:{i:0;a:0:{}}", "l|a:2:{i:0;a:0:{}i:1;i:1;}", "l|a:3:{i:0;a:0:{}i:1;i:1;i:2;i:2;}"
            => "l|a:4:{i:0;a:0:{}i:1;i:1;i:2;i:2;i:3;i:1;}";
        "l|N;", "l|a:2:{i:0;i:7;i:1;i:7;}", "l|a:1:{i:0;i:7;}" => "l|a:3:{i:0;i:7;i:1;i:7;i:2;i:7;}";
        "l|a:0:{}", "l|a:2:{i:0;i:7;i:1;i:7;}x|N;", "l|a:2:{i:0;i:7;i:1;i:7;}" => "l|a:2:{i:0;i:7;i:1;i:7;}x|N;";
    }

    other_lists_are_merged_by_position(Php) {
        "l|a:3:{i:0;i:1;i:1;i:1;i:2;i:1;}", "l|a:4:{i:0;i:2;i:1;i:1;i:2;i:1;i:3;i:4;}", "l|a:4:{i:0;i:1;i:1;i:3;i:2;i:1;i:3;i:5;}"
            => "l|a:4:{i:0;i:2;i:1;i:1;i:2;i:1;i:3;i:4;}", "l";
        "l|a:3:{i:0;i:1;i:1;i:1;i:2;i:1;}", "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:4:{i:0;i:1;i:1;i:1;i:2;i:1;i:3;i:5;}"
            => "l|a:3:{i:0;i:1;i:1;i:1;i:2;i:5;}";
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:2:{i:0;i:1;i:1;i:2;}", "l|a:1:{i:0;i:3;}" => "l|a:2:{i:0;i:3;i:1;i:2;}", "l[1]";
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:2:{i:0;i:1;i:1;i:2;}", "l|a:2:{i:0;i:1;i:1;i:3;}" => "l|a:2:{i:0;i:1;i:1;i:2;}", "l[1]";
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:2:{i:0;i:1;i:1;i:2;}", "l|a:1:{i:0;i:1;}" => "l|a:2:{i:0;i:1;i:1;i:2;}", "l[1]";
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:1:{i:0;i:1;}", "l|a:0:{}" => "l|a:1:{i:0;i:1;}", "l";
        "l|a:1:{i:0;a:1:{s:1:\"q\";i:1;}}", "l|a:1:{i:0;a:2:{s:1:\"q\";i:2;s:1:\"r\";i:1;}}", "l|a:1:{i:0;a:1:{s:1:\"q\";i:3;}}"
            => "l|a:1:{i:0;a:2:{s:1:\"q\";i:2;s:1:\"r\";i:1;}}", "l[0]";
    }

    a_list_that_was_changed_gets_what_the_other_side_appended_behind_it(Php) {
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:3:{i:0;i:4;i:1;i:1;i:2;i:1;}", "l|a:3:{i:0;i:1;i:1;i:1;i:2;i:5;}"
            => "l|a:4:{i:0;i:4;i:1;i:1;i:2;i:1;i:3;i:5;}";
        "l|a:2:{i:0;i:1;i:1;i:1;}", "l|a:3:{i:0;i:1;i:1;i:1;i:2;i:5;}", "l|a:3:{i:0;i:4;i:1;i:1;i:2;i:1;}"
            => "l|a:4:{i:0;i:4;i:1;i:1;i:2;i:1;i:3;i:5;}";
        "l|a:2:{i:0;a:1:{i:0;i:1;}i:1;a:0:{}}", "l|a:1:{i:0;a:0:{}}", "l|a:3:{i:0;a:1:{i:0;i:1;}i:1;a:0:{}i:2;N;}"
            => "l|a:2:{i:0;a:0:{}i:1;N;}";
        "l|a:1:{i:0;a:0:{}}", "l|a:0:{}", "l|a:2:{i:0;a:0:{}i:1;N;}" => "l|a:1:{i:0;N;}";
    }

    what_was_appended_to_a_list_that_is_taken_away_stays(Php) {
        "l|a:1:{i:0;a:0:{}}", "", "l|a:2:{i:0;a:0:{}i:1;i:1;}" => "l|a:1:{i:0;i:1;}";
        "l|a:1:{i:0;a:0:{}}", "l|a:2:{i:0;a:0:{}i:1;i:1;}", "x|N;" => "x|N;l|a:1:{i:0;i:1;}";
        "l|a:1:{i:0;i:7;}", "x|N;", "l|a:2:{i:0;i:7;i:1;i:1;}" => "l|a:1:{i:0;i:1;}x|N;";
        "l|a:1:{i:0;i:7;}", "x|N;", "l|a:1:{i:0;i:8;}" => "x|N;", "l";
        // An enum's case that comes again is the same case.
        "e|E:3:\"A:B\";l|a:1:{i:0;r:1;}", "e|E:3:\"A:B\";", "e|N;l|a:2:{i:0;E:3:\"A:B\";i:1;i:1;}" => "e|N;l|a:1:{i:0;i:1;}";
        "l|a:1:{i:0;i:7;}", "x|N;", "l|a:2:{i:0;i:7;s:1:\"k\";i:8;}" => "x|N;", "l";
        "l|a:1:{i:0;i:7;}a|i:1;b|R:3;", "a|i:1;b|R:1;", "l|a:2:{i:0;i:7;i:1;i:1;}a|i:1;b|R:4;" => "a|i:1;b|R:1;", "l";
    }

    two_records_that_were_made_at_once_are_no_list(Php) {
        "", "s|a:3:{i:0;s:1:\"a\";i:1;O:1:\"A\":0:{}i:2;b:1;}", "s|a:3:{i:0;s:1:\"b\";i:1;O:1:\"A\":0:{}i:2;b:1;}"
            => "s|a:3:{i:0;s:1:\"a\";i:1;O:1:\"A\":0:{}i:2;b:1;}", "s";
        "", "s|a:1:{i:0;a:1:{i:0;i:1;}}", "s|a:1:{i:0;a:1:{i:0;i:2;}}" => "s|a:2:{i:0;a:1:{i:0;i:2;}i:1;a:1:{i:0;i:1;}}";
    }

    an_array_that_is_no_list_on_one_side_is_a_map(Php) {
        "l|a:1:{i:0;N;}", "l|a:2:{i:0;N;i:1;i:1;}", "l|a:2:{i:0;N;i:2;i:2;}" => "l|a:3:{i:0;N;i:2;i:2;i:1;i:1;}";
        "l|a:1:{i:0;N;}", "l|a:2:{i:0;N;i:1;i:1;}", "l|a:2:{i:1;i:2;i:0;N;}" => "l|a:2:{i:1;i:1;i:0;N;}", "l[1]";
    }

    what_both_appended_to_an_array_under_one_key_is_not_mixed(Php) {
        "m|a:1:{i:1;N;}", "m|a:2:{i:1;N;i:2;a:1:{s:1:\"a\";i:1;}}", "m|a:2:{i:1;N;i:2;a:1:{s:1:\"b\";i:2;}}"
            => "m|a:2:{i:1;N;i:2;a:1:{s:1:\"a\";i:1;}}", "m[2]";
        "m|a:1:{i:0;N;}", "m|a:2:{i:1;a:1:{s:1:\"a\";i:1;}i:2;a:1:{s:1:\"a\";i:2;}}",
            "m|a:3:{i:0;N;i:1;a:1:{s:1:\"b\";i:1;}i:2;a:1:{s:1:\"b\";i:2;}}"
            => "m|a:2:{i:1;a:1:{s:1:\"a\";i:1;}i:2;a:1:{s:1:\"a\";i:2;}}", "m[1]", "m[2]";
        "m|a:1:{i:1;N;}", "m|a:2:{i:1;N;i:7;a:1:{s:1:\"a\";i:1;}}", "m|a:2:{i:1;N;i:7;a:1:{s:1:\"b\";i:2;}}"
            => "m|a:2:{i:1;N;i:7;a:2:{s:1:\"b\";i:2;s:1:\"a\";i:1;}}";
        "m|a:1:{i:2;a:0:{}}", "m|a:1:{i:2;a:1:{s:1:\"a\";i:1;}}", "m|a:1:{i:2;a:1:{s:1:\"b\";i:2;}}"
            => "m|a:1:{i:2;a:2:{s:1:\"b\";i:2;s:1:\"a\";i:1;}}";
    }

    what_refers_into_its_own_entry_is_renumbered(Php) {
        "a|i:1;", "a|i:1;r|a:2:{i:0;i:1;i:1;R:3;}", "x|a:2:{i:0;i:1;i:1;i:2;}a|i:1;"
            => "x|a:2:{i:0;i:1;i:1;i:2;}a|i:1;r|a:2:{i:0;i:1;i:1;R:6;}";
        // Only what stands before it is new.
        "r|a:2:{i:0;i:1;i:1;R:2;}", "x|N;r|a:2:{i:0;i:1;i:1;R:3;}", "y|N;z|N;r|a:2:{i:0;i:1;i:1;R:4;}"
            => "y|N;z|N;r|a:2:{i:0;i:1;i:1;R:4;}x|N;";
        // An object that comes again takes a number, a reference takes none.
        "", "o|a:4:{i:0;O:1:\"A\":0:{}i:1;r:2;i:2;O:1:\"B\":0:{}i:3;R:4;}", "x|N;"
            => "x|N;o|a:4:{i:0;O:1:\"A\":0:{}i:1;r:3;i:2;O:1:\"B\":0:{}i:3;R:5;}";
    }

    keys_that_refer_to_each_other_are_one(Php) {
        "a|i:1;b|R:1;c|N;", "a|i:2;b|R:1;c|N;", "a|i:1;b|R:1;c|b:1;" => "a|i:2;b|R:1;c|b:1;";
        "a|i:1;b|R:1;", "a|i:2;b|R:1;", "a|i:3;b|R:1;" => "a|i:2;b|R:1;", "a";
        "a|i:1;b|i:1;", "a|i:1;b|R:1;", "a|i:1;b|i:2;" => "a|i:1;b|R:1;", "a";
        "a|i:1;x|N;b|R:1;", "a|i:1;x|N;b|R:1;", "n|N;a|i:1;b|R:2;" => "n|N;a|i:1;b|R:2;";
        "a|i:1;x|N;b|R:1;", "a|i:1;x|N;b|R:1;m|N;", "n|N;a|i:1;x|N;b|R:2;" => "n|N;a|i:1;b|R:2;x|N;m|N;";
        "a|i:1;b|R:1;", "a|i:1;b|i:1;m|N;", "n|N;a|i:1;b|R:2;" => "n|N;a|i:1;b|i:1;m|N;";
        "a|i:1;b|R:1;", "a|i:1;c|R:1;", "a|i:1;b|R:1;x|N;" => "a|i:1;c|R:1;x|N;";
        "a|a:1:{i:0;i:1;}b|R:2;", "a|a:2:{i:0;i:1;i:5;N;}", "a|a:2:{i:0;i:1;i:6;N;}" => "a|a:2:{i:0;i:1;i:5;N;}", "a";
        // The one is gone with what the other was made of.
        "a|i:1;b|R:1;c|N;", "b|i:1;c|N;", "a|i:1;b|R:1;c|b:0;" => "b|i:1;c|b:0;";
    }

    units_inside_an_array_are_its_own(Php) {
        "u|a:3:{s:1:\"a\";i:1;s:1:\"b\";R:2;s:1:\"c\";i:1;}", "u|a:3:{s:1:\"a\";i:2;s:1:\"b\";R:2;s:1:\"c\";i:1;}x|N;",
            "y|N;u|a:3:{s:1:\"a\";i:1;s:1:\"b\";R:3;s:1:\"c\";i:5;}"
            => "y|N;u|a:3:{s:1:\"a\";i:2;s:1:\"b\";R:3;s:1:\"c\";i:5;}x|N;";
        // What refers to the whole array keeps it whole.
        "u|a:1:{s:1:\"a\";i:1;}", "u|a:2:{s:1:\"a\";i:1;s:1:\"b\";R:1;}", "u|a:2:{s:1:\"a\";i:1;s:1:\"c\";i:1;}"
            => "u|a:2:{s:1:\"a\";i:1;s:1:\"b\";R:1;}", "u";
    }

    appended_elements_may_refer_to_what_was_there(Php) {
        "l|a:1:{i:0;O:1:\"A\":0:{}}", "l|a:2:{i:0;O:1:\"A\":0:{}i:1;r:2;}", "x|N;l|a:3:{i:0;O:1:\"A\":0:{}i:1;i:5;i:2;r:3;}"
            => "x|N;l|a:4:{i:0;O:1:\"A\":0:{}i:1;i:5;i:2;r:3;i:3;r:3;}";
        // Which element is named counts, too: this one was changed.
        "l|a:3:{i:0;O:1:\"A\":0:{}i:1;O:1:\"B\":0:{}i:2;r:2;}", "l|a:3:{i:0;O:1:\"A\":0:{}i:1;O:1:\"B\":0:{}i:2;r:3;}",
            "l|a:4:{i:0;O:1:\"A\":0:{}i:1;O:1:\"B\":0:{}i:2;r:2;i:3;N;}"
            => "l|a:4:{i:0;O:1:\"A\":0:{}i:1;O:1:\"B\":0:{}i:2;r:3;i:3;N;}";
    }

    an_enums_case_ties_nothing(Php) {
        "a|E:3:\"S:H\";b|r:1;", "a|E:3:\"S:D\";b|E:3:\"S:H\";", "a|E:3:\"S:H\";b|r:1;c|r:1;"
            => "a|E:3:\"S:D\";b|E:3:\"S:H\";c|E:3:\"S:H\";";
        "a|E:3:\"S:H\";b|r:1;", "a|E:3:\"S:H\";b|E:3:\"S:D\";", "a|E:3:\"S:C\";b|E:3:\"S:H\";" => "a|E:3:\"S:C\";b|E:3:\"S:D\";";
    }

    php_serialize_is_one_array(PhpSerialize) {
        "", "a:1:{s:1:\"a\";i:1;}", "a:1:{s:1:\"b\";i:1;}" => "a:2:{s:1:\"b\";i:1;s:1:\"a\";i:1;}";
        "a:0:{}", "a:1:{s:1:\"a\";i:1;}", "a:1:{s:1:\"b\";i:1;}" => "a:2:{s:1:\"b\";i:1;s:1:\"a\";i:1;}";
        "a:1:{s:1:\"a\";i:1;}", "", "a:2:{s:1:\"a\";i:1;s:1:\"b\";i:1;}" => "a:1:{s:1:\"b\";i:1;}";
        "a:2:{s:1:\"a\";i:1;s:1:\"b\";i:1;}", "a:1:{s:1:\"a\";i:1;}", "a:1:{s:1:\"b\";i:1;}" => "a:0:{}";
        "", "a:1:{s:1:\"a\";a:2:{i:0;i:1;i:1;R:3;}}", "a:1:{s:1:\"b\";N;}"
            => "a:2:{s:1:\"b\";N;s:1:\"a\";a:2:{i:0;i:1;i:1;R:4;}}";
        // Keys may be numbers there, and the session a list.
        "a:1:{i:5;N;}", "a:2:{i:5;N;i:6;i:1;}", "a:2:{i:5;N;s:1:\"x\";i:1;}" => "a:3:{i:5;N;s:1:\"x\";i:1;i:6;i:1;}";
        "a:1:{i:0;N;}", "a:2:{i:0;N;i:1;i:1;}", "a:2:{i:0;N;i:1;i:2;}" => "a:3:{i:0;N;i:1;i:2;i:2;i:1;}";
        "a:1:{s:1:\"a\";i:1;}", "a:1:{s:1:\"a\";i:2;}", "a:1:{s:1:\"a\";i:3;}" => "a:1:{s:1:\"a\";i:2;}", "a";
        // Something refers to $_SESSION itself.
        "", "a:1:{s:1:\"a\";R:1;}", "a:1:{s:1:\"b\";N;}" => "a:1:{s:1:\"a\";R:1;}", "the session";
    }

    php_binary_counts_the_bytes_of_a_name(PhpBinary) {
        "\u{1}ai:1;", "\u{1}ai:1;\u{3}x|yi:2;", "\u{1}ai:1;\u{1}ci:3;" => "\u{1}ai:1;\u{1}ci:3;\u{3}x|yi:2;";
        "\u{1}ai:1;", "\u{1}ai:2;", "\u{1}ai:3;" => "\u{1}ai:2;", "a";
        "", "\u{0}i:1;", "\u{1}ai:1;" => "\u{1}ai:1;\u{0}i:1;";
    }

    json_is_merged_by_the_same_rules(Json) {
        r#"{"a":1,"b":1}"#, r#"{"a":2,"b":1}"#, r#"{"a":1,"b":3}"# => r#"{"a":2,"b":3}"#;
        r#"{"a":1}"#, r#"{"a":2,"x":1}"#, r#"{"a":3,"y":1}"# => r#"{"a":2,"y":1,"x":1}"#, "a";
        r#"{"u":{"a":1,"b":{"c":1}}}"#, r#"{"u":{"a":2,"b":{"c":1}}}"#, r#"{"u":{"a":1,"b":{"c":1,"d":[]}}}"#
            => r#"{"u":{"a":2,"b":{"c":1,"d":[]}}}"#;
        r#"{"u":{"a":{"b":1}}}"#, r#"{"u":{"a":{"b":2}}}"#, r#"{"u":{"a":{"b":3}}}"# => r#"{"u":{"a":{"b":2}}}"#, "u[a][b]";
        r#"{"s":[1,"2",null]}"#, r#"{"s":["2",null,true]}"#, r#"{"s":[1,"2",null,0.5]}"# => r#"{"s":["2",null,0.5,true]}"#;
        r#"{"l":[[]]}"#, r#"{"l":[[],{"m":1}]}"#, r#"{"l":[[],{"t":1}]}"# => r#"{"l":[[],{"t":1},{"m":1}]}"#;
        r#"{"l":[[],1]}"#, r#"{"l":[[],1,2]}"#, r#"{}"# => r#"{"l":[2]}"#;
    }

    // PHP writes an array as a list where it can, and reads an object with the keys 0, 1, 2, … as one.
    arrays_in_json_are_phps(Json) {
        "", r#"{"a":1}"#, r#"{"b":2}"# => r#"{"b":2,"a":1}"#;
        "[]", r#"{"a":1}"#, r#"{"b":2}"# => r#"{"b":2,"a":1}"#;
        r#"{"a":1,"b":1}"#, r#"{"a":1}"#, r#"{"b":1}"# => "[]";
        r#"{"u":[]}"#, r#"{"u":{"a":1}}"#, r#"{"u":{"b":2}}"# => r#"{"u":{"b":2,"a":1}}"#;
        r#"{"u":null}"#, r#"{"u":["a"]}"#, r#"{"u":["b"]}"# => r#"{"u":["b","a"]}"#;
        r#"{"m":[[]]}"#, r#"{"m":[[],1]}"#, r#"{"m":{"0":[],"2":2}}"# => r#"{"m":{"0":[],"2":2,"1":1}}"#;
        r#"{"m":{"0":[],"1":5}}"#, r#"{"m":{"0":[],"1":6}}"#, r#"{"m":[[],5,7]}"# => r#"{"m":[[],6,7]}"#;
        r#"["a"]"#, r#"["a","b"]"#, r#"["a","c"]"# => r#"["a","c","b"]"#;
        r#"{"m":{"05":1,"-0":1,"7":1}}"#, r#"{"m":{"05":2,"-0":1,"7":1}}"#, r#"{"m":{"05":1,"-0":2,"7":3}}"#
            => r#"{"m":{"05":2,"-0":2,"7":3}}"#;
    }

    what_json_holds_is_kept_as_it_is_written(Json) {
        " { \"a\" : 1.50 , \"\\u0062\" : [ 1, 2 ],\n\"c\":0}\n", "{\"a\":1.50,\"b\":[ 1, 2 ],\"c\":1}", "{\"a\":1e2,\"b\":[ 1, 2 ],\"c\":0}"
            => "{\"a\":1e2,\"b\":[ 1, 2 ],\"c\":1}";
        r#"{"n":123456789012345678901234567890,"s":"\u00e9\/","d":-0.0}"#, r#"{"n":123456789012345678901234567890,"s":"\u00e9\/"}"#,
            r#"{"n":123456789012345678901234567890,"s":"é/","d":-0.0}"#
            => r#"{"n":123456789012345678901234567890,"s":"é/"}"#;
        r#"{"\u0061\"\\":1,"":1}"#, r#"{"a\"\\":2,"":1}"#, r#"{"\u0061\"\\":1,"":2}"# => r#"{"a\"\\":2,"":2}"#;
        r#"{"a\n":1}"#, r#"{"a\n":2}"#, r#"{"a\n":3}"# => r#"{"a\n":2}"#, r"a\n";
    }

    what_readers_of_json_may_read_in_two_ways_is_one_leaf(Json) {
        r#"{"a":1}"#, r#"{"a":1,"x":1}"#, r#"{"a":1,"a":2}"# => r#"{"a":1,"x":1}"#, "the session";
        r#"{"a":1}"#, r#"{"a":1,"x":1}"#, r#"{"a":1,"y":{"z":[{"b":1,"\u0062":2}]}}"# => r#"{"a":1,"x":1}"#, "the session";
        r#"{"a":1}"#, r#"{"a":1,"x":1}"#, r#"{"a":1,"y":"\ud800"}"# => r#"{"a":1,"x":1}"#, "the session";
        r#"{"a":1}"#, r#"{"a":1,"x":1}"#, r#"{"a":1,"y":1}}"# => r#"{"a":1,"x":1}"#, "the session";
        r#"{"a":1}"#, r#"{"a":1,"x":1}"#, r#"{"a":1,"y":1,}"# => r#"{"a":1,"x":1}"#, "the session";
        "eyJpdiI6Ik5", "eyJpdiI6Ik6", "eyJpdiI6Ik7" => "eyJpdiI6Ik6", "the session";
        "\"a\"", "\"b\"", "\"c\"" => "\"b\"", "the session";
        "1", "2", "3" => "2", "the session";
        "a:0:{}", "a:1:{i:0;N;}", "a:1:{i:1;N;}" => "a:1:{i:0;N;}", "the session";
    }

    what_cannot_be_taken_apart_is_one_leaf(Php) {
        "a|i:1;", "a|i:1;b|N;", "no session" => "a|i:1;b|N;", "the session";
        "a|i:1", "a|i:1;b|N;", "a|i:1;c|N;" => "a|i:1;b|N;", "the session";
        "a|i:1;", "a|i:1;a|i:2;", "c|N;a|i:1;" => "a|i:1;a|i:2;", "the session";
        // PHP would make other keys of these.
        "u|a:0:{}", "u|a:1:{i:05;N;}x|N;", "u|a:1:{i:6;N;}y|N;" => "u|a:1:{i:05;N;}y|N;x|N;", "u";
        "u|a:0:{}", "u|a:1:{i:+5;N;}", "u|a:1:{i:6;N;}" => "u|a:1:{i:+5;N;}", "u";
        "u|a:0:{}", "u|a:1:{s:1:\"5\";N;}", "u|a:1:{i:6;N;}" => "u|a:1:{s:1:\"5\";N;}", "u";
        "u|a:0:{}", "u|a:1:{s:2:\"-5\";N;}", "u|a:1:{i:6;N;}" => "u|a:1:{s:2:\"-5\";N;}", "u";
        "u|a:0:{}", "u|a:1:{S:1:\"a\";N;}", "u|a:1:{i:6;N;}" => "u|a:1:{S:1:\"a\";N;}", "u";
        "u|a:0:{}", "u|a:1:{i:99999999999999999999;N;}", "u|a:1:{i:6;N;}" => "u|a:1:{i:99999999999999999999;N;}", "u";
        "u|a:0:{}", "u|a:2:{s:1:\"x\";N;s:1:\"x\";N;}", "u|a:1:{i:6;N;}" => "u|a:2:{s:1:\"x\";N;s:1:\"x\";N;}", "u";
        // And not of these.
        "u|a:0:{}", "u|a:3:{s:2:\"05\";N;s:2:\"-0\";N;s:19:\"9223372036854775808\";N;}", "u|a:1:{i:6;N;}"
            => "u|a:4:{i:6;N;s:2:\"05\";N;s:2:\"-0\";N;s:19:\"9223372036854775808\";N;}";
        "u|a:0:{}", "u|a:2:{i:-9223372036854775808;N;i:9223372036854775807;N;}", "u|a:1:{i:6;N;}"
            => "u|a:3:{i:6;N;i:-9223372036854775808;N;i:9223372036854775807;N;}";
    }

    // A Serializable may take numbers that nobody sees.
    nothing_is_renumbered_beside_a_serializable(Php) {
        "", "c|C:1:\"C\":1:{1}", "x|a:2:{i:0;i:1;i:1;R:2;}" => "c|C:1:\"C\":1:{1}", "the session";
        "", "c|C:1:\"C\":4:{r:1;}", "x|N;" => "c|C:1:\"C\":4:{r:1;}", "the session";
        "", "c|C:1:\"C\":4:{s:1;}", "x|N;" => "x|N;c|C:1:\"C\":4:{s:1;}";
    }

    unknown_formats_are_one_leaf(Opaque) {
        "a|i:1;", "a|i:1;b|N;", "a|i:1;c|N;" => "a|i:1;b|N;", "the session";
        "a|i:1;", "a|i:1;", "a|i:1;c|N;" => "a|i:1;c|N;";
        "a|i:1;", "a|i:1;b|N;", "a|i:1;" => "a|i:1;b|N;";
    }
}

#[test]
fn one_side_alone_is_borrowed() {
    let borrowed = |base, mine, stored| matches!(merge(Format::Php, base, mine, stored).data, Cow::Borrowed(_));
    assert!(borrowed(b"?", b"?", b"other"));
    assert!(borrowed(b"?", b"other", b"?"));
    assert!(borrowed(b"?", b"other", b"other"));
    assert!(borrowed(b"a|i:1;", b"a|i:2;", b"a|i:3;"));
    assert!(!borrowed(b"a|i:1;", b"a|i:1;b|N;", b"a|i:1;c|N;"));
}

#[test]
fn formats_have_phps_names() {
    let all = ["php", "php_serialize", "php_binary", "igbinary", "PHP"].map(Format::named);
    assert_eq!(all, [Format::Php, Format::PhpSerialize, Format::PhpBinary, Format::Opaque, Format::Opaque]);
}

/// A list in a list in a list: no stack is as deep, and none has to be.
#[test]
fn depth_bombs_of_json_are_one_leaf() {
    let deep = |depth: usize, key: &str| format!("{{\"{key}\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let both = |a: String, b: String| merged(Format::Json, "{}", &a, &b);
    assert_eq!(both(deep(126, "a"), deep(126, "b")).1, Vec::<String>::new());
    for depth in [127, 1_000_000] {
        let bomb = deep(depth, "b");
        assert_eq!(both(deep(1, "a"), bomb.clone()), (deep(1, "a"), vec!["the session".to_owned()]));
        assert_eq!(both(bomb.clone(), deep(1, "a")), (bomb, vec!["the session".to_owned()]));
    }
}

/// Conflicts are words for a log: on one line, not too long, not too many, and all are counted.
#[test]
fn conflicts_are_named_in_a_few_words() {
    let side = |value: u8| {
        let mut all = format!("{}|a:1:{{s:2:\"\n\u{1b}\";i:{value};}}", "k".repeat(100)).into_bytes();
        all.extend_from_slice(b"\xff\xfe|i:");
        all.extend_from_slice(format!("{value};").as_bytes());
        (0..40).for_each(|key| all.extend_from_slice(format!("key{key}|i:{value};").as_bytes()));
        all
    };
    let (base, mine, stored) = (side(1), side(2), side(3));
    let merged = merge(Format::Php, &base, &mine, &stored);
    assert_eq!(merged.data, mine);
    assert_eq!((merged.conflict_count, merged.conflicts.len()), (42, 12));
    assert_eq!(merged.conflicts[0], "\u{fffd}\u{fffd}");
    assert!(merged.conflicts.contains(&"key9".to_owned()));

    let deep = nested(4000);
    let conflict = &merged_words(&deep(1, 1), &deep(2, 1), &deep(3, 1))[0];
    assert!(conflict.starts_with("x[7][7]") && conflict.ends_with("[7][…]") && conflict.len() < 300);

    let inside = |value: u8| format!("{}|a:1:{{s:2:\"\n\u{1b}\";i:{value};}}", "k".repeat(100));
    let conflict = &merged_words(&inside(1), &inside(2), &inside(3))[0];
    assert_eq!(*conflict, format!("{}…[\\n\\u{{1b}}]", "k".repeat(64)));
}

/// Two values in so many arrays.
fn nested(depth: usize) -> impl Fn(u8, u8) -> String {
    move |a, b| format!("x|{}i:0;i:{a};i:5;i:{b};{}", "a:1:{i:7;".repeat(depth - 1) + "a:2:{", "}".repeat(depth))
}

#[test]
fn arrays_are_merged_a_hundred_levels_deep() {
    let (deep, deeper) = (nested(100), nested(101));
    assert_eq!(merged(Format::Php, &deep(1, 1), &deep(2, 1), &deep(1, 3)), (deep(2, 3), vec![]));
    let (result, conflicts) = merged(Format::Php, &deeper(1, 1), &deeper(2, 1), &deeper(1, 3));
    assert_eq!((result, conflicts.len()), (deeper(2, 1), 1));
}

fn merged_words(base: &str, mine: &str, stored: &str) -> Vec<String> {
    merged(Format::Php, base, mine, stored).1
}
