//! The walks of ARCHITECTURE.md name files that are there, as many as their headings say.

use super::source::{Finding, Source};

const RULE: &str = "walks";
const PAPER: &str = "ARCHITECTURE.md";

/// Where a file is that is named without its crate.
const LIBRARY: &str = "crates/dewar/src/";

/// A walk under `### What: 12 files`, and the line of the heading.
struct Walk<'a> {
    line: usize,
    promised: usize,
    files: Vec<(usize, &'a str)>,
}

/// Fails on a file that is not there, and on a walk with another number of files than its heading says.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let Some(paper) = sources.iter().find(|source| source.path == PAPER) else { return Vec::new() };
    let is_there = |name: &str| {
        sources.iter().any(|source| source.path == name || source.path.strip_prefix(LIBRARY) == Some(name))
    };
    let mut findings = Vec::new();
    for walk in walks(&paper.text) {
        let missing = walk.files.iter().filter(|(_, name)| !is_there(name));
        findings.extend(missing.map(|(line, name)| {
            paper.finding(*line, RULE, format!("`{name}` is not there: name the file where the walk goes on"))
        }));
        let (found, promised) = (walk.files.len(), walk.promised);
        if found != promised {
            let advice =
                format!("the walk has {found} files, its heading says {promised}: shorten it, or say so");
            findings.push(paper.finding(walk.line, RULE, advice));
        }
    }
    findings
}

fn walks(paper: &str) -> Vec<Walk<'_>> {
    let mut walks: Vec<Walk<'_>> = Vec::new();
    let lines = paper.lines().enumerate().map(|(number, line)| (number + 1, line));
    let section = lines.skip_while(|(_, line)| *line != "## Walks").skip(1);
    for (line, text) in section.take_while(|(_, line)| !line.starts_with("## ")) {
        if let Some(heading) = text.strip_prefix("### ") {
            walks.push(Walk { line, promised: promised(heading), files: Vec::new() });
        } else if let Some(walk) = walks.last_mut() {
            let quoted = text.split('`').skip(1).step_by(2);
            walk.files.extend(quoted.filter(|name| name.ends_with(".rs")).map(|name| (line, name)));
        }
    }
    walks
}

/// The number in `A logout: 16 files`; 0 if there is none.
fn promised(heading: &str) -> usize {
    let number = heading.rsplit_once(": ").and_then(|(_, rest)| rest.strip_suffix(" files"));
    number.and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(walks: &str) -> Vec<usize> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let paper = format!("# Map\n\n## Walks\n\n{walks}\n## Arrows\n\n`nowhere.rs`\n");
        let sources = [
            source(PAPER, &paper),
            source("crates/dewar/src/web/tower.rs", ""),
            source("crates/dewar-stores/src/guard/call.rs", ""),
        ];
        check(&sources).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_walk_through_files_that_are_there_passes() {
        let walk = "### A read: 2 files\n\n`web/tower.rs` calls `Store::load` in `crates/dewar-stores/src/guard/call.rs`.\n";
        assert_eq!(lines(walk), [0; 0]);
    }

    #[test]
    fn a_file_that_is_gone_and_a_wrong_number_fail() {
        assert_eq!(lines("### A read: 1 files\n\n`web/slot.rs`\n"), [7]);
        assert_eq!(lines("### A read: 1 files\n\n`web/tower.rs`, `web/tower.rs`\n"), [5]);
        assert_eq!(lines("### A read\n\n`web/tower.rs`\n"), [5]);
    }
}
