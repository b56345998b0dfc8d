//! What a request asks for.

use serde::Deserialize;

/// The query of a request.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// A user.
    pub u: String,
    /// An owner.
    pub o: String,
    /// A key.
    pub k: String,
    /// A value.
    pub v: String,
    /// A method.
    pub by: String,
    /// Milliseconds to wait.
    pub ms: u64,
    /// A number of bytes, or a status.
    pub n: usize,
}
