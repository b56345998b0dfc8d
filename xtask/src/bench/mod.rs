//! `cargo xtask bench`: Dewar beside its peers, and the page of the guide that shows it.

mod chart;
mod command;
mod page;

pub(crate) use self::command::run;
pub(crate) use self::page::{PAGE, SECTIONS, faults};
