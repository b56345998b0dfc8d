//! Texts that no file may hold.

use super::source::{Finding, Source};

/// A rule, its texts, and what to do. The texts are cut in two so that this file does not find itself.
const RULES: &[(&str, &[&str], &str)] = &[
    (
        "unfinished",
        &[
            concat!("TO", "DO"),
            concat!("FIX", "ME"),
            concat!("XX", "X"),
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
        ],
        "do it now, or open an issue",
    ),
    (
        "machine",
        &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("../sha", "red")],
        "name no place of one machine: take it from a variable",
    ),
    (
        "registry",
        &[
            concat!("//crates", ".io"),
            concat!("index.crates", ".io"),
            concat!("static.crates", ".io"),
            concat!("py", "pi.org"),
            concat!("pythonhosted", ".org"),
            concat!("registry.npm", "js.org"),
            concat!("deb.deb", "ian.org"),
        ],
        "name the package, not the host that serves it",
    ),
    (
        "untested",
        &[
            concat!("#[ign", "ore"),
            concat!("no_", "run"),
            concat!("```ign", "ore"),
            concat!("```rust,ign", "ore"),
        ],
        "a test that does not run proves nothing: make it run, or remove it",
    ),
];

/// Golden cases hold whatever upstream was given.
const DATA: &str = "testdata/";

/// The texts found in one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if source.path.starts_with(DATA) {
        return Vec::new();
    }
    source.text.lines().enumerate().flat_map(|(number, line)| found(source, number + 1, line)).collect()
}

fn found(source: &Source, number: usize, line: &str) -> Vec<Finding> {
    let broken = RULES.iter().filter(|(_, texts, _)| texts.iter().any(|text| stands_in(line, text)));
    broken.map(|(rule, _, advice)| source.finding(number, rule, *advice)).collect()
}

/// Whether the text is there, not as a part of a longer word.
fn stands_in(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(start, _)| {
        let before = line.get(..start).and_then(|before| before.chars().next_back());
        let after = line.get(start + text.len()..).and_then(|after| after.chars().next());
        let joins = |edge: Option<char>, other: Option<char>| {
            edge.is_some_and(char::is_alphanumeric) && other.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        let starts_path = text.starts_with('/') && before.is_some_and(|c| c.is_alphanumeric() || c == '.');
        !joins(text.chars().next(), before) && !joins(text.chars().next_back(), after) && !starts_path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<(usize, &'static str)> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&source).iter().map(|finding| (finding.line, finding.rule)).collect()
    }

    #[test]
    fn each_text_of_each_rule_is_found() {
        for (rule, texts, _) in RULES {
            for text in *texts {
                let after = if text.ends_with('/') { "x" } else { "" };
                assert_eq!(rules("README.md", &format!("fine\n  ({text}{after})")), [(2, *rule)], "{text}");
            }
        }
    }

    #[test]
    fn parts_of_longer_words_are_not() {
        for text in [
            concat!("TO", "DOS"),
            concat!("XX", "XX"),
            concat!("network/wo", "rk/x"),
            concat!("no_", "runner"),
        ] {
            assert_eq!(rules("README.md", text), [], "{text}");
        }
    }

    #[test]
    fn golden_cases_are_free() {
        assert_eq!(rules("testdata/vectors/flask.json", concat!("TO", "DO")), []);
    }
}
