//! The error of a conversion, with the place where it occurred.

use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::value::{Text, Value};

/// The error for a value that is not of the requested type, or a type that cannot be converted to a [`Value`](crate::value::Value).
///
/// The message says where and why: `the key "cart", in [2]["price"]: invalid type: string, expected f64`. It never contains the value
/// itself, which may be private.
#[derive(Clone, PartialEq, Eq)]
pub struct ConvertError(Box<Details>);

#[derive(Clone, PartialEq, Eq)]
struct Details {
    /// The session's key.
    key: Option<String>,
    /// The path within the value, such as `[2]["price"]`.
    within: String,
    /// The key at the beginning of the path, if there is one.
    outermost: Option<String>,
    reason: String,
    field: Option<Field>,
}

/// A problem with a whole field of a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The field is missing.
    Missing(&'static str),
    /// The field occurs twice, under two of its names.
    Duplicate(&'static str),
}

impl ConvertError {
    pub(crate) fn new(reason: impl fmt::Display) -> Self {
        Self::with_field(reason, None)
    }

    fn with_field(reason: impl fmt::Display, field: Option<Field>) -> Self {
        Self(Box::new(Details {
            key: None,
            within: String::new(),
            outermost: None,
            reason: reason.to_string(),
            field,
        }))
    }

    /// Returns the session key whose value is affected, if it is a single one.
    ///
    /// ```
    /// # use dewar::Session;
    /// # fn handler(session: &Session) {
    /// session.insert_value("age", "forty-two");
    /// let error = session.get::<u8>("age").unwrap_err();
    /// assert_eq!(error.key(), Some("age"));
    /// assert_eq!(error.to_string(), r#"the key "age": invalid type: string, expected u8"#);
    /// # }
    /// ```
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.0.key.as_deref()
    }

    /// Adds the session key to the error.
    pub(crate) fn in_key(mut self, key: impl fmt::Display) -> Self {
        self.0.key.get_or_insert_with(|| key.to_string());
        self
    }

    /// Adds a place within the value.
    pub(crate) fn within(mut self, path: &str) -> Self {
        self.0.within.insert_str(0, path);
        self.0.outermost = None;
        self
    }

    /// Turns the first key of the path into the session key.
    pub(crate) fn outermost_as_key(mut self) -> Self {
        if let Some(key) = self.0.outermost.take() {
            self.0.within.drain(..step(&key).len());
            self.0.key = Some(key);
        }
        self
    }

    /// Adds the position of an item in a sequence.
    pub(super) fn at_item(self, place: usize) -> Self {
        self.within(&format!("[{place}]"))
    }

    /// Adds a text key of a map.
    pub(super) fn at_key(self, key: &Text) -> Self {
        let key = key.to_string();
        let mut error = self.within(&step(&key));
        error.0.outermost = Some(key);
        error
    }

    /// Adds a key of any kind.
    pub(super) fn at_any_key(self, key: &Value) -> Self {
        match key {
            Value::Str(key) => self.at_key(key),
            Value::Int(number) => self.within(&format!("[{number}]")),
            other => self.within(&format!("[{}]", other.kind())),
        }
    }

    /// The problem with a field of the outermost struct, if there is one.
    pub(super) fn field(&self) -> Option<Field> {
        self.0.field.filter(|_| self.0.within.is_empty() && self.0.key.is_none())
    }

    /// Adds advice.
    pub(crate) fn advising(mut self, advice: &str) -> Self {
        self.0.reason.push_str(": ");
        self.0.reason.push_str(advice);
        self
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { key, within, reason, .. } = &*self.0;
        match (key, within.as_str()) {
            (None, "") => f.write_str(reason),
            (None, within) => write!(f, "in {within}: {reason}"),
            (Some(key), "") => write!(f, "the key {key:?}: {reason}"),
            (Some(key), within) => write!(f, "the key {key:?}, in {within}: {reason}"),
        }
    }
}

/// Like `Display`, for a `main` that returns the error.
impl fmt::Debug for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConvertError {}

impl serde::ser::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }
}

impl serde::de::Error for ConvertError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format_args!("invalid type: {}, expected {expected}", kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format_args!("invalid value: {}, expected {expected}", kind(found)))
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format_args!("unknown variant, expected one of {expected:?}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::with_field(format_args!("missing field `{field}`"), Some(Field::Missing(field)))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::with_field(format_args!("duplicate field `{field}`"), Some(Field::Duplicate(field)))
    }
}

/// Formats a key as in code: `["price"]`.
fn step(key: &str) -> String {
    format!("[{key:?}]")
}

/// The kind of the value that was found, without its content.
fn kind(found: Unexpected<'_>) -> &str {
    match found {
        Unexpected::Bool(_) => "boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "integer",
        Unexpected::Float(_) => "floating point number",
        Unexpected::Char(_) | Unexpected::Str(_) => "string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit => "null",
        Unexpected::Option => "option",
        Unexpected::NewtypeStruct => "newtype struct",
        Unexpected::Seq => "sequence",
        Unexpected::Map => "map",
        Unexpected::Enum | Unexpected::UnitVariant | Unexpected::NewtypeVariant => "enum variant",
        Unexpected::TupleVariant | Unexpected::StructVariant => "enum variant",
        Unexpected::Other(kind) => kind,
    }
}
