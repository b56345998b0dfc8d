//! `cargo xtask tidy`: the rules of this project that no compiler checks.

mod additions;
mod arrows;
mod code;
mod figures;
mod imports;
mod layout;
mod links;
mod promises;
mod rules;
mod source;
mod walks;
mod weight;
mod words;

pub(crate) use self::rules::run;
