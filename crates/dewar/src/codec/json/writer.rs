//! The JSON writer.

use std::io::Write;

use super::escape;
use crate::codec::limits::Budget;
use crate::codec::{EncodeError, Limits};
use crate::value::{Map, Text, Value};

/// The layout of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Whether everything outside ASCII is escaped.
    pub(super) ascii: bool,
    /// Whether keys are sorted by code point.
    pub(super) sort_keys: bool,
    /// Whether a space follows commas and colons.
    pub(super) spaced: bool,
}

/// The differences between the dialects in writing.
pub(super) trait Dialect: Sized {
    fn float(value: f64, out: &mut Vec<u8>);

    /// Writes a value that cannot be represented in JSON: a tuple, bytes, a datetime, a UUID, `Markup`, or an [`Opaque`](Value::Opaque).
    fn special(writer: &mut Writer<Self>, value: &Value) -> Result<(), EncodeError>;

    /// Writes a dict whose keys are not all text.
    fn pairs(writer: &mut Writer<Self>, pairs: &[(Value, Value)]) -> Result<(), EncodeError>;

    fn map(writer: &mut Writer<Self>, map: &Map) -> Result<(), EncodeError> {
        writer.map(map)
    }
}

/// Writes one value.
pub(super) fn write<D: Dialect>(
    style: Style,
    limits: Limits,
    content: impl FnOnce(&mut Writer<D>) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer {
        out: Vec::with_capacity(256),
        style,
        budget: Budget::new(limits),
        dialect: std::marker::PhantomData,
    };
    content(&mut writer)?;
    writer.budget.bytes(writer.out.len())?;
    Ok(writer.out)
}

pub(super) struct Writer<D> {
    pub(super) out: Vec<u8>,
    style: Style,
    budget: Budget,
    dialect: std::marker::PhantomData<D>,
}

impl<D: Dialect> Writer<D> {
    pub(super) fn sorts_keys(&self) -> bool {
        self.style.sort_keys
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<(), EncodeError> {
        match value {
            Value::Map(map) => return D::map(self, map),
            Value::Pairs(pairs) => return D::pairs(self, pairs),
            Value::List(items) => return self.array(items),
            Value::Tuple(_)
            | Value::Bytes(_)
            | Value::DateTime(_)
            | Value::Uuid(_)
            | Value::Markup(_)
            | Value::Opaque(_) => return D::special(self, value),
            _ => self.budget.item()?,
        }
        match value {
            Value::Bool(true) => self.raw("true"),
            Value::Bool(false) => self.raw("false"),
            Value::Int(value) => self.integer(*value),
            Value::BigInt(value) => self.raw(value.as_str()),
            Value::Float(value) => D::float(*value, &mut self.out),
            Value::Str(text) => self.quoted(text)?,
            _ => self.raw("null"),
        }
        Ok(())
    }

    /// Writes a text as a value.
    pub(super) fn text(&mut self, text: &Text) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.quoted(text)
    }

    /// Writes ASCII without quotes and backslashes as a value.
    pub(super) fn plain(&mut self, text: &str) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.quoted_plain(text);
        Ok(())
    }

    pub(super) fn quoted_plain(&mut self, text: &str) {
        self.out.push(b'"');
        self.raw(text);
        self.out.push(b'"');
    }

    pub(super) fn quoted(&mut self, text: &Text) -> Result<(), EncodeError> {
        escape::write_text(text, self.style.ascii, &mut self.out)
    }

    pub(super) fn array(&mut self, items: &[Value]) -> Result<(), EncodeError> {
        self.open(b'[')?;
        for (at, item) in items.iter().enumerate() {
            self.comma(at);
            self.value(item)?;
        }
        self.close(b']');
        Ok(())
    }

    pub(super) fn map(&mut self, map: &Map) -> Result<(), EncodeError> {
        if let Some(pairs) = map.pairs() {
            return D::pairs(self, pairs);
        }
        if !self.style.sort_keys || map.keys().is_sorted() {
            return self.object(map.iter(), Self::quoted);
        }
        let mut entries: Vec<(&Text, &Value)> = map.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        self.object(entries.into_iter(), Self::quoted)
    }

    /// Writes an object. `write_key` writes a key with its quotes.
    pub(super) fn object<'v, K>(
        &mut self,
        entries: impl Iterator<Item = (K, &'v Value)>,
        write_key: impl Fn(&mut Self, K) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.open(b'{')?;
        for (at, (key, value)) in entries.enumerate() {
            self.comma(at);
            write_key(self, key)?;
            self.colon();
            self.value(value)?;
        }
        self.close(b'}');
        Ok(())
    }

    /// Writes an object with one entry, whose key is ASCII without quotes and backslashes.
    pub(super) fn single(
        &mut self,
        key: &str,
        content: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        self.open(b'{')?;
        self.quoted_plain(key);
        self.colon();
        content(self)?;
        self.close(b'}');
        Ok(())
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn integer(&mut self, value: i64) {
        // Writing to a Vec does not fail.
        let _ = write!(self.out, "{value}");
    }

    fn open(&mut self, bracket: u8) -> Result<(), EncodeError> {
        self.budget.item()?;
        self.budget.enter()?;
        // Checked at every container, so that nested large values never get far beyond the limit.
        self.budget.bytes(self.out.len())?;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8) {
        self.budget.leave();
        self.out.push(bracket);
    }

    fn comma(&mut self, at: usize) {
        if at > 0 {
            self.raw(if self.style.spaced { ", " } else { "," });
        }
    }

    fn colon(&mut self) {
        self.raw(if self.style.spaced { ": " } else { ":" });
    }
}
