//! The comma-separated lists of header fields (RFC 9110 §5.6.1).

/// The items of several header lines, trimmed, empty ones left out. A comma inside quotes separates nothing.
pub(super) fn items<'a>(lines: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    lines
        .into_iter()
        .flat_map(|line| Commas { rest: Some(line) })
        .map(str::trim_ascii)
        .filter(|item| !item.is_empty())
}

struct Commas<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Commas<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        match first_comma(rest).and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) {
            Some((item, others)) => {
                self.rest = Some(others);
                Some(item)
            }
            None => Some(rest),
        }
    }
}

fn first_comma(text: &str) -> Option<usize> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.bytes().position(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => return true,
            _ => {}
        }
        false
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn commas_in_quotes_do_not_count() {
        let items: Vec<&str> = super::items(["  A ,,B", "", "\"a, \\\",b\", c", "\"open, d"]).collect();
        assert_eq!(items, ["A", "B", "\"a, \\\",b\"", "c", "\"open, d"]);
    }
}
