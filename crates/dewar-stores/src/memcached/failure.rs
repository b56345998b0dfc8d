//! What an error of Memcached means. The server's text is not repeated: it may contain what was sent.

use std::error::Error;
use std::fmt;

use dewar_core::StoreError;

/// An error that the server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The entry is larger than an item may be.
    TooLarge,
    /// There is no memory, and nothing may be evicted. The server has removed what was stored under the key.
    OutOfMemory,
    /// The server requires a password.
    Unauthenticated,
    TooManyConnections,
    /// Not known; a proxy may have done the request.
    Other,
}

impl Refusal {
    /// `None` if the line is no error.
    pub(super) fn from_line(line: &str) -> Option<Self> {
        let has = |words: &str| line.contains(words);
        Some(match line.split(' ').next() {
            Some("SERVER_ERROR") if has("too large") => Self::TooLarge,
            Some("SERVER_ERROR") if has("out of memory storing") => Self::OutOfMemory,
            Some("CLIENT_ERROR") if has("unauthenticated") => Self::Unauthenticated,
            Some("ERROR") if has("Too many") => Self::TooManyConnections,
            Some("SERVER_ERROR" | "CLIENT_ERROR" | "ERROR") => Self::Other,
            _ => return None,
        })
    }

    /// Whether the connection can still be used.
    pub(super) fn keeps_connection(self) -> bool {
        matches!(self, Self::TooLarge | Self::OutOfMemory)
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge | Refusal::OutOfMemory => Self::refused(refusal),
            Refusal::Unauthenticated | Refusal::TooManyConnections => Self::unavailable(refusal),
            Refusal::Other => Self::no_answer(refusal),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the session is larger than an item of Memcached may be: store less in it, or start Memcached with a larger -I",
            Self::OutOfMemory => "the memory of Memcached is full, and it may not evict: start it with more -m, or without -M",
            Self::Unauthenticated => "Memcached requires a password, which cannot be used here: start it without -Y and -S",
            Self::TooManyConnections => "Memcached has too many connections: start it with more -c, or close some",
            Self::Other => "Memcached answered with an error that is not known: see its log",
        })
    }
}

impl Error for Refusal {}

/// The answer is none to this request.
pub(super) fn unexpected() -> StoreError {
    StoreError::no_answer("Memcached gave an unexpected answer")
}

/// Whether the server had no memory for the write.
pub(super) fn is_out_of_memory(error: &StoreError) -> bool {
    let refusal = error.source().and_then(|source| source.downcast_ref::<Refusal>());
    refusal == Some(&Refusal::OutOfMemory)
}
