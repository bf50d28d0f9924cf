//! Literals: how ids, numbers and data stand in a statement.

use crate::sid::SessionId;

/// A literal of the id's digest.
pub(super) fn id_literal(sid: &SessionId) -> String {
    let mut sql = String::with_capacity(67);
    push_hex(&mut sql, sid.digest());
    sql
}

pub(super) fn push_hex(sql: &mut String, bytes: &[u8]) {
    sql.reserve(2 * bytes.len() + 3);
    sql.push_str("x'");
    push_digits(sql, bytes);
    sql.push('\'');
}

/// One more literal of a list, which begins with the first and which the caller closes.
pub(super) fn push_in_list(list: &mut String, bytes: &[u8]) {
    list.push(if list.is_empty() { '(' } else { ',' });
    push_hex(list, bytes);
}

/// The bytes' hexadecimal digits, as UNHEX() takes them.
pub(super) fn push_digits(sql: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for chunk in bytes.chunks(32) {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(chunk) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        // Digits are always text.
        sql.push_str(std::str::from_utf8(&digits[..2 * chunk.len()]).unwrap_or_default());
    }
}

/// What `write!` does with a number, in a tenth of the instructions: it stands in each statement.
pub(super) fn push_number(sql: &mut String, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    sql.push_str(std::str::from_utf8(&digits[at..]).unwrap_or_default());
}

/// A literal of any bytes. ASCII is escaped: quote, backslash and NUL are all there is, for the sql_mode
/// has no NO_BACKSLASH_ESCAPES. Anything else goes as hex: in a character set like gbk a backslash
/// can be the second byte of a character, and a server may choose the character set behind our back.
pub(super) fn push_data(sql: &mut String, data: &[u8]) {
    let text = match std::str::from_utf8(data) {
        Ok(text) if text.is_ascii() => text,
        _ => return push_hex(sql, data),
    };
    sql.reserve(text.len() + text.len() / 16 + 16);
    sql.push_str("_binary'");
    let mut from = 0;
    for at in memchr::memchr3_iter(b'\'', b'\\', 0, data) {
        sql.push_str(&text[from..at]);
        sql.push_str(match data[at] {
            b'\'' => "\\'",
            b'\\' => "\\\\",
            _ => "\\0",
        });
        from = at + 1;
    }
    sql.push_str(&text[from..]);
    sql.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(data: &[u8]) -> String {
        let mut sql = String::new();
        push_data(&mut sql, data);
        sql
    }

    #[test]
    fn data_literals_escape_ascii_and_hex_everything_else() {
        assert_eq!(literal(b""), "_binary''");
        assert_eq!(literal(b"a'b\\c\0d"), "_binary'a\\'b\\\\c\\0d'");
        assert_eq!(literal("中\\'".as_bytes()), "x'e4b8ad5c27'");
        assert_eq!(literal(b"\xff\x00"), "x'ff00'");
    }

    #[test]
    fn numbers_are_written_as_digits() {
        for number in [0, 7, 10, 1_234_567_890, u64::MAX] {
            let mut sql = String::new();
            push_number(&mut sql, number);
            assert_eq!(sql, number.to_string());
        }
    }
}
