//! Who is measured, a file each.

pub(crate) mod cookie_jar;
pub(crate) mod dewar_layer;
pub(crate) mod itsdangerous;
pub(crate) mod tower_sessions;
