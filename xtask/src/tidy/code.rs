//! Rust without its comments, its strings and its tests.

/// The text with a blank for each letter of a comment or a string, so that lines keep their numbers, and without the
/// test module at its end.
pub(crate) fn bare(text: &str) -> String {
    blanked(text, |_| true)
}

/// The same, with its strings.
pub(crate) fn with_strings(text: &str) -> String {
    blanked(text, |skipped| skipped.starts_with('/'))
}

fn blanked(text: &str, is_blanked: impl Fn(&str) -> bool) -> String {
    let (mut bare, mut left) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = not_code(rest).unwrap_or(0);
        let (piece, after) = rest.split_at(if length > 0 { length } else { first.len_utf8() });
        let blank = || piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' });
        let is_code = length == 0;
        if is_code {
            bare.push_str(piece)
        } else {
            bare.extend(blank())
        }
        if is_code || !is_blanked(piece) {
            left.push_str(piece)
        } else {
            left.extend(blank())
        }
        rest = after;
    }
    // Bytes are as many in both.
    left.truncate(tests_start(&bare));
    left
}

/// The length of the comment, string or character that `text` begins with.
fn not_code(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes {
        [b'/', b'/', ..] => Some(text.find('\n').unwrap_or(text.len())),
        [b'/', b'*', ..] => Some(text.find("*/").map_or(text.len(), |end| end + 2)),
        [b'"', ..] => Some(closing_quote(bytes)),
        [b'r', b'"' | b'#', ..] => raw_string(text),
        [b'\'', b'\\', _, rest @ ..] => {
            Some(3 + rest.iter().position(|b| *b == b'\'').map_or(rest.len(), |end| end + 1))
        }
        [b'\'', ..] => {
            let letter = text.chars().nth(1)?;
            (text.chars().nth(2) == Some('\'')).then_some(2 + letter.len_utf8())
        }
        _ => None,
    }
}

fn closing_quote(bytes: &[u8]) -> usize {
    let mut escaped = false;
    let end = bytes.iter().skip(1).position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    end.map_or(bytes.len(), |end| end + 2)
}

fn raw_string(text: &str) -> Option<usize> {
    let inside = text.get(1..)?.trim_start_matches('#');
    let hashes = text.len() - 1 - inside.len();
    inside.starts_with('"').then(|| {
        let close = format!("\"{}", "#".repeat(hashes));
        let body = inside.get(1..).unwrap_or_default();
        body.find(&close).map_or(text.len(), |end| 1 + hashes + 1 + end + close.len())
    })
}

/// Where `#[cfg(test)] mod tests { ... }` begins.
fn tests_start(code: &str) -> usize {
    let mut starts = code.match_indices("#[cfg(test)]").map(|(start, _)| start);
    let module = |start: &usize| {
        let item = code
            .get(*start..)
            .and_then(|code| code.split_once(']'))
            .map_or("", |(_, item)| item)
            .trim_start();
        item.starts_with("mod ") && item.find('{') < item.find(';').or(Some(usize::MAX)) && item.contains('{')
    };
    starts.find(module).unwrap_or(code.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_characters_are_blanked_and_lines_stay() {
        let code = "a /* b\nb */ c // d\n\"e \\\" //\" f r#\"g\"h\"# 'i' '\\'' '\\u{1}' <'j>";
        let words: Vec<Vec<String>> =
            bare(code).lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
        assert_eq!(words, [vec!["a"], vec!["c"], vec!["f", "<'j>"]]);
    }

    #[test]
    fn strings_stay_where_they_are_wanted() {
        let code = "a // é\n\"b // c\" /* d */ e\n#[cfg(test)]\nmod tests { \"f\" }";
        let words: Vec<String> = with_strings(code).split_whitespace().map(str::to_owned).collect();
        assert_eq!(words, ["a", "\"b", "//", "c\"", "e"]);
    }

    #[test]
    fn the_test_module_is_cut_off_and_test_items_are_not() {
        assert_eq!(bare("a\n#[cfg(test)]\nmod tests {\n b }"), "a\n");
        assert_eq!(bare("#[cfg(test)]\nmod tests;\nfn a() {}\n"), "#[cfg(test)]\nmod tests;\nfn a() {}\n");
    }
}
