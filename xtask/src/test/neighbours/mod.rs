//! Packages outside the workspace, as a stranger writes them: with other frameworks and drivers, without our lock file, so that each version is
//! the newest that cargo finds.

mod check;
mod ranges;

pub(crate) use self::check::check;
