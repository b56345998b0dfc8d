//! Sessions in actix-web: the middleware beside others, the extractors, guards, and what goes wrong.

mod around;
mod client;
mod extractors;
mod failures;
mod logins;
mod server;
