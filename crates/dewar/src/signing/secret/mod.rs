//! Checks whether a secret can be guessed.
//!
//! A signed cookie is only as strong as its secret: with one cookie, an attacker can try millions of secrets per second, starting with published
//! ones. [`check`] refuses published secrets (a table of 54,000 that were found in public code and documentation), and secrets that are short,
//! repetitive or placeholders. [`SecretKeys::new`](super::SecretKeys::new) calls it, once when the program starts.
//!
//! ```
//! use dewar::signing::secret::{WeakSecret, check, estimated_bits};
//!
//! assert_eq!(check(b"changeme"), Err(WeakSecret::WellKnown));
//! assert_eq!(check(b"5f0c19e2a7d84b3690fe21c7b58d4a63"), Ok(()));
//! assert!(estimated_bits(b"5f0c19e2a7d84b3690fe21c7b58d4a63") > 100);
//! ```

mod check;
mod placeholder;
mod randomness;
mod spelling;
#[cfg(test)]
mod tests;

pub use self::check::{WeakSecret, check};
pub use self::randomness::estimated_bits;
