//! The examples that have a twin under Flask, which tests serve with their own key and clock.
#![allow(dead_code, unreachable_pub, reason = "their `main` is not called here")]

#[path = "../../../crates/dewar/examples/browser_session.rs"]
pub(crate) mod browser_session;
#[path = "../../../crates/dewar/examples/email.rs"]
pub(crate) mod email;
#[path = "../../../crates/dewar/examples/first_login.rs"]
pub(crate) mod first_login;
#[path = "../../../crates/dewar/examples/form_login.rs"]
pub(crate) mod form_login;
#[path = "../../../crates/dewar/examples/from_settings.rs"]
pub(crate) mod from_settings;
#[path = "../../../crates/dewar/examples/key_prefix.rs"]
pub(crate) mod key_prefix;
#[path = "../../../crates/dewar/examples/lifetime.rs"]
pub(crate) mod lifetime;
#[path = "../../../crates/dewar/examples/own_interface.rs"]
pub(crate) mod own_interface;
#[path = "../../../crates/dewar/examples/signed_ids.rs"]
pub(crate) mod signed_ids;
