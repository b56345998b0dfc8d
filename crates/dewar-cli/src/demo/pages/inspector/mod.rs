//! What is in this browser's cookie and in the store, and what becomes of a forged cookie.

mod cookie;
mod record;
mod routes;

pub(super) use self::routes::{clear, show, tamper};
