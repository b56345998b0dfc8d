//! The least programs that have such sessions: with the cookies, the cipher, the codec, the store and the driver of Dewar. A store compares before it
//! replaces, since else a change could be lost. They keep no other promise: they merge nothing, end nothing, look at no expiry, and have no limits,
//! no deadline, no events and no clock. So they are no peers, but a bound: what they take, any session library over the same parts takes.

mod cookie;
mod in_process;
mod over_redis;

pub(crate) use self::in_process::{FLASK, MEMORY, SEALED, flask, in_memory, sealed};
pub(crate) use self::over_redis::{REDIS, over_redis};
