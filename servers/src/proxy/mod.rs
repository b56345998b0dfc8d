//! A way to a server that is out of order now and then.

mod listener;
mod pipe;
mod trouble;

pub use self::listener::Proxy;
pub use self::trouble::{Trouble, Troubles};
