//! What must be true over HTTP whatever a client sends and a handler does. SECURITY.md lists these tests.

mod app;
mod caching;
mod emitting;
mod failing;
mod keys;
mod lifecycle;
mod parsing;
mod time;
mod tokens;
