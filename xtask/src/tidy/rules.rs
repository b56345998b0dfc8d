//! All rules over all files.

use super::source::{self, Finding, Source};
use super::{additions, arrows, figures, layout, links, promises, walks, weight, words};
use crate::shell::Result;

/// Prints what has to be fixed.
pub(crate) fn run() -> Result {
    let sources = source::all()?;
    let mut findings = check(&sources);
    findings.extend(weight::check()?);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{} files are tidy", sources.len());
        return Ok(());
    }
    Err(format!("{} to put right", findings.len()))
}

fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = arrows::check(sources);
    findings.extend(promises::check(sources));
    findings.extend(walks::check(sources));
    findings.extend(additions::check(sources));
    findings.extend(links::check(sources));
    findings.extend(figures::check(sources));
    findings.extend(sources.iter().flat_map(layout::check));
    findings.extend(sources.iter().flat_map(words::check));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Vec<Source> {
        files
            .iter()
            .map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() })
            .collect()
    }

    #[test]
    fn a_good_tree_passes() {
        let good = tree(&[
            (
                "ARCHITECTURE.md",
                "## Arrows\n\n### `crates/dewar/src`\n\n| module | may import |\n|---|---|\n| `clock` | – |\n| `value` | `clock` |\n",
            ),
            (
                "crates/dewar/src/lib.rs",
                "//! Guide.\npub mod clock;\npub mod value;\npub use self::value::Value;\n",
            ),
            ("crates/dewar/src/clock.rs", "//! Time.\npub struct UnixTime;\n"),
            ("crates/dewar/src/value/mod.rs", "//! Values.\nmod text;\npub enum Value {}\n"),
            ("crates/dewar/src/value/text.rs", "use crate::clock::UnixTime;\nuse super::Value;\nfn f() {}\n"),
        ]);
        assert_eq!(check(&good), []);
    }

    #[test]
    fn every_rule_can_fail() {
        let bad = tree(&[
            (
                "ARCHITECTURE.md",
                "## Arrows\n\n### `crates/dewar/src`\n\n| module | may import |\n|---|---|\n| `clock` | – |\n| `value` | `clock` |\n",
            ),
            ("crates/dewar/src/lib.rs", "pub mod clock;\npub mod value;\npub fn f() {}\n"),
            ("crates/dewar/src/clock.rs", "use crate::value::Value;\n"),
            ("crates/dewar/src/value/utils.rs", concat!("// TO", "DO\n")),
        ]);
        let rules: Vec<&str> = check(&bad).iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["arrows", "lib", "name", "unfinished"]);
    }
}
