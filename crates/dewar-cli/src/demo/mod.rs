//! `dewar demo`: a small site in which a person plays every scene of a session, and looks into the cookie and the store.

mod app;
mod device;
mod failure;
mod middleware;
mod own_forms;
mod pages;
mod place;
mod server;
mod settings;
mod tamper;
mod templates;

pub(crate) use self::server::run;
