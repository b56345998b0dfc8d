//! Measurements of Dewar beside its peers.
fn main() {}
