//! `cargo xtask bench builds`: what a program pays for its sessions when it is built, in CPU seconds, packages and bytes, beside other
//! libraries. Everything is measured in this run. The programs are in `bench/builds`: one route that counts in the session, in the way
//! of each library.

mod measure;
mod table;

pub(crate) use self::table::run;
