//! Commands to a mongod: the few that tests need, in MongoDB's wire protocol (OP_MSG) and BSON.

use std::io::{Read, Result, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

const OP_MSG: i32 = 2013;
const TIMEOUT: Duration = Duration::from_secs(10);

/// A document in BSON that is being written.
#[derive(Debug, Default)]
pub(super) struct Document(Vec<u8>);

impl Document {
    pub(super) fn number(mut self, name: &str, number: i32) -> Self {
        self.name(0x10, name);
        self.0.extend(number.to_le_bytes());
        self
    }

    pub(super) fn flag(mut self, name: &str, is_so: bool) -> Self {
        self.name(0x08, name);
        self.0.push(u8::from(is_so));
        self
    }

    pub(super) fn text(mut self, name: &str, text: &str) -> Self {
        self.name(0x02, name);
        self.0.extend(length(text.len() + 1));
        self.0.extend(text.as_bytes());
        self.0.push(0);
        self
    }

    pub(super) fn document(mut self, name: &str, document: Self) -> Self {
        self.name(0x03, name);
        self.0.extend(document.bytes());
        self
    }

    pub(super) fn array(mut self, name: &str, documents: impl Iterator<Item = Self>) -> Self {
        self.name(0x04, name);
        let array = (0..)
            .zip(documents)
            .fold(Self::default(), |array, (number, document)| array.document(&number.to_string(), document));
        self.0.extend(array.bytes());
        self
    }

    fn name(&mut self, kind: u8, name: &str) {
        self.0.push(kind);
        self.0.extend(name.as_bytes());
        self.0.push(0);
    }

    fn bytes(self) -> Vec<u8> {
        let mut bytes = length(self.0.len() + 5).to_vec();
        bytes.extend(self.0);
        bytes.push(0);
        bytes
    }
}

/// Sends a command to the database `admin`, and returns the answer's BSON.
pub(super) fn run(port: u16, command: Document) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let command = command.text("$db", "admin").bytes();
    let mut message = length(16 + 4 + 1 + command.len()).to_vec();
    for number in [1, 0, OP_MSG, 0] {
        message.extend(number.to_le_bytes());
    }
    // One section, which is the command.
    message.push(0);
    message.extend(command);
    stream.write_all(&message)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head)?;
    let rest = u32::from_le_bytes(head).saturating_sub(4).min(1 << 20);
    let mut answer = Vec::new();
    stream.take(rest.into()).read_to_end(&mut answer)?;
    Ok(answer)
}

/// Whether a flag of this name is true somewhere in an answer.
pub(super) fn says(answer: &[u8], name: &str) -> bool {
    let flag = [&[0x08][..], name.as_bytes(), &[0, 1]].concat();
    answer.windows(flag.len()).any(|window| window == flag)
}

/// Whether a write was done, and confirmed by as many members as it asked for.
pub(super) fn confirms(answer: &[u8]) -> bool {
    let has = |name: &[u8]| answer.windows(name.len()).any(|window| window == name);
    has(b"\x10n\0\x01") && !has(b"writeConcernError\0") && !has(b"writeErrors\0")
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes()
}

#[test]
fn documents_are_bson() {
    let written = Document::default().text("a", "b").flag("c", true).number("d", 5).bytes();
    let expected = b"\x1d\0\0\0\x02a\0\x02\0\0\0b\0\x08c\0\x01\x10d\0\x05\0\0\0\0";
    let expected = [&(expected.len() as u32).to_le_bytes()[..], &expected[4..]].concat();
    assert_eq!(written, expected);
    assert!(says(&written, "c") && !says(&written, "a"));
}
