//! PHP is the oracle: php-tests/inc/merge_oracle.php makes sessions, and says what has to become of them.

use std::env;
use std::io::{BufReader, Read, Write};
use std::process::{Command, Stdio};

use super::{Format, merge};

/// How many triples of sessions are tried; RUSTDB_ORACLE_TRIPLES says another number.
const TRIPLES: u32 = 400;

fn number(from: &mut impl Read) -> Option<usize> {
    let mut bytes = [0; 4];
    from.read_exact(&mut bytes).ok()?;
    Some(u32::from_le_bytes(bytes) as usize)
}

fn bytes(from: &mut impl Read) -> Option<Vec<u8>> {
    let mut bytes = vec![0; number(from)?];
    from.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// RUSTDB_ORACLE_SEED=… begins with a certain one, say the one that failed.
fn agrees_with_php(name: &str) {
    let set = |name: &str| env::var(name).ok().map(|value| value.parse::<u32>().unwrap());
    let count = set("RUSTDB_ORACLE_TRIPLES").unwrap_or(TRIPLES);
    let seed = set("RUSTDB_ORACLE_SEED").unwrap_or_else(|| rand::random::<u32>() >> 2);
    let php = env::var("PHP").expect("bin/php-env says which PHP is tested with");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/php-tests/inc/merge_oracle.php");
    let mut oracle = Command::new(php)
        .args(["-n", "-d", "display_errors=stderr", script, &seed.to_string(), &count.to_string(), name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = oracle.stdin.take().unwrap();
    let mut triples = BufReader::new(oracle.stdout.take().unwrap());
    let mut tried = 0;
    while let Some(base) = bytes(&mut triples) {
        let (mine, stored) = (bytes(&mut triples).unwrap(), bytes(&mut triples).unwrap());
        let merged = merge(Format::named(name), &base, &mine, &stored);
        let mut answer = (merged.data.len() as u32).to_le_bytes().to_vec();
        answer.extend_from_slice(&merged.data);
        answer.extend_from_slice(&(merged.conflict_count as u32).to_le_bytes());
        if answers.write_all(&answer).is_err() {
            break;
        }
        tried += 1;
    }
    drop(answers);
    let end = oracle.wait_with_output().unwrap();
    assert!(end.status.success(), "{}", String::from_utf8_lossy(&end.stderr));
    assert_eq!((tried, String::from_utf8_lossy(&end.stderr).as_ref()), (count, ""));
}

#[test]
fn sessions_of_php_agree() {
    agrees_with_php("php");
}

#[test]
fn sessions_of_php_serialize_agree() {
    agrees_with_php("php_serialize");
}

#[test]
fn sessions_of_php_binary_agree() {
    agrees_with_php("php_binary");
}

#[test]
fn sessions_of_json_agree() {
    agrees_with_php("json");
}
