//! The peers that are measured, a file each.

pub(crate) mod axum_session;
pub(crate) mod cookie_jar;
pub(crate) mod dewar_layer;
pub(crate) mod dewar_store;
pub(crate) mod itsdangerous;
pub(crate) mod least;
pub(crate) mod ruts;
pub(crate) mod tower_sessions;
