//! zlib streams (RFC 1950) with one block of deflate (RFC 1951), for short texts.
//!
//! A library clears 128 KiB of tables for each stream, with the smallest window as well: for a session of 150 bytes that is most of its time.
//! Here the tables grow with the text.

mod bits;
mod block;
mod deflater;
mod huffman;
mod matches;
mod own_codes;
mod symbols;

pub(super) use self::deflater::{Deflater, LONGEST};
