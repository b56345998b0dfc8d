//! What is written to the terminal.
//!
//! Everything goes through [`Text`], so that nothing that a cookie, a file, a URL or a request holds is ever a control character here.

mod lines;
mod print;
mod progress;
mod question;
mod text;

pub(crate) use self::lines::Lines;
pub(crate) use self::print::{error, line, note, usage, without_login};
pub(crate) use self::progress::Progress;
pub(crate) use self::question::confirm;
pub(crate) use self::text::{Paint, Text};
