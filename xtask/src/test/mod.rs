//! `cargo xtask test`: every test, each step under a heading, a table and a count at the end.

mod counts;
mod features;
mod licences;
mod msrv;
mod needs;
mod neighbours;
mod options;
mod outside;
mod packages;
mod published;
mod report;
mod run;
mod steps;

pub(crate) use self::run::run;
