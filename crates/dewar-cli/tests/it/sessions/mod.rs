//! `dewar sessions` on the stores of real programs.

mod arguments;
mod copying;
mod ending;
mod interrupted;
mod listing;
mod many;
mod place;
mod shop;
mod showing;
mod sweeping;

pub(crate) use self::place::places;
pub(crate) use self::shop::{Shop, sessions};
