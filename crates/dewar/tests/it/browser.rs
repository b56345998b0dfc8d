//! A browser with one cookie of one server.

use std::net::SocketAddr;

use crate::http_client::{Answer, ask};

/// Stores the cookie that the server sets. A clone is another browser with the same cookie.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    server: SocketAddr,
    cookie: Option<String>,
}

impl Browser {
    pub(crate) fn new(server: SocketAddr) -> Self {
        Self { server, cookie: None }
    }

    /// `name=value`, as it is sent.
    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// Sets any cookie, as a thief or a curious user can.
    pub(crate) fn with_cookie(mut self, cookie: Option<&str>) -> Self {
        self.cookie = cookie.map(str::to_owned);
        self
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(path, None)
    }

    pub(crate) fn post(&mut self, path: &str, form: &str) -> Answer {
        self.ask(path, Some(form))
    }

    fn ask(&mut self, path: &str, form: Option<&str>) -> Answer {
        let answer = ask(self.server, path, self.cookie.as_deref(), form);
        for line in answer.all("set-cookie") {
            let pair = line.split(';').next().unwrap_or_default();
            self.cookie = if line.contains("Max-Age=0") { None } else { Some(pair.to_owned()) };
        }
        answer
    }
}
