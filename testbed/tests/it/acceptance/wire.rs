//! A connection that a test writes bytes to, and reads responses from, one after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// An open connection.
pub(super) struct Wire(BufReader<TcpStream>);

/// A response as it came.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    /// In lower case.
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Wire {
    pub(super) fn open(server: SocketAddr) -> Self {
        let connection = TcpStream::connect(server).unwrap();
        // Far longer than it takes: a server that does not answer fails the test.
        connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self(BufReader::new(connection))
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// The same, to a server that may close the connection before it has read everything.
    pub(super) fn send_what_is_taken(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.get_mut().write_all(bytes.as_ref());
    }

    /// A request without a body.
    pub(super) fn ask(&mut self, method: &str, path: &str, cookie: &str) {
        self.send(format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"));
    }

    /// The head of the next response.
    pub(super) fn head(&mut self) -> Response {
        let status = self.line().split(' ').nth(1).expect("a status line").parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Response { status, headers, body: Vec::new() }
    }

    /// The next response, of a request that was no `HEAD`.
    pub(super) fn response(&mut self) -> Response {
        let mut response = self.head();
        if response.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk() {
                response.body.extend(chunk);
            }
        } else {
            let length = response.header("content-length").map_or(0, |length| length.parse().unwrap());
            response.body = self.bytes(length);
        }
        response
    }

    /// A piece of a body of unknown length; `None` at its end.
    pub(super) fn chunk(&mut self) -> Option<Vec<u8>> {
        let length = usize::from_str_radix(&self.line(), 16).expect("the length of a chunk");
        let chunk = self.bytes(length);
        assert_eq!(self.line(), "");
        (length > 0).then_some(chunk)
    }

    /// Sends no more; what the server still sends can be read.
    pub(super) fn close_sending(&mut self) {
        self.0.get_mut().shutdown(Shutdown::Write).unwrap();
    }

    /// All that comes until the server closes the connection, or breaks it.
    pub(super) fn rest(mut self) -> String {
        let mut rest = Vec::new();
        // A broken connection is an answer, too.
        let _ = self.0.read_to_end(&mut rest);
        String::from_utf8_lossy(&rest).into_owned()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }
}

impl Response {
    /// The first of this name, in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}
