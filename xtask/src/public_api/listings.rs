//! Writing the listings, and comparing them with the code.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::pages;
use crate::shell::{self, Result};

/// The libraries that are published.
const LIBRARIES: [&str; 4] = ["dewar-core", "dewar", "dewar-stores", "dewar-sqlx"];

/// `cargo doc` of all libraries with all features. Dependencies are not documented.
pub(crate) const DOC: [&str; 8] =
    ["doc", "--no-deps", "--lib", "--workspace", "--exclude", "dewar-bench", "--all-features", "--quiet"];

/// How many lines of a difference are printed.
const SHOWN: usize = 60;

/// Writes the listings.
pub(crate) fn run() -> Result {
    shell::run(&mut shell::cargo(DOC))?;
    for library in LIBRARIES {
        fs::write(path(library), listing(library)?).map_err(|error| format!("{library}: {error}"))?;
    }
    Ok(())
}

/// Fails if a listing is not that of the code. `doc` builds the pages.
pub(crate) fn check(doc: &mut Command) -> Result<String> {
    shell::run(doc)?;
    let mut items = 0;
    let mut different = Vec::new();
    for library in LIBRARIES {
        let found = listing(library)?;
        let listed = fs::read_to_string(path(library)).unwrap_or_default();
        items += found.lines().count();
        different.extend((found != listed).then(|| {
            print_difference(&listed, &found);
            library
        }));
    }
    if different.is_empty() {
        return Ok(format!("{items} lines"));
    }
    Err(format!(
        "the public interface of {} has changed: run `cargo xtask public-api` and commit the listing. A line that is removed or changed breaks \
         programs: it needs a new minor version before 1.0 and a line in CHANGELOG.md",
        different.join(", ")
    ))
}

fn listing(library: &str) -> Result<String> {
    let folder = shell::target().join("doc").join(library.replace('-', "_"));
    pages::listing(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn path(library: &str) -> PathBuf {
    shell::root().join("crates").join(library).join("public-api.txt")
}

/// Lines that only one of the two has. Their order is that of the listing, so this is enough to see what was changed.
fn print_difference(listed: &str, found: &str) {
    let lines = |text: &str, other: &str, mark: char| -> Vec<String> {
        let other: std::collections::HashSet<&str> = other.lines().collect();
        text.lines().filter(|line| !other.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    let difference = [lines(listed, found, '-'), lines(found, listed, '+')].concat();
    difference.iter().take(SHOWN).for_each(|line| println!("{line}"));
    if difference.len() > SHOWN {
        println!("... and {} lines more", difference.len() - SHOWN);
    }
}
