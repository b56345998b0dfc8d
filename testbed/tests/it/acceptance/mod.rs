//! What every framework's program must do, over HTTP.

mod after_response;
mod dead_servers;
mod engine_limits;
mod errors;
mod failing_stores;
mod guards;
mod http;
mod logins;
mod messages;
mod parallel;
mod server_errors;
mod shop;
mod stopped_requests;
mod two_cookies;
mod typed;
mod wire;
