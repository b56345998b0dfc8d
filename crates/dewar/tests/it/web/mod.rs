//! The layers and extractors: beside other layers, when something fails, and saving before the handler is done.

mod early_saves;
mod failures;
mod server_errors;
pub(crate) mod site;
mod tower_http;
