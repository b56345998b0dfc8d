//! An HTTP client that shows every response as it is: it follows no redirect, stores no cookie and hides no header.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The values of all headers of this name, in the order they came.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

/// Sends a request on a connection of its own. A `form` makes it a POST.
pub(crate) fn ask(server: SocketAddr, path: &str, cookie: Option<&str>, form: Option<&str>) -> Answer {
    let method = if form.is_some() { "POST" } else { "GET" };
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    if let Some(cookie) = cookie {
        request += &format!("Cookie: {cookie}\r\n");
    }
    if let Some(form) = form {
        request += "Content-Type: application/x-www-form-urlencoded\r\n";
        request += &format!("Content-Length: {}\r\n", form.len());
    }
    request += "\r\n";
    request += form.unwrap_or_default();
    read(exchange(server, request.as_bytes()).unwrap())
}

fn exchange(server: SocketAddr, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut connection = TcpStream::connect(server)?;
    connection.write_all(request)?;
    let mut response = Vec::new();
    connection.read_to_end(&mut response)?;
    Ok(response)
}

fn read(response: Vec<u8>) -> Answer {
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").expect("a head and a body");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
    let headers = lines.map(|line| line.split_once(": ").unwrap_or((line, "")));
    Answer {
        status: status.parse().unwrap(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        body: body.to_owned(),
    }
}
