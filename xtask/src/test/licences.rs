//! The licences and the sources of all dependencies, by the lists of deny.toml.
//!
//! The part of `cargo deny check` that needs no more than cargo; cargo-deny reads the same file.

use std::collections::BTreeSet;
use std::fs;

use super::steps::Context;
use crate::shell::{self, Result};

/// Fails on a dependency whose licence is not allowed, or that does not come from the registry.
pub(crate) fn check(context: &Context) -> Result<String> {
    let rules =
        fs::read_to_string(shell::root().join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let allowed = allowed(&rules);
    let tree =
        ["tree", "--workspace", "--all-features", "--target", "all", "--edges", "all", "--prefix", "none"];
    let listed = shell::output(context.cargo(&tree).args(["--format", "{l}|{p}"]))?;
    let packages: BTreeSet<&str> = listed.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let here = shell::root().display().to_string();
    let bad: Vec<String> =
        packages.iter().filter_map(|package| complaint(package, &allowed, &here)).collect();
    if bad.is_empty() { Ok(format!("{} packages", packages.len())) } else { Err(bad.join("\n")) }
}

/// `MIT OR Apache-2.0|serde v1.0.0`, then where it comes from in brackets if that is not the registry.
fn complaint(line: &str, allowed: &[&str], here: &str) -> Option<String> {
    let (licence, package) = line.split_once('|')?;
    let package = package.trim_end_matches(" (proc-macro)");
    match package.split_once(" (") {
        Some((_, source)) if !source.starts_with(here) => {
            Some(format!("{package}: does not come from the registry"))
        }
        _ if !is_allowed(licence, allowed) => {
            Some(format!("{package}: the licence '{licence}' is not in deny.toml"))
        }
        _ => None,
    }
}

/// The strings of `allow = [...]`.
fn allowed(rules: &str) -> Vec<&str> {
    let list = rules.split_once("\nallow = [").map_or("", |(_, rest)| rest);
    let list = list.split_once(']').map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression can be met with these licences. The old `MIT/Apache-2.0` means `OR`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced =
        expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "-WITH-");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = every(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= every(words, allowed);
    }
    met
}

fn every(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words<'_>, allowed: &[&str]) -> bool {
    match words.next() {
        Some("(") => {
            let met = any(words, allowed);
            words.next() == Some(")") && met
        }
        Some(licence) => allowed.contains(&licence.replace("-WITH-", " WITH ").as_str()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: &[&str] = &["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];

    #[test]
    fn an_expression_is_met_or_not() {
        for met in [
            "MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "GPL-3.0 OR Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(met, ALLOWED), "{met}");
        }
        for unmet in ["", "GPL-3.0", "MIT AND GPL-3.0", "Apache-2.0", "(MIT", "MIT)", "MIT MIT"] {
            assert!(!is_allowed(unmet, ALLOWED), "{unmet}");
        }
    }

    #[test]
    fn a_package_from_elsewhere_is_found() {
        assert_eq!(complaint("MIT|serde v1.0.0 (proc-macro)", ALLOWED, "/here"), None);
        assert_eq!(complaint("MIT|dewar v0.1.0 (/here/crates/dewar)", ALLOWED, "/here"), None);
        assert!(complaint("MIT|serde v1.0.0 (https://example.org/serde#1)", ALLOWED, "/here").is_some());
        assert!(complaint("AGPL-3.0|bad v1.0.0", ALLOWED, "/here").unwrap().contains("AGPL"));
    }

    #[test]
    fn the_allowed_ones_are_read() {
        assert_eq!(allowed("[licenses]\nallow = [\n  \"MIT\",\n  \"ISC\",\n]\n[bans]"), ["MIT", "ISC"]);
    }
}
