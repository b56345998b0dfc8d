//! `dewar sessions copy`.

mod ended;
mod figures;
mod marks;
mod run;
mod work;

pub(super) use self::run::run;
