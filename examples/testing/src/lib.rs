//! A small site in axum and in actix-web. Its tests, in `tests/`, are what this example is about.

pub mod actix;
pub mod axum;
pub mod visits;
