//! What is to be touched to add an engine, a framework, a format or a setting is what CONTRIBUTING.md says, and nothing else.
//!
//! Each list there stands under a heading that begins with "Add", and names words of what has been added before. No other file may have
//! such a word in its code: so a list cannot grow unseen, and no place in it can be forgotten.

use super::code;
use super::source::{Finding, Source};

const RULE: &str = "additions";
const PAPER: &str = "CONTRIBUTING.md";

/// A list of CONTRIBUTING.md.
struct List<'a> {
    /// Its heading.
    title: &'a str,
    line: usize,
    /// What has been added like this, and stands for `<name>` in a path.
    words: Vec<&'a str>,
    /// Files, and folders with a slash at their end.
    paths: Vec<&'a str>,
}

/// Fails on a file with such a word that is not in the list, and on a path in the list without one.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(paper) = sources.iter().find(|source| source.path == PAPER) else { return Vec::new() };
    let lists = lists(&paper.text);
    let codes: Vec<(&Source, String)> =
        sources.iter().filter_map(|source| Some((source, code_of(source)?))).collect();
    let mut findings = Vec::new();
    for list in &lists {
        findings.extend(codes.iter().filter_map(|(source, code)| not_listed(list, source, code)));
        let stale = list.paths.iter().filter(|path| !is_needed(list, path, sources));
        findings.extend(stale.map(|path| {
            paper.finding(
                list.line,
                RULE,
                format!("\"{}\": nothing is to be touched in `{path}`", list.title),
            )
        }));
    }
    findings
}

/// The sections that begin with "### Add": a line "Words: `a`, `b`", and paths in backticks.
fn lists(paper: &str) -> Vec<List<'_>> {
    let mut lists: Vec<List<'_>> = Vec::new();
    let mut is_inside = false;
    for (number, line) in paper.lines().enumerate() {
        if let Some(title) = line.strip_prefix('#') {
            let title = title.trim_start_matches(['#', ' ']);
            is_inside = title.starts_with("Add ");
            if is_inside {
                lists.push(List { title, line: number + 1, words: Vec::new(), paths: Vec::new() });
            }
        } else if let Some(list) = lists.last_mut().filter(|_| is_inside) {
            match line.strip_prefix("Words: ") {
                Some(words) => list.words.extend(quoted(words)),
                None => list.paths.extend(quoted(line).filter(|text| is_path(text))),
            }
        }
    }
    lists
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_path(text: &str) -> bool {
    text.contains('/') || text.ends_with(".toml")
}

/// What a file of the product or of its automation says to the compiler; `None` for others, and for tests.
fn code_of(source: &Source) -> Option<String> {
    let is_product = ["crates/", "servers/", "xtask/"].iter().any(|folder| source.path.starts_with(folder));
    if source.path.ends_with("Cargo.toml") && (is_product || source.path == "Cargo.toml") {
        return Some(without_dev_dependencies(&source.text));
    }
    let is_code = is_product && source.path.contains("/src/") && source.is_rust() && !source.is_test();
    is_code.then(|| code::with_strings(&source.text))
}

/// A manifest without its comments, and what is for tests.
fn without_dev_dependencies(manifest: &str) -> String {
    let mut is_for_tests = false;
    let lines = manifest.lines().map(|line| {
        if line.starts_with('[') {
            is_for_tests = line == "[dev-dependencies]";
        }
        if is_for_tests || line.starts_with('#') { "" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn not_listed(list: &List<'_>, source: &Source, code: &str) -> Option<Finding> {
    let mut words = list.words.iter().filter(|word| is_in(word, code));
    let word = words.find(|word| !list.paths.iter().any(|path| is_at(path, word, &source.path)))?;
    let place = code.lines().position(|line| is_in(word, line)).unwrap_or(0);
    let advice = format!(
        "`{word}` is no matter of this file: {PAPER} says under \"{}\" what is to be touched, and it is not in the list",
        list.title
    );
    Some(source.finding(place + 1, RULE, advice))
}

/// Whether a file at this path of a list has one of its words, in its documentation perhaps.
fn is_needed(list: &List<'_>, path: &str, sources: &[Source]) -> bool {
    list.words
        .iter()
        .any(|word| sources.iter().any(|source| is_at(path, word, &source.path) && is_in(word, &source.text)))
}

/// In any case, also as a part of a name that begins or ends with it: `rusqlite`, `RedisOptions`; `StoredBeside` has no `redb`.
fn is_in(word: &str, text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    small.match_indices(&word.to_ascii_lowercase()).any(|(start, found)| {
        let (before, rest) = (text.get(..start).unwrap_or_default(), text.get(start..).unwrap_or_default());
        let (found, after) =
            (rest.get(..found.len()).unwrap_or_default(), rest.get(found.len()..).unwrap_or_default());
        let begins = !before.ends_with(char::is_alphabetic) || found.starts_with(char::is_uppercase);
        begins || !after.starts_with(char::is_lowercase)
    })
}

fn is_at(path: &str, word: &str, file: &str) -> bool {
    let path = path.replace("<name>", word);
    if path.ends_with('/') { file.starts_with(&path) } else { file == path }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = "# Contributing\n\n`src/free.rs`\n\n### Add an engine\n\nWords: `redis`, `sqlite`\n\n\
                         * `crates/s/src/<name>/`: it\n* `crates/s/src/engines.rs`: a `row`\n\n## More\n\n`crates/x/src/x.rs`\n";

    fn findings(files: &[(&str, &str)]) -> Vec<String> {
        let listed = [
            (PAPER, LISTS),
            ("crates/s/src/engines.rs", "const E: &str = \"redis\";"),
            ("crates/s/src/redis/mod.rs", "struct Redis;"),
        ];
        let source =
            |(path, text): &(&str, &str)| Source { path: (*path).to_owned(), text: (*text).to_owned() };
        check(&listed.iter().chain(files).map(source).collect::<Vec<_>>())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn what_is_in_the_list_passes() {
        assert_eq!(findings(&[("crates/s/src/sqlite/file.rs", "fn sqlite() {}")]), [""; 0]);
    }

    #[test]
    fn a_word_in_another_file_is_found_with_its_line() {
        for (path, text) in [
            ("crates/core/src/setting.rs", "//! Sqlite.\nconst X: &str = \"SESSION_REDIS\";"),
            ("crates/s/src/sqlite/near.rs", "\nuse crate::redis;"),
            ("crates/core/Cargo.toml", "# redis\nredis = \"1\""),
        ] {
            let found = findings(&[(path, text)]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(&format!("{path}:2: additions: `redis`")), "{found:?}");
        }
    }

    #[test]
    fn letters_in_the_middle_of_another_word_are_not_the_word() {
        for text in [
            "redb",
            "redb::open",
            "is_redb",
            "RedbStore",
            "OwnRedb",
            "SESSION_REDB",
            "myredb = 1",
            "redbs://",
        ] {
            assert!(is_in("redb", text), "{text}");
        }
        for text in ["StoredBeside", "stored_by", "sharedbuffer"] {
            assert!(!is_in("redb", text), "{text}");
        }
    }

    #[test]
    fn documentation_and_tests_name_what_they_like() {
        let free = [
            (
                "crates/core/src/store.rs",
                "/// As in Redis.\nstruct A;\n#[cfg(test)]\nmod tests { const R: &str = \"redis\"; }",
            ),
            ("crates/core/tests/it/redis.rs", "fn redis() {}"),
            ("crates/core/Cargo.toml", "# redis\n[dev-dependencies]\nredis = \"1\""),
            ("README.md", "redis"),
            ("bench/src/redis.rs", "fn redis() {}"),
        ];
        assert_eq!(findings(&free), [""; 0]);
    }

    #[test]
    fn a_path_that_needs_no_touch_is_found() {
        let stale = LISTS.replace("`row`", "row, `crates/s/src/gone.rs`");
        let sources =
            [(PAPER, &*stale), ("crates/s/src/redis/mod.rs", "redis"), ("crates/s/src/engines.rs", "redis")];
        let sources = sources.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() });
        let found = check(&sources);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].advice.contains("nothing is to be touched in `crates/s/src/gone.rs`"), "{found:?}");
    }
}
