//! Each promise of SECURITY.md names what shows it, and that is there.

use std::collections::BTreeSet;

use super::source::{Finding, Source};

const RULE: &str = "promise";
const PAPER: &str = "SECURITY.md";

/// The heading of the column that names what shows a promise.
const COLUMN: &str = "shown by";

/// Fails on a row of such a table that names nothing, a test or a file that is not there.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(paper) = sources.iter().find(|source| source.path == PAPER) else { return Vec::new() };
    let tests: BTreeSet<&str> =
        sources.iter().filter(|source| source.is_rust()).flat_map(functions).collect();
    let is_there = |name: &str| match name.strip_suffix('*') {
        Some(start) => tests.iter().any(|test| test.starts_with(start)),
        None if name.contains(['/', '.']) => sources.iter().any(|source| source.path.starts_with(name)),
        None => tests.contains(name),
    };
    let advice = |proofs: &str| match quoted(proofs).find(|name| !is_there(name)) {
        Some(missing) => {
            Some(format!("`{missing}` is not there: name the test that shows it, or take the promise back"))
        }
        None if quoted(proofs).next().is_none() => {
            Some("name the test that shows it, or take the promise back".to_owned())
        }
        None => None,
    };
    rows(&paper.text).filter_map(|(line, proofs)| Some(paper.finding(line, RULE, advice(proofs)?))).collect()
}

/// The last cells of the tables that have such a column, with their lines.
fn rows(paper: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut names_proofs = false;
    paper.lines().enumerate().filter_map(move |(number, line)| {
        let Some(cells) = line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) else {
            names_proofs = false;
            return None;
        };
        let last = cells.rsplit('|').next()?.trim();
        let is_head = last.starts_with(COLUMN);
        let is_rule = last.starts_with("---");
        names_proofs |= is_head;
        (names_proofs && !is_head && !is_rule).then_some((number + 1, last))
    })
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn functions(source: &Source) -> impl Iterator<Item = &str> {
    source.text.split("fn ").skip(1).filter_map(|rest| rest.split(['(', '<']).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(paper: &str) -> Vec<usize> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources =
            [source(PAPER, paper), source("tests/it/logout.rs", "#[test]\nfn a_logout_is_final() {}\n")];
        check(&sources).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn what_shows_a_promise_must_be_there() {
        let table = |proofs: &str| {
            format!("# Promises\n\n| promise | shown by |\n|---|---|\n| it ends | {proofs} |\n")
        };
        for proofs in ["`a_logout_is_final`", "`a_logout_*`", "`tests/it/logout.rs`", "all of `tests/it/`"] {
            assert_eq!(lines(&table(proofs)), [0; 0], "{proofs}");
        }
        for proofs in ["", "`a_logout`", "`b_*`", "`tests/it/login.rs`", "`a_logout_is_final`, `b`"] {
            assert_eq!(lines(&table(proofs)), [5], "{proofs}");
        }
    }

    #[test]
    fn other_tables_name_what_they_like() {
        assert_eq!(lines("| promise | how |\n|---|---|\n| a | `b` |\n"), [0; 0]);
    }
}
