//! The programs of `examples/`, to be served by tests with a key and a clock of theirs.
#![allow(dead_code, unreachable_pub, reason = "their `main` is not called here")]

#[path = "../../examples/email.rs"]
pub(crate) mod email;
#[path = "../../examples/first_login.rs"]
pub(crate) mod first_login;
#[path = "../../examples/form_login.rs"]
pub(crate) mod form_login;
#[path = "../../examples/lifetime.rs"]
pub(crate) mod lifetime;
#[path = "../../examples/testbed.rs"]
pub(crate) mod testbed;
