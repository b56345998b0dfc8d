//! Answers of the meta protocol, from bytes.

use bytes::{Buf, Bytes, BytesMut};

use super::failure::Refusal;

/// No line of an answer is longer.
const LONGEST_LINE: usize = 2048;

/// What the server answered to one request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: Code,
    /// The number of the request; `None` in a refusal.
    pub(super) number: Option<u64>,
    pub(super) cas: Option<u64>,
    /// Seconds until the entry expires; negative: never.
    pub(super) ttl: Option<i64>,
    pub(super) client_flags: u32,
}

/// The outcome of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// `VA`: the entry.
    Value(Bytes),
    /// `HD`: done.
    Done,
    /// `EN` or `NF`: nothing is stored under the key.
    Missing,
    /// `NS`: the condition was not met.
    NotStored,
    /// `EX`: what is stored has another CAS number.
    Changed,
    /// An error; nothing was done.
    Refused(Refusal),
}

/// These bytes are no answer: nothing that follows can be trusted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

impl Answer {
    /// Takes the first answer out of the buffer; `None` if it is not complete yet. No value is longer than `longest`.
    pub(super) fn take(buffer: &mut BytesMut, longest: usize) -> Result<Option<Self>, Malformed> {
        let Some(end) = line_end(buffer)? else { return Ok(None) };
        let line = buffer.get(..end).ok_or(Malformed)?;
        let after_line = end + 2;
        let Some((b"VA", rest)) = line.split_at_checked(2) else {
            let answer = Self::without_value(line)?;
            buffer.advance(after_line);
            return Ok(Some(answer));
        };
        let (length, flags) = value_line(rest)?;
        if length > longest {
            return Err(Malformed);
        }
        let Some(value) = buffer.get(after_line..after_line + length + 2) else { return Ok(None) };
        let value = Bytes::copy_from_slice(value.strip_suffix(b"\r\n").ok_or(Malformed)?);
        let answer = Self::with_flags(Code::Value(value), flags)?;
        buffer.advance(after_line + length + 2);
        Ok(Some(answer))
    }

    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.code, Code::Refused(_))
    }

    /// Whether what follows on the connection can be trusted.
    pub(super) fn keeps_connection(&self) -> bool {
        !matches!(self.code, Code::Refused(refusal) if !refusal.keeps_connection())
    }

    fn without_value(line: &[u8]) -> Result<Self, Malformed> {
        let line = std::str::from_utf8(line).map_err(|_| Malformed)?;
        let code = match line.get(..2) {
            Some("HD") => Code::Done,
            Some("EN" | "NF") => Code::Missing,
            Some("NS") => Code::NotStored,
            Some("EX") => Code::Changed,
            _ => {
                let refusal = Refusal::from_line(line).ok_or(Malformed)?;
                return Self::with_flags(Code::Refused(refusal), "");
            }
        };
        Self::with_flags(code, line.get(2..).unwrap_or_default())
    }

    /// Reads the flags after the code. An unknown one is left aside.
    fn with_flags(code: Code, flags: &str) -> Result<Self, Malformed> {
        let mut answer = Self { code, number: None, cas: None, ttl: None, client_flags: 0 };
        for flag in flags.split_ascii_whitespace() {
            let (name, value) = flag.split_at_checked(1).ok_or(Malformed)?;
            match name {
                "O" => answer.number = Some(value.parse().map_err(|_| Malformed)?),
                "c" => answer.cas = Some(value.parse().map_err(|_| Malformed)?),
                "t" => answer.ttl = Some(value.parse().map_err(|_| Malformed)?),
                "f" => answer.client_flags = value.parse().map_err(|_| Malformed)?,
                _ => {}
            }
        }
        Ok(answer)
    }
}

/// Where the first line ends.
fn line_end(buffer: &[u8]) -> Result<Option<usize>, Malformed> {
    let start = buffer.get(..LONGEST_LINE).unwrap_or(buffer);
    match start.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let before = end.checked_sub(1).ok_or(Malformed)?;
            if buffer.get(before) == Some(&b'\r') { Ok(Some(before)) } else { Err(Malformed) }
        }
        None if start.len() == LONGEST_LINE => Err(Malformed),
        None => Ok(None),
    }
}

/// The length of the value, and the flags.
fn value_line(rest: &[u8]) -> Result<(usize, &str), Malformed> {
    let rest = std::str::from_utf8(rest).ok().and_then(|rest| rest.strip_prefix(' ')).ok_or(Malformed)?;
    let (length, flags) = rest.split_once(' ').unwrap_or((rest, ""));
    Ok((length.parse().map_err(|_| Malformed)?, flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<Answer>, Malformed> {
        let (mut buffer, mut answers) = (BytesMut::from(bytes), Vec::new());
        while let Some(answer) = Answer::take(&mut buffer, 100)? {
            answers.push(answer);
        }
        Ok(answers)
    }

    fn answer(code: Code, number: u64, cas: Option<u64>) -> Answer {
        Answer { code, number: Some(number), cas, ttl: None, client_flags: 0 }
    }

    #[test]
    fn answers_as_memcached_sends_them() {
        let bytes = b"VA 4 c12 f16 t-1 O1\r\na\r\nb\r\nHD c3 O2\r\nEN O3\r\nNF c0 O4\r\nNS O5\r\nEX O6\r\nVA 0 O7\r\n\r\n";
        let value = Answer {
            code: Code::Value("a\r\nb".into()),
            number: Some(1),
            cas: Some(12),
            ttl: Some(-1),
            client_flags: 16,
        };
        let expected = [
            value,
            answer(Code::Done, 2, Some(3)),
            answer(Code::Missing, 3, None),
            answer(Code::Missing, 4, Some(0)),
            answer(Code::NotStored, 5, None),
            answer(Code::Changed, 6, None),
            answer(Code::Value(Bytes::new()), 7, None),
        ];
        assert_eq!(all(bytes).unwrap(), expected);
        for cut in 0..bytes.len() {
            let found = all(&bytes[..cut]).unwrap();
            assert_eq!(found, expected[..found.len()], "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_answer_ends_it() {
        let line = [b'x'; LONGEST_LINE];
        for bytes in [
            &b"\n"[..],
            b"HD\n",
            b"VA\r\n",
            b"VA x\r\n",
            b"VA -1\r\n",
            b"VA 101 O1\r\n",
            b"VA 99999999999999999999 O1\r\n",
            b"VA 1 O1\r\nabc",
            b"HD Ox\r\n",
            b"HD O-1\r\n",
            b"VALUE a 0 1\r\n",
            b"STORED\r\n",
            b"\xff\xff\r\n",
            &line,
        ] {
            assert_eq!(all(bytes), Err(Malformed), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn errors_are_refusals() {
        for (line, refusal) in [
            ("SERVER_ERROR object too large for cache", Refusal::TooLarge),
            ("SERVER_ERROR out of memory storing object", Refusal::OutOfMemory),
            ("SERVER_ERROR backend failure", Refusal::Other),
            ("CLIENT_ERROR unauthenticated", Refusal::Unauthenticated),
            ("CLIENT_ERROR bad data chunk", Refusal::Other),
            ("ERROR Too many open connections", Refusal::TooManyConnections),
            ("ERROR", Refusal::Other),
        ] {
            let found = all(format!("{line}\r\n").as_bytes()).unwrap();
            assert_eq!(found[0].code, Code::Refused(refusal), "{line}");
            assert_eq!(found[0].number, None);
        }
    }
}
