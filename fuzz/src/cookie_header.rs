//! The `Cookie` headers of a request.

use dewar::cookie::{MAX_CANDIDATES, find, pairs};

/// Headers, one a line: what is read is what a plain parser reads, and `find` gives those of the name.
pub fn cookie_header(data: &[u8]) {
    let headers: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    let read: Vec<_> = pairs(headers.iter().copied())
        .map(|pair| (pair.name().to_vec(), pair.value().into_owned()))
        .collect();
    let expected: Vec<_> =
        headers.iter().flat_map(|header| header.split(|byte| *byte == b';')).filter_map(plain).collect();
    assert_eq!(read, expected);
    pairs(headers.iter().copied()).for_each(|pair| drop(pair.flask_text()));
    for name in read.iter().filter_map(|(name, _)| std::str::from_utf8(name).ok()).chain(["session"]) {
        let found: Vec<_> = find(headers.iter().copied(), name).map(|value| value.into_owned()).collect();
        let of_name = read.iter().filter(|(each, _)| each == name.as_bytes()).map(|(_, value)| value.clone());
        assert_eq!(found, of_name.take(MAX_CANDIDATES).collect::<Vec<_>>());
    }
}

/// A pair as the grammar has it, read character by character: `name [= value]`, where a value has neither
/// blanks nor quotes, or is within quotes, where a backslash escapes.
fn plain(segment: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let text: String = segment.iter().copied().map(char::from).collect();
    let text = text.trim_matches([' ', '\t']);
    let name: String = text.chars().take_while(|each| !" \t=\"".contains(*each)).collect();
    let rest = text.get(name.len()..)?.trim_start_matches([' ', '\t']);
    let value = match rest.strip_prefix('=').map(|value| value.trim_start_matches([' ', '\t'])) {
        _ if name.is_empty() => return None,
        None if rest.is_empty() => String::new(),
        None => return None,
        Some(value) => match value.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None if value.contains([' ', '\t', '"']) => return None,
            None => value.to_owned(),
        },
    };
    Some((latin_1(&name), latin_1(&value)))
}

/// Up to the closing quote, which must be the end.
fn unquoted(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let mut characters = rest.chars();
        match characters.next()? {
            '"' => return characters.next().is_none().then_some(value),
            '\\' => match rest.get(1..4).and_then(octal) {
                Some(byte) => {
                    value.push(byte);
                    characters = rest.get(4..)?.chars();
                }
                None => value.push(characters.next()?),
            },
            plain => value.push(plain),
        }
        rest = characters.as_str();
    }
}

fn octal(digits: &str) -> Option<char> {
    let are_digits = digits.chars().all(|each| each.is_digit(8));
    are_digits.then(|| u8::from_str_radix(digits, 8).ok().map(char::from)).flatten()
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().filter_map(|each| u8::try_from(u32::from(each)).ok()).collect()
}
