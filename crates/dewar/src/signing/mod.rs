//! Bytes to a text that nobody can forge, and back.

mod keys;
pub mod secret;

pub use self::keys::SecretKeys;
pub use self::secret::WeakSecret;
