//! Sessions that are used after their response was sent, by streams, WebSockets and tasks: what is saved, and what is reported as lost.

mod counted;
mod over_http;
