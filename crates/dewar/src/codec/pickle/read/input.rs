//! Reads the bytes of a pickle, one argument after the other.

use crate::codec::DecodeError;

/// The bytes, and the current position.
pub(super) struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub(super) fn byte(&mut self) -> Result<u8, DecodeError> {
        self.chunk().map(|[byte]| byte)
    }

    pub(super) fn chunk<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let chunk = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk());
        let chunk = *chunk.ok_or_else(|| self.malformed("more bytes"))?;
        self.at += N;
        Ok(chunk)
    }

    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(len);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.malformed("more bytes"))?;
        self.at += len;
        Ok(taken)
    }

    /// The bytes up to the line break, without it.
    pub(super) fn line(&mut self) -> Result<&'a [u8], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = rest.iter().position(|&byte| byte == b'\n');
        let line = self.take(len.ok_or_else(|| self.malformed("the end of a line"))?)?;
        self.at += 1;
        Ok(line)
    }

    /// A line of ASCII, such as a number.
    pub(super) fn ascii_line(&mut self) -> Result<&'a str, DecodeError> {
        let at = self.at;
        let line = str::from_utf8(self.line()?).ok().filter(|line| line.is_ascii());
        line.ok_or(DecodeError::Malformed { at, expected: "a line of ASCII" })
    }

    /// Bytes after their length in one byte.
    pub(super) fn sized1(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.byte()?;
        self.take(len.into())
    }

    /// Bytes after their length in four bytes.
    pub(super) fn sized4(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = u32::from_le_bytes(self.chunk()?);
        self.take(len as usize)
    }

    /// Bytes after their length in eight bytes.
    pub(super) fn sized8(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = u64::from_le_bytes(self.chunk()?);
        self.take(usize::try_from(len).unwrap_or(usize::MAX))
    }

    pub(super) fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.at, expected }
    }
}
