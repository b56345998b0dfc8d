//! Our libraries with few features: code behind one feature must not need another.

mod check;
mod package;
mod sets;

pub(crate) use self::check::check;
