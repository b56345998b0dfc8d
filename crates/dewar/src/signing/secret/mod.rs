//! Is this secret one that nobody can guess?
//!
//! A signed cookie is worth as much as its secret: whoever has a cookie can try secrets on it at millions a second, and
//! the first to be tried are those that were ever published. [`check`] refuses these (a table of 54,000 that were
//! found in public code and documentation), and what is short, patterned or a placeholder. It runs once, at start;
//! [`SecretKeys::new`](super::SecretKeys::new) calls it.
//!
//! ```
//! use dewar::signing::secret::{WeakSecret, check, estimated_bits};
//!
//! assert_eq!(check(b"changeme"), Err(WeakSecret::WellKnown));
//! assert_eq!(check(b"5f0c19e2a7d84b3690fe21c7b58d4a63"), Ok(()));
//! assert!(estimated_bits(b"5f0c19e2a7d84b3690fe21c7b58d4a63") > 100);
//! ```

mod check;
mod entropy;
mod known;
mod pattern;
mod placeholder;
mod spelling;
#[cfg(test)]
mod tests;
mod weak;

pub use self::check::check;
pub use self::entropy::estimated_bits;
pub use self::weak::WeakSecret;
