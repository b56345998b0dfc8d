//! Statements, and the values that they take.

use std::fmt;
use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Bytes, StoreKey};

use super::dialect::{Dialect, Placeholders};

/// The text of a statement in the engine's dialect, and the names and types of its values in the order of their placeholders.
#[derive(Debug)]
pub struct Statement {
    text: String,
    names: Vec<Name>,
    kinds: Vec<Kind>,
}

/// The type of a value. A driver that binds a null needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A key, an owner, or a prefix of keys.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// A payload.
    Bytes,
    /// A time in a date column.
    DateTime,
}

/// The types of the values that differ between the shapes of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    /// Of the expiry column.
    pub(super) moment: Kind,
    /// Of the column that a write compares.
    pub(super) revision: Kind,
    /// Of the column that orders pages.
    pub(super) position: Kind,
}

/// The name of a value. In the templates of the statements it follows a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    After,
    Behind,
    Except,
    Expires,
    IfBefore,
    Key,
    Limit,
    NewKey,
    Now,
    Owner,
    Payload,
    Prefix,
    Revision,
    Seen,
    TombstoneExpires,
    TombstoneOwner,
    TombstonePayload,
}

const NAMES: &[(&str, Name)] = &[
    ("after", Name::After),
    ("behind", Name::Behind),
    ("except", Name::Except),
    ("expires", Name::Expires),
    ("if_before", Name::IfBefore),
    ("key", Name::Key),
    ("limit", Name::Limit),
    ("new_key", Name::NewKey),
    ("now", Name::Now),
    ("owner", Name::Owner),
    ("payload", Name::Payload),
    ("prefix", Name::Prefix),
    ("revision", Name::Revision),
    ("seen", Name::Seen),
    ("tombstone_expires", Name::TombstoneExpires),
    ("tombstone_owner", Name::TombstoneOwner),
    ("tombstone_payload", Name::TombstonePayload),
];

/// A value of a statement.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Null.
    Null,
    /// A revision, a row's number, a limit, or milliseconds since 1970.
    Integer(i64),
    /// A key.
    Key(StoreKey),
    /// An owner, or a prefix of keys.
    Text(String),
    /// A payload.
    Bytes(Bytes),
    /// A time in a date column; `None`: the last possible date.
    DateTime(Option<UnixTime>),
}

/// Values by name, for all statements of a call.
#[derive(Debug, Clone)]
pub struct Values {
    /// Nearly every statement takes these two values. A read takes no others, and so needs no allocation.
    key: Value,
    now: Value,
    others: Vec<(Name, Value)>,
}

impl Statement {
    /// Builds a statement from a template in which each value is a name after a colon.
    pub(super) fn from_template(dialect: &Dialect, kinds: Kinds, template: &str) -> Arc<Self> {
        let mut pieces = template.split(':');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        let mut names = Vec::new();
        for piece in pieces {
            let end =
                piece.find(|sign: char| !(sign == '_' || sign.is_ascii_lowercase())).unwrap_or(piece.len());
            let (word, rest) = piece.split_at(end);
            match NAMES.iter().find(|(known, _)| *known == word) {
                Some((_, name)) => push_placeholder(&mut text, &mut names, *name, dialect.placeholders),
                None => text.extend([":", word]),
            }
            text.push_str(rest);
        }
        let kinds = names.iter().map(|name| name.kind(kinds)).collect();
        Arc::new(Self { text, names, kinds })
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values in the order of the placeholders. A missing value is null.
    pub fn values<'a>(&'a self, values: &'a Values) -> impl Iterator<Item = &'a Value> {
        self.names.iter().map(|name| values.get(*name))
    }

    /// The types of the values in the order of the placeholders.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }
}

impl Name {
    fn kind(self, kinds: Kinds) -> Kind {
        match self {
            Self::After => kinds.position,
            Self::Behind
            | Self::Except
            | Self::Key
            | Self::NewKey
            | Self::Owner
            | Self::Prefix
            | Self::TombstoneOwner => Kind::Text,
            Self::Expires | Self::IfBefore | Self::Now | Self::TombstoneExpires => kinds.moment,
            Self::Limit => Kind::Integer,
            Self::Payload | Self::TombstonePayload => Kind::Bytes,
            Self::Revision | Self::Seen => kinds.revision,
        }
    }
}

fn push_placeholder(text: &mut String, names: &mut Vec<Name>, name: Name, placeholders: Placeholders) {
    let known = names.iter().position(|known| *known == name).filter(|_| placeholders.are_numbered);
    let place = known.unwrap_or(names.len());
    if known.is_none() {
        names.push(name);
    }
    text.push(placeholders.sign);
    if placeholders.are_numbered {
        text.push_str(&(place + 1).to_string());
    }
}

impl Values {
    /// The values of a call at this time.
    pub(super) fn at(now: Value) -> Self {
        Self { key: Value::Null, now, others: Vec::new() }
    }

    pub(super) fn with(mut self, name: Name, value: impl Into<Value>) -> Self {
        match name {
            Name::Key => self.key = value.into(),
            Name::Now => self.now = value.into(),
            _ => self.others.push((name, value.into())),
        }
        self
    }

    fn get(&self, name: Name) -> &Value {
        match name {
            Name::Key => &self.key,
            Name::Now => &self.now,
            _ => {
                self.others.iter().find(|(known, _)| *known == name).map_or(&Value::Null, |(_, value)| value)
            }
        }
    }
}

impl From<&StoreKey> for Value {
    fn from(key: &StoreKey) -> Self {
        Self::Key(key.clone())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&Bytes> for Value {
    fn from(bytes: &Bytes) -> Self {
        Self::Bytes(bytes.clone())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// `Debug` shows neither keys nor payloads.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Integer(number) => write!(f, "Integer({number})"),
            Self::Key(key) => write!(f, "{key:?}"),
            Self::Text(_) => f.write_str("Text(…)"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::DateTime(moment) => write!(f, "DateTime({moment:?})"),
        }
    }
}
