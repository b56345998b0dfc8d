//! What can be known of a session cookie: which kind it is, what it holds, whether it is valid, and why not.
//!
//! The command `dewar cookie` and the demo's inspector ask the same question and show the same [`Report`].

mod advice;
mod flask;
mod kind;
mod moment;
mod own_lifetime;
mod pretty;
mod report;
mod sealed;
mod session_id;
mod written;

pub(crate) use self::kind::Kind;
pub(crate) use self::moment::{Moment, in_words};
pub(crate) use self::own_lifetime::OwnLifetime;
pub(crate) use self::pretty::pretty;
pub(crate) use self::report::{Question, Report, Verdict, examine};
pub(crate) use self::written::{Oddity, Written};
