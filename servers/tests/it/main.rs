//! The servers, really started.

mod redis;
