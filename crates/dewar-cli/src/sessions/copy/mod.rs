//! `dewar sessions copy`.

mod ended;
mod figures;
mod marks;
mod moving;
mod pair;
mod refusals;
mod run;
mod seen;
mod work;

pub(super) use self::run::run;
