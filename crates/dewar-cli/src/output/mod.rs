//! What is written to the terminal.
//!
//! Everything goes through [`Text`], so that nothing that a cookie, a file, a URL or a request holds is ever a control character here.

mod print;
mod text;

pub(crate) use self::print::{error, line, note, usage};
pub(crate) use self::text::{Paint, Text};
