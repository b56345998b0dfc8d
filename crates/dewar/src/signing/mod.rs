//! Bytes to a text that nobody can forge, and back.

mod keys;
mod sealed;
pub mod secret;

pub use self::keys::{KeyAge, SecretKeys};
pub use self::sealed::{BadSeal, MIN_SEALING_KEY, Opened, Sealer, SealerError, looks_sealed};
pub use self::secret::WeakSecret;
