mod attacks;
mod opaque;
mod spellings;
mod written;

use super::*;

fn read(pickle: &[u8]) -> Result<Value, DecodeError> {
    Pickle::default().decode_value(pickle)
}

fn hex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}
