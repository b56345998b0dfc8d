//! The program in actix-web.

mod app;
mod guards;
mod live;
mod serve;

pub(crate) use self::serve::serve;
