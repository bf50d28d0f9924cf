//! The options that `Rustdb\Handler` is made with: PHP's array in, typed values or a refusal out.

use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};

use super::calls::serialize_handler;
use super::ini;
use crate::config::Options;
use crate::error::{Error, Failure};
use crate::merge::Format;
use crate::session::Session;

/// Tells how the data of a write is serialised.
type Teller = fn() -> Format;

/// The formats by name.
const FORMATS: [(&str, Teller); 5] = [
    ("php_serialize", || Format::PhpSerialize),
    ("php", || Format::Php),
    ("php_binary", || Format::PhpBinary),
    ("json", || Format::Json),
    ("opaque", || Format::Opaque),
];

/// Why there is no handler, in words that follow "Argument #1 ($options)", or in a sentence of their own.
pub enum Refusal {
    /// A TypeError.
    Type(String),
    /// A ValueError.
    Value(String),
    /// A ValueError that is about the directives.
    Directive(String),
}

/// What a handler is made with.
#[derive(Default)]
pub struct Made {
    /// Over the directives.
    config: Options,
    /// Seconds; none for `session.gc_maxlifetime` as it is at a write.
    pub lifetime: Option<i64>,
    format: Option<Teller>,
}

impl Made {
    /// Reads the options.
    ///
    /// # Errors
    /// For the first that is unknown, or has a wrong type or value.
    pub fn of(array: Option<&ZendHashTable>) -> Result<Made, Refusal> {
        let mut made = Made::default();
        for (key, value) in array.into_iter().flatten() {
            let name = match key {
                ArrayKey::Long(number) => number.to_string(),
                ArrayKey::String(name) => name,
                ArrayKey::Str(name) => name.to_owned(),
                ArrayKey::ZendString(name) => String::from_utf8_lossy(name.as_bytes()).into_owned(),
            };
            made.take(&name, value.dereference())?;
        }
        Ok(made)
    }

    fn take(&mut self, name: &str, value: &Zval) -> Result<(), Refusal> {
        match name {
            "lock" => self.config.lock = Some(text(name, value)?),
            "lock_wait" => self.config.lock_wait = Some(number(name, value)?),
            "table" => self.config.table = Some(text(name, value)?),
            "lifetime" => {
                let seconds = number(name, value)?;
                if seconds < 1 {
                    return Err(refused(name, &seconds.to_string(), "a whole number of seconds from 1 on"));
                }
                self.lifetime = Some(seconds);
            }
            "format" => {
                let word = text(name, value)?;
                let known = FORMATS.iter().find(|(known, _)| *known == word);
                let (_, format) = known.ok_or_else(|| {
                    let words: Vec<_> = FORMATS.iter().map(|(word, _)| *word).collect();
                    refused(name, &quoted(&word), &format!("one of {}", words.join(", ")))
                })?;
                self.format = Some(*format);
            }
            _ => {
                let name = quoted(name);
                return Err(Refusal::Value(format!(
                    "has the unknown option {name}: there are lock, lock_wait, lifetime, format and table"
                )));
            }
        }
        Ok(())
    }

    /// The session of such a handler, which has touched no database yet.
    ///
    /// # Errors
    /// What the directives or the table do not allow.
    pub fn session(&self) -> Result<Session, Refusal> {
        match ini::with_options("make a Rustdb\\Handler", &self.config) {
            Ok((config, pool)) => Ok(Session::lasting(pool, config, self.format(false))),
            Err(Failure { cause: Error::Config { directive, value, expected }, .. })
                if !directive.starts_with("rustdb.") =>
            {
                Err(refused(directive, &value, &expected))
            }
            Err(failure) => Err(Refusal::Directive(failure.to_string())),
        }
    }

    /// How the data of a write is serialised: as was asked for; else as PHP's session module does it, where that is who
    /// writes, or as a framework does.
    pub fn format(&self, is_php: bool) -> Teller {
        self.format.unwrap_or(if is_php { serialize_handler } else { FORMATS[0].1 })
    }
}

fn text(name: &str, value: &Zval) -> Result<String, Refusal> {
    let text = value.zend_str().map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned());
    text.ok_or_else(|| wrong_type(name, "a string", value))
}

fn number(name: &str, value: &Zval) -> Result<i64, Refusal> {
    value.long().ok_or_else(|| wrong_type(name, "an int", value))
}

fn wrong_type(name: &str, wanted: &str, value: &Zval) -> Refusal {
    let got = match value {
        value if value.is_string() => "a string",
        value if value.is_long() => "an int",
        value if value.is_double() => "a float",
        value if value.is_bool() => "a bool",
        value if value.is_null() => "null",
        value if value.is_array() => "an array",
        _ => "an object",
    };
    Refusal::Type(format!("has {name} as {got}, which must be {wanted}"))
}

fn refused(name: &str, value: &str, expected: &str) -> Refusal {
    Refusal::Value(format!("has {name}={value}, which is not valid: {expected}"))
}

/// A name or a word for people: cut, so that it does not hide the message.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    format!("\"{shown}\"")
}
