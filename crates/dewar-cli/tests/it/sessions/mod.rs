//! `dewar sessions` on the stores of real programs.

mod arguments;
mod asking;
mod copying;
mod ending;
mod interrupted;
mod listing;
mod many;
mod missing;
mod moving;
mod not_lost;
mod place;
mod ring;
mod same_handle;
mod shop;
mod showing;
mod sweeping;

pub(crate) use self::place::{memcached, places};
pub(crate) use self::shop::{Shop, sessions};
