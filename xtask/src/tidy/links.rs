//! A link in a Markdown file leads to a file and a heading that are there. (Links to Rust items are checked by rustdoc.)

use std::collections::BTreeSet;

use super::source::{Finding, Source};

const RULE: &str = "links";

/// Where the pages of the guide are, which link to each other as modules.
const LIBRARY: &str = "crates/dewar/src/";

/// Golden cases hold whatever upstream was given.
const DATA: &str = "testdata/";

/// Fails on a link to a file, folder or heading that is not there.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let is_page = |source: &&Source| source.path.ends_with(".md") && !source.path.starts_with(DATA);
    let mut findings = Vec::new();
    for page in sources.iter().filter(is_page) {
        for (line, text) in prose(&page.text) {
            let broken = links(text).filter(|link| !leads_somewhere(sources, page, link));
            findings.extend(broken.map(|link| {
                page.finding(
                    line,
                    RULE,
                    format!("{link} is not there: link to a file and a heading that are"),
                )
            }));
        }
    }
    findings
}

fn leads_somewhere(sources: &[Source], page: &Source, link: &str) -> bool {
    let (place, heading) = link.split_once('#').unwrap_or((link, ""));
    let Some(path) = path(page, place) else { return true };
    let mut of_folder = sources.iter().filter(|source| source.path.starts_with(&format!("{path}/")));
    match sources.iter().find(|source| source.path == path) {
        Some(target) => heading.is_empty() || headings(&target.text).contains(heading),
        None => heading.is_empty() && of_folder.next().is_some(),
    }
}

/// The path of the file that a link means; `None` for other sites, and for items of Rust other than pages of the guide.
fn path(page: &Source, place: &str) -> Option<String> {
    if place.is_empty() {
        return Some(page.path.clone());
    }
    let item = place.strip_prefix("crate::").unwrap_or(place);
    match item.strip_prefix("guide::") {
        Some(name) => return Some(format!("{LIBRARY}guide/{name}.md")),
        None if place.contains(':') => return None,
        None => (),
    }
    let mut parts: Vec<&str> = page.path.split('/').collect();
    parts.pop();
    for part in place.split('/') {
        match part {
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    let is_path = place.contains(['/', '.']);
    is_path.then(|| parts.join("/"))
}

/// The targets of the links in a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

/// The lines that are no code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        (!is_code && !is_fence).then_some((number + 1, line))
    })
}

/// What the headings of a file are called in links.
fn headings(text: &str) -> BTreeSet<String> {
    prose(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| anchor(line)).collect()
}

/// As rustdoc and GitHub make it.
fn anchor(heading: &str) -> String {
    let name = heading.trim_start_matches('#').trim().to_lowercase();
    name.chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ => c.is_alphanumeric().then_some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> usize {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            source("docs/page.md", text),
            source("docs/other.md", "# When it's *late*: a test\n\n```\n# no heading\n```\n"),
            source("README.md", "# Dewar\n"),
            source("crates/dewar/src/guide/stores.md", "# Sweep\n"),
        ];
        check(&sources).len()
    }

    #[test]
    fn a_link_leads_to_a_file_and_a_heading() {
        let good = [
            "(other.md)",
            "(other.md#when-its-late-a-test)",
            "(../README.md#dewar)",
            "(../crates/dewar)",
            "(#here)",
            "(crate::guide::stores#sweep)",
            "(https://example.org/other.md#no)",
            "(crate::Session::get)",
            "(Session#no)",
        ];
        for link in good {
            assert_eq!(broken(&format!("# Here\n\n[a]{link}\n")), 0, "{link}");
        }
        let bad = [
            "(another.md)",
            "(other.md#late)",
            "(other.md#no-heading)",
            "(README.md)",
            "(../crates/dew)",
            "(#there)",
            "(crate::guide::stores#open)",
            "(guide::shops)",
        ];
        for link in bad {
            assert_eq!(broken(&format!("# Here\n\n[a]{link}\n")), 1, "{link}");
        }
    }

    #[test]
    fn code_has_no_links() {
        assert_eq!(broken("```\nlet a = b[0](nothing.md);\n```\n"), 0);
    }
}
