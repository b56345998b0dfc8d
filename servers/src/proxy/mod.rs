//! A proxy before a server that fails now and then.

mod listener;
mod pipe;
mod trouble;

pub use self::listener::Proxy;
pub use self::trouble::{Trouble, Troubles};
