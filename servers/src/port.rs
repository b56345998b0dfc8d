//! Free ports.

use std::net::{Ipv4Addr, TcpListener};

use super::folder::number;

/// A port that is free now. It lies below those which the system gives to outgoing connections, so a server that is ended will
/// find it free when it comes again.
pub(crate) fn free() -> Result<u16, String> {
    let mut some = (0..1000).map(|_| 20_000 + (number() % 12_000) as u16);
    some.find(|port| is_free(*port)).ok_or_else(|| "no port is free between 20000 and 32000".to_owned())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}
