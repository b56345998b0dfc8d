//! The programs of `examples/`, which tests serve with their own key and clock.
#![allow(dead_code, unreachable_pub, reason = "their `main` is not called here")]

#[path = "../../examples/browser_session.rs"]
pub(crate) mod browser_session;
#[path = "../../examples/counter.rs"]
pub(crate) mod counter;
#[path = "../../examples/email.rs"]
pub(crate) mod email;
#[path = "../../examples/first_login.rs"]
pub(crate) mod first_login;
#[path = "../../examples/form_login.rs"]
pub(crate) mod form_login;
#[path = "../../examples/from_settings.rs"]
pub(crate) mod from_settings;
#[path = "../../examples/json_login.rs"]
pub(crate) mod json_login;
#[path = "../../examples/key_prefix.rs"]
pub(crate) mod key_prefix;
#[path = "../../examples/lifetime.rs"]
pub(crate) mod lifetime;
#[path = "../../examples/live.rs"]
pub(crate) mod live;
#[path = "../../examples/login.rs"]
pub(crate) mod login;
#[path = "../../examples/own_interface.rs"]
pub(crate) mod own_interface;
#[path = "../../examples/own_store.rs"]
pub(crate) mod own_store;
#[path = "../../examples/signed_ids.rs"]
pub(crate) mod signed_ids;
#[path = "../../examples/testbed.rs"]
pub(crate) mod testbed;
#[path = "../../examples/typed.rs"]
pub(crate) mod typed;
