//! Requests of the meta protocol, as bytes.

use bytes::{BufMut, BytesMut};

use super::ttl::Ttl;

/// A request about one key.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    /// As Memcached accepts it.
    pub(super) key: &'a str,
    pub(super) command: Command<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum Command<'a> {
    /// Fetches the entry, its CAS number, its TTL and its client flags.
    Get,
    /// Sets the TTL of an entry that is there.
    Touch(Ttl),
    /// Stores an entry under a condition.
    Set { value: &'a [u8], ttl: Ttl, only_if: Condition },
    /// Removes the entry; with a CAS number, only the entry that has it.
    Delete { seen: Option<u64> },
}

/// When an entry is stored.
#[derive(Clone, Copy)]
pub(super) enum Condition {
    /// Nothing is stored under the key.
    Absent,
    /// Something is stored under the key.
    Present,
    /// What is stored has this CAS number.
    Seen(u64),
}

/// More than the longest line without a key.
const LINE: usize = 128;

impl Request<'_> {
    /// How many bytes of an item the request needs, less the server's own.
    pub(super) fn item_size(&self) -> usize {
        match self.command {
            Command::Set { value, .. } => value.len().saturating_add(self.key.len()),
            _ => 0,
        }
    }

    /// Writes the request. The number comes back with its answer.
    pub(super) fn write(&self, number: u64, out: &mut BytesMut) {
        out.reserve(self.item_size().saturating_add(LINE));
        let key = self.key;
        let line = match self.command {
            Command::Get => format!("mg {key} v c t f O{number}\r\n"),
            Command::Touch(ttl) => format!("mg {key} T{} O{number}\r\n", ttl.token()),
            Command::Set { value, ttl, only_if } => {
                format!("ms {key} {} T{} c {}O{number}\r\n", value.len(), ttl.token(), only_if.flag())
            }
            Command::Delete { seen: Some(seen) } => format!("md {key} C{seen} O{number}\r\n"),
            Command::Delete { seen: None } => format!("md {key} O{number}\r\n"),
        };
        out.put_slice(line.as_bytes());
        if let Command::Set { value, .. } = self.command {
            out.put_slice(value);
            out.put_slice(b"\r\n");
        }
    }
}

impl Condition {
    fn flag(self) -> String {
        match self {
            Self::Absent => "ME ".to_owned(),
            Self::Present => "MR ".to_owned(),
            Self::Seen(cas) => format!("C{cas} "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_as_memcached_documents_them() {
        let set = |only_if| Command::Set { value: b"a\r\n", ttl: Ttl::Token(60), only_if };
        for (command, bytes) in [
            (Command::Get, "mg k v c t f O7\r\n"),
            (Command::Touch(Ttl::Expired), "mg k T-1 O7\r\n"),
            (set(Condition::Absent), "ms k 3 T60 c ME O7\r\na\r\n\r\n"),
            (set(Condition::Present), "ms k 3 T60 c MR O7\r\na\r\n\r\n"),
            (set(Condition::Seen(9)), "ms k 3 T60 c C9 O7\r\na\r\n\r\n"),
            (Command::Delete { seen: None }, "md k O7\r\n"),
            (Command::Delete { seen: Some(9) }, "md k C9 O7\r\n"),
        ] {
            let mut out = BytesMut::new();
            Request { key: "k", command }.write(7, &mut out);
            assert_eq!(out, bytes.as_bytes());
        }
    }
}
