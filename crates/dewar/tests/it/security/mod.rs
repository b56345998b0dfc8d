//! What must hold over HTTP whatever a client sends and a handler does. The letter and the number before a test's name are those of
//! its requirement in SECURITY.md.

mod app;
mod caching;
mod emitting;
mod failing;
mod keys;
mod life;
mod parsing;
mod time;
mod tokens;
