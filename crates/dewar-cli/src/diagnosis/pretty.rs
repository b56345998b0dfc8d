//! JSON text with line breaks, for a person to read.

/// Breaks well-formed JSON into lines. It is not parsed: what Flask writes and JSON does not have (`NaN`, lone surrogates, integers
/// without end) stays as it is.
pub(crate) fn pretty(json: &str) -> String {
    let mut printer = Printer { out: String::with_capacity(json.len() * 2), depth: 0 };
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = if first == '"' { string_length(rest) } else { first.len_utf8() };
        let (token, others) = rest.split_at_checked(length).unwrap_or((rest, ""));
        printer.token(token, others.trim_start());
        rest = others;
    }
    printer.out
}

struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    fn token(&mut self, token: &str, next: &str) {
        match token {
            "{" | "[" => {
                self.out.push_str(token);
                self.depth += 1;
                if !next.starts_with(['}', ']']) {
                    self.new_line();
                }
            }
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                if !self.out.ends_with(['{', '[']) {
                    self.new_line();
                }
                self.out.push_str(token);
            }
            "," => {
                self.out.push(',');
                self.new_line();
            }
            ":" => self.out.push_str(": "),
            " " | "\n" | "\r" | "\t" => {}
            // JSON has no line feed within a string; what is no JSON may, and could pass for lines of ours.
            _ => self.out.push_str(&token.replace('\n', "\\n")),
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }
}

/// How long the string is with which the text begins, quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_outside_strings_only() {
        let json = r#"{"a":[1,{"b":"x, \"{y}\\"}],"e":{},"n":NaN,"l":[],"é":"ü"}"#;
        let lines = pretty(json);
        assert_eq!(
            lines,
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, \\\"{y}\\\\\"\n    }\n  ],\n  \"e\": {},\n  \"n\": NaN,\n  \"l\": [],\n  \"é\": \"ü\"\n}"
        );
        assert_eq!(pretty(&lines), lines);
    }

    #[test]
    fn what_is_cut_short_ends() {
        for text in ["", "\"abc", "{\"a", "]]]", "\"\\"] {
            let _ = pretty(text);
        }
    }
}
