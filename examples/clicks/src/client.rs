//! An HTTP client with one cookie, for what a browser would not send: wrong forms, forms of other sites, many at once.

use std::io::{BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A clone is another browser with the same cookie.
#[derive(Clone)]
pub struct Client {
    server: SocketAddr,
    pub cookie: Option<String>,
}

pub struct Answer {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Client {
    pub fn new(server: SocketAddr) -> Self {
        Self { server, cookie: None }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub fn post(&mut self, path: &str, form: &str) -> Answer {
        self.post_from(path, form, "")
    }

    /// With more header lines, each with its end.
    pub fn post_from(&mut self, path: &str, form: &str, headers: &str) -> Answer {
        let form_type = "Content-Type: application/x-www-form-urlencoded";
        self.send(&format!("POST {path} HTTP/1.1\r\n{form_type}\r\n{headers}"), form)
    }

    /// Opens a response that goes on, and reads no more than it is asked for.
    pub fn open(&self, path: &str) -> BufReader<TcpStream> {
        let cookie = self.cookie.as_ref().map_or(String::new(), |cookie| format!("Cookie: {cookie}\r\n"));
        let mut stream = TcpStream::connect(self.server).unwrap();
        let host = self.server;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        BufReader::new(stream)
    }

    fn send(&mut self, head: &str, body: &str) -> Answer {
        let cookie = self.cookie.as_ref().map_or(String::new(), |cookie| format!("Cookie: {cookie}\r\n"));
        let mut stream = TcpStream::connect(self.server).unwrap();
        let (host, length) = (self.server, body.len());
        let rest =
            format!("Host: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{cookie}\r\n{body}");
        stream.write_all(format!("{head}{rest}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        let lines = |wanted: &str| {
            let fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
            fields
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, value)| value.to_owned())
                .collect::<Vec<_>>()
        };
        for line in lines("set-cookie") {
            let pair = line.split(';').next().unwrap_or_default().to_owned();
            self.cookie = if line.contains("Max-Age=0") { None } else { Some(pair) };
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, location: lines("location").pop(), body: body.to_owned() }
    }
}
