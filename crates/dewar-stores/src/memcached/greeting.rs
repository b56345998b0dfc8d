//! The first exchange on a connection: whether the server can store sessions, and how large an item may be.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use bytes::{Buf, BytesMut};

use super::failure::Refusal;
use super::stream::Stream;

/// What a server says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// The setting `-I`, in bytes.
    pub(super) largest_item: usize,
}

/// Why a server cannot be used.
#[derive(Debug, Clone)]
pub(super) enum NotReady {
    Unreachable(Arc<io::Error>),
    /// It accepts connections, but does not answer.
    Silent,
    Closed,
    /// It does not know the meta protocol.
    TooOld,
    NoCas,
    Refused(Refusal),
}

const QUESTIONS: &[u8] = b"stats settings\r\nmn\r\n";

/// No server says more than this about itself.
const LONGEST: usize = 64 << 10;

/// The default of the setting `-I`.
const MEBIBYTE: usize = 1 << 20;

/// Asks the server for its settings, and for an answer in the meta protocol.
pub(super) async fn greet(stream: &Stream) -> Result<Limits, NotReady> {
    stream.writable().await?;
    if stream.write_now(QUESTIONS)? < QUESTIONS.len() {
        return Err(NotReady::Closed);
    }
    let (mut buffer, mut heard) = (BytesMut::new(), Heard::default());
    while buffer.len() < LONGEST {
        stream.read(&mut buffer).await?;
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = buffer.split_to(end);
            buffer.advance(1);
            if let Some(outcome) = heard.line(String::from_utf8_lossy(&line).trim_end()) {
                return outcome;
            }
        }
    }
    Err(NotReady::Closed)
}

/// What the lines so far have said.
#[derive(Default)]
struct Heard {
    largest_item: Option<usize>,
    lacks_cas: bool,
    /// How many of the two questions have been answered.
    answered: u8,
}

impl Heard {
    /// Reads a line; returns the outcome if it is the last.
    fn line(&mut self, line: &str) -> Option<Result<Limits, NotReady>> {
        match (line.strip_prefix("STAT "), Refusal::from_line(line)) {
            (Some(stat), _) => self.stat(stat),
            (_, Some(refusal @ (Refusal::Unauthenticated | Refusal::TooManyConnections))) => {
                return Some(Err(NotReady::Refused(refusal)));
            }
            _ if line == "MN" && self.lacks_cas => return Some(Err(NotReady::NoCas)),
            _ if line == "MN" => {
                return Some(Ok(Limits { largest_item: self.largest_item.unwrap_or(MEBIBYTE) }));
            }
            _ => self.answered += 1,
        }
        (self.answered > 1).then_some(Err(NotReady::TooOld))
    }

    fn stat(&mut self, stat: &str) {
        match stat.split_once(' ') {
            Some(("item_size_max", size)) => self.largest_item = size.parse().ok(),
            Some(("cas_enabled", is_on)) => self.lacks_cas = is_on == "no",
            _ => {}
        }
    }
}

impl NotReady {
    /// Whether it stays so until somebody changes the server's settings.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(self, Self::TooOld | Self::NoCas | Self::Refused(Refusal::Unauthenticated))
    }
}

impl From<io::Error> for NotReady {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::Closed;
        }
        Self::Unreachable(Arc::new(error))
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable(_) => "no server answers: start it, or correct the address",
            Self::Silent => {
                "the server did not answer in time: check that it is Memcached, and that it is not blocked"
            }
            Self::Closed => "the server closed the connection: check that it is Memcached, and see its log",
            Self::TooOld => {
                "the server does not know the meta protocol: use Memcached 1.6 or later, without a proxy"
            }
            Self::NoCas => "the server does not compare writes: start it without -C",
            Self::Refused(refusal) => return refusal.fmt(f),
        })
    }
}

impl Error for NotReady {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreachable(error) => Some(error),
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(lines: &[&str]) -> Option<Result<Limits, String>> {
        let mut heard = Heard::default();
        let outcome = lines.iter().find_map(|line| heard.line(line));
        outcome.map(|outcome| outcome.map_err(|failure| failure.to_string()))
    }

    #[test]
    fn a_server_that_can_be_used() {
        let lines = ["STAT maxbytes 64", "STAT item_size_max 2097152", "STAT cas_enabled yes", "END"];
        assert_eq!(outcome(&lines), None, "the second answer is missing");
        assert_eq!(outcome(&[&lines[..], &["MN"]].concat()), Some(Ok(Limits { largest_item: 2 << 20 })));
        assert_eq!(
            outcome(&["ERROR", "MN"]),
            Some(Ok(Limits { largest_item: 1 << 20 })),
            "it has no settings"
        );
    }

    #[test]
    fn a_server_that_cannot() {
        for (lines, says) in [
            (&["STAT cas_enabled no", "END", "MN"][..], "without -C"),
            (&["STAT cas_enabled yes", "END", "ERROR"], "1.6 or later"),
            (&["ERROR", "ERROR"], "1.6 or later"),
            (&["CLIENT_ERROR unauthenticated"], "without -Y"),
            (&["ERROR Too many open connections"], "more -c"),
        ] {
            let told = outcome(lines).unwrap().unwrap_err();
            assert!(told.contains(says), "{told}");
        }
    }
}
