//! What a file is called, how long it is, and what may stand in `lib.rs` and `mod.rs`.

use super::code;
use super::source::{Finding, Source};

const LONGEST: usize = 450;
const NO_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc"];
const ITEMS: &[&str] =
    &["fn", "struct", "enum", "union", "trait", "impl", "const", "static", "type", "macro_rules!"];

/// The rules of one file.
pub(crate) fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    [name(source), length(source), lib(source), module(source)].into_iter().flatten().collect()
}

fn name(source: &Source) -> Option<Finding> {
    let bad = source.path.split(['/', '.']).find(|part| NO_NAMES.contains(part))?;
    Some(source.finding(1, "name", format!("`{bad}` says nothing: call it by the idea that it holds")))
}

fn length(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let too_long = lines > LONGEST && !source.is_test();
    too_long.then(|| {
        source.finding(lines, "length", format!("{lines} lines: cut it into files of one idea each"))
    })
}

fn lib(source: &Source) -> Option<Finding> {
    let line = first_item(source, "/src/lib.rs", ITEMS)?;
    Some(source.finding(line, "lib", "lib.rs defines nothing: move it into a module"))
}

fn module(source: &Source) -> Option<Finding> {
    let line = first_item(source, "/mod.rs", &["fn"]).filter(|_| source.path.contains("/src/"))?;
    Some(source.finding(line, "mod", "mod.rs has no functions: move it into a file of its own"))
}

/// The line of the first item of these kinds at the top level of a file of this name.
fn first_item(source: &Source, name: &str, kinds: &[&str]) -> Option<usize> {
    let code = if source.path.ends_with(name) { code::bare(&source.text) } else { return None };
    code.lines().position(|line| kind(line).is_some_and(|kind| kinds.contains(&kind))).map(|place| place + 1)
}

/// The word that tells what item begins on this line, after its visibility and the like.
fn kind(line: &str) -> Option<&str> {
    if line.starts_with([' ', '\t']) {
        return None;
    }
    let words = || line.split([' ', '<']);
    let is_before_kind =
        |word: &&str| word.starts_with("pub") || matches!(*word, "async" | "unsafe" | "const");
    let kind = words().find(|word| !is_before_kind(word));
    if kind == Some("fn") || !words().any(|word| word == "const") { kind } else { Some("const") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        check(&source).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_name_that_says_nothing_is_found() {
        assert_eq!(rules("crates/dewar/src/cookie/utils.rs", ""), ["name"]);
        assert_eq!(rules("bench/src/common/table.rs", ""), ["name"]);
        assert_eq!(rules("crates/dewar/src/cookie/uncommon.rs", ""), [""; 0]);
    }

    #[test]
    fn a_long_file_is_found_but_not_a_long_test() {
        let long = "\n".repeat(451);
        assert_eq!(rules("crates/dewar/src/clock.rs", &long), ["length"]);
        assert_eq!(rules("crates/dewar/src/clock.rs", &long[1..]), [""; 0]);
        assert_eq!(rules("crates/dewar/tests/it/clock.rs", &long), [""; 0]);
    }

    #[test]
    fn lib_defines_nothing() {
        for item in [
            "pub fn f() {}",
            "pub(crate) const X: u8 = 1;",
            "impl X {}",
            "impl<T> X for T {}",
            "struct X;",
            "const fn f() {}",
        ] {
            assert_eq!(
                rules("crates/dewar/src/lib.rs", &format!("//! Guide.\npub mod a;\n{item}\n")),
                ["lib"],
                "{item}"
            );
        }
        assert_eq!(
            rules("crates/dewar/src/lib.rs", "//! fn f()\npub mod a;\npub use a::{B,\n    C};\n"),
            [""; 0]
        );
    }

    #[test]
    fn mod_has_no_functions() {
        assert_eq!(rules("crates/dewar/src/value/mod.rs", "pub(crate) fn f() {}"), ["mod"]);
        assert_eq!(rules("crates/dewar/src/value/mod.rs", "impl Value {\n    pub fn f() {}\n}\n"), [""; 0]);
        assert_eq!(rules("crates/dewar/tests/it/vectors/mod.rs", "fn f() {}"), [""; 0]);
    }
}
