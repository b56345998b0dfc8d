//! `cargo fuzz run deflate`; an empty program without cargo-fuzz.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| dewar_fuzz::deflate(data));

#[cfg(not(fuzzing))]
fn main() {}
