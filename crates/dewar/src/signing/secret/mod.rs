//! Is this secret one that nobody can guess?
//!
//! A signed cookie is worth as much as its secret: whoever has a cookie can try secrets on it at millions a second, and
//! the first to be tried are those that were ever published. [`check`] refuses these (a table of 54,000 that were
//! found in public code and documentation), and what is short, patterned or a placeholder. It runs once, at start;
//! [`SecretKeys::new`](super::SecretKeys::new) calls it.

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
