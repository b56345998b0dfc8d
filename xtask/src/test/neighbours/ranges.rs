//! A dependency whose version is a range is tested at both of its ends.

use std::fs;

use crate::shell::{self, Result};

/// `name = ">=0.32.1, <0.44"`
#[derive(Debug, PartialEq)]
struct Range<'a> {
    name: &'a str,
    from: Version,
    before: Version,
}

/// Two numbers are enough: they tell what is compatible.
type Version = (u32, u32);

/// Fails on a range of the workspace whose ends are in none of these lock files; else says which versions are there.
pub(super) fn check(locks: &[String]) -> Result<String> {
    let manifest = fs::read_to_string(shell::root().join("Cargo.toml"))
        .map_err(|error| format!("Cargo.toml: {error}"))?;
    let tested = ranges(&manifest).iter().map(|range| tested(range, locks)).collect::<Result<Vec<_>>>()?;
    Ok(tested.join(", "))
}

fn tested(range: &Range<'_>, locks: &[String]) -> Result<String> {
    let Range { name, from, before } = range;
    let mut versions: Vec<Version> = locks.iter().flat_map(|lock| versions(lock, name)).collect();
    versions.sort_unstable();
    versions.dedup();
    let (first, last) = (versions.first(), versions.last());
    let text = |(major, minor): &Version| format!("{major}.{minor}");
    let found = versions.iter().map(text).collect::<Vec<_>>().join(", ");
    let is_tested = first == Some(from) && last.is_some_and(|last| next(*last) == *before);
    if is_tested {
        return Ok(format!("{name} {found}"));
    }
    Err(format!(
        "{name} may be {} and all before {}, and is tested with {found}: change the range in Cargo.toml or the programs in neighbours/",
        text(from),
        text(before)
    ))
}

/// The first version that is not compatible with this one.
fn next((major, minor): Version) -> Version {
    if major == 0 { (0, minor + 1) } else { (major + 1, 0) }
}

fn ranges(manifest: &str) -> Vec<Range<'_>> {
    manifest.lines().filter_map(range).collect()
}

fn range(line: &str) -> Option<Range<'_>> {
    let (name, rest) = line.split_once(" = ")?;
    let (from, before) = rest.split_once("\">=")?.1.split_once('"')?.0.split_once(", <")?;
    Some(Range { name, from: version(from)?, before: version(before)? })
}

fn version(text: &str) -> Option<Version> {
    let mut numbers = text.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next().unwrap_or("0").parse().ok()?))
}

/// Of a package, in a lock file.
fn versions(lock: &str, name: &str) -> Vec<Version> {
    let named = format!("name = \"{name}\"");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while lines.any(|line| line == named) {
        let line = lines.next().and_then(|line| line.strip_prefix("version = \""));
        versions.extend(line.and_then(|line| version(line.trim_end_matches('"'))));
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "some = { version = \">=0.32.1, <0.44\", features = [\"x\"] }";

    fn lock(version: &str) -> String {
        format!(
            "[[package]]\nname = \"some\"\nversion = \"{version}\"\n\n[[package]]\nname = \"x\"\nversion = \"1.2.3\"\n"
        )
    }

    #[test]
    fn a_range_is_read_and_a_plain_version_is_none() {
        let read = Range { name: "some", from: (0, 32), before: (0, 44) };
        assert_eq!(ranges(&format!("a = \"1\"\n{LINE}\n")), [read]);
        assert_eq!(range("b = \">=1.2, <3\"").unwrap().before, (3, 0));
    }

    #[test]
    fn both_ends_must_be_tested() {
        let range = range(LINE).unwrap();
        let locks = |versions: &[&str]| versions.iter().map(|version| lock(version)).collect::<Vec<_>>();
        assert_eq!(tested(&range, &locks(&["0.43.7", "0.32.1"])), Ok("some 0.32, 0.43".to_owned()));
        for missing in [&["0.32.1"][..], &["0.43.0"], &["0.32.1", "0.42.0"], &["0.33.0", "0.43.0"], &[]] {
            assert!(tested(&range, &locks(missing)).is_err(), "{missing:?}");
        }
    }
}
