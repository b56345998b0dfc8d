//! The programs of `examples/`, which tests serve with their own key and clock.
#![allow(dead_code, unreachable_pub, reason = "their `main` is not called here")]

#[path = "../../examples/counter.rs"]
pub(crate) mod counter;
#[path = "../../examples/json_login.rs"]
pub(crate) mod json_login;
#[path = "../../examples/own_store.rs"]
pub(crate) mod own_store;
