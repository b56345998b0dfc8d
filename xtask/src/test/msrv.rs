//! The oldest Rust that a published package names is new enough for all that it depends on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::published::{self, Package};
use super::steps::Context;
use crate::shell::{self, Result};

/// Major, minor and patch.
type Version = Vec<u32>;

/// What each package asks for, by `name v1.2.3`.
type Asked = BTreeMap<String, Version>;

/// Fails on a published package with a dependency that needs a newer Rust than the package says.
pub(crate) fn check(context: &Context) -> Result<String> {
    let told = shell::output(&mut context.cargo(&["metadata", "--format-version", "1", "--all-features"]))?;
    let asked = asked(&published::parse(&told)?);
    let mut remarks = Vec::new();
    for package in published::packages(context)? {
        let tree = ["tree", "--package", &package.name, "--all-features", "--target", "all"];
        let shape = ["--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
        let tree = shell::output(&mut context.cargo(&[&tree[..], &shape].concat()))?;
        remarks.push(compare(&package, &tree, &asked)?);
    }
    Ok(remarks.join(", "))
}

fn asked(metadata: &Value) -> Asked {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let row = |package: &Value| {
        let (name, number) = (package["name"].as_str()?, package["version"].as_str()?);
        Some((format!("{name} v{number}"), version(package["rust_version"].as_str()?)))
    };
    packages.filter_map(row).collect()
}

/// Which of its dependencies, a line each, asks for the newest Rust.
fn compare(package: &Package, tree: &str, asked: &Asked) -> Result<String> {
    let Package { name, rust_version, .. } = package;
    // The first line is the package itself.
    let dependencies = tree.lines().skip(1).map(|line| line.split(" (").next().unwrap_or(line));
    let needs = dependencies.filter_map(|dependency| Some((asked.get(dependency)?, dependency)));
    let is_ours = |dependency: &str| dependency.starts_with("dewar");
    let Some((needed, by)) = needs.filter(|(_, by)| !is_ours(by)).max() else {
        return Ok(format!("{name} {rust_version}"));
    };
    let text = needed.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
    if *needed <= version(rust_version) {
        return Ok(format!("{name} {rust_version} ({by}: {text})"));
    }
    Err(format!(
        "{name} says that it needs Rust {rust_version}, and depends on {by}, which needs {text}: raise `rust-version` in Cargo.toml, or take an \
         older version (cargo update {} --precise …)",
        by.split(' ').next().unwrap_or(by)
    ))
}

/// `1.90` is the same as `1.90.0`.
fn version(text: &str) -> Version {
    let mut numbers: Version = text.split('.').map(|number| number.parse().unwrap_or_default()).collect();
    numbers.resize(3, 0);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str =
        "dewar v0.1.0 (/x)\nserde v1.0.0\ntime v0.3.1 (proc-macro)\nserde v1.0.0 (*)\nold v1.0.0\n";

    fn told(time: &str) -> Asked {
        let packages = format!(
            r#"{{"packages": [
                {{"name": "serde", "version": "1.0.0", "rust_version": "1.56"}},
                {{"name": "time", "version": "0.3.1", "rust_version": "{time}"}},
                {{"name": "elsewhere", "version": "2.0.0", "rust_version": "1.99"}},
                {{"name": "old", "version": "1.0.0", "rust_version": null}}
            ]}}"#
        );
        asked(&published::parse(&packages).unwrap())
    }

    #[test]
    fn a_dependency_that_needs_a_newer_rust_is_named() {
        let package = Package { name: "dewar".into(), rust_version: "1.90".into(), ..Package::default() };
        assert_eq!(
            compare(&package, TREE, &told("1.90.0")),
            Ok("dewar 1.90 (time v0.3.1: 1.90.0)".to_owned())
        );
        let refused = compare(&package, TREE, &told("1.90.1")).unwrap_err();
        assert!(refused.contains("time v0.3.1, which needs 1.90.1"), "{refused}");
        assert!(compare(&package, TREE, &told("1.100")).is_err(), "as numbers, not as text");
    }
}
