//! Writes a pickle of protocol 5, as CPython writes it.

mod call;
mod frames;
mod memo;
mod opaque;
mod writer;

pub(super) use self::writer::write;
