//! The public items of each library, as a listing under version control: a change of the interface is seen in review.
//!
//! A listing is made from the pages of `cargo doc`, which every toolchain can build. The tools that read rustdoc's JSON need the version of the
//! toolchain that they were made for.

mod html;
mod listings;
mod page;
mod pages;

pub(crate) use self::listings::{DOC, check, run};
