//! One program of sessions for each web framework that Dewar has an adapter for: the same routes, with the same answers.
//!
//! `cargo run -p dewar-testbed --bin testbed-axum -- --port 0 --store redis://127.0.0.1` prints the address it listens on. `--store` takes
//! `cookie`, the URL of any store, or `settings`, which are in the environment under [Flask's names](dewar::config); with a store (or, with cookies, a `SECRET_KEY` in the environment) several of these servers share their
//! sessions. `--records flask` uses Flask-Session's records.
//!
//! What a route does to the session is in [`routes`], which knows no framework. The tests start each program and ask it over HTTP.

mod actix_web;
mod arguments;
mod ask;
mod axum;
mod command;
mod framework;

pub mod routes;
mod server;
mod site;
mod users;

pub use self::arguments::Arguments;
pub use self::ask::Ask;
pub use self::command::run;
pub use self::framework::Framework;
pub use self::server::Server;
pub use self::site::Site;
