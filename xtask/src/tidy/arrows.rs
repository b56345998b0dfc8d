//! Imports run only along the arrows of ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Finding, Source};
use super::{code, imports};

const RULE: &str = "arrows";
const PAPER: &str = "ARCHITECTURE.md";
const LIBRARY: &str = "crates/dewar/src/";

type Table<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Fails on an arrow that is not in the table, a module that is not, and a table whose arrows run in a circle.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(paper) = sources.iter().find(|source| source.path == PAPER) else {
        let advice = "write the table of arrows, under the heading Arrows".to_owned();
        return vec![Finding { path: PAPER.to_owned(), line: 1, rule: RULE, advice }];
    };
    let table = table(&paper.text);
    let mut findings: Vec<Finding> = circle(&table)
        .map(|module| paper.finding(1, RULE, format!("the arrows from `{module}` come back to it: cut one")))
        .into_iter()
        .collect();
    findings.extend(sources.iter().flat_map(|source| file(source, &table)));
    findings
}

/// The rows ``| `module` | `may`, `import` |`` under the heading Arrows.
fn table(paper: &str) -> Table<'_> {
    let section = paper.split_once("## Arrows").map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let rows = section.lines().filter_map(|line| line.strip_prefix('|')?.split_once('|'));
    rows.filter_map(|(module, targets)| Some((quoted(module).next()?, quoted(targets).collect()))).collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// A module from which the arrows lead back to it.
fn circle<'a>(table: &Table<'a>) -> Option<&'a str> {
    let next = |module: &&'a str| table.get(module).into_iter().flatten().copied();
    table.keys().copied().find(|module| {
        let mut reached: BTreeSet<&str> = next(module).collect();
        for _ in table {
            reached = reached.iter().flat_map(next).chain(reached.iter().copied()).collect();
        }
        reached.contains(module)
    })
}

fn file(source: &Source, table: &Table<'_>) -> Vec<Finding> {
    let Some(path) =
        source.path.strip_prefix(LIBRARY).filter(|path| *path != "lib.rs" && path.ends_with(".rs"))
    else {
        return Vec::new();
    };
    let module = path.split(['/', '.']).next().unwrap_or_default();
    let Some(allowed) = table.get(module).filter(|_| !source.is_test()) else {
        let known = table.contains_key(module);
        let advice = format!("`{module}` is not in the table of arrows of {PAPER}: add a row");
        return if known { Vec::new() } else { vec![source.finding(1, RULE, advice)] };
    };
    let depth = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let imports = imports::all(&code::bare(&source.text), depth);
    let imports =
        imports.into_iter().filter(|import| import.name != module && !allowed.contains(import.name.as_str()));
    imports.map(|import| source.finding(import.line, RULE, advice(module, &import.name, table))).collect()
}

fn advice(module: &str, name: &str, table: &Table<'_>) -> String {
    if table.contains_key(name) {
        format!(
            "`{module}` may not import `{name}`: turn the arrow round, or give what is needed as a parameter"
        )
    } else {
        format!("`crate::{name}` hides an arrow: import it from the module that defines it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER_TEXT: &str = "# A\n\n## Arrows\n\nWhat.\n\n| module | may import |\n|---|---|\n| `clock` | – |\n\
                              | `value` | `clock` |\n| `codec` | `value` |\n\n## More\n\n| `x` | `clock` |\n";

    fn findings(path: &str, text: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [source(PAPER, PAPER_TEXT), source(path, text)];
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_table_is_read() {
        let table = table(PAPER_TEXT);
        assert_eq!(table.keys().copied().collect::<Vec<_>>(), ["clock", "codec", "value"]);
        assert!(table["clock"].is_empty());
    }

    #[test]
    fn an_arrow_of_the_table_passes() {
        assert!(
            findings("crates/dewar/src/value/text.rs", "use crate::clock::UnixTime;\nuse super::Value;")
                .is_empty()
        );
        assert!(findings("crates/dewar/src/lib.rs", "pub use crate::codec::Json;").is_empty());
        assert!(
            findings("crates/dewar/src/clock.rs", "#[cfg(test)]\nmod tests { use crate::codec; }").is_empty()
        );
        assert!(findings("crates/dewar/src/clock.rs", "//! [`x`](crate::codec::Json)\n").is_empty());
    }

    #[test]
    fn another_arrow_is_found_with_its_line() {
        let found = findings("crates/dewar/src/value/text.rs", "//! Text.\nuse super::super::codec;");
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("crates/dewar/src/value/text.rs:2: arrows: `value` may not import `codec`"),
            "{found:?}"
        );
        assert_eq!(findings("crates/dewar/src/clock.rs", "use crate::{value, codec::Json};").len(), 2);
        assert_eq!(findings("crates/dewar/src/codec/mod.rs", "use super::clock::UnixTime;").len(), 1);
    }

    #[test]
    fn the_root_does_not_hide_an_arrow() {
        let found = findings("crates/dewar/src/clock.rs", "use crate::Value;");
        assert!(found[0].contains("hides an arrow"), "{found:?}");
    }

    #[test]
    fn a_module_without_a_row_is_found() {
        assert!(findings("crates/dewar/src/session/state.rs", "")[0].contains("add a row"));
    }

    #[test]
    fn arrows_in_a_circle_are_found() {
        let round = "## Arrows\n| `a` | `b` |\n| `b` | `c` |\n| `c` | `a` |\n| `d` | `a` |\n";
        assert_eq!(circle(&table(round)), Some("a"));
        assert_eq!(circle(&table(PAPER_TEXT)), None);
    }
}
