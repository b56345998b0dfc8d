//! Sessions in actix-web: the middleware beside others, the extractors, guards, and what goes wrong.

mod client;
mod extractors;
