//! How long a merge of 64 KB takes, by the shape of the session:
//! `cargo test --release --lib merge::speed -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use super::*;

const SIZE: usize = 64 << 10;

fn string(text: &str) -> String {
    format!("s:{}:\"{text}\";", text.len())
}

/// A visitor's session in a shop, with `lines` in the cart.
fn shop(lines: usize) -> String {
    let mut session = String::from("user|O:8:\"App\\User\":5:{s:2:\"id\";i:4711;s:4:\"name\";");
    session += &string("Ada Lovelace");
    session +=
        "s:5:\"roles\";a:2:{i:0;s:9:\"ROLE_USER\";i:1;s:10:\"ROLE_STAFF\";}s:6:\"active\";b:1;s:5:\"score\";d:0.75;}";
    session += "_csrf|a:20:{";
    for form in 0..20 {
        session += &string(&format!("form_{form}"));
        session += &string(&"0123456789abcdef".repeat(2));
    }
    let _ = write!(session, "}}seen|i:1764432000;cart|a:{lines}:{{");
    for line in 0..lines {
        let _ = write!(
            session,
            "i:{};a:5:{{s:3:\"sku\";s:10:\"SKU-{:06}\";s:3:\"qty\";i:{};s:5:\"price\";d:19.99;s:7:\"options\";a:2:{{\
             s:4:\"size\";s:1:\"L\";s:5:\"color\";s:4:\"blue\";}}s:4:\"gift\";b:0;}}",
            1000 + line,
            line * 7,
            1 + line % 5
        );
    }
    session + "}flash|a:0:{}locale|s:5:\"en_GB\";"
}

fn keys(count: usize, value: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |all, key| all + &format!("key_{key:04}|") + &value(key))
}

fn measure(shape: &str, base: String, mine: String, stored: String) {
    measure_in(Format::Php, shape, base, mine, stored);
}

fn measure_in(format: Format, shape: &str, base: String, mine: String, stored: String) {
    let merged = merge(format, base.as_bytes(), mine.as_bytes(), stored.as_bytes());
    assert_eq!(merged.conflict_count, 0, "{shape}: {:?}", merged.conflicts);
    let mut times: Vec<_> = (0..2000)
        .map(|_| {
            let begin = Instant::now();
            black_box(merge(format, black_box(base.as_bytes()), mine.as_bytes(), stored.as_bytes()));
            begin.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    println!("{shape}: {} bytes, {} ns (median; best {})", base.len(), times[times.len() / 2], times[0]);
}

#[test]
#[ignore = "prints times"]
fn of_64_kb() {
    let large = format!("a|i:1;blob|s:{SIZE}:\"{}\";z|i:1;", "x".repeat(SIZE));
    measure("one large string", large.clone(), large.replace("z|i:1", "z|i:2"), large.replace("a|i:1", "a|i:3"));
    let strings = keys(40, |_| string(&"y".repeat(1600)));
    measure("40 strings", strings.clone(), strings.clone() + "new|i:1;", strings.replacen("yyy", "zzz", 1));
    let cart = shop(450);
    let seen = cart.replace("i:1764432000;", "i:1764432001;");
    measure("a shop, other keys", cart.clone(), seen.clone(), cart.replace("en_GB", "de_DE"));
    let line = |line: usize| cart.replace(&format!("SKU-{:06}", line * 7), "SKU-XXXXXX");
    measure("a shop, both in the cart", cart.clone(), line(100), line(200));
    let ints = keys(1500, |key| format!("i:{};", key * 31));
    measure("1,500 ints", ints.clone(), ints.replace("i:31;", "i:32;"), ints.replace("i:62;", "i:63;"));
    measure("1,500 ints, each adds a key", ints.clone(), ints.clone() + "mine|i:1;", ints.clone() + "stored|i:1;");
    let ints = (0..1500).fold(String::new(), |all, key| all + &format!("i:{};i:{};", key * 2, key * 31));
    let ints = |add: &str| format!("a|a:{}:{{{ints}{add}}}", 1500 + usize::from(!add.is_empty()));
    measure("a map of 1,500 ints", ints(""), ints("i:8001;i:1;"), ints("i:8003;i:1;"));
    let list = (0..1500).fold(String::new(), |all, key| all + &format!("i:{key};i:{};", key * 31));
    let list = |add: &str| format!("a|a:{}:{{{list}{add}}}", 1500 + usize::from(!add.is_empty()));
    measure("a set of 1,500 ints", list(""), list("i:1500;i:1;"), list("i:1500;i:2;"));
    let cart = (0..450).fold(String::new(), |all, line| {
        all + &format!(
            r#","{line}x":{{"sku":"SKU-{line:06}","qty":{},"price":19.99,"options":{{"size":"L","color":"blue"}},"gift":false}}"#,
            1 + line % 5
        )
    });
    let json = format!(r#"{{"seen":1764432000,"cart":{{{}}},"locale":"en_GB"}}"#, &cart[1..]);
    let line = |line: usize| json.replace(&format!("SKU-{line:06}"), "SKU-XXXXXX");
    measure_in(Format::Json, "JSON, both in the cart", json.clone(), line(100), line(200));
}
