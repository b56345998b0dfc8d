//! The program in axum.

mod guards;
mod live;
mod router;
mod serve;

pub(crate) use self::serve::{serve, serve_router};
