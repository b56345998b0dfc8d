//! What is published: each package is packed, checked, and built from what was packed.

use std::fs;
use std::io;
use std::path::Path;

use super::published;
use super::steps::Context;
use crate::shell::{self, Result};

/// In the order in which they are published: a package after those that it depends on.
pub(crate) const PACKAGES: [&str; 5] = ["dewar-core", "dewar", "dewar-stores", "dewar-sqlx", "dewar-cli"];

/// What each of them must contain.
const REQUIRED: [&str; 4] = ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.toml"];

/// What may be in a package at its top. The tests and what they need stay here.
const ALLOWED: [&str; 6] =
    ["src", "examples", "Cargo.lock", "Cargo.toml.orig", ".cargo_vcs_info.json", ".cargo-ok"];

/// The largest packed package, in bytes.
const LARGEST: u64 = 1 << 20;

/// Packs all of them, builds each from its package with all features, and looks into the packages.
pub(crate) fn check(context: &Context) -> Result<String> {
    is_complete(&published::packages(context)?.into_iter().map(|package| package.name).collect::<Vec<_>>())?;
    let packages: Vec<&str> = PACKAGES.iter().flat_map(|name| ["--package", *name]).collect();
    let package = [&["package", "--allow-dirty", "--all-features", "--quiet"], &packages[..]].concat();
    // As the workspace compiles its dependencies, so that most of them are there already.
    shell::run(context.cargo(&package).env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    let folder = shell::target().join("package");
    let mut sizes = Vec::new();
    for name in PACKAGES {
        let packed = format!("{name}-{}", env!("CARGO_PKG_VERSION"));
        let look = look_into(&folder, &packed).map_err(|error| format!("{packed}: {error}"))?;
        sizes.push(format!("{name} {} KB", look? / 1000));
    }
    Ok(sizes.join(", "))
}

/// Fails if a package that cargo would publish is not in the list, or one of the list is not published.
fn is_complete(published: &[String]) -> Result {
    let differs = |name: &&String| !PACKAGES.contains(&name.as_str());
    if let Some(name) = published.iter().find(differs) {
        return Err(format!(
            "{name} would be published: add it to the list of packages, or set `publish = false`"
        ));
    }
    match PACKAGES.iter().find(|name| !published.iter().any(|published| published == *name)) {
        Some(name) => Err(format!("{name} is in the list of packages, and cannot be published")),
        None => Ok(()),
    }
}

/// The size of the package, or what is wrong with it.
fn look_into(folder: &Path, packed: &str) -> io::Result<Result<u64>> {
    let entries = fs::read_dir(folder.join(packed))?;
    let names: Vec<String> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    let size = fs::metadata(folder.join(format!("{packed}.crate")))?.len();
    Ok(complaint(&names, size).map_or(Ok(size), |complaint| Err(format!("{packed}: {complaint}"))))
}

fn complaint(names: &[String], size: u64) -> Option<String> {
    let missing = REQUIRED.iter().find(|required| !names.iter().any(|name| name == *required));
    let unexpected = names.iter().find(|name| ![&REQUIRED[..], &ALLOWED].concat().contains(&name.as_str()));
    missing
        .map(|name| format!("{name} is missing: see `include` in Cargo.toml"))
        .or_else(|| {
            unexpected.map(|name| format!("{name} is nothing that users need: see `include` in Cargo.toml"))
        })
        .or_else(|| (size > LARGEST).then(|| format!("{size} bytes, {LARGEST} are allowed")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_cargo_would_publish() {
        let published = PACKAGES.map(str::to_owned).to_vec();
        assert_eq!(is_complete(&published), Ok(()));
        assert!(is_complete(&published[1..]).unwrap_err().starts_with("dewar-core is in the list"));
        let more = [&published[..], &["shop".to_owned()]].concat();
        assert!(is_complete(&more).unwrap_err().starts_with("shop would be published"));
    }

    #[test]
    fn a_package_has_what_it_needs_and_nothing_else() {
        let with = |names: &[&str]| {
            REQUIRED.iter().chain(names).map(|name| (*name).to_owned()).collect::<Vec<String>>()
        };
        assert_eq!(complaint(&with(&["src", "Cargo.lock"]), 1000), None);
        assert!(complaint(&with(&["src"])[1..], 1000).unwrap().starts_with("README.md is missing"));
        assert!(complaint(&with(&["src", "tests"]), 1000).unwrap().starts_with("tests is nothing"));
        assert!(complaint(&with(&["src"]), LARGEST + 1).unwrap().contains("are allowed"));
    }
}
