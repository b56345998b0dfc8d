//! Imports run only along the arrows of ARCHITECTURE.md, in every crate that has a table there.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Finding, Source};
use super::{code, imports};

const RULE: &str = "arrows";
const PAPER: &str = "ARCHITECTURE.md";

/// The crates that must have a table.
const CRATES: &[&str] = &[
    "crates/dewar-core/src",
    "crates/dewar/src",
    "crates/dewar-stores/src",
    "crates/dewar-sqlx/src",
    "crates/dewar-cli/src",
];

/// The arrows of a crate.
struct Crate<'a> {
    /// Where its modules are, such as `crates/dewar/src`.
    folder: &'a str,
    table: Table<'a>,
    /// What its root gives out under other names than those of modules: a name, and the module that it is from.
    from_root: BTreeMap<&'a str, &'a str>,
}

type Table<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Fails on an arrow that is not in the table, a module that is not, a crate without a table, and arrows that run in a circle.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(paper) = sources.iter().find(|source| source.path == PAPER) else {
        let advice = "write the tables of arrows, under the heading Arrows".to_owned();
        return vec![Finding { path: PAPER.to_owned(), line: 1, rule: RULE, advice }];
    };
    let crates = crates(&paper.text, sources);
    let missing = CRATES.iter().filter(|folder| {
        let is_there = sources.iter().any(|source| source.path.starts_with(&format!("{folder}/")));
        is_there && !crates.iter().any(|known| known.folder == **folder)
    });
    let missing =
        missing.map(|folder| paper.finding(1, RULE, format!("write a table of arrows of `{folder}`")));
    let circles = crates.iter().filter_map(|known| {
        let module = circle(&known.table)?;
        let advice = format!("the arrows from `{module}` of `{}` come back to it: cut one", known.folder);
        Some(paper.finding(1, RULE, advice))
    });
    let files = crates.iter().flat_map(|known| sources.iter().flat_map(|source| file(source, known)));
    missing.chain(circles).chain(files).collect()
}

/// The tables under the heading Arrows, each under a heading with the folder of its crate.
fn crates<'a>(paper: &'a str, sources: &'a [Source]) -> Vec<Crate<'a>> {
    let section = paper.split_once("## Arrows").map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let parts = section.split("\n### ").skip(1);
    let with_folder = parts.filter_map(|part| Some((quoted(part.lines().next()?).next()?, part)));
    with_folder
        .map(|(folder, part)| Crate { folder, table: table(part), from_root: from_root(folder, sources) })
        .collect()
}

/// The rows ``| `module` | `may`, `import` |``.
fn table(part: &str) -> Table<'_> {
    let rows = part.lines().filter_map(|line| line.strip_prefix('|')?.split_once('|'));
    rows.filter_map(|(module, targets)| Some((quoted(module).next()?, quoted(targets).collect()))).collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// From `use self::module::{Name, Other};` in `lib.rs`. What another crate has is of no module.
fn from_root<'a>(folder: &str, sources: &'a [Source]) -> BTreeMap<&'a str, &'a str> {
    let root = sources.iter().find(|source| source.path == format!("{folder}/lib.rs"));
    let uses = root.map_or("", |source| &source.text).split("use ").skip(1);
    uses.filter_map(|text| text.split_once(';')?.0.split_once("::"))
        .flat_map(|(from, path)| match from {
            "self" => path.split_once("::").map_or(Vec::new(), |(module, names)| given_out(names, module)),
            _ => given_out(path, ""),
        })
        .collect()
}

fn given_out<'a>(names: &'a str, module: &'a str) -> Vec<(&'a str, &'a str)> {
    let names = names.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    names.filter(|name| !name.is_empty()).map(|name| (name, module)).collect()
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

fn file(source: &Source, known: &Crate<'_>) -> Vec<Finding> {
    let Some(path) = path_in(source, known.folder) else { return Vec::new() };
    let module = path.split(['/', '.']).next().unwrap_or_default();
    let Some(allowed) = known.table.get(module).filter(|_| !source.is_test()) else {
        let has_row = known.table.contains_key(module);
        let advice = format!("`{module}` is not in the table of arrows of {PAPER}: add a row");
        return if has_row { Vec::new() } else { vec![source.finding(1, RULE, advice)] };
    };
    let depth = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let imports = imports::all(&code::bare(&source.text), depth);
    let imports = imports.iter().map(|import| (import.line, known.module_of(&import.name)));
    let not_allowed =
        imports.filter(|(_, name)| *name != module && !name.is_empty() && !allowed.contains(name));
    not_allowed.map(|(line, name)| source.finding(line, RULE, advice(module, name, &known.table))).collect()
}

impl Crate<'_> {
    /// The module that a name under the root is, or is from; empty if another crate has it.
    fn module_of<'n>(&'n self, name: &'n str) -> &'n str {
        if self.table.contains_key(name) { name } else { self.from_root.get(name).unwrap_or(&name) }
    }
}

/// Where a module's file is in its crate. The root of a crate is free.
fn path_in<'s>(source: &'s Source, folder: &str) -> Option<&'s str> {
    let path = source.path.strip_prefix(folder)?.strip_prefix('/')?;
    (path.ends_with(".rs") && path != "lib.rs" && path != "main.rs").then_some(path)
}

fn advice(module: &str, name: &str, table: &Table<'_>) -> String {
    if table.contains_key(name) {
        format!(
            "`{module}` may not import `{name}`: turn the arrow round, or give what is needed as a parameter"
        )
    } else {
        format!(
            "`crate::{name}` hides an arrow: import it from the module that defines it, which has a row in {PAPER}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER_TEXT: &str = "# A\n\n## Arrows\n\nWhat.\n\n### `crates/dewar/src`\n\n| module | may import |\n|---|---|\n| `clock` | – |\n\
                              | `value` | `clock` |\n| `codec` | `value` |\n\n### `crates/dewar-stores/src`\n\n| module | may import |\n\
                              | `open_error` | – |\n| `files` | `open_error` |\n| `redis` | `open_error` |\n\n## More\n\n| `x` | `clock` |\n";

    fn findings(path: &str, text: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [source(PAPER, PAPER_TEXT), source(path, text)];
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_tables_are_read() {
        let crates = crates(PAPER_TEXT, &[]);
        let modules =
            crates.iter().map(|known| (known.folder, known.table.keys().copied().collect::<Vec<_>>()));
        let expected = [
            ("crates/dewar/src", vec!["clock", "codec", "value"]),
            ("crates/dewar-stores/src", vec!["files", "open_error", "redis"]),
        ];
        assert_eq!(modules.collect::<Vec<_>>(), expected);
        assert!(crates[0].table["clock"].is_empty());
    }

    #[test]
    fn a_crate_without_a_table_is_found() {
        let found = findings("crates/dewar-core/src/key.rs", "");
        assert!(found[0].contains("write a table of arrows of `crates/dewar-core/src`"), "{found:?}");
    }

    #[test]
    fn no_store_imports_another() {
        let found = findings("crates/dewar-stores/src/redis/store.rs", "use crate::files::locks;");
        assert!(found[0].contains("`redis` may not import `files`"), "{found:?}");
    }

    #[test]
    fn a_name_that_the_root_gives_out_is_that_of_its_module() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let root = "mod open_error;\npub use bytes::Bytes;\n#[cfg(x)]\npub use self::files::{Filesystem, cachelib};\npub use self::open_error::OpenError;\n";
        let of_redis = "use crate::{Bytes, OpenError, Filesystem};\nuse crate::cachelib::Cachelib;";
        let sources = [
            source(PAPER, PAPER_TEXT),
            source("crates/dewar-stores/src/lib.rs", root),
            source("crates/dewar-stores/src/redis.rs", of_redis),
        ];
        let found: Vec<String> = check(&sources).iter().map(|finding| finding.advice.clone()).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|advice| advice.contains("`redis` may not import `files`")), "{found:?}");
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
        let round = "| `a` | `b` |\n| `b` | `c` |\n| `c` | `a` |\n| `d` | `a` |\n";
        assert_eq!(circle(&table(round)), Some("a"));
        assert_eq!(circle(&crates(PAPER_TEXT, &[])[0].table), None);
    }
}
