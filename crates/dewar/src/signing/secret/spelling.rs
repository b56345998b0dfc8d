//! The spellings of a secret: itself, and what its escapes, hexadecimal or base64 decode to.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
static BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
static BASE64_URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// All spellings, without surrounding whitespace and quotes. The secret itself is the first.
pub(super) fn all(secret: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let text = trim(secret);
    let decoded = [
        Some(text.to_vec()),
        unescape(text, Code::Byte),
        unescape(text, Code::Character),
        hex(text),
        BASE64.decode(text).ok(),
        BASE64_URL.decode(text).ok(),
    ];
    decoded.into_iter().flatten().map(|spelling| Zeroizing::new(trim(&spelling).to_vec())).collect()
}

/// Removes surrounding whitespace and quotes, and the `b` of a Python `b"..."`.
fn trim(text: &[u8]) -> &[u8] {
    match trim_quotes(text) {
        [b'b', b'\'' | b'"', quoted @ ..] => trim_quotes(quoted),
        text => text,
    }
}

fn trim_quotes(text: &[u8]) -> &[u8] {
    let around = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'\x0b' | b'\'' | b'"');
    let start = text.iter().position(|byte| !around(byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !around(byte)).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

/// The meaning of `\xe6`: the byte (Python's `b"\xe6"`), or the UTF-8 of the character (`"\xe6"`).
#[derive(Clone, Copy)]
enum Code {
    Byte,
    Character,
}

/// The text with Python's escapes decoded; `None` if it has none.
fn unescape(text: &[u8], code: Code) -> Option<Vec<u8>> {
    if !text.contains(&b'\\') {
        return None;
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = match escape(rest) {
            Some((number, length)) => {
                push(&mut decoded, number, code);
                rest.get(length..).unwrap_or_default()
            }
            None => {
                decoded.push(*first);
                after
            }
        };
    }
    Some(decoded)
}

/// The code and the length of the escape at the start of `text`.
fn escape(text: &[u8]) -> Option<(u32, usize)> {
    let [b'\\', kind, digits @ ..] = text else { return None };
    let simple = |code: u8| Some((u32::from(code), 2));
    match kind {
        b'x' => number(digits, 2, 16).map(|code| (code, 4)),
        b'u' => number(digits, 4, 16).map(|code| (code, 6)),
        b'U' => number(digits, 8, 16).map(|code| (code, 10)),
        b'0'..=b'7' => octal(text.get(1..).unwrap_or_default()),
        b'n' => simple(b'\n'),
        b'r' => simple(b'\r'),
        b't' => simple(b'\t'),
        b'a' => simple(7),
        b'b' => simple(8),
        b'f' => simple(12),
        b'v' => simple(11),
        b'\\' | b'\'' | b'"' => simple(*kind),
        _ => None,
    }
}

fn octal(digits: &[u8]) -> Option<(u32, usize)> {
    let length = digits.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
    number(digits, length, 8).map(|code| (code, 1 + length))
}

fn number(digits: &[u8], length: usize, radix: u32) -> Option<u32> {
    digits.get(..length)?.iter().try_fold(0_u32, |number, digit| {
        let digit = char::from(*digit).to_digit(radix)?;
        number.checked_mul(radix)?.checked_add(digit)
    })
}

fn push(decoded: &mut Vec<u8>, number: u32, code: Code) {
    match (u8::try_from(number), code) {
        (Ok(byte), Code::Byte) => decoded.push(byte),
        _ => {
            let character = char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER);
            decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes = || pairs.iter().map(|pair| u8::try_from(number(pair, 2, 16)?).ok()).collect();
    if rest.is_empty() && !text.is_empty() { bytes() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(secret: &str) -> Vec<Vec<u8>> {
        all(secret.as_bytes()).iter().map(|spelling| spelling.to_vec()).collect()
    }

    #[test]
    fn blanks_quotes_and_the_prefix_of_bytes_do_not_count() {
        for text in
            ["sea salt", " sea salt\r\n", "'sea salt'", "\"sea salt\" ", "b'sea salt'", "b\"sea salt\""]
        {
            assert_eq!(spellings(text)[0], b"sea salt", "{text:?}");
        }
    }

    #[test]
    fn escapes_are_read_as_python_reads_them() {
        let text = r"\x41\n\\\'\101\0_\q\u00e6\U0001F36A\xe6";
        let read = |code| unescape(text.as_bytes(), code).unwrap();
        assert_eq!(read(Code::Character), "A\n\\'A\0_\\q\u{e6}\u{1f36a}\u{e6}".as_bytes());
        assert!(read(Code::Byte).ends_with(b"\xe6\xf0\x9f\x8d\xaa\xe6"));
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        for text in [r"\x4", r"\xzz!", r"\u12", r"end\", r"\U11"] {
            assert_eq!(unescape(text.as_bytes(), Code::Byte).unwrap(), text.as_bytes());
        }
        assert_eq!(unescape(br"\UFFFFFFFF", Code::Byte).unwrap(), "\u{fffd}".as_bytes());
    }

    #[test]
    fn hexadecimal_and_base64_are_read_with_and_without_padding() {
        for text in ["736563726574", "c2VjcmV0", "736563726574\n"] {
            assert!(spellings(text).contains(&b"secret".to_vec()), "{text}");
        }
        for text in ["c2VjcmV0cw==", "c2VjcmV0cw"] {
            assert!(spellings(text).contains(&b"secrets".to_vec()), "{text}");
        }
    }
}
