//! The sessions of the visitors, made on each server before the load begins.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use dewar_bench_meter::{pairs, with};

/// More than there are connections, so that hardly two requests at once are of the same session.
const SESSIONS: usize = 1024;

/// A line for each session: the cookies that its visitor sends. A server without sessions sets none.
pub(super) fn cookies(port: u16) -> Result<String, String> {
    let mut lines = String::new();
    for _ in 0..SESSIONS {
        let own = visit(port).map_err(|error| format!("a new session: {error}"))?;
        lines.push_str(&with(Some(&own)));
        lines.push('\n');
    }
    Ok(lines)
}

/// The cookies that a new visitor gets.
fn visit(port: u16) -> std::io::Result<String> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    server.write_all(b"GET /new HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    server.read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 200 ") {
        return Err(std::io::Error::other(answer));
    }
    let lines = answer.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("set-cookie").then(|| value.to_owned())
    });
    Ok(pairs(&lines.collect::<Vec<_>>()))
}
