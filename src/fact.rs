//! What the functions of the namespace `Rustdb` tell, before it is an array of PHP's.

/// A value of any depth.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// What is not known, or not there.
    None,
    Flag(bool),
    Number(u64),
    /// Seconds with what is behind the point.
    Seconds(f64),
    Text(String),
    List(Vec<Fact>),
    Map(Facts),
}

/// Facts by their names.
pub type Facts = Vec<(&'static str, Fact)>;

impl From<bool> for Fact {
    fn from(flag: bool) -> Fact {
        Fact::Flag(flag)
    }
}

impl From<u64> for Fact {
    fn from(number: u64) -> Fact {
        Fact::Number(number)
    }
}

impl From<u32> for Fact {
    fn from(number: u32) -> Fact {
        Fact::Number(number.into())
    }
}

impl From<f64> for Fact {
    fn from(seconds: f64) -> Fact {
        Fact::Seconds(seconds)
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Fact {
        Fact::Text(text)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Fact {
        Fact::Text(text.to_owned())
    }
}

impl From<Vec<Fact>> for Fact {
    fn from(list: Vec<Fact>) -> Fact {
        Fact::List(list)
    }
}

impl From<Facts> for Fact {
    fn from(map: Facts) -> Fact {
        Fact::Map(map)
    }
}

impl<T: Into<Fact>> From<Option<T>> for Fact {
    fn from(fact: Option<T>) -> Fact {
        fact.map_or(Fact::None, Into::into)
    }
}
